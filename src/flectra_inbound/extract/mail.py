"""The mail facts that a host needs to create a record: people, subject, date, ids, text, HTML, attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..gateway import Envelope
from ..parse import Mailbox, Message, Part
from ..parse.address import read_addresses
from ..parse.fields import received_for
from ..result import Address, Attachment, Mail, Recipient

#: Fields that name somebody whom a mail came to, nearest to the delivery first.
#: Delivered-To: RFC 9228. X-Original-To: Postfix. Envelope-To: Exim. X-Delivered-To: Fastmail. X-Rcpt-To: IceWarp, VPOP3.
#: Bcc: RFC 5322, section 3.6.3, where a copy keeps it. Apparently-To: Sendmail, where To is missing. Resent-*: section 3.6.6.
RECIPIENT_FIELDS = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-rcpt-to",
    "to",
    "cc",
    "bcc",
    "apparently-to",
    "resent-to",
    "resent-cc",
    "resent-bcc",
    "x-forwarded-to",
)
#: Trace fields that are looked into: those of the host's own systems are the topmost, and more hops than this are rare.
_TRACES = 10
#: Message-IDs that relays keep beside their own (Google, Microsoft 365), and that Odoo notes
KEPT_IDS = (
    "x-google-original-message-id",
    "x-microsoft-original-message-id",
    "x-odoo-message-id",
    "x-flectra-message-id",
)

_HIDDEN = 10  #: addresses of one encoded word that are looked into

_CID = re.compile(r"cid:([^\s\"'<>)]{1,250})", re.IGNORECASE)


def extract_mail(message: Message, envelope: Envelope | None) -> Mail:
    """All of `Mail`."""
    authors = message.from_ or message.sender
    return Mail.of(
        message_id=message.message_id,
        subject=message.subject,
        date=message.date,
        sender=_address(authors[0]) if authors else None,
        reply_to=_addresses(message.reply_to),
        to=_addresses(message.to),
        cc=_addresses(message.cc),
        recipients=_recipients(message, envelope),
        references=message.references,
        in_reply_to=message.in_reply_to,
        kept_ids=tuple([found for name in KEPT_IDS for found in message.message_ids(name)]),
        text=message.text,
        html=message.html,
        attachments=_attachments(message),
    )


def _address(mailbox: Mailbox) -> Address:
    return Address.of(address=mailbox.address, name=mailbox.name)


def _addresses(mailboxes: tuple[Mailbox, ...]) -> tuple[Address, ...]:
    return tuple([_address(mailbox) for mailbox in mailboxes]) if mailboxes else ()


def _recipients(message: Message, envelope: Envelope | None) -> tuple[Recipient, ...]:
    found: list[Recipient] = []
    if envelope is not None:
        found += [Recipient.of(address=address, name="", source="envelope") for address in envelope.rcpt_to]
    names = message.headers.keys()
    for name in RECIPIENT_FIELDS:
        if name in names:
            seen: set[str] = set()
            for mailbox in _named(message.addresses(name)):
                if mailbox.address and mailbox.address not in seen:
                    seen.add(mailbox.address)
                    found.append(Recipient.of(address=mailbox.address, name=mailbox.name, source=name))
    if "received" in names:
        found += [Recipient.of(address=address, name="", source="received") for address in _traced(message)]
    return tuple(found)


def _named(mailboxes: tuple[Mailbox, ...]) -> Iterator[Mailbox]:
    """QUIRK: `=?utf-8?b?...?=` that holds the address too, against RFC 2047, section 5. Seen in mailers written in PHP.

    Believed of recipients alone: of a sender it would be a way to show a reader one address, and another program none.
    """
    for mailbox in mailboxes:
        if mailbox.address or "@" not in mailbox.name:
            yield mailbox
        else:
            yield from read_addresses(mailbox.name, str, limit=_HIDDEN, comment_depth=_HIDDEN)[0]


def _traced(message: Message) -> dict[str, None]:
    """RFC 5321, section 4.4: whom trace fields name, the newest first. Anybody may have written the older ones."""
    found: dict[str, None] = {}
    for value in message.headers.raw_all("received")[:_TRACES]:
        if "@" in value:
            address = received_for(message.headers.as_text("received", value)) or ""
            local, at, domain = address.rpartition("@")
            if local and at and domain and address.isprintable():
                found.setdefault(address)
    return found


def _attachments(message: Message) -> tuple[Attachment, ...]:
    parts = message.attachments
    ids = {part.content_id for part in parts if "content-id" in part.headers} if parts else None
    shown = _shown_by_html(message, ids) if ids else set()
    return tuple([_attachment(message, part, shown) for part in parts])


def _shown_by_html(message: Message, ids: set[str | None]) -> set[str]:
    """Those Content-IDs that the HTML refers to (RFC 2392)."""
    return {found for match in _CID.finditer(message.html or "") if (found := match[1]) in ids}


def _attachment(message: Message, part: Part, shown: set[str]) -> Attachment:
    content_id = part.content_id if "content-id" in part.headers else None
    attachment = Attachment.of(
        index=part.index,
        filename=part.filename,
        content_type=part.content_type.value,
        size=part.size,
        content_id=content_id,
        inline=_is_inline(message, part, content_id, shown),
    )
    object.__setattr__(attachment, "__pydantic_private__", {"_load": part.content})
    return attachment


def _is_inline(message: Message, part: Part, content_id: str | None, shown: set[str]) -> bool:
    """RFC 2183, section 2.1, or shown by the HTML around it (RFC 2392, RFC 2557)."""
    disposition = part.disposition
    if disposition == "inline":
        return True
    if content_id is None or part.parent is None:
        return False
    if disposition != "attachment" and message.parts[part.parent].content_type.value == "multipart/related":
        return True
    # QUIRK: images that the HTML shows, marked as attachments beside it. Seen in Outlook for Mac and Lotus Notes.
    return content_id in shown
