"""Numbers of repeated measurements: the middle one and the spread, ratios round by round, growth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some values, with the least and the greatest."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        if not values:
            raise ValueError("no values have no median")
        return cls(median(values), min(values), max(values))

    def as_data(self) -> dict[str, float]:
        return {"median": self.middle, "low": self.low, "high": self.high}


def ratios(theirs: Sequence[float], ours: Sequence[float]) -> list[float]:
    """How many times ours goes into theirs, round by round: what slows the machine in a round slows both."""
    return [their / our for their, our in zip(theirs, ours, strict=True)]


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float:
    """The power of growth: 1 is linear, 2 quadratic. The slope through the points on logarithmic axes."""
    if len(sizes) < 2 or len(set(sizes)) < 2:
        raise ValueError("growth needs two sizes")
    xs, ys = [math.log(size) for size in sizes], [math.log(max(value, 1e-9)) for value in values]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
