"""HTML to the text that a person reads, for mails that have no plain text.

Rules of this file: one pass with `find`, so linear in the input and indifferent to depth; nothing that is shown gets
lost, nothing that is hidden (script, style, head, comments) comes through. What is no tag is text.
"""

from __future__ import annotations

import re
from html import unescape

_BREAKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "html main nav ol p pre section table tbody tfoot thead title tr ul".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote ul ol table pre".split())
#: elements whose content is not shown
_HIDDEN = frozenset("script style head title template svg".split())
_KNOWN = frozenset({*_BREAKS, *_HIDDEN, "br", "li", "td", "th", "img"})

_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_NAME = re.compile(r"(/?)\s{0,9}([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_CANDIDATE = re.compile(r"<[a-zA-Z/!?]")
_TAG_STARTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/!?")
_STOP = re.compile("[\"'<>]")
_ALT = re.compile(r"""\balt\s{0,9}=\s{0,9}(?:"([^"]{1,500})"|'([^']{1,500})')""", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLANK_LINES = re.compile(r"\n{3,}")

#: Bounds of one tag, so that no tag is read twice however its quotes are placed.
_MAX_QUOTES = 200
_MAX_QUOTED = 10_000
_PIECES = 500


def html_to_text(html: str) -> str:
    """Blocks on lines of their own, list items with a dash, table cells apart; white space as HTML means it."""
    done: list[str] = []
    out: list[str] = []
    preformatted = 0
    never_ends: set[str] = set()  # so that what has no end is looked for once
    position = 0
    size = len(html)
    while position < size:
        if len(out) > _PIECES:  # one long string takes less memory than many short ones
            done.append("".join(out[:-1]))
            del out[:-1]
        opening = html.find("<", position)
        if opening < 0:
            opening = size
        elif html[opening + 1 : opening + 2] not in _TAG_STARTS:
            candidate = _CANDIDATE.search(html, opening)
            opening = candidate.start() if candidate is not None else size
        if opening > position:
            text = html[position:opening]
            if preformatted > 0 or not text.isspace():
                _add_text(out, text, preformatted > 0)
            elif out and not out[-1].endswith((" ", "\n")):
                out.append(" ")
        if opening >= size:
            break
        match = _NAME.match(html, opening + 1)
        if match is None:
            position, is_text = _no_element(html, opening, never_ends)
        else:
            position, is_text = _tag_end(html, match.end())
        if is_text:
            _add_text(out, html[opening:position], preformatted > 0)
        elif match is not None and (name := match[2].lower()) in _KNOWN:
            closes = bool(match[1])
            if name in _HIDDEN:
                if not closes and name not in never_ends and html[position - 2] != "/":
                    ending = _end_of(html, name, position)
                    if ending < 0:  # hide nothing, for words would be lost
                        never_ends.add(name)
                    else:
                        position = ending
                continue
            if name == "pre":
                preformatted += -1 if closes else 1
            elif name == "img":
                alt = _ALT.search(html, match.end(), min(position, match.end() + 4_000))
                if alt is not None:
                    _add_text(out, alt[1] or alt[2], False)
            _add_break(out, name, closes)
    done += out
    return _BLANK_LINES.sub("\n\n", "".join(done)).strip("\n ")


def _end_of(html: str, name: str, position: int) -> int:
    """Offset of the end tag of an element, -1 if there is none."""
    while (position := html.find("</", position)) >= 0:
        if html[position + 2 : position + 2 + len(name)].lower() == name:
            return position
        position += 2
    return -1


def _no_element(html: str, opening: int, never_ends: set[str]) -> tuple[int, bool]:
    """Past a comment or declaration that begins at `opening`; a `<` that begins nothing is text."""
    if html.startswith("<!--", opening):
        end = -1 if "!--" in never_ends else html.find("-->", opening + 4)
        if end < 0:  # no browser shows what follows, but an author may have written it
            never_ends.add("!--")
            return opening + 4, False
        return end + 3, False
    if html.startswith(("<!", "<?"), opening):
        return _tag_end(html, opening + 2)
    return opening + 1, True


def _tag_end(html: str, position: int) -> tuple[int, bool]:
    """Behind the `>` that ends a tag, and False; where there is none, behind what cannot be one, and True."""
    end = html.find(">", position, position + _MAX_QUOTED)
    if end >= 0:
        tag = html[position:end]
        if "<" not in tag and tag.count('"') % 2 == 0 and tag.count("'") % 2 == 0:
            return end + 1, False  # nearly every tag
    for _ in range(_MAX_QUOTES):
        stop = _STOP.search(html, position)
        if stop is None:
            return len(html), True
        position = stop.end()
        sign = stop[0]
        if sign == ">":
            return position, False
        if sign == "<":  # QUIRK: "if a <b and" written without escaping; browsers hide it, an author wrote it
            return position - 1, True
        close = html.find(sign, position, position + _MAX_QUOTED)
        if close >= 0:
            position = close + 1
    return position, True


def _unescaped(match: re.Match[str]) -> str:
    text = unescape(match[0])
    if text in "\n\t\xa0":
        return text
    return text if text.isprintable() else " " if text.isspace() else "\ufffd"


def _add_text(out: list[str], raw: str, preformatted: bool) -> None:
    # references one by one: html.unescape() of a whole text raises on a number of more than 4,300 digits
    text = _REFERENCE.sub(_unescaped, raw) if "&" in raw else raw
    if preformatted:
        out.append(text)
        return
    text = _SPACE.sub(" ", text)
    if text[:1] == " " and (not out or out[-1].endswith((" ", "\n"))):
        text = text[1:]
    if text:
        out.append(text)


def _add_break(out: list[str], name: str, closes: bool) -> None:
    if name == "br":
        if out:
            out[-1] = out[-1].rstrip(" ")
        out.append("\n")
    elif name == "li":
        if not closes:
            _new_line(out)
            out.append("- ")
    elif name in ("td", "th"):
        if closes and out and not out[-1].endswith(("\n", " ")):
            out.append(" ")
    elif name in _BREAKS:
        _new_line(out)
        if closes and name in _PARAGRAPHS and out and out[-1] != "\n\n":
            out.append("\n")


def _new_line(out: list[str]) -> None:
    if out and not out[-1].endswith("\n"):
        out[-1] = out[-1].rstrip(" ")
        out.append("\n")
