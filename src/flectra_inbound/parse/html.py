"""HTML to the text that a person reads, for mails that have no plain text.

Rules of this file: one pass with `find`, so linear in the input and indifferent to depth; nothing that is shown gets
lost, nothing that is hidden (script, style, head, comments) comes through. What is no tag is text.
"""

from __future__ import annotations

import re
from html import unescape
from unicodedata import category

_BREAKS = frozenset(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr "
    "html main nav ol p pre section table tbody tfoot thead title tr ul".split()
)
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote ul ol table pre".split())
#: elements whose content is not shown
_HIDDEN = frozenset("script style head title template svg".split())

#: what a tag does to the text around it
_NOTHING, _BREAK, _LINE, _PARAGRAPH, _ITEM, _CELL, _PRE, _PRE_END, _PICTURE, _HIDES = range(10)


def _effect(name: str, closes: bool) -> int:
    """What the tag of a name does; the tag that ends an element if it `closes`."""
    if name in _HIDDEN:
        return _NOTHING if closes else _HIDES
    if name == "pre":
        return _PRE_END if closes else _PRE
    if name in _BREAKS:
        return _PARAGRAPH if closes and name in _PARAGRAPHS else _LINE
    if name == "br":
        return _BREAK
    if name == "img":
        return _PICTURE
    if name == "li":
        return _NOTHING if closes else _ITEM
    return _CELL if closes and name in ("td", "th") else _NOTHING


#: what tags without attributes do, as they mostly stand; those that are looked into are not here
_BARE_TAGS = {
    slash + name: _effect(name, bool(slash))
    for name in {*_BREAKS, *"a b big br center em font i li o:p small span strong sub sup td th u".split()} - _HIDDEN
    for slash in ("", "/")
}

