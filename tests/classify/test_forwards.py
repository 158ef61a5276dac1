"""What people do with the reports of the corpus, they do as people: sent on, quoted or attached, each is a message."""

from __future__ import annotations

from email.header import Header
from pathlib import Path

import pytest

from flectra_inbound import Kind, Message, parse, process

from ..conftest import CORPUS

REPORTS = [p for kind in Kind if kind is not Kind.MESSAGE for p in sorted((CORPUS / str(kind)).rglob("*.eml"))]
PATH = "Return-Path: <nina@kunde.example>\n"
NINA = "From: Nina Roth <nina@kunde.example>\nTo: info@acme.example\n"


def built(head: str, subject: str, text: str) -> bytes:
    subject = Header(" ".join(subject.split())[:150], "utf-8").encode()
    fields = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    return f"{head}Subject: {subject}\n{fields}".encode() + text.encode("utf-8", "replace")


def below_a_line(m: Message) -> bytes:
    return built(PATH + NINA, f"Fwd: {m.subject}", f"see below\n\n---------- Forwarded message ---------\n{m.text}")


def below_a_header(m: Message) -> bytes:
    head = NINA + "X-Mailer: Microsoft Outlook 16.0\n"
    return built(head, f"WG: {m.subject}", f"Was tun?\n\nVon: x\nGesendet: Montag\nAn: y\nBetreff: z\n\n{m.text}")


def quoted(m: Message) -> bytes:
    head = PATH + NINA + "In-Reply-To: <a@b.example>\nReferences: <a@b.example>\n"
    return built(head, f"Re: {m.subject}", "why?\n\n" + "".join(f"> {line}\n" for line in m.text.split("\n")))


def attached(m: Message) -> bytes:
    head = f"{PATH}{NINA}Subject: look\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=zzZZ\n\n"
    text = "--zzZZ\nContent-Type: text/plain\n\nsee attached\n--zzZZ\nContent-Type: message/rfc822\n\n"
    return (head + text).encode() + m.source + b"\n--zzZZ--\n"


def under_its_own_subject(m: Message) -> bytes:
    return built(NINA, m.subject, f"Hallo,\n\nwas heisst das?\n\n{m.text}")


def on_a_list(m: Message) -> bytes:
    return built("List-Id: <help.acme.example>\nPrecedence: list\n" + NINA, m.subject, f"Hi list\n\n{m.text}")


@pytest.mark.parametrize("way", [below_a_line, below_a_header, quoted, attached])
def test_a_report_that_a_person_sends_on_is_a_message(way) -> None:  # type: ignore[no-untyped-def]
    wrong: list[tuple[Path, Kind]] = []
    for path in REPORTS:
        kind = process(way(parse(path.read_bytes()))).kind
        if kind is not Kind.MESSAGE:
            wrong.append((path.relative_to(CORPUS), kind))
    assert len(REPORTS) > 300
    assert wrong == []


@pytest.mark.parametrize("way", [under_its_own_subject, on_a_list])
def test_a_delivery_report_that_a_person_pastes_is_a_message(way) -> None:  # type: ignore[no-untyped-def]
    paths = [p for p in REPORTS if p.relative_to(CORPUS).parts[0] in ("bounce", "delay", "delivered")]
    kinds = {path.relative_to(CORPUS): process(way(parse(path.read_bytes()))).kind for path in paths}
    assert len(kinds) > 300
    assert {path for path, kind in kinds.items() if kind is not Kind.MESSAGE} == set()
