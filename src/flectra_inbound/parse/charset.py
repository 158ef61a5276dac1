"""Bytes to text in the charset that a mail names, or in the one that it evidently means.

Rules of this file: every function is total and linear; what it returns encodes to UTF-8. A label is trusted as far as
the bytes bear it out. Labels are data in `charset_labels`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache

from .charset_labels import CODECS
from .defects import DefectCode

#: Codecs that Python knows and that are no charset of mail, or that read text differently from what a person sees.
#: UTF-7 hides markup from whoever looks at the bytes: `+ADw-script+AD4-`.
_REFUSED = re.compile(
    r"^(?:utf.?7.*|unicode.?1.?1.?utf.?7|csunicode11utf7|u7|idna|punycode|undefined|mbcs|oem|.*escape)$"
)
_LABEL = re.compile(r"[a-z0-9][a-z0-9 _.:+-]{0,39}")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_WESTERN = frozenset({"cp1252", "iso8859_15", "iso8859_16", "cp850", "mac_roman"})
#: codecs that read ASCII bytes as something else: always, or behind an escape
_NOT_ASCII = ("utf_16", "utf_32", "utf-16", "utf-32", "cp037", "cp500", "cp1140", "cp273", "cp1026")
_SHIFTING = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
#: ISO 2022: JIS X 0201 kana, a run of JIS X 0208, the way back to ASCII or JIS X 0201 Roman
_JIS_ESCAPE = re.compile(rb"\x1b\(I([\x21-\x5f]*)|\x1b\$[@B]([\x21-\x7e\r\n]*)|\x1b\([BJ]")
#: begins an escape to two bytes a character (RFC 1468)
JIS_MARK = "\x1b$"
_PRINTABLE = bytes([9, 10, 13, *range(32, 127)])
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\r\n")
#: Decoders set aside room for the widest text of all bytes that they are given, so that long texts are decoded in pieces.
_PIECE = 65_536
#: bytes that windows-1252 leaves open are C1 controls in WHATWG's table, so that nothing is lost
_WINDOWS_1252 = {i: bytes([i]).decode("cp1252", "ignore") or chr(i) for i in range(0x80, 0xA0)}


@lru_cache(maxsize=256)
def codec_of(label: str) -> tuple[str | None, DefectCode | None]:
    """The Python codec for a charset label, or None and what is wrong with the label."""
    label = label.strip().strip("\"';, ").lower()
    codec = CODECS.get(label)
    if codec is not None:
        return codec, None
    if not label:
        return None, None
    if _REFUSED.match(label):
        return None, DefectCode.CHARSET_REFUSED
    if not _LABEL.fullmatch(label):
        return None, DefectCode.UNKNOWN_CHARSET
    try:
        info = codecs.lookup(label)
    except (LookupError, ValueError, UnicodeError):
        return None, DefectCode.UNKNOWN_CHARSET
    if _REFUSED.match(info.name) or not getattr(info, "_is_text_encoding", False):
        return None, DefectCode.CHARSET_REFUSED
    return info.name, None


def _decoded(raw: bytes | memoryview, codec: str, errors: str = "strict") -> str:
    """`raw.decode()` that takes no more memory than the text, and one copy of it."""
    if len(raw) <= _PIECE or codec.startswith(("utf_16", "utf-16", "utf_32", "utf-32")):
        return str(raw, codec, errors)  # the latter two want a byte-order mark if they read in pieces
    decoder = codecs.getincrementaldecoder(codec)(errors)
    pieces = [decoder.decode(bytes(raw[i : i + _PIECE])) for i in range(0, len(raw), _PIECE)]
    pieces.append(decoder.decode(b"", True))
    return "".join(pieces)


def windows_1252(raw: bytes | memoryview) -> str:
    """Every byte sequence is some text in windows-1252 as the web reads it."""
    if len(raw) > _PIECE:
        return "".join([windows_1252(raw[i : i + _PIECE]) for i in range(0, len(raw), _PIECE)])
    try:
        return str(raw, "cp1252")
    except UnicodeDecodeError:
        return str(raw, "latin-1").translate(_WINDOWS_1252)


def guess(raw: bytes | memoryview) -> str:
    """Bytes without a usable label: UTF-8 if they are that, else windows-1252."""
    try:
        return _decoded(raw, "utf-8")
    except UnicodeDecodeError:
        return _damaged_utf8(raw)


def decode_ascii(view: memoryview, label: str | None) -> tuple[str | None, DefectCode | None]:
    """Text that is ASCII whatever the label says, without a copy of the bytes; None if it is not."""
    try:
        text = str(view, "ascii")
    except UnicodeDecodeError:
        return None, None
    codec, wrong = (None, None) if label is None else codec_of(label)
    # one letter is looked for at ten times the speed of two
    if "\x1b" in text and JIS_MARK in text and (label is None or codec in _WESTERN or codec == "utf_8"):
        # QUIRK: ISO-2022-JP that nothing declares. Seen in Japanese scripts and mailers from before MIME
        try:
            return _decoded(view, "iso2022_jp"), DefectCode.WRONG_CHARSET
        except UnicodeDecodeError:
            return text, wrong
    if (codec in _SHIFTING and ("\x1b" in text or "~{" in text)) or (
        codec is not None and codec.startswith(_NOT_ASCII)
    ):
        return None, None
    return text, wrong


def decode(raw: bytes | memoryview, label: str | None) -> tuple[str, DefectCode | None]:
    """The text of `raw`, and what was wrong with the label if it was not taken at its word."""
    if isinstance(raw, bytes) and raw.isascii():  # most mail
        text, wrong = decode_ascii(memoryview(raw), label)
        if text is not None:
            return text, wrong
    if label is None:
        return guess(raw), DefectCode.WRONG_CHARSET
    codec, wrong = codec_of(label)
    if codec is None:
        return guess(raw), wrong or DefectCode.UNKNOWN_CHARSET
    text, wrong = _as(raw, codec)
    return text, wrong or (DefectCode.WRONG_CHARSET if "ascii" in label.lower() else None)


def _as(raw: bytes | memoryview, codec: str) -> tuple[str, DefectCode | None]:
    if codec in _WESTERN:
        # QUIRK: text in UTF-8 under a Latin-1 or ASCII label is common; the reverse reading (somebody really wrote
        # only sequences such as "Ã©") is not seen. Seen in web forms and PHP mailers.
        try:
            return _decoded(raw, "utf-8"), DefectCode.WRONG_CHARSET
        except UnicodeDecodeError:
            return (windows_1252(raw) if codec == "cp1252" else _decoded(raw, codec, "replace")), None
    if codec.startswith(("utf_16", "utf-16", "utf_32", "utf-32")) and not _is_wide(raw):
        # QUIRK: text of 7 or 8 bits labelled UTF-16 (the label names the program's own strings). Seen in .NET mailers.
        return guess(raw), DefectCode.WRONG_CHARSET
    try:
        text = _decoded(raw, codec)
        if codec in ("utf_8", "utf-8"):
            return text, None
        return (_SURROGATES.sub("\ufffd", text) if _SURROGATES.search(text) else text), None
    except (UnicodeDecodeError, ValueError):
        pass
    if codec in ("utf_8", "utf-8"):
        return _damaged_utf8(raw), DefectCode.WRONG_CHARSET
    if codec not in _SHIFTING:  # whose seven-bit bytes are UTF-8 too, as letters that nobody wrote
        try:
            return _decoded(raw, "utf-8"), DefectCode.WRONG_CHARSET
        except UnicodeDecodeError:
            pass
    if codec == "iso2022_jp":
        return _iso_2022_jp_as_written(raw), DefectCode.WRONG_CHARSET
    try:
        return _SURROGATES.sub("\ufffd", _decoded(raw, codec, "replace")), DefectCode.WRONG_CHARSET
    except (UnicodeError, ValueError):  # a codec that knows no "replace"
        return windows_1252(raw), DefectCode.WRONG_CHARSET


def _is_wide(raw: bytes | memoryview) -> bool:
    """Whether bytes can be letters of 16 or 32 bits: every second one is below 32 then (Latin, Greek, Cyrillic, Hindi), or
    they are no UTF-8, and ASCII no more than by chance (Chinese).
    """
    octets = bytes(raw)
    if (len(octets) - len(octets.translate(None, _CONTROLS))) * 4 >= len(octets):
        return True
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return (len(octets) - len(octets.translate(None, _PRINTABLE))) * 4 < len(octets) * 3
    return False


def _damaged_utf8(raw: bytes | memoryview) -> str:
    """UTF-8 with a few damaged characters stays UTF-8; else it was windows-1252."""
    text = _decoded(raw, "utf-8", "replace")
    damaged = text.count("\ufffd")
    others = len(raw) - len(text)  # grows with every good multi-byte character
    if others > damaged:
        return text
    del text  # as long as the one below
    return windows_1252(raw)


def _iso_2022_jp_as_written(raw: bytes | memoryview) -> str:
    """ISO-2022-JP with the vendor characters that Windows puts in (①, ㈱, half-width kana): read by way of Shift_JIS.

    QUIRK: RFC 1468 has no NEC row 13 and no half-width kana; Outlook and Japanese phones send both (`cp50220`).
    """
    decoder = codecs.getincrementaldecoder("cp932")("replace")
    pieces: list[str] = []
    out = bytearray()
    for shifted in _shift_jis(memoryview(raw)):
        out += shifted
        if len(out) > _PIECE:
            pieces.append(decoder.decode(bytes(out)))
            out.clear()
    pieces.append(decoder.decode(bytes(out), True))
    return "".join(pieces)


def _shift_jis(raw: memoryview) -> Iterator[bytes | bytearray | memoryview]:
    """The same text in Shift_JIS, piece by piece."""
    at = 0
    for match in _JIS_ESCAPE.finditer(raw):
        yield raw[at : match.start()]
        at = match.end()
        if match[1]:  # seven bits in the mail, eight in Shift_JIS
            yield bytes([byte + 0x80 for byte in match[1]])
        elif match[2]:
            yield from _pairs(raw[match.start(2) : at])
    yield raw[at:]


def _pairs(run: memoryview) -> Iterator[bytes | bytearray]:
    """A run of JIS X 0208: two bytes a character; line ends stand for themselves."""
    out = bytearray()
    i = 0
    while i + 1 < len(run):
        high, low = run[i], run[i + 1]
        if high < 0x21 or low < 0x21:
            out.append(high)
            i += 1
            continue
        out.append((high + 1) // 2 + (0x70 if high < 0x5F else 0xB0))
        out.append(low + ((0x1F if low < 0x60 else 0x20) if high % 2 else 0x7E))
        i += 2
        if len(out) > _PIECE:
            yield bytes(out)
            out.clear()
    out += run[i:]
    yield out
