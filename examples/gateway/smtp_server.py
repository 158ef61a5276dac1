"""Receives mail by SMTP itself, with aiosmtpd: `smtp_server.py DATABASE [PORT]`."""

from __future__ import annotations

import asyncio
import sqlite3
import sys

from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Envelope as Session
from desk import Desk

from flectra_inbound import Envelope

#: in the SMTP session a refusal needs no mail of its own: whoever delivers tells the sender
REFUSALS = {
    "refuse_catchall": "550 5.7.1 Nobody reads this address",
    "refuse_sender": "550 5.7.1 This address is not for you",
}


class Handler:
    """aiosmtpd's hooks: called for each mail."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def handle_DATA(self, server: SMTP, session: object, envelope: Session) -> str:
        """The SMTP reply to a mail; the work is done in a thread, so that other sessions go on."""
        given = Envelope(mail_from=envelope.mail_from or "", rcpt_to=tuple(envelope.rcpt_tos))
        try:
            inbound = await asyncio.to_thread(self.desk.take, envelope.content, given)
        except sqlite3.Error as error:
            print(f"try again: {error}", file=sys.stderr)
            return "451 4.3.0 Try again later"
        return REFUSALS.get(inbound.routing.decision, "250 2.0.0 Taken")


async def serve(desk: Desk, host: str = "127.0.0.1", port: int = 8025) -> asyncio.Server:
    """A server that listens; port 0 takes a free one."""
    loop = asyncio.get_running_loop()
    return await loop.create_server(lambda: SMTP(Handler(desk), enable_SMTPUTF8=True), host, port)


async def main(database: str, port: str = "8025") -> None:
    """Serve until the process ends."""
    await (await serve(Desk(database), port=int(port))).serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
