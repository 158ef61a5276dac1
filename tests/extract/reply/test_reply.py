"""The reply: nothing deleted, only labelled; the author's words and no others in the views."""

from __future__ import annotations

import sys
import time
from itertools import pairwise

import pytest

from flectra_inbound import Reply, Sent, process, reply_from_html, reply_from_text
from flectra_inbound.extract.reply import blocks, sanitised
from flectra_inbound.extract.reply.facts import has_time

GMAIL = (
    '<div dir="ltr">Yes, <b>two</b> please.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, '
    "3 Jun 2024 at 10:00, Eva &lt;eva@shop.example&gt; wrote:<br></div>"
    '<blockquote class="gmail_quote">One or two?</blockquote></div>'
)


def kinds(reply: Reply) -> list[str]:
    return [fragment.kind for fragment in reply.fragments]


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("Yes.\n\nOn Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:\n> One or two?\n", "Yes."),
        ("Yes.\n\nOn Mon, 3 Jun 2024 at 10:00, Eva\n<eva@shop.example>\nwrote:\n\n> One or two?\n", "Yes."),
        ("Yes. On Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:\n> One or two?\n", "Yes."),
        ("Ja.\n\nAm 03.06.24 um 10:00 schrieb Eva:\n> Eins?\n", "Ja."),
        (
            "Oui.\n\n-----Message d'origine-----\nDe : Eva\nEnvoyé : lundi 3 juin 2024 10:00\nÀ : Ada\nObjet : Offre\n\nUn ?\n",
            "Oui.",
        ),
        ("是的。\n\n发件人：张三\n收件人：李四\n主题：你好\n\n原文", "是的。"),
        (">>> Eva <eva@shop.example> 06/03/24 10:00 AM >>>\nOne?\n", ""),
        ("Yes.\n\n2024-06-03 10:00 Eva <eva@shop.example>\n\n| One or two?\n| Tell me.\n", "Yes."),
        ("Yes.\n\n-- \nAda Brook\nShop Ltd\n", "Yes."),
        ("Yes.\n\nSent from my iPhone\n", "Yes."),
        ("Yes.\n\n##- Please type your reply above this line -##\n\nTicket 17\n", "Yes."),
    ],
)
def test_the_author_s_words_alone_are_the_text(text: str, author: str) -> None:
    assert reply_from_text(text).text.startswith(author)
    if author:
        assert reply_from_text(text).text == author


@pytest.mark.parametrize(
    "text",
    [
        "On Monday he wrote:\nnothing at all.\nSo I wrote again.",
        "- one\n- two\n\n-- dashes are no signature here --\n- three",
        "The log says:\n\nFrom: a@b.example\nTo: c@d.example\nSubject: x\n\nWhy?",
        "```\nOn Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:\n> code\n```\nWhat is this?",
        ">>> print(1)\n1\n>>> exit()",
        "I came back from Paris.\nSent from Paris with love, as one says.",
    ],
)
def test_what_only_looks_like_a_quote_stays(text: str) -> None:
    assert reply_from_text(text).text == text


def test_nothing_is_deleted() -> None:
    text = (
        "Yes.\n\nRegards\nAda\n\n-- \nAda Brook\n\nOn Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:\n> One?\n"
    )
    reply = reply_from_text(text)
    assert kinds(reply) == ["author", "signature", "attribution", "quote"]
    spans = [(fragment.start, fragment.end) for fragment in reply.fragments]
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(end < start <= end + 1 for (_, end), (start, _) in pairwise(spans))
    assert "Ada Brook" in text[slice(*spans[1])]


def test_answers_between_quotes_keep_what_they_answer() -> None:
    reply = reply_from_text("On Mon, 3 Jun 2024 Eva wrote:\n> One?\nYes.\n\n> Two?\nNo.\n")
    assert reply.text == "> One?\n\nYes.\n\n> Two?\n\nNo."


def test_a_forward_keeps_the_note_and_names_the_author_of_the_rest() -> None:
    reply = reply_from_text(
        "Please have a look.\n\n---------- Forwarded message ---------\nFrom: Eva <eva@shop.example>\n"
        "Date: Mon, 3 Jun 2024 at 10:00\nSubject: Offer\nTo: Ada <ada@shop.example>\n\nThe offer.\n"
    )
    assert reply.text == "Please have a look."
    assert kinds(reply) == ["author", "forward_header", "forwarded"]
    assert reply.forwarded is not None
    assert (reply.forwarded.sender, reply.forwarded.subject) == ("eva@shop.example", "Offer")
    assert reply.forwarded.recipients == ("ada@shop.example",)


