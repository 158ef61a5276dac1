"""docs/coming-from: the examples run, and the answers in the tables are the answers of today; times are not checked.

Examples and answers of the real package are checked where it is at hand, in the version that the page names.
"""

from __future__ import annotations

import doctest
import warnings

import pytest
from benchmarks.bridges import BRIDGES, PAGES, Bridge, answer, peer_of, raw_of, version, written_rows

from ..conftest import ROOT

SKIP = "  # doctest: +SKIP"
ALL = pytest.mark.parametrize("bridge", BRIDGES, ids=[bridge.page for bridge in BRIDGES])


def page(bridge: Bridge) -> str:
    return (PAGES / f"{bridge.page}.md").read_text("utf-8")


def peer_of_page(bridge: Bridge) -> object | None:
    """The real package, if it is at hand in the version of the page."""
    peer = peer_of(bridge)
    return peer if peer is not None and f"| {version(bridge)} |" in page(bridge) else None


def test_every_page_has_its_bridge() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} == {bridge.page for bridge in BRIDGES}


@ALL
def test_the_examples_run(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = page(bridge)
    if peer_of(bridge) is not None:
        text = text.replace(SKIP, "")
    example = doctest.DocTestParser().get_doctest(text, {}, bridge.page, f"{bridge.page}.md", 0)
    assert len(example.examples) > 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what old packages warn of when they are compiled
        result = doctest.DocTestRunner().run(example)
    assert result.failed == 0


@ALL
def test_the_table_has_every_call(bridge: Bridge) -> None:
    assert [row[:2] for row in written_rows(bridge)] == [[f"`{row.call}`", row.mail] for row in bridge.rows(None)]
    assert all(float(time) > 0 for row in written_rows(bridge) for time in row[4:6])


@ALL
def test_our_answers_are_those_of_the_table(bridge: Bridge) -> None:
    rows = bridge.rows(None)
    assert [row[3] for row in written_rows(bridge)] == [answer(row.ours, row.given(raw_of(row))) for row in rows]


@ALL
def test_their_answers_are_those_of_the_table(bridge: Bridge) -> None:
    peer = peer_of_page(bridge)
    if peer is None:
        pytest.skip(f"no {bridge.package} in the version of the page")
    rows = bridge.rows(peer)
    assert [row[2] for row in written_rows(bridge)] == [answer(row.theirs, row.given(raw_of(row))) for row in rows]
