"""Lines that part the author's words from others': attributions, header blocks, separators, delimiters.

Rules of this file: it looks at lines and says what they are; what follows from it is decided in `cut`. Each line is looked at
a bounded number of times.
"""

from __future__ import annotations

import re

from .blocks import RULE, header_block
from .columns import columns
from .facts import has_address, has_date, has_day
from .legal import is_sentence_about
from .lines import Line, above, fenced
from .look import Look
from .mark import Mark
from .said import Said
from .wording import attribution, begins_attribution, fold, wording
from .wrapped import begins_as_template, ends_below, from_its_begin, is_open
from .writer import says_who

#: over how many lines clients wrap an attribution
_WRAPPED = 5
#: the score of an attribution with all that one consists of; what stands above it is none of it
_WHOLE = 6
_DASHES = re.compile(r"^[-_=*–—~+]{2,60}\s?(.{2,80}?)\s?[-_=*–—~+]{0,60}:?$")
#: not `#### add it above this line ####`: a comment of code
_FRAMED = re.compile(r"^(?:##-|[-=*~_—–>+]{2}|\[).{5,180}(?:-##|[-=*~_—–<+]{2}|\])$")
_FRAMED_WORDS = 16
_ID = re.compile(r"(?:news:\s?|<)[^\s<>@]{1,100}@[^\s<>@]{1,80}(?:\.\.\.|…)$")
#: a name of a few words, and an address in brackets that does not end the text
_SENDER = re.compile(r"[^.!?:<>(@]{0,20}(?:\.\s)?[^.!?:<>(@]{0,60}[<(][^\s<>()@]{1,100}@[^\s<>()@]{1,80}[>)] \S")
#: a name, and its address in brackets
_NAMED = re.compile(r"[^.!?:<>(@]{1,60}[<(][^\s<>()@]{1,100}@[^\s<>()@]{1,80}[>)]")
_DIGIT = re.compile(r"\d")
_OPENING = ('"', "'", "«", "„", "「", "『", "《")  #: what is quoted in a sentence is no delimiter


def find_marks(lines: list[Line], look: Look) -> dict[int, Mark]:
    """All marks by the line that they begin at."""
    marks: dict[int, Mark] = {}
    covered = -1
    inside = fenced(lines) if look.candidates else frozenset[int]()
    for index in look.candidates:
        if index <= covered or index in inside:
            continue
        mark = (
            _separator(lines, index)
            or header_block(lines, index)
            or columns(lines, index)
            or (_delimiter(lines, index, look.said) if look.said.reply_above or look.said.above_line else None)
            or _attribution(lines, index, look)
        )
        if mark is None:
            continue
        if mark.first in marks or mark.first <= covered:
            continue
        marks[mark.first] = mark
        covered = mark.last
    return marks


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
    addressed = False
    if (text[-1] not in (":", "：") or is_open(text)) and look.closely() and ends_below(lines, index):
        return None
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
        if not strength and first == index and says_who(joined):
            strength = 1
        if not strength or (strength == 1 and first != index and not has_date(joined)):
            continue
        # more lines only for more of what an attribution consists of: its first line holds the date, often alone
        begins = begins_attribution(joined) and (best is None or begins_as_template(joined))
        score = strength + has_date(joined) + has_address(joined) + begins
        more = begins and has_date(lines[first].plain)
        gains = not addressed and _NAMED.match(lines[first].plain) is not None
        if score > most or (score == most and (more or gains)):
            best, most, addressed = Mark("attribution", first, index, strength), score, has_address(joined)
        if score == _WHOLE and has_day(joined):
            break
    return from_its_begin(lines, best, _WRAPPED) if best is not None else None


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
    below = index + 1
    if below + 1 < len(lines) and not lines[below].plain and lines[below].depth <= depth:
        below += 1
    return below < len(lines) and lines[below].depth > depth


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
    words = fold(text.rstrip(" .:：*_-–—")).rsplit(" ", 2)
    verbs = wording().wrote
    # some are of two words: `գրել է`
    # QUIRK: `---- Ada Brook wrote ----`. Seen in web mail of Poland
    framed = text.startswith("---") and text.endswith("---")
    return (words[-1] in verbs or " ".join(words[-2:]) in verbs) and (framed or has_date(text) or has_address(text))


# -- ----- Original Message ----- --------------------------------------------------------------------------------------


def _separator(lines: list[Line], index: int) -> Mark | None:
    text = lines[index].plain
    if len(text) > 160:
        return None
    tables = wording()
    dashes = text[0] in "-_=*–—~+"
    if dashes and RULE.match(text):
        header = _header_below(lines, index)
        return Mark("header", index, header.last, 3) if header is not None and header.strength > 1 else None
    match = _DASHES.match(text) if dashes else None
    words = fold(match[1] if match is not None else text).strip(" :.*_-")
    dashed = match is not None and not text[-1].isalnum()
    if not dashed and words not in tables.forwarded and words not in tables.original:
        return None  # nearly every line
    for phrases, starts, kind in (
        (tables.forwarded, tables.forwarded_starts, "forwarded"),
        (tables.original, tables.original_starts, "original"),
    ):
        if (
            words in phrases
            or (kind == "original" and dashed and _names_a_message(words, text))
            or (dashed and "@" in words and words.startswith(starts) and has_address(words))
        ):
            header = _header_below(lines, index)
            if header is not None:
                return Mark(kind, index, header.last, 3)
            if dashed:
                known = words in phrases or "@" in words or above(lines, index) >= 0
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
        header = header_block(lines, index + 1) if lines[index + 1].plain else None
        if header is not None and header.strength == 3 and header.proof > 1:
            return Mark("original", index, header.last, 3)
    return None


def _header_below(lines: list[Line], index: int) -> Mark | None:
    """The header block below a line, with two blank ones between them at most."""
    below = index + 1
    while below < len(lines) and lines[below].blank and below - index < 3:
        below += 1
    return header_block(lines, below) if below < len(lines) and not lines[below].blank else None


def _names_a_message(words: str, text: str) -> bool:
    """QUIRK: `-----Reply Message-----`, and whatever adjective a translation takes."""
    tokens = words.split()
    return (
        text.startswith("---") and text.endswith("---") and len(tokens) == 2 and not wording().nouns.isdisjoint(tokens)
    )


def _delimiter(lines: list[Line], index: int, said: Said) -> Mark | None:
    """RFC knows none: the line of a help desk above which the answer shall stand."""
    text = lines[index].plain
    if len(text) > 200:
        return None
    folded = fold(text)
    if (
        _FRAMED.match(text)
        and len(text.split()) <= _FRAMED_WORDS
        and any(phrase in folded for phrase in said.above_line)
    ):
        return Mark("delimiter", index, index, 3)
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
