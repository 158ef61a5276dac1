"""Rounds of contenders within this process, for `route` and `profile`: their times, and Markdown tables.

A round runs every contender in turn, so that a slow phase of the machine hits all of them; one round to warm up is not
counted. Peers run in processes of their own instead: `benchmarks.sections.speed`.
"""

from __future__ import annotations

import argparse
import gc
import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

#: runs one contender over all mails: for each mail the seconds, and whether it raised
Measure = Callable[[], Sequence[Sequence[Any]]]


class Times:
    """The seconds of one contender: a row for each round, a column for each mail."""

    def __init__(self) -> None:
        self.rounds: list[list[float]] = []
        self.raised = 0

    def add(self, measured: Sequence[Sequence[Any]]) -> None:
        self.rounds.append([spent for spent, _ in measured])
        self.raised = sum(raised for _, raised in measured)

    @property
    def best(self) -> float:
        return math.fsum(map(min, zip(*self.rounds)))

    @property
    def sums(self) -> list[float]:
        return [sum(row) for row in self.rounds]

    @property
    def middle(self) -> float:
        return float(median(self.sums))


def race(contenders: Mapping[str, Measure], rounds: int) -> tuple[dict[str, Times], dict[str, str]]:
    """The times of each contender, and why one is missing."""
    times = {name: Times() for name in contenders}
    failed: dict[str, str] = {}
    names = list(contenders)
    for number in range(rounds + 1):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            if name in failed:
                continue
            gc.collect()
            try:
                measured = contenders[name]()
            except RuntimeError as error:
                failed[name] = str(error)
                del times[name]
                continue
            if number:
                times[name].add(measured)
    return times, failed


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(heads) + " |")
    print("|" + "|".join(":--" if i == 0 else "--:" for i in range(len(heads))) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def at_least_five(text: str) -> int:
    number = int(text)
    if number < 5:
        raise argparse.ArgumentTypeError("fewer than 5 rounds say nothing about spread")
    return number
