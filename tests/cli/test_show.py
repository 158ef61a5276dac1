"""What people see: every part of a block, at several widths, in a pipe, without colour, and with a hostile mail."""

from __future__ import annotations

import io
import os
import re
import unicodedata

import pytest
from rich.cells import cell_len
from rich.console import Console

from flectra_inbound import DeliveryRecipient, Inbound, Kind, Trust, process
from flectra_inbound.cli.progress import Bar
from flectra_inbound.cli.safe import safe, safe_lines
from flectra_inbound.cli.show import Show, _row
from flectra_inbound.cli.tally import Tally

from .mails import BOUNCE, COMPLAINT, MESSAGE, RECEIPT, mbox, python, read

ANSI = re.compile(r"\x1b\[[0-9;]*m")

HOSTILE = (
    'From: "[bold red]Eve[/] \x1b]0;owned\x07" <e\x1bve@example.org>\n'
    "To: a\u202eb@example.com\n"
    "Subject: \x1b[2J [red]markup[/red] \u202eexe.fdp \x9b31m [/] [link=http://example.org]x[/link] :warning: \x08\x7f\n"
    "Date: Thu, 30 Oct 2025 10:05:18 +0100\n"
    'Content-Type: text/plain; charset=utf-8; name="\x1b[31m"\n\n'
    "Body \x1b[2J \u2066 \x9b31m [blink]x[/blink]\r over\u200b\n\ttab\n"
).encode()

HOSTILE_BOUNCE = BOUNCE.replace(b"user unknown", b"\x1b[31m [red]unknown[/red] \xe2\x80\xae \x07").replace(
    b"in.example.com", b"in\x1b[2J.example.com"
)


def shown(raw: bytes, *, width: int = 80, terminal: bool = True, text: bool = False, evidence: bool = True) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width, force_terminal=terminal, highlight=False, markup=False, emoji=False)
    console._environ = {}
    Show(console, evidence=evidence, text=text).mail("a.eml", process(raw))
    return out.getvalue()


def test_a_bounce_in_full():
    assert read("--no-evidence", "-", stdin=BOUNCE).stdout.splitlines() == [
        "✗ bounce  -  (automatic)",
        "  From      MAILER-DAEMON@mx.example.net",
        "  To        bounce@example.org",
        "  Subject   Undelivered Mail Returned to Sender",
        "  Date      2025-10-30 10:06 +0100",
        "  Reporter  mx.example.net",
        "  About     <news-1@example.org>",
        "  Trust     unverified: nothing speaks for or against this report",
        "",
        "  Recipient         Action  Code       Reason        What to do",
        "  gone@example.com  failed  5.1.1 550  user_unknown  stop if genuine",
        "    mailed as gone+news@example.com",
        "    in.example.com: 550 5.1.1 <gone@example.com>: user unknown",
        "  full@example.com  failed  5.2.2 552  mailbox_full  stop after repeats",
        "    552 5.2.2 mailbox full",
    ]


def test_evidence_has_points_rule_and_what_was_seen():
    out = read("-", stdin=BOUNCE).stdout
    evidence = process(BOUNCE).evidence
    assert evidence
    for seen in evidence:
        assert re.search(rf"\+{seen.weight}  {re.escape(seen.rule)} .*{re.escape(seen.text)}", out)
    assert "Why" not in read("--no-evidence", "-", stdin=BOUNCE).stdout


def test_a_complaint():
    out = read("-", stdin=COMPLAINT).stdout
    for line in ("! complaint", "Feedback  abuse", "By        angry@example.com", "Do        stop mailing whoever"):
        assert line in out


def test_feedback_that_is_no_complaint_stops_nobody():
    out = read("-", stdin=mbox(COMPLAINT.replace(b"Type: abuse", b"Type: not-spam"), MESSAGE)).stdout
    assert "Feedback  not-spam" in out
    assert "stop mailing" not in out
    assert "Complained" not in out


def test_a_receipt():
    out = read("-", stdin=RECEIPT).stdout
    for line in ("◉ receipt", "Receipt   displayed, sent by the reader's choice", "About     <offer-1@example.org>"):
        assert line in out


def test_text_and_attachments():
    raw = (
        b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nGood\n  morning\n"
        b'--b\nContent-Type: application/pdf; name="offer.pdf"\n\nabc\n--b--\n'
    )
    out = read("--text", "-", stdin=raw).stdout
    assert "Attached  offer.pdf (application/pdf, 3 bytes)" in out
    assert "  │ Good\n  │   morning\n" in out
    assert "Good" not in read("-", stdin=raw).stdout
    assert "Text (none)" in read("--text", "-", stdin=b"Subject: x\n\n").stdout


def test_defects_are_named():
    raw = b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nno end"
    assert "Defect    close-boundary-not-found" in read("-", stdin=raw).stdout


