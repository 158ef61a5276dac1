"""Finds many phrases in one pass over a text, whatever their number (RFC 3834's dialects know no end of wording).

Rules of this file: both sides are folded alike (case, accents, width) and compared word by word; in scripts that write
without blanks every character is a word. The cost is that of the text: one look-up a word, and a step for each word of a
phrase that goes on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple
from unicodedata import combining, normalize

from ..rules.literals import beyond_ascii, parted_by, pieces
from ..rules.schema import Phrase

#: Thai, Lao, Khmer, kana, Han, Hangul (whose syllables folding takes apart): no blanks, or endings without one
_ALONE = "\u0e00-\u0eff\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_ALONE}]|[^\W{_ALONE}]+")
#: the same for ASCII, which is quicker so
_BETWEEN = parted_by(lambda sign: not sign.isalnum() and sign != "_")
_FEW = 40
_END = ""  #: the key under which a node of the tree holds what ends there; no word is empty


class Entry(NamedTuple):
    phrase: Phrase
    words: str
    colon: bool  #: only before a colon, or at the very end


def fold(text: str) -> str:
    """Lower-case, without accents and width; QUIRK: mail programs send them decomposed, or lose them on the way."""
    text = text.lower()
    if text.isascii():
        return text
    text = normalize("NFKD", text)
    for sign in filter(combining, set(beyond_ascii(text))):
        text = text.replace(sign, "")
    return text.replace("\u0131", "i")


class PhraseTree:
    """Phrases by their words."""

    __slots__ = ("_needed", "_root")

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self._root: dict[str, Any] = {}
        needed: dict[str, list[list[str]]] = {}
        count = 0
        for phrase in phrases:
            for words in phrase.words:
                folded = fold(words)
                node = self._root
                found = _WORD.findall(folded)
                for word in found:
                    node = node.setdefault(word, {})
                longest, *others = sorted(set(found), key=len, reverse=True)
                needed.setdefault(longest, []).append(others)
                count += 1
                entry = Entry(phrase, words, folded.rstrip().endswith(":"))
                node.setdefault(_END, []).append(entry)
                node[_END].sort(key=lambda known: not known.colon)

        #: Of a few phrases the words, by the longest. Where no phrase has all of its own in a text, which a few searches
        #: tell, the text is not taken apart into words, which is what costs.
        self._needed = needed if count <= _FEW else {}

    def _may_stand_in(self, folded: str) -> bool:
        if not self._needed:
            return True
        for phrases in [phrases for longest, phrases in self._needed.items() if longest in folded]:
            for others in phrases:
                if all(map(folded.__contains__, others)):
                    return True
        return False

    def opening(self, folded: str) -> Entry | None:
        """The longest phrase that a text begins with."""
        best: Entry | None = None
        node = self._root
        for match in _WORD.finditer(folded):
            if match[0] not in node:
                break
            node = node[match[0]]
            if _END in node:
                for entry in node[_END]:
                    if not entry.colon or folded[match.end() :].lstrip(" )]\u200e\u200f\xa0")[:1] in ":":
                        best = entry
                        break
        return best

    def within(self, folded: str) -> Iterator[tuple[int, Entry]]:
        """Every phrase that stands in a text, each once, and before which word; in the order of their places."""
        if not self._may_stand_in(folded):
            return
        words: Sequence[str] = pieces(folded, _BETWEEN) if folded.isascii() else _WORD.findall(folded)
        seen: set[int] = set()
        root = self._root
        for start in [place for place, word in enumerate(words) if word in root]:
            node = root[words[start]]
            place = start + 1
            while True:
                for entry in node.get(_END, ()):
                    if id(entry.phrase) not in seen:
                        seen.add(id(entry.phrase))
                        yield start, entry
                if place == len(words) or words[place] not in node:
                    break
                node = node[words[place]]
                place += 1
