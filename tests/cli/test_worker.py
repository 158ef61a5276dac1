"""The worker: one answer a line whatever the line holds, and nothing else on standard output."""

from __future__ import annotations

import base64
import io
import json
import signal
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flectra_inbound import Inbound, Pipeline, __version__, load_gateway, process
from flectra_inbound.cli.worker import MAX_LINE, serve
from flectra_inbound.interop.flectra import bounces, message_dict

from .mails import BOUNCE, COMPLAINT, MESSAGE, python, run

CONFIG: dict[str, Any] = {
    "version": "3.x",
    "alias_domains": [{"name": "example.org"}],
    "aliases": [{"name": "sales", "domain": "example.org", "model": "crm.lead", "defaults": {"team_id": 3}}],
}
ASKING = {key: value for key, value in CONFIG.items() if key != "aliases"}


def talk(*requests: object, max_line: int = MAX_LINE) -> list[dict[str, Any]]:
    """Greeting and answers; a request is plain data, or the bytes of a line."""
    lines = [line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in requests]
    out = io.BytesIO()
    serve(io.BytesIO(b"".join(lines)), out, max_line=max_line)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def ask(op: str, **fields: object) -> Any:
    """The result of one request."""
    (_, answer) = talk({"id": "x", "op": op, **fields})
    assert answer["ok"], answer
    assert answer["id"] == "x"
    return answer["result"]


def refused(request: object, **options: Any) -> tuple[object, str, str]:
    """Id, type and message of the one error; the worker still answers after it."""
    (_, answer, pong) = talk(request, {"id": 1, "op": "ping"}, **options)
    assert pong == {"id": 1, "ok": True, "result": {"version": __version__}}
    assert answer["ok"] is False
    return answer["id"], answer["error"]["type"], answer["error"]["message"]


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def test_it_says_hello_first() -> None:
    (hello,) = talk()
    assert hello == {
        "hello": "flectra-inbound",
        "protocol": 1,
        "version": __version__,
        "ops": ["ping", "process", "flectra", "reply_from_text", "reply_from_html", "fold_html"],
        "max_line": MAX_LINE,
    }


def test_process_gives_the_whole_result() -> None:
    for raw in (BOUNCE, MESSAGE, COMPLAINT):
        assert Inbound.model_validate_json(json.dumps(ask("process", raw=b64(raw)))) == process(raw)


def test_what_the_caller_knows_counts() -> None:
    result = ask("process", raw=b64(BOUNCE), sent=[{"message_id": "<news-1@example.org>"}])
    assert result["delivery"]["trust"] == "matches"
    result = ask(
        "process",
        raw=b64(MESSAGE),
        envelope={"mail_from": "", "rcpt_to": ["x@example.org"]},
        now="2026-03-01T00:00:00Z",
    )
    assert {"address": "x@example.org", "name": "", "source": "envelope"} in result["mail"]["recipients"]


def test_a_gateway_with_plain_data_answers_itself() -> None:
    gateway, host = load_gateway(CONFIG)
    want = process(MESSAGE, gateway=gateway, host=host)
    assert ask("process", raw=b64(MESSAGE), gateway=CONFIG) == want.model_dump(mode="json")
    assert want.routing is not None
    assert want.routing.decision == "create"


def test_a_gateway_without_asks_and_is_answered() -> None:
    routing = ask("process", raw=b64(MESSAGE), gateway=ASKING)["routing"]
    assert [need["kind"] for need in routing["needs"]] == ["threads", "aliases", "sender"]
    answers = {
        "threads": dict.fromkeys(routing["needs"][0]["keys"]),
        "aliases": {key: CONFIG["aliases"] if "@" in key else [] for key in routing["needs"][1]["keys"]},
        "sender": {"partner": True},
    }
    routing = ask("process", raw=b64(MESSAGE), gateway=ASKING, answers=answers)["routing"]
    assert (routing["decision"], routing["needs"]) == ("create", [])
    assert routing["targets"][0]["defaults"] == {"team_id": 3}


