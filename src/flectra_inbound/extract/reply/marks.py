"""Lines that part the author's words from others': attributions, header blocks, separators, delimiters.

Rules of this file: it looks at lines and says what they are; what follows from it is decided in `cut`. Each line is looked at
a bounded number of times.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .columns import columns
from .facts import has_address, has_date, has_day, has_time
from .legal import is_sentence_about
from .lines import Line
from .look import Look
from .wording import Said, attribution, begins_attribution, fold, is_small, wording

#: over how many lines clients wrap an attribution
_WRAPPED = 5
#: the score of an attribution with all that one consists of; what stands above it is none of it
_WHOLE = 6
_LABEL = re.compile(r"[\s>*_#·•|-]{0,6}([^\s:*_>|][^:*_>|]{0,40}?)[\s*_]{0,4}[:：][\s*_]{0,4}(.{0,900})")
_LEAD = re.compile(r"^-{1,20}\s?[^\s:-][^:-]{2,40}-{3,20}\s{0,3}")
_INLINE_LABEL = re.compile(r"(?:^|[\s*_])([^\W\d_][^\s:*_]{0,18})[*_]{0,2}\s?[:：]")
_DASHES = re.compile(r"^[-_=*–—~+]{2,60}\s?(.{2,80}?)\s?[-_=*–—~+]{0,60}:?$")
_ID = re.compile(r"(?:news:\s?|<)[^\s<>@]{1,100}@[^\s<>@]{1,80}(?:\.\.\.|…)$")
#: a name of a few words, and an address in brackets that does not end the text
_SENDER = re.compile(r"[^.!?:<>(@]{0,20}(?:\.\s)?[^.!?:<>(@]{0,60}[<(][^\s<>()@]{1,100}@[^\s<>()@]{1,80}[>)] \S")
_DIGIT = re.compile(r"\d")
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
_OPENING = ('"', "'", "«", "„", "「", "『", "《")  #: what is quoted in a sentence is no delimiter
_RULE = re.compile(r"^[-_=*–—]{5,200}$")


@dataclass(frozen=True, slots=True)
class Mark:
    """What begins at a line."""

    kind: str  #: attribution, header, original, forwarded, delimiter
    first: int
    last: int  #: inclusive
    strength: int  #: 1: only above a quote; 2: a form that is hardly prose; 3: sure
    proof: int = 1  #: of a header: addresses and dates in it


def find_marks(lines: list[Line], look: Look) -> dict[int, Mark]:
    """All marks by the line that they begin at."""
    marks: dict[int, Mark] = {}
    covered = -1
    fenced = _fenced(lines) if look.candidates else frozenset[int]()
    for index in look.candidates:
        if index <= covered or index in fenced:
            continue
        mark = (
            _separator(lines, index)
            or _header(lines, index)
            or _columns(lines, index)
            or (_delimiter(lines, index, look.said) if look.said.reply_above else None)
            or _attribution(lines, index, look)
        )
        if mark is None:
            continue
        if mark.first in marks or mark.first <= covered:
            continue
        marks[mark.first] = mark
        covered = mark.last
    return marks


def _fenced(lines: list[Line]) -> frozenset[int]:
    """Lines between two fences of Markdown: code, whatever it looks like."""
    fences = [i for i, line in enumerate(lines) if line.plain[:3] in ("```", "~~~") and not line.depth]
    return frozenset(i for first, last in zip(fences[::2], fences[1::2]) for i in range(first, last + 1))


# -- "Ada wrote:" ----------------------------------------------------------------------------------------------------


def _attribution(lines: list[Line], index: int, look: Look) -> Mark | None:
    """An attribution that ends at this line: the fewest lines that make one."""
    line = lines[index]
    text = line.plain
    if len(text) > 400:
        return None
    if text.endswith(("...", "…")):
        return _with_id(lines, index)
    if not _may_end(text):
        # QUIRK: `2024/7/20 Ada Brook <ada@shop.example>` and no verb. Seen in old Gmail
        bare = (
            _quote_follows(lines, index)
            and text[-1] not in ".!?…"  # "On 3 March we moved." is a sentence
            and has_date(text)
            and (has_address(text) or (not text[0].isdigit() and begins_attribution(text)))
        )
        return Mark("attribution", index, index, 1) if bare else None
    joined = ""
    evidence = False
    best: Mark | None = None
    most = 0
    for first in range(index, max(-1, index - _WRAPPED), -1):
        if lines[first].blank or lines[first].depth != line.depth or lines[first].group != line.group:
            break
        joined = f"{lines[first].plain} {joined}".strip()
        evidence = evidence or "@" in lines[first].plain or _DIGIT.search(lines[first].plain) is not None
        if not evidence and first != index:
            continue
        if not look.closely():
            break
        strength = attribution(joined)
        if strength and first == index and text.startswith("---") and text.endswith("---"):
            strength = 3  # QUIRK: `-----Ada Brook <ada@shop.example> wrote: -----`. Seen in Domino
        if not strength or (strength == 1 and first != index and not has_date(joined)):
            continue
        # more lines only for more of what an attribution consists of: its first line holds the date, often alone
        begins = begins_attribution(joined)
        score = strength + has_date(joined) + has_address(joined) + begins
        if score > most or (score == most and begins and has_date(lines[first].plain)):
            best, most = Mark("attribution", first, index, strength), score
        if score == _WHOLE and has_day(joined):
            break
    return best


def _with_id(lines: list[Line], index: int) -> Mark | None:
    """QUIRK: `"Ada" <ada@shop.example> wrote in message news:1a2b@shop.example...` above a quote. Seen in Outlook Express."""
    if not _quote_follows(lines, index) or _ID.search(lines[index].plain[-200:]) is None:
        return None
    joined = ""
    for first in range(index, max(-1, index - 3), -1):
        line = lines[first]
        if line.blank or line.depth != lines[index].depth:
            break
        joined = f"{line.plain} {joined}".strip()
        if _SENDER.match(joined):
            return Mark("attribution", first, index, 1)
    return None


def _quote_follows(lines: list[Line], index: int) -> bool:
    depth = lines[index].depth
    below = lines[index + 1 : index + 3]
    return bool(below) and (below[0].depth > depth or (below[0].blank and below[-1].depth > depth))


def _may_end(text: str) -> bool:
    """Whether an attribution may end with this line: nearly all end with a colon."""
    last = text.rstrip(" *_<>-–—")[-1:]
    return (
        last in (":", "：")
        or text.endswith(">>>")
        or (last in ("。", "に", "」", "》") and has_address(text))
        or _ends_with_verb(text)
    )


def _ends_with_verb(text: str) -> bool:
    words = fold(text.rstrip(" .:：*_-–—")).split(" ")
    verbs = wording().wrote
    # some are of two words: `գրել է`
    return (words[-1] in verbs or " ".join(words[-2:]) in verbs) and (has_date(text) or has_address(text))


# -- From: Sent: To: Subject: ----------------------------------------------------------------------------------------


def label_of(text: str) -> tuple[frozenset[str], str] | None:
    """What a line's label may stand for, and its value."""
    if text.startswith("-"):
        text = _LEAD.sub(
            "", text
        )  # QUIRK: `-----Original Message----- From: Ada` in one line. Seen where lines were joined
    match = _LABEL.match(text)
    if match is None or is_small(match[1][:1]):
        return None  # every client writes its labels with a capital, where the script has one
    kinds = wording().labels.get(fold(match[1]).strip())
    return (kinds, match[2].strip()) if kinds is not None else None


