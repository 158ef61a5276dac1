"""From what stands on the command line to mails: files, standard input, mboxes, maildirs, folders; lazily, in order.

Rules of this file: nothing here raises for a path that is missing or may not be read. Each such thing is an
`Unreadable` with its name, and the rest goes on. One mail is held at a time; a folder costs the names in it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .mbox import MAIL_BYTES, Stream, split

STDIN = "-"
_MAIL = ".eml"
_MAILBOXES = (".mbox", ".mbx")


@dataclass(frozen=True, slots=True)
class Found:
    """A mail, and where it is from: a path, `-`, or either with `#3` for the third mail of an mbox."""

    name: str
    raw: bytes
    size: int  #: bytes of the input that it took: what progress counts


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An input that gave no mail, and why."""

    name: str
    why: str
    size: int = 0


def find(sources: Sequence[str]) -> Iterator[Found | Unreadable]:
    """Every mail of the sources, in their order."""
    for source in sources:
        if source == STDIN:
            yield from _from_stream(STDIN, sys.stdin.buffer, mailbox=False)
        elif os.path.isdir(source):
            yield from _from_folder(source)
        else:
            yield from _from_file(source)


def measure(sources: Sequence[str]) -> int | None:
    """Bytes of mail in the sources, for a progress bar; None when that cannot be told before reading (a pipe)."""
    total = 0
    for source in sources:
        files = _walk(source) if os.path.isdir(source) else iter([source])
        for file in files:
            if isinstance(file, Unreadable):
                continue
            if file == STDIN or (os.path.exists(file) and not os.path.isfile(file)):
                return None
            try:
                total += os.path.getsize(file)
            except OSError:
                continue  # named when it is read
    return total


def _from_file(path: str) -> Iterator[Found | Unreadable]:
    try:
        with open(path, "rb") as stream:
            yield from _from_stream(path, stream, mailbox=path.lower().endswith(_MAILBOXES))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        yield Unreadable(path, _why(error))


def _from_stream(name: str, stream: Stream, *, mailbox: bool) -> Iterator[Found | Unreadable]:
    empty = True
    try:
        for piece in split(stream, mailbox=mailbox):
            empty = False
            mail = name if piece.number is None else f"{name}#{piece.number}"
            if piece.raw is None:
                yield Unreadable(mail, f"is longer than {MAIL_BYTES // 1024**2} MiB: too long for a mail", piece.size)
            else:
                yield Found(mail, piece.raw, piece.size)
    except OSError as error:
        yield Unreadable(name, _why(error))
        return
    if empty:
        yield Unreadable(name, "is empty, there is no mail in it")


def _from_folder(folder: str) -> Iterator[Found | Unreadable]:
    empty = True
    for file in _walk(folder):
        empty = False
        if isinstance(file, Unreadable):
            yield file
        else:
            yield from _from_file(file)
    if empty:
        kind = "maildir" if _is_maildir(folder) else f"folder (mails in a folder are called *{_MAIL})"
        yield Unreadable(folder, f"no mail in this {kind}")


def _walk(folder: str) -> Iterator[str | Unreadable]:
    """The mails below a folder, sorted by path. Links to folders are not followed: they may lead in circles."""
    pending: list[tuple[str, bool]] = [(folder, True)]
    while pending:
        path, is_folder = pending.pop()
        if not is_folder:
            yield path
            continue
        try:
            if _is_maildir(path):
                inside = [(file, False) for part in ("cur", "new") for file in _maildir_part(os.path.join(path, part))]
            else:
                inside = sorted(_folder_entries(path))
        except OSError as error:
            yield Unreadable(path, _why(error))
            continue
        pending.extend(reversed(inside))


def _folder_entries(folder: str) -> Iterator[tuple[str, bool]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield entry.path, True
            elif entry.name.lower().endswith(_MAIL) and entry.is_file():
                yield entry.path, False


def _is_maildir(folder: str) -> bool:
    return all(os.path.isdir(os.path.join(folder, part)) for part in ("cur", "new"))


def _maildir_part(folder: str) -> list[str]:
    with os.scandir(folder) as entries:
        return sorted(entry.path for entry in entries if not entry.name.startswith(".") and entry.is_file())


def _why(error: OSError | ValueError) -> str:
    reason = error.strerror if isinstance(error, OSError) else None
    return (reason or "cannot be read").lower()
