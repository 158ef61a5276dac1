"""One run of the benchmarks: what to measure with, who is there, how thorough to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field

from .cases import Case
from .peers.contenders import Contender, asked
from .peers.interpreters import Place
from .peers.process import Process, Refused
from .progress import bar


@dataclass(slots=True)
class Job:
    cases: Sequence[Case]
    places: dict[str, Place]
    quick: bool = False
    rounds: int = 7  #: that count; one more warms up
    limit: float = 10.0  #: seconds that a contender may take for one mail
    count: int = 20_000  #: mails of the longest stream
    seed: int = 7
    refused: dict[str, dict[str, str]] = field(default_factory=dict)  #: why a contender gave no answer, by task
    bar: Callable[[str, int], AbstractContextManager[Callable[[int], None]]] = bar

    def contenders(self, task: str, only: Sequence[str] | None = None) -> list[Contender]:
        """Who is asked a task and is there; who is missing is noted."""
        found = []
        for contender in asked(task):
            if only is not None and contender.key not in only:
                continue
            place = self.places[contender.key]
            if place.missing:
                self.note(task, contender, place.missing)
            else:
                found.append(contender)
        return found

    def note(self, task: str, contender: Contender, why: str) -> None:
        self.refused.setdefault(task, {})[contender.key] = why

    def start(self, contender: Contender, task: str) -> Process:
        return Process(contender, self.places[contender.key].python, task)

    @contextmanager
    def started(self, task: str, only: Sequence[str] | None = None) -> Iterator[dict[str, Process]]:
        """A process for each contender of a task, by its key."""
        with ExitStack() as stack:
            processes: dict[str, Process] = {}
            for contender in self.contenders(task, only):
                try:
                    processes[contender.key] = stack.enter_context(self.start(contender, task))
                except Refused as error:
                    self.note(task, contender, f"installed, but: {error}")
            yield processes
