"""Line templates of rule files, compiled: words with slots, white space elastic, letter case indifferent.

Rules of this file: a template becomes a pattern that is linear on any line: bounded slots, parted by literal words, no
lookaround, no backreference, no nested repeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

#: An address as notices write it: no blanks and brackets outside quotes; the domain may be a name without dots.
_LOCAL = r"""(?:"[^"\r\n@]{1,100}"|[^\s<>()\[\]\\,;:"@：；，。（）「」『』【】《》、]{1,256})"""
_DOMAIN = r"""(?:[^\s<>()\[\]\\,;:"'|=/?*：；，。（）「」『』【】《》、]{1,255}|\[[0-9A-Fa-f.:]{3,60}\])"""
ADDRESS = f"{_LOCAL}@{_DOMAIN}"

#: slot -> what it stands for
SLOTS = {
    "address": rf"""[<"'(\[]{{0,3}}(?:smtp:|mailto:)?(?P<address>{ADDRESS})[>"')\]]{{0,3}}""",
    "original": rf"""[<"'(\[]{{0,3}}(?:smtp:|mailto:)?(?P<original>{ADDRESS})[>"')\]]{{0,3}}""",
    "local": r"""[<"']{0,2}(?P<local>[^\s<>()\[\]\\,;:"'|=@]{1,256})[>"']{0,2}""",
    "code": r"(?P<code>[245][0-5][0-9])",
    "status": r"#?(?P<status>[245]\.[0-9]{1,3}\.[0-9]{1,3})",
    "host": r"(?P<host>[^\s\[\]()<>]{1,255})",
    "text": r"(?P<text>.{1,1000})",
    "any": r".{0,200}?",
}

_SLOT = re.compile(r"\{([a-z]+)\}")


def around_at(pattern: re.Pattern[str], text: str, *, quoted: bool = False) -> Iterator[re.Match[str]]:
    """The matches of a pattern for addresses; `quoted`: blanks may stand in a local part.

    Looked for from the word of each "@" on, since such a pattern is slow where there is none.
    """
    end = 0
    while (at := text.find("@", end)) >= 0:
        match = pattern.search(text, end if quoted else max(end, text.rfind(" ", end, at) + 1))
        if match is None:
            return
        yield match
        end = match.end()


@lru_cache(maxsize=1_000)
def line_pattern(template: str) -> re.Pattern[str]:
    """The pattern of one template; it matches from the start of a stripped line, and to its end if it ends with an address.

    >>> line_pattern("delivery to {address} failed: {text}").match("Delivery  to <ada@shop.example> failed: full")["address"]
    'ada@shop.example'
    """
    pieces = _SLOT.split(template)
    out = []
    for index, piece in enumerate(pieces):
        if index % 2:
            out.append(SLOTS[piece])
        else:
            out.append(r"\s{1,20}".join(re.escape(word) for word in piece.split(" ")))
    if template.endswith(("{address}", "{original}", "{local}")):
        out.append(r"\W{0,5}$")
    return re.compile("".join(out).replace(r"\s{1,20}\s{1,20}", r"\s{1,20}"), re.IGNORECASE)
