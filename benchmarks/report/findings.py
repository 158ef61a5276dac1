"""What the numbers say in words: where a peer is ahead of us and why, who was killed, who is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..peers.contenders import BY_KEY, OURS, TASKS

_MB = 1_000_000
_LISTED = 12
_CASES = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a peer does better than we do."""

    peer: str
    section: str
    what: str
    numbers: str
    why: str


def title(results: dict[str, Any], key: str) -> str:
    """A contender's name; `process` and `first` are our own work beside what peers do."""
    if key == "process":
        return "flectra_inbound, everything"
    if key == "first":
        return "flectra_inbound, and a first mail"
    known = results["contenders"].get(key)
    return str(known["title"]) if known else key


def number(value: float) -> str:
    """Two to three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.1f}"


def seconds(value: float) -> str:
    for limit, scale, unit in ((1e-3, 1e6, "µs"), (1.0, 1e3, "ms")):
        if value < limit:
            return f"{number(value * scale)} {unit}"
    return f"{number(value)} s"


def size(value: float) -> str:
    for scale, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "KB")):
        if value >= scale:
            return f"{number(value / scale)} {unit}"
    return f"{value:.0f} bytes"


def percent(right: int, total: int) -> str:
    """Never 100% of what is not all."""
    share = right / total if total else 0.0
    return "100%" if right == total else f"{min(share, 0.999):.1%}"


def times(ratio: float) -> str:
    """A ratio of their time to ours in words."""
    if ratio >= 1:
        return f"we are {number(ratio)}× as fast"
    return f"it is {number(1 / ratio)}× as fast"


def ahead(results: dict[str, Any]) -> list[Finding]:
    """Where a peer is better than we are, as measured; the reason is the contender's own `why`."""
    sections = results["sections"]
    found: list[Finding] = []
    if "accuracy" in sections:
        found += _accuracy(results, sections["accuracy"])
    if "speed" in sections:
        found += _speed(results, sections["speed"])
    if "memory" in sections:
        found += _memory(results, sections["memory"])
    if "importing" in sections:
        for key, one in sections["importing"]["contenders"].items():
            if "ratio" in one and one["ratio"]["high"] < 1:
                spent = f"{seconds(one['seconds']['median'])}, {times(one['ratio']['median'])}"
                found.append(Finding(title(results, key), "import", "import time", spent, _why(key, "import")))
    return found


def _why(key: str, task: str) -> str:
    return BY_KEY[key].why.get(task, "") if key in BY_KEY else ""


def _accuracy(results: dict[str, Any], accuracy: dict[str, Any]) -> Iterator[Finding]:
    for table in accuracy["tables"].values():
        ours = table["scores"].get(OURS)
        for key, score in table["scores"].items():
            if key == OURS or ours is None:
                continue
            where = [
                f"{name} ({counted[0]} of {counted[1]}, we {mine[0]})"
                for group in ("language", "family")
                for name, counted in score["by"][group].items()
                if (mine := ours["by"][group].get(name, [0, 0]))[0] < counted[0]
            ]
            if where:
                more = f" and {len(where) - _LISTED} more" if len(where) > _LISTED else ""
                shown = ", ".join(where[:_LISTED]) + more
                mails = [case for case in ours["wrong"] if case not in score["wrong"]]
                why = "; ".join(f"{case}: we {ours['wrong'][case]}" for case in mails[:_CASES])
                found = f"{table['what']} ({table['task']})"
                yield Finding(title(results, key), "accuracy", found, shown, why)


def _speed(results: dict[str, Any], races: dict[str, Any]) -> Iterator[Finding]:
    for race in races.values():
        for key, one in race["contenders"].items():
            if "ratio" in one and one["ratio"]["high"] < 1:
                task = race["tasks"][key]
                does = "" if task == race["tasks"].get(OURS) else f"; it only does this: {TASKS[task]}"
                numbers = f"{times(one['ratio']['median'])} ({seconds(one['seconds']['median'])} a mail){does}"
                yield Finding(title(results, key), "speed", race["title"], numbers, _why(key, task))


def _memory(results: dict[str, Any], memory: dict[str, Any]) -> Iterator[Finding]:
    for name, one in memory.items():
        ours = one["peaks"].get(OURS, {}).get("peak")
        for key, peak in one["peaks"].items():
            if key not in (OURS, "process") and ours is not None and peak.get("peak", ours) + _MB < ours:
                numbers = f"{size(peak['peak'])} where we take {size(ours)}"
                yield Finding(title(results, key), "memory", name, numbers, _why(key, "parse"))


def absent(results: dict[str, Any]) -> list[tuple[str, str]]:
    """Who did not take part or gave no answer, and why."""
    found = {(one["title"], one["missing"]) for one in results["contenders"].values() if one["missing"]}
    for task, refused in results["refused"].items():
        for key, why in refused.items():
            if not results["contenders"][key]["missing"]:
                found.add((title(results, key), f"{task}: {why}"))
    return sorted(found)


def hostile_summary(one: dict[str, Any]) -> dict[str, Any]:
    """Of one contender over all families: the worst time, how many killed it, raised, grew faster than the mail."""
    killed = sorted(name for name, found in one.items() if found.get("gone"))
    done = {name: found["seconds"][-1] for name, found in one.items() if not found.get("gone") and found["seconds"]}
    worst = max(done, key=lambda name: done[name]) if done else ""
    steep = sorted(name for name, found in one.items() if (found.get("exponent") or 0) > 1.4)
    raised = sorted(name for name, found in one.items() if found.get("raised"))
    return {"worst": worst, "seconds": done.get(worst, 0.0), "killed": killed, "steep": steep, "raised": raised}
