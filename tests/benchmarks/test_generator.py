"""Generated mail: the same bytes for the same seed everywhere, and each mail is what it says it is."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from benchmarks.cases import ROOT
from benchmarks.generate import main
from benchmarks.generator import Generated, Generator

from flectra_inbound import parse, process
from flectra_inbound.cli.sources import Found, find

ASKED = """\
Return-Path: <>
From: MAILER-DAEMON@mx.acme.example (Mail Delivery System)
To: bounce@acme.example
Date: Tue, 11 Jun 2024 09:33:14 +0200
Subject: Undelivered Mail Returned to Sender
Message-ID: <20240611073314.4VzJ2K5QmHz9sTf@mx.acme.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="4VzJ2K3RbTz9sTd"

--4VzJ2K3RbTz9sTd

<petra.winkler@kunde.example>: User unknown, 100% sure

--4VzJ2K3RbTz9sTd
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; petra.winkler@kunde.example
Action: failed
Status: 5.1.1

--4VzJ2K3RbTz9sTd
Content-Type: message/rfc822

From: sales@acme.example
To: Petra Winkler <petra.winkler@kunde.example>
Subject: Offer
Date: Mon, 10 Jun 2024 09:33:14 +0200

Hello

--4VzJ2K3RbTz9sTd--
"""
ANSWER = """\
From: Ada Brook <ada.brook@shop.example>
To: desk@host.example
Date: Wed, 12 Jun 2024 08:00:00 +0200
Subject: =?utf-8?B?R3LDvMOfZSAyMDI0MDYxMTA3MzMxNA==?=
Message-ID: <a81f5c0e93b7d2@shop.example>
Content-Type: text/plain; charset=utf-8

Bitte zwei Stück, die Kisten sind nicht da und der Preis ist gut.

