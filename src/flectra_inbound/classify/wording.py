"""What the text says where the fields leave it open: an automatic answer, a challenge, a receipt, or nothing of that.

Rules of this file: a person's mail is never read for signs of an automatic answer, since people write `I am out of office`;
for a challenge only where it stands in no thread and no mail program wrote it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..parse import Message
from ..result import Evidence, Kind
from . import automatic
from .automatic import LIST_FIELDS
from .evidence import seen
from .opening import Opening
from .phrases import fold

#: Points of the sentences in `rules/challenges.toml` that say that a mail is held.
_HELD = 5
_CHALLENGE = frozenset({Kind.CHALLENGE})
_AUTOMATIC = frozenset({Kind.AUTO_REPLY})
#: Points of the sentences in `rules/answers/` that say that a text is automatic.
_AUTOMATIC_TEXT = 3
#: Mail programs whose servers answer in their name.
_AGENTS = ("notes", "domino")
_OPENED_BY_SUBJECT = frozenset({Kind.RECEIPT, Kind.CHALLENGE, Kind.COMPLAINT})
#: One of these stands in every challenge known; looking for them costs next to nothing.
_STEMS = (
    "verif", "confirm", "approved", "guest list", "mensagem", "votre message", "ihre nachricht", "su mensaje", "messaggio",
    "uw bericht", "junk mail", "spam", "wiadomo", "письм",
)  # fmt: skip
#: Fields that a mail program or a thread leaves behind.
_WRITTEN_BY_HAND = frozenset("user-agent x-mailer x-originating-client thread-index in-reply-to references".split())
_MAIL_PROGRAM = frozenset({"user-agent", "x-mailer"})
#: How answers and forwards begin; in a challenge `Re:` stands before our own subject.
_ANSWERED = (
    "re:", "aw:", "sv:", "vs:", "antw:", "odp:", "res:", "rif:", "r:", "re :", "ynt:", "yanit:", "hodg:", "回复:", "回覆:",
    "答复:", "返信:",
)  # fmt: skip


def observe(
    message: Message,
    start: Opening,
    kind: Kind,
    evidence: list[Evidence],
    held: list[Evidence],
    *,
    program: bool,
    null_path: bool,
) -> list[Evidence]:
    """More evidence for a mail that is so far a message, an automatic answer, or a report that no mail system signs.

    `held`: what a subject says that counts only if the text says so too, or the mail answers another by the null path.
    """
    if kind is not Kind.MESSAGE:
        return [
            *(held if kind is Kind.AUTO_REPLY else ()),
            *_challenge(automatic.text(message, start, _CHALLENGE), evidence),
        ]
    kinds = {e.supports for e in evidence if e.supports in _OPENED_BY_SUBJECT}
    if any(e.rule == "subject.delivered" for e in evidence):
        kinds.add(Kind.RECEIPT)  # `Return receipt`: Sendmail's says delivered, Notes' says opened
    found: list[Evidence] = []
    if not _listed(message):
        if program or (null_path and _MAIL_PROGRAM.isdisjoint(message.headers.keys())):
            found += _answer(message, evidence, null_path)
            kinds |= {Kind.AUTO_REPLY, Kind.CHALLENGE}
        elif null_path and held and any(name in (message.headers.get("x-mailer") or "").lower() for name in _AGENTS):
            found += _says_so(message, start, evidence)
        elif _may_challenge(message):
            kinds.add(Kind.CHALLENGE)
    if kinds:
        found += _challenge(automatic.text(message, start, frozenset(kinds)), evidence)
    said = {e.rule for e in found}
    if "text.auto_reply" in said or (null_path and "thread.answers" in said):
        found += held
    return found


def _listed(message: Message) -> bool:
    headers = message.headers
    if not LIST_FIELDS.isdisjoint(headers.keys()):
        return True
    return "precedence" in headers and (headers.get("precedence") or "").strip().lower().startswith("list")


def _challenge(said: Iterable[Evidence], evidence: list[Evidence]) -> list[Evidence]:
    """What a text says; but of a challenge only if it says that a mail is held, or a subject or field does, and one thing more.

    Sign-ups say `to prove that you are human` and `spam protection` too.
    """
    found = [*said]
    signs = [e for e in (*evidence, *found) if e.supports is Kind.CHALLENGE]
    if len(signs) > 1 and (signs[0].rule != "text.challenge" or max(e.weight for e in signs) >= _HELD):
        return found
    return [e for e in found if e.supports is not Kind.CHALLENGE]


def _answer(message: Message, evidence: list[Evidence], null_path: bool) -> list[Evidence]:
    """RFC 3834, section 3: an automatic answer has the null reverse-path, and says which mail it answers."""
    headers = message.headers
    found = []
    if null_path and not any(e.rule == "from.mail-system" for e in evidence):
        found.append(seen("path.null", Kind.AUTO_REPLY, 1, "null reverse-path", headers.span("return-path")))
    name = "in-reply-to" if "in-reply-to" in headers else "references"
    if name in headers:
        found.append(seen("thread.answers", Kind.AUTO_REPLY, 1, "answers another mail", headers.span(name)))
    elif fold(message.subject[:20]).lstrip().startswith(_ANSWERED):
        found.append(seen("thread.answers", Kind.AUTO_REPLY, 1, message.subject, headers.span("subject")))
    return found


def _says_so(message: Message, start: Opening, evidence: list[Evidence]) -> list[Evidence]:
    """QUIRK: `AUTO: Ada is out of the office` by the null path, and a mail program. Seen in Notes, whose agents name it.

    A person's mail may come so too, by a forwarder: it is none if the text does not say that it is automatic.
    """
    said = [e for e in automatic.text(message, start, _AUTOMATIC) if e.weight >= _AUTOMATIC_TEXT]
    return [*_answer(message, evidence, null_path=True), *said] if said else []


def _may_challenge(message: Message) -> bool:
    if not _WRITTEN_BY_HAND.isdisjoint(message.headers.keys()):
        return False
    if fold(message.subject[:20]).lstrip("[ ").startswith(("fw", "wg:", "tr:", "rv:", "i:", "enc:", "doorst")):
        return False
    start = message.analysed[:2_000].lower()
    return any(stem in start for stem in _STEMS)
