"""`interop.mail_parser`: a MailParser read without a second parse, and mail-parser's attributes on our Message."""

from __future__ import annotations

import base64
import binascii
import email
import logging
from email.message import EmailMessage
from email.message import Message as StdlibMessage
from typing import Any

import pytest

from flectra_inbound import Inbound, InputTypeError, Kind, Limits, Pipeline, parse
from flectra_inbound.interop.mail_parser import MailView, as_message, parse_from_bytes, parse_from_string
from flectra_inbound.parse.mime import Scanner

from ..hostile import FAMILIES
from .mails import Difference, Tally, case, cases, real
from .test_stdlib_email import KNOWN, facts


class Parsed:
    """What we use of a MailParser."""

    def __init__(self, message: StdlibMessage | None) -> None:
        self.message = message


def parsed(raw: bytes) -> Parsed:
    return Parsed(email.message_from_bytes(raw))


#: attributes of the view that differ, by class; counted by mail
#: damaged mails that the standard library's parser, on which it builds, reads otherwise; beside `KNOWN`
READ_OTHERWISE = {
    "malformed/mime/0011-boundary-quote-open": "a boundary parameter whose quote never ends",
    "malformed/mime/0024-boundary-folded": "a boundary parameter with a fold in it",
}
VIEW = {
    "fields unseen": Difference("a mark, blank, CR or mbox line above or among the fields; or a thousand of them", 4, 14),
    "texts within": Difference("it gives the texts of returned and attached messages as the mail's own", 85, 200),
    "charset": Difference("it takes the text for ASCII: iso-2022-jp in 7 bits, a charset that only the HTML names", 20, 90),
    "text of odd parts": Difference("damaged or unnamed parts: it gives raw bytes, or leaves the text out", 5, 30),
    "attachments": Difference("it leaves out what has no name: reports, returned messages; it gives them random names", 180, 450),
    "fold": Difference("it keeps the line ends and tabs of folded fields, of Received above all", 900, 1_900),
    "people": Difference("comments that name the mailbox; groups and mailboxes without address; raw bytes, damage", 8, 60),
    "ids": Difference("it gives the whole field, with what stands behind the id", 4, 16),
    "date": Difference("it knows fewer zones by name", 1, 4),
    "header": Difference("encoded words in places where they are not allowed, raw bytes, letters in two pieces", 2, 45),
}  # fmt: skip


def test_the_attributes_of_a_mail() -> None:
    mail = parse_from_bytes(
        b"From: =?utf-8?q?Nor=C3=A4_Vale?= <nora@example.com>\r\nTo: desk@host.example, Ada <ada@host.example>\r\n"
        b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nDate: Mon, 3 Jun 2024 10:00:00 +0200\r\nX-Tag: a\r\nX-TAG: b\r\n"
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\n"
        b"Hello\r\n--B\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        b"JVBERi0x\r\n--B\r\nContent-Type: text/html\r\n\r\n<p>Hello</p>\r\n"
    )
    assert mail.subject == "Grüße"
    assert mail.from_ == [("Norä Vale", "nora@example.com")]
    assert mail.to == [("", "desk@host.example"), ("Ada", "ada@host.example")]
    assert (mail.text_plain, mail.text_html) == (["Hello"], ["<p>Hello</p>\n"])
    assert mail.body == "Hello\n--- mail_boundary ---\n<p>Hello</p>\n"
    assert mail.headers["X-Tag"] == ["a", "b"]
    assert mail.headers["From"] == mail.from_
    assert mail.headers["Subject"] == "Grüße"
    assert mail.date is not None
    assert mail.date.isoformat() == "2024-06-03T08:00:00+00:00"
    (attachment,) = mail.attachments
    assert (attachment["filename"], attachment["mail_content_type"]) == ("a.pdf", "application/pdf")
    assert base64.b64decode(attachment["payload"]) == b"%PDF-1"
    assert mail.has_defects
    assert mail.defects == [{"multipart/mixed": ["close-boundary-not-found"]}]
    assert mail.defects_categories == {"close-boundary-not-found"}


def test_a_file_name_is_never_a_path() -> None:
    raw = b'Content-Type: application/pdf; name="../../etc/passwd"\nContent-Disposition: attachment\n\nx'
    assert [a["filename"] for a in parse_from_bytes(raw).attachments] == ["passwd"]


def test_text_is_utf_8() -> None:
    assert parse_from_string("Subject: Grüße\n\nSchönen Tag").text_plain == ["Schönen Tag"]


@pytest.mark.parametrize("call", [as_message, parse_from_bytes, parse_from_string])
@pytest.mark.parametrize("wrong", [None, 3, EmailMessage()])
def test_anything_else_is_an_error_of_the_caller(call: Any, wrong: object) -> None:
    with pytest.raises(InputTypeError):
        call(wrong)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_view_of_hostile_mail_raises_nothing(family: str) -> None:
    mail = parse_from_bytes(FAMILIES[family](50_000))
    for name in dir(MailView):
        if not name.startswith("_"):
            getattr(mail, name)


# -- as_message --------------------------------------------------------------------------------------------------------


@pytest.mark.interpreted
def test_a_parsed_object_is_not_parsed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = case("bounce/postfix/0001-user-unknown")
    mail, want = parsed(raw), Pipeline().process(raw)

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr(Scanner, "scan", refuse)
    monkeypatch.setattr("email.feedparser.FeedParser.feed", refuse)
    message = as_message(mail)
    assert answers(Pipeline().read(message)) == answers(want)


