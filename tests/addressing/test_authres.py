"""The grammar of RFC 8601, its quirks, and that nothing which is no syntax passes for some."""

from __future__ import annotations

import pytest

from flectra_inbound.addressing.authres import read_arc_authres, read_authres, read_authserv_id, read_tags
from flectra_inbound.addressing.domains import domain_of


def findings(text: str) -> list[tuple[str, str, dict[str, str]]]:
    field = read_authres(text)
    assert field.good
    return [(found.method, found.result, dict(found.properties)) for found in field.findings]


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [  # after RFC 8601, appendix B.2 to B.7
        ("host.example 1; none", "host.example", []),
        (
            "host.example; spf=pass smtp.mailfrom=shop.example",
            "host.example",
            [("spf", "pass", {"smtp.mailfrom": "shop.example"})],
        ),
        (
            "host.example; auth=pass (cram-md5) smtp.auth=nora@shop.example; spf=fail smtp.mailfrom=shop.example",
            "host.example",
            [("auth", "pass", {"smtp.auth": "nora@shop.example"}), ("spf", "fail", {"smtp.mailfrom": "shop.example"})],
        ),
        (
            'host.example; dkim=fail reason="bad signature" header.i=@router.example; sender-id=fail header.from=x@y.example',
            "host.example",
            [
                ("dkim", "fail", {"header.i": "@router.example"}),
                ("sender-id", "fail", {"header.from": "x@y.example"}),
            ],
        ),
        (  # the examples with comments everywhere
            "foo.host.example (foobar) 1 (baz); dkim (Because I like it) / 1 (One yay) = (wait for it) fail\n"
            " policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't expecting it) 1362471462",
            "foo.host.example",
            [("dkim", "fail", {"policy.expired": "1362471462"})],
        ),
        (
            'host.example; dkim=pass reason="good signature" header.i=@shop.example (a (nested \\) one) );dkim=fail',
            "host.example",
            [("dkim", "pass", {"header.i": "@shop.example"}), ("dkim", "fail", {})],
        ),
        ('"quoted id"; spf=none', "quoted id", [("spf", "none", {})]),
        (
            'x.example; spf=pass smtp.mailfrom="a; dmarc=pass \\" (b"@shop.example smtp.helo="h"',
            "x.example",
            [("spf", "pass", {"smtp.mailfrom": 'a; dmarc=pass " (b@shop.example', "smtp.helo": "h"})],
        ),
        ("(c) ; spf=pass", "", [("spf", "pass", {})]),
        ("spf=pass smtp.mailfrom=a.example; dmarc=pass action=none;", "", None),
        ("x.example; dkim=pass header.b=AB/c+1=;", "x.example", [("dkim", "pass", {"header.b": "AB/c+1="})]),
        ("x.example;; DKIM=Pass Header.D=S.example ;", "x.example", [("dkim", "pass", {"header.d": "S.example"})]),
        ("x.example", "x.example", []),
        ("x.example; spf=none smtp.mailfrom=;", "x.example", [("spf", "none", {"smtp.mailfrom": ""})]),
    ],
)
def test_the_grammar(text: str, name: str, found: list[tuple[str, str, dict[str, str]]] | None) -> None:
    assert read_authserv_id(text) == name
    if found is not None:
        assert findings(text) == found
    else:
        assert [method for method, _, _ in findings(text)] == ["spf", "dmarc"]


@pytest.mark.parametrize(
    "text",
    [
        "x.example 2; spf=pass",  # another version
        "x.example y; spf=pass",
        "x.example; spf",
        "x.example; spf=",
        "x.example; =pass",
        "x.example; spf/2=pass",
        "x.example; spf=pass smtp",
        "x.example; spf=pass smtp.=a",
        "x.example; spf=pass smtp.mailfrom",
        "x.example; spf=pass (never closed smtp.mailfrom=a.example",
        'x.example; spf=pass reason="never closed',
        "x.example; dkim=pass header.d=a.example(b)",
        "x.example; dkim=pass header.d = a.example(b)",
        'x.example; dkim=pass header.d=a.example"b"',
        'x.example; dkim=pass header.d="a.example"b',
        "x.example; dkim=pass ) header.d=a.example",
        "x.example; dkim=pass.header.d=a.example",
        "x.example; dkim=pass header.d=a\0.example",
    ],
)
def test_what_is_no_syntax_spoils_the_field(text: str) -> None:
    assert not read_authres(text).good


def test_what_stands_before_and_behind_damage_is_read() -> None:
    field = read_authres('x.example; dmarc=fail; spf=(; dkim="; )=pass; dkim=none')
    assert not field.good
    assert [found.method for found in field.findings] == ["dmarc", "dkim"]  # the one between stands in a comment


def test_of_two_values_none_is_the_property_s() -> None:
    assert findings("x; dkim=pass header.d=a.example header.d=b.example")[0][2] == {"header.d": ""}


def test_tags_of_seals() -> None:
    assert read_tags("i=2; a=rsa-sha256; cv=pass;\n\td=shop.example; b=AA\n BB==") == {
        "i": "2",
        "a": "rsa-sha256",
        "cv": "pass",
        "d": "shop.example",
        "b": "AABB==",
    }
    assert read_tags("i=1; d=a.example; d=b.example") is None
    assert read_tags("i=1; nonsense") is None
    assert read_arc_authres("i=1 (one) ; x.example; spf=pass") == (1, read_authres("x.example; spf=pass"))
    for text in ("", "1; x.example", "i=; x.example", "i=1 x.example", "i=9999; x.example", "i 1;"):
        assert read_arc_authres(text) is None


@pytest.mark.parametrize(
    "unit",
    [
        "(",
        ";",
        ")",
        '"',
        "\\",
        "=",
        "a=b;",
        "(;",
        '";',
        "a=b ",
        "a.b=",
        "@",
        ".",
        "a",
        "(()",
        "a=b c.d=e(",
        "\n ",
        "\0",
    ],
)
def test_hostile_values_are_read_in_one_pass(unit: str) -> None:
    value = unit * (100_000 // len(unit))
    for text in (
        value,
        f"x.example; {value}",
        f"x.example; spf=pass {value}",
        f"x.example; spf=pass smtp.mailfrom={value}",
    ):
        read_authres(text)
        read_arc_authres(f"i=1; {text}")
        read_tags(text)
        domain_of(text)
