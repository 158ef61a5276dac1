"""Bytes to Message: what the RFCs say about a mail, without a word about what it means."""

from .address import Mailbox
from .defects import Defect, DefectCode
from .fields import ContentType, Received
from .header import Headers
from .message import Embedded, Message, parse
from .part import Part
from .reports import DeliveryStatus, FieldGroup, Typed

__all__ = [
    "ContentType",
    "Defect",
    "DefectCode",
    "DeliveryStatus",
    "Embedded",
    "FieldGroup",
    "Headers",
    "Mailbox",
    "Message",
    "Part",
    "Received",
    "Typed",
    "parse",
]
