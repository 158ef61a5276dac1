"""How much memory one mail takes beyond what was in use: the resident peak of a process that has read a small one before."""

from __future__ import annotations

from typing import Any

from ..job import Job
from ..peers.contenders import OURS
from ..peers.process import Gone
from . import shapes


def run(job: Job) -> dict[str, Any]:
    size = 1_000_000 if job.quick else 5_000_000
    mails = {
        "a large file": shapes.attachment(size * 4),
        **{n: m(size) for n, m in shapes.MAILS.items() if m is not shapes.attachment},
    }
    data: dict[str, Any] = {}
    with job.bar("memory", len(mails)) as step:
        for name, raw in mails.items():
            peaks: dict[str, Any] = {}
            for task, only in (("parse", None), ("process", (OURS,))):
                with job.started(task, only) as processes:
                    for key, process in processes.items():
                        label = "process" if task == "process" else key
                        process.give([shapes.text(2_000), raw])
                        try:
                            process.ask("one", item=0, limit=job.limit)
                            peaks[label] = process.ask("peak", item=1, limit=job.limit * 3)
                        except Gone as error:
                            peaks[label] = {"gone": str(error)}
            data[name] = {"bytes": len(raw), "peaks": peaks}
            step(1)
    return data
