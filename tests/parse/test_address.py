"""Every address that a person would see in a field is found, and nothing in a name is taken for one (RFC 5322, 6532)."""

from __future__ import annotations

import pytest

from flectra_inbound import DefectCode, parse
from flectra_inbound.parse import Mailbox


def to(value: str | bytes) -> list[tuple[str, str]]:
    raw = value.encode() if isinstance(value, str) else value
    return [(m.name, m.address) for m in parse(b"To: " + raw + b"\n\nx").to]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("a@b.example", [("", "a@b.example")]),
        ("<a@b.example>", [("", "a@b.example")]),
        ("Ada Brook <a@b.example>", [("Ada Brook", "a@b.example")]),
        ('"Brook, Ada" <a@b.example>', [("Brook, Ada", "a@b.example")]),
        ('"Ada \\"the\\" Brook" <a@b.example>', [('Ada "the" Brook', "a@b.example")]),
        ('"C:\\\\" <a@b.example>', [("C:\\", "a@b.example")]),
        ("Ada J. Brook <a@b.example>", [("Ada J. Brook", "a@b.example")]),  # section 4.1: obs-phrase
        ("a@b.example, c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("A <a@b.example>,\n C <c@d.example>", [("A", "a@b.example"), ("C", "c@d.example")]),
        ("a@b.example,,\n ,c@d.example,", [("", "a@b.example"), ("", "c@d.example")]),  # section 4.4: obs-addr-list
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),  # QUIRK: Outlook's separator
        ("Team: a@b.example, C <c@d.example>;", [("", "a@b.example"), ("C", "c@d.example")]),
        ("Team: a@b.example;, e@f.example", [("", "a@b.example"), ("", "e@f.example")]),
        ("undisclosed-recipients:;", []),
        ("a@b.example (Ada Brook)", [("Ada Brook", "a@b.example")]),  # the form before RFC 822
        ("(x) Ada (y (z)) <a@b.example> (w)", [("Ada", "a@b.example")]),
        ("Ada <(x)a@b.example>", [("Ada", "a@b.example")]),
        ("<@r1.example,@r2.example:a@b.example>", [("", "a@b.example")]),  # obs-route
        ("a . b @ c . example", [("", "a.b@c.example")]),  # obs-local-part, obs-domain
        ("< a@b.example >", [("", "a@b.example")]),
        ('"john doe"@b.example', [("", '"john doe"@b.example')]),
        ('"john"@b.example', [("", "john@b.example")]),
        ('"a@b"@c.example', [("", '"a@b"@c.example')]),
        ("a@[192.0.2.1]", [("", "a@[192.0.2.1]")]),
        ("A <a@[IPv6:2001:db8::1]>", [("A", "a@[IPv6:2001:db8::1]")]),
        ("用户@例え.example", [("", "用户@例え.example")]),
        ("René <é@b.example>", [("René", "é@b.example")]),
        ("=?utf-8?q?Ren=C3=A9?= <r@b.example>", [("René", "r@b.example")]),
        ('"=?utf-8?q?Ren=C3=A9?=" <r@b.example>', [("René", "r@b.example")]),  # section 5 of RFC 2047 forbids it
        ("=?utf-8?q?a=2C_b_=3Cc=40d=3E?= <x@y.example>", [("a, b <c@d>", "x@y.example")]),
        ("=?utf-8?q?a?= =?utf-8?q?b?= <x@y.example>", [("ab", "x@y.example")]),
        ("Brook, Ada <a@b.example>", [("Brook, Ada", "a@b.example")]),  # QUIRK: no quotes around the name
        ("Brook, Ada, MA, Dr. <a@b.example>", [("Brook, Ada, MA, Dr.", "a@b.example")]),
        (
            "Brook, Ada <a@b.example>, Vale, Nora <n@v.example>",
            [("Brook, Ada", "a@b.example"), ("Vale, Nora", "n@v.example")],
        ),
        ("Brook &amp; Vale <a@b.example>", [("Brook &amp; Vale", "a@b.example")]),
        ("c@d.example, Ada <a@b.example>", [("", "c@d.example"), ("Ada", "a@b.example")]),
        ("Brook, a@b.example", [("Brook", ""), ("", "a@b.example")]),  # no bracket says that they belong together
        ("<'a@b.example'>", [("", "a@b.example")]),
        ("Ada <mailto:a@b.example>", [("Ada", "a@b.example")]),
        ('"admin@corp.example" <evil@x.example>', [("admin@corp.example", "evil@x.example")]),
        ("admin@corp.example <evil@x.example>", [("admin@corp.example", "evil@x.example")]),
        ("a@b.example.", [("", "a@b.example")]),
        ("'a@b.example' <a@b.example>", [("'a@b.example'", "a@b.example")]),
        ("MAILER-DAEMON", [("MAILER-DAEMON", "")]),
        ("<>", []),
        ("", []),
    ],
)
def test_mailboxes_are_found(value: str, found: list[tuple[str, str]]) -> None:
    assert to(value) == found


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("Sales Team a@b.example", "a@b.example"),
        ('"unclosed <a@b.example>', "a@b.example"),
        ("(unclosed a@b.example", "a@b.example"),
        ("Ada <a@b.example", "a@b.example"),
        ("Ada <<a@b.example>>", "a@b.example"),
        ("a@b.example <>", "a@b.example"),
        ("a@b.example>", "a@b.example"),
        ("Ada Brook, <a@b.example>", "a@b.example"),
    ],
)
def test_damage_hides_no_address(value: str, address: str) -> None:
    assert address in [found for _, found in to(value)]


