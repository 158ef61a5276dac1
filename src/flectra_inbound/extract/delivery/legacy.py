"""The last layer: what flufl.bounce knows of notices that hold nothing for machines.

Rules of this file: asked only when the evidence says bounce and nobody was found; on a text of bounded size, since its
detectors cost 15 to 35 us a line, and the square of a line's length; behind a guard, since its detectors raise on odd mail
(no From, 8-bit From, bad charset).
"""

from __future__ import annotations

import email
from functools import lru_cache
from typing import TYPE_CHECKING

from ...parse import DefectCode, Message
from ...result import Action
from .finding import Finding, address_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from email.message import Message as StdlibMessage

_MAX_BYTES = 128 * 1024
_MAX_LINES = 100  # a notice without fields says it at once
#: Octets of a line. Their patterns look for an address from each octet on: one line of 128 kB took minutes, and a hundred of
#: RFC 5322's 998 took eight seconds.
_MAX_LINE = 200
# The standard library calls itself for each comment within a comment, and for each group within a group.
_MAX_COMMENTS = 100
_MAX_COLONS = 500
_COLONS = 4  # of each line, where there are more: a label and a time
#: The fields that the detectors read, but X-Failed-Recipients: it was read before they are asked.
_ASKED_FOR = ("content-type", "content-transfer-encoding", "content-description", "x-mailer")
_MAX_FIELD = 1_000  # characters
_ASCII = bytes(i if i < 0x80 else 0x3F for i in range(256))


@lru_cache(maxsize=1)
def _all_failures() -> Callable[[StdlibMessage], tuple[Iterable[bytes], Iterable[bytes]]]:
    from flufl.bounce import all_failures  # 60 ms to import: only when needed

    return all_failures


def from_flufl(message: Message) -> list[Finding]:
    """Recipients that flufl.bounce finds; temporary ones as delayed. No status, so no reason and no suppression."""
    try:
        temporary, permanent = _all_failures()(email.message_from_bytes(_bounded(message)))
    except Exception as error:  # a third party's opinion is missing: the mail is none the worse
        message.report(DefectCode.ADAPTER_ERROR, detail=f"flufl.bounce: {type(error).__name__}")
        return []
    found: dict[str, Finding] = {}
    for addresses, action in ((permanent, Action.FAILED), (temporary, Action.DELAYED)):
        for raw in sorted(addresses):
            address = address_in(raw.decode("utf-8", "replace"))
            if "@" in address and address.isprintable():
                found.setdefault(address.lower(), Finding(address, action=action))
    return list(found.values())


def _bounded(message: Message) -> bytes:
    """The mail's beginning in ASCII, with one address in its From, as the detectors take for granted.

    They survive what else they raise, but log it with a traceback: a line in the host's log for each odd mail.
    """
    root = message.root
    sender = next((m.address for m in message.addresses("from") if m.address.isascii() and "@" in m.address), "")
    fields = [f"From: {sender or 'unknown@invalid'}"]
    fields += [f"{name}: {value[:_MAX_FIELD]}" for name in _ASKED_FOR if (value := root.headers.get(name))]
    end = root.body_start + _MAX_BYTES
    for embedded in message.embedded[:1]:
        if embedded.part.outer:
            end = min(end, embedded.part.body_start)  # what is returned says nothing about recipients
    lines = [line[:_MAX_LINE] for line in message.source[root.body_start : end].split(b"\n", _MAX_LINES)[:_MAX_LINES]]
    body = b"\n".join(lines)
    if body.count(b":") > _MAX_COLONS:
        body = b"\n".join([b":".join(line.split(b":", _COLONS)[:_COLONS]) for line in lines])
    if body.count(b"(") > _MAX_COMMENTS:
        body = body.replace(b"(", b" ")
    return "\n".join([*fields, "", ""]).encode("ascii", "replace") + body.translate(_ASCII)
