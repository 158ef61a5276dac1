"""A contender's process, seen from outside: asked with a time limit, killed when it passes, started anew when needed."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from .contenders import Contender
from .worker import pack

ROOT = Path(__file__).resolve().parent.parent.parent
_START = 60.0  #: seconds to start and load; talon takes several


class Gone(Exception):
    """The process was killed or died; the words say which."""


class Refused(Exception):
    """The contender does not load here; the words say why."""


class Process:
    """One contender in a process of its own, ready for one task. Use it in a `with`."""

    def __init__(
        self, contender: Contender, python: str, task: str, *, module: str = "benchmarks.peers.worker"
    ) -> None:
        self.contender = contender
        self._command = [python, "-X", "utf8", "-m", module, contender.key]
        self._task = task
        self._inputs: Path | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="flectra-bench-")
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()

    def __enter__(self) -> Process:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._kill()
        self._folder.cleanup()

    def give(self, inputs: Sequence[bytes]) -> None:
        """What the process works on from now on."""
        self._inputs = Path(self._folder.name, "inputs")
        with self._inputs.open("wb") as file:
            file.writelines(pack(inputs))
        self.ask("inputs", path=str(self._inputs), limit=_START)

    def ask(self, do: str, *, limit: float, **values: Any) -> dict[str, Any]:
        """The reply. Raises Gone if there is none within `limit` seconds; the next question starts a new process."""
        if self._process is None:
            self._start()
        process = self._process
        assert process is not None
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps({"do": do, **values}) + "\n")
            process.stdin.flush()
            line = self._lines.get(timeout=limit)
        except queue.Empty:
            self._kill()
            raise Gone(f"killed after {limit:g} s") from None
        except OSError:
            line = None
        if line is None:
            code = process.wait()
            self._kill()
            raise Gone(f"died: {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}")
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise Refused(reply["error"])
        return reply

    def _start(self) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "COV_"))}
        environment["PYTHONHASHSEED"] = "0"
        if not self.contender.requires:  # we and the standard library run from this checkout
            environment["PYTHONPATH"] = str(ROOT / "src")
        self._lines = queue.Queue()
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=environment,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        threading.Thread(target=_lines_into, args=(self._process, self._lines), daemon=True).start()
        try:
            self.ask("load", task=self._task, limit=_START)
            if self._inputs:
                self.ask("inputs", path=str(self._inputs), limit=_START)
        except (Gone, Refused) as error:
            self._kill()
            raise Refused(str(error)) from None

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with suppress(OSError):  # what was still to be written is of no use
                    stream.close()


def _lines_into(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except ValueError:  # closed while it was read
        pass
    lines.put(None)
