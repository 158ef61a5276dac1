"""What would be published: built twice and compared, checked, installed into an empty environment and run. `tox -e package`.

It installs from the package index, so it is skipped where `build` is not installed: in the environments of other tests.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from ..conftest import ROOT
from ..docs.pages import blocks

pytest.importorskip("build")
pytest.importorskip("twine")

pytestmark = pytest.mark.timeout(600)  # downloads
PACKAGE = ROOT / "src" / "flectra_inbound"
MOST = 1_000_000  # bytes of the wheel
COPIED = ("src", "tests", "corpus", "docs", "examples", "benchmarks", "pyproject.toml", "LICENSE", "tox.ini")
JUNK = shutil.ignore_patterns("__pycache__", "*.pyc", ".*_cache")


def run(*command: str | Path, cwd: Path = ROOT, **variables: str) -> str:
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV", "COLUMNS"))} | variables
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, cwd=cwd, env=env, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def build(source: Path, out: Path, **variables: str) -> dict[str, Path]:
    """The sdist, and the wheel that is built from it."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source, **variables)
    return {path.suffix: path for path in out.iterdir()}


def copied(to: Path) -> Path:
    """The same sources elsewhere, written just now."""
    to.mkdir()
    for path in [*(ROOT / name for name in COPIED if (ROOT / name).exists()), *ROOT.glob("*.md")]:
        if path.is_dir():
            shutil.copytree(path, to / path.name, copy_function=shutil.copyfile, ignore=JUNK)
        else:
            shutil.copyfile(path, to / path.name)
    (to / ".gitignore").write_text((ROOT / ".gitignore").read_text("utf-8"), "utf-8")
    return to


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return build(ROOT, tmp_path_factory.mktemp("dist"), SOURCE_DATE_EPOCH="1700000000")


@pytest.fixture(scope="module")
def user(built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an empty environment, as the tutorial begins."""
    folder = tmp_path_factory.mktemp("user")
    run(sys.executable, "-m", "venv", ".venv", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def bare(built: dict[str, Path], user: Path) -> tuple[str, int, str]:
    """What it does without the extra: a result, and what the command line ends with and says."""
    tools = user / ".venv" / "bin"
    run(tools / "pip", "install", "--quiet", "--disable-pip-version-check", built[".whl"])
    code = "from flectra_inbound import process; print(process(b'Subject: x\\n\\ny').kind)"
    kind = run(tools / "python", "-c", code, cwd=user)
    tool = subprocess.run([tools / "flectra-inbound", "read", "x"], capture_output=True, text=True, check=False)
    return kind, tool.returncode, tool.stderr


@pytest.fixture(scope="module")
def tutorial(built: dict[str, Path], user: Path, bare: object) -> Path:
    """The folder after the first step of the tutorial, with the wheel in place of the name."""
    (step,) = [block for block in blocks("docs/tutorial.md") if "pip install" in block.text]
    commands = "".join(command for command, _ in step.commands if "venv .venv" not in command)
    assert "pip install 'flectra-inbound[cli]'" in commands
    run("/bin/sh", "-ec", commands.replace("flectra-inbound[cli]", f"{built['.whl']}[cli]"), cwd=user)
    return user


def contents(archive: Path) -> dict[str, int]:
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return {info.filename: info.file_size for info in wheel.infolist()}
    with tarfile.open(archive) as sdist:
        return {member.name.partition("/")[2]: member.size for member in sdist.getmembers() if member.isfile()}


def test_two_builds_are_the_same_bytes(built: dict[str, Path], tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        source = copied(tmp_path / "elsewhere")
        again = build(source, tmp_path / "again", SOURCE_DATE_EPOCH="1700000000", TZ="Asia/Tokyo", LC_ALL="C")
    finally:
        os.umask(before)
    for suffix, path in built.items():
        assert again[suffix].name == path.name
        assert contents(again[suffix]) == contents(path)
        hashes = [hashlib.sha256(one.read_bytes()).hexdigest() for one in (path, again[suffix])]
        assert hashes[0] == hashes[1], suffix


def test_the_index_would_take_them(built: dict[str, Path]) -> None:
    assert sorted(built) == [".gz", ".whl"]
    run(sys.executable, "-m", "twine", "check", "--strict", *built.values())


def test_the_wheel_carries_the_package_and_nothing_else(built: dict[str, Path]) -> None:
    wheel = built[".whl"]
    assert wheel.name.endswith("-py3-none-any.whl")
    assert wheel.stat().st_size <= MOST
    found = set(contents(wheel))
    ours = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in found if name.partition("/")[0] == "flectra_inbound"} == ours
    assert {name.partition("/")[0].partition("-")[0] for name in found} == {"flectra_inbound"}
    assert sum(name.endswith(".toml") for name in ours) > 100
    assert "flectra_inbound/py.typed" in ours
    assert not any(name.endswith(".eml") for name in found)


def test_links_of_the_readme_lead_somewhere_on_the_index(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built[".whl"]) as wheel:
        (name,) = [name for name in wheel.namelist() if name.endswith("/METADATA")]
        metadata = HeaderParser().parsestr(wheel.read(name).decode("utf-8"))
    text = str(metadata.get_payload())
    assert "](https://github.com/flectra-hq/flectra_inbound/blob/main/docs/" in text
    assert not [target for target in text.split("](")[1:] if not target.startswith("https://")]
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_source_distribution_can_be_worked_on(built: dict[str, Path]) -> None:
    found = set(contents(built[".gz"]))
    assert {"pyproject.toml", "tox.ini", "LICENSE", "README.md", "tests/conftest.py", "docs/conf.py"} <= found
    mails = {path.relative_to(ROOT).as_posix() for path in (ROOT / "corpus").rglob("*.eml")}
    assert mails <= found
    assert not [name for name in found if name.startswith((".tox", ".venv", "dist", ".git/")) or "__pycache__" in name]


def test_the_tutorial_in_an_empty_environment(tutorial: Path) -> None:
    for block in blocks("docs/tutorial.md"):
        if block.saved_as:
            (tutorial / block.saved_as).write_text(block.text, "utf-8")
        for command, output in block.commands if block.language == "console" else ():
            if "pip install" not in block.text:
                assert run("/bin/sh", "-ec", f". .venv/bin/activate; {command}", cwd=tutorial) == output


def test_what_the_readme_shows(tutorial: Path) -> None:
    (shown,) = [block for block in blocks("README.md") if "flectra-inbound read" in block.text]
    ((command, output),) = shown.commands
    path = tutorial / ".venv" / "bin" / "flectra-inbound"
    assert run(path, *command.rpartition("flectra-inbound ")[2].split()) == output


def test_without_the_extra(bare: tuple[str, int, str]) -> None:
    kind, code, said = bare
    assert kind == "message\n"
    assert code == 2
    assert "pip install 'flectra-inbound[cli]'" in said
