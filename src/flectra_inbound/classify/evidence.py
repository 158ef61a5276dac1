"""The verdict, and how one observation is noted for it."""

from __future__ import annotations

from dataclasses import dataclass

from ..result import Evidence, Kind
from .notice import NoticeText


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail is, and everything that was weighed."""

    kind: Kind
    bulk: bool
    automatic: bool
    evidence: tuple[Evidence, ...]
    notice: NoticeText | None = None  #: the text, read as a notice, where it was looked into


def seen(rule: str, supports: Kind, weight: int, text: str, span: tuple[int, int] | None = None) -> Evidence:
    """What was seen, what it speaks for, and how strongly."""
    return Evidence.of(rule=rule, supports=supports, weight=weight, text=text[:200], span=span)
