"""What the hooks of Flectra's `mail.thread` get and want, made from a result: message dicts, routes, folded quotes.

Rules of this file: names and shapes are Flectra's, series by series; nothing is looked up. What only the ORM knows is left
out, for the host to add: `partner_ids`, `author_id`, `parent_id`, `is_internal` (1.x: `internal`), `bounced_partner`,
`bounced_message`.

    message_parse(message, save_original=False) -> dict                         message_dict()
    message_route(message, message_dict, model, thread_id, custom_values)       routes()
    _routing_handle_bounce(message, message_dict)                               bounces()
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Iterable, Sequence
from email.message import Message as StdlibMessage
from typing import Any, Literal, NamedTuple

from ..errors import ConfigurationError
from ..extract.reply import fold_html
from ..gateway import Answers, Envelope, Gateway, Sent
from ..optout import SAFE, Bounced, Policy, counts, events_of
from ..pipeline import process
from ..result import Decision, Inbound, Mail, Need
from .stdlib_email import as_bytes

__all__ = [
    "Bounce",
    "Route",
    "Series",
    "bounces",
    "fold_html",
    "is_bounce",
    "message_dict",
    "process_message",
    "routes",
]

Series = Literal["1.x", "2.x", "3.x"]
_SERIES = ("1.x", "2.x", "3.x")
_TO = ("delivered-to", "to")
#: Flectra's: whom it finds here may be added to the record's message
_RECIPIENTS = (*_TO, "cc", "resent-to", "resent-cc")
_ESCAPED = re.compile(r'[\\"]')  # RFC 5322, section 3.2.4
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
_ROUTED = frozenset({Decision.REPLY, Decision.CREATE, Decision.UPDATE, Decision.FALLBACK})


class Route(NamedTuple):
    """One element of what `message_route` returns."""

    model: str | None  #: None: a private discussion (1.x)
    thread_id: int | None  #: None: create a record
    custom_values: dict[str, Any] | None
    user_id: int | None
    alias: str | None  #: name of the alias; Flectra wants its record


class Bounce(NamedTuple):
    """A failed recipient whom Flectra may count, as `_routing_handle_bounce` wants him."""

    email: str  #: the address that we mailed
    message_ids: tuple[str, ...]  #: of the mail that failed
    mail_id: int | None  #: of the VERP address (1.x)


def process_message(
    message: StdlibMessage,
    *,
    gateway: Gateway | None = None,
    host: Callable[[Sequence[Need]], Answers] | None = None,
    envelope: Envelope | None = None,
    sent: Sequence[Sent] = (),
    now: dt.datetime | None = None,
) -> Inbound:
    """`process()` for the message objects that Flectra's hooks get. Prefer the bytes where they are still at hand."""
    return process(as_bytes(message), gateway=gateway, host=host, envelope=envelope, sent=sent, now=now)


def bounces(inbound: Inbound, *, policy: Policy = SAFE) -> tuple[Bounce, ...]:
    """The recipients whose bounce counter may rise, each once.

    Flectra's counters know no reason and lead to the blacklist, so only these count: failed for good (never delayed or
    delivered), about the very address that we mailed (not one behind its forward), in a report that is not known to be
    forged, and with a reason that speaks against the address, as `policy` has it for repeated reports. With the default an
    unverified report counts where it calls the address dead, and one that tells of a full mailbox where it is known to be
    about our mail.
    """
    found: dict[str, Bounce] = {}
    for address, event in events_of(inbound, at=_EPOCH):
        if isinstance(event, Bounced) and counts(event, policy):
            delivery = inbound.delivery
            ids = delivery.original_message_ids if delivery is not None else ()
            verp = delivery.verp if delivery is not None else None
            found.setdefault(address.lower(), Bounce(address, ids, verp.mail_id if verp is not None else None))
    return tuple(found.values())


def is_bounce(inbound: Inbound, *, policy: Policy = SAFE) -> bool:
    """What `is_bounce` may say: that there is somebody to count.

    False for delays, successes, receipts, complaints and automatic answers; and for bounces that are our own fault, about
    the content, temporary, or forged. Those are not posted either: they have no routes.
    """
    return bool(bounces(inbound, policy=policy))


