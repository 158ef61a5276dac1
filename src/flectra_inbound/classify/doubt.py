"""Signs that a mail whose words are those of a delivery report is none: shops, banks and people deliver, return and fail too.

Rules of this file: it speaks only against reports for which nothing but subject and text speaks. Whoever has a mail system
for an author, fields of a report or, unless sent on, the words of a known format is not doubted.
"""

from __future__ import annotations

from ..parse import Message
from ..result import REPORTS, Evidence
from ..rules import generic_notice
from .automatic import LIST_FIELDS
from .evidence import seen
from .opening import Opening
from .reports import by_hand, is_daemon

#: Evidence that only mail systems give; a notice's rule, other than what any text may say, is one too.
_SYSTEM = ("dsn.", "report.", "header.x-failed", "to.bounce", "tnef.", "hint.json", "hint.no-author")
_Reason = tuple[str, str, "tuple[int, int] | None"]
_ANY_TEXT = frozenset({"notice.recipient", "notice.delay", "notice.returned"})
#: How a subject begins that a mail program makes where a person sends a mail on.
_FORWARDED = (
    "fw:", "fwd:", "wg:", "tr:", "rv:", "i:", "enc:", "vb:", "vl:", "doorst:", "pd:", "továbbítás:",
    "ilt:", "пересылка:", "转发:", "轉寄:",
)  # fmt: skip
_POINTS = -20  # more than any text can say
#: One of these stands in every report, in its language: it is about a mail.
_MAIL_WORDS = (
    "mail", "message", "smtp", "rcpt", "nachricht", "mensaje", "mensagem", "messagg", "bericht", "meddelande", "meddelelse",
    "besked", "wiadomo", "zpráv", "správ", "письм", "сообщени", "лист", "viesti", "üzenet", "mesaj", "ileti", "μήνυμα", "הודעה",
    "رسالة", "メッセージ", "メール", "邮件", "郵件", "信件", "메일", "메시지", "courri", "correo", "posta",
)  # fmt: skip

#: What a report without words of failure names, where it has the null reverse-path.
_SMTP_WORDS = ("rcpt", "smtp", "recipient", "mailbox", "550", "5.1.1", "undeliver")
#: what a mail system's name in From weighs where its address is somebody's
_NAME_ONLY = 3
_PROGRAMS = (
    "daemon", "master", "bounce", "ndr", "noreply", "no-reply", "no_reply", "donotreply", "mailer", "delivery", "mta",
)  # fmt: skip
#: Signs that the author is a program.
_PROGRAM = frozenset({"hint.from", "hint.no-author", "from.mail-system"})


def observe(message: Message, start: Opening, evidence: list[Evidence], mail_from: str | None) -> list[Evidence]:
    """Doubts about a bounce, delay or success that a text tells; `mail_from` is the reverse-path, where the host knows it."""
    reason = _reason(message, start, evidence, mail_from)
    if reason is None:
        return []
    name, text, span = reason
    claimed = dict.fromkeys(e.supports for e in evidence if e.supports in REPORTS)
    return [seen(f"doubt.{name}", kind, _POINTS, text, span) for kind in claimed]


def _reason(message: Message, start: Opening, evidence: list[Evidence], mail_from: str | None) -> _Reason | None:
    headers = message.headers
    path = message.return_path if mail_from is None else mail_from
    daemon = 0
    told = False
    known = False
    for e in evidence:
        if e.rule.startswith(_SYSTEM):
            return None
        known = known or (e.rule.startswith("notice.") and e.rule not in _ANY_TEXT)
        told = told or e.rule.startswith(("notice.", "text."))
        if e.rule == "from.mail-system":
            daemon = max(daemon, e.weight)
    if daemon < 3 and path != "" and message.subject[:20].lstrip("[ ").lower().startswith(_FORWARDED):
        return ("forward", message.subject[:80], headers.span("subject"))
    if path != "" and not any(e.rule in _PROGRAM for e in evidence) and not (message.embedded and not by_hand(message)):
        return ("person", "the author is no program", headers.span("from"))
    if known:
        return None
    program = "user-agent" in headers or "x-mailer" in headers
    # QUIRK: the null reverse-path on what a person answers. Seen where a fetcher or a forward lost the sender
    answered = daemon == 0 and program and message.subject.lower().startswith(generic_notice().answered)
    if message.answers and daemon < 3 and ((path != "" and (path or program)) or answered):
        return ("thread", "answers another mail", headers.span("in-reply-to"))
    if daemon == _NAME_ONLY and not told and path != "" and not _by_program(message):
        # anybody may call himself so, and write such a subject: advertisements do
        return (
            "name",
            "a mail system by its name only, and a text that speaks of no failed delivery",
            headers.span("from"),
        )
    if daemon > 0:
        return None
    if path != "":
        listed = not LIST_FIELDS.isdisjoint(headers.keys())
        answerable = bool(path) and not is_daemon((path or "").partition("@")[0])
        if listed and answerable and not message.embedded:
            return ("list", "list mail", None)  # wherever it came to: newsletters get subscribed with any address
        if any(
            _takes_reports(box.local_part.lower())
            for name in ("to", "delivered-to")
            for box in message.addresses(name)[:3]
        ):
            return None
        if listed:
            return ("list", "list mail", None)
        if answerable:
            return ("return-path", "a sender that answers can reach", headers.span("return-path"))
    words = start.lowered
    returned = path == "" and any(word in words for word in _SMTP_WORDS)
    if not told and not returned:
        return ("text", "the text speaks of no failed delivery", None)
    if not returned and not any(word in words for word in _MAIL_WORDS):
        return ("no-mail", "the text speaks of no mail", None)
    return None


def _by_program(message: Message) -> bool:
    """Whether the author's address is a program's, whatever his name."""
    return bool(message.from_) and any(word in message.from_[0].local_part.lower() for word in _PROGRAMS)


def _takes_reports(local_part: str) -> bool:
    """A mailbox that mail is sent from in order to get the reports: `list-bounces`, `owner-list`, `list-admin`."""
    return (
        "bounce" in local_part
        or local_part.startswith("owner-")
        or local_part.endswith(("-owner", "-admin", "-return"))
    )
