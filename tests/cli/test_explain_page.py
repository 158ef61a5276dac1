"""The page: nothing of a mail becomes a part of it, it is bounded, its links lead somewhere, its colours can be read.

Every mail of the corpus and every hostile one is explained here, in the terminal too.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flectra_inbound import DefectCode, Kind, process
from flectra_inbound.cli.explain import meaning
from flectra_inbound.cli.explain.markup import Html, at_most, el, join, text
from flectra_inbound.cli.explain.page import page, style
from flectra_inbound.cli.explain.places import Place
from flectra_inbound.cli.explain.source import Source, Spot
from flectra_inbound.result import Action, Decision, Reason, Suppression, Trust

from ..broken import BROKEN
from ..conftest import CORPUS
from ..hostile import FAMILIES
from .hostile_mails import ODD, PAYLOADS, mails
from .mails import BOUNCE, MESSAGE
from .pages import Seen, faults, faults_of, page_of, story

HOSTILE = mails("http://canary.example")
FOLDERS = sorted({str(path.parent.relative_to(CORPUS)) for path in CORPUS.rglob("*.eml")})
_MOST = 3_000_000  # characters of a page, whatever the mail

# -- nothing of a mail is markup ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_mail_is_text(payload: str):
    ran = 0
    for name, raw in HOSTILE.items():
        if name.startswith(f"{payload} in "):
            ran += 1
            told = story(raw)
            whole = page(told)
            assert faults_of(told) == [], name
            if payload == "script":
                assert "<script>document.documentElement" in Seen(whole).text, name  # it is there, as text
    assert ran == 5


def test_the_check_finds_what_is_not_ours():
    """Each payload, put into the page unescaped, is a fault: the tests above can fail."""
    whole = page_of(MESSAGE)
    assert faults(whole) == []
    for name, payload in PAYLOADS.items():
        if name not in ("references", "urls"):  # text by nature
            raw = f'<main class="{payload}">' if name == "attribute" else f"<main>{payload}"
            assert faults(whole.replace("<main>", raw, 1)) != [], name


def test_the_kinds_of_hostile_mail_are_what_they_are_called():
    wanted = {
        "a bounce": "bounce",
        "a complaint": "complaint",
        "a receipt": "receipt",
        "HTML": "message",
        "text": "message",
    }
    for name, raw in HOSTILE.items():
        assert process(raw).kind == wanted[name.partition(" in ")[2]], name


@pytest.mark.parametrize("name", ODD)
def test_odd_bytes_and_sizes(name: str):
    told = story(ODD[name])
    assert faults_of(told) == []
    assert len(page(told)) < _MOST


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_every_hostile_family(name: str):
    told = story(FAMILIES[name](20_000))
    assert faults_of(told) == []
    assert len(page(told)) < _MOST


def test_every_broken_mail():
    for name, raw in BROKEN.items():
        assert faults_of(story(raw)) == [], name


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_mail_of_the_corpus(folder: str):
    for path in sorted((CORPUS / folder).glob("*.eml")):
        told = story(path.read_bytes(), str(path))
        whole = page(told)
        assert faults_of(told) == [], path
        # what has a place in the bytes is marked there
        for sign in told.signs:
            assert sign.seen.span is None or f'id="m{sign.number}"' in whole, (path, sign.seen.rule)


# -- the builder -------------------------------------------------------------------------------------------------------


def test_a_string_is_always_text():
    assert el("p", "<b>", Html("<b>")).markup == "<p>&lt;b&gt;<b></p>"
    assert join(["&", Html("&amp;")], "<").markup == "&amp;<&amp;"


@pytest.mark.parametrize(
    "attributes",
    [
        {"onclick": "x"},
        {"style": "color: red"},
        {"href": "https://x.example"},
        {"href": "javascript:x"},
        {"href": "#A b"},
        {"src": "x"},
        {"class_": 'a"b'},
        {"id": "<"},
        {"aria_label": "a\u202eb"},
    ],
)
def test_an_attribute_that_is_none_of_ours(attributes: dict[str, str]):
    with pytest.raises(ValueError, match="no attribute of the page"):
        el("a", "x", **attributes)


@pytest.mark.parametrize("tag", ["script", "img", "style", "link", "iframe", "form", "svg", "base", "p onclick"])
def test_an_element_that_is_none_of_ours(tag: str):
    with pytest.raises(ValueError, match="no element of the page"):
        el(tag)


def test_characters_without_a_shape_are_shown_by_their_number():
    assert text("a\u202eb\x1b\udcff\n\t").markup == "a<i>U+202E</i>b<i>U+001B</i><i>\\xff</i>\n\t"
    assert text("\0" * 5_000).markup == "<i>U+0000 ×5,000</i>"
    assert text("سلام 👩\u200d🚀").markup == "سلام 👩\u200d🚀"


@pytest.mark.parametrize(
    "words", ["", "plain", "<&>\"'", "\u200b\U000e0001" * 5, "\0" * 100, "\udcff\udcfe", "äöü\n\t"]
)
def test_what_markup_takes_is_known_before(words: str):
    assert len(text(words).markup) <= at_most(words)


# -- the source --------------------------------------------------------------------------------------------------------


def shown(raw: bytes, *places: tuple[int, int]) -> Seen:
    spots = [Spot(f"m{n}", f"e{n}", str(n), f"sign {n}", Place(*place)) for n, place in enumerate(places, 1)]
    return Seen("<!DOCTYPE html><html><body>" + Source(raw, 0, spots).show().markup + "</body></html>")


def marked(raw: bytes, *places: tuple[int, int]) -> list[str]:
    spots = [Spot(f"m{n}", f"e{n}", str(n), f"sign {n}", Place(*place)) for n, place in enumerate(places, 1)]
    return [re.sub("<[^>]*>", "", m) for m in re.findall("<mark.*?</mark>", Source(raw, 0, spots).show().markup)]


def test_what_is_marked_are_the_bytes_of_the_span():
    raw = b"From: a\nSubject: hello\n\nbody"
    assert marked(raw, (17, 22)) == ["hello"]


def test_marks_that_overlap_nest_or_coincide():
    raw = b"0123456789"
    assert marked(raw, (0, 4), (2, 6), (2, 6), (8, 9)) == ["01", "23", "45", "8"]
    seen = shown(raw, (0, 4), (2, 6), (2, 6), (8, 9))
    assert sorted(seen.ids) == ["m1", "m2", "m3", "m4"]
    assert sorted(seen.links) == ["#e1", "#e2", "#e3", "#e4"]


def test_a_mark_over_lines_and_one_that_is_empty():
    raw = b"Subject: a\r\n b\r\nX-Empty:\r\n\r\n"
    assert marked(raw, (9, 14), (24, 24)) == ["a", " b", "X-Empty:"]


@pytest.mark.parametrize("place", [(-5, 3), (100, 200), (5, 2), (0, 10**9), (10, 10)])
def test_a_place_outside_of_the_mail(place: tuple[int, int]):
    seen = shown(b"0123456789", place)
    assert "".join(seen.words) == "0123456789" or "".join(w for w in seen.words if w != "1") == "0123456789"
    assert (seen.ids, seen.links) == (["m1"], ["#e1"])


def test_all_of_a_short_mail_is_shown():
    raw = BOUNCE
    assert [line.strip() for line in raw.decode().splitlines()] == [
        line.strip() for line in re.findall(r"<li>(.*?)</li>", _untagged(Source(raw, 0, []).show().markup), re.DOTALL)
    ]


def _untagged(markup: str) -> str:
    return markup.replace("&lt;", "<").replace("&gt;", ">")


def test_a_long_mail_is_folded_and_says_how_much_is_left_out():
    head = b"Subject: Undelivered\r\n\r\n"
    raw = head + b"x" * 70 + b"\r\n" + b"line of nothing\r\n" * 20_000 + b"the end"
    place = (raw.index(b"the end"), len(raw))
    seen = shown(raw, place)
    assert "20,000" not in seen.text  # the lines around the place are shown
    assert re.search(r"[0-9,]+ lines, [0-9,]+ bytes: nothing marked", seen.text)
    assert re.search(r"[0-9,]+ more bytes not shown", seen.text)
    assert seen.text.endswith("the end1")
    number = re.findall(
        r'start="(\d+)"', Source(raw, 0, [Spot("m1", "e1", "1", "sign 1", Place(*place))]).show().markup
    )[-1]
    lines = raw.split(b"\r\n")
    assert lines[int(number) - 1 : int(number) + 1] == [b"line of nothing"] * 2


def test_a_long_line_is_cut_but_for_what_is_marked():
    raw = b"Subject: x\n\n" + b"a" * 30_000 + b"HERE" + b"b" * 30_000
    at = raw.index(b"HERE")
    assert marked(raw, (at, at + 4)) == ["HERE"]
    assert "bytes of this line not shown" in shown(raw, (at, at + 4)).text


def test_base64_is_folded_in_a_short_mail():
    lines = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=\n" * 40
    whole = page_of(b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + lines)
    assert "40 lines" in Seen(whole).text
    assert "<details>" in whole


# -- what is told ------------------------------------------------------------------------------------------------------


def test_a_sign_leads_to_its_place_and_back():
    whole = page_of(BOUNCE)
    for number in (1, 2):
        assert f'<li id="e{number}">' in whole
        assert f'href="#m{number}"' in whole
        assert f'<mark id="m{number}">' in whole
        assert f'href="#e{number}"' in whole
    line = BOUNCE.split(b"\n").index(b"Action: failed") + 1
    assert f"line {line} of the source" in Seen(whole).text


def test_a_recipient_is_told_in_words():
    words = " ".join(Seen(page_of(BOUNCE)).text.split())
    assert "There is no such mailbox." in words
    assert "One genuine report of this kind ends mailing to the address." in words
    assert "repeated over weeks" in words  # the other recipient's mailbox is full
    assert "Mailed asgone+news@example.com" in words
    assert "Reported as dead: gone@example.com." in words


def test_text_that_is_encoded_is_marked_as_read():
    path = CORPUS / "delay/office365"
    raw = b"""Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: bounce@example.org
