"""The example addon on a small server of each series: what it takes over, and that Flectra goes on when it fails."""

from __future__ import annotations

import logging
import shlex
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import CORPUS

from . import fake_flectra
from .addon import ADDON, WORKER, load
from .fake_flectra import Env

SERIES = ("1.x", "2.x", "3.x")
OURS = "<88.17-openerp-17-crm.lead@srv1>"
NORA = '"Nora Vale" <nora@customer.example>'


def tables(series: str) -> dict[str, dict[int, dict[str, Any]]]:
    lead, task = ("ir.model", 1), ("ir.model", 2)
    found: dict[str, dict[int, dict[str, Any]]] = {
        "ir.model": {1: {"model": "crm.lead"}, 2: {"model": "project.task"}},
        "ir.config_parameter": {},
        "mail.alias": {
            1: {"alias_name": "sales", "alias_model_id": lead, "alias_defaults": "{'team_id': 3}", "alias_contact": "everyone"},
            2: {"alias_name": "support", "alias_model_id": task, "alias_defaults": "{}", "alias_contact": "partners"},
            3: {"alias_name": "team", "alias_model_id": task, "alias_contact": "followers", "alias_force_thread_id": 42},
            4: {"alias_name": "staff", "alias_model_id": task, "alias_contact": "employees"},
        },
        "mail.message": {
            70: {"message_id": OURS, "model": "crm.lead", "res_id": 17, "subtype_id": ("mail.message.subtype", 1)},
            71: {"message_id": "<sent@acme.example>", "model": "crm.lead", "res_id": 17},
        },
        "mail.message.subtype": {1: {"internal": True}},
        "mail.followers": {1: {"partner_id": ("res.partner", 9), "res_model": "project.task", "res_id": 42}},
        "mail.notification": {1: {"mail_message_id": ("mail.message", 71), "res_partner_id": ("res.partner", 10)}},
        "res.partner": {
            8: {"email": "nora@customer.example"},
            9: {"email": "nora@customer.example"},
            10: {"email": "u_n@far.example"},
            11: {"email": "u-n@far.example"},
        },
        "res.users": {5: {"email": "eva@acme.example"}},
        "hr.employee": {1: {"work_email": "EVA@acme.example"}},
        "mail.mail": {129: {"model": "crm.lead", "res_id": 17}},
        "crm.lead": {17: {}},
        "project.task": {42: {}},
        "mail.mail.statistics": {},
    }  # fmt: skip
    for table in ("res.partner", "res.users"):
        for row in found[table].values():
            row["email_normalized"] = row["email"]
    if series == "3.x":
        found["mail.alias.domain"] = {
            1: {"name": "acme.example", "bounce_alias": "bounce", "catchall_alias": "catchall", "default_from": "n@acme.example"}
        }  # fmt: skip
        for row in found["mail.alias"].values():
            row["alias_domain_id"] = ("mail.alias.domain", 1)
            row["alias_full_name"] = row["alias_name"] + "@acme.example"
    return found


@pytest.fixture(scope="module")
def shared() -> Iterator[Any]:
    """One worker for all tests: to start one takes longer than a test."""
    client = load(ADDON / "inbound_client.py", "inbound_client").Client(WORKER)
    yield client
    client.close()


@pytest.fixture(params=SERIES)
def server(request: pytest.FixtureRequest, shared: Any) -> Iterator[Any]:
    config = {"inbound_command": shlex.join(WORKER)}
    model, names = fake_flectra.install(request.param, config)
    model.addon._clients[config["inbound_command"], 30.0] = shared
    thread = model()
    thread.env = Env(request.param, tables(request.param), {"mail.catchall.domain": "acme.example"})
    thread.config = config
    yield thread
    for name in names:
        sys.modules.pop(name, None)


def mail(head: str, body: str = "Hello", sender: str = NORA) -> bytes:
    head = f"Return-Path: <nora@customer.example>\nFrom: {sender}\n{head}\nSubject: S"
    return f"{head}\nMessage-ID: <in@customer.example>\n\n{body}\n".encode()


