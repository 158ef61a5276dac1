"""Reason, hard or soft, and the suppression verdict of one recipient.

Rules of this file: what each code and reason means is data (`rules/status.toml`, `rules/reasons.toml`); here is only how
they are joined. Whether the report is genuine is not asked here. Doubt never suppresses.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import lru_cache

from ...result import Action, Reason, Suppression
from ...rules import reasons, status_codes
from ...rules.loader import reason_rules
from ...rules.schema import StatusCode
from .finding import Finding

_DEAD = frozenset({Reason.USER_UNKNOWN, Reason.HAS_MOVED, Reason.HOST_UNKNOWN, Reason.NOT_ACCEPT})


@lru_cache(maxsize=1)
def _by_status() -> dict[str, StatusCode]:
    return {rule.code[2:]: rule for rule in status_codes().code}


@lru_cache(maxsize=1)
def _by_reply_code() -> dict[str, Reason]:
    return {rule.code: rule.reason for rule in status_codes().smtp}


def judge(finding: Finding, notice: Callable[[], str]) -> tuple[Reason, bool | None, Suppression]:
    """The reason, whether trying again is useless, and what this says about mailing the address again.

    `notice` gives the text of the report that people read; it is asked for only where somebody would be opted out.
    """
    action = finding.action
    if action in (Action.DELIVERED, Action.RELAYED, Action.EXPANDED):
        return Reason.DELIVERED, False, Suppression.IGNORE
    reason = _reason(finding)
    rule = reason_rules()[reason]
    severity = (finding.status or finding.smtp_code or "")[:1]
    if action is not Action.FAILED:
        return reason, False, Suppression.IGNORE
    if severity == "4":
        # given up after tries that each failed for now: never hard, and no more than a mark against the address
        return reason, False, Suppression.IGNORE if rule.suppression is Suppression.IGNORE else Suppression.COUNT
    if rule.suppression is Suppression.SUPPRESS and _reason_of_code(finding) not in _DEAD:
        # "User unknown" in words alone is also how some providers refuse a sender: it takes repeats, or a code that agrees
        return reason, rule.hard, Suppression.COUNT
    if rule.suppression is Suppression.SUPPRESS and _contradicted(notice(), reasons().contradicting_text):
        # QUIRK: fields for machines say 5.1.1, the text for people "Not enough disk space". Seen in gateways before Sendmail.
        return Reason.UNDEFINED, None, Suppression.IGNORE
    return reason, rule.hard, rule.suppression


def _contradicted(text: str, words: tuple[str, ...]) -> bool:
    text = text.lower()
    for word in words:  # noqa: SIM110 - twice as fast as any() with a generator
        if word in text:
            return True
    return False


def _reason(finding: Finding) -> Reason:
    """From code and words; on a conflict the words win, unless they alone would call a live address dead."""
    code = _reason_of_code(finding)
    words = _reason_of_words(finding.diagnostic.lower()) if finding.diagnostic else None
    if words is None:
        if code in _DEAD and finding.diagnostic and _contradicted(finding.diagnostic, reasons().contradicting):
            return Reason.UNDEFINED  # QUIRK: "550 5.1.1 too many recipients this hour"
        return code
    if words in _DEAD and finding.diagnostic and _contradicted(finding.diagnostic, reasons().contradicting):
        return code if code not in _DEAD else Reason.UNDEFINED
    if code in _PRECISE and words is not Reason.USER_UNKNOWN and words in _BROAD:
        return code
    return words


#: Reasons of codes that name one cause, against words that are used loosely.
_PRECISE = frozenset(
    {Reason.MAILBOX_FULL, Reason.EXCEED_LIMIT, Reason.MESSAGE_TOO_BIG, Reason.AUTH_FAILURE, Reason.REQUIRE_PTR}
)
_BROAD = frozenset(
    {Reason.BLOCKED, Reason.POLICY_VIOLATION, Reason.SECURITY_ERROR, Reason.NETWORK_ERROR, Reason.EXPIRED}
)


def _reason_of_words(diagnostic: str) -> Reason | None:
    """The first phrase of the table that stands in a lower-cased diagnostic."""
    by_token, stems = _phrases()
    best, found = sys.maxsize, None
    for token in _TOKEN.findall(diagnostic):
        for rank, words, reason in by_token.get(token, ()):
            if rank < best and words in diagnostic:
                best, found = rank, reason
    for rank, words, reason in stems:
        if rank >= best:
            break
        if words in diagnostic:
            return reason
    return found


_Entry = tuple[int, str, Reason]
_TOKEN = re.compile(r"[a-z0-9']+")


@lru_cache(maxsize=1)
def _phrases() -> tuple[dict[str, list[_Entry]], list[_Entry]]:
    """The phrases by their first token, so that a diagnostic is compared with few; and the single words and stems."""
    by_token: dict[str, list[_Entry]] = {}
    stems: list[_Entry] = []
    for rank, phrase in enumerate(reasons().phrase):
        for words in phrase.words:
            tokens = _TOKEN.findall(words)
            known = by_token.setdefault(tokens[0], []) if len(tokens) > 1 else stems
            known.append((rank, words, phrase.reason))
    return by_token, stems


def _reason_of_code(finding: Finding) -> Reason:
    reason = Reason.UNDEFINED
    transient = (finding.status or finding.smtp_code or "")[:1] == "4"
    if finding.status:
        # a detail that the registry does not know means at least its subject (RFC 3463, section 3)
        detail = finding.status[2:]
        rule = _by_status().get(detail) or _by_status().get(detail.partition(".")[0] + ".0")
        if rule is not None:
            reason = rule.transient if transient and rule.transient is not None else rule.reason
    if reason is Reason.UNDEFINED and finding.smtp_code:
        reason = _by_reply_code().get(finding.smtp_code, Reason.UNDEFINED)
    return reason
