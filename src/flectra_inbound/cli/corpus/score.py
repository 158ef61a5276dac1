"""One labelled mail: what the library makes of it, beside its label.

Rules of this file: pure, but for reading the host that a label names. The tests, `corpus run` and the benchmarks all score here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flectra_inbound import Answers, Envelope, Gateway, Inbound, Need, StaticHost, load_gateway, process

from .cases import Case, read_gateway
from .compare import Difference, Rounds, differences


@dataclass(frozen=True, slots=True)
class Scored:
    """How one case came out."""

    differences: tuple[Difference, ...]
    known: bool  #: the label says that it fails, and it does

    @property
    def right(self) -> bool:
        return not self.differences


def score(case: Case) -> Scored:
    """A case that no longer fails although its label says so is a difference as well."""
    inbound, rounds = understand(case)
    found = tuple(differences(case.label, inbound, rounds))
    if case.label.fails is not None and not found:
        return Scored((Difference("fails", "as the label says", case.label.fails),), False)
    return Scored(found, case.label.fails is not None)


def understand(case: Case, raw: bytes | None = None) -> tuple[Inbound, Rounds]:
    """The result of the mail, or of `raw` in its place, and the kinds of questions that the label's host was asked."""
    label = case.label
    mail = case.raw if raw is None else raw
    if label.gateway is None:
        return process(mail), ()
    gateway, host = _host(case.root, label.gateway)
    if label.config is not None:
        gateway, host = load_gateway({**read_gateway(case.root, label.gateway), **label.config})
    rounds: list[tuple[str, ...]] = []

    def noting(needs: Sequence[Need]) -> Answers:
        rounds.append(tuple(need.kind for need in needs))
        return host(needs)

    envelope = Envelope(**label.envelope.model_dump()) if label.envelope is not None else None
    return process(mail, gateway=gateway, host=noting, envelope=envelope), tuple(rounds)


@lru_cache(maxsize=32)
def _host(root: Path, name: str) -> tuple[Gateway, StaticHost]:
    return load_gateway(read_gateway(root, name))
