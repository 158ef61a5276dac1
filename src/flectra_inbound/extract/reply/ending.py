"""What stands under the author's words and is not one of them: footers of apps and lists, disclaimers, and `signature`s.

Rules of this file: precision before recall. An ending is looked for at the end of each run of author's lines only, from
below, and a run never loses all of its lines to a guess.
"""

from __future__ import annotations

import re

from .legal import is_legal, is_scanned
from .lines import Line, above, is_greeting, last_words, mark_all, paragraph, words_above
from .said import Said
from .signature import EMAIL, URL, begins_card, card, is_closing, is_postscript, is_sentence, is_separator, separated
from .wording import fold, is_mobile_footer, is_small, wording

_LIST_RULE = re.compile(r"^(?:_{20,}|-{20,}|(?:-=){5,40}-?)$")
#: a link or an address alone, as footers of lists have it
_BARE_LINK = re.compile(
    r"(?:[^:]{1,40}:\s{0,3})?<?(?:https?://\S{1,400}|www\.\S{1,200}|[^\s<>@]{1,64}@[^\s<>@]{1,128})>?"
)
_GOES_ON = (",", ":", "，", "：", "、", ")")  #: before the words of a sentence that began before them
_TAIL = 60  # lines looked at from below
_BANNERS = 3  # of servers that a mail passes


def mark_endings(lines: list[Line], names: tuple[str, ...], said: Said) -> None:
    """Label the endings of every run of author's lines. `names`: the author's, and a word of his domain after an @."""
    mark_banner(lines)
    contained = [line for line in lines if line.hard and line.kind == "signature"]
    if contained:
        _free_written(lines, names)
    for line in contained:
        if line.kind == "signature" and is_mobile_footer(fold(line.plain)):
            line.kind = "footer"
    written = -1  # the first of a run of author's lines
    last = -1
    for index, line in enumerate(lines):
        kind = line.kind
        if kind == "" or kind == "author":
            if line.plain:
                last = index
                if written < 0:
                    written = index
        elif line.plain and written >= 0:
            _run(lines, written, last + 1, names, said)
            written = -1
    if written >= 0:
        _run(lines, written, last + 1, names, said, final=True)
    if said.disclaimer:
        _below_the_quote(lines, names, said)


def _free_written(lines: list[Line], names: tuple[str, ...]) -> None:
    """QUIRK: he types into the container of the signature, where the cursor was: above a sign-off that stands in it, or all
    of the answer. Seen in web clients.
    """
    alone = not any(_is_author(line) for line in lines)
    index = 0
    while index < len(lines) and not (lines[index].hard and lines[index].kind == "quote" and not lines[index].depth):
        rows: list[Line] = []
        while index < len(lines) and (lines[index].blank or _is_in_signature(lines[index])):
            if lines[index].plain:
                rows.append(lines[index])
            index += 1
        if rows:
            for row in rows[: _typed(rows, names, alone=alone)]:
                row.kind = "author"
                row.hard = False
        index += 1


def _is_in_signature(line: Line) -> bool:
    return line.hard and line.kind == "signature" and not line.depth


def _typed(rows: list[Line], names: tuple[str, ...], *, alone: bool) -> int:
    """How many lines at the top of a signature's container are no signature; `alone`: no author's words stand elsewhere."""
    typed = 0
    rows = rows[:_TAIL]
    while typed < len(rows) and not begins_card(rows[typed], names) and not is_mobile_footer(fold(rows[typed].plain)):
        typed += 1
    first = rows[0].plain
    if typed < len(rows) and is_closing(rows[typed].plain):
        return typed if alone or any(row.plain[-1] in ".!?。！？" for row in rows[:typed]) else 0
    if not alone:
        return 0
    if is_sentence(first):
        return len(rows)
    return typed if typed == 1 and first[-1] in ".!" else 0


def _below_the_quote(lines: list[Line], names: tuple[str, ...], said: Said) -> None:
    """QUIRK: his server's legal words stand below the unmarked quote; that they name him or his domain tells them from ours."""
    end = last_words(lines, 0, len(lines))
    if not end or lines[end - 1].kind != "quote" or lines[end - 1].depth:
        return
    start = paragraph(lines, 0, end)
    text = fold(" ".join(line.plain for line in lines[start:end]))[:4_000]
    if (
        start > 0
        and all(line.kind == "quote" and not line.depth for line in lines[start:end])
        and any(phrase in text for phrase in said.disclaimer)
        and any(name.lstrip("@") in text for name in names if " " in name or (name[:1] == "@" and len(name) > 4))
    ):
        mark_all(lines, start, end, "disclaimer")


def mark_banner(lines: list[Line]) -> None:
    """QUIRK: gateways' warnings stand above the author's words: "this mail comes from outside". Seen in Exchange."""
    for _ in range(_BANNERS):
        if not _one_banner(lines):
            return


def _one_banner(lines: list[Line]) -> bool:
    first = next((i for i, line in enumerate(lines) if line.plain and line.kind != "disclaimer"), len(lines))
    if first >= len(lines) or not _is_author(lines[first]):
        return False
    end = first
    while end < len(lines) and not lines[end].blank and end - first < 8:
        end += 1
    text = fold(" ".join(line.plain for line in lines[first:end]))[:1_000]
    if wording().external.within(text) and any(_is_author(line) for line in lines[end:]):
        mark_all(lines, first, end, "disclaimer")
        return True
    return False


def _is_author(line: Line) -> bool:
    return not line.blank and line.kind in ("", "author")


