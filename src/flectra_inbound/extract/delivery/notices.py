"""Recipients from a notice written for people, and what it says of each.

Rules of this file: whom a notice names is read in `classify.notice`; here the surest mentions are taken, checked against
the returned message, and paired with the words and codes that stand by them. In doubt nobody is named.
"""

from __future__ import annotations

import re
from itertools import pairwise

from ...classify.mention import Form, Mention, mentions_in
from ...classify.notice import NoticeText
from ...result import Action, Kind
from ...rules import generic_notice
from ...rules.patterns import line_pattern
from .finding import Finding, best_status, is_vague
from .wording import first_phrase

_MAX_RECIPIENTS = 1_000
_SEGMENT = 30  # lines
_WORDS = 500
_PARAGRAPHS = 10  # looked at for a cause
_SURE = (Form.TABLE, Form.LISTED, Form.LABELLED)

# RFC 5321, section 4.2: a failure's reply code, with or without an enhanced one (RFC 2034)
_FAILURE = re.compile(
    r"(?:^|[\s:;>(\"'\[=#])([45][0-5][0-9])(?:[ -]{1,3}(?:['\[(#]{0,2})([45]\.[0-9]{1,3}\.[0-9]{1,3}))?(?=[\s\])\"'.,;:<-]|$)"
    r"|(?:^|[\s(#:\[=])([45]\.[0-9]{1,3}\.[0-9]{1,3})(?=[\s):;,\].\"'>-]|$)"
)
_CODE = re.compile(r"(?:^|[\s:;(\[])([45][0-5][0-9])[ -]")
_QUOTED = re.compile(r"^\s{0,20}(?:<<<|\||\*)\s{0,5}")
#: words before a number that is no reply code
_NEVER_A_CODE = (" port", " line", " bytes", " error code", " id", " seconds", " size")


def from_notice(notice: NoticeText, kind: Kind, known: frozenset[str], own: frozenset[str]) -> list[Finding]:
    """The recipients that a notice names; `known`: the returned message's, `own`: addresses of the report itself, lower-case."""
    chosen = _choose(notice, known, own) or _by_local_part(notice, known) or mentions_in(notice.returned)
    found: dict[str, Finding] = {}
    actions = (Action.DELAYED, Action.DELAYED) if kind is Kind.DELAY else (Action.FAILED, Action.DELAYED)
    mixed = any(not m.delayed for m in chosen)
    for mention in chosen:
        lower = mention.address.lower()
        if lower not in found and len(found) < _MAX_RECIPIENTS:
            several = len({m.address.lower() for m in notice.mentions if m.line == mention.line}) > 1
            action = Action.DELIVERED if mention.delivered else actions[mention.delayed and mixed]
            found[lower] = Finding(mention.address, mention.original or None, action, shared=several)
            if mention.diagnostic:
                _read_words(found[lower], mention.diagnostic)
    return list(found.values())


def _choose(notice: NoticeText, known: frozenset[str], own: frozenset[str]) -> list[Mention]:
    usable = [
        m
        for m in notice.mentions
        if m.form < Form.ORIGINAL and (m.address.lower() not in own or m.address.lower() in known)
    ]
    for forms in ((Form.TABLE,), _SURE, (Form.REPLY,), (Form.SAID,), (Form.SERVICE,)):
        chosen = [m for m in usable if m.form in forms]
        if len(chosen) > 1 and any(m.address.lower() in known for m in chosen) and forms != (Form.TABLE,):
            chosen = [m for m in chosen if m.address.lower() in known or _says_failure(notice, m)]
        if chosen:
            return chosen
    return [m for m in notice.mentions if m.address.lower() in known and m.form is not Form.ORIGINAL]


def _by_local_part(notice: NoticeText, known: frozenset[str]) -> list[Mention]:
    """Recipients named without a domain, where the returned message was sent to that local part."""
    found: list[Mention] = []
    by_local = {address.rpartition("@")[0]: address for address in sorted(known)}
    for template in notice.rule.local if notice.rule is not None and by_local else ():
        pattern = line_pattern(template)
        for index, line in enumerate(notice.lines):
            match = pattern.match(line.strip())
            if match is not None and match["local"].lower() in by_local:
                found.append(Mention(by_local[match["local"].lower()], index, *match.span("local"), Form.TABLE))
    return found


def _says_failure(notice: NoticeText, mention: Mention) -> bool:
    words = " ".join(notice.lines[mention.line : mention.line + 2]).lower()
    if _FAILURE.search(words):
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


