"""Recipients from a notice written for people, and what it says of each.

Rules of this file: whom a notice names is read in `classify.notice`; here the surest mentions are taken, checked against
the returned message, and paired with the words and codes that stand by them. In doubt nobody is named.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from ...classify.mention import Form, Mention, mentions_in
from ...classify.notice import NoticeText
from ...result import Action, Kind
from ...rules import generic_notice
from ...rules.patterns import line_pattern
from .finding import Finding, best_status, failure_codes, is_vague, may_hold_code
from .original import Returned
from .wording import first_phrase

_MAX_RECIPIENTS = 1_000
_SEGMENT = 30  # lines
_WORDS = 500
_PARAGRAPH = 14  # lines
_PARAGRAPHS = 10  # looked at for a cause
_BESIDE = 4  # lines of an address and what is said of it: qmail says how it failed, then the reply
_SURE = (Form.TABLE, Form.LISTED, Form.LABELLED)

_HOST = re.compile(r"\s{1,8}host ([A-Za-z0-9.-]{1,255}) \[")
#: labels below a cause, of what has nothing to do with it
_ASIDE = frozenset(
    "action taken|subject|sent|date|message-id|message id|from|sender|to|recipient|recipients|queue id|size".split("|")
)
_CODE = re.compile(r"(?:^|[\s:;(\[])([45][0-5][0-9])[ -]")
_RULE = ("---", "===", "***", "___")  # on both sides of words: a heading, which tells what follows, not why
_QUOTED = re.compile(r"^\s{0,20}(?:<<<|\||\*)\s{0,5}")
#: words before a number that is no reply code
_NEVER_A_CODE = (" port", " line", " bytes", " error code", " id", " seconds", " size")


def from_notice(notice: NoticeText, kind: Kind, returned: Returned, own: frozenset[str]) -> list[Finding]:
    """The recipients that a notice names; `own`: addresses of the report itself, lower-case."""
    chosen = _choose(notice, returned, own) or _by_local_part(notice, returned) or mentions_in(notice.returned)
    found: dict[str, Finding] = {}
    actions = (Action.DELAYED, Action.DELAYED) if kind is Kind.DELAY else (Action.FAILED, Action.DELAYED)
    mixed = any(not m.delayed for m in chosen)
    on_line: dict[int, set[str]] = {}
    for mention in notice.mentions:
        on_line.setdefault(mention.line, set()).add(mention.address.lower())
    for mention in chosen:
        lower = mention.address.lower()
        if lower not in found and len(found) < _MAX_RECIPIENTS:
            action = Action.DELIVERED if mention.delivered else actions[mention.delayed and mixed]
            shared = len(on_line[mention.line]) > 1 if mention.line in on_line else False
            found[lower] = Finding(mention.address, mention.original or None, action, shared=shared)
            if mention.diagnostic:
                _read_words(found[lower], mention.diagnostic)
    return list(found.values())


def _choose(notice: NoticeText, returned: Returned, own: frozenset[str]) -> list[Mention]:
    usable = [
        m
        for m in notice.mentions
        if m.form < Form.ORIGINAL and (m.address.lower() not in own or m.address.lower() in returned.known)
    ]
    for forms in ((Form.TABLE,), _SURE, (Form.REPLY,), (Form.SAID,), (Form.SERVICE,)):
        chosen = [m for m in usable if m.form in forms]
        if len(chosen) > 1 and forms != (Form.TABLE,) and any(m.address.lower() in returned.known for m in chosen):
            chosen = [m for m in chosen if m.address.lower() in returned.known or _says_failure(notice, m)]
        if chosen:
            return chosen
    return [m for m in notice.mentions if m.form is not Form.ORIGINAL and m.address.lower() in returned.known]


def _by_local_part(notice: NoticeText, returned: Returned) -> list[Mention]:
    """Recipients named without a domain, where the returned message was sent to that local part."""
    found: list[Mention] = []
    if notice.rule is None or not notice.rule.local:
        return found
    by_local = {address.rpartition("@")[0]: address for address in sorted(returned.known)}
    for template in notice.rule.local if by_local else ():
        pattern = line_pattern(template)
        for index, line in enumerate(notice.lines):
            match = pattern.match(line.strip())
            if match is not None and match["local"].lower() in by_local:
                found.append(Mention(by_local[match["local"].lower()], index, *match.span("local"), Form.TABLE))
    return found


def _says_failure(notice: NoticeText, mention: Mention) -> bool:
    """Whether failure is said beside an address, or below it before a blank line."""
    lines = notice.lines[mention.line : mention.line + _BESIDE]
    blank = next((i for i, line in enumerate(lines) if i > 1 and not line.strip()), len(lines))
    words = " ".join(lines[:blank]).lower()
    if next(failure_codes(words), None) is not None:
        return True
    return any(phrase in words for phrase in generic_notice().failure)


def set_originals(findings: list[Finding], notice: NoticeText) -> None:
    """Note what the recipients were made from, where the notice says so beside them."""
    by_address = {finding.address.lower(): finding for finding in findings}
    last: Finding | None = None
    line = -9
    for mention in notice.mentions:
        if mention.form is Form.ORIGINAL:
            if last is not None and last.original_address is None and mention.line <= line + 1:
                last.original_address = mention.address
                last.expanded = True
        elif mention.address.lower() in by_address:
            last, line = by_address[mention.address.lower()], mention.line


# -- what it says of each ------------------------------------------------------------------------------------------


class Passages:
    """The lines of a notice by what they say of each recipient that was found."""

    def __init__(self, notice: NoticeText, findings: list[Finding]) -> None:
        self.notice = notice
        self._lines = notice.lines
        #: the lines that may hold a code
        self._coded = [i for i, line in enumerate(notice.lines) if may_hold_code(line)]
        self._named = frozenset([finding.address.lower() for finding in findings])
        self._mine: dict[str, list[Mention]] = {}
        for mention in notice.mentions:
            lower = mention.address.lower()
            if lower in self._named:
                self._mine.setdefault(lower, []).append(mention)
        self._ends = _ends(notice.mentions, self._named) if len(self._named) > 1 else {}
        self._above = _causes_above(notice, self._named, frozenset(self._coded)) if len(self._named) > 1 else {}
        self._first_sure = min([m.line for m in notice.mentions if m.form in _SURE], default=len(notice.lines))

    def add_words(self, finding: Finding) -> None:
        """Fill in status, reply code and diagnostic of one without words from those that stand by its address."""
        lower = finding.address.lower()
        mine = self._mine.get(lower, [])
        alone = self._named == {lower}
        segments = [self._above.get(mention.line) or self._segment(mention) for mention in mine]
        # no blank line tells whether a cause belongs to the one above or below: then it opts nobody out
        finding.shared = finding.shared or any(m.line in self._above and m.line + 1 in self._coded for m in mine)
        if alone:
            segments.append(_Segment(None, 0, len(self._lines)))
        if finding.status and not is_vague(finding.status):
            # QUIRK: a transcript for people, and fields without Diagnostic-Code. Only a reply that agrees with the code
            trial = Finding(finding.address, status=finding.status)
            if any(self._with_code(trial, segment, True) for segment in segments) and _agrees(trial, finding.status):
                finding.smtp_code, finding.diagnostic = finding.smtp_code or trial.smtp_code, trial.diagnostic
            return
        for template in self.notice.rule.diagnostic if self.notice.rule is not None else ():
            pattern = line_pattern(template)
            for segment in segments:
                for index, line in enumerate(lines := self._of(segment)):
                    match = pattern.match(line.strip())
                    if match is not None:
                        _read_words(finding, _paragraph([match.groupdict().get("text") or line, *lines[index + 1 :]]))
                        return
        for surely in (True, False):
            for segment in segments:
                if self._with_code(finding, segment, surely):
                    return
        if not alone and mine:  # one cause, said before all of them
            before = min(self._first_sure, mine[0].line)
            if self._with_code(finding, _Segment(None, 0, before), True):
                return
        for segment in segments:
            words = _labelled(self._of(segment))
            if words:
                _read_words(finding, words)
                return
        finding.diagnostic = _first_cause(words for segment in segments for words in _paragraphs(self._of(segment)))

    def _segment(self, mention: Mention) -> _Segment:
        """The lines from a mention to the next of another recipient; the first without the address, if that begins it."""
        start = mention.line
        end = min(self._ends.get((start, mention.address.lower()), len(self._lines)), start + _SEGMENT)
        if mention.form in _SURE and mention.form is not Form.TABLE:
            return _Segment(self._lines[start][mention.end :].lstrip(">\"')]:;, \t"), start, end)
        return _Segment(None, start, end)

    def _of(self, segment: _Segment) -> list[str]:
        lines = self._lines[segment.start : segment.end]
        if segment.first is not None:
            lines[0] = segment.first
        return lines

    def _with_code(self, finding: Finding, segment: _Segment, surely: bool) -> bool:
        """Take the first code of a segment, and the words from its line on."""
        first, start, end = segment
        if first is not None:
            if may_hold_code(first) and _take_code(finding, first, self._lines[start + 1 : end], surely):
                return True
            start += 1
        for index in self._coded:
            if start <= index < end and _take_code(
                finding, self._lines[index], self._lines[index + 1 : min(end, index + _PARAGRAPH)], surely
            ):
                if finding.remote_mta is None:
                    finding.remote_mta = _host_above(self._lines[max(start, index - 2) : index])
                return True
        return False


class _Segment(NamedTuple):
    first: str | None  #: what counts of the first line; None: all of it
    start: int
    end: int


def _causes_above(notice: NoticeText, named: frozenset[str], coded: frozenset[int]) -> dict[int, _Segment]:
    """QUIRK: a cause as the heading of those whom it is about. By line, where all have one above, and none follows the last."""
    at = {m.line for m in notice.mentions if m.form in _SURE and m.address.lower() in named}
    found: dict[int, _Segment] = {}
    if not at or not coded or max(coded) > max(at) or not at.isdisjoint(coded):
        return found
    above = -1  # the last line that is neither blank nor a recipient's
    for line in range(max(at) + 1):
        if line in at:
            if above not in coded:
                return {}
            found[line] = _Segment(None, above, above + 1)
        elif notice.lines[line].strip():
            above = line
    return found


def _ends(mentions: list[Mention], named: frozenset[str]) -> dict[tuple[int, str], int]:
    """For each line and recipient in it the next line with another recipient."""
    ends: dict[tuple[int, str], int] = {}
    by_line: dict[int, list[str]] = {}
    for mention in mentions:
        lower = mention.address.lower()
        if lower in named:
            by_line.setdefault(mention.line, []).append(lower)
    first = ""  # of the lines below, the first recipient, its line, and the line of the first other one
    at = other = sys.maxsize
    for line in sorted(by_line, reverse=True):
        for lower in by_line[line]:
            ends[line, lower] = at if lower != first else other
        for lower in reversed(by_line[line]):
            if lower != first:
                first, other = lower, at
            at = line
    return ends


def _agrees(trial: Finding, status: str) -> bool:
    """Whether a reply is of the class of a status code, and names none or the same."""
    return (trial.smtp_code or "")[:1] == status[0] and best_status(None, trial.diagnostic or "") in (None, status)


def share_words(findings: list[Finding], notice: NoticeText) -> None:
    """Give recipients that stand in a row the one cause that is said below the last of them."""
    lines: dict[str, int] = {}
    for mention in notice.mentions:
        if mention.form in _SURE:
            lines.setdefault(mention.address.lower(), mention.line)
    for finding, following in reversed(list(pairwise(findings))):
        line, below = lines.get(finding.address.lower()), lines.get(following.address.lower())
        if line is None or below != line + 1 or finding.diagnostic or finding.status or finding.smtp_code:
            continue
        finding.status, finding.smtp_code, finding.diagnostic = (
            following.status,
            following.smtp_code,
            following.diagnostic,
        )


def share_preface(findings: list[Finding], notice: NoticeText) -> None:
    """Give recipients of whom nothing is said the one cause that is said of all, above them."""
    if len(findings) < 2 or any(f.diagnostic or f.status or f.smtp_code for f in findings):
        return
    first = min((m.line for m in notice.mentions if m.form in _SURE), default=len(notice.lines))
    for words in islice(_paragraphs(notice.lines[: first or 1]), _PARAGRAPHS):
        if first_phrase(words.lower()) is not None:
            for finding in findings:
                finding.diagnostic = words[:_WORDS]
            return


def _take_code(finding: Finding, line: str, following: list[str], surely: bool) -> bool:
    """Take the first reply code of a line (or an enhanced status code, if not `surely`), and the words from it on."""
    match = next((m for m in failure_codes(line) if _is_code(line, m, surely)), None)
    if match is None:
        return False
    words = _paragraph([_QUOTED.sub("", line), *following])
    code = match[1]
    if code is None and (follow := _CODE.search(words)):
        code = follow[1]
    status = best_status(finding.status, words) or match[2] or match[3]
    if code is not None and status is not None and status[0] != code[0]:
        status = match[2]
    finding.smtp_code = finding.smtp_code or code
    finding.status = status or finding.status
    finding.diagnostic = words[:_WORDS] or None
    return True


def _is_code(line: str, match: re.Match[str], surely: bool) -> bool:
    """Whether a number is meant as a code, and, if `surely`, whether it is a reply code."""
    if match[1] is None:
        return not surely
    before = line[: match.start()].lower()
    return bool(match[2]) or "smtp" in before or not before.rstrip(" :=#()[").endswith(_NEVER_A_CODE)


def _read_words(finding: Finding, words: str) -> None:
    if not (may_hold_code(words) and _take_code(finding, words, [], False)):
        finding.diagnostic = words[:_WORDS].strip() or None


def _paragraph(lines: list[str]) -> str:
    """The lines up to a blank one, a rule or the next command, in one."""
    taken = [lines[0].strip()]
    labelled = _label(lines[0])[0] in generic_notice().reason_labels
    for line in lines[1:_PARAGRAPH]:
        stripped = _QUOTED.sub("", line).strip()
        if not stripped or stripped.startswith((">>>", *_RULE)):
            break
        if labelled and (label := _label(stripped)[0]) in _ASIDE and label not in generic_notice().reason_labels:
            break  # the next row of a table; only what says no more of the cause, lest words against it be lost
        taken.append(stripped)
    return " ".join(" ".join(taken).split()).strip("\"' ")


def _host_above(lines: list[str]) -> str | None:
    """The server that the lines above a reply name. Seen in Exim: `host mx.kunde.example [203.0.113.4]`."""
    return next((match[1] for line in reversed(lines) if (match := _HOST.match(line)) is not None), None)


def _label(line: str) -> tuple[str, str]:
    """What stands before a colon, lower-case, and what behind it; empty where no label is."""
    head, colon, rest = line.partition(":")
    return (head.strip("-*[]( \t").lower(), rest) if colon and len(head) <= 40 else ("", "")


def _labelled(lines: list[str]) -> str:
    labels = generic_notice().reason_labels
    for index, line in enumerate(lines):
        if ":" not in line and "：" not in line:
            continue
        label, rest = _label(line.strip().replace("：", ":"))
        if label not in labels:
            continue
        if rest.strip():
            return _paragraph([rest, *lines[index + 1 :]])
        following = [text for text in lines[index + 1 :] if text.strip()]
        if following:
            return _paragraph(following)
    return ""


def _first_cause(paragraphs: Iterator[str]) -> str | None:
    """Of some paragraphs the first that holds a known cause, else the first; "was undeliverable" is none."""
    looked_at: dict[str, None] = {}
    for words in paragraphs:
        if words in looked_at:
            continue
        phrase = first_phrase(words.lower())
        if phrase is not None and not phrase.bare:
            return words[:_WORDS]
        looked_at[words] = None
        if len(looked_at) >= _PARAGRAPHS:
            break
    return next(iter(looked_at))[:_WORDS] if looked_at else None


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """The first paragraphs of some lines, in order, those without words left out."""
    count = 0
    taken: list[str] = []
    for line in [*lines, ""]:
        stripped = line.strip()
        if stripped.strip("-=*_ ") and not (stripped.startswith(_RULE) and stripped.endswith(_RULE)):
            taken.append(stripped)
        elif taken:
            words = " ".join(" ".join(taken).split())
            if sum(map(str.isalpha, words[:40])) > 3:
                yield words
                count += 1
            taken = []
        if count >= 20:
            break