def report(recipients: str) -> bytes:
    return (
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.far.example\nTo: bounce+128-crm.lead-17@acme.example\nSubject: Failed\n"
        "Message-ID: <r@far.example>\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nSorry.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.far.example\n\n{recipients}\n--b\n"
        "Content-Type: text/rfc822-headers\n\nFrom: x@acme.example\nTo: u_n@far.example\n"
        "Message-ID: <sent@acme.example>\n\n--b--\n"
    ).encode()  # fmt: skip


def dead(address: str, action: str = "failed", status: str = "5.1.1", text: str = "550 5.1.1 user unknown") -> str:
    return (
        f"Original-Recipient: rfc822; {address}\nFinal-Recipient: rfc822; {address}\nAction: {action}\n"
        f"Status: {status}\nDiagnostic-Code: smtp; {text}\n\n"
    )


def posts(server: Any) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
    return [(event[1], event[2]) for event in server.env.events if event[0] == "post"]


def events(server: Any) -> list[str]:
    return [event[0] for event in server.env.events]


# -- routing -----------------------------------------------------------------------------------------------------------


def test_an_answer_goes_to_its_record_with_author_parent_and_folded_quote(server: Any) -> None:
    body = "Two.\n\nOn Mon, 3 Jun 2024 Eva wrote:\n> One?"
    server.message_process(None, mail(f"To: x@acme.example\nIn-Reply-To: {OURS}", body))
    ((route, values),) = posts(server)
    assert route == ("crm.lead", 17, None, 1, None)
    assert values["parent_id"] == 70
    assert values["internal" if server.env.series == "1.x" else "is_internal"] is True
    assert values["author_id"] == 8
    before, mark, quote = values["body"].partition('<span data-o-mail-quote="1">')
    assert (before.split(), bool(mark), "One?" in quote) == (["<pre>Two."], True, True)
    if server.env.series != "1.x":
        assert ("reset", "nora@customer.example") in server.env.events  # without the display name


def test_an_alias_creates_with_its_own_record_and_defaults(server: Any) -> None:
    server.message_process("project.task", mail("To: Sales <sales@acme.example>"), {"x": 1})
    ((route, _),) = posts(server)
    assert route[:4] == ("crm.lead", None, {"team_id": 3}, 1)
    assert (route[4].table, route[4].ids) == ("mail.alias", [1])
    assert "own router" not in events(server)


def test_an_alias_that_is_written_to_twice_is_one_route(server: Any) -> None:
    server.message_process(
        None, mail("Delivered-To: sales@acme.example\nTo: SALES@acme.example\nCc: sales+x@acme.example")
    )
    assert len(posts(server)) == 1


def test_the_user_and_the_alias_user(server: Any) -> None:
    server.message_process(None, mail("To: sales@acme.example", sender="Eva <eva@acme.example>"))
    assert posts(server)[0][0][3] == 5
    server.env.tables["mail.alias"][1]["alias_user_id"] = ("res.users", 6)
    server.message_process(None, mail("To: sales@acme.example", sender="Eva <eva@acme.example>"))
    assert posts(server)[1][0][3] == 6


def test_policies_of_aliases(server: Any) -> None:
    for name, sender, may in (
        ("support", NORA, True),
        ("support", "x@stranger.example", False),
        ("team", NORA, True),
        ("team", "x@stranger.example", False),
        ("staff", "eva@acme.example", True),
        ("staff", NORA, False),
    ):
        server.env.events.clear()
        server.message_process("crm.lead", mail(f"To: {name}@acme.example", sender=sender))
        assert ("own router" not in events(server)) is may, (name, sender)


def test_a_follower_is_the_author_before_others(server: Any) -> None:
    server.message_process(None, mail("To: team@acme.example"))
    ((route, values),) = posts(server)
    assert route[:2] == ("project.task", 42)
    assert values["author_id"] == 9


def test_the_callers_model_is_the_fallback(server: Any) -> None:
    server.message_process("crm.lead", mail("To: x@else.example"), {"x": 1})
    assert posts(server)[0][0] == ("crm.lead", None, {"x": 1}, 1, None)
    assert "own router" not in events(server)


def test_what_belongs_nowhere_is_an_error_as_before(server: Any) -> None:
    with pytest.raises(ValueError, match="No possible route"):
        server.message_process(None, mail("To: x@else.example"))