def _read_label(row: Line) -> None:
    """What a line says as one of a header block, kept for the blocks that may begin above it."""
    text = row.plain
    row.proof = has_address(text) + has_date(text)
    if ":" not in text and "：" not in text:
        return
    found = label_of(text)
    if found is not None:
        row.label = found[0]
    else:
        generic = _LABEL.match(text)
        row.generic = generic is not None and len(generic[1].split()) <= 3 and bool(generic[2].strip())


def _header(lines: list[Line], index: int) -> Mark | None:
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
    proof = 0
    labelled = 0
    last = index
    blanks = 0
    unknown = 0
    addressed = timed = False
    for place in range(index, min(len(lines), index + 24)):
        row = lines[place]
        if not row.plain:
            blanks += 1
            if blanks > 1:
                break
            continue
        if row.depth != line.depth:
            break
        if row.proof < 0:
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
                proof += row.proof > 0
                continue
        else:
            labelled += 1
            kinds |= found
            if place > index:
                later |= found
        if blanks and found is None:
            break
        proof += row.proof
        addressed = addressed or "@" in row.plain
        timed = timed or has_time(row.plain)
        last = place
        blanks = 0
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
            ({"to", "subject"} <= kinds and proof and index and _RULE.match(lines[index - 1].plain))
            or ({"date", "to"} <= kinds and proof >= 2 and _alone(lines, index, last))
        )
    ):
        mark = Mark("header", index, last, 2)
    elif labelled + unknown >= 3 and proof >= 2 and unknown >= 2 and _alone(lines, index, last):
        mark = Mark("header", index, last, 1)
    apart = (
        index == 0 or lines[index - 1].blank or lines[index - 1].hard or _RULE.match(lines[index - 1].plain) is not None
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


def _columns(lines: list[Line], index: int) -> Mark | None:
    found = columns(lines, index)
    return Mark("header", *found, 3, 2) if found is not None else None


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
    above = first == 0 or lines[first - 1].blank or _RULE.match(lines[first - 1].plain) is not None
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


# -- ----- Original Message ----- --------------------------------------------------------------------------------------


def _separator(lines: list[Line], index: int) -> Mark | None:
    text = lines[index].plain
    if len(text) > 160:
        return None
    tables = wording()
    dashes = text[0] in "-_=*–—~+"
    if dashes and _RULE.match(text):
        below = index + 1
        while below < len(lines) and lines[below].blank and below - index < 3:
            below += 1
        header = _header(lines, below) if below < len(lines) and not lines[below].blank else None
        return Mark("header", index, header.last, 3) if header is not None and header.strength > 1 else None
    match = _DASHES.match(text) if dashes else None
    words = fold(match[1] if match is not None else text).strip(" :.*_-")
    dashed = match is not None and not text[-1].isalnum()
    for phrases, starts, kind in (
        (tables.forwarded, tables.forwarded_starts, "forwarded"),
        (tables.original, tables.original_starts, "original"),
    ):
        if (
            words in phrases
            or (kind == "original" and dashed and _names_a_message(words, text))
            or (dashed and "@" in words and words.startswith(starts) and has_address(words))
        ):
            below = index + 1
            while below < len(lines) and lines[below].blank and below - index < 3:
                below += 1
            header = _header(lines, below) if below < len(lines) and not lines[below].blank else None
            if header is not None:
                return Mark(kind, index, header.last, 3)
            if dashed:
                known = words in phrases or "@" in words or any(line.plain for line in lines[:index])
                return Mark(kind, index, index, 3 if known else 1)
            if text.rstrip(" *_").endswith((":", "：")):
                return Mark(kind, index, index, 1)
    if (
        dashed
        and index + 1 < len(lines)
        and len(words.split()) <= 4
        and text.startswith("---")
        and text.endswith("---")
    ):
        # whatever its words: `----- Mensaxe orixinal -----`, and the block right below it
        header = _header(lines, index + 1) if lines[index + 1].plain else None
        if header is not None and header.strength == 3 and header.proof > 1:
            return Mark("original", index, header.last, 3)
    return None


def _names_a_message(words: str, text: str) -> bool:
    """QUIRK: `-----Reply Message-----`, and whatever adjective a translation takes."""
    tokens = words.split()
    return (
        text.startswith("---") and text.endswith("---") and len(tokens) == 2 and not wording().nouns.isdisjoint(tokens)
    )


def _delimiter(lines: list[Line], index: int, said: Said) -> Mark | None:
    """RFC knows none: the line of a help desk above which the answer shall stand."""
    text = lines[index].plain
    if not said.reply_above or len(text) > 200:
        return None
    folded = fold(text)
    for phrase in said.reply_above:
        if (
            phrase in folded
            and len(folded) < len(phrase) + 60
            and folded[-1] != "?"
            and not folded.partition(phrase)[0].endswith(_OPENING)
            and not is_sentence_about(folded, phrase)
        ):
            return Mark("delimiter", index, index, 3)
    return None
