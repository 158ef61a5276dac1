"""What hostile mail costs: families of `tests.hostile` at two sizes, each contender killed when it takes too long."""

from __future__ import annotations

from typing import Any

from tests.hostile import FAMILIES

from flectra_inbound import parse

from ..job import Job
from ..peers.contenders import OURS
from ..peers.process import Gone
from ..stats import exponent

_SIZES = (100_000, 400_000)
_QUICK_SIZES = (25_000, 100_000)
#: one of each sort, for a quick look
_QUICK = (
    "multiparts_open", "messages_in_messages", "tiny_parts", "header_folds", "commas", "parentheses_open", "semicolons",
    "words_q", "text_on_wrote", "text_quotes", "base64_garbage", "html_depth", "html_less_than",
)  # fmt: skip
_SHORT = 0.3  #: seconds
_TELLS = 0.05  #: seconds from which on growth can be told
_TASKS = ("process", "parse", "bounce", "reply_text", "reply_html")


def run(job: Job) -> dict[str, Any]:
    sizes = _QUICK_SIZES if job.quick else _SIZES
    names = [name for name in FAMILIES if not job.quick or name in _QUICK]
    data: dict[str, Any] = {"bytes": list(sizes), "limit": job.limit, "tasks": {}}
    with job.bar("hostile mail", len(_TASKS) * len(names)) as step:
        for task in _TASKS:
            families, inputs = _inputs(task, names, sizes)
            only = (OURS,) if task == "process" else None
            found: dict[str, dict[str, Any]] = {}
            with job.started(task, only) as processes:
                for process in processes.values():
                    process.give(inputs)
                for number, family in enumerate(families):
                    for key, process in processes.items():
                        items = range(number * len(sizes), (number + 1) * len(sizes))
                        found.setdefault(key, {})[family] = _measured(job, process, list(items), inputs)
                    step(1)
            step(len(names) - len(families))
            data["tasks"][task] = found
    return data


def _inputs(task: str, names: list[str], sizes: tuple[int, ...]) -> tuple[list[str], list[bytes]]:
    """Whole mails, or the texts in those families that attack with text."""
    if not task.startswith("reply"):
        return names, [FAMILIES[name](size) for name in names for size in sizes]
    prefix, content_type = ("text_", "text/plain") if task == "reply_text" else ("html_", "text/html")
    chosen = [name for name in names if name.startswith(prefix)]
    inputs = []
    for name in chosen:
        for size in sizes:
            parts = [part for part in parse(FAMILIES[name](size)).bodies if part.content_type.value == content_type]
            inputs.append(b"\n".join(part.text().encode("utf-8", "replace") for part in parts))
    return chosen, inputs


def _measured(job: Job, process: Any, items: list[int], inputs: list[bytes]) -> dict[str, Any]:
    seconds: list[float] = []
    raised = None
    try:
        for item in items:
            reply = process.ask("one", item=item, limit=job.limit)
            spent = reply["seconds"]
            if spent < _SHORT:  # one look at what is short says little of its growth
                spent = min(spent, process.ask("one", item=item, times=3, limit=job.limit)["seconds"])
            seconds.append(spent)
            raised = reply["raised"] or raised
    except Gone as error:
        return {"seconds": seconds, "gone": str(error)}
    sizes = [len(inputs[item]) for item in items]
    growth = exponent(sizes, seconds) if sizes[0] < sizes[-1] and seconds[-1] > _TELLS else None
    return {"seconds": seconds, "exponent": growth, "raised": raised}
