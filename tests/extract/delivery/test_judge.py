"""Reason, hard or soft, suppression: a table of what servers say, the order of words and codes, and no phrase that sleeps."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from flectra_inbound.extract.delivery.finding import Finding, reply_code_in, status_in
from flectra_inbound.extract.delivery.judge import Report, judge, may_be_before_rcpt
from flectra_inbound.extract.delivery.reason import cause_of
from flectra_inbound.extract.delivery.wording import first_phrase
from flectra_inbound.result import Action, Reason, Suppression
from flectra_inbound.rules import reasons, status_codes
from flectra_inbound.rules.loader import reason_rules
from flectra_inbound.rules.schema import ReasonPhrase

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ADDRESS = "erika.beispiel@kunde.example"


class Case(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reason: Reason
    hard: bool | None
    suppression: Suppression
    source: str
    said: list[str] = Field(min_length=1)
    address: str = ADDRESS
    host: str | None = None


def _cases() -> list[Case]:
    table = tomllib.loads(Path(__file__).with_name("diagnostics.toml").read_text("utf-8"))
    return [Case.model_validate(case) for case in table["case"]]


CASES = _cases()
ROWS = [(case, said) for case in CASES for said in case.said]


def finding(said: str | None, **known: str | None) -> Finding:
    """As the reader of delivery-status fields fills it."""
    values: dict[str, str | None] = {"address": ADDRESS, **known}
    if said is not None:
        values = {"status": status_in(said), "smtp_code": reply_code_in(said), "diagnostic": said, **values}
    return Finding(action=Action.FAILED, **values)  # type: ignore[arg-type]


def judged(
    found: Finding, notice: Callable[[], str] = str, sender: str = ""
) -> tuple[Reason, bool | None, Suppression]:
    """The verdict on somebody who is alone in a report with the text `notice`."""
    return judge(found, Report(notice, lambda: frozenset({sender}), alone=True))


@pytest.mark.parametrize(("case", "said"), ROWS, ids=[f"{case.reason}: {said[:60]}" for case, said in ROWS])
def test_what_servers_say(case: Case, said: str) -> None:
    found = finding(said, address=case.address, remote_mta=case.host)
    assert judged(found, str) == (case.reason, case.hard, case.suppression), cause_of(found).because


def test_what_decided_can_be_told() -> None:
    for case, said in ROWS:
        cause = cause_of(finding(said, address=case.address, remote_mta=case.host))
        assert cause.because or cause.reason is Reason.UNDEFINED, said


def test_the_table_is_large_and_says_nothing_twice() -> None:
    counted = Counter((said, case.address) for case, said in ROWS)
    assert [row for row, times in counted.items() if times > 1] == []
    assert len(ROWS) > 400
    by_reason = {case.reason for case in CASES}
    #: not said by servers: they come from other parts of a mail
    assert set(Reason) - by_reason == {Reason.DELIVERED, Reason.FEEDBACK, Reason.VACATION}


def spoken(words: str) -> str:
    """A phrase as somebody says it."""
    return words.rstrip("*").replace("%", "kunde.example")


# Every phrase is found and decides


def _phrases(rules: tuple[ReasonPhrase, ...]) -> list[tuple[ReasonPhrase, str]]:
    return [(rule, words) for rule in rules for words in (*rule.words, *rule.marks)]


@pytest.mark.parametrize(
    ("rule", "words"), _phrases(reasons().phrase), ids=[words for _, words in _phrases(reasons().phrase)]
)
def test_no_phrase_is_shadowed_by_one_before_it(rule: ReasonPhrase, words: str) -> None:
    """A phrase that stands alone decides, or one that says the same does: else the table holds words that never count."""
    found = first_phrase(f"550 {spoken(words)}", "", rule.hosts[0] if rule.hosts else "")
    assert found is not None
    assert (found.reason, found.weak) == (rule.reason, rule.weak), f"{found.words!r} comes first"


def test_a_phrase_stands_in_the_table_once() -> None:
    counted = Counter((words, rule.hosts) for rule, words in _phrases(reasons().phrase))
    assert [words for words, times in counted.items() if times > 1] == []


def test_phrases_are_written_as_they_are_looked_for() -> None:
    for rule, words in _phrases(reasons().phrase + reasons().text):
        assert words == words.lower().strip(), words
        assert rule.source
        assert "*" not in words[:-1], words
        if not words.isascii():
            continue
        assert words.rstrip("*").replace(" ", "") != "", words


def test_a_phrase_without_words_is_refused() -> None:
    with pytest.raises(ValidationError):
        ReasonPhrase(reason=Reason.BLOCKED, source="nobody")


def test_every_reason_says_what_follows_from_it() -> None:
    assert set(reason_rules()) == set(Reason)
    hard = {rule.reason for rule in reasons().reason if rule.hard}
    assert hard == {Reason.USER_UNKNOWN, Reason.HAS_MOVED, Reason.HOST_UNKNOWN, Reason.NOT_ACCEPT}
    suppress = {rule.reason for rule in reasons().reason if rule.suppression is Suppression.SUPPRESS}
    assert suppress == {Reason.USER_UNKNOWN, Reason.HAS_MOVED}


# Codes


@pytest.mark.parametrize("code", status_codes().code, ids=lambda code: code.code)
@pytest.mark.parametrize("severity", ["4", "5"])
def test_a_code_alone_means_what_the_registry_says(code: object, severity: str) -> None:
    status = f"{severity}{code.code[1:]}"  # type: ignore[attr-defined]
    transient = code.transient if severity == "4" else None  # type: ignore[attr-defined]
    assert cause_of(finding(None, status=status)).reason is (transient or code.reason)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("5.7.606", Reason.BLOCKED),
        ("5.7.628", Reason.BLOCKED),
        ("5.7.649", Reason.BLOCKED),
        ("4.7.651", Reason.BAD_REPUTATION),
        ("5.7.515", Reason.AUTH_FAILURE),
        ("5.4.310", Reason.HOST_UNKNOWN),
        ("5.4.316", Reason.EXPIRED),
        ("5.7.134", Reason.REJECTED),
        ("5.2.121", Reason.SPEEDING),
        ("5.1.20", Reason.NOT_COMPLIANT_RFC),
        ("5.7.322", Reason.FAILED_STARTTLS),
    ],
)
def test_codes_of_one_vendor(status: str, reason: Reason) -> None:
    assert cause_of(finding(None, status=status)).reason is reason


def test_vendor_codes_are_none_of_the_registry() -> None:
    registry = {rule.code for rule in status_codes().code}
    for vendor in status_codes().vendor:
        assert registry.isdisjoint(vendor.codes)


def test_a_detail_that_nobody_knows_means_its_subject() -> None:
    assert cause_of(finding(None, status="5.6.77")).reason is Reason.CONTENT_ERROR


@pytest.mark.parametrize("rule", status_codes().smtp, ids=lambda rule: rule.code)
def test_reply_codes(rule: object) -> None:
    assert cause_of(finding(None, smtp_code=rule.code)).reason is rule.reason  # type: ignore[attr-defined]


# How code and words are joined

DEAD_CODE = ("5.1.1", "550")


@pytest.mark.parametrize("rule", [r for r in reasons().phrase if r.words and not r.hosts], ids=lambda r: r.source[:40])
def test_words_that_name_another_cause_overrule_a_dead_code(rule: ReasonPhrase) -> None:
    """What is no fault of the address makes no address dead, whatever the code is."""
    for words in rule.words:
        found = finding(f"550 5.1.1 {spoken(words)}")
        _, _, suppression = judged(found, str)
        if reason_rules()[rule.reason].suppression is not Suppression.SUPPRESS:
            assert suppression is not Suppression.SUPPRESS, words


@pytest.mark.parametrize("words", reasons().contradicting)
def test_a_contradicting_word_beside_unknown_user_opts_nobody_out(words: str) -> None:
    said = f"550 5.1.1 User unknown, {words.rstrip('*')}"
    assert judged(finding(said), str)[2] is not Suppression.SUPPRESS
    said = f"550 5.1.1 refused: {words.rstrip('*')}"
    assert judged(finding(said), str)[2] is not Suppression.SUPPRESS


def test_words_without_any_code_count_unless_a_provider_means_one_thing_by_them() -> None:
    assert judged(finding("User unknown"), str) == (Reason.USER_UNKNOWN, True, Suppression.COUNT)
    assert judged(finding("RESOLVER.ADR.RecipNotFound; not found"), str)[2] is Suppression.SUPPRESS


@pytest.mark.parametrize("action", [None, Action.DELAYED])
def test_only_a_failed_recipient_can_be_hard(action: Action | None) -> None:
    found = finding("550 5.1.1 User unknown")
    found.action = action
    assert judged(found, str) == (Reason.USER_UNKNOWN, False, Suppression.IGNORE)


@pytest.mark.parametrize("action", [Action.DELIVERED, Action.RELAYED, Action.EXPANDED])
def test_who_got_it_is_delivered(action: Action) -> None:
    found = finding("250 2.1.5 user unknown")
    found.action = action
    assert judged(found, str) == (Reason.DELIVERED, False, Suppression.IGNORE)


def test_nothing_known_is_neither_hard_nor_soft() -> None:
    assert judged(finding(None), str) == (Reason.UNDEFINED, None, Suppression.IGNORE)


def test_class_4_counts_and_never_suppresses() -> None:
    for case, said in ROWS:
        if case.suppression is Suppression.SUPPRESS and (code := reply_code_in(said)):
            known = {"status": "4" + (status_in(said) or "5.0.0")[1:], "smtp_code": "4" + code[1:]}
            assert judged(finding(said, **known), str)[2] is not Suppression.SUPPRESS, said


def test_what_the_reporting_host_s_own_mailer_says_is_its_own_trouble() -> None:
    """Diagnostic-Code of type x-unix: Postfix pipe and local, Sendmail prog."""
    for said in ("temporary failure", "Operating system error", "71"):
        found = finding(said, status="5.3.0")
        found.local_mailer = True
        assert judged(found, str) == (Reason.MAILER_ERROR, False, Suppression.IGNORE)
    found = finding("user unknown", status="5.1.1")
    found.local_mailer = True
    assert judged(found, str)[0] is Reason.USER_UNKNOWN


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("550 5.1.1 <old.member@kunde.example>: User unknown", Suppression.COUNT),
        ("550 5.1.1 <team+news@intern.example>: User unknown", Suppression.SUPPRESS),
    ],
)
def test_an_unknown_address_in_brackets_is_the_mailed_one_or_opts_nobody_out(said: str, verdict: Suppression) -> None:
    """QUIRK: a group's server names the member that is gone."""
    assert judged(finding(said, address="team@kunde.example"), str)[2] is verdict


