"""An abuse feedback report (RFC 5965, 6591): who complained about what."""

from __future__ import annotations

from ..parse import Message
from ..parse.values import addresses_of
from ..result import Complaint

_REDACTED = ("redacted", "xxx", "***", "undisclosed")  # RFC 6590: the reporter hides who complained
#: Fields of the mail complained about that name its recipient, the surest first.
_RECIPIENT_FIELDS = ("x-original-to", "delivered-to", "envelope-to", "to")


def extract_complaint(message: Message) -> Complaint:
    """All of `Complaint`."""
    report = message.feedback_report
    recipients: list[str] = []
    get = report.get if report is not None else lambda name: ""
    if report is not None:
        for name in ("original-rcpt-to", "removal-recipient"):
            for value in report.get_all(name):
                address = value.strip().strip("<>").removeprefix("rfc822;").strip()
                if "@" in address and not address.lower().startswith(_REDACTED):
                    recipients.append(address)
    for embedded in message.embedded:
        if recipients:
            break
        for name in _RECIPIENT_FIELDS:
            found = addresses_of(embedded.headers, name, message.limits)
            if len(found) == 1 and "@" in found[0].address and not found[0].address.lower().startswith(_REDACTED):
                recipients.append(found[0].address)
                break
    return Complaint(
        feedback_type=get("feedback-type").strip().lower() or "other",
        recipients=tuple(dict.fromkeys(recipients)),
        original_message_ids=message.embedded_ids,
        reported_domain=get("reported-domain").strip().lower() or None,
        source_ip=get("source-ip").strip() or None,
        user_agent=get("user-agent").strip() or None,
    )
