"""The comparison: its page holds what was measured, programs that hang or die cost one mail, Flectra's rule is its rule."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from benchmarks.compare import gateway, outside
from benchmarks.compare.outside import Missing, Outside, ask
from benchmarks.compare.page import PAGE, RESULTS, written

from ..conftest import CORPUS

REPORT = (CORPUS / "bounce/postfix/0001-user-unknown.eml").read_bytes()


def test_the_tables_are_those_of_the_results() -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    page = PAGE.read_text("utf-8")
    assert written(page, results) == page, "python -m benchmarks.compare --from --write"
    for group, count in (("bounce", 4), ("reply", 6)):
        assert len(results[group]) >= count
        for row in results[group].values():
            assert row["title"] in page


def program(folder: Path, text: str) -> Outside:
    (folder / "program.py").write_text(text, "utf-8")
    return Outside("x", "X", sys.executable, str(folder / "program.py"), "x")


HELLO = "import json, sys, time\nprint(json.dumps({'version': '1'}), flush=True)\nfor line in sys.stdin:\n"


@pytest.mark.parametrize(
    ("fault", "why"),
    [("sys.exit(3)", "ended with status 3"), ("time.sleep(60)", "ended after 2 s")],
    ids=["dies", "hangs"],
)
def test_a_mail_that_ends_a_program_costs_one_answer(tmp_path: Path, fault: str, why: str) -> None:
    asked = program(
        tmp_path, HELLO + f"    if 'b' in line: {fault}\n    print(json.dumps({{'was': line.strip()}}), flush=True)\n"
    )
    about, answers = ask(asked, [Path("a"), Path("b"), Path("c")], limit=2)
    assert about == {"version": "1"}
    assert answers == [{"was": "a"}, {"gone": why}, {"was": "c"}]


def test_a_program_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="apt-get install x"):
        ask(program(tmp_path, "import sys; sys.exit(1)"), [Path("a")])
    with pytest.raises(Missing):
        ask(Outside("x", "X", "no-such-program", "x", "x"), [Path("a")])
    assert (outside.HERE / outside.SISIMAI.script).exists()
    assert (outside.HERE / outside.TRIMMER.script).exists()


@pytest.mark.parametrize(
    ("raw", "failed"),
    [
        (REPORT, ["petra.winkler@kunde.example"]),
        (REPORT.replace(b"Action: failed", b"Action: delayed"), ["petra.winkler@kunde.example"]),  # Action is not read
        (b"From: MAILER-DAEMON@a.example\nTo: sales@b.example\n\nnobody@c.example is unknown\n", []),
        (b"From: postmaster@a.example\nTo: sales@b.example\nSubject: Undeliverable\n\nnobody@c.example\n", []),
    ],
    ids=["a report", "a delay", "a text", "no bounce"],
)
def test_flectras_own_rule(raw: bytes, failed: list[str]) -> None:
    assert gateway.read(raw)["failed"] == failed


def test_flectras_own_rule_of_what_is_a_bounce() -> None:
    for raw, kind in (
        (b"From: x@a.example\nTo: bounce+12-crm.lead-3@b.example\n\n", "bounce"),
        (b"From: Mailer-Daemon <MAILER-DAEMON@a.example>\n\n", "bounce"),
        (b"From: x@a.example\nContent-Type: multipart/report; boundary=b\n\n--b--\n", "bounce"),
        (b"Return-Path: <>\nFrom: postmaster@a.example\nTo: bounces@b.example\nSubject: Undeliverable\n\n", "message"),
    ):
        assert gateway.read(raw)["kind"] == kind, raw
