"""What is wrong with a folder of labelled mails.

Rules of this file: it reads and reports; writing is left to the command. Every check says what it found as `Fault`s, in the
order of their names, so that two runs say the same.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flectra_inbound import Inbound

from .cases import ALLOWED, GATEWAYS, Case, Fault, read_cases, strays
from .copies import Seen, copies
from .exercise import Rules
from .facts import Facts, facts_of
from .score import understand

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


_LOOKED_AT = 4_000  #: characters of a text


class _Allowed(BaseModel):
    """Rules that no case need exercise."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: tuple[str, ...] = Field(min_length=1)  #: names; `*` at the end stands for any ending
    reason: str = Field(min_length=20)


class _AllowedFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    allowed: tuple[_Allowed, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found."""

    facts: tuple[Facts, ...]  #: of every case that could be read
    faults: tuple[Fault, ...]  #: but for stale files


def check(root: Path, *, rules: bool | None = None, progress: Callable[[], None] = lambda: None) -> Checked:
    """All checks of a folder. `rules`: whether each rule of the library needs a case; None: where a list of exceptions lies."""
    faults = [*strays(root)]
    known = Rules()
    seen: list[Seen] = []
    exercised: set[str] = set()
    named: set[str] = set()  # hosts
    for case in read_cases(root, faults):
        if case.label.gateway is not None:
            named.add(case.label.gateway)
            if not (root / GATEWAYS / f"{case.label.gateway}.toml").is_file():
                faults.append(Fault("layout", case.name, f"names a host that is not there: {case.label.gateway}"))
                continue
        inbound, _ = understand(case)
        by_case = known.exercised(case, inbound)
        exercised |= by_case
        facts = facts_of(case)
        faults += _misplaced(case)
        faults += _in_another_script(case, inbound)
        because = {r.because for r in inbound.delivery.recipients} if inbound.delivery is not None else set()
        seen.append(Seen(case, facts, by_case | because))
        progress()
    if not seen and not faults:
        faults.append(Fault("layout", str(root), "no mail (*.eml) with a label (*.toml) in it"))
    hosts = {path.stem: path for path in sorted((root / GATEWAYS).glob("*.toml"))}
    faults += [
        Fault("layout", f"{GATEWAYS}/{name}.toml", "no case names this host") for name in sorted(hosts.keys() - named)
    ]
    faults += copies(seen)
    if rules or (rules is None and (root / ALLOWED).is_file()):
        faults += _sleeping(known.names() - exercised, root / ALLOWED)
    return Checked(tuple(each.facts for each in seen), tuple(sorted(faults)))


def _misplaced(case: Case) -> Iterator[Fault]:
    """A folder that is called as a kind holds mails of that kind."""
    kinds = {kind.value for kind in type(case.label.kind)}
    if case.folder in kinds and case.folder != case.label.kind.value:
        yield Fault("layout", case.name, f"lies in {case.folder}/ and is labelled {case.label.kind}")


def _in_another_script(case: Case, inbound: Inbound) -> Iterator[Fault]:
    """`language` is English where nobody says anything: letters of another script tell that somebody forgot to."""
    text = inbound.reply.text if inbound.reply is not None else inbound.mail.text
    letters = [letter for letter in text[:_LOOKED_AT] if letter.isalpha()]
    foreign = sum(letter > "\u0370" for letter in letters)
    if case.label.language == "en" and foreign * 2 > len(letters):
        yield Fault("label", case.name, "language is en, and most letters are not Latin")


def _sleeping(unexercised: frozenset[str], path: Path) -> Iterator[Fault]:
    """Rules without a case and without an excuse; excuses without a rule."""
    allowed: tuple[_Allowed, ...] = ()
    if path.is_file():
        try:
            allowed = _AllowedFile.model_validate(tomllib.loads(path.read_text("utf-8"))).allowed
        except (ValidationError, ValueError) as error:
            yield Fault("rule", path.name, f"cannot be read: {' '.join(str(error).split())}")
    excused: set[str] = set()
    for pattern in [pattern for each in allowed for pattern in each.rules]:
        meant = {name for name in unexercised if _means(pattern, name)}
        if not meant:
            yield Fault("rule", pattern, f"is exercised now, or is no rule: take it out of {path.name}")
        excused |= meant
    for name in unexercised - excused:
        yield Fault("rule", name, "no case exercises it")


def _means(pattern: str, name: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
