"""The bridges as a typed program: mypy checks it, nothing runs it."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage
from email.message import Message as StdlibMessage
from typing import Any

from typing_extensions import assert_type

from flectra_inbound import Inbound, Limits, Message, Pipeline
from flectra_inbound.interop import talon
from flectra_inbound.interop.email_reply_parser import EmailMessage as ReplyMessage
from flectra_inbound.interop.email_reply_parser import EmailReplyParser, Fragment
from flectra_inbound.interop.flufl_bounce import all_failures, scan_message
from flectra_inbound.interop.mail_parser import MailView, as_message, parse_from_bytes, parse_from_string
from flectra_inbound.interop.stdlib_email import as_bytes, parse_message
from flectra_inbound.interop.talon import quotations, signature
from flectra_inbound.interop.talon.signature.bruteforce import extract_signature


class Parsed:
    """What is needed of a MailParser."""

    message: StdlibMessage | None = None


def flufl_bounce(old: StdlibMessage, new: EmailMessage) -> Inbound:
    assert_type(scan_message(old), frozenset[bytes])
    assert_type(all_failures(new, flufl_bounce=False), tuple[frozenset[bytes], frozenset[bytes]])
    return Pipeline(flufl_bounce=False).process(assert_type(as_bytes(new), bytes))


def mail_parser(raw: bytes) -> MailView:
    assert_type(as_message(Parsed(), limits=Limits()), Message)
    mail = assert_type(parse_from_bytes(raw), MailView)
    assert_type((mail.subject, mail.message_id, mail.body), tuple[str, str, str])
    for people in (mail.from_, mail.to, mail.cc, mail.bcc, mail.reply_to, mail.delivered_to):
        assert_type(people, list[tuple[str, str]])
    assert_type((mail.text_plain, mail.text_html), tuple[list[str], list[str]])
    assert_type(mail.attachments, list[dict[str, Any]])
    assert_type(mail.headers, dict[str, Any])
    assert_type(mail.date, dt.datetime | None)
    assert_type(mail.defects, list[dict[str, list[str]]])
    assert_type((mail.has_defects, mail.defects_categories), tuple[bool, set[str]])
    assert_type(mail.parsed, Message)
    return parse_from_string("x")


def replies(text: str) -> str:
    message = assert_type(EmailReplyParser.read(text), ReplyMessage)
    for part in assert_type(message.fragments, list[Fragment]):
        assert_type((part.quoted, part.hidden, part.signature, part.headers), tuple[bool, bool, bool, bool])
        assert_type(part.content, str)
    assert_type(message.reply, str)
    return assert_type(EmailReplyParser.parse_reply(text), str)


def quotes(text: str, raw: bytes) -> str | None:
    talon.init()
    assert_type(quotations.extract_from(text, "text/html"), str)
    assert_type(quotations.extract_from(raw), str | bytes)
    assert_type(quotations.extract_from_html(raw), str)
    assert_type(signature.extract(text, sender="a@b.example"), tuple[str, str | None])
    assert_type(extract_signature(text), tuple[str, str | None])
    return assert_type(quotations.extract_from_plain(text), str)


def refused() -> None:
    """What must not pass."""
    scan_message(b"")  # type: ignore[arg-type]
    parse_message("")  # type: ignore[arg-type]
    as_message(b"")  # type: ignore[arg-type]
    parse_from_bytes("")  # type: ignore[arg-type]
    EmailReplyParser.read(b"")  # type: ignore[arg-type]
