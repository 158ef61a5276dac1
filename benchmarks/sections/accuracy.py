"""Who is right about what: all contenders' answers to the labelled mails, and where they differ on those without label."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flectra_inbound import parse
from flectra_inbound.parse.html import html_to_text

from ..cases import Case
from ..job import Job
from ..peers.contenders import BY_KEY, OURS
from ..peers.process import Gone
from ..score import QUESTIONS, Answer, Score, check

#: for each table: the task, the questions that it answers, and which mails are asked about
_TABLES = {
    "process": ("kind", "recipient", "reply", "words"),
    "bounce": ("failed", "live"),
    "reply_text": ("reply", "words"),
    "reply_html": ("reply", "words"),
    "parse": ("facts",),
}
_SHOWN = 200  #: mails that differ, in the data


def run(job: Job) -> dict[str, Any]:
    labelled = [case for case in job.cases if case.label is not None]
    own = answers(job, "process", list(job.cases), [case.raw for case in job.cases], only=(OURS,)).get(OURS, [])
    by_name = {case.name: answer for case, answer in zip(job.cases, own)}
    data: dict[str, Any] = {
        "mails": len(job.cases),
        "labelled": len(labelled),
        "kinds": dict(Counter(str(answer.get("kind", "no answer")) for answer in own).most_common()),
        "tables": {},
    }
    for task, questions in _TABLES.items():
        cases, inputs = _inputs(task, job.cases)
        if not cases:
            continue
        if task == "process":
            found = {OURS: own}
        else:
            others = [one.key for one in job.contenders(task) if one.key != OURS or task != "bounce"]
            found = answers(job, task, cases, inputs, only=others)
            if task == "bounce":
                found = {OURS: own, **found}
        if labelled:
            for question in questions:
                table = _table(task, question, cases, found, by_name)
                if table:
                    data["tables"][f"{task}.{question}"] = table
        if task == "bounce":
            data["differ"] = _differences(cases, found)
    return data


def answers(
    job: Job, task: str, cases: Sequence[Case], inputs: Sequence[bytes], only: Sequence[str] | None = None
) -> dict[str, list[Answer]]:
    """Every contender's answers, in the order of the cases; `raised` or `gone` in place of one that it did not give."""
    found: dict[str, list[Answer]] = {}
    with job.started(task, only) as processes:
        for key, process in processes.items():
            process.give(inputs)
            with job.bar(f"accuracy: {BY_KEY[key].title}, {task}", len(cases)) as step:
                given = found[key] = []
                for item in range(len(cases)):
                    try:
                        reply = process.ask("answer", item=item, limit=job.limit)
                    except Gone as error:
                        reply = {"gone": str(error)}
                    given.append(reply.get("answer") or reply)
                    step(1)
    return found


def _inputs(task: str, cases: Sequence[Case]) -> tuple[list[Case], list[bytes]]:
    """The cases that a task can be asked about, with what is asked: the mail, or its one text of the right type."""
    wanted = {"reply_text": "text/plain", "reply_html": "text/html"}.get(task)
    if wanted is None:
        return list(cases), [case.raw for case in cases]
    chosen, inputs = [], []
    for case in cases:
        if case.label is None or case.label.reply is None:
            continue
        texts = [part for part in parse(case.raw).bodies if part.content_type.value == wanted]
        if len(texts) == 1:
            chosen.append(case)
            inputs.append(texts[0].text().encode("utf-8", "replace"))
    return chosen, inputs


def _table(
    task: str, question: str, cases: Sequence[Case], found: dict[str, list[Answer]], own: dict[str, Answer]
) -> dict[str, Any]:
    scores: dict[str, Any] = {}
    for key, given in found.items():
        score, raised, gone = Score(), 0, 0
        for case, answer in zip(cases, given, strict=True):
            if case.label is None:
                continue
            raised, gone = raised + ("raised" in answer), gone + ("gone" in answer)
            for asked, wrong in _checked(case, answer, key, own.get(case.name, {})):
                if asked == question:
                    score.add(case, wrong)
        if score.total:
            languages = BY_KEY[key].languages if question in ("reply", "words") else ()
            scores[key] = {**score.as_data(), "raised": raised, "gone": gone}
            if languages:
                scores[key]["claimed"] = {"languages": list(languages), "counted": score.within(languages)}
    return {"task": task, "question": question, "what": QUESTIONS[question], "scores": scores} if scores else {}


def _checked(case: Case, answer: Answer, key: str, own: Answer) -> list[tuple[str, str | None]]:
    """An answer that was not given is wrong, for every question that another answer would have been checked for."""
    assert case.label is not None
    if "raised" in answer or "gone" in answer:
        why = str(answer.get("raised") or answer.get("gone"))
        nothing: Answer = {"failed": [], "dead": [], "reply": "", "date": None, "to": [], "cc": [], "attachments": []}
        nothing |= {"kind": "", "recipients": [], "subject": None, "sender": None, "message_id": None}
        return [(asked, why if wrong else None) for asked, wrong in check(case.label, nothing)]
    if "html" in answer:
        answer = {**answer, "reply": html_to_text(answer["html"] or "")}
    endings = "" if BY_KEY[key].signatures else " ".join(own.get("endings", ()))
    return list(check(case.label, answer, may_keep=endings))


def _differences(cases: Sequence[Case], found: dict[str, list[Answer]]) -> dict[str, Any]:
    """Mails without label in which another contender names other people than we do."""
    data: dict[str, Any] = {}
    for key, given in found.items():
        if key == OURS or OURS not in found:
            continue
        rows = []
        for case, ours, theirs in zip(cases, found[OURS], given, strict=True):
            mine, other = (sorted({one.lower() for one in answer.get("failed", ())}) for answer in (ours, theirs))
            if case.label is None and mine != other:
                rows.append({"mail": case.name, "kind": ours.get("kind"), "ours": mine, "theirs": other})
        data[key] = {"mails": len(rows), "shown": rows[:_SHOWN]}
    return data
