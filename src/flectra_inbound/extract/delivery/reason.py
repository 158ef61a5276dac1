"""Why a delivery failed, from code, words and who speaks; and what decided it.

Rules of this file: what codes and words mean is data (`rules/status.toml`, `rules/reasons.toml`); here is only how they
are joined. Words of rate, reputation, policy, sender or content win over any code that says the address is dead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from ...result import Reason
from ...rules import reasons, status_codes
from .finding import Finding, is_vague
from .wording import diagnostics, holds_any, read, unfamiliar

if TYPE_CHECKING:
    from ...rules.schema import StatusCode

#: Reasons that say the address, or its domain, is gone.
DEAD = frozenset({Reason.USER_UNKNOWN, Reason.HAS_MOVED, Reason.HOST_UNKNOWN, Reason.NOT_ACCEPT})
#: Codes that name one cause, and the words that are used so loosely that the code knows better.
_KNOWS_BETTER = {
    Reason.MAILBOX_FULL: frozenset(
        {Reason.BLOCKED, Reason.POLICY_VIOLATION, Reason.SECURITY_ERROR, Reason.NETWORK_ERROR, Reason.EXPIRED}
    ),
    Reason.EXCEED_LIMIT: frozenset(
        {Reason.MESSAGE_TOO_BIG, Reason.MAILBOX_FULL, Reason.BLOCKED, Reason.POLICY_VIOLATION}
    ),
    Reason.MESSAGE_TOO_BIG: frozenset({Reason.BLOCKED, Reason.POLICY_VIOLATION, Reason.SECURITY_ERROR}),
    Reason.AUTH_FAILURE: frozenset({Reason.BLOCKED, Reason.POLICY_VIOLATION, Reason.SECURITY_ERROR}),
    Reason.REQUIRE_PTR: frozenset({Reason.BLOCKED, Reason.POLICY_VIOLATION, Reason.SECURITY_ERROR}),
    Reason.CONTENT_ERROR: frozenset({Reason.NOT_COMPLIANT_RFC}),
    # 5.1.7 and 5.1.8 speak of the sender, so "no such domain" does too
    Reason.REJECTED: DEAD | {Reason.SECURITY_ERROR, Reason.POLICY_VIOLATION},
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason and what it was read from."""

    reason: Reason
    sure: bool  #: enough to say that an address is dead: code and words do not disagree
    because: str  #: the phrase or the code that decided; empty if nothing did
    provider: bool = False  #: in a provider's own words, which mean one thing


def cause_of(finding: Finding) -> Cause:
    """The reason, and what it was read from."""
    cause = _joined(finding)
    if finding.local_mailer and cause.reason in (Reason.UNDEFINED, Reason.SYSTEM_ERROR):
        return Cause(Reason.MAILER_ERROR, False, cause.because or "x-unix")
    return cause


def _joined(finding: Finding) -> Cause:
    """From code and words; on a conflict the words win, unless they alone would call a live address dead."""
    code, code_text = _of_code(finding)
    if not finding.diagnostic:
        return Cause(code, code in DEAD, code_text)
    domain = finding.address.rpartition("@")
    speaker = f"{finding.remote_mta or ''} {domain[2]}".lower()
    text = read(finding.diagnostic, domain[0].lower())
    phrase = diagnostics().first(text, speaker)
    if phrase is None:
        if code in DEAD and holds_any(text, reasons().contradicting):
            return Cause(Reason.UNDEFINED, False, "")  # QUIRK: "550 5.1.1 too many recipients this hour"
        return Cause(code, code in DEAD and not unfamiliar(text), code_text)
    said = phrase.reason
    knows_better = "." in code_text and said in _KNOWS_BETTER.get(code, ())  # 552 alone is said of much
    if not phrase.mark and (knows_better or (_of_vendor(finding) and code not in DEAD)):
        return Cause(code, False, code_text)
    if said not in DEAD:
        return Cause(said, False, phrase.words)
    provider = phrase.mark or bool(phrase.hosts)
    if code is Reason.MAILBOX_FULL and "." in code_text and not provider:
        return Cause(code, False, code_text)  # 5.2.2 beside "no such mailbox": in doubt the mailbox is there
    if not provider and (contradiction := holds_any(text, reasons().contradicting)):
        return Cause(code, False, code_text) if code not in DEAD else Cause(Reason.UNDEFINED, False, contradiction)
    if phrase.weak and not provider and (code is not Reason.UNDEFINED or is_transient(finding)):
        # "450 mailbox unavailable" is said of a mailbox that is busy
        return Cause(code, code in DEAD and not unfamiliar(text, phrase), code_text)
    if finding.status is None and finding.smtp_code is None:
        # prose without a server's reply may be a guess, or may be about somebody else
        return Cause(said, phrase.mark, phrase.words, phrase.mark)
    sure = code in DEAD or (not phrase.weak and _says_nothing(finding))
    if sure and not provider and unfamiliar(text, phrase):
        sure = False  # "recipient address rejected", "unknown user", and then something that nobody has understood
    return Cause(said, sure, phrase.words, provider)


def _says_nothing(finding: Finding) -> bool:
    """Whether the enhanced code names no cause, so that plain words are not at odds with it.

    QUIRK: 5.7.1, 5.4.1 and 5.2.1 come with "User unknown" too, where a filter answers. Seen at Exchange, SFR, Sendmail.
    """
    status = finding.status
    return status is None or (is_vague(status) and status[2] != "7") or status[2] == "5"


def is_transient(finding: Finding) -> bool:
    """RFC 3463, section 2: class 4, a failure for now; or so called by who sent the mail."""
    return finding.passing or (finding.status or finding.smtp_code or "")[:1] == "4"


@lru_cache(maxsize=1)
def _by_status() -> dict[str, StatusCode]:
    return {rule.code[2:]: rule for rule in status_codes().code}


@lru_cache(maxsize=1)
def _by_vendor_status() -> dict[str, Reason]:
    found: dict[str, Reason] = {}
    for vendor in status_codes().vendor:
        for code in vendor.codes:
            subject, _, details = code.removeprefix("X.").partition(".")
            first, _, last = details.partition("-")
            found.update({f"{subject}.{detail}": vendor.reason for detail in range(int(first), int(last or first) + 1)})
    return found


@lru_cache(maxsize=1)
def _by_reply_code() -> dict[str, Reason]:
    return {rule.code: rule.reason for rule in status_codes().smtp}


def _of_vendor(finding: Finding) -> bool:
    return finding.status is not None and finding.status[2:] in _by_vendor_status()


def _of_code(finding: Finding) -> tuple[Reason, str]:
    transient = is_transient(finding)
    if finding.status:
        detail = finding.status[2:]
        vendor = _by_vendor_status().get(detail)
        if vendor is not None:
            return vendor, finding.status
        # a detail that the registry does not know means at least its subject (RFC 3463, section 3)
        rule = _by_status().get(detail) or _by_status().get(detail.partition(".")[0] + ".0")
        if rule is not None:
            reason = rule.transient if transient and rule.transient is not None else rule.reason
            if reason is not Reason.UNDEFINED:
                return reason, finding.status
    if finding.smtp_code:
        reason = _by_reply_code().get(finding.smtp_code, Reason.UNDEFINED)
        if reason is not Reason.UNDEFINED:
            return reason, finding.smtp_code
    return Reason.UNDEFINED, ""
