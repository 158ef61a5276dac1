"""The message as a whole: which parts are its words, which limits hold, and that nothing is lost at any of them."""

from __future__ import annotations

import pytest

from flectra_inbound import ConfigurationError, DefectCode, InputTypeError, Limits, parse, process

HEAD = b"From: ada@a.example\nTo: b@b.example\nSubject: s\n"


def multipart(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(b"--B\n" + part + b"\n" for part in parts)
    return HEAD + b"Content-Type: multipart/" + kind + b"; boundary=B\n\n" + body + b"--B--\n"


PLAIN = b"Content-Type: text/plain\n\nplain words"
HTML = b"Content-Type: text/html\n\n<p>html words</p>"


def test_alternatives_are_two_views_of_the_same_words() -> None:
    message = parse(multipart(b"alternative", PLAIN, HTML))
    assert (message.text, message.html) == ("plain words", "<p>html words</p>")
    assert message.attachments == ()


def test_an_empty_plain_alternative_hides_no_words() -> None:
    assert parse(multipart(b"alternative", b"Content-Type: text/plain\n\n \n", HTML)).text == "html words"


def test_parts_in_a_row_are_all_words_in_both_views() -> None:
    message = parse(multipart(b"mixed", PLAIN, HTML))
    assert message.text == "plain words\nhtml words"
    assert message.html == "<pre>plain words</pre>\n<p>html words</p>"


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Disposition: attachment\n\nnot read",
        b'Content-Type: text/plain; name="a.txt"\n\nnot read',
        b"Content-Type: text/calendar\n\nnot read",
        b"Content-Type: message/rfc822\n\nSubject: x\n\nnot read",
    ],
)
def test_what_is_attached_is_no_text(part: bytes) -> None:
    message = parse(multipart(b"mixed", PLAIN, part))
    assert message.text == "plain words"
    assert len(message.attachments) == 1


def test_text_behind_the_first_part_of_a_report_is_the_returned_mails() -> None:
    assert parse(multipart(b"report", PLAIN, b"Content-Type: text/plain\n\nreturned")).text == "plain words"


def test_text_of_an_unknown_kind_is_read_where_there_is_no_other() -> None:
    assert parse(HEAD + b"Content-Type: text/enriched\n\nwords").text == "words"


def many(line: bytes, count: int) -> bytes:
    return b"".join(line % i for i in range(count))


#: limit, value, mail, the defect that says so, words that must come through
LIMITED = [
    ("message_bytes", 120, multipart(b"mixed", PLAIN) + b"x" * 100, DefectCode.MESSAGE_TRUNCATED, "plain words"),
    ("nesting_depth", 2, multipart(b"mixed", b"Content-Type: multipart/mixed; boundary=C\n\n--C\n\nwords\n--C--"),
     DefectCode.DEPTH_LIMIT, "words"),
    ("parts", 2, multipart(b"mixed", PLAIN, b"\nmore words"), DefectCode.PART_LIMIT, "more words"),
    ("header_block_bytes", 60, HEAD + many(b"X-%d: y\n", 20) + b"\nwords", DefectCode.HEADER_BLOCK_LIMIT, "words"),
    ("part_header_block_bytes", 60, multipart(b"mixed", many(b"X-%d: y\n", 20) + b"\nwords"),
     DefectCode.HEADER_BLOCK_LIMIT, "words"),
    ("total_header_bytes", 200, multipart(b"mixed", PLAIN, many(b"X-%d: y\n", 30) + b"\nwords"),
     DefectCode.HEADER_BLOCK_LIMIT, "words"),
    ("header_count", 5, HEAD + many(b"X-%d: y\n", 20) + b"\nwords", DefectCode.HEADER_COUNT_LIMIT, "words"),
    ("total_header_count", 5, multipart(b"mixed", many(b"X-%d: y\n", 20) + b"\nwords"), DefectCode.HEADER_COUNT_LIMIT, "words"),
    ("header_value_bytes", 1_000, b"Subject: " + b"s" * 2_000 + b"\n\nwords", DefectCode.HEADER_VALUE_LIMIT, "words"),
    ("long_header_value_bytes", 1_000, b"To: " + b"a@b.example, " * 4_000 + b"\n\nwords", DefectCode.HEADER_VALUE_LIMIT, "words"),
    ("boundary_bytes", 3, multipart(b"mixed", PLAIN).replace(b"boundary=B", b"boundary=BBBB"),
     DefectCode.BOUNDARY_TOO_LONG, "plain words"),
    ("addresses", 2, b"To: a@b.example, c@d.example, e@f.example\n\nwords", DefectCode.ADDRESS_LIMIT, "words"),
    ("comment_depth", 2, b"To: (((x))) a@b.example\n\nwords", DefectCode.BAD_ADDRESS, "words"),
    ("encoded_words", 2, b"Subject: " + b"=?utf-8?q?a?= " * 4 + b"\n\nwords", DefectCode.ENCODED_WORD_LIMIT, "words"),
    ("parameters", 2, HEAD + b"Content-Type: text/plain; a=1; b=2; c=3\n\nwords", DefectCode.PARAMETER_LIMIT, "words"),
    ("parameter_segments", 2, HEAD + b"Content-Type: text/plain; n*0=1; n*1=2; n*2=3\n\nwords",
     DefectCode.PARAMETER_LIMIT, "words"),
    ("message_ids", 2, b"References: <a@x> <b@x> <c@x>\n\nwords", DefectCode.MESSAGE_ID_LIMIT, "words"),
    ("text_chars", 3, HEAD + b"Return-Path: <>\nX-Failed-Recipients: a@b.example\n\nmany words", DefectCode.TEXT_LIMIT, "words"),
    ("text_lines", 1, HEAD + b"Return-Path: <>\nX-Failed-Recipients: a@b.example\n\nmany\nmore\nwords",
     DefectCode.TEXT_LIMIT, "words"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "raw", "code", "words"), LIMITED, ids=[case[0] for case in LIMITED])
def test_past_a_limit_the_words_come_through_with_a_defect(
    name: str, value: int, raw: bytes, code: DefectCode, words: str
) -> None:
    from flectra_inbound import Pipeline

    limited = Pipeline(limits=Limits(**{name: value})).process(raw)
    assert code in {defect.code for defect in limited.defects}
    assert words in limited.mail.text
    assert code not in {defect.code for defect in process(raw).defects} or name == "long_header_value_bytes"


def test_defects_past_their_limit_are_not_kept() -> None:
    raw = b"Subject: 1\nSubject: 2\nFrom: a@b.example\nFrom: a@b.example\nDate: x\n\nwords"
    assert len(parse(raw).defects) == 2
    assert len(parse(raw, limits=Limits(defects=1)).defects) == 1


def test_messages_encoded_in_one_another_are_read_to_a_depth() -> None:
    import base64

    raw = b"Subject: deepest\n\nwords\n"
    for _ in range(3):
        raw = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(raw)
    assert len(parse(raw).parts) == 4
    message = parse(raw, limits=Limits(encoded_depth=2))
    assert len(message.parts) == 3
    assert DefectCode.ENCODED_DEPTH_LIMIT in {d.code for d in message.defects}


@pytest.mark.parametrize("value", [0, -1, 1.5, "1", None, True])
def test_a_limit_is_a_positive_integer(value: object) -> None:
    with pytest.raises(ConfigurationError, match=r"Limits\.parts"):
        Limits(parts=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("raw", ["text", None, 1, ["x"]])
def test_only_bytes_are_a_mail(raw: object) -> None:
    with pytest.raises(InputTypeError):
        parse(raw)  # type: ignore[arg-type]
