"""Notices for people: who is named, what is said of each, and that no rule about them sleeps."""

from __future__ import annotations

import time

import pytest

from flectra_inbound import Action, Inbound, Kind, Suppression, process
from flectra_inbound.classify.mention import Form
from flectra_inbound.classify.notice import read_notice
from flectra_inbound.rules import generic_notice, notices
from flectra_inbound.rules.patterns import SLOTS, line_pattern

from ...conftest import CORPUS


def notice(text: str, *, sender: str = "MAILER-DAEMON@mx.example", subject: str = "Returned mail") -> Inbound:
    return process(
        f"Return-Path: <>\nFrom: {sender}\nTo: shop@acme.example\nSubject: {subject}\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}".encode()
    )


def addresses(result: Inbound) -> list[str]:
    return [r.address for r in result.delivery.recipients] if result.delivery else []


@pytest.mark.parametrize(
    "lines",
    [
        "<ada@shop.example>: host mx.shop.example said: 550 5.1.1 no such user",
        "  ada@shop.example\n    550 5.1.1 no such user",
        "Recipient: [SMTP:ada@shop.example]\nReason: 550 5.1.1 no such user",
        "* Ada Brook (ada@shop.example)\n550 5.1.1 no such user",
        ">>> RCPT TO:<ada@shop.example>\n<<< 550 5.1.1 no such user",
        "550 5.1.1 <ada@shop.example>... no such user",
        "Your message to ada@shop.example could not be delivered: 550 5.1.1 no such user",
        "Empfänger: ada@shop.example\nGrund: 550 5.1.1 no such user",
        "収件人\n収信者: x\n宛先: ada@shop.example\n550 5.1.1 no such user",
    ],
)
def test_a_recipient_is_found_with_its_cause(lines: str) -> None:
    result = notice(f"Your message could not be delivered.\n\n{lines}\n")
    assert result.kind is Kind.BOUNCE
    assert result.delivery is not None
    (recipient,) = result.delivery.recipients
    assert (recipient.address, recipient.action) == ("ada@shop.example", Action.FAILED)
    assert (recipient.smtp_code, recipient.status) == ("550", "5.1.1")
    assert "no such user" in (recipient.diagnostic or "")


@pytest.mark.parametrize(
    "line",
    [
        "For help write to postmaster@mx.example.",
        "Sender: boss@acme.example",
        ">>> MAIL FROM:<boss@acme.example>",
        "From: boss@acme.example",
        "> boss@acme.example wrote",
        "If boss@acme.example asks, tell him that we are sorry about all this.",
    ],
)
def test_an_address_beside_the_matter_is_nobody(line: str) -> None:
    result = notice(
        f"Delivery to the following recipient failed:\n\n  ada@shop.example\n  550 no such user\n\n{line}\n"
    )
    assert addresses(result) == ["ada@shop.example"]


def test_a_recipient_that_the_server_took_did_not_fail() -> None:
    text = (
        "Your mail could not be delivered to all:\n>>> RCPT TO:<eva@shop.example>\n<<< 250 2.1.5 ok\n"
        ">>> RCPT TO:<ada@shop.example>\n<<< 550 5.1.1 unknown user\n"
    )
    assert addresses(notice(text)) == ["ada@shop.example"]


def test_a_heading_is_no_cause() -> None:
    delivery = notice("------- Failure Reasons  --------\n\nThe pigeon came back\nada@shop.example\n").delivery
    assert delivery is not None
    assert [r.diagnostic for r in delivery.recipients] == ["The pigeon came back ada@shop.example"]


def test_each_recipient_gets_its_own_cause() -> None:
    result = notice(
        "could not be delivered:\n\n<ada@shop.example>:\n552 5.2.2 mailbox full\n\n<eva@shop.example>:\n550 5.1.1 unknown user\n"
    )
    assert result.delivery is not None
    assert {r.address: r.status for r in result.delivery.recipients} == {
        "ada@shop.example": "5.2.2",
        "eva@shop.example": "5.1.1",
    }


def test_one_cause_is_said_before_all() -> None:
    result = notice(
        "Could not be delivered because of\n\n550 5.1.1 User unknown\n\nto:\n\n  ada@shop.example\n  eva@shop.example\n"
    )
    assert result.delivery is not None
    assert [(r.address, r.status) for r in result.delivery.recipients] == [
        ("ada@shop.example", "5.1.1"),
        ("eva@shop.example", "5.1.1"),
    ]


def test_a_delay_makes_nobody_fail() -> None:
    result = notice(
        "Your message has not yet been delivered to:\n\n  ada@shop.example\n\nDelivery attempts will continue.\n"
    )
    assert result.kind is Kind.DELAY
    assert result.delivery is not None
    assert result.delivery.failed == ()
    assert addresses(result) == ["ada@shop.example"]


def test_a_notice_about_both_is_a_bounce_for_one() -> None:
    result = notice(
        "Your message cannot be delivered to:\n\n  Recipient address: ada@shop.example\n  Reason: over quota\n\n"
        "Your message has been enqueued and undeliverable for 1 day to:\n\n  Recipient address: eva@shop.example\n"
    )
    assert result.kind is Kind.BOUNCE
    assert result.delivery is not None
    assert [r.address for r in result.delivery.failed] == ["ada@shop.example"]


