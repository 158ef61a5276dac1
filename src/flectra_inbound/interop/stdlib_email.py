"""From the standard library's message objects to bytes, whatever their policy.

Rules of this file: total. A message whose own generator fails is written out field by field.
"""

from __future__ import annotations

from email.generator import BytesGenerator
from email.message import Message as StdlibMessage
from email.policy import compat32
from io import BytesIO

from ..errors import InputTypeError
from ..limits import DEFAULT_LIMITS, Limits
from ..parse import Message, parse


def as_bytes(message: StdlibMessage) -> bytes:
    """The mail that an `email.message.Message` or `EmailMessage` stands for; `InputTypeError` for anything else."""
    if not isinstance(message, StdlibMessage):
        raise InputTypeError(f"an email.message.Message or EmailMessage is wanted, not {type(message).__name__}")
    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0, policy=compat32).flatten(message)
    except Exception:  # headers that cannot be encoded, payloads of unknown charset, depth beyond recursion
        return _by_hand(message)
    return out.getvalue()


def _by_hand(message: StdlibMessage) -> bytes:
    """The root's fields, and as much of its payload as is text."""
    out = [f"{name}: {value}".replace("\r", "").replace("\n", "") for name, value in message.raw_items()]
    payload = message.get_payload()
    body = payload if isinstance(payload, str) else ""
    return ("\n".join(out) + "\n\n" + body).encode("utf-8", "surrogateescape")


def parse_message(message: StdlibMessage, *, limits: Limits = DEFAULT_LIMITS) -> Message:
    """`parse()` for message objects."""
    return parse(as_bytes(message), limits=limits)
