"""Which domain a value names, and when two are one party's: never by mistake."""

from __future__ import annotations

import pytest

from flectra_inbound.addressing.domains import aligned, domain_of


@pytest.mark.parametrize(
    ("value", "domain"),
    [
        ("Nora@Shop.Example", "shop.example"),
        ("@shop.example.", "shop.example"),
        ("<nora@shop.example>", "shop.example"),
        ('"a@b"@shop.example', "shop.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),  # and not fass.example
        ("", None),
        ("<>", None),
        ("localhost", None),
        ("shop..example", None),
        (".shop.example", None),
        ("shop.example..", None),
        ("-shop.example", None),
        ("bank.example(.evil.example", None),
        ("bank.example\0.evil.example", None),
        ("bank.example'a.evil.example", None),
        ("a" * 64 + ".example", None),
        ("a." * 200 + "example", None),
    ],
)
def test_domain_of(value: str, domain: str | None) -> None:
    assert domain_of(value) == domain


def test_no_letter_is_taken_for_another() -> None:
    assert domain_of("bank.example") not in {domain_of(f"ban{k}.example") for k in "\u212a\u043a\uff4b"}
    assert domain_of("xn--bank-.example") != domain_of("bank.example")


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("shop.example", "shop.example", True),
        ("mail.shop.example", "shop.example", True),
        ("a.b.shop.co.uk", "shop.co.uk", True),
        ("mail.firma.de", "firma.de", True),
        ("news.firma.com.au", "firma.com.au", True),
        ("a.shop.example", "b.shop.example", False),
        ("myshop.example", "shop.example", False),
        ("shop.example", "example", False),
        ("shop.co.uk", "co.uk", False),
        ("firma.com.au", "com.au", False),
        ("ville.gouv.fr", "gouv.fr", False),
        ("shop.osaka.jp", "osaka.jp", False),
        ("x.chuo.tokyo.jp", "chuo.tokyo.jp", False),
        ("shop.oslo.no", "oslo.no", False),
        ("x.k12.ca.us", "k12.ca.us", False),
        ("me.github.io", "github.io", False),
        ("evil.duckdns.org", "duckdns.org", False),
        ("x.eu-west-1.amazonaws.com", "eu-west-1.amazonaws.com", False),
    ],
)
def test_alignment_errs_to_no(one: str, other: str, together: bool) -> None:
    assert aligned(one, other) is aligned(other, one) is together