def _run(lines: list[Line], first: int, end: int, names: tuple[str, ...], said: Said, *, final: bool = False) -> None:
    """Label what ends the run `lines[first:end]`; `final`: no author's words stand below it."""
    stop = end
    end = _footers(lines, first, end, said, final=final)
    before = end
    end = _disclaimer(lines, first, end, said, final=final)
    if end != before:
        end = _footers(lines, first, end, said, final=final)
    before = end
    end = separated(lines, first, end, names, said)
    if end != before:
        end = _footers(lines, first, end, said, final=final)
    end = _behind_greeting(lines, first, end, stop)
    card(lines, first, end, names)
    _postscripts(lines, first, stop)


def _behind_greeting(lines: list[Line], first: int, end: int, stop: int) -> int:
    """Nobody writes a greeting alone: the paragraph below it is written, whatever phrase it holds; where the words end."""
    last = last_words(lines, first, end)
    rows = [row.plain for row in lines[first:last] if not row.blank]
    below = last
    while below < stop and lines[below].blank:
        below += 1
    if len(rows) != 1 or not is_greeting(rows[0]) or below == last:
        return end
    if (
        below >= stop
        or lines[below].kind not in ("footer", "disclaimer")
        or not is_sentence(lines[below].plain[:-1] + ".")
    ):
        return end
    if is_mobile_footer(fold(lines[below].plain)):
        return end
    while below < stop and not lines[below].blank:
        lines[below].kind = "author"
        below += 1
    return below


def _postscripts(lines: list[Line], first: int, end: int) -> None:
    """A postscript is written, wherever it stands: as a paragraph below the signature, say."""
    index = first
    while index < end:
        begins = index == first or lines[index - 1].blank or is_separator(lines[index - 1])
        if begins and lines[index].kind == "signature" and is_postscript(lines[index]):
            while index < end and lines[index].plain:
                lines[index].kind = "author"
                index += 1
        index += 1


def _footers(lines: list[Line], first: int, end: int, said: Said, *, final: bool) -> int:
    """Footers of apps, virus scanners and lists, one line or paragraph after the other."""
    while True:
        end = last_words(lines, first, end)
        if end <= first:
            return end
        folded = fold(lines[end - 1].plain)
        if is_mobile_footer(folded, alone=end - 1 <= first):
            start = end - 1
            if start > first and is_separator(lines[start - 1]):
                start -= 1
            mark_all(lines, start, end, "footer")
            end = start
            continue
        start = paragraph(lines, first, end)
        while start < end - 1 and set(lines[start].plain) <= set("-_=* "):
            start += 1
        text = fold(" ".join(line.plain for line in lines[start:end]))[:2_000]
        scanned = is_scanned(text, said) and (final or start > first)
        if (start < end - 1 and is_mobile_footer(text, alone=start <= first)) or scanned:
            while start > first and set(lines[start - 1].plain) <= set("-_=* "):
                start -= 1
            mark_all(lines, start, end, "footer")
            end = start
            continue
        rule = _list_rule(lines, first, end)
        if rule is not None:
            mark_all(lines, rule, end, "footer")
            end = rule
            continue
        if any(_begins_sentence(lines[start:end], text, phrase) for phrase in said.list_footer) and (
            start > first or _LIST_RULE.match(lines[start].plain)
        ):
            mark_all(lines, start, end, "footer")
            end = start
            continue
        return end


def _begins_sentence(rows: list[Line], text: str, phrase: str) -> bool:
    """Whether a sentence or a line begins with a phrase: "your page says: to unsubscribe, visit" is told by the author."""
    at = text.find(phrase)
    if any(fold(row.plain).startswith(phrase) and not is_small(row.plain[0]) for row in rows):
        return True
    above = text[:at].rstrip(" \"'«„“([<")[-1:]
    return at == 0 or (at > 0 and not above.isalnum() and above not in _GOES_ON)


def _list_rule(lines: list[Line], first: int, end: int) -> int | None:
    """A rule with a list's name and links under it (Mailman and its kin)."""
    for index in range(max(first, end - 8), end):
        if _LIST_RULE.match(lines[index].plain):
            below = [line.plain for line in lines[index + 1 : end] if not line.blank]
            if (
                below
                and sum(bool(URL.search(text) or EMAIL.search(text)) for text in below) * 2 >= len(below)
                and any(_BARE_LINK.fullmatch(text) for text in below)
                and index > first
            ):
                return index
    return None


def _disclaimer(lines: list[Line], first: int, end: int, said: Said, *, final: bool) -> int:
    """Paragraphs of legal words at the end; what stands between two of them belongs to them."""
    if not said.disclaimer and not said.scanned and not said.legal:
        return end
    limit = max(first, end - _TAIL)
    place = last_words(lines, first, end)
    cut = end
    while place > limit:
        start = paragraph(lines, first, place)
        text = fold(" ".join(line.plain for line in lines[start:place]))[:4_000]
        if is_legal(text, said) or is_scanned(text, said):
            cut = start
        elif end - start > 40:
            break
        if start <= first:
            break
        place = last_words(lines, first, start)
    if cut < end:
        while cut > first and (lines[cut - 1].blank or set(lines[cut - 1].plain) <= set("-_=* ")):
            cut -= 1
        if cut <= first and (not final or above(lines, first) < 0):
            return end  # nothing but legal words: somebody's question about them, or all that there is
        words = words_above(lines, first, cut)
        if words[-1:] in (":", "：") and len(words.split()) > 4:
            return end  # "Please put this under our mails:"
        mark_all(lines, cut, end, "disclaimer")
        return cut
    return end
