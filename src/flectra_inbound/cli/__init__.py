"""The command line, the only place of the project that does I/O. This file holds the door: it works without the extra.

Rules of this package: the library never imports it. Nothing that comes from a mail or a file name is written to a
terminal before `safe` has escaped it, and nothing is written that was not asked for.
"""

from __future__ import annotations

import sys

#: Comes with the extra `cli`; an older typer brings click along, a newer one carries its own.
_EXTRA = ("typer", "rich", "click")
_MISSING = "flectra-inbound's command line needs its extra: pip install 'flectra-inbound[cli]'"


def main() -> None:
    """Run the command line on `sys.argv` and leave with its exit code: 0 fine, 1 some input unreadable, 2 usage."""
    if sys.argv[1:2] == ["worker"]:  # needs no extra
        from . import worker

        worker.main(sys.argv[2:])
        return
    try:
        from .app import app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        print(_MISSING, file=sys.stderr)
        raise SystemExit(2) from None
    app(prog_name="flectra-inbound")