_REFERENCE = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
#: nearly all that stand in mails
_COMMON = {"&nbsp;": "\xa0", "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#160;": "\xa0"}
_DIGIT = re.compile("[0-9a-fA-F]")
_NAME = re.compile(r"(/?)\s{0,9}([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_CANDIDATE = re.compile(r"<[a-zA-Z/!?]")
_TAG_STARTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/!?")
_STOP = re.compile("[\"'<>]")
_NO_RUN = re.compile("[\"'>]")
_ALT = re.compile(r"""\balt\s{0,9}=\s{0,9}(?:"([^"]{1,500})"|'([^']{1,500})')""", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_BLANK_LINES = re.compile(r"\n\n\n+")  # it is searched for as a literal, which n{3,} is not

#: Bounds of one tag, so that no tag is read twice however its quotes are placed.
_MAX_QUOTES = 200
_MAX_QUOTED = 10_000
#: What a tag does is kept for tags up to this length, and for this many.
_KNOWN_TAG = 200
_KNOWN_TAGS = 1_000
_PIECES = 500
#: Text is worked on in pieces of this many characters, since a substitution makes an object for every few of them.
_PIECE = 32_768


def html_to_text(html: str) -> str:
    """Blocks on lines of their own, list items with a dash, table cells apart; white space as HTML means it."""
    pieces = _shown(html)
    del html  # as long as its text may be: not both and a copy
    text = "".join(pieces)
    del pieces
    return _BLANK_LINES.sub("\n\n", text).strip("\n ")


def _shown(html: str) -> list[str]:
    done: list[str] = []
    out: list[str] = []
    effects = dict(_BARE_TAGS)  # and of the tags that were seen: most stand in a text many times
    preformatted = 0
    never_ends: set[str] = set()  # so that what has no end is looked for once
    run = _Run(html)
    find = html.find
    position = 0
    size = len(html)
    while position < size:
        if len(out) > _PIECES:  # one long string takes less memory than many short ones
            done.append("".join(out[:-1]))
            del out[:-1]
        opening = find("<", position)
        if opening < 0:
            opening = size
        start = opening + 1
        end = find(">", start, start + _KNOWN_TAG)
        effect = effects.get(html[start:end]) if end > 0 else None
        if effect is None and html[start : start + 1] not in _TAG_STARTS:
            candidate = _CANDIDATE.search(html, opening)
            opening = candidate.start() if candidate is not None else size
            start = opening + 1
        if opening > position:
            _add_span(out, html, position, opening, preformatted > 0)
        if opening >= size:
            break
        if effect is not None:
            position = end + 1
        else:
            position = find(">", start, start + _MAX_QUOTED) + 1
            tag = html[start : position - 1] if position else ""
            match = _NAME.match(html, start)
            if match is None:
                if not html.startswith("!--", start) and (end := run.end(opening)) > opening:
                    position, is_text = end, True
                else:
                    position, is_text = _no_element(html, opening, never_ends)
            elif position and "<" not in tag and tag.count('"') % 2 == 0 and tag.count("'") % 2 == 0:
                is_text = False  # nearly every tag
            elif (end := run.end(opening)) > opening:
                position, is_text, tag = end, True, ""
            else:
                position, is_text = _tag_end(html, match.end())
                tag = ""
            if is_text:
                _add_span(out, html, opening, position, preformatted > 0)
                continue
            if match is None:
                continue
            name = match[2].lower()
            effect = _effect(name, bool(match[1]))
            if effect == _HIDES:
                if name not in never_ends and html[position - 2] != "/":
                    ending = _end_of(html, name, position)
                    if ending < 0:  # hide nothing, for words would be lost
                        never_ends.add(name)
                    else:
                        position = ending
                continue
            if effect == _PICTURE:
                start = match.end()
                alt = _ALT.search(html, start, min(position, start + 4_000))
                if alt is not None:
                    _add_text(out, alt[1] or alt[2], False)
                continue
            if tag and len(tag) < _KNOWN_TAG and len(effects) < _KNOWN_TAGS:
                effects[tag] = effect
        if effect == _NOTHING:
            continue
        if effect == _BREAK:
            if out:
                out[-1] = out[-1].rstrip(" ")
            out.append("\n")
        elif effect == _CELL:
            if out and not out[-1].endswith(("\n", " ")):
                out.append(" ")
        else:
            if out and not out[-1].endswith("\n"):
                out[-1] = out[-1].rstrip(" ")
                out.append("\n")
            if effect == _ITEM:
                out.append("- ")
            elif effect == _PRE:
                preformatted += 1
            elif effect != _LINE:
                preformatted -= effect == _PRE_END
                if out and out[-1] != "\n\n":
                    out.append("\n")
    return done + out


class _Run:
    """Beginnings of tags, one after the other, of which none has an end: all of them are text."""

    __slots__ = ("_html", "_last", "_stop")

    def __init__(self, html: str) -> None:
        self._html = html
        self._last = -1  # the last "<" before `_stop`
        self._stop = -1  # the next quote or ">"

    def end(self, opening: int) -> int:
        """Where the run ends that begins with the "<" at `opening`: at another "<"; -1 if it is no run."""
        if opening >= self._stop:
            stop = _NO_RUN.search(self._html, opening)
            self._stop = len(self._html) if stop is None else stop.start()
            self._last = self._html.rfind("<", opening, self._stop)
        if self._last <= opening:
            return -1
        comment = self._html.find("<!--", opening, self._last + 4)
        return self._last if comment < 0 else comment


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
    reference = match[0]
    if (sign := _COMMON.get(reference)) is not None:
        return sign
    if len(reference) >= 10 and reference[1] == "#" and _DIGIT.match(match.string, match.end()):
        return reference  # the beginning of a longer number than any character has: text
    text = unescape(reference)
    if text in "\n\t\xa0":
        return text
    if text.isprintable() or (len(text) == 1 and category(text) == "Cf"):
        return text  # the latter: joiners, soft hyphens and marks of direction, which the text is written with
    return " " if text.isspace() else "\ufffd"


def unescaped(text: str) -> str:
    """References to characters resolved, one by one: `html.unescape()` of a whole text raises on a number of 4,301 digits."""
    return _REFERENCE.sub(_unescaped, text) if "&" in text else text


def collapsed(text: str) -> str:
    """White space as HTML shows it: any of it is one blank."""
    if "\n" in text:  # mostly where a line is wrapped, and nothing else is there to collapse
        text = text.replace("\r\n", " ").replace("\n", " ")
    if "  " in text or "\t" in text or "\r" in text or "\f" in text:
        text = _SPACE.sub(" ", text)
    return text


def _add_span(out: list[str], html: str, start: int, stop: int, preformatted: bool) -> None:
    """Add what stands between two tags."""
    while stop - start > _PIECE:
        end = start + _PIECE
        reference = html.rfind("&", end - 40, end)  # do not cut through one, nor through white space
        if reference > 0:
            end = reference
        elif (space := _SPACE.match(html, end, stop)) is not None:
            end = space.end()
        _add_text(out, html[start:end], preformatted)
        start = end
    text = html[start:stop]
    if preformatted or not text.isspace():
        _add_text(out, text, preformatted)
    elif out and not out[-1].endswith((" ", "\n")):
        out.append(" ")


def _add_text(out: list[str], raw: str, preformatted: bool) -> None:
    text = unescaped(raw) if "&" in raw else raw
    if preformatted:
        out.append(text)
        return
    text = collapsed(text)
    if text[:1] == " " and (not out or out[-1].endswith((" ", "\n"))):
        text = text[1:]
    if text:
        out.append(text)
