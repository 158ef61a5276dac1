"""A new case from a real mail: where it goes, the skeleton of its label, and the two mails side by side for review.

Rules of this file: the original is shown on the terminal that asked for it, and written nowhere. A skeleton says what the
library makes of the mail today, which is to be corrected, and leaves `note` and `source` empty, which `corpus check` refuses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from flectra_inbound import Inbound, parse

from ..safe import safe
from .anonymise.mail import readable

_LINE = 400  #: characters of a line that are shown
_ENCODINGS = ("base64", "quoted-printable")
_AROUND = 1  #: unchanged lines shown around a changed one
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Whether a text can be the name of a family or a case."""
    return _SLUG.fullmatch(text) is not None


def next_path(folder: Path, name: str) -> Path:
    """The mail's path in a family's folder: the number behind the last one, and the name."""
    numbers = [int(path.name[:4]) for path in folder.glob("[0-9][0-9][0-9][0-9]-*.eml")]
    return folder / f"{max(numbers, default=0) + 1:04}-{name}.eml"


def skeleton(inbound: Inbound) -> str:
    """A label in TOML, as the library understands the mail."""
    lines = [
        'note = ""  # what this case alone covers',
        'source = ""  # whose format it is and where that is known from',
        f"kind = {_toml(inbound.kind.value)}",
        'language = "en"  # BCP 47',
        f"automatic = {_toml(inbound.automatic)}",
        f"defects = {_toml(sorted({defect.code for defect in inbound.defects}))}",
    ]
    delivery = inbound.delivery
    if delivery is not None:
        lines.append(f"original_message_ids = {_toml(delivery.original_message_ids)}")
        for recipient in delivery.recipients:
            lines += ["", "[[recipients]]", f"address = {_toml(recipient.address)}"]
            told = recipient.model_dump(
                mode="json",
                include={"action", "status", "smtp_code", "reason", "hard", "suppression"},
                exclude_none=True,
            )
            lines += [f"{name} = {_toml(value)}" for name, value in told.items()]
    if inbound.complaint is not None:
        lines += ["", "[complaint]", f"feedback_type = {_toml(inbound.complaint.feedback_type)}"]
        lines.append(f"recipients = {_toml(inbound.complaint.recipients)}")
    if inbound.receipt is not None:
        lines += ["", "[receipt]", f"disposition = {_toml(inbound.receipt.disposition)}"]
    if inbound.reply is not None:
        lines += ["", "[reply]", f"text = {_toml(inbound.reply.text)}"]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    """A string, a boolean or a list of strings: what JSON and TOML write alike, but for the character DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def show_beside(to: Console, before: bytes, after: bytes) -> None:
    """The changed lines of both sources, then those of what encoded parts hold."""
    to.print(Text("the mail as it is, and as it would be written", style="bold"))
    _beside(to, _lines(before.decode("utf-8", "replace")), _lines(after.decode("utf-8", "replace")))
    if b"=?" not in before and not any(part.transfer_encoding in _ENCODINGS for part in parse(before).parts):
        return
    decoded = [_lines("\n".join(readable(parse(raw)))) for raw in (before, after)]
    to.print(Text("decoded: fields, texts, names of files", style="bold"))
    _beside(to, *decoded)


def _lines(text: str) -> list[str]:
    return [safe(line, _LINE) for line in text.splitlines()]


def _beside(to: Console, before: list[str], after: list[str]) -> None:
    table = Table(box=None, pad_edge=False, show_header=False, expand=True)
    table.add_column(ratio=1, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    for left, right, changed in _rows(before, after):
        style = "" if changed else "dim"
        table.add_row(Text(left, style="red" if changed else style), Text(right, style="green" if changed else style))
    to.print(table)


def _rows(before: list[str], after: list[str]) -> Iterator[tuple[str, str, bool]]:
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_AROUND):
        for tag, a, b, c, d in group:
            for index in range(max(b - a, d - c)):
                left = before[a + index] if a + index < b else ""
                right = after[c + index] if c + index < d else ""
                yield left, right, tag != "equal"
        yield "", "", False
