"""Every defect code is produced by some mail, the smallest that shows it, and every bound of `Limits` has such a mail."""

from __future__ import annotations

import base64
import dataclasses

import pytest

from flectra_inbound import DefectCode, Limits, Pipeline, parse, process

from .test_message import LIMITED

#: limits that no row of LIMITED tests, with the test that does
TESTED_APART = {"encoded_depth", "report_recipients", "defects"}

STATUS = b"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\n"


def part(content_type: bytes, body: bytes, *fields: bytes) -> bytes:
    return b"".join(f + b"\n" for f in (b"Content-Type: " + content_type, *fields)) + b"\n" + body


BASE64 = b"Content-Transfer-Encoding: base64"
MIXED = b"multipart/mixed; boundary=B"

#: code -> a mail, and the limits that make it so small
MAILS: dict[DefectCode, tuple[bytes, dict[str, int]]] = {
    DefectCode.MISSING_CONTENT: (b"", {}),
    DefectCode.MESSAGE_TRUNCATED: (b"Subject: s\n\n" + b"x" * 20, {"message_bytes": 20}),
    DefectCode.UTF16_MESSAGE: ("Subject: s\n\nx".encode("utf-16"), {}),
    DefectCode.BYTE_ORDER_MARK: (b"\xef\xbb\xbfSubject: s\n\nx", {}),
    DefectCode.MBOX_FROM_LINE: (b"From a@b.example x\nSubject: s\n\nx", {}),
    DefectCode.LEADING_BLANK_LINES: (b"\n\nSubject: s\n\nx", {}),
    DefectCode.CR_ONLY_LINE_ENDS: (b"Subject: s\r\rx", {}),
    DefectCode.NUL_BYTES: (b"Subject: s\n\nx\0y", {}),
    DefectCode.FIRST_LINE_IS_CONTINUATION: (b" x\nSubject: s\n\nx", {}),
    DefectCode.MISSING_SEPARATOR: (b"Subject: s\nno field\n\nx", {}),
    DefectCode.MISSING_FIELD_NAME: (b"Subject: s\n: x\n\nx", {}),
    DefectCode.HEADER_BLOCK_LIMIT: (b"Subject: s\nX: y\nX: z\n\nx", {"header_block_bytes": 12}),
    DefectCode.HEADER_COUNT_LIMIT: (b"Subject: s\nX: y\n\nx", {"header_count": 1}),
    DefectCode.HEADER_VALUE_LIMIT: (b"Subject: long\n\nx", {"header_value_bytes": 3, "long_header_value_bytes": 3}),
    DefectCode.DUPLICATE_HEADER: (b"Subject: s\nSubject: t\n\nx", {}),
    DefectCode.EIGHT_BIT_HEADER: (b"Subject: \xe9\n\nx", {}),
    DefectCode.BAD_ENCODED_WORD: (b"Subject: =?x-nope?q?=E9?=\n\nx", {}),
    DefectCode.ENCODED_WORD_LIMIT: (b"Subject: =?utf-8?q?a?= =?utf-8?q?b?=\n\nx", {"encoded_words": 1}),
    DefectCode.BAD_ADDRESS: (b"To: a b\n\nx", {}),
    DefectCode.ADDRESS_LIMIT: (b"To: a@b.example, c@d.example\n\nx", {"addresses": 1}),
    DefectCode.BAD_DATE: (b"Date: soon\n\nx", {}),
    DefectCode.MESSAGE_ID_LIMIT: (b"References: <a@b> <c@d>\n\nx", {"message_ids": 1}),
    DefectCode.BAD_CONTENT_TYPE: (b"Content-Type: ;;\n\nx", {}),
    DefectCode.PARAMETER_LIMIT: (b"Content-Type: text/plain; a=1; b=2\n\nx", {"parameters": 1}),
    DefectCode.MISSING_BOUNDARY: (b"Content-Type: multipart/mixed\n\nx", {}),
    DefectCode.BOUNDARY_TOO_LONG: (b"Content-Type: multipart/mixed; boundary=BB\n\nx", {"boundary_bytes": 1}),
    DefectCode.START_BOUNDARY_NOT_FOUND: (part(MIXED, b"x"), {}),
    DefectCode.CLOSE_BOUNDARY_NOT_FOUND: (part(MIXED, b"--B\n\nx"), {}),
    DefectCode.MULTIPART_ENCODING: (part(MIXED, b"--B\n\nx\n--B--", BASE64), {}),
    DefectCode.DEPTH_LIMIT: (part(b"message/rfc822", b"Subject: s\n\nx"), {"nesting_depth": 1}),
    DefectCode.ENCODED_DEPTH_LIMIT: (
        part(
            b"message/rfc822",
            base64.b64encode(part(b"message/rfc822", base64.b64encode(b"Subject: s\n\nx"), BASE64)),
            BASE64,
        ),
        {"encoded_depth": 1},
    ),
    DefectCode.PART_LIMIT: (part(MIXED, b"--B\n\nx\n--B\n\ny\n--B--"), {"parts": 2}),
    DefectCode.UNKNOWN_ENCODING: (b"Content-Transfer-Encoding: x-own\n\nx", {}),
    DefectCode.UNDECODABLE_BASE64: (b"Content-Transfer-Encoding: base64\n\nno base64!", {}),
    DefectCode.BASE64_TRAILING_DATA: (b"Content-Transfer-Encoding: base64\n\nQUJDRA==\n-- \nfooter: x!", {}),
    DefectCode.UNDECODABLE_UUENCODE: (b"Content-Transfer-Encoding: x-uuencode\n\nx", {}),
    DefectCode.UNKNOWN_CHARSET: (b"Content-Type: text/plain; charset=x-nope\n\n\xe9", {}),
    DefectCode.CHARSET_REFUSED: (b"Content-Type: text/plain; charset=utf-7\n\n+AOk-", {}),
    DefectCode.WRONG_CHARSET: (b"Content-Type: text/plain; charset=utf-8\n\n\xe9", {}),
    DefectCode.TEXT_LIMIT: (
        b"From: MAILER-DAEMON@mx.example\nX-Failed-Recipients: a@b.example\n\nseveral words",
        {"text_chars": 3},
    ),
    DefectCode.BAD_REPORT_FIELD: (part(b"message/delivery-status", STATUS + b"no field\n"), {}),
    DefectCode.REPORT_RECIPIENT_LIMIT: (
        part(b"message/delivery-status", STATUS + b"\nFinal-Recipient: rfc822; c@d.example\nAction: failed\n"),
        {"report_recipients": 1},
    ),
}


