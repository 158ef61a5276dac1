"""Parsing and process() beside peers, and on hostile mail: `python -m benchmarks.parse [--corpus DIR] [--rounds N]`.

Prints a Markdown table for each part, with the ratios of this one run. A round runs every contender over all mails, in
turn, so that a slow phase of the machine hits all of them; one round to warm up is not counted. "best" sums, for each
mail, the fastest of the rounds: noise only ever adds. "median" is of whole rounds, with the fastest and the slowest.
Needs the dependency group `bench`; run from the repository's root. The exit status says nothing about the goals.
"""

from __future__ import annotations

import argparse
import base64
import gc
import json
import math
import random
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from tests.hostile import FAMILIES

from flectra_inbound import Kind, Pipeline, parse, process

from .peers import Work, in_own_process, mail_parser, ours, seconds, stdlib, stdlib_alone, versions

#: runs one contender over all mails: for each mail the seconds, and whether it raised
Measure = Callable[[], Sequence[Sequence[Any]]]

ROOT = Path(__file__).resolve().parent.parent
ATTACHMENT_BYTES = 20_000_000
HOSTILE_BYTES = (500_000, 1_000_000, 2_000_000)
HOSTILE_GOALS = {"seconds": 2.0, "exponent": 1.2, "memory": 3.0}
HOSTILE_ROUNDS = 5
HOSTILE_SECONDS = 4.0  #: no further round on a family that has taken this
WORST = 12


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

    def data(self) -> dict[str, Any]:
        return {"best": self.best, "median": self.middle, "rounds": self.sums, "raised": self.raised}


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


def over(work: Work, mails: Sequence[bytes]) -> Measure:
    return lambda: [seconds(work, raw) for raw in mails]


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(heads) + " |")
    print("|" + "|".join(":--" if i == 0 else "--:" for i in range(len(heads))) + "|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def print_race(
    times: dict[str, Times], base: str, mails: int, goals: dict[str, float], failed: dict[str, str] | None = None
) -> None:
    """The ratio is what the first contender takes of each of the others' time."""
    unit, scale = ("us/mail", 1e6 / mails) if mails > 1 else ("ms", 1e3)
    own = times[base]
    rows = []
    for name, peer in times.items():
        low, high = min(peer.sums) * scale, max(peer.sums) * scale
        ratios = ["", "", "", ""]
        if name != base:
            best, middle = own.best / peer.best, own.middle / peer.middle
            goal = goals.get(name)
            verdict = "" if goal is None else ("yes" if best <= goal and middle <= goal else "**no**")
            ratios = [f"{best:.3f}", f"{middle:.3f}", "" if goal is None else f"<= {goal:.3f}", verdict]
        raised = str(peer.raised)
        rows.append(
            [name, f"{peer.best * scale:.1f}", f"{peer.middle * scale:.1f} ({low:.1f}-{high:.1f})", *ratios, raised]
        )
    rows += [[name, "", f"did not work: {why}", "", "", "", "", ""] for name, why in (failed or {}).items()]
    heads = [
        "",
        f"best, {unit}",
        f"median (min-max), {unit}",
        "ours/it, best",
        "ours/it, median",
        "goal",
        "met",
        "raised",
    ]
    table(heads, rows)


def parsing(paths: Sequence[Path], rounds: int) -> dict[str, Any]:
    mails = [path.read_bytes() for path in paths]
    names = json.dumps([str(path) for path in paths])
    contenders: dict[str, Measure] = {
        "flectra_inbound": over(ours, mails),
        "mail-parser": over(mail_parser, mails),
        "stdlib compat32": over(stdlib, mails),
        "fast-mail-parser (own process)": lambda: in_own_process("fast", stdin=names),
    }
    times, failed = race(contenders, rounds)
    print(f"## a. Parse, decode main headers and texts: {len(mails)} mails, {sum(map(len, mails)):,} bytes\n")
    print_race(times, "flectra_inbound", len(mails), {"mail-parser": 1 / 10, "stdlib compat32": 1 / 2.5}, failed)
    return {"mails": len(mails), "failed": failed, **{name: peer.data() for name, peer in times.items()}}


def attachment(rounds: int) -> dict[str, Any]:
    content = base64.encodebytes(random.Random(20).randbytes(ATTACHMENT_BYTES)).replace(b"\n", b"\r\n")  # noqa: S311
    raw = (
        b"From: Ada Brook <ada@shop.example>\r\nTo: desk@host.example\r\nSubject: scan\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n"
        b"--B\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=scan.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + content + b"--B--\r\n"
    )
    contenders = {
        "flectra_inbound": over(ours, [raw]),
        "flectra_inbound, attachment decoded too": over(lambda r: parse(r).attachments[0].content(), [raw]),
        "mail-parser": over(mail_parser, [raw]),
        "stdlib compat32": over(stdlib, [raw]),
    }
    times, _ = race(contenders, rounds)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "big.eml")
        path.write_bytes(raw)
        peak = int(in_own_process("memory", str(path)))
    print(f"## b. One base64 attachment of {ATTACHMENT_BYTES / 1e6:.0f} MB, {len(raw) / 1e6:.1f} MB of mail\n")
    print_race(times, "flectra_inbound", 1, {"mail-parser": 1 / 15})
    share = peak / len(raw)
    table(
        ["memory", "bytes", "of the mail", "goal", "met"],
        [["peak beside the mail", f"{peak:,}", f"{share:.2%}", "< 10 %", "yes" if share < 0.1 else "**no**"]],
    )
    return {"bytes": len(raw), "peak": peak, **{name: peer.data() for name, peer in times.items()}}


