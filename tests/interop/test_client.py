"""The client of one file: any Python from 3.5 on, any number of threads, and a worker that misbehaves in every way."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flectra_inbound import process
from tests.conftest import CORPUS

from .addon import ADDON, WORKER, load, old_pythons

module = load(ADDON / "inbound_client.py", "inbound_client")
BOUNCE = (CORPUS / "bounce/postfix/0001-user-unknown.eml").read_bytes()
HELLO = '{"hello": "flectra-inbound", "protocol": 1, "max_line": 1000}'


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    client = module.Client(WORKER)
    yield client
    client.close()


def fake(script: str, **options: Any) -> Any:
    """A client of a worker that does as the script says."""
    return module.Client([sys.executable, "-u", "-c", script], **options)


def test_the_results_are_the_librarys(client: Any) -> None:
    assert client.process(BOUNCE) == process(BOUNCE).model_dump(mode="json")
    assert client.call("reply_from_text", text="Two.\n\n> One?")["text"] == "Two."
    found = client.flectra(BOUNCE, series="2.x", attachments=True)
    assert found["message"]["bounced_email"] == "petra.winkler@kunde.example"
    (name, content, info) = found["message"]["attachments"][0]
    assert (name, content[:13], info) == ("attachment", b"Reporting-MTA", {})
    assert client.fold_html("<p>x</p>") == "<p>x</p>"


def test_the_host_is_asked_until_nothing_is_open(client: Any) -> None:
    asked: list[list[str]] = []

    def host(needs: list[dict[str, Any]]) -> dict[str, Any]:
        asked.append([need["kind"] for need in needs])
        answers: dict[str, Any] = {}
        for need in needs:
            if need["kind"] == "aliases":
                sales = {"name": "sales", "model": "crm.lead", "incoming_local": True}
                answers["aliases"] = {key: [sales] if key == "sales" else [] for key in need["keys"]}
            elif need["kind"] == "threads":
                known = {"model": "crm.lead", "record_id": 17}
                answers["threads"] = {key: known if key == "<ours@x>" else None for key in need["keys"]}
            elif need["kind"] == "sender":
                answers["sender"] = {"partner": True}
            else:
                answers[need["kind"]] = dict.fromkeys(need["keys"], True)
        return answers

    raw = b"From: n@c.example\nTo: sales@a.example, sales@b.example\nMessage-ID: <1@c>\n%s\nHi\n"
    gateway = {"version": "3.x", "alias_domains": [{"name": "acme.example"}]}
    (route,) = client.flectra(raw % b"", host, gateway=gateway)["routes"]
    assert (route["model"], route["thread_id"], route["alias"]) == ("crm.lead", None, "sales")
    (route,) = client.flectra(raw % b"In-Reply-To: <ours@x>\n", host, gateway=gateway)["routes"]
    assert (route["model"], route["thread_id"]) == ("crm.lead", 17)
    assert asked == [["threads", "aliases", "sender"], ["threads", "aliases", "sender"], ["records"]]


def test_a_host_that_raises_is_the_hosts_matter(client: Any) -> None:
    def host(needs: object) -> dict[str, Any]:
        raise LookupError("the database is gone")

    with pytest.raises(LookupError, match="database"):
        client.process(b"To: a@b.example\n\nx", host, gateway={})
    assert client.ping()


def test_a_refusal_names_its_kind_and_the_worker_goes_on(client: Any) -> None:
    with pytest.raises(module.Refused) as caught:
        client.call("process", raw="?")
    assert caught.value.kind == "invalid"
    assert isinstance(caught.value, module.InboundError)
    assert client.ping()


def test_threads_get_their_own_answers(client: Any) -> None:
    wrong: list[str] = []

    def ask(number: int) -> None:
        for turn in range(20):
            text = f"{number} and {turn}"
            if client.call("reply_from_text", text=text)["text"] != text:
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_worker_that_was_killed_is_started_again() -> None:
    client = module.Client(WORKER)
    (before,) = pids(client)
    os.kill(before, signal.SIGKILL)
    while client._state().running.alive():
        time.sleep(0.01)
    assert client.ping()
    assert pids(client) != [before]
    client.close()
    assert client.ping()  # and after it was closed
    client.close()


def pids(client: Any) -> list[int]:
    client.ping()
    return [state.running._process.pid for state in client._states.values() if state.running is not None]


def test_a_worker_that_dies_in_a_call_is_tried_once_more() -> None:
    client = fake(f"print({HELLO!r}); input(); import os; os._exit(3)")
    with pytest.raises(module.Died):
        client.ping()
    assert client._state().running is None


@pytest.mark.parametrize("answer", ["garbage", '{"id": 99, "ok": true, "result": {}}', "[]", "\\n", "é"])
def test_an_answer_that_is_none_ends_the_worker(answer: str) -> None:
    client = fake(f"print({HELLO!r}); input(); print({answer!r}); input()")
    with pytest.raises(module.Died):
        client.ping()


def test_a_worker_that_hangs_is_killed() -> None:
    client = fake(f"print({HELLO!r}); import time; time.sleep(600)", timeout=0.2)
    with pytest.raises(module.TimedOut, match=r"0\.2 seconds"):
        client.ping()
    assert client._state().running is None


def test_a_worker_that_reads_nothing_is_killed() -> None:
    hello = HELLO.replace("1000", "10000000")
    client = fake(f"print({hello!r}); import time; time.sleep(600)", timeout=0.5)
    with pytest.raises(module.TimedOut):
        client.call("reply_from_text", text="x" * 1_000_000)  # more than a pipe holds


def test_a_worker_that_says_nothing_is_killed() -> None:
    with pytest.raises(module.TimedOut):
        fake("import time; time.sleep(600)", start_timeout=0.2).ping()


@pytest.mark.parametrize("hello", ["", "{}", '{"hello": "flectra-inbound", "protocol": 2, "max_line": 9}', "[1]"])
def test_another_protocol_is_not_spoken(hello: str) -> None:
    with pytest.raises(module.Unavailable, match="protocol 1"):
        fake(f"print({hello!r})").ping()


def test_a_worker_that_cannot_be_started_is_not_tried_again_at_once(tmp_path: Path) -> None:
    program = tmp_path / "worker"
    client = module.Client([str(program)])
    with pytest.raises(module.Unavailable, match="FileNotFoundError"):
        client.ping()
    program.write_text(f"#!/bin/sh\nexec {sys.executable} -m flectra_inbound worker\n")
    program.chmod(0o700)
    with pytest.raises(module.Unavailable, match="a moment ago"):
        client.ping()
    client._state().not_before = 0.0
    assert client.ping()
    client.close()


def test_what_the_worker_would_not_read_is_not_sent() -> None:
    client = module.Client([*WORKER, "--max-line", "1000"])
    with pytest.raises(module.TooLong, match="1000"):
        client.process(b"x" * 1000)
    assert client.ping()
    client.close()


def test_a_fork_gets_a_worker_of_its_own(tmp_path: Path) -> None:
    script = f"""
