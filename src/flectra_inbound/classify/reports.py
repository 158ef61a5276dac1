"""What the standard report parts and the fields around them say (RFC 3464, 5965, 8098, 6522; RFC 5321, section 4.5.5).

Rules of this file: observations only, no verdict. Parts count only where the outer message itself is the report: what a
person forwards or attaches lies in a message of its own, or stands beside what people write.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..parse import FieldGroup, Message
from ..result import Action, Evidence, Kind
from ..rules import generic_notice
from .evidence import seen

#: What each action speaks for, and how strongly, in a report and in a mail of another type. One failed recipient makes a
#: bounce, whatever befell the others; and no subject or sender says more than the fields.
_ACTIONS = {
    Action.FAILED: (Kind.BOUNCE, 40, 12),
    Action.DELAYED: (Kind.DELAY, 30, 11),
    Action.DELIVERED: (Kind.DELIVERED, 20, 10),
    Action.RELAYED: (Kind.DELIVERED, 20, 10),
    Action.EXPANDED: (Kind.DELIVERED, 20, 10),
}
_NOTIFICATION = (20, 12)
#: What signs of a person weigh beside fields that would opt somebody out, of which two suffice, and beside others.
_BESIDE_FAILURES, _BESIDE_OTHERS = 6, 4
_STATUS_CLASS = {"5": Action.FAILED, "4": Action.DELAYED, "2": Action.DELIVERED}

#: Fields that mail programs set when a person writes; a reporting MTA sets none of them.
_WRITTEN_BY_HAND = ("user-agent", "x-mailer", "x-originating-client", "thread-index")


def action_of(group: FieldGroup) -> Action | None:
    """RFC 3464, section 2.3.3; where the required Action is missing, the class of Status tells.

    QUIRK: `Action: failed (5.1.1)` and `Action: Failed`. Seen in Domino and appliances.
    """
    word = group.get("action").lower()
    if word in _ACTIONS:
        return Action(word)
    for action in Action:
        if word.startswith(action.value):
            return action
    if word.startswith(("fail", "expire", "undeliver")):
        return Action.FAILED
    if word.startswith(("deferred", "delay")):
        return Action.DELAYED
    return _STATUS_CLASS.get(group.get("status").strip()[:1])


def observe(message: Message, null_path: bool) -> Iterator[Evidence]:
    """Evidence from report parts."""
    content_type = message.root.content_type
    is_report = content_type.value == "multipart/report"
    report_type = content_type.parameters.get("report-type", "").lower() if is_report else ""
    # QUIRK: delivery-status in multipart/mixed. Seen in old gateways; also what a mail program makes of a forward.
    weaker = not is_report and not message.root.is_leaf
    has_fields = False
    if message.delivery_status:
        for evidence in _delivery_status(message, weaker):
            has_fields = True
            yield evidence
    if not has_fields and is_report and report_type in ("delivery-status", ""):
        yield seen(
            "report.type",
            Kind.BOUNCE,
            3,
            f"multipart/report; report-type={report_type or '(none)'}",
            message.headers.span("content-type"),
        )
    feedback = message.feedback_report
    if feedback is not None or report_type == "feedback-report":
        kind = feedback.get("feedback-type") if feedback is not None else ""
        yield seen(
            "arf.report",
            Kind.COMPLAINT,
            _NOTIFICATION[weaker],
            f"feedback report: {kind or 'no type'}",
            feedback.span("feedback-type") if feedback is not None else message.headers.span("content-type"),
        )
    notification = message.disposition_notification
    if notification is not None or report_type == "disposition-notification":
        text = notification.get("disposition") if notification is not None else ""
        yield seen(
            "mdn.notification",
            Kind.RECEIPT,
            _NOTIFICATION[weaker],
            f"disposition notification: {text or 'no disposition'}",
            notification.span("disposition") if notification is not None else message.headers.span("content-type"),
        )
    if weaker and (has_fields or feedback is not None or notification is not None):
        yield from _by_hand(message, null_path, _BESIDE_FAILURES if has_fields else _BESIDE_OTHERS)


def _delivery_status(message: Message, weaker: bool) -> Iterator[Evidence]:
    counts: dict[Action, int] = {}
    first: dict[Action, FieldGroup] = {}
    for report in message.delivery_status:
        for group in report.recipients:
            action = action_of(group)
            if action is not None:
                counts[action] = counts.get(action, 0) + 1
                first.setdefault(action, group)
    for action, count in counts.items():
        kind, *weights = _ACTIONS[action]
        group = first[action]
        name = "action" if "action" in group else "status"
        text = f"{name.title()}: {group.get(name)[:80]}" + (f" ({count} recipients)" if count > 1 else "")
        yield seen(f"dsn.action.{action}", kind, weights[weaker], text, group.span(name))


def _by_hand(message: Message, null_path: bool, weight: int) -> Iterator[Evidence]:
    """Signs that a person sent what looks like a report on; `weight` of those that many have."""
    headers = message.headers
    for name in _WRITTEN_BY_HAND:
        if name in headers:
            yield seen(
                "human.mail-program", Kind.MESSAGE, 5, f"{name}: {(headers.get(name) or '')[:80]}", headers.span(name)
            )
            break
    if message.answers:
        yield seen(
            "human.thread",
            Kind.MESSAGE,
            3,
            "answers another mail",
            headers.span("in-reply-to") or headers.span("references"),
        )
    elif message.subject.lower().startswith(generic_notice().answered):
        yield seen("human.subject", Kind.MESSAGE, weight, message.subject[:80], headers.span("subject"))
    if not null_path and message.return_path:
        yield seen(
            "human.return-path", Kind.MESSAGE, weight, "a sender that answers can reach", headers.span("return-path")
        )
    if message.from_ and not is_daemon(message.from_[0].local_part):
        yield seen("human.from", Kind.MESSAGE, weight, "From is no mail system", headers.span("from"))


def by_hand(message: Message) -> bool:
    """Whether the mail bears a field that mail programs set when a person writes, or answers another mail."""
    headers = message.headers
    return message.answers or any(name in headers for name in _WRITTEN_BY_HAND)


def is_daemon(local_part: str) -> bool:
    """RFC 2142, section 5 and RFC 5321, section 4.5.1: mailboxes that mail systems write from."""
    local = local_part.lower()
    return local in (
        "mailer-daemon",
        "mailerdaemon",
        "postmaster",
        "mail-daemon",
        "maildaemon",
        "mdaemon",
    ) or local.startswith(("mailer-daemon", "mailer_daemon", "postmaster"))