def test_a_forward_without_a_note_is_not_empty() -> None:
    head = "---------- Forwarded message ---------\nFrom: Eva <eva@shop.example>\nDate: 3 Jun 2024\nSubject: x\nTo: y\n"
    text = f"{head}\nThe offer."
    assert reply_from_text(text).text == "The offer."


def test_flowed_lines_are_joined() -> None:
    raw = (
        b"From: a@b.example\nContent-Type: text/plain; format=flowed\n\nThis line \ngoes on.\n >not quoted\n> quoted\n"
    )
    reply = process(raw).reply
    assert reply is not None
    assert reply.text == "This line goes on.\n>not quoted"


# -- HTML ------------------------------------------------------------------------------------------------------------


def test_html_is_cut_and_stays_html() -> None:
    reply = reply_from_html(GMAIL)
    assert reply.text == "Yes, two please."
    assert reply.html == '<div dir="ltr">Yes, <b>two</b> please.</div>'
    assert kinds(reply) == ["author", "attribution", "quote"]


def test_a_container_s_attribution_is_not_parted_by_words_within_it() -> None:
    """QUIRK: Gmail doubles the first word of the Slovenian one."""
    html = (
        '<div>Da.</div><div class="gmail_quote"><div class="gmail_attr">V V tor., 25. feb. 2025 ob 20:00 je oseba Eva '
        'Lind &lt;eva@shop.example&gt; napisala:<br></div><blockquote class="gmail_quote">Ali je prav?</blockquote></div>'
    )
    reply = reply_from_html(html)
    assert [fragment.kind for fragment in reply.fragments] == ["author", "attribution", "quote"]
    assert (reply.text, reply.html) == ("Da.", "<div>Da.</div>")


def test_a_forward_in_the_container_of_quotes_is_a_forward() -> None:
    """QUIRK: Gmail marks the header of a forward with the class of an attribution, and its words with none."""
    html = (
        '<div>For you.</div><br><div class="gmail_quote"><div class="gmail_attr">---------- Forwarded message ---------<br>'
        "From: <b>Eva</b> &lt;eva@shop.example&gt;<br>Subject: Order<br></div><br><div>One or two?</div></div>"
    )
    reply = reply_from_html(html)
    assert [fragment.kind for fragment in reply.fragments] == ["author", "forward_header", "forwarded"]
    assert reply.text == "For you."
    assert reply.forwarded is not None
    assert (reply.forwarded.sender, reply.forwarded.subject) == ("eva@shop.example", "Order")


@pytest.mark.interpreted
def test_without_the_sanitiser_the_text_stands_and_no_html_goes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = b"From: Ada <ada@shop.example>\nContent-Type: text/html\n\n<p>Yes, <b>do</b>.</p>"
    assert "<b>do</b>" in str((process(raw).reply or Reply()).html)
    monkeypatch.setitem(sys.modules, "nh3", None)  # as on a machine that has no wheel for it
    sanitised._sanitiser.cache_clear()
    got = process(raw)
    assert got.reply is not None
    assert (got.reply.text, got.reply.html) == ("Yes, do.", None)
    assert [(d.code, d.detail) for d in got.defects] == [("adapter-error", "nh3")]


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>',
        "<iframe src=//x></iframe>", "<svg><script>1</script></svg>", "<form action=//x><input></form>",
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">', "<style>*{background:url(//x)}</style>",
        '<div style="background:url(javascript:alert(1))">x</div>', '<base href="//x">', "<object data=//x></object>",
        '<meta http-equiv=refresh content="0;url=//x">', "<!--[if IE]><script>1</script><![endif]-->",
    ],
)  # fmt: skip
def test_html_runs_and_loads_nothing(hostile: str) -> None:
    html = (reply_from_html(f"<p>words</p>{hostile}<p>more</p>").html or "").lower()
    assert "words" in html
    assert "more" in html
    for word in (
        "script",
        "onerror",
        "onload",
        "iframe",
        "<form",
        "<input",
        "url(",
        "<base",
        "<meta",
        "<object",
        "<style",
        "svg",
    ):
        assert word not in html


def test_tracking_pixels_go_and_pictures_stay() -> None:
    html = reply_from_html(
        '<p>a<img src="cid:plan" alt="plan"><img src="http://t.example/p.gif" width="1" height="1"></p>'
    ).html
    assert html is not None
    assert "cid:plan" in html
    assert "t.example" not in html


def test_depth_loses_nothing() -> None:
    reply = reply_from_html("<div>" * 20_000 + "deep" + "</div>" * 20_000 + "<p>after</p>")
    assert reply.text.split() == ["deep", "after"]
    assert reply.html is not None
    assert reply.html.count("<div>") < 200
    assert "deep" in reply.html
    assert "after" in reply.html


