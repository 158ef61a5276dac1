"""Encoded words in header fields (RFC 2047; language tags of RFC 2231, section 5), decoded in one pass.

Rules of this file: total; a word that cannot be decoded stays as it stands.
"""

from __future__ import annotations

import binascii
import re

from . import charset
from .defects import DefectCode
from .grammar import ENCODED_WORD

_URL_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=\r\n"
#: a line of nothing else is a rule that somebody drew
_RULE = re.compile(rb"^[-_]+\r?$", re.MULTILINE)
_URL_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def decode_words(text: str, limit: int = 500) -> tuple[str, DefectCode | None]:
    """RFC 2047: encoded words decoded, the rest as it stands; and what was wrong, if anything.

    Neighbouring words in one charset are joined before they are decoded.
    QUIRK: mailers split words in the middle of a character, which section 5 forbids. Seen in Japanese and Chinese mail.
    """
    start = text.find("=?")
    if start < 0:
        return text, None
    out: list[str] = []
    pending: list[bytes] = []  # bytes of neighbouring words
    label = ""
    wrong: DefectCode | None = None
    at = count = 0

    def flush() -> None:
        nonlocal wrong
        if pending:
            decoded, problem = charset.decode(b"".join(pending), label)
            if problem is not None and problem is not DefectCode.WRONG_CHARSET:
                wrong = DefectCode.BAD_ENCODED_WORD
            out.append(decoded)
            pending.clear()

    while (match := ENCODED_WORD.search(text, start)) is not None:
        end = text.find("?=", match.end())
        if end < 0:
            break
        count += 1
        if count > limit:
            wrong = DefectCode.ENCODED_WORD_LIMIT
            break
        raw = _word_bytes(match[2], text[match.end() : end])
        if raw is None:
            wrong = DefectCode.BAD_ENCODED_WORD
            start = match.end()
            continue
        word_label = match[1].partition("*")[0].lower()
        between = text[at : match.start()]
        if pending and not between.strip():  # section 6.2: white space between neighbours is not shown
            if word_label != label:
                flush()
        else:
            flush()
            out.append(between)
        pending.append(raw)
        label = word_label
        at = start = end + 2
    flush()
    out.append(text[at:])
    return "".join(out), wrong


def standard_base64(raw: bytes) -> bytes:
    """Base64 in the alphabet for URLs as the one for mail, where the latter cannot be meant."""
    if (b"-" not in raw and b"_" not in raw) or b"+" in raw or b"/" in raw:
        return raw
    if raw.translate(None, _URL_SIGNS) or _RULE.search(raw):
        return raw
    return raw.translate(_URL_TO_STANDARD)


def _word_bytes(encoding: str, payload: str) -> bytes | None:
    raw = payload.encode("utf-8", "surrogatepass")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    raw = standard_base64(raw)
    try:
        return binascii.a2b_base64(raw + b"==")
    except binascii.Error:
        try:  # QUIRK: one stray character at the end. Seen in words cut by length.
            return binascii.a2b_base64(raw[: len(raw) // 4 * 4] + b"==")
        except binascii.Error:
            return None
