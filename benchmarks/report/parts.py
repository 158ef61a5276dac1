"""The sections of the page: which picture shows which numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..peers.contenders import OURS, TASKS
from .charts import (
    Axis,
    Line,
    bar_row,
    dots_row,
    dots_scale,
    line_chart,
    matrix,
    ratio_row,
    ratio_scale,
    table,
    text,
    waffle,
)
from .findings import hostile_summary, number, percent, seconds, size, times, title

_LANGUAGES = 24  #: rows of a table of languages
_TASKS = {
    "process": "Everything",
    "parse": "Parsing",
    "bounce": "Who failed",
    "reply_text": "What the author wrote, plain text",
    "reply_html": "What the author wrote, HTML",
}


def accuracy(results: dict[str, Any], data: dict[str, Any]) -> str:
    if not data["tables"]:
        return f"<p>None of these mails has a label.</p>{_kinds(data)}{_differ(results, data)}"
    cards = [
        f"<p>{data['labelled']:,} of {data['mails']:,} mails have a label; one scorer asks all. A reply is right when it has "
        "all of the author's words and no others; words of a signature or footer count only for who claims to know them.</p>"
        '<div class="cards">'
    ]
    for table_ in data["tables"].values():
        rows = [_score_row(results, key, score) for key, score in table_["scores"].items()]
        cards.append(
            f'<div class="card"><h3>{text(_TASKS[table_["task"]])}: {text(table_["what"])}</h3>{"".join(rows)}</div>'
        )
    cards.append("</div>")
    cards += [
        _families(results, data),
        _by(results, data, "kind"),
        _by(results, data, "language"),
        _by(results, data, "family"),
        _wrong(data),
        _kinds(data),
        _differ(results, data),
    ]
    return "".join(cards)


def _score_row(results: dict[str, Any], key: str, score: dict[str, Any]) -> str:
    notes = []
    if "claimed" in score and score["claimed"]["counted"][1]:
        right, total = score["claimed"]["counted"]
        known = score["claimed"]["languages"]
        notes.append(
            f"{right / total:.0%} in "
            + (f"the {len(known)} languages it knows" if len(known) > 1 else f"{known[0]}, which it knows")
        )
    if score["raised"]:
        notes.append(f"raised {score['raised']} times")
    if score["gone"]:
        notes.append(f"killed or died {score['gone']} times")
    share = score["right"] / score["total"]
    words = f"{percent(score['right'], score['total'])} ({score['right']:,}/{score['total']:,})"
    return bar_row(title(results, key), share, words, ours=key == OURS, note="; ".join(notes))


def _families(results: dict[str, Any], data: dict[str, Any]) -> str:
    """The families of the corpus as squares, for the questions that peers are asked too."""
    cards = []
    for name in ("bounce.failed", "reply_text.reply", "reply_html.reply"):
        table_ = data["tables"].get(name)
        if table_ is None:
            continue
        rows = [
            waffle(
                title(results, key), {one: (c[0], c[1]) for one, c in score["by"]["family"].items()}, ours=key == OURS
            )
            for key, score in table_["scores"].items()
        ]
        what = f"Families: {_TASKS[table_['task']]}"
        cards.append(f'<div class="card"><h3>{text(what)}</h3>{"".join(rows)}</div>')
    return "".join(cards)


def _by(results: dict[str, Any], data: dict[str, Any], group: str) -> str:
    """Tables of right of total, by language or family: closed, since they are long."""
    pieces = []
    for table_ in data["tables"].values():
        if table_["question"] == "words":
            continue
        keys = list(table_["scores"])
        names: dict[str, int] = {}
        for score in table_["scores"].values():
            for name, (_, total) in score["by"][group].items():
                names[name] = max(total, names.get(name, 0))
        often = sorted(names, key=lambda name: (-names[name], name))[:_LANGUAGES]
        ordered = often if group == "language" else sorted(names)
        rows = {name: [_counted(table_["scores"][key], group, name) for key in keys] for name in ordered}
        what = f"{_TASKS[table_['task']]}: {table_['what']}, by {group}"
        shown = {("kind", "process.kind"), ("language", "reply_text.reply")}
        opened = " open" if (group, f"{table_['task']}.{table_['question']}") in shown else ""
        pieces.append(
            f"<details{opened}><summary>{text(what)}</summary>"
            f"{matrix(group, [title(results, key) for key in keys], rows)}</details>"
        )
    return f'<div class="card"><h3>By {group}</h3>{"".join(pieces)}</div>'


def _counted(score: dict[str, Any], group: str, name: str) -> tuple[int, int] | None:
    counted = score["by"][group].get(name)
    return (counted[0], counted[1]) if counted else None


def _wrong(data: dict[str, Any]) -> str:
    rows = [
        (name, case, why)
        for name, table_ in data["tables"].items()
        for case, why in table_["scores"].get(OURS, {}).get("wrong", {}).items()
    ]
    if not rows:
        return ""
    heads = ("question", "mail", "what is wrong")
    return (
        f'<div class="card"><details><summary>What we got wrong ({len(rows)})</summary>'
        f"{table(heads, rows[:300], words_from=0)}</details></div>"
    )


def _kinds(data: dict[str, Any]) -> str:
    total = max(1, sum(data["kinds"].values()))
    rows = "".join(bar_row(kind, count / total, f"{count:,}") for kind, count in data["kinds"].items())
    return f'<div class="card"><h3>What the mails are, as we see them</h3>{rows}</div>'


def _differ(results: dict[str, Any], data: dict[str, Any]) -> str:
    pieces = []
    for key, one in data.get("differ", {}).items():
        if one["mails"]:
            heads = ("mail", "our kind", "failed, ours", "failed, theirs")
            rows = [
                (row["mail"], row["kind"], ", ".join(row["ours"]), ", ".join(row["theirs"])) for row in one["shown"]
            ]
            pieces.append(
                f"<details><summary>{text(title(results, key))} names other people in {one['mails']:,} mails without label"
                f"</summary>{table(heads, rows, words_from=0)}</details>"
            )
    return f'<div class="card">{"".join(pieces)}</div>' if pieces else ""


def speed(results: dict[str, Any], races: dict[str, Any]) -> str:
    cards = [
        "<p>To the right of the middle we are faster, to the left and hatched the peer is. The scale is logarithmic. "
        "The thin line is the spread of the rounds.</p>"
    ]
    for race in races.values():
        own = race["contenders"].get(OURS)
        ours = f", ours {seconds(own['seconds']['median'])} a mail" if own else ""
        rows = [ratio_scale()]
        for key, one in race["contenders"].items():
            if "ratio" not in one:
                continue
            notes = [f"raised in {one['raised']}"] if one["raised"] else []
            if race["tasks"][key] != race["tasks"].get(OURS):
                notes.append(TASKS[race["tasks"][key]])
            rows.append(ratio_row(title(results, key), one["ratio"], times(one["ratio"]["median"]), "; ".join(notes)))
        missing = "".join(
            f'<p class="soft">{text(title(results, key))}: {text(why)}</p>' for key, why in race["failed"].items()
        )
        cards.append(
            f'<div class="card"><h3>{text(race["title"])} <small>{race["mails"]:,} mails, {size(race["bytes"])}'
            f"{text(ours)}</small></h3>{''.join(rows)}{missing}</div>"
        )
    return "".join(cards)


def growth(results: dict[str, Any], data: dict[str, Any]) -> str:
    charts = []
    for name, one in data["size"].items():
        lines = []
        for key, line in one["lines"].items():
            note = line["ended"] or (f"power {line['exponent']:.2f}" if "exponent" in line else "")
            lines.append(Line(title(results, key), one["bytes"][: len(line["seconds"])], line["seconds"], note))
        charts.append(
            line_chart(name[:1].upper() + name[1:], Axis("bytes of the mail", _bytes), Axis("seconds", _seconds), lines)
        )
    counted = data["count"]["lines"]
    rates, memory = [], []
    for key, line in counted.items():
        name = title(results, "process" if line["task"] == "process" else key)
        if not line["mails"]:
            rates.append(Line(name, (), (), line["ended"]))
            continue
        per = [data["count"]["chunk"] / spent for spent in line["seconds"]]
        rates.append(
            Line(name, line["mails"], per, line["ended"] or f"{line['mails'][-1] / sum(line['seconds']):,.0f}/s")
        )
        more = line["bytes"][-1] - line["bytes"][0]
        memory.append(Line(name, line["mails"], line["bytes"], f"{more / 1e6:+.1f} MB"))
    x = Axis("mails in one process", _count, logarithmic=False)
    charts.append(line_chart("Mails a second, as their number grows", x, Axis("a second", _count), rates))
    charts.append(line_chart("Memory, as their number grows", x, Axis("memory", size, logarithmic=False), memory))
    return (
        "<p>Both axes are logarithmic where the size grows: linear work is a straight line of power 1, "
        "quadratic work of power 2.</p>"
        f'<div class="cards">{"".join(charts)}</div>'
    )


def _bytes(value: float) -> str:
    return f"{value / 1e6:g} MB" if value >= 1e6 else f"{value / 1e3:g} KB"


def _seconds(value: float) -> str:
    for limit, scale, unit in ((0.99e-3, 1e6, "µs"), (0.99, 1e3, "ms")):
        if value < limit:
            return f"{value * scale:.3g} {unit}"
    return f"{value:g} s"


def _count(value: float) -> str:
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


def memory(results: dict[str, Any], data: dict[str, Any]) -> str:
    cards = []
    for name, one in data.items():
        peaks = {key: peak["peak"] for key, peak in one["peaks"].items() if "peak" in peak}
        most = max([*peaks.values(), 1])
        rows = [
            bar_row(
                title(results, key),
                peak / most,
                f"{size(peak)} ({number(peak / one['bytes'])}×)",
                ours=key in (OURS, "process"),
            )
            for key, peak in peaks.items()
        ]
        rows += [
            f'<p class="soft">{text(title(results, key))}: {text(peak["gone"])}</p>'
            for key, peak in one["peaks"].items()
            if "gone" in peak
        ]
        cards.append(
            f'<div class="card"><h3>{text(name[:1].upper() + name[1:])}, {size(one["bytes"])}</h3>{"".join(rows)}</div>'
        )
    return (
        "<p>The peak of one mail beyond what the process had in use, and how many times the mail's size that is.</p>"
        f'<div class="cards">{"".join(cards)}</div>'
    )


def hostile(results: dict[str, Any], data: dict[str, Any]) -> str:
    cards = [
        f"<p>A dot is one family of hostile mail of {size(data['bytes'][-1])}; a cross counts those that had to be killed after "
        f"{data['limit']:g} s or that ended the process.</p>"
    ]
    for task, found in data["tasks"].items():
        rows = [dots_scale(data["limit"])]
        notes = []
        for key, one in found.items():
            done = {name: cell["seconds"][-1] for name, cell in one.items() if not cell.get("gone") and cell["seconds"]}
            summary = hostile_summary(one)
            words = f"worst {seconds(summary['seconds'])}" if done else "none finished"
            rows.append(dots_row(title(results, key), done, summary["killed"], data["limit"], words, ours=key == OURS))
            notes += [(title(results, key), name, one[name]["gone"]) for name in summary["killed"]]
            notes += [
                (title(results, key), name, f"grows with power {one[name]['exponent']:.1f}")
                for name in summary["steep"]
            ]
            if summary["raised"]:
                notes.append(
                    (
                        title(results, key),
                        f"{len(summary['raised'])} families",
                        f"raised, such as {summary['raised'][0]}",
                    )
                )
        listed = table(("", "family", "what"), notes, words_from=0)
        said = (
            f"<details><summary>Killed, died, raised or grew ({len(notes)})</summary>{listed}</details>"
            if notes
            else ""
        )
        cards.append(f'<div class="card"><h3>{text(_TASKS[task])}</h3>{"".join(rows)}{said}</div>')
    return "".join(cards)


def importing(results: dict[str, Any], data: dict[str, Any]) -> str:
    found: Mapping[str, dict[str, Any]] = data["contenders"]
    most = max(one["seconds"]["median"] for one in found.values())
    rows = [
        bar_row(
            title(results, key),
            one["seconds"]["median"] / most,
            seconds(one["seconds"]["median"]),
            ours=key in (OURS, "first"),
        )
        for key, one in sorted(found.items(), key=lambda item: item[1]["seconds"]["median"])
    ]
    failed = "".join(
        f'<p class="soft">{text(title(results, key))}: {text(why)}</p>' for key, why in data["failed"].items()
    )
    return f'<p>Fresh processes, compiled files there already.</p><div class="card">{"".join(rows)}{failed}</div>'


#: key of the section, its title, what draws it; in the order of the page
PARTS: tuple[tuple[str, str, Callable[[dict[str, Any], Any], str]], ...] = (
    ("accuracy", "Accuracy", accuracy),
    ("speed", "Speed against peers", speed),
    ("growth", "Growth", growth),
    ("memory", "Memory", memory),
    ("hostile", "Hostile mail", hostile),
    ("importing", "Import time", importing),
)
