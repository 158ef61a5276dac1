"""Which phrases of all languages stand in a text at all: looked up once, so that its lines are compared with these alone."""

from __future__ import annotations

from dataclasses import dataclass

from .wording import USES, wording


@dataclass(frozen=True, slots=True)
class Said:
    """Phrases by what they say; see `LanguageWords`."""

    reply_above: tuple[str, ...]
    above_line: tuple[str, ...]
    disclaimer: tuple[str, ...]
    legal: tuple[str, ...]
    itself: tuple[str, ...]
    first_person: tuple[str, ...]
    scanned: tuple[str, ...]
    list_footer: tuple[str, ...]
    separators: tuple[str, ...]


def said_in(text: str) -> Said:
    """The phrases of a folded text, white space as one blank."""
    tables = wording()
    found: dict[str, list[str]] = {use: [] for use in USES.values()}
    for phrase in tables.phrases.within(text):
        for use in tables.uses[phrase]:
            found[use].append(phrase)
    return Said(**{use: tuple(phrases) for use, phrases in found.items()})
