"""A mailbox behind IMAP4rev1 (RFC 3501), as far as `imaplib` and a fetcher need it: one user, one folder, UID commands."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Mailbox:
    """Some mails and their flags; a UID is the place, from 1."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = [mail.replace(b"\n", b"\r\n") for mail in mails]
        self.flags: list[set[str]] = [set() for _ in mails]

    @contextmanager
    def serve(self) -> Iterator[int]:
        """The port on the loopback interface."""
        mailbox = self

        class Session(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                for line in self.rfile:
                    tag, _, command = line.decode().strip().partition(" ")
                    for part in mailbox.answer(command):
                        self.wfile.write(part)
                    self.wfile.write(f"{tag} OK done\r\n".encode())
                    if command.upper() == "LOGOUT":
                        return

        with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            try:
                yield server.server_address[1]
            finally:
                server.shutdown()
                thread.join()

    def answer(self, command: str) -> Iterator[bytes]:
        """The untagged responses to a command."""
        words = command.split(" ")
        name = " ".join(words[:2] if words[0].upper() == "UID" else words[:1]).upper()
        if name == "CAPABILITY":
            yield b"* CAPABILITY IMAP4rev1\r\n"
        elif name == "SELECT":
            yield f"* {len(self.mails)} EXISTS\r\n".encode()
        elif name == "UID SEARCH":
            unseen = [str(at + 1) for at, flags in enumerate(self.flags) if "\\Seen" not in flags]
            yield f"* SEARCH {' '.join(unseen)}\r\n".encode()
        elif name == "UID FETCH":
            at = int(words[2]) - 1
            if "PEEK" not in command:
                self.flags[at].add("\\Seen")
            raw = self.mails[at]
            yield f"* {at + 1} FETCH (UID {at + 1} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
        elif name == "UID STORE":
            at = int(words[2]) - 1
            self.flags[at].update(re.findall(r"\\\w+", command))
            yield f"* {at + 1} FETCH (UID {at + 1} FLAGS ({' '.join(sorted(self.flags[at]))}))\r\n".encode()
