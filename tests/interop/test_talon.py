"""`interop.talon`: quotations and signatures by talon's names, and its answers over the corpus where they are right."""

from __future__ import annotations

import importlib
import inspect
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from flectra_inbound import parse
from flectra_inbound.interop import talon
from flectra_inbound.interop.talon import quotations, signature
from flectra_inbound.interop.talon.signature import bruteforce
from flectra_inbound.parse.html import html_to_text

from ..hostile import FAMILIES
from .mails import Case, Difference, Tally, cases, lost, real, words

REPLY = """Two, please.

On Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:
> One or two?
"""
SIGNED = "Two, please.\n\n--\nNora Vale\nVale & Co\n"
HTML = (
    '<div dir="ltr">Two, please.</div><script>alert(1)</script><div class="gmail_quote">'
    '<div class="gmail_attr">On Mon, 3 Jun 2024 at 10:00, Eva wrote:</div>'
    '<blockquote class="gmail_quote">One or two?</blockquote></div>'
)

PLAIN = {
    "blanks": Difference("it keeps blanks at line ends, and takes them for words of a quote", 15, 45),
    "keeps more": Difference("it knows attributions of few languages, and leaves all where a line answers", 130, 340),
    "loses words": Difference("`From:`, `Date:`, `Am ... schrieb` cut what stands below, wherever they stand", 10, 30),
    "cuts more": Difference("it cuts what is forwarded below marks or a header block, and endings below a quote", 6, 25),
    "reports": Difference("a program wrote it: neither has a reply to find there, and each cuts another part", 80, 300),
    "not labelled": Difference("mails whose reply nobody has stated: damage, and forwarded reports", 3, 20),
}  # fmt: skip
WEB = {
    "layout": Difference("the same words; ours is a sanitised fragment, theirs a document", 160, 380),
    "keeps more": Difference("it knows few containers, and cuts the quote but not the line that announces it", 75, 140),
    "loses words": Difference("it cuts a container with the answers in it, any quotation, a table with a From", 3, 10),
    "cuts more": Difference("it cuts what is forwarded, and what a client puts below", 8, 30),
    "reports": Difference("a program wrote it: neither has a reply to find there", 5, 40),
    "not labelled": Difference("mails whose reply nobody has stated: damage", 1, 12),
}  # fmt: skip
SIGNATURES = {
    "we alone": Difference("its classifier asks for many marks; we know separators, clients' lines, footers", 80, 150),
    "they alone": Difference("a closing and a name are the author's words to us; a card that only HTML marks", 7, 20),
    "loses words": Difference("it takes addresses, code and questions of the author's for a signature", 8, 60),
    "cut elsewhere": Difference("both find one: it begins at a name above it, or at a line within it", 5, 20),
    "reports": Difference("a program wrote it", 40, 260),
}  # fmt: skip
#: mails whose text alone makes us lose words, and why
OURS = {
    "message/thunderbird/0026-en-inline-flowed-space-stuffed": "format=flowed, which a field says; here theirs is right",
    "message/outlook/0086-de-inline-red-announced": "answers that only the HTML tells, by their colour",
}


def test_a_reply_is_what_stands_above_the_quote() -> None:
    assert quotations.extract_from(REPLY) == "Two, please."
    assert quotations.extract_from(REPLY, "text/plain") == quotations.extract_from_plain(REPLY) == "Two, please."
    assert quotations.extract_from_plain(REPLY.encode()) == "Two, please."


def test_the_signature_stays_and_so_does_what_is_answered_or_forwarded() -> None:
    assert quotations.extract_from_plain(SIGNED) == SIGNED.strip()
    inline = "> One or two?\nTwo.\n> Which colour?\nRed."
    assert quotations.extract_from_plain(inline) == inline
    forward = (
        "Look:\n\n---------- Forwarded message ---------\nFrom: Eva <eva@shop.example>\nSubject: Order\n\nOne or two?"
    )
    assert quotations.extract_from_plain(forward) == forward


def test_the_line_end_is_that_of_the_text() -> None:
    assert quotations.extract_from_plain("One.\r\nTwo.\r\n\r\n> x\r\n") == "One.\r\nTwo."
    assert signature.extract("One.\r\nTwo.\r\n-- \r\nNora\r\nVale\r\n", "") == ("One.\r\nTwo.", "--\r\nNora\r\nVale")


def test_html_comes_without_the_quote_and_without_what_runs() -> None:
    assert quotations.extract_from(HTML, "text/html") == '<div dir="ltr">Two, please.</div>'
    assert quotations.extract_from_html(HTML.encode()) == '<div dir="ltr">Two, please.</div>'


def test_a_forward_in_html_keeps_its_header() -> None:
    html = (
        '<div>Look</div><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        "From: <b>Eva</b> &lt;eva@shop.example&gt;<br>Date: Mon, 3 Jun 2024<br>Subject: Order<br></div><p>One or two?</p></div>"
    )
    text = html_to_text(quotations.extract_from_html(html))
    assert words(text) == words(html_to_text(html))


def test_another_content_type_is_left_as_it_is() -> None:
    assert quotations.extract_from(REPLY, "text/calendar") == REPLY


