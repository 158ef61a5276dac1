"""The corpus covers what it says: enough families and clients, every situation and style, and none of them by one alone."""

from __future__ import annotations

from functools import cache

import pytest

from flectra_inbound.cli.corpus.cases import Case, read_cases
from flectra_inbound.cli.corpus.facts import facts_of
from flectra_inbound.cli.corpus.matrix import SITUATIONS, STYLES, Matrix, crossed, replies, reports

from ..conftest import CORPUS


@cache
def cases() -> list[Case]:
    return list(read_cases(CORPUS))


def test_families_and_situations_are_covered() -> None:
    table = reports(cases())
    assert len(table.rows) >= 70
    for name in SITUATIONS:
        assert sum(bool(row.get(name)) for row in table.rows.values()) >= 5, name


def test_clients_languages_and_styles_of_replies_are_covered() -> None:
    by_style, by_language = replies(cases())
    assert len(by_style.rows) >= 35
    assert len(by_language.columns) >= 40
    for style in STYLES:
        counts = [row[style] for row in by_style.rows.values() if row.get(style)]
        assert len(counts) >= 2, style
        assert sum(counts) >= 10, style


def test_kinds_are_crossed_with_charsets_and_encodings() -> None:
    facts = [facts_of(case) for case in cases()]
    charsets = crossed(facts, "charset")
    for wanted in ("utf-8", "iso-8859-1", "iso-2022-jp", "koi8-r", "gb18030", "big5", "euc-kr", "undeclared"):
        assert charsets.total(wanted), wanted
    encodings = crossed(facts, "transfer encoding")
    for kind in ("bounce", "message", "auto_reply", "complaint", "delay", "receipt"):
        assert not {"7bit", "8bit", "quoted-printable", "base64"}.intersection(encodings.holes[kind]), kind


def test_a_hole_is_a_field_without_a_case() -> None:
    table = Matrix("x", ("a", "b"), {"one": {"a": 2}, "two": {"a": 1, "b": 1}})
    assert table.holes == {"one": ("b",), "two": ()}
    assert (table.fields, table.total("a"), table.total("b")) == (4, 3, 1)


def test_what_only_some_ought_to_have_is_no_hole_of_the_others() -> None:
    table = Matrix("x", ("a", "b", "7-bit"), {"one": {"a": 2, "7-bit": 1}, "two": {"a": 1, "b": 1}}, ("a", "b"))
    assert table.holes == {"one": ("b",), "two": ()}
    assert table.fields == 4


@pytest.mark.parametrize("kind", ["", "bounce"])
def test_rows_are_folders_or_the_families_of_one(kind: str) -> None:
    rows = crossed(
        [facts_of(case) for case in cases() if case.folder in ("bounce", "delay")], "language", kind=kind
    ).rows
    assert ("postfix" in rows) == bool(kind)
    assert ("delay" in rows) != bool(kind)
