"""Folders of labelled mails for the tests of the corpus tools."""

from __future__ import annotations

from pathlib import Path

MAIL = """From: {name} <{name}@shop.example>
To: desk@host.example
Subject: {subject}
Date: Mon, 2 Jun 2025 10:00:00 +0200
Message-ID: <{name}-1@shop.example>
Content-Type: text/plain; charset=utf-8

{text}
"""
LABEL = """note = "{note}"
source = "invented for a test"
kind = "message"
"""


def put(root: Path, name: str, *, mail: str | bytes | None = None, label: str | None = None, note: str = "") -> Path:
    """A case; what is not given is a plain mail of its own, and a label that fits."""
    path = root / f"{name}.eml"
    path.parent.mkdir(parents=True, exist_ok=True)
    if mail is None:
        words = " ".join(f"{path.parent.name}{path.stem.split('-')[-1]}{letter}" for letter in "abcdefgh")
        mail = MAIL.format(name="ada", subject=f"about {path.stem}", text=words)
    path.write_bytes(mail if isinstance(mail, bytes) else mail.encode())
    path.with_suffix(".toml").write_text(label or LABEL.format(note=note or f"covers {name} alone"), "utf-8")
    return path
