"""Machine-readable report parts as typed fields: RFC 3464 and 6533 (delivery status), 5965 (feedback), 8098 (disposition).

Rules of this file: it says what a report states, not what it means. Damaged reports give what can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from ..limits import Limits
from .defects import DefectCode, DefectLog
from .grammar import BLANK_LINES, EMBEDDED_UNICODE, TYPED_VALUE
from .header import Headers, mark_folds
from .part import Part
from .transfer import IDENTITY

DELIVERY_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
FEEDBACK_REPORT = frozenset({"message/feedback-report"})
DISPOSITION_NOTIFICATION = frozenset({"message/disposition-notification", "message/global-disposition-notification"})


_HEAD = 4_000  # bytes in which the first recipient is named
_BEGINS_STATUS = re.compile(
    rb"\s{0,20}(?:Reporting-MTA|Original-Envelope-Id|(?:Original|Final)-Recipient)[ \t]{0,4}:", re.IGNORECASE
)
_NAMES_RECIPIENT = re.compile(rb"^(?:Original|Final)-Recipient[ \t]{0,4}:", re.IGNORECASE | re.MULTILINE)

#: RFC 3464, section 2.3: fields that tell what became of a recipient
_OF_A_RECIPIENT = ("action", "status", "diagnostic-code")


class Typed(NamedTuple):
    """`type; value` (RFC 3464, section 2.1.2), the type lower-cased and empty where it is missing."""

    type: str
    value: str


class FieldGroup:
    """The fields between two blank lines of a report."""

    __slots__ = ("_headers", "_names", "end", "outer", "start")

    def __init__(self, headers: Headers, start: int, end: int, outer: bool) -> None:
        self._headers = headers
        self._names = headers.keys()
        self.start = start
        self.end = end
        self.outer = outer

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._headers)

    def get(self, name: str) -> str:
        """The first value of a field on one line, decoded; empty if it is missing."""
        return self._headers.get(name) or ""

    def get_all(self, name: str) -> list[str]:
        """All values of a field."""
        return self._headers.get_all(name)

    def typed(self, name: str) -> Typed:
        """A `type; value` field. QUIRK: the type is missing, or the semicolon is doubled. Seen in Exchange and qmail kin."""
        value = self.get(name)
        match = TYPED_VALUE.match(value)
        if match is None:
            return Typed("", value.lstrip("; ").strip())
        kind, text = match[1].lower(), match[2].lstrip("; ").strip()
        if "\\x{" in text:
            text = EMBEDDED_UNICODE.sub(_code_point, text)
        return Typed(kind, text)

    def split(self) -> list[FieldGroup]:
        """One group for each recipient. QUIRK: no blank line between recipients. Seen in old Exchange and Domino."""
        if self._headers.count("final-recipient") < 2:
            return [self]
        pieces = self._headers.split_at("final-recipient")
        if len(pieces) > 1 and "final-recipient" not in pieces[0]:
            del pieces[0]
        return [FieldGroup(piece, self.start, self.end, self.outer) for piece in pieces]

    def take(self, other: FieldGroup) -> bool:
        """Add the fields of the group behind it, unless both say something of the same."""
        if any(name in self._names for name in other):
            return False
        self._headers.extend(other._headers)
        self.end = other.end
        return True

    def span(self, name: str | None = None) -> tuple[int, int] | None:
        """Byte offsets of a field, or of the whole group, in the mail; None if they lie in decoded content."""
        if not self.outer:
            return None
        return (self.start, self.end) if name is None else self._headers.span(name)


def _code_point(match: re.Match[str]) -> str:
    point = int(match[1], 16)
    return (
        chr(point)
        if 0x20 < point < 0x110000 and not 0xD800 <= point < 0xE000 and chr(point).isprintable()
        else "\ufffd"
    )


@dataclass(frozen=True, slots=True)
class DeliveryStatus:
    """RFC 3464, section 2: fields of the message, then a group for each recipient."""

    part: Part
    message: FieldGroup | None
    recipients: tuple[FieldGroup, ...]


def read_groups(part: Part, limits: Limits, log: DefectLog, most: int) -> list[FieldGroup]:
    """The first `most` field groups of a report part. Lines that are no fields are passed over, with a defect; of stretches of
    them as many as there may be recipients.
    """
    outer = part.outer and part.transfer_encoding in IDENTITY
    if outer:
        buffer, position, size = part.buffer, part.body_start, part.end
    else:
        buffer = part.content()
        position, size = 0, len(buffer)
    view = memoryview(buffer)
    groups: list[FieldGroup] = []
    void = 0  # stretches without a field
    while position < size and len(groups) < most and void < limits.report_recipients:
        # RFC 3464, section 2.1: groups are separated by blank lines
        if buffer[position] in b"\r\n":
            position += 1
            continue
        start = position
        match = BLANK_LINES.search(buffer, start, size)
        position = size if match is None else match.start() + 1
        group = mark_folds(str(view[start:position], "latin-1"))
        headers = Headers(start, limits, log, part.path)
        headers.read(group, limits.header_count)
        if headers.body_offset < len(group):
            _read_on(headers, group, limits.header_count, part, log)
        if len(headers):
            groups.append(FieldGroup(headers, start, position, outer))
        else:
            void += 1
    if position < size and buffer[position : min(size, position + 1_000)].strip():
        log.add(DefectCode.REPORT_RECIPIENT_LIMIT, part.path)
    return groups


def _read_on(headers: Headers, group: str, most: int, part: Part, log: DefectLog) -> None:
    """Read the fields behind a line that is none."""
    position = headers.body_offset
    while position < len(group) and len(headers) < most:
        line_end = group.find("\n", position)
        if group[position:line_end].strip():
            log.add(DefectCode.BAD_REPORT_FIELD, part.path)
        if line_end < 0:
            break
        position = headers.take(group, line_end + 1, len(group), most)


def begins_report(part: Part) -> bool:
    """Whether a part begins with a field that only delivery-status parts have, and names a recipient."""
    if part.outer and part.transfer_encoding in IDENTITY:
        head = part.buffer[part.body_start : min(part.end, part.body_start + _HEAD)]
    else:
        head = part.content()[:_HEAD]
    return _BEGINS_STATUS.match(head) is not None and _NAMES_RECIPIENT.search(head) is not None


def read_delivery_status(part: Part, limits: Limits, log: DefectLog, most: int) -> DeliveryStatus:
    """A delivery-status part, whatever its groups look like; `most` recipients."""
    message: FieldGroup | None = None
    recipients: list[FieldGroup] = []
    for group in read_groups(part, limits, log, most + 1):
        if "final-recipient" in group or "original-recipient" in group:  # RFC 3464, section 2.3
            if message is None and not recipients and "reporting-mta" in group:
                message = group  # QUIRK: no blank line between the message's fields and the first recipient's
            recipients += group.split()
        elif message is None and not recipients:
            message = group
        # QUIRK: a blank line between the fields of one recipient. Seen where line ends were converted twice
        elif any(name in group for name in _OF_A_RECIPIENT) and not (recipients and recipients[-1].take(group)):
            recipients.append(group)
    if len(recipients) > most:
        log.add(DefectCode.REPORT_RECIPIENT_LIMIT, part.path)
        del recipients[most:]
    return DeliveryStatus(part, message, tuple(recipients))
