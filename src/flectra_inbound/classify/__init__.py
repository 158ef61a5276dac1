"""Message to Verdict: what is this mail, and which evidence says so."""

from __future__ import annotations

from ..gateway import Envelope, Gateway
from ..parse import Message
from ..result import Kind
from . import automatic, reports
from .evidence import Verdict
from .weigh import THRESHOLD, weigh

__all__ = ["THRESHOLD", "Verdict", "classify", "weigh"]

_NO_FAILURE = frozenset({Kind.DELAY, Kind.DELIVERED})
_ANSWER = frozenset({Kind.AUTO_REPLY})
#: kinds that a program sends by their nature (RFC 3834: never to be answered automatically)
_AUTOMATIC_KINDS = frozenset(Kind) - {Kind.MESSAGE, Kind.UNSUBSCRIBE}


def classify(message: Message, gateway: Gateway | None = None, envelope: Envelope | None = None) -> Verdict:
    """Weigh what the mail's structure, fields, subject and text say, and where it arrived."""
    null_path = message.return_path == "" or (envelope is not None and envelope.mail_from == "")
    found, by_program, bulk = automatic.fields(message)
    origin = [*automatic.sender(message, null_path)]
    evidence = [
        *reports.observe(message, null_path),
        *origin,
        *automatic.subject(message, from_mail_system=bool(origin)),
        *found,
    ]
    if gateway is not None:
        evidence += automatic.arrival(message, gateway, envelope)
    kind = weigh(evidence)
    if kind is Kind.BOUNCE and not message.delivery_status:
        # a notice for people only: its text may say that nothing is lost yet
        evidence += automatic.text(message, _NO_FAILURE)
        kind = weigh(evidence)
    elif kind is Kind.MESSAGE and by_program and not bulk:
        # a program sent it: as an answer, or by itself?
        evidence += automatic.text(message, _ANSWER)
        kind = weigh(evidence)
    return Verdict(kind, bulk, by_program or bulk or null_path or kind in _AUTOMATIC_KINDS, tuple(evidence))
