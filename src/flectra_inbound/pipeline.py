"""bytes -> Message -> Verdict -> Inbound: the stages in a row, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .classify import classify
from .extract.complaint import extract_complaint
from .extract.delivery import extract_delivery
from .extract.mail import extract_mail
from .extract.receipt import extract_receipt
from .extract.reply import extract_reply
from .gateway import Envelope, Gateway, Sent
from .limits import DEFAULT_LIMITS, Limits
from .parse import Message, parse
from .result import Defect, Inbound, Kind

#: what somebody, or a program for somebody, wrote in answer or to begin with
_WRITTEN = (Kind.MESSAGE, Kind.AUTO_REPLY, Kind.CHALLENGE, Kind.UNSUBSCRIBE)
_REPORTS = (Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """Holds what does not change from mail to mail."""

    gateway: Gateway | None = None
    limits: Limits = DEFAULT_LIMITS

    def process(
        self,
        raw: bytes | bytearray | memoryview,
        *,
        host: Callable[..., Any] | None = None,
        envelope: Envelope | None = None,
        sent: Sequence[Sent] = (),
        now: dt.datetime | None = None,
    ) -> Inbound:
        """See `process`."""
        return self.read(parse(raw, limits=self.limits), envelope=envelope, sent=sent)

    def read(self, message: Message, *, envelope: Envelope | None = None, sent: Sequence[Sent] = ()) -> Inbound:
        """The result for a mail that is parsed already."""
        verdict = classify(message, self.gateway, envelope)
        kind = verdict.kind
        mail = extract_mail(message, envelope)
        delivery = extract_delivery(message, verdict, sent) if kind in _REPORTS else None
        complaint = extract_complaint(message) if kind is Kind.COMPLAINT else None
        receipt = extract_receipt(message) if kind is Kind.RECEIPT else None
        return Inbound.of(
            kind=kind,
            bulk=verdict.bulk,
            automatic=verdict.automatic,
            mail=mail,
            delivery=delivery,
            complaint=complaint,
            receipt=receipt,
            reply=extract_reply(message, sent) if kind in _WRITTEN else None,
            routing=None,
            evidence=verdict.evidence,
            defects=tuple(
                [Defect.of(code=str(d.code), part=d.part, header=d.header, detail=d.detail) for d in message.defects]
            ),
        )


def process(
    raw: bytes | bytearray | memoryview,
    *,
    gateway: Gateway | None = None,
    host: Callable[..., Any] | None = None,
    envelope: Envelope | None = None,
    sent: Sequence[Sent] = (),
    now: dt.datetime | None = None,
) -> Inbound:
    """What a mail is, why, and what the host needs from it. Raises nothing, whatever the mail.

    `gateway` names the host's own addresses, `envelope` what the SMTP session said, `sent` messages of the host's that this
    mail may be about. `host` and `now` answer the questions of routing; none is asked yet.
    """
    pipeline = _DEFAULT if gateway is None else Pipeline(gateway=gateway)
    return pipeline.process(raw, host=host, envelope=envelope, sent=sent, now=now)


_DEFAULT = Pipeline()
