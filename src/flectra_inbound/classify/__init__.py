"""Message to Verdict: what is this mail, and which evidence says so."""

from __future__ import annotations

from ..gateway import Envelope, Gateway
from ..parse import Message
from ..result import REPORTS, Evidence, Kind
from . import automatic, doubt, reports, shape, wording
from .evidence import Verdict, seen
from .hints import hints, program_author
from .notice import NoticeText, read_notice
from .opening import Opening
from .weigh import THRESHOLD, weigh

__all__ = ["THRESHOLD", "Verdict", "classify", "weigh"]

_SUCCESS = frozenset({Kind.DELIVERED})
_MAY_BE_SUCCESS = _SUCCESS | {Kind.BOUNCE}
#: QUIRK: a mailbox that is full answers with a disposition notification. Seen in Dovecot's Sieve.
_READ = REPORTS | {Kind.RECEIPT}
_REFUSAL = 25
_OPEN = frozenset({Kind.MESSAGE, Kind.AUTO_REPLY})
#: Points of a subject that people choose themselves (`rules/answers/`). It is held back until something else says so: `Leave:`
#: and `Vacation:` open the notices of staff and booking systems, which have fields of automatic answers but answer nothing.
_OWN_SUBJECT = 2
#: RFC 2369, RFC 2919: what only list and bulk software sets
_LIST_FIELDS = frozenset({"list-id", "list-unsubscribe", "list-post"})
#: how the mailboxes end that list software writes from: a post has its author in From
_LIST_SOFTWARE = ("-owner", "-admin", "-bounces", "-request", "listserv", "majordomo", "sympa")
#: kinds that a program sends by their nature (RFC 3834: never to be answered automatically)
_AUTOMATIC_KINDS = frozenset(Kind) - {Kind.MESSAGE, Kind.UNSUBSCRIBE}


def classify(message: Message, gateway: Gateway | None = None, envelope: Envelope | None = None) -> Verdict:
    """Weigh what the mail's structure, fields, subject and text say, and where it arrived."""
    null_path = message.return_path == "" or (envelope is not None and envelope.mail_from == "")
    found, by_program, bulk = automatic.fields(message)
    origin = [*automatic.sender(message, null_path)]
    subject = [*automatic.subject(message, from_mail_system=bool(origin))]
    held = [e for e in subject if e.supports is Kind.AUTO_REPLY and e.weight <= _OWN_SUBJECT]
    evidence = [
        *reports.observe(message, null_path),
        *shape.observe(message),
        *origin,
        *([] if held else subject),  # one at most
        *found,
    ]
    if gateway is not None:
        evidence += automatic.arrival(message, gateway, envelope)
    kind = weigh(evidence)
    notice: NoticeText | None = None
    start = Opening(message)
    if not any(report.recipients for report in message.delivery_status):
        weak = not any(e.supports in REPORTS for e in evidence)
        # QUIRK: a notice keeps the list's fields of what it returns. Seen in relays before 2010; alone they say it is list mail
        may_be = (
            not weak or _LIST_FIELDS.isdisjoint(message.headers.keys()) or "<>" in (message.headers.get("from") or "")
        )
        signs = hints(message, {e.rule for e in evidence}) if kind in _OPEN and may_be else []
        by_list = kind in _OPEN and bool(message.from_) and message.from_[0].local_part.lower().endswith(_LIST_SOFTWARE)
        if kind in _READ or signs or by_list or (kind in _OPEN and not weak and not _replied(message, evidence)):
            notice = read_notice(
                message.analysed,
                sender=(message.headers.get("from") or "").lower(),
                subject=message.subject.lower(),
                own=frozenset(mailbox.address.lower() for mailbox in message.to),
            )
            evidence += [
                *signs,
                *_said(notice, kind, weak, len(signs), message),
            ]
            if kind in _MAY_BE_SUCCESS:
                evidence += automatic.text(message, start, _SUCCESS)
            kind = weigh(evidence)
    if kind in REPORTS:
        doubts = doubt.observe(message, start, evidence, envelope.mail_from if envelope is not None else None)
        if doubts:
            evidence += doubts
            kind = weigh(evidence)
    if kind in _OPEN or (notice is not None and not any(e.rule == "from.mail-system" for e in evidence)):
        more = wording.observe(message, start, kind, evidence, held, program=by_program, null_path=null_path)
        if more:
            evidence += more
            kind = weigh(evidence)
    return Verdict(kind, bulk, by_program or bulk or null_path or kind in _AUTOMATIC_KINDS, tuple(evidence), notice)


def _replied(message: Message, evidence: list[Evidence]) -> bool:
    """Whether a person's automatic answer says what it is (RFC 3834), and nothing but the null path speaks for a report.

    What it quotes of our mail may hold any refusal. QUIRK: Exim's reports say `auto-replied`, too.
    """
    return (
        message.answers
        and any(e.supports is Kind.AUTO_REPLY and e.weight >= THRESHOLD for e in evidence)
        and all(e.rule == "path.null" for e in evidence if e.supports in REPORTS)
        and not program_author(message)
    )


def _is_to_one(message: Message) -> bool:
    """Whether list software writes to one author: what goes to all subscribers tells how to post and to leave (RFC 2369)."""
    return "list-unsubscribe" not in message.headers and "list-post" not in message.headers


def _said(notice: NoticeText, kind: Kind, weak: bool, signs: int, message: Message) -> list[Evidence]:
    """What the text says, read as a notice; `weak`: nothing but some signs speaks for a report so far."""
    rule = notice.rule
    if rule is not None and rule.post and not (_is_to_one(message) and (notice.returned or message.embedded)):
        return []
    if rule is not None and (rule.supports is not Kind.BOUNCE or not notice.delay):
        # what is a report by its parts is the one that its words say
        weight = _REFUSAL if kind is Kind.RECEIPT else rule.weight
        return [seen(f"notice.{rule.name}", rule.supports, weight, notice.found)]
    if weak and (signs < 2 or not (notice.close or (notice.failure and notice.returned))):
        return []
    if notice.delay and not notice.mixed:
        return [seen("notice.delay", Kind.DELAY, 9, notice.delay)]
    if notice.paired:
        return [seen("notice.recipient", Kind.BOUNCE, 3, notice.failure)]
    if notice.failure and (notice.returned or (message.embedded and not reports.by_hand(message))):
        return [seen("notice.returned", Kind.BOUNCE, 2, notice.failure)]
    return []
