"""Literal phrases of rule files, looked up in lower-cased texts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Set

TOKEN = re.compile(r"[a-z0-9_'-]+")

#: characters that are taken apart at once: the words of a long text would take three times its size
_STRETCH = 65_536
_ASCII = bytes(range(128))
_LETTERS = 4  # by which fragments are looked for


def parted_by(parts: Callable[[str], bool]) -> bytes:
    """A table for `pieces`: the characters of ASCII between which words stand; all others are such."""
    return bytes([32 if i > 127 or parts(chr(i)) else i for i in range(256)])


def pieces(text: str, between: bytes) -> list[str]:
    """The pieces of a text between white space, some characters of ASCII, `?` one of them, and all beyond ASCII."""
    # bytes, since str.translate() asks a dictionary for each letter that a text has: a fifth of the time
    return text.encode("ascii", "replace").translate(between).decode("ascii").split()


def beyond_ascii(text: str) -> str:
    """The characters of a text that are not in ASCII."""
    # bytes let the others go at once
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


_BETWEEN_TOKENS = parted_by(lambda sign: TOKEN.fullmatch(sign) is None)


def tokens_of(lowered: str) -> set[str]:
    """The words of a lower-cased text."""
    return set(pieces(lowered, _BETWEEN_TOKENS))


def _whole_words(phrase: str) -> list[str]:
    """The words of a phrase that are no part of a longer one wherever it stands: signs are on both sides of them."""
    return [match[0] for match in TOKEN.finditer(phrase) if match.start() > 0 and match.end() < len(phrase)]


class Fragments:
    """Phrases that may begin and end within a word, behind letters that several of them share: a third of the searches."""

    __slots__ = ("_all", "_ascii")

    def __init__(self, phrases: Iterable[str]) -> None:
        entries = [*enumerate(phrases)]
        self._all = _by_letters(entries)
        self._ascii = _by_letters([entry for entry in entries if entry[1].isascii()])

    def within(self, lowered: str) -> list[tuple[int, str]]:
        """Those that stand in a lower-cased text, with their places among all, in any order."""
        return [
            entry
            for letters, entries in (self._ascii if lowered.isascii() else self._all)
            if letters in lowered
            for entry in entries
            if entry[1] in lowered
        ]

    def first(self, lowered: str) -> str:
        """Of the phrases that stand in a lower-cased text the first, in their order."""
        found = self.within(lowered)
        return min(found)[1] if found else ""


def _by_letters(entries: list[tuple[int, str]]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Phrases by letters side by side in them: again and again those that most of the others have."""
    table: list[tuple[str, list[tuple[int, str]]]] = []
    while entries:
        uses = Counter(letters for _, phrase in entries for letters in _side_by_side(phrase))
        most = max(uses, key=lambda letters: (uses[letters], letters))
        table.append((most, [entry for entry in entries if most in entry[1]]))
        entries = [entry for entry in entries if most not in entry[1]]
    return table


def _side_by_side(phrase: str) -> set[str]:
    return {phrase[i : i + _LETTERS] for i in range(max(1, len(phrase) - _LETTERS + 1))}


class Phrases:
    """Phrases behind an index by that word of theirs which the fewest have, so that a text is compared with few of them."""

    __slots__ = ("_by_sign", "_by_word", "_single", "_words")

    def __init__(self, phrases: tuple[str, ...]) -> None:
        self._by_word: dict[str, list[tuple[str, frozenset[str]]]] = {}  # with its other words
        single: list[str] = []  # of one word, which may be part of a longer one
        # not in ASCII, by a letter that few of them have; with the words and the letters that must be there
        self._by_sign: dict[str, list[tuple[str, frozenset[str], frozenset[str]]]] = {}
        of_words: list[tuple[str, list[str]]] = []
        foreign: list[tuple[str, frozenset[str], frozenset[str]]] = []
        for phrase in phrases:
            words = TOKEN.findall(phrase)
            whole = _whole_words(phrase)
            if not phrase.isascii():
                foreign.append((phrase, frozenset(whole), frozenset(beyond_ascii(phrase))))
            elif len(words) > 1 and phrase.startswith(words[0]):
                of_words.append((phrase, words[:-1]))  # the last may go on beyond the phrase
            elif whole:
                of_words.append((phrase, whole))
            else:
                single.append(phrase)
        self._single = Fragments(single)
        uses = Counter(sign for _, _, signs in foreign for sign in signs)
        for entry in foreign:
            self._by_sign.setdefault(min(entry[2], key=lambda sign: (uses[sign], sign)), []).append(entry)
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
        found += [phrase for _, phrase in self._single.within(lowered)]
        if self._by_sign and not lowered.isascii():
            there = set(beyond_ascii(lowered) if len(lowered) <= _STRETCH else lowered)
            found += [
                phrase
                for sign in self._by_sign.keys() & there
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
