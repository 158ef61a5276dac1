"""What other systems encode: every rule's own examples, no form that two rules claim, no text that costs more than its size."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flectra_inbound.addressing.flectra import decode_return_path, is_tracked, tag_of
from flectra_inbound.addressing.schemes import Decoded, Template, _compiled, decode_address, decode_message_id
from flectra_inbound.addressing.verp import verp_recipient
from flectra_inbound.errors import ConfigurationError
from flectra_inbound.rules.loader import schemes
from flectra_inbound.rules.schema import Scheme, SchemeExample

CASES = [(scheme, example) for scheme in schemes() for example in scheme.example]
IDS = [f"{scheme.of}:{example.text[:60]}" for scheme, example in CASES]
TEMPLATES = [template for scheme in schemes() for template in scheme.template]


def decode(scheme: Scheme, text: str) -> Decoded | None:
    return decode_address(text) if scheme.of == "address" else decode_message_id(text)


@pytest.mark.parametrize(("scheme", "example"), CASES, ids=IDS)
def test_each_example_is_read_as_its_rule_expects(scheme: Scheme, example: SchemeExample) -> None:
    found = decode(scheme, example.text)
    assert found is not None
    wrapped = {} if found.address is None else {"address": found.address}
    assert (found.scheme, {**found.fields, **wrapped}) == (scheme.name, example.expects)
    assert (found.role, found.authenticated) == (scheme.role, scheme.authenticated)


@pytest.mark.parametrize(("scheme", "example"), CASES, ids=IDS)
def test_no_two_rules_of_one_rank_claim_one_form(scheme: Scheme, example: SchemeExample) -> None:
    text = example.text.strip("<>")
    claims = {
        other.name
        for other, templates in _compiled(scheme.of)
        if other.rank <= scheme.rank and any(template.match(text) is not None for template in templates)
    }
    assert claims == {scheme.name}


@pytest.mark.parametrize(("scheme", "example"), CASES, ids=IDS)
def test_case_and_angle_brackets_change_nothing(scheme: Scheme, example: SchemeExample) -> None:
    bare = example.text.strip("<>")
    for text in (bare, f"<{bare}>", bare.upper(), f" {bare} "):
        found = decode(scheme, text)
        assert found is not None
        assert found.scheme == scheme.name
        assert {key: value.lower() for key, value in found.fields.items()} == {
            key: value.lower() for key, value in example.expects.items() if key != "address"
        }


@pytest.mark.parametrize("template", TEMPLATES)
def test_every_template_fits_what_it_describes(template: str) -> None:
    # one value for each type: a template that can never match would sleep
    values = {
        "digits": "1234567890",
        "hex": "0123456789abcdef" * 4,
        "base32": "abcdefghijklmnopqrstuvwxyz",
        "base64": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
        "letters": "issue",
        "word": "ab12" * 16,
        "model": "crm.lead",
        "name": "news",
        "uuid": "01234567-89ab-cdef-0123-456789abcdef",
        "local": "ada",
        "domain": "shop.example",
        "host": "srv1",
    }
    text, expected = template, {}
    while "{" in text:
        slot = text[text.index("{") + 1 : text.index("}")]
        name, _, kind = slot.rstrip("*").partition(":")
        kind, _, size = kind.partition("[")
        value = values[kind] if not size else (values[kind] * 4)[: int(size.rstrip("]").rpartition("-")[2])]
        expected[name] = value
        text = text.replace("{" + slot + "}", value, 1)
    assert Template(template).match(text) == expected


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "ada",
        "ada@shop.example",
        "ada.b-c@shop.example",
        "newsletter@shop.example",
        "prvs=zz=ada@shop.example",
        "prvs=0123abcdef=@shop.example",
        "SRS0=Ab3d=TT=shop.example=@relay.example",
        "SRS0=Ab3d=TT=nodots=ada@relay.example",
        "SRS1=Xy9z=relay.example=Ab3d=TT=shop.example=ada@second.example",
        "a=b@shop.example",
        "bounce-17@shop.example",
        "owner-news-ada=shop.example@lists.example",  # where does the list's name end?
        "bncABCDEFGHIJKLMN@shop.example",
        "+@shop.example",
        "+orders@shop.example",
        "ada+@shop.example",
        "SRS0=Ab3d=TT=shop.example=a da@relay.example",
        "\udcff@\udcff",
        "x" * 1_001,
        "ada+" + "x" * 1_001 + "@shop.example",
    ],
)
def test_what_has_no_known_form_is_none(address: str) -> None:
    assert decode_address(address) is None


@pytest.mark.parametrize(
    "message_id",
    [
        "<12@shop.example>",
        "<20260102030405.1234.56789@shop.example>",
        "<redmine.issue-x.20260102030405.ab@pm.example>",
        "<topic/x@forum.example>",
        "<CAB=abc+def-123@mail.shop.example>",
        "<B1234567-89ab-cdef-0123-456789abcdef@shop.example>",
        "<>",
    ],
)
def test_ids_of_other_programs_are_none(message_id: str) -> None:
    assert decode_message_id(message_id) is None


@pytest.mark.parametrize("first", "=+-")
@pytest.mark.parametrize("inner", "=+-")
def test_srs_with_every_separator(first: str, inner: str) -> None:
    found = decode_address(f"SRS1{first}Xy9z=relay.example={inner}Ab3d=TT=shop.example=a-d+a=b@second.example")
    assert found is not None
    assert (found.scheme, found.address) == ("srs1", "a-d+a=b@shop.example")
    found = decode_address(f"SRS0{first}Ab3d=TT=shop.example=a-d+a=b@relay.example")
    assert found is not None
    assert (found.scheme, found.address) == ("srs0", "a-d+a=b@shop.example")


@pytest.mark.parametrize(
    "address",
    [
        "news-bounces+ada=shop.example@lists.example",
        "news-owner-ada=shop.example@lists.example",
        "news-return-12-ada-b=shop.example@lists.example",
        "owner-news+ada=shop.example@lists.example",
        "bounces+1234567-0a1b-ada-b=shop.example@em.news.example",
    ],
)
def test_the_recipient_is_the_one_that_the_reader_of_reports_finds(address: str) -> None:
    found = decode_address(address)
    assert found is not None
    assert found.role == "recipient"
    assert found.address == verp_recipient(address)


def test_of_two_general_forms_the_one_with_more_words_counts() -> None:
    found = decode_address("news-return-5-ada+lists=shop.example@lists.example")
    assert found is not None
    assert (found.scheme, found.address) == ("verp", "ada+lists@shop.example")


def test_long_text_is_refused_whatever_it_holds() -> None:
    for text, decode_it in (("ada+orders@shop.example", decode_address), ("topic/12@forum.example", decode_message_id)):
        assert decode_it(text.rjust(1_000)) is not None
        assert decode_it(text.rjust(1_001)) is None


def test_no_recipient_is_guessed_behind_a_list_owner() -> None:
    assert verp_recipient("owner-news-ada=shop.example@lists.example") is None


@pytest.mark.parametrize("address", ["bounce+128-crm.lead-17@acme.example", "bounce+128@acme.example"])
def test_flectra_addresses_are_read_as_the_gateway_reads_them(address: str) -> None:
    found = decode_address(address)
    known = decode_return_path(address)
    assert found is not None
    assert known is not None
    record_id = found.fields.get("record_id")
    assert (int(found.fields["mail_id"]), found.fields.get("model")) == (known.mail_id, known.model)
    assert (None if record_id is None else int(record_id)) == known.record_id


@pytest.mark.parametrize("tag", ["17-crm.lead", "17-x_visit", "reply_to", "private", "message-notify", "17-", "17-a-b"])
@pytest.mark.parametrize("word", ["openerp", "flectra"])
def test_flectra_ids_are_read_as_the_gateway_reads_them(tag: str, word: str) -> None:
    message_id = f"<12.34-{word}-{tag}@srv>"
    found = decode_message_id(message_id)
    assert found is not None
    assert tag_of(message_id) == tag
    assert ("model" in found.fields) == is_tracked(message_id)
    assert "model" in found.fields or found.fields["tag"] == tag


@given(st.text(max_size=200))
def test_any_text_is_taken(text: str) -> None:
    decode_address(text)
    decode_message_id(text)


@given(
    st.lists(st.sampled_from(["SRS0=", "SRS1", "prvs=", "=", "+", "-", "@", "a", "0", "x.example", "/", ".", "<", ">"]))
)
def test_any_row_of_pieces_is_taken(pieces: list[str]) -> None:
    text = "".join(pieces)
    for found in (decode_address(text), decode_message_id(text)):
        assert found is None or all(value and value in text for value in found.fields.values())


@pytest.mark.parametrize(
    "piece", ["=", "+", "-", "-openerp-", "SRS0=", "=a", "-1", "+1-", "a", "1", ".", "@", "a-bounces+", "é"]
)
def test_hostile_text_costs_its_size(piece: str) -> None:
    # beyond the bound of decode_*(): the templates themselves
    def seconds(size: int) -> float:
        text = (piece * (size // len(piece))) + "@x.example"
        started = time.perf_counter()
        for template in compiled:
            template.match(text)
        return time.perf_counter() - started

    compiled = [Template(template) for template in TEMPLATES]
    assert seconds(100_000) < 5  # measured: some 20 ms; quadratic would be minutes


@pytest.mark.parametrize("template", ["{a:word}", "{a:word}{b:word}@x", "{a:word*}-{b:word*}@x", "{a:wrd}@x", "{a}@x"])
def test_a_template_that_cannot_be_read_is_refused(template: str) -> None:
    with pytest.raises(ConfigurationError):
        Template(template)
