"""Cards that only the author's name tells, which a mail has and its text has not."""

from __future__ import annotations

from flectra_inbound import process

_MAIL = (
    "From: Gil Rowan <gil@rowan.example>\nTo: office@acme.example\nSubject: Re: Users\n\n"
    "Please remove the second user.\n\n{} | IT | Rowan House Ltd | +44 117 496 0021\n"
)


def test_a_card_in_one_line_begins_with_the_author_s_name() -> None:
    reply = process(_MAIL.format("Gil Rowan").encode()).reply
    assert reply is not None
    assert [str(fragment.kind) for fragment in reply.fragments] == ["author", "signature"]


def test_another_name_may_be_what_he_tells() -> None:
    reply = process(_MAIL.format("Tom Ash").encode()).reply
    assert reply is not None
    assert [str(fragment.kind) for fragment in reply.fragments] == ["author"]