# Names and links are no words


@pytest.mark.parametrize(
    "said",
    [
        "550 5.1.1 <spam@kunde.example>: Recipient address rejected: User unknown",
        "host relay-quota.spam-filter.example[192.0.2.1] said: 550 5.1.1 User unknown",
        "550 5.1.1 User unknown; see https://policy.example/blocked/rate-limit.html",
        "550 5.1.1 User spam.meier unknown",
    ],
)
def test_words_in_addresses_hosts_and_links_say_nothing(said: str) -> None:
    assert judged(finding(said, address="spam@kunde.example"), str) == (Reason.USER_UNKNOWN, True, Suppression.SUPPRESS)


@pytest.mark.parametrize(
    "said",
    [
        "550 User <erika.beispiel@kunde.example> unknown",
        "550 User erika.beispiel unknown",
        "550-5.1.1 The user does 550-5.1.1 not 550 5.1.1 exist",
        "550 USER   unknown",
        "550 Recipient's mailbox.Does not exist",
    ],
)
def test_names_between_words_do_not_part_them(said: str) -> None:
    assert cause_of(finding(said)).reason is Reason.USER_UNKNOWN


def test_no_phrase_is_read_across_the_beginning_of_a_reply() -> None:
    found = cause_of(finding("host mx.kunde.example [192.0.2.1]: 550 5.1.1 unknown or illegal alias"))
    assert found.reason is Reason.USER_UNKNOWN