def test_context_is_marked_as_flectra_marks_quotes() -> None:
    html = reply_from_html(
        '<p>On Mon, 3 Jun 2024 Eva wrote:</p><blockquote type="cite">One?</blockquote><p>Yes.</p>'
        '<blockquote type="cite">Two?</blockquote><p>No.</p>'
    ).html
    assert html is not None
    assert html.count("data-o-mail-quote") == 2
    assert "wrote" not in html


# -- what we sent ----------------------------------------------------------------------------------------------------

OURS = (
    "Dear Ada,\n\nwould you like one or two of the blue boxes that we showed you on Monday in our hall?\n\n"
    "The second thing is the colour of the lid, which can be red or green this year."
)


def test_a_copy_without_marks_is_found() -> None:
    copy = OURS.replace("\n\n", " ").replace("blue ", "blue\n")
    text = f"Two please.\n\nXyz qwerty:\n{copy}"
    assert reply_from_text(text, sent=[Sent(text=OURS)]).text == "Two please.\n\nXyz qwerty:"
    assert "blue" in reply_from_text(text).text


def test_answers_between_unmarked_lines_of_ours_are_found() -> None:
    first, second = OURS.split("\n\n")[1:]
    text = f"See below.\n\nFrom: Eva\nSent: Monday, 3 June 2024\nTo: Ada\nSubject: Boxes\n\n{first}\nTwo of them.\n{second}\n"
    assert "Two of them." in reply_from_text(text, sent=[Sent(html=f"<p>{first}</p><p>{second}</p>")]).text


# -- hostile ---------------------------------------------------------------------------------------------------------

HOSTILE = (
    "On ", ">", "From: a\n", " ", "\n", "wrote:", "wrote:\n", "_", "-- \n", "On Mon, 3 May 2024 x <a@b.c>\n", "a: b@c.de 2024\n",
    "Sent from my iPhone\n", "On 1/1/2024 Ada wrote:\n> a\n", "| a@b 2024\n", "+1 234 567\n", "```\n", "Regards\n",
    "On 1/1/2024 Ada wrote:\n", "Yes On 2024-01-01 you a@b.c:\n", "From: a\nTo: b\n\n", "-----\n", "> a\n" + "\n" * 60,
    "-- \nAda\n\n> x\n", "> On 2024-01-01 a@b.c wrote:\nhi\n> b\n\n", "|a\n", "Message-ID: <a7-4fb2-5f52875f4d0@x.example>\n",
    "<<To: 08DC841F2A]\n",
)  # fmt: skip
HOSTILE_HTML = (
    "<div>",
    "<blockquote>",
    "<",
    "<a ",
    '<a "',
    "<br>",
    "<p>x",
    "<!--",
    "&amp",
    "<script>",
    "<td>x",
    "</div>",
    "<img alt=x>",
    "<SCRIPT>x</SCRIPT>",
    "<!-- >",
    "<svg>",
    "<svg></svg>",
    "<pre>a\n</pre>",
    "<a b='>",
    "&a",
    "<blockquote type=cite>x</blockquote>y",
    "<div id=appendonsend></div>x<p>",
)
#: on a quiet machine each takes less than half a second
SECONDS = 5


