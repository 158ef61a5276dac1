"""On well-formed mail we read what other parsers read: the standard library, mail-parser and fast-mail-parser.

The mails are corpus/message and what the standard library writes. Compared are subject, from, to, date, message id and
the texts. Each difference that we stand by is a row of ACCEPTED with its reason; a row that no longer differs fails.
fast-mail-parser can crash its process, so one subprocess reads all mails.
"""

from __future__ import annotations

import base64
import datetime as dt
import email
import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.message import Message as StdlibMessage
from functools import cache
from importlib.util import find_spec
from typing import Any

import mailparser
import pytest

from flectra_inbound import parse
from flectra_inbound.parse import Part

from .conftest import CORPUS

Read = dict[str, Any]
FIELDS = ("subject", "from", "to", "date", "message_id", "plain", "html")

_FOLDED = "RFC 5322, section 2.2.3: the line end of a fold goes, the white space stays"
_SPACE = "it loses the space between two encoded words that is written within one of them"
_WORDS = "RFC 2047, section 6.2: white space between neighbouring encoded words is none of the name's"

#: (mail, peer, field) -> why we differ
ACCEPTED = {
    ("address/0002-quotes-and-comments", "stdlib", "to"): "the first comment is the name of a mailbox without one",
    ("address/0002-quotes-and-comments", "mail-parser", "to"): "it joins all comments to a name; we take the first",
    ("address/0002-quotes-and-comments", "fast-mail-parser", "to"): "it gives up on the whole field",
    ("address/0003-raw-utf-8-headers", "stdlib", "from"): "RFC 6532: raw UTF-8 is text, not surrogates",
    ("address/0003-raw-utf-8-headers", "stdlib", "to"): "RFC 6532: raw UTF-8 is text, not surrogates",
    ("address/0004-several-authors", "fast-mail-parser", "from"): "it has room for one author only",
    ("apple-mail/0045-de-image", "fast-mail-parser", "plain"): "it takes a boundary for its prefix: an empty part",
    (
        "attachments/0004-boundary-is-a-prefix",
        "fast-mail-parser",
        "plain",
    ): "it takes text for a delimiter: loses lines",
    ("charset/0002-windows-1252-labelled-latin-1", "mail-parser", "plain"): "WHATWG: latin-1 means windows-1252",
    ("charset/0009-iso-2022-jp-plain", "mail-parser", "plain"): "it leaves 7-bit text as it stands, escapes and all",
    ("subject: long, LF", "mail-parser", "subject"): _SPACE,
    ("subject: long, CRLF", "mail-parser", "subject"): _SPACE,
    ("subject: long ASCII, LF", "mail-parser", "subject"): _FOLDED,
    ("subject: long ASCII, CRLF", "mail-parser", "subject"): _FOLDED,
}

#: the same of mails in rarer charsets and encodings: mail -> why, and where each peer differs
RARER = {
    "attachments/0005-uuencoded-part": ("it leaves uuencoded text as it stands", {"fast-mail-parser": ("plain",)}),
    "charset/0021-reply-vietnamese-windows-1258": (
        "it composes letters and tones; WHATWG's decoder leaves them as the code page has them",
        {"mail-parser": ("subject", "plain")},
    ),
    "charset/0027-reply-thai-windows-874": (
        "WHATWG: windows-874 is a label, though Python knows it as cp874 only",
        {"stdlib": ("subject",), "mail-parser": ("subject", "plain")},
    ),
    "charset/0030-reply-undeclared-latin-1": (
        "nothing names the charset: bytes that are no UTF-8 are windows-1252, not lost",
        {"mail-parser": ("plain",)},
    ),
    "charset/0031-reply-korean-euc-kr-cut": (
        "encoded words cut within a character: neighbours are joined before they are decoded",
        {"stdlib": ("subject",), "fast-mail-parser": ("subject",)},
    ),
    "charset/0033-reply-cyrillic-mac": (
        "WHATWG: x-mac-cyrillic is a label, though Python knows it as mac_cyrillic only",
        {"stdlib": ("subject",), "mail-parser": ("subject", "plain")},
    ),
    "charset/0034-utf-7-text": (
        "WHATWG: UTF-7 is refused, since it hides markup",
        {"stdlib": ("plain",), "fast-mail-parser": ("plain",)},
    ),
    "charset/0035-korean-iso-2022-kr": (
        "it does not know ISO-2022-KR, or leaves 7-bit text as it stands",
        {"mail-parser": ("plain",), "fast-mail-parser": ("plain",)},
    ),
    "charset/0036-chinese-hz": (
        "it does not know HZ, or leaves 7-bit text as it stands",
        {"mail-parser": ("plain",), "fast-mail-parser": ("plain",)},
    ),
    "charset/0037-html-names-its-charset-alone": (
        "a charset that only the HTML itself names counts",
        {"stdlib": ("html",), "mail-parser": ("html",), "fast-mail-parser": ("html",)},
    ),
}
ACCEPTED |= {
    (mail, peer, field): why
    for mail, (why, peers) in RARER.items()
    for peer, fields in peers.items()
    for field in fields
}


