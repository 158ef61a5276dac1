"""Work for workers of which some mails end the process, as a fault in a C library or the kernel's memory killer would."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from flectra_inbound.cli.understood import json_line


def work(name: str, raw: bytes) -> tuple[str, bytes] | str:
    """`X-Kill: always` ends any process; `X-Kill: PATH` only one that finds the file, which goes with it."""
    for line in raw.splitlines():
        if line.startswith(b"X-Kill: "):
            once = line[8:].decode()
            if once == "always" or Path(once).exists():
                Path(once).unlink(missing_ok=True)
                os.kill(os.getpid(), signal.SIGKILL)
    return json_line(name, raw)


def never_starts(name: str, raw: bytes) -> str:
    raise AssertionError("not called")
