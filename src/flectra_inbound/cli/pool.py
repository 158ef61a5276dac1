"""Understands mails in several processes: in chunks, in order, in bounded memory, and none lost when a process dies.

Rules of this file: mails go out as bytes, JSON comes back as bytes; no object of the library crosses a process. A worker has
one chunk at a time, so that neither side ever waits for the other to read. The parent reads no further mail while as many
chunks as `_AHEAD` tells, or bytes as `_BYTES`, are on their way or wait for one before them to be shown.

When a worker dies, its chunk goes to a new one, mail by mail. The mail that kills a second one is given up, alone.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import TYPE_CHECKING, cast

from .sources import Found, Unreadable
from .understood import WorkerError

if TYPE_CHECKING:
    from typing import Any

    _Pipe = Connection[Any, Any]

#: Mails of one chunk, and their bytes: some 20 ms of work, so that handing it over costs little beside it.
_MAILS, _CHUNK_BYTES = 64, 512 * 1024
#: Chunks for each worker that are under way, wait for a worker, or wait for one before them.
_AHEAD = 4
_BYTES = 64 * 1024 * 1024
#: Workers in a row that may die before they take a chunk, as for want of memory, before the run is given up.
_STILLBORN = 3

#: what is made of a mail: the name it has, its bytes -> its kind and the line of output, or why there is none
Work = Callable[[str, bytes], "Answer"]
Answer = tuple[str, bytes] | str

_KILLED = "it ends every process that reads it, which is a mistake of ours: please report it"


@dataclass(slots=True, eq=False)
class _Chunk:
    """Items in a row, of which the mails go to one worker."""

    items: list[Found | Unreadable]
    bytes: int = 0
    answers: list[Answer] | None = None  #: of the mails among the items, in their order
    again: bool = False  #: one mail of a chunk whose worker died


@dataclass(slots=True, eq=False)
class _Slot:
    """A place in the order: one chunk, or the single mails that became of it."""

    chunks: list[_Chunk] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        return all(chunk.answers is not None for chunk in self.chunks)


class _Worker:
    """A process, and the chunk that it works on."""

    def __init__(self, work: Work) -> None:
        # spawn: a forked process would hold the other workers' pipes open, and nobody would see them die
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, work), daemon=True)
        self.process.start()
        theirs.close()
        self.started = False
        self.chunk: _Chunk | None = None

    @property
    def idle(self) -> bool:
        return self.started and self.chunk is None

    def give(self, chunk: _Chunk) -> bool:
        """False if the worker is dead."""
        self.chunk = chunk
        try:
            self.pipe.send([(item.name, item.raw) for item in chunk.items if isinstance(item, Found)])
        except OSError:
            return False
        return True

    def take(self) -> bool:
        """Puts the answers where they belong; False if the worker is dead."""
        try:
            answers = self.pipe.recv()
        except (EOFError, OSError):
            return False
        if self.chunk is not None:
            self.chunk.answers = answers
            self.chunk = None
        self.started = True
        return True

    def end(self) -> None:
        self.pipe.close()
        self.process.kill()
        self.process.join()


def understand(
    items: Iterable[Found | Unreadable], work: Work, workers: int
) -> Iterator[tuple[Found | Unreadable, Answer]]:
    """Every item with what was made of it, in order. `work` must be importable by its name."""
    pool = _Pool(work, workers)
    try:
        yield from pool.run(iter(_chunks(items)))
    finally:
        pool.close()


class _Pool:
    def __init__(self, work: Work, workers: int) -> None:
        self._work = work
        self._most = workers
        self._workers: list[_Worker] = []
        self._order: deque[_Slot] = deque()
        self._waiting: deque[_Chunk] = deque()
        self._bytes = 0
        self._stillborn = 0

    def run(self, chunks: Iterator[_Chunk]) -> Iterator[tuple[Found | Unreadable, Answer]]:
        more = True
        while more or self._order:
            while more and self._has_room():
                chunk = next(chunks, None)
                if chunk is None:
                    more = False
                    break
                self._add(chunk)
                self._employ()
            while self._order and self._order[0].ready:
                yield from self._shown(self._order.popleft())
            self._employ()
            if self._order and not self._order[0].ready:
                self._listen()

    def close(self) -> None:
        for worker in self._workers:
            worker.end()

    def _has_room(self) -> bool:
        return not self._order or (len(self._order) < _AHEAD * self._most and self._bytes < _BYTES)

    def _add(self, chunk: _Chunk) -> None:
        self._order.append(_Slot([chunk]))
        self._bytes += chunk.bytes
        if any(isinstance(item, Found) for item in chunk.items):
            self._waiting.append(chunk)
        else:
            chunk.answers = []

    def _shown(self, slot: _Slot) -> Iterator[tuple[Found | Unreadable, Answer]]:
        for chunk in slot.chunks:
            self._bytes -= chunk.bytes
            answers = iter(chunk.answers or ())
            for item in chunk.items:
                yield item, item.why if isinstance(item, Unreadable) else next(answers)

    def _employ(self) -> None:
        """Give chunks that wait to workers that do not work."""
        while self._waiting:
            worker = next((each for each in self._workers if each.idle), None)
            if worker is None:
                coming = sum(not each.started for each in self._workers)
                if len(self._workers) < self._most and coming < len(self._waiting):
                    self._workers.append(_Worker(self._work))
                    continue
                return
            if not worker.give(self._waiting.popleft()):
                self._bury(worker)

    def _listen(self) -> None:
        """Wait until a worker has started, answered or died."""
        by_pipe = {worker.pipe: worker for worker in self._workers if not worker.idle}
        for pipe in wait(list(by_pipe)):
            worker = by_pipe[cast("_Pipe", pipe)]
            if not worker.take():
                self._bury(worker)
            else:
                self._stillborn = 0

    def _bury(self, worker: _Worker) -> None:
        """What a dead worker had is tried again, mail by mail, before anything else."""
        self._workers.remove(worker)
        worker.end()
        if not worker.started:
            self._stillborn += 1
            if self._stillborn > _STILLBORN:
                raise WorkerError("worker processes end before they have begun")
        chunk = worker.chunk
        if chunk is None:
            return
        if chunk.again:
            chunk.answers = [_KILLED]
            return
        singles = [_Chunk([item], item.size, None if isinstance(item, Found) else [], True) for item in chunk.items]
        slot = next(slot for slot in self._order if chunk in slot.chunks)
        self._bytes += sum(single.bytes for single in singles) - chunk.bytes
        slot.chunks = singles
        self._waiting.extendleft(reversed([single for single in singles if single.answers is None]))


def _chunks(items: Iterable[Found | Unreadable]) -> Iterator[_Chunk]:
    chunk = _Chunk([])
    for item in items:
        chunk.items.append(item)
        chunk.bytes += item.size
        if len(chunk.items) >= _MAILS or chunk.bytes >= _CHUNK_BYTES:
            yield chunk
            chunk = _Chunk([])
    if chunk.items:
        yield chunk


def _serve(pipe: Connection, work: Work) -> None:
    """A worker's life."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us
    try:
        pipe.send(None)  # started
        while True:
            pipe.send([work(name, raw) for name, raw in pipe.recv()])
    except (EOFError, OSError):
        return  # the parent has gone
