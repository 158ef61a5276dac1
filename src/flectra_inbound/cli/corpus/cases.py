"""Reads a folder of labelled mails: `<anything>/<case>.eml` beside `<case>.toml`.

Rules of this file: the layout is known here and nowhere else. What is wrong with a folder is a `Fault`, not an exception.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .label import Label

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: What lies in a corpus beside its cases: the readme, and what `corpus check --write` makes.
INDEX, SCHEMA, README, ALLOWED = "index.json", "label.schema.json", "README.md", "unexercised.toml"
#: Hosts that labels with a routing name, in the form that `load_gateway` takes.
GATEWAYS = "gateways"
_BESIDE = frozenset({INDEX, SCHEMA, README, ALLOWED})
#: A folder of its own, where the damage is the point whatever the kind.
MALFORMED = "malformed"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong with a corpus."""

    check: str  #: which check found it: `layout`, `label`, `copy`, ...
    where: str  #: a case, a file or a rule
    what: str

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Case:
    """A mail with its label."""

    name: str  #: path without suffix, from the corpus's folder, with `/`: `bounce/postfix/0001-user-unknown`
    path: Path  #: of the mail
    label: Label
    raw: bytes
    root: Path  #: of the corpus

    @property
    def folder(self) -> str:
        """The kind, or `malformed`; empty for a case that lies in no folder."""
        return self.name.split("/")[0] if "/" in self.name else ""

    @property
    def family(self) -> str:
        """Whose format it is: the name of the folder that it lies in."""
        return self.name.split("/")[-2] if "/" in self.name else ""


def read_cases(root: Path, faults: list[Fault] | None = None, *, only: str = "") -> Iterator[Case]:
    """The cases below a folder, by name. What is wrong goes to `faults`, or is passed over without."""
    noted: list[Fault] = [] if faults is None else faults
    for path in sorted(root.rglob("*.eml")):
        name = path.relative_to(root).with_suffix("").as_posix()
        if only not in name:
            continue
        label = path.with_suffix(".toml")
        if not label.is_file():
            noted.append(Fault("layout", name, "a mail without a label"))
            continue
        try:
            yield Case(name, path, read_label(label.read_bytes()), path.read_bytes(), root)
        except ValueError as error:
            noted.append(Fault("label", name, _why(error)))


def read_label(data: bytes) -> Label:
    """Raises ValueError (also for a key that is unknown or a value that is none)."""
    return Label.model_validate(tomllib.loads(data.decode("utf-8")))


def strays(root: Path) -> Iterator[Fault]:
    """Labels without a mail, and files that are neither."""
    for path in sorted(root.rglob("*")):
        if not path.is_file() or path.suffix == ".eml" or (path.parent == root and path.name in _BESIDE):
            continue
        if path.parent == root / GATEWAYS and path.suffix == ".toml":
            continue
        name = path.relative_to(root).as_posix()
        if path.suffix != ".toml":
            yield Fault("layout", name, "neither a mail (*.eml) nor a label (*.toml)")
        elif not path.with_suffix(".eml").is_file():
            yield Fault("layout", name, "a label without a mail")


def read_gateway(root: Path, name: str) -> dict[str, Any]:
    """A host by its name. Raises OSError and ValueError."""
    return tomllib.loads((root / GATEWAYS / f"{name}.toml").read_text("utf-8"))


def _why(error: ValueError) -> str:
    if isinstance(error, ValidationError):
        return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'label'}: {e['msg'].lower()}" for e in error.errors())
    return str(error)
