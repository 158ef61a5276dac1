"""Which fragment each line belongs to.

Rules of this file: every line gets a kind and none is dropped. Where the signs are weak the line is the author's: to lose a
word of his is worse than to keep one of another's.
"""

from __future__ import annotations

from .blocks import RULE
from .ending import mark_endings
from .facts import has_address, has_date
from .lines import Line, above, is_greeting, not_blank
from .look import Look
from .mark import Mark
from .marks import find_marks
from .named import mark_names
from .shared import mark_bars, split_shared
from .signature import is_separator
from .tails import find_tails
from .wording import says_wrote
from .writer import says_who

AUTHOR, QUOTE, ATTRIBUTION, FORWARD_HEADER, FORWARDED = "author", "quote", "attribution", "forward_header", "forwarded"
SIGNATURE, FOOTER, DISCLAIMER, DELIMITER = "signature", "footer", "disclaimer", "delimiter"

_SIGNATURE = 8  # lines of one


def label(lines: list[Line], *, forward: bool = False, names: tuple[str, ...] = ()) -> list[Line]:
    """The lines, each with its kind; one that two share is parted.

    `forward`: the subject says so; `names`: the author's, to know his signature by.
    """
    lines = split_shared(lines)
    mark_bars(lines)
    mark_names(lines)
    look = Look(lines)
    _free_typed(lines)
    _Walk(lines, find_marks(lines, look), forward).go()
    mark_endings(lines, names, look.said)
    for line in lines:
        if not line.kind:
            line.kind = AUTHOR
    return lines


def _free_typed(lines: list[Line]) -> None:
    """QUIRK: the author types on in the container of an attribution, below its line. Seen in Thunderbird."""
    whole = False
    for line in lines:
        if not line.hard or line.kind != ATTRIBUTION:
            whole = whole and line.blank
        elif whole and not has_date(line.plain) and not has_address(line.plain):
            line.kind = ""
            line.hard = False
        else:
            whole = line.plain[-1:] in (":", "：") and (has_date(line.plain) or has_address(line.plain))


