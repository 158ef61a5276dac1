"""How time grows with the size of a mail, and how time and memory grow with the number of mails in one process."""

from __future__ import annotations

from typing import Any

from ..generator import Generator
from ..job import Job
from ..peers.contenders import BY_KEY, OURS
from ..peers.process import Gone, Process, Refused
from ..stats import exponent
from . import shapes

_SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000)
_CHUNKS = 10
_TASKS = {  #: what each contender is asked about a shape
    "a long text": "parse",
    "a long HTML answer": "parse",
    "a bounce of a long message": "bounce",
    "a large file": "parse",
}
_REPLIES = {
    "an answer in plain text": ("reply_text", shapes.text_of),
    "an answer in HTML": ("reply_html", shapes.html_of),
}
_CHUNK = 300.0  #: seconds for one chunk of a stream


def run(job: Job) -> dict[str, Any]:
    return {"size": _by_size(job), "count": _by_count(job)}


def _by_size(job: Job) -> dict[str, Any]:
    sizes = _SIZES[:4] if job.quick else _SIZES
    plans = {name: (_TASKS[name], [make(size) for size in sizes]) for name, make in shapes.MAILS.items()}
    plans |= {name: (task, [make(size).encode() for size in sizes]) for name, (task, make) in _REPLIES.items()}
    data: dict[str, Any] = {}
    with job.bar("growth with size", len(plans) * len(sizes)) as step:
        for name, (task, mails) in plans.items():
            lines = _lines(job, task, mails)
            if task == "parse":  # everything, beside those who only parse
                own = _lines(job, "process", mails, (OURS,))
                if own:
                    lines["process"] = own[OURS]
            data[name] = {"task": task, "bytes": [len(mail) for mail in mails], "lines": lines}
            step(len(sizes))
    return data


def _lines(job: Job, task: str, mails: list[bytes], only: tuple[str, ...] | None = None) -> dict[str, Any]:
    """The seconds of each contender for each size, up to the size at which it was killed."""
    lines: dict[str, Any] = {}
    with job.started(task, only) as processes:
        for key, process in processes.items():
            process.give(mails)
            seconds: list[float] = []
            ended = ""
            try:
                process.ask("one", item=0, limit=job.limit)
                for item in range(len(mails)):
                    reply = process.ask("one", item=item, times=2 if job.quick else 3, limit=job.limit * 3)
                    if reply["raised"]:
                        ended = f"raised {reply['raised']}"
                        break
                    seconds.append(reply["seconds"])
                    if task.startswith("reply") and _keeps_the_quote(process, item, job.limit):
                        seconds.pop()
                        ended = f"leaves the quote in, at {len(mails[item]) / 1000:.0f} KB"
                        break
            except Gone as error:
                ended = str(error)
            line: dict[str, Any] = {"seconds": seconds, "ended": ended}
            if len(seconds) > 2:  # of the larger half: a small mail costs what any mail costs
                tail = len(seconds) // 2
                line["exponent"] = exponent([len(mail) for mail in mails[: len(seconds)]][tail:], seconds[tail:])
            lines[key] = line
    return lines


def _keeps_the_quote(process: Process, item: int, limit: float) -> bool:
    """Whether a contender hands back a text as it was: the time for that says nothing."""
    answer = process.ask("answer", item=item, limit=limit).get("answer", {})
    return shapes.QUOTED in (answer.get("html") or answer.get("reply") or "")


def _by_count(job: Job) -> dict[str, Any]:
    """Chunk after chunk of one stream through one process of each contender."""
    count = job.count // 20 if job.quick else job.count
    size = max(1, count // _CHUNKS)
    generator = Generator(job.seed)
    lines: dict[str, Any] = {}
    runners = [(OURS, "process"), ("stdlib", "parse"), ("mail_parser", "parse"), ("fast_mail_parser", "parse")]
    processes = {}
    try:
        for key, task in runners:
            for contender in job.contenders(task, (key,)):
                try:
                    processes[key] = job.start(contender, task).__enter__()
                    lines[key] = {"task": task, "mails": [], "seconds": [], "bytes": [], "ended": ""}
                except Refused as error:
                    job.note(task, BY_KEY[key], f"installed, but: {error}")
        with job.bar("growth with count", _CHUNKS) as step:
            for chunk in range(_CHUNKS):
                mails = [mail.raw for mail in generator.mails(size, start=chunk * size)]
                for key, process in processes.items():
                    if lines[key]["ended"]:
                        continue
                    try:
                        process.give(mails)
                        spent = sum(process.ask("round", limit=_CHUNK)["seconds"])
                        process.give([])
                        in_use = process.ask("memory", limit=job.limit)["bytes"]
                    except Gone as error:
                        lines[key]["ended"] = str(error)
                        continue
                    lines[key]["mails"].append((chunk + 1) * size)
                    lines[key]["seconds"].append(spent)
                    lines[key]["bytes"].append(in_use)
                step(1)
    finally:
        for process in processes.values():
            process.__exit__()
    return {"seed": job.seed, "formats": generator.digest, "chunk": size, "lines": lines}
