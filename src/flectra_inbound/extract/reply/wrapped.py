"""Attributions wrapped so early that their first line is only how they begin: `On Thu, Nov`, `пн,`, a name alone.

Rules of this file: a line above an attribution is the author's, unless it consists of a date's words and numbers, or of what
templates begin with, or is the name that an address in brackets lacks; and what results must be an attribution as well.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ...rules.loader import languages
from .facts import has_address, has_date, has_day
from .lines import Line
from .mark import Mark
from .wording import TOKEN, attribution, fits, fold, is_small, wording

#: a first line that is longer is seen without this
_LONGEST = 60
_MOST_WORDS = 8
_MOST_NAMES = 5
_SIGNS = ",.:،()-"
_WHOLE_DAY = re.compile(r"\d{1,4}[./年-]\s?\d|\d\d?\.? [^\s\d]{1,20} \d{4}")
_NUMBER = re.compile(r"[\d０-９٠-٩۰-۹]{1,4}[\d.:/年月日년월일-]{0,9}")


def from_its_begin(lines: list[Line], mark: Mark, most: int) -> Mark:
    """The same attribution from where it begins, over so many lines at most."""
    while mark.first > 0 and mark.last - mark.first < most - 1:
        upper, lower = lines[mark.first - 1], lines[mark.first]
        if upper.blank or upper.hard != lower.hard or upper.depth != lower.depth or upper.group != lower.group:
            break
        joined = " ".join([line.plain for line in lines[mark.first - 1 : mark.last + 1]])
        if not _goes_on(upper.plain, lower.plain, joined) or not attribution(joined):
            break
        mark = Mark(mark.kind, mark.first - 1, mark.last, mark.strength)
    return mark


def _goes_on(upper: str, lower: str, joined: str) -> bool:
    if len(upper) > _LONGEST:
        return False
    if lower[:1] in ("<", "(") and has_address(lower.split(" ", 1)[0]):
        words = upper.split()
        return len(words) <= _MOST_NAMES and upper[-1] not in ".!?,;:" and not any(is_small(word[0]) for word in words)
    words = [bare for word in fold(upper).split(" ") if (bare := word.strip(_SIGNS))]
    if not words or len(words) > _MOST_WORDS:
        return False
    tables = wording()
    days = _day_words()
    kinds = [word in days or _NUMBER.fullmatch(word) is not None for word in words]
    begin = fold(lower).split(" ", 1)[0].strip(_SIGNS)
    # "Monday", he answers, and an attribution begins below
    whole = _WHOLE_DAY.match(lower) is not None and upper[-1] not in (",", "،")
    if all(kinds):
        day_above = has_day(upper) and not has_day(lower)
        return day_above or (not whole and (begin in tables.months or _NUMBER.fullmatch(begin) is not None))
    if (begin in tables.starts and begin not in tables.weekdays and has_day(lower)) or (whole and len(words) > 1):
        return False
    return all(kind or word in _frame() for kind, word in zip(kinds, words)) and begins_as_template(joined)


@lru_cache(maxsize=1)
def _day_words() -> frozenset[str]:
    """Months, days of the week and what stands beside a time of day, however short: here they stand alone in their line."""
    words = [language.words for language in languages()]
    return frozenset(
        fold(phrase).strip(_SIGNS) for row in words for phrase in (*row.months, *row.weekdays, *row.day_time)
    )


@lru_cache(maxsize=1)
def _frame() -> frozenset[str]:
    """The words of all templates."""
    templates = [template for found in wording().by_token.values() for template in found]
    return frozenset(
        word.strip(_SIGNS) for template in templates for piece in template.pieces for word in piece.split()
    )


def begins_as_template(text: str) -> bool:
    """Whether a template fits whose own words a text begins with: "On", and not "No" above a date."""
    folded = fold(text)
    return any(
        not template.slots[0] and folded.lstrip("- ").startswith(template.pieces[0]) and fits(template, folded)
        for template in wording().candidates(folded, set(TOKEN.findall(folded)))
    )


def is_open(text: str) -> bool:
    """Whether a bracket is not closed: `... ezt írta (időpont:`."""
    return text.rfind("(") > text.rfind(")")


def ends_below(lines: list[Line], index: int) -> bool:
    """Whether an attribution that seems to end at a line, with its verb, goes on in the next one: `... schrieb`, `Ada <a@b>:`."""
    if index + 1 >= len(lines) or (lines[index].plain[-1] in (":", "：") and not is_open(lines[index].plain)):
        return False
    line, below = lines[index], lines[index + 1]
    if below.blank or below.depth != line.depth or below.group != line.group or below.plain[-1] not in (":", "："):
        return False
    joined = f"{line.plain} {below.plain}"
    return has_date(joined) and has_address(joined) and attribution(joined) == 3
