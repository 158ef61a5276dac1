r"""Whether to go on mailing an address: the one place where what reports say, whether they are genuine and how often joins.

A pure decision over a recipient's past. It reads no clock and does not depend on the order of the events; bad news
never makes it milder, proof of life never makes it stricter.

>>> import datetime as dt
>>> now = dt.datetime(2026, 3, 1, tzinfo=dt.timezone.utc)
>>> full = [
...     Bounced(at=now - dt.timedelta(days=days), suppression="count", reason="mailbox_full", trust="matches")
...     for days in (20, 12, 1)
... ]
>>> decide(full[:2], now=now).action
<Choice.WATCH: 'watch'>
>>> decide(full, now=now).reason
'3 reports over 19 days, and no sign of life since'
>>> decide([*full, Replied(at=now - dt.timedelta(days=5))], now=now).action
<Choice.WATCH: 'watch'>
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from .errors import ConfigurationError
from .gateway import _Given
from .model import Model, Word
from .result import Action, FromTrust, Inbound, Kind, Reason, Suppression, TokenState, Trust


def _in_utc(at: dt.datetime) -> dt.datetime:
    """The same instant in UTC: differences of times in one zone are differences of its clocks, wrong by an hour twice a year."""
    if at.utcoffset() is None:
        raise ValueError("a time without zone")
    try:
        return at.astimezone(dt.timezone.utc)
    except OverflowError:
        raise ValueError("out of range") from None


_At = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class _Event(_Given):
    at: _At  #: when we learnt of it; never the Date field of a mail, which anybody may set


class Bounced(_Event):
    """A report that a delivery to the address failed."""

    event: Literal["bounced"] = "bounced"
    suppression: Suppression  #: what the report says, if it is genuine
    reason: Reason = Reason.UNDEFINED
    trust: Trust = Trust.UNVERIFIED
    message: str = (
        ""  #: id of the mail that failed; two reports on one mail count once. Without it: two at one instant do
    )


class Complained(_Event):
    """A recipient's abuse report (RFC 5965)."""

    event: Literal["complained"] = "complained"
    feedback_type: str = "abuse"
    trust: Trust = Trust.UNVERIFIED


class Unsubscribed(_Event):
    """A request to get no more mail."""

    event: Literal["unsubscribed"] = "unsubscribed"
    list: Annotated[str, Field(min_length=1)] | None = None  #: the host's name of the list; None: everything
    authenticated: bool = False  #: the request is known to come from the address (DMARC, RFC 7489, or a login)
    token: bool = False  #: it bore a token that only our mail held (RFC 8058 one-click, or in the mailto address)


class Delivered(_Event):
    """Proof that a mail reached the mailbox: a success report, a receipt, a click.

    Not the next server's 250 alone: systems that accept first and bounce afterwards would seem alive for ever.
    """

    event: Literal["delivered"] = "delivered"


class Replied(_Event):
    """The address wrote to us, even if only an out-of-office answer."""

    event: Literal["replied"] = "replied"


Event = Annotated[Bounced | Complained | Unsubscribed | Delivered | Replied, Field(discriminator="event")]
_KINDS = (Bounced, Complained, Unsubscribed, Delivered, Replied)


class Policy(_Given):
    """When reports end the mailing to an address. Forged reports never count, unverified ones never suppress at once."""

    at_once: bool = True  #: one `suppress` verdict of a verified or matching report is enough
    reports: Annotated[int, Field(ge=1)] = 3  #: else so many reports, on different mails,
    over: Annotated[dt.timedelta, Field(ge=dt.timedelta())] = dt.timedelta(weeks=1)  #: at least so far apart,
    within: dt.timedelta | None = dt.timedelta(weeks=52)  #: none older than this,
    counts_from: Suppression = Suppression.COUNT  #: and with at least this verdict
    #: An unverified report is ignored, taken one verdict milder (`suppress` counts, `count` is ignored), or counted.
    unverified: Literal["ignore", "demote", "count"] = "demote"
    alive: frozenset[Literal["delivered", "replied"]] = frozenset({"delivered", "replied"})  #: void all bounces before
    #: Complaints that opt out. Few feedback loops return anything that could be checked, and most that write are genuine.
    complaints: frozenset[Trust] = frozenset({Trust.VERIFIED, Trust.MATCHES, Trust.UNVERIFIED})


