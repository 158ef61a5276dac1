"""The ways in that docs/gateway.md describes, each run for real: a pipe, an SMTP server, an IMAP mailbox, an asyncio host.

The guide quotes these files, and a test compares the two.
"""

from __future__ import annotations

import asyncio
import imaplib
import importlib
import os
import re
import smtplib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ..conftest import CORPUS, ROOT
from .imap import Mailbox

EXAMPLES = ROOT / "examples" / "gateway"
OURS = "<1.2-openerp-7-ticket@desk.example>"
NEW = b"From: Ada <ada@kunde.example>\nTo: help@desk.example\nMessage-ID: <new@kunde.example>\nSubject: Lamp\n\nIt is dark.\n"
ANSWER = (
    b"From: Ada <ada@kunde.example>\nTo: catchall@desk.example\nMessage-ID: <answer@kunde.example>\nSubject: Re: Lamp\n"
    b"In-Reply-To: " + OURS.encode() + b"\n\nStill dark.\n\n> Did you turn it on?\n"
)
LOST = b"From: Ada <ada@kunde.example>\nTo: nobody@desk.example\nMessage-ID: <lost@kunde.example>\n\nHello?\n"
CATCHALL = (
    b"From: Ada <ada@kunde.example>\nTo: catchall@desk.example\nMessage-ID: <c@kunde.example>\nSubject: Hi\n\nHello?\n"
)
BOUNCE = (CORPUS / "bounce/postfix/0001-user-unknown.eml").read_bytes()


def _modules() -> dict[str, Any]:
    """Imported as their users do, from their folder. Here and not in a test: pytest binds `flectra_inbound.route`, the function,
    to the package of that name when it collects src/.
    """
    names = ("desk", "smtp_server", "imap_fetch", "async_host")
    sys.path.insert(0, str(EXAMPLES))
    try:
        return {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(EXAMPLES))
        for name in names:
            sys.modules.pop(name, None)


MODULES = _modules()


@pytest.fixture
def examples() -> dict[str, Any]:
    return MODULES


@pytest.fixture
def desk(examples: Any, tmp_path: Path) -> Any:
    path = tmp_path / "desk.sqlite"
    with closing(sqlite3.connect(path)) as db:
        db.executescript(examples["desk"].SCHEMA)
        db.execute(
            "insert into aliases values ('help@desk.example', 'ticket', null), ('boss@desk.example', 'board', 1)"
        )
        db.execute("insert into records values ('ticket', 7, 'Lamp')")
        db.execute("insert into messages values (?, 'ticket', 7, 'help@desk.example', '')", (OURS,))
        db.commit()
    return examples["desk"].Desk(path)


def rows(desk: Any, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(desk.path)) as db:
        return db.execute(f"select * from {table}").fetchall()  # noqa: S608


# -- the desk ----------------------------------------------------------------------------------------------------------


def test_every_decision_is_carried_out(desk: Any) -> None:
    assert desk.take(NEW).routing.decision == "create"
    assert desk.take(NEW).routing.decision == "duplicate"
    assert desk.take(ANSWER).routing.decision == "reply"
    assert desk.take(LOST).routing.decision == "unroutable"
    assert desk.take(CATCHALL).routing.decision == "refuse_catchall"
    assert desk.take(BOUNCE).routing.decision == "bounce"
    assert rows(desk, "records") == [("ticket", 7, "Lamp"), ("ticket", 8, "Lamp")]
    assert [(row[0], row[2], row[4]) for row in rows(desk, "messages")[1:]] == [
        ("<new@kunde.example>", 8, "It is dark."),
        ("<answer@kunde.example>", 7, "Still dark."),
    ]
    assert rows(desk, "unrouted") == [(LOST,)]
    assert [row[:2] for row in rows(desk, "outbox")] == [("ada@kunde.example", "Re: Hi")]
    assert [row[0] for row in rows(desk, "events") if '"bounced"' in row[1]] == ["petra.winkler@kunde.example"]


def test_an_alias_of_one_record_is_updated(desk: Any) -> None:
    inbound = desk.take(NEW.replace(b"help@", b"boss@"))
    assert (inbound.routing.decision, inbound.routing.targets[0].record_id) == ("update", 1)


def test_no_program_is_answered(desk: Any) -> None:
    desk.take(CATCHALL.replace(b"Subject:", b"Auto-Submitted: auto-generated\nSubject:"))
    assert rows(desk, "outbox") == []


def test_nothing_is_booked_when_the_database_fails(desk: Any) -> None:
    with closing(sqlite3.connect(desk.path)) as db:
        db.execute("drop table messages")
        db.execute("create table messages (id text, model text, record integer)")  # too narrow: the second insert fails
        db.commit()
    with pytest.raises(sqlite3.Error):
        desk.take(NEW)
    assert len(rows(desk, "records")) == 1


# -- Postfix -----------------------------------------------------------------------------------------------------------


def pipe(
    *arguments: str, raw: bytes, python: tuple[str, ...] = (sys.executable,)
) -> subprocess.CompletedProcess[bytes]:
    source = str(ROOT / "src")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))}
    command = [*python, str(EXAMPLES / "pipe.py"), *arguments]
    return subprocess.run(command, input=raw, env=environment, capture_output=True, timeout=50, check=False)


def test_the_pipe_takes_a_mail(desk: Any) -> None:
    done = pipe(str(desk.path), "ada@kunde.example", "help@desk.example", raw=NEW)
    assert (done.returncode, done.stderr) == (0, b"")
    assert ("ticket", 8, "Lamp") in rows(desk, "records")


