"""Several processes say what one says, in its order, in bounded memory, and whatever becomes of a process."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from flectra_inbound.cli import pool
from flectra_inbound.cli.sources import Found, Unreadable
from flectra_inbound.cli.understood import WorkerError, json_line

from .killers import work
from .mails import BOUNCE, COMPLAINT, MESSAGE, RECEIPT, mbox, python, read

KINDS = (BOUNCE, MESSAGE, COMPLAINT, RECEIPT)


def mails(count: int) -> list[Found | Unreadable]:
    raws = [b"X-Number: %d\n" % number + KINDS[number % 4] for number in range(count)]
    return [Found(f"mail {number}", raw, len(raw)) for number, raw in enumerate(raws)]


def test_what_two_say_is_what_one_says(tmp_path: Path) -> None:
    box = tmp_path / "box.mbox"
    box.write_bytes(mbox(*[b"X-Number: %d\n" % number + KINDS[number % 4] for number in range(300)]))
    folder = tmp_path / "folder"
    folder.mkdir()
    for number in range(10):
        (folder / f"{number}.eml").write_bytes(KINDS[number % 4])
    (folder / "5b.eml").write_bytes(b"")
    for options in (["--json"], ["--kind", "bounce", "--text"]):
        one, two = (read(*options, *rest, box, folder) for rest in ([], ["--workers", "2"]))
        assert one.stdout == two.stdout
        assert one.stderr == two.stderr
        assert (one.exit_code, two.exit_code) == (1, 1)  # an empty file is no mail
        assert "5b.eml" in two.stderr


def test_as_many_as_processors(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MESSAGE)
    result = read("--json", "--workers", "0", tmp_path)
    assert json.loads(result.stdout)["kind"] == "message"
    assert read("--workers", "-1", tmp_path).exit_code == 2


def test_a_mail_that_ends_every_process_costs_itself_alone() -> None:
    items = mails(200)
    killer = Found("killer", b"X-Kill: always\n" + MESSAGE, 9)
    items[100:100] = [killer, Unreadable("gone", "not there")]
    answers = list(pool.understand(items, work, 2))
    assert [item for item, _ in answers] == items
    failed = {item.name: answer for item, answer in answers if isinstance(answer, str)}
    assert set(failed) == {"killer", "gone"}
    assert "ends every process" in failed["killer"]
    for number, (item, answer) in enumerate([a for a in answers if a[0].name not in failed]):
        assert item.name == f"mail {number}"
        assert json.loads(answer[1])["source"] == item.name


def test_a_process_that_is_killed_from_outside_loses_nothing(tmp_path: Path) -> None:
    (once := tmp_path / "once").write_text("")
    items = mails(200)
    items[70] = Found("mail 70", b"X-Kill: %s\n" % os.fsencode(once) + MESSAGE, 9)
    answers = list(pool.understand(items, work, 2))
    assert not once.exists()
    assert [item for item, _ in answers] == items
    assert all(not isinstance(answer, str) for _, answer in answers)


def test_an_idle_worker_that_dies_is_replaced() -> None:
    def items() -> Iterator[Found | Unreadable]:
        yield from mails(100)
        for child in pool.multiprocessing.active_children():
            os.kill(child.pid or 0, signal.SIGKILL)
        yield from mails(100)

    answers = list(pool.understand(items(), json_line, 2))
    assert len(answers) == 200
    assert all(not isinstance(answer, str) for _, answer in answers)


def test_workers_that_cannot_start_end_the_run_with_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_serve", exit)  # not a function of a pipe: the process ends at once
    with pytest.raises(WorkerError, match="end before they have begun"):
        list(pool.understand(mails(3), json_line, 2))


def test_no_process_is_left() -> None:
    run = pool.understand(mails(200), json_line, 2)
    next(run)
    assert pool.multiprocessing.active_children()
    run.close()  # type: ignore[attr-defined]
    assert not pool.multiprocessing.active_children()


def test_reading_waits_for_what_is_under_way() -> None:
    """The source is not read to its end before the first mail is shown: memory does not grow with it."""
    drawn = 0

    def endless() -> Iterator[Found | Unreadable]:
        nonlocal drawn
        while True:
            drawn += 1
            yield Found("mail", MESSAGE, len(MESSAGE))

    run = pool.understand(endless(), json_line, 2)
    most = 0
    for _ in range(2000):
        next(run)
        most = max(most, drawn)
    run.close()  # type: ignore[attr-defined]
    assert most <= 2000 + (pool._AHEAD * 2 + 1) * pool._MAILS


def test_big_mails_are_bounded_by_their_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_BYTES", 2_000_000)
    drawn = 0

    def big() -> Iterator[Found | Unreadable]:
        nonlocal drawn
        for number in range(20):
            drawn += 1
            yield Found(f"{number}", MESSAGE + b"x\n" * 500_000, 1_000_000 + len(MESSAGE))

    run = pool.understand(big(), json_line, 2)
    first, _ = next(run)
    assert first.name == "0"
    assert drawn <= 4
    assert [item.name for item, _ in run] == [str(number) for number in range(1, 20)]


def test_from_a_pipe_in_a_process_of_its_own() -> None:
    one = python("-m", "flectra_inbound", "read", "--json", "-", stdin=mbox(*KINDS * 40))
    two = python("-m", "flectra_inbound", "read", "--json", "--workers", "2", "-", stdin=mbox(*KINDS * 40))
    assert one.returncode == two.returncode == 0
    assert one.stdout == two.stdout
    assert two.stderr == b""
