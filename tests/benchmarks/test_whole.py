"""The command line as a whole: every section over a folder of one's own, we alone, peers said to be left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.__main__ import SECTIONS, main
from benchmarks.job import Job
from benchmarks.peers.contenders import BY_KEY
from benchmarks.peers.interpreters import find
from benchmarks.sections import growth, hostile, shapes

from .test_report import Page

REPORT = b"""\
Return-Path: <>
From: MAILER-DAEMON@mx.host.example
To: bounce@shop.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=R

--R

It failed.

--R
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.host.example

Final-Recipient: rfc822; nobody@away.example
Action: failed
Status: 5.1.1

--R--
"""


@pytest.mark.timeout(300)
def test_all_sections_over_a_folder_of_ones_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growth, "_SIZES", (1_000, 2_000, 4_000, 8_000))
    monkeypatch.setattr(growth, "_CHUNKS", 2)
    monkeypatch.setattr(hostile, "_QUICK", ("commas", "text_on_wrote", "html_depth"))
    monkeypatch.setattr(hostile, "_QUICK_SIZES", (1_000, 4_000))
    mails, out = tmp_path / "mails" / "bounce", tmp_path / "out"
    mails.mkdir(parents=True)
    (mails / "a<b>.eml").write_bytes(REPORT)
    (mails / "a<b>.toml").write_text(
        'note = "a mail of my own"\nsource = "myself"\nkind = "bounce"\nfailed = ["nobody@away.example"]\n'
    )
    (mails / "c.eml").write_bytes(shapes.text(1_000))
    options = ["--quick", "--rounds", "1", "--count", "200", "--limit", "30", "--contender", "flectra_inbound"]
    assert main([str(tmp_path / "mails"), *options, "--output", str(out)]) == 0
    results = json.loads((out / "results.json").read_text("utf-8"))
    assert set(results["sections"]) == set(SECTIONS)
    accuracy = results["sections"]["accuracy"]
    assert (accuracy["mails"], accuracy["labelled"], accuracy["kinds"]) == (2, 1, {"bounce": 1, "message": 1})
    assert accuracy["tables"]["bounce.failed"]["scores"]["flectra_inbound"]["right"] == 1
    assert results["contenders"]["talon"]["missing"].startswith("left out")
    attacked = results["sections"]["hostile"]["tasks"]["process"]["flectra_inbound"]
    assert not any(one.get("gone") or one.get("raised") for one in attacked.values())
    page = Page((out / "report.html").read_text("utf-8"))
    assert "left out" in page.words
    assert capsys.readouterr().out == (out / "report.md").read_text("utf-8") + "\n"


def test_an_answer_that_keeps_the_quote_ends_its_line() -> None:
    """Its time would be that of doing nothing."""
    places = find(contenders=[BY_KEY["flectra_inbound"]])
    job = Job([], places, limit=30)
    found = growth._lines(job, "reply_text", [shapes.text_of(2_000).encode()], ("flectra_inbound",))["flectra_inbound"]
    assert (len(found["seconds"]), found["ended"]) == (1, "")
    uncut = f"Write to {shapes.QUOTED} and tell us.\n".encode()
    found = growth._lines(job, "reply_text", [uncut], ("flectra_inbound",))["flectra_inbound"]
    assert (found["seconds"], found["ended"]) == ([], "leaves the quote in, at 0 KB")


def test_wrong_calls_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([str(tmp_path / "nothing")], ["--rounds", "0"], ["--only", "beauty"]):
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        assert ended.value.code == 2
    assert "no such file" in capsys.readouterr().err
