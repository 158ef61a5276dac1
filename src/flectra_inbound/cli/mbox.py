"""Split a stream into mails without changing a byte of them: one mail, or the mails of an mbox (RFC 4155, mboxrd).

Rules of this file: bytes in, bytes out, forwards only (a pipe cannot seek), one mail in memory at a time. The standard
library's `mailbox` is not used, because it reads a mailbox twice, splits at any "From " and re-writes what it returns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

#: A mail above this is not read: four times what the widest gateways let through after base64, and a bound on memory.
MAIL_BYTES = 256 * 1024 * 1024
#: A line is read in pieces of this, since a mail may be one endless line.
_PIECE = 1024 * 1024
#: mboxrd: a line of the mail that looks like a separator got one ">" more.
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_TIME = re.compile(rb"\d?\d:\d\d(?::\d\d)?")
_MONTHS = frozenset(b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split())


class Stream(Protocol):
    """What is needed of a file: it is read forwards."""

    def read(self, size: int = ..., /) -> bytes: ...

    def readline(self, size: int = ..., /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """A mail of a stream."""

    raw: bytes | None  #: None: longer than the limit, and left out
    size: int  #: bytes of the stream that it took
    number: int | None = None  #: from 1 in an mbox; None where the stream is one mail


def split(stream: Stream, *, mailbox: bool, limit: int = MAIL_BYTES) -> Iterator[Piece]:
    """The mails of a stream that is an mbox, else the one mail that it is.

    It is an mbox when it begins with "From " and is called one (`mailbox`) or holds a second separator after a blank
    line. A single mail that merely begins with such a line comes through as it is.
    """
    line = stream.readline(_PIECE)
    if not line.startswith(b"From "):
        raw = line + stream.read(max(0, limit + 1 - len(line)))
        if raw:
            yield Piece(raw if len(raw) <= limit else None, len(raw))
        return
    # Writers agree on "From sender date", and prose that begins a paragraph with "From" has no date. Where the first
    # separator has none, this writer gives none.
    dated = _is_dated(line)
    number, head, size = 1, len(line), len(line)
    held = bytearray(line)
    line_start, after_blank = line.endswith(b"\n"), False
    while line := stream.readline(_PIECE):
        if line_start and after_blank and line.startswith(b"From ") and (_is_dated(line) or not dated):
            yield Piece(_unwrapped(held, head) if size <= limit else None, size, number)
            number, head, size = number + 1, len(line), 0
            held = bytearray()
        after_blank = line_start and line in (b"\n", b"\r\n")
        line_start = line.endswith(b"\n")
        size += len(line)
        if size <= limit:
            held += line
        else:
            held.clear()
    if number == 1 and not mailbox:
        yield Piece(bytes(held) if size <= limit else None, size)
    else:
        yield Piece(_unwrapped(held, head) if size <= limit else None, size, number)


def _unwrapped(held: bytearray, head: int) -> bytes:
    """The mail as it was before it went into the mbox: no separator, no blank line behind it, no quoting."""
    end = len(held)
    for blank in (b"\r\n\r\n", b"\n\n"):
        if held.endswith(blank):
            end -= len(blank) // 2
            break
    raw = bytes(memoryview(held)[head:end])
    return _QUOTED.sub(rb"\1", raw) if b">From " in raw else raw


def _is_dated(line: bytes) -> bool:
    """Whether a separator ends as in `From nora@example.com Thu Jan  1 10:00:00 2026`, with or without a zone."""
    words = line[-200:].split()
    return any(w in _MONTHS for w in words) and any(_TIME.fullmatch(w) for w in words)
