"""Measuring: statistics, the scorer, and processes that hang, die, raise or are not there."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from benchmarks.cases import Case, Unusable, read_cases
from benchmarks.job import Job
from benchmarks.languages import language_of
from benchmarks.peers.contenders import BY_KEY, CONTENDERS, TASKS, Contender
from benchmarks.peers.interpreters import Place, find
from benchmarks.peers.process import Gone, Process, Refused
from benchmarks.score import Score, check
from benchmarks.sections import accuracy, speed
from benchmarks.stats import Spread, exponent, ratios

from flectra_inbound.cli.corpus.label import Label

WORKER = "tests.benchmarks.worker"
MAIL = b"From: Ada <ada@shop.example>\nSubject: Hello\n\nGood morning\n"


# -- statistics -------------------------------------------------------------------------------------------------------


def test_a_spread_is_the_median_and_the_ends() -> None:
    assert Spread.of([5.0, 1.0, 2.0]) == Spread(2.0, 1.0, 5.0)
    with pytest.raises(ValueError, match="no values"):
        Spread.of([])


def test_ratios_are_taken_round_by_round() -> None:
    """A round in which the machine was slow for both changes no ratio."""
    assert ratios([2.0, 20.0], [1.0, 10.0]) == [2.0, 2.0]


@pytest.mark.parametrize("power", [0.0, 1.0, 2.0])
def test_the_power_of_growth_is_found(power: float) -> None:
    sizes = [10.0, 100.0, 1000.0]
    assert exponent(sizes, [3 * size**power for size in sizes]) == pytest.approx(power)


def test_growth_of_one_size_is_none() -> None:
    with pytest.raises(ValueError, match="two sizes"):
        exponent([5.0, 5.0], [1.0, 2.0])


# -- the scorer -------------------------------------------------------------------------------------------------------


def label(**fields: object) -> Label:
    return Label.model_validate({"note": "for this test only", "source": "this test", **fields})


def told(wanted: Label, **answer: object) -> dict[str, str | None]:
    return dict(check(wanted, answer, may_keep=str(answer.pop("may_keep", ""))))


def test_who_failed_is_compared_without_case() -> None:
    wanted = label(kind="bounce", failed=["Ada@shop.example"])
    assert told(wanted, failed=["ada@SHOP.example"], dead=[]) == {"failed": None, "live": None}
    assert told(wanted, failed=[], dead=["eva@shop.example"]) == {
        "failed": "[], not ['ada@shop.example']",
        "live": "eva@shop.example called dead",
    }


def test_a_message_that_names_the_dead_is_wrong() -> None:
    assert told(label(kind="message"), failed=["a@b.example"], dead=["a@b.example"]) == {
        "live": "a@b.example called dead"
    }


def test_a_reply_must_have_all_words_and_no_others() -> None:
    wanted = label(kind="message", reply={"text": "Two, please.", "optional": "Ada"})
    assert told(wanted, reply="Two please Ada") == {"words": None, "reply": None}
    assert told(wanted, reply="Two please wrote") == {"words": None, "reply": "kept: wrote"}
    assert told(wanted, reply="Two please wrote", may_keep="wrote") == {"words": None, "reply": None}
    assert told(wanted, reply="please two")["words"] == "lost: please"


def test_facts_count_one_by_one() -> None:
    wanted = label(
        kind="message", mail={"subject": "Hello", "to": ["a@b.example"], "date": "2024-06-03T10:00:00+02:00"}
    )
    answer = {
        "subject": "Hello",
        "to": [],
        "sender": None,
        "cc": [],
        "message_id": None,
        "date": 1717401600.0,
        "attachments": [],
    }
    assert [wrong for _, wrong in check(wanted, answer)] == [None, "to: [], not ['a@b.example']", None]


def test_a_question_that_was_not_asked_is_not_counted() -> None:
    assert told(label(kind="bounce")) == {}


def test_a_score_counts_by_family_and_language() -> None:
    score = Score()
    case = Case("message/gmail/1", "message/gmail", "de", b"", label(kind="message"))
    score.add(case, None)
    score.add(case, "bounce, not message")
    assert (score.right, score.total, score.by["family"]) == (1, 2, {"message/gmail": [1, 2]})
    assert score.within(("de", "fr")) == [1, 2]


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("0001-de-top", "", "de"),
        ("0003-nb-top", "", "no"),
        ("0010-norwegian", "", "no"),
        ("0001-user-unknown", "the message was not delivered and you will have to send it", "en"),
        ("a", "図面が届けば月曜日に始められます。", "ja"),
        ("a", "x", "und"),
    ],
)  # fmt: skip
def test_the_language_of_a_case(name: str, text: str, language: str) -> None:
    assert language_of(name, text) == language


# -- mails of the user's own ------------------------------------------------------------------------------------------


def test_any_folder_of_mails_is_read_with_the_labels_that_are_there(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a.eml").write_bytes(MAIL)
    (tmp_path / "mine" / "b.eml").write_bytes(MAIL)
    (tmp_path / "mine" / "b.toml").write_text('note = "with a label"\nsource = "mine"\nkind = "message"\n')
    (tmp_path / "box.mbox").write_bytes(b"From x Tue Jan  1 00:00:00 2019\n" + MAIL + b"\n")
    cases = read_cases([tmp_path / "mine", tmp_path / "box.mbox"])
    assert [(case.name.rpartition("/")[2], case.label is None) for case in cases] == [
        ("box.mbox#1", True), ("a", True), ("b", False),
    ]  # fmt: skip


def test_a_source_that_is_no_mail_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="no such file"):
        read_cases([tmp_path / "nothing.eml"])
    (tmp_path / "a.eml").write_bytes(MAIL)
    (tmp_path / "a.toml").write_text('kind = "nonsense"')
    with pytest.raises(Unusable, match=r"a\.toml"):
        read_cases([tmp_path])


def test_mails_without_labels_are_compared_with_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(MAIL)
    job = Job(read_cases([tmp_path]), find(contenders=[BY_KEY["flectra_inbound"]]) | missing("flufl_bounce", "stdlib"))
    job.places |= missing(*(one.key for one in CONTENDERS if one.key not in job.places))
    data = accuracy.run(job)
    assert (data["labelled"], data["kinds"], data["tables"]) == (0, {"message": 1}, {})


# -- processes --------------------------------------------------------------------------------------------------------


def peer(key: str) -> Contender:
    return Contender(key, key, (), (), tuple(TASKS), "")


def process(key: str) -> Process:
    return Process(peer(key), sys.executable, "parse", module=WORKER)


def test_a_peer_that_hangs_is_killed_and_the_next_question_is_answered() -> None:
    with process("hangs_on_stop") as peer_:
        peer_.give([b"stop", b"go"])
        begin = time.perf_counter()
        with pytest.raises(Gone, match="killed after 1 s"):
            peer_.ask("answer", item=0, limit=1)
        assert time.perf_counter() - begin < 30
        assert peer_.ask("answer", item=1, limit=20) == {"answer": {"length": 2}}


def test_a_peer_that_dies_is_said_with_its_signal() -> None:
    with process("dies_on_stop") as peer_:
        peer_.give([b"stop", b"go"])
        with pytest.raises(Gone, match="SIGSEGV"):
            peer_.ask("answer", item=0, limit=20)
        assert peer_.ask("answer", item=1, limit=20) == {"answer": {"length": 2}}


def test_what_a_peer_raises_is_an_answer() -> None:
    with process("raises_on_stop") as peer_:
        peer_.give([b"stop", b"go"])
        assert peer_.ask("answer", item=0, limit=20) == {"raised": "ValueError: stop"}
        reply = peer_.ask("round", limit=20)
        assert reply["raised"] == 1
        assert len(reply["seconds"]) == 2


def test_a_peer_that_prints_does_not_break_the_talk() -> None:
    with process("prints") as peer_:
        peer_.give([b"go"])
        assert peer_.ask("answer", item=0, limit=20) == {"answer": {"length": 2}}


def test_a_peer_that_does_not_load_is_refused() -> None:
    with pytest.raises(Refused, match="ImportError: not here"), process("does_not_load"):
        pass


def test_no_process_outlives_its_with() -> None:
    with process("prints") as peer_:
        running = peer_._process
    assert running is not None
    assert running.poll() is not None


# -- who is there -----------------------------------------------------------------------------------------------------


def missing(*keys: str) -> dict[str, Place]:
    return {key: Place(BY_KEY[key], missing="not installed") for key in keys}


def test_a_peer_that_is_nowhere_is_missing_with_advice() -> None:
    nobody = Contender("nobody", "Nobody", ("no-such-distribution",), ("no-such-distribution>=1",), ("parse",), "")
    place = find(["/no/such/python"], [nobody])["nobody"]
    assert place.missing.startswith("not installed: `python -m benchmarks --setup`")
    assert place.python == ""


def test_we_and_the_standard_library_are_always_there() -> None:
    places = find(contenders=[BY_KEY["flectra_inbound"], BY_KEY["stdlib"]])
    assert [place.missing for place in places.values()] == ["", ""]
    assert all(place.version for place in places.values())


def test_a_missing_peer_does_not_stop_a_race() -> None:
    places = find(contenders=[BY_KEY["flectra_inbound"], BY_KEY["stdlib"]]) | missing("mail_parser")
    job = Job([], places, rounds=2)
    runners = (("flectra_inbound", "parse"), ("mail_parser", "parse"), ("stdlib", "parse"))
    data = speed.measure(job, speed.Race("parse", "Parse", [MAIL] * 3, runners), lambda _: None)
    assert data["failed"] == {"mail_parser": "not installed"}
    assert set(data["contenders"]) == {"flectra_inbound", "stdlib"}
    assert len(data["contenders"]["stdlib"]["rounds"]) == 2
    assert data["contenders"]["stdlib"]["ratio"]["low"] > 0
    assert job.refused == {"parse": {"mail_parser": "not installed"}}


def test_each_task_of_each_contender_has_an_adapter() -> None:
    from benchmarks.peers import adapters

    for contender in CONTENDERS:
        for task in contender.tasks:
            assert task in TASKS
            assert callable(getattr(adapters, f"_{contender.key}_{task}"))
