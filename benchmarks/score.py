"""One scorer for all contenders: what an answer says beside what the label says, question by question.

Rules of this file: it never asks who answered. A question that a label does not answer, or that a contender was not
asked, is not counted. White space and punctuation do not count in replies.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flectra_inbound.cli.corpus.label import Label

from .cases import Case

Answer = dict[str, Any]
QUESTIONS = {
    "kind": "what the mail is",
    "failed": "who failed, in mail that is a bounce",
    "live": "that nobody else is called dead, in all mail",
    "recipient": "code, reason and what to do, for each recipient",
    "reply": "what the author newly wrote: all of it and nothing else",
    "words": "that no word of the author's is lost",
    "facts": "subject, people, date, ids, names of files",
}
_WORD = re.compile(r"\w+")
_RECIPIENT = ("mailed_address", "action", "status", "smtp_code", "reason", "hard", "suppression")
_FACTS = ("subject", "sender", "to", "cc", "message_id")


@dataclass(slots=True)
class Score:
    """How often one contender was right about one question."""

    right: int = 0
    total: int = 0
    by: dict[str, dict[str, list[int]]] = field(default_factory=lambda: {"kind": {}, "family": {}, "language": {}})
    wrong: dict[str, str] = field(default_factory=dict)  #: what was wrong, by case
    known: list[str] = field(default_factory=list)  #: wrong ones whose label says that the library gets them wrong

    def add(self, case: Case, wrong: str | None) -> None:
        self.total += 1
        self.right += wrong is None
        if wrong is not None:
            self.wrong[case.name] = wrong
            if case.label is not None and case.label.fails:
                self.known.append(case.name)
        kind = str(case.label.kind) if case.label is not None else ""
        for group, name in (("kind", kind), ("family", case.family), ("language", case.language)):
            counted = self.by[group].setdefault(name or "-", [0, 0])
            counted[0] += wrong is None
            counted[1] += 1

    def within(self, languages: tuple[str, ...]) -> list[int]:
        """Right and total in some languages."""
        chosen = [self.by["language"][one] for one in languages if one in self.by["language"]]
        return [sum(one[0] for one in chosen), sum(one[1] for one in chosen)]

    def as_data(self) -> dict[str, Any]:
        return {"right": self.right, "total": self.total, "by": self.by, "wrong": self.wrong, "known": self.known}


def check(label: Label, answer: Answer, *, may_keep: str = "") -> Iterator[tuple[str, str | None]]:
    """Each question that both the label and the answer speak of, with what is wrong or None.

    `may_keep`: words that count neither way in a reply, such as a signature that a contender does not claim to know.
    """
    if "kind" in answer:
        yield "kind", _differs(answer["kind"], str(label.kind))
    failed = _failed(label)
    if "failed" in answer and failed is not None:
        if label.kind == "bounce":
            yield "failed", _differs(_people(answer["failed"]), failed)
        extra = sorted(set(_people(answer["dead"])) - set(failed))
        yield "live", f"{', '.join(extra)} called dead" if extra else None
    if "recipients" in answer and label.recipients:
        yield "recipient", _recipients(label, answer["recipients"])
    if answer.get("reply") is not None and label.reply is not None:
        lost, kept = _words(label, answer["reply"], may_keep)
        yield "words", f"lost: {' '.join(lost[:12])}" if lost else None
        yield "reply", " and ".join(filter(None, (_told("lost", lost), _told("kept", kept)))) or None
    if "subject" in answer and label.mail is not None:
        yield from (("facts", wrong) for wrong in _facts(label, answer))


def _differs(got: Any, wanted: Any) -> str | None:
    return None if got == wanted else f"{got}, not {wanted}"


def _people(addresses: list[str]) -> list[str]:
    return sorted({address.lower() for address in addresses})


def _failed(label: Label) -> list[str] | None:
    """Whose delivery failed, as far as the label tells: nobody's where it is no bounce."""
    if label.failed is not None:
        return _people(list(label.failed))
    if label.kind != "bounce":
        return []
    people = label.recipients
    if people and all(one.action is not None for one in people):
        return _people([one.address for one in people if one.action == "failed"])
    return None


def _recipients(label: Label, found: list[dict[str, Any]]) -> str | None:
    by_address = {one["address"]: one for one in found}
    wrong = []
    for wanted in label.recipients or ():
        got = by_address.get(wanted.address)
        if got is None:
            wrong.append(f"{wanted.address}: not found")
            continue
        for name in _RECIPIENT:
            value = getattr(wanted, name)
            value = str(value) if isinstance(value, str) else value
            if value is not None and got[name] != value:
                wrong.append(f"{wanted.address}: {name} {got[name]}, not {value}")
    return "; ".join(wrong) or None


def _words(label: Label, text: str, may_keep: str) -> tuple[list[str], list[str]]:
    """Words of the author that are lost, and words of others that are kept."""
    assert label.reply is not None
    got, wanted = _WORD.findall(text.lower()), _WORD.findall(label.reply.text.lower())
    rest = iter(got)
    lost = [word for word in wanted if word not in rest]
    allowed = Counter(_WORD.findall(f"{label.reply.optional} {may_keep}".lower()))
    return lost, [] if lost else sorted((Counter(got) - Counter(wanted) - allowed).elements())


def _told(what: str, words: list[str]) -> str:
    return f"{what}: {' '.join(words[:12])}" if words else ""


def _facts(label: Label, answer: Answer) -> Iterator[str | None]:
    wanted = label.mail
    assert wanted is not None
    for name in _FACTS:
        value = getattr(wanted, name)
        if value is not None:
            got = answer[name]
            got = list(got) if isinstance(value, tuple) else got
            yield _said(name, got, list(value) if isinstance(value, tuple) else value)
    if wanted.date is not None:
        yield _said("date", answer["date"], dt.datetime.fromisoformat(wanted.date).timestamp())
    if wanted.attachments is not None:  # some parsers list only files that have a name
        yield _said("attachments", [n for n in answer["attachments"] if n], [n for n in wanted.attachments if n])


def _said(name: str, got: Any, wanted: Any) -> str | None:
    return None if got == wanted else f"{name}: {got!r}, not {wanted!r}"[:300]
