"""Header fields come out as a person reads them: unfolded, decoded (RFC 2047, 6532), on one line."""

from __future__ import annotations

import pytest

from flectra_inbound import DefectCode, Message, parse
from flectra_inbound.parse.words import decode_words


def subject(value: bytes) -> str:
    return parse(b"Subject: " + value + b"\n\nx").subject


def codes(message: Message) -> set[DefectCode]:
    return {defect.code for defect in message.defects}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"plain", "plain"),
        (b"", ""),
        (b"  spaces  ", "spaces"),
        (b"a\n b", "a b"),  # RFC 5322, section 2.2.3: the white space stays
        (b"a\n\tb", "a b"),
        (b"a\r\n  b", "a  b"),
        (b"a\n \n b", "a  b"),  # section 4.2: obs-FWS, a fold of white space only
        (b"\n folded at once", "folded at once"),
        ("Grüße".encode(), "Grüße"),  # RFC 6532
        (b"caf\xe9", "café"),
        (b"a\x00b", "a b"),
        (b"a\x1b[31mb", "a [31mb"),
        ("a\u2028b".encode(), "a b"),
    ],
)
def test_a_value_is_one_line(value: bytes, text: str) -> None:
    assert subject(value) == text.replace("\t", " ")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?UTF-8?B?R3LDvMOfZQ==?=", "Grüße"),
        (b"=?utf-8?Q?a_b=5Fc?=", "a b_c"),
        (b"=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),  # section 6.2: white space between neighbours is not shown
        (b"=?utf-8?q?a?=\n =?utf-8?q?b?=", "ab"),
        (b"=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        (b"=?utf-8?q?a?= =?iso-8859-1?q?=E9?=", "aé"),
        (b"=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        (b"x=?utf-8?q?a?=y", "xay"),  # within a word: section 5 forbids it, mailers write it
        (b"=?utf-8?b?4oI=?= =?utf-8?b?rA==?=", "€"),  # a character split between words
        (b"=?utf-8?q?=E2=82?=\n =?utf-8?q?=AC?=", "€"),
        (b"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本"),
        (b"=?utf-8*de?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),  # RFC 2231, section 5: language
        (b"=?iso-8859-1?q?=80?=", "€"),
        (b"=?us-ascii?q?caf=E9?=", "café"),
        (b"=?utf-8?q?a b?=", "a b"),  # QUIRK: a space that is not encoded
        (b"=?utf-8?b?YWJj?= =?utf-8?q??=", "abc"),
        (b"=?utf-8?b?YWI?=", "ab"),  # no padding
        (b"=?utf-8?b?YWJjZ?=", "abc"),  # one letter too many
        (b"=?utf-8?q?a=0D=0Ab?=", "a b"),
        (b"=?utf-8?q?a=00b?=", "a b"),
        (b"=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=", "=?utf-8?q?a?="),  # decoded once only
    ],
)
def test_encoded_words_are_decoded(value: bytes, text: str) -> None:
    assert subject(value) == text


@pytest.mark.parametrize(
    "value", ["=?", "=?utf-8?q?open", "=?utf-8?x?abc?=", "=?utf-8?q", "a =? b ?= c", "=??", "==?=?"]
)
def test_what_is_no_encoded_word_stays_as_it_is(value: str) -> None:
    assert subject(value.encode()) == value
    assert decode_words(value) == (value, None)


@pytest.mark.parametrize("value", [b"=?x-nope?q?caf=E9?=", b"=?utf-7?q?+AOk-?=", b"=?rot13?q?abc?="])
def test_a_word_in_no_charset_is_guessed_with_a_defect(value: bytes) -> None:
    message = parse(b"Subject: " + value + b"\n\nx")
    assert message.subject in ("café", "+AOk-", "abc")
    assert DefectCode.BAD_ENCODED_WORD in codes(message)


def test_no_surrogate_comes_out_of_a_word() -> None:
    subject(b"=?utf-16be?b?2AA=?= =?utf-8?b?7aCA?=").encode()


def test_names_are_found_in_any_case_and_the_first_of_two_counts() -> None:
    message = parse(b"SUBJECT: one\nsubject: two\nX-A: 1\nx-a: 2\n\nx")
    assert message.subject == "one"
    assert message.headers.get_all("x-a") == ["1", "2"]
    assert message.headers.get("x-b") is None
    assert message.headers.get_all("x-b") == []
    assert list(message.headers) == ["subject", "x-a"]
    assert len(message.headers) == 4
    assert "x-a" in message.headers
    assert [d.header for d in message.defects] == ["subject"]


def test_white_space_before_the_colon_is_obsolete_and_read() -> None:
    message = parse(b"Subject : a\nX-B\t: b\n\nx")
    assert message.subject == "a"
    assert message.headers.get("x-b") == "b"
    assert message.text == "x"


def test_a_field_without_name_ends_no_block() -> None:
    message = parse(b"From: a@b.example\n: nothing\nSubject: s\n\nx")
    assert message.subject == "s"
    assert DefectCode.MISSING_FIELD_NAME in codes(message)


def test_the_first_line_that_is_no_field_begins_the_body() -> None:
    message = parse(b"Subject: s\nno field here\nX: y\n\nrest")
    assert message.subject == "s"
    assert message.text == "no field here\nX: y\n\nrest"
    assert codes(message) == {DefectCode.MISSING_SEPARATOR}


def test_a_continuation_before_any_field_is_skipped() -> None:
    message = parse(b" lead\nSubject: s\n\nx")
    assert (message.subject, message.text) == ("s", "x")
    assert codes(message) == {DefectCode.FIRST_LINE_IS_CONTINUATION}


def test_an_mbox_line_among_fields_is_passed_over() -> None:
    message = parse(b"X: y\n>From a@b.example Mon Jun  3 10:00:00 2024\nSubject: s\n\nx")
    assert (message.subject, message.text) == ("s", "x")
    assert codes(message) == {DefectCode.MBOX_FROM_LINE}


def test_a_carriage_return_in_a_value_begins_no_field() -> None:
    message = parse(b"Subject: a\rBcc: evil@x.example\nFrom: a@b.example\n\nx")
    assert message.subject == "a Bcc: evil@x.example"
    assert "bcc" not in message.headers


def test_eight_bit_bytes_that_are_no_utf8_are_noted() -> None:
    message = parse(b"Subject: caf\xe9\n\nx")
    assert message.subject == "café"
    assert [(d.code, d.header) for d in message.defects] == [(DefectCode.EIGHT_BIT_HEADER, "subject")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_spans_of_values_are_places_in_the_mail(end: bytes) -> None:
    lines = [b"Received: from a", b" by b", b"Subject: =?utf-8?q?a?=", b"To:x@y.example", b"", b"body"]
    message = parse(end.join(lines))
    for name, value in [
        ("received", b" from a" + end + b" by b"),
        ("subject", b" =?utf-8?q?a?="),
        ("to", b"x@y.example"),
    ]:
        start, stop = message.headers.span(name) or (0, 0)
        assert message.source[start:stop].rstrip(b"\r") == value
    assert message.headers.span("cc") is None


def test_raw_values_are_unfolded_and_not_decoded() -> None:
    message = parse(b"Subject: =?utf-8?q?a?=\n b\xe9\n\nx")
    assert message.headers.raw("subject") == "=?utf-8?q?a?= b\xe9"
    assert message.headers.raw_all("subject") == ["=?utf-8?q?a?= b\xe9"]
