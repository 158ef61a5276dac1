"""What a report says of one recipient, before anybody judges it; and how codes and addresses are read from its words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...result import Action

# RFC 3463, section 2:  status-code = class "." subject "." detail
_STATUS = re.compile(r"(?:^|[^0-9.])([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|\.?$|\.[^0-9])")
# RFC 5321, section 4.2:  Reply-code = %x32-35 %x30-35 %x30-39, at the start of a line or behind its source
_REPLY_CODE = re.compile(r"(?:^|[\s:;>(\[])([245][0-5][0-9])(?:[\s-]|$)")
_ADDRESS = re.compile(r"""[^\s<>()\[\]\\,;:"]{1,256}@[^\s<>()\\,;:"]{1,255}""")
_LOOKED_AT = 2_000


@dataclass(slots=True)
class Finding:
    """One recipient as one source reports it."""

    address: str
    original_address: str | None = None  #: the one before aliases and forwards (RFC 3464, section 2.3.1)
    action: Action | None = None
    status: str | None = None
    smtp_code: str | None = None
    diagnostic: str | None = None
    remote_mta: str | None = None


def status_in(text: str) -> str | None:
    """The first enhanced status code in a text."""
    match = _STATUS.search(text[:_LOOKED_AT])
    return match[1] if match else None


def reply_code_in(text: str) -> str | None:
    """The first SMTP reply code in a text."""
    match = _REPLY_CODE.search(text[:_LOOKED_AT])
    return match[1] if match else None


def is_vague(status: str) -> bool:
    """RFC 3463, section 3: x.y.0 and x.0.y name no particular cause."""
    return status.endswith(".0") or status[2:4] == "0."


def address_in(text: str) -> str:
    """The address in a report's field: without brackets, quotes, comments and source route; the words themselves if none."""
    text = text.strip()
    match = _ADDRESS.search(text[:1_000]) if "@" in text else None
    if match is not None:
        return match[0].strip("'`.").removeprefix("mailto:")
    return text.strip("<>\"' ")[:320]
