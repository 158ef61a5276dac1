"""The coverage of the corpus, with the holes: delivery reports by family and situation, replies by client, language and style.

`python -m tests.matrix` prints it. A situation is read from label and mail, never typed in: what a label says (reason,
several recipients, delay) and how the mail is built (fields or text alone, returned message, encoding, language). So is a
style of reply, from the kinds of its fragments; its client is the folder and its language the second piece of the file name.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flectra_inbound import Kind, parse

from .conftest import CORPUS
from .label import Label, ReplyLabel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

SITUATIONS = (
    "unknown user", "full", "policy", "rate", "size", "domain", "expired", "several", "delay", "fields", "text only",
    "whole returned", "headers returned", "nothing returned", "not ASCII", "encoded",
)  # fmt: skip

_REASONS = {
    "unknown user": {"user_unknown", "has_moved", "filtered", "suspend"},
    "full": {"mailbox_full"},
    "policy": {
        "blocked", "bad_reputation", "rejected", "policy_violation", "spam_detected", "security_error", "auth_failure",
        "require_ptr", "no_relaying", "not_compliant_rfc", "content_error", "virus_detected",
    },
    "rate": {"speeding", "too_many_connections", "exceed_limit"},
    "size": {"message_too_big"},
    "domain": {"host_unknown", "not_accept"},
    "expired": {"expired", "network_error"},
}  # fmt: skip


def situations(label: Label, raw: bytes) -> Iterator[str]:
    """Those of `SITUATIONS` that a case covers."""
    people = label.recipients or ()
    reasons = {str(r.reason) for r in people if r.reason is not None}
    for name, members in _REASONS.items():
        if reasons & members:
            yield name
    if len(people) > 1:
        yield "several"
    if label.kind is Kind.DELAY:
        yield "delay"
    message = parse(raw)
    yield "fields" if any(report.recipients for report in message.delivery_status) else "text only"
    if any(embedded.root is not None for embedded in message.embedded):
        yield "whole returned"
    elif message.embedded:
        yield "headers returned"
    else:
        yield "nothing returned"
    if not message.text.isascii():
        yield "not ASCII"
    encodings = {(part.headers.get("content-transfer-encoding") or "").lower() for part in message.parts}
    if encodings & {"base64", "quoted-printable"}:
        yield "encoded"


def matrix(corpus: Path = CORPUS) -> dict[str, dict[str, int]]:
    """Family -> situation -> number of cases, of all bounces and delays."""
    table: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SITUATIONS, 0))
    for kind in ("bounce", "delay"):
        for path in sorted((corpus / kind).glob("*/*.toml")):
            label = Label.model_validate(tomllib.loads(path.read_text("utf-8")))
            for name in situations(label, path.with_suffix(".eml").read_bytes()):
                table[path.parent.name][name] += 1
    return dict(table)


#: how a reply is written and built
STYLES = (
    "text alone", "HTML", "quote below", "quote answered", "forward", "headers", "signature", "footer", "disclaimer", "no quote",
)  # fmt: skip


@dataclass(frozen=True)
class Replies:
    """The mails whose label says what their author newly wrote."""

    styles: dict[str, dict[str, int]]  #: client -> style -> number of mails
    languages: dict[str, dict[str, int]]  #: client -> language -> number of mails

    @property
    def all_languages(self) -> list[str]:
        return sorted({language for row in self.languages.values() for language in row})

    @property
    def holes(self) -> int:
        """Pairs of a client and a language without a mail."""
        return sum(len(self.all_languages) - len(row) for row in self.languages.values())


def styles(reply: ReplyLabel, raw: bytes) -> Iterator[str]:
    """Those of `STYLES` that a case covers."""
    message = parse(raw)
    yield "text alone" if message.html is None else "HTML"
    if reply.fragments is None:
        return
    kinds = list(reply.fragments)
    shown = [kind for kind in kinds if kind in ("author", "quote")]
    if "quote" in shown:
        yield "quote answered" if "author" in shown[shown.index("quote") :] else "quote below"
    elif "forwarded" not in kinds:
        yield "no quote"
    if "forwarded" in kinds:
        yield "forward"
    if "attribution" in kinds and re.search(
        r"^\W{0,4}\w[^:\n]{0,20}: .{1,200}\n\W{0,4}\w[^:\n]{0,20}: ", message.text, re.MULTILINE
    ):
        yield "headers"
    for kind in ("signature", "footer", "disclaimer"):
        if kind in kinds:
            yield kind


def replies(corpus: Path = CORPUS) -> Replies:
    by_style: dict[str, dict[str, int]] = {}
    by_language: dict[str, dict[str, int]] = {}
    for path in sorted((corpus / "message").glob("*/*.toml")):
        label = Label.model_validate(tomllib.loads(path.read_text("utf-8")))
        if label.reply is None or label.fails:  # what fails is not covered
            continue
        client = path.parent.name
        row = by_style.setdefault(client, dict.fromkeys(STYLES, 0))
        for style in styles(label.reply, path.with_suffix(".eml").read_bytes()):
            row[style] += 1
        language = path.stem.split("-")[1]
        spoken = by_language.setdefault(client, {})
        spoken[language] = spoken.get(language, 0) + 1
    return Replies(by_style, by_language)


def main() -> None:
    print_bounces()
    print()
    print_replies()


def print_replies() -> None:
    found = replies()
    width = max(map(len, found.styles))
    print(" " * width, *(f"{name[:8]:>8}" for name in STYLES), " languages")
    for client, row in sorted(found.styles.items()):
        print(f"{client:{width}}", *(f"{row[name] or '.':>8}" for name in STYLES), "", *sorted(found.languages[client]))
    print(f"{'all':{width}}", *(f"{sum(row[name] for row in found.styles.values()):>8}" for name in STYLES))
    languages = found.all_languages
    print(
        f"{len(found.styles)} clients x {len(languages)} languages: {found.holes} of {len(found.styles) * len(languages)} empty"
    )


def print_bounces() -> None:
    table = matrix()
    width = max(map(len, table))
    print(" " * width, *(f"{name[:8]:>8}" for name in SITUATIONS))
    for family in sorted(table):
        print(f"{family:{width}}", *(f"{table[family][name] or '.':>8}" for name in SITUATIONS))
    totals = [sum(row[name] for row in table.values()) for name in SITUATIONS]
    holes = sum(not row[name] for row in table.values() for name in SITUATIONS)
    print(f"{'all':{width}}", *(f"{total:>8}" for total in totals))
    print(f"{len(table)} families; {holes} of {len(table) * len(SITUATIONS)} fields are empty (.)")


if __name__ == "__main__":
    main()
