"""Structure: every part is found where it lies, and nothing is lost where the structure is broken (RFC 2045, 2046)."""

from __future__ import annotations

import base64

import pytest

from flectra_inbound import DefectCode, Message, parse

HEAD = b"From: ada@a.example\nMIME-Version: 1.0\n"


def multipart(body: bytes, kind: bytes = b"mixed", boundary: bytes = b"B") -> bytes:
    return HEAD + b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\n\n' + body


def shape(message: Message) -> list[tuple[str, str]]:
    return [(part.path, part.content_type.value) for part in message.parts]


def codes(message: Message) -> set[DefectCode]:
    return {defect.code for defect in message.defects}


def test_parts_are_flat_with_paths_as_in_imap() -> None:
    inner = b'Content-Type: multipart/alternative; boundary="I"\n\n--I\n\na\n--I\nContent-Type: text/html\n\nb\n--I--\n'
    message = parse(multipart(b"--B\n" + inner + b"--B\nContent-Type: image/png\n\nc\n--B--\n"))
    assert shape(message) == [
        ("", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "image/png"),
    ]
    assert [p.parent for p in message.parts] == [None, 0, 1, 1, 0]
    assert [p.raw_body for p in message.parts if p.is_leaf] == [b"a", b"b", b"c"]
    assert not message.defects


@pytest.mark.parametrize("prefix", [b"", b"\xef\xbb\xbf", b"From x Mon Jun  3 10:00:00 2024\n", b"\n\n"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_spans_are_places_in_the_mail(prefix: bytes, end: bytes) -> None:
    raw = (prefix + multipart(b"--B\n\nfirst\n--B\n\nsecond\n--B--\n")).replace(b"\n", end)
    for part, body in zip(parse(raw).parts[1:], (b"first", b"second"), strict=True):
        span = part.span()
        assert span is not None
        assert raw[slice(*span)] == body


def test_content_of_an_encoded_message_has_no_span() -> None:
    returned = base64.encodebytes(b"Subject: x\n\nhello\n")
    body = b"--B\nContent-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + returned + b"--B--\n"
    message = parse(multipart(body))
    assert shape(message)[-1] == ("1", "text/plain")
    assert message.parts[-1].text() == "hello\n"
    assert message.parts[-1].span() is None


def test_an_outer_delimiter_ends_all_inner_parts() -> None:
    inner = b'Content-Type: multipart/mixed; boundary="I"\n\n--I\n\nnever closed\n'
    message = parse(multipart(b"--B\n" + inner + b"--B\n\nnext\n--B--\n"))
    assert [p.text() for p in message.bodies] == ["never closed", "next"]
    assert codes(message) == {DefectCode.CLOSE_BOUNDARY_NOT_FOUND}


def test_a_boundary_that_begins_like_another_is_another() -> None:
    inner = b'Content-Type: multipart/mixed; boundary="BB"\n\n--BB\n\none\n--BB--\n'
    message = parse(multipart(b"--B\n" + inner + b"--B\n\n--Bx\ntwo\n--B--\n"))
    assert [p.text() for p in message.bodies] == ["one", "--Bx\ntwo"]


def test_a_boundary_with_a_colon_is_no_field_of_the_message_before_it() -> None:
    body = b"--B:1\nContent-Type: message/rfc822\n\nSubject: cut\n--B:1\n\nnext\n--B:1--\n"
    message = parse(multipart(body, boundary=b"B:1"))
    assert [e.headers.get("subject") for e in message.embedded] == ["cut"]
    assert message.text == "next"


def test_the_same_boundary_at_both_levels_is_the_outer_one() -> None:
    inner = b'Content-Type: multipart/mixed; boundary="B"\n\n--B\n\nx\n'
    assert shape(parse(multipart(b"--B\n" + inner + b"--B--\n"))) == [
        ("", "multipart/mixed"),
        ("1", "multipart/mixed"),
        ("2", "text/plain"),
    ]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (HEAD + b"Content-Type: multipart/mixed\n\nmarmalade\n", DefectCode.MISSING_BOUNDARY),
        (multipart(b"marmalade\n"), DefectCode.START_BOUNDARY_NOT_FOUND),
        (multipart(b"--C\n\nmarmalade\n--C--\n"), DefectCode.START_BOUNDARY_NOT_FOUND),
        (multipart(b"--B\n\nmarmalade\n"), DefectCode.CLOSE_BOUNDARY_NOT_FOUND),
        (multipart(b"marmalade\n", boundary=b"b" * 300), DefectCode.BOUNDARY_TOO_LONG),
        (HEAD + b"Content-Type: ;;\n\nmarmalade\n", DefectCode.BAD_CONTENT_TYPE),
        (HEAD + b"Content-Transfer-Encoding: x-odd\n\nmarmalade\n", DefectCode.UNKNOWN_ENCODING),
    ],
)
def test_the_words_come_through_a_broken_structure(raw: bytes, code: DefectCode) -> None:
    message = parse(raw)
    assert "marmalade" in message.text
    assert code in codes(message)


def test_a_multipart_is_read_as_it_is_whatever_encoding_it_claims() -> None:
    raw = multipart(b"--B\n\nhello\n--B--\n").replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n", 1)
    assert parse(raw).text == "hello"
    assert codes(parse(raw)) == {DefectCode.MULTIPART_ENCODING}


def test_parts_of_a_digest_are_messages() -> None:
    message = parse(multipart(b"--B\n\nSubject: one\n\nx\n--B\n\nSubject: two\n\ny\n--B--\n", b"digest"))
    assert [e.headers.get("subject") for e in message.embedded] == ["one", "two"]
    assert message.text == ""


def test_a_message_within_the_message_owns_its_parts() -> None:
    inner = b"Content-Type: message/rfc822\n\nSubject: in\n\ninner words\n"
    message = parse(multipart(b"--B\n\nouter words\n--B\n" + inner + b"--B--\n"))
    assert [(p.path, p.owner) for p in message.parts] == [("", None), ("1", None), ("2", None), ("2", 2)]
    assert message.text == "outer words"


def test_an_attachment_is_not_copied_before_it_is_asked_for() -> None:
    data = base64.encodebytes(b"\0" * 3_000)
    raw = multipart(
        b'--B\nContent-Type: image/png; name="a.png"\nContent-Transfer-Encoding: base64\n\n' + data + b"--B--\n"
    )
    (part,) = parse(raw).attachments
    assert (part.filename, part.size, part.content()) == ("a.png", 3_000, b"\0" * 3_000)
