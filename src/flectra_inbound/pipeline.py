"""bytes -> Message -> Verdict -> Inbound: the stages in a row, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from .addressing.signed import Opened, Reader
from .extract.mail import extract_mail
from .gateway import Answers, Envelope, Gateway, Sent
from .limits import DEFAULT_LIMITS, Limits
from .parse import Message, parse
from .result import REPORTS, Defect, Inbound, Kind, Need, Routing, SignedToken
from .route.asking import Known
from .route.decide import Router

if TYPE_CHECKING:
    from .classify import Verdict
    from .result import Delivery, Reply

#: how often the host is asked at most
_ROUNDS = 3
#: recipients of a report that a token is held against: each costs an HMAC
_PEOPLE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Holds what does not change from mail to mail."""

    gateway: Gateway | None = None
    limits: Limits = DEFAULT_LIMITS
    #: whether flufl.bounce is asked, as the last layer, about a bounce in which nobody else finds a recipient
    flufl_bounce: bool = True

    def process(
        self,
        raw: bytes | bytearray | memoryview,
        *,
        host: Callable[[Sequence[Need]], Answers] | None = None,
        envelope: Envelope | None = None,
        sent: Sequence[Sent] = (),
        now: dt.datetime | None = None,
    ) -> Inbound:
        """See `process`."""
        inbound = self.read(parse(raw, limits=self.limits), envelope=envelope, sent=sent, now=now)
        return self.route(inbound, host=host)

    def route(self, inbound: Inbound, *, host: Callable[[Sequence[Need]], Answers] | None = None) -> Inbound:
        """The result with its routing, if there is a gateway; the host is asked until nothing is open, at most three times.

        Without a host the first questions are the answer.
        """
        if self.gateway is None:
            return inbound
        router, known = Router(inbound, self.gateway), Known()
        for _ in range(_ROUNDS):
            found = router.step(known)
            if isinstance(found, Routing) or host is None:
                break
            known.add(found, host(found))
        else:
            found = router.step(known)
        routing = found if isinstance(found, Routing) else router.open(found)
        return inbound.having(routing=routing)

    def read(
        self,
        message: Message,
        *,
        envelope: Envelope | None = None,
        sent: Sequence[Sent] = (),
        now: dt.datetime | None = None,
    ) -> Inbound:
        """The result for a mail that is parsed already."""
        verdict = _classifier()(message, self.gateway, envelope)
        kind = verdict.kind
        mail = extract_mail(message, envelope)
        reader = Reader(self.gateway, now)
        opened = reader.addresses([recipient.address for recipient in mail.recipients])
        authentication = None
        if self.gateway is not None and self.gateway.trusted_authserv_ids:
            from .addressing.authentication import read_authentication

            authentication = read_authentication(message, self.gateway)
        delivery = complaint = receipt = reply = None
        if kind in REPORTS:
            delivery = _delivery_reader()(
                message, verdict, mail.recipients, sent, opened, flufl_bounce=self.flufl_bounce
            )
        elif kind is Kind.COMPLAINT:
            from .extract.complaint import extract_complaint

            complaint = extract_complaint(message, reader)
        elif kind is Kind.RECEIPT:
            from .extract.receipt import extract_receipt

            receipt = extract_receipt(message)
        else:
            reply = _reply_reader()(message, sent)
        inbound = Inbound.of(
            kind=kind,
            bulk=verdict.bulk,
            automatic=verdict.automatic,
            mail=mail,
            authentication=authentication,
            delivery=delivery,
            complaint=complaint,
            receipt=receipt,
            reply=reply,
            routing=None,
            tokens=(),
            evidence=verdict.evidence,
            defects=tuple(
                [Defect.of(code=str(d.code), part=d.part, header=d.header, detail=d.detail) for d in message.defects]
            ),
        )
        if self.gateway is None or not self.gateway.keys:
            return inbound
        return inbound.having(tokens=_tokens(inbound, reader, opened))


# The stages are imported by the first mail that needs them: importing the package stays cheap. Once, and no statement in the
# way of each mail, which takes longer than a small stage.


@lru_cache(maxsize=1)
def _classifier() -> Callable[[Message, Gateway | None, Envelope | None], Verdict]:
    from .classify import classify

    return classify


@lru_cache(maxsize=1)
def _delivery_reader() -> Callable[..., Delivery]:
    from .extract.delivery import extract_delivery

    return extract_delivery


@lru_cache(maxsize=1)
def _reply_reader() -> Callable[[Message, Sequence[Sent]], Reply | None]:
    from .extract.reply import extract_reply

    return extract_reply


def _tokens(inbound: Inbound, reader: Reader, opened: Sequence[Opened]) -> tuple[SignedToken, ...]:
    """The tokens of ours that a mail carries, with those of them told for whom they were made whom the mail names."""
    mail, delivery, complaint = inbound.mail, inbound.delivery, inbound.complaint
    people = [mail.sender.address] if mail.sender is not None else []
    ids = [*mail.in_reply_to, *reversed(mail.references), *mail.kept_ids]
    if delivery is not None:
        people += [a for r in delivery.recipients for a in (r.address, r.mailed_address) if a]
        ids += delivery.original_message_ids
    if complaint is not None:
        people += complaint.recipients
        ids += complaint.original_message_ids
        opened = (*opened, *reader.addresses([complaint.original_mail_from or ""]))
    return tuple([one.result(people[:_PEOPLE]) for one in (*opened, *reader.ids(ids))])


def process(
    raw: bytes | bytearray | memoryview,
    *,
    gateway: Gateway | None = None,
    host: Callable[[Sequence[Need]], Answers] | None = None,
    envelope: Envelope | None = None,
    sent: Sequence[Sent] = (),
    now: dt.datetime | None = None,
) -> Inbound:
    """What a mail is, why, and what the host needs from it. Raises nothing, whatever the mail.

    `gateway` names the host's own addresses, `envelope` what the SMTP session said, `sent` messages of the host's that this
    mail may be about. With a `gateway` the result has a `routing`; `host` answers its questions (threads by message id, aliases
    by address, facts about the sender), in batches, at most three times, and its errors are its own. `now`, with a time zone, is
    needed where the gateway has `keys`: their tokens expire.
    """
    pipeline = _DEFAULT if gateway is None else Pipeline(gateway=gateway)
    return pipeline.process(raw, host=host, envelope=envelope, sent=sent, now=now)


_DEFAULT = Pipeline()
