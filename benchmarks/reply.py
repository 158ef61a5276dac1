"""What an author newly wrote, found by us and by peers: `python -m benchmarks.reply [--rounds N]`.

Prints the tables of `benchmarks.parse`, over the plain replies of the corpus and over one of 10 KB. A peer that is not
installed is left out: email_reply_parser and talon are not in the dependency group, since talon needs a compiler. Peers
know a few languages and clients, and no fragments: they do less for their time.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Callable, Sequence
from typing import Any

from flectra_inbound import parse, reply_from_text

from .parse import ROOT, Measure, at_least_five, over, print_race, race
from .peers import Work

GOALS = {"email_reply_parser": 1.0, "talon": 1 / 3}
#: an ordinary letter above what it answers
LONG = (
    "Hello Ada,\n\nthis is a line of an ordinary letter that somebody wrote to us, of average length.\n" * 60
    + "\nOn Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:\n"
    + "> a quoted line of the same letter, as it was sent to him before\n" * 80
)


def contenders() -> dict[str, Callable[[str], Any]]:
    found: dict[str, Callable[[str], Any]] = {"flectra_inbound": reply_from_text}
    try:
        found["email_reply_parser"] = importlib.import_module("email_reply_parser").EmailReplyParser.parse_reply
    except ImportError:
        print("email_reply_parser is not installed", file=sys.stderr)
    try:
        found["talon"] = importlib.import_module("talon.quotations").extract_from_plain
    except ImportError:
        print("talon is not installed", file=sys.stderr)
    return found


def _work(find: Callable[[str], Any]) -> Work:
    return lambda raw: find(raw.decode())


def _measure(find: Callable[[str], Any], texts: Sequence[bytes]) -> Measure:
    return over(_work(find), texts)


def replies() -> list[bytes]:
    """The plain texts of the corpus's messages."""
    mails = [parse(path.read_bytes()) for path in sorted((ROOT / "corpus" / "message").rglob("*.eml"))]
    plain = [part for mail in mails for part in mail.bodies if part.content_type.value != "text/html"]
    return [part.text().encode("utf-8", "replace") for part in plain]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reply", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=at_least_five, default=7, help="rounds that count, at least 5")
    options = parser.parse_args(arguments)
    for title, texts in (("The corpus", replies()), (f"One of {len(LONG) / 1000:.0f} KB", [LONG.encode()])):
        print(f"## {title}\n")
        measures = {name: _measure(find, texts) for name, find in contenders().items()}
        times, failed = race(measures, options.rounds)
        print_race(times, "flectra_inbound", len(texts), GOALS, failed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
