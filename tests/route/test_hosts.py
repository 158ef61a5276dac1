"""Routing with every kind of host: synchronous, asyncio, one that raises, one that knows little, one that says nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from flectra_inbound import (
    Answers,
    Gateway,
    Inbound,
    Need,
    Pipeline,
    Routing,
    Sender,
    StaticHost,
    Thread,
    add_answers,
    load_gateway,
    process,
    route,
)

OURS = "<88.17-openerp-17-crm.lead@srv1>"
CONFIG: dict[str, Any] = {
    "version": "3.x",
    "alias_domains": [{"name": "acme.example"}],
    "aliases": [
        {"name": "sales", "domain": "acme.example", "model": "crm.lead"},
        {"name": "jobs", "domain": "acme.example", "model": "hr.applicant", "contact": "partners"},
    ],
    "known_message_ids": {OURS: {"model": "crm.lead", "thread_id": 17}},
    "mails": {"128": {"model": "crm.lead", "thread_id": 17}},
    "records": {"crm.lead": [17]},
    "partners": ["nora@customer.example"],
    "fallback_model": "crm.lead",
}
GATEWAY, HOST = load_gateway(CONFIG)


def mail(head: str) -> bytes:
    return f"From: Nora Vale <nora@customer.example>\n{head}\nMessage-ID: <in@customer.example>\n\nHello\n".encode()


REPLY = mail(f"To: catchall@acme.example\nIn-Reply-To: {OURS}")
MAILS = {
    "reply": REPLY,
    "create": mail("To: sales@acme.example"),
    "create for a contact": mail("To: jobs@acme.example"),
    "fallback": mail("To: stranger@acme.example"),
    "refuse_catchall": mail("To: catchall@acme.example"),
    "bounce": mail("To: bounce+128@acme.example"),
    "nobody": b"\n\n",
}


class Noting:
    """A host that notes what it is asked."""

    def __init__(self, host: Callable[[Sequence[Need]], Answers]) -> None:
        self.host = host
        self.rounds: list[tuple[Need, ...]] = []

    def __call__(self, needs: Sequence[Need]) -> Answers:
        self.rounds.append(tuple(needs))
        return self.host(needs)


def routing_of(inbound: Inbound) -> Routing:
    assert inbound.routing is not None
    return inbound.routing


async def awaited(raw: bytes, look_up: Any, rounds: int = 3) -> Routing:
    """The loop of an asyncio host: all questions of a round at once."""
    inbound = process(raw, gateway=GATEWAY)
    routing, answers = routing_of(inbound), Answers()
    for _ in range(rounds):
        if not routing.needs:
            break
        for found in await asyncio.gather(*(look_up(need) for need in routing.needs)):
            answers = add_answers(answers, routing.needs, found)
        routing = route(inbound, GATEWAY, answers)
    return routing


# -- synchronous -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAILS)
def test_three_rounds_are_enough_and_nothing_is_asked_twice(name: str) -> None:
    host = Noting(HOST)
    routing = routing_of(process(MAILS[name], gateway=GATEWAY, host=host))
    assert routing.needs == ()
    assert len(host.rounds) <= 3
    asked = [(need.kind, key) for needs in host.rounds for need in needs for key in need.keys]
    assert len(asked) == len(set(asked))
    for needs in host.rounds:
        assert len({need.kind for need in needs}) == len(needs), "one question of a kind in a round"


def test_no_mail_asks_for_nothing() -> None:
    host = Noting(HOST)
    process(MAILS["nobody"], gateway=Gateway.preset("3.x"), host=host)
    assert host.rounds == []


def test_process_is_only_the_loop() -> None:
    for raw in MAILS.values():
        inbound = process(raw, gateway=GATEWAY)
        routing, answers = routing_of(inbound), Answers()
        while routing.needs:
            answers = add_answers(answers, routing.needs, HOST(routing.needs))
            routing = route(inbound, GATEWAY, answers)
        assert routing == routing_of(process(raw, gateway=GATEWAY, host=HOST))


# -- asyncio -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MAILS)
def test_an_asyncio_host_comes_to_the_same_decision(name: str) -> None:
    async def look_up(need: Need) -> Answers:
        await asyncio.sleep(0)
        return HOST([need])

    assert asyncio.run(awaited(MAILS[name], look_up)) == routing_of(process(MAILS[name], gateway=GATEWAY, host=HOST))


def test_the_questions_of_a_round_are_awaited_together() -> None:
    running = most = 0

    async def look_up(need: Need) -> Answers:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(5):
            await asyncio.sleep(0)
        running -= 1
        return HOST([need])

    assert asyncio.run(awaited(REPLY, look_up)).decision == "reply"
    assert most == 3  # threads, aliases, sender


def test_many_mails_are_routed_beside_one_another() -> None:
    async def look_up(need: Need) -> Answers:
        await asyncio.sleep(0.001 if need.kind == "threads" else 0)
        return HOST([need])

    async def run() -> list[Routing]:
        return await asyncio.gather(*(awaited(raw, look_up) for raw in MAILS.values() for _ in range(5)))

    expected = [routing_of(process(raw, gateway=GATEWAY, host=HOST)) for raw in MAILS.values() for _ in range(5)]
    assert asyncio.run(run()) == expected


# -- one that raises ---------------------------------------------------------------------------------------------------


class NoDatabase(Exception):
    pass


@pytest.mark.parametrize("fails_in", [1, 2])
def test_what_the_host_raises_passes_through_and_leaves_nothing_behind(fails_in: int) -> None:
    calls = 0

    def broken(needs: Sequence[Need]) -> Answers:
        nonlocal calls
        calls += 1
        if calls == fails_in:
            raise NoDatabase("gone away")
        return HOST(needs)

    pipeline = Pipeline(gateway=GATEWAY)
    with pytest.raises(NoDatabase, match="gone away") as caught:
        pipeline.process(REPLY, host=broken)
    assert caught.value.__cause__ is None
    assert calls == fails_in
    assert pipeline == Pipeline(gateway=GATEWAY)
    host = Noting(HOST)
    assert routing_of(pipeline.process(REPLY, host=host)).decision == "reply"
    assert len(host.rounds) == 2, "asked from the beginning: nothing of the failed try is kept"


def test_what_an_asyncio_host_raises_passes_through() -> None:
    async def broken(need: Need) -> Answers:
        if need.kind == "aliases":
            raise NoDatabase("gone away")
        return HOST([need])

    with pytest.raises(NoDatabase):
        asyncio.run(awaited(REPLY, broken))


@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_so_does_what_stops_the_program(error: type[BaseException]) -> None:
    def stopped(needs: Sequence[Need]) -> Answers:
        raise error

    with pytest.raises(error):
        process(REPLY, gateway=GATEWAY, host=stopped)


# -- one that knows little ---------------------------------------------------------------------------------------------


def test_a_key_that_the_host_leaves_out_is_unknown_to_it() -> None:
    host = Noting(lambda needs: Answers(threads={}, aliases={}, sender=None, models={"crm.lead": True}))
    routing = routing_of(process(REPLY, gateway=GATEWAY, host=host))
    assert routing.needs == ()
    assert routing.decision == "refuse_catchall"
    assert len(host.rounds) == 1


def test_a_host_may_answer_with_what_its_query_found() -> None:
    def found(needs: Sequence[Need]) -> Answers:
        answers = HOST(needs)
        return Answers(
            **{
                name: {key: value for key, value in getattr(answers, name).items() if value}
                if name != "sender"
                else value
                for name, value in answers
                if name in answers.model_fields_set
            }
        )

    for raw in MAILS.values():
        expected = routing_of(process(raw, gateway=GATEWAY, host=HOST))
        assert routing_of(process(raw, gateway=GATEWAY, host=found)) == expected


def test_a_kind_that_the_host_leaves_out_is_asked_again() -> None:
    """Such as a host that looks up one table a call."""

    def one_kind(needs: Sequence[Need]) -> Answers:
        return HOST(needs[:1])

    host = Noting(one_kind)
    routing = routing_of(process(mail("To: sales@acme.example"), gateway=GATEWAY, host=host))
    assert [[need.kind for need in needs] for needs in host.rounds] == [
        ["threads", "aliases", "sender"],
        ["aliases", "sender"],
        ["sender"],
    ]
    assert (routing.needs, routing.decision) == ((), "create")


def test_more_than_was_asked_is_taken_and_not_asked_any_more() -> None:
    def eager(needs: Sequence[Need]) -> Answers:
        answers = HOST(needs)
        return Answers(**{**dict(answers), "records": {"crm.lead,17": True}})

    host = Noting(eager)
    assert routing_of(process(REPLY, gateway=GATEWAY, host=host)).decision == "reply"
    assert len(host.rounds) == 1


def test_a_host_that_contradicts_itself_ends_all_the_same() -> None:
    def changing(needs: Sequence[Need]) -> Answers:
        return Answers(threads={OURS: Thread(model="crm.lead", record_id=calls.pop())}, aliases={}, sender=Sender())

    calls = [4, 3, 2, 1]
    routing = routing_of(process(REPLY, gateway=GATEWAY, host=changing))
    assert len(calls) == 1
    assert routing.needs[0].kind == "records"


# -- one that never answers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in MAILS if name != "nobody"])
def test_a_host_that_never_answers_is_asked_three_times(name: str) -> None:
    host = Noting(lambda needs: Answers())
    routing = routing_of(process(MAILS[name], gateway=GATEWAY, host=host))
    assert len(host.rounds) == 3
    assert host.rounds[0] == host.rounds[1] == host.rounds[2] == routing.needs
    assert (routing.decision, routing.targets, routing.answer) == ("unroutable", (), False)


def test_an_empty_static_host_knows_nobody() -> None:
    routing = routing_of(process(REPLY, gateway=Gateway.preset("3.x"), host=StaticHost()))
    assert (routing.needs, routing.decision) == ((), "unroutable")