@pytest.mark.parametrize("code", MAILS)
def test_a_defect_is_seen_where_it_is(code: DefectCode) -> None:
    raw, limits = MAILS[code]
    assert code in {defect.code for defect in Pipeline(limits=Limits(**limits)).process(raw).defects}


@pytest.mark.parametrize("code", MAILS)
def test_a_limit_is_needed_where_one_is_set(code: DefectCode) -> None:
    raw, limits = MAILS[code]
    if limits:
        assert code not in {defect.code for defect in process(raw).defects}


def test_every_code_has_a_mail() -> None:
    # adapter-error needs a library that raises; the tests of delivery reports have one
    assert set(DefectCode) - set(MAILS) == {DefectCode.ADAPTER_ERROR}


def test_every_limit_is_tested() -> None:
    assert {field.name for field in dataclasses.fields(Limits)} == {row[0] for row in LIMITED} | TESTED_APART


def test_a_sound_mail_has_no_defect() -> None:
    raw = (
        b"Return-Path: <ada@shop.example>\r\nFrom: Ada Brook <ada@shop.example>\r\nTo: desk@host.example\r\n"
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Mon, 3 Jun 2024 10:00:00 +0200\r\nMessage-ID: <1@shop.example>\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGr\xc3\xbc\xc3\x9fe\r\n"
    )
    assert process(raw).defects == ()


def test_a_defect_says_where_it_is() -> None:
    raw = part(MIXED, b"--B\nContent-Type: text/plain; charset=x-nope\n\n\xe9\n--B--")
    message = parse(raw)
    assert message.text
    (defect,) = message.defects
    assert (defect.code, defect.part, defect.header, defect.detail) == (
        DefectCode.UNKNOWN_CHARSET,
        "1",
        "content-type",
        "x-nope",
    )


def test_reading_twice_adds_no_defect_twice() -> None:
    message = parse(b"Content-Type: text/plain; charset=x-nope\n\n\xe9")
    assert message.text == "é"
    seen = message.defects
    message.root.text()
    assert message.defects == seen
