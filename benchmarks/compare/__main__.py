"""Measures, and writes compare.json and the tables of docs/compare.md: `python -m benchmarks.compare --write`.

Sisimai and email_reply_trimmer are those of Debian (`apt-get install libsisimai-perl ruby-email-reply-trimmer`). The peers in
Python are those of `python -m benchmarks --setup`; further Pythons to look in: `--python`. Who is missing is an error here, since
the page would lose a row.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from flectra_inbound import __version__, parse, process

from ..cases import CORPUS, Case, read_cases
from ..job import Job
from ..peers.contenders import BY_KEY, OURS, asked
from ..peers.interpreters import find
from ..score import Answer, Score, check
from . import gateway
from .outside import SISIMAI, TRIMMER, Missing, ask
from .page import PAGE, RESULTS, written

ROUNDS = 3
_QUESTIONS = ("failed", "live", "reply", "words")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compare", description=__doc__)
    parser.add_argument("--python", action="append", default=[], help="a Python that peers are installed in")
    parser.add_argument("--write", action="store_true", help="write compare.json and docs/compare.md")
    parser.add_argument("--from", dest="results", action="store_true", help="do not measure: from compare.json")
    options = parser.parse_args(arguments)
    try:
        results = json.loads(RESULTS.read_text("utf-8")) if options.results else measure(options.python)
    except Missing as error:
        parser.error(str(error))
    if options.write:
        RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", "utf-8")
        PAGE.write_text(written(PAGE.read_text("utf-8"), results), "utf-8")
    else:
        json.dump(results, sys.stdout, indent=1)
    return 0


def measure(pythons: Sequence[str]) -> dict[str, Any]:
    cases = [case for case in read_cases([CORPUS]) if case.label is not None]
    texts = [(case, text) for case in cases if case.label and case.label.reply and (text := _text(case.raw))]
    job = Job(cases, find(pythons))
    missing = [
        job.places[one.key] for task in ("bounce", "reply_text") for one in asked(task) if job.places[one.key].missing
    ]
    if missing:
        raise Missing("; ".join(f"{place.contender.title}: {place.missing}" for place in missing))
    return {
        "about": {
            "python": sys.version.split()[0],
            "flectra_inbound": __version__,
            "mails": len(cases),
            "texts": len(texts),
            "rounds": ROUNDS,
        },
        "bounce": _bounces(job, cases),
        "reply": _replies(job, [case for case, _ in texts], [text for _, text in texts]),
    }


def _text(raw: bytes) -> bytes | None:
    """The one plain text of a mail, as peers are given it."""
    found = [part for part in parse(raw).bodies if part.content_type.value == "text/plain"]
    return found[0].text().encode("utf-8", "replace") if len(found) == 1 else None


# -- delivery reports -------------------------------------------------------------------------------------------------


def _bounces(job: Job, cases: list[Case]) -> dict[str, Any]:
    rows = _python_peers(job, "bounce", cases, [case.raw for case in cases])
    _, ruled = _rounds(lambda: ({}, [_by_rule(case.raw) for case in cases]))
    rows["gateway"] = _row("Flectra's own rule (2.x, 3.x)", "", cases, ruled[0], _spent(ruled))
    with tempfile.TemporaryDirectory(prefix="flectra-compare-") as folder:
        paths = []
        for number, case in enumerate(cases):  # a maildir each: in an mbox a line may look like the next mail
            path = Path(folder, f"{number:05}")
            path.mkdir()
            (path / "mail").write_bytes(case.raw)
            paths.append(path)
        about, rounds = _rounds(lambda: ask(SISIMAI, paths))
    answers = [_of_sisimai(answer) for answer in rounds[0]]
    rows[SISIMAI.key] = _row(SISIMAI.title, about["version"], cases, answers, _spent(rounds))
    known = {reason.lower() for reason in about["reasons"]}
    ours = [{one.address: str(one.reason).replace("_", "") for one in _recipients(case.raw)} for case in cases]
    theirs = [{one["address"]: one["reason"] for one in answer.get("recipients", ())} for answer in rounds[0]]
    for key, found in ((OURS, ours), (SISIMAI.key, theirs)):
        rows[key]["reason"] = _reasons(cases, found, known)
    return rows


def _of_sisimai(answer: Answer) -> Answer:
    """Failed: not delayed, not delivered, no feedback loop, no automatic answer. Dead: of these, what it calls a hard bounce."""
    if "recipients" not in answer:
        return answer
    failed = [
        one
        for one in answer["recipients"]
        if one["action"] not in ("delayed", "delivered", "relayed", "expanded")
        and one["reason"] not in ("delivered", "feedback", "vacation")
    ]
    return {
        "failed": [one["address"] for one in failed],
        "dead": [one["address"] for one in failed if one["soft"] == 0],
        **{name: answer[name] for name in ("raised",) if name in answer},
    }


def _recipients(raw: bytes) -> Sequence[Any]:
    delivery = process(raw).delivery
    return delivery.recipients if delivery else ()


def _reasons(cases: list[Case], found: list[dict[str, str]], known: set[str]) -> list[int]:
    """Right and asked: recipients of bounces whose labelled reason is one that Sisimai has a name for."""
    right = total = 0
    for case, reasons in zip(cases, found, strict=True):
        if case.label is None or case.label.kind != "bounce":
            continue
        for wanted in case.label.recipients or ():
            name = _SISIMAI.get(str(wanted.reason), str(wanted.reason).replace("_", ""))
            if wanted.reason is not None and name in known:
                total += 1
                got = reasons.get(wanted.address, "")
                right += _SISIMAI.get(got, got) == name
    return [right, total]


#: Names that Sisimai 4 has for what Sisimai 5, and we, call otherwise
_SISIMAI = {
    "message_too_big": "mesgtoobig", "messagetoobig": "mesgtoobig",
    "too_many_connections": "toomanyconn", "toomanyconnections": "toomanyconn",
}  # fmt: skip


# -- replies ----------------------------------------------------------------------------------------------------------


def _replies(job: Job, cases: list[Case], texts: list[bytes]) -> dict[str, Any]:
    rows = _python_peers(job, "reply_text", cases, texts)
    with tempfile.TemporaryDirectory(prefix="flectra-compare-") as folder:
        paths = []
        for number, text in enumerate(texts):
            path = Path(folder, f"{number:05}")
            path.write_bytes(text)
            paths.append(path)
        about, rounds = _rounds(lambda: ask(TRIMMER, paths))
    rows[TRIMMER.key] = _row(TRIMMER.title, about["version"], cases, rounds[0], _spent(rounds))
    return rows


# -- what both have in common -----------------------------------------------------------------------------------------


def _python_peers(job: Job, task: str, cases: list[Case], inputs: list[bytes]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    endings: list[str] = []
    with job.started(task) as processes:
        for key, one in processes.items():
            one.give(inputs)
            answers = [_answered(one, item, job.limit) for item in range(len(cases))]
            if key == OURS and task == "reply_text":
                endings = [" ".join(_endings(case.raw)) for case in cases]
            spent = median(sum(one.ask("round", limit=600)["seconds"]) for _ in range(ROUNDS)) / len(cases)
            allowed = [] if BY_KEY[key].signatures else endings
            rows[key] = _row(BY_KEY[key].title, job.places[key].version, cases, answers, spent, allowed)
    return rows


def _answered(one: Any, item: int, limit: float) -> Answer:
    reply = one.ask("answer", item=item, limit=limit)
    answer: Answer = reply.get("answer") or reply
    return answer


def _endings(raw: bytes) -> list[str]:
    reply = process(raw).reply
    return [
        part.text for part in (reply.fragments if reply else ()) if part.kind in ("signature", "footer", "disclaimer")
    ]


def _row(
    title: str,
    version: str,
    cases: list[Case],
    answers: list[Answer],
    seconds: float | None = None,
    may_keep: Sequence[str] = (),
) -> dict[str, Any]:
    scores: dict[str, Score] = {}
    for number, (case, answer) in enumerate(zip(cases, answers, strict=True)):
        assert case.label is not None
        given = answer if {"failed", "reply"} & set(answer) else {"failed": [], "dead": [], "reply": ""}
        for question, wrong in check(case.label, given, may_keep=may_keep[number] if may_keep else ""):
            scores.setdefault(question, Score()).add(case, wrong)
    return {
        "title": title,
        "version": version,
        "seconds": seconds,
        "failed_to_answer": sum("gone" in answer or "raised" in answer for answer in answers),
        **{name: [scores[name].right, scores[name].total] for name in _QUESTIONS if name in scores},
        "wrong": {name: sorted(scores[name].wrong) for name in _QUESTIONS if name in scores},
    }


def _by_rule(raw: bytes) -> Answer:
    begin = time.process_time()
    try:
        answer = gateway.read(raw)
    except Exception as error:
        answer = {"raised": type(error).__name__}
    return {**answer, "seconds": time.process_time() - begin}


def _rounds(once: Callable[[], tuple[dict[str, Any], list[Answer]]]) -> tuple[dict[str, Any], list[list[Answer]]]:
    found = [once() for _ in range(ROUNDS)]
    return found[0][0], [answers for _, answers in found]


def _spent(rounds: list[list[Answer]]) -> float:
    """Seconds a mail."""
    totals = [sum(float(answer.get("seconds", 0)) for answer in answers) for answers in rounds]
    return median(totals) / len(rounds[0])


if __name__ == "__main__":
    raise SystemExit(main())
