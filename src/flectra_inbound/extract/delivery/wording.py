"""Which of the phrases in `rules/reasons.toml` a diagnostic holds.

Rules of this file: a diagnostic is read twice. For phrases it is a row of words without what only identifies somebody:
addresses, hosts, links, codes, numbers and accents, so that a mailbox `spam@` or a host `relay.` says nothing, and
"User <a@b.example> unknown" says "user unknown". For marks (a provider's own codes and links) it is the text as it
stands. Both are looked up by one word of theirs, so the cost follows the diagnostic's length, not the table's; a text is
taken apart into words only where one of the few phrases looked for in texts may stand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from ...result import Reason
from ...rules import reasons
from ...rules.literals import beyond_ascii, parted_by, pieces

if TYPE_CHECKING:
    from ...rules.schema import ReasonPhrase

_LOOKED_AT = 4_000
_LINK = re.compile(r"https?://[^\s<>\"')\]]*")
_CHUNK = re.compile(r"[^\s<>()\[\]{},;:\"=|/!?*#\\「」【】、。（）：]+")
#: the same for ASCII, which is quicker so
_BETWEEN = parted_by('<>()[]{},;:"=|/!?*#\\'.__contains__)
_WORD = re.compile(r"[^\W_]+")
_BETWEEN_WORDS = parted_by(lambda sign: not sign.isalnum())
#: QUIRK: servers leave out the accents, as SMTP without SMTPUTF8 wants it: "boite pleine", "przepelniona". Latin letters only
_PLAIN = {
    **{sign: base for sign in map(chr, range(0xC0, 0x250)) if (base := normalize("NFD", sign)[0]).isascii()},
    **dict(zip("ßøđłıæœ\u2019", ("ss", "o", "d", "l", "i", "ae", "oe", "'"), strict=True)),
}
# RFC 5321, section 4.2: where a server's reply begins
_REPLY = re.compile(r"[245][0-5][0-9](?:-|$)")
#: from here on scripts do not put blanks between words, so phrases are found anywhere
_NO_BLANKS = "\u2e80"
_PATTERN_WORD = re.compile(r"%|[^\W_]+")
#: stands for a host where a reply begins with one: "kunde.example does not exist"
_HOST = "%"
#: stands between what comes before a server's reply and the reply, so that no phrase is read across them
_BREAK = "|"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of the table, ready to be looked for."""

    rank: int  #: place in the table; the lowest that is found counts
    words: str  #: as the table says it, for explanations
    text: str  #: what is searched
    reason: Reason
    weak: bool
    hosts: tuple[str, ...]
    mark: bool  #: a provider's own code or link
    bare: bool = False


class Searched(NamedTuple):
    """One of a few phrases that are looked for in texts."""

    phrase: str  #: as the table says it
    text: str  #: what is searched
    longest: str  #: of its words
    others: list[str]

    @classmethod
    def of(cls, phrase: str, text: str) -> Searched:
        longest, *others = sorted(_WORD.findall(text), key=len, reverse=True)
        return cls(phrase, text, longest, others)


class Said:
    """A text, ready to be looked through; its words are made when somebody asks for them."""

    __slots__ = ("_plain", "_words", "local_part", "raw")

    def __init__(self, raw: str, local_part: str) -> None:
        self.raw = raw  #: lower-case, as it stands
        self.local_part = _plain(local_part)
        self._words: str | None = None
        raw = _plain(raw)
        # the article goes ("l'utente"), other words close up ("doesn't")
        if "'" in raw:
            raw = raw.replace(" l'", " ").replace("'", "")
        self._plain = raw.replace("e-mail", "email")  # every word of `words` stands in it

    @property
    def words(self) -> str:
        """Its words, one blank before and after each."""
        if self._words is None:
            self._words = _normal(self._plain, self.local_part, diagnostics().vocabulary)
        return self._words

    @property
    def taken_apart(self) -> bool:
        """Whether the words were made already."""
        return self._words is not None

    def possible(self, searched: Sequence[Searched]) -> Sequence[Searched]:
        """Those phrases of which all words stand in it, as words or within others; once it is taken apart, all of them."""
        if self._words is not None:
            return searched
        plain = self._plain
        return [one for one in searched if one.longest in plain and all(map(plain.__contains__, one.others))]


