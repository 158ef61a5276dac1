"""A help desk in one SQLite file: it answers the questions of routing in batches, and does what a decision says.

Stands for your own database. The ways in are pipe.py, smtp_server.py, imap_fetch.py and async_host.py beside this file.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from flectra_inbound import Alias, AliasDomain, Answers, Envelope, Gateway, Inbound, Need, Sender, Thread, process
from flectra_inbound.optout import events_of

GATEWAY = Gateway.preset("3.x", alias_domains=(AliasDomain(name="desk.example"),))
SCHEMA = """
create table aliases (address text primary key, model text, record integer);
create table records (model text, record integer, subject text, primary key (model, record));
create table messages (id text primary key, model text, record integer, author text, text text);
create table contacts (address text primary key);
create table events (address text, event text);
create table outbox (recipient text, subject text, text text);
create table unrouted (raw blob);
"""
REFUSALS = {
    "refuse_catchall": "Nobody reads this address. Please answer to a message of ours, or write to help@desk.example.",
    "refuse_sender": "This address is not for you. Please write to help@desk.example.",
    "loop": "You wrote too often in a short time. Please wait, and tell a person if a program did it.",
}


class Desk:
    """The database; a connection for each mail, so that threads and processes may share the file."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def take(self, raw: bytes, envelope: Envelope | None = None) -> Inbound:
        """Read, route and book one mail, in one transaction. An error of the database is the caller's, and nothing is booked."""
        with closing(self.connect()) as db, db:
            inbound = process(raw, gateway=GATEWAY, envelope=envelope, host=lambda needs: answer(db, needs))
            carry_out(db, inbound, raw)
        return inbound

    def connect(self) -> sqlite3.Connection:
        """A connection; a file that is missing is an error."""
        return sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=rw", uri=True, timeout=5)


def answer(db: sqlite3.Connection, needs: Sequence[Need]) -> Answers:
    """What the desk knows of some questions; what it leaves out it does not know."""
    found: dict[str, object] = {}
    for need in needs:
        if need.kind == "threads":
            rows = select(db, "select id, model, record from messages where id in", need.keys)
            found["threads"] = {row[0]: Thread(model=row[1], record_id=row[2]) for row in rows}
        elif need.kind == "aliases":
            rows = select(db, "select address, model, record from aliases where address in", need.keys)
            found["aliases"] = {address: (alias(address, model, record),) for address, model, record in rows}
        elif need.kind == "sender":
            known = list(select(db, "select address from contacts where address in", need.keys))
            found["sender"] = Sender(partner=bool(known))
        elif need.kind == "records":
            wanted = (key.rpartition(",") for key in need.keys)
            query = "select 1 from records where model = ? and record = ?"
            found["records"] = {f"{m},{r}": db.execute(query, (m, r)).fetchone() is not None for m, _, r in wanted}
        else:  # models, mails: this desk has no fallback model and numbers no mails
            found[need.kind] = {}
    return Answers.model_validate(found)


def alias(address: str, model: str, record: int | None) -> Alias:
    """An alias as routing knows it."""
    name, _, domain = address.partition("@")
    return Alias(name=name, domain=domain, model=model, force_thread_id=record)


def select(db: sqlite3.Connection, query: str, keys: Iterable[str]) -> Iterator[tuple]:
    """The rows of a query that ends in `in`, for many keys at once."""
    some = tuple(keys)
    for start in range(0, len(some), 500):
        batch = some[start : start + 500]
        yield from db.execute(f"{query} ({','.join('?' * len(batch))})", batch)


def carry_out(db: sqlite3.Connection, inbound: Inbound, raw: bytes) -> None:
    """Do what the decision says."""
    mail, routing = inbound.mail, inbound.routing
    if routing.decision in ("reply", "create", "update", "fallback"):
        for target in routing.targets:
            record = target.record_id
            if record is None:  # also a reply whose record is gone
                (last,) = db.execute("select max(record) from records where model = ?", (target.model,)).fetchone()
                record = (last or 0) + 1
                db.execute("insert into records values (?, ?, ?)", (target.model, record, mail.subject))
            author = mail.sender.address if mail.sender else None
            text = inbound.reply.text if inbound.reply else ""
            query = "insert or ignore into messages values (?, ?, ?, ?, ?)"
            db.execute(query, (mail.message_id, target.model, record, author, text))
    elif routing.decision == "unroutable":
        db.execute("insert into unrouted values (?)", (raw,))  # a person decides
    elif routing.decision in REFUSALS and routing.answer and mail.sender is not None:
        # the outgoing side sends it under the null path, with Auto-Submitted: auto-replied (RFC 3834)
        text = REFUSALS[routing.decision]
        db.execute("insert into outbox values (?, ?, ?)", (mail.sender.address, f"Re: {mail.subject}", text))
    # duplicate, ignore: nothing is to be done. bounce, complaint and whatever a report or a request says of an address:
    for address, event in events_of(inbound, at=dt.datetime.now(dt.timezone.utc)):
        db.execute("insert into events values (?, ?)", (address, event.model_dump_json()))
