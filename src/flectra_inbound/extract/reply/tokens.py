"""HTML as tags and texts: one pass with `find`, so linear in the input, whatever is open, nested or broken.

Rules of this file: tokens come in order and without a gap, so the end of one is the start of the next. What is no tag is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

#: what a token is named that is text; a comment or declaration has no name, an end tag has a slash before its name
TEXT = "#text"
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
#: elements without tags in them
_RAW = frozenset(("script", "style", "title", "template"))
_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:_-]{0,40}")
#: tags without attributes as they mostly stand
_BARE = {
    tag: tag
    for name in "a b big blockquote body br center div em font h1 h2 h3 hr html i li o:p ol p pre small span strong sub sup "
    "table tbody td th tr tt u ul".split()
    for tag in (name, "/" + name)
}
_MAX_TAG = 20_000
#: names are kept for tags up to this length, and for this many: most stand in a text many times
_KNOWN_TAG = 200
_KNOWN_TAGS = 500

#: start, end, name
Token = tuple[int, int, str]


def tokens_of(html: str) -> Iterator[Token]:
    """Tags, comments and texts."""
    names = dict(_BARE)  # so that each name is kept once
    known = dict(_BARE)  # tag -> name
    find = html.find
    size = len(html)
    position = text_from = 0
    end = -1  # the next ">"
    comments_end = True
    ends = EndTags(html)
    while position < size:
        opening = find("<", position)
        if opening < 0:
            break
        if end < opening:
            end = find(">", opening)
            if end < 0:
                break
        tag = html[opening + 1 : end] if end - opening < _KNOWN_TAG else ""
        name = known.get(tag, "")
        stop = end + 1
        if not name:
            after = html[opening + 1 : opening + 2]
            if after == "!" or after == "?":
                if comments_end and html.startswith("!--", opening + 1):
                    close = find("-->", opening + 4)
                    comments_end = close >= 0
                    stop = close + 3 if comments_end else stop
            else:
                match = _NAME.match(html, opening + 1)
                if match is None or end - opening >= _MAX_TAG:
                    position = opening + 1
                    continue
                name = match[0].lower()
                name = names.setdefault(name, name)
                if not tag or not _is_whole(tag):
                    stop = _tag_end(html, opening, end)
                elif len(known) < _KNOWN_TAGS:
                    known[tag] = name
        if opening > text_from:
            yield text_from, opening, TEXT
        yield opening, stop, name
        position = text_from = stop
        if name in _RAW:
            close = ends.after(name, stop)
            if close > stop:
                yield stop, close, ""
                position = text_from = close
    if text_from < size:
        yield text_from, size, TEXT


class EndTags:
    """Where elements end: each stretch of the text is searched once for each name."""

    __slots__ = ("_found", "_html")

    def __init__(self, html: str) -> None:
        self._html = html
        self._found: dict[str, int] = {}

    def after(self, name: str, start: int) -> int:
        """Where the next end tag of an element begins; -1 if there is none."""
        known = self._found.get(name, 0)
        if 0 <= known < start:
            position = self._html.find("</", start)
            while position >= 0 and self._html[position + 2 : position + 2 + len(name)].lower() != name:
                position = self._html.find("</", position + 2)
            known = self._found[name] = position
        return known


def _is_whole(tag: str) -> bool:
    """Whether no value of a tag is open at its end."""
    # where both signs are there, an apostrophe stands within a value
    return tag.count('"') % 2 == 0 and (tag.count("'") % 2 == 0 or '"' in tag)


def _tag_end(html: str, opening: int, end: int) -> int:
    """One past the ">" that ends a tag; one within quotes does not. `end`: the first one."""
    first = end
    limit = opening + _MAX_TAG
    for _ in range(40):
        if _is_whole(html[opening:end]):
            return end + 1
        end = html.find(">", end + 1, limit)
        if end < 0:
            break
    return first + 1
