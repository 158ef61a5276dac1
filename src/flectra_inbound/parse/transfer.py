"""Transfer encodings undone (RFC 2045, section 6): base64, quoted-printable, uuencode; total, and nothing gets lost."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable
from io import BytesIO

from .defects import DefectCode
from .header import one_line
from .words import standard_base64

#: encodings that change nothing
IDENTITY = frozenset({"", "7bit", "8bit", "binary"})

Report = Callable[[DefectCode, str, str], None]

_BASE64_STOP = re.compile(rb"=[=\s]*")
_BASE64_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n"
_ODD = re.compile(rb"[^A-Za-z0-9+/=\s]|[^\s][ \t]+[^\s]")
_ODD_LINE = re.compile(rb"^[^\n]*[^A-Za-z0-9+/=\s][^\n]*", re.MULTILINE)
_WORDS = re.compile(rb"[^\n]*[^\s][ \t]+[^\s]")
_FULL_LINE = re.compile(rb"^[A-Za-z0-9+/=]{57,}\r?$", re.MULTILINE)
#: RFC 2045, section 6.7: `qp-segment := qp-section *(SPACE / TAB) "="`, then transport-padding, which relays add
_PADDED_SOFT_BREAK = re.compile(rb"=[ \t]{1,512}(\r?\n)")
_STRETCH = 65_536
_UU_BEGIN = re.compile(rb"(?:\A|\n)begin [0-7]{3,4} [^\n]{0,500}\n")


def decode_transfer(raw: bytes, encoding: str, report: Report) -> bytes:
    """Undo a transfer encoding; total."""
    if encoding in IDENTITY:
        return raw
    if encoding == "quoted-printable":
        return binascii.a2b_qp(_unpadded(raw) if b"= " in raw or b"=\t" in raw else raw)
    if encoding == "base64":
        return _base64(raw, report)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        return _uudecode(raw, report)
    report(DefectCode.UNKNOWN_ENCODING, "content-transfer-encoding", one_line(encoding)[:40])
    return raw


def _unpadded(raw: bytes) -> bytes:
    """Soft line breaks without the blanks behind them; in stretches, for a substitution makes objects for each of them."""
    if len(raw) <= _STRETCH:
        return _PADDED_SOFT_BREAK.sub(rb"=\1", raw)
    out = bytearray()
    start = 0
    while start < len(raw):
        end = raw.find(b"\n", start + _STRETCH) + 1 or len(raw)
        out += _PADDED_SOFT_BREAK.sub(rb"=\1", raw[start:end])
        start = end
    return bytes(out)


def _base64(raw: bytes, report: Report) -> bytes:
    """RFC 2045, section 6.8.

    QUIRK: text after the padding: a footer that a list added without encoding it, or a second run of base64. Seen in
    Mailman and in gateways that glue parts together. Python's decoder, like most, would drop it.

    QUIRK: "-" and "_" of RFC 4648, section 5 for "+" and "/", where nothing else is odd: programs that took the wrong one
    of two functions. Python's decoder, like most, would drop them and shift all that follows.
    """
    raw = standard_base64(raw)
    tail = b""
    if raw.translate(None, _BASE64_SIGNS) and (odd := _ODD.search(raw)):  # something that is no base64
        line = raw.rfind(b"\n", 0, odd.start() + 1) + 1
        odd_lines = sum(1 for _ in _ODD_LINE.finditer(raw, line))
        if line == 0 or sum(1 for _ in _FULL_LINE.finditer(raw, line)) > odd_lines:
            # damaged here and there, or no base64 at all: what begins with words is text
            decoded = None if line == 0 and _WORDS.match(raw.lstrip()) else _lenient_base64(raw)
            report(DefectCode.UNDECODABLE_BASE64, "", "")
            return raw if decoded is None else decoded
        raw, tail = raw[:line], raw[line:]
    out: list[bytes] = []
    position = 0
    while position < len(raw):
        stop = _BASE64_STOP.search(raw, position)
        end = stop.end() if stop else len(raw)
        decoded = None if len(out) >= 1_000 else _lenient_base64(raw[position:end] if position or stop else raw)
        if decoded is None:
            if not out:
                report(DefectCode.UNDECODABLE_BASE64, "", "")
                return raw + tail
            tail = raw[position:] + tail
            break
        out.append(decoded)
        position = end
    if len(out) > 1 or tail:
        report(DefectCode.BASE64_TRAILING_DATA, "", "")
    return out[0] if len(out) == 1 and not tail else b"".join(out) + tail


def _lenient_base64(raw: bytes) -> bytes | None:
    """Decode, passing over foreign characters; None if hardly anything of it was base64."""
    for attempt in (0, 1, 2):
        try:
            if attempt == 0:
                decoded = binascii.a2b_base64(raw)
            else:  # cut off: without padding, or in the middle of four signs
                decoded = binascii.a2b_base64(raw.rstrip(b"=\r\n\t ")[: 1 - attempt or None] + b"==")
        except binascii.Error:
            continue
        if decoded or not raw.strip():
            clean = not raw.translate(None, _BASE64_SIGNS)
            return decoded if clean or len(decoded) * 2 >= len(raw.strip().translate(None, b"\r")) else None
    return None


def _uudecode(raw: bytes, report: Report) -> bytes:
    begin = _UU_BEGIN.search(raw)
    if begin is None:
        report(DefectCode.UNDECODABLE_UUENCODE, "", "no begin line")
        return raw
    out = bytearray()
    for line in BytesIO(raw[begin.end() :]):
        line = line.rstrip(b"\r\n")
        if not line or line == b"`":
            continue
        if line == b"end":
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            try:  # QUIRK: encoders that pad short lines, as the uu module of the standard library knew
                out += binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
            except binascii.Error:
                report(DefectCode.UNDECODABLE_UUENCODE, "", "")
                return raw
    return bytes(out)
