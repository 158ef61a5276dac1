"""No weak sign makes a report of somebody's mail, and no soft sign outweighs what a report's fields say."""

from __future__ import annotations

import pytest

from flectra_inbound import AliasDomain, Envelope, Gateway, Kind, Sent, Trust, process

DSN = (
    b"Content-Type: multipart/%s; report-type=delivery-status; boundary=B\n\n--B\n\nsorry\n--B\n"
    b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.b.example\n\n"
    b"Final-Recipient: rfc822; u@b.example\nAction: %s\nStatus: 5.1.1\n--B\n"
    b"Content-Type: message/rfc822\n\nMessage-ID: <sent-1@a.example>\nTo: u@b.example\n\nhello\n--B--\n"
)
DAEMON = b"Return-Path: <>\nFrom: MAILER-DAEMON@b.example\nSubject: Undelivered Mail Returned to Sender\n"
PERSON = b"Return-Path: <ada@a.example>\nFrom: Ada <ada@a.example>\nX-Mailer: Post 1\n"


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        (b"failed", Kind.BOUNCE),
        (b"delayed", Kind.DELAY),
        (b"delivered", Kind.DELIVERED),
        (b"relayed", Kind.DELIVERED),
        (b"expanded", Kind.DELIVERED),
        (b"Failed (bad address)", Kind.BOUNCE),
    ],
)
def test_the_action_of_a_report_decides_whatever_its_subject_says(action: bytes, kind: Kind) -> None:
    assert process(DAEMON + DSN % (b"report", action)).kind is kind


def test_what_a_person_sends_on_is_a_message() -> None:
    assert process(PERSON + b"Subject: Fwd: Undelivered Mail\n" + DSN % (b"mixed", b"failed")).kind is Kind.MESSAGE


@pytest.mark.parametrize(
    "subject",
    [
        b"Delivered: invoice 12",
        b"Delayed mail from your server?",
        b"Undelivered Mail Returned to Sender",
        b"Delivery Status Notification (Failure)",
        b"Out of office next week",
        b"vacation plans",
        b"Returned mail: see transcript for details",
    ],
)
def test_a_subject_alone_makes_nothing_of_a_persons_mail(subject: bytes) -> None:
    inbound = process(PERSON + b"Subject: " + subject + b"\n\nDear all\n")
    assert (inbound.kind, inbound.automatic) == (Kind.MESSAGE, False)


def test_a_null_reverse_path_alone_is_automatic_but_no_bounce() -> None:
    inbound = process(b"Return-Path: <>\nFrom: shop@a.example\nSubject: Your order\n\nThank you\n")
    assert (inbound.kind, inbound.automatic) == (Kind.MESSAGE, True)
    envelope = process(b"From: shop@a.example\nSubject: Your order\n\nThank you\n", envelope=Envelope(mail_from=""))
    assert envelope.automatic


@pytest.mark.parametrize("action", [b"delayed", b"delivered"])
def test_nobody_is_suppressed_by_a_report_that_reports_no_failure(action: bytes) -> None:
    delivery = process(DAEMON + DSN % (b"report", action)).delivery
    assert delivery is not None
    assert [(r.hard, str(r.suppression)) for r in delivery.recipients] == [(False, "ignore")]
    assert delivery.failed == ()


@pytest.mark.parametrize(
    ("diagnostic", "suppression"),
    [
        (b"550 5.1.1 User unknown", "suppress"),
        (b"550 5.1.1 too many recipients this hour", "ignore"),
        (b"550 5.1.1 rejected because of your reputation", "ignore"),
        (b"550 5.1.1 blocked by policy", "ignore"),
    ],
)
def test_the_words_win_over_a_code_that_calls_an_address_dead(diagnostic: bytes, suppression: str) -> None:
    raw = DAEMON + (DSN % (b"report", b"failed")).replace(
        b"5.1.1\n", b"5.1.1\nDiagnostic-Code: smtp; " + diagnostic + b"\n"
    )
    delivery = process(raw).delivery
    assert delivery is not None
    assert [str(r.suppression) for r in delivery.recipients] == [suppression]


def test_a_code_that_says_nothing_is_not_against_plain_words() -> None:
    raw = (DSN % (b"report", b"failed")).replace(b"5.1.1\n", b"5.0.0\nDiagnostic-Code: smtp; 550 User unknown\n")
    delivery = process(DAEMON + raw).delivery
    assert delivery is not None
    assert [(str(r.reason), str(r.suppression)) for r in delivery.recipients] == [("user_unknown", "suppress")]


def test_one_dead_expansion_does_not_name_the_alias() -> None:
    raw = DAEMON + (DSN % (b"report", b"failed")).replace(
        b"Status: 5.1.1\n", b"Status: 5.1.1\n\nFinal-Recipient: rfc822; full@c.example\nAction: failed\nStatus: 5.2.2\n"
    ).replace(b"To: u@b.example", b"To: team@b.example")
    delivery = process(raw).delivery
    assert delivery is not None
    assert {r.address: r.mailed_address for r in delivery.recipients} == {"u@b.example": None, "full@c.example": None}


def test_a_report_that_holds_an_id_of_ours_matches() -> None:
    raw = DAEMON + DSN % (b"report", b"failed")
    trusts = [
        process(raw, sent=sent).delivery
        for sent in ((), [Sent(message_id="sent-1@a.example")], [Sent(message_id="<x@y>")])
    ]
    assert [d.trust for d in trusts if d] == [Trust.UNVERIFIED, Trust.MATCHES, Trust.UNVERIFIED]


def test_arriving_at_the_bounce_address_is_evidence() -> None:
    gateway = Gateway(alias_domains=(AliasDomain(name="a.example"),))
    raw = b"From: x@b.example\nTo: bounce+7@a.example\nSubject: Undelivered Mail\n\nsorry\n"
    assert process(raw).kind is Kind.MESSAGE
    assert process(raw, gateway=gateway).kind is Kind.BOUNCE


def test_an_error_of_the_last_layer_is_a_defect() -> None:
    # flufl.bounce raises TypeError on a charset in RFC 2231 form (Python before 3.13); with or without, nothing escapes
    raw = DAEMON + b"Content-Type: text/plain; charset*=utf-8''utf-8%FF\n\nfailed: u@b.example\n"
    assert process(raw).kind is Kind.BOUNCE


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            b"X-Loop : yes\n" + DAEMON + b"\nsorry\n",
            id="a field before From that ends the header for the stdlib",
        ),
        pytest.param(
            DAEMON + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
            b"Content-Description: Notification \xe9\nContent-Type: text/plain\n\nsorry\n--x--\n",
            id="8-bit octets in the header of a part",
        ),
        pytest.param(
            DAEMON + b"X-Failed-Recipients: " + b"(" * 5_000 + b"\n\nsorry\n",
            id="comments within comments, of which the stdlib asks one for the next",
        ),
        pytest.param(DAEMON + b"X-Failed-Recipients: " + b"a:" * 5_000 + b"\n\nsorry\n", id="groups within groups"),
        *[
            pytest.param(
                DAEMON
                + b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n\n--x\n\nsorry\n--x\n"
                b"Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\n"
                b"Original-Recipient: rfc822;" + 90 * (b"\n " + sign * 90) + b"\n\n--x--\n",
                id=f"the same within a report: {sign!r}",
            )
            for sign in (b"(", b"a:")
        ],
    ],
)
def test_the_last_layer_writes_nothing_to_the_log_of_the_host(raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert process(raw).kind is Kind.BOUNCE
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
