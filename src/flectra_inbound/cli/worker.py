"""The worker: requests as JSON lines on standard input, one answer a line on standard output, until the input ends.

Rules of this file: it needs nothing but the library, not the extra `cli`. No line ends it, and each is answered once, in
order. Standard output holds nothing but protocol, whatever a library prints. Nothing is kept from one request for the next,
so that a worker can be killed at any time. The protocol is told in docs/worker.md; what it says is kept while `PROTOCOL` is.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Literal

from pydantic import AwareDatetime

from flectra_inbound import (
    Answers,
    Envelope,
    FlectraInboundError,
    Gateway,
    Inbound,
    Pipeline,
    Sent,
    StaticHost,
    __version__,
    load_gateway,
    reply_from_html,
    reply_from_text,
)
from flectra_inbound.gateway import _Given
from flectra_inbound.interop import flectra

PROTOCOL = 1
#: bytes of a line: 75 MiB of mail in base64, which is more than is read of one
MAX_LINE = 100 * 1024 * 1024
#: a gateway that brings any of these answers all questions from them
_PLAIN_DATA = frozenset({"aliases", "known_message_ids", "mails", "records", "partners", "employees"})
_GATEWAYS_KEPT = 8


class _Refused(Exception):
    """What is wrong with a request."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class ProcessRequest(_Given):
    raw: str
    gateway: dict[str, Any] | None = None
    answers: Answers | None = None
    envelope: Envelope | None = None
    sent: tuple[Sent, ...] = ()
    now: AwareDatetime | None = None


class FlectraRequest(ProcessRequest):
    series: Literal["1.x", "2.x", "3.x"] | None = None
    attachments: bool = False


class TextRequest(_Given):
    text: str
    sent: tuple[Sent, ...] = ()


class HtmlRequest(_Given):
    html: str
    sent: tuple[Sent, ...] = ()


class PingRequest(_Given):
    pass


class Worker:
    """Answers requests. It holds gateways that were read from their configuration, and no mail."""

    def __init__(self) -> None:
        self._gateways: dict[str, tuple[Gateway, StaticHost | None]] = {}

    def answer(self, line: bytes) -> bytes:
        """The answer to one request, whatever the line holds."""
        request_id: object = None
        try:
            request = _request(line)
            request_id = request.pop("id", None)
            if not isinstance(request_id, (str, int, type(None))):
                request_id = None
                raise _Refused("invalid", "id: text or a number is wanted")
            op = request.pop("op", None)
            known = self._ops().get(op) if isinstance(op, str) else None
            if known is None:
                raise _Refused("unknown_op", f"op: one of {', '.join(self._ops())} is wanted")
            shape, work = known
            return _encoded({"id": request_id, "ok": True, "result": work(shape(**request))})
        except _Refused as refused:
            return _error(request_id, refused.kind, str(refused))
        except FlectraInboundError as error:
            return _error(request_id, "invalid", str(error))
        except Exception as error:
            # the type only: a message may quote the mail
            return _error(request_id, "failed", f"a mistake of ours, please report it: {type(error).__name__}")

    def ops(self) -> tuple[str, ...]:
        """What may be asked for."""
        return tuple(self._ops())

    def _ops(self) -> dict[str, tuple[type[_Given], Callable[[Any], Any]]]:
        return {
            "ping": (PingRequest, lambda _: {"version": __version__}),
            "process": (ProcessRequest, lambda asked: self._inbound(asked).model_dump(mode="json")),
            "flectra": (FlectraRequest, self._for_flectra),
            "reply_from_text": (TextRequest, lambda a: reply_from_text(a.text, sent=a.sent).model_dump(mode="json")),
            "reply_from_html": (HtmlRequest, lambda a: reply_from_html(a.html, sent=a.sent).model_dump(mode="json")),
            "fold_html": (HtmlRequest, lambda a: {"html": flectra.fold_html(a.html, sent=a.sent)}),
        }

    def _inbound(self, asked: ProcessRequest) -> Inbound:
        try:
            raw = base64.b64decode(asked.raw, validate=True)
        except (binascii.Error, ValueError):
            raise _Refused("invalid", "raw: base64 is wanted (RFC 4648, section 4)") from None
        gateway, host = self._gateway(asked.gateway) if asked.gateway is not None else (None, None)
        answers = _each_alias_once(asked.answers) if asked.answers is not None else None
        return Pipeline(gateway=gateway).process(
            raw,
            host=host if answers is None else lambda _: answers,
            envelope=asked.envelope,
            sent=asked.sent,
            now=asked.now,
        )

    def _for_flectra(self, asked: FlectraRequest) -> dict[str, Any]:
        inbound = self._inbound(asked)
        routing = inbound.routing
        result: dict[str, Any] = {
            "kind": inbound.kind,
            "automatic": inbound.automatic,
            "bulk": inbound.bulk,
            "routing": routing.model_dump(mode="json") if routing is not None else None,
            "routes": None,
            "bounces": [],
            "complaint": inbound.complaint.model_dump(mode="json") if inbound.complaint is not None else None,
            "message": None,
        }
        if routing is not None and routing.needs:
            return result
        series = asked.series or (asked.gateway or {}).get("version", "3.x")
        message = flectra.message_dict(inbound, series=series, attachments=asked.attachments)
        message["attachments"] = [
            [name, base64.b64encode(content).decode("ascii"), info] for name, content, info in message["attachments"]
        ]
        result["message"] = message
        result["bounces"] = [bounce._asdict() for bounce in flectra.bounces(inbound)]
        if routing is not None and routing.decision != "unroutable":
            result["routes"] = [route._asdict() for route in flectra.routes(inbound)]
        return result

    def _gateway(self, config: dict[str, Any]) -> tuple[Gateway, StaticHost | None]:
        key = json.dumps(config, sort_keys=True)
        if key not in self._gateways:
            try:
                gateway, host = load_gateway(config)
            except (AttributeError, KeyError, TypeError) as error:
                raise _Refused(
                    "invalid", f"gateway: not of the shape that is wanted ({type(error).__name__})"
                ) from None
            if len(self._gateways) >= _GATEWAYS_KEPT:
                self._gateways.clear()
            self._gateways[key] = gateway, host if _PLAIN_DATA & set(config) else None
        return self._gateways[key]