def test_an_alias_that_answers_two_keys_is_one_alias() -> None:
    raw = MESSAGE.replace(b"To: sales@example.org", b"To: sales@example.org, sales@example.com")
    alias = [{"name": "sales", "domain": "example.org", "model": "crm.lead", "incoming_local": True}]
    answers = {
        "threads": {"<hello@example.com>": None},
        "aliases": {"sales@example.org": alias, "sales@example.com": [], "sales": alias},
        "sender": {},
    }
    result = ask("flectra", raw=b64(raw), gateway=ASKING, answers=answers)
    assert [route["alias"] for route in result["routes"]] == ["sales"]


def test_for_flectra() -> None:
    result = ask("flectra", raw=b64(BOUNCE), series="2.x", attachments=True)
    want = message_dict(process(BOUNCE), series="2.x")
    attachments = [[name, b64(content), info] for name, content, info in want["attachments"]]
    assert result["message"] == {**want, "attachments": attachments}
    assert [bounce["email"] for bounce in result["bounces"]] == [bounce.email for bounce in bounces(process(BOUNCE))]
    assert (result["kind"], result["routing"], result["routes"]) == ("bounce", None, None)
    assert ask("flectra", raw=b64(BOUNCE))["message"]["attachments"] == []


def test_for_flectra_the_series_is_the_gateways() -> None:
    result = ask("flectra", raw=b64(MESSAGE), gateway={**CONFIG, "version": "1.x"})
    assert "references" not in result["message"]
    assert result["routes"] == [
        {"model": "crm.lead", "thread_id": None, "custom_values": {"team_id": 3}, "user_id": None, "alias": "sales"}
    ]


def test_for_flectra_nothing_is_made_before_it_is_known_where_it_belongs() -> None:
    asking = ask("flectra", raw=b64(MESSAGE), gateway=ASKING)
    assert asking["routing"]["needs"]
    assert (asking["message"], asking["routes"]) == (None, None)
    lost = ask("flectra", raw=b64(MESSAGE), gateway={**CONFIG, "aliases": []})
    assert (lost["routing"]["decision"], lost["routes"]) == ("unroutable", None)
    assert lost["message"]["subject"] == "Hello"


def test_replies_and_folding() -> None:
    assert ask("reply_from_text", text="Two.\n\n> One?")["text"] == "Two."
    assert ask("reply_from_html", html="<p>Two.</p><blockquote>One?</blockquote>")["source"] == "html"
    folded = ask("fold_html", html="<p>Two.</p><p>On Mon, 3 Jun 2024 Eva wrote:</p><blockquote>One?</blockquote>")
    assert folded["html"].count("data-o-mail-quote") == 2


def test_half_a_character_is_no_error() -> None:
    (_, answer) = talk(b'{"id": 1, "op": "reply_from_text", "text": "a\\ud800 \\ud83d\\ude00"}\n')
    assert answer["result"]["text"] == "a\ufffd \U0001f600"


def test_an_id_comes_back_as_it_is() -> None:
    assert [
        answer["id"] for answer in talk({"id": 7, "op": "ping"}, {"id": "é", "op": "ping"}, {"op": "ping"})[1:]
    ] == [
        7,
        "é",
        None,
    ]