Subject: failure notice
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

SGkuIFRoaXMgaXMgdGhlIHFtYWlsLXNlbmQgcHJvZ3JhbSBhdCBteC5leGFtcGxlLm5ldC4KVGhp
cyBpcyBhIHBlcm1hbmVudCBlcnJvcjsgSSd2ZSBnaXZlbiB1cC4KCjxnb25lQGV4YW1wbGUuY29t
PjoKU29ycnksIG5vIG1haWxib3ggaGVyZSBieSB0aGF0IG5hbWUuICgjNS4xLjEpCg==
"""
    assert path.is_dir()
    whole = page_of(raw)
    assert process(raw).kind is Kind.BOUNCE
    assert re.search(r'<mark id="t\d">permanent error</mark>', whole)
    assert re.search(r'<mark id="q1">no mailbox here</mark>', whole)


def test_fragments_have_letters_names_and_borders():
    raw = b"Subject: Re: x\n\nTwo, please.\n\nAm 03.06.24 um 10:00 schrieb Eva:\n> One or two?\n"
    whole = page_of(raw)
    assert re.findall(r'<li class="fragment k-([a-z-]+)">', whole) == ["author", "attribution", "quote"]
    words = Seen(whole).text
    for kind in ("author", "attribution", "quote"):
        letter, name, what = meaning.FRAGMENTS[kind]
        assert f"{letter} {name}: {what}" in words
    borders = re.findall(
        r"\.(k-[a-z-]+) \{ --k: var\(--[a-z]+\); border-left-style: (\w+);(?: border-left-width: (\d)px)?", style()
    )
    assert len(borders) == len(meaning.FRAGMENTS)
    assert len({border[1:] for border in borders}) == len(borders)  # no two look the same without colour
    letters = [letter for letter, _, _ in meaning.FRAGMENTS.values()]
    assert len(set(letters)) == len(letters)


def test_no_word_of_an_author_is_missing():
    words = [f"word{n}" for n in range(3_000)]
    raw = b"Subject: x\n\n" + "\n".join(" ".join(words[i : i + 10]) for i in range(0, 3_000, 10)).encode()
    # not those that stand in the source as well
    whole = re.sub('<section id="source".*</section>', "", page_of(raw), flags=re.DOTALL)
    told = set(" ".join(Seen(whole).words).split())
    assert told >= set(words)


@pytest.mark.parametrize(
    ("table", "vocabulary"),
    [
        (meaning.KINDS, Kind),
        (meaning.REASONS, Reason),
        (meaning.SUPPRESSIONS, Suppression),
        (meaning.TRUSTS, Trust),
        (meaning.ACTIONS, Action),
        (meaning.DECISIONS, Decision),
        (meaning.DEFECTS, DefectCode),
    ],
)
def test_every_word_of_the_vocabulary_has_a_meaning(table: dict[object, object], vocabulary: type):
    assert set(table) == set(vocabulary)  # type: ignore[call-overload]


def test_every_rule_in_the_code_has_a_meaning():
    source = Path(meaning.__file__).parents[2] / "classify"
    rules = set()
    for file in source.glob("*.py"):
        rules |= set(re.findall(r'seen\(\s*f?"([a-z.-]+)', file.read_text("utf-8")))
    assert len(rules) > 20
    assert [
        rule for rule in rules if rule.rstrip(".") not in meaning.RULES and rule.partition(".")[0] not in meaning.RULES
    ] == []


# -- how it looks ------------------------------------------------------------------------------------------------------


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_keep_wcag_aa_in_both_schemes():
    schemes = [
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", style(), re.DOTALL)
    ]
    assert len(schemes) == 3  # light, dark, paper
    assert schemes[0].keys() == schemes[1].keys() == schemes[2].keys()
    assert schemes[0]["bg"] != schemes[1]["bg"]
    for colours in schemes:
        texts = [name for name in colours if name not in ("bg", "soft", "line", "edge", "mark")]
        for name in texts:
            for ground in ("bg", "soft"):
                assert _contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
        for name in ("fg", "link"):
            assert _contrast(colours[name], colours["mark"]) >= 4.5, name
        for ground in ("bg", "soft"):
            assert _contrast(colours["edge"], colours[ground]) >= 3, ground  # borders that say something


def test_the_style_sheet_loads_nothing_and_uses_no_colour_of_its_own():
    css = style()
    assert not re.search(r"url\(|@import|@font-face|expression|image\(", css)
    after = re.sub(r":root \{.*?\}", "", css, flags=re.DOTALL)
    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl", after)
    assert ":focus-visible" in css
    assert "@media print" in css
    assert "prefers-color-scheme: dark" in css
