"""Literal phrases of rule files, looked up in lower-cased texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Set

TOKEN = re.compile(r"[a-z0-9_'-]+")

#: characters that are taken apart at once: the words of a long text would take three times its size
_STRETCH = 65_536


def parted_by(parts: Callable[[str], bool]) -> bytes:
    """A table for `pieces`: the characters of ASCII between which words stand; all others are such."""
    return bytes([32 if i > 127 or parts(chr(i)) else i for i in range(256)])


def pieces(text: str, between: bytes) -> list[str]:
    """The pieces of a text between white space, some characters of ASCII, `?` one of them, and all beyond ASCII."""
    # bytes, since str.translate() asks a dictionary for each letter that a text has: a fifth of the time
    return text.encode("ascii", "replace").translate(between).decode("ascii").split()


_BETWEEN_TOKENS = parted_by(lambda sign: TOKEN.fullmatch(sign) is None)


def tokens_of(lowered: str) -> set[str]:
    """The words of a lower-cased text."""
    return set(pieces(lowered, _BETWEEN_TOKENS))


class Phrases:
    """Phrases behind an index by that word of theirs which the fewest have, so that a text is compared with few of them."""

    __slots__ = ("_by_sign", "_by_word", "_single", "_words")

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self._by_word: dict[str, list[tuple[str, frozenset[str]]]] = {}  # with its other words
        self._single: list[str] = []  # of one word, which may be part of a longer one
        self._by_sign: dict[str, list[str]] = {}  # not in ASCII, by a letter that few of them have
        of_words: list[tuple[str, list[str]]] = []
        for phrase in phrases:
            words = TOKEN.findall(phrase)
            if not phrase.isascii():
                self._by_sign.setdefault(max(phrase), []).append(phrase)
            elif len(words) > 1 and phrase.startswith(words[0]):
                of_words.append((phrase, words[:-1]))  # the last may go on beyond the phrase
            else:
                self._single.append(phrase)
        uses = Counter(word for _, words in of_words for word in words)
        for phrase, words in of_words:
            rarest = min(words, key=lambda word: (uses[word], -len(word)))
            self._by_word.setdefault(rarest, []).append((phrase, frozenset(words) - {rarest}))
        self._words = frozenset([word for phrase in phrases for word in TOKEN.findall(phrase)])

    def within(self, lowered: str, words: Set[str] | None = None) -> tuple[str, ...]:
        """Those that stand in a lower-cased text; `words`: its tokens, and maybe others, where somebody has them."""
        if words is None:
            words = self._words_in(lowered)
        found = [
            phrase
            for word in self._by_word.keys() & words
            for phrase, others in self._by_word[word]
            if others <= words and phrase in lowered
        ]
        found += [phrase for phrase in self._single if phrase in lowered]
        if not lowered.isascii():
            for sign in self._by_sign.keys() & set(lowered):
                found += [phrase for phrase in self._by_sign[sign] if phrase in lowered]
        return tuple(sorted(found))

    def _words_in(self, lowered: str) -> Set[str]:
        """The tokens of a text; of a long one those that phrases have."""
        if len(lowered) <= _STRETCH:
            return tokens_of(lowered)
        found: set[str] = set()
        start = 0
        while start < len(lowered):
            end = lowered.find(" ", start + _STRETCH)
            end = end if end >= 0 else len(lowered)
            found |= tokens_of(lowered[start:end]) & self._words
            start = end
        return found


def phrase_in(lowered: str, phrases: tuple[str, ...]) -> str:
    """The first of some phrases that stands in a lower-cased text."""
    for phrase in phrases:
        if phrase in lowered:
            return phrase
    return ""
