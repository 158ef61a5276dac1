"""Which of the phrases in `rules/reasons.toml` a diagnostic holds.

Rules of this file: a diagnostic is read twice. For phrases it is a row of words without what only identifies somebody:
addresses, hosts, links, codes and numbers, so that a mailbox `spam@` or a host `relay.` says nothing, and
"User <a@b.example> unknown" says "user unknown". For marks (a provider's own codes and links) it is the text as it
stands. Both are looked up by their first words, so the cost follows the diagnostic's length, not the table's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ...result import Reason
from ...rules import reasons

if TYPE_CHECKING:
    from ...rules.schema import ReasonPhrase

_LOOKED_AT = 4_000
_LINK = re.compile(r"https?://[^\s<>\"')\]]*")
_CHUNK = re.compile(r"[^\s<>()\[\]{},;:\"=|/!?*#\\「」【】、。（）：]+")
_WORD = re.compile(r"[^\W_]+")
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


class Said(NamedTuple):
    """A text, ready to be looked through."""

    raw: str  #: lower-case, as it stands
    words: str  #: its words, one blank before and after each


class Table:
    """Phrases by their first one or two words."""

    def __init__(self, rules: tuple[ReasonPhrase, ...]) -> None:
        self._words: dict[str, list[Phrase]] = {}
        self._pairs: dict[tuple[str, str], list[Phrase]] = {}
        self._stems: list[Phrase] = []  #: single words that may go on
        self._unspaced: list[Phrase] = []
        self._marks: dict[str, list[Phrase]] = {}
        vocabulary: set[str] = set()
        for rank, rule in enumerate(rules):
            for words in rule.words:
                text = words if words[0] >= _NO_BLANKS else _pattern(words)
                phrase = Phrase(rank, words, text, rule.reason, rule.weak, rule.hosts, False)
                tokens = text.split()
                vocabulary.update(tokens)
                if words[0] >= _NO_BLANKS:
                    self._unspaced.append(phrase)
                elif len(tokens) == 1 and not text.endswith(" "):
                    self._stems.append(phrase)
                elif len(tokens) > 2 or (len(tokens) == 2 and text.endswith(" ")):
                    self._pairs.setdefault((tokens[0], tokens[1]), []).append(phrase)
                else:
                    self._words.setdefault(tokens[0], []).append(phrase)
            for mark in rule.marks:
                phrase = Phrase(rank, mark, mark, rule.reason, rule.weak, rule.hosts, True)
                self._marks.setdefault(_WORD.findall(mark)[0], []).append(phrase)
        self.vocabulary = frozenset(vocabulary)

    def first(self, said: Said, speaker: str = "") -> Phrase | None:
        """The phrase that decides; `speaker` names hosts that may have said it."""
        raw, words = said
        tokens = words.split()
        found = [phrase for phrase in self._stems if phrase.text in words]
        for token in tokens:
            if token in self._words:
                found += [phrase for phrase in self._words[token] if phrase.text in words]
        for pair in pairwise(tokens):
            if pair in self._pairs:
                found += [phrase for phrase in self._pairs[pair] if phrase.text in words]
        for token in set(_WORD.findall(raw)):
            if token in self._marks:
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
    raw = text[:_LOOKED_AT].lower()
    return Said(raw, normal(raw, local_part, diagnostics().vocabulary))


def first_phrase(diagnostic: str, local_part: str = "", speaker: str = "") -> Phrase | None:
    """The phrase that decides what a server's words mean; `speaker` names hosts that may have said them."""
    return diagnostics().first(read(diagnostic, local_part), speaker)


@lru_cache(maxsize=1)
def texts() -> Table:
    """The phrases of what reports tell people."""
    return Table(reasons().text)


def holds_any(said: Said, phrases: tuple[str, ...]) -> str | None:
    """The first of a few phrases that a text holds."""
    words = said.words.replace(f" {_BREAK} ", " ")
    for phrase, searched in _searched(phrases):
        if searched in words:
            return phrase
    return None


@lru_cache(maxsize=8)
def _searched(phrases: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple([(words, _pattern(words)) for words in phrases])


def normal(lower: str, local_part: str, vocabulary: frozenset[str]) -> str:
    """The words of a lower-cased text, one blank before and after each."""
    words: list[str] = []
    # the article goes ("l'utente"), other words close up ("doesn't")
    lower = lower.replace("\u2019", "'").replace(" l'", " ").replace("'", "").replace("e-mail", "email")
    if "://" in lower:
        lower = _LINK.sub(" ", lower)
    in_reply = False
    for chunk in _CHUNK.findall(lower):
        if chunk.isalpha():
            if chunk != local_part or chunk in vocabulary:
                words.append(chunk)
        elif "@" in chunk or chunk == local_part:
            pass
        else:
            if not in_reply and _REPLY.match(chunk):
                in_reply = True
                words.append(_BREAK)
            parts = [word for word in _WORD.findall(chunk) if not word.isdigit()]
            # words run together at a full stop; else it is a host, an IP address or a code
            if "." not in chunk.strip(".-") or vocabulary.issuperset(parts):
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
    lower = words.replace("'", "").replace("e-mail", "email")
    text = f" {' '.join([word for word in _PATTERN_WORD.findall(lower) if not word.isdigit()])} "
    return text.rstrip() if words.endswith("*") else text
