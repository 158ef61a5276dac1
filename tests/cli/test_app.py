"""The run: JSON lines, exit codes, the filter, the door without the extra, closed pipes and interruptions."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flectra_inbound import Inbound, Kind, Pipeline, __version__, process

from .mails import BOUNCE, COMPLAINT, MESSAGE, RECEIPT, mbox, python, read, run

ALL = mbox(BOUNCE, MESSAGE, COMPLAINT, RECEIPT, BOUNCE)


def test_json_lines_round_trip():
    lines = read("--json", "-", stdin=ALL).stdout.splitlines()
    for raw, line in zip([BOUNCE, MESSAGE, COMPLAINT, RECEIPT, BOUNCE], lines, strict=True):
        fields = json.loads(line)
        del fields["source"]
        assert Inbound.model_validate_json(json.dumps(fields)) == process(raw)


def test_json_is_ascii_and_cannot_steer_a_terminal():
    raw = "Subject: caf\u00e9 \u202e\x9b\x1b[31m\x7f\n\n\x9b2J\u2028 text".encode()
    done = python("-m", "flectra_inbound", "read", "--json", "-", stdin=raw, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert all(byte == 10 or 32 <= byte < 127 for byte in done.stdout)
    assert json.loads(done.stdout)["mail"]["subject"].startswith("caf\u00e9")


def test_json_holds_defects():
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nno end"
    assert json.loads(read("--json", "-", stdin=raw).stdout)["defects"]


def test_a_file_name_that_is_no_utf8(tmp_path: Path):
    path = bytes(tmp_path) + b"/\xff.eml"
    try:
        Path(path.decode("utf-8", "surrogateescape")).write_bytes(MESSAGE)
    except OSError:
        pytest.skip("this file system takes no such name")
    done = python("-m", "flectra_inbound", "read", "--json", str(tmp_path))
    assert json.loads(done.stdout)["source"].endswith("\\xff.eml")
    assert b"\\udcff.eml" in python("-m", "flectra_inbound", "read", str(tmp_path)).stdout


def test_filter_by_kind():
    result = read("--json", "--kind", "bounce", "--kind", "RECEIPT", "-", stdin=ALL)
    assert [json.loads(line)["kind"] for line in result.stdout.splitlines()] == ["bounce", "receipt", "bounce"]


def test_a_filter_that_lets_nothing_through_says_so():
    result = read("--kind", "challenge", "-", stdin=MESSAGE)
    assert (result.exit_code, result.stdout) == (0, "0 mails  1 of other kinds\n")


@pytest.mark.parametrize(
    "args", [[], ["read"], ["read", "--nonsense", "-"], ["read", "--kind", "nonsense", "-"], ["nonsense"]]
)
def test_wrong_usage(args: list[str]):
    result = run(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: " in result.stderr


def test_version():
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"flectra-inbound {__version__}\n")


@pytest.mark.parametrize("args", [["--help"], ["-h"], ["read", "--help"]])
def test_help_has_an_example(args: list[str]):
    result = run(*args)
    assert result.exit_code == 0
    assert "xample:" in result.stdout
    assert "flectra-inbound read bounce" in result.stdout


def test_help_names_every_kind():
    assert set(Kind) <= set(run("read", "--help").stdout.replace(",", " ").replace(".", " ").split())


def test_both_doors():
    assert python("-m", "flectra_inbound", "--version").stdout == f"flectra-inbound {__version__}\n".encode()
    call = "import sys; sys.argv = ['flectra-inbound', 'read', '-']; from flectra_inbound.cli import main; main()"
    done = python("-c", call, stdin=MESSAGE)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"nora@example.com" in done.stdout


@pytest.mark.parametrize("module", ["typer", "rich"])
def test_without_the_extra(module: str):
    blocked = f"import sys; sys.modules[{module!r}] = None; from flectra_inbound.cli import main; main()"
    done = python("-c", blocked)
    assert done.returncode == 2
    assert done.stdout == b""
    assert done.stderr.splitlines() == [
        b"flectra-inbound's command line needs its extra: pip install 'flectra-inbound[cli]'"
    ]


def test_another_missing_module_is_not_hidden():
    blocked = "import sys; sys.modules['json'] = None; from flectra_inbound.cli import main; main()"
    assert b"ModuleNotFoundError" in python("-c", blocked).stderr


def test_the_library_does_not_import_the_command_line():
    done = python("-c", "import sys, flectra_inbound; print([m for m in sys.modules if m in ('rich', 'typer')])")
    assert done.stdout.strip() == b"[]"


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_closed_pipe_is_a_quiet_end(options: list[str], tmp_path: Path):
    (tmp_path / "big.mbox").write_bytes(mbox(*[MESSAGE] * 3000))
    command = [sys.executable, "-m", "flectra_inbound", "read", *options, str(tmp_path / "big.mbox")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_interruption(monkeypatch: pytest.MonkeyPatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Pipeline, "process", interrupted)
    assert read("-", stdin=MESSAGE).exit_code == 130


def test_a_mail_that_the_library_fails_on_does_not_end_the_run(monkeypatch: pytest.MonkeyPatch):
    genuine = Pipeline.process

    def fails(self: Pipeline, raw: bytes) -> Inbound:
        if b"delivery-status" in raw:
            raise ValueError("secret@example.com")
        return genuine(self, raw)

    monkeypatch.setattr(Pipeline, "process", fails)
    result = read("--json", "-", stdin=mbox(BOUNCE, MESSAGE))
    assert result.exit_code == 1
    assert [json.loads(line)["source"] for line in result.stdout.splitlines()] == ["-#2"]
    assert "-#1: the library failed on it (ValueError)" in result.stderr
    assert "secret" not in result.stderr


def test_no_bar_where_standard_error_is_no_terminal():
    assert python("-m", "flectra_inbound", "read", "-", stdin=mbox(*[MESSAGE] * 3000)).stderr == b""
