"""Recipients from machine-readable fields: delivery-status (RFC 3464, 6533), X-Failed-Recipients and its kin."""

from __future__ import annotations

from ...classify.reports import action_of
from ...parse import FieldGroup, Message
from ...result import Action, Kind
from .finding import Finding, address_in, is_vague, reply_code_in, status_in

#: Header fields that list failed recipients, apart from any report part.
#: X-Failed-Recipients: Exim, Gmail, Mail.ru and many after them. X-Failed-Recipient: hosting panels.
_FAILED_RECIPIENTS = ("x-failed-recipients", "x-failed-recipient", "x-bounced-recipients")


def from_delivery_status(message: Message) -> list[Finding]:
    """All recipients of all delivery-status parts, each once with its worst action."""
    found: dict[str, Finding] = {}
    for report in message.delivery_status:
        for group in report.recipients:
            finding = _finding(group)
            if finding is None:
                continue
            known = found.get(finding.address.lower())
            if known is None or (known.action is not Action.FAILED and finding.action is Action.FAILED):
                found[finding.address.lower()] = finding
    return list(found.values())


def _finding(group: FieldGroup) -> Finding | None:
    final = address_in(group.typed("final-recipient").value)
    original = address_in(group.typed("original-recipient").value) if "original-recipient" in group else ""
    address = final if "@" in final or not original else original
    if not address or ("@" not in address and "@" in address_in(group.get("x-actual-recipient"))):
        address = address_in(group.typed("x-actual-recipient").value)
    if not address:
        return None
    diagnostic = group.typed("diagnostic-code").value
    status = status_in(group.get("status"))
    if diagnostic and (status is None or is_vague(status)):
        # QUIRK: Status says 5.0.0 where the remote MTA gave a cause. Seen in Sendmail, Exim and Domino.
        better = status_in(diagnostic)
        if better is not None and (status is None or (better[0] == status[0] and not is_vague(better))):
            status = better
    return Finding(
        address=address,
        original_address=original if "@" in original else None,
        action=action_of(group),
        status=status,
        smtp_code=reply_code_in(diagnostic) if diagnostic else None,
        diagnostic=" ".join(diagnostic.split()) or None,
        remote_mta=group.typed("remote-mta").value or None,
    )


def from_header_fields(message: Message, kind: Kind) -> list[Finding]:
    """Recipients that a header field lists."""
    action = {Kind.BOUNCE: Action.FAILED, Kind.DELAY: Action.DELAYED}.get(kind)
    found: dict[str, Finding] = {}
    for name in _FAILED_RECIPIENTS:
        if name in message.headers:
            for mailbox in message.addresses(name):
                if "@" in mailbox.address:
                    found.setdefault(mailbox.address.lower(), Finding(mailbox.address, action=action))
    return list(found.values())


def reporting_mta(message: Message) -> str | None:
    """RFC 3464, section 2.2.2."""
    for report in message.delivery_status:
        if report.message is not None and (name := report.message.typed("reporting-mta").value):
            return name
    return None
