"""Which fragment each line belongs to.

Rules of this file: every line gets a kind and none is dropped. Where the signs are weak the line is the author's: to lose a
word of his is worse than to keep one of another's.
"""

from __future__ import annotations

from .ending import mark_endings
from .lines import Line
from .marks import Mark, find_marks, mark_bars, split_shared
from .wording import fold, said_in

AUTHOR, QUOTE, ATTRIBUTION, FORWARD_HEADER, FORWARDED = "author", "quote", "attribution", "forward_header", "forwarded"
SIGNATURE, FOOTER, DISCLAIMER, DELIMITER = "signature", "footer", "disclaimer", "delimiter"

_WRAP = 55  # a quoted line at least this long may have lost its end to the next line


def label(lines: list[Line], *, forward: bool = False, names: tuple[str, ...] = ()) -> list[Line]:
    """The lines, each with its kind; one that two share is parted.

    `forward`: the subject says so; `names`: the author's, to know his signature by.
    """
    lines = split_shared(lines)
    mark_bars(lines)
    said = said_in(fold(" ".join([line.plain for line in lines if line.plain])))
    marks = find_marks(lines, said)
    _walk(lines, marks, forward)
    mark_endings(lines, names, said)
    for line in lines:
        if not line.kind:
            line.kind = AUTHOR
    return lines


def _walk(lines: list[Line], marks: dict[int, Mark], forward: bool) -> None:
    index = 0
    size = len(lines)
    while index < size:
        line = lines[index]
        mark = marks.get(index)
        if line.hard or line.blank:
            first = not any(row.hard and row.kind == QUOTE for row in lines[max(0, index - 3) : index])
            if first and mark is not None and line.kind == QUOTE and mark.kind != "delimiter":
                _in_container(lines, mark, mark.kind == "forwarded" or (forward and mark.kind != "attribution"))
            index += 1
            continue
        if mark is not None and mark.kind == "delimiter":
            line.kind = DELIMITER
            if _author_above(lines, index):
                _all(lines, index + 1, size, QUOTE)
                return
            index += 1
        elif mark is not None and line.depth == 0:
            index = _at_mark(lines, mark, forward)
        elif line.depth > 0:
            announced = mark is not None and mark.kind != "delimiter"
            if mark is not None and announced and mark.strength > 1:
                # QUIRK: the attribution stands within the quote. Seen in Apple Mail and where HTML lost its layout
                forwarded = mark.kind == "forwarded" or (forward and mark.kind != "attribution")
                _all(lines, mark.first, mark.last + 1, FORWARD_HEADER if forwarded else ATTRIBUTION)
                index = _quoted(lines, index, announced=True, kind=FORWARDED if forwarded else QUOTE)
            else:
                index = _quoted(lines, index, announced=announced)
        else:
            index += 1


def _in_container(lines: list[Line], mark: Mark, forwarded: bool) -> None:
    """Label what a container of HTML begins with: the attribution or header block of all that is in it."""
    for row in lines[mark.first : mark.last + 1]:
        row.kind = FORWARD_HEADER if forwarded else ATTRIBUTION
    for row in lines[mark.last + 1 :] if forwarded else ():
        if row.hard and row.kind == QUOTE:
            row.kind = FORWARDED


def _at_mark(lines: list[Line], mark: Mark, forward: bool) -> int:
    """Label a mark and what it announces; returns where to go on."""
    size = len(lines)
    below = _next(lines, mark.last + 1)
    quoted = below < size and (lines[below].depth > 0 or lines[below].hard)
    forwarded = mark.kind == "forwarded" or (forward and mark.kind in ("header", "original"))
    head = FORWARD_HEADER if forwarded else ATTRIBUTION
    if mark.strength == 1 and not quoted:
        return mark.last + 1
    if mark.kind == "attribution" and mark.strength == 2 and quoted and _author_above(lines, mark.first):
        end = _next(lines, _end_of_quote(lines, below))
        if end < size and lines[end].depth == 0 and not lines[end].hard:
            return end  # "The sign said:", a quote, and he goes on: part of what he tells
    if quoted and not (mark.kind == "forwarded" and not lines[below].hard and lines[below].depth == 0):
        _all(lines, mark.first, mark.last + 1, head)
        return (
            _quoted(lines, below, announced=True, kind=FORWARDED if forwarded else QUOTE)
            if lines[below].depth
            else below
        )
    if mark.kind == "attribution":
        if mark.strength < 3 and below < size:
            return mark.last + 1  # a sentence that ends like one
        _all(lines, mark.first, mark.last + 1, head)
        _all(lines, mark.last + 1, size, QUOTE)
        return size
    own_header = mark.kind == "header" and not _author_above(lines, mark.first)
    if mark.kind == "header" and not mark.proof and own_header:
        return mark.last + 1  # "From: 1 March, To: 31 March": somebody's table
    if mark.kind == "header" and _introduced(lines, mark.first):
        return mark.last + 1
    _all(lines, mark.first, mark.last + 1, FORWARD_HEADER if forwarded or own_header else head)
    _all(lines, mark.last + 1, size, FORWARDED if forwarded or own_header else QUOTE)
    return size


