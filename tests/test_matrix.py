"""The corpus covers what it says: enough families, every situation, and none of them by one family alone."""

from __future__ import annotations

from .matrix import SITUATIONS, matrix


def test_families_and_situations_are_covered(capsys) -> None:  # type: ignore[no-untyped-def]
    table = matrix()
    assert len(table) >= 70
    for name in SITUATIONS:
        assert sum(row[name] > 0 for row in table.values()) >= 5, name
    with capsys.disabled():
        holes = sum(not row[name] for row in table.values() for name in SITUATIONS)
        print(f"\ncorpus: {len(table)} families x {len(SITUATIONS)} situations, {holes} holes (python -m tests.matrix)")
