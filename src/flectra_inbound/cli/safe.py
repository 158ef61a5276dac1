"""Make what strangers wrote harmless before a terminal sees it: control characters become visible escapes.

Rules of this file: text in, text out. Joiners (U+200C, U+200D) stay, because Persian, Indic scripts and emoji need
them; every other character without a shape of its own is shown by its number. Markup of rich is not read anywhere in
this package: strings become `Text`, never markup.
"""

from __future__ import annotations

import re

#: Inside a class of a pattern: DEL and C1 (terminal commands); invisible and bidi marks, embeddings, overrides and isolates
#: (they reorder what stands beside them: "Trojan Source"); line and paragraph separators; lone surrogates, which no
#: terminal encoding can hold; fillers; interlinear and tag characters; what is no character.
SHAPELESS = (
    "\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff"
    "\uffa0\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
)
_UNSAFE = re.compile(f"[\x00-\x1f{SHAPELESS}]")


def safe(text: str, limit: int = 300) -> str:
    """One line of at most `limit` characters (before escaping), whatever `text` holds."""
    line = " ".join(text[: 4 * limit].split())
    if len(line) > limit or len(text) > 4 * limit:
        line = line[: limit - 1].rstrip() + "…"
    return _escape(line)


def safe_lines(text: str) -> list[str]:
    """All lines of `text`, each harmless; tabs become spaces, outer blank lines go."""
    lines = text.replace("\r\n", "\n").strip("\n").split("\n")
    return [_escape(line.expandtabs(8).rstrip()) for line in lines]


def _escape(line: str) -> str:
    return _UNSAFE.sub(_number, line)


def _number(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
