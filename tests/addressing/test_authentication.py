"""What may be believed of From: only what the host's border says, of the newest field, for the domain that From shows.

Each forgery here is one that some mail system or reader falls for; what a test calls `authenticated` could opt somebody out.
"""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flectra_inbound import Authentication, FromTrust, Gateway, Inbound, process

from ..invariants import assert_sound_result

ROOT = Path(__file__).parents[2]
BORDER = "mx.host.example"
GATEWAY = Gateway(trusted_authserv_ids=(BORDER,))
AUTHENTICATED, FAILED, UNKNOWN = FromTrust.AUTHENTICATED, FromTrust.FAILED, FromTrust.UNKNOWN
PASS = f"Authentication-Results: {BORDER}; dmarc=pass header.from=shop.example"


def inbound(head: str, author: str = "From: Nora Vale <nora@shop.example>", gateway: Gateway = GATEWAY) -> Inbound:
    found = process(f"{head}\n{author}\nTo: sales@host.example\nSubject: Hello\n\nHi\n".encode(), gateway=gateway)
    assert_sound_result(found)
    return found


def read(head: str, author: str = "From: Nora Vale <nora@shop.example>", gateway: Gateway = GATEWAY) -> Authentication:
    found = inbound(head, author, gateway).authentication
    assert found is not None
    return found


def trust(results: str, author: str = "From: Nora Vale <nora@shop.example>") -> FromTrust:
    return read(f"Authentication-Results: {BORDER}; {results}", author).from_trust


# -- what is believed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("results", "expected", "because"),
    [
        ("dmarc=pass header.from=shop.example", AUTHENTICATED, "dmarc=pass for shop.example"),
        ("dmarc=pass (p=REJECT; sp=NONE) header.from=SHOP.example", AUTHENTICATED, "dmarc=pass for shop.example"),
        ("dmarc=pass", UNKNOWN, "dmarc=pass is for nobody, not for shop.example"),
        ("dmarc=pass header.from=other.example", UNKNOWN, "dmarc=pass is for other.example, not for shop.example"),
        # a border that checked DMARC knows the domain's policy and the public suffixes: nothing of ours goes before
        ("dmarc=fail header.from=shop.example; dkim=pass header.d=shop.example", FAILED, "dmarc=fail for shop.example"),
        ("dmarc=pass header.from=x.example; dkim=pass header.d=shop.example", UNKNOWN, None),
        ("dmarc=pass header.from=mail.shop.example", UNKNOWN, None),
        ("dmarc=fail", FAILED, "dmarc=fail for From"),
        ("dmarc=pass header.from=shop.example; dmarc=fail header.from=shop.example", FAILED, None),
        ("dmarc=none header.from=shop.example; dkim=pass header.d=shop.example", AUTHENTICATED, None),
        ("dmarc=temperror; spf=pass smtp.mailfrom=shop.example", AUTHENTICATED, "spf=pass for shop.example"),
        ("dmarc=bestguesspass header.from=shop.example", UNKNOWN, "nothing that passed is for shop.example"),
        ("dkim=pass header.d=shop.example header.s=x", AUTHENTICATED, "dkim=pass for shop.example"),
        ("dkim=pass header.i=@shop.example", AUTHENTICATED, None),
        ("dkim=fail header.d=shop.example; dkim=pass header.d=mail.shop.example", AUTHENTICATED, None),
        ("dkim=pass header.d=esp.example header.i=@shop.example", UNKNOWN, None),
        ("dkim=pass header.d=esp.example", UNKNOWN, None),
        ("dkim=policy header.d=shop.example", UNKNOWN, None),
        ("dkim=fail header.d=shop.example", UNKNOWN, None),  # RFC 6376, section 6.3: as if unsigned
        ("spf=pass smtp.mailfrom=bounces.shop.example", AUTHENTICATED, None),
        ("spf=pass smtp.helo=shop.example", UNKNOWN, None),
        ("spf=pass smtp.helo=shop.example; spf=fail smtp.mailfrom=shop.example", FAILED, "spf=fail for shop.example"),
        ("spf=softfail smtp.mailfrom=shop.example", UNKNOWN, None),
        ("spf=fail smtp.mailfrom=esp.example", UNKNOWN, None),
        ("spf=fail smtp.mailfrom=shop.example; dkim=pass header.d=shop.example", AUTHENTICATED, None),
        ("auth=pass smtp.auth=nora@shop.example", AUTHENTICATED, "auth=pass, logged in as the author"),
        ("auth=pass smtp.auth=mallory@shop.example", UNKNOWN, None),
        ("auth=pass smtp.auth=nora", UNKNOWN, None),
        ("auth=pass smtp.mailfrom=nora@shop.example", UNKNOWN, None),
        ("iprev=pass policy.iprev=192.0.2.1; x-tls=pass", UNKNOWN, None),
        ("none", UNKNOWN, None),
    ],
)
def test_what_the_border_says(results: str, expected: FromTrust, because: str | None) -> None:
    found = read(f"Authentication-Results: {BORDER}; {results}")
    assert found.from_trust is expected
    assert found.authserv_id == BORDER
    assert because is None or found.because == because