def test_the_pipe_knows_the_recipient_of_a_blind_copy_and_the_null_path(desk: Any) -> None:
    blind = NEW.replace(b"help@desk.example", b"friends@kunde.example")
    assert pipe(str(desk.path), "", "help@desk.example", raw=blind).returncode == 0
    assert ("ticket", 8, "Lamp") in rows(desk, "records")


@pytest.mark.parametrize("trouble", ["no database", "no arguments", "locked", "no package"])
def test_trouble_of_ours_is_temporary(desk: Any, trouble: str, tmp_path: Path) -> None:
    arguments = (str(desk.path), "ada@kunde.example", "help@desk.example")
    if trouble == "no database":
        done = pipe(str(tmp_path / "missing.sqlite"), *arguments[1:], raw=NEW)
    elif trouble == "no arguments":
        done = pipe(raw=NEW)
    elif trouble == "no package":
        done = pipe(*arguments, raw=NEW, python=(sys.executable, "-I", "-S"))
    else:
        with closing(sqlite3.connect(desk.path)) as db:
            db.execute("begin exclusive")
            done = pipe(*arguments, raw=NEW)
    assert done.returncode == 75
    assert done.stderr.startswith(b"try again: ")
    assert len(rows(desk, "records")) == 1


# -- SMTP --------------------------------------------------------------------------------------------------------------


def over_smtp(examples: Any, desk: Any, *mails: tuple[str, str, bytes]) -> list[tuple[int, bytes]]:
    """The replies to DATA of some mails (sender, recipient, raw), sent over a loopback socket."""

    def send(port: int) -> list[tuple[int, bytes]]:
        replies = []
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.ehlo()
            for sender, recipient, raw in mails:
                assert client.mail(sender)[0] == 250
                assert client.rcpt(recipient)[0] == 250
                replies.append(client.data(raw.replace(b"\n", b"\r\n")))
        return replies

    async def run() -> list[tuple[int, bytes]]:
        server = await examples["smtp_server"].serve(desk, port=0)
        async with server:
            return await asyncio.to_thread(send, server.sockets[0].getsockname()[1])

    return asyncio.run(run())


def test_the_smtp_server_takes_and_refuses(examples: Any, desk: Any) -> None:
    replies = over_smtp(
        examples,
        desk,
        ("ada@kunde.example", "help@desk.example", NEW),
        ("ada@kunde.example", "catchall@desk.example", CATCHALL),
        ("", "bounce@desk.example", BOUNCE),
    )
    assert [code for code, _ in replies] == [250, 550, 250]
    assert ("ticket", 8, "Lamp") in rows(desk, "records")
    assert [row[0] for row in rows(desk, "events") if '"bounced"' in row[1]] == ["petra.winkler@kunde.example"]


def test_the_smtp_session_names_whom_a_mail_is_for(examples: Any, desk: Any) -> None:
    blind = NEW.replace(b"help@desk.example", b"friends@kunde.example")
    over_smtp(examples, desk, ("ada@kunde.example", "help@desk.example", blind))
    assert ("ticket", 8, "Lamp") in rows(desk, "records")


def test_the_smtp_server_asks_to_come_again_when_the_database_fails(examples: Any, desk: Any) -> None:
    desk.path.rename(desk.path.with_suffix(".away"))
    assert over_smtp(examples, desk, ("ada@kunde.example", "help@desk.example", NEW))[0][0] == 451


# -- IMAP --------------------------------------------------------------------------------------------------------------


def fetched(examples: Any, desk: Any, mailbox: Mailbox) -> int:
    with mailbox.serve() as port, imaplib.IMAP4("127.0.0.1", port, timeout=20) as box:
        box.login("desk", "secret")
        return int(examples["imap_fetch"].fetch(box, desk))


def test_unseen_mails_are_fetched_once(examples: Any, desk: Any) -> None:
    mailbox = Mailbox(NEW, LOST)
    assert fetched(examples, desk, mailbox) == 2
    assert mailbox.flags == [{"\\Seen"}, {"\\Seen", "\\Flagged"}]
    assert ("ticket", 8, "Lamp") in rows(desk, "records")
    assert fetched(examples, desk, mailbox) == 0


def test_a_mail_that_could_not_be_booked_stays_unseen(examples: Any, desk: Any) -> None:
    mailbox = Mailbox(NEW)
    away = desk.path.with_suffix(".away")
    desk.path.rename(away)
    assert fetched(examples, desk, mailbox) == 0
    assert mailbox.flags == [set()]
    away.rename(desk.path)
    assert fetched(examples, desk, mailbox) == 1


# -- asyncio -----------------------------------------------------------------------------------------------------------


def test_an_asyncio_host_comes_to_the_same_decision(examples: Any, desk: Any) -> None:
    for raw in (NEW, ANSWER, LOST, CATCHALL):
        routing = asyncio.run(examples["async_host"].take(raw, desk))
        assert routing.needs == ()
        assert routing == desk.take(raw).routing


# -- the guide ---------------------------------------------------------------------------------------------------------


def test_the_guide_quotes_the_examples_word_for_word() -> None:
    guide = (ROOT / "docs" / "gateway.md").read_text("utf-8")
    blocks = re.findall(r"<!-- examples/gateway/(\S+) -->\n```python\n(.*?)```", guide, re.DOTALL)
    assert {name for name, _ in blocks} == {path.name for path in EXAMPLES.glob("*.py")}
    for name, block in blocks:
        assert block.strip("\n") in (EXAMPLES / name).read_text("utf-8"), name
