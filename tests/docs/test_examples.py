"""What the pages show is what happens: each block runs, is read by what it is written for, or is named here with the reason.

What is typed into Python (`>>>`) runs as a doctest, which pytest collects from docs/ and the README by itself.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import BaseModel

from flectra_inbound.cli.corpus.label import Label
from flectra_inbound.rules import schema as rules

from ..conftest import ROOT
from .pages import AT_ROOT, Block, all_blocks, at, blocks

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

#: Commands of console blocks that are not run here, by their beginnings, and why
NOT_RUN = {
    "python3 -m venv": "installs from the network; `tox -e package` installs the wheel into an empty environment",
    ". .venv/bin/activate": "as above",
    "pip install": "as above",
    "tox": "would run these tests",
    "pytest": "would run these tests",
    "python -m pytest": "would run these tests",
    "python -m benchmarks": "takes minutes; tests/benchmarks runs each part",
    "python benchmarks/generate.py": "as above",
    "apt-get": "installs from the network",
    "flectra-inbound read --json --workers 0 old.mbox": "the reader's own mails; tests/cli has workers",
    "flectra-inbound corpus check mine/": "a folder of the reader's own; tests/corpus checks some",
    "flectra-inbound corpus run mine/": "as above",
    "flectra-inbound corpus add": "a mail of the reader's own; tests/corpus adds some",
    "python examples/dask_bag.py": "needs Dask; `tox -e scale` runs it",
}
#: Blocks of Python without a prompt, and what runs them
PYTHON = {
    "docs/flectra.md": "tests/interop/test_guide.py",
    "docs/gateway.md": "tests/examples/test_gateway.py",
    "docs/scale.md": "tests/test_scale.py",
}
#: What the blocks of TOML of a page are, in order; None: a piece of one, read as TOML
TOML: dict[str, list[type[BaseModel] | None]] = {
    "docs/clients.md": [rules.ClientFile],
    "docs/languages.md": [Label, rules.Language],
    "docs/measure.md": [Label],
    "docs/notices.md": [Label, rules.NoticeFile],
    "docs/schemes.md": [rules.SchemeFile],
    "CONTRIBUTING.md": [Label, rules.AutomaticFile, None],
}
#: Languages of blocks that are looked at elsewhere
ELSEWHERE = {"ini": "tests/interop/test_guide.py", "{eval-rst}": "Sphinx", "{toctree}": "Sphinx", "{include}": "Sphinx"}
BLOCKS = all_blocks()
README_READS = "&& .venv/bin/"


def of(language: str) -> list[Block]:
    return [block for block in BLOCKS if block.language == language]


def run(command: str, folder: Path) -> str:
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    here.pop("COLUMNS", None)
    here["PYTHONIOENCODING"] = "utf-8"
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, cwd=folder, env=here, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def is_run(command: str) -> bool:
    return not any(command.startswith(beginning) for beginning in NOT_RUN)


@pytest.mark.parametrize("block", [block for block in of("console") if block.page != "docs/tutorial.md"], ids=at)
def test_what_is_typed_into_a_shell(block: Block, tmp_path: Path) -> None:
    assert block.commands
    for path in ROOT.iterdir():  # as if from the root, but what a command writes stays out of it
        (tmp_path / path.name).symlink_to(path)
    for command, output in block.commands:
        _, installed, rest = command.rpartition(README_READS)  # the README installs and reads in one line
        if installed and output:
            command = rest
        if is_run(command):
            assert run(command, tmp_path) == output


def test_the_tutorial_from_its_first_step_to_its_last(tmp_path: Path) -> None:
    ran = 0
    for block in blocks("docs/tutorial.md"):
        if block.language == "console":
            for command, output in block.commands:
                if is_run(command):
                    assert run(command, tmp_path) == output, f"line {block.line}: {command}"
                    ran += 1
        else:
            assert block.saved_as, f"line {block.line}: what is it saved as?"
            (tmp_path / block.saved_as).write_text(block.text, "utf-8")
    assert ran > 6


def test_what_is_not_run_is_not_run_for_a_reason_that_is_needed() -> None:
    commands = [command.partition(README_READS)[0] for block in of("console") for command, _ in block.commands]
    for beginning, why in NOT_RUN.items():
        assert why
        assert any(command.startswith(beginning) for command in commands), beginning


@pytest.mark.parametrize("block", of("python"), ids=at)
def test_python_without_a_prompt_runs_somewhere(block: Block) -> None:
    compiled = block.text if not block.text.lstrip().startswith(">>>") else ""
    compile(compiled, block.page, "exec")
    if compiled and not block.saved_as:
        assert block.page in PYTHON, "who runs it?"
        assert Path(block.page).name in (ROOT / PYTHON[block.page]).read_text("utf-8")


@pytest.mark.parametrize("block", of("json"), ids=at)
def test_json_is_json(block: Block) -> None:
    assert json.loads(block.text)


@pytest.mark.parametrize("page", sorted({block.page for block in of("toml")}))
def test_toml_is_what_it_is_written_for(page: str) -> None:
    found = [tomllib.loads(block.text) for block in blocks(page) if block.language == "toml"]
    assert len(found) == len(TOML[page]), "say what the new block is"
    for data, model in zip(found, TOML[page], strict=True):
        assert data
        if model is not None:
            model.model_validate(data)


def test_no_block_escapes() -> None:
    looked_at = {"console", "python", "json", "toml", "text", *ELSEWHERE}
    assert {block.language for block in BLOCKS} <= looked_at
    assert {block.page for block in of("ini")} == {"docs/flectra.md"}
    for block in of("text"):
        assert block.saved_as, f"{at(block)}: text that nobody looks at"


LINK = re.compile(r"\]\(([^()\s#]+)(?:#[^()\s]*)?\)")


@pytest.mark.parametrize("page", [*AT_ROOT, "SECURITY.md", "RFCS.md", "CHANGELOG.md"])
def test_links_between_files_lead_somewhere(page: str) -> None:
    """Those of docs/ are Sphinx's to check: `tox -e docs`."""
    text = (ROOT / page).read_text("utf-8")
    for target in LINK.findall(text):
        assert "://" in target or (ROOT / page).parent.joinpath(target).exists(), target
