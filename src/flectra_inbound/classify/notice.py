"""A delivery report written for people: its lines, the addresses that it names, where the returned message begins.

Rules of this file: what a line looks like, in any language; no system's name (those are in `rules/notices/`), no verdict
on a recipient. One pass over the lines, each looked at with patterns that are linear on it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ..rules import generic_notice, notices
from ..rules.literals import TOKEN, Phrases, phrase_in, tokens_of
from ..rules.patterns import line_pattern
from ..rules.schema import GenericNotice, Notice
from .mention import BESIDE, Form, Mention, mentions_of_line

_LOOKED_AT = 24_000  # characters; notices are short, what they return is not
_MAX_LINES = 500
_MAX_LINE = 2_000
_MAX_MENTIONS = 2_000
_SHORT_LABEL = 4  # characters of To, An, Para, which stand for the message's field
_NON_FATAL = "non-fatal"  # said of a delivery that is still being tried
_START = 4_000  # characters in which a system says who it is

#: a field of a message's header, and the ones that no notice uses to explain itself
_FIELD = re.compile(r"[|> \t]{0,4}([A-Za-z][A-Za-z0-9-]{1,40})[ \t]?:(?:[ \t]|$|\S)")
_TRACE = frozenset("received dkim-signature domainkey-signature x-received arc-seal authentication-results".split())
_MESSAGE_FIELDS = frozenset(
    "from to cc subject date message-id mime-version content-type content-transfer-encoding reply-to sender references "
    "in-reply-to delivered-to user-agent x-mailer x-priority organization received return-path thread-topic thread-index".split()
)
_RULE_SIGNS = "-=*_~#+|. \t:>"
_DECORATED = ("--", "==", "**", "__", "~~", "##", "++")
#: zero-width signs and marks of direction
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_JSON = re.compile(r'"\s?:\s?["\[{]')
#: an address with a sentence's end behind it
_PROSE = re.compile(r"@[^\s<>]{1,255} [a-z]{2,20} [a-z][^<>]{0,200}\.$")
_ACCEPTED = re.compile(r"(?:^|[><]{3}|[^\w.]{2})\s{0,4}2[0-5][0-9][ -]")
_ACCEPTED_CODE = re.compile(r"2[0-5][0-9][ -]")  # a quick look
_CODE = re.compile(r"(?:^|[\s:(])[45][0-5][0-9](?:[ -]|$)")


@dataclass(slots=True)
class NoticeText:
    """A notice, read."""

    lines: list[str]
    mentions: list[Mention] = field(default_factory=list)
    rule: Notice | None = None
    found: str = ""  #: the words that the rule was recognised by
    returned: str = ""  #: the returned message, pasted below the notice
    failure: str = ""  #: the first words found that speak of a failed delivery
    delay: str = ""  #: and of one that is still being tried
    paired: bool = False  #: an address stands with words of failure
    close: bool = False  #: in the same or the next lines

    @property
    def mixed(self) -> bool:
        """Whether some of the recipients failed and others are still being tried."""
        return len({m.delayed for m in self.mentions if m.form <= Form.LABELLED}) > 1


def read_notice(text: str, *, sender: str = "", subject: str = "", own: frozenset[str] = frozenset()) -> NoticeText:
    """Read a text as a notice; `sender` and `subject` are the report's, `own` the addresses that it came to, lower-case."""
    text = text[:_LOOKED_AT]
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    start = " ".join(text[:_START].lower().split())
    tokens = tokens_of(start)
    rule, found = recognise(start, tokens, sender, subject)
    words = tokens if len(text) <= _START else None
    lines = [line[:_MAX_LINE] for line in text.split("\n", _MAX_LINES)[:_MAX_LINES]]
    all_of_it = words is not None and sum(map(len, lines)) + len(lines) - 1 == len(text)
    lines = _single_spaced(lines)
    end = _end(lines, rule)
    notice = NoticeText(lines[:end], rule=rule, found=found, returned="\n".join(lines[end:]))
    _mark(notice, own, words, start if all_of_it and end == len(lines) else None)
    if notice.returned and not any(m.form <= Form.SERVICE for m in notice.mentions):
        # QUIRK: fields of the message stand above the recipients. Seen in Oracle's server and where indents got lost
        below = next((i for i in range(end, len(lines)) if not lines[i].strip()), len(lines))
        if below < len(lines):
            again = NoticeText(lines[:end] + lines[below : below + _end(lines[below:], rule)], rule=rule, found=found)
            _mark(again, own, words, None)
            if again.close:
                again.returned = notice.returned
                return again
    return notice


