"""What the library makes of one mail of a run, in this process or as JSON from another.

Rules of this file: `json_line` and `json_result` run in workers, which find them by their names.
"""

from __future__ import annotations

import json
import os
from functools import cache

from flectra_inbound import Inbound, Kind, Pipeline


class WorkerError(RuntimeError):
    """No worker can be started."""


class Understood:
    """A result, as an object or as JSON, whichever there is; the other is made when somebody asks."""

    __slots__ = ("_inbound", "_json", "_name", "kind")

    def __init__(self, kind: Kind, name: str = "", inbound: Inbound | None = None, made: bytes = b"") -> None:
        self.kind = kind
        self._name = name
        self._inbound = inbound
        self._json = made

    @classmethod
    def of_answer(cls, kind: str, made: bytes) -> Understood:
        """From what a worker hands back."""
        return cls(Kind(kind), made=made)

    def inbound(self) -> Inbound:
        """The result; made from JSON where another process read the mail."""
        if self._inbound is None:
            self._inbound = Inbound.model_validate_json(self._json)
        return self._inbound

    def json(self) -> str:
        """One line with the source; pure ASCII: the same in every locale, and nothing in it can steer a terminal."""
        if self._inbound is None:
            return self._json.decode("ascii")
        source = os.fsencode(self._name).decode("utf-8", "backslashreplace")
        return json.dumps({"source": source, **self._inbound.model_dump(mode="json")}) + "\n"


def understood(name: str, raw: bytes) -> Understood | str:
    """The result, or what to say instead. The library raises for no mail; if it does, the others are still read."""
    try:
        inbound = _pipeline().process(raw)
    except Exception as error:
        # the type only: a message may quote the mail
        return f"the library failed on it ({type(error).__name__}), which is a mistake of ours: please report it"
    return Understood(inbound.kind, name, inbound)


def json_line(name: str, raw: bytes) -> tuple[str, bytes] | str:
    """The kind, and the line that `--json` writes."""
    result = understood(name, raw)
    return result if isinstance(result, str) else (result.kind.value, result.json().encode("ascii"))


def json_result(name: str, raw: bytes) -> tuple[str, bytes] | str:
    """The kind, and the result alone."""
    result = understood(name, raw)
    return result if isinstance(result, str) else (result.kind.value, result.inbound().model_dump_json().encode())


@cache
def _pipeline() -> Pipeline:
    return Pipeline()
