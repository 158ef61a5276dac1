"""Legal words, notes of virus scanners and lines of help desks, told from a sentence that uses the same words.

Rules of this file: it looks at one paragraph, folded and in one line; where it ends and what follows is decided in `ending`.
"""

from __future__ import annotations

import re

from .said import Said

#: a paragraph of legal words is at least this long, unless it is hardly more than one phrase
_LONG = 100
_SHORT_REST = 24
#: so many terms in one paragraph are no author's: he writes one or two of them; one fewer if it speaks of "this message"
_TERMS = 4
_WORD = re.compile(r"\w[\w'\u2019]*")
#: in scripts above it a few signs are a sentence; their dashes and quotes are no reason
_LATIN = "\u2fff"


def is_legal(text: str, said: Said) -> bool:
    """Whether a paragraph is legal words: long and with a phrase, or little more than one. No question is any."""
    if text.endswith(("?", "？", "؟")):
        return False
    found = [phrase for phrase in said.disclaimer if phrase in text]
    if not found:
        return len(text) >= _LONG and len(said.legal) >= _TERMS - 1 and _is_of_lawyers(text, said)
    if len(text) >= _LONG or len(found) > 1 or max(text) > _LATIN:
        return True
    before, _, rest = text.partition(max(found, key=len))
    # one letter: the tree of a font of pictures
    return sum(map(str.isalpha, before)) < 2 and "," not in rest and len(rest) <= _SHORT_REST


def _is_of_lawyers(text: str, said: Said) -> bool:
    """Whether a paragraph has the terms of a disclaimer, whatever its sentences, and nobody speaks of himself in it."""
    count = end = 0
    for stop, start in sorted((text.find(term) + len(term), text.find(term)) for term in said.legal if term in text):
        if start >= end:  # "any unauthorised disclosure" is one
            count += 1
            end = stop
    if count < _TERMS - 1 or (count < _TERMS and not any(phrase in text for phrase in said.itself)):
        return False
    words = _as_words(text)
    return not any(_as_words(phrase) in words for phrase in said.first_person)


def _as_words(text: str) -> str:
    return f" {' '.join(_WORD.findall(text))} "


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
