"""Whatever bytes come in, a sound result comes out soon, and none of an author's words is lost on the way."""

from __future__ import annotations

import time

import pytest

from flectra_inbound import Inbound, parse, process

from .broken import BROKEN
from .hostile import FAMILIES, FIRST, LAST
from .invariants import assert_sound_message, assert_sound_result

SIZE = 200_000
#: a net against cost that grows faster than the mail; what it really takes is the benchmark's to say
SECONDS = 10


def read(raw: bytes) -> Inbound:
    start = time.perf_counter()
    inbound = process(raw)
    assert time.perf_counter() - start < SECONDS
    return inbound


def assert_words_kept(raw: bytes, inbound: Inbound) -> None:
    for word in (FIRST, LAST):
        if word in raw:
            assert word.decode() in inbound.mail.text


@pytest.mark.parametrize("name", BROKEN)
def test_broken_mail_gets_a_sound_result(name: str) -> None:
    raw = BROKEN[name]
    inbound = read(raw)
    assert_sound_result(inbound)
    assert_sound_message(parse(raw))
    if not name.startswith("inner_"):
        assert_words_kept(raw, inbound)


@pytest.mark.parametrize("name", FAMILIES)
def test_hostile_mail_gets_a_sound_result(name: str) -> None:
    raw = FAMILIES[name](SIZE)
    inbound = read(raw)
    assert_sound_result(inbound)
    assert_words_kept(raw, inbound)


@pytest.mark.parametrize(
    "name",
    ["text_line", "text_blank_lines", "header_names", "header_name_long", "tiny_parts", "html_no_break", "html_texts"],
)
def test_words_past_every_cap_are_kept(name: str) -> None:
    raw = FAMILIES[name](3_000_000)
    assert_words_kept(raw, read(raw))


def test_families_scale_by_bytes() -> None:
    for name, family in FAMILIES.items():
        assert 0.7 < len(family(SIZE)) / SIZE < 1.4, name


def test_there_are_enough_of_them() -> None:
    assert len(FAMILIES) >= 50
    assert len(BROKEN) >= 130


def test_the_same_mail_twice_gets_the_same_result() -> None:
    for raw in BROKEN.values():
        assert process(raw) == process(raw)