def test_the_results_are_there_each_with_its_domain() -> None:
    found = read(
        f"Authentication-Results: {BORDER};\n\tdkim=pass header.d=shop.example;\n\tdkim=fail header.d=list.example;\n"
        "\tspf=softfail smtp.mailfrom=bounce@list.example;\n\tdmarc=pass header.from=shop.example;\n\tarc=none;\n"
        "\tauth=none"
    )
    assert [(one.result, one.domain, one.aligned) for one in found.dkim] == [
        ("pass", "shop.example", True),
        ("fail", "list.example", False),
    ]
    assert [
        (one.result, one.domain, one.aligned) if one is not None else None
        for one in (found.spf, found.dmarc, found.arc, found.auth)
    ] == [
        ("softfail", "list.example", False),
        ("pass", "shop.example", True),
        ("none", None, False),
        ("none", None, False),
    ]
    assert found.from_aligned


def test_exchange_online_writes_no_id() -> None:
    head = (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.7)\n smtp.mailfrom=shop.example; dkim=none (message not signed)\n"
        " header.d=none;dmarc=pass action=none\n header.from=shop.example;compauth=pass reason=100"
    )
    assert read(head, gateway=Gateway(trusted_authserv_ids=("",))).from_trust is AUTHENTICATED
    assert read(head).from_trust is UNKNOWN


def test_without_a_named_id_there_are_no_facts() -> None:
    assert inbound(PASS, gateway=Gateway()).authentication is None
    assert process(f"{PASS}\nFrom: nora@shop.example\n\nHi".encode()).authentication is None


def test_the_id_is_compared_as_a_domain() -> None:
    gateway = Gateway(trusted_authserv_ids=("MX.Bücher.example",))
    for name in ("mx.xn--bcher-kva.example", "mx.bücher.example", '"MX.bücher.Example"'):
        found = read(f"Authentication-Results: {name} 1; dmarc=pass header.from=shop.example", gateway=gateway)
        assert (found.from_trust, found.authserv_id) == (AUTHENTICATED, "MX.Bücher.example")


def test_a_damaged_field_proves_nothing_good() -> None:
    assert trust(f"dkim=pass header.d=shop.example header.b={'A' * 40_000}; dkim=none") is UNKNOWN  # cut
    assert trust("dkim=pass header.d=shop.example; spf==") is UNKNOWN
    assert trust("dmarc=fail header.from=shop.example; spf==") is FAILED
    assert trust("dkim=pass header.d=evil.example header.d=shop.example") is UNKNOWN


# -- forged fields ---------------------------------------------------------------------------------------------------

OURS = f"Authentication-Results: {BORDER}; dkim=none; spf=none smtp.mailfrom=evil.example"
RECEIVED = f"Received: from evil.example by {BORDER} with ESMTP id 1; Mon, 1 Jun 2026 10:00:00 +0000"


