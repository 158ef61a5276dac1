"""The recipe of docs/scale.md: many processes say what one says, in its order. Needs the dependency group `scale`."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest

from flectra_inbound import process
from flectra_inbound.cli.corpus.cases import read_cases

from .conftest import CORPUS, ROOT

dask = pytest.importorskip("dask")

EXAMPLE = ROOT / "examples" / "dask_bag.py"


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dask_bag", EXAMPLE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thousand mails, of every kind, and one that cannot be read."""
    folder = tmp_path_factory.mktemp("mails")
    cases = list(read_cases(CORPUS))
    for number in range(1000):
        (folder / f"{number:04}.eml").write_bytes(b"X-Number: %d\n" % number + cases[number * 7 % len(cases)].raw)
    (folder / "0500b.eml").symlink_to(folder / "nowhere")
    return folder


@pytest.mark.timeout(300)
def test_results_are_those_of_a_sequential_run_in_its_order(recipe: ModuleType, folder: Path) -> None:
    paths = recipe.mails([str(folder)])
    assert len(paths) == 1001
    lines = recipe.results(paths).compute(scheduler="threads", num_workers=2)
    assert lines == [recipe.understand(path) for path in paths]
    assert json.loads(lines[501]) == {"source": str(folder / "0500b.eml"), "unreadable": "No such file or directory"}
    assert recipe.again(lines[0]) == process((folder / "0000.eml").read_bytes())


@pytest.mark.timeout(300)
def test_as_a_program_in_processes_of_their_own(recipe: ModuleType, folder: Path, tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, str(EXAMPLE), str(tmp_path), str(folder)], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    files = sorted(tmp_path.glob("*.jsonl"))
    assert len(files) == 6  # a partition each
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    assert lines == [recipe.understand(path) for path in recipe.mails([str(folder)])]


def test_numbers_alone_come_back(recipe: ModuleType, folder: Path) -> None:
    paths = recipe.mails([str(folder)])[480:520]
    counts = Counter(process(Path(path).read_bytes()).kind.value for path in paths if Path(path).exists())
    with dask.config.set(scheduler="threads"):
        assert recipe.kinds(paths) == {**counts, "unreadable": 1}


def test_the_page_shows_the_example() -> None:
    code = EXAMPLE.read_text("utf-8").partition("#: Mails of one task")[2].partition("\n\n\ndef again")[0]
    assert code in (ROOT / "docs" / "scale.md").read_text("utf-8")
