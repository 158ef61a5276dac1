"""Header blocks: `From: ...`, `Sent: ...`, `To: ...` in any language, line by line or joined in one.

Rules of this file: what people write with colons is no block; so it must say who or when.
"""

from __future__ import annotations

import re

from .facts import has_address, has_date, has_day, has_time
from .lines import UNPROVEN, UNREAD, Line
from .mark import Mark
from .wording import fold, is_small, wording

_LABEL = re.compile(r"[\s>*_#·•|-]{0,6}([^\s:*_>|][^:*_>|]{0,40}?)[\s*_]{0,4}[:：][\s*_]{0,4}(.{0,900})")
_LEAD = re.compile(r"^-{1,20}\s?[^\s:-][^:-]{2,40}-{3,20}\s{0,3}")
_INLINE_LABEL = re.compile(r"(?:^|[\s*_])([^\W\d_][^\s:*_]{0,18})[*_]{0,2}\s?[:：]")
#: fields that stand in the source of a mail alone
_RAW = (
    "X-",
    "Received:",
    "Return-Path:",
    "Message-ID:",
    "Message-Id:",
    "MIME-Version:",
    "Content-Type:",
    "DKIM-Signature:",
)
RULE = re.compile(r"^[-_=*–—](?: ?[-_=*–—]){4,200}$")


def label_of(text: str) -> tuple[frozenset[str], str] | None:
    """What a line's label may stand for, and its value."""
    if text.startswith("-"):
        # QUIRK: `-----Original Message----- From: Ada` in one line. Seen where lines were joined
        text = _LEAD.sub("", text)
    match = _LABEL.match(text)
    if match is None or is_small(match[1][:1]):
        return None  # every client writes its labels with a capital, where the script has one
    kinds = wording().labels.get(fold(match[1]).strip())
    return (kinds, match[2].strip()) if kinds is not None else None


def _read_label(row: Line) -> None:
    """What a line is called as one of a header block, kept for the blocks that may begin above it."""
    text = row.plain
    row.proof = UNPROVEN
    if ":" not in text and "：" not in text:
        return
    found = label_of(text)
    if found is not None:
        row.label = found[0]
    else:
        generic = _LABEL.match(text)
        row.generic = generic is not None and len(generic[1].split()) <= 3 and bool(generic[2].strip())


def _prove(row: Line) -> None:
    """What a line of a header block says; nearly all that look like the begin of one have no second."""
    dated = has_date(row.plain)
    row.proof = has_address(row.plain) + dated
    row.timed = dated and has_time(row.plain)


def header_block(lines: list[Line], index: int) -> Mark | None:
    """A block of header fields that begins here."""
    line = lines[index]
    start = line.plain[:60]
    if ":" not in start and "：" not in start:
        return None
    one = _in_one_line(lines, index)
    if one is not None:
        return one
    kinds: set[str] = set()
    later: set[str] = set()  # those below the first line
    rows: list[Line] = []  # with a label
    goes_on: list[Line] = []  # with the value above them
    labelled = 0
    last = index
    blanks = 0
    unknown = 0
    for place in range(index, min(len(lines), index + 24)):
        row = lines[place]
        if not row.plain:
            blanks += 1
            if blanks > 1:
                break
            continue
        if row.depth != line.depth:
            break
        if row.proof == UNREAD:
            _read_label(row)
        found = row.label
        if place - index > 5 and len(kinds) < 2 and unknown < 2:
            break
        if found is None:
            if place == index and not row.generic:
                return None
            if row.generic:
                unknown += 1  # a label in a language that we do not know, or one that we need not
            elif blanks or place - last > 2 or (place > index and not _continues(row)):
                break
            else:
                goes_on.append(row)
                continue
        else:
            labelled += 1
            kinds |= found
            if place > index:
                later |= found
        if blanks and found is None:
            break
        rows.append(row)
        last = place
        blanks = 0
    if labelled < 2 and labelled + unknown < 3:
        return None
    for row in (*rows, *goes_on):
        if row.proof == UNPROVEN:
            _prove(row)
    proof = sum([row.proof for row in rows]) + sum([row.proof > 0 for row in goes_on])
    addressed = any("@" in row.plain for row in rows)
    timed = any(row.timed for row in rows)
    if "from" in later and _is_prose(line, later, apart=lines[index + 1].blank):
        return None
    known = len(kinds & {"from", "to", "date", "subject", "cc", "reply_to"})
    vague = not (addressed and timed) if "subject" not in kinds else "date" in kinds and not addressed and not timed
    if labelled >= 3 and vague:
        return Mark("header", index, last, 1, proof)  # "From: Delhi, To: Jaipur, Date: 15 March": a journey
    if labelled >= 3 and not kinds & {"from", "date"}:
        return Mark("header", index, last, 1, proof)  # "To: ..., Cc: ..., Subject: ...": how we shall write to him
    mark = None
    if labelled >= 3 and "from" in kinds and known >= 3:
        mark = Mark("header", index, last, 3, proof)
    elif labelled == 2 and "from" in kinds and kinds & {"date", "subject", "to"} and proof >= 1:
        mark = Mark("header", index, last, 3 if proof > 1 else 2)
    elif (labelled >= 3 and known >= 3 and proof >= 1) or (
        labelled == 2
        and (
            ({"to", "subject"} <= kinds and proof and index and RULE.match(lines[index - 1].plain))
            or ({"date", "to"} <= kinds and proof >= 2 and _alone(lines, index, last))
        )
    ):
        mark = Mark("header", index, last, 2)
    elif labelled + unknown >= 3 and proof >= 2 and unknown >= 2 and _alone(lines, index, last):
        mark = Mark("header", index, last, 1)
    apart = (
        index == 0 or lines[index - 1].blank or lines[index - 1].hard or RULE.match(lines[index - 1].plain) is not None
    )
    return mark if mark is None or _tells_a_message(lines[index : last + 1], apart=apart) else None