class Table:
    """Phrases by that word of theirs which the fewest others have; `sparse`: few, for texts that rarely hold one."""

    def __init__(self, rules: tuple[ReasonPhrase, ...], *, sparse: bool = False) -> None:
        self._by_word: dict[str, list[tuple[str, Phrase]]] = {}  # with the next such word of it
        self._stems: dict[str, list[Phrase]] = {}  #: single words that may go on, by the letters that they all have
        stems: list[Phrase] = []
        self._unspaced: list[Phrase] = []
        self._marks: dict[str, list[Phrase]] = {}
        phrases: list[tuple[Phrase, list[str]]] = []
        for rank, rule in enumerate(rules):
            for words in rule.words:
                text = words if words[0] >= _NO_BLANKS else _pattern(words)
                phrase = Phrase(rank, words, text, rule.reason, rule.weak, rule.hosts, False, rule.bare)
                phrases.append((phrase, text.split()))
            for mark in rule.marks:
                phrase = Phrase(rank, mark, mark, rule.reason, rule.weak, rule.hosts, True)
                self._marks.setdefault(_WORD.findall(mark)[0], []).append(phrase)
        uses = Counter(token for _, tokens in phrases for token in tokens)
        for phrase, tokens in phrases:
            whole = tokens if phrase.text.endswith(" ") else tokens[:-1]
            if phrase.text[0] >= _NO_BLANKS:
                self._unspaced.append(phrase)
            elif whole:
                first, *others = sorted(set(whole), key=lambda token: (uses[token], token))
                self._by_word.setdefault(first, []).append((others[0] if others else first, phrase))
            else:
                stems.append(phrase)
        self._letters = min([len(phrase.text) - 1 for phrase in stems], default=0)  # the text begins with a blank
        for phrase in stems:
            self._stems.setdefault(phrase.text[1 : 1 + self._letters], []).append(phrase)
        self.vocabulary = frozenset(uses)
        found = [phrase for phrase, _ in phrases] + [phrase for marks in self._marks.values() for phrase in marks]
        self._sparse = [Searched.of(phrase.words, phrase.text) for phrase in found] if sparse else []

    def first(self, said: Said, speaker: str = "") -> Phrase | None:
        """The phrase that decides; `speaker` names hosts that may have said it."""
        if self._sparse and not said.possible(self._sparse):
            return None
        raw, words = said.raw, said.words
        tokens = set(words.split())
        found = [
            phrase
            for token in self._by_word.keys() & tokens
            for other, phrase in self._by_word[token]
            if other in tokens and phrase.text in words
        ]
        for stem in self._stems.keys() & {token[: self._letters] for token in tokens}:
            found += [phrase for phrase in self._stems[stem] if phrase.text in words]
        for token in self._marks.keys() & (pieces(raw, _BETWEEN_WORDS) if raw.isascii() else _WORD.findall(raw)):
            found += [phrase for phrase in self._marks[token] if phrase.text in raw]
        if not raw.isascii():
            found += [phrase for phrase in self._unspaced if phrase.text in raw]
        best: Phrase | None = None
        for phrase in found:
            # of one rank the longest, so that the explanation does not hang on the order of a set
            if best is None or (phrase.rank, -len(phrase.text), phrase.text) < (best.rank, -len(best.text), best.text):
                if phrase.hosts and not any(host in speaker or host in raw for host in phrase.hosts):
                    continue
                best = phrase
        return best


@lru_cache(maxsize=1)
def diagnostics() -> Table:
    """The phrases of what servers say."""
    return Table(reasons().phrase)


def read(text: str, local_part: str = "") -> Said:
    """A text as the tables look through it; `local_part` is a name in it that is no word."""
    return Said(text[:_LOOKED_AT].lower(), local_part)


def first_phrase(diagnostic: str, local_part: str = "", speaker: str = "") -> Phrase | None:
    """The phrase that decides what a server's words mean; `speaker` names hosts that may have said them."""
    return diagnostics().first(read(diagnostic, local_part), speaker)