#: One report that is ours and says that the address is dead; else three over a week without a sign of life.
SAFE = Policy()
#: For senders whose reputation is at stake: never milder than SAFE. Only an answer is a sign of life, reports do not
#: age, and unverified ones that say `count` count.
STRICT = Policy(within=None, unverified="count", alive=frozenset({"replied"}))
#: What Flectra 2.x and 3.x do: five bounces of any kind in 13 weeks, more than a week between the first and the last.
#: It counts a full disk of our own as it does a dead address, so prefer SAFE; this is for the same result as before.
FLECTRA = Policy(
    at_once=False,
    reports=5,
    over=dt.timedelta(weeks=1, microseconds=1),  # more than a week, and this is the next time after it
    within=dt.timedelta(weeks=13),
    counts_from=Suppression.IGNORE,
    unverified="count",
    alive=frozenset({"replied"}),
)


class Choice(Word):
    """What to do about an address."""

    KEEP = "keep"
    WATCH = "watch"  #: go on mailing; something speaks against it, and not enough
    SUPPRESS = "suppress"


class Scope(Word):
    """What a `suppress` covers."""

    ADDRESS = "address"  #: all mail to the address
    LISTS = "lists"  #: the lists that are named


class OptOut(Model):
    """What to do about an address, and why."""

    action: Choice
    scope: Scope = Scope.ADDRESS
    lists: tuple[str, ...] = ()  #: sorted; empty unless the scope is `lists`
    reason: str  #: one clause, for people
    events: tuple[Event, ...] = ()  #: those that led there, oldest first

    def blocks(self, list: str | None = None) -> bool:
        """Whether mail for this list must not go out; without a list: mail that belongs to none."""
        if self.action is not Choice.SUPPRESS:
            return False
        return self.scope is Scope.ADDRESS or list in self.lists


#: A report that the recipient wants no more mail; what else is reported (`virus`, `other`) is no wish.
_WISHES = frozenset({"abuse", "fraud", "opt-out", "opt-out-list"})
#: Feedback that says nothing of the sort: RFC 6430, RFC 6591; `dmarc`, as its name says.
NO_COMPLAINTS = frozenset({"not-spam", "auth-failure", "dmarc"})
_RANK = {Suppression.IGNORE: 0, Suppression.COUNT: 1, Suppression.SUPPRESS: 2}
_TRUSTED = frozenset({Trust.VERIFIED, Trust.MATCHES})


def decide(events: Iterable[Event], *, policy: Policy = SAFE, now: dt.datetime) -> OptOut:
    """What a recipient's past means for the next mail; events after `now` have not happened yet.

    A wish (complaint, unsubscribe) is not undone by later mail from the address. After new consent, leave out the
    events before it.
    """
    try:
        now = _in_utc(now)
    except ValueError as error:
        raise ConfigurationError(f"now: {error}") from None
    past = _past(events, now)
    bounces = [e for e in past if isinstance(e, Bounced)]
    complaints = [e for e in past if isinstance(e, Complained) and e.trust is not Trust.FORGED]
    requests = [e for e in past if isinstance(e, Unsubscribed)]

    accepted = [e for e in complaints if e.feedback_type.strip().lower() in _WISHES and e.trust in policy.complaints]
    if accepted:
        return _optout("the recipient complained", accepted)
    vouched = [e for e in requests if e.authenticated or e.token]
    everything = [e for e in vouched if e.list is None]
    if everything:
        return _optout("the recipient unsubscribed from everything", everything)

    alive = [e.at for e in past if isinstance(e, (Delivered, Replied)) and e.event in policy.alive]
    open_ = [e for e in bounces if not alive or e.at > max(alive)]
    dead = [e for e in open_ if policy.at_once and e.trust in _TRUSTED and e.suppression is Suppression.SUPPRESS]
    if dead:
        return _optout(f"the address is dead: {dead[-1].reason.value.replace('_', ' ')}", dead)
    repeats = [e for e in open_ if counts(e, policy) and (policy.within is None or now - e.at <= policy.within)]
    number = len({e.message or e.at for e in repeats})
    span = repeats[-1].at - repeats[0].at if repeats else dt.timedelta()
    if number >= policy.reports and span >= policy.over:
        return _optout(f"{number} reports over {_days(span)}, and no sign of life since", repeats)

    lists = tuple(sorted({e.list for e in vouched if e.list is not None}))
    if lists:
        of = "a list" if len(lists) == 1 else f"{len(lists)} lists"
        return OptOut(
            action=Choice.SUPPRESS,
            scope=Scope.LISTS,
            lists=lists,
            reason=f"the recipient unsubscribed from {of}",
            events=tuple(vouched),
        )
    return _undecided(
        repeats,
        number,
        [e for e in requests if e not in vouched],
        [e for e in complaints if e.feedback_type.strip().lower() not in NO_COMPLAINTS],
    )


