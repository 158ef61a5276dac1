"""What the library gets right and what it costs, beside its peers: `python -m benchmarks [MAILS ...]`.

Measures accuracy, speed, memory, growth, hostile time and import time over the corpus, or over the mails that are named.
Writes results.json, report.md and report.html. See docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .cases import CORPUS, ROOT, Unusable, read_cases
from .check import baseline, losses
from .job import Job
from .peers.contenders import CONTENDERS, OURS
from .peers.interpreters import Place, find, set_up
from .report import html, markdown

SECTIONS = ("accuracy", "speed", "memory", "growth", "hostile", "importing")
OUTPUT = ROOT / ".bench" / "report"
_LEFT_OUT = "left out: --contender names others"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.setup:
        for line in set_up():
            print(line, flush=True)
        return 0
    known = None
    try:
        if options.results:
            results = json.loads(options.results.read_text("utf-8"))
        else:
            if options.check:  # before an hour of measuring, not after it
                known = json.loads(options.check.read_text("utf-8"))
            results = measure(options)
        if options.check:
            known = json.loads(options.check.read_text("utf-8"))
    except (Unusable, OSError, ValueError) as error:
        parser.error(str(error))
    write(results, options.output)
    if options.baseline:
        options.baseline.write_text(
            json.dumps(baseline(results), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    if known is None:
        return 0
    lost = losses(results, known)
    for line in lost:
        print(f"LOST {line}", file=sys.stderr)
    print(f"{len(lost)} losses against {options.check}", file=sys.stderr)
    return 1 if lost else 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """All that is asked for, as plain data."""
    sources = options.mails or [CORPUS]
    cases = read_cases(sources)
    job = Job(
        cases,
        _places(options),
        quick=options.quick,
        rounds=options.rounds or (3 if options.quick else 7),
        limit=options.limit,
        count=options.count,
        seed=options.seed,
    )
    begin = time.perf_counter()
    sections = {
        name: importlib.import_module(f".sections.{name}", __package__).run(job) for name in options.only or SECTIONS
    }
    return {
        "about": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
            "mails": [str(source) for source in options.mails] or ["the corpus of this checkout"],
            "count": len(cases),
            "bytes": sum(len(case.raw) for case in cases),
            "quick": options.quick,
            "rounds": job.rounds,
            "limit": job.limit,
            "seconds": round(time.perf_counter() - begin),
            "versions": {key: place.version for key, place in job.places.items() if not place.missing},
        },
        "contenders": {key: place.as_data() for key, place in job.places.items()},
        "refused": job.refused,
        "sections": sections,
    }


def write(results: dict[str, Any], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = markdown.report(results)
    for name, content in (
        ("results.json", json.dumps(results, indent=1, ensure_ascii=False) + "\n"),
        ("report.md", text),
        ("report.html", html.report(results)),
    ):
        (folder / name).write_text(content, encoding="utf-8")
    print(text)
    print(f"{folder / 'report.html'}, report.md, results.json", file=sys.stderr)


def _places(options: argparse.Namespace) -> dict[str, Place]:
    places = find(options.python)
    chosen = {OURS, *options.contender} if options.contender else set(places)
    return {
        key: place if key in chosen else dataclasses.replace(place, missing=_LEFT_OUT) for key, place in places.items()
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "mails", nargs="*", type=Path, help="files, folders, mboxes, maildirs of your own; default: the corpus"
    )
    parser.add_argument("--setup", action="store_true", help="make venvs for the peers below .bench, and end")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="this section; may be repeated")
    parser.add_argument(
        "--contender",
        action="append",
        choices=[one.key for one in CONTENDERS],
        help="this one beside us; may be repeated",
    )
    parser.add_argument("--python", action="append", default=[], help="a Python that has peers; may be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer mails, sizes and rounds: a look, no measurement")
    parser.add_argument("--rounds", type=_count, help="rounds that count (default 7, quick 3)")
    parser.add_argument(
        "--limit", type=float, default=10.0, help="seconds for one mail, then killed (default %(default)s)"
    )
    parser.add_argument(
        "--count", type=_count, default=20_000, help="mails of the longest stream (default %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=7, help="of generated mails (default %(default)s)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="folder for the reports (default .bench/report)")
    parser.add_argument("--results", type=Path, help="do not measure: take these results, for a report or a check")
    parser.add_argument("--check", type=Path, help="exit with 1 if something got worse than this baseline")
    parser.add_argument("--baseline", type=Path, help="write a baseline from the results")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
