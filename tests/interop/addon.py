"""Where the example addon lies, and its client as a module."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

ADDON = ROOT / "examples" / "flectra_addon" / "mail_inbound"
WORKER = [sys.executable, "-m", "flectra_inbound", "worker"]


def load(path: Path, name: str) -> Any:
    """A module from its file, without its package."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def old_pythons() -> dict[str, str]:
    """Interpreters that are older than the library needs, by their version: of PATH and of pyenv."""
    folders = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    folders += sorted(folder / "bin" for folder in pyenv.glob("3.*"))
    found: dict[str, str] = {}
    for minor in range(5, 10):
        for folder in folders:
            python = folder / f"python3.{minor}"
            if python.is_file() and os.access(python, os.X_OK) and "shims" not in folder.parts:
                found.setdefault(f"3.{minor}", str(python))
    return found
