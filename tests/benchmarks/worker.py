"""Stands in for a peer's process: `benchmarks.peers.worker` with peers that hang, die, raise and print."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from benchmarks.peers import worker


def _stop(key: str) -> None:
    if key == "hangs_on_stop":
        time.sleep(600)
    elif key == "dies_on_stop":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif key == "raises_on_stop":
        raise ValueError("stop")


def load(key: str, task: str) -> tuple[Any, Any]:
    if key == "does_not_load":
        raise ImportError("not here")

    def work(raw: bytes) -> int:
        if raw == b"stop":
            _stop(key)
        if key == "prints":
            print("to whom it may concern", flush=True)
            os.write(1, b"and past Python\n")
        return len(raw)

    return work, lambda length: {"length": length}


if __name__ == "__main__":
    worker.load = load
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    worker.serve(worker.Session(sys.argv[1]), sys.stdin, out)
