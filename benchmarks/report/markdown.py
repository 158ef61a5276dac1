"""The results as Markdown tables: ratios first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..peers.contenders import OURS
from .findings import absent, ahead, hostile_summary, number, percent, seconds, size, times, title

_WRONG = 10
_ROWS = 15  #: of a table by kind or language


def report(results: dict[str, Any]) -> str:
    about, sections = results["about"], results["sections"]
    lines = [
        "# Benchmarks of flectra_inbound",
        "",
        f"{about['count']:,} mails ({size(about['bytes'])}) of {_cell(', '.join(about['mails']))}; Python {about['python']}, "
        f"{about['system']}; {about['rounds']} rounds"
        + ("; **quick: a look, no measurement**" if about["quick"] else ""),
        "",
    ]
    versions = [one for one in results["contenders"].values() if one["version"]]
    lines += [_cell("; ".join(f"{one['title']} {one['version']}" for one in versions)), ""]
    for name, why in absent(results):
        lines.append(f"- **{_cell(name)} is missing**: {_cell(why)}")
    lines.append("")
    for name, write in (
        ("speed", _speed),
        ("accuracy", _accuracy),
        ("memory", _memory),
        ("growth", _growth),
        ("hostile", _hostile),
        ("importing", _importing),
    ):
        if name in sections:
            lines += write(results, sections[name])
    found = ahead(results)
    lines += ["## Where a peer is better", ""]
    lines += [
        f"- **{_cell(one.peer)}**, {one.section}, {_cell(one.what)}: {_cell(one.numbers)}."
        + (f" Why: {_cell(one.why)}." if one.why else "")
        for one in found
    ] or ["Nowhere in what was measured."]
    return "\n".join(lines) + "\n"


def _cell(text: object) -> str:
    """Text that cannot leave its table cell or become markup."""
    cleaned = " ".join(str(text).split()).replace("\\", "\\\\")
    for sign in "|<`*_[]":
        cleaned = cleaned.replace(sign, "\\" + sign)
    return cleaned


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    return [
        "| " + " | ".join(heads) + " |",
        "|" + "|".join(":--" if i == 0 else "--:" for i in range(len(heads))) + "|",
        *("| " + " | ".join(map(_cell, row)) + " |" for row in rows),
        "",
    ]


def _speed(results: dict[str, Any], races: dict[str, Any]) -> list[str]:
    lines = [
        "## Speed",
        "",
        "Their time to ours: above 1 we are faster. Median of the rounds, with the least and the greatest.",
        "",
    ]
    for race in races.values():
        lines += [f"### {_cell(race['title'])}: {race['mails']:,} mails, {size(race['bytes'])}", ""]
        rows = []
        for key, one in sorted(race["contenders"].items(), key=lambda item: item[0] != OURS):
            ratio, spent = one.get("ratio"), one["seconds"]
            rows.append([
                title(results, key),
                f"{number(ratio['median'])} ({number(ratio['low'])} to {number(ratio['high'])})" if ratio else "1",
                f"{seconds(spent['median'])} ({seconds(spent['low'])} to {seconds(spent['high'])})",
                one["raised"] or "",
            ])  # fmt: skip
        rows += [[title(results, key), why, "", ""] for key, why in race["failed"].items()]
        lines += _table(("", "their time / ours", "a mail", "raised"), rows)
    return lines


def _accuracy(results: dict[str, Any], accuracy: dict[str, Any]) -> list[str]:
    lines = ["## Accuracy", "", f"{accuracy['labelled']:,} of {accuracy['mails']:,} mails have a label.", ""]
    lines += _table(("kind, as we see it", "mails"), list(accuracy["kinds"].items()))
    for name, table in accuracy["tables"].items():
        lines += [f"### {_cell(name)}: {_cell(table['what'])}", ""]
        rows = []
        for key, score in table["scores"].items():
            claimed = score.get("claimed", {}).get("counted")
            rows.append([
                title(results, key),
                _share(score["right"], score["total"]),
                _share(*claimed) if claimed else "",
                score["raised"] or "",
                score["gone"] or "",
            ])  # fmt: skip
        lines += _table(("", "right", "in the languages it knows", "raised", "killed or died"), rows)
        for group in ("kind", "language"):
            lines += _by(results, table["scores"], group)
        wrong = table["scores"].get(OURS, {}).get("wrong", {})
        for case, why in list(wrong.items())[:_WRONG]:
            lines.append(f"- ours, {_cell(case)}: {_cell(why)}")
        lines.append("")
    for key, one in accuracy.get("differ", {}).items():
        if one["mails"]:
            lines += [f"{_cell(title(results, key))} names other people in {one['mails']:,} mails without label.", ""]
    return lines


def _by(results: dict[str, Any], scores: dict[str, Any], group: str) -> list[str]:
    """Right of total by kind or language, the most frequent first; nothing where there is only one."""
    names: dict[str, int] = {}
    for score in scores.values():
        for name, (_, total) in score["by"][group].items():
            names[name] = max(total, names.get(name, 0))
    if len(names) < 2:
        return []
    often = sorted(names, key=lambda name: (-names[name], name))[:_ROWS]
    rows = [[name, *(_of(score["by"][group].get(name)) for score in scores.values())] for name in often]
    return _table((group, *(_cell(title(results, key)) for key in scores)), rows)


def _of(counted: list[int] | None) -> str:
    return f"{counted[0]}/{counted[1]}" if counted else ""


def _share(right: int, total: int) -> str:
    return f"{percent(right, total)} ({right} of {total})" if total else ""


def _memory(results: dict[str, Any], memory: dict[str, Any]) -> list[str]:
    lines = ["## Memory", "", "The peak beyond what was in use, for one mail.", ""]
    for name, one in memory.items():
        rows = [
            [title(results, key), size(peak["peak"]) if "peak" in peak else peak["gone"],
             number(peak["peak"] / one["bytes"]) if "peak" in peak else ""]
            for key, peak in one["peaks"].items()
        ]  # fmt: skip
        lines += [f"### {_cell(name)}, {size(one['bytes'])}", "", *_table(("", "peak", "of the mail's size"), rows)]
    return lines


def _growth(results: dict[str, Any], growth: dict[str, Any]) -> list[str]:
    lines = ["## Growth", "", "Power of growth with the size of a mail: 1 is linear, 2 quadratic.", ""]
    rows = []
    for name, one in growth["size"].items():
        for key, line in one["lines"].items():
            last = line["seconds"][-1] if line["seconds"] else None
            of = size(one["bytes"][len(line["seconds"]) - 1]) if line["seconds"] else ""
            power = f"{line['exponent']:.2f}" if "exponent" in line else ""
            rows.append([name, title(results, key), power, f"{seconds(last)} for {of}" if last else "", line["ended"]])
    lines += _table(("mail", "", "power", "largest", "ended"), rows)
    rows = []
    for key, line in growth["count"]["lines"].items():
        if line["mails"]:
            rate = line["mails"][-1] / sum(line["seconds"])
            more = line["bytes"][-1] - line["bytes"][0]
            rows.append(
                [
                    title(results, key),
                    f"{line['mails'][-1]:,}",
                    f"{rate:,.0f}",
                    size(line["bytes"][-1]),
                    f"{more / 1e6:+.1f} MB",
                ]
            )
    heads = ("", "mails in one process", "a second", "memory at the end", "since the first tenth")
    return [*lines, *_table(heads, rows)]


def _hostile(results: dict[str, Any], hostile: dict[str, Any]) -> list[str]:
    largest = size(hostile["bytes"][-1])
    lines = ["## Hostile mail", "", f"Mails of up to {largest}; killed after {hostile['limit']:g} s.", ""]
    rows = []
    for task, found in hostile["tasks"].items():
        for key, one in found.items():
            summary = hostile_summary(one)
            rows.append([
                task, title(results, key), len(one), f"{seconds(summary['seconds'])} ({summary['worst']})",
                ", ".join(f"{name}: {one[name]['gone']}" for name in summary["killed"]), ", ".join(summary["steep"]),
                len(summary["raised"]) or "",
            ])  # fmt: skip
    heads = (
        "task",
        "",
        "families",
        "worst that it finished",
        "killed or died",
        "grows faster than power 1.4",
        "raised",
    )
    return [*lines, *_table(heads, rows)]


def _importing(results: dict[str, Any], importing: dict[str, Any]) -> list[str]:
    rows = []
    for key, one in importing["contenders"].items():
        ratio = one.get("ratio")
        rows.append([title(results, key), times(ratio["median"]) if ratio else "", seconds(one["seconds"]["median"])])
    return ["## Import time", "", *_table(("", "", "median"), rows)]
