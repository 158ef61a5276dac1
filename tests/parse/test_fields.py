"""Structured fields give typed values, or None where they say nothing that can be read (RFC 5322, 2045, 2231, 5321)."""

from __future__ import annotations

import datetime as dt

import pytest

from flectra_inbound import DefectCode, parse
from flectra_inbound.parse.fields import (
    base_name,
    read_content_type,
    read_date,
    read_message_ids,
    read_parameters,
    read_received,
    received_for,
)


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("Mon, 3 Jun 2024 10:00:00 +0200", "2024-06-03T10:00:00+02:00"),
        ("3 Jun 2024 10:00 +0000", "2024-06-03T10:00:00+00:00"),
        ("Mon,  3  Jun  2024 10:00:00 -0730 (some zone)", "2024-06-03T10:00:00-07:30"),
        ("Mon, 03 Jun 2024 10:00:00 GMT", "2024-06-03T10:00:00+00:00"),
        ("Mon, 3 Jun 2024 10:00:00 EST", "2024-06-03T10:00:00-05:00"),
        ("Mon, 3 Jun 2024 10:00:00 PDT", "2024-06-03T10:00:00-07:00"),
        ("Mon, 3 Jun 2024 10:00:00 Q", "2024-06-03T10:00:00+00:00"),  # section 4.3: military zones mean nothing
        ("Mon, 3 Jun 2024 10:00:00 -0000", "2024-06-03T10:00:00+00:00"),
        ("Mon, 3 Jun 2024 10:00:00", "2024-06-03T10:00:00+00:00"),
        ("3 Jun 24 10:00:00 Z", "2024-06-03T10:00:00+00:00"),  # section 4.3: two-digit years
        ("3 Jun 99 10:00:00 Z", "1999-06-03T10:00:00+00:00"),
        ("3 Jun 124 10:00:00 Z", "2024-06-03T10:00:00+00:00"),
        ("Mon, 3 Jun 2024 23:59:60 +0000", "2024-06-03T23:59:59+00:00"),
        ("Monday, 3 June 2024 10:00:00 +0000", "2024-06-03T10:00:00+00:00"),
        ("03-Jun-2024 10:00:00 +0000", "2024-06-03T10:00:00+00:00"),
        ("3 Jun 2024 10.00.05 +0000", "2024-06-03T10:00:05+00:00"),
        ("3 Jun 2024 10:00:00 PM +0000", "2024-06-03T22:00:00+00:00"),
        ("3 Jun 2024 12:00:00 AM +0000", "2024-06-03T00:00:00+00:00"),
        ("Mon, 3 Jun 2024 10:00:00 UTC+0200", "2024-06-03T10:00:00+02:00"),
        ("Mon, 3 Jun 2024 10:00:00 +02:00", "2024-06-03T10:00:00+02:00"),
        ("Mon Jun  3 10:00:00 2024", "2024-06-03T10:00:00+00:00"),
        ("Mon Jun  3 10:00:00 CEST 2024", "2024-06-03T10:00:00+02:00"),
        ("Mon Jun  3 10:00:00 2024 -0500", "2024-06-03T10:00:00-05:00"),
        ("Jun 3, 2024 10:00:00", "2024-06-03T10:00:00+00:00"),
        ("2024-06-03T10:00:00Z", "2024-06-03T10:00:00+00:00"),
        ("2024-06-03 10:00:00.123 +02:00", "2024-06-03T10:00:00+02:00"),
        ("2024-06-03T10:00+0530", "2024-06-03T10:00:00+05:30"),
        ("1 Jan 1970 00:00:00 +0000", "1970-01-01T00:00:00+00:00"),
    ],
)
def test_dates_of_all_kinds_are_aware(value: str, iso: str) -> None:
    date = read_date(value)
    assert date is not None
    assert date.isoformat() == iso


