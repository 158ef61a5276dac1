"""The corpus covers what it says: enough families and clients, every situation and style, and none of them by one alone."""

from __future__ import annotations

from .matrix import SITUATIONS, STYLES, matrix, replies


def test_families_and_situations_are_covered(capsys) -> None:  # type: ignore[no-untyped-def]
    table = matrix()
    assert len(table) >= 70
    for name in SITUATIONS:
        assert sum(row[name] > 0 for row in table.values()) >= 5, name
    with capsys.disabled():
        holes = sum(not row[name] for row in table.values() for name in SITUATIONS)
        print(f"\ncorpus: {len(table)} families x {len(SITUATIONS)} situations, {holes} holes (python -m tests.matrix)")


def test_clients_languages_and_styles_of_replies_are_covered(capsys) -> None:  # type: ignore[no-untyped-def]
    found = replies()
    assert len(found.styles) >= 35
    assert len(found.all_languages) >= 40
    assert all(len(language) == 2 for language in found.all_languages)
    for style in STYLES:
        counts = [row[style] for row in found.styles.values() if row[style]]
        assert len(counts) >= 2, style
        assert sum(counts) >= 10, style
    with capsys.disabled():
        size = f"{len(found.styles)} clients x {len(found.all_languages)} languages, {len(STYLES)} styles"
        print(f"\ncorpus: replies of {size}, {found.holes} holes (python -m tests.matrix)")
