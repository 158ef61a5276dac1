"""From the standard library's message objects to bytes, whatever their policy.

Rules of this file: total. A message whose own generator fails is written out field by field.
"""

from __future__ import annotations

import re
from email.generator import BytesGenerator
from email.message import Message as StdlibMessage
from email.policy import EmailPolicy, Policy, compat32
from io import BytesIO

from ..errors import InputTypeError
from ..limits import DEFAULT_LIMITS, Limits
from ..parse import Message, parse

#: surrogates that stand for no byte (PEP 383)
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")


def as_bytes(message: StdlibMessage) -> bytes:
    """The mail that an `email.message.Message` or `EmailMessage` stands for; `InputTypeError` for anything else."""
    if not isinstance(message, StdlibMessage):
        raise InputTypeError(f"an email.message.Message or EmailMessage is wanted, not {type(message).__name__}")
    for policy in (_as_it_came(message.policy), message.policy, compat32):
        out = BytesIO()
        try:
            BytesGenerator(out, mangle_from_=False, policy=policy).flatten(message)
        except Exception:  # noqa: S112 - headers that cannot be encoded, unknown charsets, depth beyond recursion
            continue
        return out.getvalue()
    return _by_hand(message)


def _as_it_came(policy: Policy) -> Policy:
    """QUIRK: `policy.SMTP` folds long fields anew, and changes those that break the grammar: ids without blanks between them."""
    policy = policy.clone(max_line_length=None)
    return policy.clone(refold_source="none") if isinstance(policy, EmailPolicy) else policy


def _by_hand(message: StdlibMessage) -> bytes:
    """The root's fields, and as much of its payload as is text."""
    out = [f"{name}: {value}".replace("\r", "").replace("\n", "") for name, value in message.raw_items()]
    payload = getattr(message, "_payload", "")  # get_payload() encodes the text, which is what failed
    body = payload if isinstance(payload, str) else ""
    text = _NO_BYTE.sub("\ufffd", "\n".join(out) + "\n\n" + body)
    return text.encode("utf-8", "surrogateescape")


def parse_message(message: StdlibMessage, *, limits: Limits = DEFAULT_LIMITS) -> Message:
    """`parse()` for message objects."""
    return parse(as_bytes(message), limits=limits)
