"""Legal words, notes of virus scanners and lines of help desks, told from a sentence that uses the same words.

Rules of this file: it looks at one paragraph, folded and in one line; where it ends and what follows is decided in `ending`.
"""

from __future__ import annotations

from .wording import Said

#: a paragraph of legal words is at least this long, unless it is hardly more than one phrase
_LONG = 100
_SHORT_REST = 24
#: in scripts above it a few signs are a sentence; their dashes and quotes are no reason
_LATIN = "\u2fff"


def is_legal(text: str, phrases: tuple[str, ...]) -> bool:
    """Whether a paragraph is legal words: long and with a phrase, or little more than one. No question is any."""
    found = [phrase for phrase in phrases if phrase in text]
    if not found or text.endswith(("?", "？", "؟")):
        return False
    if len(text) >= _LONG or len(found) > 1 or max(text) > _LATIN:
        return True
    before, _, rest = text.partition(max(found, key=len))
    # one letter: the tree of a font of pictures
    return sum(map(str.isalpha, before)) < 2 and "," not in rest and len(rest) <= _SHORT_REST


def is_scanned(text: str, said: Said) -> bool:
    """Whether a paragraph begins as the note of a scanner and does not go on as a sentence of somebody's."""
    rests = [
        text[len(phrase) :].lstrip(" ")
        for phrase in said.scanned
        if text.startswith(phrase) and (text[-1] != "?" or text == phrase)
    ]
    return any(not rest.startswith((",", "?")) for rest in rests)


def is_sentence_about(folded: str, phrase: str) -> bool:
    """Whether somebody asks or tells about such a line: "Reply above this line, it says. Why?"."""
    more = len(folded.replace(phrase, "").split())
    return folded[0].isalnum() and (folded[-1] == "?" or (more > 2 and folded[-1] in ".!"))