@pytest.mark.parametrize(
    "head",
    [
        "Authentication-Results: mx.evil.example; dmarc=pass header.from=shop.example",
        f"Authentication-Results: {BORDER}.evil.example; dmarc=pass header.from=shop.example",
        f"Authentication-Results: (by {BORDER};) mx.evil.example; dmarc=pass header.from=shop.example",
        f"Authentication-Results-Original: {BORDER}; dmarc=pass header.from=shop.example",
        f"X-Authentication-Results: {BORDER}; dmarc=pass header.from=shop.example",
        f"{OURS}\n{PASS}",
        f"{OURS}\n{RECEIVED}\n{PASS}",
        f"{RECEIVED}\n{OURS}\n{PASS}",
        # what we cannot read is still the newest
        f"Authentication-Results: {BORDER}; spf=pass (\n{PASS}",
        f"Authentication-Results: {BORDER} 2; spf=pass\n{PASS}",
        f"Authentication-Results: {BORDER}; none\n{PASS}",
    ],
)
def test_only_the_newest_field_of_the_border_counts(head: str) -> None:
    assert read(head).from_trust is UNKNOWN


def test_fields_of_others_between_do_not_matter() -> None:
    assert read(f"Authentication-Results: mx.evil.example; dmarc=fail\n{RECEIVED}\n{PASS}").from_trust is AUTHENTICATED


def test_a_border_that_deletes_forged_fields_may_write_several() -> None:
    head = (
        f"Authentication-Results: {BORDER}; spf=pass smtp.mailfrom=esp.example\n{RECEIVED}\n"
        f"Authentication-Results: {BORDER}; dkim=pass header.d=shop.example\n"
        f"Authentication-Results: {BORDER}; spf=pass smtp.mailfrom=shop.example; dkim=fail header.d=old.example"
    )
    assert read(head).from_trust is UNKNOWN
    found = read(head, gateway=Gateway(trusted_authserv_ids=(BORDER,), removes_forged_results=True))
    assert found.from_trust is AUTHENTICATED
    assert found.spf is not None
    assert (found.spf.domain, [one.domain for one in found.dkim]) == ("esp.example", ["shop.example"])


@pytest.mark.parametrize(
    "results",
    [
        # the sender chooses the domain of a signature and of the reverse-path
        "dkim=pass header.d=shop.example(.evil.example",
        "dkim=pass header.d=shop.example(x).evil.example",
        "dkim=pass header.d=shop.example(x)header.x=y.evil.example",
        "dkim=pass header.d=shop.example\0.evil.example",
        "dkim=pass header.d=shop.example'a.evil.example",
        "dkim=pass header.d=evil.example header.i=@shop.example.evil.example",
        "spf=pass smtp.mailfrom=nora@shop.example(.evil.example",
        "spf=pass smtp.mailfrom=nora@shop.example@evil.example",
        'spf=pass smtp.mailfrom="x; dmarc=pass header.from=shop.example"@evil.example',
        "spf=pass smtp.mailfrom=x; dmarc=pass header.from=shop.example@evil.example",
        "spf=pass (evil.example: domain of x) ; dmarc=pass header.from=shop.example (@evil.example) ; dmarc=none",
    ],
)
def test_words_of_the_sender_s_choosing_change_nothing(results: str) -> None:
    assert trust(results) is UNKNOWN


@pytest.mark.parametrize(
    "author",
    [
        "Subject: none",
        "From:",
        "From: Nora Vale",
        "From: undisclosed:;",
        "From: nora@shop.example, mallory@evil.example",
        "From: nora@shop.example, nora@shop.example",
        "From: nora@shop.example\nFrom: mallory@evil.example",
        "From: nora@shop.example\nfrom : mallory@evil.example",
        'From: "ceo@bank.example" <nora@shop.example>',
        "From: =?utf-8?q?ceo=40bank.example?= <nora@shop.example>",
        "From: ceo\uff20bank.example <nora@shop.example>",
        "From: nora@shop.example (ceo@bank.example)",
        "From: ceo@bank.example <nora@shop.example>",
        "From: <ceo@bank.example> <nora@shop.example>",
        "From: <@bank.example,@evil.example:nora@shop.example>",
        "From: <nora@shop.example",
        "From: nora@shop.example\0@bank.example",
        "From: nora@shop.example@bank.example",
        "From: ceo@bank.example:nora@shop.example;",
        "From: nora@localhost",
        "From: <>",
    ],
)
def test_where_from_can_be_read_in_several_ways_nothing_is_proven(author: str) -> None:
    assert trust("dmarc=pass header.from=shop.example; dkim=pass header.d=shop.example", author) is UNKNOWN


