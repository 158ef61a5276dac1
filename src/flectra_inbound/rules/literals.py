"""Literal phrases of rule files, looked up in lower-cased texts."""

from __future__ import annotations

import re
from collections.abc import Set

TOKEN = re.compile(r"[a-z0-9_'-]+")

#: characters that are taken apart at once: the words of a long text would take three times its size
_STRETCH = 65_536
_BLANKED = bytes(i if TOKEN.fullmatch(chr(i)) is not None else 32 for i in range(256))  # what is no part of a word


def tokens_of(lowered: str) -> set[str]:
    """The words of a lower-cased text."""
    # several times quicker than the pattern; what is not in ASCII becomes a question mark, and so a blank
    return set(lowered.encode("ascii", "replace").translate(_BLANKED).decode("ascii").split())


def _whole_words(phrase: str) -> list[str]:
    """The words of a phrase that are no part of a longer one wherever it stands: signs are on both sides of them."""
    return [match[0] for match in TOKEN.finditer(phrase) if match.start() > 0 and match.end() < len(phrase)]


class Phrases:
    """Phrases behind an index by their first word, so that a text is compared with few of them."""

    __slots__ = ("_by_sign", "_by_word", "_rest", "_single", "_words")

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self._by_word: dict[str, list[tuple[str, frozenset[str]]]] = {}  # with the words that must be there as well
        self._single: list[str] = []  # a word, which may be part of a longer one
        self._rest: list[str] = []
        # not in ASCII, by a letter that few of them have; with the words and the letters that must be there
        self._by_sign: dict[str, list[tuple[str, frozenset[str], frozenset[str]]]] = {}
        for phrase in phrases:
            words = TOKEN.findall(phrase)
            whole = _whole_words(phrase)
            if not phrase.isascii():
                signs = frozenset(sign for sign in phrase if not sign.isascii())
                self._by_sign.setdefault(max(phrase), []).append((phrase, frozenset(whole), signs))
            elif len(words) > 1 and phrase.startswith(words[0]):
                self._by_word.setdefault(words[0], []).append((phrase, frozenset(words[1:-1])))
            elif whole and not phrase.startswith(words[0]):
                self._by_word.setdefault(whole[0], []).append((phrase, frozenset(whole)))
            elif words == [phrase]:
                self._single.append(phrase)
            else:
                self._rest.append(phrase)
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
        if self._single:
            # shorter than the text, which says most words many times; of a long one only some words are known
            listed = " ".join(words) if len(lowered) <= _STRETCH else lowered
            found += [phrase for phrase in self._single if phrase in listed and phrase in lowered]
        found += [phrase for phrase in self._rest if phrase in lowered]
        if self._by_sign and not lowered.isascii():
            there = set(lowered)
            for sign in self._by_sign.keys() & there:
                found += [
                    phrase
                    for phrase, whole, signs in self._by_sign[sign]
                    if signs <= there and whole <= words and phrase in lowered
                ]
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
