"""Understand more mails than one machine holds, with Dask bag: `python examples/dask_bag.py OUT FILE_OR_FOLDER...`

One JSON line a mail, in the order of the files, in OUT/000.jsonl and so on: one file a partition. Needs `pip install dask`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from dask import bag

from flectra_inbound import Inbound, process

#: Mails of one task: some 100 ms of work, so that what Dask does around it does not count.
PARTITION = 200


def understand(path: str) -> str:
    """One mail, as a line of JSON. Pure but for reading the file, so that a task may run anywhere, and again."""
    try:
        return json.dumps({"source": path, **process(Path(path).read_bytes()).model_dump(mode="json")})
    except OSError as error:
        return json.dumps({"source": path, "unreadable": error.strerror})


def mails(sources: list[str]) -> list[str]:
    """The paths of all mails, sorted: the order of the results."""
    found = [
        path for source in map(Path, sources) for path in ([source] if source.is_file() else source.rglob("*.eml"))
    ]
    return [str(path) for path in sorted(found)]


def results(paths: list[str]) -> bag.Bag:
    """A line for each path; nothing runs before `compute()` or `to_textfiles()`."""
    return bag.from_sequence(paths, partition_size=PARTITION).map(understand)


def kinds(paths: list[str]) -> dict[str, int]:
    """How many of each kind; only counts come back, never the results."""
    read = results(paths).map(json.loads).map(lambda line: line.get("kind", "unreadable"))
    return dict(read.frequencies().compute())


def again(line: str) -> Inbound:
    """The result of a line, as an object."""
    fields = json.loads(line)
    del fields["source"]
    return Inbound.model_validate(fields)


if __name__ == "__main__":
    out, *sources = sys.argv[1:]
    results(mails(sources)).to_textfiles(f"{out}/*.jsonl")
