"""What a line begins that parts the author's words from others'."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """What begins at a line."""

    kind: str  #: attribution, header, original, forwarded, delimiter
    first: int
    last: int  #: inclusive
    strength: int  #: 1: only above a quote; 2: a form that is hardly prose; 3: sure
    proof: int = 1  #: of a header: addresses and dates in it
