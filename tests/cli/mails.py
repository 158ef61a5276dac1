"""The mails that the tests of the command line read, and ways to run it."""

from __future__ import annotations

import inspect
import os
import subprocess
import sys

from typer.testing import CliRunner, Result

from flectra_inbound.cli.app import app

MESSAGE = b"""From: Nora Vale <nora@example.com>
To: sales@example.org
Subject: Hello
Date: Thu, 30 Oct 2025 10:05:18 +0100
Message-ID: <hello@example.com>

Good morning

From here on it is quoted prose.
"""

BOUNCE = b"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: bounce@example.org
Subject: Undelivered Mail Returned to Sender
Date: Thu, 30 Oct 2025 10:06:00 +0100
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Original-Recipient: rfc822; gone+news@example.com
Final-Recipient: rfc822; gone@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; in.example.com
Diagnostic-Code: smtp; 550 5.1.1 <gone@example.com>: user unknown

Original-Recipient: rfc822; full@example.com
Final-Recipient: rfc822; full@example.com
Action: failed
Status: 5.2.2
Diagnostic-Code: smtp; 552 5.2.2 mailbox full

--b
Content-Type: text/rfc822-headers

From: news@example.org
To: gone+news@example.com
Subject: News
Message-ID: <news-1@example.org>

--b--
"""

COMPLAINT = b"""From: fbl@example.net
To: abuse@example.org
Subject: complaint
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

An abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: Example/1
Version: 1
Original-Rcpt-To: angry@example.com
Reported-Domain: example.org

--b
Content-Type: text/rfc822-headers

From: news@example.org
To: angry@example.com
Message-ID: <news-2@example.org>

--b--
"""

RECEIPT = b"""From: nora@example.com
To: sales@example.org
Subject: Read: Offer
Content-Type: multipart/report; report-type=disposition-notification; boundary=b

--b
Content-Type: text/plain

Read.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; nora@example.com
Original-Message-ID: <offer-1@example.org>
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""

SEPARATOR = b"From nora@example.com Thu Oct 30 10:05:18 2025\n"


def mbox(*mails: bytes, separator: bytes = SEPARATOR) -> bytes:
    """An mbox as mboxrd writes it."""
    out = b""
    for mail in mails:
        lines = mail.splitlines(keepends=True)
        quoted = b"".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)
        out += separator + quoted + b"\n"
    return out


def read(*args: object, stdin: bytes | None = None) -> Result:
    """Run `read` in this process."""
    return run("read", *map(str, args), stdin=stdin)


def run(*args: str, stdin: bytes | None = None) -> Result:
    """Run the command line in this process."""
    # click before 8.2 mixes both streams unless it is told not to; later ones have no such word
    mixes = "mix_stderr" in inspect.signature(CliRunner.__init__).parameters
    runner = CliRunner(mix_stderr=False) if mixes else CliRunner()
    return runner.invoke(app, list(args), input=stdin)


def python(*args: str, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run Python in a process of its own, without the colours that this one may have been told to use."""
    clean = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")}
    return subprocess.run([sys.executable, *args], input=stdin, capture_output=True, env=clean | env, check=False)
