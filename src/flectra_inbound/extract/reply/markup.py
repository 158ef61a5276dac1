"""HTML as lines: one pass over the tags, without recursion and without a tree, so that no depth and no length hurts.

Rules of this file: what is shown becomes a line, what is hidden does not; every line knows in how many quotes it stands and
what the containers around it are (`rules/clients/*.toml`). What is no tag is text. Nothing is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from ...parse.html import unescaped
from ...rules.loader import containers
from ...rules.schema import Container
from .lines import Line, plain_words

BLOCKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html "
    "li main nav ol p pre section table tbody tfoot thead tr ul title".split()
)
_GAPS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol".split())
HIDDEN = frozenset("script style head title template svg noscript".split())
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())

_SPACE = re.compile(r"[ \t\n\r\f]+")
_NAME = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9:_-]{0,40})")
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z_:][-\w:.]{0,80})(?:\s{0,20}=\s{0,20}("[^"]{0,20000}"|'[^']{0,20000}'|[^\s"'<>]{1,4000}))?"""
)
_MAX_TAG = 20_000
_MAX_STACK = 100_000


@dataclass(slots=True)
class Token:
    """A tag or a stretch of text, by its place."""

    start: int
    end: int
    name: str = ""  #: lower-case; empty for text and comments
    closing: bool = False
    line: int = -1  #: the line that a text or a picture stands in
    text: bool = False


@dataclass(slots=True)
class Page:
    """An HTML text, taken apart."""

    source: str
    tokens: list[Token] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)


def tokens_of(html: str) -> Iterator[Token]:
    """Tags, comments and texts, in order, without a gap."""
    position = 0
    size = len(html)
    no_end_before = 0  # where looking for ">" failed once, it is not tried again
    text_from = 0
    never_ends: set[str] = set()  # raw text elements that have no end tag any more
    while position < size:
        opening = html.find("<", position)
        if opening < 0:
            break
        after = html[opening + 1 : opening + 2]
        if after == "!" or after == "?":
            stop = (
                html.find("-->", opening + 4) + 3 if html.startswith("<!--", opening) else html.find(">", opening) + 1
            )
            if stop < 3:
                if html.startswith("<!--", opening):
                    stop = html.find(">", opening) + 1
                if stop < 1:
                    break
            if opening > text_from:
                yield Token(text_from, opening, text=True)
            yield Token(opening, stop)
            position = text_from = stop
            continue
        match = (
            _NAME.match(html, opening + 1) if (after.isalpha() or after == "/") and opening >= no_end_before else None
        )
        stop = _tag_end(html, opening) if match is not None else 0
        if match is None or not stop:
            if match is not None:
                no_end_before = opening + 1
            position = opening + 1
            continue
        if opening > text_from:
            yield Token(text_from, opening, text=True)
        yield Token(opening, stop, match[2].lower(), match[1] == "/")
        position = text_from = stop
        raw = match[2].lower()
        if not match[1] and raw in ("script", "style", "title", "template") and raw not in never_ends:
            close = _closing(html, raw, stop)
            if not close:
                never_ends.add(raw)
            if close > stop:
                yield Token(stop, close)
                position = text_from = close
    if text_from < size:
        yield Token(text_from, size, text=True)


def _closing(html: str, name: str, start: int) -> int:
    """Where the raw text of an element ends."""
    for form in (f"</{name.lower()}", f"</{name.upper()}", f"</{name.capitalize()}"):
        found = html.find(form, start)
        if found >= 0:
            return found
    return 0


def _tag_end(html: str, opening: int) -> int:
    """One past the ">" that ends a tag; one within quotes does not. 0 if the tag has no end."""
    limit = opening + _MAX_TAG
    position = opening + 1
    for _ in range(40):
        end = html.find(">", position, limit)
        if end < 0:
            break
        inner = html[opening:end]
        if inner.count('"') % 2 == 0 and inner.count("'") % 2 == 0:
            return end + 1
        if inner.count('"') % 2 == 0 and '"' in inner:
            return end + 1  # an apostrophe within a value
        position = end + 1
    end = html.find(">", opening, limit)
    return end + 1


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a tag's text, names lower-case; the first of each name counts."""
    name = _NAME.match(tag, 1)
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag, name.end() if name is not None else 1):
        value = match[2] or ""
        if value[:1] in ("'", '"'):
            value = value[1:-1]
        found.setdefault(match[1].lower(), unescaped(value))
    return found


