"""Hostile mail that scales: each family is a function from a size in bytes to a mail of about that size.

Invariant: cost is linear. `process()` takes time and memory in proportion to the bytes of any family, and both marker
words that a family writes in its text come out in `mail.text`. Broken mail of fixed size is in `tests.broken`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable

FIRST = b"marmalade"  #: opens what the author wrote
LAST = b"periwinkle"  #: ends it
TOP = b"From: Ada Brook <ada@shop.example>\r\nTo: desk@host.example\r\nSubject: order 17\r\nMIME-Version: 1.0\r\n"
MIXED = TOP + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n"
PLAIN = TOP + b"Content-Type: text/plain\r\n\r\n" + FIRST + b"\r\n"
HTML = TOP + b"Content-Type: text/html\r\n\r\n<p>" + FIRST + b"</p>"
_MULTIPART = b"Content-Type: multipart/mixed; boundary=%s\r\n"
_ATTACHMENT = b"Content-Disposition: attachment; filename=a\r\n"
_STATUS_PART = b"--B\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
REPORT = TOP + b"Content-Type: multipart/report; report-type=%s; boundary=B\r\n\r\n--B\r\n\r\n" + FIRST + b"\r\n"

Family = Callable[[int], bytes]
FAMILIES: dict[str, Family] = {}


def family(function: Family) -> Family:
    FAMILIES[function.__name__] = function
    return function


def fill(unit: bytes, size: int) -> bytes:
    return unit * max(1, size // len(unit))


def counted(unit: bytes, size: int) -> bytes:
    """`unit` with a running number in place of its %d, as often as fits."""
    return b"".join(unit % i for i in range(max(1, size // (len(unit) + 3))))


def body(text: bytes = b"") -> bytes:
    return b"\r\n" + FIRST + b"\r\n" + text + b"\r\n" + LAST + b"\r\n"


def field(name: bytes, value: bytes) -> bytes:
    return name + b": " + value + b"\r\n" + TOP + body()


def simple(name: str, why: str, make: Family) -> None:
    """A family that is one expression."""
    make.__name__, make.__doc__ = name, why
    family(make)


# -- structure ---------------------------------------------------------------------------------------------------------


def _levels(size: int, unit: int = 70) -> range:
    return range(max(1, size // unit))


def _opened(levels: range) -> bytes:
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (i, i) for i in levels)


@family
def multiparts_closed(n: int) -> bytes:
    """A parser that recurses dies here; one that searches every open boundary on every line is quadratic."""
    levels = _levels(n)
    closing = b"".join(b"\n--b%d--\n" % i for i in reversed(levels))
    return b"From: a@b.example\n" + _opened(levels) + b"\n" + FIRST + b"\n" + closing


@family
def multiparts_open(n: int) -> bytes:
    """The same, never closed."""
    return b"From: a@b.example\n" + _opened(_levels(n, 55)) + b"\n" + FIRST + b"\n"


@family
def deep_then_lines(n: int) -> bytes:
    """As deep as is looked into, then a long body: cost a line must not grow with depth."""
    return b"From: a@b.example\n" + _opened(range(45)) + b"\n" + FIRST + b"\n" + fill(b"a line of text\n", n) + LAST


@family
def deep_then_near_boundaries(n: int) -> bytes:
    """Boundaries that begin one another, and lines that begin with all of them and are none."""
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=%s\n\n--%s\n" % (b"x" * i, b"x" * i) for i in range(1, 46)
    )
    return b"From: a@b.example\n" + opened + b"\n" + FIRST + b"\n" + fill(b"--" + b"x" * 45 + b"y\n", n) + LAST


@family
def messages_in_messages(n: int) -> bytes:
    """message/rfc822 needs no boundary: a level costs thirty bytes."""
    return b"From: a@b.example\n" + fill(b"Content-Type: message/rfc822\n\n", n) + b"Subject: x\n\ninner\n"


@family
def boundaries_from_long_to_short(n: int) -> bytes:
    """Each boundary is the beginning of the one around it."""
    depth = max(2, min(200, int((n / 2) ** 0.5)))
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=%s\n\n--%s\n" % (b"x" * i, b"x" * i) for i in range(depth, 0, -1)
    )
    return b"From: a@b.example\n" + opened + b"\n" + FIRST + b"\n" + fill(b"text\n", n - len(opened)) + LAST


@family
def base64_messages(n: int) -> bytes:
    """Every embedded message costs a decoded copy."""
    inner = base64.encodebytes(TOP + b"\r\n" + b"inner text\r\n" * 200)
    part = b"--B\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner
    return MIXED + b"--B\r\n\r\n" + FIRST + b"\r\n" + fill(part, n) + b"--B--\r\n"


@family
def base64_message_chain(n: int) -> bytes:
    """Encoded messages within one another: copies of copies."""
    raw = TOP + body(fill(b"inner text\r\n", n // 3))
    while len(raw) < n:
        raw = (
            TOP + b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(raw)
        )
    return raw.replace(FIRST, b"inner").replace(LAST, b"inner")


@family
def pictures_by_content_id(n: int) -> bytes:
    """Each attachment asks whether the HTML shows it; the HTML nearly names them all."""
    picture = (
        b"--B\r\nContent-Type: image/png\r\nContent-Disposition: attachment\r\nContent-ID: <aaaaaaaa%d>\r\n\r\nx\r\n"
    )
    html = b"<p>" + FIRST + b"</p>" + fill(b"cid:aaaaaaa ", n // 2) + LAST
    return MIXED + b"--B\r\nContent-Type: text/html\r\n\r\n" + html + b"\r\n" + counted(picture, n // 2) + b"--B--\r\n"


@family
def texts_and_pictures(n: int) -> bytes:
    """Many bodies beside many attachments with ids: no look at all of the one for each of the other."""
    pair = b"--B\r\n\r\nx\r\n--B\r\nContent-Type: image/png\r\nContent-ID: <%d>\r\n\r\nx\r\n"
    return MIXED + b"--B\r\n\r\n" + FIRST + b"\r\n" + counted(pair, n) + b"--B--\r\n"


def _multipart(part: bytes) -> Family:
    return lambda n: MIXED + b"--B\r\n\r\n" + FIRST + b"\r\n" + fill(part, n) + b"--B\r\n\r\n" + LAST + b"\r\n--B--\r\n"


for _name, _why, _part in [
    ("empty_parts", "the cheapest part there is: objects cost more than bytes", b"--B\r\n\r\n"),
    ("tiny_parts", "no part may cost a search of the whole mail", b"--B\r\n\r\nx\r\n"),
    ("attachments", "disposition and name are read for each", b"--B\r\n" + _ATTACHMENT + b"\r\nx\r\n"),
    ("multiparts_beside", "each has a boundary that never comes", b"--B\r\n" + _MULTIPART % b"C" + b"\r\nx\r\n"),
    ("dash_lines", "candidates for a boundary on every line", b"--\r\n"),
    ("near_boundaries", "lines that begin with the boundary and go on", b"--Bx\r\n"),
    ("padded_near_boundaries", "boundary, white space, and then a letter", b"--B" + b" " * 60 + b"x\r\n"),
    ("same_boundary_within", "an inner multipart with the outer boundary", b"--B\r\n" + _MULTIPART % b"B" + b"\r\n"),
]:  # fmt: skip
    simple(_name, _why, _multipart(_part))

simple("after_the_end", "a long epilogue", lambda n: _multipart(b"--B\r\n\r\nx\r\n")(0) + fill(b"line\r\n", n))
simple(
    "wrong_boundary",
    "the boundary never comes: all of it is text",
    lambda n: MIXED + body(fill(b"--C\r\n\r\nx\r\n", n)),
)
simple(
    "digest",
    "each part of a digest is a message without saying so",
    lambda n: (
        TOP + b"Content-Type: multipart/digest; boundary=B\r\n\r\n" + fill(b"--B\r\n\r\nSubject: x\r\n\r\ny\r\n", n)
    ),
)

# -- reports -----------------------------------------------------------------------------------------------------------

_GROUP = b"Final-Recipient: rfc822; u@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"


def _status(content: bytes) -> bytes:
    return REPORT % b"delivery-status" + _STATUS_PART + content + b"--B--\r\n"


simple("status_groups", "a report on everybody", lambda n: _status(fill(_GROUP + b"\r\n", n)))
simple("status_one_group", "recipients without a blank line between", lambda n: _status(fill(_GROUP, n)))
simple("status_garbage", "lines that are no fields", lambda n: _status(_GROUP + fill(b"no field here\r\n", n)))
simple("status_void", "groups without a field", lambda n: _status(fill(b"=\r\n\r\n", n) + _GROUP))
simple("status_blank_lines", "blank lines are groups of nothing", lambda n: _status(fill(b"\r\n", n) + _GROUP))
simple(
    "status_split_groups",
    "a blank line between the fields of each recipient",
    lambda n: _status(fill(_GROUP.replace(b"\r\n", b"\r\n\r\n"), n)),
)
simple(
    "status_long_field", "one long diagnostic", lambda n: _status(_GROUP + b"Diagnostic-Code: " + b"a" * n + b"\r\n")
)
simple(
    "status_parts",
    "many reports in one: the bound on recipients must not be one for each",
    lambda n: REPORT % b"delivery-status" + fill(_STATUS_PART + fill(_GROUP + b"\r\n", 2_000), n) + b"--B--\r\n",
)


@family
def complaint_ids(n: int) -> bytes:
    """Message ids of every embedded header block are gathered, each once."""
    report = b"--B\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n"
    blocks = []
    for block in range(max(1, n // 7_300)):
        ids = b"".join(b"<%d>" % i for i in range(100_000 + block * 900, 100_900 + block * 900))
        blocks.append(b"--B\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: " + ids + b"\r\n\r\n")
    return REPORT % b"feedback-report" + report + b"".join(blocks) + b"--B--\r\n"


# -- header blocks -----------------------------------------------------------------------------------------------------

simple("header_names", "a name of its own for each field", lambda n: TOP + counted(b"X-H%d: v\r\n", n) + body())
simple(
    "header_repeated",
    "trace fields",
    lambda n: TOP + fill(b"Received: from a by b; 3 Jun 2024 10:00 Z\r\n", n) + body(),
)
simple("to_repeated", "To is joined from all its fields", lambda n: fill(b"To: a@b.example\r\n", n) + TOP + body())
simple("header_without_end", "fields up to the last byte", lambda n: TOP + counted(b"X-H%d: v\r\n", n))
simple("header_long", "one value as long as the mail", lambda n: field(b"Subject", b"a" * n))
simple("header_folds", "a fold every other byte", lambda n: field(b"Subject", fill(b"a\r\n ", n)))
simple("header_blank_folds", "folds of white space only", lambda n: field(b"Subject", fill(b"\r\n ", n)))
simple("header_eight_bit", "neither ASCII nor UTF-8", lambda n: field(b"Subject", fill(b"\xe9\xff", n)))
simple("header_spaces", "white space before the value", lambda n: field(b"Subject", b" " * n + b"x"))
simple("header_name_long", "a name that has no colon", lambda n: TOP + b"a" * n + body())
simple(
    "header_no_colons",
    "the first line that is no field ends the block",
    lambda n: TOP + fill(b"no field\r\n", n) + LAST,
)
simple(
    "mbox_lines",
    "an mbox line between all fields",
    lambda n: TOP + fill(b">From a@b.example x\r\nX: y\r\n", n) + body(),
)
simple(
    "nul_bytes", "NUL in names, values and text", lambda n: TOP + fill(b"X\0: \0\r\n", n // 2) + body(b"\0" * (n // 2))
)

for _name, _why, _header, _unit in [
    ("words_q", "neighbouring encoded words are joined", b"Subject", b"=?utf-8?q?a?= "),
    ("words_charsets", "a change of charset at each word", b"Subject", b"=?utf-8?q?a?= =?koi8-r?q?a?= "),
    ("words_folded", "the same, folded", b"Subject", b"=?utf-8?b?YQ==?=\r\n "),
    ("words_in_from", "words in an address field", b"From", b"=?utf-8?q?a?= "),
    ("words_open", "beginnings of words", b"Subject", b"=?"),
    ("words_never_end", "whole beginnings, no end", b"Subject", b"=?a?b?A"),
    ("words_bad", "base64 that is none, with one end each", b"Subject", b"=?a?b?A?= "),
    ("commas", "empty list members", b"To", b","),
    ("parentheses_open", "comments that never close", b"To", b"("),
    ("parentheses_pairs", "comments beside each other", b"To", b"(a)"),
    ("colons", "groups within groups", b"To", b"a:"),
    ("angles", "angle brackets that never close", b"To", b"<"),
    ("angles_back", "angle brackets that never open", b"To", b">"),
    ("quotes", "quoted strings of nothing", b"To", b'"'),
    ("quoted_pairs", "a quoted string that never ends", b"To", b'"\\'),
    ("dots", "a local part of dots", b"To", b"."),
    ("at_signs", "more than one @", b"To", b"a@"),
    ("bare_words", "addresses without commas", b"To", b"a@b "),
    ("routes", "obsolete routes", b"To", b"<@a,@b:c@d.example>,"),
    ("ids", "an id for every four bytes", b"References", b"<a> "),
    ("ids_open", "ids that never close", b"References", b"<"),
    ("ids_bare", "ids without brackets", b"References", b"a@b "),
    ("received_comments", "trace comments that never close", b"Received", b"(a "),
    ("received_words", "clauses without values", b"Received", b"for from by "),
    ("date_digits", "numbers that do not end", b"Date", b"1"),
    ("date_spaces", "a date of white space", b"Date", b"3 Jun \t"),
    ("failed_recipients", "a list that a report is made from", b"X-Failed-Recipients", b"u@x.example, "),
    ("semicolons", "parameters of nothing", b"Content-Type", b"text/plain;"),
    ("parameter_quotes", "quoted strings that never end", b"Content-Type", b'text/plain;a="'),
    ("parameter_spaces", "white space around the equals sign", b"Content-Type", b"text/plain; a \t "),
]:
    simple(_name, _why, lambda n, header=_header, unit=_unit: field(header, fill(unit, n)))

simple("addresses", "everybody in To", lambda n: field(b"To", counted(b'"N, %d" (c) <u@x.example>,\r\n ', n)))
simple(
    "colons_behind_pieces",
    "an address in pieces, then a colon for each",
    lambda n: field(b"To", fill(b"a(x)", min(n // 2, 60_000)) + b"@" + fill(b":", n // 2)),
)
simple("parameters", "a parameter each", lambda n: field(b"Content-Type", b"text/plain" + counted(b";\r\n a%d=x", n)))
simple(
    "parameter_pieces",
    "RFC 2231 pieces",
    lambda n: field(b"Content-Type", b"text/plain" + counted(b";\r\n name*%d=x", n)),
)
simple("parameter_number", "a long number", lambda n: field(b"Content-Type", b"text/plain; name*" + b"9" * n + b"=x"))

simple(
    "notice_line",
    "one line where a notice names its recipients, which the last layer looks at from each letter on",
    lambda n: (
        TOP.replace(b"ada@shop", b"mailer-daemon@shop").replace(b"order 17", b"Undelivered Mail Returned to Sender")
        + body(b"A message that you sent could not be delivered to one or more of its recipients.\r\n" + b"a" * n)
    ),
)

# -- text --------------------------------------------------------------------------------------------------------------


def _encoded(encoding: bytes, unit: bytes, start: bytes = b"", charset: bytes = b"utf-8") -> Family:
    head = TOP + b"Content-Type: text/plain; charset=" + charset + b"\r\nContent-Transfer-Encoding: " + encoding
    return lambda n: head + b"\r\n\r\n" + start + fill(unit, n)


for _name, _why, _unit in [
    ("text_line", "one line", b"a"),
    ("text_blank_lines", "blank lines only", b"\n"),
    ("text_cr", "CR alone ends lines", b"x\r"),
    ("text_quotes", "quotation marks of quotations", b"> "),
    ("text_on_wrote", "lines that open a quotation", b"On a, wrote\n"),
    ("text_addresses", "lines that name an address", b"<a@b.example>: \n"),
    ("text_smtp", "lines that look like an SMTP reply", b"550 5.1.1 <a@b.example>... User unknown\n"),
    ("text_colons", "lines that look like fields", b"Status: 5\n"),
]:
    simple(_name, _why, lambda n, unit=_unit: PLAIN + fill(unit, n) + b"\n" + LAST)

for _name, _why, _family in [
    ("base64_garbage", "more foreign letters than base64", _encoded(b"base64", b"!@#a")),
    ("base64_short_lines", "a line for each letter", _encoded(b"base64", b"!\n")),
    ("base64_runs", "padding after each letter", _encoded(b"base64", b"QQ==\n")),
    ("base64_one_line", "one line of base64", _encoded(b"base64", b"QUJD")),
    ("qp_soft_breaks", "soft line breaks only", _encoded(b"quoted-printable", b"=\r\n")),
    (
        "qp_padded",
        "blanks behind what looks like a soft line break",
        _encoded(b"quoted-printable", b"= \t" * 300 + b"="),
    ),
    ("qp_padding", "soft line breaks with blanks behind them", _encoded(b"quoted-printable", b"=  \r\n")),
    ("qp_bad", "escapes that are none", _encoded(b"quoted-printable", b"=Z")),
    ("uu_lines", "uuencode", _encoded(b"x-uuencode", b"M" + b"a" * 60 + b"\n", b"begin 644 a\n")),
    ("uu_short_lines", "uuencode of one byte a line", _encoded(b"x-uuencode", b"!80  \n", b"begin 644 a\n")),
    ("charset_jis", "vendor characters of Japan", _encoded(b"8bit", b"\x1b$B-!\x1b(B", charset=b"iso-2022-jp")),
    ("charset_jis_undeclared", "escapes of a charset that nothing names", _encoded(b"8bit", b"\x1b$B-!\x1b(B")),
    ("charset_jis_run", "one run of vendor characters", _encoded(b"8bit", b"-!", b"\x1b$B", charset=b"iso-2022-jp")),
    ("charset_damaged", "UTF-8 that is none", _encoded(b"8bit", b"\xc3\xa9\xff")),
    ("charset_utf16", "two bytes a letter", _encoded(b"8bit", b"a\0", charset=b"utf-16")),
]:
    simple(_name, _why, _family)

# -- HTML --------------------------------------------------------------------------------------------------------------

for _name, _why, _unit in [
    ("html_depth", "elements that never close", b"<div>"),
    ("html_paragraphs", "a letter a paragraph", b"<p>ab"),
    ("html_less_than", "no tags at all", b"< "),
    ("html_tags_open", "tags that never end", b"<a "),
    ("html_comments_open", "comments that never end", b"<!--"),
    ("html_comments", "comments", b"<!-- x -->"),
    ("html_declarations", "declarations that never end", b"<!x "),
    ("html_quotes", "a quote within a tag that never ends", b'<a b="'),
    ("html_quoted_ends", "tags that seem to end within quotes", b"<a b='>' c=\">\">x</a>"),
    ("html_scripts", "hidden elements that never end", b"<script><style>"),
    ("html_scripts_closed", "hidden elements", b"<script>x</script>"),
    ("html_entities", "references that are none", b"&a"),
    ("html_entity_long", "a reference as long as the mail", b"9"),
    ("html_pictures", "pictures with words", b'<img alt="x" src="y">'),
    ("html_cells", "a table of nothing", b"<td></td>"),
    ("html_no_break", "no-break spaces", "\xa0".encode()),
    ("html_texts", "texts with nothing between them that goes out", 300 * "\xa0".encode() + b"<!---->"),
]:
    _lead = b"&#" if _name == "html_entity_long" else b""
    simple(_name, _why, lambda n, unit=_unit, lead=_lead: HTML + lead + fill(unit, n) + b"<p>" + LAST)
