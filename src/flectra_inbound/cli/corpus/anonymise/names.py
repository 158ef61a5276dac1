"""Which words of a mail are names of people and companies.

Taken from where a mail says so: display names, local parts and domains of its addresses, those of returned messages and of
attribution lines too, words with a capital behind a known name, and what stands below a closing. Another name that stands in
the prose alone is not found: that is what the review is for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from functools import cache
from itertools import pairwise

from flectra_inbound import Message
from flectra_inbound.parse import Part
from flectra_inbound.rules import automatic, generic_notice, reasons
from flectra_inbound.rules.loader import languages

from .inventions import base_of, looks_like_id
from .known import LEFT_AS_THEY_ARE, MACHINES, NO_NAMES, PROVIDERS, RESERVED, ROLES, TOP_LEVEL

_ADDRESS_FIELDS = (
    "from", "to", "cc", "bcc", "reply-to", "sender", "return-path", "delivered-to", "x-original-to", "errors-to",
    "resent-from", "resent-to", "resent-sender", "disposition-notification-to", "x-failed-recipients", "envelope-to",
    "x-envelope-to", "x-envelope-from", "x-forwarded-to", "x-forwarded-for", "x-delivered-to", "x-rcpt-to",
    "apparently-to", "resent-cc", "resent-bcc",
)  # fmt: skip
_PROVIDERS = frozenset(label for provider in PROVIDERS for label in re.split(r"[.-]", provider))
_NAMED = re.compile(r"[\"']?([^\W\d_][^<>@\"\n,;:()]{1,60}?)[\"']?\s{0,3}<[^<>\s@]{1,100}@[^<>\s]{3,200}>")
_MAILBOX = re.compile(r"([^\s<>()\[\]\"',:;@]{1,100})(?:@|%40)((?:[\w-]{1,63}\.){1,8}[\w-]{2,24})")
_SIGNED = 4  #: words of a name below a closing
_PAIR = re.compile(r"([^\W\d_]{2,40}) ([^\W\d_]{2,40})")
_WORD = re.compile(r"[^\W\d_]+")


def people_of(message: Message) -> frozenset[str]:
    """Addresses of the fields that name people, lower-case; returned and forwarded messages have such fields, too."""
    return frozenset(
        match[0].lower()
        for part in message.parts
        for field in _ADDRESS_FIELDS
        for value in part.headers.get_all(field)
        for match in _MAILBOX.finditer(value)
    )


def names_of(message: Message, texts: Iterable[str]) -> frozenset[str]:
    """Lower-case; `texts`: everything that can be read in the mail."""
    found: set[str] = set()
    technical: set[str] = set()
    people = people_of(message)
    for part in message.parts:
        technical.update(_technical(part))
        for field in _ADDRESS_FIELDS:
            for value in part.headers.get_all(field):
                mailbox = _MAILBOX.search(value)
                if mailbox is not None and set(_WORD.findall(mailbox[1].lower())) <= ROLES and _is_provider(mailbox[2]):
                    continue  # the name of a system
                _add_display(found, re.sub(r"<[^<>]*>|\S+@\S+", " ", value))
        if part.is_leaf and part.content_type.main == "text":
            for named in _NAMED.finditer(part.text()):
                # beside an address in prose stand other words as well
                capital = " ".join(w for w in _WORD.findall(named[1]) if w[0] != w[0].lower() or not w.isascii())
                _add_display(found, capital, but=common_words())
            _add_signed(found, part.text())
    for text in texts:
        for match in _MAILBOX.finditer(text):
            if match[0].lower() in people or not looks_like_id(match[1]):
                _add_local(found, match[1])
            _add_domain(found, match[2])
    found -= technical
    for part in message.parts:
        if part.is_leaf and part.content_type.main == "text":
            _add_neighbours(found, part.text())
    return frozenset(found)


def _technical(part: Part) -> Iterator[str]:
    """Words that the format itself has: of types, charsets, names of fields, and of fields that are left as they are."""
    fields = list(part.headers)
    values = [value for name in LEFT_AS_THEY_ARE for value in part.headers.get_all(name)]
    for text in (part.content_type.value, part.content_type.parameters.get("charset", ""), *fields, *values):
        yield from _WORD.findall(text.lower())


def _add_display(found: set[str], name: str, *, but: Set[str] = frozenset()) -> None:
    found.update(word for word in _WORD.findall(name.lower()) if _is_name(word) and word not in but)


def _is_provider(domain: str) -> bool:
    return base_of(domain.lower()) in PROVIDERS


def _add_local(found: set[str], local: str) -> None:
    for word in _WORD.findall(local.lower()):
        if len(word) >= 3 and _is_name(word) and word not in common_words():
            found.add(word)


def _add_signed(found: set[str], text: str) -> None:
    """Names below a closing such as "Kind regards": up to four words, each with a capital."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    for line, below in pairwise(lines):
        words = below.split()
        if (
            line.lower().strip(" ,.!") in _closings()
            and len(words) <= _SIGNED
            and all(w[0] != w[0].lower() for w in words)
        ):
            _add_display(found, below, but=common_words())


def _add_neighbours(found: set[str], text: str) -> None:
    """A word with a capital behind a name, on one line: a first name is known, and the last stands only here."""
    for match in _PAIR.finditer(text):
        if match[1].lower() in found and match[1][0] != match[1][0].lower() and match[2][0] != match[2][0].lower():
            _add_display(found, match[2], but=common_words())


def _add_domain(found: set[str], domain: str) -> None:
    base = base_of(domain.lower().rstrip("."))
    if base in PROVIDERS or any(base == known or base.endswith(f".{known}") for known in RESERVED):
        return
    for word in _WORD.findall(base.split(".")[0]):
        if len(word) >= 3 and word not in MACHINES and _is_name(word) and word not in common_words():
            found.add(word)


def _is_name(word: str) -> bool:
    return len(word) >= 2 and not (word in NO_NAMES or word in ROLES or word in TOP_LEVEL or word in _PROVIDERS)


@cache
def _closings() -> frozenset[str]:
    return frozenset(words.strip(" ,.!") for language in languages() for words in language.words.closings)


@cache
def common_words() -> frozenset[str]:
    """Words that the rule files know: where one of them is somebody's name, it is one only with a capital."""
    phrases = [words for phrase in (*automatic().subject, *automatic().text) for words in phrase.words]
    phrases += [words for phrase in (*reasons().phrase, *reasons().text) for words in phrase.words]
    phrases += [words for _, listed in generic_notice() if isinstance(listed, tuple) for words in listed]
    phrases += [words for language in languages() for _, listed in language.words for words in listed]
    phrases += [words for language in languages() for _, listed in language.headers for words in listed]
    return frozenset(word for words in phrases for word in _WORD.findall(words.lower()))
