"""Splitting streams: bytes must come out as they were before they went into the mbox."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flectra_inbound.cli import mbox as module
from flectra_inbound.cli.mbox import Piece, split

from .mails import BOUNCE, MESSAGE, SEPARATOR, mbox


def pieces(data: bytes, *, mailbox: bool = False, limit: int = 10**9) -> list[Piece]:
    return list(split(io.BytesIO(data), mailbox=mailbox, limit=limit))


def mails(data: bytes, *, mailbox: bool = False) -> list[bytes | None]:
    return [piece.raw for piece in pieces(data, mailbox=mailbox)]


def test_one_mail_comes_through_as_it_is():
    assert pieces(MESSAGE) == [Piece(MESSAGE, len(MESSAGE), None)]


def test_nothing_in_an_empty_stream():
    assert pieces(b"") == []


def test_mails_of_an_mbox_are_what_went_in():
    assert mails(mbox(MESSAGE, BOUNCE, MESSAGE)) == [MESSAGE, BOUNCE, MESSAGE]


def test_line_ends_are_kept():
    crlf = MESSAGE.replace(b"\n", b"\r\n")
    data = mbox(MESSAGE, MESSAGE).replace(b"\n", b"\r\n")
    assert mails(data) == [crlf, crlf]


def test_deeper_quoting_loses_one_level():
    body = b"Subject: x\n\n>From a\n>>From b\nFrom c\n> From d\n"
    assert mails(mbox(body, MESSAGE)) == [body, MESSAGE]


def test_unquoted_prose_after_a_blank_line_is_no_separator():
    data = SEPARATOR + MESSAGE + b"\n" + SEPARATOR + MESSAGE
    assert b"\n\nFrom here on" in data
    assert mails(data) == [MESSAGE, MESSAGE]


def test_separator_needs_a_blank_line_before_it():
    body = b"Subject: x\n\ntext\n" + SEPARATOR + b"more\n"
    assert mails(SEPARATOR + body, mailbox=True) == [body]


def test_one_mail_that_begins_with_a_separator_is_kept_verbatim_unless_it_is_called_an_mbox():
    data = SEPARATOR + b"Subject: x\n\n>From a\n\n"
    assert mails(data) == [data]
    assert mails(data, mailbox=True) == [b"Subject: x\n\nFrom a\n"]


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Thu Oct 30 10:05:18 2025\n",
        b"From 1764@xxx Thu Oct 30 10:05:18 +0000 2025\n",
        b"From nora at example.com  Thu Oct 30 10:05:18 2025\n",
        b"From MAILER-DAEMON Thu Oct 30 10:05 2025\n",
        b"From nora@example.com\n",
    ],
)
def test_separators_as_programs_write_them(separator: bytes):
    body = b"Subject: x\n\nOne\n"
    assert mails(mbox(body, body, separator=separator)) == [body, body]


def test_sizes_add_up_to_the_stream():
    data = mbox(MESSAGE, BOUNCE, MESSAGE)
    assert sum(piece.size for piece in pieces(data)) == len(data)
    assert [piece.number for piece in pieces(data)] == [1, 2, 3]


def test_a_mail_above_the_limit_is_left_out_and_the_next_one_read():
    long = b"Subject: long\n\n" + b"x" * 5000 + b"\n"
    assert [p.raw for p in pieces(mbox(MESSAGE, long, MESSAGE), limit=2000)] == [MESSAGE, None, MESSAGE]
    assert [p.raw for p in pieces(long, limit=2000)] == [None]


def test_memory_is_bounded_by_the_limit():
    class Endless:
        """Two gigabytes of one line; counts what is asked for."""

        left = 2 * 1024**3

        def read(self, size: int = -1, /) -> bytes:
            raise AssertionError

        def readline(self, size: int = -1, /) -> bytes:
            if self.left == 2 * 1024**3:
                self.left -= 1
                return SEPARATOR
            self.left = max(0, self.left - size)
            return chunk if self.left else b""

    chunk = b"x" * module._PIECE
    found = list(split(Endless(), mailbox=True, limit=10_000))
    assert [piece.raw for piece in found] == [None]


def test_a_line_cut_into_pieces_is_no_blank_line(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "_PIECE", 60)
    body = b"Subject: x\n\n" + b"y" * 60 + b"\n" + SEPARATOR + b"end\n"
    assert mails(SEPARATOR + body, mailbox=True) == [body]


line = st.sampled_from([b"\n", b"From \n", b">From x\n", b">>From \n", b"text\n", b"From a b\n", b"\r\n", b"x"])


@given(st.lists(st.lists(line, max_size=8).map(b"".join), min_size=2, max_size=4))
def test_round_trip(bodies: list[bytes]):
    # a writer ends each mail with a line end
    whole = [b"Subject: x\n\n" + body + (b"" if body.endswith(b"\n") else b"\n") for body in bodies]
    whole = [mail.rstrip(b"\r\n") + b"\n" for mail in whole]
    assert mails(mbox(*whole), mailbox=True) == whole


@given(st.binary(max_size=300))
def test_whatever_the_bytes_every_one_is_accounted_for(data: bytes):
    for mailbox in (False, True):
        assert sum(piece.size for piece in pieces(b"From " + data, mailbox=mailbox)) == len(data) + 5
