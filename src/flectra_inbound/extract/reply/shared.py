"""Lines that are not yet what they say: two that share one line, and quotes with a bar for a mark.

Rules of this file: it goes before all other looks, and changes a line only where both halves are sure.
"""

from __future__ import annotations

from .facts import has_address, has_date
from .lines import Line, above, plain_words
from .wording import attribution, fold, is_small, wording
from .writer import says_who

#: an attribution begins within this many words of its line
_WORDS = 12
#: from here on a line is looked into only for an attribution that it begins with
_LONG = 500
#: the longest attribution that a quote follows in its line
_HEAD = 300
#: lines with a date and more that are looked at; nobody's thread has as many
_CLOSE_LOOKS = 500


def split_shared(lines: list[Line]) -> list[Line]:
    """Part lines that hold the author's last words and the attribution (`Yes, do. On Monday, 3 June 2024 Ada wrote:`).

    QUIRK: or the attribution and the quote, where a line end became blanks. Seen in Yahoo Mail for telephones.
    """
    asked = [
        index
        for index, line in enumerate(lines)
        if not line.depth
        and not line.kind
        and len(line.text) > 20
        and (("@" in line.text or line.text[-1] in ":：") if len(line.text) < _LONG else ":  " in line.text[:_HEAD])
    ]
    if not asked:
        return lines
    found: list[Line] = []
    done = 0
    left = _CLOSE_LOOKS
    for index in asked:
        text = lines[index].text
        joined = _joined(text)
        if not joined and (len(text) >= _LONG or not has_date(text) or not (has_address(text) or text[-1] in ":：")):
            continue
        left -= 1
        if left < 0:
            break
        at = joined or _begins(lines, index)
        if at:
            found += lines[done:index]
            found += _halves(lines[index], at)
            done = index + 1
    return found + lines[done:] if done else lines


def _joined(text: str) -> int:
    """Where an attribution ends that a line begins with and goes on behind; 0 if there is none."""
    end = text.find(":  ", 0, _HEAD) + 1
    head = plain_words(text[:end])
    return end if has_date(head) and has_address(head) and attribution(head) == 3 else 0


def _begins(lines: list[Line], index: int) -> int:
    """Where in a line an attribution begins that shares it with other words; 0 if none does."""
    text = lines[index].text
    starts = wording().starts
    at = 0
    for _ in range(_WORDS):
        at = text.find(" ", at) + 1
        if not at:
            break
        if is_small(text[at]) or fold(text[at:]).split(" ", 1)[0] not in starts:
            continue
        if text[at - 2] not in ".!?" and has_date(text[:at]):
            continue  # the middle of one that began before
        if fold(text[:at]).strip() == fold(text[at:]).split(" ", 1)[0]:
            continue  # QUIRK: its first word stands there twice, `V V pon., 4. mar.`. Seen in Gmail, in Slovenian
        if _shares(lines, index, at):
            return at
    return 0


def _halves(line: Line, at: int) -> tuple[Line, Line]:
    head, tail = line.text[:at].rstrip(" -–—"), line.text[at:]
    middle = line.start + at
    return (
        Line(head, 0, line.start, middle, plain_words(head)),
        Line(tail, 0, middle, line.end, plain_words(tail), group=line.group),
    )


def _shares(lines: list[Line], index: int, at: int) -> bool:
    joined = plain_words(lines[index].text[at:])
    for below in range(index + 1, index + 4):
        if has_date(joined) and attribution(joined) == 3:
            return True
        if below >= len(lines) or lines[below].blank or lines[below].depth:
            break
        joined += " " + lines[below].plain
    return False


def _bar(line: Line) -> bool:
    return line.plain[:1] == "|" or line.plain[:2] == ": "


def mark_bars(lines: list[Line]) -> None:
    """QUIRK: `| ` or `: ` as a quote mark. Seen in mutt, in old Discourse and on Usenet; tables of Markdown have more than one
    bar in a line.
    """
    end = 0
    announced = False
    for index in [i for i, line in enumerate(lines) if not line.depth and _bar(line)]:
        if index < end:
            continue
        end = index
        sign = lines[index].plain[0]
        while end < len(lines) and lines[end].plain.startswith(sign):
            end += 1
        tables = sum("|" in line.plain[1:] for line in lines[index:end])
        at = above(lines, index)
        announced = at >= 0 and (
            announced
            or has_date(lines[at].plain)
            or has_address(lines[at].plain)
            or lines[at].depth > 0
            or says_who(lines[at].plain)
        )
        if announced and tables * 3 < end - index:
            for line in lines[index:end]:
                line.depth = 1
                line.text = line.text.lstrip().removeprefix(sign).removeprefix(" ")
                line.plain = plain_words(line.text)
