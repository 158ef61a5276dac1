"""Of two parts that say different things the one is read that has the author's words.

Not in the corpus: its benchmark gives each part to the readers alone.
"""

from __future__ import annotations

import pytest

from flectra_inbound import process

ON = "On Mon, Mar 10, 2025 at 6:03 PM Mia Brandt <m.brandt@acme.example> wrote:"
QUOTE = (
    f'<div class="gmail_quote"><div class="gmail_attr">{ON.replace("<", "&lt;").replace(">", "&gt;")}</div>'
    '<blockquote class="gmail_quote">Shall we paint the gate?</blockquote>{}</div>'
)
LONG = "The crane comes at seven on Thursday, the street has to be empty by then, and Owen brings the signs."


def mail(plain: str, html: str) -> bytes:
    return (
        "From: ruth.ames@harbour.example\nIn-Reply-To: <a@acme.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\n{plain}\n--b\nContent-Type: text/html\n\n{html}\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("plain", "html", "words"),
    [
        ("Please use a program that shows HTML.", f"<p>{LONG}</p>", LONG),
        ("[image: logo.png]", f'<p><img src="cid:a" alt="logo.png"></p><p>{LONG}</p>', LONG),
        (f"{LONG}\n\n{ON}\n> Shall we paint the gate?", "<p>See the text.</p>" + QUOTE.format(""), LONG),
        (
            f"See below.\n\n{ON}\n\nShall we paint the gate?\n\nYes, but not before the rails are welded.",
            "<div>See below.</div>" + QUOTE.format("<div>Yes, but not before the rails are welded.</div>"),
            "Yes, but not before the rails are welded.",
        ),
    ],
    ids=["plain asks for HTML", "plain is a picture", "HTML is a stub", "plain lost the marks"],
)
def test_the_part_with_the_words_is_read(plain: str, html: str, words: str) -> None:
    reply = process(mail(plain, html)).reply
    assert reply is not None
    assert words in reply.text
