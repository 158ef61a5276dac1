"""The message that a report is about: its ids, and whom it was sent to."""

from __future__ import annotations

import re

from ...limits import Limits
from ...parse import Headers, Message
from ...parse.fields import read_message_ids, received_for
from ...parse.pasted import pasted_headers
from ...parse.values import addresses_of, message_ids_of
from ...result import Original

#: ids that relays keep when they give a message a new one of their own (Microsoft 365, Google, Amazon SES)
_KEPT_IDS = ("x-microsoft-original-message-id", "x-google-original-message-id", "x-original-message-id")

#: fields in which relays note whom they delivered to
_TRACED = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-rcpt-to",
    "x-envelope-to",
    "resent-to",
    "bcc",
    "apparently-to",
)

#: fields that say who sent a message
_SENT_BY = ("from", "sender", "return-path")

_PASTED_ID = re.compile(r"^[ \t>]{0,8}Message-ID:[ \t]{0,8}(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_LOOKED_AT = 64_000


_NOTHING = Original()


class Returned:
    """What is known of the returned message; empty where none was returned."""

    __slots__ = ("_known", "_senders", "headers", "recipients")

    def __init__(self, headers: tuple[Headers, ...], recipients: tuple[str, ...]) -> None:
        self.headers = headers
        self.recipients = recipients  #: of To and Cc
        self._known: frozenset[str] | None = None
        self._senders: frozenset[str] | None = None

    @property
    def known(self) -> frozenset[str]:
        """All that it was sent to, lower-case: To, Cc, and the recipients that its trace names."""
        if self._known is None:
            self._known = self._read_known()
        return self._known

    def _read_known(self) -> frozenset[str]:
        found = {address.lower() for address in self.recipients}
        for headers in self.headers:
            for name in _TRACED:
                for value in headers.get_all(name)[:20] if name in headers else ():
                    if "@" in value:
                        found.add(value.strip().strip("<>").lower())
            for value in headers.get_all("received")[:50]:
                if "@" in value and (traced := received_for(value)):
                    found.add(traced.lower())
        return frozenset(found)

    @property
    def senders(self) -> frozenset[str]:
        """All that it came from, lower-case: its authors, and where its reports go."""
        if self._senders is None:
            self._senders = frozenset(
                mailbox.address.lower()
                for headers in self.headers
                for name in _SENT_BY
                if name in headers
                for mailbox in addresses_of(headers, name, headers.limits)
                if "@" in mailbox.address
            )
        return self._senders

    def facts(self, limits: Limits) -> Original:
        """Who sent it, to whom, and under which subject."""
        for headers in self.headers:
            senders = addresses_of(headers, "from", limits)
            subject = headers.get("subject")
            if senders or subject:
                return Original.of(
                    sender=senders[0].address if senders else None,
                    recipients=self.recipients,
                    subject=subject,
                    date=headers.get("date"),
                )
        return _NOTHING

    def mailed(self, final: str, alone: bool) -> str | None:
        """The address that we mailed, given the one that failed: the same if we named it, else our only recipient.

        The latter only if the report is about one recipient `alone`: where an alias went to several, one that is dead
        says nothing about the alias. QUIRK: To names the sender, and only the trace whom it went to. Seen in newsletters.
        """
        lower = final.lower()
        for address in self.recipients:
            if address.lower() == lower:
                return address
        if not alone or len(self.recipients) != 1:
            return None
        if self.recipients[0].lower() not in self.senders:
            return self.recipients[0]
        traced = self.known - self.senders - {lower}
        return next(iter(traced)) if len(traced) == 1 else None


def read(message: Message, pasted: str = "") -> Returned:
    """Read the messages, or their header blocks, that the report brings back; `pasted`: the end of its text."""
    blocks = tuple([embedded.headers for embedded in message.embedded])
    if pasted and not blocks:
        headers = pasted_headers(pasted, message.limits)
        blocks = (headers,) if headers is not None else ()
    recipients: dict[str, str] = {}
    for headers in blocks:
        for name in ("to", "cc"):
            if name in headers:
                for mailbox in addresses_of(headers, name, message.limits):
                    if "@" in mailbox.address:
                        recipients.setdefault(mailbox.address.lower(), mailbox.address)
    return Returned(blocks, tuple(recipients.values()))


def message_ids(message: Message, returned: Returned) -> tuple[str, ...]:
    """Ids of the original message: from what was returned, from the report's fields, else what the report answers."""
    found: dict[str, None] = dict.fromkeys(message.embedded_ids)
    for headers in returned.headers:
        if not found:  # a block that is pasted into the text
            found.update(dict.fromkeys(message_ids_of(headers, "message-id", message.limits)[:1]))
        for name in _KEPT_IDS:
            if name not in headers:
                continue
            found.update(dict.fromkeys(message_ids_of(headers, name, message.limits)[:1]))
    for report in message.delivery_status:
        for group in ((report.message,) if report.message is not None else ()) + report.recipients[:1]:
            for name in ("original-message-id", "x-original-message-id"):
                if name in group:
                    found.update(dict.fromkeys(read_message_ids(group.get(name))[0]))
    if not found and ("essage-I" in message.text or "essage-i" in message.text):
        pasted = _PASTED_ID.search(message.analysed[:_LOOKED_AT])
        if pasted is not None:
            found[pasted[1]] = None  # QUIRK: the message is pasted into the text. Seen in Exim, qmail and Gmail.
    if not found:
        # RFC 3464 says nothing of it, but Exchange, Gmail and others thread the report under the message
        found.update(dict.fromkeys((*message.in_reply_to, *message.references)))
    return tuple(found)
