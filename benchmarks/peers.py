"""The same work by each parser: subject, from, to, cc, date, message id, and the text of all text parts decoded.

Rules of this file: each peer is used as its documentation says; what it raises is counted, not hidden. fast-mail-parser
can crash its process, so it runs in one of its own: `python -m benchmarks.peers fast` reads a JSON list of paths on
stdin and writes the seconds for each. `python -m benchmarks.peers memory PATH` writes the peak of our own for a mail.
"""

from __future__ import annotations

import email
import importlib.metadata
import json
import logging
import platform
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from email.header import decode_header, make_header
from email.message import Message as StdlibMessage
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path
from typing import Any

from flectra_inbound import parse

Work = Callable[[bytes], Any]

logging.getLogger("mailparser").setLevel(logging.CRITICAL)  # it warns of parts that it skips: stderr is not measured


def ours(raw: bytes) -> Any:
    message = parse(raw)
    texts = [part.text() for part in message.parts if part.is_leaf and part.content_type.main == "text"]
    return message.subject, message.from_, message.to, message.cc, message.date, message.message_id, texts


def mail_parser(raw: bytes) -> Any:
    import mailparser

    mail = mailparser.parse_from_bytes(raw)
    return mail.subject, mail.from_, mail.to, mail.cc, mail.date, mail.message_id, mail.text_plain, mail.text_html


def stdlib(raw: bytes) -> Any:
    message = email.message_from_bytes(raw)
    people = [
        [(_decoded(name), address) for name, address in getaddresses([str(v) for v in message.get_all(field, [])])]
        for field in ("from", "to", "cc")
    ]
    texts = [
        _text(part) for part in message.walk() if part.get_content_maintype() == "text" and not part.is_multipart()
    ]
    return _decoded(message["subject"]), people, _date(message["date"]), message["message-id"], texts


def stdlib_alone(raw: bytes) -> Any:
    return email.message_from_bytes(raw)


def fast_mail_parser(raw: bytes) -> Any:
    from fast_mail_parser import parse_email

    mail = parse_email(raw)
    headers = mail.headers
    return (
        mail.subject, mail.from_, mail.to, mail.cc, mail.date_parsed, headers.get("Message-ID"),
        mail.text_plain, mail.text_html,
    )  # fmt: skip


def _decoded(value: Any) -> str:
    if value is None:
        return ""
    try:
        return str(make_header(decode_header(value)))
    except Exception:
        return str(value)


def _date(value: Any) -> Any:
    try:
        return parsedate_to_datetime(str(value))
    except Exception:
        return None


def _text(part: StdlibMessage) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        return raw.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeError):
        return raw.decode("latin-1")


def seconds(work: Work, raw: bytes) -> tuple[float, bool]:
    """How long it took, and whether it raised."""
    start = time.perf_counter()
    try:
        work(raw)
    except Exception:
        return time.perf_counter() - start, True
    return time.perf_counter() - start, False


def versions() -> dict[str, str]:
    found = {"Python": f"{platform.python_version()} ({platform.python_implementation()})"}
    for name in ("flectra-inbound", "mail-parser", "fast-mail-parser", "flufl.bounce", "pydantic"):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found


def in_own_process(*args: str, stdin: str = "", timeout: float = 120) -> Any:
    """What `python -m benchmarks.peers ARGS` wrote; a RuntimeError if it crashed or was killed by the time-out."""
    command = [sys.executable, "-m", "benchmarks.peers", *args]
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"killed after {timeout:.0f} s") from None
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise RuntimeError(f"exit status {done.returncode}: {last[0]}")
    return json.loads(done.stdout)


def _fast_times(paths: Sequence[str]) -> list[tuple[float, bool]]:
    mails = [Path(path).read_bytes() for path in paths]
    for raw in mails:  # a round to warm up, which takes the import too
        seconds(fast_mail_parser, raw)
    return [seconds(fast_mail_parser, raw) for raw in mails]


def _peak(path: str) -> int:
    raw = Path(path).read_bytes()
    ours(b"From: a@b.example\n\nx")
    tracemalloc.start()
    kept = ours(raw)
    peak = tracemalloc.get_traced_memory()[1]
    assert kept
    return peak


if __name__ == "__main__":
    print(json.dumps(_fast_times(json.load(sys.stdin)) if sys.argv[1] == "fast" else _peak(sys.argv[2])))
