"""What a text names: an address, a day, a time of day."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^\s<>()\[\]\"':;,]{1,128}@[^\s<>()\[\]\"',;]{1,128}")
# both begin with a digit, so that the letters between are passed over quickly: looking back says whether it is the first
_OF_TIME = r"\d?\s?(?:[:.h時时시]\s?\d\d|(?:[ap]\.?\s?m|uhr|h)\b)"
_OF_YEAR = (
    r"(?:(?:(?<=1)(?<!\d1)9|(?<=2)(?<!\d2)[045])\d\d(?!\d)|\d{0,3}[./\-年년]\s?\d{1,2}[./\-月월]\s?\d{1,4}"
    r"|(?<=[\u0660-\u0669\u06f0-\u06f9])[\u0660-\u0669\u06f0-\u06f9]{3}|(?<=[\u0e50-\u0e59])[\u0e50-\u0e59]{3})"
)
_TIME = re.compile(rf"\d{_OF_TIME}", re.IGNORECASE)
_YEAR = re.compile(rf"\d{_OF_YEAR}")
_DATE = re.compile(rf"\d(?:{_OF_YEAR}|(?i:{_OF_TIME}))")


def has_address(text: str) -> bool:
    return "@" in text and _EMAIL.search(text) is not None


def find_address(text: str) -> str | None:
    """The first address in a text."""
    match = _EMAIL.search(text) if "@" in text else None
    return match[0].removeprefix("mailto:") if match is not None else None


def has_day(text: str) -> bool:
    """Whether a text names a year or a day of one; a time of day alone is none."""
    return _YEAR.search(text) is not None


def has_time(text: str) -> bool:
    """Whether a text names a time of day, which no part of a day is."""
    return _TIME.search(_YEAR.sub(" ", text)) is not None


def has_date(text: str) -> bool:
    return _DATE.search(text) is not None