# -- detection ---------------------------------------------------------------------------------------------------------


def test_all_who_failed_are_booked_and_nobody_else(server: Any) -> None:
    told = dead("v@far.example", "delivered", "2.0.0", "250 ok") + dead("u_n@far.example") + dead("w@far.example")
    server.message_process("crm.lead", report(told))
    ids = ["<sent@acme.example>"]
    if server.env.series == "1.x":
        assert server.env.events == [
            ("receive_bounce", "res.partner", [10], "u_n@far.example", 128),
            ("receive_bounce", "crm.lead", [17], "u_n@far.example", 128),
            ("set_bounced", [128]),
            ("receive_bounce", "crm.lead", [17], "w@far.example", 128),
            ("set_bounced", [128]),
        ]
        assert server.env.tables["mail.notification"][1]["email_status"] == "bounce"
    else:
        assert server.env.events == [
            ("bounce", "u_n@far.example", [10], ids, [71]),
            ("bounce", "w@far.example", [], ids, [71]),
        ]


def test_a_full_mailbox_counts_where_the_mail_is_known_to_have_gone_there(server: Any) -> None:
    full = dead("u_n@far.example", "failed", "5.2.2", "552 5.2.2 mailbox full")
    server.message_process("crm.lead", report(full))
    assert [event[1] for event in server.env.events if event[0] == "bounce"] == (
        [] if server.env.series == "1.x" else ["u_n@far.example"]
    )
    assert len(server.env.events) == (3 if server.env.series == "1.x" else 1)
    server.env.events.clear()
    server.env.tables["mail.notification"][1]["res_partner_id"] = ("res.partner", 8)  # it went to somebody else
    server.message_process("crm.lead", report(full))
    assert server.env.events == []


@pytest.mark.parametrize(
    "told",
    [
        dead("u_n@far.example", "delayed", "4.4.1", "450 4.4.1 no answer"),
        dead("u_n@far.example", "delivered", "2.0.0", "250 ok"),
        dead("u_n@far.example", "failed", "5.7.1", "550 5.7.1 rejected as spam"),
    ],
    ids=["delayed", "delivered", "spam"],
)
def test_nobody_is_booked_who_may_be_alive_and_nothing_is_posted(server: Any, told: str) -> None:
    server.message_process("crm.lead", report(told))
    assert server.env.events == []


def test_questions(server: Any) -> None:
    host = sys.modules["mail_inbound.series"].host_of(server.env)
    needs = [
        {"kind": "threads", "keys": [OURS, "<x@x>"]},
        {"kind": "sender", "keys": ["nora@customer.example"]},
        {"kind": "aliases", "keys": ["team@acme.example", "team", "nobody"]},
        {"kind": "records", "keys": ["crm.lead,17", "crm.lead,18", "no.model,1"]},
        {"kind": "mails", "keys": ["128", "129"]},
        {"kind": "models", "keys": ["crm.lead", "no.model", "ir.config_parameter"]},
        {"kind": "of a later version", "keys": ["x"]},
    ]
    found = host.answers(needs)
    aliases = found.pop("aliases")
    assert found == {
        "threads": {OURS: {"model": "crm.lead", "record_id": 17, "internal": True, "order": 70}, "<x@x>": None},
        "sender": {"partner": True, "employee": False, "follows": ["project.task,42"]},
        "records": {"crm.lead,17": True, "crm.lead,18": False, "no.model,1": False},
        "mails": {"128": None, "129": {"model": "crm.lead", "record_id": 17}},
        "models": {"crm.lead": True, "no.model": False, "ir.config_parameter": False},
    }
    (alias,) = aliases["team@acme.example" if server.env.series == "3.x" else "team"]
    assert (alias["model"], alias["force_thread_id"], alias["contact"]) == ("project.task", 42, "followers")
    assert aliases["nobody"] == []


@pytest.mark.parametrize("kind", ["complaint", "auto_reply"])
def test_what_programs_write_creates_no_record(server: Any, kind: str) -> None:
    path = sorted(CORPUS.joinpath(kind).rglob("*.eml"))[0]
    raw = path.read_bytes().replace(b"\r\n", b"\n")
    server.message_process("crm.lead", raw)
    assert server.env.events == []


