"""Which parts are the author's words and which are attachments, in the shapes that mail programs write."""

from __future__ import annotations

import base64

import pytest

from flectra_inbound import Message, parse, process

PLAIN = b"Content-Type: text/plain\n\nplain words"
HTML = b"Content-Type: text/html\n\n<p>html <b>words</b></p>"
PICTURE = b"Content-Type: image/png\nContent-ID: <p@x>\n\nPNG"
PDF = b"Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n\nPDF"


def multipart(kind: str, boundary: str, *parts: bytes) -> bytes:
    mark = boundary.encode()
    body = b"".join(b"--" + mark + b"\n" + part + b"\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'.encode() + body + b"--" + mark + b"--\n"


def kinds(message: Message) -> tuple[list[str], list[str]]:
    return (
        [part.content_type.value for part in message.bodies],
        [part.content_type.value for part in message.attachments],
    )


def test_html_alone_is_rendered() -> None:
    message = parse(HTML)
    assert (message.text, message.html) == ("html words", "<p>html <b>words</b></p>")


def test_plain_alone_has_no_html() -> None:
    message = parse(PLAIN)
    assert (message.text, message.html) == ("plain words", None)


@pytest.mark.parametrize(
    "raw",
    [
        multipart("mixed", "A", multipart("alternative", "B", PLAIN, multipart("related", "C", HTML, PICTURE)), PDF),
        multipart("mixed", "A", multipart("related", "B", multipart("alternative", "C", PLAIN, HTML), PICTURE), PDF),
        multipart("alternative", "A", PLAIN, multipart("mixed", "B", HTML, PICTURE, PDF)),  # Apple Mail
    ],
    ids=["related within", "related around", "mixed within"],
)
def test_text_html_picture_and_attachment_in_each_others_multiparts(raw: bytes) -> None:
    message = parse(raw)
    assert message.text == "plain words"
    assert message.html == "<p>html <b>words</b></p>"
    assert kinds(message) == (["text/plain", "text/html"], ["image/png", "application/pdf"])


def test_a_picture_of_the_html_is_inline_and_a_file_is_not() -> None:
    html = b'Content-Type: text/html\n\n<img src="cid:p@x">'
    attachments = process(multipart("mixed", "A", multipart("related", "B", html, PICTURE), PDF)).mail.attachments
    assert [(a.content_id, a.inline, a.filename) for a in attachments] == [("p@x", True, None), (None, False, "a.pdf")]


def test_text_around_a_picture_is_all_text() -> None:
    message = parse(multipart("mixed", "A", PLAIN, PICTURE, b"\nmore words"))  # Apple Mail
    assert message.text == "plain words\nmore words"


def test_text_that_is_the_mail_itself_has_a_name_and_is_still_text() -> None:
    assert parse(b'Content-Type: text/plain; name="body.txt"\n\nwords').text == "words"


def test_a_mail_that_is_an_attachment_has_no_text() -> None:
    message = parse(PDF)
    assert (message.text, message.html) == ("", None)
    assert kinds(message) == ([], ["application/pdf"])


@pytest.mark.parametrize("kind", ["message/delivery-status", "text/rfc822-headers", "text/plain", "message/rfc822"])
def test_what_a_report_brings_is_no_text_of_it(kind: str) -> None:
    third = f"Content-Type: {kind}\n\nSubject: machine words\n\nreturned words".encode()
    message = parse(multipart("report", "A", PLAIN, third, b"Content-Type: message/rfc822\n\nSubject: x\n\nreturned"))
    assert message.text == "plain words"
    assert len(message.attachments) >= 2


def test_a_report_may_explain_itself_in_two_views() -> None:
    raw = multipart(
        "report", "A", multipart("alternative", "B", PLAIN, HTML), b"Content-Type: message/rfc822\n\nX: y\n\nz"
    )
    message = parse(raw)
    assert (message.text, message.html) == ("plain words", "<p>html <b>words</b></p>")


def test_words_of_a_forwarded_message_are_its_own() -> None:
    inner = multipart("mixed", "B", b"\ninner words", PDF)
    message = parse(multipart("mixed", "A", PLAIN, b"Content-Type: message/rfc822\n\nSubject: in\n" + inner))
    assert message.text == "plain words"
    assert kinds(message) == (["text/plain"], ["message/rfc822"])
    (embedded,) = message.embedded
    assert embedded.headers.get("subject") == "in"
    assert embedded.root is not None
    assert message.parts[embedded.root.children[0]].text() == "inner words"


def test_a_header_block_alone_is_embedded_too() -> None:
    (embedded,) = parse(multipart("report", "A", PLAIN, b"Content-Type: text/rfc822-headers\n\nSubject: in\n")).embedded
    assert (embedded.headers.get("subject"), embedded.root) == ("in", None)


@pytest.mark.parametrize("encoding", ["base64", "8bit"])
def test_an_attached_message_comes_back_whole(encoding: str) -> None:
    inner = b"Subject: in\n\nwords\n"
    content = base64.encodebytes(inner) if encoding == "base64" else inner
    head = f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {encoding}\n\n".encode()
    (attachment,) = process(multipart("mixed", "A", PLAIN, head + content)).mail.attachments
    assert attachment.content().strip() == inner.strip()


def test_preamble_and_epilogue_are_nobodys_words() -> None:
    raw = multipart("mixed", "A", PLAIN).replace(b"\n\n--A", b"\n\npreamble\n--A", 1) + b"epilogue\n"
    assert parse(raw).text == "plain words"


def test_html_between_plain_parts_is_one_view_of_all() -> None:
    message = parse(multipart("mixed", "A", b"\na < b", HTML, b"\nfooter"))
    assert message.text == "a < b\nhtml words\nfooter"
    assert message.html == "<pre>a &lt; b</pre>\n<p>html <b>words</b></p>\n<pre>footer</pre>"


@pytest.mark.parametrize("raw", [PLAIN, HTML, multipart("alternative", "A", PLAIN, HTML)])
@pytest.mark.parametrize("cut", [1, 5, 12, 30])
def test_a_cut_mail_keeps_its_first_words(raw: bytes, cut: int) -> None:
    message = parse(raw[:-cut])
    assert "plain" in message.text or "html" in message.text or cut >= 12
