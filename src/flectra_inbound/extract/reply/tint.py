"""Answers that only their colour tells from the quote that they stand in.

QUIRK: "see my answers in blue below", written into the original without any mark. Seen in Outlook, Apple Mail and Gmail.
Rules of this file: nothing is taken for an answer unless the author announces a colour above the quote, in the words of
`rules/languages` (`colour`); and of the coloured lines only those that the quote does not begin with.
"""

from __future__ import annotations

import re

from .blocks import label_of
from .lines import Line
from .wording import fold, wording

_COLOUR = re.compile(r"(?:^|[;\s])color\s{0,5}:\s{0,5}([^;]{1,60})", re.IGNORECASE)
#: what a marker pen leaves behind words; tables and buttons of quoted mails have backgrounds too
_BEHIND = re.compile(r"(?:^|[;\s])background(?:-color)?\s{0,5}:\s{0,5}([^;]{1,60})", re.IGNORECASE)
_INLINE = frozenset("span font mark b strong i em u".split())
_HEX = re.compile(r"#?([0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgba?\(\s{0,3}(\d{1,3})[\s,]{1,4}(\d{1,3})[\s,]{1,4}(\d{1,3})")
#: colours of ordinary text
_PLAIN = frozenset(
    "black white gray grey silver dimgray dimgrey darkgray darkgrey slategray slategrey windowtext inherit initial unset "
    "auto currentcolor transparent revert".split()
)
_GREY = 40  # least distance, of 255, between the strongest and the weakest of red, green and blue
_ANNOUNCED_WITHIN = 2_000  # characters of the author's words above the quote


def tint_of(name: str, attributes: dict[str, str]) -> str | None:
    """The colour that an element gives its text, or marks it with: empty for that of ordinary text; None if it gives none."""
    style = attributes.get("style", "")
    lowered = style.lower()
    found = _COLOUR.search(style) if "olor" in lowered else None
    value = found[1] if found is not None else attributes.get("color", "") if name == "font" else ""
    value = value.replace("!important", "").strip().lower()
    tint = _normal(value) if value else None
    if not tint and "ackground" in lowered and name in _INLINE and (found := _BEHIND.search(style)) is not None:
        tint = _normal(found[1].strip().lower()) or tint
    return tint


def _normal(value: str) -> str:
    """One name for a colour; empty for black, white and what lies between."""
    if (found := _RGB.match(value)) is not None:
        channels = [int(found[i]) for i in (1, 2, 3)]
    elif (found := _HEX.fullmatch(value)) is not None:
        digits = found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1])
        channels = [int(digits[i : i + 2], 16) for i in (0, 2, 4)]
    else:
        return "" if value in _PLAIN or not value.isalpha() else value
    return "#{:02x}{:02x}{:02x}".format(*channels) if max(channels) - min(channels) >= _GREY else ""


def mark_answers(lines: list[Line]) -> bool:
    """Label the answers that colour tells as the author's; whether there are any."""
    first = next((i for i, line in enumerate(lines) if line.kind == "quote"), None)
    if first is None or not any(line.tints for line in lines[first:]) or not _announced(lines[:first]):
        return False
    base = next((line.tints for line in lines[first:] if line.kind == "quote" and line.plain), frozenset())
    if "" in base:
        base = frozenset({""})  # he answers in the very line
    found = False
    for index in range(first, len(lines)):
        line = lines[index]
        if line.kind != "quote":
            continue
        if _begins_older(lines, index):
            break
        if line.tints - base - {""}:
            line.kind = "author"
            line.hard = False
            found = True
    return found


def _announced(above: list[Line]) -> bool:
    words = "\n".join([line.plain for line in above if line.kind == "author"])[-_ANNOUNCED_WITHIN:]
    folded = fold(words).replace("\n", " ")
    return any(_is_whole(phrase, folded) for phrase in wording().colours.within(folded))


def _is_whole(phrase: str, text: str) -> bool:
    """Whether a phrase stands there as words: "in red", not "in reduced". Scripts that do not part words: as it is."""
    return not phrase.isascii() or re.search(rf"(?<![a-z]){re.escape(phrase)}(?![a-z])", text) is not None


def _begins_older(lines: list[Line], index: int) -> bool:
    """Whether a header block begins here: what is below it is an older mail, with answers of others."""
    found = label_of(lines[index].plain)
    if found is None or "from" not in found[0]:
        return False
    below = [label_of(line.plain) for line in lines[index + 1 : index + 7] if line.plain]
    return sum(found is not None for found in below) >= 2