def _request(line: bytes) -> dict[str, Any]:
    try:
        request = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise _Refused("invalid", "the line is no JSON") from None
    if not isinstance(request, dict):
        raise _Refused("invalid", "the line is no JSON object")
    for name in ("text", "html"):
        value = request.get(name)
        if isinstance(value, str) and not value.isascii():  # half of a pair of surrogates is JSON, and no text
            request[name] = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return request


def _each_alias_once(answers: Answers) -> Answers:
    """An alias that answers to two keys is one alias, as it is where a host gives objects."""
    if "aliases" not in answers.model_fields_set:  # not answered, which is not the same as none
        return answers
    known: dict[str, Any] = {}
    aliases = {
        key: tuple([known.setdefault(alias.model_dump_json(), alias) for alias in found])
        for key, found in answers.aliases.items()
    }
    return answers.model_copy(update={"aliases": aliases})


def _no_number(word: str) -> None:
    raise ValueError(word)


def _error(request_id: object, kind: str, message: str) -> bytes:
    return _encoded({"id": request_id, "ok": False, "error": {"type": kind, "message": message}})


def _encoded(answer: dict[str, Any]) -> bytes:
    """One line of ASCII, so that no locale and no line separator of Unicode can break it."""
    return json.dumps(answer, allow_nan=False).encode("ascii") + b"\n"


def serve(reader: BinaryIO, writer: BinaryIO, *, max_line: int = MAX_LINE) -> None:
    """Say hello, then answer each line of `reader` until it ends."""
    worker = Worker()
    hello = {
        "hello": "flectra-inbound",
        "protocol": PROTOCOL,
        "version": __version__,
        "ops": worker.ops(),
        "max_line": max_line,
    }
    _write(writer, _encoded(hello))
    for line in _lines(reader, max_line):
        if line is None:
            _write(writer, _error(None, "too_long", f"a line has at most {max_line} bytes"))
        elif not line.isspace():
            _write(writer, worker.answer(line))


def _lines(reader: BinaryIO, max_line: int) -> Iterator[bytes | None]:
    """Each line; None for one that is too long, which is skipped without being held."""
    while line := reader.readline(max_line + 1):
        if len(line) <= max_line or line.endswith(b"\n"):
            yield line
            continue
        while (rest := reader.readline(65_536)) and not rest.endswith(b"\n"):
            pass
        yield None


def _write(writer: BinaryIO, line: bytes) -> None:
    writer.write(line)
    writer.flush()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def main(arguments: list[str] | None = None) -> None:
    """Run on the standard streams. Exit codes: 0 the input ended or nobody reads, 2 usage, 130 interrupted."""
    parser = argparse.ArgumentParser(
        prog="flectra-inbound worker",
        description="Answer requests in JSON lines (docs/worker.md) until the input ends.",
    )
    parser.add_argument("--max-line", type=_positive, default=MAX_LINE, metavar="BYTES", help="default: %(default)s")
    options = parser.parse_args(arguments)
    with os.fdopen(os.dup(1), "wb") as writer:
        # what anybody prints goes to standard error, or nowhere
        try:
            os.dup2(2, 1)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        try:
            serve(sys.stdin.buffer, writer, max_line=options.max_line)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), writer.fileno())
        except KeyboardInterrupt:
            raise SystemExit(130) from None
