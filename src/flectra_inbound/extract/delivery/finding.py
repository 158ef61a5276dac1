"""What a report says of one recipient, before anybody judges it; and how codes and addresses are read from its words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from ...parse.address import read_addresses
from ...result import Action
from ...rules.patterns import around_at

# These begin with a digit, so that they are quick where there is none; what may stand before it is looked at afterwards.
# RFC 3463, section 2:  status-code = class "." subject "." detail
_STATUS = re.compile(r"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|\.?$|\.[^0-9])")
# RFC 5321, section 4.2:  Reply-code = %x32-35 %x30-35 %x30-39, at the start of a line or behind its source
_REPLY_CODE = re.compile(r"([245][0-5][0-9])(?:[\s-]|$)")
_BEFORE_CODE = ":;>(["  # or white space
_REPLY_WITH_STATUS = re.compile(r"[45][0-5][0-9][ -]{1,2}['\"(#\[]{0,2}([45]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9.])")
_ADDRESS = re.compile(r"""[^\s<>()\[\]\\,;:"]{1,256}@[^\s<>()\\,;:"]{1,255}""")
# RFC 5321, section 4.2: a failure's reply code, with or without an enhanced one (RFC 2034)
_FAILURE = re.compile(
    r"(?:^|[\s:;>(\"'\[=#])([45][0-5][0-9])(?:[ -]{1,3}(?:['\[(#]{0,2})([45]\.[0-9]{1,3}\.[0-9]{1,3}))?(?=[\s\])\"'.,;:<-]|$)"
    r"|(?:^|[\s(#:\[=])([45]\.[0-9]{1,3}\.[0-9]{1,3})(?=[\s):;,\].\"'>-]|$)"
)
#: where such a code may be: a digit first, which is found at once, where the signs before it are nearly everywhere
_DIGITS = re.compile(r"[45][.0-5][0-9]")
_LOOKED_AT = 2_000


@dataclass(slots=True)
class Finding:
    """One recipient as one source reports it."""

    address: str
    original_address: str | None = None  #: the one before aliases and forwards (RFC 3464, section 2.3.1)
    action: Action | None = None
    status: str | None = None
    smtp_code: str | None = None
    diagnostic: str | None = None
    remote_mta: str | None = None
    expanded: bool = False  #: an alias or a list was made into this address; others may be behind it
    shared: bool = False  #: other addresses stand in the same line: what is said of whom is a guess
    passing: bool = (
        False  #: the system that sent the mail calls the failure temporary, or does not know, whatever the code says
    )
    because: str = ""  #: the words or the code that the verdict follows from; `judge` notes it
    local_mailer: bool = False  #: a program of the reporting host said it, no server (Diagnostic-Code of type x-unix)


def status_in(text: str) -> str | None:
    """The first enhanced status code in a text."""
    return next(_statuses(text[:_LOOKED_AT]), None)


def _statuses(text: str) -> Iterator[str]:
    end = -1
    for match in _STATUS.finditer(text):
        before = match.start() - 1
        if before < 0 or (before >= end and text[before] not in "0123456789."):
            end = match.end()
            yield match[1]


def best_status(stated: str | None, diagnostic: str) -> str | None:
    """The enhanced status code that says most: the remote MTA's own beside its reply code, else the one that is not vague.

    QUIRK: Status says 5.0.0 or 5.1.1 where the remote MTA gave another cause. Seen in Sendmail, Exim, Domino and Amazon SES.
    """
    diagnostic = diagnostic[:_LOOKED_AT]
    statuses = [*islice(_statuses(diagnostic), 10)]
    if not statuses and "." not in diagnostic:
        return stated
    if len(statuses) == 1 and (stated is None or stated == statuses[0]):
        return statuses[0]
    own = next((match[1] for match in _REPLY_WITH_STATUS.finditer(diagnostic) if _begins_code(diagnostic, match)), None)
    found = statuses if own is None else [own, *statuses]
    if stated is not None:
        found = [status for status in found if status[0] == stated[0]]
        if own is None or is_vague(own):
            found.insert(0, stated)
    return min(found, key=_vagueness, default=stated)


def _vagueness(status: str) -> int:
    """0 for a code with a subject and a detail, 1 without detail, 2 with neither."""
    return 2 if status.endswith(".0.0") else int(is_vague(status))


def reply_code_in(text: str) -> str | None:
    """The first SMTP reply code in a text."""
    text = text[:_LOOKED_AT]
    return next((match[1] for match in _REPLY_CODE.finditer(text) if _begins_code(text, match)), None)


def _begins_code(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1] if match.start() else " "
    return before in _BEFORE_CODE or before.isspace()


def may_hold_code(line: str) -> bool:
    """Whether a line of a notice holds the code of a failure, and is no command."""
    return (
        (digits := _DIGITS.search(line)) is not None
        and _FAILURE.search(line, max(0, digits.start() - 1)) is not None
        and not line.lstrip().startswith(">>>")
    )


def failure_codes(line: str) -> Iterator[re.Match[str]]:
    """The codes of failures in a line: the reply code, the enhanced one behind it, or one that stands alone."""
    digits = _DIGITS.search(line)
    return _FAILURE.finditer(line, max(0, digits.start() - 1)) if digits is not None else iter(())


def is_vague(status: str) -> bool:
    """RFC 3463, section 3: x.y.0 and x.0.y name no particular cause."""
    return status.endswith(".0") or status[2:4] == "0."


def address_in(text: str) -> str:
    """The address in a report's field: without brackets, quotes, comments and source route; the words themselves if none."""
    text = text.strip()
    if '"@' in text:  # RFC 5321, section 4.1.2: a quoted local part
        found, _ = read_addresses(text[:1_000], str, limit=1)
        if found and "@" in found[0].address:
            return found[0].address
    match = _ADDRESS.search(text[:1_000]) if "@" in text else None
    if match is not None:
        return _bare(match[0])
    return text.strip("<>\"' ")[:320]


def addresses_in(text: str) -> set[str]:
    """The addresses that some words name."""
    return {_bare(match[0]) for match in around_at(_ADDRESS, text[:_LOOKED_AT])}


def _bare(address: str) -> str:
    return address.strip("'`.").removeprefix("mailto:")