@pytest.mark.parametrize(
    "value",
    [
        "", "garbage", ",", "Mon, 32 Jun 2024 10:00:00 +0000", "29 Feb 2023 10:00 Z", "3 Foo 2024 10:00 Z", "3 Jun 2024",
        "3 Jun 2024 25:00 Z", "3 Jun 2024 10:00:00 +9999", "3 Jun 0 10:00 Z", "1 Jan 0001 00:00 +2359", "31 Dec 9999 23:59 -2359",
        "٣ Jun 2024 10:00 +0000", "1" * 5_000, "2024-13-01T10:00:00Z", "2024-01-01T10:00:00+99:00",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(value: str) -> None:
    assert read_date(value) is None


def test_a_bad_date_is_noted_and_a_missing_one_is_not() -> None:
    assert parse(b"X: y\n\nx").date is None
    assert not parse(b"X: y\n\nx").defects
    message = parse(b"Date: soon\n\nx")
    assert message.date is None
    assert [d.code for d in message.defects] == [DefectCode.BAD_DATE]


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@b>", ["<a@b>"]),
        (" <a@b>  <c@d>,<e@f> ", ["<a@b>", "<c@d>", "<e@f>"]),
        ("<a\n @b>", ["<a@b>"]),
        ("a@b", ["<a@b>"]),  # QUIRK: webmailers leave the brackets out
        ("a@b c@d", ["<a@b>", "<c@d>"]),
        ("Your message of Monday <a@b> (comment)", ["<a@b>"]),  # section 4.5.4: obs-in-reply-to holds phrases
        ("<no-at-sign>", ["<no-at-sign>"]),
        ("<>", []),
        ("", []),
        ("words only", []),
        ("<a@b", []),
    ],
)
def test_message_ids(value: str, ids: list[str]) -> None:
    assert read_message_ids(value)[0] == ids


def test_ids_of_a_mail() -> None:
    message = parse(b"Message-ID: <a@b>\nIn-Reply-To: <c@d>\nReferences: <e@f>\n <c@d>\n\nx")
    assert message.message_id == "<a@b>"
    assert message.in_reply_to == ("<c@d>",)
    assert message.references == ("<e@f>", "<c@d>")
    assert parse(b"\n\nx").message_id is None


def test_a_trace_field_is_taken_apart() -> None:
    got = read_received(
        "from a.example (b.example [192.0.2.1]) by c.example (Postfix) with ESMTP id 4X for <u@d.example>;"
        " Mon, 3 Jun 2024 10:00:00 +0000"
    )
    assert (got.from_, got.by, got.with_, got.for_) == ("a.example", "c.example", "ESMTP", "u@d.example")
    assert got.date == dt.datetime(2024, 6, 3, 10, tzinfo=dt.timezone.utc)
    assert got.via is None


def test_trace_words_in_comments_do_not_count() -> None:
    got = read_received("by c.example (from evil by evil) id 7; bad date")
    assert (got.from_, got.by, got.id, got.date) == (None, "c.example", "7", None)


def test_the_path_of_a_mail() -> None:
    message = parse(b"Return-Path: <a@b.example>\nReceived: by x; 3 Jun 2024 10:00 Z\nReceived: by y\n\nx")
    assert message.return_path == "a@b.example"
    assert [r.by for r in message.received] == ["x", "y"]
    assert parse(b"Return-Path: <>\n\nx").return_path == ""
    assert parse(b"X: y\n\nx").return_path is None


