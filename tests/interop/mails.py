"""What the tests of bridges share: the corpus with its labels, and a tally of differences that must be explained.

Rules of this file: a comparison with the real package over the whole corpus runs in a tox environment of its own, which
names the package in `BRIDGE`; there the package must be importable, elsewhere the comparison is skipped.
"""

from __future__ import annotations

import importlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from flectra_inbound import Kind, parse
from flectra_inbound.cli.corpus.cases import read_cases
from flectra_inbound.cli.corpus.label import Label, ReplyLabel

from ..conftest import CORPUS

#: what a program wrote about a delivery, a reading or an absence: no letter, and no reply in it
REPORTS = frozenset(set(Kind) - {Kind.MESSAGE})

_WORD = re.compile(r"\w+")
_PER = 2_500


class Case(NamedTuple):
    name: str  #: kind/family/stem
    raw: bytes
    label: Label

    @property
    def plain(self) -> str:
        """The mail's plain texts; empty if it has none."""
        return "\n".join(part.text() for part in parse(self.raw).bodies if part.content_type.value != "text/html")

    @property
    def html(self) -> str:
        return "\n".join(part.text() for part in parse(self.raw).bodies if part.content_type.value == "text/html")


class Difference(NamedTuple):
    """One class of differences: why we answer otherwise, and how many cases of the corpus are expected."""

    reason: str
    least: int
    most: int  #: of `_PER` mails: the corpus grows


def cases() -> Iterator[Case]:
    return (Case(found.name, found.raw, found.label) for found in read_cases(CORPUS))


def case(name: str) -> bytes:
    return (CORPUS / f"{name}.eml").read_bytes()


def real(package: str) -> Any:
    """The real package's module, in its own environment."""
    if os.environ.get("BRIDGE") != package.partition(".")[0]:
        pytest.skip(f"{package} is compared with in a tox environment of its own")
    return importlib.import_module(package)


def words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def lost(text: str, label: ReplyLabel) -> bool:
    """Whether words of the author's are missing."""
    return bool(Counter(words(label.text)) - Counter(words(text)))


def kept(text: str, label: ReplyLabel) -> bool:
    """Whether there are words that are not the author's."""
    return bool(Counter(words(text)) - Counter(words(label.text)) - Counter(words(label.optional)))


class Tally:
    """Differences found, by their class."""

    def __init__(self, expected: dict[str, Difference]) -> None:
        self.expected = expected
        self.found: dict[str, list[str]] = {name: [] for name in expected}
        self.same = 0

    def add(self, name: str, where: str) -> None:
        """One difference; a class without an explanation fails at once."""
        assert name in self.found, f"{where}: {name} is not explained"
        self.found[name].append(where)

    def check(self, least_same: int) -> None:
        mails = max(_PER, sum(1 for _ in CORPUS.glob("*/*/*.eml")))
        bounds = {name: (least, most * mails // _PER) for name, (_, least, most) in self.expected.items()}
        wrong = [
            f"{name}: {len(self.found[name])}, not {most if len(self.found[name]) > most else least}: "
            + ", ".join(self.found[name][:12])
            for name, (least, most) in bounds.items()
            if not least <= len(self.found[name]) <= most
        ]
        if self.same < least_same:
            wrong.append(f"only {self.same} the same, not {least_same}")
        assert not wrong, "\n".join(wrong)
