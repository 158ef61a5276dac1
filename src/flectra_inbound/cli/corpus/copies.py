"""Finds cases that say nothing that another one does not say: copies, near copies, and notes that repeat each other.

What only identifies somebody is masked first: addresses keep their signs, hosts and names of people become one word, ids,
dates and numbers become zeros. Reply codes and status codes stay, since they are content, and so do the local parts of
mailboxes that have a role (`info@`), since these are nobody's names.

- **Copies** are equal after masking, whatever their labels say, if the host that they come to is the same.
- **Near copies** have the same facts (kind, language, structure, charsets, transfer encodings), exercise the same rules by the
  same words, have labels that assert the same when masked, and at least `NEAR` of their shingles in common: rows of four words
  of the masked header fields and texts; the measure is Jaccard's, shared ones by all.
- **Notes that repeat each other**: each sentence of one stands in the other.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import NamedTuple

from flectra_inbound import Message, parse

from .cases import Case, Fault
from .facts import Facts

#: The share of shingles in common from which on two cases with the same facts and assertions are near copies.
NEAR = 0.9
_SHINGLE = 4  #: words
_CODE = re.compile(r"[245][0-9]{2}|[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_CALENDAR = re.compile(
    r"(?:mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[.,]?"
)
_RUN = re.compile(r"\w+")
_SPLIT = re.compile(r"[ \t\r\n]+")
_HOST = re.compile(r"(?:[\w-]+\.)+(?:example|test|invalid|localhost|com|net|org)\b")
_PEOPLE = ("from", "to", "cc", "reply-to", "sender")
#: fields whose value says nothing that a case could be about, but for their presence
_STAMPS = frozenset(("date", "message-id", "received", "references", "in-reply-to", "thread-index", "dkim-signature"))
#: RFC 2142, and the administrator's
_ROLES = frozenset(
    "info marketing sales support abuse noc security postmaster hostmaster usenet news webmaster www uucp ftp admin".split()
)
_SENTENCE = re.compile(r"[.;:]\s+")


class Seen(NamedTuple):
    """A case with what is known of it."""

    case: Case
    facts: Facts
    rules: frozenset[str]  #: that it exercises, and the words that its verdicts follow from


def copies(cases: Iterable[Seen]) -> Iterator[Fault]:
    """Copies, near copies and notes that are the same."""
    same: dict[tuple[str, ...], str] = {}
    copied: set[str] = set()
    alike: dict[tuple[object, ...], list[tuple[str, frozenset[tuple[str, ...]]]]] = defaultdict(list)
    notes: list[tuple[str, frozenset[str]]] = []
    for case, facts, rules in cases:
        words = masked(case.raw)
        host = case.label.model_dump_json(include={"gateway", "config", "envelope"})
        first = same.setdefault((host, *words), case.name)
        if first != case.name:
            copied.add(case.name)
            yield Fault("copy", case.name, f"the same as {first} but for names, ids, dates and numbers")
        key = (facts.folder, facts.kind, facts.language, facts.structure, facts.charsets, facts.encodings)
        alike[(*key, rules, _asserted(case))].append((case.name, shingles(words)))
        notes.append((case.name, frozenset(_sentences(case.label.note))))
    yield from _repeated(notes)
    for group in alike.values():
        for (one, a), (two, b) in combinations(group, 2):
            share = likeness(a, b)
            if share >= NEAR and two not in copied:
                yield Fault("near copy", two, f"{share:.0%} like {one}, which asserts the same")


def _repeated(notes: list[tuple[str, frozenset[str]]]) -> Iterator[Fault]:
    by_sentence: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for name, told in notes:
        for sentence in told:
            by_sentence[sentence].append((name, told))
    for name, told in notes:
        for other, more in by_sentence[min(told)] if told else ():
            if other != name and told <= more and (told != more or other < name):
                yield Fault("note", name, f"the note says nothing that the one of {other} does not say")
                break


def _sentences(note: str) -> Iterator[str]:
    for sentence in _SENTENCE.split(note.lower()):
        if told := " ".join(_RUN.findall(sentence)):
            yield told


def masked(raw: bytes) -> list[str]:
    """The mail as words, without what only identifies somebody."""
    message = parse(raw)
    people = _people(message)
    words: list[str] = []
    for part in message.parts:
        for name in part.headers:
            for value in part.headers.get_all(name):
                words.append(f"{name}:")
                if name not in _STAMPS:
                    words += _masked(value, people)
        if part.is_leaf:
            text = part.text() if part.content_type.main in ("text", "message") else ""
            words += _masked(text, people) if text else [f"{part.size} bytes"]
        words.append("--")
    return words


def shingles(words: list[str]) -> frozenset[tuple[str, ...]]:
    """All rows of four words; of fewer words the one row that there is."""
    last = max(1, len(words) - _SHINGLE + 1)
    return frozenset(tuple(words[at : at + _SHINGLE]) for at in range(last))


def likeness(one: frozenset[tuple[str, ...]], two: frozenset[tuple[str, ...]]) -> float:
    """Jaccard's measure: 0 nothing in common, 1 the same."""
    return len(one & two) / len(one | two) if one or two else 1.0


def _people(message: Message) -> frozenset[str]:
    names = {
        word.lower()
        for field in _PEOPLE
        for person in message.addresses(field)
        for word in _RUN.findall(f"{person.name} {person.local_part}")
    }
    return frozenset(name for name in names if len(name) > 1)


def _masked(text: str, people: frozenset[str]) -> list[str]:
    return [_mask(word, people) for word in _SPLIT.split(text.lower().strip()) if word]


def _mask(word: str, people: frozenset[str]) -> str:
    if "@" in word:
        local = word.rpartition("@")[0].strip(".,;:()<>[]\"'")
        return _RUN.sub("x", word) if local not in _ROLES else f"{local}@"
    bare = word.strip(".,;:()<>[]\"'")
    if _CODE.fullmatch(bare):
        return word
    if bare in people:
        return "NAME"
    if any(map(str.isdigit, word)):
        return _RUN.sub("0", word)
    if _CALENDAR.fullmatch(bare):
        return "DATE"
    return _HOST.sub("HOST", word)


def _asserted(case: Case) -> str:
    """What the label asserts, masked; not what it says about itself."""
    told = case.label.model_dump(mode="json", exclude={"note", "source", "language"}, exclude_none=True)
    people = _people(parse(case.raw))
    return " ".join(_masked(json.dumps(told, ensure_ascii=False, sort_keys=True), people))
