"""A delivery report: every recipient it speaks of, from the surest source that names any."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...classify import Verdict
from ...gateway import Sent
from ...parse import Message
from ...result import Delivery, DeliveryRecipient, Kind, Trust
from . import legacy, nearby, original, standard
from .finding import Finding
from .judge import judge

_NOTICE_LOOKED_AT = 4_000


def extract_delivery(message: Message, verdict: Verdict, sent: Sequence[Sent]) -> Delivery:
    """All of `Delivery`."""
    findings = standard.from_delivery_status(message) or standard.from_header_fields(message, verdict.kind)
    if not findings and verdict.kind is Kind.BOUNCE:
        findings = legacy.from_flufl(message)
    for finding in findings:
        nearby.add_words(finding, message)
    # a text about several recipients cannot be held against one of them
    alone = len(findings) == 1
    notice = (lambda: message.analysed[:_NOTICE_LOOKED_AT]) if alone else str
    returned = original.read(message)
    ids = original.message_ids(message, returned)
    return Delivery.of(
        recipients=tuple([_recipient(finding, returned, notice, alone) for finding in findings]),
        original_message_ids=ids,
        reporting_mta=standard.reporting_mta(message),
        verp=None,
        trust=_trust(ids, sent),
    )


def _recipient(
    finding: Finding, returned: original.Returned, notice: Callable[[], str], alone: bool
) -> DeliveryRecipient:
    reason, hard, suppression = judge(finding, notice)
    return DeliveryRecipient.of(
        address=finding.address,
        mailed_address=finding.original_address or returned.mailed(finding.address, alone),
        action=finding.action,
        status=finding.status,
        smtp_code=finding.smtp_code,
        diagnostic=finding.diagnostic,
        remote_mta=finding.remote_mta,
        reason=reason,
        hard=hard,
        suppression=suppression,
    )


def _trust(ids: Sequence[str], sent: Sequence[Sent]) -> Trust:
    """Whether the report holds the id of a message that the host says it sent; a stranger cannot know it."""
    if not sent:
        return Trust.UNVERIFIED
    ours = {f"<{item.message_id.strip('<> ')}>" for item in sent if item.message_id}
    return Trust.MATCHES if ours.intersection(ids) else Trust.UNVERIFIED