def test_the_signature_apart_from_the_text() -> None:
    assert signature.extract(SIGNED, "Nora Vale <nora@example.com>") == ("Two, please.", "--\nNora Vale\nVale & Co")
    assert bruteforce.extract_signature(SIGNED) == ("Two, please.", "--\nNora Vale\nVale & Co")
    assert signature.extract(" Two, please.\n", "nora@example.com") == ("Two, please.", None)
    assert signature.extract("--\nNora Vale", "") == ("--\nNora Vale", None)


def test_the_sender_s_name_tells_a_signature() -> None:
    card = "Please call me.\n\nRuth Ames\nHarbour Instruments Ltd\nT: +44 113 496 0011\nwww.harbour.example\n"
    assert signature.extract(card, "Ruth Ames <ruth@harbour.example>")[0] == "Please call me."
    assert signature.extract(card, "Eva <eva@shop.example>")[1] is None


def test_init_is_there_to_be_called() -> None:
    assert talon.init() is None  # type: ignore[func-returns-value]


@pytest.mark.parametrize("family", FAMILIES)
def test_hostile_texts_end(family: str) -> None:
    raw = FAMILIES[family](50_000)
    text = raw.decode("utf-8", "replace")
    assert isinstance(quotations.extract_from_plain(text), str)
    assert isinstance(quotations.extract_from_html(text), str)
    assert signature.extract(text, text)[0] is not None


# -- beside the real package -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def peer() -> Iterator[Any]:
    """talon 1.4.4. Its signature module wants `sklearn.externals.joblib`, which scikit-learn 0.23 removed, and a classifier
    pickled by Python 2: here joblib itself stands in, and its own classifier learns from its own data. Afterwards all that
    is undone, for other tests show what people get.
    """
    package = real("talon")
    logging.getLogger("talon").setLevel(logging.CRITICAL)
    place = importlib.import_module("sklearn.externals")
    with pytest.MonkeyPatch.context() as patch:
        joblib = importlib.import_module("joblib")
        patch.setitem(sys.modules, "sklearn.externals.joblib", joblib)
        patch.setattr(place, "joblib", joblib, raising=False)
        theirs = importlib.import_module("talon.signature")
        theirs.extraction.EXTRACTOR = theirs.classifier.train(theirs.classifier.init(), theirs.EXTRACTOR_DATA)
        package.quotations.register_xpath_extensions()
        yield package
    for name in [name for name in sys.modules if name.startswith("talon.signature")]:
        del sys.modules[name]
    del package.signature


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::SyntaxWarning")


@pytest.mark.parametrize("name", ["extract_from", "extract_from_plain", "extract_from_html"])
def test_the_parameters_are_talon_s(name: str, peer: Any) -> None:
    theirs = inspect.signature(getattr(peer.quotations, name)).parameters.values()
    ours = inspect.signature(getattr(quotations, name)).parameters.values()
    assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in theirs]


def test_over_the_corpus_every_difference_of_plain_texts_is_explained(peer: Any) -> None:
    theirs = peer.quotations
    tally = Tally(PLAIN)
    wrong = set()
    for item in cases():
        text = item.plain
        if not text.strip():
            continue
        mine, other = quotations.extract_from_plain(text), theirs.extract_from_plain(text)
        if item.label.reply is not None and lost(mine, item.label.reply):
            wrong.add(item.name)
        elif mine == other:
            tally.same += 1
        else:
            tally.add("blanks" if words(mine) == words(other) else difference(item, mine, other), item.name)
    tally.check(least_same=900)
    assert wrong == set(OURS)


def test_over_the_corpus_every_difference_of_html_is_explained(peer: Any) -> None:
    theirs = peer.quotations
    tally = Tally(WEB)
    for item in cases():
        html = item.html
        if not html.strip():
            continue
        mine = html_to_text(quotations.extract_from_html(html))
        other = html_to_text(theirs.extract_from_html(html))
        if item.label.fails:
            continue
        assert item.label.reply is None or not lost(mine, item.label.reply), item.name
        tally.add("layout" if words(mine) == words(other) else difference(item, mine, other), item.name)
    tally.check(least_same=0)


def difference(item: Case, mine: str, other: str) -> str:
    reply = item.label.reply
    if reply is None:
        return "not labelled" if item.label.kind == "message" else "reports"
    if lost(other, reply):
        return "loses words"
    return "keeps more" if len(words(other)) > len(words(mine)) else "cuts more"


def test_over_the_corpus_every_difference_of_signatures_is_explained(peer: Any) -> None:
    theirs = peer.signature
    tally = Tally(SIGNATURES)
    for item in cases():
        text = quotations.extract_from_plain(item.plain)
        if not text.strip():
            continue
        author = next(iter(parse(item.raw).from_), None)
        sender = f"{author.name} <{author.address}>" if author else ""
        mine, other = signature.extract(text, sender), theirs.extract(text, sender)
        reply = item.label.reply
        assert reply is None or item.name in OURS or not lost(mine[0], reply), item.name
        if words(mine[1] or "") == words(other[1] or ""):
            tally.same += 1
        elif reply is None:
            tally.add("reports", item.name)
        elif lost(other[0], reply):
            tally.add("loses words", item.name)
        else:
            tally.add(
                "they alone" if mine[1] is None else "we alone" if other[1] is None else "cut elsewhere", item.name
            )
    tally.check(least_same=1_000)