@pytest.mark.parametrize(
    ("request_", "id_", "kind", "word"),
    [
        (b"nonsense\n", None, "invalid", "no JSON"),
        (b"\xff\xfe\n", None, "invalid", "no JSON"),
        (b'{"id": 1, "op": NaN}\n', None, "invalid", "no JSON"),
        (b"[" * 100_000 + b"\n", None, "invalid", "no JSON"),
        (b"9" * 10_000 + b"\n", None, "invalid", "no JSON"),
        (b"[]\n", None, "invalid", "object"),
        ({"id": [1], "op": "ping"}, None, "invalid", "id:"),
        ({"id": 5}, 5, "unknown_op", "op:"),
        ({"id": 5, "op": "shutdown"}, 5, "unknown_op", "ping"),
        ({"id": 5, "op": ["ping"]}, 5, "unknown_op", "op:"),
        ({"id": 5, "op": "process"}, 5, "invalid", "raw"),
        ({"id": 5, "op": "process", "raw": "?"}, 5, "invalid", "base64"),
        ({"id": 5, "op": "process", "raw": "é"}, 5, "invalid", "base64"),
        ({"id": 5, "op": "process", "raw": 5}, 5, "invalid", "raw"),
        ({"id": 5, "op": "process", "raw": "", "row": ""}, 5, "invalid", "row"),
        ({"id": 5, "op": "process", "raw": "", "gateway": 5}, 5, "invalid", "gateway"),
        ({"id": 5, "op": "process", "raw": "", "gateway": {"version": "17"}}, 5, "invalid", "version"),
        ({"id": 5, "op": "process", "raw": "", "gateway": {"aliases": 5}}, 5, "invalid", "gateway"),
        ({"id": 5, "op": "process", "raw": "", "gateway": {"aliases": [{"nom": 1}]}}, 5, "invalid", "nom"),
        ({"id": 5, "op": "process", "raw": "", "gateway": {"known_message_ids": []}}, 5, "invalid", "gateway"),
        ({"id": 5, "op": "process", "raw": "", "answers": {"threads": 5}}, 5, "invalid", "threads"),
        ({"id": 5, "op": "process", "raw": "", "sent": [{"txt": ""}]}, 5, "invalid", "txt"),
        ({"id": 5, "op": "process", "raw": "", "now": "2026-03-01T00:00:00"}, 5, "invalid", "now"),
        ({"id": 5, "op": "flectra", "raw": "", "series": "17"}, 5, "invalid", "series"),
        ({"id": 5, "op": "reply_from_text", "text": None}, 5, "invalid", "text"),
    ],
)
def test_a_bad_line_is_answered_and_ends_nothing(request_: object, id_: object, kind: str, word: str) -> None:
    answered, type_, message = refused(request_)
    assert (answered, type_) == (id_, kind)
    assert word in message
    assert "\n" not in message


def test_a_line_that_is_too_long_is_skipped() -> None:
    assert refused(b"x" * 300_000 + b"\n", max_line=100)[1] == "too_long"
    assert talk(b"x" * 300_000, max_line=100)[1]["error"]["type"] == "too_long"
    # as many bytes as are allowed, without and with a line end
    ping = b'{"op": "ping"}'
    assert talk(ping, max_line=len(ping))[1]["ok"]
    assert talk(ping + b"\n", max_line=len(ping))[1]["ok"]
    assert talk(b" " + ping + b"\n", max_line=len(ping))[1]["error"]["type"] == "too_long"


def test_blank_lines_are_no_requests() -> None:
    assert len(talk(b"\n \r\n", {"op": "ping"}, b"\n")) == 2


def test_a_mistake_of_ours_is_told_without_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> Inbound:
        raise RuntimeError("secret@example.com")

    monkeypatch.setattr(Pipeline, "process", fails)
    _, kind, message = refused({"id": 1, "op": "process", "raw": b64(MESSAGE)})
    assert kind == "failed"
    assert "RuntimeError" in message
    assert "secret" not in message


def test_what_cannot_be_written_as_json_is_told() -> None:
    aliases = b'[{"name": "sales", "model": "m", "incoming_local": true, "defaults": {"x": 1e999}}]'
    line = b'{"id": 2, "op": "flectra", "raw": "%s", "gateway": {"aliases": %s}}\n' % (b64(MESSAGE).encode(), aliases)
    assert refused(line)[:2] == (2, "failed")


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=6))
def test_any_line_gets_one_answer(lines: list[bytes]) -> None:
    answers = talk(*[line + b"\n" for line in lines], {"id": "last", "op": "ping"})
    assert len(answers) == 2 + sum(1 for line in lines if line.strip())
    assert answers[-1]["ok"] is True