def test_spans_lie_in_the_message_s_source() -> None:
    message = as_message(parsed(case("bounce/postfix/0001-user-unknown")))
    found = [(e.text, message.source[slice(*e.span)]) for e in Pipeline().read(message).evidence if e.span is not None]
    assert ("Action: failed", b" failed") in [(text, b" " + raw.strip()) for text, raw in found]
    assert all(raw.strip() for _, raw in found)


def test_limits_hold() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=B\n\n" + b"--B\n\nwords\n" * 50 + b"--B--\n"
    message = as_message(parsed(raw), limits=Limits(parts=10))
    assert len(message.parts) == 11
    assert message.parts[-1].content().count(b"words") == 50 - 9
    assert "part-limit" in {str(d.code) for d in message.defects}
    deep = (
        b"".join(b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (i, i) for i in range(60)) + b"\nwords\n"
    )
    message = as_message(parsed(deep))
    assert "depth-limit" in {str(d.code) for d in message.defects}
    assert "words" in message.text


def test_no_message_is_an_empty_mail() -> None:
    assert as_message(Parsed(None)).source == b""


def answers(inbound: Inbound) -> object:
    delivery = inbound.delivery
    return (
        inbound.kind,
        inbound.automatic,
        [(r.address, r.mailed_address, r.reason, r.suppression) for r in delivery.recipients] if delivery else None,
        delivery.original_message_ids if delivery else None,
        inbound.reply.text if inbound.reply else None,
        inbound.complaint,
        inbound.receipt,
    )


def same_facts(raw: bytes, mail: Any) -> bool:
    """Whether a MailParser and the bytes come to the same; contents of reports but for white space behind colons."""
    message = as_message(mail)
    got, want = facts(message), facts(parse(raw))
    return got == want and answers(Pipeline().read(message)) == answers(Pipeline().process(raw))


# -- beside the real package -------------------------------------------------------------------------------------------


def peer() -> Any:
    logging.getLogger("mailparser").setLevel(logging.CRITICAL)
    return real("mailparser")


def test_over_the_corpus_a_mail_parser_means_what_its_bytes_mean() -> None:
    mailparser = peer()
    differ = {item.name for item in cases() if not same_facts(item.raw, mailparser.parse_from_bytes(item.raw))}
    assert differ == {*KNOWN, *READ_OTHERWISE} - {
        "malformed/line-ends/0001-cr-only-bounce",
        "malformed/mime/0009-boundary-with-blanks",
    }


def test_an_empty_mail_parser_is_an_empty_mail() -> None:
    assert as_message(peer().MailParser()).source == b""


def test_over_the_corpus_every_difference_of_the_view_is_explained() -> None:
    mailparser = peer()
    tally = Tally(VIEW)
    for item in cases():
        theirs, ours = mailparser.parse_from_bytes(item.raw), parse_from_bytes(item.raw)
        found = set(view_differences(ours, theirs))
        if "fields unseen" in found:
            found = {"fields unseen"}
        for name in found:
            tally.add(name, item.name)
        tally.same += not found - {"fold"}
    tally.check(least_same=1_150)


def lines(texts: list[str]) -> list[str]:
    return ["\n".join(row.rstrip() for row in text.replace("\r", "").split("\n")).strip() for text in texts]


def view_differences(ours: MailView, theirs: Any) -> list[str]:
    if set(ours.headers) != set(theirs.headers):
        return ["fields unseen"]
    found = []
    for name in ("from_", "to", "cc", "bcc", "reply_to", "delivered_to"):
        if getattr(ours, name) != getattr(theirs, name):
            found.append("people")
    if ours.message_id != theirs.message_id:
        found.append("ids")
    if ours.date != theirs.date:
        found.append("date")
    for name, value in theirs.headers.items():
        mine = ours.headers[name]
        if mine == value or name.lower() in ("message-id", "from", "to", "cc", "bcc", "reply-to", "delivered-to"):
            continue
        both = [[" ".join(v.split()) for v in (x if isinstance(x, list) else [x])] for x in (mine, value)]
        found.append("fold" if both[0] == both[1] else "header")
    for name in ("text_plain", "text_html"):
        mine, other = lines(getattr(ours, name)), lines(getattr(theirs, name))
        if mine == other:
            continue
        if other[: len(mine)] == mine and ours.parsed.embedded:
            found.append("texts within")
        elif any(a != b for a, b in zip(mine, other)):
            found.append("charset")
        else:
            found.append("text of odd parts")
    if attached(ours.attachments) != attached(theirs.attachments):
        found.append("attachments")
    return found


def attached(attachments: list[dict[str, Any]]) -> list[tuple[str, str, bytes]]:
    found = []
    for item in attachments:
        try:
            content = (
                base64.b64decode(item["payload"]) if item["binary"] else item["payload"].encode("utf-8", "replace")
            )
        except binascii.Error:
            content = b""
        found.append((item["filename"], item["mail_content_type"], b"".join(content.split())))
    return found


def test_the_kinds_are_the_same_from_a_mail_parser() -> None:
    """One way through: a MailParser, our Message, the pipeline."""
    mail = peer().parse_from_bytes(case("message/forward/0002-bounce-as-attachment"))
    inbound = Pipeline().read(as_message(mail))
    assert inbound.kind is Kind.MESSAGE
    assert [a.content_type for a in inbound.mail.attachments] == ["message/rfc822"]
