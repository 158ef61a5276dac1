"""Where the time of process() goes, stage by stage: `python -m benchmarks.profile [--corpus DIR] [--rounds N]`.

Prints Markdown tables: for each group of mails up to 64 KB the share of each stage, beside what `email.message_from_bytes`
takes for the same mails; the floor below the parse stage; the cost of importing. A time is the sum, over the mails, of the
fastest of the rounds, and only ratios of one run are shown: noise only ever adds, and a slow machine slows all alike.
docs/performance.md holds the output.
"""

from __future__ import annotations

import argparse
import email
import gc
import math
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from flectra_inbound import Kind, Message, Pipeline, parse, process
from flectra_inbound.classify import classify
from flectra_inbound.extract.complaint import extract_complaint
from flectra_inbound.extract.delivery import extract_delivery
from flectra_inbound.extract.mail import extract_mail
from flectra_inbound.extract.receipt import extract_receipt
from flectra_inbound.extract.reply import extract_reply
from flectra_inbound.result import REPORTS

from .cases import ROOT
from .rounds import at_least_five, table

STAGES = ("parse", "classify", "mail facts", "delivery, reply or other part")

#: Larger mails are in the corpus because they are hostile; a few of them would outweigh all others.
MAX_BYTES = 64_000
#: what a program that builds on pydantic pays anyway
PYDANTIC = "import pydantic\nclass Model(pydantic.BaseModel):\n    x: int"


def group_of(raw: bytes) -> str:
    message = parse(raw)
    if message.delivery_status:
        return "reports with fields"
    return {
        Kind.BOUNCE: "reports in words",
        Kind.DELAY: "reports in words",
        Kind.DELIVERED: "reports in words",
        Kind.MESSAGE: "messages",
        Kind.AUTO_REPLY: "automatic answers",
    }.get(process(raw).kind, "other kinds")


def stages(raw: bytes) -> list[float]:
    """The seconds of each stage, of process() and of the standard library's parser."""
    clock = time.perf_counter
    marks = [clock()]
    message = parse(raw)
    marks.append(clock())
    verdict = classify(message)
    marks.append(clock())
    extract_mail(message, None)
    marks.append(clock())
    part(message, verdict)
    marks.append(clock())
    Pipeline().process(raw)
    marks.append(clock())
    email.message_from_bytes(raw)
    marks.append(clock())
    return [after - before for before, after in pairwise(marks)]


def part(message: Message, verdict: Any) -> None:
    if verdict.kind in REPORTS:
        extract_delivery(message, verdict, ())
    elif verdict.kind is Kind.COMPLAINT:
        extract_complaint(message)
    elif verdict.kind is Kind.RECEIPT:
        extract_receipt(message)
    else:
        extract_reply(message)


def fastest(work: Callable[[bytes], list[float]], raw: bytes, rounds: int) -> list[float]:
    return list(map(min, zip(*[work(raw) for _ in range(rounds)])))


def floor(raw: bytes) -> list[float]:
    """The least that a reader in Python can do: find the header's end, split it in lines and these in names and values."""
    clock = time.perf_counter
    start = clock()
    end = min([at for at in (raw.find(b"\n\n"), raw.find(b"\n\r\n")) if at >= 0], default=len(raw))
    block = raw[:end].decode("latin-1")
    after_bytes = clock()
    [line.split(":", 1) for line in block.split("\n")]
    return [after_bytes - start, clock() - after_bytes]


def importing(rounds: int) -> list[float]:
    """Seconds of a fresh interpreter that imports nothing, pydantic with one model, and the package."""
    codes = ("", PYDANTIC, "import flectra_inbound")
    found: list[list[float]] = []
    for _ in range(rounds):
        row = []
        for code in codes:
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True)
            row.append(time.perf_counter() - start)
        found.append(row)
    return list(map(min, zip(*found)))


def print_group(name: str, rows: Sequence[Sequence[float]]) -> None:
    *spent, whole, peer = [math.fsum(column) for column in zip(*rows)]
    total = math.fsum(spent)
    print(f"### {name[0].upper()}{name[1:]}: {len(rows)} mails\n")
    cells = [[stage, f"{seconds / total:.0%}", f"{seconds / peer:.2f}"] for stage, seconds in zip(STAGES, spent)]
    table(
        ["stage", "share", "of email.message_from_bytes"],
        [*cells, ["process()", "", f"{whole / peer:.2f}"]],
    )


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.profile", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus", help="a folder of .eml files")
    parser.add_argument("--rounds", type=at_least_five, default=7, help="rounds, at least 5")
    options = parser.parse_args(arguments)
    groups: dict[str, list[bytes]] = {}
    for path in sorted(options.corpus.rglob("*.eml")):
        raw = path.read_bytes()
        if len(raw) <= MAX_BYTES:
            groups.setdefault(group_of(raw), []).append(raw)
    if not groups:
        parser.error(f"no .eml file in {options.corpus}")
    gc.collect()
    for name in sorted(groups, key=lambda name: -len(groups[name])):
        print_group(name, [fastest(stages, raw, options.rounds) for raw in groups[name]])
    mails = [raw for found in groups.values() for raw in found]
    least = [fastest(floor, raw, options.rounds) for raw in mails]
    own = math.fsum(fastest(lambda raw: stages(raw)[:1], raw, options.rounds)[0] for raw in mails)
    bytes_, lines = (math.fsum(column) for column in zip(*least))
    print(f"### The floor: the outer header of {len(mails)} mails\n")
    table(
        ["work", "share of the parse stage"],
        [
            ["finding the header's end, decoding it", f"{bytes_ / own:.0%}"],
            ["its lines as names and values, in a list", f"{lines / own:.0%}"],
        ],
    )
    nothing, pydantic, package = importing(options.rounds)
    print("### Importing\n")
    table(
        ["", "of importing pydantic with one model"],
        [
            ["import flectra_inbound", f"{package / pydantic:.2f}"],
            ["the same, both without the interpreter's start", f"{(package - nothing) / (pydantic - nothing):.2f}"],
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