def group_of(raw: bytes) -> str:
    """By what `process()` has to do for a mail."""
    message = parse(raw)
    report = message.delivery_status or message.feedback_report or message.disposition_notification
    if report or "x-failed-recipients" in message.headers:
        return "machine-readable"
    return "bounces told in words only" if process(raw).kind is Kind.BOUNCE else "all other mail"


def whole(paths: Sequence[Path], rounds: int) -> dict[str, Any]:
    groups: dict[str, list[bytes]] = {}
    for path in paths:
        raw = path.read_bytes()
        groups.setdefault(group_of(raw), []).append(raw)
    print("## c. Whole process() beside email.message_from_bytes alone\n")
    data: dict[str, Any] = {}
    for name in sorted(groups, key=lambda name: (name != "machine-readable", name)):
        mails = groups[name]
        contenders = {
            "process()": over(Pipeline().process, mails),
            "email.message_from_bytes": over(stdlib_alone, mails),
        }
        times, _ = race(contenders, rounds)
        print(f"{name.capitalize()}: {len(mails)} mails\n")
        goals = {"email.message_from_bytes": 1.0} if name == "machine-readable" else {}
        print_race(times, "process()", len(mails), goals)
        data[name] = {"mails": len(mails), **{contender: peer.data() for contender, peer in times.items()}}
    return data


def hostile_family(make: Callable[[int], bytes]) -> dict[str, Any]:
    """Times, the exponent of growth a byte, and the peak of memory for a byte, of one family."""
    mails = [make(size) for size in HOSTILE_BYTES]
    tries: list[list[float]] = []
    while len(tries) < HOSTILE_ROUNDS and sum(map(sum, tries)) < HOSTILE_SECONDS:
        row = [seconds(process, raw) for raw in mails]  # a round over all sizes: a slow phase must not look like growth
        assert not any(raised for _, raised in row), make.__name__
        tries.append([spent for spent, _ in row])
    spent = list(map(min, zip(*tries)))
    peaks = []
    for raw in mails:
        gc.collect()
        tracemalloc.start()
        kept = process(raw)
        peaks.append(tracemalloc.get_traced_memory()[1] / len(raw))
        tracemalloc.stop()
        del kept
    exponent = math.log(spent[-1] / spent[0]) / math.log(len(mails[-1]) / len(mails[0]))
    return {
        "bytes": [len(raw) for raw in mails],
        "times": spent,
        "peaks": peaks,
        "seconds": max(spent),
        "exponent": exponent,
        "memory": max(peaks),
        "memory of the largest": peaks[-1],
    }


def _worst(found: dict[str, Any], key: str) -> list[str]:
    return sorted(found, key=lambda name: -float(found[name][key]))[:WORST]


def hostile() -> dict[str, Any]:
    process(b"From: a@b.example\nX-Failed-Recipients: u@x.example\n\nx")
    found: dict[str, Any] = {}
    for name, make in FAMILIES.items():
        found[name] = hostile_family(make)
    sizes = ", ".join(f"{size / 1e6:g}" for size in HOSTILE_BYTES)
    print(f"## d. process() on hostile mail: {len(found)} families at {sizes} MB\n")
    columns = {"seconds": "worst time, s", "exponent": "growth exponent", "memory": "peak / size"}
    ranked = {key: _worst(found, key) for key in columns}
    rows = [
        [cell for key in columns for cell in (ranked[key][i], f"{found[ranked[key][i]][key]:.3f}")]
        for i in range(min(WORST, len(found)))
    ]
    table([head for title in columns.values() for head in ("family", title)], rows)
    summary = []
    for key, title, sign, meets in (
        ("seconds", columns["seconds"], "<=", float.__le__),
        ("exponent", columns["exponent"], "<=", float.__le__),
        ("memory", columns["memory"], "<", float.__lt__),
        ("memory of the largest", f"the same at {HOSTILE_BYTES[-1] / 1e6:g} MB alone", "<", float.__lt__),
    ):
        goal = HOSTILE_GOALS[key.partition(" ")[0]]
        met = sum(meets(float(value[key]), goal) for value in found.values())
        summary.append([title, f"{sign} {goal:g}", f"{met} of {len(found)}"])
    table(["", "goal", "families that meet it"], summary)
    return found


def at_least_five(text: str) -> int:
    number = int(text)
    if number < 5:
        raise argparse.ArgumentTypeError("fewer than 5 rounds say nothing about spread")
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parse", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--corpus", type=Path, default=ROOT / "corpus", help="a folder of .eml files, searched recursively"
    )
    parser.add_argument("--rounds", type=at_least_five, default=7, help="rounds that count, at least 5")
    parser.add_argument("--json", type=Path, help="write all data to this file")
    parser.add_argument("--no-hostile", action="store_true", help="leave out part d, which takes minutes")
    options = parser.parse_args(arguments)
    paths = sorted(path.resolve() for path in options.corpus.rglob("*.eml") if path.is_file())
    if not paths:
        parser.error(f"no .eml file in {options.corpus}")
    known = versions()
    print(f"# Parsing, {options.rounds} rounds\n")
    print("; ".join(f"{name} {version}" for name, version in known.items()) + "\n")
    start = time.perf_counter()
    data: dict[str, Any] = {"versions": known, "rounds": options.rounds, "corpus": str(options.corpus)}
    data["parse"] = parsing(paths, options.rounds)
    data["attachment"] = attachment(options.rounds)
    data["process"] = whole(paths, options.rounds)
    if not options.no_hostile:
        data["hostile"] = hostile()
    print(f"Took {time.perf_counter() - start:.0f} s.")
    if options.json:
        options.json.write_text(json.dumps(data, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
