"""A header block in columns: labels without colons, each in a line of its own.

QUIRK: name and date of the sender, then `To`, `cc` and `Subject` and below each its value: cells of a table that became lines.
Seen in Notes 6 to 8.
Rules of this file: people write columns too. It takes the name or address of a sender, a day with a time of day below it,
and both labels in their order.
"""

from __future__ import annotations

import re

from .facts import has_address, has_day
from .lines import Line
from .mark import Mark
from .wording import fold, wording

#: `Ada Brook/Shop@Shop`, `Ada Brook/Shop`
_NOTES_NAME = re.compile(r"[^\s/@:][^/@:]{1,60}(?:/[^\s/@:][^/@:]{0,40}){1,4}(?:@[\w -]{1,40})?")
_TIME = re.compile(r"\d{1,2}[:.]\d\d")
_LONGEST = 20
_VALUES = 6  # lines of one value: recipients
_KINDS = frozenset({"to", "cc", "bcc", "reply_to", "subject"})


def columns(lines: list[Line], index: int) -> Mark | None:
    """A block whose day stands in this line."""
    line = lines[index]
    if len(line.plain) > 120 or not _TIME.search(line.plain) or not has_day(line.plain):
        return None
    first = index
    if not has_address(line.plain):
        if index == 0 or lines[index - 1].depth != line.depth or not _is_sender(lines[index - 1].plain):
            return None
        first = index - 1
    below = [i for i in range(index + 1, min(len(lines), index + _LONGEST)) if lines[i].plain]
    seen: set[str] = set()
    values = 0
    for place, row in enumerate(below):
        kind = _alone(lines[row].plain)
        if lines[row].depth != line.depth or (kind is None and (not seen or values >= _VALUES)):
            return None
        values = values + 1 if kind is None else 0
        if kind == "subject" and "to" in seen:
            following = below[place + 1] if place + 1 < len(below) else row
            return Mark("header", first, following if following == row + 1 else row, 3, 2)
        if kind is not None:
            seen.add(kind)
    return None


def _is_sender(text: str) -> bool:
    return len(text) <= 120 and (has_address(text) or _NOTES_NAME.fullmatch(text) is not None)


def _alone(text: str) -> str | None:
    """What a line stands for that is a label and nothing else."""
    found = wording().labels.get(fold(text)) if len(text) <= 30 else None
    kinds = found & _KINDS if found else None
    return min(kinds) if kinds else None
