"""Whose mailbox a report speaks of: behind an alias or a forward nobody is opted out by one report."""

from __future__ import annotations

import pytest

from flectra_inbound import Suppression, process

REPORT = """From: mailer-daemon@mx.kunde.example
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.kunde.example

Original-Recipient: rfc822;{mailed}
Final-Recipient: rfc822;{final}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--b--
"""


@pytest.mark.parametrize(
    ("mailed", "final", "verdict"),
    [
        ("eva@kunde.example", "eva@kunde.example", Suppression.SUPPRESS),
        ("Eva@Kunde.example", "eva@kunde.example", Suppression.SUPPRESS),
        ("eva+news@kunde.example", "eva@kunde.example", Suppression.SUPPRESS),
        ("eva@kunde.example", "eva@imap2.kunde.example", Suppression.SUPPRESS),
        ("team@kunde.example", "eva@kunde.example", Suppression.COUNT),
        ("eva@kunde.example", "eva@freemail.example", Suppression.COUNT),
        ("eva@kunde.co.uk", "eva@co.uk", Suppression.COUNT),
    ],
)
def test_another_mailbox_than_the_one_we_mailed_only_counts(mailed: str, final: str, verdict: Suppression) -> None:
    delivery = process(REPORT.format(mailed=mailed, final=final).encode()).delivery
    assert delivery is not None
    (recipient,) = delivery.recipients
    assert (recipient.mailed_address, recipient.suppression, recipient.hard) == (mailed, verdict, True)