# -- containers ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _by_key() -> tuple[dict[str, list[Container]], list[Container]]:
    """Containers by a class, an id or an attribute; those that only a tag or a style tells."""
    table: dict[str, list[Container]] = {}
    rest: list[Container] = []
    for container in containers():
        keys = [f".{name.rstrip('*').lower()}" for name in container.classes] + [
            f"#{name.rstrip('*').lower()}" for name in container.id
        ]
        if not keys and container.attributes:
            keys = [f"@{container.attributes[0].partition('=')[0]}"]
        for key in keys:
            table.setdefault(key, []).append(container)
        if not keys:
            rest.append(container)
    return table, rest


def role_of(name: str, attributes: dict[str, str]) -> str:
    """What a client says of the content of an element; empty if nothing."""
    table, rest = _by_key()
    if attributes:
        words = attributes.get("class", "").lower().split()
        identity = attributes.get("id", "").lower().strip()
        keys = [f".{word}" for word in words] + [f"@{key}" for key in attributes]
        if identity:
            keys.append(f"#{identity}")
            keys.append(f"#{identity.rstrip('0123456789').rstrip('_-')}")
        for key in keys:
            for container in table.get(key, ()):
                if _matches(container, name, attributes, words, identity):
                    return container.role
    for container in rest:
        if (
            container.tag == name
            and (not container.style or "style" in attributes)
            and _matches(container, name, attributes, [], "")
        ):
            return container.role
    return ""


def _matches(container: Container, name: str, attributes: dict[str, str], words: list[str], identity: str) -> bool:
    if container.tag and container.tag != name:
        return False
    for attribute in container.attributes:
        key, _, value = attribute.partition("=")
        if key not in attributes or (value and attributes[key].strip().lower() != value):
            return False
    if container.style:
        style = "".join(attributes.get("style", "").lower().split())
        return all(piece in style for piece in container.style)
    if container.classes or container.id:
        names = [c.lower() for c in container.classes]
        ids = [i.lower() for i in container.id]
        return any(word in names for word in words) or any(
            identity == known or (known.endswith("*") and identity.startswith(known[:-1])) for known in ids if identity
        )
    return True


# -- lines -----------------------------------------------------------------------------------------------------------


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
        self.groups = 0
        self.pending: list[Token] = []

    def add(self, token: Token, text: str) -> None:
        if not self.pieces:
            self.start = token.start
        self.pieces.append(text)
        self.pending.append(token)

    def flush(self, end: int, *, gap: bool = False) -> None:
        text = "".join(self.pieces).strip(" \n")
        lines = self.page.lines
        if text:
            for token in self.pending:
                token.line = len(lines)
            line = Line(
                text, self.depth + self.soft, self.start, end, plain_words(text), soft=self.soft > 0 and not self.depth
            )
            role = self.roles[-1] if self.roles else ""
            if role or self.cut:
                line.kind = role or self.cut
                line.hard = True
            line.group = self.groups
            lines.append(line)
        if gap and lines and not lines[-1].blank:
            lines.append(Line("", self.depth + self.soft, end, end))
        if self.pieces:
            self.pieces = []
            self.pending = []


_KINDS = {
    "quote": "", "soft_quote": "", "attribution": "attribution", "header": "attribution", "cut": "quote", "forward": "",
    "signature": "signature", "footer": "footer", "delimiter": "delimiter",
}  # fmt: skip