import os, sys
sys.path.insert(0, {str(ADDON)!r})
from inbound_client import Client
client = Client({WORKER!r})
client.ping()
parent = client._state().running._process.pid
child = os.fork()
if child == 0:
    client.ping()
    os._exit(7 if client._state().running._process.pid != parent and len(client._states) == 1 else 1)
assert os.waitpid(child, 0)[1] >> 8 == 7
client.ping()
assert client._state().running._process.pid == parent
client.close()
"""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


# -- old Pythons -------------------------------------------------------------------------------------------------------

SOURCES = sorted(ADDON.rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=[path.name for path in SOURCES])
def test_python_3_5_can_read_the_addon(path: Path) -> None:
    tree = ast.parse(path.read_text(), feature_version=(3, 5))
    for node in ast.walk(tree):
        assert not isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr)), node.lineno  # 3.6, 3.8
        if isinstance(node, (ast.FunctionDef, ast.Lambda)):
            assert not node.args.posonlyargs  # 3.8


def test_no_comma_follows_the_last_star_of_a_function() -> None:
    # `def f(*args, **kwargs,)` is of Python 3.6, and no grammar of later Pythons tells
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (node.args.kwarg or node.args.vararg):
                assert node.body[0].lineno - node.lineno <= 1, (path, node.name)


SCENARIO = f"""
import sys
sys.path.insert(0, {str(ADDON)!r})
import inbound_client
client = inbound_client.Client(sys.argv[1:])
with open({str(CORPUS / "bounce/postfix/0001-user-unknown.eml")!r}, "rb") as file:
    raw = file.read()
found = client.flectra(raw, series="1.x", attachments=True)
assert isinstance(found["message"]["attachments"][0][1], bytes)
assert found["bounces"][0]["email"] == "petra.winkler@kunde.example"
asked = []
def host(needs):
    asked.append(len(needs))
    return {{}}
assert client.process(raw, host, gateway={{"version": "1.x"}})["routing"]["needs"]
assert asked == [3, 3, 3], asked
try:
    client.call("nonsense")
except inbound_client.Refused as error:
    assert error.kind == "unknown_op"
client.close()
print("fine")
"""


IMPORT = f"""
import sys, types, email, email.policy
sys.path.insert(0, {str(ADDON.parent)!r})
sys.dont_write_bytecode = True
flectra = sys.modules["flectra"] = types.ModuleType("flectra")
flectra.api = types.SimpleNamespace(model=lambda method: method)
flectra.models = types.SimpleNamespace(AbstractModel=object)
flectra.tools = types.SimpleNamespace(config={{"inbound_command": "x y"}})
flectra.release = types.SimpleNamespace(version_info=(1, 0))
from mail_inbound import series
from mail_inbound.models.mail_thread import MailThread, client
assert client().command == ["x", "y"]
raw = b"Subject: x\\nReferences: <a@x>,<b@x><" + b"c" * 90 + b"@x>\\n\\nHi\\n"
for policy in (email.policy.compat32, email.policy.SMTP):
    assert series.as_bytes(email.message_from_bytes(raw, policy=policy)).replace(b"\\r", b"") == raw
env = types.SimpleNamespace(uid=1)
route = series.host_of(env).route({{"model": "m", "thread_id": 5, "alias": None}}, "reply", "", custom_values={{}})
assert route == ("m", 5, {{}}, 1, None)
print("fine")
"""


@pytest.mark.parametrize(("version", "python"), sorted(old_pythons().items()), ids=lambda value: str(value)[-3:])
def test_the_addon_is_imported_by_old_pythons(version: str, python: str) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run([python, "-W", "error", "-c", IMPORT], env=clean, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"fine\n", b"")


@pytest.mark.parametrize(("version", "python"), sorted(old_pythons().items()), ids=lambda value: str(value)[-3:])
def test_it_runs_on_old_pythons(version: str, python: str) -> None:
    # PYTHONPATH leads to this Python's packages: it is for the worker alone
    worker = ["env", f"PYTHONPATH={os.environ.get('PYTHONPATH', '')}", *WORKER]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    command = [python, "-W", "error", "-c", SCENARIO, *worker]
    done = subprocess.run(command, env=clean, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"fine\n", b"")
