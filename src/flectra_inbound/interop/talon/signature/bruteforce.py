"""`talon.signature.bruteforce`: the signature of a text whose author is not known."""

from __future__ import annotations

from . import extract


def extract_signature(msg_body: str) -> tuple[str, str | None]:
    """The text without its signature, and the signature; None if there is none."""
    return extract(msg_body, "")
