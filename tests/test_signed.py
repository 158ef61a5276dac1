"""Signed addresses through the whole library: what comes back on them is believed about their recipient, and no one else."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flectra_inbound import ConfigurationError, Inbound, Sent, Trust, load_gateway, process
from flectra_inbound.addressing.tokens import (
    sign_bounce_address,
    sign_message_id,
    sign_reply_address,
    sign_unsubscribe_address,
)
from flectra_inbound.gateway import TokenKey
from flectra_inbound.optout import Bounced, Complained, Event, Unsubscribed, decide, events_of

NOW = dt.datetime(2026, 3, 1, 9, 0, tzinfo=dt.timezone.utc)
LATER = NOW + dt.timedelta(days=1_000)
SECRET = b"a secret of ours, long enough"
KEYS = [TokenKey(3, SECRET)]
STRANGER = [TokenKey(3, b"a secret of somebody else's")]
ADA, EVE = "ada@shop.example", "eve@shop.example"
OURS = "<88.17-openerp-17-crm.lead@srv1>"
CONFIG: dict[str, Any] = {
    "alias_domains": [{"name": "acme.example"}],
    "aliases": [{"name": "sales", "domain": "acme.example", "model": "crm.lead"}],
    "known_message_ids": {OURS: {"model": "crm.lead", "thread_id": 17}},
    "records": {"crm.lead": [17], "project.task": [42]},
    "mails": {"128": {"model": "project.task", "thread_id": 42}},
    "model_numbers": {5: "project.task"},
    "keys": [{"id": 3, "secret": base64.b64encode(SECRET).decode()}],
}


def run(raw: str, *, now: dt.datetime = NOW, sent: tuple[Sent, ...] = (), **config: Any) -> Inbound:
    gateway, host = load_gateway({**CONFIG, **config})
    return process(raw.encode(), gateway=gateway, host=host, now=now, sent=sent)


def bounce_to(recipient: str = ADA, keys: list[TokenKey] = KEYS, **given: Any) -> str:
    return sign_bounce_address(
        keys, "bounce", "acme.example", recipient=recipient, now=NOW, **{"mail_id": 128, "days": 30, **given}
    )


def report(to: str, *failed: str, original: str = "", returned: str = "") -> str:
    blocks = "".join(
        f"\nFinal-Recipient: rfc822; {address}\n{f'Original-Recipient: rfc822; {original}{chr(10)}' if original else ''}"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n"
        for address in failed
    )
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.shop.example\n"
        f"To: {to}\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.shop.example\n{blocks}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nFrom: team@acme.example\nTo: {returned or ', '.join(failed)}\n"
        "Subject: News\nMessage-ID: <1.2@srv1>\n\n--b--\n"
    )


def trusts(inbound: Inbound) -> dict[str, str]:
    assert inbound.delivery is not None
    return {r.mailed_address or r.address: str(r.trust) for r in inbound.delivery.recipients}


def believed(inbound: Inbound) -> set[str]:
    """Who would get no more mail for this one report."""
    events: dict[str, list[Event]] = {}
    for address, event in events_of(inbound, at=NOW):
        events.setdefault(address.lower(), []).append(event)
    return {address for address, past in events.items() if decide(past, now=NOW).action == "suppress"}


def test_a_report_to_a_signed_return_path_is_verified() -> None:
    inbound = run(report(bounce_to(), ADA))
    assert inbound.delivery is not None
    assert inbound.delivery.trust == "verified"
    assert believed(inbound) == {ADA}
    [token] = inbound.tokens
    assert (token.purpose, token.state, token.mail_id, token.recipient) == ("bounce", "valid", 128, ADA)
    assert inbound.delivery.verp is not None
    assert inbound.delivery.verp.mail_id == 128
    assert Inbound.model_validate_json(inbound.model_dump_json()) == inbound


@pytest.mark.parametrize(
    "raw",
    [
        report(bounce_to(EVE), ADA),
        report(bounce_to(EVE), ADA, EVE),
        report(bounce_to(EVE), EVE, original=ADA),
        report(bounce_to(EVE), EVE, returned=ADA),
        report(bounce_to(EVE), ADA, original=EVE, returned=EVE),
        report(bounce_to(EVE), "x@elsewhere.example", returned=ADA),
        report(f"{bounce_to(EVE)}, bounce+ada=shop.example@acme.example", EVE),
    ],
)
def test_who_holds_a_token_speaks_for_himself_only(raw: str) -> None:
    """The one who got a mail knows its return path, and may write any report that he likes to it."""
    assert ADA not in believed(run(raw))


def test_a_report_about_several_is_as_good_as_its_least() -> None:
    inbound = run(report(bounce_to(EVE), ADA, EVE))
    assert trusts(inbound) == {ADA: "unverified", EVE: "verified"}
    assert inbound.delivery is not None
    assert inbound.delivery.trust == "unverified"


def test_it_names_the_recipient_behind_a_forward() -> None:
    inbound = run(report(bounce_to(ADA), "ada.private@elsewhere.example", returned=f"{ADA}, {EVE}"))
    assert trusts(inbound) == {ADA: "verified"}


def test_sent_speaks_for_the_recipients_of_that_message_only() -> None:
    sent = (Sent(message_id="<1.2@srv1>", recipients=(EVE,)),)
    assert trusts(run(report("bounce@acme.example", ADA, EVE), sent=sent)) == {ADA: "unverified", EVE: "matches"}
    assert trusts(run(report("bounce@acme.example", EVE, original=ADA), sent=sent)) == {ADA: "unverified"}


@pytest.mark.parametrize(
    "to",
    [
        bounce_to(keys=STRANGER),
        bounce_to().replace("+b", "+ba"),
        bounce_to()[:8] + ("c" if bounce_to()[8] != "c" else "d") + bounce_to()[9:],
    ],
)
def test_a_forged_or_altered_token_is_said_to_be_so(to: str) -> None:
    inbound = run(report(to, ADA))
    assert inbound.kind == "bounce"
    assert trusts(inbound) == {ADA: "forged"}
    assert [(token.state, token.mail_id) for token in inbound.tokens] == [("forged", None)]
    assert believed(inbound) == set()
    # nor does what the mail holds besides make it better
    assert trusts(run(report(to, ADA), sent=(Sent(message_id="<1.2@srv1>", recipients=(ADA,)),))) == {ADA: "forged"}


def test_somebody_elses_address_that_looks_signed_is_not_forged() -> None:
    inbound = run(report(bounce_to(keys=STRANGER).replace("acme.example", "else.example"), ADA))
    assert inbound.tokens == ()
    assert trusts(inbound) == {ADA: "unverified"}


def test_an_expired_token_is_said_to_be_expired_and_proves_nothing() -> None:
    inbound = run(report(bounce_to(), ADA), now=LATER)
    assert [token.state for token in inbound.tokens] == ["expired"]
    assert trusts(inbound) == {ADA: "unverified"}
    assert inbound.delivery is not None
    assert inbound.delivery.verp is not None
    assert inbound.delivery.verp.mail_id == 128  # where it points is known all the same


def test_a_report_goes_to_the_record_of_its_return_path() -> None:
    for to in (bounce_to(), bounce_to(model=5, record_id=42), bounce_to(mail_id=9, model="project.task", record_id=42)):
        routing = run(report(to, ADA)).routing
        assert routing is not None
        assert routing.decision == "bounce"
        assert [(t.model, t.record_id) for t in routing.targets] == [("project.task", 42)]
    routing = run(report("bounce+128@acme.example", ADA)).routing
    assert routing is not None
    assert [(t.model, t.record_id) for t in routing.targets] == [("project.task", 42)]
    routing = run(report(bounce_to(keys=STRANGER), ADA)).routing
    assert routing is not None
    assert routing.targets == ()


def test_no_keys_no_tokens() -> None:
    inbound = run(report(bounce_to(), ADA), keys=[])
    assert inbound.tokens == ()
    assert trusts(inbound) == {ADA: "unverified"}


def test_keys_without_a_time_are_an_error_of_the_caller() -> None:
    gateway, _ = load_gateway(CONFIG)
    with pytest.raises(ConfigurationError, match="now"):
        process(b"From: a@b.example\nTo: bounce@acme.example\n\nx", gateway=gateway)


@pytest.mark.parametrize("key", [{"id": 3}, {"id": "x", "secret": "AAAA"}, {"id": 3, "secret": "?"}, "x"])
def test_a_wrong_key_is_an_error_of_the_caller(key: Any) -> None:
    with pytest.raises(ConfigurationError):
        load_gateway({**CONFIG, "keys": [key]})


def test_a_gateway_does_not_show_its_keys() -> None:
    gateway, _ = load_gateway(CONFIG)
    assert "secret" not in repr(gateway)
    assert "keys" not in gateway.model_dump()


# -- replies -----------------------------------------------------------------------------------------------------------


def reply(to: str, head: str = "", **options: Any) -> Inbound:
    return run(
        f"From: Ada <{ADA}>\nTo: {to}\n{head}Message-ID: <in@shop.example>\nSubject: Re: News\n\nYes.\n", **options
    )


def reply_to(keys: list[TokenKey] = KEYS, **given: Any) -> str:
    return sign_reply_address(keys, "catchall", "acme.example", now=NOW, **{"mail_id": 128, **given})


@pytest.mark.parametrize(
    "to", [reply_to(), reply_to(model=5, record_id=42), reply_to(mail_id=1, model="project.task", record_id=42)]
)
def test_a_signed_address_says_which_record(to: str) -> None:
    inbound = reply(to)
    assert inbound.routing is not None
    assert inbound.routing.decision == "reply"
    assert [(t.model, t.record_id) for t in inbound.routing.targets] == [("project.task", 42)]
    # also against an id that says otherwise, and with an alias of another model beside it
    inbound = reply(f"{to}, sales@acme.example", f"In-Reply-To: {OURS}\n")
    assert inbound.routing is not None
    assert [(t.model, t.record_id) for t in inbound.routing.targets] == [("project.task", 42)]


def test_anybody_who_has_the_address_may_answer() -> None:
    inbound = run(f"From: colleague@shop.example\nTo: {ADA}\nCc: {reply_to()}\n\nI, too.\n")
    assert inbound.routing is not None
    assert inbound.routing.decision == "reply"


@pytest.mark.parametrize(("to", "now", "state"), [(reply_to(STRANGER), NOW, "forged"), (reply_to(), LATER, "expired")])
def test_what_is_not_genuine_falls_through_to_the_ids(to: str, now: dt.datetime, state: str) -> None:
    routing = reply(to, f"References: {OURS}\n", now=now).routing
    assert routing is not None
    assert [(t.model, t.record_id) for t in routing.targets] == [("crm.lead", 17)]
    assert any(state in step for step in routing.trace)
    routing = reply(to, now=now).routing
    assert routing is not None
    assert routing.decision == "refuse_catchall"


def test_a_record_that_is_gone_is_not_written_to() -> None:
    routing = reply(reply_to(model="project.task", record_id=43)).routing
    assert routing is not None
    assert [(t.model, t.record_id) for t in routing.targets] == [("project.task", None)]
    routing = reply(reply_to(mail_id=999)).routing
    assert routing is not None
    assert routing.decision == "refuse_catchall"


def test_a_signed_id_says_which_record_where_the_host_forgot_it() -> None:
    ours = sign_message_id(KEYS, "srv1", mail_id=7, model="project.task", record_id=42, now=NOW)
    theirs = sign_message_id(STRANGER, "srv1", mail_id=7, model="project.task", record_id=42, now=NOW)
    for head, model in ((f"In-Reply-To: {ours}\n", "project.task"), (f"References: {ours} <z@y>\n", "project.task")):
        routing = reply("catchall@acme.example", head).routing
        assert routing is not None
        assert [(t.model, t.record_id) for t in routing.targets] == [(model, 42)]
    for head, now in ((f"In-Reply-To: {theirs}\n", NOW), (f"In-Reply-To: {ours}\n", LATER)):
        routing = reply("catchall@acme.example", head, now=now).routing
        assert routing is not None
        assert routing.decision == "refuse_catchall"


# -- complaints, unsubscription ----------------------------------------------------------------------------------------


def complaint(mail_from: str, recipient: str) -> str:
    return (
        "From: fbl@isp.example\nTo: abuse@acme.example\nSubject: complaint\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nAbuse.\n"
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: fbl/1\nVersion: 1\n"
        f"Original-Mail-From: <{mail_from}>\nOriginal-Rcpt-To: <{recipient}>\n\n"
        "--b\nContent-Type: text/rfc822-headers\n\nFrom: team@acme.example\nSubject: News\n\n--b--\n"
    )


@pytest.mark.parametrize(
    ("mail_from", "trust"),
    [
        (bounce_to(), Trust.VERIFIED),
        (bounce_to(EVE), Trust.UNVERIFIED),
        (bounce_to(keys=STRANGER), Trust.FORGED),
        ("bounce@acme.example", Trust.UNVERIFIED),
    ],
)
def test_a_complaint_about_a_signed_mail(mail_from: str, trust: Trust) -> None:
    inbound = run(complaint(mail_from, ADA))
    assert inbound.complaint is not None
    assert inbound.complaint.trust is trust
    assert inbound.complaint.original_mail_from == mail_from
    [(address, event)] = events_of(inbound, at=NOW)
    assert isinstance(event, Complained)
    assert (address, event.trust) == (ADA, trust)


def test_a_complaint_that_hides_who_complained_still_tells_which_mail() -> None:
    inbound = run(complaint(bounce_to(), "redacted@shop.example"))
    assert [token.mail_id for token in inbound.tokens] == [128]


@pytest.mark.parametrize(
    ("made_for", "keys", "now", "token"),
    [(ADA, KEYS, NOW, True), (EVE, KEYS, NOW, False), (ADA, STRANGER, NOW, False), (ADA, KEYS, LATER, False)],
)
def test_unsubscription_needs_the_recipients_own_token(
    made_for: str, keys: list[TokenKey], now: dt.datetime, token: bool
) -> None:
    to = sign_unsubscribe_address(keys, "unsubscribe", "acme.example", recipient=made_for, mail_id=128, now=NOW)
    inbound = run(f"From: {ADA}\nTo: {to}\nMessage-ID: <u@shop.example>\n\n\n", now=now)
    assert inbound.kind == "unsubscribe"
    assert inbound.routing is not None
    assert (inbound.routing.decision, inbound.routing.answer) == ("ignore", False)
    [(address, event)] = events_of(inbound, at=NOW)
    assert isinstance(event, Unsubscribed)
    assert (address, event.token) == (ADA, token)
    assert (decide([event], now=NOW).action == "suppress") == token


# -- any mail ----------------------------------------------------------------------------------------------------------


@given(
    to=st.lists(
        st.sampled_from([bounce_to(), bounce_to(EVE), bounce_to(keys=STRANGER), reply_to(), "x@y.example"]), max_size=6
    ),
    people=st.lists(st.sampled_from([ADA, EVE, "x@elsewhere.example"]), min_size=1, max_size=3),
    original=st.sampled_from(["", ADA, EVE]),
    returned=st.sampled_from(["", ADA, EVE, f"{ADA}, {EVE}"]),
)
def test_nobody_is_opted_out_without_his_own_token(
    to: list[str], people: list[str], original: str, returned: str
) -> None:
    inbound = run(report(", ".join(to), *people, original=original, returned=returned))
    assert believed(inbound) <= {person for person in (ADA, EVE) if bounce_to(person) in to}
    for _, event in events_of(inbound, at=NOW):
        assert not isinstance(event, Bounced) or event.trust is not Trust.MATCHES


def test_a_thousand_tokens_cost_a_few() -> None:
    many = ", ".join(bounce_to(f"p{n}@shop.example") for n in range(1_000))
    inbound = run(report(many, *[f"p{n}@shop.example" for n in range(60)]))
    assert len(inbound.tokens) <= 16
