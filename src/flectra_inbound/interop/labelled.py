"""What the bridges to parsers of replies share: which pieces of a labelled text are shown, and their words.

Rules of this file: as in the rest of the house, what somebody wrote is shown where nobody else's words stand above it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..extract.reply.lines import Line
from ..extract.reply.views import Piece

#: kinds that say who writes or what a program adds below; no words of the letter
ENDINGS = frozenset(["signature", "footer", "disclaimer"])
_OTHERS = ("forwarded", "quote")


def has_words(lines: Sequence[Line], run: Piece) -> bool:
    """Whether a piece is more than blank lines."""
    return any(not line.blank for line in lines[run.first : run.last + 1])


def in_place_of_author(lines: Sequence[Line], runs: Sequence[Piece]) -> frozenset[int]:
    """Indexes of what stands for the author's words where there are none: what he forwarded, else unmarked text."""
    if any(run.kind == "author" and has_words(lines, run) for run in runs):
        return frozenset()
    for kind in _OTHERS:
        found = [i for i, run in enumerate(runs) if run.kind == kind and _unmarked(lines, run)]
        if found:
            return frozenset(found)
    return frozenset()


def _unmarked(lines: Sequence[Line], run: Piece) -> bool:
    return any(not line.blank and not line.depth and not line.hard for line in lines[run.first : run.last + 1])


def joined(lines: Sequence[Line], runs: Iterable[Piece], line_end: str = "\n") -> str:
    """The lines of some pieces as they stand, without blank ones around them."""
    rows = [line.written for run in runs for line in lines[run.first : run.last + 1]]
    return "\n".join(rows).strip().replace("\n", line_end)
