"""HTML as lines: one pass over the tags, without recursion and without a tree, so that no depth and no length hurts.

Rules of this file: what is shown becomes a line, what is hidden does not; every line knows in how many quotes it stands and
what the containers around it are (`rules/clients/*.toml`). Nothing is decided here.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field

from ...parse.html import collapsed, html_to_text, unescaped
from .blocks import label_of
from .elements import attributes_of, role_of, role_of_bare
from .lines import Line, plain_words
from .tint import tint_of
from .tokens import TEXT, VOID, EndTags, tokens_of

BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html "
    "li main nav ol p pre section table tbody tfoot thead tr ul title".split()
)
_GAPS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol".split())
#: blocks that begin no line of their own in a table that is drawn: each cell of Word's holds a paragraph
_IN_CELLS = frozenset({"p", "div"})
#: what `_Builder._shows` is about
_MARKED = frozenset("li td th table tr img hr".split())
HIDDEN = frozenset("script style head title template svg noscript".split())

_WHITE_SPACE = " \t\n\r\f"
#: open elements that are kept in mind; a mail of 1 MB that is not made to hurt has some dozens
_MAX_STACK = 5_000
#: what a tag says is kept for tags up to this length, and for this many: most stand in a text many times
_KNOWN_TAG = 300
_KNOWN_TAGS = 500
#: what lies past it comes through unanalysed; newsletters of 1 MB have 60,000
_MAX_TOKENS = 100_000

#: QUIRK: paragraphs of Word have no margin; a gap is an empty paragraph. Seen in Outlook.
_TIGHT = re.compile(r"p\.MsoNormal[^{}]{0,200}\{\s{0,9}margin:\s{0,9}0(?:cm|in|pt)?;", re.IGNORECASE)
_EMPTY = "<o:p>&nbsp;</o:p>"
_HEAD = 30_000  # characters that hold the styles
_LABEL = re.compile(r"[^:：]{1,40}[:：]")
_HEADER_WITHIN = 8  # lines
#: no line; and nothing that is shown
NO_LINE, NOT_SHOWN = -1, -2


@dataclass(slots=True)
class Page:
    """An HTML text, taken apart. The columns hold a token each; it ends where the next one starts."""

    source: str
    starts: array[int] = field(default_factory=lambda: array("q"))
    names: list[str] = field(default_factory=list)
    owners: array[int] = field(default_factory=lambda: array("i"))  #: the line that a text or a picture stands in
    lines: list[Line] = field(default_factory=list)
    end: int = 0  #: how far it was taken apart
    rest: str = ""  #: the text of what follows
    tinted: bool = False  #: it has answers that only their colour tells
    tight: bool = False  #: its paragraphs have no gap between them

    def take(self, lines: list[Line]) -> None:
        """Its lines, of which some were parted: what stands in one stands in its first half, where the author's words are."""
        if len(lines) != len(self.lines):
            moved: list[int] = []
            at = 0
            for line in self.lines:
                moved.append(at)
                at += 1 if lines[at] is line else 2
            self.owners = array("i", [moved[owner] if owner >= 0 else owner for owner in self.owners])
        self.lines = lines


class _Tag:
    """What a start tag says."""

    __slots__ = ("begins_line", "drawn", "empty", "gap", "name", "picture", "role", "tint")

    def __init__(self, name: str, tag: str) -> None:
        attributes: dict[str, str] = {}
        tint: str | None = None
        if len(tag) > len(name) + 3:
            attributes = attributes_of(tag)
            role = role_of(name, attributes)
        else:
            role = role_of_bare(name)
        if attributes:
            tint = "" if name == "a" else tint_of(name, attributes)
        self.name = name
        self.role = role
        self.begins_line = bool(role) or name in BLOCKS
        self.gap = name in _GAPS
        self.empty = name in VOID or tag.endswith("/>")
        self.tint = tint  #: of its text; None: that of the text around it
        self.drawn = _is_drawn(attributes)
        self.picture = _shown_for(attributes) if name == "img" else ""


