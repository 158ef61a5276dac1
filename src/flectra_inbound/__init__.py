r"""Understand inbound mail: replies, bounces and original messages. Bytes in, one immutable result out; no I/O.

>>> from flectra_inbound import process
>>> process(b"From: Nora Vale <nora@example.com>\nSubject: Hello\n\nGood morning").mail.subject
'Hello'
"""

from .errors import ConfigurationError, ContentUnavailable, FlectraInboundError, InputTypeError
from .extract.reply import reply_from_html, reply_from_text
from .gateway import Alias, AliasDomain, Answers, Envelope, Gateway, Loop, Sender, Sent, Thread
from .limits import Limits
from .parse import DefectCode, Message, parse
from .pipeline import Pipeline, process
from .result import (
    Action,
    Address,
    Attachment,
    Complaint,
    Decision,
    Defect,
    Delivery,
    DeliveryRecipient,
    Evidence,
    Fragment,
    Inbound,
    Kind,
    Mail,
    Need,
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
from .route import StaticHost, load_gateway, route

__all__ = [
    "Action",
    "Address",
    "Alias",
    "AliasDomain",
    "Answers",
    "Attachment",
    "Complaint",
    "ConfigurationError",
    "ContentUnavailable",
    "Decision",
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
    "Loop",
    "Mail",
    "Message",
    "Need",
    "Original",
    "Pipeline",
    "Reason",
    "Receipt",
    "Recipient",
    "Reply",
    "Routing",
    "Sender",
    "Sent",
    "StaticHost",
    "Suppression",
    "Target",
    "Thread",
    "Trust",
    "Verp",
    "load_gateway",
    "parse",
    "process",
    "reply_from_html",
    "reply_from_text",
    "route",
]
__version__ = "0.1.0"
