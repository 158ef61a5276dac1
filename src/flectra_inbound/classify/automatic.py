"""What fields, subject and the start of the text say about mail from programs (RFC 3834 and its dialects).

Rules of this file: an interpreter of `rules/automatic.toml` and its siblings; it knows no wording itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING

from ..gateway import Envelope, Gateway
from ..parse import Message
from ..result import REPORTS, Evidence, Kind
from ..rules import automatic
from .evidence import seen
from .opening import Opening
from .phrases import PhraseTree, fold
from .reports import is_daemon

if TYPE_CHECKING:
    from ..rules.schema import HeaderRule

#: RFC 2369, RFC 2919: only list and bulk software sets these
LIST_FIELDS = frozenset(
    "list-id list-unsubscribe list-post list-help mailing-list x-mailing-list x-campaign-id".split()
)
_SUBJECT_LOOKED_AT = 300
_TAG = re.compile(r"\s{0,9}(?:\[[^\[\]]{1,40}\]|\([^()]{1,40}\)|\*{1,9}[^*]{1,40}\*{1,9})")
#: An automatic answer says at once what it is; further down stands what other people wrote, in tickets and threads.
_ANSWER_WORDS = 250
_COMMENTS = 4  # before a value


@lru_cache(maxsize=1)
def _header_rules() -> dict[str, list[HeaderRule]]:
    table: dict[str, list[HeaderRule]] = {}
    for rule in automatic().header:
        table.setdefault(rule.header, []).append(rule)
    return table


@lru_cache(maxsize=1)
def _subjects() -> PhraseTree:
    return PhraseTree(automatic().subject)


@lru_cache(maxsize=32)
def _texts(kinds: frozenset[Kind]) -> PhraseTree:
    return PhraseTree([phrase for phrase in automatic().text if phrase.beside or phrase.supports in kinds])


_rule = attrgetter("rule")


def _uncommented(value: str) -> str:
    """A value without the comments before it (RFC 5322, section 3.2.2), which RFC 3834 allows in Auto-Submitted."""
    for _ in range(_COMMENTS):
        if not value.startswith("("):
            break
        value = value.partition(")")[2].lstrip()
    return value


def fields(message: Message) -> tuple[list[Evidence], bool, bool]:
    """Evidence from header fields; whether a program sent the mail; whether it is list or bulk mail."""
    headers = message.headers
    table = _header_rules()
    found: list[Evidence] = []
    automatic_mail = False
    for name in table.keys() & headers.keys():
        for value in headers.get_all(name):
            word = value.lower().lstrip()
            if word.startswith("("):
                word = _uncommented(word)
            for rule in table[name]:
                if (rule.values and not word.startswith(rule.values)) or (rule.unless and word.startswith(rule.unless)):
                    continue
                if rule.lacks and any(piece in word for piece in rule.lacks):
                    continue
                if rule.holds and not any(piece in word for piece in rule.holds):
                    continue
                automatic_mail = automatic_mail or not rule.hint
                if rule.supports is not None:
                    found.append(
                        seen(f"header.{name}", rule.supports, rule.weight, f"{name}: {value[:120]}", headers.span(name))
                    )
                break
    bulk = not LIST_FIELDS.isdisjoint(headers.keys()) or (
        "precedence" in headers and (headers.get("precedence") or "").strip().lower() in ("bulk", "list", "junk")
    )
    found.sort(key=_rule)
    return found, automatic_mail, bulk


def sender(message: Message, null_path: bool) -> Iterator[Evidence]:
    """RFC 5321, section 4.5.5: reports have the null reverse-path; they come from the mail system."""
    headers = message.headers
    if null_path:
        yield seen("path.null", Kind.BOUNCE, 2, "null reverse-path", headers.span("return-path"))
    authors = message.from_ or message.sender
    if authors:
        author = authors[0]
        local = author.local_part or author.address or author.name
        if is_daemon(local):
            weight = 1 if local.lower().startswith("postmaster") else 4
            yield seen("from.mail-system", Kind.BOUNCE, weight, f"From: {local[:60]}", headers.span("from"))
        elif (author.name and is_daemon("-".join(author.name.split()))) or author.name.lower() in (
            "mail delivery subsystem",
            "mail delivery system",
        ):
            yield seen("from.mail-system", Kind.BOUNCE, 3, f"From: {author.name[:60]}", headers.span("from"))
    failed = headers.get("x-failed-recipients")
    if failed:
        yield seen(
            "header.x-failed-recipients",
            Kind.BOUNCE,
            6,
            f"X-Failed-Recipients: {failed[:120]}",
            headers.span("x-failed-recipients"),
        )


def arrival(message: Message, gateway: Gateway, envelope: Envelope | None) -> Iterator[Evidence]:
    """Whether the mail came to the address that we give out for delivery reports only."""
    named = [(mailbox.address, name) for name in ("delivered-to", "to") for mailbox in message.addresses(name)]
    if envelope is not None:
        named = [(address, "envelope") for address in envelope.rcpt_to] + named
    for address, source in named:
        if gateway.is_bounce_address(address):
            yield seen("to.bounce-address", Kind.BOUNCE, 2, f"{source}: {address[:120]}", message.headers.span(source))
            return


#: What a subject weighs at most where nothing says that a mail system sent the mail: people write "Delivered: the goods".
_SUBJECT_ALONE = 3


def subject(message: Message, *, from_mail_system: bool) -> Iterator[Evidence]:
    """The phrase that the subject begins with. QUIRK: `[EXT]` or `***SPAM***` before it, set by gateways on the way."""
    subjects = _subjects()
    text = fold(message.subject[:_SUBJECT_LOOKED_AT])
    entry = subjects.opening(text)
    if entry is None and text.lstrip()[:1] in ("[", "*", "("):
        tag = _TAG.match(text)
        entry = subjects.opening(text[tag.end() :]) if tag else None
    if entry is not None:
        phrase = entry.phrase
        weight = phrase.weight
        if not from_mail_system and phrase.supports in REPORTS:
            weight = min(weight, _SUBJECT_ALONE)
        span = message.headers.span("subject")
        yield seen(f"subject.{phrase.supports}", phrase.supports, weight, message.subject, span)


def text(message: Message, start: Opening, kinds: frozenset[Kind]) -> Iterator[Evidence]:
    """What the start of the text says for one of some kinds, where the fields leave it open."""
    headers = message.headers
    for place, entry in _texts(kinds).within(start.folded):
        phrase = entry.phrase
        early = place < _ANSWER_WORDS or phrase.supports is not Kind.AUTO_REPLY
        if phrase.beside in headers if phrase.beside else early:
            yield seen(f"text.{phrase.supports}", phrase.supports, phrase.weight, entry.words)
