"""Disclaimers that no table knows the sentences of: told by their terms, unless somebody speaks of himself."""

from __future__ import annotations

from itertools import islice

import pytest

from flectra_inbound import reply_from_text
from flectra_inbound.rules.loader import languages
from flectra_inbound.rules.schema import Language

WITH_TERMS = [language for language in languages() if language.words.legal]
ABOVE = "Friday is fine.\n\nLena"


def paragraph(terms: list[str], filling: str = "zz") -> str:
    return f"Zz {' zz '.join(terms)} {filling} ".ljust(140, "z") + "."


def text_of(words: str) -> str:
    return reply_from_text(f"{ABOVE}\n\n{words}\n").text


def apart(language: Language) -> list[list[str]]:
    """All terms of a language in fours, none part of another one of its four."""
    left = list(language.words.legal)
    fours: list[list[str]] = []
    while left:
        four = (
            list(islice((a for a in left if not any(a != b and (a in b or b in a) for b in left[:8])), 4)) or left[:1]
        )
        left = [term for term in left if term not in four]
        rest = (term for term in language.words.legal if not any(term in one or one in term for one in four))
        fours.append([*four, *islice(rest, 4 - len(four))])
    return fours


@pytest.mark.parametrize("language", WITH_TERMS, ids=lambda language: str(language.language))
def test_four_terms_make_a_disclaimer(language: Language) -> None:
    for terms in apart(language):
        assert text_of(paragraph(terms)) == ABOVE, terms


@pytest.mark.parametrize("language", WITH_TERMS, ids=lambda language: str(language.language))
def test_three_do_with_what_it_calls_the_mail(language: Language) -> None:
    for itself in language.words.itself:
        terms = next(four for four in apart(language) if not any(term in itself or itself in term for term in four))
        assert text_of(paragraph([*terms[:3], itself])) == ABOVE, itself


@pytest.mark.parametrize("language", WITH_TERMS, ids=lambda language: str(language.language))
def test_nobody_who_speaks_of_himself_writes_one(language: Language) -> None:
    terms = apart(language)[0]
    for own in language.words.first_person:
        words = paragraph(terms, own)
        assert words in text_of(words), own


def test_terms_within_each_other_count_once() -> None:
    words = "Any unauthorised disclosure or copying of the drawings would be a great pity for both of our companies."
    assert words in text_of(words)


def test_two_terms_and_the_mail_are_an_author_s() -> None:
    words = "This message went to the wrong customer: the addressee should be Hale Freight, and the figures are confidential."
    assert words in text_of(words)


def test_a_short_sentence_is_nobody_s_disclaimer() -> None:
    words = "No liability, no viruses, all copies, at your own risk."
    assert words in text_of(words)
