"""Opt-out: for all pasts, the order of events does not matter, bad news never makes the decision milder, and proof of
life never makes it stricter; no forged report counts, and no unverified one suppresses at once.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from flectra_inbound import ConfigurationError, Gateway, Kind, Reason, Suppression, Trust, process
from flectra_inbound.optout import (
    FLECTRA,
    SAFE,
    STRICT,
    Bounced,
    Choice,
    Complained,
    Delivered,
    Event,
    OptOut,
    Policy,
    Replied,
    Scope,
    Unsubscribed,
    decide,
    events_of,
)

ROOT = Path(__file__).parent.parent
NOW = dt.datetime(2026, 6, 1, 12, tzinfo=dt.timezone.utc)
IGNORE, COUNT, SUPPRESS = Suppression.IGNORE, Suppression.COUNT, Suppression.SUPPRESS


def ago(days: float) -> dt.datetime:
    return NOW - dt.timedelta(days=days)


def bounce(days: float, says: Suppression = COUNT, trust: Trust = Trust.MATCHES, message: str = "") -> Bounced:
    return Bounced(at=ago(days), suppression=says, trust=trust, reason=Reason.USER_UNKNOWN, message=message)


def about(days: float, message: str) -> Bounced:
    return bounce(days, message=message)


def bounces(*days: float, says: Suppression = COUNT, trust: Trust = Trust.MATCHES) -> list[Event]:
    return [bounce(d, says, trust) for d in days]


def test_no_past_is_no_reason() -> None:
    assert decide([], now=NOW) == OptOut(action=Choice.KEEP, reason="nothing that counts speaks against the address")


@pytest.mark.parametrize("trust", [Trust.VERIFIED, Trust.MATCHES])
@pytest.mark.parametrize("policy", [SAFE, STRICT])
def test_one_genuine_report_of_a_dead_address_is_enough(policy: Policy, trust: Trust) -> None:
    dead = bounce(400, SUPPRESS, trust)
    decided = decide([dead, bounce(2)], policy=policy, now=NOW)
    assert (decided.action, decided.scope, decided.events) == (Choice.SUPPRESS, Scope.ADDRESS, (dead,))
    assert decided.reason == "the address is dead: user unknown"


@pytest.mark.parametrize("policy", [SAFE, STRICT, FLECTRA])
def test_forged_reports_are_nothing_however_many(policy: Policy) -> None:
    forged = [*bounces(*range(60), says=SUPPRESS, trust=Trust.FORGED), Complained(at=ago(1), trust=Trust.FORGED)]
    assert decide(forged, policy=policy, now=NOW).action is Choice.KEEP


@pytest.mark.parametrize(
    ("policy", "says", "number", "action"),
    [
        (SAFE, SUPPRESS, 1, Choice.WATCH),
        (SAFE, SUPPRESS, 2, Choice.WATCH),
        (SAFE, SUPPRESS, 3, Choice.SUPPRESS),
        (SAFE, COUNT, 30, Choice.KEEP),
        (STRICT, SUPPRESS, 1, Choice.WATCH),
        (STRICT, COUNT, 3, Choice.SUPPRESS),
        (STRICT, IGNORE, 30, Choice.KEEP),
        (Policy(unverified="ignore"), SUPPRESS, 30, Choice.KEEP),
        (Policy(unverified="count"), COUNT, 3, Choice.SUPPRESS),
    ],
)
def test_unverified_reports_count_as_the_policy_says(
    policy: Policy, says: Suppression, number: int, action: Choice
) -> None:
    reports = bounces(*(n * 4 for n in range(number)), says=says, trust=Trust.UNVERIFIED)
    assert decide(reports, policy=policy, now=NOW).action is action


@pytest.mark.parametrize(
    ("past", "action"),
    [
        pytest.param(bounces(1), Choice.WATCH, id="once"),
        pytest.param(bounces(20, 1), Choice.WATCH, id="twice"),
        pytest.param(bounces(7, 3, 0), Choice.SUPPRESS, id="three-in-a-week"),
        pytest.param(bounces(6.999, 3, 0), Choice.WATCH, id="three-in-less"),
        pytest.param(bounces(*(n / 10 for n in range(60))), Choice.WATCH, id="many-in-days"),
        pytest.param([*bounces(20, 10, 1), Delivered(at=ago(5))], Choice.WATCH, id="delivered-since"),
        pytest.param([*bounces(20, 10, 1), Replied(at=ago(0.5))], Choice.KEEP, id="replied-last"),
        pytest.param([*bounces(20, 10, 1), Replied(at=ago(1))], Choice.KEEP, id="replied-at-the-same-time"),
        pytest.param([*bounces(20, 10, 1), Replied(at=ago(21))], Choice.SUPPRESS, id="replied-before"),
        pytest.param([bounce(20, SUPPRESS), Delivered(at=ago(3))], Choice.KEEP, id="a-dead-address-that-lives"),
        pytest.param(bounces(800, 400, 1), Choice.WATCH, id="too-long-ago"),
        pytest.param(bounces(20, 10, 1, says=IGNORE), Choice.KEEP, id="ignored"),
        pytest.param([*bounces(20, 1), bounce(10, IGNORE)], Choice.WATCH, id="ignored-ones-do-not-count"),
        pytest.param([about(9, "a"), about(5, "a"), about(1, "b")], Choice.WATCH, id="one-mail-twice"),
        pytest.param([*bounces(9, 1), bounce(1, SUPPRESS, Trust.UNVERIFIED)], Choice.WATCH, id="one-instant-twice"),
        pytest.param([about(9, "a"), about(1, "b"), about(1, "c")], Choice.SUPPRESS, id="two-mails-at-once"),
    ],
)
def test_repeats_under_the_safe_policy(past: list[Event], action: Choice) -> None:
    assert decide(past, now=NOW).action is action


def test_repeats_say_how_many_and_name_them() -> None:
    past = bounces(20, 10, 1)
    decided = decide([*past, bounce(15, IGNORE)], now=NOW)
    assert decided.reason == "3 reports over 19 days, and no sign of life since"
    assert list(decided.events) == past
    assert decide(past[:1], now=NOW).reason == "1 report, not enough to give the address up"


@pytest.mark.parametrize(
    ("past", "action"),
    [
        pytest.param(bounces(30, 20, 10, 5, says=SUPPRESS), Choice.WATCH, id="four"),
        pytest.param(bounces(30, 20, 10, 5, 1), Choice.SUPPRESS, id="five"),
        pytest.param(bounces(30, 20, 10, 5, 1, says=IGNORE), Choice.SUPPRESS, id="of-any-kind"),
        pytest.param(bounces(7, 6, 5, 4, 0), Choice.WATCH, id="a-week"),
        pytest.param(bounces(7.00001, 6, 5, 4, 0), Choice.SUPPRESS, id="more-than-a-week"),
        pytest.param(bounces(91, 20, 10, 5, 1), Choice.SUPPRESS, id="thirteen-weeks"),
        pytest.param(bounces(91.1, 20, 10, 5, 1), Choice.WATCH, id="more-than-thirteen-weeks"),
        pytest.param([*bounces(30, 20, 10, 5, 1), Replied(at=ago(15))], Choice.WATCH, id="mail-from-them-resets"),
        pytest.param([*bounces(30, 20, 10, 5, 1), Delivered(at=ago(15))], Choice.SUPPRESS, id="a-delivery-does-not"),
    ],
)
def test_what_flectra_does(past: list[Event], action: Choice) -> None:
    assert decide(past, policy=FLECTRA, now=NOW).action is action


@pytest.mark.parametrize(
    ("feedback", "action"),
    [
        ("abuse", Choice.SUPPRESS),
        (" Abuse ", Choice.SUPPRESS),
        ("opt-out", Choice.SUPPRESS),
        ("fraud", Choice.SUPPRESS),
        ("other", Choice.WATCH),
        ("virus", Choice.WATCH),
        ("not-spam", Choice.KEEP),
        ("auth-failure", Choice.KEEP),
        ("dmarc", Choice.KEEP),
    ],
)
def test_a_complaint_ends_all_mail_if_it_is_one(feedback: str, action: Choice) -> None:
    decided = decide([Complained(at=ago(900), feedback_type=feedback), Replied(at=ago(1))], now=NOW)
    assert (decided.action, decided.scope) == (action, Scope.ADDRESS)


def test_a_policy_may_ask_complaints_for_proof() -> None:
    policy = Policy(complaints=frozenset({Trust.VERIFIED}))
    assert decide([Complained(at=ago(1))], policy=policy, now=NOW).action is Choice.WATCH
    assert decide([Complained(at=ago(1), trust=Trust.VERIFIED)], policy=policy, now=NOW).action is Choice.SUPPRESS


def test_a_list_that_was_left_is_blocked_and_nothing_else() -> None:
    left = Unsubscribed(at=ago(3), list="news", token=True)
    decided = decide([left, Replied(at=ago(1))], now=NOW)
    assert (decided.action, decided.scope, decided.lists) == (Choice.SUPPRESS, Scope.LISTS, ("news",))
    assert decided.events == (left,)
    assert [decided.blocks(name) for name in ("news", "offers", None)] == [True, False, False]


def test_two_lists_that_were_left_are_both_blocked() -> None:
    past = [Unsubscribed(at=ago(n), list=name, authenticated=True) for n, name in enumerate(["b", "a", "b"])]
    assert decide(past, now=NOW).lists == ("a", "b")


def test_who_leaves_everything_gets_nothing() -> None:
    past = [Unsubscribed(at=ago(3), list="news", token=True), Unsubscribed(at=ago(2), authenticated=True)]
    decided = decide(past, now=NOW)
    assert (decided.scope, decided.lists, decided.events) == (Scope.ADDRESS, (), (past[1],))
    assert decided.blocks("offers")
    assert decided.blocks()


def test_a_dead_address_outranks_a_list_that_was_left() -> None:
    assert decide([Unsubscribed(at=ago(3), list="news", token=True), bounce(1, SUPPRESS)], now=NOW).blocks("offers")


@pytest.mark.parametrize("name", ["news", None])
def test_a_bare_request_to_unsubscribe_is_to_be_confirmed(name: str | None) -> None:
    decided = decide([Unsubscribed(at=ago(1), list=name)], now=NOW)
    assert decided.action is Choice.WATCH
    assert "confirm" in decided.reason
    assert not decided.blocks("news")


def test_events_after_now_have_not_happened() -> None:
    assert decide([bounce(-1, SUPPRESS), bounce(2)], now=NOW) == decide([bounce(2)], now=NOW)
    assert decide([bounce(2, SUPPRESS), Replied(at=ago(-1))], now=NOW).action is Choice.SUPPRESS


def test_a_week_is_a_week_when_the_clocks_change() -> None:
    try:
        zone = zoneinfo.ZoneInfo("Europe/Berlin")
    except zoneinfo.ZoneInfoNotFoundError:
        pytest.skip("no time zones here")
    # 29 March 2026: a day of 23 hours, so seven days on the clock are an hour less than a week.
    times = [dt.datetime(2026, 3, day, 12, tzinfo=zone) for day in (24, 26, 31)]
    past = [Bounced(at=at, suppression=COUNT, trust=Trust.MATCHES) for at in times]
    assert decide(past, now=NOW).action is Choice.WATCH


class _NoOffset(dt.tzinfo):
    def utcoffset(self, _: dt.datetime | None) -> None:
        return None

    def dst(self, _: dt.datetime | None) -> None:
        return None

    def tzname(self, _: dt.datetime | None) -> None:
        return None


@pytest.mark.parametrize(
    "at",
    [
        pytest.param(dt.datetime(2026, 1, 1), id="naive"),
        pytest.param(dt.datetime(2026, 1, 1, tzinfo=_NoOffset()), id="zone-without-offset"),
        pytest.param(dt.datetime.min.replace(tzinfo=dt.timezone(dt.timedelta(hours=1))), id="out-of-range"),
    ],
)
def test_times_that_are_no_instants_are_the_callers_error(at: dt.datetime) -> None:
    with pytest.raises(ConfigurationError):
        Bounced(at=at, suppression=COUNT)
    with pytest.raises(ConfigurationError):
        decide([], now=at)


def test_events_that_were_changed_past_validation_are_the_callers_error() -> None:
    naive = bounce(1).model_copy(update={"at": dt.datetime(2026, 1, 1)})
    with pytest.raises(ConfigurationError, match="without zone"):
        decide([naive], now=NOW)
    with pytest.raises(ConfigurationError, match="no event: str"):
        decide(["bounce"], now=NOW)  # type: ignore[list-item]


@pytest.mark.parametrize(
    "wrong", [{"reports": 0}, {"over": dt.timedelta(days=-1)}, {"unverified": "believe"}, {"x": 1}]
)
def test_policies_that_make_no_sense_are_the_callers_error(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        Policy(**wrong)  # type: ignore[arg-type]


def test_the_earliest_and_the_latest_time_are_times() -> None:
    first, last = (d.replace(tzinfo=dt.timezone.utc) for d in (dt.datetime.min, dt.datetime.max))
    assert decide([Bounced(at=first, suppression=COUNT, trust=Trust.MATCHES)], now=first).action is Choice.WATCH
    assert decide([Bounced(at=first, suppression=COUNT, trust=Trust.MATCHES)], now=last).action is Choice.KEEP


def test_events_and_decisions_round_trip_through_json() -> None:
    past = [
        *bounces(20, 10, 1),
        Complained(at=ago(1)),
        Unsubscribed(at=ago(1), list="x"),
        Delivered(at=ago(30)),
        Replied(at=ago(31)),
    ]
    adapter = TypeAdapter(list[Event])
    assert adapter.validate_json(adapter.dump_json(past)) == past
    decided = decide(past, now=NOW)
    assert OptOut.model_validate_json(decided.model_dump_json()) == decided


AT = st.sampled_from([0, 1, 3, 6.5, 7, 7.5, 8, 30, 90, 91, 92, 400, -2])
BOUNCES = st.builds(
    bounce, AT, st.sampled_from(Suppression), st.sampled_from(Trust), st.sampled_from(["", "<a>", "<b>"])
)
BAD = st.one_of(
    BOUNCES,
    st.builds(
        lambda days, kind, trust: Complained(at=ago(days), feedback_type=kind, trust=trust),
        AT, st.sampled_from(["abuse", "not-spam", "other"]), st.sampled_from(Trust),
    ),
    st.builds(
        lambda days, name, own, token: Unsubscribed(at=ago(days), list=name, authenticated=own, token=token),
        AT, st.sampled_from([None, "a", "b"]), st.booleans(), st.booleans(),
    ),
)  # fmt: skip
GOOD = st.one_of(st.builds(lambda d: Delivered(at=ago(d)), AT), st.builds(lambda d: Replied(at=ago(d)), AT))
PASTS = st.lists(st.one_of(BOUNCES, BAD, GOOD), max_size=12)
POLICIES = st.one_of(
    st.sampled_from([SAFE, STRICT, FLECTRA]),
    st.builds(
        Policy,
        at_once=st.booleans(),
        reports=st.integers(1, 4),
        over=st.sampled_from([dt.timedelta(), dt.timedelta(days=7)]),
        within=st.sampled_from([None, dt.timedelta(days=30)]),
        counts_from=st.sampled_from(Suppression),
        unverified=st.sampled_from(["ignore", "demote", "count"]),
        alive=st.sets(st.sampled_from(["delivered", "replied"])).map(frozenset),
        complaints=st.sets(st.sampled_from(Trust)).map(frozenset),
    ),
)
properties = settings(derandomize=True, deadline=None, database=None, max_examples=300)


def no_milder(after: OptOut, before: OptOut) -> bool:
    """Everything that was blocked is blocked, and what was watched is not kept without a word."""
    order = list(Choice)
    blocked = all(after.blocks(name) or not before.blocks(name) for name in ("a", "b", "c", None))
    return blocked and order.index(after.action) >= order.index(before.action)


@properties
@given(PASTS, POLICIES, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(past: list[Event], policy: Policy, random: object) -> None:
    mixed = [*past, *past[:3]]
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert decide(iter(mixed), policy=policy, now=NOW) == decide(past, policy=policy, now=NOW)


@properties
@given(PASTS, BAD, POLICIES)
def test_bad_news_never_makes_it_milder(past: list[Event], bad: Event, policy: Policy) -> None:
    assert no_milder(decide([*past, bad], policy=policy, now=NOW), decide(past, policy=policy, now=NOW))


@properties
@given(PASTS, GOOD, POLICIES)
def test_proof_of_life_never_makes_it_stricter(past: list[Event], good: Event, policy: Policy) -> None:
    assert no_milder(decide(past, policy=policy, now=NOW), decide([*past, good], policy=policy, now=NOW))


@properties
@given(PASTS, BOUNCES, POLICIES, st.sampled_from(Suppression), st.sampled_from(Trust))
def test_a_worse_report_never_makes_it_milder(
    past: list[Event], report: Bounced, policy: Policy, says: Suppression, trust: Trust
) -> None:
    verdicts, trusts = [IGNORE, COUNT, SUPPRESS], [Trust.FORGED, Trust.UNVERIFIED, Trust.MATCHES, Trust.VERIFIED]
    worse = report.model_copy(
        update={
            "suppression": max(says, report.suppression, key=verdicts.index),
            "trust": max(trust, report.trust, key=trusts.index),
        }
    )
    assert no_milder(decide([*past, worse], policy=policy, now=NOW), decide([*past, report], policy=policy, now=NOW))


@properties
@given(PASTS)
def test_strict_is_never_milder_than_safe(past: list[Event]) -> None:
    assert no_milder(decide(past, policy=STRICT, now=NOW), decide(past, policy=SAFE, now=NOW))


@properties
@given(PASTS, POLICIES)
def test_only_what_led_there_is_named(past: list[Event], policy: Policy) -> None:
    decided = decide(past, policy=policy, now=NOW)
    assert set(decided.events) <= {e for e in past if e.at <= NOW}
    assert bool(decided.events) is (decided.action is not Choice.KEEP)
    assert not any(isinstance(e, (Delivered, Replied)) for e in decided.events)
    assert decide(decided.events, policy=policy, now=NOW) == decided


@properties
@given(
    st.lists(st.builds(bounce, st.floats(0, 6.9), st.sampled_from(Suppression), st.just(Trust.UNVERIFIED)), max_size=30)
)
def test_no_preset_gives_an_address_up_for_the_unverified_reports_of_one_week(past: list[Event]) -> None:
    assert all(decide(past, policy=preset, now=NOW).action is not Choice.SUPPRESS for preset in (SAFE, STRICT, FLECTRA))


def _mail(name: str) -> bytes:
    return (ROOT / "corpus" / name).read_bytes()


def test_a_report_becomes_an_event_of_the_address_that_was_mailed() -> None:
    inbound = process(_mail("bounce/postfix/0001-user-unknown.eml"))
    ((address, event),) = events_of(inbound, at=NOW)
    assert address == "petra.winkler@kunde.example"
    assert isinstance(event, Bounced)
    assert (event.suppression, event.trust, event.reason) == (SUPPRESS, Trust.UNVERIFIED, Reason.USER_UNKNOWN)
    assert event.message
    assert decide([event], now=NOW).action is Choice.WATCH


def test_an_address_that_was_not_mailed_has_no_event() -> None:
    inbound = process(_mail("bounce/postfix/0001-user-unknown.eml"))
    assert inbound.delivery is not None
    stranger = inbound.delivery.recipients[0].model_copy(update={"mailed_address": None})
    delivery = inbound.delivery.model_copy(update={"recipients": (stranger,)})
    assert events_of(inbound.model_copy(update={"delivery": delivery}), at=NOW) == ()


@pytest.mark.parametrize(
    ("kind", "event"),
    [
        (Kind.MESSAGE, Replied(at=NOW)),
        (Kind.AUTO_REPLY, Replied(at=NOW)),
        (Kind.UNSUBSCRIBE, Unsubscribed(at=NOW)),
        (Kind.CHALLENGE, None),
    ],
)
def test_mail_becomes_an_event_of_its_sender(kind: Kind, event: Event | None) -> None:
    inbound = process(b"From: Nora Vale <nora@example.com>\nSubject: Hello\n\nGood morning")
    found = events_of(inbound.model_copy(update={"kind": kind}), at=NOW)
    assert found == (() if event is None else (("nora@example.com", event),))


@pytest.mark.parametrize(
    ("result", "trusted", "action"),
    [
        ("pass", "mx.news.example", Choice.SUPPRESS),
        ("pass", "mx.other.example", Choice.WATCH),
        ("fail", "mx.news.example", Choice.WATCH),
        ("none", "mx.news.example", Choice.WATCH),
    ],
)
def test_a_bare_request_counts_from_an_authenticated_sender(result: str, trusted: str, action: Choice) -> None:
    gateway = Gateway(trusted_authserv_ids=(trusted,))
    raw = (
        f"Authentication-Results: mx.news.example; dmarc={result} header.from=example.com\n"
        "From: nora@example.com\nTo: leave@news.example\nSubject: unsubscribe\n\n"
    )
    inbound = process(raw.encode(), gateway=gateway)
    assert inbound.kind is Kind.UNSUBSCRIBE
    ((address, event),) = events_of(inbound, at=NOW)
    assert address == "nora@example.com"
    assert event == Unsubscribed(at=NOW, authenticated=action is Choice.SUPPRESS)
    assert decide([event], now=NOW).action is action


@pytest.mark.parametrize(
    ("folder", "kind"), [("complaint", Complained), ("delivered", Delivered), ("receipt", Delivered)]
)
def test_other_reports_become_events(folder: str, kind: type[Event]) -> None:
    found = [
        event
        for path in sorted((ROOT / "corpus" / folder).rglob("*.eml"))
        for _, event in events_of(process(path.read_bytes()), at=NOW)
    ]
    assert found
    assert {type(event) for event in found} == {kind}