class _Walk:
    """From the first line to the last; what stands above the line that is looked at has its final kind."""

    def __init__(self, lines: list[Line], marks: dict[int, Mark], forward: bool) -> None:
        self.lines = lines
        self.marks = marks
        self.forward = forward
        self._seen = 0  # lines that the next two know of
        self._author = False
        self._announced = False  # lines with marks are quotes in this mail
        self._tails: frozenset[int] | None = None
        #: the last line that is neither blank nor quoted
        self._last = next((i for i in range(len(lines) - 1, -1, -1) if lines[i].plain and not lines[i].depth), -1)
        quotes = [
            (mark, lines[below])
            for mark in marks.values()
            if mark.kind == "attribution"
            and not lines[mark.first].depth
            and (below := not_blank(lines, mark.last + 1)) < len(lines)
        ]
        #: the first attribution that is sure and has a quote with marks below it: what is marked above it is the author's
        self._first_quote = min((m.first for m, below in quotes if m.strength > 1 and below.marks), default=-1)
        #: where the last attribution begins that has a quote below it
        self._marked_quote = max((m.first for m, below in quotes if below.depth), default=-1)

    def go(self) -> None:
        lines = self.lines
        marks = self.marks
        index = 0
        size = len(lines)
        while index < size:
            line = lines[index]
            if not line.plain or line.hard:
                mark = marks.get(index)
                if mark is not None and mark.kind == "forwarded" and line.kind == ATTRIBUTION:
                    index = self._forwarded(index)  # Gmail's container is the same for both
                    continue
                if (
                    mark is not None
                    and line.kind == QUOTE
                    and mark.kind != "delimiter"
                    and not any(row.hard and row.kind == QUOTE for row in lines[max(0, index - 3) : index])
                ):
                    _in_container(lines, mark, self._is_forwarded(mark))
                index += 1
            elif index in marks:
                index = self._marked(index, marks[index])
            elif line.depth:
                index = self._quoted(index, announced=False)
            else:
                index += 1

    def _forwarded(self, index: int) -> int:
        """Label a container that says whose words are forwarded, and what follows; returns where to go on."""
        lines = self.lines
        while index < len(lines) and (lines[index].kind == ATTRIBUTION or lines[index].blank):
            lines[index].kind = FORWARD_HEADER
            index += 1
        _all(lines, index, len(lines), FORWARDED)
        return len(lines)

    def _is_forwarded(self, mark: Mark) -> bool:
        return mark.kind == "forwarded" or (self.forward and mark.kind != "attribution")

    def _marked(self, index: int, mark: Mark) -> int:
        """Label what a mark announces; returns where to go on."""
        lines = self.lines
        line = lines[index]
        if mark.kind == "delimiter":
            line.kind = DELIMITER
            if index and RULE.match(lines[index - 1].plain) and not lines[index - 1].kind:
                lines[index - 1].kind = DELIMITER  # a rule right above it is its own
            if self._author_above(index):
                _all(lines, index + 1, len(lines), QUOTE)
                return len(lines)
            return index + 1
        if not line.depth:
            return self._at_mark(mark)
        if mark.strength == 1:
            return self._quoted(index, announced=True)
        # QUIRK: the attribution stands within the quote. Seen in Apple Mail and where HTML lost its layout
        forwarded = self._is_forwarded(mark)
        _all(lines, mark.first, mark.last + 1, FORWARD_HEADER if forwarded else ATTRIBUTION)
        return self._quoted(index, announced=True, kind=FORWARDED if forwarded else QUOTE)

    def _at_mark(self, mark: Mark) -> int:
        """Label a mark and what it announces; returns where to go on."""
        lines = self.lines
        size = len(lines)
        below = not_blank(lines, mark.last + 1)
        quoted = below < size and (lines[below].depth > 0 or lines[below].hard)
        forwarded = mark.kind == "forwarded" or (self.forward and mark.kind in ("header", "original"))
        head = FORWARD_HEADER if forwarded else ATTRIBUTION
        if mark.strength == 1 and not quoted:
            return mark.last + 1
        if mark.kind == "attribution" and quoted and self._is_told(mark) and self._author_above(mark.first):
            end = not_blank(lines, _end_of_quote(lines, below))
            if end < size and lines[end].depth == 0 and not lines[end].hard and not is_separator(lines[end]):
                return end  # "The sign said:", a quote, and he goes on: part of what he tells
        if quoted and not (mark.kind == "forwarded" and not lines[below].hard and lines[below].depth == 0):
            _all(lines, mark.first, mark.last + 1, head)
            return (
                self._quoted(below, announced=True, kind=FORWARDED if forwarded else QUOTE)
                if lines[below].depth
                else below
            )
        if mark.kind == "attribution":
            if mark.strength < 3 and below < size:
                return mark.last + 1  # a sentence that ends like one
            if self._tells(mark, below):
                return mark.last + 1
            _all(lines, mark.first, mark.last + 1, head)
            _all(lines, mark.last + 1, size, QUOTE)
            return size
        own_header = mark.kind == "header" and not self._author_above(mark.first)
        if mark.kind == "header" and not mark.proof and own_header:
            return mark.last + 1  # "From: 1 March, To: 31 March": somebody's table
        if mark.kind == "header" and _introduced(lines, mark.first):
            return mark.last + 1
        if (
            mark.kind == "original"
            and 0 < mark.first == mark.last
            and not lines[mark.first - 1].blank
            and _introduced(lines, mark.first)
        ):
            return mark.last + 1  # "It says:" and the separator, right below
        _all(lines, mark.first, mark.last + 1, FORWARD_HEADER if forwarded or own_header else head)
        _all(lines, mark.last + 1, size, FORWARDED if forwarded or own_header else QUOTE)
        return size

    def _is_told(self, mark: Mark) -> bool:
        """Whether an attribution may be a sentence of the author's: it is weak, and what stands above is more than a greeting."""
        rows = [line for line in self.lines[mark.first : mark.last + 1] if line.plain]
        if mark.strength != 2 and not (mark.strength == 1 and says_who(rows[0].plain)):
            return False
        at = above(self.lines, mark.first)
        return at < 0 or above(self.lines, at) >= 0 or not is_greeting(self.lines[at].plain)

    def _tells(self, mark: Mark, below: int) -> bool:
        """Whether the author tells who wrote what and when: no gap, no address or no verb, and a quote with marks comes later."""
        if mark.first >= self._marked_quote or below != mark.last + 1:
            return False
        text = " ".join([line.plain for line in self.lines[mark.first : mark.last + 1]])
        return "@" not in text or not says_wrote(text)

    def _quoted(self, index: int, *, announced: bool, kind: str = QUOTE) -> int:
        """Label a block of quoted lines, and the lines within it that lost their mark when they were wrapped."""
        lines = self.lines
        size = len(lines)
        if not announced and (lines[index].soft or index < self._first_quote or self._is_own(index)):
            while index < size and (lines[index].depth > 0 or lines[index].blank):
                if not lines[index].blank:
                    if lines[index].soft != lines[max(0, index - 1)].soft and not lines[index].soft:
                        break
                    lines[index].kind = lines[index].kind or AUTHOR
                index += 1
            return index
        if not announced and lines[index].plain == "--" and not lines[index].marks:
            end = self._signature(index)
            if end > index:
                return end
        tails = self._tails_below(index)
        place = index
        while place < size:
            line = lines[place]
            if line.depth > 0:
                line.kind = line.kind or kind
            elif line.blank:
                after = not_blank(lines, place)
                if after >= size or lines[after].depth == 0:
                    break
                place = after
                continue
            elif place in tails:
                line.kind = kind
            else:
                break
            place += 1
        return place

    def _tails_below(self, index: int) -> frozenset[int]:
        """The ends of quoted lines that lost their mark, below the first quote of a mail."""
        if self._tails is None:
            self._tails = find_tails(self.lines, index, author_above=self._author_above(index))
        return self._tails

    def _signature(self, index: int) -> int:
        """QUIRK: the author's signature in a container of quotes. Seen in Flectra and Odoo, which fold both away alike.

        Returns where it ends; `index` if it is none.
        """
        end = index
        while end < len(self.lines) and end not in self.marks and self.lines[end].depth in (0, self.lines[index].depth):
            if self.lines[end].plain and not self.lines[end].depth:
                break
            end += 1
        if sum(bool(line.plain) for line in self.lines[index:end]) > _SIGNATURE:
            return index
        _all(self.lines, index, end, SIGNATURE)
        return end

    def _is_own(self, index: int) -> bool:
        """Whether marked lines that nothing announces are the author's: what he introduces himself, a prompt, a comparison."""
        lines = self.lines
        at = above(lines, index)
        own = at >= 0 and lines[at].kind in ("", AUTHOR) and lines[at].depth == 0
        if own and lines[at].plain[-1:] in (":", "："):
            return True
        if lines[index].depth == 3 and all(line.depth in (0, 3) for line in lines[index : index + 12]):
            return True  # Python's `>>> `
        single = index + 1 >= len(lines) or lines[index + 1].depth == 0
        if not own or not single or at != index - 1 or self._last <= index:
            return False
        self._look(index)
        return not self._announced

    def _author_above(self, index: int) -> bool:
        self._look(index)
        return self._author

    def _look(self, index: int) -> None:
        """Take the lines above this one into account."""
        for line in self.lines[self._seen : index]:
            if line.kind == ATTRIBUTION or (line.kind == QUOTE and line.marks):
                self._announced = True
            elif line.plain and not line.hard and line.kind in ("", AUTHOR):
                self._author = True
        self._seen = max(self._seen, index)


def _in_container(lines: list[Line], mark: Mark, forwarded: bool) -> None:
    """Label what a container of HTML begins with: the attribution or header block of all that is in it."""
    for row in lines[mark.first : mark.last + 1]:
        row.kind = FORWARD_HEADER if forwarded else ATTRIBUTION
    for row in lines[mark.last + 1 :] if forwarded else ():
        if row.hard and row.kind == QUOTE:
            row.kind = FORWARDED


def _end_of_quote(lines: list[Line], index: int) -> int:
    while index < len(lines) and (lines[index].depth > 0 or lines[index].blank):
        index += 1
    return index


def _introduced(lines: list[Line], index: int) -> bool:
    """Whether the author's line above ends with a colon: what follows is what he shows."""
    at = above(lines, index)
    return at >= 0 and lines[at].kind in ("", AUTHOR) and lines[at].plain[-1:] in (":", "：")


def _all(lines: list[Line], first: int, last: int, kind: str) -> None:
    for line in lines[first:last]:
        if not line.hard:
            line.kind = kind
