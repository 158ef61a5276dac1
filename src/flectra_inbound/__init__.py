r"""Understand inbound mail: replies, bounces and original messages. Bytes in, one immutable result out; no I/O.

>>> from flectra_inbound import process
>>> process(b"From: Nora Vale <nora@example.com>\nSubject: Hello\n\nGood morning").mail.subject
'Hello'
"""

from .errors import ConfigurationError, ContentUnavailable, FlectraInboundError, InputTypeError
from .extract.reply import reply_from_html, reply_from_text
from .gateway import AliasDomain, Envelope, Gateway, Sent
from .limits import Limits
from .parse import DefectCode, Message, parse
from .pipeline import Pipeline, process
from .result import (
    Action,
    Address,
    Attachment,
    Complaint,
    Defect,
    Delivery,
    DeliveryRecipient,
    Evidence,
    Fragment,
    Inbound,
    Kind,
    Mail,
    Original,
    Reason,
    Receipt,
    Recipient,
    Reply,
    Routing,
    Suppression,
    Target,
    Trust,
    Verp,
)

__all__ = [
    "Action",
    "Address",
    "AliasDomain",
    "Attachment",
    "Complaint",
    "ConfigurationError",
    "ContentUnavailable",
    "Defect",
    "DefectCode",
    "Delivery",
    "DeliveryRecipient",
    "Envelope",
    "Evidence",
    "FlectraInboundError",
    "Fragment",
    "Gateway",
    "Inbound",
    "InputTypeError",
    "Kind",
    "Limits",
    "Mail",
    "Message",
    "Original",
    "Pipeline",
    "Reason",
    "Receipt",
    "Recipient",
    "Reply",
    "Routing",
    "Sent",
    "Suppression",
    "Target",
    "Trust",
    "Verp",
    "parse",
    "process",
    "reply_from_html",
    "reply_from_text",
]
__version__ = "0.1.0"
