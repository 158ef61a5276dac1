"""Weak signs that a mail which nothing marks as a report may be one: reason enough to read its text, never to believe it.

Rules of this file: each sign weighs one, so that without a recipient named together with a failure none makes a report; mail
that stands in a thread has none.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from ..parse import Message
from ..result import Evidence, Kind
from ..rules import generic_notice
from ..rules.literals import Fragments, phrase_in
from .evidence import seen

_JSON = 4_000  # characters in which a notification as JSON says what it is


@lru_cache(maxsize=1)
def _subjects() -> Fragments:
    """What a subject with a sign has, words of failure first."""
    generic = generic_notice()
    return Fragments((*generic.failure, *generic.hint_subjects))


def hints(message: Message, known: Collection[str]) -> list[Evidence]:
    """The signs, but those that evidence `known` by its rules says already; none where a person seems to write."""
    headers = message.headers
    if message.text[:1] == "{" and phrase_in(message.text[:_JSON], ("otificationType", "eventType")):
        return [seen("hint.json", Kind.BOUNCE, 1, "a notification for programs")]
    if message.answers:
        return []
    found: list[Evidence] = []
    subject = message.subject.strip().lower()
    generic = generic_notice()
    if not subject.startswith(generic.answered):
        words = _subjects().first(subject)
    else:  # QUIRK: `RE: offer : not delivered`. Seen in Domino and mail gateways
        words = _subjects().first(subject) if subject.rstrip(" )]").endswith(generic.failure) else ""
    if words and not any(rule.startswith("subject.") for rule in known):
        found.append(seen("hint.subject", Kind.BOUNCE, 1, words, headers.span("subject")))
    authors = message.from_
    if "from" not in headers or "<>" in (headers.get("from") or ""):
        found.append(seen("hint.no-author", Kind.BOUNCE, 1, "no From", headers.span("from")))
    elif authors and "from.mail-system" not in known:
        words = program_author(message)
        if words:
            found.append(seen("hint.from", Kind.BOUNCE, 1, words, headers.span("from")))
    return found


def program_author(message: Message) -> str:
    """What in the author's name or local part a program has; nothing where a person may have it."""
    authors = message.from_
    return (
        phrase_in(f"{authors[0].name} {authors[0].local_part}".lower(), generic_notice().hint_authors)
        if authors
        else ""
    )
