"""What there is to tell about one mail, found out and put into words once, for the page and for the terminal.

Rules of this file: nothing is laid out or escaped here; strings of the mail are as the result has them. What a report means for
mailing is asked of `optout.decide`, never decided here.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flectra_inbound import (
    Action,
    Decision,
    DeliveryRecipient,
    Evidence,
    Inbound,
    Kind,
    Message,
    Reason,
    Suppression,
    Trust,
)
from flectra_inbound.classify import THRESHOLD
from flectra_inbound.optout import NO_COMPLAINTS, Choice, Event, decide, events_of
from flectra_inbound.parse.part import Part

from ..words import TO_DO
from .meaning import ACTIONS, DECISIONS, KINDS, REASONS, SUPPRESSIONS, rule_meaning
from .places import Place, find_reasons, find_words

SIGNS = 100  #: observations told
RECIPIENTS = 100  #: told of one report
_NAMED = 3  #: addresses in a sentence

#: One report's meaning does not depend on when it came.
_AT = dt.datetime(2000, 1, 1, tzinfo=dt.timezone.utc)
_CHOICES = {
    Choice.SUPPRESS: "By the default policy this mail alone ends mailing to {address}: {reason}.",
    Choice.WATCH: "By the default policy mailing to {address} goes on, and the address is watched: {reason}.",
    Choice.KEEP: "By the default policy mailing to {address} goes on: {reason}.",
}


@dataclass(frozen=True, slots=True)
class Sign:
    """One observation."""

    number: int  #: from 1, in the order told
    seen: Evidence
    meaning: str
    #: whether it speaks for what the mail was taken for: points for that kind, or points against another one
    agrees: bool
    place: Place | None  #: where in the mail; looked for by its words where the evidence has no span


@dataclass(frozen=True, slots=True)
class Told:
    """A recipient of a report, in words."""

    number: int  #: from 1
    recipient: DeliveryRecipient
    what: str  #: what happened
    why: str
    because: str  #: what that was read from; empty where nothing was
    verdict: str  #: in short
    meaning: str  #: what that means for mailing
    consequence: str
    ends: bool  #: whether mailing ends, by the default policy
    place: Place | None  #: of what it was read from


@dataclass(frozen=True, slots=True)
class Story:
    """Everything to tell."""

    name: str
    inbound: Inbound
    message: Message
    title: str
    headline: str
    advice: tuple[str, ...]  #: what to do, the most important first
    score: str  #: how the points decided
    signs: tuple[Sign, ...]
    more_signs: int
    told: tuple[Told, ...]
    routing: str

    @property
    def a_title(self) -> str:
        """Within a sentence."""
        title = self.title.lower()
        return f"{'an' if title[0] in 'aeiou' else 'a'} {title}"

    @property
    def pro(self) -> tuple[Sign, ...]:
        return tuple(sign for sign in self.signs if sign.agrees)

    @property
    def contra(self) -> tuple[Sign, ...]:
        return tuple(sign for sign in self.signs if not sign.agrees)


def tell(name: str, inbound: Inbound, message: Message) -> Story:
    """The story of a mail; `message` is what `inbound` was made of."""
    title, headline = KINDS[inbound.kind]
    told = _recipients(inbound, message)
    routing = inbound.routing
    route = ""
    if routing is not None:
        route = DECISIONS[routing.decision]
        if routing.needs:
            route = "It is not decided yet: the host has to answer questions first."
        elif routing.decision is Decision.BOUNCE and not routing.targets:
            route = "It is booked as a delivery report; no record is known that the lost mail belonged to."
    return Story(
        name=name,
        inbound=inbound,
        message=message,
        title=title,
        headline=headline,
        advice=tuple(_advice(inbound, told)),
        score=_score(inbound),
        signs=_signs(inbound, message),
        more_signs=max(0, len(inbound.evidence) - SIGNS),
        told=told,
        routing=route,
    )


def role(part: Part, message: Message) -> str:
    """What a part of the mail is there for."""
    kind = part.content_type.value
    if part.children and part.content_type.main == "multipart":
        return "holds the parts below"
    if part.owner is not None:
        return "of the message within the mail"
    if any(part is body for body in message.bodies):
        return "text of the mail"
    if kind in _REPORT_PARTS:
        return _REPORT_PARTS[kind]
    return "attachment"


_REPORT_PARTS = {
    "message/delivery-status": "report in fields for programs (RFC 3464)",
    "message/global-delivery-status": "report in fields for programs (RFC 6533)",
    "message/disposition-notification": "receipt in fields for programs (RFC 8098)",
    "message/feedback-report": "complaint in fields for programs (RFC 5965)",
    "message/rfc822": "a message within the mail",
    "message/global": "a message within the mail",
    "text/rfc822-headers": "header of another message",
    "message/rfc822-headers": "header of another message",
}


def _score(inbound: Inbound) -> str:
    kind = inbound.kind
    points: dict[Kind, int] = {}
    for seen in inbound.evidence:
        points[seen.supports] = points.get(seen.supports, 0) + seen.weight
    others = ", ".join(
        f"{count} for {other.replace('_', ' ')}"
        for other, count in sorted(points.items(), key=lambda item: -item[1])
        if other is not kind
    )
    own = f"{points.get(kind, 0)} points for {kind.replace('_', ' ')}"
    if kind is not Kind.MESSAGE:
        return f"{own}{', ' + others if others else ''}. The most points win; at least {THRESHOLD} are needed."
    if not points:
        return "Nothing speaks for anything else."
    if not others:
        return f"{own}."
    if max(count for other, count in points.items() if other is not kind) < THRESHOLD:
        return f"Too little speaks for anything else: {others}; at least {THRESHOLD} points are needed."
    return f"{own}, {others}. The most points win."


def _signs(inbound: Inbound, message: Message) -> tuple[Sign, ...]:
    kind = inbound.kind

    def agrees(seen: Evidence) -> bool:
        return (seen.supports is kind) == (seen.weight >= 0)

    ordered = sorted(inbound.evidence, key=lambda e: (not agrees(e), -abs(e.weight)))[:SIGNS]
    places = find_words(message, [None if e.span else e.text for e in ordered])
    return tuple(
        Sign(
            number=number,
            seen=seen,
            meaning=rule_meaning(seen.rule),
            agrees=agrees(seen),
            place=Place(*seen.span) if seen.span else found,
        )
        for number, (seen, found) in enumerate(zip(ordered, places), 1)
    )


def _recipients(inbound: Inbound, message: Message) -> tuple[Told, ...]:
    delivery = inbound.delivery
    if delivery is None:
        return ()
    shown = delivery.recipients[:RECIPIENTS]
    places = find_reasons(message, [(r.address, r.because) for r in shown])
    effects = _consequences(inbound)
    told = []
    for number, (recipient, place) in enumerate(zip(shown, places, strict=True), 1):
        choice, consequence = _consequence(recipient, effects)
        told.append(
            Told(
                number=number,
                recipient=recipient,
                what=ACTIONS[recipient.action] if recipient.action else "not said",
                why=_why(recipient),
                because=recipient.because.replace("*", "…"),
                verdict=_verdict(recipient),
                meaning=_meaning(recipient),
                consequence=consequence,
                ends=choice is Choice.SUPPRESS,
                place=place,
            )
        )
    return tuple(told)


#: Without the address that was mailed, an opt-out could hit somebody else.
_NOT_MAILED = "It cannot be told which address was mailed, so no address is given up because of this report."


def _failed(recipient: DeliveryRecipient) -> bool:
    return recipient.action is None or recipient.action is Action.FAILED


def _why(recipient: DeliveryRecipient) -> str:
    if not _failed(recipient) and recipient.reason is Reason.UNDEFINED:
        return ""
    again = {True: " Trying again is useless.", False: " It may work later.", None: ""}[recipient.hard]
    return REASONS[recipient.reason] + (again if _failed(recipient) else "")


def _verdict(recipient: DeliveryRecipient) -> str:
    if recipient.action is Action.DELAYED:
        return "wait"
    return SUPPRESSIONS[recipient.suppression][0] if _failed(recipient) else "nothing to do"


def _meaning(recipient: DeliveryRecipient) -> str:
    if recipient.action is Action.DELAYED:
        return "Nothing has failed yet: wait for what comes next."
    return SUPPRESSIONS[recipient.suppression][1] if _failed(recipient) else "Nothing failed."


def _consequences(inbound: Inbound) -> dict[str, tuple[Choice, str]]:
    """What the mail alone leads to, by address."""
    events: dict[str, list[Event]] = {}
    for address, event in events_of(inbound, at=_AT):
        events.setdefault(address, []).append(event)
    effects: dict[str, tuple[Choice, str]] = {}
    for address, past in events.items():
        decided = decide(past, now=_AT)
        effects[address] = (decided.action, _CHOICES[decided.action].format(address=address, reason=decided.reason))
    return effects


def _consequence(recipient: DeliveryRecipient, effects: dict[str, tuple[Choice, str]]) -> tuple[Choice, str]:
    if recipient.mailed_address in effects:
        return effects[recipient.mailed_address]
    if _failed(recipient) and not recipient.mailed_address:
        return Choice.KEEP, _NOT_MAILED
    return Choice.KEEP, "It changes nothing for mailing."


def _advice(inbound: Inbound, told: tuple[Told, ...]) -> list[str]:
    delivery = inbound.delivery
    if delivery is None:
        if inbound.kind in (Kind.COMPLAINT, Kind.UNSUBSCRIBE):
            consequences = [words for _, words in _consequences(inbound).values()][:RECIPIENTS]
            if consequences:
                return consequences
            if inbound.complaint is not None and inbound.complaint.feedback_type in NO_COMPLAINTS:
                return ["Nobody is given up: this report is no wish to get no more mail."]
        words = TO_DO.get(inbound.kind, "")
        return [f"{words[:1].upper()}{words[1:]}."] if words else []
    if not told:
        return ["Read it: it could not be told whom this is about."]
    forged = [t.recipient.address for t in told if t.recipient.trust is Trust.FORGED]
    told = tuple(t for t in told if t.recipient.trust is not Trust.FORGED)
    if not told:
        return ["Do nothing: this report is forged."]
    advice = [f"Forged, so do nothing about it: {_several(forged)}."] if forged else []
    plain = len(advice)
    for verdict, words in (
        (Suppression.SUPPRESS, "Reported as dead: {}."),
        (Suppression.COUNT, "Reported as failing, which counts only if it repeats: {}."),
    ):
        addresses = [t.recipient.address for t in told if _failed(t.recipient) and t.recipient.suppression is verdict]
        if addresses:
            advice.append(words.format(_several(addresses)))
    if len(advice) == plain:
        late = any(t.recipient.action is Action.DELAYED for t in told)
        advice.append("Wait: the mail is still being tried." if late else "Nothing of this speaks against an address.")
        if inbound.kind is Kind.DELIVERED:
            advice[plain:] = ["Nothing to do: the mail arrived or was passed on."]
    ends = [t.recipient.mailed_address or "" for t in told if t.ends]
    if ends:
        advice.append(f"It is genuine, so by the default policy mailing ends to: {_several(ends)}.")
    elif any(_failed(t.recipient) and t.recipient.suppression is not Suppression.IGNORE for t in told):
        advice.append("Nobody is given up because of this report alone.")
    return advice


def _several(addresses: list[str]) -> str:
    shown = ", ".join(address or "an unknown address" for address in addresses[:_NAMED])
    return f"{shown} and {len(addresses) - _NAMED} more" if len(addresses) > _NAMED else shown