Ada Brook
"""
LABELS = {
    "bounce": 'kind = "bounce"\nfailed = ["petra.winkler@kunde.example"]\n',
    "message": 'kind = "message"\n',
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    for kind, mail in (("bounce", ASKED), ("message", ANSWER)):
        home = folder / kind / "family"
        home.mkdir(parents=True)
        (home / "0001-one.eml").write_bytes(mail.encode())
        (home / "0001-one.toml").write_text('note = "a format to copy"\nsource = "this test"\n' + LABELS[kind], "utf-8")
    return folder


def small(corpus: Path, seed: int = 7) -> Generator:
    return Generator(seed, kinds={"message": 3, "bounce": 1}, attached=0.3, corpus=corpus)


def digest(mails: list[Generated]) -> str:
    return hashlib.sha256(b"".join(mail.raw for mail in mails)).hexdigest()


def test_a_seed_gives_these_bytes_on_every_python(corpus: Path) -> None:
    """Written down once; it must be the same on all versions of Python that run this test."""
    assert digest(list(small(corpus).mails(300)))[:32] == "e25adfe2373181a0727a156c0ae6f507"


def test_another_seed_gives_other_bytes(corpus: Path) -> None:
    assert digest(list(small(corpus, 7).mails(20))) != digest(list(small(corpus, 8).mails(20)))


def test_a_stream_can_be_made_in_pieces(corpus: Path) -> None:
    generator = small(corpus)
    assert [*generator.mails(30)] == [*generator.mails(10), *small(corpus).mails(20, start=10)]


def test_mails_differ_in_people_ids_dates_and_sizes(corpus: Path) -> None:
    mails = list(small(corpus).mails(2_000))
    messages = [parse(mail.raw) for mail in mails]
    assert len({message.message_id for message in messages}) == len(mails)
    assert len({message.from_[0].address for message in messages}) > 500
    assert len({message.date for message in messages}) > 1_900
    sizes = [len(mail.raw) for mail in mails]
    assert max(sizes) > 100 * min(sizes)


def test_kinds_and_files_come_in_their_parts(corpus: Path) -> None:
    mails = list(small(corpus).mails(4_000))
    kinds = Counter(mail.kind for mail in mails)
    assert 0.72 < kinds["message"] / len(mails) < 0.78
    files = sum(bool(parse(mail.raw).attachments) for mail in mails if mail.kind == "message")
    assert 0.27 < files / kinds["message"] < 0.33


def test_languages_come_in_their_parts() -> None:
    generator = Generator(1, kinds={"message": 1}, languages={"de": 3, "fr": 1})
    languages = Counter(mail.language for mail in generator.mails(2_000))
    assert set(languages) == {"de", "fr"}
    assert 0.70 < languages["de"] / 2_000 < 0.80


def test_what_is_encoded_stays_and_what_is_equal_stays_equal(corpus: Path) -> None:
    for mail in small(corpus).mails(50):
        if mail.kind == "message":
            assert parse(mail.raw).subject == "Grüße 20240611073314"
        else:
            assert mail.raw.count(mail.failed[0].encode()) == 3  # notice, report, returned message


@pytest.mark.timeout(300)
def test_every_format_of_the_corpus_keeps_its_truth() -> None:
    """Whatever is put into its slots, a bounce stays the bounce of the people that it names."""
    generator = Generator(3)
    wrong = []
    for number, one in enumerate(generator.formats):
        mail = generator.made_of(one, number)
        got = process(mail.raw)
        failed = sorted(r.address.lower() for r in got.delivery.failed) if got.delivery else []
        if got.kind != mail.kind or (mail.failed and failed != sorted(address.lower() for address in mail.failed)):
            wrong.append((mail.format, str(got.kind), failed, mail.failed))
    assert wrong == []
    assert len(generator.formats) > 1_000


@pytest.mark.parametrize(
    "wrong", [{"kinds": {"message": -1}}, {"kinds": {"message": 0}}, {"kinds": {"nothing": 1}}, {"attached": 2}]
)
def test_a_mix_that_makes_no_sense_is_refused(corpus: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"mix|no mails of|between 0 and 1"):
        Generator(1, corpus=corpus, **wrong)  # type: ignore[arg-type]


def arguments(corpus: Path, *more: str) -> list[str]:
    return ["--n", "40", "--seed", "7", "--kinds", "message=3,bounce=1", "--corpus", str(corpus), *more]


def test_an_mbox_holds_what_was_generated(corpus: Path, tmp_path: Path) -> None:
    box, truth = tmp_path / "a.mbox", tmp_path / "truth.jsonl"
    assert main(arguments(corpus, "--to", str(box), "--truth", str(truth))) == 0
    found = [one for one in find([str(box)]) if isinstance(one, Found)]
    expected = [json.loads(line) for line in truth.read_text("utf-8").splitlines()]
    assert [str(process(one.raw).kind) for one in found] == [one["kind"] for one in expected]
    assert [one["number"] for one in expected] == list(range(40))


def test_a_maildir_holds_what_was_generated(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "maildir"
    assert main(arguments(corpus, "--to", str(folder), "--format", "maildir")) == 0
    found = [one.raw for one in find([str(folder)]) if isinstance(one, Found)]
    generator = Generator(7, kinds={"message": 3, "bounce": 1}, corpus=corpus)
    assert found == [mail.raw for mail in generator.mails(40)]


def test_nothing_is_written_over(corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.mbox").write_text("mine")
    with pytest.raises(SystemExit):
        main(arguments(corpus, "--to", str(tmp_path / "a.mbox")))
    assert "there already" in capsys.readouterr().err
    assert (tmp_path / "a.mbox").read_text() == "mine"


def test_it_runs_as_a_file(corpus: Path) -> None:
    """As the README has it, from another folder, to standard output."""
    command = [sys.executable, str(ROOT / "benchmarks" / "generate.py"), *arguments(corpus)]
    done = subprocess.run(command, capture_output=True, cwd=corpus, check=True)
    assert done.stdout.startswith(b"From ")
    assert b"40 mails" in done.stderr
