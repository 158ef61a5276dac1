"""What may stand on the command line: files, standard input, mboxes, maildirs, folders; and what cannot be read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from flectra_inbound import Inbound, process
from flectra_inbound.cli import mbox as mbox_module
from flectra_inbound.cli.sources import find, measure

from .mails import BOUNCE, COMPLAINT, MESSAGE, RECEIPT, mbox, python, read


def names(output: str) -> list[str]:
    return [json.loads(line)["source"] for line in output.splitlines()]


def kinds(output: str) -> list[str]:
    return [json.loads(line)["kind"] for line in output.splitlines()]


def test_one_file(tmp_path: Path):
    (tmp_path / "a").write_bytes(BOUNCE)
    result = read("--json", tmp_path / "a")
    assert result.exit_code == 0
    assert names(result.stdout) == [str(tmp_path / "a")]
    assert result.stderr == ""


def test_several_files_in_their_order(tmp_path: Path):
    for name, raw in {"b.eml": BOUNCE, "a.eml": MESSAGE, "c.eml": COMPLAINT, "d.eml": RECEIPT}.items():
        (tmp_path / name).write_bytes(raw)
    result = read("--json", *(tmp_path / name for name in ("b.eml", "a.eml", "c.eml", "d.eml")))
    assert kinds(result.stdout) == ["bounce", "message", "complaint", "receipt"]


def test_stdin_is_one_mail():
    result = read("--json", "-", stdin=MESSAGE)
    assert (result.exit_code, names(result.stdout)) == (0, ["-"])


def test_stdin_is_an_mbox_with_several():
    result = read("--json", "-", stdin=mbox(MESSAGE, BOUNCE))
    assert names(result.stdout) == ["-#1", "-#2"]
    assert kinds(result.stdout) == ["message", "bounce"]


def test_mbox_with_quoted_lines(tmp_path: Path):
    box = tmp_path / "in.mbox"
    box.write_bytes(mbox(MESSAGE, BOUNCE))
    assert b"\n>From here on" in box.read_bytes()
    first, second = map(json.loads, read("--json", box).stdout.splitlines())
    assert first["source"] == f"{box}#1"
    assert "\nFrom here on it is quoted prose." in first["mail"]["text"]
    assert second["delivery"]["recipients"][0]["address"] == "gone@example.com"


def test_an_mbox_without_the_name_of_one(tmp_path: Path):
    (tmp_path / "Inbox").write_bytes(mbox(MESSAGE, BOUNCE, RECEIPT))
    assert len(names(read("--json", tmp_path / "Inbox").stdout)) == 3


def test_maildir(tmp_path: Path):
    for part in ("cur", "new", "tmp"):
        (tmp_path / part).mkdir()
    (tmp_path / "cur" / "1700000000.M1.host:2,S").write_bytes(MESSAGE)
    (tmp_path / "new" / "1700000001.M2.host").write_bytes(BOUNCE)
    (tmp_path / "tmp" / "1700000002.M3.host").write_bytes(b"half a ma")
    (tmp_path / "cur" / ".hidden").write_bytes(MESSAGE)
    (tmp_path / "dovecot.index").write_bytes(b"\0")
    result = read("--json", tmp_path)
    assert kinds(result.stdout) == ["message", "bounce"]


def test_folder_is_read_recursively_and_sorted(tmp_path: Path):
    paths = ["a.eml", "b/1.eml", "b/c/0.EML", "b/d.eml", "b.eml"]
    for path in paths:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(MESSAGE)
    (tmp_path / "b" / "notes.txt").write_bytes(b"no mail")
    expected = sorted(tmp_path / path for path in paths)
    assert [Path(item.name) for item in find([str(tmp_path)])] == expected


def test_a_maildir_within_a_folder(tmp_path: Path):
    for part in ("cur", "new"):
        (tmp_path / "box" / part).mkdir(parents=True)
    (tmp_path / "box" / "new" / "1").write_bytes(MESSAGE)
    assert kinds(read("--json", tmp_path).stdout) == ["message"]


def test_links_that_lead_in_circles(tmp_path: Path):
    (tmp_path / "a.eml").write_bytes(MESSAGE)
    (tmp_path / "again").symlink_to(tmp_path)
    assert len(names(read("--json", tmp_path).stdout)) == 1


def test_a_missing_path_is_named_and_the_others_go_on(tmp_path: Path):
    (tmp_path / "a.eml").write_bytes(MESSAGE)
    result = read("--json", tmp_path / "nope.eml", tmp_path / "a.eml")
    assert result.exit_code == 1
    assert kinds(result.stdout) == ["message"]
    assert result.stderr == f"flectra-inbound: {tmp_path / 'nope.eml'}: no such file or directory\n"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path):
    (tmp_path / "a.eml").write_bytes(MESSAGE)
    (tmp_path / "a.eml").chmod(0)
    result = read(tmp_path / "a.eml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "a.eml: permission denied" in result.stderr


def test_a_file_that_fails_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    (tmp_path / "a.eml").write_bytes(MESSAGE)
    monkeypatch.setattr("flectra_inbound.cli.sources.split", broken)
    result = read(tmp_path / "a.eml")
    assert result.exit_code == 1
    assert "a.eml: input/output error" in result.stderr


@pytest.mark.parametrize("maildir", [False, True])
def test_no_mail_in_a_folder(tmp_path: Path, maildir: bool):
    for part in ("cur", "new") if maildir else ():
        (tmp_path / part).mkdir()
    result = read("--json", tmp_path)
    assert (result.exit_code, result.stdout) == (1, "")
    assert f"no mail in this {'maildir' if maildir else 'folder'}" in result.stderr


def test_an_empty_file_and_empty_stdin(tmp_path: Path):
    (tmp_path / "a.eml").touch()
    result = read(tmp_path / "a.eml", "-", stdin=b"")
    assert result.exit_code == 1
    assert result.stderr.count("is empty") == 2


def test_a_path_with_a_nul_is_no_crash():
    assert read("a\0b").exit_code == 1


def test_a_mail_longer_than_any_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mbox_module.split, "__kwdefaults__", {"limit": 1000})
    (tmp_path / "in.mbox").write_bytes(mbox(MESSAGE, MESSAGE + b"x" * 2000 + b"\n", MESSAGE))
    result = read("--json", tmp_path / "in.mbox")
    assert result.exit_code == 1
    assert names(result.stdout) == [f"{tmp_path / 'in.mbox'}#1", f"{tmp_path / 'in.mbox'}#3"]
    assert "in.mbox#2: is longer than" in result.stderr


def test_a_pipe_is_read_forwards(tmp_path: Path):
    done = python("-m", "flectra_inbound", "read", "--json", "/dev/stdin", stdin=mbox(MESSAGE, BOUNCE))
    assert kinds(done.stdout.decode()) == ["message", "bounce"]


def test_what_a_progress_bar_counts(tmp_path: Path):
    (tmp_path / "a.eml").write_bytes(MESSAGE)
    (tmp_path / "in.mbox").write_bytes(mbox(MESSAGE, BOUNCE))
    sources = [str(tmp_path), str(tmp_path / "in.mbox"), str(tmp_path / "nope")]
    assert measure(sources) == len(MESSAGE) + len(mbox(MESSAGE, BOUNCE))
    assert measure([*sources, "-"]) is None
    assert sum(item.size for item in find(sources)) == measure(sources)


def test_every_corpus_mail_gives_the_same_from_an_mbox(tmp_path: Path):
    corpus = sorted(Path(__file__).parents[2].glob("corpus/*/*/*.eml"))
    assert corpus
    raws = [path.read_bytes().rstrip(b"\r\n") + b"\n" for path in corpus]
    (tmp_path / "all.mbox").write_bytes(mbox(*raws))
    lines = read("--json", tmp_path / "all.mbox").stdout.splitlines()
    for raw, line in zip(raws, lines, strict=True):
        found = json.loads(line)
        del found["source"]
        assert Inbound.model_validate(found) == process(raw)
