"""Routing: the order of the decision, asked and answered, for every kind of host; and what Flectra's gateway gets wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from flectra_inbound import (
    AliasDomain,
    Answers,
    Envelope,
    Gateway,
    Inbound,
    Need,
    Routing,
    load_gateway,
    process,
    route,
)

OURS = "<88.17-openerp-17-crm.lead@srv1>"
TASK = "<88.42-openerp-42-project.task@srv1>"
CONFIG: dict[str, Any] = {
    "version": "3.x",
    "alias_domains": [{"name": "acme.example"}, {"name": "beta.example", "bounce": "returns", "catchall": "replies"}],
    "aliases": [
        {"name": "sales", "domain": "acme.example", "model": "crm.lead", "defaults": {"team_id": 3}},
        {"name": "support", "domain": "acme.example", "model": "project.task"},
        {"name": "jobs", "domain": "acme.example", "model": "hr.applicant", "contact": "partners"},
        {"name": "staff", "domain": "acme.example", "model": "hr.leave", "contact": "employees"},
        {"name": "one", "domain": "acme.example", "model": "crm.lead", "force_thread_id": 18},
        {"name": "a+b", "domain": "acme.example", "model": "res.partner"},
    ],
    "known_message_ids": {
        OURS: {"model": "crm.lead", "thread_id": 17},
        TASK: {"model": "project.task", "thread_id": 42},
        "<gone@x>": {"model": "crm.lead", "thread_id": 99},
        "<private@x>": {"model": None, "thread_id": None},
    },
    "records": {"crm.lead": [17, 18], "project.task": [42]},
    "partners": ["nora@customer.example"],
}


def mail(
    head: str, *, sender: str = "Nora Vale <nora@customer.example>", body: str = "Hello", **config: Any
) -> Inbound:
    gateway, host = load_gateway({**CONFIG, **config})
    raw = f"Return-Path: <nora@customer.example>\nFrom: {sender}\n{head}\nMessage-ID: <in@customer.example>\n\n{body}\n"
    return process(raw.encode(), gateway=gateway, host=host)


def routed(head: str, **options: Any) -> Routing:
    routing = mail(head, **options).routing
    assert routing is not None
    assert routing.needs == ()
    assert routing.trace
    return routing


def targets(routing: Routing) -> list[tuple[str, int | None]]:
    return [(target.model, target.record_id) for target in routing.targets]


@pytest.mark.parametrize(
    ("head", "decision", "where"),
    [
        ("To: sales@acme.example", "create", [("crm.lead", None)]),
        ("To: SALES@Acme.Example", "create", [("crm.lead", None)]),
        ("To: x@else.example\nCc: support@acme.example", "create", [("project.task", None)]),
        ("To: list@else.example\nX-Original-To: support@acme.example", "create", [("project.task", None)]),
        ("To: list@else.example\nX-Forwarded-To: support@acme.example", "create", [("project.task", None)]),
        ("To: sales@acme.example, support@acme.example", "create", [("crm.lead", None), ("project.task", None)]),
        ("To: one@acme.example", "update", [("crm.lead", 18)]),
        (f"To: catchall@acme.example\nIn-Reply-To: {OURS}", "reply", [("crm.lead", 17)]),
        (f"To: catchall@acme.example\nReferences: {OURS} {TASK}", "reply", [("project.task", 42)]),
        (f"To: x@acme.example\nIn-Reply-To: {OURS}\nReferences: {TASK}", "reply", [("crm.lead", 17)]),
        (f"To: x@acme.example\nIn-Reply-To: <new@y>\nReferences: {TASK} <z@y>", "reply", [("project.task", 42)]),
        ("To: x@acme.example\nIn-Reply-To: <gone@x>", "reply", [("crm.lead", None)]),
        (f"To: support@acme.example\nIn-Reply-To: {OURS}", "create", [("project.task", None)]),
        (f"To: catchall@acme.example\nCc: support@acme.example\nIn-Reply-To: {OURS}", "reply", [("crm.lead", 17)]),
        ("To: sales@acme.example\nIn-Reply-To: <private@x>", "create", [("crm.lead", None)]),
        (
            f"To: sales@acme.example\nIn-Reply-To: <1.2-openerp-reply_to@srv>\nReferences: {OURS}",
            "create",
            [("crm.lead", None)],
        ),
        ("To: catchall@acme.example", "refuse_catchall", []),
        ("To: replies@beta.example", "refuse_catchall", []),
        ("To: catchall@acme.example\nCc: sales@acme.example", "create", [("crm.lead", None)]),
        ("To: catchall@acme.example, stranger@else.example", "refuse_catchall", []),
        ("To: catchall@beta.example", "unroutable", []),
        ("To: bounce@acme.example", "bounce", []),
        ("To: returns@beta.example", "bounce", []),
        ("To: bounce@beta.example", "unroutable", []),
        ("To: bounce+128-crm.lead-17@acme.example", "bounce", [("crm.lead", 17)]),
        ("To: bounce+128-crm.lead-17@evil.example", "unroutable", []),
        ("To: jobs@acme.example", "create", [("hr.applicant", None)]),
        ("To: staff@acme.example", "refuse_sender", []),
        ("To: nobody@acme.example", "unroutable", []),
        ("To: sales@acme.example\nReferences: <1-loop-detection-bounce-email@srv1>", "loop", []),
    ],
)
def test_the_decision(head: str, decision: str, where: list[tuple[str, int | None]]) -> None:
    routing = routed(head)
    assert (routing.decision, targets(routing)) == (decision, where)


def test_a_subaddress_is_a_detail_unless_the_whole_is_an_alias() -> None:
    routing = routed("To: sales+promo@acme.example")
    assert (routing.decision, routing.detail, targets(routing)) == ("create", "promo", [("crm.lead", None)])
    assert targets(routed("To: a+b@acme.example")) == [("res.partner", None)]


def test_defaults_and_alias_come_with_the_target() -> None:
    (target,) = routed("To: sales@acme.example").targets
    assert (target.alias, target.defaults) == ("sales", {"team_id": 3})


def test_what_came_before_is_a_duplicate() -> None:
    routing = routed(
        "To: sales@acme.example", known_message_ids={"<in@customer.example>": {"model": "crm.lead", "thread_id": 17}}
    )
    assert (routing.decision, routing.answer) == ("duplicate", False)


def test_our_own_mail_with_a_new_id_is_a_duplicate() -> None:
    assert routed(f"To: sales@acme.example\nX-Microsoft-Original-Message-ID: {OURS}").decision == "duplicate"


def test_a_sender_that_creates_too_much_is_a_loop() -> None:
    loop = {"threshold": 5, "minutes": 30, "recent_by_sender": {"crm.lead": 5}}
    assert routed("To: sales@acme.example", loop=loop).decision == "loop"
    assert routed("To: support@acme.example", loop=loop).decision == "create"
    assert routed("To: sales@acme.example", loop={**loop, "allowed": ["NORA@customer.example"]}).decision == "create"


def test_so_is_one_that_writes_too_much_to_a_record() -> None:
    for head, record in ((f"To: catchall@acme.example\nIn-Reply-To: {OURS}", 17), ("To: one@acme.example", 18)):
        for written, decision in ((4, {"reply", "update"}), (5, {"loop"})):
            loop = {"threshold": 5, "recent_by_sender": {f"crm.lead,{record}": written}}
            assert routed(head, loop=loop).decision in decision


def test_an_out_of_office_belongs_to_its_thread_and_creates_nothing() -> None:
    answer = "Auto-Submitted: auto-replied\nSubject: Out of office"
    assert targets(routed(f"To: x@acme.example\nIn-Reply-To: {OURS}\n{answer}")) == [("crm.lead", 17)]
    assert routed(f"To: sales@acme.example\n{answer}").decision == "ignore"
    assert routed(f"To: catchall@acme.example\n{answer}").decision == "ignore"


@pytest.mark.parametrize(
    ("head", "sender", "may"),
    [
        ("To: catchall@acme.example", "nora@customer.example", True),
        ("To: catchall@acme.example\nPrecedence: list", "nora@customer.example", False),
        ("To: sales@acme.example\nAuto-Submitted: auto-generated", "nora@customer.example", False),
        ("To: catchall@acme.example", "notifications@acme.example", False),
        ("To: catchall@acme.example", "anna@acme.example", True),
        ("To: catchall@acme.example", "Sales <Sales@ACME.example>", False),
        ("To: catchall@acme.example", "sales+offers@acme.example", False),
        ("To: catchall@acme.example", "sales@customer.example", True),
    ],
)
def test_no_program_is_answered(head: str, sender: str, may: bool) -> None:
    assert routed(head, sender=sender).answer is may


def test_fallback() -> None:
    assert targets(routed("To: x@acme.example", fallback_model="crm.lead")) == [("crm.lead", None)]
    assert routed("To: x@acme.example", fallback_model="res.country").decision == "unroutable"


@pytest.mark.parametrize(
    ("version", "decision"), [("1.x", "unroutable"), ("2.x", "refuse_catchall"), ("3.x", "refuse_catchall")]
)
def test_presets(version: str, decision: str) -> None:
    assert routed("To: catchall@acme.example", version=version).decision == decision


def test_older_series_match_local_parts() -> None:
    assert routed("To: sales@else.example", version="1.x").decision == "create"
    assert routed("To: sales@else.example").decision == "unroutable"


def test_the_envelope_says_who_got_it() -> None:
    gateway, host = load_gateway(CONFIG)
    raw = b"From: nora@customer.example\nTo: undisclosed@else.example\n\nHi"
    routing = process(raw, gateway=gateway, host=host, envelope=Envelope(rcpt_to=("sales@acme.example",))).routing
    assert routing is not None
    assert routing.decision == "create"


def trace(*recipients: str) -> str:
    return "\n".join(
        f"Received: from a.example by b.example with ESMTP id 1 for <{r}>; Mon, 1 Jun 2026 10:00:00 +0000"
        for r in recipients
    )


@pytest.mark.parametrize(
    ("head", "version", "decision", "where"),
    [
        ("To: list@else.example", "3.x", "create", [("crm.lead", None)]),
        ("To: undisclosed-recipients:;", "3.x", "create", [("crm.lead", None)]),
        ("To: nobody@acme.example", "3.x", "create", [("crm.lead", None)]),
        # any other source that names one of ours goes before
        ("To: support@acme.example", "3.x", "create", [("project.task", None)]),
        ("To: list@else.example\nCc: support@acme.example", "3.x", "create", [("project.task", None)]),
        ("To: list@else.example\nDelivered-To: support@acme.example", "3.x", "create", [("project.task", None)]),
        ("To: catchall@acme.example", "3.x", "refuse_catchall", []),
        ("To: bounce@acme.example", "3.x", "bounce", []),
    ],
)
def test_a_trace_field_names_the_recipient_last(head: str, version: str, decision: str, where: list[Any]) -> None:
    routing = routed(f"{trace('sales@acme.example', 'one@acme.example')}\n{head}", version=version)
    assert (routing.decision, targets(routing)) == (decision, where)


def test_what_a_trace_field_names_must_be_at_our_domain() -> None:
    head = f"{trace('sales@customer.example')}\nTo: list@else.example"
    assert routed(head, version="1.x").decision == "unroutable"
    assert routed("To: sales@customer.example", version="1.x").decision == "create"


def test_the_bounce_address_and_the_catchall_may_stand_in_a_trace_field_alone() -> None:
    other = "To: list@else.example"
    assert targets(routed(f"{trace('bounce+128-crm.lead-17@acme.example')}\n{other}")) == [("crm.lead", 17)]
    assert routed(f"{trace('catchall@acme.example')}\n{other}").decision == "refuse_catchall"
    assert routed(f"{trace('bounce@acme.example')}\nTo: sales@acme.example").decision == "create"


def test_older_trace_fields_are_not_asked() -> None:
    assert (
        routed(f"{trace(*['x@hop.example'] * 10, 'sales@acme.example')}\nTo: y@else.example").decision == "unroutable"
    )
    sources = [
        r.source
        for r in mail(f"{trace('sales@acme.example', 'sales@acme.example')}\nTo: y@else.example").mail.recipients
    ]
    assert sources == ["to", "received"]


@pytest.mark.parametrize("separator", ["+", "-", "="])
def test_subaddresses_are_cut_at_the_gateway_s_separator(separator: str) -> None:
    aliases = [
        {"name": "sales", "domain": "acme.example", "model": "crm.lead"},
        {"name": f"sales{separator}eu", "domain": "acme.example", "model": "project.task"},
    ]
    routing = routed(f"To: sales{separator}eu@acme.example", aliases=aliases, separators=separator)
    assert targets(routing) == [("project.task", None)]
    routing = routed(f"To: sales{separator}us@acme.example", aliases=aliases, separators=separator)
    assert (targets(routing), routing.detail) == ([("crm.lead", None)], "us")


@pytest.mark.parametrize(
    ("separators", "local", "ours"),
    [
        ("+", "mail-bounce", True),
        ("+", "mail-bounce+x", True),
        ("+", "MAIL-Bounce+x", True),
        ("+", "mail-bounce-x", False),
        ("-", "mail-bounce-x", True),
        ("-", "mail-bounce+128", True),  # Flectra's own return path, whatever the separators
        ("=-", "mail-bounce=x", True),
        ("", "mail-bouncer", False),
        ("-", "mail", False),
    ],
)
def test_the_bounce_address_is_cut_at_the_gateway_s_separators(separators: str, local: str, ours: bool) -> None:
    gateway = Gateway(alias_domains=(AliasDomain(name="acme.example", bounce="mail-bounce"),), separators=separators)
    assert gateway.is_bounce_address(f"{local}@acme.example") is ours


def test_a_forged_author_meets_no_contact_policy_but_everyone() -> None:
    border = {"trusted_authserv_ids": ["mx.acme.example"]}
    failed = "Authentication-Results: mx.acme.example; dmarc=fail header.from=customer.example"
    routing = routed(f"{failed}\nTo: jobs@acme.example", **border)
    assert routing.decision == "refuse_sender"
    why = "jobs is for partners, and From is not believed: dmarc=fail for customer.example"
    assert routing.trace[-1] == f"refuse_sender: {why}"
    both = routed(f"{failed}\nTo: jobs@acme.example, sales@acme.example", **border)
    assert (targets(both), why in both.trace) == ([("crm.lead", None)], True)
    assert routed(f"{failed}\nTo: jobs@acme.example").decision == "create"
    assert routed(f"{failed}\nTo: sales@acme.example", **border).decision == "create"
    unknown = "Authentication-Results: mx.acme.example; dmarc=temperror header.from=customer.example"
    assert routed(f"{unknown}\nTo: jobs@acme.example", **border).decision == "create"


# -- hosts -----------------------------------------------------------------------------------------------------------

RAW = f"From: nora@customer.example\nTo: x@acme.example\nIn-Reply-To: {OURS}\n\nHi".encode()


def test_without_a_host_the_questions_are_the_answer() -> None:
    gateway, host = load_gateway(CONFIG)
    inbound = process(RAW, gateway=gateway)
    assert inbound.routing is not None
    assert [need.kind for need in inbound.routing.needs] == ["threads", "aliases", "sender"]
    second = route(inbound, gateway, host(inbound.routing.needs))
    assert [need.kind for need in second.needs] == ["records"]


def test_three_rounds_are_enough() -> None:
    gateway, host = load_gateway({**CONFIG, "fallback_model": "crm.lead"})
    rounds: list[tuple[str, ...]] = []

    def counting(needs: Sequence[Need]) -> Answers:
        rounds.append(tuple(need.kind for need in needs))
        return host(needs)

    for to in ("x@acme.example", "sales@acme.example", "catchall@acme.example"):
        rounds.clear()
        process(f"From: n@c.example\nTo: {to}\nIn-Reply-To: {OURS}\n\nHi".encode(), gateway=gateway, host=counting)
        assert len(rounds) <= 3


def test_an_asyncio_host_drives_the_same_function() -> None:
    gateway, host = load_gateway(CONFIG)

    async def looked_up(needs: Sequence[Need]) -> Answers:
        await asyncio.sleep(0)
        return host(needs)

    async def run() -> Routing:
        inbound = process(RAW, gateway=gateway)
        answers: dict[str, Any] = {}
        routing = route(inbound, gateway)
        while routing.needs:
            for name, value in await looked_up(routing.needs):
                answers[name] = value if name == "sender" else {**answers.get(name, {}), **value}
            answers = {name: value for name, value in answers.items() if value is not None}
            routing = route(inbound, gateway, Answers(**answers))
        return routing

    assert targets(asyncio.run(run())) == [("crm.lead", 17)]


def test_an_error_of_the_host_is_the_host_s() -> None:
    def broken(needs: Sequence[Need]) -> Answers:
        raise LookupError("no database")

    with pytest.raises(LookupError, match="no database"):
        process(RAW, gateway=load_gateway(CONFIG)[0], host=broken)


def test_a_decision_costs_no_more_with_many_aliases() -> None:
    aliases = [{"name": f"a{i}", "domain": "acme.example", "model": "crm.lead"} for i in range(20_000)]
    gateway, host = load_gateway({**CONFIG, "aliases": aliases})
    asked: list[int] = []

    def counting(needs: Sequence[Need]) -> Answers:
        asked.append(sum(len(need.keys) for need in needs))
        return host(needs)

    routing = process(b"From: n@c.example\nTo: a19999@acme.example\n\nHi", gateway=gateway, host=counting).routing
    assert routing is not None
    assert routing.decision == "create"
    assert sum(asked) < 10


def test_without_a_gateway_nothing_is_routed() -> None:
    assert process(RAW).routing is None
    assert Gateway.preset("2.x").match_local_parts