def test_what_is_returned_names_nobody_new() -> None:
    result = notice(
        "could not be delivered:\n\n<ada@shop.example>: unknown user\n\n--- Below this line is a copy of the message.\n\n"
        "From: shop@acme.example\nTo: ada@shop.example\nSubject: Offer\nMessage-ID: <1@acme.example>\n\n"
        "  eva@shop.example could not be delivered\n"
    )
    assert addresses(result) == ["ada@shop.example"]
    assert result.delivery is not None
    assert result.delivery.original_message_ids == ("<1@acme.example>",)


def test_a_recipient_that_only_the_returned_message_names() -> None:
    result = notice(
        "Your mail was not delivered: mailbox full\n\n--- Original message ---\nFrom: shop@acme.example\nTo: ada@shop.example\n"
        "Subject: x\n\nHi"
    )
    assert addresses(result) == ["ada@shop.example"]


def test_who_was_mailed_before_a_forward() -> None:
    result = notice(
        "could not be delivered:\n\n  ada@inner.example\n    (generated from ada@shop.example)\n    unknown user\n"
    )
    assert result.delivery is not None
    (recipient,) = result.delivery.recipients
    assert (recipient.address, recipient.mailed_address) == ("ada@inner.example", "ada@shop.example")


def test_words_alone_suppress_nobody() -> None:
    result = notice("could not be delivered:\n\n<ada@shop.example>: user unknown\n")
    assert result.delivery is not None
    assert [r.suppression for r in result.delivery.recipients] == [Suppression.COUNT]


# -- rules -----------------------------------------------------------------------------------------------------------


def test_every_table_is_hit_by_a_case() -> None:
    hit = {e.rule for path in sorted(CORPUS.glob("[bd]*/*/*.eml")) for e in process(path.read_bytes()).evidence}
    assert {f"notice.{rule.name}" for rule in notices()} - hit == set()


def test_names_of_tables_are_used_once() -> None:
    names = [rule.name for rule in notices()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("rule", notices(), ids=lambda rule: rule.name)
def test_a_table_is_lower_case_and_its_templates_have_slots(rule) -> None:  # type: ignore[no-untyped-def]
    for words in (*rule.text, *rule.subject, *rule.sender, *rule.returned):
        assert words == " ".join(words.lower().split())
    assert all("{address}" in template for template in rule.recipient)
    assert all("{local}" in template for template in rule.local)
    for template in (*rule.recipient, *rule.diagnostic, *rule.local):
        line_pattern(template)


@pytest.mark.parametrize("phrase", generic_notice().failure)
def test_every_word_of_failure_is_heard(phrase: str) -> None:
    read = read_notice(f"The matter: {phrase}.\n\nada@shop.example\n")
    assert read.failure
    assert read.paired


@pytest.mark.parametrize("phrase", generic_notice().delay)
def test_every_word_of_delay_is_heard(phrase: str) -> None:
    assert read_notice(f"The matter: {phrase}.\n\nada@shop.example\n").delay


@pytest.mark.parametrize("phrase", generic_notice().returned)
def test_every_mark_of_a_returned_message_ends_the_notice(phrase: str) -> None:
    read = read_notice(f"Not delivered.\n\n--- {phrase} ---\nada@shop.example\n")
    assert read.mentions == []
    assert read.returned


@pytest.mark.parametrize("label", generic_notice().recipient_labels)
def test_every_word_for_recipient_is_known(label: str) -> None:
    (mention,) = read_notice(f"Not delivered.\n\n{label}: ada@shop.example\n").mentions
    assert mention.form is Form.LABELLED


@pytest.mark.parametrize("label", generic_notice().sender_labels)
def test_every_word_for_sender_is_known(label: str) -> None:
    (mention,) = read_notice(f"Not delivered.\n\n{label}: ada@shop.example\n").mentions
    assert mention.form is Form.ASIDE


def test_phrases_are_lower_case_and_stand_once() -> None:
    for name, phrases in generic_notice():
        assert all(phrase == " ".join(phrase.lower().split()) for phrase in phrases), name
        assert len(set(phrases)) == len(phrases), [p for p in phrases if phrases.count(p) > 1]


# -- hostile ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slot", SLOTS)
def test_templates_are_linear(slot: str) -> None:
    pattern = line_pattern(f"x {{any}} {{{slot}}} y" if slot != "any" else "x {any} y")
    start = time.perf_counter()
    for filling in ("a@", "<", "5.", "a ", "@@", "x "):
        pattern.match("x " + filling * 20_000)
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    "line", ["<ada@shop.example>: ", "a@b.example ", "550 ", ": ", "@" * 50, "Original message\n", "From: \nTo: \n"]
)
def test_a_notice_of_any_size_ends(line: str) -> None:
    start = time.perf_counter()
    notice("could not be delivered\n" + line * 100_000)
    notice("could not be delivered\n" + (line + "\n") * 100_000)
    assert time.perf_counter() - start < 20