def _single_spaced(lines: list[str]) -> list[str]:
    """QUIRK: a blank line after every line. Seen where line ends were doubled, or paragraphs made of lines."""
    if len(lines) < 8:
        return lines
    blanks = len(lines) - len(list(filter(str.strip, lines)))
    if blanks * 9 < len(lines) * 4:
        return lines
    if any(a.strip() and b.strip() for a, b in pairwise(lines)):
        return lines
    found: list[str] = []
    blank = 0
    for line in lines:
        blank = 0 if line.strip() else blank + 1
        if line.strip() or blank == 2:
            found.append(line)
    return found


# -- who speaks ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _index() -> tuple[dict[str, list[tuple[str, Notice]]], list[tuple[str, Notice]], list[tuple[str, Notice]]]:
    """The words of all formats by the token that the fewest have; those without one; and those that are not in ASCII."""
    uses = Counter(token for notice in notices() for words in notice.text for token in set(TOKEN.findall(words)))
    by_token: dict[str, list[tuple[str, Notice]]] = {}
    others: list[tuple[str, Notice]] = []
    foreign: list[tuple[str, Notice]] = []
    for notice in notices():
        for words in notice.text:
            # the first and last token may go on beyond the words
            inner = TOKEN.findall(words)[1:-1]
            if not words.isascii():
                foreign.append((words, notice))
            elif inner:
                by_token.setdefault(max(inner, key=lambda token: (-uses[token], len(token))), []).append(
                    (words, notice)
                )
            else:
                others.append((words, notice))
    return by_token, others, foreign


def recognise(start: str, tokens: set[str], sender: str, subject: str) -> tuple[Notice | None, str]:
    """The format whose words stand in a start of a text, the one with most words where several do; and the words.

    The start is lower-cased, its white space single blanks.
    """
    by_token, others, foreign = _index()
    best: Notice | None = None
    found = ""
    entries = [entry for token in by_token.keys() & tokens for entry in by_token[token] if entry[0] in start]
    if '"' in start:
        entries += [entry for entry in others if entry[0] in start]
    if not start.isascii():
        entries += [entry for entry in foreign if entry[0] in start]
    for words, notice in entries:
        # of the same length the first by letters: the order of a set is another in each process
        if (-len(words), words) >= (-len(found), found):
            continue
        if notice.subject and not any(w in subject for w in notice.subject):
            continue
        if notice.sender and not any(w in sender for w in notice.sender):
            continue
        best, found = notice, words
    return best, found


# -- where it ends -------------------------------------------------------------------------------------------------


def _end(lines: list[str], rule: Notice | None) -> int:
    """The index of the line at which the returned message begins."""
    generic = generic_notice()
    own = rule.returned if rule is not None else ()
    seen_words = False
    for index, line in enumerate(lines):
        stripped = line.strip()
        if not stripped:
            continue
        if own and stripped.lower().startswith(own):
            return index
        if _begins_header(lines, index) or (seen_words and stripped == "--"):
            return index  # the message's header; a signature or footer, which no notice has
        core = stripped.strip(_RULE_SIGNS)
        if seen_words and core and len(core) <= 100 and _is_marker(stripped, core, generic):
            return index
        seen_words = seen_words or len(core) > 2
    return len(lines)


@lru_cache(maxsize=1)
def _marker_heads() -> frozenset[str]:
    return frozenset(words[:2] for words in generic_notice().returned)


