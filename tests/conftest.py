"""Shared by all tests: where the corpus lies, and `--case` to run a single one of it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--case", default="", help="run only corpus cases whose name contains this")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leaves out what replaces or reads names within modules, where these are compiled (`tox -e compiled`)."""
    interpreted = [item for item in items if item.get_closest_marker("interpreted")]
    if not interpreted:
        return
    # Not at the top: tests/package runs where the library is not installed.
    from flectra_inbound.parse import message

    if message.__file__.endswith(".py"):
        return
    compiled = pytest.mark.skip(reason="replaces or reads what compiled modules do not show")
    for item in interpreted:
        item.add_marker(compiled)


@pytest.fixture(scope="session")
def case_filter(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--case"))
