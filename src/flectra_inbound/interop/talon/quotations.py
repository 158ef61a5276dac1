"""`talon.quotations`: a text without what it quotes. The signature stays, and so does what is forwarded, as in talon."""

from __future__ import annotations

from typing import overload

from ...extract.reply.lines import Line
from ...extract.reply.views import Piece, answered, pieces
from ..labelled import ENDINGS, in_place_of_author, joined

#: what talon leaves in the text
_KEPT = ENDINGS | {"author", "forward_header", "forwarded"}


@overload
def extract_from(msg_body: str, content_type: str = ...) -> str: ...


@overload
def extract_from(msg_body: bytes, content_type: str = ...) -> str | bytes: ...


def extract_from(msg_body: str | bytes, content_type: str = "text/plain") -> str | bytes:
    """`extract_from_plain` or `extract_from_html`, by the content type; a text of any other type as it is."""
    if content_type == "text/plain":
        return extract_from_plain(msg_body)
    return extract_from_html(msg_body) if content_type == "text/html" else msg_body


def extract_from_plain(msg_body: str | bytes) -> str:
    """A plain text without its quotes; those that the author answers between them stay. Bytes are UTF-8."""
    from ...extract.reply.engine import labelled_text

    text = _as_text(msg_body)
    lines = labelled_text(text)
    runs = pieces(lines)
    kept, context = _kept(lines, runs)
    return joined(lines, [runs[i] for i in sorted(kept | context)], line_end_of(text))


def extract_from_html(msg_body: str | bytes) -> str:
    """The same of an HTML text, as a sanitised fragment of HTML: without scripts, forms, remote code and tracking pixels.

    Where nh3, which sanitises, is missing or raises, the text comes back as it is.
    """
    from ...extract.reply.engine import labelled_page
    from ...extract.reply.sanitised import author_html

    html = _as_text(msg_body)
    page = labelled_page(html)
    runs = pieces(page.lines)
    kept, context = _kept(page.lines, runs)
    shown = author_html(page, _lines_of(runs, kept | context), _lines_of(runs, context))
    return html if shown is None else shown


def line_end_of(text: str) -> str:
    """The line end that a text has first."""
    at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


def _kept(lines: list[Line], runs: list[Piece]) -> tuple[frozenset[int], frozenset[int]]:
    """Indexes of the pieces that stay, and of the quotes among them that are answered."""
    kept = frozenset(i for i, run in enumerate(runs) if run.kind in _KEPT) | in_place_of_author(lines, runs)
    return kept, answered(lines, runs)


def _lines_of(runs: list[Piece], wanted: frozenset[int]) -> frozenset[int]:
    return frozenset(line for i in wanted for line in range(runs[i].first, runs[i].last + 1))


def _as_text(msg_body: str | bytes) -> str:
    return msg_body.decode("utf-8", "replace") if isinstance(msg_body, bytes) else msg_body
