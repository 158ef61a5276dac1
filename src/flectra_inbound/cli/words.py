"""The words, symbols and colours of the human output. Colour never stands alone: a word or symbol says the same.

Rules of this file: data only. Symbols are one cell wide; each has an ASCII form for terminals that have no more.
"""

from __future__ import annotations

from typing import NamedTuple

from flectra_inbound import Action, Kind, Suppression, Trust


class Look(NamedTuple):
    """How a word of the vocabulary is shown."""

    symbol: str
    plain: str  #: the symbol in ASCII
    style: str


KINDS = {
    Kind.BOUNCE: Look("✗", "x", "bold red"),
    Kind.DELAY: Look("…", "~", "bold yellow"),
    Kind.DELIVERED: Look("✓", "+", "bold green"),
    Kind.COMPLAINT: Look("!", "!", "bold magenta"),
    Kind.RECEIPT: Look("◉", "o", "bold cyan"),
    Kind.AUTO_REPLY: Look("↺", "<", "bold blue"),
    Kind.CHALLENGE: Look("?", "?", "bold yellow"),
    Kind.UNSUBSCRIBE: Look("−", "-", "bold magenta"),
    Kind.MESSAGE: Look("●", "*", "bold green"),
}

#: What to do with a mail that is no delivery report; those say it for each recipient.
TO_DO = {
    Kind.COMPLAINT: "stop mailing whoever complained",
    Kind.RECEIPT: "nothing: it only tells what became of a mail",
    Kind.AUTO_REPLY: "do not answer it automatically; it is no answer from a person",
    Kind.CHALLENGE: "leave it to a person: a program must not confirm it",
    Kind.UNSUBSCRIBE: "take the sender off the list",
}

VERDICTS = {
    Suppression.SUPPRESS: ("stop mailing", "bold red"),
    Suppression.COUNT: ("stop after repeats", "yellow"),
    Suppression.IGNORE: ("says nothing about the address", ""),
}
#: One report that nothing speaks for ends no mailing by the default policy, and a forged one says nothing.
IF_GENUINE = ("stop if genuine", "bold red")
FORGED = ("nothing: it is forged", "bold red")
#: Where nothing failed, "says nothing about the address" would puzzle.
WAIT = ("wait: it is still being tried", "")
ARRIVED = ("nothing to do", "")

ACTIONS = {
    Action.FAILED: "red",
    Action.DELAYED: "yellow",
    Action.DELIVERED: "green",
    Action.RELAYED: "green",
    Action.EXPANDED: "green",
}

TRUST = {
    Trust.VERIFIED: ("verified: it carries a token of yours", "green"),
    Trust.MATCHES: ("matches: it carries what only your mail held", "green"),
    Trust.UNVERIFIED: ("unverified: nothing speaks for or against this report", ""),
    Trust.FORGED: ("forged: do not act on it", "bold red"),
}
