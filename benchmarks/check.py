"""What got worse than a baseline: answers that were right, and ratios of speed beyond what a run of the baseline varied.

Rules of this file: only our own answers count. A mail that is new and wrong is a loss unless its label says that it is
known to fail; a mail that is gone is a loss too, since then less is asked. Speed is compared as a ratio to a peer of the
same run, never in seconds, and only where both have the peer.
"""

from __future__ import annotations

from typing import Any

from .peers.contenders import OURS

MARGIN = 0.15  #: by which the best round may lie below the worst round of the baseline: noise of another machine


def baseline(results: dict[str, Any]) -> dict[str, Any]:
    """What of some results a later run is compared with."""
    sections = results["sections"]
    kept: dict[str, Any] = {"about": {key: results["about"][key] for key in ("python", "versions")}}
    if "accuracy" in sections:
        kept["accuracy"] = {
            name: {"total": score["total"], "right": score["right"], "wrong": sorted(score["wrong"])}
            for name, score in _own_scores(sections["accuracy"])
        }
    if "speed" in sections:
        kept["speed"] = {
            race: {key: one["ratio"] for key, one in data["contenders"].items() if "ratio" in one}
            for race, data in sections["speed"].items()
        }
    return kept


def losses(results: dict[str, Any], known: dict[str, Any]) -> list[str]:
    """A line for each thing that got worse; empty where nothing did."""
    sections = results["sections"]
    found: list[str] = []
    if "accuracy" in sections:
        found += _accuracy(dict(_own_scores(sections["accuracy"])), known.get("accuracy", {}))
    if "speed" in sections:
        found += _speed(sections["speed"], known.get("speed", {}))
    return found


def _own_scores(accuracy: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [(name, table["scores"][OURS]) for name, table in accuracy["tables"].items() if OURS in table["scores"]]


def _accuracy(scores: dict[str, dict[str, Any]], known: dict[str, Any]) -> list[str]:
    found = []
    for name, before in known.items():
        now = scores.get(name)
        if now is None:
            found.append(f"accuracy, {name}: not asked any more")
            continue
        excused = {*before["wrong"], *now["known"]}
        found += [f"accuracy, {name}: {case}: {why}" for case, why in now["wrong"].items() if case not in excused]
        if now["total"] < before["total"]:
            found.append(f"accuracy, {name}: {now['total']} asked, {before['total']} in the baseline")
    return found


def _speed(races: dict[str, Any], known: dict[str, Any]) -> list[str]:
    found = []
    for race, peers in known.items():
        for key, before in peers.items():
            now = races.get(race, {}).get("contenders", {}).get(key, {}).get("ratio")
            if now is not None and now["high"] < before["low"] * (1 - MARGIN):
                was = f"{before['median']:.2f} ({before['low']:.2f} to {before['high']:.2f})"
                found.append(
                    f"speed, {race}: {key} takes {now['median']:.2f} ({now['low']:.2f} to {now['high']:.2f}) times our time, "
                    f"{was} in the baseline"
                )
    return found
