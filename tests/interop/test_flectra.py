"""What Flectra's hooks get: the keys of each series, who may be counted as bounced, and the routes."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any, get_args

import pytest

from flectra_inbound import ConfigurationError, ContentUnavailable, Inbound, Sent, load_gateway, process
from flectra_inbound.interop.flectra import (
    Bounce,
    Route,
    Series,
    bounces,
    is_bounce,
    message_dict,
    process_message,
    routes,
)
from flectra_inbound.optout import FLECTRA, STRICT
from tests.conftest import CORPUS

MAIL = (
    "Delivered-To: sales@acme.example\nReturn-Path: <nora@customer.example>\n"
    'From: "Nora \\"N.\\" Vale" <nora@customer.example>\nTo: Sales <sales@acme.example>, eva@acme.example\n'
    "Cc: =?utf-8?q?J=C3=B6rg?= <joerg@b\u00fccher.example>\nResent-To: late@acme.example\nX-Original-To: hidden@acme.example\n"
    "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\nDate: Mon, 3 Jun 2024 00:30:00 +0200\nMessage-ID: <in@customer.example>\n"
    "In-Reply-To: <88.17-openerp-17-crm.lead@srv1>\nReferences: <a@x>\n <b@x>\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=B\n\n--B\nContent-Type: text/plain; charset=utf-8\n\n"
    "Two < three, please.\n\nOn Mon, 3 Jun 2024 Eva wrote:\n> One?\n\n--B\n"
    "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0x\n--B\n"
    "Content-Type: image/png; name=b.png\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64\n\niVBORw0=\n--B\n"
    "Content-Type: message/rfc822\n\nSubject: inner\n\ninner words\n--B--\n"
).encode()
CONFIG: dict[str, Any] = {
    "version": "3.x",
    "alias_domains": [{"name": "acme.example"}],
    "aliases": [
        {"name": "sales", "domain": "acme.example", "model": "crm.lead", "defaults": {"team_id": 3}},
        {"name": "one", "domain": "acme.example", "model": "crm.lead", "force_thread_id": 18},
        {"name": "jobs", "domain": "acme.example", "model": "hr.applicant", "contact": "partners"},
    ],
    "known_message_ids": {"<88.17-openerp-17-crm.lead@srv1>": {"model": "crm.lead", "thread_id": 17}},
    "records": {"crm.lead": [17, 18], "helpdesk.ticket": []},
}
KEYS = {
    "1.x": {
        "message_type", "message_id", "subject", "from", "email_from", "to", "cc", "date", "body", "attachments",
    },
    "2.x": {
        "message_type", "message_id", "subject", "from", "email_from", "to", "cc", "recipients", "references",
        "in_reply_to", "date", "body", "attachments", "bounced_email", "bounced_msg_id",
    },
    "3.x": {
        "message_type", "message_id", "subject", "from", "email_from", "to", "cc", "recipients", "references",
        "in_reply_to", "date", "body", "attachments", "bounced_email", "bounced_msg_ids", "is_bounce",
    },
}  # fmt: skip


def case(name: str) -> bytes:
    (path,) = CORPUS.glob(f"{name}*.eml")
    return path.read_bytes()


# -- the message dict --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("series", get_args(Series))
def test_a_series_gets_its_keys_and_no_other(series: Series) -> None:
    assert set(message_dict(process(MAIL), series=series)) == KEYS[series]


def test_the_values() -> None:
    found = message_dict(process(MAIL))
    attachments = found.pop("attachments")
    body = found.pop("body")
    assert found == {
        "message_type": "email",
        "message_id": "<in@customer.example>",
        "subject": "Grüße",
        "from": '"Nora \\"N.\\" Vale" <nora@customer.example>',
        "email_from": '"Nora \\"N.\\" Vale" <nora@customer.example>',
        "to": 'sales@acme.example,eva@acme.example',
        "cc": '"Jörg" <joerg@xn--bcher-kva.example>',
        "recipients": 'sales@acme.example,eva@acme.example,"Jörg" <joerg@xn--bcher-kva.example>,late@acme.example',
        "references": "<a@x> <b@x>",
        "in_reply_to": "<88.17-openerp-17-crm.lead@srv1>",
        "date": "2024-06-02 22:30:00",
        "bounced_email": False,
        "bounced_msg_ids": [],
        "is_bounce": False,
    }  # fmt: skip
    assert body.startswith("\n<pre>Two &lt; three, please.\n")
    assert body.count('<span data-o-mail-quote="1">') == 1
    assert "inner words" not in body
    assert [(name, info) for name, _, info in attachments] == [
        ("a.pdf", {}), ("b.png", {"cid": "pic@x"}), ("attachment", {}),
    ]  # fmt: skip
    assert attachments[0][1] == b"%PDF-1"
    assert b"inner words" in attachments[2][1]


def test_1x_has_only_to_itself() -> None:
    assert message_dict(process(MAIL), series="1.x")["to"] == '"Sales" <sales@acme.example>,eva@acme.example'


def test_unfolded_and_html() -> None:
    assert "data-o-mail-quote" not in message_dict(process(MAIL), fold=False)["body"]
    html = b"Content-Type: text/html\n\n<p>Yes.</p><p>On Mon, 3 Jun 2024 Eva wrote:</p><blockquote>One?</blockquote>"
    assert message_dict(process(html))["body"].startswith('<p>Yes.</p><p data-o-mail-quote="1">')


def test_what_a_mail_does_not_have_is_missing_or_empty() -> None:
    found = message_dict(process(b"\n\nhello"))
    assert not {"message_id", "date"} & set(found)
    assert (found["from"], found["to"], found["cc"], found["references"], found["subject"]) == ("", "", "", "", "")
    assert "date" not in message_dict(process(b"Date: Fri, 31 Dec 9999 23:59:59 -0200\n\nx"))


def test_an_unknown_series_is_the_callers_error() -> None:
    with pytest.raises(ConfigurationError, match=r"1\.x, 2\.x, 3\.x"):
        message_dict(process(MAIL), series="17.0")  # type: ignore[arg-type]


def test_the_content_is_gone_after_json() -> None:
    again = Inbound.model_validate_json(process(MAIL).model_dump_json())
    with pytest.raises(ContentUnavailable):
        message_dict(again)
    assert message_dict(again, attachments=False)["attachments"] == []


@pytest.mark.parametrize("name", ["compat32", "SMTP"])
def test_from_the_message_objects_that_the_hooks_get(name: str) -> None:
    message = message_from_bytes(MAIL, policy=getattr(policy, name))
    gateway, host = load_gateway(CONFIG)
    inbound = process_message(message, gateway=gateway, host=host)
    assert routes(inbound) == [Route("crm.lead", 17, None, None, "sales")]
    want, got = message_dict(process(MAIL)), message_dict(inbound)
    assert got["attachments"][0] == want["attachments"][0]
    assert got["subject"] == want["subject"]


@pytest.mark.parametrize("name", ["compat32", "default", "SMTP"])
def test_a_long_field_that_breaks_the_grammar_comes_as_it_was(name: str) -> None:
    field = (
        b"From: Nora [Vale] (" + b"x" * 80 + b" <nora@x.example>\nReferences: <a@x>,<b@x><" + b"c" * 80 + b"@x>\n\nHi"
    )
    message = message_from_bytes(field, policy=getattr(policy, name))
    assert process_message(message).mail == process(field).mail


# -- who is counted ----------------------------------------------------------------------------------------------------


def test_an_unknown_user_is_counted_under_the_address_that_was_mailed() -> None:
    inbound = process(case("bounce/postfix/0001"))
    ids = ("<482913745502113.1718091190.214533567428589-openerp-512-sale.order@erp.acme.example>",)
    assert bounces(inbound) == (Bounce("petra.winkler@kunde.example", ids, None),)
    found = message_dict(inbound)
    assert (found["is_bounce"], found["bounced_email"]) == (True, "petra.winkler@kunde.example")
    assert found["bounced_msg_ids"] == message_dict(inbound, series="2.x")["bounced_msg_id"] == list(ids)


@pytest.mark.parametrize("kind", ["delay", "delivered", "receipt", "complaint", "auto_reply", "challenge", "message"])
def test_what_is_no_bounce_never_is_one(kind: str) -> None:
    paths = sorted(CORPUS.joinpath(kind).rglob("*.eml"))
    assert paths
    for path in paths:
        inbound = process(path.read_bytes())
        assert not is_bounce(inbound), path
        assert not is_bounce(inbound, policy=FLECTRA), path
        assert message_dict(inbound)["bounced_email"] is False, path


def report(*, reason: str = "550 5.1.1 user unknown", action: str = "failed", original: str = "u@far.example") -> bytes:
    status = reason.split()[1]
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.far.example\nTo: bounce@acme.example\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.far.example\n\n"
        f"Original-Recipient: rfc822; {original}\nFinal-Recipient: rfc822; u@far.example\nAction: {action}\n"
        f"Status: {status}\nDiagnostic-Code: smtp; {reason}\n\n"
        "Final-Recipient: rfc822; v@far.example\nOriginal-Recipient: rfc822; v@far.example\nAction: delivered\n"
        "Status: 2.0.0\n\n--b\nContent-Type: text/rfc822-headers\n\n"
        f"From: x@acme.example\nTo: {original}, v@far.example\nMessage-ID: <sent@acme.example>\n\n--b--\n"
    ).encode()


OURS = [Sent(message_id="<sent@acme.example>")]


@pytest.mark.parametrize(
    ("reason", "sent", "counted"),
    [
        ("550 5.1.1 user unknown", [], True),
        ("550 5.1.1 user unknown", OURS, True),
        ("552 5.2.2 mailbox full", [], False),
        ("552 5.2.2 mailbox full", OURS, True),
        ("550 5.7.1 message rejected as spam", OURS, False),
        ("550 5.7.1 your IP is listed by a blocklist", OURS, False),
        ("552 5.3.4 message too big", OURS, False),
        ("450 4.2.1 too many messages, try again later", OURS, False),
    ],
)
def test_a_recipient_is_counted_for_what_speaks_against_the_address(
    reason: str, sent: list[Sent], counted: bool
) -> None:
    inbound = process(report(reason=reason), sent=sent)
    assert [bounce.email for bounce in bounces(inbound)] == (["u@far.example"] if counted else [])
    assert is_bounce(inbound) is counted


def test_the_policy_is_the_hosts() -> None:
    full = process(report(reason="552 5.2.2 mailbox full"))
    assert not is_bounce(full)
    assert is_bounce(full, policy=STRICT)


def test_a_report_that_is_not_counted_is_not_posted_either() -> None:
    gateway, host = load_gateway({**CONFIG, "fallback_model": "helpdesk.ticket"})
    for raw in (report(reason="550 5.7.1 rejected as spam"), report(action="delayed"), case("complaint/yahoo/0001")):
        assert routes(process(raw, gateway=gateway, host=host)) == []


# -- routes ------------------------------------------------------------------------------------------------------------


def routed(head: str, **config: Any) -> Inbound:
    gateway, host = load_gateway({**CONFIG, **config})
    raw = f"Return-Path: <n@c.example>\nFrom: n@c.example\n{head}\nMessage-ID: <new@c.example>\n\nHello\n"
    return process(raw.encode(), gateway=gateway, host=host)


def test_a_route_for_each_decision() -> None:
    ours = "In-Reply-To: <88.17-openerp-17-crm.lead@srv1>"
    given: dict[str, Any] = {"thread_id": 5, "custom_values": {"x": 1}, "user_id": 7}
    assert routes(routed(f"To: a@acme.example\n{ours}"), **given) == [Route("crm.lead", 17, {"x": 1}, 7, None)]
    assert routes(routed("To: sales@acme.example"), **given) == [Route("crm.lead", None, {"team_id": 3}, 7, "sales")]
    assert routes(routed("To: one@acme.example"), **given) == [Route("crm.lead", 18, {}, 7, "one")]
    fallback = routed("To: a@b.example", fallback_model="helpdesk.ticket")
    assert routes(fallback, **given) == [Route("helpdesk.ticket", 5, {"x": 1}, 7, None)]
    for head in ("To: catchall@acme.example", "To: jobs@acme.example", "To: bounce@acme.example"):
        assert routes(routed(head), **given) == []


def test_defaults_are_the_callers_to_change() -> None:
    inbound = routed("To: sales@acme.example")
    (route,) = routes(inbound)
    assert route.custom_values is not None
    route.custom_values["team_id"] = 9
    assert routes(inbound)[0].custom_values == {"team_id": 3}


def test_a_private_discussion_of_1x() -> None:
    private = {"<private@x>": {"model": None, "thread_id": None}}
    inbound = routed("To: a@acme.example\nIn-Reply-To: <private@x>", version="1.x", known_message_ids=private)
    assert routes(inbound) == [Route(None, None, None, None, None)]


def test_no_route_is_an_error_as_it_is_in_flectra() -> None:
    with pytest.raises(ValueError, match="no possible route"):
        routes(routed("To: nobody@acme.example"))
    with pytest.raises(ValueError, match="not routed"):
        routes(process(MAIL))
    gateway, _ = load_gateway(CONFIG)
    with pytest.raises(ValueError, match="not routed"):
        routes(process(MAIL, gateway=gateway))


def test_broken_mail_has_a_dict() -> None:
    for path in sorted(CORPUS.joinpath("malformed").rglob("*.eml")):
        for series in get_args(Series):
            found = message_dict(process(path.read_bytes()), series=series)
            assert isinstance(found["body"], str), path
            assert all(isinstance(content, bytes) for _, content, _ in found["attachments"]), path
