"""Quote marks with names: attributions that begin like a quote, and quoted lines that begin with who wrote them.

QUIRK: `>>> Ada <ada@shop.example> wrote on 3 June in`, wrapped or followed by `>` marks (GroupWise), and
`>>>>> "Ada" == Ada Brook <ada@shop.example> writes:` above lines that begin with `Ada> ` (Supercite).
Rules of this file: prompts, logs and code have names before `>` too. So a name is a mark only where the line above the quote
is an attribution that holds it, and the quote begins with it.
"""

from __future__ import annotations

import re

from .facts import has_address
from .lines import Line, above, plain_words
from .wording import attribution

_NAME = re.compile(r"[ \t]{0,8}([^\W\d_][\w.'-]{1,30})((?:>[ \t]?){1,10})(?=\S|$)")
_SUPERCITE = re.compile(r'"[^"]{1,40}" == \S')
_WORDS = re.compile(r"\w+")
#: over how many lines such an attribution is wrapped
_WRAPPED = 3
#: attributions that are looked at; nobody's thread has as many
_CLOSE_LOOKS = 200


def mark_names(lines: list[Line]) -> None:
    """Give lines their depth that a quote mark with a name, or an attribution with quote marks, hides."""
    left = _CLOSE_LOOKS
    for index in [i for i, line in enumerate(lines) if line.depth > 2 and "@" in line.plain]:
        left -= 1
        if left < 0:
            break
        _unquote(lines, index)
    _check_initials(lines)
    names: set[str] = set()  # those that are known as quote marks
    for index in [i for i, line in enumerate(lines) if ">" in line.plain and not line.depth and not line.hard]:
        match = _NAME.match(lines[index].text)
        if match is None:
            continue
        name = match[1].lower()
        if name not in names:
            left -= 1
            if left < 0 or not _announced(lines, index, name):
                continue
            names.add(name)
        _quote(lines[index], match.end(), match[2].count(">"))


def _check_initials(lines: list[Line]) -> None:
    """Let lines that begin with `AB>` be quoted only below an attribution: else `SQL>` is a prompt."""
    known: dict[str, bool] = {}
    for index, line in enumerate(lines):
        if not line.marks or not (initials := line.marks.partition(">")[0].strip()).isalpha():
            continue
        if initials not in known:
            at = above(lines, index)
            known[initials] = at >= 0 and (
                lines[at].depth > 0 or (lines[at].plain[-1] in ":：" and attribution(lines[at].plain) > 0)
            )
        if not known[initials]:
            line.text = (line.marks + line.text).rstrip()
            line.plain = plain_words(line.text)
            line.marks = ""
            line.depth = 0


def _unquote(lines: list[Line], index: int) -> None:
    """Make an attribution of a line that begins with three marks or five, where it is one."""
    line = lines[index]
    if line.marks.strip() not in (">>>", ">>>>>") or (index and lines[index - 1].depth):
        return
    joined = ""
    for row in lines[index : index + _WRAPPED]:
        if row.blank or (row.depth and row is not line):
            return
        joined = f"{joined} {row.plain}".strip()
        if joined.endswith(":"):
            break
    if has_address(joined) and (attribution(joined) == 3 or (_SUPERCITE.match(joined) and joined.endswith(":"))):
        line.text = line.marks.strip() + " " + line.text
        line.plain = plain_words(line.text)
        line.marks = ""
        line.depth = 0


def _announced(lines: list[Line], index: int, name: str) -> bool:
    """Whether the line above the first quoted one says that a person of this name wrote it."""
    at = index - 1
    if at >= 0 and lines[at].blank:
        at -= 1
    if at < 0 or lines[at].depth or lines[at].plain[-1:] != ":":
        return False
    joined = lines[at].plain
    if at and not lines[at - 1].blank and not lines[at - 1].depth and not has_address(joined):
        joined = f"{lines[at - 1].plain} {joined}"
    return name in _WORDS.findall(joined.lower()) and has_address(joined) and attribution(joined) > 0


def _quote(line: Line, at: int, depth: int) -> None:
    line.marks = line.text[:at]
    line.text = line.text[at:]
    line.plain = plain_words(line.text)
    line.depth = depth
