"""`parse()`: the bytes of a mail as a `Message` whose properties are decoded on demand.

Rules of this file: RFCs only, no vendor and no business word. `parse()` raises on no bytes; what is wrong with the mail
is in `Message.defects`. Every one-line string holds no CR, LF or NUL, and every string encodes to UTF-8.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from ..errors import InputTypeError
from ..limits import DEFAULT_LIMITS, Limits
from .address import Mailbox
from .body import html_view, leaves, plain_view, view
from .defects import Defect, DefectCode, DefectLog
from .fields import Received, read_received
from .header import Headers, mark_folds
from .mime import EMBEDDED_HEADERS, EMBEDDED_MESSAGE, Scanner
from .part import Part
from .reports import (
    DELIVERY_STATUS,
    DISPOSITION_NOTIFICATION,
    FEEDBACK_REPORT,
    DeliveryStatus,
    FieldGroup,
    begins_report,
    read_delivery_status,
    read_groups,
)
from .source import normalised
from .values import addresses_of, date_of, message_ids_of

T = TypeVar("T")

#: What filters make of the types of report parts.
_UNTYPED = frozenset({"text/plain", "application/octet-stream", "message/delivery-status"})
#: RFC 6522, section 3 has three; footers and banners may come between them
_PARTS_OF_A_REPORT = 5


def parse(raw: bytes | bytearray | memoryview, *, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Read a mail. Raises `InputTypeError` if `raw` is not bytes, bytearray or memoryview; nothing else, whatever the bytes."""
    if isinstance(raw, (bytearray, memoryview)):
        raw = bytes(raw)
    if not isinstance(raw, bytes):
        hint = ""
        if isinstance(raw, str):
            hint = "; a str has lost the mail's encoding: read the file in binary mode"
        elif hasattr(raw, "get_payload"):
            hint = "; flectra_inbound.interop.stdlib_email takes email.message objects"
        raise InputTypeError(f"a mail must be bytes, bytearray or memoryview, not {type(raw).__name__}{hint}")
    log = DefectLog(limits.defects)
    source, start = normalised(raw, log)
    scanner = Scanner(limits, log)
    scanner.scan(source, start)
    return Message(source, scanner.parts, limits, log)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A message, or the header block of one, within the outer message: returned, forwarded or attached."""

    part: Part
    headers: Headers
    root: Part | None  #: None where there is only the header block


class Message:
    """A mail, read; see the properties. Nothing here raises, whatever the mail."""

    __slots__ = ("_cache", "_log", "headers", "limits", "parts", "root", "source")

    def __init__(self, source: bytes, parts: list[Part], limits: Limits, log: DefectLog) -> None:
        self.limits = limits
        self._log = log
        self._cache: dict[str, Any] = {}
        self.source = source  #: what offsets refer to: the mail as given, unless it was UTF-16
        self.parts = parts  #: flat, in document order; the root comes first
        self.root = parts[0]
        self.headers: Headers = self.root.headers

    # -- what is wrong ---------------------------------------------------------------------------------------------

    @property
    def defects(self) -> tuple[Defect, ...]:
        """Found so far: decoding a part on demand may add some."""
        return self._log.defects

    @property
    def truncated(self) -> bool:
        """Longer than `Limits.message_bytes`: the structure was not read to the end."""
        return DefectCode.MESSAGE_TRUNCATED in self._log

    def report(self, code: DefectCode, *, header: str = "", detail: str = "") -> None:
        """Note a defect of the mail as a whole."""
        self._log.add(code, "", header, detail)

    # -- fields ----------------------------------------------------------------------------------------------------

    @property
    def subject(self) -> str:
        return self.headers.get("subject") or ""

    @property
    def from_(self) -> tuple[Mailbox, ...]:
        """RFC 5322, section 3.6.2: the authors."""
        return self.addresses("from")

    @property
    def sender(self) -> tuple[Mailbox, ...]:
        return self.addresses("sender")

    @property
    def reply_to(self) -> tuple[Mailbox, ...]:
        return self.addresses("reply-to")

    @property
    def to(self) -> tuple[Mailbox, ...]:
        return self.addresses("to")

    @property
    def cc(self) -> tuple[Mailbox, ...]:
        return self.addresses("cc")

    def addresses(self, name: str) -> tuple[Mailbox, ...]:
        """The mailboxes of a field, those of repeated fields joined (From, Sender and Reply-To: the first field's)."""
        if name not in self.headers:
            return ()
        found: tuple[Mailbox, ...] | None = self._cache.get(name)
        if found is None:
            found = self._cache[name] = addresses_of(self.headers, name, self.limits)
        return found

    @property
    def date(self) -> dt.datetime | None:
        """RFC 5322, section 3.6.1: aware, in the sender's zone."""
        return date_of(self.headers)

    @property
    def message_id(self) -> str | None:
        """RFC 5322, section 3.6.4: `<id@host>`."""
        ids = self.message_ids("message-id")
        return ids[0] if ids else None

    @property
    def in_reply_to(self) -> tuple[str, ...]:
        return self.message_ids("in-reply-to")

    @property
    def references(self) -> tuple[str, ...]:
        """Oldest first, as written."""
        return self.message_ids("references")

    @property
    def answers(self) -> bool:
        """Whether it says that it answers another mail (RFC 5322, section 3.6.4), whatever stands in the fields."""
        return "in-reply-to" in self.headers or "references" in self.headers

    def message_ids(self, name: str) -> tuple[str, ...]:
        """The ids of a field as `<...>`."""
        if name not in self.headers:
            return ()
        found: tuple[str, ...] | None = self._cache.get(name)
        if found is None:
            found = self._cache[name] = message_ids_of(self.headers, name, self.limits)
        return found

    @property
    def return_path(self) -> str | None:
        """RFC 5321, section 4.4: the reverse-path; empty for `<>`; None where no such field was added."""
        value = self.headers.get("return-path")
        return None if value is None else value.strip().strip("<>").strip()

    @property
    def received(self) -> tuple[Received, ...]:
        """RFC 5321, section 4.4: newest first."""
        return self._once("received", lambda: tuple(read_received(v) for v in self.headers.get_all("received")[:100]))

    # -- content ---------------------------------------------------------------------------------------------------

    @property
    def bodies(self) -> tuple[Part, ...]:
        """The outer message's parts that are its text, in order."""
        return self._leaves[0]

    @property
    def attachments(self) -> tuple[Part, ...]:
        """All other leaves of the outer message, and the messages within it."""
        return self._leaves[1]

    @property
    def text(self) -> str:
        """The words of the outer message as plain text: text/plain where there is some, else rendered from HTML."""
        text: str | None = self._cache.get("text")
        if text is None:
            bodies = self.bodies
            if len(bodies) == 1 and bodies[0].content_type.value == "text/plain":
                text = bodies[0].text()
            else:
                text = view(bodies, self.parts, plain_view)
            self._cache["text"] = text
        return text

    @property
    def analysed(self) -> str:
        """As much of the text as later stages look into (`Limits.text_chars`, `text_lines`); a defect where it is cut."""
        known: str | None = self._cache.get("analysed")
        if known is not None:
            return known
        text = self.text
        end = self.limits.text_end(text)
        if end < len(text):
            text = text[:end]
            self.report(DefectCode.TEXT_LIMIT)
        self._cache["analysed"] = text
        return text

    @property
    def html(self) -> str | None:
        """The outer message as HTML, as sent; its plain parts between, escaped. None if no part is HTML."""
        for part in self.bodies:
            if part.content_type.value == "text/html":
                break
        else:
            return None
        return self._once("html", lambda: view(self.bodies, self.parts, html_view))

    @property
    def embedded(self) -> tuple[Embedded, ...]:
        """The messages directly within the outer message."""
        return self._once("embedded", self._embedded)

    @property
    def embedded_ids(self) -> tuple[str, ...]:
        """The message ids of the messages within the outer one, each once."""
        found: dict[str, None] = {}
        for embedded in self.embedded:
            for message_id in message_ids_of(embedded.headers, "message-id", self.limits)[:1]:
                found[message_id] = None
        return tuple(found)

    # -- reports ---------------------------------------------------------------------------------------------------

    @property
    def delivery_status(self) -> tuple[DeliveryStatus, ...]:
        """RFC 3464: the delivery-status parts of the outer message."""
        return self._once("dsn", self._delivery_status)

    @property
    def untyped_status(self) -> DeliveryStatus | None:
        """The fields of a delivery-status part that has the type of a text or a file: what people attach looks so too."""
        part = self._untyped_status()
        if part is None:
            return None
        return read_delivery_status(part, self.limits, DefectLog(0), self.limits.report_recipients)

    @property
    def feedback_report(self) -> FieldGroup | None:
        """RFC 5965: the fields of the outer message's feedback report."""
        return self._first_group("arf", FEEDBACK_REPORT, "feedback-type")

    @property
    def disposition_notification(self) -> FieldGroup | None:
        """RFC 8098: the fields of the outer message's disposition notification."""
        return self._first_group("mdn", DISPOSITION_NOTIFICATION, "disposition")

    # -- how -------------------------------------------------------------------------------------------------------

    @property
    def _leaves(self) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        known: tuple[tuple[Part, ...], tuple[Part, ...]] | None = self._cache.get("leaves")
        if known is None:
            known = self._cache["leaves"] = leaves(self.parts)
        return known

    def _once(self, key: str, make: Callable[[], T]) -> T:
        value: T | None = self._cache.get(key)
        if value is None:
            value = self._cache[key] = make()
        return value

    def _typed(self, types: frozenset[str]) -> list[Part]:
        found: list[Part] | None = self._cache.get("message parts")
        if found is None:
            found = [part for part in self.parts if part.content_type.main == "message" and part.owner is None]
            self._cache["message parts"] = found
        return [part for part in found if part.content_type.value in types]

    def _delivery_status(self) -> tuple[DeliveryStatus, ...]:
        found: list[DeliveryStatus] = []
        left = self.limits.report_recipients
        parts = self._typed(DELIVERY_STATUS)
        if not parts and self.root.content_type.value == "multipart/report" and (part := self._untyped_status()):
            parts = [part]
        for part in parts:
            found.append(read_delivery_status(part, self.limits, self._log, left))
            left -= len(found[-1].recipients)
            if left <= 0:
                break
        return tuple(found)

    def _untyped_status(self) -> Part | None:
        """QUIRK: the fields have the type of a text or a file. Seen behind filters that know no other types."""
        for index in self.root.children[1:_PARTS_OF_A_REPORT]:
            part = self.parts[index]
            if part.content_type.value in _UNTYPED and begins_report(part):
                return part
        return None

    def _first_group(self, key: str, types: frozenset[str], name: str) -> FieldGroup | None:
        """The fields of a report part of these types, of which `name` is required."""
        if key in self._cache:
            known: FieldGroup | None = self._cache[key]
            return known
        found: FieldGroup | None = None
        for part in self._typed(types):
            groups = read_groups(part, self.limits, self._log, 1)
            if groups:
                found = groups[0]
                break
        else:
            if self.root.content_type.value == "multipart/report":
                found = self._untyped_group(types, name)
        self._cache[key] = found
        return found

    def _untyped_group(self, types: frozenset[str], name: str) -> FieldGroup | None:
        """RFC 6522, section 3: the second part of a report holds the fields, whatever its type says.

        QUIRK: it is text/plain or an attachment. Seen behind filters that know no other message types.
        """
        root = self.root
        report_type = root.content_type.parameters.get("report-type", "").lower()
        if f"message/{report_type}" not in types or len(root.children) < 2:
            return None
        second = self.parts[root.children[1]]
        if second.content_type.value not in _UNTYPED:
            return None
        return next((g for g in read_groups(second, self.limits, DefectLog(0), 1) if name in g), None)

    def _embedded(self) -> tuple[Embedded, ...]:
        found: list[Embedded] = []
        left = self.limits.total_header_bytes
        for part in self.parts:
            if part.owner is not None:
                continue
            kind = part.content_type.value
            if kind in EMBEDDED_MESSAGE and part.children:
                root = self.parts[part.children[0]]
                found.append(Embedded(part, root.headers, root))
            elif kind in EMBEDDED_HEADERS:
                found.append(Embedded(part, self._header_block(part, left), None))
                left = max(0, left - found[-1].headers.body_offset)
        return tuple(found)

    def _header_block(self, part: Part, most: int) -> Headers:
        raw = part.content()[: min(most, self.limits.header_block_bytes)]
        block = raw.decode("latin-1").lstrip("\r\n")
        headers = Headers(part.body_start, self.limits, self._log, part.path)
        headers.read(mark_folds(block), self.limits.header_count)
        return headers
