"""DNS advice: one SPF record that keeps what was allowed, weakens nothing, counts honestly, and never raises."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flectra_inbound import Reason
from flectra_inbound.advice import (
    dkim_advice,
    dmarc_advice,
    failed_checks,
    ptr_advice,
    spf_advice,
    txt_strings,
)

OURS = ["spf.gateway.example"]
INCLUDE = "include:spf.gateway.example"


@pytest.mark.parametrize(
    ("present", "record"),
    [
        pytest.param([], f"v=spf1 {INCLUDE} ~all", id="none"),
        pytest.param(
            ["google-site-verification=x", "spf2.0/pra -all", "v=spf10 -all"], f"v=spf1 {INCLUDE} ~all", id="other"
        ),
        pytest.param(["v=spf1 a mx -all"], f"v=spf1 a mx {INCLUDE} -all", id="before-all"),
        pytest.param(
            ["v=spf1 ip4:192.0.2.0/24 ?all"], f"v=spf1 ip4:192.0.2.0/24 {INCLUDE} ?all", id="neutral-is-theirs"
        ),
        pytest.param(["V=SPF1 MX ~ALL"], f"v=spf1 MX {INCLUDE} ~ALL", id="case"),
        pytest.param([f"v=spf1 {INCLUDE} -all"], f"v=spf1 {INCLUDE} -all", id="present"),
        pytest.param(
            ["v=spf1 INCLUDE:SPF.Gateway.example. -all"], "v=spf1 INCLUDE:SPF.Gateway.example. -all", id="same-host"
        ),
        pytest.param(["v=spf1 mx -all", "v=spf1 a mx ~all"], f"v=spf1 mx a {INCLUDE} -all", id="two-strict-first"),
        pytest.param(["v=spf1 a ~all", "v=spf1 mx -all"], f"v=spf1 a mx {INCLUDE} -all", id="two-strict-last"),
        pytest.param(["v=spf1 mx +mx mx -all"], f"v=spf1 mx {INCLUDE} -all", id="duplicates"),
        pytest.param(["v=spf1 -all mx"], f"v=spf1 {INCLUDE} -all", id="void-after-all-stays-void"),
        pytest.param(
            ["v=spf1 mx redirect=_spf.host.example"], f"v=spf1 mx {INCLUDE} redirect=_spf.host.example", id="redirect"
        ),
        pytest.param(
            ["v=spf1 redirect=_spf.host.example", "v=spf1 a -all"],
            f"v=spf1 include:_spf.host.example a {INCLUDE} -all",
            id="redirect-beside-all",
        ),
        pytest.param(
            ["v=spf1 redirect=one.example", "v=spf1 redirect=two.example"],
            f"v=spf1 include:two.example {INCLUDE} redirect=one.example",
            id="two-redirects",
        ),
        pytest.param(["v=spf1 redirect=x.example mx ~all"], f"v=spf1 mx {INCLUDE} ~all", id="redirect-void"),
        pytest.param(
            ["v=spf1 exp=why.example mx -all"], f"v=spf1 mx {INCLUDE} -all exp=why.example", id="modifier-last"
        ),
        pytest.param(["v=spf1 mx"], f"v=spf1 mx {INCLUDE}", id="no-end-is-not-invented"),
        pytest.param([f"v=spf1 -{INCLUDE} mx -all"], f"v=spf1 {INCLUDE} mx -all", id="was-refused"),
        pytest.param(['"v=spf1 ip4:192.0.2.1 " "mx -all"'], f"v=spf1 ip4:192.0.2.1 mx {INCLUDE} -all", id="zone-file"),
        pytest.param(["v=spf1 ipv4:192.0.2.1 -all"], f"v=spf1 ipv4:192.0.2.1 {INCLUDE} -all", id="typo-kept"),
        pytest.param(
            ["v=spf1 exists:%{S}.a.example exists:%{s}.a.example -all"],
            f"v=spf1 exists:%{{S}}.a.example exists:%{{s}}.a.example {INCLUDE} -all",
            id="macro-case",
        ),
    ],
)
def test_the_merged_record(present: list[str], record: str) -> None:
    advice = spf_advice("firma.example", present, OURS)
    assert (advice.name, advice.type, advice.record) == ("firma.example", "TXT", record)
    assert advice.changed is (present != [record])


@pytest.mark.parametrize("asked", ["spf.gateway.example.", " SPF.gateway.example", "include:spf.gateway.example"])
def test_an_include_is_a_domain_however_it_is_written(asked: str) -> None:
    assert spf_advice("firma.example", ["v=spf1 -all"], [asked, asked]).record == f"v=spf1 {INCLUDE} -all"


@pytest.mark.parametrize("asked", ["", "two words.example", "firma.example", "ip4:192.0.2.1", "a/24"])
def test_what_cannot_be_included_is_left_out_and_said(asked: str) -> None:
    advice = spf_advice("Firma.example.", ["v=spf1 -all"], [asked])
    assert (advice.record, advice.changed) == ("v=spf1 -all", False)
    assert any("left out" in note for note in advice.notes)


def test_look_ups_are_counted_through_what_is_included() -> None:
    records = {
        "Spf.Gateway.example.": ["other", "v=spf1 include:a.example ip4:192.0.2.1 exists:x.example -all mx"],
        "a.example": ["v=spf1 a mx redirect=b.example"],
        "b.example": ["v=spf1 ip6:2001:db8::/32 ~all redirect=never.example"],
    }
    # mx, our include, its include and exists, a, mx and redirect of the third; nothing after `all`, and no ip4 or ip6
    assert spf_advice("firma.example", ["v=spf1 mx -all"], OURS, records).lookups == 7


def test_look_ups_are_unknown_where_a_record_is() -> None:
    advice = spf_advice(
        "firma.example", ["v=spf1 mx include:known.example -all"], OURS, {"known.example": ["v=spf1 a -all"]}
    )
    assert advice.lookups is None
    assert any("at least 4 of 10" in note and "spf.gateway.example" in note for note in advice.notes)


def test_a_macro_can_be_no_known_record() -> None:
    assert spf_advice("firma.example", ["v=spf1 include:%{d}.x.example -all"], []).lookups is None


@pytest.mark.parametrize(("hosts", "said"), [(10, False), (11, True)])
def test_more_than_ten_look_ups_are_said(hosts: int, said: bool) -> None:
    record = " ".join(["v=spf1", *(f"a:h{n}.example" for n in range(hosts)), "-all"])
    advice = spf_advice("firma.example", [record], [])
    assert advice.lookups == hosts
    assert any("receivers refuse more than 10" in note for note in advice.notes) is said


def test_records_that_include_each_other_end() -> None:
    records = {"a.example": ["v=spf1 include:b.example -all"], "b.example": ["v=spf1 include:a.example -all"]}
    advice = spf_advice("firma.example", [], ["a.example"], records)
    assert advice.lookups == 3
    assert any("include each other" in note for note in advice.notes)


def test_records_that_branch_and_records_in_a_long_chain_end() -> None:
    wide = {f"n{n}.example": [f"v=spf1 include:n{n + 1}.example a include:n{n + 1}.example -all"] for n in range(90)}
    assert spf_advice("firma.example", [], ["n0.example"], wide).lookups is None
    deep = {f"n{n}.example": [f"v=spf1 include:n{n + 1}.example -all"] for n in range(5000)}
    assert spf_advice("firma.example", [], ["n0.example"], deep).lookups is None


@pytest.mark.parametrize(
    ("texts", "said"), [([], "no SPF record"), (["v=spf1 -all", "v=spf1 mx -all"], "2 SPF records")]
)
def test_an_included_domain_without_one_record_is_said(texts: list[str], said: str) -> None:
    notes = spf_advice("firma.example", [], ["x.example"], {"x.example": texts}).notes
    assert any(said in note for note in notes)


@pytest.mark.parametrize("present", ["v=spf1 +all", "v=spf1 mx all"])
def test_a_record_that_lets_anybody_send_is_said(present: str) -> None:
    assert any("lets anybody send" in note for note in spf_advice("firma.example", [present], OURS).notes)


def test_a_long_record_is_shown_as_strings_of_255_octets() -> None:
    record = " ".join(["v=spf1", *(f"ip4:192.0.2.{n}" for n in range(60)), "-all"])
    display = spf_advice("firma.example", [record], []).display
    pieces = display[1:-1].split('" "')
    assert "".join(pieces) == record
    assert [len(piece) for piece in pieces[:-1]] == [255] * (len(record) // 255)


TERMS = st.one_of(
    st.sampled_from(
        "a mx -all ~all ?all +all all ptr a:x.example a/24 include:x.example -include:x.example ~include:%{d}.y.example "
        "redirect=x.example redirect=y.example redirect= -redirect=z exp=e.example exp= ip4:192.0.2.1 ip6:::1 - + : = all: "
        "all:x v=spf1 include: include=x exists:%{S} INCLUDE:X.example".split()
    ),
    st.text(max_size=6),
)
RECORDS = st.one_of(
    st.lists(TERMS, max_size=8).map(lambda terms: " ".join(["v=spf1", *terms])), st.text(max_size=20), st.just("v=spf1")
)
DOMAINS = st.one_of(
    st.sampled_from(["x.example", "y.example", "firma.example", "include:x.example", ""]), st.text(max_size=8)
)


@settings(derandomize=True, deadline=None, database=None)
@given(
    st.lists(RECORDS, max_size=3),
    st.lists(DOMAINS, max_size=3),
    st.dictionaries(DOMAINS, st.lists(RECORDS, max_size=2)),
)
def test_any_record_gives_one_record_and_asking_again_changes_nothing(
    present: list[str], include: list[str], records: dict[str, list[str]]
) -> None:
    first = spf_advice("firma.example", present, include, records)
    again = spf_advice("firma.example", [first.record], include, records)
    assert first.record == "v=spf1" or first.record.startswith("v=spf1 ")
    assert (again.record, again.changed, again.lookups) == (first.record, False, first.lookups)


def _strictest_all(records: list[str]) -> int:
    """An independent reading: the first `all` of each record counts."""
    order = ["+all", "?all", "~all", "-all"]
    seen = [[("+" + t if t == "all" else t) for t in r.split()[1:] if t in (*order, "all")][:1] for r in records]
    return max((order.index(ends[0]) for ends in seen if ends), default=-1)


@settings(derandomize=True, deadline=None, database=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["mx", "a", "-all", "~all", "?all", "+all", "all", "redirect=x.example"])), min_size=1
    )
)
@example([["~all"], ["all", "-all"]])
def test_the_policy_for_others_is_never_weakened(terms: list[list[str]]) -> None:
    present = [" ".join(["v=spf1", *record]) for record in terms]
    assert _strictest_all([spf_advice("firma.example", present, OURS).record]) == _strictest_all(present)


def test_the_key_is_delegated() -> None:
    advice = dkim_advice("Firma.example", "flectra1", "flectra1.dkim.gateway.example.")
    assert (advice.name, advice.type) == ("flectra1._domainkey.firma.example", "CNAME")
    assert (advice.record, advice.display) == ("flectra1.dkim.gateway.example", "flectra1.dkim.gateway.example.")
    assert dkim_advice("firma.example", "s._domainkey.firma.example", "t.example").name == "s._domainkey.firma.example"
    assert dkim_advice("firma.example", "", "t.example").record == ""


@pytest.mark.parametrize(
    ("present", "record", "changed"),
    [
        ([], "v=DMARC1; p=none; rua=mailto:dmarc@firma.example", True),
        (["v=spf1 -all"], "v=DMARC1; p=none; rua=mailto:dmarc@firma.example", True),
        (["v=dmarc1; p=reject"], "v=DMARC1; p=none; rua=mailto:dmarc@firma.example", True),
        (["v=DMARC1;p=reject;rua=mailto:x@y.example"], "v=DMARC1;p=reject;rua=mailto:x@y.example", False),
        (["v=DMARC1; p=quarantine"], "v=DMARC1; p=quarantine; rua=mailto:dmarc@firma.example", True),
        (
            ["v=DMARC1; p=none; rua=mailto:x@y.example", "v=DMARC1; p=reject; sp=none"],
            "v=DMARC1; p=reject; rua=mailto:x@y.example; sp=none",
            True,
        ),
    ],
)
def test_the_one_dmarc_record(present: list[str], record: str, changed: bool) -> None:
    advice = dmarc_advice("firma.example", present, rua="dmarc@firma.example")
    assert (advice.name, advice.record, advice.changed) == ("_dmarc.firma.example", record, changed)
    assert dmarc_advice("firma.example", [record], rua="dmarc@firma.example").changed is False


@settings(derandomize=True, deadline=None, database=None)
@given(st.text(), st.text(), st.lists(st.one_of(st.text(), st.text().map("v=DMARC1;{}".format)), max_size=3))
def test_odd_text_raises_nothing(domain: str, other: str, present: list[str]) -> None:
    for advice in (
        dkim_advice(domain, other, domain),
        dmarc_advice(domain, present, rua=other),
        ptr_advice(other, domain),
        spf_advice(domain, present, [other]),
    ):
        assert isinstance(advice.display, str)


@given(st.text(st.characters(codec="utf-8"), max_size=2000))
@settings(derandomize=True, deadline=None, database=None)
def test_strings_of_a_txt_record_join_to_the_text(text: str) -> None:
    pieces = txt_strings(text)
    assert "".join(pieces) == text
    assert all(len(piece.encode()) <= 255 for piece in pieces)


def test_quotes_and_control_characters_are_escaped_for_display() -> None:
    assert (
        dmarc_advice("firma.example", ['v=DMARC1; p=none; x=a"b\\c\nd']).display
        == '"v=DMARC1; p=none; x=a\\"b\\\\c\\010d"'
    )


@pytest.mark.parametrize(
    ("ip", "name", "forward"),
    [
        ("192.0.2.25", "25.2.0.192.in-addr.arpa", " A "),
        ("2001:db8::1%eth0", "1" + ".0" * 23 + ".8.b.d.0.1.0.0.2.ip6.arpa", " AAAA "),
    ],
)
def test_the_reverse_name(ip: str, name: str, forward: str) -> None:
    advice = ptr_advice(ip, "mail.firma.example")
    assert (advice.name, advice.display) == (name, "mail.firma.example.")
    assert forward in advice.notes[0]


def test_no_address_has_no_reverse_name() -> None:
    assert ptr_advice("mail.firma.example", "mail.firma.example").name == ""


@pytest.mark.parametrize(
    ("reason", "words", "checks"),
    [
        (Reason.AUTH_FAILURE, "550 5.7.26 SPF [firma.example] did not pass; DKIM = did not pass", ("spf", "dkim")),
        (Reason.AUTH_FAILURE, "550 5.7.1 rejected by DMARC policy of firma.example", ("dmarc",)),
        (Reason.REQUIRE_PTR, "550 cannot find your hostname", ("ptr",)),
        (Reason.AUTH_FAILURE, "no reverse DNS for 192.0.2.1", ("ptr",)),
        (Reason.AUTH_FAILURE, "not authenticated, see https://spfhelp.example", ()),
        (Reason.SPAM_DETECTED, "SPF failed and looks like spam", ()),
    ],
)
def test_which_check_failed(reason: Reason, words: str, checks: tuple[str, ...]) -> None:
    assert failed_checks(reason, words) == checks