class _Builder:
    """Text into lines, as blocks and breaks part them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pieces: list[str] = []
        self.start = 0
        self.depth = 0
        self.soft = 0
        self.roles: list[str] = []
        self.cut = ""
        self.below = -1  # the first line below an empty mark that a quote follows
        self.border = -1  # the first line below a border that is a cut if a header block stands there
        self.groups = 0
        self.pending: list[int] = []
        self.preformatted = 0
        self.stack: list[_Tag] = []  # open elements
        self.known: dict[str, _Tag] = {}
        self.tints: list[tuple[int, str]] = []  # colours that open elements give, and how deep they stand
        self.grids: list[bool] = []  # open tables: whether lines are drawn around their cells
        self.cell = -1  # in a cell of such a table: the pieces that stood before it; -1 elsewhere
        self.tinted: set[str] = set()  # colours of what is pending
        self.plainly = False  # and whether some of it has none

    def add(self, token: int, text: str) -> None:
        if not self.pieces:
            self.start = self.page.starts[token]
        self.pieces.append(text)
        self.pending.append(token)

    def flush(self, end: int, *, gap: bool = False) -> None:
        lines = self.page.lines
        if self.pieces:
            text = "".join(self.pieces).strip(" \n")
            if text:
                owners = self.page.owners
                for token in self.pending:
                    owners[token] = len(lines)
                line = Line(text, self.depth + self.soft, self.start, end, plain_words(text))
                line.soft = self.soft > 0 and not self.depth
                role = self.roles[-1] if self.roles else self.cut
                if role:
                    line.kind = role
                    line.hard = True
                line.group = self.groups
                if self.tinted:
                    line.tints = frozenset({*self.tinted, ""} if self.plainly else self.tinted)
                lines.append(line)
            self.tinted.clear()
            self.plainly = False
            self.pieces = []
            self.pending = []
            if self.cell > 0:
                self.cell = 0
        if gap and lines and lines[-1].plain:
            lines.append(Line("", self.depth + self.soft, end, end))

    def text(self, token: int, raw: str) -> None:
        pieces = self.pieces
        if self.preformatted:
            rows = unescaped(raw).split("\n")
            for row in rows[:-1]:
                self.add(token, row)
                self.flush(self.page.starts[token] + len(raw))
            self.add(token, rows[-1])
            return
        after_blank = not pieces or pieces[-1].endswith(" ")
        if after_blank and raw.isspace() and not raw.strip(_WHITE_SPACE):
            return  # as between nearly all blocks
        text = collapsed(unescaped(raw) if "&" in raw else raw)
        if after_blank:
            if text == " ":
                return
            if pieces:
                text = text.lstrip(" ")
        self.add(token, text)
        if self.tints and (tint := self.tints[-1][1]):
            if not text.isspace():
                self.tinted.add(tint)
        elif not self.plainly and not text.isspace():
            self.plainly = True

    def opens(self, token: int, start: int, name: str, tag: str) -> None:
        if name == "br":
            lines = self.page.lines
            if not self.pieces and lines and lines[-1].plain:
                lines.append(Line("", self.depth + self.soft, start, start))
            self.flush(start + len(tag))
            return
        what = self.known.get(tag)
        if what is None:
            what = _Tag(name, tag)
            if len(tag) < _KNOWN_TAG and len(self.known) < _KNOWN_TAGS:
                self.known[tag] = what
        role = what.role
        if self.cell >= 0 and name in _IN_CELLS and not role:
            if len(self.pieces) > self.cell:
                self.flush(start)
        elif what.begins_line and (self.pieces or what.gap):
            self.flush(start, gap=what.gap)
        if name in _MARKED:
            self._shows(token, what, tag)
        if role:
            self._begins(role)
        if what.empty:
            return
        if len(self.stack) < _MAX_STACK:
            self.stack.append(what)
            self.preformatted += name == "pre"
            if what.tint is not None:
                self.tints.append((len(self.stack), what.tint))
            if role:
                self._enter(role)

    def _shows(self, token: int, what: _Tag, tag: str) -> None:
        """What a tag shows by itself, and where cells begin and end."""
        name = what.name
        if name == "li":
            self.add(token, "- ")
        elif name == "td" or name == "th":
            if self.pieces:
                self.add(token, " ")
            self.cell = len(self.pieces) if (self.grids and self.grids[-1]) or what.drawn else -1
        elif name == "table":
            self.cell = -1
            if len(self.grids) < _MAX_STACK:
                self.grids.append(what.drawn)
        elif name == "tr":
            self.cell = -1
        elif name == "img":
            if self.page.owners[token] != NOT_SHOWN:
                self.add(token, what.picture)
        elif name == "hr":
            start = self.page.starts[token]
            self.page.lines.append(Line("", self.depth + self.soft, start, start + len(tag)))

    def _begins(self, role: str) -> None:
        """What the begin of an element with a role says of the lines around it."""
        if role in _CUTS or role == "forward":
            self.check_border()
        if role in ("cut", "border", "forward") and not self.cut:
            self.groups += 1
        if role == "cut":
            self._cuts()
        elif role == "border" and not self.cut:
            self.border = len(self.page.lines)
            self._cuts()
        elif role == "below" and not self.cut:
            self.cut = "quote"
            self.below = len(self.page.lines)

    def closes(self, name: str, start: int) -> None:
        """Close the innermost open element of a name, and those within it that were never closed."""
        stack = self.stack
        ended: list[str] = []
        if stack and stack[-1].name == name:  # nearly always
            if role := stack.pop().role:
                ended.append(role)
        else:
            for back in range(2, min(len(stack), 60) + 1):
                if stack[-back].name == name:
                    ended = [what.role for what in stack[-back:] if what.role]
                    del stack[len(stack) - back :]
                    break
        while self.tints and self.tints[-1][0] > len(stack):
            self.tints.pop()
        if not ended and name not in BLOCKS:
            return
        if self.cell < 0 or ended or name not in _IN_CELLS:  # else the next cell goes on in the same line
            gap = name in _GAPS
            if gap or self.pieces:
                self.flush(start, gap=gap)
        if name == "tr" or name == "table":
            self.cell = -1
            if name == "table" and self.grids:
                self.grids.pop()
        for role in ended:
            self._leave(role)
        if name == "pre" and self.preformatted:
            self.preformatted -= 1

    def _cuts(self) -> None:
        """Begin what is quoted; give back what stands between an empty mark and here, unless it has a header block."""
        if self.below >= 0:
            between = [line for line in self.page.lines[self.below :] if line.kind == "quote" and line.hard]
            if not any(label_of(line.plain) is not None for line in between):
                for line in between:
                    line.kind = ""
                    line.hard = False
            self.below = -1
        self.cut = "quote"

    def check_border(self) -> None:
        """Give back what stands below a border without a header block: authors draw lines too."""
        if self.border < 0:
            return
        below = self.page.lines[self.border :]
        rows = [line.plain for line in below if line.plain][:_HEADER_WITHIN]
        labels = [row for row in rows if _LABEL.match(row) is not None]
        if len(labels) < 2 and not any("@" in row for row in labels):
            for line in below:
                if line.kind == "quote" and line.hard:
                    line.kind = ""
                    line.hard = False
            self.cut = ""
        self.border = -1

    def _enter(self, role: str) -> None:
        if role == "quote":
            self.depth += 1
        elif role == "soft_quote":
            self.soft += 1
        elif _KINDS[role] and role not in _CUTS:
            self.roles.append(_KINDS[role])

    def _leave(self, role: str) -> None:
        if role == "quote":
            self.depth = max(0, self.depth - 1)
        elif role == "soft_quote":
            self.soft = max(0, self.soft - 1)
        elif _KINDS[role] and role not in _CUTS and self.roles:
            self.roles.pop()


_CUTS = ("cut", "border", "below")  #: they quote what follows, not what is in them
_KINDS = {
    "quote": "", "soft_quote": "", "attribution": "attribution", "header": "attribution", "cut": "quote", "border": "quote",
    "below": "quote", "forward": "", "signature": "signature", "footer": "footer", "delimiter": "delimiter",
}  # fmt: skip


def read_page(html: str, max_lines: int) -> Page:
    """Take an HTML text apart, up to some number of lines."""
    page = Page(html)
    page.tight = _EMPTY in html and _TIGHT.search(html, 0, _HEAD) is not None
    builder = _Builder(page)
    ends = EndTags(html)
    lines = page.lines
    shown_from = 0  # up to there an element hides what is in it
    for token, (start, end, name) in enumerate(tokens_of(html)):
        too_much = len(lines) >= max_lines or token >= _MAX_TOKENS
        if too_much or (
            name == TEXT and builder.preformatted and html.count("\n", start, end) > max_lines - len(lines)
        ):
            builder.flush(start)
            page.rest = html_to_text(("<pre>" if builder.preformatted else "") + html[start:])
            break
        page.starts.append(start)
        page.names.append(name)
        page.end = end
        shown = start >= shown_from
        page.owners.append(NO_LINE if shown else NOT_SHOWN)
        if name == TEXT:
            if shown:
                builder.text(token, html[start:end])
        elif name[:1] == "/":
            builder.closes(name[1:], start)
        elif name:
            if name in HIDDEN and shown:
                shown_from = ends.after(name, end) + 1
            builder.opens(token, start, name, html[start:end])
    else:
        builder.flush(len(html))
    builder.check_border()
    return page


def _is_drawn(attributes: dict[str, str]) -> bool:
    """Whether a table, or a cell, has lines around it: it holds data, and no layout."""
    if not attributes:
        return False
    border = attributes.get("border", "0").strip()
    return (
        "grid" in attributes.get("class", "").lower()
        or (border.isdecimal() and int(border[:4]) > 0)
        or "solid windowtext" in attributes.get("style", "").lower()
    )


def _shown_for(attributes: dict[str, str]) -> str:
    """What stands in the text for a picture."""
    alt = attributes.get("alt", "").strip()
    return f"[{alt}]" if alt and not _is_emoji(attributes) else alt


def _is_emoji(attributes: dict[str, str]) -> bool:
    return "goomoji" in attributes.get("data-goomoji", "") + attributes.get("class", "") or "emoji" in attributes.get(
        "class", ""
    )
