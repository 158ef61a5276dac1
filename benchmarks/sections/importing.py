"""How long the first import takes: fresh processes in turn, compiled files there already."""

from __future__ import annotations

import os
import subprocess
import tempfile
from typing import Any

from ..job import Job
from ..peers.contenders import BY_KEY, CONTENDERS, OURS, Contender
from ..peers.process import ROOT
from ..stats import Spread, ratios

_TIMED = "import time; begin = time.perf_counter()\n{imports}\nprint(time.perf_counter() - begin)"
_EVERYTHING = "from flectra_inbound import process; process(b'Subject: x\\n\\nHello')"


def run(job: Job) -> dict[str, Any]:
    rounds = 3 if job.quick else 9
    statements = {one.key: one.imports for one in CONTENDERS if not job.places[one.key].missing}
    statements["first"] = _EVERYTHING
    taken: dict[str, list[float]] = {key: [] for key in statements}
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as cache, job.bar("import time", rounds + 1) as step:
        for number in range(rounds + 1):
            for key, statement in statements.items():
                if key in failed:
                    continue
                contender = BY_KEY[OURS if key == "first" else key]
                try:
                    spent = _import(contender, job.places[contender.key].python, statement, cache)
                except (subprocess.SubprocessError, ValueError) as error:
                    failed[key] = str(error)
                    continue
                if number:  # the first one writes the compiled files
                    taken[key].append(spent)
            step(1)
    data: dict[str, Any] = {"failed": failed, "contenders": {}}
    for key, values in taken.items():
        if values:
            data["contenders"][key] = {"seconds": Spread.of(values).as_data()}
            if key not in (OURS, "first") and taken[OURS]:
                data["contenders"][key]["ratio"] = Spread.of(ratios(values, taken[OURS][: len(values)])).as_data()
    return data


def _import(contender: Contender, python: str, statement: str, cache: str) -> float:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "COV_"))}
    environment["PYTHONPYCACHEPREFIX"] = cache
    if not contender.requires:
        environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        [python, "-c", _TIMED.format(imports=statement)],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=environment,
    )
    return float(done.stdout.split()[-1])
