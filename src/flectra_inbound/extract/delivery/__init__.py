"""A delivery report: every recipient it speaks of, from the surest source that names any."""

from __future__ import annotations

from collections.abc import Sequence

from ...addressing.domains import aligned
from ...addressing.flectra import decode_return_path
from ...addressing.signed import Opened, least
from ...addressing.verp import verp_recipient
from ...classify import Verdict
from ...classify.notice import NoticeText, read_notice
from ...gateway import Sent
from ...parse import Message, parse
from ...result import Action, Delivery, DeliveryRecipient, Kind, Recipient, Suppression, Verp
from . import legacy, notices, notification, original, standard
from .finding import Finding
from .judge import Report, judge
from .trust import Proof

_NOTICE_LOOKED_AT = 4_000


def extract_delivery(
    message: Message,
    verdict: Verdict,
    came_to: Sequence[Recipient],
    sent: Sequence[Sent] = (),
    opened: Sequence[Opened] = (),
    *,
    flufl_bounce: bool = True,
) -> Delivery:
    """All of `Delivery`. `flufl_bounce`: whether the last layer is asked; see `Pipeline`."""
    findings = standard.from_delivery_status(message) or standard.from_header_fields(message, verdict.kind)
    standard.name_recipient(findings, message)
    notice = verdict.notice
    if notice is None and (not findings or any(map(_needs_words, findings))):
        notice = read_notice(message.analysed)
    returned = original.read(message, notice.returned if notice is not None else "")
    if not findings and verdict.kind is not Kind.DELIVERED:
        findings = _from_text(message, verdict.kind, notice, returned, flufl_bounce)
    if notice is not None:
        notices.set_originals(findings, notice)
        in_need = [finding for finding in findings if _needs_words(finding)]
        if in_need:
            passages = notices.Passages(notice, findings)
            for finding in in_need:
                passages.add_words(finding)
        notices.share_words(findings, notice)
        notices.share_preface(findings, notice)
    alone = len(findings) == 1
    addresses = _addresses(came_to)
    mailed = _verp_recipient(addresses) if alone else None
    report = Report(
        lambda: message.analysed[:_NOTICE_LOOKED_AT],
        lambda: returned.senders.union(map(str.lower, addresses)),
        alone=alone,
    )
    ids = notification.original_ids(message.text) or original.message_ids(message, returned)
    proof = Proof(opened, sent, ids)
    if alone and mailed is None:
        told = findings[0].original_address
        mailed = proof.recipient((*([told] if told else ()), findings[0].address, *returned.recipients, *proof.sent_to))
    recipients = tuple([_recipient(finding, returned, report, mailed, proof) for finding in findings])
    return Delivery.of(
        recipients=recipients,
        original_message_ids=ids,
        original=returned.facts(message.limits),
        reporting_mta=standard.reporting_mta(message),
        verp=_verp(addresses, opened),
        trust=least([r.trust for r in recipients] or [proof.trust()]),
    )


def _needs_words(finding: Finding) -> bool:
    return not finding.diagnostic


def _from_text(
    message: Message, kind: Kind, notice: NoticeText | None, returned: original.Returned, flufl_bounce: bool
) -> list[Finding]:
    """Recipients where no field names them: from the notice, from what flufl.bounce knows, else from what was returned."""
    findings = (
        notification.from_notification(message.text)
        or standard.from_untyped_status(message)
        or standard.from_pasted_fields(message)
    )
    if not findings and notice is not None:
        own = frozenset(
            mailbox.address.lower()
            for name in ("from", "sender", "to", "reply-to")
            for mailbox in message.addresses(name)
        )
        findings = notices.from_notice(notice, kind, returned, own)
    if not findings and kind is Kind.BOUNCE:
        findings = _from_inner_report(message) or (legacy.from_flufl(message) if flufl_bounce else [])
    if not findings and len(returned.recipients) == 1:
        action = Action.DELAYED if kind is Kind.DELAY else Action.FAILED
        findings = [Finding(returned.recipients[0], action=action)]
    return findings


def _from_inner_report(message: Message) -> list[Finding]:
    """QUIRK: a report that a gateway wraps into a notice of its own, which names nobody. Seen in virus walls of the 2000s."""
    for embedded in message.embedded:
        if embedded.root is not None and embedded.root.content_type.value == "multipart/report":
            return standard.from_delivery_status(parse(embedded.part.content(), limits=message.limits))
    return []


def _recipient(
    finding: Finding,
    returned: original.Returned,
    report: Report,
    verp: str | None,
    proof: Proof,
) -> DeliveryRecipient:
    reason, hard, suppression = judge(finding, report)
    told = verp or finding.original_address
    mailed = told or returned.mailed(finding.address, report.alone)
    forwarded = mailed is not None and not _same_mailbox(mailed, finding.address)
    if suppression is Suppression.SUPPRESS and (finding.expanded or finding.shared or forwarded):
        # behind an alias or a forward, which may have other members and can be mended; or in one line with others
        suppression = Suppression.COUNT
    return DeliveryRecipient.of(
        address=finding.address,
        mailed_address=mailed,
        action=finding.action,
        status=finding.status,
        smtp_code=finding.smtp_code,
        diagnostic=finding.diagnostic,
        remote_mta=finding.remote_mta,
        reason=reason,
        hard=hard,
        suppression=suppression,
        because=finding.because,
        trust=proof.trust(mailed or finding.address),  # an opt-out is about the address that we mailed
    )


def _same_mailbox(mailed: str, final: str) -> bool:
    """Whether two addresses differ in nothing but a subaddress (RFC 5233) or the host within their domain."""
    if mailed.lower() == final.lower():
        return True
    local, _, domain = mailed.lower().rpartition("@")
    other, _, host = final.lower().rpartition("@")
    return local.partition("+")[0] == other.partition("+")[0] and aligned(domain, host)


def _verp_recipient(addresses: Sequence[str]) -> str | None:
    """The recipient that the address says, which the report came to."""
    for address in addresses:
        if "=" in address and (recipient := verp_recipient(address)):
            return recipient
    return None


def _verp(addresses: Sequence[str], opened: Sequence[Opened]) -> Verp | None:
    """What we wrote into the return path that the report came back on."""
    for one in opened:
        if one.purpose == "bounce" and one.token is not None:
            return Verp.of(mail_id=one.token.mail_id, model=one.model, record_id=one.token.record_id)
    for address in addresses:
        path = decode_return_path(address) if "+" in address else None
        if path is not None and (path.model is not None or path.bounce_alias == "bounce"):
            return Verp.of(mail_id=path.mail_id, model=path.model, record_id=path.record_id)
    return None


#: what says to whom a report came, the surest first
_SENT_TO = ("envelope", "delivered-to", "x-original-to", "envelope-to", "to")
_MOST = 5  # addresses of each


def _addresses(came_to: Sequence[Recipient]) -> list[str]:
    """The addresses that the report came to, the surest first."""
    by_source: dict[str, list[str]] = {}
    for recipient in came_to:
        by_source.setdefault(recipient.source, []).append(recipient.address)
    return [address for source in _SENT_TO if source in by_source for address in by_source[source][:_MOST]]