# -- the process -------------------------------------------------------------------------------------------------------

PING = b'{"id": 1, "op": "ping"}\n'


def test_it_ends_with_its_input_and_writes_ascii() -> None:
    line = json.dumps({"id": 1, "op": "process", "raw": b64("Subject: é\u2028\n\nx".encode())}).encode()
    done = python("-m", "flectra_inbound", "worker", stdin=line, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.count(b"\n") == 2
    assert done.stdout.isascii()
    assert json.loads(done.stdout.splitlines()[1])["result"]["mail"]["subject"].startswith("é")


def test_it_works_without_the_extra() -> None:
    blocked = (
        "import sys; sys.modules['typer'] = sys.modules['rich'] = None; sys.argv = ['flectra-inbound', 'worker']; "
        "from flectra_inbound.cli import main; main()"
    )
    done = python("-c", blocked, stdin=PING)
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout.splitlines()[1])["ok"]


def test_nothing_but_protocol_reaches_standard_output() -> None:
    noisy = (
        "import os, sys; from flectra_inbound import Pipeline; from flectra_inbound.cli import worker\n"
        "genuine = Pipeline.process\n"
        "def noisy(self, raw, **options):\n"
        "    print('noise', flush=True); os.write(1, b'more'); return genuine(self, raw, **options)\n"
        "Pipeline.process = noisy; worker.main([])"
    )
    done = python("-c", noisy, stdin=b'{"id": 1, "op": "process", "raw": ""}\n')
    assert [json.loads(line).get("ok") for line in done.stdout.splitlines()] == [None, True]
    assert b"noise" in done.stderr
    assert b"more" in done.stderr


def test_each_answer_comes_at_once() -> None:
    command = [sys.executable, "-m", "flectra_inbound", "worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert json.loads(worker.stdout.readline())["protocol"] == 1
        for _ in range(2):
            worker.stdin.write(PING)
            worker.stdin.flush()
            assert json.loads(worker.stdout.readline())["ok"]
        worker.stdin.close()
        assert worker.wait() == 0


def test_nobody_who_reads_is_a_quiet_end() -> None:
    command = [sys.executable, "-m", "flectra_inbound", "worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdout.readline()
        worker.stdout.close()
        worker.stdin.write(PING)
        worker.stdin.flush()
        assert worker.wait() == 0
        assert worker.stderr.read() == b""


def test_an_interruption_is_quiet() -> None:
    # a run in the background of a shell ignores the signal, and so would its children
    interruptible = "import signal, runpy; signal.signal(signal.SIGINT, signal.default_int_handler); import sys; "
    command = [
        sys.executable,
        "-c",
        interruptible + "sys.argv = ['x', 'worker']; runpy.run_module('flectra_inbound', run_name='__main__')",
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdout.readline()
        worker.send_signal(signal.SIGINT)
        assert worker.wait() == 130
        assert worker.stderr.read() == b""


@pytest.mark.parametrize("option", ["0", "-1", "x"])
def test_wrong_usage(option: str) -> None:
    done = python("-m", "flectra_inbound", "worker", "--max-line", option)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"--max-line" in done.stderr


def test_it_is_one_of_the_commands() -> None:
    assert "worker" in run("--help").stdout
    through_typer = "from flectra_inbound.cli.app import app; app(['worker', '--max-line', '30'])"
    hello, pong = python("-c", through_typer, stdin=PING).stdout.splitlines()
    assert (json.loads(hello)["max_line"], json.loads(pong)["ok"]) == (30, True)
    done = python("-m", "flectra_inbound", "worker", "--help")
    assert b"docs/worker.md" in done.stdout