@pytest.mark.interpreted
def test_a_line_is_read_once_for_all_the_header_blocks_that_it_may_belong_to(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(text: str) -> bool:
        asked.append(text)
        return has_time(text)

    monkeypatch.setattr(blocks, "has_time", counted)
    reply_from_text("".join(f"X-Trace: <{n}@x.example> 2024\n" for n in range(200)))
    assert len(asked) == len(set(asked)) == 200


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_ends(piece: str) -> None:
    start = time.perf_counter()
    reply_from_text(piece * (100_000 // len(piece)))
    assert time.perf_counter() - start < SECONDS


@pytest.mark.parametrize("piece", HOSTILE_HTML)
def test_hostile_html_ends(piece: str) -> None:
    start = time.perf_counter()
    reply = reply_from_html("first" + piece * (100_000 // len(piece)) + "<p>last</p>")
    assert time.perf_counter() - start < SECONDS
    assert "first" in reply.text


@pytest.mark.parametrize(
    "start",
    ["<p>x</p>" * 15_000, "<i></i>" * 60_000, "<pre>" + "x\n" * 30_000 + "</pre>", "<p>" + "x" * 1_100_000 + "</p>"],
)
def test_what_is_past_a_bound_of_html_comes_through(start: str) -> None:
    reply = reply_from_html(f"<p>first</p>{start}<p>last &lt;b&gt;</p><script>hidden</script>")
    assert "first" in reply.text
    assert "last <b>" in reply.text
    assert "hidden" not in reply.text
    assert reply.html is not None
    assert "first" in reply.html
    assert "last &lt;b&gt;" in reply.html
    assert "hidden" not in reply.html


@pytest.mark.parametrize("name", ["svg", "noscript", "head", "style", "script", "template"])
def test_what_hides_and_never_ends_hides_nothing(name: str) -> None:
    reply = reply_from_html(f"<p>Yes.</p><{name}><p>Two please.</p>")
    assert "Two please." in reply.text
    assert "Two please." in (reply.html or "")


def test_a_long_text_is_sanitised_as_a_short_one() -> None:
    piece = "x &amp; y &a &copy 1 < 2 &nbsp;"
    short, long = (reply_from_html(f"<p>.{piece * times}.</p>").html or "" for times in (1, 500))
    assert long[4:-5] == short[4:-5] * 500


@pytest.mark.parametrize(
    "top",
    [
        "In short: no.",
        "Date: Friday is fine.",
        "To: be honest, no",
        "Note: call 12:30 or mail me@x.example",
        "Subject: ok",
        "From: my side all good",
        "PS: yes",
        "From: 1 March",
        "Cc: please add Bob.",
        "Re: your question, yes.",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_sentence_that_begins_like_a_label_is_no_header(top: str, gap: str) -> None:
    block = "From: Zoe <zoe@acme.example>\nSent: Tuesday, February 25, 2025 8:00 PM\nTo: Ruth\nSubject: S\n\nHello?\n"
    assert reply_from_text(top + gap + block).text == top
    html = "".join(f"<p>{line}</p>" for line in (top, *block.replace("<", "&lt;").splitlines()) if line)
    assert reply_from_html(html).text == top


def test_a_label_of_an_unknown_language_above_the_others_is_one() -> None:
    block = (
        "Zpráva ze dne : 12/12/2016 13:20\nFrom: Zoe <zoe@acme.example>\nTo: ruth@acme.example\nSubject: S\n\nHello?\n"
    )
    assert reply_from_text(f"Yes.\n\n{block}").text == "Yes."


@pytest.mark.parametrize(
    "top",
    [
        "On Monday, 3 March 2025 at 10:00 we meet.",
        "On 3 March 2025 Bob wrote a poem.",
        "Le 5 mai 2025 nous partons.",
        "10:00",
    ],
)
@pytest.mark.parametrize(
    "quote",
    [
        "On Tue, Feb 25, 2025 at 8:00 PM Zoe <zoe@acme.example> wrote:\n\n> Hello?\n",
        "On Tue, Feb 25, 2025 at 8:00 PM Zoe O'Neill-Hathaway-Longname\n<zoe@acme.example> wrote:\n> Hello?\n",
        "Le 25 févr. 2025 à 20:00, Zoe <zoe@acme.example> a écrit :\n\n> Hello?\n",
        "> Hello?\n",
    ],
)
def test_a_sentence_with_a_date_above_an_attribution_is_none_of_it(top: str, quote: str) -> None:
    assert reply_from_text(f"{top}\n{quote}").text == top


@pytest.mark.parametrize(
    "signature", ["Regards,\nBob\n", "-- \nBob\nAcme Ltd\n", "Regards,\nBob Meier\nAcme Ltd\nTel +49 30 123456\n"]
)
@pytest.mark.parametrize(
    "last",
    ["PS: call me tomorrow.", "P.S. I forgot\nthe key.", "N.B. no lift", "П.С. Ключ у меня", "追伸 鍵を忘れました"],
)
def test_a_postscript_is_written(signature: str, last: str) -> None:
    quote = "On Tue, Feb 25, 2025 at 8:00 PM Zoe <zoe@acme.example> wrote:\n\n> Hello?\n"
    text = reply_from_text(f"Fine.\n\n{signature}\n{last}\n\n{quote}").text
    assert text.startswith("Fine.")
    assert text.endswith(last)
    assert "Acme Ltd" not in text


@pytest.mark.parametrize("last", ["By the way, the invoice is wrong.", "I will be at +49 30 1234567 until noon."])
def test_so_is_a_sentence_below_a_card(last: str) -> None:
    text = reply_from_text(f"Fine.\n\nRegards,\nBob Meier\nAcme Ltd\nTel +49 30 123456\n\n{last}\n").text
    assert text.endswith(last)
    assert "Tel +49" not in text


def test_white_space_that_the_author_styled_stays() -> None:
    html = reply_from_html('<div style="white-space:pre-wrap;position:fixed">two  blanks</div>').html
    assert html is not None
    assert "white-space:pre-wrap" in html
    assert "position" not in html