def events_of(inbound: Inbound, *, at: dt.datetime) -> tuple[tuple[str, Event], ...]:
    """What one processed mail adds to the past of which addresses; `at` is when it came in.

    A request to unsubscribe is authenticated where the host's border vouches for From (`Inbound.authentication`), and bears a
    token where it came to an address that was signed for its sender (`sign_unsubscribe_address()`); else it is a bare one.
    Which list it is about is for the host to add.
    """
    found: list[tuple[str, Event]] = []
    delivery, sender = inbound.delivery, inbound.mail.sender
    if delivery is not None:
        for told in delivery.recipients:
            if told.mailed_address and told.action is Action.FAILED:
                message = next(iter(delivery.original_message_ids), "")
                bounce = Bounced(
                    at=at, suppression=told.suppression, reason=told.reason, trust=told.trust, message=message
                )
                found.append((told.mailed_address, bounce))
            # `relayed` and `expanded` (RFC 3464, 2.3.3) leave open whether it arrived.
            elif told.mailed_address and told.action is Action.DELIVERED and told.trust is not Trust.FORGED:
                found.append((told.mailed_address, Delivered(at=at)))
    if inbound.complaint is not None:
        complaint = inbound.complaint
        complained = Complained(at=at, feedback_type=complaint.feedback_type, trust=complaint.trust)
        found += [(address, complained) for address in complaint.recipients]
    if inbound.receipt is not None and inbound.receipt.recipient:
        found.append((inbound.receipt.recipient, Delivered(at=at)))
    if sender is not None and sender.address:
        if inbound.kind is Kind.UNSUBSCRIBE:
            proof = inbound.authentication
            request = Unsubscribed(
                at=at,
                authenticated=proof is not None and proof.from_trust is FromTrust.AUTHENTICATED,
                token=_is_signed_for(sender.address, inbound),
            )
            found.append((sender.address, request))
        elif inbound.kind in (Kind.MESSAGE, Kind.AUTO_REPLY):
            found.append((sender.address, Replied(at=at)))
    return tuple(found)


def _is_signed_for(address: str, inbound: Inbound) -> bool:
    return any(
        token.purpose == "unsubscribe" and token.state is TokenState.VALID and token.recipient == address
        for token in inbound.tokens
    )


def _past(events: Iterable[Event], now: dt.datetime) -> list[Event]:
    """Each event once, oldest first, in an order that does not depend on how they came."""
    known: set[Event] = set()
    for event in events:
        if not isinstance(event, _KINDS):
            raise ConfigurationError(f"no event: {type(event).__name__}")
        if event.at.utcoffset() is None:  # copied past validation
            raise ConfigurationError(f"{type(event).__name__}: at: a time without zone")
        if event.at <= now:
            known.add(event)
    return sorted(known, key=lambda e: (e.at, repr(e)))


def counts(bounce: Bounced, policy: Policy = SAFE) -> bool:
    """Whether this is one of the reports that end the mailing by repetition, for hosts that keep a counter and no events."""
    rank = _RANK[bounce.suppression]
    if bounce.trust is Trust.FORGED:
        return False
    if bounce.trust is Trust.UNVERIFIED:
        if policy.unverified == "ignore":
            return False
        if policy.unverified == "demote":
            rank -= 1
    return rank >= _RANK[policy.counts_from]


def _optout(reason: str, events: Iterable[Event]) -> OptOut:
    return OptOut(action=Choice.SUPPRESS, reason=reason, events=tuple(events))


def _undecided(repeats: list[Bounced], number: int, bare: list[Unsubscribed], complaints: list[Complained]) -> OptOut:
    if bare:
        reason = "somebody asked to unsubscribe, and nothing shows who: ask the recipient to confirm"
        return OptOut(action=Choice.WATCH, reason=reason, events=tuple(bare))
    if complaints:
        return OptOut(action=Choice.WATCH, reason="a report that is no clear wish to opt out", events=tuple(complaints))
    if repeats:
        reason = f"{number} report{'s' if number > 1 else ''}, not enough to give the address up"
        return OptOut(action=Choice.WATCH, reason=reason, events=tuple(repeats))
    return OptOut(action=Choice.KEEP, reason="nothing that counts speaks against the address")


def _days(span: dt.timedelta) -> str:
    return f"{span.days} day{'' if span.days == 1 else 's'}"
