"""The copy of a message that we sent, found in an answer to it however the client mangled it.

Rules of this file: words only. Runs of words that also stand in what we sent are ours, whatever marks, wraps or translated
headers surround them. Linear in both texts: each is cut into overlapping runs of words, and looked up.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...gateway import Sent
from ...parse.html import html_to_text
from .lines import Line

_WORD = re.compile(r"[^\W_]+")
#: words in a row that are hardly the same by chance
_RUN = 6
_MAX_CHARS = 200_000
_OURS = 0.8  # share of a line's words from which on it is a copy
_THEIRS = 0.2


def align(lines: list[Line], sent: Sequence[Sent]) -> None:
    """Label copies of what we sent as quotes, and what stands unmarked between two of them as the author's."""
    runs = _runs(sent)
    if not runs:
        return
    words: list[str] = []
    owners: list[int] = []
    for index, line in enumerate(lines):
        found = _WORD.findall(line.text[:4_000].lower())
        words += found
        owners += [index] * len(found)
    covered = bytearray(len(words))
    for at in range(len(words) - _RUN + 1):
        if hash(tuple(words[at : at + _RUN])) in runs:
            covered[at : at + _RUN] = b"\x01" * _RUN
    total = [0] * len(lines)
    ours = [0] * len(lines)
    for at, index in enumerate(owners):
        total[index] += 1
        ours[index] += covered[at]
    copies = [bool(total[i]) and ours[i] >= _OURS * total[i] for i in range(len(lines))]
    for index, line in enumerate(lines):
        if copies[index] and line.kind in ("author", "signature", "footer", "disclaimer"):
            line.kind = "quote"
    _answers(lines, copies, total, ours)


def _answers(lines: list[Line], copies: list[bool], total: list[int], ours: list[int]) -> None:
    """QUIRK: answers between the lines of an unmarked quote, told apart by colour alone. Seen in Outlook."""
    known = [i for i, copy in enumerate(copies) if copy]
    if len(known) < 2:
        return
    for index in range(known[0], known[-1]):
        line = lines[index]
        if line.kind == "quote" and line.depth == 0 and total[index] and ours[index] <= _THEIRS * total[index]:
            line.kind = "author"


def _runs(sent: Sequence[Sent]) -> frozenset[int]:
    found: set[int] = set()
    for item in sent:
        for text in (item.text, _shown(item.html)):
            if text:
                words = _WORD.findall(text[:_MAX_CHARS].lower())
                found.update(hash(tuple(words[at : at + _RUN])) for at in range(len(words) - _RUN + 1))
    return frozenset(found)


def _shown(html: str | None) -> str | None:
    if not html:
        return None
    return html_to_text(html)
