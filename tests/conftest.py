"""Shared by all tests: where the corpus lies, and `--case` to run a single one of it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "corpus"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--case", default="", help="run only corpus cases whose name contains this")


@pytest.fixture(scope="session")
def case_filter(request: pytest.FixtureRequest) -> str:
    return str(request.config.getoption("--case"))
