"""Mails of a given size: ordinary ones that are large, for growth and memory. Hostile ones are in `tests.hostile`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

FILE = 20_000_000  #: bytes of the file in the largest mail
_TOP = b"From: Ada Brook <ada@shop.example>\r\nTo: desk@host.example\r\nSubject: Re: order 17\r\nMIME-Version: 1.0\r\n"
QUOTED = "eva@shop.example"  #: stands in what is quoted and nowhere else
_SENTENCE = "The second delivery came this morning and all twelve boxes are complete, number %d too."


def attachment(size: int) -> bytes:
    """A few words and one file in base64, `size` bytes when decoded."""
    content = base64.encodebytes(hashlib.shake_128(b"file").digest(size)).replace(b"\n", b"\r\n")
    return (
        _TOP
        + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n"
        b"--B\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=scan.pdf\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n" + content + b"--B--\r\n"
    )


def text_of(size: int) -> str:
    """A letter above the letter that it answers."""
    lines = [_SENTENCE % i for i in range(max(2, size // 2 // len(_SENTENCE)))]
    quoted = "\n".join("> " + line for line in lines)
    return "\n".join(lines) + f"\n\nOn Mon, 3 Jun 2024 at 10:00, Eva Lind <{QUOTED}> wrote:\n" + quoted + "\n"


def text(size: int) -> bytes:
    return _TOP + b"Content-Type: text/plain\r\n\r\n" + text_of(size).encode().replace(b"\n", b"\r\n")


def html_of(size: int, number: int = 0) -> str:
    """As a webmail writes an answer: the author's words, then a container with the quoted letter in its paragraphs."""
    own = "".join(f"<p>{_SENTENCE % (number + i)}</p>\n" for i in range(max(1, size // 10 // 100)))
    quoted = '<p style="margin:0 0 12px 0;font-family:Arial,sans-serif">' + f"{_SENTENCE} " * 3 + "</p>\n"
    rows = "".join(quoted % (i, i + 1, i + 2) for i in range(max(1, size * 9 // 10 // len(quoted))))
    return (
        f'<html><body><div dir="ltr">{own}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f'On Mon, 3 Jun 2024 at 10:00, Eva Lind &lt;<a href="mailto:{QUOTED}">{QUOTED}</a>&gt; wrote:<br>'
        '</div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex">'
        f"{rows}</blockquote></div></body></html>\n"
    )


def html_reply(size: int, number: int = 0) -> bytes:
    return (
        _TOP
        + b"Content-Type: text/html; charset=utf-8\r\n\r\n"
        + html_of(size, number).encode().replace(b"\n", b"\r\n")
    )


def bounce(size: int) -> bytes:
    """A delivery report that returns a message of about this size."""
    returned = text(size)
    return (
        b"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.host.example (Mail Delivery System)\r\nTo: bounce@shop.example\r\n"
        b"Subject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=R\r\n\r\n--R\r\n\r\n"
        b"<nobody@away.example>: host mx.away.example said: 550 5.1.1 User unknown\r\n\r\n--R\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.host.example\r\n\r\n"
        b"Final-Recipient: rfc822; nobody@away.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
        b"Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n--R\r\nContent-Type: message/rfc822\r\n\r\n"
        + returned
        + b"\r\n--R--\r\n"
    )


MAILS: dict[str, Callable[[int], bytes]] = {
    "a long text": text,
    "a long HTML answer": html_reply,
    "a bounce of a long message": bounce,
    "a large file": attachment,
}
