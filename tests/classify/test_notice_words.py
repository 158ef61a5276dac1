"""Words of notices behind their index; and a text that is longer than what the index was made from."""

from __future__ import annotations

import pytest

from flectra_inbound.classify import notice
from flectra_inbound.classify.notice import read_notice
from flectra_inbound.rules import generic_notice, notices
from flectra_inbound.rules.literals import Phrases, tokens_of


def test_every_phrase_is_found_with_and_without_tokens() -> None:
    generic = generic_notice()
    everything = (*generic.failure, *generic.delay, *generic.delivered, *generic.still_tried)
    phrases = Phrases(everything)
    for phrase in everything:
        text = f"ada@shop.example {phrase} today"
        assert phrase in phrases.within(text)
        assert phrase in phrases.within(text, tokens_of(f"more {text} and more"))


def test_tokens_are_the_same_whatever_letters_stand_beside_them() -> None:
    text = "couldn't be_delivered: non-delivery, 550 5.1.1 (x)"
    assert tokens_of(text) == tokens_of(f"{text} \u00e9") == {
        "couldn't", "be_delivered", "non-delivery", "550", "5", "1", "x",
    }  # fmt: skip


def test_words_far_below_the_start_count() -> None:
    notice = read_notice("\n".join(["of no meaning"] * 400) + "\n<ada@shop.example>:\nuser unknown\n")
    assert notice.failure == "user unknown"
    assert notice.paired


@pytest.mark.interpreted
def test_of_words_of_one_length_the_first_by_letters_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = next(rule for rule in notices() if not rule.sender and not rule.subject)
    entries = [("bb", rule), ("aa", rule)]
    for order in (entries, entries[::-1]):
        monkeypatch.setattr(notice, "_index", lambda order=order: ({}, order, []))
        assert notice.recognise('"aa bb"', set(), "", "") == (rule, "aa")
