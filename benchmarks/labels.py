"""The labels of messages: the one place that knows where their model lives."""

from __future__ import annotations

import sys
from pathlib import Path

from flectra_inbound.cli.corpus.label import Label

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Label", "label_beside"]


def label_beside(mail: Path) -> Label | None:
    """The label of `case.eml` in `case.toml`; None where there is none. Raises ValueError for one that is wrong."""
    path = mail.with_suffix(".toml")
    if not path.is_file():
        return None
    return Label.model_validate(tomllib.loads(path.read_text("utf-8")))
