"""The loop between routing and a host: what was asked, what was answered, and what is still open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..gateway import Alias, Answers, Sender, Thread
from ..result import Need

#: what a key means that was asked and left out
_UNKNOWN: dict[str, Any] = {"threads": None, "mails": None, "aliases": (), "records": False, "models": False}


class Known:
    """All that a host has answered about one mail so far."""

    __slots__ = ("aliases", "mails", "models", "records", "sender", "threads")

    def __init__(self, answers: Answers | None = None) -> None:
        self.threads: dict[str, Thread | None] = dict(answers.threads) if answers is not None else {}
        self.aliases: dict[str, tuple[Alias, ...]] = dict(answers.aliases) if answers is not None else {}
        self.mails: dict[str, Thread | None] = dict(answers.mails) if answers is not None else {}
        self.records: dict[str, bool] = dict(answers.records) if answers is not None else {}
        self.models: dict[str, bool] = dict(answers.models) if answers is not None else {}
        self.sender: Sender | None = answers.sender if answers is not None else None

    def add(self, needs: Iterable[Need], found: Answers) -> None:
        """See `add_answers`."""
        given = found.model_fields_set
        for name in given:
            if name != "sender":
                getattr(self, name).update(getattr(found, name))
        for need in needs:
            kind = need.kind
            if kind not in given:
                continue
            if kind == "sender":
                self.sender = found.sender or Sender()
                continue
            known, unknown = getattr(self, kind), _UNKNOWN[kind]
            for key in need.keys:
                known.setdefault(key, unknown)


def add_answers(answers: Answers, needs: Iterable[Need], found: Answers) -> Answers:
    """All that a host has answered so far, with what it `found` for the last `needs`.

    A key that it leaves out is unknown to it, so that a host may return what its query found and no more. A kind that it leaves
    out altogether is not answered, and is asked again.

    >>> asked = (Need(kind="threads", keys=("<a@x>", "<b@x>")), Need(kind="records", keys=("crm.lead,7",)))
    >>> both = add_answers(Answers(), asked, Answers(threads={}))
    >>> both.threads, both.records
    ({'<a@x>': None, '<b@x>': None}, {})
    """
    known = Known(answers)
    known.add(needs, found)
    return answers.model_copy(update={name: getattr(known, name) for name in Known.__slots__})