@pytest.mark.parametrize(
    ("value", "media_type", "parameters"),
    [
        ("text/plain", "text/plain", {}),
        ("TEXT/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ('text/plain; charset="utf-8"; format=flowed', "text/plain", {"charset": "utf-8", "format": "flowed"}),
        ('multipart/mixed; boundary="a;b\\"c"', "multipart/mixed", {"boundary": 'a;b"c'}),
        ("text/plain; charset = utf-8 ; x=y", "text/plain", {"charset": "utf-8", "x": "y"}),
        ("text/plain; charset=utf-8 (comment)", "text/plain", {"charset": "utf-8"}),
        ("text/plain (comment); charset=utf-8", "text/plain", {"charset": "utf-8"}),
        ("application/pdf; name=my file.pdf; x=y", "application/pdf", {"name": "my file.pdf", "x": "y"}),
        ('application/pdf; name="open', "application/pdf", {"name": "open"}),
        ("text/plain; charset=a; charset=b", "text/plain", {"charset": "a"}),
        ("text/plain;;; charset=a;", "text/plain", {"charset": "a"}),
        ("text/plain;\r\n\tcharset=a", "text/plain", {"charset": "a"}),
        ("binary/octet-stream", "application/octet-stream", {}),
        ("text", "text/plain", {}),
        ("", "text/plain", {}),
        ("/", "text/plain", {}),
        ("charset=utf-8", "text/plain", {"charset": "utf-8"}),
    ],
)
def test_content_types(value: str, media_type: str, parameters: dict[str, str]) -> None:
    found = read_content_type(value)
    assert (found.value, dict(found.parameters)) == (media_type, parameters)
    assert found.main == media_type.partition("/")[0]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("; name*=utf-8''Gr%C3%BC%C3%9Fe", "Grüße"),
        ("; name*=iso-8859-1'de'Gr%FC%DFe", "Grüße"),
        ("; name*0=ab; name*1=cd", "abcd"),
        ("; name*1=cd; name*0=ab", "abcd"),  # section 3: order does not matter
        ("; name*0*=utf-8''a%C3; name*1*=%A9b; name*2=%41", "aéb%41"),  # a character split; the last piece is literal
        ("; name=plain; name*=utf-8''better", "better"),
        ("; name*0=a; name*2=c", "a"),  # a gap ends it
        ("; name*=no-quotes%20here", "no-quotes here"),
        ("; name*=nope''caf%E9", "café"),
        ("; name*0*=''caf%C3%A9", "café"),
        ("; name*=utf-8''a%zz", "a%zz"),
        ("; name*0*=utf-8''it's; name*1=it's", "it'sit's"),
    ],
)
def test_rfc_2231_pieces_are_joined_and_decoded(value: str, name: str) -> None:
    assert read_parameters(value)[0]["name"] == name


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ("attachment; filename=a.pdf", "a.pdf"),
        ('attachment; filename="a b.pdf"', "a b.pdf"),
        ("attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.pdf", "Grüße.pdf"),
        ("attachment; filename*=utf-8''%C3%82%C2%A1.pdf", "Â¡.pdf"),
        ('attachment; filename="=?utf-8?q?Gr=C3=BC=C3=9Fe=2Epdf?="', "Grüße.pdf"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="..\\\\..\\\\evil.exe"', "evil.exe"),
        ('attachment; filename="C:\\\\x\\\\a.txt"', "a.txt"),
        ('attachment; filename="a=0D=0Ab"', "a=0D=0Ab"),
        ('attachment; filename="=?utf-8?q?a=0D=0Ab?="', "a b"),
        ('attachment; filename=""', "other.pdf"),
        ("attachment", "other.pdf"),
        ("inline; filename=in.pdf", "in.pdf"),
    ],
)
def test_file_names_are_decoded_and_never_a_path(disposition: str, name: str) -> None:
    mail = f"Content-Type: application/pdf; name=other.pdf\nContent-Disposition: {disposition}\n\nx"
    assert parse(mail.encode()).root.filename == name


def test_eight_bit_file_names_are_read() -> None:
    for raw in ("Grüße.pdf".encode(), "Grüße.pdf".encode("latin-1")):
        assert parse(b'Content-Disposition: attachment; filename="' + raw + b'"\n\nx').root.filename == "Grüße.pdf"


@pytest.mark.parametrize("name", ["", ".", "..", "/", "C:", "\\", "a/", " . "])
def test_a_name_without_a_name_is_none(name: str) -> None:
    assert base_name(name) is None


@pytest.mark.parametrize(
    ("value", "recipient"),
    [
        (
            "from a.example by b.example with SMTP id 1 for <nora@c.example>; Mon, 1 Jun 2026 10:00:00 +0000",
            "nora@c.example",
        ),
        (
            "from a.example (a [192.0.2.1]) by b.example\tFOR nora@c.example; Mon, 1 Jun 2026 10:00:00 +0000",
            "nora@c.example",
        ),
        (
            "from a (for <x@y.example>) by b for <nora@c.example> (single-drop); Mon, 1 Jun 2026 10:00:00",
            "nora@c.example",
        ),
        ("from a (for <x@y.example>) by b; Mon, 1 Jun 2026 10:00:00 +0000", None),
        ("from a by b (envelope-from <x@y.example>); Mon, 1 Jun 2026 10:00:00 +0000", None),
        ("from a by b for multiple recipients; Mon, 1 Jun 2026 10:00:00 +0000", None),
        ("from a by b for <nora@c.example>", "nora@c.example"),
        ("", None),
    ],
)
def test_the_recipient_of_a_trace_field(value: str, recipient: str | None) -> None:
    assert received_for(value) == recipient
    assert recipient is None or read_received(value).for_ == recipient


def test_of_too_many_ids_the_first_and_the_last_remain() -> None:
    ids = [f"<{number}@x>" for number in range(50)]
    assert read_message_ids(" ".join(ids), 5) == (ids[:2] + ids[-3:], False)
    assert read_message_ids(" ".join(ids), 1) == (ids[-1:], False)
    assert read_message_ids(" ".join(id_[1:-1] for id_ in ids), 4) == (ids[:2] + ids[-2:], False)
    assert read_message_ids(" ".join(ids), 50) == (ids, True)
