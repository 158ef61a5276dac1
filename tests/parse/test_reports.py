"""Report parts as typed fields, however their groups are written (RFC 3464, 6533, 5965, 8098)."""

from __future__ import annotations

import base64
import quopri

import pytest

from flectra_inbound import DefectCode, Limits, Message, parse


def report(part: bytes, kind: bytes = b"message/delivery-status", encoding: bytes = b"7bit", **limits: int) -> Message:
    raw = (
        b"From: MAILER-DAEMON@a.example\nContent-Type: multipart/report; boundary=B\n\n--B\n\nsorry\n--B\nContent-Type: "
        + kind
        + b"\nContent-Transfer-Encoding: "
        + encoding
        + b"\n\n"
        + part
        + b"\n--B--\n"
    )
    return parse(raw, limits=Limits(**limits))


def people(message: Message) -> list[str]:
    return [group.typed("final-recipient").value for dsn in message.delivery_status for group in dsn.recipients]


ONE = b"Final-Recipient: rfc822; a@x.example\nAction: failed\nStatus: 5.1.1\n"
TWO = b"Final-Recipient: rfc822; b@x.example\nAction: delayed\nStatus: 4.4.1\n"
MTA = b"Reporting-MTA: dns; mx.example\n"


@pytest.mark.parametrize(
    "body",
    [
        MTA + b"\n" + ONE + b"\n" + TWO,
        MTA + b"\n\n\n" + ONE + b"\n\n" + TWO,  # more blank lines than one
        b"\n" + MTA + b"\n" + ONE + b"\n" + TWO,  # one before the first
        MTA + ONE + b"\n" + TWO,  # none behind the message's fields
        MTA + b"\n" + ONE + TWO,  # none between recipients
        ONE + b"\n" + TWO,  # no fields of the message
        MTA + b"\n" + ONE + b"this is no field\n\n" + TWO,
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_every_recipient_is_found(body: bytes, end: bytes) -> None:
    message = report(body.replace(b"\n", end))
    assert people(message) == ["a@x.example", "b@x.example"]
    actions = [group.get("action") for dsn in message.delivery_status for group in dsn.recipients]
    assert actions == ["failed", "delayed"]


@pytest.mark.parametrize("encoding", [b"base64", b"quoted-printable"])
def test_an_encoded_report_is_decoded(encoding: bytes) -> None:
    body = MTA + b"\n" + ONE.replace(b"a@", b"a=b@")
    encoded = base64.encodebytes(body) if encoding == b"base64" else quopri.encodestring(body)
    message = report(encoded, encoding=encoding)
    assert people(message) == ["a=b@x.example"]
    assert message.delivery_status[0].recipients[0].span() is None


def test_addresses_of_rfc_6533_are_read() -> None:
    body = MTA + b"\nFinal-Recipient: utf-8; f\\x{FC}r@x.example\nAction: failed\n"
    assert people(report(body, b"message/global-delivery-status")) == ["für@x.example"]
    raw = MTA + "\nFinal-Recipient: utf-8; für@x.example\nAction: failed\n".encode()
    assert people(report(raw, b"message/global-delivery-status")) == ["für@x.example"]


def test_an_escape_makes_no_control_sign() -> None:
    assert people(report(MTA + b"\nFinal-Recipient: utf-8; a\\x{A}\\x{D800}b@x.example\n")) == [
        "a\ufffd\ufffdb@x.example"
    ]


def test_the_span_of_a_field_is_its_place_in_the_mail() -> None:
    message = report(MTA + b"\n" + ONE)
    span = message.delivery_status[0].recipients[0].span("status")
    assert span is not None
    assert message.source[slice(*span)] == b" 5.1.1"


def test_a_field_without_type_or_with_two_semicolons_is_read() -> None:
    body = b"Final-Recipient: a@x.example\n\nFinal-Recipient: rfc822;; b@x.example\n"
    assert people(report(MTA + b"\n" + body)) == ["a@x.example", "b@x.example"]


def test_recipients_past_the_limit_are_counted_out_with_a_defect() -> None:
    message = report(MTA + b"\n" + ONE + b"\n" + TWO, report_recipients=1)
    assert people(message) == ["a@x.example"]
    assert DefectCode.REPORT_RECIPIENT_LIMIT in {d.code for d in message.defects}


def test_stretches_without_a_field_are_bounded_too() -> None:
    for count, found in ((4, ["a@x.example"]), (5, [])):
        message = report(MTA + b"\n" + b"=\n\n" * count + ONE, report_recipients=5)
        assert people(message) == found
        assert (DefectCode.REPORT_RECIPIENT_LIMIT in {d.code for d in message.defects}) is not bool(found)


def test_a_report_that_another_mail_brings_is_not_ours() -> None:
    inner = b"Content-Type: message/delivery-status\n\n" + MTA + b"\n" + ONE
    assert report(inner, b"message/rfc822").delivery_status == ()


def test_feedback_and_disposition_reports_have_their_fields() -> None:
    arf = report(b"Feedback-Type: abuse\nOriginal-Rcpt-To: a@x.example\n", b"message/feedback-report").feedback_report
    mdn = report(b"Disposition: manual-action/MDN-sent-manually; displayed\n", b"message/disposition-notification")
    assert arf is not None
    assert arf.get_all("original-rcpt-to") == ["a@x.example"]
    assert mdn.disposition_notification is not None
    assert mdn.disposition_notification.get("disposition").endswith("displayed")
