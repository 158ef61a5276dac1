"""What became of a mail at its reader's, from fields where there are some, else from subject and sender."""

from __future__ import annotations

import pytest

from flectra_inbound import Receipt, process

FIELDS = "Final-Recipient: rfc822; u@b.example\nOriginal-Message-ID: <m@a.example>\nDisposition: {}\n"


def receipt(raw: str) -> Receipt:
    inbound = process(raw.encode())
    assert inbound.kind == "receipt"
    assert inbound.receipt is not None
    return inbound.receipt


def mdn(disposition: str, part: str = "message/disposition-notification") -> Receipt:
    return receipt(
        'From: u@b.example\nContent-Type: multipart/report; report-type=disposition-notification; boundary="B"\n\n'
        f"--B\nContent-Type: text/plain\n\nseen\n--B\nContent-Type: {part}\n\n{FIELDS.format(disposition)}\n--B--\n"
    )


@pytest.mark.parametrize(
    ("field", "disposition", "automatic"),
    [
        ("manual-action/MDN-sent-manually; displayed", "displayed", False),
        ("automatic-action/MDN-sent-automatically; processed/error", "processed", True),
        ("manual-action/MDN-sent-automatically; Deleted", "deleted", True),
        ("displayed", "displayed", False),
        ("", "unknown", False),
    ],
)
@pytest.mark.parametrize("part", ["message/disposition-notification", "text/plain"])
def test_the_disposition_field(field: str, disposition: str, automatic: bool, part: str) -> None:
    found = mdn(field, part)
    assert (found.disposition, found.automatic, found.recipient) == (disposition, automatic, "u@b.example")
    assert found.original_message_ids == ("<m@a.example>",)


SENT = "Your message\n\n   To: U\n   Subject: Offer\n\n"


@pytest.mark.parametrize(
    ("subject", "words", "disposition"),
    [
        ("Read: Offer", "was read on Monday.", "displayed"),
        ("Not read: Offer", "was deleted without being read on Monday.", "deleted"),
    ],
)
def test_a_receipt_as_text(subject: str, words: str, disposition: str) -> None:
    found = receipt(f"From: u@b.example\nSubject: {subject}\nIn-Reply-To: <m@a.example>\n\n{SENT}{words}\n")
    assert (found.disposition, found.recipient, found.original_message_ids) == (
        disposition,
        "u@b.example",
        ("<m@a.example>",),
    )


@pytest.mark.parametrize("text", ["Here is the book.", "was read on Monday."])
def test_a_subject_and_one_sentence_make_no_receipt(text: str) -> None:
    assert process(f"From: u@b.example\nSubject: Read: my book\n\n{text}\n".encode()).kind == "message"


def test_a_person_who_sends_a_notification_on_is_not_its_reader() -> None:
    head = (
        "Return-Path: <boss@c.example>\nFrom: boss@c.example\nUser-Agent: Post\nReferences: <m@a.example>\n"
        "Subject: look\nContent-Type: multipart/mixed; boundary=B\n\n"
    )
    parts = "--B\nContent-Type: text/plain\n\nlook\n--B\nContent-Type: message/disposition-notification\n\n"
    assert process((head + parts + FIELDS.format("displayed") + "\n--B--\n").encode()).kind == "message"