@pytest.mark.parametrize("raw", [MESSAGE, BOUNCE, COMPLAINT, RECEIPT, HOSTILE, HOSTILE_BOUNCE])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(raw: bytes, width: int):
    for line in ANSI.sub("", shown(raw, width=width, text=True)).splitlines():
        assert cell_len(line) <= width


def test_where_the_table_does_not_fit_nothing_is_lost():
    out = ANSI.sub("", shown(BOUNCE, width=60))
    assert "  gone@example.com\n    failed  5.1.1 550  user_unknown  → stop if genuine\n" in out
    assert "Recipient  " not in out


def test_what_to_do_depends_on_whether_the_report_is_genuine():
    assert "stop if genuine" in read("-", stdin=BOUNCE).stdout
    recipient = process(BOUNCE).delivery.recipients[0]
    for trust, words in (
        ("matches", "stop mailing"),
        ("verified", "stop mailing"),
        ("forged", "nothing: it is forged"),
    ):
        assert _row(recipient.model_copy(update={"trust": Trust(trust)}))[-1].plain == words


def test_a_delayed_recipient_is_waited_for():
    delayed = BOUNCE.replace(b"Action: failed", b"Action: delayed").replace(b": 5.", b": 4.")
    out = read("-", stdin=delayed).stdout
    assert "… delay" in out
    assert "wait: it is still being tried" in out
    assert "stop" not in out


def test_a_report_with_very_many_recipients():
    group = b"\nFinal-Recipient: rfc822; u%d@example.com\nAction: failed\nStatus: 5.1.1\n"
    raw = BOUNCE.replace(
        b"--b\nContent-Type: text/rfc822", b"".join(group % n for n in range(150)) + b"\n--b\nContent-Type: text/rfc822"
    )
    out = read("-", stdin=raw).stdout
    assert "u90@example.com" in out
    assert "and 52 more (--json has them all)" in out


def test_summary_counts_kinds_and_names_whom_to_stop_mailing():
    out = read("-", stdin=mbox(BOUNCE, MESSAGE, COMPLAINT, BOUNCE)).stdout
    assert out[out.index("4 mails") :].splitlines() == [
        "4 mails  ✗ 2 bounce  ! 1 complaint  ● 1 message",
        "Stop mailing (1)",
        "  gone+news@example.com",
        "  This holds if the reports are genuine: see Trust of each.",
        "Complained (1)",
        "  angry@example.com",
    ]
    assert "mails" not in read("-", stdin=BOUNCE).stdout


def test_summary_has_nothing_of_what_was_filtered_out():
    out = read("--kind", "message", "-", stdin=mbox(BOUNCE, MESSAGE, BOUNCE)).stdout
    assert "1 mail  ● 1 message  2 of other kinds" in out
    assert "gone+news@example.com" not in out


def changed(inbound: Inbound, trust: Trust = Trust.UNVERIFIED, **fields: object) -> Inbound:
    assert inbound.delivery is not None
    recipients = tuple(r.model_copy(update=fields) for r in inbound.delivery.recipients)
    delivery = inbound.delivery.model_copy(update={"recipients": recipients, "trust": trust})
    return inbound.model_copy(update={"delivery": delivery})


def test_only_addresses_that_we_mailed_and_that_no_forgery_names_are_stopped():
    bounce = process(BOUNCE)
    tally = Tally()
    tally.add(changed(bounce, trust=Trust.FORGED))
    assert not tally.stop
    tally.add(changed(bounce, mailed_address=None))
    assert (list(tally.stop), tally.unmatched) == ([], 1)
    tally.add(changed(bounce, mailed_address="Gone+News@Example.com"))
    assert list(tally.stop) == ["gone+news@example.com"]


def test_memory_of_the_summary_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("flectra_inbound.cli.tally._KEPT", 3)
    tally = Tally()
    for number in range(5):
        tally.add(changed(process(BOUNCE), mailed_address=f"u{number}@example.com"))
    assert len(tally.stop) == 3
    out = io.StringIO()
    Show(Console(file=out), evidence=True, text=False).summary(tally)
    assert "Stop mailing (more than 3)" in out.getvalue()


# -- terminals -----------------------------------------------------------------------------------------------------


def test_a_pipe_gets_no_escape_and_no_wrapped_line():
    long = MESSAGE.replace(b"Hello", b"Hello " * 40)
    done = python("-m", "flectra_inbound", "read", "-", stdin=mbox(long, BOUNCE))
    assert b"\x1b" not in done.stdout
    assert b"Subject   " + (b"Hello " * 40).strip() in done.stdout


def test_no_colour_when_not_wanted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, highlight=False, color_system="standard")
    Show(console, evidence=True, text=False).mail("a.eml", process(BOUNCE))
    codes = {code for found in re.findall(r"\x1b\[([0-9;]*)m", out.getvalue()) for code in found.split(";")}
    assert codes <= {"", "0", "1", "2", "3"}
    assert "✗ bounce" in ANSI.sub("", out.getvalue())