def message_dict(
    inbound: Inbound, *, series: Series = "3.x", policy: Policy = SAFE, attachments: bool = True, fold: bool = True
) -> dict[str, Any]:
    """What `message_parse` returns, with no key that the series does not have.

    `body` is HTML as sent, not sanitised, with quotes marked (`fold`); where nothing is marked it is what Flectra makes.
    `message_id` and `date` are missing where the mail has none that can be read. Only the first of several `bounces()` fits.
    `attachments`: (name, content, info); with their content, so a result that was read back from JSON raises
    `ContentUnavailable`, unless they are not wanted. Mails within the mail are attachments, not text.
    """
    if series not in _SERIES:
        raise ConfigurationError(f"series: one of {', '.join(_SERIES)}, not {series!r}")
    mail = inbound.mail
    sender = _formatted([(mail.sender.address, mail.sender.name)]) if mail.sender is not None else ""
    found: dict[str, Any] = {
        "message_type": "email",
        "subject": mail.subject,
        "email_from": sender,
        "from": sender,
        "cc": _formatted((a.address, a.name) for a in mail.cc),
        "body": _body(inbound, fold=fold),
        "attachments": _attachments(mail) if attachments else [],
    }
    if mail.message_id:
        found["message_id"] = mail.message_id
    date = _in_utc(mail.date)
    if date:
        found["date"] = date
    if series == "1.x":
        return {**found, "to": _formatted((a.address, a.name) for a in mail.to)}
    first = next(iter(bounces(inbound, policy=policy)), None)
    ids = list(first.message_ids) if first is not None else []
    found |= {
        "to": _formatted((r.address, r.name) for r in mail.recipients if r.source in _TO),
        "recipients": _formatted((r.address, r.name) for r in mail.recipients if r.source in _RECIPIENTS),
        "references": " ".join(mail.references),
        "in_reply_to": " ".join(mail.in_reply_to),
        "bounced_email": first.email if first is not None else False,
    }
    if series == "2.x":
        return {**found, "bounced_msg_id": ids}
    return {**found, "bounced_msg_ids": ids, "is_bounce": first is not None}


def routes(
    inbound: Inbound,
    *,
    thread_id: int | None = None,
    custom_values: dict[str, Any] | None = None,
    user_id: int | None = None,
) -> list[Route]:
    """What `message_route` returns: an empty list for what is dealt with (reports, refusals, loops, duplicates).

    `thread_id` and `custom_values` are those that the caller of `message_route` gave, its `model` is the gateway's
    `fallback_model`. `ValueError` where there is no route, as Flectra has it: the mail must be kept. So too where the host
    was not asked: a result without a gateway, or whose `Routing.needs` are open.
    """
    routing = inbound.routing
    if routing is None or routing.needs:
        raise ValueError("not routed: process() needs a gateway and a host that answers")
    if routing.decision is Decision.UNROUTABLE:
        raise ValueError("no possible route: no thread, no alias, no fallback")
    if routing.decision not in _ROUTED:
        return []
    if not routing.targets:
        return [Route(None, None, custom_values, user_id, None)]
    if routing.decision is Decision.REPLY:
        return [Route(t.model, t.record_id, custom_values, user_id, t.alias) for t in routing.targets]
    if routing.decision is Decision.FALLBACK:
        return [Route(t.model, thread_id, custom_values, user_id, None) for t in routing.targets]
    return [Route(t.model, t.record_id, dict(t.defaults), user_id, t.alias) for t in routing.targets]


def _body(inbound: Inbound, *, fold: bool) -> str:
    mail = inbound.mail
    body = mail.html
    if body is None:
        body = f"\n<pre>{html.escape(mail.text, quote=False)}</pre>\n"
    return fold_html(body) if fold and inbound.reply is not None else body


def _attachments(mail: Mail) -> list[tuple[str, bytes, dict[str, str]]]:
    return [
        (a.filename or "attachment", a.content(), {"cid": a.content_id} if a.content_id and a.filename else {})
        for a in mail.attachments
    ]


def _formatted(mailboxes: Iterable[tuple[str, str]]) -> str:
    """`"Name" <local@domain>`, joined by a comma, each address once; what is no address but a name stays as it is."""
    found: dict[str, str] = {}
    for address, name in mailboxes:
        if not address:
            found.setdefault(name, name)
            continue
        local, at, domain = address.rpartition("@")
        bare = f"{local}{at}{_ascii(domain)}"
        quoted = _ESCAPED.sub(r"\\\g<0>", name)
        found.setdefault(bare.lower(), f'"{quoted}" <{bare}>' if name else bare)
    return ",".join(found.values())


def _ascii(domain: str) -> str:
    """RFC 3490, as Flectra stores domains; what is no domain name stays as it is."""
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _in_utc(date: dt.datetime | None) -> str | None:
    """The server's format of date and time."""
    try:
        return None if date is None else date.astimezone(dt.timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, ValueError):  # the first or the last day there is, in another zone
        return None
