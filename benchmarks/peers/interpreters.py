"""Which Python each contender runs in: one that was named, one that `--setup` made, or the one that runs this."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .contenders import CONTENDERS, Contender

ROOT = Path(__file__).resolve().parent.parent.parent
VENVS = ROOT / ".bench"
_PROBE = (
    "import importlib.metadata as m, json, sys;"
    "print(json.dumps([sys.version_info[:3], {d.metadata['Name']: d.version for d in m.distributions()}]))"
)
_ASKED = 60  #: seconds to tell what is installed


@dataclass(frozen=True, slots=True)
class Place:
    """Where a contender runs, or why it does not."""

    contender: Contender
    python: str = ""
    version: str = ""  #: of the contender
    runs_on: str = ""  #: of Python
    missing: str = ""

    def as_data(self) -> dict[str, object]:
        contender = self.contender
        return {
            "title": contender.title,
            "version": self.version,
            "python": self.runs_on,
            "missing": self.missing,
            "tasks": list(contender.tasks),
        }


def find(named: Sequence[str] = (), contenders: Sequence[Contender] = CONTENDERS) -> dict[str, Place]:
    """A place for each contender, by its key."""
    pythons = [*named, *(str(path) for path in _made()), sys.executable]
    installed = {python: _installed(python) for python in dict.fromkeys(pythons)}
    return {contender.key: _place(contender, installed) for contender in contenders}


def _place(contender: Contender, installed: dict[str, tuple[str, dict[str, str]] | str]) -> Place:
    if not contender.requires:
        found = installed[sys.executable]
        python, versions = found if isinstance(found, tuple) else ("", {})
        version = ", ".join(versions.get(_canonical(name), "of this checkout") for name in contender.distributions)
        return Place(contender, sys.executable, version or f"Python {python}", python)
    for interpreter, found in installed.items():
        if isinstance(found, str):
            continue
        python, versions = found
        if all(_canonical(name) in versions for name in contender.distributions):
            told = [(name, versions[_canonical(name)]) for name in contender.distributions]
            version = told[0][1] if len(told) == 1 else ", ".join(f"{name} {number}" for name, number in told)
            return Place(contender, interpreter, version, python)
    wants = " ".join(contender.requires)
    return Place(contender, missing=f"not installed: `python -m benchmarks --setup`, or `pip install '{wants}'`")


def _installed(python: str) -> tuple[str, dict[str, str]] | str:
    """The version of a Python and what is installed there, or why that cannot be told."""
    try:
        done = subprocess.run([python, "-I", "-c", _PROBE], capture_output=True, text=True, timeout=_ASKED, check=True)
        version, names = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        return str(error)
    return ".".join(map(str, version)), {_canonical(name): number for name, number in names.items() if name}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _made() -> list[Path]:
    return sorted(path for path in VENVS.glob("*/bin/python") if path.exists())


def set_up(folder: Path = VENVS) -> Iterator[str]:
    """Makes the venvs that are missing and installs the peers; yields a line for each. A peer that fails fails alone."""
    for name in dict.fromkeys(contender.venv for contender in CONTENDERS if contender.requires):
        home = folder / name
        python = home / "bin" / "python"
        if not python.exists():
            venv.create(home, with_pip=True)
        yield f"{home}: Python {'.'.join(map(str, sys.version_info[:3]))}"
        for requirement in dict.fromkeys(
            one for contender in CONTENDERS if contender.venv == name for one in contender.requires
        ):
            done = subprocess.run(
                [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement],
                capture_output=True,
                text=True,
                check=False,
            )
            last = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            yield f"  {requirement}: {'failed: ' + last if done.returncode else 'installed'}"
