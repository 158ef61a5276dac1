"""The fragments of a labelled text, and the author's words as a person would read them.

Rules of this file: views only. The last quote goes; a quote that author's words follow is what they answer, and stays. A
view is never empty where anything was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .lines import Line
from .wording import fold, wording

#: quoted lines kept above an answer; a whole thread above one line is no context
_CONTEXT = 12
_BLANK_LINES = re.compile(r"\n\n\n+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines of one kind in a row: a fragment, by its lines."""

    kind: str
    first: int
    last: int  #: inclusive


def pieces(lines: list[Line]) -> list[Piece]:
    """Runs of one kind; blank lines belong to what stands above them."""
    found: list[Piece] = []
    kind = ""
    first = 0
    for index, line in enumerate(lines):
        if line.plain and line.kind != kind:
            if kind:
                found.append(Piece(kind, first, index - 1))
                first = index
            kind = line.kind
    if lines:
        found.append(Piece(kind or "author", first, len(lines) - 1))
    return found


@dataclass(frozen=True, slots=True)
class Flow:
    """RFC 3676: whether lines that end with a blank go on in the next, and whether that blank is one of the text's."""

    flowed: bool = False
    delsp: bool = False


def shown_text(lines: list[Line], runs: list[Piece], *, tight: bool) -> str:
    """`author_text()` of lines that an HTML text became: one blank line between paragraphs; if they are `tight`, none."""
    if tight:
        runs = list(runs)
        rows: list[Line] = []
        for i, run in enumerate(runs):
            first = len(rows)
            rows += [line for line in lines[run.first : run.last] if line.plain or line.end > line.start]
            rows.append(lines[run.last])
            runs[i] = Piece(run.kind, first, len(rows) - 1)
        lines = rows
    text = author_text(lines, runs)
    return _BLANK_LINES.sub("\n\n", text) if "\n\n\n" in text else text


def author_text(lines: list[Line], runs: list[Piece], flow: Flow = Flow()) -> str:
    """The author's words, with the quoted lines that they answer; `runs`: the pieces of the lines."""
    if not any(run.kind == "author" and any(line.plain for line in lines[run.first : run.last + 1]) for run in runs):
        return _fallback(lines, runs)
    context = answered(lines, runs)
    out: list[str] = []
    for i, run in enumerate(runs):
        if run.kind == "author":
            out += _joined(lines[run.first : run.last + 1], flow)
        elif i in context:
            out += _context(lines[run.first : run.last + 1])
    return "\n".join(out).strip("\n").rstrip()


def answered(lines: list[Line], runs: list[Piece]) -> frozenset[int]:
    """The quotes that the author answers below: of several, or without an attribution of the whole; not all of a thread."""
    found: list[int] = []
    alone = False
    for i, run in enumerate(runs[:-1]):
        if run.kind == "quote" and runs[i + 1].kind == "author" and not _is_sign_off(lines, runs[i + 1]):
            found.append(i)
            alone = alone or i == 0 or runs[i - 1].kind != "attribution"
    return frozenset(found if alone or len(found) > 1 else ())


def _is_sign_off(lines: list[Line], run: Piece) -> bool:
    """Whether a run is no more than "Regards" and a name."""
    rows = [row for row in lines[run.first : run.last + 1] if not row.blank]
    first = fold(rows[0].plain).partition(",")[0].strip(" .!") if rows else ""
    return not rows or (len(rows) <= 3 and max(len(row.plain) for row in rows) < 40 and first in wording().closings)


def _joined(rows: list[Line], flow: Flow) -> list[str]:
    if not flow.flowed:
        return [row.written for row in rows]
    out: list[str] = []
    goes_on = False
    for row in rows:
        text = row.written.removeprefix(" ")  # space-stuffed (section 4.4)
        if goes_on and not row.blank:
            out[-1] += ("" if flow.delsp else " ") + text
        else:
            out.append(text)
        goes_on = row.flows and not row.blank
    return out


def _context(rows: list[Line]) -> list[str]:
    """What an answer below a quote is an answer to: the quote, or of a long one its last paragraph."""
    while rows and rows[-1].blank:
        rows = rows[:-1]
    if len(rows) > _CONTEXT:
        start = len(rows)
        while start > 0 and not rows[start - 1].blank and len(rows) - start < _CONTEXT:
            start -= 1
        rows = rows[start:]
    return [("> " + row.text).rstrip() for row in rows] + [""]


def _fallback(lines: list[Line], runs: list[Piece]) -> str:
    """Without words of his own: what he forwarded, else the empty text."""
    for kind in ("forwarded", "quote"):
        rows = [
            row.text
            for run in runs
            if run.kind == kind
            for row in lines[run.first : run.last + 1]
            if not row.depth and not row.hard
        ]
        text = "\n".join(rows).strip()
        if text:
            return text
    return ""