def stdlib_keeps_space_between_words() -> bool:
    """Pythons differ here, so the rows about it hold only where it is so."""
    message = email.message_from_bytes(b"To: =?utf-8?q?a?=\n =?utf-8?q?b?= <c@d.example>\n\n", policy=policy.default)
    return bool(message["to"].addresses[0].display_name != "ab")


if stdlib_keeps_space_between_words():
    ACCEPTED |= {(f"to: name over many lines, {ends}", "stdlib", "to"): _WORDS for ends in ("LF", "CRLF")}

# -- mails that the standard library writes ----------------------------------------------------------------------------


def built() -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address("Nora Vale", "nora", "example.com")
    message["To"] = "desk@host.example"
    message["Subject"] = "order 17"
    message["Date"] = dt.datetime(2024, 6, 3, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    message["Message-ID"] = "<1@example.com>"
    message.set_content("Good morning\n")
    return message


def changed(**fields: Any) -> EmailMessage:
    message = built()
    for name, value in fields.items():
        del message[name]
        message[name] = value
    return message


def with_text(text: str, **how: Any) -> EmailMessage:
    message = built()
    message.set_content(text, **how)
    return message


def with_html() -> EmailMessage:
    message = built()
    message.add_alternative("<p>Good <b>morning</b>, Zoë</p>\n", subtype="html")
    return message


def with_picture() -> EmailMessage:
    message = with_html()
    html = message.get_body(("html",))
    assert isinstance(html, EmailMessage)
    html.add_related(b"\x89PNG", maintype="image", subtype="png", cid="<p@example.com>")
    return message


def with_attachments() -> EmailMessage:
    message = with_html()
    message.add_attachment(b"%PDF-1" * 99, maintype="application", subtype="pdf", filename="Angebot für Zoë.pdf")
    message.add_attachment("a;b\n1;2\n", subtype="csv", filename="a.csv")
    return message


def with_message() -> EmailMessage:
    message = built()
    message.add_attachment(with_text("inner words\n"))
    return message


BUILT: dict[str, EmailMessage] = {
    "plain": built(),
    "subject: other scripts": changed(Subject="Grüße aus Köln, привет, 日本語のメール"),
    "subject: long": changed(Subject="eine längere Überschrift " * 12 + "Ende"),
    "subject: long ASCII": changed(Subject="a rather long subject " * 12 + "end"),
    "from: name in UTF-8": changed(From=Address("Zoë Ökonom", "zoe", "example.com")),
    "from: name that is quoted": changed(From=Address('Vale, Nora "Nono" (desk)', "nora", "example.com")),
    "from: bare": changed(From="nora@example.com"),
    "to: many": changed(To=[Address(f"Person {i}", f"p{i}", "host.example") for i in range(40)]),
    "to: name over many lines": changed(To=Address("Zoë " * 40 + "Ende", "zoe", "host.example")),
    "date: zone behind": changed(Date=dt.datetime(2024, 2, 29, 23, 59, 58, tzinfo=dt.timezone(dt.timedelta(hours=-9.5)))),
    "date: UTC": changed(Date=dt.datetime(1999, 12, 31, tzinfo=dt.timezone.utc)),
    "text: quoted-printable": with_text("Zoë = über\n" * 20 + "x" * 200 + "\n", cte="quoted-printable"),
    "text: base64": with_text("Zoë über\n" * 20, cte="base64"),
    "text: 8bit": with_text("Zoë über\n" * 20, cte="8bit"),
    "text: latin-1": with_text("Zoë über\n", charset="iso-8859-1"),
    "text: koi8-r": with_text("привет\n", charset="koi8-r", cte="base64"),
    "text: shift_jis": with_text("日本語のメール\n", charset="shift_jis", cte="base64"),
    "text: empty": with_text("\n"),
    "text: dashes": with_text("--\n-- \n--x--\n\nFrom here\n"),
    "alternative": with_html(),
    "related": with_picture(),
    "attachments": with_attachments(),
    "message within": with_message(),
}  # fmt: skip


def mails() -> Iterator[tuple[str, bytes]]:
    folder = CORPUS / "message"
    for path in sorted(folder.rglob("*.eml")):
        yield str(path.relative_to(folder).with_suffix("")), path.read_bytes()
    for name, message in BUILT.items():
        yield f"{name}, LF", message.as_bytes(policy=policy.default)
        yield f"{name}, CRLF", message.as_bytes(policy=policy.SMTP)


MAILS = dict(mails())

# -- how each of us reads them -----------------------------------------------------------------------------------------


def instant(date: dt.datetime | None) -> str | None:
    return None if date is None else date.astimezone(dt.timezone.utc).isoformat()


def lines(texts: Iterable[str]) -> list[str]:
    """Texts with LF as line end; whether the last line has one is the peers' taste."""
    return [text.replace("\r\n", "\n").strip("\n") for text in texts]


def guarded(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except Exception as error:
        return f"raised {type(error).__name__}"


def ours(raw: bytes, scope: Callable[[Part], bool]) -> Read:
    message = parse(raw)
    leaves = [part for part in message.parts if part.is_leaf and scope(part)]
    return {
        "subject": message.subject,
        "from": [[m.name, m.address] for m in message.from_],
        "to": [[m.name, m.address] for m in message.to],
        "date": instant(message.date),
        "message_id": message.message_id,
        "plain": lines(part.text() for part in leaves if part.content_type.value == "text/plain"),
        "html": lines(part.text() for part in leaves if part.content_type.value == "text/html"),
    }


def is_text(part: Part) -> bool:
    return part.disposition != "attachment" and part.filename is None


#: which text parts a peer gives as text: all, those that are no attachments, and of these the outer message's only
SCOPES: dict[str, Callable[[Part], bool]] = {
    "stdlib": lambda part: True,
    "mail-parser": is_text,
    "fast-mail-parser": lambda part: is_text(part) and part.owner is None,
}


def stdlib_texts(message: StdlibMessage, kind: str) -> Iterator[str]:
    """By compat32. The groups of a delivery report are text parts to it; they are left out."""
    if message.get_content_type() == "message/delivery-status":
        return
    if message.is_multipart():
        for part in message.get_payload():
            assert isinstance(part, StdlibMessage)
            yield from stdlib_texts(part, kind)
    elif message.get_content_type() == kind:
        payload = message.get_payload(decode=True)
        assert isinstance(payload, bytes)
        yield payload.decode(browsers(message.get_content_charset("us-ascii")), "replace")


def browsers(label: str) -> str:
    """WHATWG Encoding: latin-1 and ASCII mean windows-1252 wherever mail is shown, with us too; and Python's other names."""
    return _PYTHONS.get(label, label)


_PYTHONS = {
    "iso-8859-1": "windows-1252",
    "us-ascii": "windows-1252",
    "windows-874": "cp874",
    "x-mac-cyrillic": "mac_cyrillic",
}


def by_stdlib(raw: bytes) -> Read:
    modern = email.message_from_bytes(raw, policy=policy.default)
    old = email.message_from_bytes(raw)

    def people(name: str) -> list[list[str]]:
        return [[a.display_name, a.addr_spec] for a in modern[name].addresses] if name in modern else []

    return {
        "subject": guarded(lambda: str(modern["subject"] or "")),
        "from": guarded(lambda: people("from")),
        "to": guarded(lambda: people("to")),
        "date": guarded(lambda: instant(modern["date"].datetime) if "date" in modern else None),
        "message_id": guarded(lambda: None if "message-id" not in modern else str(modern["message-id"])),
        "plain": lines(stdlib_texts(old, "text/plain")),
        "html": lines(stdlib_texts(old, "text/html")),
    }


def by_mail_parser(raw: bytes) -> Read:
    mail = mailparser.parse_from_bytes(raw)
    return {
        "subject": mail.subject,
        "from": [list(pair) for pair in mail.from_],
        "to": [list(pair) for pair in mail.to],
        "date": instant(mail.date),
        "message_id": mail.message_id or None,
        "plain": lines(mail.text_plain),
        "html": lines(mail.text_html),
    }


FAST = """
import base64, json, sys
from fast_mail_parser import parse_email

def people(found):
    return [[a.display_name or "", a.address] for a in found if a is not None]

def read(raw):
    mail = parse_email(raw)
    ids = [v for name, values in mail.headers.items() if name.lower() == "message-id" for v in values]
    return {
        "subject": mail.subject,
        "from": people(mail.from_ if isinstance(mail.from_, list) else [mail.from_]),
        "to": people(mail.to),
        "date": mail.date_parsed and mail.date_parsed.isoformat(),
        "message_id": ids[0] if ids else None,
        "plain": mail.text_plain,
        "html": mail.text_html,
    }

json.dump([read(base64.b64decode(item)) for item in json.load(sys.stdin)], sys.stdout)
"""


@cache
def all_by_fast_mail_parser() -> dict[str, Read]:
    given = json.dumps([base64.b64encode(raw).decode("ascii") for raw in MAILS.values()])
    done = subprocess.run(
        [sys.executable, "-c", FAST], input=given, capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    found: list[Read] = json.loads(done.stdout)
    for read in found:
        date = read["date"]
        read["date"] = instant(dt.datetime.fromisoformat(date)) if date else None
        read["plain"], read["html"] = lines(read["plain"]), lines(read["html"])
    return dict(zip(MAILS, found))


PEERS: dict[str, Callable[[str], Read]] = {
    "stdlib": lambda name: by_stdlib(MAILS[name]),
    "mail-parser": lambda name: by_mail_parser(MAILS[name]),
    "fast-mail-parser": lambda name: all_by_fast_mail_parser()[name],
}
if find_spec("fast_mail_parser") is None:  # it needs Python 3.11
    del PEERS["fast-mail-parser"]


@cache
def differences(peer: str, name: str) -> dict[str, tuple[Any, Any]]:
    """For each field that differs, what we read and what the peer reads."""
    mine, theirs = ours(MAILS[name], SCOPES[peer]), PEERS[peer](name)
    for read in (mine, theirs):
        for field in ("from", "to"):  # mail-parser leaves out a name that only repeats the address
            read[field] = [["" if known == address else known, address] for known, address in read[field]]
    return {field: (mine[field], theirs[field]) for field in FIELDS if mine[field] != theirs[field]}


@pytest.mark.parametrize("name", MAILS)
@pytest.mark.parametrize("peer", PEERS)
def test_we_read_what_the_peer_reads(peer: str, name: str) -> None:
    found = {field: pair for field, pair in differences(peer, name).items() if (name, peer, field) not in ACCEPTED}
    if peer == "mail-parser" and b"iso-2022-jp" in MAILS[name].lower():
        found.pop("plain", None)  # it leaves 7-bit text as it stands, escapes and all
    assert found == {}, "\n".join(
        f"{field}:\n  ours {mine!r}\n  it   {theirs!r}" for field, (mine, theirs) in found.items()
    )


@pytest.mark.parametrize(("name", "peer", "field"), [row for row in ACCEPTED if row[1] in PEERS])
def test_an_accepted_difference_is_one(name: str, peer: str, field: str) -> None:
    assert field in differences(peer, name), "no longer differs: take the row out of ACCEPTED"


def test_there_are_enough_mails() -> None:
    assert len([name for name in MAILS if "," not in name]) >= 30
    assert len(MAILS) >= 70
    assert all(len(reason) > 20 for reason in ACCEPTED.values())
