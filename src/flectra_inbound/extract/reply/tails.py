"""The ends of quoted lines that lost their mark: a client or gateway that wraps long lines at sending writes none.

Rules of this file: an answer between two quoted lines looks nearly the same, and to lose one is worse than to keep an end. So
the line above must be full and its sentence unfinished, and one line that can be no end means that all are answers.
"""

from __future__ import annotations

from .lines import Line
from .wording import is_small

_FULL = 55  # characters of a line that may have been wrapped
_NARROWEST = 71  # width that lines are wrapped at; all that is known of it else is the longest line
_STOPS = ".!?…。！？"
_MOST = 200  # ends in one mail


def find_tails(lines: list[Line], index: int, *, author_above: bool) -> frozenset[int]:
    """The lines below `index`, where a quote begins, that are ends of quoted ones."""
    marked = [i for i in range(index, len(lines)) if lines[i].marks and lines[i].depth and lines[i].plain]
    if len(marked) < 2 or marked[-1] - marked[0] + 1 == len(marked):
        return frozenset()
    last = marked[-1]
    width = max([_NARROWEST, *[len(lines[i].written) for i in marked if " " in lines[i].plain]])
    found: list[int] = []
    sure = False
    for i in range(marked[0], last):
        if lines[i].depth or lines[i].blank:
            continue
        if len(found) >= _MOST or not _continues(lines, i, width) or not lines[i + 1].depth:
            return frozenset()
        flow = _flow(lines[i].plain, lines[i + 1].plain)
        if flow == 0:
            return frozenset()
        sure = sure or flow == 2
        found.append(i)
    if not sure or not _has_sentences(lines, marked[0], last):
        return frozenset()
    ends_there = all(line.blank for line in lines[last + 2 :])
    if author_above and ends_there and last + 1 < len(lines) and _continues(lines, last + 1, width):
        found.append(last + 1)
    return frozenset(found if len(found) > 1 else ())  # one alone may be what he throws in


def _has_sentences(lines: list[Line], first: int, last: int) -> bool:
    """Whether who is quoted writes sentences: a capital at the begin and a stop at the end. Else their run tells nothing."""
    ends = [line.plain[-1] for line in lines[last : last + 2] if line.plain]
    return not is_small(lines[first].plain[0]) and any(end in _STOPS for end in ends)


def _continues(lines: list[Line], index: int, width: int) -> bool:
    """Whether a line may be the end of the one above, by their lengths and by how that one ends."""
    before, line = lines[index - 1], lines[index]
    if not before.marks or not before.depth or line.blank or line.depth or line.hard:
        return False
    return (
        len(before.plain) >= _FULL
        and len(line.plain) < len(before.plain)
        and before.plain[-1] not in _STOPS + ":："
        and len(before.written) + 1 + len(line.plain.split(" ", 1)[0]) > width
    )


def _flow(line: str, after: str) -> int:
    """Whether a sentence runs through a line to the quoted one below: 0 hardly; 1 perhaps; 2 it reads so."""
    goes_on = is_small(after[:1])
    ends = line[-1] in _STOPS
    if is_small(line[0]):
        return 2 if ends != goes_on else 1
    return 1 if goes_on and not ends else 0
