"""Results as the benchmarks write them, small and made up: with a peer that is ahead, one killed, one missing."""

from __future__ import annotations

from typing import Any


def score(right: int, total: int, wrong: dict[str, str], known: list[str], family: str) -> dict[str, Any]:
    by = {"kind": {"message": [right, total]}, "family": {family: [right, total]}, "language": {"de": [right, total]}}
    return {"right": right, "total": total, "by": by, "wrong": wrong, "known": known, "raised": 0, "gone": 0}


def spread(middle: float) -> dict[str, float]:
    return {"median": middle, "low": middle * 0.9, "high": middle * 1.1}


def results(family: str = "message/gmail") -> dict[str, Any]:
    def table(task: str, question: str, *peers: str) -> dict[str, Any]:
        scores = {"flectra_inbound": score(9, 10, {f"{family}/0009-x": "lost: a"}, [], family)}
        scores |= {peer: score(10, 10, {}, [], family) for peer in peers}
        return {"task": task, "question": question, "what": "what it is", "scores": scores}

    def timed(ratio: float | None) -> dict[str, Any]:
        one: dict[str, Any] = {"seconds": spread(0.001), "rounds": [0.001], "raised": 0}
        return one if ratio is None else {**one, "ratio": spread(ratio)}

    def contender(title: str, missing: str = "") -> dict[str, Any]:
        version = "" if missing else "1.0"
        return {"title": title, "version": version, "python": "3.11.1", "missing": missing, "tasks": ["parse"]}

    done = {"seconds": [0.01, 0.04], "exponent": 1.0, "raised": None}
    gone = {"gone": "died"}
    line = {"seconds": [0.001, 0.01], "ended": "", "exponent": 1.0}
    stream = {
        "task": "process",
        "mails": [100, 200],
        "seconds": [0.1, 0.1],
        "bytes": [50_000_000, 50_000_000],
        "ended": "",
    }
    return {
        "about": {
            "python": "3.11.1", "system": "Linux", "mails": [family], "count": 10, "bytes": 10_000, "quick": False, "rounds": 7,
            "limit": 5.0, "seconds": 60, "versions": {"flectra_inbound": "0.1"},
        },
        "contenders": {
            "flectra_inbound": contender("flectra_inbound"),
            "stdlib": contender("email (stdlib)"),
            "fast_mail_parser": contender("fast-mail-parser"),
            "talon": contender("talon", "not installed: try again"),
        },
        "refused": {"parse": {"fast_mail_parser": "installed, but: ImportError: no such thing"}},
        "sections": {
            "accuracy": {
                "mails": 10, "labelled": 10, "kinds": {"message": 10},
                "tables": {
                    "process.kind": table("process", "kind"),
                    "parse.facts": table("parse", "facts", "stdlib"),
                    "reply_text.reply": table("reply_text", "reply", "stdlib"),
                },
                "differ": {"stdlib": {"mails": 1, "shown": [{"mail": family, "kind": "bounce", "ours": ["a@b"], "theirs": []}]}},
            },
            "speed": {
                "parse": {
                    "title": "Parse", "mails": 10, "bytes": 10_000,
                    "tasks": {"flectra_inbound": "parse", "stdlib": "parse", "fast_mail_parser": "parse"},
                    "failed": {"talon": "not installed: try again"},
                    "contenders": {
                        "flectra_inbound": timed(None), "stdlib": timed(3.0), "fast_mail_parser": timed(0.25),
                    },
                }
            },
            "memory": {
                "a large file": {"bytes": 1_000_000, "peaks": {"flectra_inbound": {"peak": 9_000_000}, "stdlib": gone}},
            },
            "growth": {
                "size": {
                    "a text": {"task": "parse", "bytes": [1_000, 10_000], "lines": {"flectra_inbound": line, "stdlib": line}},
                    "nothing": {"task": "parse", "bytes": [1_000], "lines": {"stdlib": {"seconds": [], "ended": "killed"}}},
                },
                "count": {"seed": 7, "formats": "0", "chunk": 100, "lines": {"flectra_inbound": stream}},
            },
            "hostile": {
                "bytes": [100, 400], "limit": 5.0,
                "tasks": {"parse": {
                    "flectra_inbound": {family: done, "b": done},
                    "stdlib": {family: {"seconds": [0.1], "gone": "killed after 5 s"}, "b": {**done, "raised": "ValueError: x"}},
                }},
            },
            "importing": {
                "failed": {},
                "contenders": {
                    "flectra_inbound": {"seconds": spread(0.2)},
                    "stdlib": {"seconds": spread(0.05), "ratio": spread(0.25)},
                },
            },
        },
    }  # fmt: skip
