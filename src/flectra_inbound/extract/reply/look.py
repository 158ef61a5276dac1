"""One look at a whole text, so that most of its lines need none: which lines can hold a mark, and which phrases occur.

Rules of this file: a line that is left out cannot be what `marks` looks for. How much is looked at closely is bounded, for
a text may consist of nothing but attributions; what lies past the bound is the author's.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence

from .lines import Line
from .said import Said, said_in
from .wording import fold

#: a mark has a digit, an address, a colon, or a sign that separators and quotes consist of; or it is one phrase alone
_EVIDENCE = re.compile(r"[\d@:：<>=*_~+–—-]")
#: lines compared with all templates; the longest thread of the corpus needs some dozens
_CLOSE_LOOKS = 2_000


class Look:
    """What is known of a text before its lines are read."""

    __slots__ = ("_left", "candidates", "said")

    def __init__(self, lines: list[Line]) -> None:
        # an array: as objects the numbers of 20,000 lines take 0.8 MB
        rows = array("L", [index for index, line in enumerate(lines) if line.plain])
        self.said: Said = said_in(fold(" ".join([lines[index].plain for index in rows])))
        self.candidates = self._candidates(lines, rows)
        self._left = _CLOSE_LOOKS

    def _candidates(self, lines: list[Line], rows: array[int]) -> Sequence[int]:
        """The lines that may be a mark or begin one."""
        if self.said.reply_above:
            return rows
        search = _EVIDENCE.search
        found = array("L", [index for index in rows if search(lines[index].plain) is not None])
        phrases = self.said.separators
        if phrases:
            longest = max(map(len, phrases)) + 20
            alone = [i for i in rows if len(plain := lines[i].plain) < longest and fold(plain).strip(" .") in phrases]
            return sorted({*found, *alone})
        return found

    def closely(self) -> bool:
        """Whether another line may be compared with all templates."""
        self._left -= 1
        return self._left >= 0
