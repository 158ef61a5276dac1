"""A mail that only reads like a delivery report is none, and a report is not doubted away."""

from __future__ import annotations

import pytest

from flectra_inbound import Envelope, Kind, process

TEXT = "Your message could not be delivered to one or more recipients.\n\n<u@b.example>: 550 5.1.1 user unknown\n"
SUBJECT = "Subject: Undelivered Mail Returned to Sender\n"
SHOP = "From: Shop <noreply@shop.example>\n"


def kind(head: str, text: str = TEXT, **keywords: object) -> Kind:
    return process((head + SUBJECT + "\n" + text).encode(), **keywords).kind  # type: ignore[arg-type]


def test_a_report_is_believed() -> None:
    assert kind(SHOP) is Kind.BOUNCE
    assert kind("Return-Path: <>\n" + SHOP) is Kind.BOUNCE
    assert kind("Return-Path: <mailer-daemon@b.example>\n" + SHOP) is Kind.BOUNCE
    assert kind("Return-Path: <x@b.example>\nFrom: MAILER-DAEMON@b.example\n") is Kind.BOUNCE
    assert kind("Return-Path: <x@b.example>\nTo: list-bounces@a.example\n" + SHOP) is Kind.BOUNCE


@pytest.mark.parametrize(
    "head",
    [
        "Return-Path: <noreply@shop.example>\n",
        "List-Id: <news.shop.example>\n",
        "In-Reply-To: <a@b.example>\nUser-Agent: Post\n",
    ],
)
def test_a_sender_who_can_be_answered_a_list_or_a_thread_is_no_report(head: str) -> None:
    assert kind(head + SHOP) is Kind.MESSAGE


def test_the_hosts_reverse_path_counts_for_more_than_the_field() -> None:
    assert kind(SHOP, envelope=Envelope(mail_from="noreply@shop.example")) is Kind.MESSAGE
    assert kind("Return-Path: <noreply@shop.example>\n" + SHOP, envelope=Envelope(mail_from="")) is Kind.BOUNCE


@pytest.mark.parametrize("head", ["", "Return-Path: <>\n"])
def test_the_text_must_tell_and_be_about_mail(head: str) -> None:
    assert kind(head + SHOP, "We are closed on Monday.\n") is Kind.MESSAGE
    assert kind(head + SHOP, "The pallet could not be delivered to:\n\nu@b.example\n") is Kind.MESSAGE


def test_a_doubt_does_not_stand_in_the_way_of_what_else_a_mail_is() -> None:
    head = "Return-Path: <>\nFrom: Kim <kim@b.example>\nSubject: Return receipt\n\n"
    assert process(head.encode() + b"Your document was received by: Kim\n").kind is Kind.RECEIPT