@pytest.mark.parametrize(
    "author",
    [
        "From: nora@shop.example",
        "From: <NORA@Shop.Example>",
        'From: "Vale, Nora \\"N\\" (Sales)" <nora@shop.example>',
        'From: "nora@shop.example" <nora@shop.example>',
        "From: =?utf-8?q?N=C3=B6ra?= Vale <nora@shop.example>",
        "From: nora@shop.example (Nora Vale)",
        "From: Nora @ Shop <nora@shop.example>",
        "From: Nora Vale\n <nora@shop.example>",
    ],
)
def test_the_usual_forms_of_from_are_no_trick(author: str) -> None:
    assert trust("dmarc=pass header.from=shop.example", author) is AUTHENTICATED


def test_an_international_domain_is_itself_in_both_forms() -> None:
    for author, domain in (("bücher.example", "xn--bcher-kva.example"), ("xn--bcher-kva.example", "bücher.example")):
        assert trust(f"dmarc=pass header.from={domain}", f"From: nora@{author}") is AUTHENTICATED
    assert trust("dmarc=pass header.from=fass.example", "From: nora@faß.example") is UNKNOWN


def test_a_header_that_was_cut_proves_nothing() -> None:
    filler = "\n".join("X-Filler: x" for _ in range(1_100))
    assert read(PASS, f"From: nora@shop.example\n{filler}\nFrom: ceo@bank.example").from_trust is UNKNOWN


# -- ARC -------------------------------------------------------------------------------------------------------------


def sealed(
    instance: int, name: str, sealer: str, results: str = "dmarc=pass header.from=shop.example", cv: str = ""
) -> str:
    return (
        f"ARC-Seal: i={instance}; a=rsa-sha256; t=1; cv={cv or ('none' if instance == 1 else 'pass')}; d={sealer}; s=x; b=AA\n"
        f" BB==\nARC-Message-Signature: i={instance}; a=rsa-sha256; d={sealer}; s=x; h=from; bh=A; b=B\n"
        f"ARC-Authentication-Results: i={instance}; {name}; {results}"
    )


FORWARDER = "mx.lists.example"
ARC = Gateway(trusted_authserv_ids=(BORDER, FORWARDER))
BROKEN = f"Authentication-Results: {BORDER}; dmarc=fail header.from=shop.example; arc=pass header.oldest-pass=1"


