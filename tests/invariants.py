"""What holds of every result whatever the mail, as assertions for hostile, truncated and generated mail.

Invariant: nothing raises; every string encodes to UTF-8; one-line strings hold no CR, LF or NUL; the result survives
JSON; spans lie within the mail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flectra_inbound import Inbound, Message

#: the only strings of a result that may have more than one line
MANY_LINES = {"mail.text", "mail.html", "reply.text", "reply.html", "reply.fragments.*.text"}


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """All strings within plain data, with where they stand (`*` for an index)."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from strings(item, f"{path}.{key}" if path else key)
    elif isinstance(value, (tuple, list)):
        for item in value:
            yield from strings(item, f"{path}.*")


def one_line(text: str) -> bool:
    return not any(sign in text for sign in "\r\n\0")


def assert_sound_result(inbound: Inbound) -> None:
    assert Inbound.model_validate_json(inbound.model_dump_json()) == inbound
    for path, text in strings(inbound.model_dump()):
        text.encode()
        assert path in MANY_LINES or one_line(text), f"{path} is not one line: {text[:200]!r}"
    for text in (inbound.mail.text, inbound.mail.html or ""):
        assert "\0" not in text
        assert "\r" not in text
    for seen in inbound.evidence:
        assert len(seen.text) <= 200
    for defect in inbound.defects:
        assert len(defect.detail) <= 200


def assert_sound_message(message: Message) -> None:
    """Every property can be read, and each one-line string is one line."""
    lines = [
        message.subject,
        message.message_id or "",
        message.return_path or "",
        *message.in_reply_to,
        *message.references,
    ]
    for mailboxes in (message.from_, message.sender, message.reply_to, message.to, message.cc):
        for mailbox in mailboxes:
            lines += [mailbox.name, mailbox.address, mailbox.local_part, mailbox.domain]
    if message.date is not None:
        assert message.date.utcoffset() is not None
        lines.append(message.date.isoformat())
    for trace in message.received:
        lines += [
            trace.from_ or "",
            trace.by or "",
            trace.via or "",
            trace.with_ or "",
            trace.id or "",
            trace.for_ or "",
        ]
    for name in message.headers:
        lines += [name, *message.headers.get_all(name)]
        start, end = message.headers.span(name) or (0, 0)
        assert 0 <= start <= end <= len(message.source)
    for part in message.parts:
        assert 0 <= part.start <= part.body_start <= part.end <= len(part.buffer)
        lines += [part.path, part.content_type.value, part.disposition, part.filename or "", part.content_id or ""]
        assert part.size >= 0
    for report in message.delivery_status:
        for group in report.recipients:
            for name in group:
                lines += [group.get(name), group.typed(name).value]
    for group in (message.feedback_report, message.disposition_notification):
        for name in group or ():
            lines += [group.get(name) if group is not None else ""]
    for embedded in message.embedded:
        lines += [embedded.headers.get(name) or "" for name in embedded.headers]
    message.text.encode()
    (message.html or "").encode()
    lines += [defect.detail for defect in message.defects]
    for line in lines:
        line.encode()
        assert one_line(line), repr(line[:200])
