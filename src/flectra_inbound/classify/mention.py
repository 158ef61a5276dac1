"""An address in a line of a notice: how it stands there, and so how surely it is a recipient.

Rules of this file: one line at a time, by its form alone; words for recipients and senders come from `rules/generic.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from ..rules import generic_notice
from ..rules.patterns import ADDRESS, around_at

_ADDRESS = re.compile(ADDRESS)
#: what may stand around an address without meaning anything
BESIDE = " \t\xa0<>\"'([{*-•·#|:;,=.0123456789)]}–—、。「『【→"
_REPLY_LINE = re.compile(r"\W{0,8}[245][0-5][0-9][ -]")
_ORIGINAL = re.compile(
    r"(?:generated|expanded|forwarded|redirected|resent|derived|aliased) from:?[\s<]{0,3}$", re.IGNORECASE
)
#: `dda:SMTP=ada@shop.example`; any other "=" belongs to the local part
_ATTRIBUTE = re.compile(r"^(?:smtp|rfc-?822|mailto|to|address|rcpt|recipient|user|email)=", re.IGNORECASE)
_RCPT = re.compile(r"rcpt\s?to\s?:?[\s<]{0,3}$", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"message[ -]?id\W{0,8}$", re.IGNORECASE)
_MAIL_FROM = re.compile(r"(?:mail|envelope)[ -]?from\s?[:=]?[\s<]{0,3}$", re.IGNORECASE)
_LABEL = re.compile(
    r"([^:;=,.()<>\[\]\"]{1,60}?)\s?(?:[:：=]|: ?rfc822;)[\s<>\"'(\[:：]{0,6}(?:smtp:)?$", re.IGNORECASE
)
#: how the mailboxes of those end who run a list, which refusals tell to write to (RFC 2142, section 6)
_OF_LISTS = ("-request", "-owner")


class Form(IntEnum):
    """How an address stands in a line; the lower, the surer that it is a recipient."""

    TABLE = 0  #: where a rule of this format says
    LISTED = 1  #: it begins the line
    LABELLED = 2  #: behind a word for recipient
    REPLY = 3  #: in an SMTP command or reply
    SAID = 4  #: in a sentence that speaks of a failure
    SERVICE = 5  #: it begins the line, but is a mailbox that notices tell to write to
    SEEN = 6  #: elsewhere
    ORIGINAL = 7  #: said to be what the one before it was made from
    ASIDE = 8  #: a sender, a mailbox to write to


@dataclass(slots=True)
class Mention:
    """One address in one line."""

    address: str
    line: int
    start: int
    end: int
    form: Form
    delayed: bool = False  #: under a heading for recipients that are still being tried
    delivered: bool = False  #: said to have got the mail
    diagnostic: str = ""  #: what the line says of it, where a rule tells
    original: str = ""


@lru_cache(maxsize=1)
def _labels() -> tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[str]]:
    generic = generic_notice()
    return (
        frozenset(generic.recipient_labels),
        frozenset(generic.original_labels),
        frozenset(generic.sender_labels),
        frozenset(generic.service_mailboxes),
    )


def mentions_of_line(line: str, index: int, says_failure: bool) -> list[Mention]:
    found: list[Mention] = []
    last = ""
    reply = _REPLY_LINE.match(line) is not None
    for match in around_at(_ADDRESS, line, quoted='"@' in line):
        address = match[0].partition("..")[0].strip("'`|.-–")
        if "=" in address:
            address = _ATTRIBUTE.sub("", address)
        if "*" in address and address.strip("*").partition("@")[0]:
            address = address.strip("*")  # emphasis; else a local part that is kept secret
        if address.lower() == last or len(found) > 100:
            continue
        last = address.lower()
        local, _, domain = address.rpartition("@")
        if not local or not domain or "." not in domain.strip("."):
            continue
        found.append(
            Mention(
                address,
                index,
                *match.span(),
                _form(line[: match.start()], line[match.end() :], local.lower(), reply, says_failure, found),
            )
        )
    return found


def _form(prefix: str, rest: str, local: str, reply: bool, says_failure: bool, before: list[Mention]) -> Form:
    recipients, originals, senders, services = _labels()
    cut = max(0, len(prefix) - 200)
    prefix = prefix[cut:]
    words = prefix.strip(BESIDE)
    lowered = words.lower()
    if words:
        if "from" in lowered:
            if _ORIGINAL.search(prefix):
                return Form.ORIGINAL
            if _MAIL_FROM.search(prefix):
                return Form.ASIDE
        if "message" in lowered and _MESSAGE_ID.search(prefix):
            return Form.ASIDE
        if "rcpt" in lowered and _RCPT.search(prefix):
            return Form.REPLY
    if reply:
        return Form.REPLY
    if not words or lowered in ("mailto", "smtp"):
        return Form.SERVICE if local in services and not rest.strip(BESIDE) else Form.LISTED
    label = _LABEL.search(prefix) if ":" in prefix or "=" in prefix or "：" in prefix else None
    if label is not None:
        name = " ".join(label[1].strip(BESIDE).lower().split())
        if name in senders:
            return Form.ASIDE
        if name in originals:
            return Form.ORIGINAL
        if name in recipients:
            return Form.LABELLED
        if local.endswith(_OF_LISTS):
            return Form.ASIDE
        if not rest.strip(BESIDE):
            return Form.SAID  # a word that we do not know, and nothing else in the line
    elif lowered in recipients and (not words.isascii() or (len(words) > 5 and not rest.strip(BESIDE))):
        return Form.LABELLED  # a row of a table; short words end lines of prose too
    if before and not prefix[before[-1].end - cut :].strip(BESIDE):
        return before[-1].form  # a list in one line
    if local in services or local.endswith(_OF_LISTS):
        return Form.ASIDE
    if prefix.rstrip()[-1:] in ("(", "<") and not rest.strip(BESIDE) and len(words.split()) <= 4:
        return Form.SAID  # a name and its address
    return Form.SAID if says_failure else Form.SEEN


def mentions_in(text: str) -> list[Mention]:
    """The mentions behind a word for recipient in another text: what a notice tells of the message in its own language."""
    lines = [line[:1_000] for line in text[:8_000].split("\n", 60)[:60]]
    found = [m for index, line in enumerate(lines) if "@" in line for m in mentions_of_line(line, index, False)]
    return [mention for mention in found if mention.form is Form.LABELLED]
