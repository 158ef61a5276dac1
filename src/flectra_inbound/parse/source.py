"""What stands before the first header: byte-order marks, mbox lines, blank lines, foreign line ends.

Rules of this file: spans stay true. Only a UTF-16 file is transcoded; CR as line end is replaced one to one; everything
else is passed over by an offset.
"""

from __future__ import annotations

from .defects import DefectCode, DefectLog
from .grammar import FIELD, MBOX_FROM

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def normalised(raw: bytes, log: DefectLog) -> tuple[bytes, int]:
    """The buffer to read, and where the first header begins in it."""
    if not raw:
        log.add(DefectCode.MISSING_CONTENT)
        return raw, 0
    first = raw[0]
    if first in b"\xff\xfe\x00" or raw[1:2] == b"\x00":
        raw = _from_utf16(raw, log)
    if b"\n" not in raw and b"\r" in raw:
        log.add(DefectCode.CR_ONLY_LINE_ENDS)
        raw = raw.replace(b"\r", b"\n")
    start = 0
    if raw.startswith(b"\xef\xbb\xbf"):
        log.add(DefectCode.BYTE_ORDER_MARK)
        start = 3
    if raw[start : start + 1] in (b"\n", b"\r"):
        start = _after_blank_lines(raw, start, log)
    if raw.startswith((b"From ", b">From "), start):
        start = _after_mbox_line(raw, start, log)
    return raw, start


def _from_utf16(raw: bytes, log: DefectLog) -> bytes:
    codec = _UTF16.get(raw[:2])
    if codec is None:
        # without a mark: ASCII in 16 bits has every other byte zero
        head = raw[:40]
        if len(head) >= 8 and not any(head[1::2]) and all(head[::2]):
            codec = "utf-16-le"
        elif len(head) >= 8 and not any(head[::2]) and all(head[1::2]):
            codec = "utf-16-be"
        else:
            return raw
    log.add(DefectCode.UTF16_MESSAGE)
    return raw.decode(codec, "replace").removeprefix("\ufeff").encode("utf-8", "replace")


def _after_blank_lines(raw: bytes, start: int, log: DefectLog) -> int:
    """QUIRK: up to eight blank lines before the header. Seen in pipes from scripts and in some POP servers."""
    position = start
    for _ in range(8):
        if raw.startswith(b"\r\n", position):
            position += 2
        elif raw.startswith((b"\n", b"\r"), position):
            position += 1
        else:
            break
    if position > start and (_field_at(raw, position) or raw.startswith((b"From ", b">From "), position)):
        log.add(DefectCode.LEADING_BLANK_LINES)
        return position
    return start


def _after_mbox_line(raw: bytes, start: int, log: DefectLog) -> int:
    end = raw.find(b"\n", start, start + 2_000)
    if end >= 0 and MBOX_FROM.match(raw[start:end].decode("latin-1")) and _field_at(raw, end + 1):
        log.add(DefectCode.MBOX_FROM_LINE)
        return end + 1
    return start


def _field_at(raw: bytes, position: int) -> bool:
    match = FIELD.match(raw[position : position + 1_000].decode("latin-1"))
    return match is not None and bool(match[1])