@lru_cache(maxsize=1)
def texts() -> Table:
    """The phrases of what reports tell people."""
    return Table(reasons().text, sparse=True)


def holds_any(said: Said, phrases: tuple[str, ...]) -> str | None:
    """The first of a few phrases that a text holds."""
    searched = said.possible(_searched(phrases))
    if searched:
        words = said.words.replace(f" {_BREAK} ", " ")
        for one in searched:
            if one.text in words:
                return one.phrase
    return None


def unfamiliar(said: Said, phrase: Phrase | None = None) -> str | None:
    """The first word of a reply that neither says again what a code says nor belongs to words that tell the cause.

    `phrase` is the one that was found. Beside one that tells a cause, all that is said of such addresses is familiar; names,
    codes, and what stands before the reply always are.
    """
    words = said.words.partition(f" {_BREAK} ")[2] or said.words
    known = {*_WORD.findall(said.local_part), _BREAK, _HOST}
    beside: frozenset[str] = frozenset()
    if phrase is not None:
        if phrase.text[0] >= _NO_BLANKS:
            return None  # no words to be told apart
        known.update(phrase.text.split())
        if not phrase.bare:
            beside = _of_dead()
    familiar = reasons().familiar
    for word in words.split():
        if word not in familiar and word not in known and word not in beside and word.isalpha():
            return word
    return None


@lru_cache(maxsize=1)
def _of_dead() -> frozenset[str]:
    """The words of all phrases about addresses that are gone, and those that stand beside such phrases."""
    rules = [rule for rule in reasons().phrase if rule.reason is Reason.USER_UNKNOWN and not rule.hosts]
    return reasons().beside.union(word for rule in rules for words in rule.words for word in _pattern(words).split())


@lru_cache(maxsize=8)
def _searched(phrases: tuple[str, ...]) -> list[Searched]:
    """Each phrase, and how it is searched."""
    return [Searched.of(words, _pattern(words)) for words in phrases]


def _plain(lower: str) -> str:
    """Without accents."""
    if not lower.isascii():
        # str.translate() would raise and catch an error for each other sign
        for sign in _PLAIN.keys() & beyond_ascii(lower):
            lower = lower.replace(sign, _PLAIN[sign])
    return lower


def _normal(lower: str, local_part: str, vocabulary: frozenset[str]) -> str:
    """The words of a lower-cased text without apostrophes, one blank before and after each."""
    if "://" in lower:
        lower = _LINK.sub(" ", lower)
    if "..." in lower:
        lower = lower.replace("...", " ")  # QUIRK: "Access denied...f4d1", where a code follows. Seen in United Online
    words: list[str] = []
    in_reply = False
    for chunk in pieces(lower, _BETWEEN) if lower.isascii() else _CHUNK.findall(lower):
        if chunk.isalpha():
            if chunk != local_part or chunk in vocabulary:
                words.append(chunk)
            continue
        if "@" in chunk or chunk == local_part:
            continue
        if not in_reply and _REPLY.match(chunk):
            in_reply = True
            words.append(_BREAK)
        if chunk.isascii() and chunk.upper() == chunk:
            continue  # no letter in it: a code, a number, an IP address
        inner = chunk.strip(".-")
        if inner.isalpha():
            words.append(inner)
            continue
        parts = [word for word in _WORD.findall(inner) if not word.isdigit()]
        # words run together at a full stop; else it is a host, an IP address or a code
        if "." not in inner or vocabulary.issuperset(parts):
            words.extend(parts)
        elif parts and (not words or words[-1] == _BREAK):
            words.append(_HOST)
    text = f" {' '.join(words)} "
    for label in _labels():
        text = text.replace(label, " ")
    return text


@lru_cache(maxsize=1)
def _labels() -> tuple[str, ...]:
    return tuple([f" {words} " for words in reasons().labels])


def _pattern(words: str) -> str:
    """What is searched for a phrase; `*` at its end: the last word may go on."""
    lower = _plain(words).replace("'", "").replace("e-mail", "email")
    text = f" {' '.join([word for word in _PATTERN_WORD.findall(lower) if not word.isdigit()])} "
    return text.rstrip() if words.endswith("*") else text
