"""Flectra's own rule of what is a bounce and whose: written anew from what the gateways of 2.x and 3.x do with a mail.

A bounce is what comes to the bounce address, what is a multipart/report, and what mailer-daemon sends. Whose, tells
Final-Recipient in the second block of the first delivery-status part, and nothing else.
"""

from __future__ import annotations

import email
import email.policy
from email.utils import getaddresses
from typing import Any


def read(raw: bytes) -> dict[str, Any]:
    """The answers to the questions of `benchmarks.score`."""
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    bounce = _is_bounce(message)
    failed = [address for address in (_final_recipient(message),) if address] if bounce else []
    return {"kind": "bounce" if bounce else "message", "failed": failed, "dead": failed}


def _is_bounce(message: Any) -> bool:
    locals_ = [_local(address) for name in ("To", "Delivered-To") for address in _addresses(message, name)]
    return (
        any(local == "bounce" or local.startswith("bounce+") for local in locals_)
        or any(_local(address) == "mailer-daemon" for address in _addresses(message, "From"))
        or message.get_content_type() == "multipart/report"
        or "report-type=delivery-status" in str(message.get("Content-Type", "")).lower()
    )


def _final_recipient(message: Any) -> str | None:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list) and len(blocks) > 1:
                value = str(blocks[1].get("Final-Recipient", ""))
                return value.partition(";")[2].strip().lower() or None
            return None
    return None


def _addresses(message: Any, name: str) -> list[str]:
    return [address.lower() for _, address in getaddresses([str(value) for value in message.get_all(name, [])])]


def _local(address: str) -> str:
    return address.rpartition("@")[0]
