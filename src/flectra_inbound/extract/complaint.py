"""An abuse feedback report (RFC 5965, 6591), or a complaint in another form: who complained about what."""

from __future__ import annotations

import json
from typing import Any

from ..addressing.signed import Reader, least, trust_in
from ..parse import Message
from ..parse.fields import read_message_ids
from ..parse.values import addresses_of
from ..result import Complaint

#: RFC 6590: the reporter hides who complained.
_REDACTED = ("redacted", "xxx", "***", "undisclosed", "[redacted", "hidden", "removed")
#: Fields of the mail complained about that name its recipient, the surest first.
_RECIPIENT_FIELDS = (
    "x-hmxmroriginalrecipient",
    "x-original-to",
    "delivered-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "x-apparently-to",
    "to",
)
#: RFC 6591: failure reports are about forged mail; nobody complained.
_NOBODY = frozenset({"auth-failure"})
_JSON_LOOKED_AT = 200_000
_MOST = 100  # recipients
_NO_KEYS = Reader(None, None)


def extract_complaint(message: Message, reader: Reader = _NO_KEYS) -> Complaint:
    """All of `Complaint`."""
    report = message.feedback_report
    if report is None:
        told = _from_json(message)
        if told is not None:
            return told
    get = report.get if report is not None else lambda name: ""
    # QUIRK: the mail complained about, and no report. Seen in Outlook.com (JMRP), where it means junk.
    kind = get("feedback-type").partition(";")[0].strip().lower() or ("other" if report is not None else "abuse")
    recipients: list[str] = []
    if report is not None:
        for name in ("original-rcpt-to", "removal-recipient"):
            for value in report.get_all(name):
                # QUIRK: an address type before it, as in delivery reports. Seen in feedback loops that share their code.
                recipients += _named(value.strip().partition(";")[2] or value)
    for embedded in message.embedded:
        if recipients or kind in _NOBODY:
            break
        for name in _RECIPIENT_FIELDS:
            found = addresses_of(embedded.headers, name, message.limits)
            if len(found) == 1:
                recipients += _named(found[0].address)
                if recipients:
                    break
    people = tuple(dict.fromkeys(recipients))[:_MOST]
    mail_from = next(iter(_named(get("original-mail-from"))), None)
    opened = reader.addresses([mail_from]) if mail_from is not None else ()
    return Complaint(
        feedback_type=kind,
        recipients=people,
        original_message_ids=message.embedded_ids,
        reported_domain=get("reported-domain").strip().lower() or None,
        original_mail_from=mail_from,
        source_ip=get("source-ip").strip() or None,
        user_agent=get("user-agent").strip() or None,
        trust=least([trust_in(opened, address) for address in people] or [trust_in(opened, None)]),
    )


def _named(address: str) -> list[str]:
    """The address, if it is one and not hidden; in a list, to be added to one."""
    if "<" in address and ">" in address:  # QUIRK: words around the address. Seen in home-made feedback loops
        address = address.partition("<")[2].partition(">")[0]
    address = address.partition("(")[0].strip().strip("<>").strip()  # a comment behind it
    local, at, domain = address.rpartition("@")
    hidden = (
        not at
        or not local
        or not domain
        or address.lower().startswith(_REDACTED)
        or domain.lower().startswith("redacted")
    )
    return [] if hidden else [address]


def _from_json(message: Message) -> Complaint | None:
    """A notification for programs. QUIRK: as text of a mail, once more as a string in another. Seen in Amazon SES through SNS."""
    text = message.text[:_JSON_LOOKED_AT].lstrip()
    if not text.startswith("{"):
        return None
    value = _decoded(text)
    if "complaint" not in value:
        value = _decoded(_string(value, "Message"))
    complaint = _object(value, "complaint")
    if not complaint:
        return None
    people = complaint.get("complainedRecipients")
    named = (
        [_string(person, "emailAddress") for person in people[:_MOST] if isinstance(person, dict)]
        if isinstance(people, list)
        else []
    )
    sent = _string(_object(_object(value, "mail"), "commonHeaders"), "messageId")
    return Complaint(
        feedback_type=_string(complaint, "complaintFeedbackType").strip().lower()[:40] or "abuse",
        recipients=tuple(dict.fromkeys(address for name in named for address in _named(name))),
        original_message_ids=tuple(read_message_ids(sent)[0]),
        user_agent=_string(complaint, "userAgent")[:200] or None,
    )


def _decoded(text: str) -> dict[str, Any]:
    """The object that a text begins with; empty if it is none. Numbers stay strings: huge ones take more than linear time."""
    try:
        value, _ = json.JSONDecoder(parse_int=str, parse_float=str).raw_decode(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _object(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def _string(value: dict[str, Any], name: str) -> str:
    """A string that is text: JSON may escape half a surrogate pair."""
    found = value.get(name)
    return found.encode("utf-8", "replace").decode("utf-8") if isinstance(found, str) else ""