def _is_marker(stripped: str, core: str, generic: GenericNotice) -> bool:
    decorated = stripped[:2] in _DECORATED
    if not decorated and stripped[-1] not in ":.：" and len(core) > 24:
        return False
    words = core.lower()
    begins = words[:2] in _marker_heads() and words.startswith(generic.returned)
    if not begins and not decorated and stripped[-1] not in ":：":
        return False
    if "detail" in words or "信息" in words or "資訊" in words:
        return False  # QUIRK: "Original Message Details" stands above a table about it. Seen in Exchange Online
    if begins:
        return decorated or (":" not in core and (stripped[-1] in ":.：" or len(core) <= 24))
    return bool(phrase_in(words, generic.returned_inside))


def _begins_header(lines: list[str], index: int) -> bool:
    """Whether the header of a message begins here: a trace field, or at least three fields of a message in a row.

    QUIRK: notices name To, Subject and Sent of the message before they come to the recipients. Seen in Exchange 2003.
    """
    match = _FIELD.match(lines[index]) if ":" in lines[index] else None
    if match is None:
        return False
    name = match[1].lower()
    if name in _TRACE:
        return True
    if name not in _MESSAGE_FIELDS:
        return False
    names = {name}
    for line in lines[index + 1 : index + 12]:
        if not line.strip():
            break
        if line[0] in " \t":
            continue
        match = _FIELD.match(line)
        if match is None:
            break
        names.add(match[1].lower())
        if match[1].lower() in _TRACE:
            return True
    names &= _MESSAGE_FIELDS
    return len(names) >= 3 and "from" in names


# -- whom it names -------------------------------------------------------------------------------------------------


class _Spoken(NamedTuple):
    """Phrases of `rules/generic.toml` that stand in one notice."""

    failure: tuple[str, ...]
    delay: tuple[str, ...]
    delivered: tuple[str, ...]
    still_tried: tuple[str, ...]


@lru_cache(maxsize=1)
def _words() -> tuple[Phrases, tuple[frozenset[str], ...]]:
    generic = generic_notice()
    kinds = (generic.failure, (*generic.delay, _NON_FATAL), generic.delivered, generic.still_tried)
    return Phrases(tuple({phrase for kind in kinds for phrase in kind})), tuple(map(frozenset, kinds))


def _spoken(whole: str, words: set[str] | None) -> _Spoken:
    phrases, kinds = _words()
    found = phrases.within(whole, words)
    return _Spoken(*[tuple([phrase for phrase in found if phrase in kind]) for kind in kinds])


