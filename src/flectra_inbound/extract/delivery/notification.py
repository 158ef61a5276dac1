"""Delivery reports as JSON: notifications of Amazon SES, as SNS mails them.

Source: Amazon SES developer guide, "Amazon SNS notification contents for Amazon SES". SNS wraps the notification as a
string in the field Message of its own JSON, and adds a footer below it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from ...parse.fields import read_message_ids
from ...result import Action
from .finding import Finding, reply_code_in, status_in

#: the JSON begins a line; QUIRK: gateways put a banner above it
_START = re.compile(r"^[ \t]{0,8}\{", re.MULTILINE)
_HEAD = 2_000
_MAX_CHARS = 256_000
_MAX_RECIPIENTS = 1_000
_KINDS = {"Bounce": "bouncedRecipients", "Delivery": "recipients", "DeliveryDelay": "delayedRecipients"}
#: bounceType of what opts nobody out by itself; the other is Permanent
_NOT_PERMANENT = ("Transient", "Undetermined")
_ACTIONS = {"Bounce": Action.FAILED, "Delivery": Action.DELIVERED, "DeliveryDelay": Action.DELAYED}


def is_notification(text: str) -> bool:
    """Whether a text may be one; cheap."""
    return ("otificationType" in text or "eventType" in text) and _START.search(text[:_HEAD]) is not None


def from_notification(text: str) -> list[Finding]:
    """The recipients, none where the text is no such notification."""
    if not is_notification(text):
        return []
    notification = _decoded(text)
    kind = notification.get("notificationType") or notification.get("eventType")
    part = notification.get(f"{kind[:1].lower()}{kind[1:]}") if isinstance(kind, str) else None
    if kind not in _KINDS or not isinstance(part, dict):
        return []
    rows = part.get(_KINDS[kind])
    found: dict[str, Finding] = {}
    for row in rows[:_MAX_RECIPIENTS] if isinstance(rows, list) else ():
        fields = row if isinstance(row, dict) else {"emailAddress": row}
        address = str(fields.get("emailAddress") or "").strip("<> ")[:320]
        if "@" not in address or not address.isprintable():
            continue
        diagnostic = " ".join(str(fields.get("diagnosticCode") or part.get("smtpResponse") or "").split())[:500]
        diagnostic = diagnostic.removeprefix("smtp; ")
        status = status_in(str(fields.get("status") or "")) or status_in(diagnostic)
        code = reply_code_in(diagnostic)
        found.setdefault(
            address.lower(),
            Finding(
                address,
                action=_ACTIONS[kind],
                status=status,
                smtp_code=code,
                diagnostic=diagnostic or None,
                passing=part.get("bounceType") in _NOT_PERMANENT,
            ),
        )
    return list(found.values())


def original_ids(text: str) -> tuple[str, ...]:
    """The id of the message that a notification is about, as its sender wrote it."""
    mail = _decoded(text).get("mail") if is_notification(text) else None
    headers = mail.get("commonHeaders") if isinstance(mail, dict) else None
    value = str(headers.get("messageId") or "") if isinstance(headers, dict) else ""
    return tuple(read_message_ids(value)[0][:1])


def _decoded(text: str) -> dict[str, Any]:
    """The innermost notification; empty where the JSON is damaged or nested too deep for the reader."""
    decoder = json.JSONDecoder(
        strict=False
    )  # QUIRK: mail programs wrap the long line, so strings hold line ends. Seen in SNS
    start = _START.search(text[:_HEAD])
    text = text[start.start() :].strip()[:_MAX_CHARS] if start is not None else ""
    for _ in range(3):
        try:
            value, _end = decoder.raw_decode(text)
        except (ValueError, RecursionError):
            return {}
        if not isinstance(value, dict):
            return {}
        inner = value.get("Message")
        if not isinstance(inner, str):
            return value
        text = inner.replace("\n", "").strip()
    return {}