def _end_of_quote(lines: list[Line], index: int) -> int:
    while index < len(lines) and (lines[index].depth > 0 or lines[index].blank):
        index += 1
    return index


def _introduced(lines: list[Line], index: int) -> bool:
    """Whether the author's line above ends with a colon: what follows is what he shows."""
    above = index - 1
    while above >= 0 and lines[above].blank:
        above -= 1
    return above >= 0 and lines[above].kind in ("", AUTHOR) and lines[above].plain[-1:] in (":", "：")


def _quoted(lines: list[Line], index: int, *, announced: bool, kind: str = QUOTE) -> int:
    """Label a block of quoted lines, and the lines within it that lost their mark when they were wrapped."""
    size = len(lines)
    if not announced and (lines[index].soft or _is_own(lines, index)):
        while index < size and (lines[index].depth > 0 or lines[index].blank):
            if not lines[index].blank:
                if lines[index].soft != lines[max(0, index - 1)].soft and not lines[index].soft:
                    break
                lines[index].kind = lines[index].kind or AUTHOR
            index += 1
        return index
    place = index
    while place < size:
        line = lines[place]
        if line.depth > 0:
            line.kind = line.kind or kind
        elif line.blank:
            after = _next(lines, place)
            if after >= size or lines[after].depth == 0:
                break
        elif _is_wrapped(lines, place):
            line.kind = kind
        else:
            break
        place += 1
    return place


def _is_wrapped(lines: list[Line], place: int) -> bool:
    """Whether an unmarked line is the end of the quoted line above it, cut off by a client that wraps at sending."""
    if place == 0 or place + 1 >= len(lines):
        return False
    before, line, after = lines[place - 1], lines[place], lines[place + 1]
    return (
        before.depth > 0
        and len(before.plain) >= _WRAP
        and len(line.plain) < len(before.plain)
        and after.depth > 0
        and (line.plain[:1].islower() or not line.plain[:1].isalpha() or len(line.plain) < 25)
        and before.plain[-1:] not in ".!?:"
    )


def _is_own(lines: list[Line], index: int) -> bool:
    """Whether marked lines that nothing announces are the author's: what he introduces himself, a prompt, a comparison."""
    above = index - 1
    while above >= 0 and lines[above].blank:
        above -= 1
    own = above >= 0 and lines[above].kind in ("", AUTHOR) and lines[above].depth == 0
    if own and lines[above].plain[-1:] in (":", "："):
        return True
    if lines[index].depth == 3 and all(line.depth in (0, 3) for line in lines[index : index + 12]):
        return True  # Python's `>>> `
    single = index + 1 >= len(lines) or lines[index + 1].depth == 0
    followed = any(not line.blank and not line.depth for line in lines[index + 1 :])
    return own and single and followed and above == index - 1 and not any(x.kind == ATTRIBUTION for x in lines[:index])


def _author_above(lines: list[Line], index: int) -> bool:
    return any(not line.blank and line.kind in ("", AUTHOR) and not line.hard for line in lines[:index])


def _next(lines: list[Line], index: int) -> int:
    while index < len(lines) and lines[index].blank:
        index += 1
    return index


def _all(lines: list[Line], first: int, last: int, kind: str) -> None:
    for line in lines[first:last]:
        if not line.hard:
            line.kind = kind