def read_page(html: str) -> Page:
    """Take an HTML text apart."""
    page = Page(html)
    builder = _Builder(page)
    stack: list[tuple[str, str]] = []  # open elements that matter: name, role
    hidden = 0
    preformatted = 0
    for token in tokens_of(html):
        page.tokens.append(token)
        if token.text:
            if not hidden:
                _text(builder, token, html[token.start : token.end], preformatted > 0)
            continue
        name = token.name
        if not name:
            continue
        if token.closing:
            ended = _close(stack, name)
            if name in BLOCKS or any(ended):
                builder.flush(token.start, gap=name in _GAPS)
            for role in ended:
                _leave(builder, role)
            if name in HIDDEN and hidden:
                hidden -= 1
            if name == "pre" and preformatted:
                preformatted -= 1
            continue
        hidden, preformatted = _open(builder, token, html, stack, hidden, preformatted)
    builder.flush(len(html))
    return page


def _text(builder: _Builder, token: Token, raw: str, preformatted: bool) -> None:
    text = unescaped(raw)
    if preformatted:
        rows = text.split("\n")
        for row in rows[:-1]:
            builder.add(token, row)
            builder.flush(token.end)
        builder.add(token, rows[-1])
        return
    text = _SPACE.sub(" ", text)
    if text == " " and (not builder.pieces or builder.pieces[-1].endswith(" ")):
        return
    if builder.pieces and builder.pieces[-1].endswith(" "):
        text = text.lstrip(" ")
    builder.add(token, text)


def _open(
    builder: _Builder, token: Token, html: str, stack: list[tuple[str, str]], hidden: int, preformatted: int
) -> tuple[int, int]:
    name = token.name
    tag = html[token.start : token.end]
    attributes = attributes_of(tag) if len(tag) > len(name) + 3 else {}
    if name == "br":
        if not builder.pieces and builder.page.lines and not builder.page.lines[-1].blank:
            builder.page.lines.append(Line("", builder.depth + builder.soft, token.start, token.start))
        builder.flush(token.end)
        return hidden, preformatted
    role = role_of(name, attributes)
    if name in BLOCKS or role:
        builder.flush(token.start, gap=name in _GAPS)
    if name == "img" and not hidden:
        alt = attributes.get("alt", "").strip()
        builder.add(token, f"[{alt}]" if alt and not _is_emoji(attributes) else alt)
    elif name == "li":
        builder.add(token, "- ")
    elif name in ("td", "th") and builder.pieces:
        builder.add(token, " ")
    elif name == "hr":
        builder.page.lines.append(Line("", builder.depth + builder.soft, token.start, token.end))
    if role in ("cut", "forward") and not builder.cut:
        builder.groups += 1
    if role == "cut" and not builder.cut:
        builder.cut = "quote"
    if name in VOID or tag.endswith("/>"):
        return hidden, preformatted
    if len(stack) < _MAX_STACK:
        stack.append((name, role))
    if role:
        _enter(builder, role)
    return hidden + (name in HIDDEN), preformatted + (name == "pre")


def _is_emoji(attributes: dict[str, str]) -> bool:
    return "goomoji" in attributes.get("data-goomoji", "") + attributes.get("class", "") or "emoji" in attributes.get(
        "class", ""
    )


def _enter(builder: _Builder, role: str) -> None:
    if role == "quote":
        builder.depth += 1
    elif role == "soft_quote":
        builder.soft += 1
    elif _KINDS[role] and role != "cut":
        builder.roles.append(_KINDS[role])


def _leave(builder: _Builder, role: str) -> None:
    if role == "quote":
        builder.depth = max(0, builder.depth - 1)
    elif role == "soft_quote":
        builder.soft = max(0, builder.soft - 1)
    elif role and role != "cut" and _KINDS[role] and builder.roles:
        builder.roles.pop()


def _close(stack: list[tuple[str, str]], name: str) -> list[str]:
    """Close the innermost open element of a name, and those within it that were never closed; the roles that end."""
    for back in range(1, min(len(stack), 60) + 1):
        if stack[-back][0] == name:
            ended = [role for _, role in stack[-back:] if role]
            del stack[len(stack) - back :]
            return ended
    return []
