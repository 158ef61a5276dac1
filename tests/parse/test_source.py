"""What stands before the first header hides nothing, and offsets stay places in the mail."""

from __future__ import annotations

import pytest

from flectra_inbound import DefectCode, Message, parse

MAIL = b"Subject: s\r\nTo: a@b.example\r\n\r\nbody"


def codes(message: Message) -> list[DefectCode]:
    return [defect.code for defect in message.defects]


def assert_read(message: Message, text: str = "body") -> None:
    assert (message.subject, message.to[0].address, message.text) == ("s", "a@b.example", text)


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (b"\xef\xbb\xbf", [DefectCode.BYTE_ORDER_MARK]),
        (b"From a@b.example Mon Jun  3 10:00:00 2024\r\n", [DefectCode.MBOX_FROM_LINE]),
        (b">From a@b.example Mon Jun  3 10:00:00 2024\n", [DefectCode.MBOX_FROM_LINE]),
        (b"\n", [DefectCode.LEADING_BLANK_LINES]),
        (b"\r\n\r\n\n", [DefectCode.LEADING_BLANK_LINES]),
        (b"\xef\xbb\xbf\r\nFrom x y\n", [DefectCode.BYTE_ORDER_MARK, DefectCode.LEADING_BLANK_LINES, DefectCode.MBOX_FROM_LINE]),
        (b"\nFrom x y\n", [DefectCode.LEADING_BLANK_LINES, DefectCode.MBOX_FROM_LINE]),
    ],
)  # fmt: skip
def test_a_prefix_is_passed_over_and_spans_hold(before: bytes, code: list[DefectCode]) -> None:
    message = parse(before + MAIL)
    assert_read(message)
    assert codes(message) == code
    assert message.source == before + MAIL
    start, end = message.headers.span("subject") or (0, 0)
    assert message.source[start:end].strip() == b"s"
    start, end = message.root.span() or (0, 0)
    assert message.source[start:end] == b"body"


def test_cr_as_line_end_is_read_and_spans_hold() -> None:
    raw = MAIL.replace(b"\r\n", b"\r") + b"\rmore"
    message = parse(raw)
    assert_read(message, "body\nmore")
    assert codes(message) == [DefectCode.CR_ONLY_LINE_ENDS]
    start, end = message.headers.span("to") or (0, 0)
    assert raw[start:end] == b" a@b.example"
    start, end = message.root.span() or (0, 0)
    assert raw[start:end] == b"body\rmore"


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_mail_in_utf16_is_read(codec: str) -> None:
    message = parse(MAIL.decode().replace("body", "Grüße").encode(codec))
    assert_read(message, "Grüße")
    assert DefectCode.UTF16_MESSAGE in codes(message)
    start, end = message.headers.span("subject") or (0, 0)
    assert message.source[start:end].strip() == b"s"


def test_utf16_with_a_big_endian_mark_is_read() -> None:
    assert_read(parse(b"\xfe\xff" + MAIL.decode().encode("utf-16-be")))


def test_nul_bytes_alone_are_no_utf16() -> None:
    message = parse(b"\0\0\0\0Subject: s\n\nbody")
    assert DefectCode.UTF16_MESSAGE not in codes(message)


def test_blank_lines_before_text_are_the_texts() -> None:
    message = parse(b"\n\njust text\n")
    assert message.text.strip() == "just text"
    assert codes(message) == []


def test_a_line_that_begins_like_an_mbox_line_may_be_text() -> None:
    assert parse(b"From now on we meet on Mondays\nor not\n").text == "From now on we meet on Mondays\nor not\n"


def test_an_empty_mail_is_noted() -> None:
    message = parse(b"")
    assert codes(message) == [DefectCode.MISSING_CONTENT]
    assert (message.subject, message.text, message.html, message.from_, message.date) == ("", "", None, (), None)
    assert len(message.parts) == 1


@pytest.mark.parametrize("raw", [MAIL, bytearray(MAIL), memoryview(MAIL), memoryview(b"xx" + MAIL)[2:]])
def test_all_kinds_of_bytes_are_taken(raw: bytes | bytearray | memoryview) -> None:
    assert_read(parse(raw))


def test_what_the_caller_changes_afterwards_changes_no_message() -> None:
    raw = bytearray(MAIL)
    message = parse(raw)
    raw[:] = b"x" * len(raw)
    assert_read(message)
