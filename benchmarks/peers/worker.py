"""The process that asks one contender: `python -m benchmarks.peers.worker KEY`. A JSON line in, a JSON line out.

    {"do": "load", "task": ...}            loads what the task needs
    {"do": "inputs", "path": ...}          takes a file of inputs (`pack`)
    {"do": "answer", "item": 3}            what it found in one input
    {"do": "round"}                        seconds for each input
    {"do": "one", "item": 3, "times": 2}   seconds for one input, the fastest of some
    {"do": "peak", "item": 3}              bytes of memory that one input took beyond what was in use
    {"do": "memory"}                       bytes in use

Seconds are processor time of this process, which other work on the machine changes less than the clock on the wall.

Rules of this file: the standard library only, since every peer's Python runs it. What a contender writes to standard
output goes to standard error; what it raises is an answer.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TextIO

from .adapters import Read, Work, load

_TEXT_TASKS = ("reply_text", "reply_html")


def pack(inputs: Sequence[bytes]) -> Iterator[bytes]:
    """A file of inputs: their lengths as a JSON line, then their bytes."""
    yield json.dumps([len(one) for one in inputs]).encode() + b"\n"
    yield from inputs


def _unpack(path: str) -> list[bytes]:
    with open(path, "rb") as file:
        return [file.read(length) for length in json.loads(file.readline())]


class Session:
    """One contender and its inputs."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._work: Work = lambda _: None
        self._read: Read = lambda _: {}
        self._text = False
        self._raw: list[bytes] = []
        self._inputs: list[Any] = []

    def load(self, task: str) -> dict[str, Any]:
        self._work, self._read = load(self._key, task)
        self._text = task in _TEXT_TASKS
        return {"python": platform.python_version()}

    def inputs(self, path: str) -> dict[str, Any]:
        raw = _unpack(path)
        self._inputs = [one.decode("utf-8", "replace") for one in raw] if self._text else list(raw)
        return {"inputs": len(self._inputs)}

    def answer(self, item: int) -> dict[str, Any]:
        try:
            return {"answer": self._read(self._work(self._inputs[item]))}
        except Exception as error:
            return {"raised": _words(error)}

    def round(self) -> dict[str, Any]:
        gc.collect()
        timed = [self._timed(one) for one in self._inputs]
        return {"seconds": [spent for spent, _ in timed], "raised": sum(raised is not None for _, raised in timed)}

    def one(self, item: int, times: int = 1) -> dict[str, Any]:
        timed = [self._timed(self._inputs[item]) for _ in range(times)]
        return {"seconds": min(spent for spent, _ in timed), "raised": timed[-1][1]}

    def peak(self, item: int) -> dict[str, Any]:
        gc.collect()
        _forget_peak()
        before = _status("VmRSS")
        self._timed(self._inputs[item])
        return {"peak": max(0, _peak() - before)}

    def memory(self) -> dict[str, Any]:
        gc.collect()
        return {"bytes": _status("VmRSS")}

    def _timed(self, one: Any) -> tuple[float, str | None]:
        work = self._work
        begin = time.process_time()
        try:
            kept = work(one)
        except Exception as error:
            return time.process_time() - begin, _words(error)
        spent = time.process_time() - begin
        del kept
        return spent, None


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _status(name: str) -> int:
    """A number of /proc/self/status in bytes; the peak so far where there is none."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name + ":"))
    except (OSError, StopIteration):
        return _highest()


def _peak() -> int:
    return _status("VmHWM")


def _highest() -> int:
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def _forget_peak() -> None:
    """Linux counts the peak anew after this; elsewhere it is of the whole process, which has done nothing else."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
    except OSError:
        pass


def serve(session: Session, requests: TextIO, replies: TextIO) -> None:
    for line in requests:
        request = json.loads(line)
        do: Callable[..., dict[str, Any]] = getattr(session, request.pop("do"))
        try:
            reply = do(**request)
        except Exception as error:
            reply = {"error": _words(error)}
        replies.write(json.dumps(reply, default=str) + "\n")
        replies.flush()


if __name__ == "__main__":
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(Session(sys.argv[1]), sys.stdin, out)
