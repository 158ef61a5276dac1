"""Compares a label with a result: the one scorer of the tests, of `corpus run` and of the benchmarks.

Rules of this file: pure. A label is only compared where it says something; what it does not name is no difference.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from flectra_inbound import Delivery, DeliveryRecipient, Inbound, Reply, Routing

from .label import Label, MailLabel, RecipientLabel, ReplyLabel, RoutingLabel

#: kinds of questions that a host was asked, a row a round
Rounds = tuple[tuple[str, ...], ...]

_WORD = re.compile(r"\w+")
_SHOWN = 12  #: words of a reply that are listed
_RECIPIENT = ("mailed_address", "action", "status", "smtp_code", "remote_mta", "reason", "hard", "suppression")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the label says."""

    field: str  #: such as `kind`, `petra@kunde.example.reason`, `mail.subject`, `reply.text`
    got: object  #: what the library says
    wanted: object  #: what the label says

    def __str__(self) -> str:
        return f"{self.field}: {self.got!r}, wanted {self.wanted!r}"


def differences(label: Label, inbound: Inbound, rounds: Rounds = ()) -> list[Difference]:
    """What differs from the label; empty if the mail means what it says. `rounds`: see `RoutingLabel`."""
    found = [*_verdict(label, inbound), *_delivery(label, inbound.delivery)]
    for name in ("complaint", "receipt"):
        wanted, got = getattr(label, name), getattr(inbound, name)
        if wanted is not None:
            for field in sorted(wanted.model_fields_set):
                found += _unequal(f"{name}.{field}", getattr(got, field, None), getattr(wanted, field))
    if label.mail is not None:
        found += _mail(label.mail, inbound)
    if label.reply is not None:
        found += _reply(label.reply, inbound.reply)
    if label.routing is not None:
        found += _routing(label.routing, inbound.routing, rounds)
    rules = {evidence.rule for evidence in inbound.evidence}
    found += [Difference("evidence", sorted(rules), rule) for rule in label.evidence if rule not in rules]
    if label.defects is not None:
        codes = {defect.code for defect in inbound.defects}
        found += [Difference("defects", sorted(codes), code) for code in label.defects if code not in codes]
        if not label.defects and codes:
            found.append(Difference("defects", sorted(codes), "none"))
    return found


def _unequal(field: str, got: object, wanted: object) -> list[Difference]:
    return [] if wanted is None or got == wanted else [Difference(field, got, wanted)]


def _verdict(label: Label, inbound: Inbound) -> Iterator[Difference]:
    for name in ("kind", "bulk", "automatic"):
        yield from _unequal(name, getattr(inbound, name), getattr(label, name))


def _delivery(label: Label, delivery: Delivery | None) -> Iterator[Difference]:
    people = {r.address: r for r in delivery.recipients} if delivery else {}
    if label.recipients is not None:
        yield from _unequal("recipients", sorted(people), sorted(r.address for r in label.recipients))
        for wanted in label.recipients:
            if wanted.address in people:
                yield from _recipient(wanted, people[wanted.address])
    if label.failed is not None:
        failed = sorted(r.address for r in delivery.failed) if delivery else []
        yield from _unequal("failed", failed, sorted(label.failed))
    ids = delivery.original_message_ids if delivery else ()
    yield from _unequal("original_message_ids", ids, label.original_message_ids)
    yield from _unequal("trust", delivery.trust if delivery else None, label.trust)


def _recipient(wanted: RecipientLabel, got: DeliveryRecipient) -> Iterator[Difference]:
    for field in _RECIPIENT:
        yield from _unequal(f"{wanted.address}.{field}", getattr(got, field), getattr(wanted, field))
    words = wanted.diagnostic_contains
    if words is not None and words not in (got.diagnostic or ""):
        yield Difference(f"{wanted.address}.diagnostic", got.diagnostic, words)


def _mail(wanted: MailLabel, inbound: Inbound) -> Iterator[Difference]:
    mail = inbound.mail
    got = {
        "message_id": mail.message_id,
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "sender": mail.sender.address if mail.sender else None,
        "sender_name": mail.sender.name if mail.sender else None,
        **{name: tuple(a.address for a in getattr(mail, name)) for name in ("reply_to", "to", "cc")},
        "references": mail.references,
        "in_reply_to": mail.in_reply_to,
        "attachments": tuple(a.filename or "" for a in mail.attachments),
    }
    for name, value in got.items():
        yield from _unequal(f"mail.{name}", value, getattr(wanted, name))
    if wanted.text is not None:
        yield from _unequal("mail.text", mail.text.strip("\n"), wanted.text.strip("\n"))
    for words in wanted.text_contains:
        if words not in mail.text:
            yield Difference("mail.text_contains", mail.text[:300], words)
    for words in wanted.text_excludes:
        if words in mail.text:
            yield Difference("mail.text_excludes", words, f"no {words!r}")
    for words in wanted.html_contains:
        if words not in (mail.html or ""):
            yield Difference("mail.html_contains", (mail.html or "")[:300], words)


def _reply(wanted: ReplyLabel, reply: Reply | None) -> Iterator[Difference]:
    """Words lost, words of others kept, fragments in another order."""
    if reply is None:
        yield Difference("reply", None, wanted.text)
        return
    have = _WORD.findall(reply.text.lower())
    required = _WORD.findall(wanted.text.lower())
    rest = iter(have)
    lost = [word for word in required if word not in rest]
    if lost:
        yield Difference("reply.lost", reply.text, lost[:_SHOWN])
    extra = Counter(have) - Counter(required) - Counter(_WORD.findall(wanted.optional.lower()))
    if extra and not lost:
        yield Difference("reply.kept", reply.text[-300:], f"without {sorted(extra)[:_SHOWN]}")
    text = " ".join(reply.text.split())
    for words in wanted.drops:
        if " ".join(words.split()) in text:
            yield Difference("reply.drops", words, f"no {words!r}")
    if wanted.fragments is not None:
        kinds = tuple(kind for kind, _ in groupby(fragment.kind for fragment in reply.fragments))
        yield from _unequal("reply.fragments", kinds, wanted.fragments)
    for name in ("sender", "subject"):
        got = getattr(reply.forwarded, name) if reply.forwarded is not None else None
        yield from _unequal(f"reply.forwarded.{name}", got, getattr(wanted, f"forwarded_{name}"))


def _routing(wanted: RoutingLabel, routing: Routing | None, rounds: Rounds) -> Iterator[Difference]:
    if routing is None:
        yield Difference("routing", None, wanted.decision)
        return
    yield from _unequal("routing.needs", routing.needs, ())
    yield from _unequal("routing.decision", routing.decision, wanted.decision)
    if wanted.targets is not None:
        records = [(target.model, target.record_id) for target in routing.targets]
        yield from _unequal("routing.targets", records, [(target.model, target.record) for target in wanted.targets])
        for got, target in zip(routing.targets, wanted.targets):
            yield from _unequal(f"routing.{target.model}.alias", got.alias, target.alias)
            yield from _unequal(f"routing.{target.model}.defaults", got.defaults, target.defaults)
    yield from _unequal("routing.answer", routing.answer, wanted.answer)
    yield from _unequal("routing.detail", routing.detail or "", wanted.detail)
    yield from _unequal("routing.parent", routing.parent_message_id or "", wanted.parent)
    yield from _unequal("routing.rounds", rounds, wanted.rounds)
    for words in wanted.trace_contains:
        if words not in "\n".join(routing.trace):
            yield Difference("routing.trace", routing.trace, words)