def _mark(notice: NoticeText, own: frozenset[str], words: set[str] | None, whole: str | None) -> None:
    """Find the mentions, under which heading each stands, and whether failure is said of any.

    `words`: the tokens of the whole text, `whole`: the notice in lower case, its white space single blanks; where somebody
    has them.
    """
    if whole is None:
        whole = " ".join(" ".join(notice.lines).lower().split())
    failure, delay, took, still_tried = spoken = _spoken(whole, words)
    speaks = any(spoken)
    notice.failure = min(failure, key=whole.find, default="")
    notice.delay = min([phrase for phrase in delay if phrase != _NON_FATAL], key=whole.find, default="")
    patterns = [line_pattern(template) for template in notice.rule.recipient] if notice.rule is not None else []
    delivered = False
    delayed = False
    said_at = -9  # the last line that spoke of a failure, blank ones not counted
    count = 0
    open_at = -1  # the indent of a line that lists an address with words behind it: what is further in goes on with it
    for index, line in enumerate(notice.lines):
        stripped = line.strip()
        if not stripped:
            open_at = -1
            continue
        count += 1
        names = "@" in line
        lowered = stripped.lower() if speaks else ""
        if took and not names and line[0] not in " \t" and phrase_in(lowered, took):
            delivered = True
        if failure and phrase_in(lowered, failure):
            said_at = count
            if line[0] not in " \t" and not names and not _has_code(line):
                delayed = delivered = False  # a heading, no cause
        if not names:
            if delay and phrase_in(lowered, delay):
                delayed = True
            if not patterns:
                continue
        if stripped[0] == ">" and stripped[:3] != ">>>":
            continue  # quoted
        found = _by_table(patterns, stripped, index) if patterns else []
        if not found and names and not ('"' in line and _JSON.search(line)):
            found = mentions_of_line(line, index, said_at == count or _has_code(line))
            if found and _has_accepted(line):
                found = []  # a recipient that the server took
            elif found and found[0].form is Form.REPLY and index + 1 < len(notice.lines):
                found = [] if _has_accepted(notice.lines[index + 1]) and not _has_code(line) else found
            if found and found[0].form in (Form.LISTED, Form.LABELLED):
                indent = len(line) - len(line.lstrip())
                if 0 <= open_at < indent:
                    found[0].form = Form.REPLY
                elif found[0].start == indent and _goes_on(notice.lines, index):
                    found[0].form = Form.SAID if said_at >= count - 1 else Form.SEEN
                elif _beside_subject(notice.lines, index):
                    for mention in found:
                        mention.form = Form.ASIDE
                elif line[found[-1].end :].strip(BESIDE):
                    open_at = indent
        for mention in found:
            if mention.form is Form.SERVICE and count - said_at <= 2:
                mention.form = Form.LISTED
            mention.delivered = delivered or bool(phrase_in(lowered, took))
            mention.delayed = delayed or bool(phrase_in(lowered, still_tried))
            if mention.form <= Form.SAID and count - said_at <= 4 and mention.address.lower() not in own:
                notice.paired = True
                notice.close = notice.close or mention.form <= Form.REPLY
        notice.mentions += found
        if len(notice.mentions) > _MAX_MENTIONS:
            break
    if not notice.paired and notice.failure:
        notice.paired = (
            any(m.form <= Form.REPLY and m.address.lower() not in own for m in notice.mentions) and said_at > 0
        )


def _has_code(line: str) -> bool:
    return ("4" in line or "5" in line) and _CODE.search(line) is not None


def _has_accepted(line: str) -> bool:
    return _ACCEPTED_CODE.search(line) is not None and _ACCEPTED.search(line) is not None


def _goes_on(lines: list[str], index: int) -> bool:
    """Whether a line is the middle of a sentence that the line before it began."""
    if index == 0:
        return False
    before = lines[index - 1].rstrip()
    line = lines[index]
    if len(before) - len(before.lstrip()) != len(line) - len(line.lstrip()):
        return False
    if _PROSE.search(line) and before and before[-1].isalnum() and "@" not in before:
        return True
    return len(before) > 50 and (before[-1].isalnum() or before[-1] == ",") and "@" not in before


def _beside_subject(lines: list[str], index: int) -> bool:
    """Whether a line is one of some fields that describe the message: To, Cc, Subject, Sent.

    A long label says more than that: what is called a recipient beside the subject is the one whom the notice is about.
    """
    match = _FIELD.match(lines[index])
    if match is None or (len(match[1]) > _SHORT_LABEL and match[1].lower() in generic_notice().recipient_labels):
        return False
    for other in (index - 1, index + 1, index + 2):
        if 0 <= other < len(lines):
            near = lines[other].strip().lower()
            if near.startswith(generic_notice().subject_labels):
                return True
    return False


def _by_table(patterns: list[re.Pattern[str]], stripped: str, index: int) -> list[Mention]:
    for pattern in patterns:
        match = pattern.match(stripped)
        if match is not None:
            groups = match.groupdict()
            address = groups.get("address") or ""
            if address:
                return [
                    Mention(
                        address.strip("'.`"),
                        index,
                        *match.span("address"),
                        Form.TABLE,
                        diagnostic=(groups.get("text") or "").strip(),
                        original=groups.get("original") or "",
                    )
                ]
    return []
