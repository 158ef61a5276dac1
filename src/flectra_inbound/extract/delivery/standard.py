"""Recipients from machine-readable fields: delivery-status (RFC 3464, 6533), X-Failed-Recipients and its kin."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...classify.reports import action_of
from ...parse import FieldGroup, Message, parse
from ...parse.address import closed_up
from ...result import Action, Kind
from .finding import Finding, address_in, best_status, reply_code_in, status_in

#: Header fields that list failed recipients, apart from any report part.
#: X-Failed-Recipients: Exim, Gmail, Mail.ru and many after them. X-Failed-Recipient: hosting panels.
_FAILED_RECIPIENTS = ("x-failed-recipients", "x-failed-recipient", "x-bounced-recipients")

_PASTED_FIELDS = re.compile(
    r"^(?:Reporting-MTA|Original-Recipient|Final-Recipient)[ \t]?:", re.IGNORECASE | re.MULTILINE
)
_PASTED_RECIPIENT = re.compile(r"^Final-Recipient[ \t]?:[^\n]{1,300}@", re.IGNORECASE | re.MULTILINE)
_PASTED_CHARS = 64_000


def from_delivery_status(message: Message) -> list[Finding]:
    """All recipients of all delivery-status parts, each once with its worst action."""
    return _of_groups([group for report in message.delivery_status for group in report.recipients])


def from_untyped_status(message: Message) -> list[Finding]:
    """The same of a part with another type; for mails that are reports whatever they hold."""
    status = message.untyped_status
    return _of_groups(status.recipients) if status is not None else []


def _of_groups(groups: Sequence[FieldGroup]) -> list[Finding]:
    found: dict[str, Finding] = {}
    for group in groups:
        finding = _finding(group)
        if finding is None:
            continue
        known = found.get(finding.address.lower())
        if known is None or (known.action is not Action.FAILED and finding.action is Action.FAILED):
            found[finding.address.lower()] = finding
    return list(found.values())


def from_pasted_fields(message: Message) -> list[Finding]:
    """Recipients of a delivery-status part that stands in the text.

    QUIRK: gateways cut or rewrite the mail's structure, so that the part's fields become text. Seen in list software.
    """
    text = message.analysed
    if "inal-" not in text and "INAL-" not in text:
        return []
    first = _PASTED_FIELDS.search(text)
    if first is None or not _PASTED_RECIPIENT.search(text, first.start()):
        return []
    block = text[first.start() : first.start() + _PASTED_CHARS].encode("utf-8", "replace")
    return from_delivery_status(parse(b"Content-Type: message/delivery-status\n\n" + block, limits=message.limits))


def _finding(group: FieldGroup) -> Finding | None:
    final = address_in(_unwrapped(group.typed("final-recipient").value))
    original = address_in(group.typed("original-recipient").value) if "original-recipient" in group else ""
    address = final
    if "@" in original and ("." not in final.rpartition("@")[2] or not final.rpartition("@")[0]):
        # QUIRK: a final recipient that is a name within the system, not an address. Seen in PMDF, Domino and X.400 gateways
        address = original
    if not address or ("@" not in address and "@" in address_in(group.get("x-actual-recipient"))):
        address = address_in(group.typed("x-actual-recipient").value)
    if not address or address.startswith("@"):
        return None
    kind, diagnostic = group.typed("diagnostic-code")
    if not any(map(str.isalpha, diagnostic)):
        diagnostic = ""  # QUIRK: `x-unix; 255`, the exit code of a mailer. Seen in Sendmail
    # QUIRK: "5. 1. 1", as a number is written. Seen in gateways
    status = status_in(group.get("status")) or status_in(group.get("status").replace(". ", "."))
    if diagnostic:
        status = best_status(status, diagnostic)
    return Finding(
        address=address,
        original_address=original if "@" in original else None,
        action=action_of(group),
        status=status,
        smtp_code=reply_code_in(diagnostic) if diagnostic else None,
        diagnostic=" ".join(diagnostic.split()) or None,
        remote_mta=(group.typed("remote-mta").value or None) if "remote-mta" in group else None,
        local_mailer=kind == "x-unix",
    )


def _unwrapped(value: str) -> str:
    """QUIRK: an address that is folded behind a dot or at its "@", which RFC 5322, section 4.4 allowed. Seen in mailers
    that wrap at a width. What stands behind the fold is an address too, of somebody else.
    """
    if "@" not in value or " " not in value.strip():
        return value
    closed = closed_up(value)
    return value if " " in closed else closed


def name_recipient(findings: list[Finding], message: Message) -> None:
    """QUIRK: the final recipient is a file or a pipe; the header names the address. Seen in Exim."""
    if len(findings) == 1 and "@" not in findings[0].address:
        named = from_header_fields(message, Kind.BOUNCE)
        if len(named) == 1:
            findings[0].address = named[0].address


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
