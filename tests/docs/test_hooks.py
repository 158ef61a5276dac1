"""The hooks of pre-commit run what the project's own checks run: their versions are among those that tox may take."""

from __future__ import annotations

import re
import sys

from packaging.requirements import Requirement

from ..conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PINNED = re.compile(r"[\"\s-]([\w.-]+)==([\w.]+)")


def test_pins_are_within_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["cli"],
        *project["dependency-groups"]["lint"],
        *project["dependency-groups"]["types"],
    ]
    asked = [Requirement(text) for text in wanted]
    pins = PINNED.findall((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert {"ruff", "import-linter", "mypy", "pydantic"} <= {name for name, _ in pins}
    for name, version in pins:
        found = [one for one in asked if one.name == name]
        assert found, name
        assert all(one.specifier.contains(version) for one in found), name
