"""`--check`: what was right and is wrong now fails; noise, new knowledge and a missing peer do not."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from benchmarks.__main__ import main
from benchmarks.cases import ROOT
from benchmarks.check import baseline, losses

from .sample import results, score


def test_a_run_is_no_loss_against_itself() -> None:
    assert losses(results(), baseline(results())) == []


def test_a_mail_that_was_right_is_a_loss() -> None:
    now = results()
    now["sections"]["accuracy"]["tables"]["process.kind"]["scores"]["flectra_inbound"]["wrong"]["message/x"] = (
        "bounce, not message"
    )
    assert losses(now, baseline(results())) == ["accuracy, process.kind: message/x: bounce, not message"]


def test_a_mail_that_is_known_to_fail_is_none() -> None:
    now = results()
    own = now["sections"]["accuracy"]["tables"]["process.kind"]["scores"]["flectra_inbound"]
    own["wrong"]["message/x"] = "bounce, not message"
    own["known"].append("message/x")
    assert losses(now, baseline(results())) == []


def test_asking_less_is_a_loss() -> None:
    now = results()
    tables = now["sections"]["accuracy"]["tables"]
    tables["process.kind"]["scores"]["flectra_inbound"] = score(8, 8, {}, [], "message/gmail")
    del tables["parse.facts"]
    assert losses(now, baseline(results())) == [
        "accuracy, process.kind: 8 asked, 10 in the baseline",
        "accuracy, parse.facts: not asked any more",
    ]


def slower(low: float, middle: float, high: float) -> list[str]:
    now = results()
    now["sections"]["speed"]["parse"]["contenders"]["stdlib"]["ratio"] = {"low": low, "median": middle, "high": high}
    return losses(now, baseline(results()))


def test_a_ratio_within_the_noise_is_no_loss() -> None:
    assert slower(2.0, 2.2, 2.35) == []  # the baseline is 3, from 2.7 to 3.3


def test_a_ratio_beyond_the_noise_is_a_loss() -> None:
    (line,) = slower(1.8, 2.0, 2.2)
    assert "speed, parse: stdlib takes 2" in line


def test_a_peer_that_is_not_there_is_no_loss() -> None:
    now = results()
    del now["sections"]["speed"]["parse"]["contenders"]["stdlib"]
    assert losses(now, baseline(results())) == []


def test_a_section_that_was_not_run_is_no_loss() -> None:
    now = results()
    del now["sections"]["speed"]
    assert losses(now, baseline(results())) == []


def command(tmp_path: Path, now: dict[str, object], *more: str) -> int:
    kept, found = tmp_path / "baseline.json", tmp_path / "now.json"
    kept.write_text(json.dumps(baseline(results())), "utf-8")
    found.write_text(json.dumps(now), "utf-8")
    return main(["--results", str(found), "--check", str(kept), "--output", str(tmp_path / "out"), *more])


def test_the_exit_status_tells_a_loss(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(tmp_path, results()) == 0
    now = copy.deepcopy(results())
    now["sections"]["accuracy"]["tables"]["process.kind"]["scores"]["flectra_inbound"]["wrong"]["message/x"] = "bounce"
    assert command(tmp_path, now) == 1
    assert "LOST accuracy, process.kind: message/x: bounce" in capsys.readouterr().err
    assert (tmp_path / "out" / "report.html").is_file()


def test_a_baseline_that_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "broken.json").write_text("{")
    with pytest.raises(SystemExit):
        main(["--check", str(tmp_path / "broken.json"), "--output", str(tmp_path)])
    assert "Expecting" in capsys.readouterr().err


@pytest.mark.timeout(300)
def test_no_answer_of_the_corpus_is_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The committed baseline, as CI checks it: we alone, the whole corpus."""
    asked = ["--only", "accuracy", "--contender", "flectra_inbound", "--output", str(tmp_path)]
    status = main([*asked, "--check", str(ROOT / "benchmarks" / "baseline.json")])
    lost = [line for line in capsys.readouterr().err.splitlines() if line.startswith("LOST")]
    assert (status, lost) == (0, [])
