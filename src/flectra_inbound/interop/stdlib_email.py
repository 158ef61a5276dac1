"""The standard library's message objects, parsed or built, whatever their policy: as bytes and as our `Message`.

Rules of this file: total, and the policy has no say (see `tree`).
"""

from __future__ import annotations

from email.message import Message as StdlibMessage

from ..errors import InputTypeError
from ..limits import DEFAULT_LIMITS, Limits
from ..parse import Message, parse
from .tree import written


def as_bytes(message: StdlibMessage) -> bytes:
    """The mail that an `email.message.Message` or `EmailMessage` stands for; `InputTypeError` for anything else.

    Fields and bodies are written as the object stores them. What its parser has dropped (an mbox line, white space behind
    a colon) is not there any more, so the bytes may differ from those that were parsed.
    """
    if not isinstance(message, StdlibMessage):
        raise InputTypeError(f"an email.message.Message or EmailMessage is wanted, not {type(message).__name__}")
    return written(message)


def parse_message(message: StdlibMessage, *, limits: Limits = DEFAULT_LIMITS) -> Message:
    """`parse()` for message objects."""
    return parse(as_bytes(message), limits=limits)
