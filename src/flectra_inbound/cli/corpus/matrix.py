"""The coverage of a corpus, with the holes: folders by what their mails are made of, reports by situation, replies by style.

Nothing is typed in. A situation is read from label and mail: what a label says (reason, several recipients, delay) and how
the mail is built (fields or text alone, returned message, encoding). So is a style of reply, from the kinds of its fragments;
its client is its family. A mail that is known to fail covers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flectra_inbound import Kind, parse

from .cases import Case
from .facts import Facts
from .index import values_of
from .label import Label, ReplyLabel

#: Charsets and transfer encodings that ought to be crossed with every kind, whether or not a mail has them yet.
WANTED = {
    "charset": (
        "utf-8 us-ascii iso-8859-1 iso-8859-2 iso-8859-5 iso-8859-7 iso-8859-8 iso-8859-9 iso-8859-15 windows-1250 "
        "windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 windows-1257 windows-1258 koi8-r "
        "koi8-u iso-2022-jp shift_jis euc-jp gb2312 gbk gb18030 big5 euc-kr windows-874 utf-16 utf-7 undeclared"
    ).split(),
    "transfer encoding": "7bit 8bit binary quoted-printable base64 x-uuencode".split(),
}

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

#: how a reply is written and built
STYLES = (
    "text alone", "HTML", "quote below", "quote answered", "forward", "headers", "signature", "footer", "disclaimer", "no quote",
)  # fmt: skip
_HEADER_BLOCK = re.compile(r"^\W{0,4}\w[^:\n]{0,20}: .{1,200}\n\W{0,4}\w[^:\n]{0,20}: ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many cases each field of a table has."""

    title: str
    columns: tuple[str, ...]
    rows: dict[str, dict[str, int]]  #: without the fields that have none
    wanted: tuple[str, ...] = ()  #: the columns that every row ought to have; empty for all

    @property
    def holes(self) -> dict[str, tuple[str, ...]]:
        """The wanted columns in which a row has no case; a label that only a damaged mail bears is nobody's hole."""
        wanted = self.wanted or self.columns
        return {name: tuple(c for c in wanted if not row.get(c)) for name, row in self.rows.items()}

    @property
    def fields(self) -> int:
        return len(self.rows) * len(self.wanted or self.columns)

    def total(self, column: str) -> int:
        return sum(row.get(column, 0) for row in self.rows.values())


def crossed(facts: Iterable[Facts], dimension: str, *, kind: str = "") -> Matrix:
    """Folders by a dimension of `index.DIMENSIONS`; with `kind` the families of that folder instead."""
    rows: dict[str, dict[str, int]] = {}
    for each in facts:
        if each.fails or (kind and each.folder != kind):
            continue
        row = rows.setdefault(each.family if kind else each.folder, {})
        for value in values_of(each, dimension):
            row[value] = row.get(value, 0) + 1
    wanted = WANTED.get(dimension, ())
    others = sorted({value for row in rows.values() for value in row} - set(wanted))
    return Matrix(f"{kind or 'folder'} by {dimension}", (*wanted, *others), dict(sorted(rows.items())), tuple(wanted))


def reports(cases: Iterable[Case]) -> Matrix:
    """Families of bounces and delays by situation."""
    rows: dict[str, dict[str, int]] = {}
    for case in cases:
        if case.label.kind in (Kind.BOUNCE, Kind.DELAY) and not case.label.fails and case.folder in ("bounce", "delay"):
            _count(rows, case.family, situations(case.label, case.raw))
    return Matrix("reports by situation", SITUATIONS, dict(sorted(rows.items())))


def replies(cases: Sequence[Case]) -> tuple[Matrix, Matrix]:
    """Clients by style, and clients by language, of the mails whose label says what their author newly wrote."""
    by_style: dict[str, dict[str, int]] = {}
    by_language: dict[str, dict[str, int]] = {}
    for case in cases:
        if case.label.reply is not None and not case.label.fails and case.folder == "message":
            _count(by_style, case.family, styles(case.label.reply, case.raw))
            _count(by_language, case.family, [case.label.language])
    languages = tuple(sorted({language for row in by_language.values() for language in row}))
    return (
        Matrix("replies by style", STYLES, dict(sorted(by_style.items()))),
        Matrix("replies by language", languages, dict(sorted(by_language.items()))),
    )


def _count(rows: dict[str, dict[str, int]], name: str, columns: Iterable[str]) -> None:
    row = rows.setdefault(name, {})
    for column in columns:
        row[column] = row.get(column, 0) + 1


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
    if any(part.transfer_encoding in ("base64", "quoted-printable") for part in message.parts):
        yield "encoded"


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
    if "attribution" in kinds and _HEADER_BLOCK.search(message.text):
        yield "headers"
    for kind in ("signature", "footer", "disclaimer"):
        if kind in kinds:
            yield kind
