"""The tables of docs/coming-from: the same call on the same mail, both answers, and the time of each.

`python -m benchmarks.bridges` prints the table of every bridge whose package is installed; `--write` puts them into the
pages. Answers are checked by tests/interop/test_docs.py; times are of one run on one machine, the best of several rounds.
`tox -e bench-bridges` installs the packages and writes the pages. Rules of this file: each package is used as its
documentation says; what it raises is its answer.
"""

from __future__ import annotations

import argparse
import contextlib
import email
import importlib
import importlib.metadata
import json
import logging
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from flectra_inbound import parse

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "coming-from"
BEGIN, END = "<!-- table -->\n", "<!-- end of table -->\n"
ROUNDS = 15
_LONGEST = 280


class Row(NamedTuple):
    """One call on one mail."""

    call: str  #: as it is written in the table
    mail: str  #: kind/family/stem of the corpus
    ours: Callable[[Any], Any]
    theirs: Callable[[Any], Any]
    given: Callable[[bytes], Any]  #: what the call takes, made of the mail before the clock runs


class Bridge(NamedTuple):
    page: str
    package: str  #: as it is installed
    module: str  #: as it is imported
    rows: Callable[[Any], list[Row]]  #: given the module, or None where it is not installed


def plain(raw: bytes) -> str:
    return "\n".join(part.text() for part in parse(raw).bodies if part.content_type.value == "text/plain")


def html(raw: bytes) -> str:
    return parse(raw).html or ""


def flufl_bounce(peer: Any) -> list[Row]:
    from flectra_inbound.interop.flufl_bounce import all_failures

    mails = (
        "bounce/postfix/0001-user-unknown", "delay/sendmail/0001-warning-four-hours", "delay/fastmail/0001-postfix-warning",
        "bounce/office365/0033-html-several-recipients", "bounce/amazon-ses/0006-sns-json-permanent",
        "message/forward/0002-bounce-as-attachment", "bounce/qq/0001-chinese-html-unknown",
    )  # fmt: skip
    return [
        Row("all_failures(msg)", mail, all_failures, lambda msg: peer.all_failures(msg), email.message_from_bytes)
        for mail in mails
    ]


def mail_parser(peer: Any) -> list[Row]:
    from flectra_inbound.interop.mail_parser import parse_from_bytes

    def row(mail: str, name: str, show: Callable[[Any], Any]) -> Row:
        return Row(
            f"parse_from_bytes(raw).{name}",
            mail,
            lambda raw: show(parse_from_bytes(raw)),
            lambda raw: show(peer.parse_from_bytes(raw)),
            bytes,
        )

    return [
        row("message/attachments/0002-rfc2047-names", "subject", lambda m: m.subject),
        row("bounce/notes/0001-failure-reasons", "from_", lambda m: m.from_),
        row("auto_reply/generic/0005-japanese-iso-2022-jp", "text_plain", lambda m: m.text_plain),
        row("bounce/amazon-ses/0001-user-unknown", "text_plain", lambda m: m.text_plain),
        row("message/attachments/0002-rfc2047-names", "attachments", lambda m: [a["filename"] for a in m.attachments]),
        row("malformed/header/0003-byte-order-mark", "from_", lambda m: m.from_),
        row("malformed/mime/0004-no-boundary-parameter", "has_defects", lambda m: m.has_defects),
    ]


def email_reply_parser(peer: Any) -> list[Row]:
    from flectra_inbound.interop.email_reply_parser import EmailReplyParser

    mails = (
        "message/apple-mail/0019-en-mobile-ios", "message/apple-mail/0020-de-mobile-ios",
        "message/outlook/0033-en-signature-card", "message/untouched/0003-de-list-double-dashes",
        "message/mutt/0009-en-inline-bar-marks", "message/thunderbird/0026-en-inline-flowed-space-stuffed",
    )  # fmt: skip
    return [
        Row(
            "EmailReplyParser.parse_reply(text)",
            mail,
            EmailReplyParser.parse_reply,
            lambda text: peer.EmailReplyParser.parse_reply(text),
            plain,
        )
        for mail in mails
    ]


def talon(peer: Any) -> list[Row]:
    from flectra_inbound.interop.talon import quotations, signature

    if peer is not None:
        peer.quotations.register_xpath_extensions()

    def their_signature(text: str) -> Any:
        return importlib.import_module("talon.signature").extract(text, "Ruth Ames <ruth.ames@harbour.example>")

    texts = (
        "message/apple-mail/0019-en-mobile-ios", "message/kmail/0001-de-inline-verb-before-name",
        "message/untouched/0027-de-markdown-fenced", "message/airmail/0002-it-signature-bloop-sign",
    )  # fmt: skip
    pages = ("message/gmail/0052-de-inline-with-top-words", "message/apple-mail/0022-es-mobile-ios")

    def row(name: str, mail: str, given: Callable[[bytes], Any]) -> Row:
        ours = getattr(quotations, f"extract_from_{name}")
        return Row(
            f"extract_from_{name}",
            mail,
            ours,
            lambda text: getattr(peer.quotations, f"extract_from_{name}")(text),
            given,
        )

    return [
        *[row("plain", mail, plain) for mail in texts],
        *[row("html", mail, html) for mail in pages],
        Row(
            "signature.extract(text, sender)",
            "message/quote/0001-question-about-a-bounce",
            lambda text: signature.extract(text, "Ruth Ames <ruth.ames@harbour.example>"),
            their_signature,
            lambda raw: quotations.extract_from_plain(plain(raw)),
        ),
    ]


