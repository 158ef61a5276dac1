"""Literal phrases of rule files, looked up in lower-cased texts."""

from __future__ import annotations

import re
from collections.abc import Set

TOKEN = re.compile(r"[a-z0-9_'-]+")

#: characters that are taken apart at once: the words of a long text would take three times its size
_STRETCH = 65_536
_NO_TOKEN = {i: " " for i in range(128) if TOKEN.fullmatch(chr(i)) is None}


def tokens_of(lowered: str) -> set[str]:
    """The words of a lower-cased text."""
    # the first way is quicker
    return set(lowered.translate(_NO_TOKEN).split() if lowered.isascii() else TOKEN.findall(lowered))


class Phrases:
    """Phrases behind an index by their first word, so that a text is compared with few of them."""

    __slots__ = ("_by_sign", "_by_word", "_single", "_words")

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self._by_word: dict[str, list[tuple[str, frozenset[str]]]] = {}  # with the words between first and last
        self._single: list[str] = []  # of one word, which may be part of a longer one
        self._by_sign: dict[str, list[str]] = {}  # not in ASCII, by a letter that few of them have
        for phrase in phrases:
            words = TOKEN.findall(phrase)
            if not phrase.isascii():
                self._by_sign.setdefault(max(phrase), []).append(phrase)
            elif len(words) > 1 and phrase.startswith(words[0]):
                self._by_word.setdefault(words[0], []).append((phrase, frozenset(words[1:-1])))
            else:
                self._single.append(phrase)
        self._words = frozenset([word for phrase in phrases for word in TOKEN.findall(phrase)])

    def within(self, lowered: str, words: Set[str] | None = None) -> tuple[str, ...]:
        """Those that stand in a lower-cased text; `words`: its tokens, and maybe others, where somebody has them."""
        if words is None:
            words = self._words_in(lowered)
        found = [
            phrase
            for word in self._by_word.keys() & words
            for phrase, inner in self._by_word[word]
            if inner <= words and phrase in lowered
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
