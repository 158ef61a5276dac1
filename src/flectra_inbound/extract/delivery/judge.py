"""Hard or soft, and the suppression verdict of one recipient.

Rules of this file: the reason comes from `reason.py`, what follows from it is data (`rules/reasons.toml`). Whether the
report is genuine is not asked here. Doubt never suppresses.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ...result import Action, Reason, Suppression
from ...rules import reasons
from ...rules.literals import phrase_in
from ...rules.loader import reason_rules
from .finding import Finding, addresses_in
from .reason import DEAD, Cause, cause_of, is_transient
from .wording import Said, diagnostics, holds_any, read, texts

#: each of `before_rcpt` in `rules/reasons.toml` holds one of these: a quick look before the text is taken apart
_BEFORE_RCPT = ("helo", "ehlo", "initial")
_MAIL_FROM = re.compile(r"mail\s{1,9}from")
_BRACKETED = re.compile(r"<([^<>@\s]{1,64}@[^<>@\s]{1,255})>")
_DELIVERED = (Action.DELIVERED, Action.RELAYED, Action.EXPANDED)


class Report:
    """What a whole report tells about each of its recipients, worked out for the first who would be opted out, or whose reason
    nothing else tells.
    """

    __slots__ = ("_before_rcpt", "_notice", "_read_senders", "_read_text", "_senders", "alone")

    def __init__(self, text: Callable[[], str], senders: Callable[[], frozenset[str]], *, alone: bool) -> None:
        self._read_text = text
        self._read_senders = senders
        self.alone = alone  #: whether it is about one recipient
        self._notice: Said | None = None
        self._senders: frozenset[str] | None = None
        self._before_rcpt: bool | None = None

    @property
    def notice(self) -> Said:
        """The text that people read."""
        if self._notice is None:
            self._notice = read(self._read_text())
        return self._notice

    @property
    def senders(self) -> frozenset[str]:
        """Who sent the message, lower-case."""
        if self._senders is None:
            self._senders = self._read_senders()
        return self._senders

    @property
    def before_rcpt(self) -> bool:
        """Whether it tells of a reply to what comes before a recipient is named."""
        if self._before_rcpt is None:
            self._before_rcpt = _before_rcpt(self.notice)
        return self._before_rcpt


def judge(finding: Finding, report: Report) -> tuple[Reason, bool | None, Suppression]:
    """The reason, whether trying again is useless, and what this says about mailing the address again."""
    if finding.action in _DELIVERED:
        return Reason.DELIVERED, False, Suppression.IGNORE
    cause = cause_of(finding)
    finding.because = cause.because
    rule = reason_rules()[cause.reason]
    if finding.action is not Action.FAILED:
        return cause.reason, False, Suppression.IGNORE
    if rule.suppression is Suppression.SUPPRESS:
        return _of_dead(finding, cause, report)
    if cause.reason is Reason.HOST_UNKNOWN and finding.smtp_code and report.before_rcpt:
        finding.because = f"{cause.because}, said before the recipient was named"
        return _follows(Reason.REJECTED)  # a server that answered is known; the domain is the sender's, or its host's
    if report.alone and cause.reason is Reason.UNDEFINED:
        told = texts().first(report.notice)
        if told is not None and told.mark:
            finding.because = told.words
            return _follows(told.reason)
    hard = rule.hard
    if hard and is_transient(finding):
        hard = False  # a domain that cannot be found for now
    elif hard is None and (finding.diagnostic or finding.status or finding.smtp_code):
        hard = False  # it was read, and nothing in it says that the address is dead
    return cause.reason, hard, rule.suppression


def _of_dead(finding: Finding, cause: Cause, report: Report) -> tuple[Reason, bool | None, Suppression]:
    """The verdict on an address that is said to be dead: only with nothing against it does one report suffice."""
    words = (finding.diagnostic or "").lower()
    named = addresses_in(words) if "@" in words else set()
    if _names_sender(finding, named, report):
        # QUIRK: "User unknown" and the sender's address, which the server looked up and did not find. Seen in callouts
        finding.because = f"{cause.because}, said of the sender"
        return _follows(Reason.REJECTED)
    if cause.reason is not Reason.HAS_MOVED and _names_another(finding, words, named):
        # QUIRK: a group's server names the member that is gone, and not the address that was mailed
        finding.because = f"{cause.because}, said of another address"
        return cause.reason, True, Suppression.COUNT
    if is_transient(finding):
        # given up after tries that each failed for now: no more than a mark against the address
        return cause.reason, True, Suppression.COUNT
    if report.before_rcpt:
        # RFC 5321, section 3.3: a reply to MAIL or to the greeting knows of no recipient
        finding.because = f"{cause.because}, said before the recipient was named"
        return _follows(Reason.REJECTED)
    text = report.notice
    if not finding.diagnostic and (otherwise := diagnostics().first(text)) is not None and otherwise.reason not in DEAD:
        # QUIRK: 5.1.1 and no Diagnostic-Code, from a filter whose text says that it was spam
        finding.because = f"{cause.because}, but the text says {otherwise.words}"
        return cause.reason, True, Suppression.COUNT
    if not report.alone:  # a text about several recipients cannot be held against one of them
        return cause.reason, True, Suppression.SUPPRESS if cause.sure else Suppression.COUNT
    if cause.reason is Reason.USER_UNKNOWN and not cause.provider and _after_data(text):
        # QUIRK: a recipient is refused in reply to RCPT (RFC 5321, section 3.3); "User unknown" after the message itself
        # is how filters turn down mail for people who exist. Seen at docomo, au and SoftBank.
        finding.because = f"{cause.because}, said after the message was sent"
        return Reason.FILTERED, False, Suppression.COUNT
    if (told := texts().first(text)) is not None:
        finding.because = told.words
        return _follows(told.reason)
    return cause.reason, True, Suppression.SUPPRESS if cause.sure else Suppression.COUNT


def _names_sender(finding: Finding, named: set[str], report: Report) -> bool:
    """Whether the only addresses that the words name are the sender's."""
    return bool(named) and finding.address.lower() not in named and named <= report.senders


def _names_another(finding: Finding, words: str, named: set[str]) -> bool:
    """Whether the words name addresses, in brackets, and none that was mailed or has its local part."""
    if "@" not in words or _BRACKETED.search(words) is None:
        return False
    mine = {_local(finding.address), _local(finding.original_address or "")}
    return not any(_local(address) in mine for address in named)


def _local(address: str) -> str:
    return address.lower().rpartition("@")[0].partition("+")[0]


def _follows(reason: Reason) -> tuple[Reason, bool | None, Suppression]:
    rule = reason_rules()[reason]
    return reason, rule.hard, rule.suppression


def may_be_before_rcpt(lowered: str) -> bool:
    """Whether a text may speak of what comes before a recipient is named."""
    return bool(phrase_in(lowered, _BEFORE_RCPT)) or _MAIL_FROM.search(lowered) is not None


def _before_rcpt(text: Said) -> bool:
    return (
        may_be_before_rcpt(text.raw)
        and bool(holds_any(text, reasons().before_rcpt))
        and not holds_any(text, reasons().at_rcpt)
    )


def _after_data(text: Said) -> bool:
    return bool(holds_any(text, reasons().after_data)) and not holds_any(text, reasons().before_data)
