"""For all bytes b: `parse(b)` and `process(b)` raise nothing, and what they return is sound (`tests.invariants`).

For all mail that the standard library writes: what was put in comes out. For all mail: LF and CRLF mean the same.
"""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from flectra_inbound import Limits, Pipeline, parse, process

from .invariants import assert_sound_message, assert_sound_result

settings.register_profile(
    "inbound", derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile("inbound")

#: limits so low that small mail is past all of them
TIGHT = Limits(
    message_bytes=900, nesting_depth=3, encoded_depth=1, parts=4, header_block_bytes=200, part_header_block_bytes=80,
    total_header_bytes=300, header_count=5, total_header_count=8, header_value_bytes=40, long_header_value_bytes=60,
    boundary_bytes=8, addresses=2, comment_depth=2, encoded_words=2, parameters=2, parameter_segments=2, message_ids=2,
    text_chars=50, text_lines=3, report_recipients=1, defects=3,
)  # fmt: skip

LABELS = [
    "utf-8",
    "us-ascii",
    "latin1",
    "utf-7",
    "utf-16",
    "iso-2022-jp",
    "gb2312",
    "x-nope",
    "idna",
    "rot13",
    "",
    "\xe9",
]
WORDS = st.one_of(
    st.builds(
        "=?{}?{}?{}?=".format, st.sampled_from(LABELS), st.sampled_from("bBqQx"), st.text("aQ=E9_?+/ \xe9", max_size=9)
    ),
    st.sampled_from(
        ["=?", "?=", "=?utf-8?q?", "plain", "\xe9", "\x00", "\r", "\t", "", '"', "<a@b.example>", "(", ")", ","]
    ),
)
VALUES = st.lists(WORDS, max_size=6).map(" ".join)
BOUNDARIES = st.sampled_from(["A", "AB", "A ", "", "=_x", "\xe9", "a" * 90])
TYPES = st.one_of(
    st.builds(
        "multipart/{}; boundary={}".format, st.sampled_from(["mixed", "alternative", "related", "digest", "report"]), BOUNDARIES
    ),
    st.builds("text/{}; charset={}".format, st.sampled_from(["plain", "html", "rfc822-headers", "x"]), st.sampled_from(LABELS)),
    st.sampled_from(
        "message/rfc822 message/delivery-status message/feedback-report message/disposition-notification "
        "message/global message/partial application/pdf;name=a / text".split()
    ),
    VALUES,
)  # fmt: skip
NAMES = st.sampled_from(
    "From To Cc Sender Reply-To Subject Date Message-ID References In-Reply-To Return-Path Received Delivered-To "
    "Auto-Submitted Precedence List-Id X-Failed-Recipients Content-Disposition Content-ID MIME-Version X".split()
)
FIELDS = st.one_of(
    st.builds("{}: {}".format, NAMES, VALUES),
    st.builds("Content-Type: {}".format, TYPES),
    st.builds(
        "Content-Transfer-Encoding: {}".format, st.sampled_from(["base64", "quoted-printable", "x-uuencode", "8bit", "x"])
    ),
    st.sampled_from([" folded", "no field", ": no name", "From a@b.example x", ""]),
)  # fmt: skip
CONTENTS = st.one_of(
    st.builds("--{}{}".format, BOUNDARIES, st.sampled_from(["", "--", " ", "x"])),
    st.builds("{}: {}".format, st.sampled_from(["Final-Recipient", "Action", "Status", "Feedback-Type", "Disposition"]), VALUES),
    st.sampled_from(["", "some text", "SGVsbG8=", "=E9=", "begin 644 a", "#86)C", "end", "<p>x", "&#13;", "<!--", "\xe9\x00"]),
    st.text(st.characters(max_codepoint=255), max_size=20),
    FIELDS,
)  # fmt: skip
MAILS = st.builds(
    lambda fields, contents, end: end.join([*fields, "", *contents]).encode("latin-1"),
    st.lists(FIELDS, max_size=8),
    st.lists(CONTENTS, max_size=25),
    st.sampled_from(["\r\n", "\n", "\r"]),
)

#: letters of all scripts and signs, no controls, line ends or surrogates; no byte order mark, which is none of the text's
LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff")
TEXTS = st.text(LETTERS, min_size=1, max_size=120).map(str.strip).filter(bool)


@settings(max_examples=400)
@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\x00" * 9)
def test_any_bytes_give_a_sound_result(raw: bytes) -> None:
    assert_sound_message(parse(raw))
    assert_sound_result(process(raw))


@settings(max_examples=1_000)
@given(MAILS)
def test_mail_of_odd_pieces_gives_a_sound_result(raw: bytes) -> None:
    assert_sound_message(parse(raw))
    assert_sound_result(process(raw))


@settings(max_examples=400)
@given(MAILS)
def test_past_all_limits_a_result_is_still_sound(raw: bytes) -> None:
    assert_sound_message(parse(raw, limits=TIGHT))
    assert_sound_result(Pipeline(limits=TIGHT).process(raw))


@settings(max_examples=300)
@given(MAILS)
def test_properties_do_not_depend_on_the_order_in_which_they_are_read(raw: bytes) -> None:
    names = ["subject", "from_", "date", "text", "html", "in_reply_to", "feedback_report"]
    first, second = parse(raw), parse(raw)
    forward = [getattr(first, name) for name in names]
    backward = [getattr(second, name) for name in reversed(names)]
    assert forward[:-1] == backward[:0:-1]


def _comparable(raw: bytes) -> dict[str, Any]:
    """A result without what counts bytes."""
    data = process(raw).model_dump()
    for seen in data["evidence"]:
        del seen["span"]
    for attachment in data["mail"]["attachments"]:
        del attachment["size"]
    return data


@settings(max_examples=500)
@given(MAILS)
def test_lf_and_crlf_mean_the_same(raw: bytes) -> None:
    lf = raw.replace(b"\r\n", b"\n").replace(b"\r", b"")
    if not lf or b"\0" in lf[:2]:  # 16-bit letters are told by the places of their zeros
        return
    assert _comparable(lf) == _comparable(lf.replace(b"\n", b"\r\n"))


@pytest.mark.parametrize("policy", [SMTP, SMTPUTF8], ids=["ascii", "utf8"])
@settings(max_examples=250)
@given(subject=TEXTS, name=TEXTS, lines=st.lists(TEXTS, max_size=5), filename=TEXTS, content=st.binary(max_size=100))
def test_what_the_standard_library_writes_comes_back(
    policy: Any, subject: str, name: str, lines: list[str], filename: str, content: bytes
) -> None:
    mail = EmailMessage(policy=policy)
    mail["Subject"] = subject
    mail["From"] = Address(name, addr_spec="ada@shop.example")
    mail.set_content("\n".join(lines))
    filename = filename.translate({ord(c): "x" for c in '/\\:."'})[:80].strip() or "x"
    mail.add_attachment(content, maintype="application", subtype="pdf", filename=filename)
    result = process(mail.as_bytes())
    assert result.mail.subject == subject
    assert result.mail.sender is not None
    assert (result.mail.sender.name, result.mail.sender.address) == (name, "ada@shop.example")
    assert result.mail.text.rstrip("\n") == "\n".join(lines).rstrip("\n")
    assert [a.filename for a in result.mail.attachments] == [filename]
    assert [a.content() for a in result.mail.attachments] == [content]
    assert [a.size for a in result.mail.attachments] == [len(content)]
