"""Whatever a label says is compared: a wrong word of it is a difference, and only that one."""

from __future__ import annotations

from typing import Any

import pytest

from flectra_inbound import load_gateway, process
from flectra_inbound.cli.corpus.compare import differences
from flectra_inbound.cli.corpus.label import Label

from ..cli.mails import BOUNCE, COMPLAINT, RECEIPT

REPLY = b"""From: Ada <ada@shop.example>
To: desk@host.example
Subject: Re: pump
Message-ID: <r1@shop.example>
In-Reply-To: <q1@host.example>
Content-Type: text/plain; charset=utf-8

The pump is fine.

On Mon, 2 Jun 2025 at 10:00, Desk <desk@host.example> wrote:
> How is the pump?
"""


def found(raw: bytes, **says: Any) -> list[str]:
    kind = process(raw).kind.value
    label = Label.model_validate({"note": "n" * 10, "source": "test", "kind": kind, **says})
    return [difference.field for difference in differences(label, process(raw))]


def test_a_label_that_says_little_is_met() -> None:
    for raw in (BOUNCE, COMPLAINT, RECEIPT, REPLY):
        assert found(raw) == []


@pytest.mark.parametrize("says", [{"kind": "challenge"}, {"bulk": True}, {"automatic": True}])
def test_the_verdict(says: dict[str, Any]) -> None:
    assert found(REPLY, **says) == list(says)


@pytest.mark.parametrize(
    ("mail", "field"),
    [
        ({"subject": "pump"}, "mail.subject"),
        ({"sender": "ben@shop.example"}, "mail.sender"),
        ({"sender_name": "Ben"}, "mail.sender_name"),
        ({"to": []}, "mail.to"),
        ({"cc": ["x@y.example"]}, "mail.cc"),
        ({"message_id": "<x@y>"}, "mail.message_id"),
        ({"in_reply_to": []}, "mail.in_reply_to"),
        ({"date": "2025-06-02T10:00:00+02:00"}, "mail.date"),
        ({"text": "The pump is fine."}, "mail.text"),
        ({"text_contains": ["engine"]}, "mail.text_contains"),
        ({"text_excludes": ["pump"]}, "mail.text_excludes"),
        ({"html_contains": ["<b>"]}, "mail.html_contains"),
        ({"attachments": ["a.pdf"]}, "mail.attachments"),
    ],
)
def test_the_mail(mail: dict[str, Any], field: str) -> None:
    assert found(REPLY, mail=mail) == [field]


@pytest.mark.parametrize(
    ("reply", "field"),
    [
        ({"text": "The pump is fine. Thank you."}, "reply.lost"),
        ({"text": "The pump."}, "reply.kept"),
        ({"text": "The pump is fine.", "drops": ["pump  is"]}, "reply.drops"),
        ({"text": "The pump is fine.", "fragments": ["author"]}, "reply.fragments"),
        ({"text": "The pump is fine.", "forwarded_sender": "x@y.example"}, "reply.forwarded.sender"),
        ({"text": "The pump is fine.", "forwarded_subject": "x"}, "reply.forwarded.subject"),
    ],
)
def test_the_reply(reply: dict[str, Any], field: str) -> None:
    assert found(REPLY, reply=reply) == [field]
    assert found(BOUNCE, reply=reply) == ["reply"]


def test_optional_words_and_the_case_of_letters_do_not_matter() -> None:
    assert found(REPLY, reply={"text": "the PUMP fine", "optional": "is"}) == []


def test_reports() -> None:
    recipient, *rest = process(BOUNCE).delivery.recipients  # type: ignore[union-attr]
    others = [{"address": other.address} for other in rest]
    assert found(BOUNCE, recipients=[]) == ["recipients"]
    assert found(BOUNCE, failed=["x@y.example"]) == ["failed"]
    assert found(BOUNCE, trust="forged") == ["trust"]
    assert found(BOUNCE, original_message_ids=["<x@y>"]) == ["original_message_ids"]
    for field, wrong in {
        "status": "9.9.9",
        "smtp_code": "999",
        "reason": "blocked",
        "suppression": "ignore",
        "hard": False,
    }.items():
        says = {"address": recipient.address, field: wrong}
        assert found(BOUNCE, recipients=[says, *others]) == [f"{recipient.address}.{field}"]
    says = {"address": recipient.address, "diagnostic_contains": "no such words"}
    assert found(BOUNCE, recipients=[says, *others]) == [f"{recipient.address}.diagnostic"]


def test_other_reports_evidence_and_defects() -> None:
    assert found(COMPLAINT, complaint={"feedback_type": "fraud"}) == ["complaint.feedback_type"]
    assert found(RECEIPT, receipt={"disposition": "deleted", "automatic": True}) == [
        "receipt.automatic",
        "receipt.disposition",
    ]
    assert found(REPLY, complaint={"feedback_type": "fraud"}) == ["complaint.feedback_type"]
    assert found(REPLY, evidence=["no.such"]) == ["evidence"]
    assert found(REPLY, defects=["no-such"]) == ["defects"]
    assert found(b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx", defects=[]) == ["defects"]


def test_routing() -> None:
    host = {"version": "3.x", "alias_domains": [{"name": "host.example"}], "aliases": [
        {"name": "desk", "domain": "host.example", "model": "helpdesk.ticket", "defaults": {"team_id": 3}}]}  # fmt: skip
    gateway, answers = load_gateway(host)
    inbound = process(REPLY.replace(b"In-Reply-To: <q1@host.example>\n", b""), gateway=gateway, host=answers)
    target = {"model": "helpdesk.ticket", "alias": "desk", "defaults": {"team_id": 3}}
    right = {
        "decision": "create",
        "targets": [target],
        "answer": True,
        "detail": "",
        "parent": "",
        "rounds": [["aliases"]],
    }

    def told(**says: Any) -> list[str]:
        label = Label.model_validate(
            {"note": "n" * 10, "source": "test", "kind": "message", "gateway": "x", "routing": {**right, **says}}
        )
        return [difference.field for difference in differences(label, inbound, (("aliases",),))]

    assert told() == []
    assert told(decision="reply") == ["routing.decision"]
    assert told(targets=[]) == ["routing.targets"]
    assert told(targets=[{**target, "record": 5}]) == ["routing.targets"]
    assert told(targets=[{**target, "alias": "sales"}]) == ["routing.helpdesk.ticket.alias"]
    assert told(targets=[{**target, "defaults": {}}]) == ["routing.helpdesk.ticket.defaults"]
    assert told(answer=False) == ["routing.answer"]
    assert told(detail="x") == ["routing.detail"]
    assert told(parent="<x@y>") == ["routing.parent"]
    assert told(rounds=[]) == ["routing.rounds"]
    assert told(trace_contains=["no such step"]) == ["routing.trace"]
    label = Label.model_validate(
        {"note": "n" * 10, "source": "t" * 3, "kind": "message", "gateway": "x", "routing": right}
    )
    assert [difference.field for difference in differences(label, process(REPLY))] == ["routing"]