def test_a_local_part_that_is_a_word_of_the_table_stays() -> None:
    assert cause_of(finding("550 user unknown", address="user@kunde.example")).reason is Reason.USER_UNKNOWN


def test_what_a_gateway_calls_a_reply_is_not_the_reply() -> None:
    found = finding(
        "5.1.0 - Unknown address error 550-'5.7.1 <erika@kunde.example>... Access denied' (delivery attempts: 0)"
    )
    assert judged(found, str) == (Reason.SECURITY_ERROR, False, Suppression.IGNORE)


# What the text for people adds


@pytest.mark.parametrize(
    "notice",
    [
        "<erika@kunde.example>: host mx.kunde.example said: 550 User unknown\n (in reply to end of DATA\n command)",
        "SMTP error from remote mail server after end of data: host mx.kunde.example: 550 User unknown",
        "... while talking to mx.kunde.example.:\n>>> DATA\n<<< 550 User unknown\n554 5.0.0 Service unavailable",
    ],
)
def test_unknown_after_the_message_was_taken_is_a_filter(notice: str) -> None:
    assert judged(finding("550 User unknown"), lambda: notice) == (Reason.FILTERED, False, Suppression.COUNT)


def test_yahoo_knows_its_users_only_after_the_message() -> None:
    found = finding("552 1 Requested mail action aborted, mailbox not found", remote_mta="mta7.am0.yahoodns.net")
    notice = "said: 552 1 Requested mail action aborted, mailbox not found (in reply to end of DATA command)"
    assert judged(found, lambda: notice) == (Reason.USER_UNKNOWN, True, Suppression.SUPPRESS)