def test_addresses_beside_each_other_are_all_found() -> None:
    assert [a for _, a in to("a@b.example c@d.example e@f.example")] == ["a@b.example", "c@d.example", "e@f.example"]


def test_to_is_joined_from_all_its_fields_and_from_is_not() -> None:
    message = parse(b"To: a@b.example\nTo: c@d.example\nFrom: e@f.example\nFrom: g@h.example\n\nx")
    assert [m.address for m in message.to] == ["a@b.example", "c@d.example"]
    assert [m.address for m in message.from_] == ["e@f.example"]


def test_a_comma_in_an_encoded_name_separates_nothing() -> None:
    assert to("=?utf-8?b?QnJvb2ssIEFkYQ==?= <a@b.example>, c@d.example") == [
        ("Brook, Ada", "a@b.example"),
        ("", "c@d.example"),
    ]


@pytest.mark.parametrize("name", ["Brook,_Ada", "Ada:_Brook", "Ada_(Brook)", "ada@brook", "<Ada>_Brook"])
def test_specials_in_an_encoded_word_are_no_syntax(name: str) -> None:
    # RFC 2047, section 5 (3) wants them encoded; sloppy mailers leave them
    assert to(f"=?utf-8?Q?{name}?= <a@b.example>") == [(name.replace("_", " "), "a@b.example")]


def test_line_ends_in_an_encoded_name_make_no_second_line() -> None:
    assert to("=?utf-8?q?a=0D=0ABcc=3A_x?= <a@b.example>") == [("a Bcc: x", "a@b.example")]


def test_latin1_names_are_read() -> None:
    assert to(b"Ren\xe9 <r@b.example>") == [("René", "r@b.example")]


def test_bad_addresses_are_noted() -> None:
    message = parse(b"To: a b c\n\nx")
    assert message.to == (Mailbox("a b c", ""),)
    assert [(d.code, d.header) for d in message.defects] == [(DefectCode.BAD_ADDRESS, "to")]


def test_parts_of_an_address() -> None:
    assert Mailbox("", "a+b@C.Example").local_part == "a+b"
    assert Mailbox("", "a+b@C.Example").domain == "c.example"
    assert Mailbox("", '"x@y"@z.example').domain == "z.example"
    assert Mailbox("n", "").domain == ""


def test_comments_nest_up_to_the_limit() -> None:
    assert to("(" * 15 + "x" + ")" * 15 + " a@b.example")[0][1] == "a@b.example"