def _tells_a_message(rows: list[Line], *, apart: bool) -> bool:
    """Whether a block says who or when: "From: the north, Date: Friday" does not, and raw fields are what somebody pasted."""
    for row in rows:
        if row.label is not None and "from" in row.label and (found := label_of(row.plain)) and found[1][:1].isdigit():
            return has_address(row.plain)
        if row.plain.startswith(_RAW):
            return False
    if any(has_address(row.plain) for row in rows):
        return True
    days = [row.plain for row in rows if row.label is not None and "date" in row.label]
    return apart and all(has_day(text) and has_time(text) for text in days)


def _is_prose(line: Line, below: set[str], *, apart: bool) -> bool:
    """Whether what looks like a label is a sentence above a block that is whole without it: "In short: no.", "To: be honest"."""
    if line.label is None:
        value = line.plain.replace("：", ":").partition(":")[2]
        words = sum(word.isalpha() for word in value.split())
        return apart or words > 2 or not has_day(value)  # "Message du : 12/12/2016 13:20", in any language
    return not has_address(line.plain) and (
        line.label <= below or line.label <= {"cc", "bcc", "attachments", "importance"}
    )


def _continues(row: Line) -> bool:
    """Whether a line goes on with the value above it: addresses, or the rest of a subject."""
    return has_address(row.plain) or row.text[:1] in (" ", "\t")


def _alone(lines: list[Line], first: int, last: int) -> bool:
    """Whether a block stands apart: a blank line or a rule above it, and a blank line below."""
    above = first == 0 or lines[first - 1].blank or RULE.match(lines[first - 1].plain) is not None
    below = last + 1 >= len(lines) or lines[last + 1].blank or lines[last + 1].depth > lines[last].depth
    return above and below


def _in_one_line(lines: list[Line], index: int) -> Mark | None:
    """QUIRK: `*From:* Ada <a@b> *Sent:* Monday *To:* Eva *Subject:* Offer`. Seen where HTML was made into text."""
    text = lines[index].plain
    if text.count(":") + text.count("：") < 2 or len(text) > 900:
        return None
    table = wording().labels
    kinds: set[str] = set()
    count = 0
    first = True
    for match in _INLINE_LABEL.finditer(text):
        found = table.get(fold(match[1]))
        if first and (found is None or "from" not in found):
            return None
        first = False
        if found is not None:
            count += 1
            kinds |= found
    proof = has_address(text) + has_date(text)
    known = len(kinds & {"from", "to", "date", "subject"})
    timed = has_address(text) or has_time(text)  # "From: Breda To: Gent Date: 15 March Subject: tiles" has neither
    if (count >= 3 and known >= 3 and proof and timed) or (count == 2 and known == 2 and proof == 2):
        return Mark("header", index, index, 2)
    return None
