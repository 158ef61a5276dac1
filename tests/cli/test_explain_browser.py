"""The pages of hostile mails in a real browser, where one is installed: nothing runs, nothing is loaded, nothing is blocked.

Whether a page asks for something is told by a server that the mails name; whether something ran, by the document afterwards.
The same mails as naked HTML do both, so that the tests can fail.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flectra_inbound.cli.explain.page import page

from .hostile_mails import ODD, PAYLOADS, mails
from .pages import faults, page_of, story

_BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --enable-logging=stderr --v=0 --virtual-time-budget=2000"
).split()

pytestmark = [
    pytest.mark.skipif(_BROWSER is None, reason="no Chromium"),
    pytest.mark.timeout(180),  # a browser that starts on a busy machine
]


class Server:
    """Answers nothing and remembers what it was asked for."""

    def __init__(self) -> None:
        asked = self.asked = []  # type: list[str]

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                self.send_response(204)
                self.end_headers()

            do_POST = do_HEAD = do_GET

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


def browse(whole: str, folder: Path, *flags: str) -> tuple[str, list[str]]:
    """The document as it is after loading, and what the console said."""
    assert _BROWSER is not None
    file = folder / "page.html"
    file.write_text(whole, "utf-8")
    command = [_BROWSER, *_FLAGS, f"--user-data-dir={folder / 'profile'}", *flags, "--dump-dom", file.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=150, check=False)
    said = done.stderr.decode("utf-8", "replace")
    dom = done.stdout.decode("utf-8", "replace")
    assert "<html" in dom, said[-2_000:]
    return dom, re.findall(r"CONSOLE[^\n]*", said)


def naked(server: Server) -> str:
    """The payloads as HTML of their own."""
    return "".join(
        PAYLOADS[name].replace("%s", server.address) for name in ("script", "onerror", "svg", "style", "sheet")
    )


def everything(server: Server) -> bytes:
    """All hostile mails' words in one mail."""
    return b"Subject: all\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + b"\r\n".join(
        payload.replace("%s", server.address).encode() for payload in PAYLOADS.values()
    )


def test_the_naked_mail_runs_and_loads(server: Server, tmp_path: Path):
    dom, _ = browse(f"<!DOCTYPE html><html><body>{naked(server)}</body></html>", tmp_path)
    assert "pwned" in re.search(r"<html[^>]*>", dom)[0]  # type: ignore[index]
    assert server.asked


@pytest.mark.parametrize("kind", ["a bounce", "HTML"])
def test_pages_run_nothing_and_load_nothing(kind: str, server: Server, tmp_path: Path):
    # one page for all payloads of a kind: the bodies of their pages in one, below the head of the first
    pages = [page(story(raw)) for name, raw in mails(server.address).items() if name.endswith(f" in {kind}")]
    bodies = [whole.partition("<body>")[2].partition("</body>")[0] for whole in pages]
    whole = pages[0].partition("<body>")[0] + "<body>" + "".join(bodies) + "</body></html>"
    assert len(pages) == len(PAYLOADS)
    dom, said = browse(whole, tmp_path)
    assert server.asked == []
    assert said == []
    assert re.search(r"<html[^>]*>", dom)[0] == '<html lang="en">'  # type: ignore[index]
    # the browser read the elements that were written, no more
    assert sorted(re.findall(r"<([a-z][a-z0-9]*)", dom)) == sorted(re.findall(r"<([a-z][a-z0-9]*)", whole))


def test_one_page_as_the_browser_reads_it(server: Server, tmp_path: Path):
    dom, said = browse(page_of(everything(server)), tmp_path)
    assert server.asked == []
    assert said == []
    assert faults(dom) == []


def test_odd_bytes_as_the_browser_reads_them(tmp_path: Path):
    raw = b"Subject: x\r\n\r\n" + b"\r\n".join(raw[:3_000] for name, raw in ODD.items() if name != "utf-16")
    dom, said = browse(page_of(raw), tmp_path)
    assert said == []
    assert faults(dom) == []


def test_the_policy_holds_where_the_escaping_would_not(server: Server, tmp_path: Path):
    """As if a mistake of ours let markup through: it neither runs nor loads, and the browser says why."""
    whole = page_of(everything(server)).replace("<main>", f"<main>{naked(server)}", 1)
    dom, said = browse(whole, tmp_path)
    assert server.asked == []
    assert re.search(r"<html[^>]*>", dom)[0] == '<html lang="en">'  # type: ignore[index]
    assert any("Content Security Policy" in line for line in said)


def test_the_policy_lets_our_style_sheet_through(tmp_path: Path):
    """Else the page would be readable, and ugly."""
    whole = page_of(b"Subject: x\r\n\r\nx")
    _, said = browse(whole.replace("color-scheme: light dark;", "color-scheme: dark light;", 1), tmp_path)
    assert any("style" in line for line in said)  # another sheet is refused
    _, said = browse(whole, tmp_path)
    assert said == []
