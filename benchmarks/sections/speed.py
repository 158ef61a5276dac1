"""How long the same work takes: rounds over the same mails, one contender after the other in turn, ratios round by round.

A round runs every contender over all mails, beginning with another one each time, so that a slow phase of the machine
hits all of them; a round to warm up is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flectra_inbound import Kind, parse, process

from ..cases import Case
from ..generator import Generator
from ..job import Job
from ..peers.contenders import BY_KEY, OURS
from ..peers.process import Gone, Process
from ..stats import Spread, ratios
from . import shapes

_ROUND = 120.0  #: seconds that one contender may take for a round


@dataclass(frozen=True, slots=True)
class Race:
    """One work over some mails. `against`: the task that each contender does, where it is not the same as ours."""

    key: str
    title: str
    inputs: Sequence[bytes]
    runners: tuple[tuple[str, str], ...]  #: contender and task; ours first


def run(job: Job) -> dict[str, Any]:
    races = [race for race in _races(job) if race.inputs]
    data: dict[str, Any] = {}
    with job.bar("speed", sum(len(race.runners) for race in races) * (job.rounds + 1)) as step:
        for race in races:
            data[race.key] = measure(job, race, step)
    return data


def measure(job: Job, race: Race, step: Any) -> dict[str, Any]:
    """The seconds a mail of each runner, and how many times ours goes into each of the others'."""
    taken: dict[str, list[float]] = {}
    raised: dict[str, int] = {}
    failed: dict[str, str] = {}
    processes: dict[str, Process] = {}
    try:
        for key, task in race.runners:
            with_task = job.contenders(task, (key,))
            try:
                for contender in with_task:
                    processes[key] = job.start(contender, task).__enter__()
                    processes[key].give(race.inputs)
            except Exception as error:
                job.note(task, BY_KEY[key], f"installed, but: {error}")
                failed[key] = str(error)
                closed = processes.pop(key, None)
                if closed:
                    closed.__exit__()
            if not with_task:
                failed[key] = job.places[key].missing
        for number in range(job.rounds + 1):
            names = list(processes)
            turn = number % max(1, len(names))
            for key in names[turn:] + names[:turn]:
                step(1)
                if key in failed:
                    continue
                try:
                    reply = processes[key].ask("round", limit=max(_ROUND, job.limit))
                except Gone as error:
                    failed[key] = str(error)
                    taken.pop(key, None)
                    continue
                raised[key] = reply["raised"]
                if number:
                    taken.setdefault(key, []).append(sum(reply["seconds"]) / len(race.inputs))
    finally:
        for process_ in processes.values():
            process_.__exit__()
    return {
        "title": race.title,
        "mails": len(race.inputs),
        "bytes": sum(map(len, race.inputs)),
        "tasks": dict(race.runners),
        "failed": failed,
        "contenders": {key: _measured(key, taken, raised) for key in taken},
    }


def _measured(key: str, taken: dict[str, list[float]], raised: dict[str, int]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "seconds": Spread.of(taken[key]).as_data(),
        "rounds": taken[key],
        "raised": raised[key],
    }
    if key != OURS and OURS in taken:
        data["ratio"] = Spread.of(ratios(taken[key], taken[OURS])).as_data()
    return data


def _races(job: Job) -> list[Race]:
    """What is raced; mails of the user's own are raced as a whole."""
    cases = job.cases[:: 6 if job.quick else 1]
    all_mails = [case.raw for case in cases]
    reports, notices = _bounces(cases)
    texts, htmls = _texts(cases, "text/plain"), _texts(cases, "text/html")
    generated = [mail.raw for mail in Generator(job.seed).mails(50 if job.quick else 300)]
    pages = [shapes.html_reply(50_000, number) for number in range(2 if job.quick else 10)]
    parsers = tuple((key, "parse") for key in (OURS, "stdlib", "mail_parser", "fast_mail_parser"))
    replies = ("email_reply_parser", "mail_parser_reply", "quotequail", "talon")
    file = shapes.FILE // (10 if job.quick else 1)
    everything = ((OURS, "process"), ("stdlib", "structure"), ("stack", "process"))
    return [
        Race("parse", "Parse, and decode the main fields and all texts", all_mails, parsers),
        Race("reports", "Bounces with machine-readable fields: everything", reports, everything),
        Race("notices", "Bounces told in words only: everything", notices, everything),
        Race("bounces", "Bounces: who failed", [*reports, *notices], ((OURS, "bounce"), ("flufl_bounce", "bounce"))),
        Race("all", "All mails: everything", all_mails, everything),
        Race("generated", "Generated mails as a gateway sees them: everything", generated, everything),
        Race("reply_text", "What the author wrote, plain text", texts, tuple((k, "reply_text") for k in (OURS, *replies))),
        Race(
            "reply_html", "What the author wrote, HTML", htmls,
            tuple((k, "reply_html") for k in (OURS, "quotequail", "talon")),
        ),
        Race(
            "reply_mail", "Replies of 50 KB of HTML, from the mail", pages,
            ((OURS, "reply_mail"), ("talon", "reply_mail")),
        ),
        Race("attachment", f"One mail with a file of {file / 1e6:g} MB", [shapes.attachment(file)], parsers),
    ]  # fmt: skip


def _bounces(cases: Sequence[Case]) -> tuple[list[bytes], list[bytes]]:
    reports: list[bytes] = []
    notices: list[bytes] = []
    for case in cases:
        kind = case.label.kind if case.label is not None else process(case.raw).kind
        if kind is Kind.BOUNCE:
            (reports if parse(case.raw).delivery_status else notices).append(case.raw)
    return reports, notices


def _texts(cases: Sequence[Case], content_type: str) -> list[bytes]:
    """The texts of this type in messages of people."""
    found = []
    for case in cases:
        if (case.label.kind if case.label is not None else process(case.raw).kind) is Kind.MESSAGE:
            bodies = [part for part in parse(case.raw).bodies if part.content_type.value == content_type]
            found += [part.text().encode("utf-8", "replace") for part in bodies]
    return found
