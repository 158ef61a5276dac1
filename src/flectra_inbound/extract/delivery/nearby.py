"""What a notice for people says of an address that another source named: the words beside it, and the codes in them.

Rules of this file: it finds no recipient of its own, so it can make nobody fail.
"""

from __future__ import annotations

import re

from ...parse import Message
from .finding import Finding, is_vague

_LOOKED_AT = 32_000
_WORDS = 1_200
#: where the notice ends and what it brings back begins
_RETURNED = re.compile(
    r"^(?:-{3,}|={5,}|_{5,}|> |Received:|Return-Path:|Message-ID:|Delivered-To:|X-Received:|DKIM-Signature:)",
    re.IGNORECASE | re.MULTILINE,
)
# RFC 5321, section 4.2: a failure's reply code, with or without an enhanced one (RFC 2034)
_FAILURE = re.compile(
    r"(?:^|[\s:;>(\"'\[])([45][0-5][0-9])(?:[ -]+#?([45]\.[0-9]{1,3}\.[0-9]{1,3}))?[\s-]"
    r"|[\s(#:]([45]\.[0-9]{1,3}\.[0-9]{1,3})[\s):;-]"
)


def add_words(finding: Finding, message: Message) -> None:
    """Fill in status, reply code and diagnostic from the text behind the address."""
    if finding.diagnostic or (finding.status and not is_vague(finding.status)):
        return
    text = message.analysed[:_LOOKED_AT]
    at = text.lower().find(finding.address.lower())
    if at < 0:
        return
    words = text[at + len(finding.address) : at + len(finding.address) + _WORDS]
    end = _RETURNED.search(words)
    if end is not None:
        words = words[: end.start()]
    failure = _FAILURE.search(words)
    if failure is not None:
        finding.smtp_code = failure[1]
        finding.status = failure[2] or failure[3] or finding.status
        start = words.rfind("\n", 0, failure.start() + 1) + 1
        words = words[start:]
    paragraph = re.split(r"\n[ \t]*\n", words.strip(), maxsplit=1)[0]
    finding.diagnostic = " ".join(paragraph.split()).lstrip(">:;, ")[:500] or None
