"""`interop.stdlib_email`: message objects of any policy, parsed or built, mean what their bytes mean."""

from __future__ import annotations

import email
import email.policy
from email.header import Header
from email.message import EmailMessage, MIMEPart
from email.message import Message as StdlibMessage
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import Policy
from typing import Any

import pytest

from flectra_inbound import Message, parse
from flectra_inbound.interop.stdlib_email import as_bytes, parse_message

from ..hostile import FAMILIES
from .mails import cases

POLICIES: dict[str, Policy] = {
    "compat32": email.policy.compat32,
    "default": email.policy.default,
    "SMTP": email.policy.SMTP,
    "SMTPUTF8": email.policy.SMTPUTF8,
    "HTTP": email.policy.HTTP,
    "strict": email.policy.strict,
    "compat32, 7bit": email.policy.compat32.clone(cte_type="7bit", max_line_length=20),
    "default, all folded": email.policy.default.clone(refold_source="all", max_line_length=40),
}
#: what is not the same as in the bytes, and why
KNOWN = {
    "malformed/line-ends/0001-cr-only-bounce": "of line ends that are CR alone the parser makes LF in some places",
    "malformed/mime/0013-delimiter-twice": "the parser takes two delimiters in a row for one, so that a part is not there",
    "malformed/header/0021-blank-before-colon": "the parser knows no field with a blank before its colon",
    "malformed/header/0023-bare-cr-smuggles-field": "the parser ends a field at a CR alone",
    "malformed/header/0049-tab-and-cr-behind-values": "the parser ends a field, and at the second one the header, at a CR alone",
    "malformed/line-ends/0003-cr-cr-lf": "the parser ends the header at a line end of CR CR LF",
    "malformed/mime/0009-boundary-with-blanks": "the parser takes the blanks behind a boundary for a part of it",
    "malformed/mime/0031-only-preamble": "a multipart without parts has its text as preamble, without its end",
    "malformed/dsn/0022-fields-indented": "the parser takes indented fields for the rest of the one above",
}


def facts(message: Message) -> dict[str, Any]:
    headers = message.headers
    return {
        "fields": [(name, [" ".join(value.split()) for value in headers.get_all(name)]) for name in headers],
        "people": (message.from_, message.to, message.cc, message.reply_to),
        "ids": (message.message_id, message.references, message.in_reply_to, message.embedded_ids),
        "date": message.date,
        "text": message.text,
        "html": message.html,
        "parts": [(part.path, part.content_type.value, part.filename, part.owner is None) for part in message.parts],
        "contents": [b"".join(part.content().split()) for part in message.attachments],
        "reports": [
            [(name, group.get_all(name)) for name in group]
            for status in message.delivery_status
            for group in status.recipients
        ],
    }


class Untouchable(Policy):
    """A policy that nobody may ask."""

    def _refuse(self, *_: object) -> Any:
        raise AssertionError("the policy was asked")

    header_source_parse = header_store_parse = header_fetch_parse = fold = fold_binary = header_max_count = _refuse


@pytest.mark.parametrize("name", POLICIES)
def test_a_parsed_message_means_what_its_bytes_mean_under_every_policy(name: str) -> None:
    """All of the corpus under the one that changes most, a tenth of it under the others."""
    all_ = name == "default"
    seen = refused = 0
    for case in [*cases()][:: 1 if all_ else 10]:
        try:
            message = email.message_from_bytes(case.raw, policy=POLICIES[name])
        except Exception:  # the policy `strict` raises on what is wrong with a mail
            refused += 1
            continue
        seen += 1
        want, got = facts(parse(case.raw)), facts(parse_message(message))
        if case.name not in KNOWN:
            assert got == want, case.name
        else:
            assert got != want, f"{case.name} is known no more"
    assert seen > (1_400 if all_ else 140)
    assert bool(refused) == (name == "strict")


