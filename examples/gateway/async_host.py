"""Routes a mail with a host whose look-ups are awaited, all questions of a round at once."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing

from desk import GATEWAY, Desk, answer

from flectra_inbound import Answers, Envelope, Gateway, Inbound, Need, Routing, add_answers, process, route

ROUNDS = 3  # no mail needs more; a host that leaves a question open is not asked for ever


async def routed(inbound: Inbound, gateway: Gateway, look_up: Callable[[Need], Awaitable[Answers]]) -> Routing:
    """Where a mail belongs. While `needs` is not empty, the host has left something open, and the decision is not final."""
    routing, answers = route(inbound, gateway), Answers()
    for _ in range(ROUNDS):
        if not routing.needs:
            break
        for found in await asyncio.gather(*(look_up(need) for need in routing.needs)):
            answers = add_answers(answers, routing.needs, found)
        routing = route(inbound, gateway, answers)
    return routing


async def take(raw: bytes, desk: Desk, envelope: Envelope | None = None) -> Routing:
    """The same with the desk, each question in a thread with a connection of its own; a real host awaits its driver here."""

    def ask(need: Need) -> Answers:
        with closing(desk.connect()) as db:
            return answer(db, [need])

    inbound = process(raw, gateway=GATEWAY, envelope=envelope)  # no host: `routing` holds the first questions
    return await routed(inbound, GATEWAY, lambda need: asyncio.to_thread(ask, need))


if __name__ == "__main__":
    print(asyncio.run(take(sys.stdin.buffer.read(), Desk(sys.argv[1]))).model_dump_json(indent=2))
