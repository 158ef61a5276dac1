"""`explain` on the command line: what it reads and writes, its exit codes, and the story as the terminal shows it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import Result

from flectra_inbound import Kind, Pipeline, Sent, Trust, parse, process
from flectra_inbound.cli.explain.page import page
from flectra_inbound.cli.explain.story import tell

from ..conftest import CORPUS, ROOT
from .mails import BOUNCE, COMPLAINT, MESSAGE, RECEIPT, mbox, python, run
from .pages import Seen, faults, story

GATEWAY = {
    "version": "3.x",
    "alias_domains": [{"name": "example.org"}],
    "aliases": [{"name": "sales", "domain": "example.org", "model": "crm.lead"}],
    "known_message_ids": {"<news-1@example.org>": {"model": "mailing", "thread_id": 7}},
    "records": {"mailing": [7]},
}


def explain(*args: object, stdin: bytes | None = None) -> Result:
    return run("explain", *map(str, args), stdin=stdin)


@pytest.fixture
def bounce(tmp_path: Path) -> Path:
    path = tmp_path / "bounce.eml"
    path.write_bytes(BOUNCE)
    return path


@pytest.fixture
def gateway(tmp_path: Path) -> Path:
    path = tmp_path / "gateway.json"
    path.write_text(json.dumps(GATEWAY), "utf-8")
    return path


# -- the page ----------------------------------------------------------------------------------------------------------


def test_a_page_is_written_and_nothing_else(bounce: Path, tmp_path: Path):
    result = explain(bounce, "-o", tmp_path / "page.html")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "")
    whole = (tmp_path / "page.html").read_text("utf-8")
    assert faults(whole) == []
    assert whole == page(story(BOUNCE, str(bounce)))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["bounce.eml", "page.html"]


def test_a_page_from_and_to_standard_streams():
    result = explain("-", "-o", "-", stdin=MESSAGE)
    assert result.exit_code == 0
    assert faults(result.stdout) == []
    done = python("-m", "flectra_inbound", "explain", "-", "-o", "-", stdin=BOUNCE, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "✗" in done.stdout.decode("utf-8")  # the page is UTF-8 in every locale


def test_the_mail_is_never_overwritten(bounce: Path):
    result = explain(bounce, "-o", bounce)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "is the mail itself" in result.stderr
    assert bounce.read_bytes() == BOUNCE


def test_a_page_that_cannot_be_written(bounce: Path, tmp_path: Path):
    result = explain(bounce, "-o", tmp_path / "none" / "page.html")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.endswith("page.html: no such file or directory\n")


def test_the_style_sheet_is_part_of_the_package():
    assert files("flectra_inbound.cli.explain").joinpath("style.css").is_file()


# -- what is read ------------------------------------------------------------------------------------------------------


def test_one_mail_of_an_mbox(tmp_path: Path):
    box = tmp_path / "old.mbox"
    box.write_bytes(mbox(MESSAGE, COMPLAINT, BOUNCE))
    result = explain(f"{box}#2")
    assert result.exit_code == 0
    assert "A mailbox provider passes on what a recipient reported" in result.stdout
    several = explain(box)
    assert (several.exit_code, several.stdout) == (2, "")
    assert f"holds several mails; name one, such as {box}#1" in several.stderr
    beyond = explain(f"{box}#4")
    assert (beyond.exit_code, beyond.stdout) == (1, "")
    assert "has no mail 4" in beyond.stderr


def test_a_file_whose_name_looks_like_a_number(tmp_path: Path):
    path = tmp_path / "mail#2"
    path.write_bytes(BOUNCE)
    assert explain(path).exit_code == 0


@pytest.mark.parametrize("name", ["none.eml", "none.mbox#3", "", "a\0b"])
def test_a_mail_that_cannot_be_read(name: str, tmp_path: Path):
    result = explain(tmp_path / name if name and "\0" not in name else name or tmp_path)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("flectra-inbound: ")


def test_nothing_on_standard_input():
    result = explain("-", stdin=b"")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is empty" in result.stderr


@pytest.mark.parametrize("args", [[], ["a", "b"], ["--nonsense", "-"]])
def test_wrong_usage(args: list[str]):
    result = explain(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage: " in result.stderr


def test_help_has_examples():
    result = explain("--help")
    assert result.exit_code == 0
    assert "flectra-inbound explain bounce.eml -o bounce.html" in result.stdout


def test_a_mistake_of_ours_does_not_quote_the_mail(monkeypatch: pytest.MonkeyPatch):
    def fails(*_: object, **__: object) -> None:
        raise ValueError("secret@example.com")

    monkeypatch.setattr(Pipeline, "process", fails)
    result = explain("-", stdin=MESSAGE)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the library failed on it (ValueError)" in result.stderr
    assert "secret" not in result.stderr


def test_a_closed_pipe_is_a_quiet_end(bounce: Path):
    command = [sys.executable, "-m", "flectra_inbound", "explain", str(bounce), "-o", "-"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process_:
        assert process_.stdout is not None
        assert process_.stderr is not None
        process_.stdout.close()
        assert process_.stderr.read() == b""
        assert process_.wait() == 0


# -- routing -----------------------------------------------------------------------------------------------------------


def test_routing_is_shown_for_a_gateway(bounce: Path, gateway: Path, tmp_path: Path):
    result = explain(bounce, "--gateway", gateway)
    assert result.exit_code == 0
    assert "It is booked as a delivery report, on the record that the lost mail belonged to. (bounce)" in result.stdout
    assert "to mailing,7" in result.stdout
    assert " 1. no duplicate" in result.stdout
    explain(bounce, "--gateway", gateway, "-o", tmp_path / "page.html")
    words = Seen((tmp_path / "page.html").read_text("utf-8")).words
    assert "mailing,7" in words
    assert "<news-1@example.org> belongs to mailing,7" in words
    assert "must not send its automatic answer" in " ".join(words)


def test_a_new_record(gateway: Path):
    result = explain("-", "--gateway", gateway, stdin=MESSAGE)
    assert "A new record is created. (create)" in result.stdout
    assert "to a new crm.lead" in result.stdout


def test_without_a_gateway_no_routing(bounce: Path):
    assert "Where it belongs" not in explain(bounce).stdout


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("{", "Expecting property name"),
        ("[]", "is no JSON object"),
        ('{"alias_domains": [{"nonsense": 1}]}', "nonsense"),
        ('{"alias_domains": 5}', "does not have the form"),
        ('{"known_message_ids": {"<a>": 5}}', "does not have the form"),
        ('{"version": "9.x"}', "version: Input should be"),
        ("[" * 100_000, "nested too deeply"),
        ("\xff", "codec"),
    ],
)
def test_a_gateway_that_is_none(content: str, what: str, bounce: Path, tmp_path: Path):
    path = tmp_path / "wrong.json"
    path.write_bytes(content.encode("latin-1"))
    result = explain(bounce, "--gateway", path)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"flectra-inbound: {path}: ")
    assert what in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_gateway_that_is_missing(bounce: Path, tmp_path: Path):
    result = explain(bounce, "--gateway", tmp_path / "none.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "none.json: no such file or directory" in result.stderr


def test_the_gateway_of_the_documentation(tmp_path: Path):
    written = (ROOT / "docs/explain.md").read_text("utf-8")
    path = tmp_path / "gateway.json"
    path.write_text(written.partition("```json\n")[2].partition("```")[0], "utf-8")
    answer = MESSAGE.replace(b"Subject:", b"In-Reply-To: <512-sale.order@acme.example>\nSubject:")
    assert "to sale.order,512" in explain("-", "--gateway", path, stdin=answer).stdout


def test_the_picture_of_the_documentation_is_small():
    assert 20_000 < (ROOT / "docs/explain.png").stat().st_size < 200_000


# -- the story ---------------------------------------------------------------------------------------------------------


def test_the_strongest_sign_comes_first_and_what_speaks_against_it_last():
    raw = (CORPUS / "bounce/postfix/0001-user-unknown.eml").read_bytes()
    told = story(raw)
    assert [s.seen.weight for s in told.pro] == [40, 4, 3, 2]
    assert [s.seen.supports for s in told.contra] == [Kind.AUTO_REPLY]
    assert [s.number for s in told.signs] == [1, 2, 3, 4, 5]
    assert told.score == "49 points for bounce, 4 for auto reply. The most points win; at least 4 are needed."


def test_points_against_another_kind_speak_for_the_verdict():
    raw = (CORPUS / "message/newsletter/0002-about-undeliverable-mail.eml").read_bytes()
    told = story(raw)
    assert told.inbound.kind is Kind.MESSAGE
    doubt = next(s for s in told.signs if s.seen.rule.startswith("doubt."))
    assert doubt.seen.weight < 0
    assert doubt in told.pro


def told_of(raw: bytes, trust: Trust) -> list[str]:
    """What the recipients of a report are told, if it is as genuine as that."""
    sent = [Sent(message_id="<news-1@example.org>")] if trust is Trust.MATCHES else []
    inbound = process(raw, sent=sent)
    assert inbound.delivery is not None
    recipients = tuple(r.model_copy(update={"trust": trust}) for r in inbound.delivery.recipients)
    delivery = inbound.delivery.model_copy(update={"trust": trust, "recipients": recipients})
    told = tell("x", inbound.model_copy(update={"delivery": delivery}), parse(raw))
    return [*told.advice, *(t.consequence for t in told.told)]


def test_what_a_report_leads_to_depends_on_whether_it_is_genuine():
    unverified = told_of(BOUNCE, Trust.UNVERIFIED)
    assert "Nobody is given up because of this report alone." in unverified
    assert any("mailing to gone+news@example.com goes on, and the address is watched" in line for line in unverified)
    matches = told_of(BOUNCE, Trust.MATCHES)
    assert (
        "By the default policy this mail alone ends mailing to gone+news@example.com: the address is dead: user unknown."
        in matches
    )
    assert any("mailing to full@example.com goes on, and the address is watched" in line for line in matches)
    forged = told_of(BOUNCE, Trust.FORGED)
    assert forged[0] == "Do nothing: this report is forged."
    assert not any("ends" in line for line in forged)


def test_a_report_that_is_forged_about_one_recipient_is_still_one_about_the_other():
    inbound = process(BOUNCE, sent=[Sent(message_id="<news-1@example.org>")])
    assert inbound.delivery is not None
    first, second = inbound.delivery.recipients
    forged = second.model_copy(update={"trust": Trust.FORGED})
    delivery = inbound.delivery.model_copy(update={"trust": Trust.FORGED, "recipients": (first, forged)})
    told = tell("x", inbound.model_copy(update={"delivery": delivery}), parse(BOUNCE))
    assert told.advice == (
        "Forged, so do nothing about it: full@example.com.",
        "Reported as dead: gone@example.com.",
        "It is genuine, so by the default policy mailing ends to: gone+news@example.com.",
    )
    words = " ".join(Seen(page(told)).text.split())
    assert "It holds what only our mail held" in words
    assert "Do not act on it." in words


def test_without_the_address_that_was_mailed_nobody_is_given_up():
    inbound = process(BOUNCE)
    assert inbound.delivery is not None
    recipients = tuple(
        r.model_copy(update={"mailed_address": None, "trust": Trust.MATCHES}) for r in inbound.delivery.recipients
    )
    delivery = inbound.delivery.model_copy(update={"trust": Trust.MATCHES, "recipients": recipients})
    told = tell("x", inbound.model_copy(update={"delivery": delivery}), parse(BOUNCE))
    assert all("cannot be told which address was mailed" in t.consequence for t in told.told)
    assert not any(t.ends for t in told.told)


def test_a_reason_leads_to_its_words_beside_its_own_recipient():
    told = story(BOUNCE).told
    found = [BOUNCE[t.place.start : t.place.end] for t in told if t.place]
    assert found == [b"user unknown", b"mailbox full"]
    assert told[0].place is not None
    assert BOUNCE.rfind(b"Final-Recipient", 0, told[0].place.start) == BOUNCE.index(b"Final-Recipient: rfc822; gone")


def test_recipients_with_one_reason_have_places_of_their_own():
    raw = (CORPUS / "bounce/exim/0024-forty-recipients.eml").read_bytes()
    told = story(raw).told
    assert len(told) == 40
    places = [t.place for t in told if t.place]
    assert len(set(places)) == 40
    for one in told:
        assert one.place is not None
        before = raw[: one.place.start].lower()
        assert before.rindex(b"<teil") == before.rindex(b"<" + one.recipient.address.encode())


def test_a_report_that_is_no_wish_to_opt_out():
    raw = COMPLAINT.replace(b"Feedback-Type: abuse", b"Feedback-Type: not-spam")
    assert "mailing to angry@example.com goes on" in story(raw).advice[0]
    told = story(raw.replace(b"Original-Rcpt-To", b"X").replace(b"To: angry", b"X: angry"))
    assert told.advice == ("Nobody is given up: this report is no wish to get no more mail.",)


# -- the terminal ------------------------------------------------------------------------------------------------------


def test_the_terminal_tells_the_same_shorter():
    told = explain("-", stdin=BOUNCE).stdout
    line = BOUNCE.split(b"\n").index(b"Action: failed") + 1
    for words in (
        "A mail system reports that a mail could not be delivered",
        "+40  A part for programs says that the delivery failed for good (RFC 3464).",
        f"line {line}  [dsn.action.failed]",
        'Read from "user unknown", line ',
        "One genuine report of this kind ends mailing to the address.",
        "2  message/delivery-status (report in fields for programs (RFC 3464)",
    ):
        assert words in told
    assert len(told) < len(page(story(BOUNCE))) / 2


def test_fragments_in_the_terminal_have_letters():
    raw = b"Subject: Re: x\n\nTwo, please.\n\nAm 03.06.24 um 10:00 schrieb Eva:\n> One or two?\n"
    lines = explain("-", stdin=raw).stdout.splitlines()
    at = lines.index("  A author, W who wrote, Q quote")
    assert [line.replace("|", "│").rstrip() for line in lines[at + 1 : at + 4]] == [
        "  A │ Two, please.",
        "  W │ Am 03.06.24 um 10:00 schrieb Eva:",
        "  Q │ > One or two?",
    ]


def test_receipts_and_defects_in_the_terminal():
    assert "A mail program tells what became of a mail" in explain("-", stdin=RECEIPT).stdout
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nno end"
    told = explain("-", stdin=raw).stdout
    assert "the mail may have been cut. [close-boundary-not-found]" in told
    assert told.count("close-boundary-not-found") == 1
