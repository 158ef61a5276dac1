"""An HTML text with marks on what its author did not write, for clients that fold it away.

Rules of this file: marks are only put in, nothing is left out, moved or closed: without the marks the result is the source,
letter for letter. What the author wrote, what he forwards and the quotes that he answers in between are never marked.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...parse.html import unescaped
from .cut import label
from .lines import Line, split_lines
from .markup import Page
from .tokens import TEXT, VOID
from .views import answered, pieces

#: read by the clients of Flectra and Odoo, and kept by their sanitisers. Not the mark of a container beside it: their
#: `html_sanitize` takes every child of a container for a quote, the author's words too.
MARK = ' data-o-mail-quote="1"'
_FOLDED = frozenset({"quote", "attribution", "signature", "footer", "disclaimer", "delimiter"})
#: a mail in one of these would be empty when it is folded
_WHOLE = frozenset({"html", "head", "body"})
_MAX_OPEN = 5_000


@dataclass(slots=True)
class _Open:
    name: str
    token: int
    folds: bool = False  #: holds anything to fold
    stays: bool = False  #: holds anything else


def folded_lines(lines: list[Line]) -> frozenset[int]:
    """The lines to mark; none where nothing of the author's would be left."""
    runs = pieces(lines)
    context = answered(lines, runs)
    stays = {"author", "forwarded", "forward_header"}
    if not any(run.kind in stays and any(line.plain for line in lines[run.first : run.last + 1]) for run in runs):
        return frozenset()
    return frozenset(
        index
        for number, run in enumerate(runs)
        if run.kind in _FOLDED and number not in context
        for index in range(run.first, run.last + 1)
    )


def marked_text(source: str) -> str | None:
    """`source`: nothing but text in a `pre` element, as plain text is stored; None where it is anything else."""
    start = source.find("<pre>") + len("<pre>")
    end = source.find("<", start)
    if start < len("<pre>") or source[: start - len("<pre>")].strip() or source[end:].strip() != "</pre>":
        return None
    rows = source[start:end].split("\n")
    lines = label(split_lines(unescaped(source[start:end])))
    if len(lines) != len(rows):  # line ends that are written as references
        return source
    folded = folded_lines(lines)
    out: list[str] = []
    for index, row in enumerate(rows):
        first = index in folded and index - 1 not in folded
        last = index in folded and index + 1 not in folded
        out.append((f"<span{MARK}>" if first else "") + row + ("</span>" if last else ""))
    return source[:start] + "\n".join(out) + source[end:]


def marked(page: Page) -> str:
    """The source of a labelled page up to `page.end`, with elements and texts marked that hold nothing to keep in sight."""
    folded = folded_lines(page.lines)
    if not folded:
        return page.source[: page.end]
    folds = _Texts(page, folded)
    ends = _elements(page, folds)
    out: list[str] = []
    source = page.source
    within = -1  # the token at which a marked element ends
    for token, name in enumerate(page.names):
        start = page.starts[token]
        end = page.starts[token + 1] if token + 1 < len(page.starts) else page.end
        tag = source[start:end]
        if token >= within and name:
            if token in ends or (name == "img" and folds.of(token) is True):
                within = ends.get(token, within)
                tag = tag[: 1 + len(name)] + MARK + tag[1 + len(name) :]
            elif name == TEXT and folds.of(token) is True and tag.strip():
                tag = f"<span{MARK}>{tag}</span>"
        out.append(tag)
    return "".join(out)


class _Texts:
    """What becomes of a token that shows something."""

    def __init__(self, page: Page, folded: frozenset[int]) -> None:
        self._page = page
        self._folded = folded
        # a text of several lines, as they stand in a `pre`: all begin where the text does
        self._begun: dict[int, list[int]] = {}
        for index, line in enumerate(page.lines):
            self._begun.setdefault(line.start, []).append(index)

    def of(self, token: int) -> bool | None:
        """Whether to fold it; None where it shows nothing."""
        owner = self._page.owners[token]
        if owner < 0:
            return None
        lines = self._begun.get(self._page.starts[token], [])
        if len(lines) > 1:
            before = lines[0] - 1
            if before >= 0 and self._page.lines[before].end > self._page.starts[token]:
                lines = [before, *lines]
            return owner in self._folded and all(line in self._folded for line in lines)
        return owner in self._folded


def _elements(page: Page, folds: _Texts) -> dict[int, int]:
    """The elements that hold nothing but what is folded: start tag -> the token that ends it.

    Only those that their own end tag closes: where a browser sees the end of another one is a matter of its repairs.
    """
    ends: dict[int, int] = {}
    stack: list[_Open] = []
    for token, name in enumerate(page.names):
        if name[:1] == "/":
            _close(stack, name[1:], token, ends)
            continue
        if name and name != TEXT and name not in VOID and len(stack) < _MAX_OPEN:
            stack.append(_Open(name, token))
        kept = folds.of(token)
        if kept is not None and stack:
            stack[-1].folds |= kept
            stack[-1].stays |= not kept
    return ends


def _close(stack: list[_Open], name: str, token: int, ends: dict[int, int]) -> None:
    for back in range(1, min(len(stack), 60) + 1):
        if stack[-back].name == name:
            break
    else:
        return
    for left in range(back, 0, -1):
        element = stack.pop()
        if left == 1 and element.folds and not element.stays and name not in _WHOLE:
            ends[element.token] = token
        if stack:
            stack[-1].folds |= element.folds
            stack[-1].stays |= element.stays