def test_a_complaint_is_handed_to_whoever_extends_the_addon(server: Any) -> None:
    seen: list[Any] = []
    server._inbound_complaint = seen.append
    raw = sorted(CORPUS.joinpath("complaint").rglob("*.eml"))[0].read_bytes()
    server.message_process("crm.lead", raw)
    assert seen[0]["complaint"]["feedback_type"] == "abuse"


def test_a_read_receipt_is_no_bounce(server: Any) -> None:
    raw = sorted(CORPUS.joinpath("receipt").rglob("*.eml"))[0].read_bytes()
    server.message_process(
        "crm.lead", raw.replace(b"\r\n", b"\n").replace(b"\n\n", f"\nIn-Reply-To: {OURS}\n\n".encode(), 1)
    )
    assert "bounce" not in events(server)
    for _, values in posts(server):
        assert not values.get("is_bounce")
        assert not values.get("bounced_email")


def test_refusals_are_worded_by_flectra_and_programs_get_none(server: Any) -> None:
    server.message_process(None, mail("To: support@acme.example, catchall@acme.example", sender="x@stranger.example"))
    assert "own answer" in events(server)
    server.env.events.clear()
    automatic = "Auto-Submitted: auto-generated\nTo: support@acme.example"
    server.message_process(None, mail(automatic, sender="x@stranger.example"))
    assert server.env.events == []


def test_the_command_and_the_time_are_the_servers(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    server.config.clear()
    assert server.addon.client().command == ["flectra-inbound", "worker"]
    monkeypatch.setenv("FLECTRA_INBOUND_COMMAND", "'/opt/in bound/python' -m flectra_inbound worker")
    monkeypatch.setenv("FLECTRA_INBOUND_TIMEOUT", "5")
    client = server.addon.client()
    assert (client.command[0], client.timeout) == ("/opt/in bound/python", 5.0)
    assert server.addon.client() is client


# -- when it fails -----------------------------------------------------------------------------------------------------


def test_any_trouble_leaves_the_mail_to_flectra(server: Any, caplog: pytest.LogCaptureFixture) -> None:
    server.env.broken = "mail.alias"
    with caplog.at_level(logging.DEBUG):
        server.message_process("crm.lead", mail("To: sales@acme.example"))
    assert events(server) == ["rollback", "own router", "post"]
    assert posts(server)[0][1]["body"].split() == ["<pre>Hello", "</pre>"]
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_no_worker_leaves_the_mail_to_flectra(server: Any, caplog: pytest.LogCaptureFixture) -> None:
    server.config["inbound_command"] = "/nowhere/flectra-inbound worker"
    server.message_process("crm.lead", mail("To: sales@acme.example"))
    assert events(server) == ["rollback", "own router", "post"]
    assert "Unavailable" in caplog.text


def test_what_was_booked_before_the_trouble_is_undone(server: Any) -> None:
    if server.env.series == "1.x":
        server.env.broken = "mail.notification"
    else:
        genuine = type(server)._routing_handle_bounce

        def fails(message: Any, found: dict[str, Any]) -> None:
            genuine(server, message, found)
            raise LookupError

        server._routing_handle_bounce = fails
    server.message_process("crm.lead", report(dead("u_n@far.example")))
    assert events(server) == ["rollback", "own router", "post"]


def test_the_log_holds_nothing_of_a_mail(server: Any, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        server.message_process(None, mail(f"To: sales@acme.example\nReferences: {OURS}", "words"))
        server.message_process("crm.lead", report(dead("u_n@far.example")))
    assert [record.getMessage() for record in caplog.records] == [
        "flectra_inbound: message, reply",
        "flectra_inbound: bounce, bounce",
    ]


def test_the_cost_does_not_grow_with_the_aliases(server: Any) -> None:
    server.message_process(None, mail("To: sales@acme.example"))
    few = server.env.searches
    for number in range(100, 400):
        server.env.tables["mail.alias"][number] = {"alias_name": f"a{number}", "alias_model_id": ("ir.model", 1)}
    server.env.searches = 0
    server.message_process(None, mail("To: sales@acme.example"))
    assert server.env.searches == few
