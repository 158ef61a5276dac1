"""No rule about replies sleeps: each template, label, phrase and container is recognised as what it is."""

from __future__ import annotations

import re

import pytest

from flectra_inbound.extract.reply.blocks import label_of
from flectra_inbound.extract.reply.cut import label
from flectra_inbound.extract.reply.elements import role_of
from flectra_inbound.extract.reply.lines import split_lines
from flectra_inbound.extract.reply.look import Look
from flectra_inbound.extract.reply.wording import attribution, fold, is_mobile_footer
from flectra_inbound.rules.loader import containers, languages
from flectra_inbound.rules.schema import Container, Language

FILLING = {
    "{date}": "3. 6. 2024", "{time}": "10:05", "{name}": "Ada Brook", "{email}": "ada@shop.example", "{app}": "Samsung Mail",
    "{device}": "iPhone", "{number}": "5",
}  # fmt: skip
_CHOICE = re.compile(r"\(([^()|]*)\|[^()]*\)|\[[^\[\]]*\]")


def filled(template: str) -> str:
    text = _CHOICE.sub(lambda match: match[1] or "", template)
    for slot, value in FILLING.items():
        text = text.replace(slot, value)
    return " ".join(text.split())


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.language)
def test_every_template_of_a_language_is_an_attribution(language: Language) -> None:
    lines = [line for rule in language.attribution for line in rule.lines]
    assert lines
    assert [line for line in lines if attribution(filled(line)) < 1] == []


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.language)
def test_no_line_that_may_be_a_mark_is_left_out(language: Language) -> None:
    lines = [filled(line) for rule in language.attribution for line in rule.lines]
    lines += [
        form for words in language.words.original_message for form in (words, f"-----{words}-----", words.title())
    ]
    lines += [
        form for words in language.words.forwarded_message for form in (words, f"-----{words}-----", words.title())
    ]
    lines += [f"x {words} x" for words in language.words.reply_above]
    lines += [f"{word}: x" for _, words in language.headers for word in words]
    assert [line for line in lines if not Look(split_lines(line)).candidates] == []


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.language)
def test_every_label_of_a_language_is_known(language: Language) -> None:
    for _, words in language.headers:
        for word in words:
            assert label_of(f"{word[:1].upper()}{word[1:]}: x") is not None, word


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.language)
def test_words_are_lower_case_and_stand_once(language: Language) -> None:
    for name, phrases in [*language.words, *language.headers]:
        assert [p for p in phrases if p != " ".join(p.lower().split())] == [], name
        assert len(set(phrases)) == len(phrases), name


@pytest.mark.parametrize("language", languages(), ids=lambda language: language.language)
def test_mobile_footers_of_a_language_are_footers(language: Language) -> None:
    assert [phrase for phrase in language.words.mobile if not is_mobile_footer(fold(filled(phrase)))] == []


@pytest.mark.parametrize("name", ["disclaimer", "scanned"])
def test_legal_words_and_scanners_are_no_author_s(name: str) -> None:
    for phrase in {phrase for language in languages() for phrase in getattr(language.words, name)}:
        lines = label(split_lines(f"Yes.\n\n{phrase}\n"))
        assert lines[2].kind in ("disclaimer", "footer"), phrase


def test_there_are_enough_languages() -> None:
    wanted = (
        "en de fr es pt it nl da sv nb fi is pl cs sk hu ro bg sr hr sl sq el tr ru uk et lv lt ca eu gl ga cy mt he ar fa "
        "hi bn ta th vi id ms zh-Hans zh-Hant ja ko ka hy kk mn"
    ).split()
    assert set(wanted) - {language.language for language in languages()} == set()


@pytest.mark.parametrize("container", containers(), ids=lambda c: f"{c.client}-{c.role}")
def test_every_container_is_known(container: Container) -> None:
    attributes: dict[str, str] = {}
    if container.classes:
        attributes["class"] = container.classes[0].rstrip("*").lower()
    elif container.id:
        attributes["id"] = container.id[0].replace("*", "1")
    for attribute in container.attributes:
        name, _, value = attribute.partition("=")
        attributes[name] = value
    if container.style:
        attributes["style"] = ";".join(container.style)
    assert role_of(container.tag or "div", attributes) == container.role