def stdlib_email(peer: Any) -> list[Row]:
    """Here the peer is the standard library: the text of a mail by its newer interface."""
    from email.policy import default

    from flectra_inbound.interop.stdlib_email import parse_message

    def subject(message: Any) -> Any:
        return message["subject"]

    def text(message: Any) -> Any:
        return message.get_body(("plain", "html")).get_content()

    def read(raw: bytes) -> Any:
        return email.message_from_bytes(raw, policy=default)

    return [
        Row("subject", "message/attachments/0002-rfc2047-names", lambda m: parse_message(m).subject, subject, read),
        Row("subject", "malformed/header/0003-byte-order-mark", lambda m: parse_message(m).subject, subject, read),
        Row("text", "message/apple-mail/0019-en-mobile-ios", lambda m: parse_message(m).text, text, read),
        Row("text", "bounce/hinet/0002-big5-html-meta", lambda m: parse_message(m).text, text, read),
        Row("text", "malformed/mime/0004-no-boundary-parameter", lambda m: parse_message(m).text, text, read),
    ]


BRIDGES = (
    Bridge("flufl-bounce", "flufl.bounce", "flufl.bounce", flufl_bounce),
    Bridge("mail-parser", "mail-parser", "mailparser", mail_parser),
    Bridge("email-reply-parser", "email-reply-parser", "email_reply_parser", email_reply_parser),
    Bridge("talon", "talon", "talon", talon),
    Bridge("stdlib-email", "Python", "email", stdlib_email),
)


def peer_of(bridge: Bridge) -> Any:
    """The package's module; None where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(bridge.module)
        except ImportError:
            return None


def version(bridge: Bridge) -> str:
    if bridge.module == "email":
        return f"Python {sys.version_info.major}.{sys.version_info.minor}"
    return f"{bridge.package} {importlib.metadata.version(bridge.package)}"


def answer(call: Callable[[Any], Any], given: Any) -> str:
    """What a call answers, as a cell of a table."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = call(given)
        except Exception as error:
            return f"*raises {type(error).__name__}*"
    cell = shown(found).replace("|", "\\|")
    return f"`{cell}`"


def shown(value: Any) -> str:
    """A value in one line, bytes and sets as people write them, cut where it is long."""
    if isinstance(value, str):
        text = json.dumps(str(value), ensure_ascii=False)
    elif isinstance(value, bytes):
        text = value.decode("utf-8", "replace")
    elif isinstance(value, frozenset):
        text = "{" + ", ".join(sorted(map(shown, value))) + "}"
    elif isinstance(value, (list, tuple)):
        text = ("[%s]" if isinstance(value, list) else "(%s)") % ", ".join(map(shown, value))
    else:
        text = repr(value)
    text = "".join(sign if sign.isprintable() else "\ufffd" for sign in text)
    text = text.replace("`", "'")
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def best(call: Callable[[Any], Any], raw: bytes, given: Callable[[bytes], Any]) -> float:
    """Seconds of the fastest round; what is given is made anew for each."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(ROUNDS):
            argument = given(raw)
            start = time.perf_counter()
            with contextlib.suppress(Exception):  # counted all the same
                call(argument)
            found.append(time.perf_counter() - start)
    return min(found)


def raw_of(row: Row) -> bytes:
    return (ROOT / "corpus" / f"{row.mail}.eml").read_bytes()


def table(bridge: Bridge, peer: Any) -> str:
    """The Markdown table of a bridge."""
    import flectra_inbound

    name = version(bridge)
    lines = [
        f"| Call | Mail | {name} | flectra-inbound {flectra_inbound.__version__} | ms, theirs | ms, ours |",
        "|---|---|---|---|---:|---:|",
    ]
    for row in bridge.rows(peer):
        raw = raw_of(row)
        theirs, ours = answer(row.theirs, row.given(raw)), answer(row.ours, row.given(raw))
        spent = [best(call, raw, row.given) * 1000 for call in (row.theirs, row.ours)]
        lines.append(f"| `{row.call}` | {row.mail} | {theirs} | {ours} | {spent[0]:.3f} | {spent[1]:.3f} |")
    python = ".".join(map(str, sys.version_info[:3]))
    return "\n".join(lines) + f"\n\nMeasured with Python {python}, the best of {ROUNDS} rounds on one machine.\n"


def written_rows(bridge: Bridge) -> list[list[str]]:
    """The cells of the table that the page has now."""
    inside = (PAGES / f"{bridge.page}.md").read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    return [line.strip("| ").split(" | ") for line in inside.splitlines() if line.startswith("| `")]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bridges", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/coming-from")
    options = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)  # what peers log is not measured
    for bridge in BRIDGES:
        peer = peer_of(bridge)
        if peer is None:
            print(f"{bridge.package} is not installed", file=sys.stderr)
            continue
        made = table(bridge, peer)
        print(f"## {bridge.page}\n\n{made}")
        if options.write:
            page = PAGES / f"{bridge.page}.md"
            head, begin, rest = page.read_text("utf-8").partition(BEGIN)
            page.write_text(head + begin + made + END + rest.partition(END)[2], "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