def test_a_chain_that_the_border_found_whole_vouches_if_its_parties_are_named() -> None:
    found = read(f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example')}", gateway=ARC)
    assert (found.from_trust, found.because) == (AUTHENTICATED, "arc=pass, and instance 1 vouches for it")
    assert found.arc is not None
    assert (found.arc.result, found.arc.domain) == ("pass", "lists.example")
    two = f"{sealed(2, BORDER, BORDER, 'dmarc=fail')}\n{sealed(1, FORWARDER, 'lists.example')}"
    assert read(f"{BROKEN}\n{two}", gateway=ARC).from_trust is AUTHENTICATED


@pytest.mark.parametrize(
    ("head", "gateway"),
    [
        # nobody but the border says whether a seal is genuine
        (sealed(1, FORWARDER, "lists.example"), ARC),
        (f"{BROKEN.replace('arc=pass', 'arc=fail')}\n{sealed(1, FORWARDER, 'lists.example')}", ARC),
        (f"{BROKEN.replace('arc=pass', 'arc=none')}\n{sealed(1, FORWARDER, 'lists.example')}", ARC),
        # a seal proves who claims, and anybody may
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example')}", GATEWAY),
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'evil.example')}", ARC),
        (f"{BROKEN}\n{sealed(1, 'mx.evil.example', 'evil.example')}", ARC),
        # whoever sealed later may have changed the mail
        (f"{BROKEN}\n{sealed(2, 'mx.evil.example', 'evil.example')}\n{sealed(1, FORWARDER, 'lists.example')}", ARC),
        # not a whole chain
        (f"{BROKEN}\n{sealed(2, FORWARDER, 'lists.example')}", ARC),
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example')}\n{sealed(1, FORWARDER, 'lists.example')}", ARC),
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example', cv='pass')}", ARC),
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example', cv='fail')}", ARC),
        (
            f"{BROKEN}\n{sealed(2, FORWARDER, 'lists.example', cv='fail')}\n{sealed(1, FORWARDER, 'lists.example')}",
            ARC,
        ),
        (f"{BROKEN}\nARC-Authentication-Results: i=1; {FORWARDER}; dmarc=pass header.from=shop.example", ARC),
        (
            f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example').replace('Message-Signature: i=1', 'Message-Signature: i=3')}",
            ARC,
        ),
        (
            f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example', 'dmarc=none')}\n"
            f"ARC-Authentication-Results: i=1; {FORWARDER}; dmarc=pass header.from=shop.example",
            ARC,
        ),
        # the claim itself
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example', 'dmarc=pass header.from=shop.example; spf==')}", ARC),
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example', 'dmarc=fail header.from=shop.example')}", ARC),
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example', 'dmarc=pass header.from=other.example')}", ARC),
        (f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example', 'dkim=pass header.d=shop.example(x')}", ARC),
    ],
)
def test_arc_fields_alone_are_claims(head: str, gateway: Gateway) -> None:
    assert read(head, gateway=gateway).from_trust is not AUTHENTICATED


def test_a_chain_does_not_help_an_author_who_is_not_one() -> None:
    found = read(f"{BROKEN}\n{sealed(1, FORWARDER, 'lists.example')}", "From: nora@shop.example, x@y.example", ARC)
    assert found.from_trust is FAILED


# -- whatever stands there -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "unit", ["(", ";", ")", '"', "\\", "=", "a=b;", "(;", '";', "a=b ", "@", ".", "a", "(()", "a=b c.d=e("]
)
def test_a_field_of_any_size_is_read_and_not_believed(unit: str) -> None:
    value = unit * (100_000 // len(unit))
    assert read(f"{PASS}; {value}").from_trust is UNKNOWN
    assert read(PASS, f"From: {value}").from_trust is UNKNOWN


PIECES = [
    BORDER,
    "mx",
    ";",
    "dmarc=pass",
    "dkim",
    "=",
    "pass",
    "header.d",
    "header.from=shop.example",
    "(",
    ")",
    '"',
    "\\",
]
SOUP = st.lists(st.sampled_from([*PIECES, " ", "\n ", "/1", "1", "none", "@", "\0", "é"]), max_size=30).map("".join)


@settings(max_examples=150, deadline=None)
@given(
    fields=st.lists(
        st.tuples(
            st.sampled_from(
                [
                    "Authentication-Results",
                    "ARC-Authentication-Results",
                    "ARC-Seal",
                    "ARC-Message-Signature",
                    "From",
                    "Received",
                ]
            ),
            SOUP | st.text(max_size=60),
        ),
        max_size=8,
    )
)
def test_no_header_raises(fields: list[tuple[str, str]]) -> None:
    raw = "".join(f"{name}: {value}\n" for name, value in fields).encode("utf-8", "replace") + b"\nHi"
    found = process(raw, gateway=ARC)
    assert_sound_result(found)
    assert found.authentication is not None


@settings(max_examples=300, deadline=None)
@given(forged=SOUP)
def test_nothing_below_the_border_s_field_is_ever_believed(forged: str) -> None:
    forged = forged.replace("\n\n", "\n ")
    found = read(f"{OURS}\nAuthentication-Results: {BORDER}; {forged}")
    assert found.from_trust is UNKNOWN
    assert not found.from_aligned


def test_what_the_docs_say() -> None:
    result = doctest.testfile(str(ROOT / "docs/routing.md"), module_relative=False, encoding="utf-8")
    assert result.attempted
    assert not result.failed
