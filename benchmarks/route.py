"""Routing: 10 aliases against 100,000, and its share of process(): `python -m benchmarks.route [--rounds N]`.

Prints Markdown tables with the ratios of this one run. A round measures each contender once, in turn; one round to warm up is not
counted. Processor time, since all of it is one thread. Over the routing mails of the corpus with their own hosts, and over the
same with 100,000 aliases more. The host answers from dictionaries: what a database takes is the host's. The exit status says
nothing about the goals.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from flectra_inbound import Envelope, Inbound, Pipeline, StaticHost, load_gateway
from flectra_inbound.cli.corpus.cases import read_cases, read_gateway
from flectra_inbound.gateway import Gateway
from flectra_inbound.parse import parse

from .cases import CORPUS
from .rounds import Times, at_least_five, race, table

FEW, MANY = 10, 100_000
HEADS = ["", "best, us/mail", "median (min-max), us/mail"]
GOALS = {"growth": 1.05, "share": 0.10}


class Case:
    """A mail and its host; read once, so that routing can be measured alone."""

    def __init__(self, raw: bytes, gateway: Gateway, host: StaticHost, envelope: Envelope | None) -> None:
        self.raw, self.gateway, self.host, self.envelope = raw, gateway, host, envelope
        self.pipeline = Pipeline(gateway=gateway)
        self.inbound = self.read()

    def read(self) -> Inbound:
        """All of process() but routing."""
        return self.pipeline.read(parse(self.raw), envelope=self.envelope)

    def route(self) -> None:
        """What process() does behind that, question and answer included."""
        self.pipeline.route(self.inbound, host=self.host)

    def process(self) -> None:
        self.pipeline.process(self.raw, host=self.host, envelope=self.envelope)


def padding(count: int) -> list[dict[str, Any]]:
    return [{"name": f"padding-{n}", "domain": "padding.example", "model": "crm.lead"} for n in range(count)]


def cases(folder: Path, more: int) -> list[Case]:
    """The routing mails, each gateway with some aliases more."""

    @cache
    def config(name: str) -> dict[str, Any]:
        found = read_gateway(CORPUS, name)
        return {**found, "aliases": [*found.get("aliases", []), *padding(more)]}

    hosts: dict[str, tuple[Gateway, StaticHost]] = {}
    made = []
    for case in read_cases(folder):
        label = case.label
        assert label.gateway is not None
        if label.config is not None:
            if more:  # a host of its own for each would take hours to build, and says nothing new
                continue
            gateway, host = load_gateway({**config(label.gateway), **label.config})
        else:
            if label.gateway not in hosts:
                hosts[label.gateway] = load_gateway(config(label.gateway))
            gateway, host = hosts[label.gateway]
        envelope = Envelope(**label.envelope.model_dump()) if label.envelope is not None else None
        made.append(Case(case.raw, gateway, host, envelope))
    return made


def work(name: str, mails: Sequence[Case], repeat: int = 1) -> Callable[[], list[tuple[float, bool]]]:
    """Seconds for each mail; the result has the form that `race` wants."""

    def measured() -> list[tuple[float, bool]]:
        spent = []
        for mail in mails:
            call = getattr(mail, name)
            start = time.process_time()
            for _ in range(repeat):
                call()
            spent.append(((time.process_time() - start) / repeat, False))
        return spent

    return measured


def row(name: str, times: Times, mails: int) -> list[str]:
    scale = 1e6 / mails
    spread = f"{times.middle * scale:.1f} ({min(times.sums) * scale:.1f}-{max(times.sums) * scale:.1f})"
    return [name, f"{times.best * scale:.1f}", spread]


def ratios(one: Times, other: Times) -> tuple[float, float, float, float]:
    """Best, median, lowest and highest of one by the other, round by round."""
    pairs = sorted(a / b for a, b in zip(one.sums, other.sums))
    return one.best / other.best, pairs[len(pairs) // 2], pairs[0], pairs[-1]


def share(folder: Path, rounds: int) -> None:
    """What routing adds to reading a mail."""
    mails = cases(folder, 0)
    print(f"## Routing's share of process(): {len(mails)} mails, {rounds} rounds\n")
    times, _ = race({name: work(name, mails) for name in ("process", "read", "route")}, rounds)
    table(HEADS, [row(name, times[name], len(mails)) for name in ("process", "read", "route")])
    best, middle, low, high = ratios(times["route"], times["read"])
    met = "yes" if best <= GOALS["share"] and middle <= GOALS["share"] else "**no**"
    line = ["route / read", f"{best:.3f}", f"{middle:.3f} ({low:.3f}-{high:.3f})", f"<= {GOALS['share']:.2f}", met]
    table(["what routing adds", "best", "median (min-max)", "goal", "met"], [line])


def growth(folder: Path, rounds: int) -> None:
    """What many aliases add to a decision."""
    few, many = cases(folder, FEW), cases(folder, MANY)
    gc.freeze()  # the collector's walks over the host's aliases are not what a decision costs
    print(f"## {FEW} aliases more against {MANY:,} more: {len(few)} mails\n")
    times, _ = race({"few": work("route", few, 5), "many": work("route", many, 5)}, rounds)
    table(HEADS, [row(f"{FEW:,} more", times["few"], len(few)), row(f"{MANY:,} more", times["many"], len(many))])
    best, middle, low, high = ratios(times["many"], times["few"])
    met = "yes" if best <= GOALS["growth"] else "**no**"
    line = ["many / few", f"{best:.3f}", f"{middle:.3f} ({low:.3f}-{high:.3f})", f"<= {GOALS['growth']:.2f}", met]
    table(["a decision", "best", "median (min-max)", "goal", "met"], [line])


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.route", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=at_least_five, default=9, help="rounds that count, at least 5")
    parser.add_argument("--only", choices=("share", "growth"), help="one of the two tables")
    parser.add_argument("--folder", type=Path, default=CORPUS / "routing", help="labelled routing mails")
    options = parser.parse_args(arguments)
    if options.only != "growth":
        share(options.folder, options.rounds)
    if options.only != "share":
        growth(options.folder, options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
