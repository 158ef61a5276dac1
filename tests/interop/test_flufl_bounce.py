"""`interop.flufl_bounce`: flufl.bounce's calls and types, and its answers over the corpus where it is right."""

from __future__ import annotations

import email
import email.policy
import inspect
import logging
import subprocess
import sys
from email.message import EmailMessage

import pytest

from flectra_inbound import InputTypeError, Kind, Pipeline
from flectra_inbound.interop.flufl_bounce import all_failures, scan_message

from .mails import Case, Difference, Tally, case, cases, real

#: flufl.bounce knows this wording of an old notice, and we do not
ONLY_FLUFL = b"""From: MAILER-DAEMON@mail.example
To: list@acme.example
Subject: Mail failure
Return-Path: <>

This message was created automatically by mail delivery

it was addressed to 'petra@kunde.example'
and that is that
---- START OF RETURNED MESSAGE ----
"""

DIFFERENCES = {
    "raises": Difference("it takes one From with an address in ASCII for granted", 6, 32),
    "no report": Difference("what people forward, lists ask and complaints say is no bounce; success is no failure", 8, 20),
    "none found": Difference("it has no detector for these systems, or for this language of theirs", 200, 370),
    "some found": Difference("it stops at the first recipient of this form, or reads only some forms of line", 5, 14),
    "no address": Difference("it takes JSON, a code or a cut-off address for an address", 5, 16),
    "somebody else": Difference("it names people who got the mail, the author, or an address made by an alias", 2, 10),
    "permanent": Difference("it cannot tell a delay from a failure where there are no fields, or takes one for the other", 8, 20),
}  # fmt: skip


def parsed(raw: bytes) -> email.message.Message:
    return email.message_from_bytes(raw)


def test_failures_are_bytes_in_frozensets() -> None:
    temporary, permanent = all_failures(parsed(case("bounce/postfix/0001-user-unknown")))
    assert (temporary, permanent) == (frozenset(), frozenset([b"petra.winkler@kunde.example"]))
    assert isinstance(temporary, frozenset)
    assert isinstance(permanent, frozenset)


def test_scan_message_is_the_second_half_of_all_failures() -> None:
    for case_ in ("bounce/postfix/0001-user-unknown", "delay/sendmail/0001-warning-four-hours"):
        message = parsed(case(case_))
        assert scan_message(message) == all_failures(message)[1]
    assert all_failures(message) == (frozenset([b"kontor@insel.example"]), frozenset())


@pytest.mark.parametrize("policy", ["compat32", "default", "SMTP", "SMTPUTF8", "HTTP"])
def test_a_message_of_any_policy_gives_the_same(policy: str) -> None:
    raw = case("bounce/google/0001-address-not-found")
    message = email.message_from_bytes(raw, policy=getattr(email.policy, policy))
    assert scan_message(message) == frozenset([b"m.kowalczyk@biuro.example"])


def test_an_address_outside_ascii_is_utf_8() -> None:
    raw = case("bounce/postfix/0005-smtputf8-global-report")
    assert scan_message(parsed(raw)) == frozenset(["jürgen.groß@müller.example".encode()])


def test_what_was_mailed_is_told_not_guessed() -> None:
    """An Original-Recipient is given, as by flufl.bounce; a list that the returned message went to has other members."""
    report = case("bounce/exim/0023-list-expanded-one-dead")
    assert scan_message(parsed(report)) == frozenset([b"k.gross@privat.example", b"b.klein@freepost.example.net"])
    told = case("bounce/postfix/0001-user-unknown").replace(
        b"Final-Recipient:", b"Original-Recipient: rfc822; old@kunde.example\nFinal-Recipient:"
    )
    assert scan_message(parsed(told)) == frozenset([b"old@kunde.example"])


def test_flufl_s_own_opinion_can_be_left_out() -> None:
    message = parsed(ONLY_FLUFL)
    assert scan_message(message) == frozenset([b"petra@kunde.example"])
    assert scan_message(message, flufl_bounce=False) == frozenset()
    for wanted in (True, False):
        inbound = Pipeline(flufl_bounce=wanted).process(ONLY_FLUFL)
        assert inbound.kind is Kind.BOUNCE
        assert inbound.delivery is not None
        assert [r.address for r in inbound.delivery.recipients] == ["petra@kunde.example"] * wanted


def test_without_its_opinion_the_package_is_not_imported() -> None:
    program = (
        "import email, sys\n"
        "from flectra_inbound.interop.flufl_bounce import scan_message\n"
        f"scan_message(email.message_from_bytes({ONLY_FLUFL!r}), flufl_bounce=False)\n"
        "assert not any(name.startswith('flufl.bounce') for name in sys.modules), sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("wrong", [b"x", None, "From: a@b.example"])
def test_anything_else_is_an_error_of_the_caller(wrong: object) -> None:
    with pytest.raises(InputTypeError):
        scan_message(wrong)  # type: ignore[arg-type]


def test_nothing_is_found_in_nothing() -> None:
    assert all_failures(EmailMessage()) == (frozenset(), frozenset())


# -- beside the real package -------------------------------------------------------------------------------------------


def test_the_signatures_are_flufl_s() -> None:
    peer = real("flufl.bounce")
    for ours in (scan_message, all_failures):
        theirs = inspect.signature(getattr(peer, ours.__name__))
        mine = [p for p in inspect.signature(ours).parameters.values() if p.kind is not p.KEYWORD_ONLY]
        assert [(p.name, p.kind, p.default) for p in mine] == [
            (p.name, p.kind, p.default) for p in theirs.parameters.values()
        ]


def test_over_the_corpus_every_difference_is_explained() -> None:
    peer = real("flufl.bounce")
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    tally = Tally(DIFFERENCES)
    for item in cases():
        ours = all_failures(parsed(item.raw))
        agrees(item, ours)
        try:
            theirs = peer.all_failures(parsed(item.raw))
        except Exception:
            tally.add("raises", item.name)
            continue
        if ours == theirs:
            tally.same += 1
        else:
            tally.add(difference(item, ours, theirs), item.name)
    tally.check(least_same=1_150)


def agrees(item: Case, ours: tuple[frozenset[bytes], frozenset[bytes]]) -> None:
    """The label is the truth: whoever failed, and nobody else, is named as failed."""
    label = item.label
    if label.kind not in (Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED):
        assert ours == (frozenset(), frozenset()), item.name
    if label.failed is None or label.fails:
        return
    known = {r.address.lower(): r.mailed_address for r in label.recipients or ()}
    want = {address.lower() for address in label.failed}
    also = {(known.get(address) or address).lower() for address in want}
    got = {address.decode().lower() for address in ours[1]}
    assert got <= want | also, item.name
    assert len(got) == len(want) or len(also) < len(want), item.name


def difference(
    item: Case, ours: tuple[frozenset[bytes], frozenset[bytes]], theirs: tuple[frozenset[bytes], frozenset[bytes]]
) -> str:
    mine, other = ours[0] | ours[1], theirs[0] | theirs[1]
    if item.label.kind not in (Kind.BOUNCE, Kind.DELAY):
        return "no report"
    if not other:
        return "none found"
    if mine == other:
        return "permanent"
    if other < mine:
        return "some found"
    if any(b"@" not in address or b" " in address or b"{" in address for address in other - mine):
        return "no address"
    return "somebody else"
