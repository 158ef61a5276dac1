"""A mail that is cut off anywhere, as transfers and size limits do, is still read: nothing raises at any byte.

Thirty small mails of the corpus, spread over kinds and families, are parsed at every length, and understood in full at
every 32nd.
"""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

import pytest

from flectra_inbound import Message, parse, process

from .conftest import CORPUS
from .invariants import assert_sound_message, assert_sound_result

WANTED = 30
LARGEST = 3_000
STEP = 32


def spread(groups: dict[str, list[Path]]) -> list[Path]:
    """The first of each group, then the second of each, and so on."""
    return [path for row in zip_longest(*groups.values()) for path in row if path is not None]


def chosen() -> list[Path]:
    kinds: dict[str, dict[str, list[Path]]] = {}
    for path in sorted(CORPUS.glob("*/*/*.eml")):
        if path.stat().st_size < LARGEST:
            kind, family, _ = path.relative_to(CORPUS).parts
            kinds.setdefault(kind, {}).setdefault(family, []).append(path)
    return spread({kind: spread(families) for kind, families in kinds.items()})[:WANTED]


MAILS = chosen()


def read_main_properties(message: Message) -> None:
    assert isinstance(message.subject, str)
    assert message.date is None or message.date.tzinfo is not None
    assert message.message_id is None or message.message_id.startswith("<")
    for mailboxes in (message.from_, message.to, message.cc, message.reply_to):
        assert all(mailbox.name or mailbox.address for mailbox in mailboxes)
    assert "\r" not in message.text
    assert message.html is None or "\r" not in message.html
    assert all(part.size >= 0 and part.filename != "" for part in message.attachments)
    assert len(message.embedded_ids) <= len(message.embedded)
    assert all(list(group) for report in message.delivery_status for group in report.recipients)
    assert message.feedback_report is None or list(message.feedback_report)
    assert message.disposition_notification is None or list(message.disposition_notification)
    assert isinstance(message.defects, tuple)


def test_thirty_mails_of_all_kinds_are_chosen() -> None:
    assert len(MAILS) == WANTED
    kinds = {path.relative_to(CORPUS).parts[0] for path in MAILS}
    assert kinds == {path.relative_to(CORPUS).parts[0] for path in CORPUS.rglob("*.eml")}


@pytest.mark.parametrize("path", MAILS, ids=lambda path: str(path.relative_to(CORPUS).with_suffix("")))
def test_a_mail_cut_at_any_byte_is_read(path: Path) -> None:
    raw = path.read_bytes()
    for length in range(len(raw) + 1):
        cut = raw[:length]
        try:
            read_main_properties(parse(cut))
            if length % STEP == 0:
                assert_sound_message(parse(cut))
                assert_sound_result(process(cut))
        except Exception as error:
            raise AssertionError(f"cut at byte {length} of {len(raw)}: {type(error).__name__}: {error}") from error
