"""Whom a complaint names, in every form; and nobody where the reporter hides them."""

from __future__ import annotations

import json

import pytest

from flectra_inbound import Complaint, process

HEAD = 'From: fbl@isp.example\nContent-Type: multipart/report; report-type=feedback-report; boundary="B"\n\n'
ORIGINAL = "--B\nContent-Type: message/rfc822\n\n{fields}From: n@a.example\nMessage-ID: <m@a.example>\n\nx\n--B--\n"


def complaint(raw: str) -> Complaint:
    inbound = process(raw.encode())
    assert inbound.kind == "complaint"
    assert inbound.complaint is not None
    assert process(raw.encode()).model_validate_json(inbound.model_dump_json()) == inbound
    return inbound.complaint


def arf(fields: str, original: str = "", part: str = "message/feedback-report") -> Complaint:
    return complaint(
        HEAD
        + f"--B\nContent-Type: text/plain\n\nabuse\n--B\nContent-Type: {part}\n\nFeedback-Type: abuse\n{fields}\n"
        + ORIGINAL.format(fields=original)
    )


@pytest.mark.parametrize(
    ("fields", "original", "recipients"),
    [
        ("Original-Rcpt-To: <u@b.example>\n", "To: other@b.example\n", ("u@b.example",)),
        ("Original-Rcpt-To: rfc822; u@b.example\n", "", ("u@b.example",)),
        ("Removal-Recipient: u@b.example\n", "", ("u@b.example",)),
        ("Original-Rcpt-To: redacted@b.example\n", "To: redacted\n", ()),
        ("Original-Rcpt-To: u@redacted\n", "", ()),
        ("", "To: list@b.example\nDelivered-To: u@b.example\n", ("u@b.example",)),
        ("", "To: u@b.example\n", ("u@b.example",)),
        ("", "To: u@b.example, v@b.example\n", ()),
    ],
)
def test_who_complained(fields: str, original: str, recipients: tuple[str, ...]) -> None:
    assert arf(fields, original).recipients == recipients


@pytest.mark.parametrize("part", ["text/plain", "application/octet-stream"])
def test_the_fields_are_read_whatever_type_their_part_has(part: str) -> None:
    found = arf("Original-Rcpt-To: u@b.example\nSource-IP: 192.0.2.1\n", part=part)
    assert (found.feedback_type, found.recipients, found.source_ip) == ("abuse", ("u@b.example",), "192.0.2.1")


def test_nobody_complained_about_a_forged_mail() -> None:
    raw = HEAD + "--B\nContent-Type: message/feedback-report\n\nFeedback-Type: auth-failure\nAuth-Failure: dmarc\n\n"
    assert complaint(raw + ORIGINAL.format(fields="To: u@b.example\n")).recipients == ()


NOTICE = {"notificationType": "Complaint", "complaint": {"complainedRecipients": [{"emailAddress": "u@b.example"}]}}
SNS = "From: no-reply@sns.amazonaws.com\nX-Amz-Sns-Message-Id: 1\nSubject: AWS Notification Message\n\n"


@pytest.mark.parametrize(
    "text", [json.dumps(NOTICE), json.dumps({"Message": json.dumps(NOTICE)}), json.dumps(NOTICE, indent=1)]
)
def test_json_plain_and_within_json(text: str) -> None:
    assert complaint(SNS + text + "\n\n--\nunsubscribe here\n").recipients == ("u@b.example",)


@pytest.mark.parametrize(
    "broken",
    [
        '{"notificationType":"Complaint","complaint":{"complainedRecipients":[1,{"emailAddress":2}],"userAgent":[]}}',
        '{"notificationType":"Complaint","complaint":[]}',
        '{"notificationType":"Complaint","complaint":{"userAgent":"\\ud800","complainedRecipients":"x"}}',
        '{"notificationType":"Complaint","complaint":' + "[" * 50_000,
        '{"notificationType":"Complaint","a":' + "9" * 100_000 + "}",
        '{"notificationType":"Complaint","Message":"{"}',
    ],
)
def test_broken_json_names_nobody(broken: str) -> None:
    assert complaint(SNS + broken).recipients == ()
