"""Answers in a colour within the quote: found where the author announces them, whatever the client; nowhere else."""

from __future__ import annotations

import pytest

from flectra_inbound import process, reply_from_html
from flectra_inbound.extract.reply.tint import tint_of

HEADER = (
    '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>From:</b> Zoe O\'Neill &lt;zoe@acme.example&gt;<br>'
    "<b>Sent:</b> Tuesday, February 25, 2025 8:00 PM<br><b>To:</b> Ruth Ames<br><b>Subject:</b> Site survey</p></div>"
)
GMAIL = (
    '<div class="gmail_quote"><div class="gmail_attr" dir="ltr">On Tue, Feb 25, 2025 at 8:00 PM Zoe &lt;zoe@acme.example&gt; '
    'wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{}</blockquote></div>'
)
BLUE = '<span style="color:#0070C0">{}</span>'


def text(top: str, quote: str) -> str:
    return reply_from_html(f"<html><body><p>{top}</p>{quote}</body></html>").text


@pytest.mark.parametrize(
    ("top", "answer"),
    [
        ("See my answers in blue below.", BLUE),
        ("Meine Antworten unten in blau.", BLUE),
        ("Mes réponses en rouge ci-dessous.", '<font color="red">{}</font>'),
        ("Le mie risposte in rosso.", '<font color="#C00000">{}</font>'),
        ("Ответы красным ниже.", '<span style="font-size:11pt;color: rgb(192, 0, 0)">{}</span>'),
        ("回答は青字です。", "<span style='color:blue'>{}</span>"),
        ("Antworten farbig im Text.", '<b style="COLOR:#7030a0">{}</b>'),
    ],
)
def test_announced_answers_are_the_authors(top: str, answer: str) -> None:
    quote = (
        f"<p>1. Is the floor level?</p><p>{answer.format('Yes, since Monday.')}</p>"
        f"<p>2. Is there a socket?</p><p>{answer.format('Not yet.')}</p><p>Regards, Zoe</p>"
    )
    for shown in (HEADER + quote, GMAIL.format(quote)):
        found = text(top, shown)
        assert found.startswith(top)
        assert "> 1. Is the floor level?\n\nYes, since Monday." in found
        assert "> 2. Is there a socket?\n\nNot yet." in found
        assert "Zoe" not in found


def test_an_answer_in_the_line_of_its_question() -> None:
    found = text("Answers in red.", HEADER + '<p>Level? <font color="red">Yes.</font></p><p>Dry?</p>')
    assert found.endswith("Level? Yes.")  # what has no colour beside it tells that the quote has none of its own
    found = text("Answers in red.", HEADER + '<p><font color="red">Level? Yes.</font></p><p>Dry?</p>')
    assert found == "Answers in red."  # the quote begins with what is coloured: nothing tells whose colour it is
    found = text("Answers in red.", HEADER + '<p>Hi Ruth,</p><p>Level? <font color="red">Yes.</font></p><p>Dry?</p>')
    assert found.endswith("Level? Yes.")


@pytest.mark.parametrize("top", ["Thanks, that is fine.", "We cut prices in reduced stages.", "In short: no."])
def test_a_coloured_quote_alone_is_no_answer(top: str) -> None:
    assert text(top, HEADER + f"<p>Dear Ruth,</p><p>{BLUE.format('Offer ends on Friday!')}</p>") == top


@pytest.mark.parametrize(
    "colour", ["#000000", "#333333", "black", "windowtext", "rgb(34, 34, 34)", "#1f1f1f", "inherit"]
)
def test_the_colours_of_ordinary_text_are_none(colour: str) -> None:
    quote = f"<p>Dear Ruth,</p><p><span style='color:{colour}'>It is level.</span></p>"
    assert text("Answers in blue.", HEADER + quote) == "Answers in blue."


def test_links_are_coloured_for_another_reason() -> None:
    quote = "<p>Dear Ruth,</p><p><a href='https://acme.example' style='color:#0563C1'>our plan</a></p>"
    assert text("Answers in blue.", HEADER + quote) == "Answers in blue."


def test_the_colours_of_an_older_mail_are_its_own() -> None:
    older = (
        f"<p>From: Ruth Ames</p><p>Sent: Monday</p><p>To: Zoe</p><p>Hello,</p><p>{BLUE.format('an older answer')}</p>"
    )
    found = text("In blue.", f"{HEADER}<p>Level?</p><p>{BLUE.format('Yes.')}</p>{older}")
    assert "Yes." in found
    assert "older" not in found


def test_the_plain_part_which_has_no_colours_is_not_taken_instead() -> None:
    quote = f"<p>1. Level?</p><p>{BLUE.format('Yes.')}</p><p>2. Dry?</p><p>{BLUE.format('No.')}</p>"
    head = "From: Zoe <zoe@acme.example>\nSent: Tuesday\nTo: Ruth\nSubject: S"
    plain = f"Answers in blue.\n\n{head}\n\n1. Level?\nYes.\n2. Dry?\nNo."
    raw = (
        'From: ruth@harbour.example\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{plain}\n"
        f"--b\nContent-Type: text/html\n\n<p>Answers in blue.</p>{HEADER}{quote}\n--b--\n"
    )
    reply = process(raw.encode()).reply
    assert reply is not None
    assert "Yes." in reply.text
    assert "No." in reply.text
    assert reply.html is not None
    assert "Yes." in reply.html


@pytest.mark.parametrize(
    ("attributes", "tint"),
    [
        ({"style": "color:red"}, "red"),
        ({"style": "background-color:red"}, "red"),  # a marker pen
        ({"style": "background:transparent"}, None),
        ({"style": "color:black;background:yellow"}, "yellow"),
        ({"style": "background-color:white; color:#00F"}, "#0000ff"),
        ({"style": "color:rgb(1,2"}, ""),
        ({"style": "color:"}, None),
        ({"style": "color:#zzz"}, ""),
        ({"color": "red"}, None),
        ({}, None),
    ],
)
def test_the_colour_that_an_element_gives(attributes: dict[str, str], tint: str | None) -> None:
    assert tint_of("span", attributes) == tint


def test_the_background_of_a_cell_is_no_marker_pen() -> None:
    assert tint_of("td", {"style": "background-color:red"}) is None