def add_words(finding: Finding, notice: NoticeText, others: frozenset[str]) -> None:
    """Fill in status, reply code and diagnostic from the words that stand by an address; `others`: the other recipients."""
    if finding.diagnostic or (finding.status and not is_vague(finding.status)):
        return
    lower = finding.address.lower()
    mine = [m for m in notice.mentions if m.address.lower() == lower]
    segments = [_segment(notice, mention, others) for mention in mine]
    if not others:
        segments.append(notice.lines)
    for template in notice.rule.diagnostic if notice.rule is not None else ():
        pattern = line_pattern(template)
        for segment in segments:
            for index, line in enumerate(segment):
                match = pattern.match(line.strip())
                if match is not None:
                    _read_words(finding, _paragraph([match.groupdict().get("text") or line, *segment[index + 1 :]]))
                    return
    for surely in (True, False):
        for segment in segments:
            if _with_code(finding, segment, surely):
                return
    if (
        others
        and mine
        and _with_code(
            finding, notice.lines[: min(m.line for m in notice.mentions if m.form in _SURE or m in mine)], True
        )
    ):
        return  # one cause, said before all of them
    for segment in segments:
        words = _labelled(segment)
        if words:
            _read_words(finding, words)
            return
    spoken = list(dict.fromkeys(words for segment in segments for words in _paragraphs(segment)))
    for words in spoken[:_PARAGRAPHS]:
        if first_phrase(words.lower()) is not None:
            finding.diagnostic = words[:_WORDS]
            return
    if spoken:
        finding.diagnostic = spoken[0][:_WORDS]


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
    for words in _paragraphs(notice.lines[: first or 1])[:_PARAGRAPHS]:
        if first_phrase(words.lower()) is not None:
            for finding in findings:
                finding.diagnostic = words[:_WORDS]
            return


def _segment(notice: NoticeText, mention: Mention, others: frozenset[str]) -> list[str]:
    """The lines from a mention to the next of another recipient; the first without the address, if that begins it."""
    end = len(notice.lines)
    for other in notice.mentions:
        if other.line > mention.line and other.address.lower() in others:
            end = other.line
            break
    lines = notice.lines[mention.line : min(end, mention.line + _SEGMENT)]
    if mention.form in _SURE and lines:
        lines[0] = lines[0][mention.end :].lstrip(">\"')]:;, \t") if mention.form is not Form.TABLE else lines[0]
    return lines


def _with_code(finding: Finding, lines: list[str], surely: bool = False) -> bool:
    """Take the first reply code (or an enhanced status code, if not `surely`), and the words from its line on."""
    for index, line in enumerate(lines):
        if line.lstrip().startswith(">>>") or not any(c in line for c in "45"):
            continue
        match = next((m for m in _FAILURE.finditer(line) if _is_code(line, m, surely)), None)
        if match is None:
            continue
        words = _paragraph([_QUOTED.sub("", line), *lines[index + 1 :]])
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
    return False


def _is_code(line: str, match: re.Match[str], surely: bool) -> bool:
    """Whether a number is meant as a code, and, if `surely`, whether it is a reply code."""
    if match[1] is None:
        return not surely
    before = line[: match.start()].lower()
    return bool(match[2]) or "smtp" in before or not before.rstrip(" :=#()[").endswith(_NEVER_A_CODE)


def _read_words(finding: Finding, words: str) -> None:
    if not _with_code(finding, [words]):
        finding.diagnostic = words[:_WORDS].strip() or None


def _paragraph(lines: list[str]) -> str:
    """The lines up to a blank one, a rule or the next command, in one."""
    taken = [lines[0].strip()]
    for line in lines[1:14]:
        stripped = _QUOTED.sub("", line).strip()
        if not stripped or stripped.startswith((">>>", "---", "===", "***", "___")):
            break
        taken.append(stripped)
    return " ".join(" ".join(taken).split()).strip("\"' ")


def _labelled(lines: list[str]) -> str:
    labels = generic_notice().reason_labels
    for index, line in enumerate(lines):
        head, colon, rest = line.strip().replace("：", ":").partition(":")
        if not colon or len(head) > 40 or head.strip("-*[]( \t").lower() not in labels:
            continue
        if rest.strip():
            return _paragraph([rest, *lines[index + 1 :]])
        following = [text for text in lines[index + 1 :] if text.strip()]
        if following:
            return _paragraph(following)
    return ""


def _paragraphs(lines: list[str]) -> list[str]:
    """The paragraphs of some lines, in order, those without words left out."""
    found: list[str] = []
    taken: list[str] = []
    for line in [*lines, ""]:
        stripped = line.strip()
        if stripped and stripped.strip("-=*_ "):
            taken.append(stripped)
        elif taken:
            words = " ".join(" ".join(taken).split())
            if sum(c.isalpha() for c in words[:40]) > 3:
                found.append(words)
            taken = []
        if len(found) >= 20:
            break
    return found