def test_every_kind_has_a_symbol_of_its_own():
    from flectra_inbound.cli.words import KINDS

    assert set(KINDS) == set(Kind)
    assert len({look.symbol for look in KINDS.values()}) == len(Kind)
    assert len({look.plain for look in KINDS.values()}) == len(Kind)
    assert all(cell_len(look.symbol) == cell_len(look.plain) == 1 and look.plain.isascii() for look in KINDS.values())


def test_a_terminal_that_only_has_ascii():
    raw = MESSAGE.replace(b"Hello", "Grüße".encode())
    done = python("-m", "flectra_inbound", "read", "--text", "-", stdin=raw, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stdout.isascii()
    assert done.stdout.startswith(b"* message")
    assert b"Gr\\xfc\\xdfe" in done.stdout


# -- hostile mail --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [HOSTILE, HOSTILE_BOUNCE])
@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_in_a_mail_steers_the_terminal(raw: bytes, terminal: bool):
    out = shown(raw, terminal=terminal, text=True)
    rest = ANSI.sub("", out) if terminal else out
    # only our own colours were there, and no mail can ask for one
    bad = [c for c in rest if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c != "\n"]
    assert bad == []
    assert "[2J" not in "".join(re.findall(r"\x1b[^m]*m", out))


def test_markup_is_shown_and_not_obeyed():
    out = ANSI.sub("", shown(HOSTILE, width=200))
    assert "[red]markup[/red]" in out
    assert ":warning:" in out
    assert "\\u202eexe.fdp" in out


def test_a_hostile_file_name(tmp_path: os.PathLike[str]):
    path = os.path.join(tmp_path, "\x1b[31m[red]\u202e.eml")
    with open(path, "wb") as file:
        file.write(MESSAGE)
    result = read(path, path + "\x07", os.path.join(tmp_path, "x\ny"))
    assert "\\x1b[31m[red]\\u202e.eml" in result.stdout
    assert "\x1b" not in result.stdout + result.stderr
    assert "\x07" not in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_safe():
    assert safe("a\x1b[0mb\x9bc\u202ed\ud800e\U000e0041f") == "a\\x1b[0mb\\x9bc\\u202ed\\ud800e\\U000e0041f"
    assert safe(" one\r\n two\ttabs ") == "one two tabs"
    assert safe("نمی\u200cخواهم 👩\u200d💻") == "نمی\u200cخواهم 👩\u200d💻"
    assert safe("x" * 400, 10) == "x" * 9 + "…"
    assert len(safe("x" * 10**7)) == 300
    assert safe_lines("\n a\r\n\tb \x0c\n\n") == [" a", "        b"]


def test_a_recipient_of_whom_nothing_is_known():
    bounce = process(BOUNCE)
    assert bounce.delivery is not None
    empty = bounce.delivery.model_copy(update={"recipients": (DeliveryRecipient(address=""),)})
    out = io.StringIO()
    show = Show(Console(file=out, width=120), evidence=True, text=False)
    show.mail("a", bounce.model_copy(update={"delivery": empty}))
    assert re.search(r"\(unknown\) +- +- +undefined +says nothing about the address", out.getvalue())


# -- the bar -------------------------------------------------------------------------------------------------------


def bar_output(monkeypatch: pytest.MonkeyPatch, *, terminal: bool, seconds: float) -> str:
    now = [100.0]
    monkeypatch.setattr("flectra_inbound.cli.progress.time.monotonic", lambda: now[0])
    stream = io.StringIO()
    stream.isatty = lambda: terminal  # type: ignore[method-assign]
    monkeypatch.setenv("TERM", "xterm")
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    bar = Bar([], stream)
    for _ in range(10):
        now[0] += seconds / 10
        bar.advance(100)
    bar.hide()
    return stream.getvalue()


def test_a_bar_for_long_runs_on_a_terminal(monkeypatch: pytest.MonkeyPatch):
    out = bar_output(monkeypatch, terminal=True, seconds=5)
    assert "reading" in out
    assert "10 mails" in out
    assert out.endswith("\x1b[2K")  # and it is gone at the end


def test_no_bar_for_short_runs_or_pipes(monkeypatch: pytest.MonkeyPatch):
    assert bar_output(monkeypatch, terminal=True, seconds=0.9) == ""
    assert bar_output(monkeypatch, terminal=False, seconds=60) == ""


def test_an_answer_shows_what_is_new_and_what_was_left_out():
    quote = b"On Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:\n> One?\n"
    raw = b"From: ada@shop.example\nSubject: Re: Offer\n\nTwo, please.\n\n" + quote
    block = shown(raw, terminal=False)
    assert "Reply     Two, please." in block
    assert "Left out  attribution, quote" in block
    assert "One?" not in block