def test_pipelined_commands_do_not_make_a_refused_recipient_a_filtered_one() -> None:
    notice = (
        "... while talking to mx.kunde.example.:\n>>> DATA\n<<< 550 User unknown\n"
        "550 5.1.1 <erika@kunde.example>... User unknown\n<<< 503 5.0.0 Need RCPT (recipient)"
    )
    assert judged(finding("550 5.1.1 User unknown"), lambda: notice) == (
        Reason.USER_UNKNOWN,
        True,
        Suppression.SUPPRESS,
    )


def test_the_text_for_people_may_know_better() -> None:
    full = judged(finding("550 5.1.1 User unknown"), lambda: "Your mail failed: Not enough disk space.")
    assert full == (Reason.MAILBOX_FULL, False, Suppression.COUNT)
    group = judged(finding("Hallo, diese Gruppe ist nicht vorhanden."), lambda: "https://groups.google.com/support/")
    assert group == (Reason.REJECTED, False, Suppression.IGNORE)


def test_the_text_is_asked_for_only_where_it_matters() -> None:
    def never() -> str:
        raise AssertionError

    judged(finding("552 5.2.2 Mailbox full"), never)
    judged(finding("450 4.1.1 User unknown"), never)


@pytest.mark.parametrize(
    "notice",
    [
        "<erika@kunde.example>: host mx.kunde.example said: 550 5.1.1 User unknown (in reply to MAIL FROM command)",
        "SMTP error from remote mail server after MAIL FROM:<eva@acme.example> SIZE=1812: 550 5.1.1 User unknown",
        "... while talking to mx.kunde.example.:\n>>> MAIL From:<eva@acme.example> SIZE=901\n<<< 550 5.1.1 User unknown",
        "SMTP error from remote mail server after initial connection: host mx.kunde.example: 550 5.1.1 User unknown",
    ],
)
def test_unknown_before_a_recipient_was_named_is_said_of_the_sender(notice: str) -> None:
    assert judged(finding("550 5.1.1 User unknown"), lambda: notice)[2] is Suppression.IGNORE


@pytest.mark.parametrize(
    "said", ["550 5.1.1 User unknown: eva@acme.example", "550 5.1.1 <Eva@acme.example>: No such user"]
)
def test_unknown_that_names_the_sender_is_said_of_the_sender(said: str) -> None:
    assert judged(finding(said), str, "eva@acme.example") == (Reason.REJECTED, False, Suppression.IGNORE)
    both = f"{said} for {ADDRESS}"
    assert judged(finding(both), str, "eva@acme.example")[2] is Suppression.SUPPRESS


@pytest.mark.parametrize(
    "said",
    [
        "550 5.1.1 Kom morgen terug",
        "550 5.1.1 wrong phase of the moon",
        "550 5.1.1 <erika@kunde.example>: Recipient address rejected: the moon is wrong",
        "550 5.1.1 mailbox unavailable: gesendet wird nur montags",
    ],
)
def test_what_nobody_understands_opts_nobody_out(said: str) -> None:
    assert judged(finding(said)) == (Reason.USER_UNKNOWN, True, Suppression.COUNT)


@pytest.mark.parametrize(
    "said",
    [
        "550 5.1.1",
        "550 5.1.1 sorry, bad destination mailbox address",
        "550 5.1.1 Recipient address rejected (in reply to RCPT TO)",
    ],
)
def test_what_says_no_more_than_the_code_is_the_code(said: str) -> None:
    assert judged(finding(said)) == (Reason.USER_UNKNOWN, True, Suppression.SUPPRESS)


@pytest.mark.parametrize(
    "said", ["550 5.1.1 Nie ma takiego uzytkownika", "550 5.1.1 Użytkownik nieznany", "550 5.1.1 uzytkownik nieznany"]
)
def test_accents_may_be_left_out(said: str) -> None:
    assert judged(finding(said)) == (Reason.USER_UNKNOWN, True, Suppression.SUPPRESS)


def test_the_quick_look_passes_over_no_phrase() -> None:
    assert all(map(may_be_before_rcpt, reasons().before_rcpt))


# Cost


@pytest.mark.parametrize(
    "piece", ["user ", "550 ", "a.", "@", "'", "blocked", "https://", "ユーザー", "|", "550-", "-."]
)
def test_a_long_diagnostic_costs_little(piece: str) -> None:
    started = time.perf_counter()
    judged(finding(piece * 200_000), str)
    assert time.perf_counter() - started < 2
