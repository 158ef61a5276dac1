"""The results as one HTML page: styles and pictures inside, no script, nothing fetched."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .charts import text
from .findings import absent, ahead, number, percent, size
from .parts import PARTS

_STYLE = Path(__file__).with_name("style.css")


def report(results: dict[str, Any]) -> str:
    """The whole page."""
    parts = [
        (key, name, part(results, results["sections"][key])) for key, name, part in PARTS if key in results["sections"]
    ]
    links = "".join(f'<a href="#{key}">{text(name)}</a>' for key, name, _ in parts)
    body = "".join(f'<section><h2 id="{key}">{text(name)}</h2>{content}</section>' for key, name, content in parts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><title>Benchmarks of flectra_inbound</title>'
        f"<style>{_STYLE.read_text('utf-8')}</style></head><body><main>"
        f'{_head(results)}<nav>{links}<a href="#better">Where a peer is better</a><a href="#who">Who took part</a></nav>'
        f"{_tiles(results)}{body}{_better(results)}{_who(results)}{_foot(results)}</main></body></html>\n"
    )


def _head(results: dict[str, Any]) -> str:
    about = results["about"]
    quick = "<p><b>A quick look: too few mails and rounds for a measurement.</b></p>" if about["quick"] else ""
    return (
        "<h1>What flectra_inbound gets right, and what it costs</h1>"
        f'<p class="soft">{about["count"]:,} mails ({size(about["bytes"])}) of {text(", ".join(about["mails"]))}; Python '
        f"{text(about['python'])}, {text(about['system'])}. Every number is of this one run.</p>{quick}"
    )


def _tiles(results: dict[str, Any]) -> str:
    """The few numbers that one wants first."""
    tiles: list[tuple[str, str]] = []
    sections = results["sections"]
    tables = sections.get("accuracy", {}).get("tables", {})
    for name, words in (
        ("process.kind", "of the labelled mails: what it is"),
        ("bounce.failed", "of the bounces: who failed"),
    ):
        score = tables.get(name, {}).get("scores", {}).get("flectra_inbound")
        if score:
            tiles.append((percent(score["right"], score["total"]), words))
    for race, key, words in (
        ("reports", "stdlib", "for everything about a bounce with fields, of what the stdlib takes to parse it"),
        ("all", "stack", "the time of the stack of three peers goes into ours, all mails"),
    ):
        ratio = sections.get("speed", {}).get(race, {}).get("contenders", {}).get(key, {}).get("ratio")
        if ratio:
            value = f"{number(1 / ratio['median'])}×" if key == "stdlib" else f"{number(ratio['median'])}×"
            tiles.append((value, words))
    killed = [
        1 for task in sections.get("hostile", {}).get("tasks", {}).values()
        for one in task.get("flectra_inbound", {}).values() if one.get("gone")
    ]  # fmt: skip
    if "hostile" in sections:
        tiles.append((str(len(killed)), "hostile mails that killed us"))
    cells = "".join(f'<div class="tile"><b>{text(value)}</b><span>{text(words)}</span></div>' for value, words in tiles)
    return f'<div class="tiles">{cells}</div>' if cells else ""


def _better(results: dict[str, Any]) -> str:
    items = []
    for one in ahead(results):
        why = f" <small>Why: {text(one.why)}.</small>" if one.why else ""
        items.append(
            f"<li><b>{text(one.peer)}</b>, {text(one.section)}, {text(one.what)}: {text(one.numbers)}.{why}</li>"
        )
    content = f'<ul class="findings">{"".join(items)}</ul>' if items else "<p>Nowhere in what was measured.</p>"
    return (
        '<section><h2 id="better">Where a peer is better</h2><p>Measured, not chosen: every ratio whose whole spread speaks '
        f"for the peer, and every language or family in which it is right more often.</p>{content}</section>"
    )


def _who(results: dict[str, Any]) -> str:
    rows = "".join(
        f'<tr><td>{text(one["title"])}</td><td class="text">{text(one["version"] or "missing")}</td>'
        f'<td class="text">{text(one["python"])}</td><td class="text">{text(", ".join(one["tasks"]))}</td></tr>'
        for one in results["contenders"].values()
    )
    missing = "".join(f"<li><b>{text(name)}</b>: {text(why)}</li>" for name, why in absent(results))
    gone = f"<p>Missing, or without an answer:</p><ul>{missing}</ul>" if missing else ""
    heads = "".join(f'<th scope="col" class="text">{one}</th>' for one in ("", "Version", "Python", "Asked"))
    return (
        '<section><h2 id="who">Who took part</h2><p>Each in a process of its own, asked only what its documentation says that '
        f'it does.</p>{gone}<div class="scroll card"><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>'
        "</section>"
    )


def _foot(results: dict[str, Any]) -> str:
    about = results["about"]
    return (
        f"<footer>{about['rounds']} rounds in {about['seconds']:,} s, contenders in turn; bars are medians, thin lines the "
        "least and the greatest round. How each number comes about: docs/benchmarks.md.</footer>"
    )
