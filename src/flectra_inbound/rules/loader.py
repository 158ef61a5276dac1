"""Reads the rule files beside it, once each, on first use."""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from .schema import (
        AutomaticFile,
        Container,
        GenericNotice,
        Language,
        MailApps,
        Notice,
        ReasonFile,
        ReasonRule,
        Rule,
        Scheme,
        StatusFile,
        UnsubscribeFile,
    )

R = TypeVar("R", bound="Rule")

# What reads the rules (schema, TOML, resources) is imported on first use: importing the package stays cheap.


def _folder() -> Traversable:
    from importlib.resources import files

    return files(__package__)


def _in_folder(name: str) -> list[str]:
    """The rule files of a folder, in the order of their names."""
    return sorted(f"{name}/{e.name}" for e in _folder().joinpath(name).iterdir() if e.name.endswith(".toml"))


def _read(name: str, schema: type[R]) -> R:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    return schema.model_validate(tomllib.loads(_folder().joinpath(name).read_text("utf-8")))


@lru_cache(maxsize=1)
def automatic() -> AutomaticFile:
    """Fields, subjects and texts of mail that programs send."""
    from .schema import AutomaticFile

    names = ("automatic.toml", "challenges.toml", "receipts.toml", *_in_folder("answers"))
    files = [_read(name, AutomaticFile) for name in names]
    return AutomaticFile(
        header=tuple(rule for file in files for rule in file.header),
        subject=tuple(phrase for file in files for phrase in file.subject),
        text=tuple(phrase for file in files for phrase in file.text),
        unread=tuple(words for file in files for words in file.unread),
    )


@lru_cache(maxsize=1)
def unsubscribe() -> UnsubscribeFile:
    """What a mail consists of that does nothing but leave a list."""
    from .schema import UnsubscribeFile

    return _read("unsubscribe.toml", UnsubscribeFile)


@lru_cache(maxsize=1)
def status_codes() -> StatusFile:
    """Enhanced status codes and reply codes with their reasons."""
    from .schema import StatusFile

    return _read("status.toml", StatusFile)


@lru_cache(maxsize=1)
def reasons() -> ReasonFile:
    """Group, hardness and default suppression of each reason."""
    from .schema import ReasonFile

    return _read("reasons.toml", ReasonFile)


@lru_cache(maxsize=1)
def reason_rules() -> dict[str, ReasonRule]:
    """`reasons()` by reason."""
    return {rule.reason: rule for rule in reasons().reason}


@lru_cache(maxsize=1)
def notices() -> tuple[Notice, ...]:
    """The formats of delivery reports, of all files in `notices/`, in the order of their names."""
    from .schema import NoticeFile

    return tuple(notice for name in _in_folder("notices") for notice in _read(name, NoticeFile).notice)


@lru_cache(maxsize=1)
def generic_notice() -> GenericNotice:
    """What delivery reports of all systems have in common."""
    from .schema import GenericNotice

    return _read("generic.toml", GenericNotice)


@lru_cache(maxsize=1)
def languages() -> tuple[Language, ...]:
    """How replies look in each language, in the order of their codes."""
    from .schema import Language

    return tuple(_read(name, Language) for name in _in_folder("languages"))


@lru_cache(maxsize=1)
def containers() -> tuple[Container, ...]:
    """What mail clients put around the parts of an HTML mail, of all files in `clients/`."""
    from .schema import ClientFile

    return tuple(container for name in _in_folder("clients") for container in _read(name, ClientFile).container)


@lru_cache(maxsize=1)
def mail_apps() -> MailApps:
    """Words in the names of devices and mail apps."""
    from .schema import MailApps

    return _read("apps.toml", MailApps)


@lru_cache(maxsize=1)
def schemes() -> tuple[Scheme, ...]:
    """How systems write addresses and ids, of all files in `schemes/`, the most peculiar first."""
    from .schema import SchemeFile

    found = [scheme for name in _in_folder("schemes") for scheme in _read(name, SchemeFile).scheme]
    return tuple(sorted(found, key=lambda scheme: scheme.rank))
