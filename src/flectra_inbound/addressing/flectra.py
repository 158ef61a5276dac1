"""What Flectra writes into its own addresses and ids: VERP return paths, Message-IDs and their tags.

Sources: Flectra 1.x to 3.x, mail.mail (`_get_return_path`, `_send_prepare_values`) and `tools.mail.generate_tracking_message_id`.
A sequence that anybody can guess is no proof: what is decoded here says where a mail points, not that it is genuine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# bounce+<mail id>[-<model>-<record id>]@domain
_VERP = re.compile(r"([^@\s]{1,64}?)\+([0-9]{1,18})(?:-([A-Za-z][\w.]{0,80})-([0-9]{1,18}))?@([^\s@]{1,253})")
# <random.timestamp-openerp-<record id>-<model>@host>, or a tag in place of record and model
_TAG = re.compile(r"-(?:openerp|flectra)-([\w.-]{1,120})@")
_DOCUMENT = re.compile(r"([0-9]{1,18})-([A-Za-z][\w.]{0,80})$")


@dataclass(frozen=True, slots=True)
class ReturnPath:
    """A VERP address, taken apart."""

    bounce_alias: str
    mail_id: int
    model: str | None
    record_id: int | None
    domain: str


def decode_return_path(address: str) -> ReturnPath | None:
    """A VERP address of Flectra; None if it is none.

    >>> decode_return_path("bounce+128-crm.lead-17@acme.example").record_id
    17
    """
    match = _VERP.fullmatch(address[:400])
    if match is None:
        return None
    return ReturnPath(match[1].lower(), int(match[2]), match[3], int(match[4]) if match[4] else None, match[5].lower())


def tag_of(message_id: str) -> str | None:
    """The tag of a Message-ID of Flectra's (`reply_to`, `private`, `loop-detection-bounce-email`, ...), or its document.

    >>> tag_of("<12.34-openerp-reply_to@srv>")
    'reply_to'
    """
    match = _TAG.search(message_id[:400])
    return match[1] if match is not None else None


def is_tracked(message_id: str) -> bool:
    """Whether an id names a document as Flectra's do; anybody can write one."""
    tag = tag_of(message_id)
    return tag is not None and _DOCUMENT.match(tag) is not None
