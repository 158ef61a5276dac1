"""The tables of docs/compare.md, made of compare.json: numbers stand on the page as they were measured, and nowhere else."""

from __future__ import annotations

import re
from typing import Any

from ..cases import ROOT
from ..peers.contenders import OURS
from ..report.findings import percent

RESULTS = ROOT / "benchmarks" / "compare" / "compare.json"
PAGE = ROOT / "docs" / "compare.md"
_TABLE = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
_LISTED = 12


def written(page: str, results: dict[str, Any]) -> str:
    """The page with its tables made anew."""
    return _TABLE.sub(lambda found: f"{found[1]}{_TABLES[found[2]](results)}{found[3]}", page)


def _share(counted: list[int] | None) -> str:
    if not counted:
        return ""
    right, total = counted
    return f"{percent(right, total)} ({right:,} of {total:,})"


def _times(results: dict[str, Any], group: str, key: str) -> str:
    ours, theirs = results[group][OURS]["seconds"], results[group][key]["seconds"]
    if not theirs:
        return "not measured"
    return f"{theirs * 1_000:.2f} ms" + ("" if key == OURS else f" ({theirs / ours:.2f}×)")


def _rows(results: dict[str, Any], group: str, questions: tuple[str, ...], heads: tuple[str, ...]) -> str:
    lines = ["| | " + " | ".join((*heads, "a mail")) + " |", "|:--|" + "--:|" * (len(heads) + 1)]
    order = sorted(results[group], key=lambda key: (key != OURS, -results[group][key][questions[0]][0]))
    for key in order:
        row = results[group][key]
        cells = [_share(row.get(name)) for name in questions]
        name = row["version"] if row["version"].startswith(row["title"]) else f"{row['title']} {row['version']}".strip()
        lines.append(f"| {name} | {' | '.join(cells)} | {_times(results, group, key)} |")
    return "\n".join(lines) + "\n"


def _bounce(results: dict[str, Any]) -> str:
    heads = (
        "who failed, in bounces",
        "nobody else called dead, in all mail",
        "reason, where Sisimai has a name for it",
    )
    return _rows(results, "bounce", ("failed", "live", "reason"), heads)


def _reply(results: dict[str, Any]) -> str:
    return _rows(
        results, "reply", ("reply", "words"), ("the author's words and no others", "no word of the author's lost")
    )


def _ahead(results: dict[str, Any]) -> str:
    """Mails that somebody reads rightly and we do not, and times that are shorter than ours."""
    lines = []
    for group, questions in (("bounce", ("failed", "live")), ("reply", ("reply", "words"))):
        ours = results[group][OURS]
        for key, row in sorted(results[group].items()):
            if key == OURS:
                continue
            for question in questions:
                mails = [name for name in ours["wrong"].get(question, ()) if name not in row["wrong"].get(question, ())]
                if mails:
                    more = f" and {len(mails) - _LISTED} more" if len(mails) > _LISTED else ""
                    named = ", ".join(f"`{name}`" for name in mails[:_LISTED])
                    lines.append(f"- **{row['title']}** is right where we are not ({_ASKED[question]}): {named}{more}.")
            if row["seconds"] and row["seconds"] < ours["seconds"]:
                lines.append(
                    f"- **{row['title']}** takes {row['seconds'] / ours['seconds']:.0%} of our time ({_ASKED[group]})."
                )
    return "\n".join(lines or ["Nowhere in what was asked."]) + "\n"


_ASKED = {
    "failed": "who failed",
    "live": "nobody else is dead",
    "reply": "the author's words of a text",
    "words": "no word lost",
    "bounce": "delivery reports",
}


def _about(results: dict[str, Any]) -> str:
    about = results["about"]
    return (
        f"flectra_inbound {about['flectra_inbound']} on Python {about['python']}, {about['mails']:,} labelled mails, "
        f"{about['texts']:,} plain texts of answers; processor time a mail, the median of {about['rounds']} rounds.\n"
    )


_TABLES = {"bounce": _bounce, "reply": _reply, "ahead": _ahead, "about": _about}
