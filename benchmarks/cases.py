"""Mails to measure with: the corpus, or any files, folders, mboxes and maildirs, with the labels that lie beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from flectra_inbound import parse
from flectra_inbound.cli.corpus.cases import read_label
from flectra_inbound.cli.corpus.label import Label
from flectra_inbound.cli.sources import Found, find

from .languages import language_of, short

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"
_TEXT = 4_000  #: characters that the language is told from


@dataclass(frozen=True, slots=True)
class Case:
    """One mail. Its family is the two folders above it, as in the corpus."""

    name: str  #: path below the folder that was named, without its suffix
    family: str
    language: str
    raw: bytes
    label: Label | None


class Unusable(Exception):
    """A source that cannot be measured with, and why."""


def read_cases(sources: Iterable[Path]) -> list[Case]:
    """All mails of the sources, sorted by name. Raises Unusable for a source without mail and for a wrong label."""
    cases: list[Case] = []
    for source in sources:
        for found in find([str(source)]):
            raw = found.raw if isinstance(found, Found) else b""
            if not isinstance(found, Found) and not _is_empty_mail(Path(found.name)):
                raise Unusable(f"{found.name}: {found.why}")
            cases.append(_case(source, found.name, raw))
    return sorted(cases, key=lambda case: case.name)


def _is_empty_mail(path: Path) -> bool:
    """A file without a byte is no input to the command line, but it is a case."""
    return path.suffix == ".eml" and path.is_file() and not path.stat().st_size


def _case(source: Path, name: str, raw: bytes) -> Case:
    path = Path(name)
    if source.is_dir() and path.is_relative_to(source):
        name = (
            path.relative_to(source).with_suffix("").as_posix()
            if path.suffix == ".eml"
            else str(path.relative_to(source))
        )
    beside = path.with_suffix(".toml")
    try:
        label = read_label(beside.read_bytes()) if path.suffix == ".eml" and beside.is_file() else None
    except ValueError as error:
        raise Unusable(f"{beside}: {error}") from None
    parts = Path(name).parts
    message = parse(raw)
    text = " ".join(part.text()[:_TEXT] for part in message.bodies[:2] if part.content_type.main == "text")
    return Case(
        name=name,
        family="/".join(parts[:2]) if len(parts) > 2 else (parts[0] if len(parts) > 1 else ""),
        language=short(label.language) if label is not None else language_of(path.stem, text),
        raw=raw,
        label=label,
    )
