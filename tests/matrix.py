"""The coverage of the corpus's delivery reports: families against situations, with the holes. `python -m tests.matrix` prints it.

A situation is read from label and mail, never typed in: what a label says (reason, several recipients, delay) and how the
mail is built (fields or text alone, returned message, encoding, language).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from flectra_inbound import Kind, parse

from .conftest import CORPUS
from .label import Label

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


def main() -> None:
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
