"""One observation, as the stages pass it on; `result.Evidence` is its public form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from ..result import Kind


class Evidence(NamedTuple):
    """What was seen, what it speaks for, and how strongly."""

    rule: str
    supports: Kind
    weight: int
    text: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a mail is, and everything that was weighed."""

    kind: Kind
    bulk: bool
    automatic: bool
    evidence: tuple[Evidence, ...]
