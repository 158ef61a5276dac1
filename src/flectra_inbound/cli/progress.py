"""A progress bar for long runs, on standard error and only when that is a terminal.

Rules of this file: the bar is drawn while mails are read, never by a thread of its own, and it is gone whenever
something else is written to the terminal and at the end.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from .sources import measure

_AFTER = 1.0  #: seconds: what is done sooner needs no bar
_EVERY = 0.1  #: seconds between two drawings


class Bar:
    """Shows how much of the sources has been read."""

    def __init__(self, sources: Sequence[str], stream: TextIO) -> None:
        self._sources = sources
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._bytes = 0
        self._mails = 0
        self._drawn = time.monotonic() + _AFTER - _EVERY

    def advance(self, size: int) -> None:
        """One more mail of so many bytes is done."""
        self._bytes += size
        self._mails += 1
        now = time.monotonic()
        if not self._console.is_terminal or now - self._drawn < _EVERY:
            return
        if self._progress is None:
            self._progress = self._begin()
        self._progress.update(self._task, completed=self._bytes, mails=self._mails)
        self._progress.start()
        self._progress.refresh()
        self._drawn = time.monotonic()

    def hide(self) -> None:
        """Clear the line, so that something else can be written; the next `advance` may draw again."""
        if self._progress is not None:
            self._progress.stop()

    def _begin(self) -> Progress:
        progress = Progress(
            TextColumn("reading"),
            BarColumn(),
            TextColumn("{task.fields[mails]} mails"),
            TimeRemainingColumn(),
            console=self._console,
            auto_refresh=False,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = progress.add_task("", total=measure(self._sources), mails=0)
        return progress