@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_mail_ends_and_its_policy_is_not_asked(family: str) -> None:
    """`policy.default` takes seconds for 16 KB of some fields, and the generator recurses."""
    try:
        message = email.message_from_bytes(FAMILIES[family](50_000))
        for part in message.walk():
            part.policy = Untouchable()
    except RecursionError:  # the standard library on deep mail
        return
    assert isinstance(parse_message(message).text, str)


def test_bytes_of_bodies_stay() -> None:
    body = bytes(range(128, 256))
    raw = b"Subject: x\nContent-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: 8bit\n\n" + body
    for policy in POLICIES.values():
        assert as_bytes(email.message_from_bytes(raw, policy=policy)).endswith(b"\n\n" + body)


def test_a_mail_that_was_text_is_read_in_the_charset_that_it_names() -> None:
    text = "Subject: Grüße\nContent-Type: text/plain; charset=iso-8859-1\n\nSchönen Tag\n"
    message = parse_message(email.message_from_string(text))
    assert (message.subject, message.text) == ("Grüße", "Schönen Tag\n")


def test_a_multipart_that_was_built_gets_a_boundary() -> None:
    built = MIMEMultipart("mixed")
    built["Subject"] = Header("Grüße", "utf-8")
    inner = MIMEMultipart("alternative")
    inner.attach(MIMEText("plain words"))
    inner.attach(MIMEText("<p>html words</p>", "html"))
    built.attach(inner)
    built.attach(MIMEMessage(MIMEText("inner words")))
    message = parse_message(built)
    assert message.subject == "Grüße"
    assert [part.path for part in message.parts] == ["", "1", "1.1", "1.2", "2", "2"]
    assert message.text == "plain words"
    assert message.html == "<p>html words</p>"


def test_no_text_can_stand_for_a_boundary() -> None:
    text = "--=_flectra_inbound_0_1\nContent-Type: text/plain\n\nnot a part\n--=_flectra_inbound_1_1--\n"
    built = MIMEMultipart("mixed")
    built.attach(MIMEText(text))
    built.attach(MIMEText("second"))
    message = parse_message(built)
    assert [part.path for part in message.parts] == ["", "1", "2"]
    assert message.parts[1].text().strip() == text.strip()


def test_an_email_message_that_was_built_is_complete() -> None:
    built = EmailMessage()
    built["From"] = '"Vale, Nora \\"Nono\\"" <nora@example.com>'
    built["To"] = "Zoë Ökonom <zoe@example.com>, ops@example.com"
    built["Subject"] = "日本語のメール " * 20
    built.set_content("Schönen Tag\n")
    built.add_alternative("<p>Schönen Tag</p>\n", subtype="html")
    built.add_attachment(b"\x00\x01\xff", maintype="application", subtype="octet-stream", filename="ä b.bin")
    message = parse_message(built)
    assert [tuple(person) for person in (*message.from_, *message.to)] == [
        ('Vale, Nora "Nono"', "nora@example.com"),
        ("Zoë Ökonom", "zoe@example.com"),
        ("", "ops@example.com"),
    ]
    assert message.subject.split() == ["日本語のメール"] * 20
    assert (message.text, message.html) == ("Schönen Tag\n", "<p>Schönen Tag</p>\n")
    assert [(part.filename, part.content()) for part in message.attachments] == [("ä b.bin", b"\x00\x01\xff")]


def test_depth_costs_no_recursion_and_loses_nothing() -> None:
    inner: StdlibMessage = MIMEText("innermost words")
    for _ in range(3_000):
        outer = MIMEMultipart("mixed")
        outer.attach(inner)
        inner = outer
    assert b"innermost words" in as_bytes(inner)


def test_an_object_within_itself_is_written_once() -> None:
    part = MIMEPart()
    part["Content-Type"] = "multipart/mixed; boundary=B"
    part.set_payload([part, MIMEText("words")])
    assert as_bytes(part).count(b"words") == 1
