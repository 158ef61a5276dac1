"""A text as lines with their depth of quotation: what the grammar of replies works on, whatever the text came from.

Rules of this file: nothing is dropped or joined; each line knows its place in the text. RFC 3676, section 4.5: a quote
mark is ">"; QUIRK: blanks before and between the marks, and initials before them (`AB> `, seen in Gnus and The Bat!).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: lines are looked into up to this length; what is longer is somebody's words, or data
LOOKED_AT = 1_000

_PREFIX = re.compile(r"[ \t\xa0]{0,4}(?:[A-Z]{1,3})?((?:>[ \t\xa0]{0,2}){1,60})")
# zero-width signs and marks of direction, which clients put around names, dates and whole lines
_INVISIBLE = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xAD])
_PROMPT = re.compile(r">>>(?: |$)(?!.{0,400}[<(][^<>()@\s]{1,100}@)")


@dataclass(slots=True)
class Line:
    """One line."""

    text: str  #: without quote marks, without trailing white space
    depth: int  #: of quotation
    start: int  #: in the text, quote marks included
    end: int  #: without the line end
    plain: str = ""  #: the start of `text` without invisible signs, white space as one blank
    kind: str = ""  #: kind of fragment, once known
    hard: bool = False  #: the mail's structure says so, not its words
    soft: bool = False  #: quoted only by an indent of HTML, which authors use too
    marks: str = ""  #: the quote marks, as they stand
    flows: bool = False  #: goes on in the next line, where the text is format=flowed (RFC 3676)
    group: int = 0  #: lines of one container of HTML; 0 for none
    label: tuple[frozenset[str], str] | None = None  #: what a label at its start may stand for, and its value
    proof: int = -1  #: addresses and dates in it; -1: not looked yet, nor for a label

    @property
    def written(self) -> str:
        """As it stands, quote marks and all."""
        return (self.marks + self.text).rstrip()

    @property
    def blank(self) -> bool:
        return not self.plain


def plain_words(text: str) -> str:
    """The words of a line as phrases are compared with them, letter case kept."""
    text = text[:LOOKED_AT]
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return " ".join(text.split())


def split_lines(text: str, *, flowed: bool = False) -> list[Line]:
    """The lines of a plain text; `flowed`: where a blank before a quote mark says that it is none (RFC 3676, section 4.4)."""
    lines: list[Line] = []
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        if not raw:
            lines.append(Line("", 0, start, end))
            start = end + 1
            continue
        row = raw[:-1] if raw.endswith("\r") else raw
        depth = 0
        marks = ""
        if ">" in row[:40] and not (flowed and row.startswith(" ")):
            match = _PREFIX.match(row)
            if match is not None and not _is_banner(row):
                depth = match[1].count(">")
                marks = match[0]
                row = row[match.end() :]
        flows = row.endswith(" ") and row != "-- "
        row = row.rstrip()
        lines.append(Line(row, depth, start, end, plain_words(row), marks=marks, flows=flows))
        start = end + 1
    return lines


def _is_banner(row: str) -> bool:
    """QUIRK: `>>> Ada Brook <ada@shop.example> 1/2/2024 3:04 PM >>>` is an attribution. Seen in GroupWise."""
    stripped = row.strip()
    return stripped.startswith(">>>") and stripped.endswith(">>>") and len(stripped) > 8
