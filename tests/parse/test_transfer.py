"""Transfer encodings are undone, and what is none comes through as it is (RFC 2045, section 6)."""

from __future__ import annotations

import base64
import binascii
import quopri

import pytest

from flectra_inbound import DefectCode, Message, parse
from flectra_inbound.parse.transfer import decode_transfer


def mail(encoding: str, content: bytes) -> Message:
    return parse(b"Content-Transfer-Encoding: " + encoding.encode() + b"\n\n" + content)


def decoded(encoding: str, content: bytes) -> tuple[bytes, list[DefectCode]]:
    seen: list[DefectCode] = []
    return decode_transfer(content, encoding, lambda code, *_: seen.append(code)), seen


@pytest.mark.parametrize("encoding", ["", "7bit", "8bit", "binary", "7BIT", ' "8bit" ', "8bit; x=y"])
def test_what_changes_nothing_changes_nothing(encoding: str) -> None:
    assert mail(encoding, b"=41 QQ==").root.content() == b"=41 QQ=="


@pytest.mark.parametrize("size", range(12))
def test_base64_of_any_length(size: int) -> None:
    content = bytes(range(size))
    assert decoded("base64", base64.b64encode(content)) == (content, [])
    assert decoded("base64", base64.encodebytes(content)) == (content, [])
    assert decoded("base64", base64.b64encode(content).rstrip(b"=")) == (content, [])


@pytest.mark.parametrize("content", ["Grüße – »ja«? ÿþý~~~".encode(), bytes(range(256))])
def test_base64_in_the_alphabet_for_urls(content: bytes) -> None:
    """RFC 4648, section 5: "-" and "_", where no sign of the other alphabet stands."""
    sent = base64.urlsafe_b64encode(content)
    assert b"-" in sent or b"_" in sent
    assert decoded("base64", sent) == (content, [])
    assert decoded("base64", sent.rstrip(b"=")) == (content, [])
    lines = b"\r\n".join(sent[i : i + 76] for i in range(0, len(sent), 76))
    assert decoded("base64", lines) == (content, [])


def test_a_rule_below_base64_is_none_of_it() -> None:
    content, _ = decoded("base64", base64.b64encode(b"the letter") + b"\n_______________\n")
    assert content.startswith(b"the letter")
    assert b"_______________" in content


def test_base64_lines_of_any_kind() -> None:
    content = bytes(range(256)) * 4
    for end in (b"\n", b"\r\n", b"", b"\n\n"):
        assert decoded("base64", base64.encodebytes(content).replace(b"\n", end)) == (content, [])


def test_text_after_base64_is_kept() -> None:
    # Mailman and some gateways add their footer without a look at the encoding
    footer = b"-- \nSent by a list: https://lists.example/\n"
    content, codes = decoded("base64", base64.encodebytes(b"the letter\n") + footer)
    assert content.startswith(b"the letter\n")
    assert footer.strip() in content
    assert codes == [DefectCode.BASE64_TRAILING_DATA]


def test_a_second_run_of_base64_is_decoded() -> None:
    content, codes = decoded("base64", base64.encodebytes(b"one..") + base64.encodebytes(b"two"))
    assert content == b"one..two"
    assert codes == [DefectCode.BASE64_TRAILING_DATA]


@pytest.mark.parametrize(
    "content", [b"no base64 at all, but some words!\n", b"Gr\xfc\xdfe aus K\xf6ln\n", b"A", b"$$$$"]
)
def test_what_is_no_base64_comes_through(content: bytes) -> None:
    assert decoded("base64", content) == (content, [DefectCode.UNDECODABLE_BASE64])


def test_base64_with_foreign_signs_here_and_there_is_decoded() -> None:
    lines = base64.encodebytes(b"x" * 600).split(b"\n")
    lines[0] = b"!" + lines[0]
    content, codes = decoded("base64", b"\n".join(lines))
    assert content == b"x" * 600
    assert codes == [DefectCode.UNDECODABLE_BASE64]


def test_base64_that_was_cut_gives_what_is_there() -> None:
    for cut in range(1, 5):
        content, _ = decoded("base64", base64.b64encode(b"0123456789" * 6)[:-cut])
        assert content.startswith(b"0123456789" * 5)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"Gr=C3=BC=C3=9Fe", "Grüße".encode()),
        (b"soft =\nbreak", b"soft break"),
        (b"soft =\r\nbreak", b"soft break"),
        (b"a=3db", b"a=b"),
        (b"a=ZZb", b"a=ZZb"),
        (b"ends in =", b"ends in "),
        (b"100% = sure", None),
        (b"", b""),
    ],
)
def test_quoted_printable(content: bytes, text: bytes | None) -> None:
    got, codes = decoded("quoted-printable", content)
    assert got == text if text is not None else b"sure" in got
    assert codes == []


def test_quoted_printable_of_everything() -> None:
    content = bytes(range(256)) * 3
    assert decoded("quoted-printable", quopri.encodestring(content)) == (content, [])


@pytest.mark.parametrize("encoding", ["x-uuencode", "uuencode", "x-uue", "uue"])
def test_uuencode(encoding: str) -> None:
    content = bytes(range(200))
    lines = [binascii.b2a_uu(content[i : i + 45]) for i in range(0, 200, 45)]
    raw = b"begin 644 a.bin\n" + b"".join(lines) + b"`\nend\n"
    assert decoded(encoding, raw) == (content, [])
    assert decoded(encoding, raw.replace(b"\n", b"\r\n")) == (content, [])


def test_uuencode_without_the_spaces_at_line_ends() -> None:
    assert decoded("uue", b"begin 644 a\n#86)C\n!80\nend\n") == (b"abca", [])


@pytest.mark.parametrize("content", [b"no begin line", b"begin 644 a\n\xff\xff\xff\nend\n"])
def test_what_is_no_uuencode_comes_through(content: bytes) -> None:
    assert decoded("x-uuencode", content) == (content, [DefectCode.UNDECODABLE_UUENCODE])


def test_an_unknown_encoding_comes_through() -> None:
    message = mail("x-own", b"words")
    assert message.text == "words"
    assert [(d.code, d.header, d.detail) for d in message.defects] == [
        (DefectCode.UNKNOWN_ENCODING, "content-transfer-encoding", "x-own")
    ]


@pytest.mark.parametrize(
    ("encoding", "content"),
    [
        ("base64", base64.encodebytes(b"x" * 1_000)),
        ("base64", base64.encodebytes(b"x" * 998)),
        ("base64", b"QQ==\r\n"),
        ("base64", b""),
        ("quoted-printable", b"=41=42"),
        ("8bit", b"12345"),
    ],
)
def test_the_size_is_told_without_decoding(encoding: str, content: bytes) -> None:
    part = mail(encoding, content).root
    assert part.size == len(part.content())
