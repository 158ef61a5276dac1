"""Quotes marked for folding: marks are put in and nothing else happens; the author's words are never under one."""

from __future__ import annotations

import html as stdlib_html
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flectra_inbound import Sent, process, reply_from_html
from flectra_inbound.extract.reply import fold_html
from flectra_inbound.parse.html import html_to_text
from tests.conftest import CORPUS

MARK = ' data-o-mail-quote="1"'
GMAIL = (
    '<html><body><div dir="ltr">Two, please.<div>Blue ones.</div></div><br><div class="gmail_quote"><div dir="ltr" '
    'class="gmail_attr">On Mon, 3 Jun 2024 at 10:00, Eva &lt;<a href="mailto:eva@x.example">eva@x.example</a>&gt; wrote:'
    '<br></div><blockquote class="gmail_quote">One or two?</blockquote></div></body></html>'
)
PLAIN = "\n<pre>Two &amp; blue.\n\nOn Mon, 3 Jun 2024 Eva &lt;eva@x.example&gt; wrote:\n&gt; One or two?\n&gt; Eva\n</pre>\n"


class _Sight(HTMLParser):
    """The text that is under no mark, and that which is."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.seen: list[str] = []
        self.folded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        marked = ("data-o-mail-quote", "1") in attrs or (bool(self.open) and self.open[-1][1])
        if tag not in ("br", "img", "hr"):
            self.open.append((tag, marked))

    def handle_endtag(self, tag: str) -> None:
        if any(name == tag for name, _ in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        (self.folded if self.open and self.open[-1][1] else self.seen).append(data)


def sight(html: str) -> tuple[str, str]:
    parser = _Sight()
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.seen).split()), " ".join("".join(parser.folded).split())


def unmarked(html: str) -> str:
    """Without the marks that a folding put into a source that has no `span`."""
    return html.replace(f"<span{MARK}>", "").replace("</span>", "").replace(MARK, "")


def test_a_quote_of_html_is_marked_as_one_element() -> None:
    html = fold_html(GMAIL)
    assert html.count(MARK) == 1
    assert f'<div{MARK} class="gmail_quote">' in html
    seen, folded = sight(html)
    assert seen == "Two, please.Blue ones."
    assert folded.endswith("wrote:One or two?")


def test_a_plain_text_as_flectra_stores_it() -> None:
    html = fold_html(PLAIN)
    assert unmarked(html) == PLAIN
    assert sight(html) == ("Two & blue.", "On Mon, 3 Jun 2024 Eva <eva@x.example> wrote: > One or two? > Eva")


def test_a_pre_among_other_elements_is_marked_as_a_whole_or_not_at_all() -> None:
    mixed = "<p>Yes.</p><pre>Mine.\nOn Mon, 3 Jun 2024 Eva wrote:\n&gt; One?\n</pre>"
    assert MARK not in fold_html(mixed)
    quote = "<p>Yes.</p><pre>On Mon, 3 Jun 2024 Eva wrote:\n&gt; One?\n&gt; Two?</pre>"
    assert sight(fold_html(quote))[0] == "Yes."


def test_answers_between_quotes_and_what_is_forwarded_stay_in_sight() -> None:
    between = (
        '<p>On Mon, 3 Jun 2024 Eva wrote:</p><blockquote type="cite">One?</blockquote><p>Yes.</p>'
        '<blockquote type="cite">Two?</blockquote><p>No.</p>'
    )
    assert sight(fold_html(between))[0] == "One?Yes.Two?No."
    forward = (
        "<p>See below.</p><p>---------- Forwarded message ---------<br>From: Ada &lt;ada@x.example&gt;<br>"
        "Date: Mon, 3 Jun 2024<br>Subject: Boxes<br>To: eva@x.example</p><p>Ten boxes.</p>"
    )
    assert "Ten boxes." in sight(fold_html(forward))[0]


@pytest.mark.parametrize(
    "html", ["", "text", "<blockquote>all of it</blockquote>", "<p>no quote</p>", "<pre>one\ntwo</pre>"]
)
def test_where_nothing_would_be_left_or_nothing_is_quoted_it_is_the_source(html: str) -> None:
    assert fold_html(html) == html


def test_an_element_that_its_own_end_tag_does_not_close_is_not_marked() -> None:
    # a browser ends this <b> behind the author's second paragraph
    html = fold_html(
        "<p>Yes.</p><div><b>On Mon, 3 Jun 2024 Eva wrote:<blockquote>One?</blockquote></div><p>And no.</p>"
    )
    assert f"<b{MARK}" not in html
    assert MARK in html


def test_a_body_is_not_marked_for_browsers_move_into_it_what_follows() -> None:
    quote = "<p>On Mon, 3 Jun 2024 Eva wrote:</p><blockquote>One?</blockquote>"
    html = fold_html(f"<html><body>{quote}</body></html><p>Yes.</p>")
    assert "<html><body><p" in html
    assert sight(html)[0] == "Yes."


def test_a_copy_of_what_we_sent_is_marked() -> None:
    ours = "would you like one or two of the blue boxes that we showed you on Monday in our hall, please?"
    html = f"<p>Two.</p><p>Xyz qwerty</p><p>{ours}</p>"
    assert MARK not in fold_html(html)
    assert ours in sight(fold_html(html, sent=[Sent(html=f"<p>{ours}</p>")]))[1]


def bodies() -> list[Path]:
    return sorted(CORPUS.joinpath("message").rglob("*.eml"))


def test_on_the_corpus_marks_are_all_that_is_added_and_the_authors_words_are_in_sight() -> None:
    marked = 0
    for path in bodies():
        mail = process(path.read_bytes()).mail
        for source in (mail.html, f"\n<pre>{stdlib_html.escape(mail.text, quote=False)}</pre>\n"):
            if source is None:
                continue
            html = fold_html(source)
            assert len(html) - len(source) == html.count(MARK) * len(MARK) - source.count(MARK) * len(MARK) + (
                html.count("</span>") - source.count("</span>")
            ) * len("<span></span>"), path
            assert html_to_text(html).split() == html_to_text(source).split(), path
            if MARK in html:
                marked += 1
                assert sight(html)[0], path
    assert marked > 10


def test_on_the_corpus_no_word_of_the_author_is_folded() -> None:
    for path in bodies():
        html = process(path.read_bytes()).mail.html
        if html is None or "<pre" in html:
            continue
        reply = reply_from_html(html)
        seen = sight(fold_html(html))[0].replace(" ", "").replace("\u200c", "")
        for fragment in reply.fragments:
            if fragment.kind == "author":
                for line in fragment.text.split("\n"):
                    words = line.removeprefix("- ").split("[")[0].split()
                    assert all(word in seen for word in words), (path, line)


PIECES = [
    "<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<blockquote>", "</blockquote>", "<pre>", "</pre>", "<br>", "<hr>", "\n",
    "<img src=x alt=y>", "<table><tr><td>", "</td></tr></table>", "<li>", "<div/>", "hello ", "On Mon, 3 Jun 2024 Eva wrote:",
    "&gt; quoted", "-- ", "From: a@x.example", "<", ">", "&amp;", "<!-- x -->", "<style>p{}</style>", "\u0130", "<title>t",
]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_whatever_the_html_only_marks_are_added(pieces: list[str]) -> None:
    source = "".join(pieces)
    html = fold_html(source)
    spans = html.count(f"<span{MARK}>")
    assert len(html) == len(source) + html.count(MARK) * len(MARK) + spans * len("<span></span>")
    assert unmarked(html) == source


@pytest.mark.parametrize("piece", ["<div>", "<blockquote>x", "<pre>\n", "a\n&gt; b\n", "<p>x</p>", "</div>", "<"])
def test_depth_and_length_lose_nothing(piece: str) -> None:
    source = "<p>Yes.</p><pre>" + piece * 30_000 + "end"
    html = fold_html(source)
    assert unmarked(html) == source
