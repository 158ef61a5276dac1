"""Fetches a mailbox by IMAP: `imap_fetch.py DATABASE HOST USER`, the password in IMAP_PASSWORD; run it every minute."""

from __future__ import annotations

import imaplib
import os
import sqlite3
import sys

from desk import Desk


def fetch(box: imaplib.IMAP4, desk: Desk) -> int:
    """Take the unseen mails of the inbox; how many there were. What could not be booked stays unseen and comes again."""
    box.select("INBOX")
    _, (found,) = box.uid("SEARCH", "UNSEEN")
    taken = 0
    for uid in found.decode().split():
        _, data = box.uid("FETCH", uid, "(BODY.PEEK[])")  # PEEK: fetching alone must not set \Seen
        raw = next((piece[1] for piece in data if isinstance(piece, tuple)), None)
        if raw is None:  # another client removed it meanwhile
            continue
        try:
            inbound = desk.take(raw)  # no envelope: Delivered-To, X-Original-To and the like tell for whom it was
        except sqlite3.Error as error:
            print(f"{uid} stays unseen: {error}", file=sys.stderr)
            continue
        if inbound.routing.decision == "unroutable":
            box.uid("STORE", uid, "+FLAGS", r"(\Flagged)")  # a person sees it in the mailbox too
        box.uid("STORE", uid, "+FLAGS", r"(\Seen)")
        taken += 1
    return taken


def main(database: str, host: str, user: str) -> None:
    """One run over the mailbox."""
    with imaplib.IMAP4_SSL(host) as box:
        box.login(user, os.environ["IMAP_PASSWORD"])
        print(fetch(box, Desk(database)))


if __name__ == "__main__":
    main(*sys.argv[1:])
