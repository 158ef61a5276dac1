"""Whom a mail came to: names that are not ASCII, tags, subaddresses, and what counts only where nothing else does."""

from __future__ import annotations

import pytest

from flectra_inbound import Alias, AliasDomain, Gateway, Recipient, Routing, StaticHost, process
from flectra_inbound.gateway import ascii_domain, comparable
from flectra_inbound.route.recipients import Recipients

GATEWAY = Gateway.preset("3.x", alias_domains=(AliasDomain(name="acme.example"),), separators="+-")
ALIASES = [Alias(name=name, domain="acme.example", model=name) for name in ("sales", "support", "sales-eu")]


def routed(head: str, gateway: Gateway = GATEWAY, aliases: list[Alias] = ALIASES) -> Routing:
    raw = f"From: n@c.example\n{head}\n\nHello\n".encode()
    routing = process(raw, gateway=gateway, host=StaticHost(aliases=aliases)).routing
    assert routing is not None
    return routing


def models(head: str) -> list[str]:
    return [target.model for target in routed(head).targets]


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Info@Acme.EXAMPLE", "info@acme.example"),
        ("x@XN--KSE-HOF-5WA.example", "x@käse-hof.example"),
        ("b\u0075\u0308ro@ka\u0308se-hof.example", "büro@käse-hof.example"),
        ("x@STRASSE.example", "x@strasse.example"),
        ("x@xn--strae-oqa.example", "x@straße.example"),
        # labels that are no punycode stay as they are
        ("x@xn--.example", "x@xn--.example"),
        ("x@xn--99999999999.example", "x@xn--99999999999.example"),
        ("x@xn--" + "a" * 200 + ".example", "x@xn--" + "a" * 200 + ".example"),
        ("xn--kse-hof-5wa.example", "käse-hof.example"),
        ("", ""),
    ],
)
def test_addresses_are_compared_in_one_form(written: str, compared: str) -> None:
    assert comparable(written) == compared
    assert comparable(compared) == compared


def test_a_domain_as_the_dns_has_it() -> None:
    assert ascii_domain("käse-hof.example") == "xn--kse-hof-5wa.example"
    assert ascii_domain("acme.example") == "acme.example"
    assert ascii_domain("ä" * 200 + ".example") == "ä" * 200 + ".example"


@pytest.mark.parametrize("own", ["käse-hof.example", "xn--kse-hof-5wa.example", "Käse-Hof.example"])
@pytest.mark.parametrize("to", ["käse-hof.example", "xn--kse-hof-5wa.example"])
def test_the_host_may_write_its_domain_either_way(own: str, to: str) -> None:
    gateway = Gateway.preset("3.x", alias_domains=(AliasDomain(name=own),))
    aliases = [Alias(name="shop", domain=own, model="sale.order")]
    assert routed(f"To: shop@{to}", gateway, aliases).decision == "create"
    assert routed(f"To: catchall@{to}", gateway, aliases).decision == "refuse_catchall"
    assert routed(f"To: bounce@{to}", gateway, aliases).decision == "bounce"


def test_a_host_that_knows_the_dns_form_is_asked_for_it_too() -> None:
    inbound = process("To: shop@käse-hof.example\n\nHello".encode(), gateway=GATEWAY)
    assert inbound.routing is not None
    (keys,) = (need.keys for need in inbound.routing.needs if need.kind == "aliases")
    assert keys == ("shop@käse-hof.example", "shop@xn--kse-hof-5wa.example", "shop")


def test_the_whole_local_part_goes_before_its_pieces() -> None:
    assert models("To: sales-eu@acme.example") == ["sales-eu"]
    assert (models("To: sales-us@acme.example"), routed("To: sales-us@acme.example").detail) == (["sales"], "us")
    assert models("To: sales-eu+x@acme.example") == ["sales-eu"]
    assert models("To: sales-eu@acme.example, sales@acme.example") == ["sales-eu", "sales"]


def test_a_tag_of_a_mail_server_comes_off() -> None:
    assert models("To: prvs=1157a1b2c3=sales@acme.example") == ["sales"]
    assert models("To: prvs=1157a1b2c3=sales@else.example") == []
    assert models("To: a=sales@acme.example") == []


def test_a_copy_of_a_gateway_knows_its_own_domains() -> None:
    assert GATEWAY.is_catchall("catchall@acme.example")
    copied = GATEWAY.model_copy(update={"alias_domains": (AliasDomain(name="beta.example"),)})
    assert copied.is_catchall("catchall@beta.example")
    assert not copied.is_catchall("catchall@acme.example")
    assert GATEWAY.is_catchall("catchall@acme.example")


def test_an_alias_that_the_host_builds_anew_for_each_key_is_one() -> None:
    def alias() -> tuple[Alias, ...]:
        return (Alias(name="sales", domain="acme.example", model="crm.lead"),)

    gateway = Gateway.preset("3.x", alias_domains=(AliasDomain(name="acme.example"),))
    to = Recipients(
        [Recipient(address=a, source="to") for a in ("sales@acme.example", "sales+promo@acme.example")], gateway
    )
    known = {"sales@acme.example": alias(), "sales+promo@acme.example": (), "sales": alias()}
    assert [a.name for a, _ in to.matched(known, ())] == ["sales"]
    rebuilt = {key: tuple(a.model_copy() for a in found) for key, found in known.items()}
    both = {**rebuilt, "sales+promo@acme.example": alias()}
    assert len(to.matched(both, ())) == 1


def test_an_address_without_domain_names_nobody_of_ours() -> None:
    # RFC 5321, section 4.5.1: `postmaster` alone is a recipient
    bare = [Recipient(address="postmaster", source=source) for source in ("envelope", "received")]
    assert Recipients(bare, GATEWAY).keys == ()
