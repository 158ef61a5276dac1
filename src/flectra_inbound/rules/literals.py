"""Literal phrases of rule files, looked up in lower-cased texts."""

from __future__ import annotations

import re

TOKEN = re.compile(r"[a-z0-9_'-]+")


class Phrases:
    """Phrases behind an index by their first word, so that a text is compared with few of them."""

    __slots__ = ("_by_word", "_others", "_single")

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self._by_word: dict[str, list[str]] = {}
        self._single: list[str] = []  # of one word, which may be part of a longer one
        self._others: list[str] = []  # not in ASCII
        for phrase in phrases:
            words = TOKEN.findall(phrase)
            if not phrase.isascii():
                self._others.append(phrase)
            elif len(words) > 1 and phrase.startswith(words[0]):
                self._by_word.setdefault(words[0], []).append(phrase)
            else:
                self._single.append(phrase)

    def within(self, lowered: str) -> tuple[str, ...]:
        """Those that stand in a lower-cased text."""
        found = [
            phrase
            for word in self._by_word.keys() & set(TOKEN.findall(lowered))
            for phrase in self._by_word[word]
            if phrase in lowered
        ]
        found += [phrase for phrase in self._single if phrase in lowered]
        if not lowered.isascii():
            found += [phrase for phrase in self._others if phrase in lowered]
        return tuple(sorted(found))


def phrase_in(lowered: str, phrases: tuple[str, ...]) -> str:
    """The first of some phrases that stands in a lower-cased text."""
    for phrase in phrases:
        if phrase in lowered:
            return phrase
    return ""
