"""HTML that cannot be built unescaped: a `str` is always text, and only this file makes markup of it.

Rules of this file: `Html` is no `str`, so the two cannot be joined by mistake. Elements and attributes are those named here, and
an attribute's value is of few letters, so that no word of a mail can stand in one. Characters without a shape of their own
(controls, bidi marks, lone bytes) become boxes with their number; line feeds and tabs stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import groupby

from ..safe import SHAPELESS

#: What a page may consist of. No element that loads, runs or sends anything, and no attribute that could.
ELEMENTS = frozenset(
    "a article b body code dd details div dl dt em footer h1 h2 h3 head header html i li main mark meta nav ol p "
    "section small span strong summary table tbody td th thead title tr ul".split()
)
ATTRIBUTES = frozenset(
    "aria-label aria-labelledby charset class content dir href http-equiv id lang name scope start tabindex".split()
)
_VOID = frozenset(["meta"])
_VALUE = re.compile(r"[A-Za-z0-9 #_,.;:'=+/-]{0,400}")
#: A link leads to a place of the page, never anywhere else.
_PLACE = re.compile(r"#[a-z][a-z0-9-]{0,30}")
_BOX = len("<i>U+0000FF</i>")
_RUN = 3  #: equal characters without a shape that are shown one by one; more become one box with their number


@dataclass(frozen=True, slots=True)
class Html:
    """Markup of ours."""

    markup: str


Child = Html | str


def text(words: str) -> Html:
    """Words of anybody's, harmless."""
    if words.isascii() and words.isprintable():
        return Html(escape(words))
    out: list[str] = []
    end = 0
    for run in _INVISIBLE.finditer(words):
        out.append(escape(words[end : run.start()]))
        out.append(_boxes(run.group()))
        end = run.end()
    out.append(escape(words[end:]))
    return Html("".join(out))


def at_most(words: str) -> int:
    """Characters of markup that `text` makes of words at most, without making it."""
    boxed = sum(run.end() - run.start() for run in _INVISIBLE.finditer(words))
    escaped = sum(words.count(sign) for sign in "&<>\"'")
    return len(words) + 5 * escaped + _BOX * boxed


def el(tag: str, *children: Child, **attributes: str | None) -> Html:
    """An element; `class_` and `http_equiv` stand for `class` and `http-equiv`, None for no attribute.

    Raises `ValueError` for an element, attribute or value that is none of ours: a mistake in this package, never a mail's.
    """
    if tag not in ELEMENTS:
        raise ValueError(f"no element of the page: {tag}")
    opening = tag
    for name, value in attributes.items():
        if value is None:
            continue
        name = name.rstrip("_").replace("_", "-")
        if name not in ATTRIBUTES or not (_PLACE if name == "href" else _VALUE).fullmatch(value):
            raise ValueError(f"no attribute of the page: {name}={value!r}")
        opening += f' {name}="{escape(value)}"'
    if tag in _VOID:
        return Html(f"<{opening}>")
    return Html(f"<{opening}>{join(children).markup}</{tag}>")


def join(children: Iterable[Child], between: str = "") -> Html:
    """Children in a row."""
    return Html(between.join([c.markup if isinstance(c, Html) else text(c).markup for c in children]))


def style_sheet(css: str) -> Html:
    """The page's own style sheet, byte by byte what the content security policy has the hash of."""
    if "</" in css or "\r" in css:
        raise ValueError("a style sheet must not end its own element")
    return Html(f"<style>{css}</style>")


def document(head: Html, body: Html) -> str:
    """A whole page."""
    root = el("html", el("head", head), el("body", body), lang="en")
    return f"<!DOCTYPE html>\n{root.markup}\n"


#: In a row, without the white space that HTML knows.
_INVISIBLE = re.compile(f"[\x00-\x08\x0b-\x1f{SHAPELESS}]+")


def _boxes(run: str) -> str:
    out: list[str] = []
    for character, group in groupby(run):
        count = sum(1 for _ in group)
        if count > _RUN:
            out.append(f"<i>{_number(character)} ×{count:,}</i>")
        else:
            out.append(f"<i>{_number(character)}</i>" * count)
    return "".join(out)


def _number(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as `surrogateescape` keeps it (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    return f"U+{code:04X}"
