"""email_reply_parser's class and its fragments, answered by us.

    from email_reply_parser import EmailReplyParser                                    # before
    from flectra_inbound.interop.email_reply_parser import EmailReplyParser            # after

Rules of this file: it knows the names of email_reply_parser, not the package. `reply` is made of the fragments, as there:
what is neither quoted nor hidden.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ..extract.reply.lines import Line
from ..extract.reply.views import Piece, pieces
from .labelled import ENDINGS, has_words, in_place_of_author, joined

_QUOTES = frozenset(["quote", "forwarded"])
_HEADERS = frozenset(["attribution", "forward_header"])


@dataclass(slots=True)
class Fragment:
    """A piece of a mail's text."""

    content: str  #: as it stands, quote marks and all, without blank lines around it
    quoted: bool = False  #: somebody else's words, with the line that says whose, if that stands above quote marks
    signature: bool = False  #: the author's signature, or what a client, a list or a company puts below
    headers: bool = False  #: says whose words follow: `From:` lines, or a line above words without quote marks
    hidden: bool = False  #: nothing to show: not the author's, and nothing of the author's that answers it follows


@dataclass(slots=True)
class EmailMessage:
    """A text as fragments, in its order."""

    text: str
    fragments: list[Fragment] = field(default_factory=list)

    def read(self) -> EmailMessage:
        """Find the fragments; returns itself, as there."""
        from ..extract.reply.engine import labelled_text

        lines = labelled_text(self.text)
        self.fragments = _fragments(lines, pieces(lines))
        return self

    @property
    def reply(self) -> str:
        """What the author newly wrote."""
        return "\n".join(part.content for part in self.fragments if not (part.hidden or part.quoted))


class EmailReplyParser:
    """The two calls of email_reply_parser."""

    @staticmethod
    def read(text: str) -> EmailMessage:
        """The fragments of a plain text."""
        return EmailMessage(text).read()

    @staticmethod
    def parse_reply(text: str) -> str:
        """What the author of a plain text newly wrote."""
        return EmailReplyParser.read(text).reply


def _fragments(lines: Sequence[Line], runs: Sequence[Piece]) -> list[Fragment]:
    shown = in_place_of_author(lines, runs)
    last_author = max((i for i, run in enumerate(runs) if run.kind == "author" and has_words(lines, run)), default=-1)
    found: list[Fragment] = []
    above: Piece | None = None  # an attribution that goes with the quote below it
    for i, run in enumerate(runs):
        following = runs[i + 1] if i + 1 < len(runs) else None
        if run.kind == "attribution" and following is not None and _is_marked(lines, following):
            above = run
            continue
        parts = [run] if above is None else [above, run]
        visible = run.kind == "author" or i in shown
        quoted = run.kind in _QUOTES and not visible
        found.append(
            Fragment(
                joined(lines, parts),
                quoted=quoted,
                signature=run.kind in ENDINGS,
                headers=run.kind in _HEADERS,
                hidden=not visible and not (quoted and i < last_author),
            )
        )
        above = None
    return found


def _is_marked(lines: Sequence[Line], run: Piece) -> bool:
    """Whether a piece is a quote whose first words carry a quote mark."""
    first = next((line for line in lines[run.first : run.last + 1] if not line.blank), None)
    return run.kind == "quote" and first is not None and first.depth > 0
