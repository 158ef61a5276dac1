"""Reads the rule files beside it, once each, on first use."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from .schema import AutomaticFile, ReasonFile, ReasonRule, Rule, StatusFile

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

R = TypeVar("R", bound=Rule)


def _read(name: str, schema: type[R]) -> R:
    return schema.model_validate(tomllib.loads(files(__package__).joinpath(name).read_text("utf-8")))


@lru_cache(maxsize=1)
def automatic() -> AutomaticFile:
    """Fields, subjects and texts of mail that programs send."""
    return _read("automatic.toml", AutomaticFile)


@lru_cache(maxsize=1)
def status_codes() -> StatusFile:
    """Enhanced status codes and reply codes with their reasons."""
    return _read("status.toml", StatusFile)


@lru_cache(maxsize=1)
def reasons() -> ReasonFile:
    """Group, hardness and default suppression of each reason."""
    return _read("reasons.toml", ReasonFile)


@lru_cache(maxsize=1)
def reason_rules() -> dict[str, ReasonRule]:
    """`reasons()` by reason."""
    return {rule.reason: rule for rule in reasons().reason}
