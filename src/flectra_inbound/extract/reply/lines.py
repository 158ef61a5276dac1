"""A text as lines with their depth of quotation: what the grammar of replies works on, whatever the text came from.

Rules of this file: nothing is dropped or joined; each line knows its place in the text. RFC 3676, section 4.5: a quote
mark is ">"; QUIRK: blanks before and between the marks, and initials before them (`AB> `, seen in Gnus and The Bat!).
"""

from __future__ import annotations

import re

#: lines are looked into up to this length; what is longer is somebody's words, or data
LOOKED_AT = 1_000

#: `Line.proof` where nobody looked: not for a label either; and only for that
UNREAD, UNPROVEN = -2, -1
#: of a line without colours
NO_TINTS: frozenset[str] = frozenset()

_PREFIX = re.compile(r"[ \t\xa0]{0,4}(?:[A-Z]{1,3})?((?:>[ \t\xa0]{0,2}){1,60})")
# zero-width signs and marks of direction, which clients put around names, dates and whole lines
INVISIBLE = (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xAD)
_INVISIBLE = re.compile(f"[{''.join(map(chr, INVISIBLE))}]")


class Line:
    """One line."""

    __slots__ = (
        "_size", "depth", "flows", "generic", "group", "hard", "kind", "label", "marks", "plain", "proof", "soft", "start",
        "text", "timed", "tints",
    )  # fmt: skip

    def __init__(
        self,
        text: str,
        depth: int,
        start: int,
        end: int,
        plain: str = "",
        kind: str = "",
        marks: str = "",
        flows: bool = False,
        soft: bool = False,
        group: int = 0,
    ) -> None:
        self.text = text  #: without quote marks, without trailing white space
        self.depth = depth  #: of quotation
        self.start = start  #: in the text, quote marks included
        self._size = end - start  # mostly an integer that Python keeps anyway: 32 bytes less a line
        self.plain = (
            plain  #: the start of `text` without invisible signs, white space as one blank; empty for a blank line
        )
        self.kind = kind  #: kind of fragment, once known
        self.hard = False  #: the mail's structure says so, not its words
        self.soft = soft  #: quoted only by an indent of HTML, which authors use too
        self.marks = marks  #: the quote marks, as they stand
        self.flows = flows  #: goes on in the next line, where the text is format=flowed (RFC 3676)
        self.group = group  #: lines of one container of HTML; 0 for none
        self.proof = UNREAD  #: addresses and dates in it; below 0: not looked yet
        self.timed = False  #: it names a time of day; told with `proof`
        self.label: frozenset[str] | None = None  #: what a label at its start may stand for
        self.tints = NO_TINTS  #: colours of its words but that of ordinary text; an empty one: some have that
        self.generic = False  #: it begins with something like a label, and has a value

    @property
    def end(self) -> int:
        """In the text, without the line end."""
        return self.start + self._size

    @property
    def written(self) -> str:
        """As it stands, quote marks and all."""
        return (self.marks + self.text if self.marks else self.text).rstrip()

    @property
    def blank(self) -> bool:
        return not self.plain


def plain_words(text: str) -> str:
    """The words of a line as phrases are compared with them, letter case kept."""
    text = text[:LOOKED_AT]
    if text.isprintable():  # so it has no white space but blanks, and nothing invisible
        return " ".join(text.split()) if "  " in text else text.strip(" ")
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return " ".join(text.split())


def split_lines(text: str, *, flowed: bool = False) -> list[Line]:
    """The lines of a plain text; `flowed`: where a blank before a quote mark says that it is none (RFC 3676, section 4.4)."""
    lines: list[Line] = []
    add = lines.append
    start = 0
    for row in text.split("\n"):
        end = start + len(row)
        if not row:
            add(Line("", 0, start, end))
            start = end + 1
            continue
        depth = 0
        marks = ""
        if ">" in row and not (flowed and row[0] == " "):
            match = _PREFIX.match(row)
            if match is not None:
                depth = match[1].count(">")
                if depth < 3 or not _is_banner(row):
                    marks = match[0]
                    row = row[match.end() :]
                else:
                    depth = 0
        flows = row[-1:] == " " and row != "-- "
        row = row.rstrip()
        add(Line(row, depth, start, end, plain_words(row), "", marks, flows))
        start = end + 1
    return lines


def _is_banner(row: str) -> bool:
    """QUIRK: `>>> Ada Brook <ada@shop.example> 1/2/2024 3:04 PM >>>` is an attribution. Seen in GroupWise."""
    stripped = row.strip()
    return stripped.startswith(">>>") and stripped.endswith(">>>") and len(stripped) > 8


def last_words(lines: list[Line], first: int, end: int) -> int:
    """One past the last line that is not blank."""
    while end > first and lines[end - 1].blank:
        end -= 1
    return end


def mark_all(lines: list[Line], first: int, end: int, kind: str) -> None:
    """Give some lines a kind."""
    for line in lines[first:end]:
        line.kind = kind


def paragraph(lines: list[Line], first: int, end: int) -> int:
    """Where the paragraph begins that ends at `end`, not above `first`; of a long one its end."""
    start = end
    while start > first and not lines[start - 1].blank and end - start < 30:
        start -= 1
    return start


def above(lines: list[Line], index: int) -> int:
    """The nearest line above that is not blank; -1 if there is none."""
    index -= 1
    while index >= 0 and lines[index].blank:
        index -= 1
    return index


def not_blank(lines: list[Line], index: int) -> int:
    """The first line from here on that is not blank; the number of lines if there is none."""
    while index < len(lines) and lines[index].blank:
        index += 1
    return index


def words_above(lines: list[Line], first: int, index: int) -> str:
    """The nearest line above that is not blank, not above `first`; empty if there is none."""
    at = above(lines, index)
    return lines[at].plain if at >= first else ""


def is_greeting(text: str) -> bool:
    """Whether a line is what a mail begins with: "Hello Ada,"."""
    return text[-1:] in (",", "!", "，") and len(text.split()) <= 5


def fenced(lines: list[Line]) -> frozenset[int]:
    """Lines between two fences of Markdown: code, whatever it looks like."""
    fences = [i for i, line in enumerate(lines) if line.plain[:3] in ("```", "~~~") and not line.depth]
    return frozenset(i for first, last in zip(fences[::2], fences[1::2]) for i in range(first, last + 1))
