"""flufl.bounce's two functions, with its signatures and types, answered by us.

    from flufl.bounce import scan_message                            # before
    from flectra_inbound.interop.flufl_bounce import scan_message    # after

Rules of this file: it knows the names and types of flufl.bounce, not the package; what its detectors know comes through
`Pipeline.flufl_bounce`, and only where it is left on.
"""

from __future__ import annotations

from email.message import Message as StdlibMessage

from ..pipeline import Pipeline
from ..result import Action
from .stdlib_email import parse_message

Recipients = frozenset[bytes]

_WITH = Pipeline()
_WITHOUT = Pipeline(flufl_bounce=False)
_NONE: Recipients = frozenset()


def scan_message(msg: StdlibMessage, *, flufl_bounce: bool = True) -> Recipients:
    """The addresses whose delivery failed for good or was given up; empty if the mail is no delivery report.

    `flufl_bounce`: whether flufl.bounce itself is asked about a bounce in which we find nobody (see `Pipeline`).
    """
    return all_failures(msg, flufl_bounce=flufl_bounce)[1]


def all_failures(msg: StdlibMessage, *, flufl_bounce: bool = True) -> tuple[Recipients, Recipients]:
    """The addresses that are still being tried, and those of `scan_message`. Raises `InputTypeError` only, for no message.

    As in flufl.bounce an address is bytes (one outside ASCII is UTF-8), and it is the report's Original-Recipient where it
    has one, else the one that failed. What was mailed before an alias or a forward is not guessed here, since the others
    behind an alias are alive; `DeliveryRecipient.mailed_address` has the guess, with what may be done about it.
    """
    message = parse_message(msg)
    delivery = (_WITH if flufl_bounce else _WITHOUT).read(message).delivery
    if delivery is None:
        return _NONE, _NONE
    originals = {
        group.typed("original-recipient").value.lower()
        for status in message.delivery_status
        for group in status.recipients
    }
    found: dict[Action, set[bytes]] = {Action.DELAYED: set(), Action.FAILED: set()}
    for recipient in delivery.recipients:
        mailed = recipient.mailed_address
        address = mailed if mailed and mailed.lower() in originals else recipient.address
        if recipient.action in found and address:
            found[recipient.action].add(address.encode("utf-8", "replace"))
    return frozenset(found[Action.DELAYED]), frozenset(found[Action.FAILED])
