"""The tables of phrases: whatever index is before them, each phrase is found where it stands."""

from __future__ import annotations

import pytest

from flectra_inbound.extract.delivery.wording import diagnostics, holds_any, read, texts
from flectra_inbound.rules import reasons

_RULES = reasons()
_DIAGNOSTIC = [
    (rank, words) for rank, rule in enumerate(_RULES.phrase) if not rule.hosts for words in (*rule.words, *rule.marks)
]
_TEXT = [words for rule in _RULES.text for words in (*rule.words, *rule.marks)]
_LISTS = [_RULES.contradicting, _RULES.after_data, _RULES.before_data]


def test_every_phrase_of_a_diagnostic_is_found() -> None:
    lost = []
    for rank, words in _DIAGNOSTIC:
        said = words.replace("%", "kunde.example").rstrip("*")
        found = diagnostics().first(read(f"550 5.1.1 {said}"))
        if found is None or found.rank > rank:
            lost.append(words)
    assert lost == []


@pytest.mark.parametrize("words", _TEXT)
def test_every_phrase_of_a_text_is_found(words: str) -> None:
    found = texts().first(read(f"Dear sender, we tell you: {words}.\nBye"))
    assert found is not None


@pytest.mark.parametrize("phrases", _LISTS)
@pytest.mark.parametrize("apart", [True, False])
def test_every_phrase_of_a_list_is_found(phrases: tuple[str, ...], apart: bool) -> None:
    lost = []
    for words in phrases:
        said = read(f"It said: {words.rstrip('*')}")
        if apart:
            assert said.words
        if holds_any(said, phrases) is None:
            lost.append(words)
    assert lost == []


def test_a_text_is_not_taken_apart_for_a_phrase_that_cannot_be_there() -> None:
    said = read("550 5.1.1 <ada@shop.example>: User unknown in virtual mailbox table")
    assert texts().first(said) is None
    assert holds_any(said, reasons().after_data) is None
    assert not said.taken_apart


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("che l'utente doesn\u2019t exist", " che utente doesnt exist "),
        ("e-mail <ada@shop.example> (mx1.shop.example) is full.", " email is full "),
        ("see https://help.example/?p=NoSuchUser now", " see now "),
    ],
)
def test_words(text: str, words: str) -> None:
    assert read(text).words == words
