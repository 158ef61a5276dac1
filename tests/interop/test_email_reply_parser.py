"""`interop.email_reply_parser`: its fragments and its reply, and its answers over the corpus where they are right."""

from __future__ import annotations

from typing import Any

import pytest

from flectra_inbound import Kind
from flectra_inbound.interop.email_reply_parser import EmailMessage, EmailReplyParser, Fragment

from .mails import REPORTS, Difference, Tally, cases, kept, lost, real, words

REPLY = """Two, please.

Which colour?

--
Nora Vale

On Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:
> One or two?
>
> Eva
"""

DIFFERENCES = {
    "blanks": Difference("it keeps blanks at line ends, and rows of signs", 6, 25),
    "quotes kept": Difference("it knows `On ... wrote:`, `From:` and `Sent from my`: English, and few clients", 200, 420),
    "words lost": Difference("`--`, `>>>`, `From:` and `On` hide what stands below or beside them, whoever wrote it", 10, 40),
    "both right": Difference("words that may stay or go: a client's line, a picture's name, what is forwarded", 0, 10),
    "reports": Difference("a program wrote it: neither has a reply to find there, and each cuts another part", 200, 340),
    "not labelled": Difference("mails whose reply nobody has stated: damage, and forwarded reports", 3, 30),
}  # fmt: skip
#: where the label says that our answer to the text alone is wrong, and why
OURS = {
    "message/apple-mail/0044-en-signature-contact-card": "the author's name, which a text does not say",
    "message/apple-mail/0065-en-mac-list": "the same",
    "message/front/0001-en-signature": "a signature that only the HTML marks",
    "message/gmail/0056-en-signature-no-separator": "the same",
    "message/mailspring/0001-en-mobile": "the same",
    "message/outlook/0044-fr-signature-owa-signature": "the same",
    "message/proton/0001-en-mobile-web-footer": "a footer that only the HTML marks",
    "message/thunderbird/0026-en-inline-flowed-space-stuffed": "format=flowed, which a field says; here theirs is right",
    "message/outlook/0086-de-inline-red-announced": "answers that only the HTML tells, by their colour",
    "message/thunderbird/0065-ja-inline-thanks-below": "a card that the author's name tells, which only the mail has",
}


def test_the_reply_is_what_the_author_wrote() -> None:
    assert EmailReplyParser.parse_reply(REPLY) == "Two, please.\n\nWhich colour?"


def test_the_fragments_are_quoted_hidden_signature_headers_content() -> None:
    assert EmailReplyParser.read(REPLY).fragments == [
        Fragment("Two, please.\n\nWhich colour?"),
        Fragment("--\nNora Vale", signature=True, hidden=True),
        Fragment(
            "On Mon, 3 Jun 2024 at 10:00, Eva <eva@shop.example> wrote:\n> One or two?\n>\n> Eva",
            quoted=True,
            hidden=True,
        ),
    ]


def test_a_quote_that_is_answered_is_not_hidden_but_no_reply() -> None:
    message = EmailReplyParser.read("> One or two?\n\nTwo.\n\n> Which colour?\n\nRed.\n")
    assert [(f.quoted, f.hidden) for f in message.fragments] == [(True, False), (False, False)] * 2
    assert message.reply == "Two.\nRed."


def test_a_header_block_above_unmarked_words_is_headers() -> None:
    message = EmailReplyParser.read(
        "Fine.\n\nFrom: Eva <eva@shop.example>\nSent: Monday, June 3, 2024 10:00 AM\nTo: Nora\nSubject: Order\n\nOne or two?\n"
    )
    assert [(f.headers, f.quoted, f.hidden) for f in message.fragments] == [
        (False, False, False),
        (True, False, True),
        (False, True, True),
    ]


def test_what_is_forwarded_without_a_word_is_not_lost() -> None:
    text = "---------- Forwarded message ---------\nFrom: Eva <eva@shop.example>\nSubject: Order\n\nOne or two?\n"
    assert EmailReplyParser.parse_reply(text) == "One or two?"


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n"])
def test_nothing_is_nothing(text: str) -> None:
    assert EmailReplyParser.parse_reply(text) == ""


def test_line_ends_of_mail_are_taken() -> None:
    assert EmailReplyParser.parse_reply(REPLY.replace("\n", "\r\n")) == EmailReplyParser.parse_reply(REPLY)


def test_a_message_can_be_read_in_two_steps() -> None:
    message = EmailMessage(REPLY)
    assert message.fragments == []
    assert message.read() is message
    assert message.fragments == EmailReplyParser.read(REPLY).fragments


def test_no_word_of_the_corpus_is_in_no_fragment_and_the_reply_is_made_of_them() -> None:
    seen = 0
    for item in [*cases()][::8]:
        message = EmailReplyParser.read(item.plain)
        assert words(" ".join(f.content for f in message.fragments)) == words(item.plain), item.name
        assert message.reply == "\n".join(f.content for f in message.fragments if not (f.hidden or f.quoted)), item.name
        seen += bool(message.fragments)
    assert seen > 150


# -- beside the real package -------------------------------------------------------------------------------------------


def peer() -> Any:
    return real("email_reply_parser").EmailReplyParser


def test_the_fragments_are_theirs_where_they_are_right() -> None:
    theirs = peer().read(REPLY)
    ours = EmailReplyParser.read(REPLY)
    # theirs ends with an empty one where the text ends with a line end
    assert [vars_of(f) for f in ours.fragments] == [vars_of(f) for f in theirs.fragments if f.content]
    assert ours.reply == theirs.reply


def vars_of(fragment: Any) -> tuple[object, ...]:
    return (fragment.quoted, fragment.hidden, fragment.signature, fragment.headers, fragment.content)


def test_over_the_corpus_every_difference_is_explained() -> None:
    theirs = peer()
    tally = Tally(DIFFERENCES)
    wrong = set()
    for item in cases():
        text = item.plain
        if not text.strip():
            continue
        mine, other = EmailReplyParser.parse_reply(text), theirs.parse_reply(text)
        reply = item.label.reply
        if reply is not None and (lost(mine, reply) or kept(mine, reply)):
            wrong.add(item.name)
            continue
        if mine == other:
            tally.same += 1
        elif words(mine) == words(other):
            tally.add("blanks", item.name)
        elif reply is None:
            report = item.label.kind in REPORTS or item.label.kind is not Kind.MESSAGE
            tally.add("reports" if report else "not labelled", item.name)
        elif lost(other, reply):
            tally.add("words lost", item.name)
        else:
            tally.add("quotes kept" if kept(other, reply) else "both right", item.name)
    tally.check(least_same=800)
    assert wrong == set(OURS)
