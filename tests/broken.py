"""Broken mail of fixed size: one mail for each thing that mailers, gateways and attackers get wrong.

Invariant: `process()` raises on none of them, and marker words that stand literally in a mail come out in `mail.text`,
unless its name begins with `inner_`: there they are the words of a message within the mail.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import zlib

from .hostile import FIRST, MIXED, TOP

F = FIRST
BROKEN: dict[str, bytes] = {}


def mail(*fields: bytes, text: bytes = F) -> bytes:
    return TOP + b"".join(f + b"\r\n" for f in fields) + b"\r\n" + text


def typed(content_type: bytes, text: bytes, *fields: bytes) -> bytes:
    return mail(*fields, b"Content-Type: " + content_type, text=text)


def bare(*fields: bytes) -> bytes:
    """A mail of these fields only."""
    return b"\r\n".join((*fields, b"", F))


def one_part(boundary: bytes) -> bytes:
    return b"--" + boundary + b"\r\n\r\n" + F + b"\r\n--" + boundary + b"--\r\n"


def report(content_type: bytes, content: bytes, *fields: bytes) -> bytes:
    head = (
        b"--B\r\n\r\n" + F + b"\r\n--B\r\n" + b"".join(f + b"\r\n" for f in (b"Content-Type: " + content_type, *fields))
    )
    kind = b"multipart/report; report-type=delivery-status; boundary=B"
    return typed(kind, head + b"\r\n" + content + b"\r\n--B--\r\n")


BASE64 = b"Content-Transfer-Encoding: base64"
QP = b"Content-Transfer-Encoding: quoted-printable"
UU = b"Content-Transfer-Encoding: x-uuencode"
STATUS = (
    b"Reporting-MTA: dns; mx.example\r\n\r\n"
    b"Final-Recipient: rfc822; gone@far.example\r\nAction: failed\r\nStatus: 5.1.1\r\n"
)
NESTED = b'--A\r\nContent-Type: multipart/alternative; boundary="%s"\r\n\r\n'

# -- the mail as a whole -----------------------------------------------------------------------------------------------
BROKEN |= {
    "empty": b"",
    "one_line_end": b"\n",
    "blank_lines": b"\r\n" * 20,
    "one_byte": b"\xff",
    "nul_only": b"\0" * 100,
    "text_without_header": F + b" and no header\n",
    "text_after_blank_line": b"\n" + F,
    "all_bytes": bytes(range(256)) * 16,
    "header_without_body": TOP,
    "header_without_line_end": TOP[:-2],
    "utf16_with_mark": (TOP + b"\r\n" + F).decode().encode("utf-16"),
    "utf16_big_endian": (TOP + b"\r\n" + F).decode().encode("utf-16-be"),
    "utf16_odd_length": (TOP + b"\r\n" + F).decode().encode("utf-16-le")[:-1],
    "utf8_mark": b"\xef\xbb\xbf" + mail(),
    "utf8_mark_in_body": mail(text=b"\xef\xbb\xbf" + F),
    "mbox_line": b"From ada@shop.example Mon Jun  3 10:00:00 2024\n" + mail(),
    "mbox_line_quoted": b">From ada@shop.example Mon Jun  3 10:00:00 2024\n" + mail(),
    "mbox_line_only": b"From ada@shop.example Mon Jun  3 10:00:00 2024\n",
    "blank_line_first": b"\r\n" + mail(),
    "many_blank_lines_first": b"\r\n" * 30 + mail(),
    "space_first": b" lead\r\n" + mail(),
    "mark_blank_and_mbox": b"\xef\xbb\xbf\r\nFrom a@b.example x\r\n" + mail(),
    "cr_only": mail(b"X: y").replace(b"\r\n", b"\r"),
    "cr_cr_lf": mail(b"X: y").replace(b"\r\n", b"\r\r\n"),
    "lf_cr": mail(b"X: y").replace(b"\r\n", b"\n\r"),
    "mixed_line_ends": MIXED.replace(b"\r\n", b"\n", 2) + b"--B\n\r\n" + F + b"\r--B\r\n\n--B--",
    "vertical_tabs": mail(b"X: a\x0bb\x0cc", text=F + b"\x0b\x0c\x1c\x85"),
    "unicode_line_ends": mail("X: a\u2028b\u2029c\x85d".encode(), text=F + "\u2028\u2029".encode()),
}

# -- boundaries --------------------------------------------------------------------------------------------------------
BROKEN |= {
    "boundary_missing": typed(b"multipart/mixed", one_part(b"B")),
    "boundary_empty": typed(b'multipart/mixed; boundary=""', b"--\r\n\r\n" + F + b"\r\n----\r\n"),
    "boundary_without_value": typed(b"multipart/mixed; boundary=", one_part(b"")),
    "boundary_twice": typed(b"multipart/mixed; boundary=A; boundary=B", one_part(b"A")),
    "boundary_as_pattern": typed(b'multipart/mixed; boundary="((a+)+$[*.?"', one_part(b"((a+)+$[*.?")),
    "boundary_with_backslash": typed(b'multipart/mixed; boundary="a\\\\b"', one_part(b"a\\b")),
    "boundary_latin1": typed(b'multipart/mixed; boundary="b\xe9\xff"', one_part(b"b\xe9\xff")),
    "boundary_utf8": typed('multipart/mixed; boundary="ж"'.encode(), one_part("ж".encode())),
    "boundary_nul": typed(b'multipart/mixed; boundary="b\0c"', one_part(b"b\0c")),
    "boundary_rfc2231": typed(b"multipart/mixed; boundary*=utf-8''B%20C", one_part(b"B C")),
    "boundary_rfc2231_pieces": typed(b"multipart/mixed; boundary*0=ab; boundary*1=cd", one_part(b"abcd")),
    "boundary_rfc2231_no_charset": typed(b"multipart/mixed; boundary*=nope''B", one_part(b"B")),
    "boundary_too_long": typed(b"multipart/mixed; boundary=" + b"b" * 5_000, one_part(b"b" * 5_000)),
    "boundary_of_spaces": typed(b'multipart/mixed; boundary="   "', F),
    "boundary_ends_in_space": typed(b'multipart/mixed; boundary="B "', one_part(b"B ")),
    "boundary_quote_unclosed": typed(b'multipart/mixed; boundary="B', one_part(b"B")),
    "boundary_in_comments": typed(b"multipart/mixed (c); boundary=B (x)", one_part(b"B")),
    "boundary_single_quotes": typed(b"multipart/mixed; boundary='B'", one_part(b"'B'")),
    "boundary_of_dashes": typed(b"multipart/mixed; boundary=--", one_part(b"--")),
    "boundary_padded": typed(b"multipart/mixed; boundary=B", b"--B \t\r\n\r\n" + F + b"\r\n--B-- \t"),
    "boundary_extends_outer": typed(b"multipart/mixed; boundary=A", NESTED % b"AB" + one_part(b"AB") + b"--A--\r\n"),
    "boundary_begins_outer": typed(
        b"multipart/mixed; boundary=AB", (NESTED % b"A").replace(b"--A", b"--AB") + one_part(b"A") + b"--AB--\r\n"
    ),
    "boundary_same_within": typed(b"multipart/mixed; boundary=A", NESTED % b"A" + one_part(b"A")),
    "boundary_closed_by_outer": typed(
        b"multipart/mixed; boundary=A", NESTED % b"B" + b"--B\r\n\r\n" + F + b"\r\n--A--\r\n"
    ),
    "never_starts": typed(b"multipart/mixed; boundary=B", F),
    "closes_at_once": typed(b"multipart/mixed; boundary=B", b"--B--\r\n"),
    "closes_twice": typed(b"multipart/mixed; boundary=B", one_part(b"B") + b"--B--\r\n"),
    "goes_on_after_close": typed(b"multipart/mixed; boundary=B", one_part(b"B") + b"--B\r\n\r\nmore\r\n--B--"),
    "no_body_at_all": typed(b"multipart/mixed; boundary=B", b""),
    "start_at_last_byte": typed(b"multipart/mixed; boundary=B", b"--B"),
    "part_without_blank_line": typed(b"multipart/mixed; boundary=B", b"--B\r\n" + F + b"\r\n--B--\r\n"),
    "part_ends_in_header": typed(b"multipart/mixed; boundary=B", b"--B\r\nContent-Type: text/plain\r\n--B--\r\n"),
    "multipart_in_base64": typed(b"multipart/mixed; boundary=B", one_part(b"B"), BASE64),
    "multipart_of_all_base64": typed(b"multipart/mixed; boundary=B", base64.encodebytes(one_part(b"B")), BASE64),
    "multipart_unknown": typed(b"multipart/x-own; boundary=B", one_part(b"B")),
    "type_twice": mail(b"Content-Type: multipart/mixed; boundary=B", b"Content-Type: text/plain", text=one_part(b"B")),
}

# -- media types, encodings, charsets ----------------------------------------------------------------------------------
BROKEN |= {
    f"type_{name}": typed(value, F)
    for name, value in {
        "garbage": b';;;=/"\\', "empty": b"", "eight_bit": b"text/pl\xe9in; charset=\xff", "slash": b"/",
        "nul": b"text/plain\0; charset=utf-8", "one_word": b"text", "parameter_only": b"charset=utf-8",
        "two_slashes": b"text/plain/html", "comma": b"text/plain, text/html", "equals": b"text=plain",
        "long": b"text/" + b"x" * 50_000, "encoded_word": b"=?utf-8?q?text/plain?=", "comment": b"(c) text/plain",
        "star": b"text/*; *=x; *0*=y; a**=z", "upper": b"TEXT/PLAIN; CHARSET=UTF-8",
        "folded": b"text/plain;\r\n\tcharset=\r\n utf-8",
    }.items()
}  # fmt: skip
BROKEN |= {
    f"charset_{name}": typed(b"text/plain; charset=" + label, F + b" caf\xe9")
    for name, label in {
        "unknown": b"x-nope", "utf7": b"utf-7", "utf16": b"utf-16", "utf32": b"utf-32", "rot13": b"rot13", "hex": b"hex",
        "zlib": b"zlib", "bz2": b"bz2_codec", "idna": b"idna", "punycode": b"punycode", "unicode_escape": b"unicode_escape",
        "raw_unicode_escape": b"raw-unicode-escape", "undefined": b"undefined", "mbcs": b"mbcs", "oem": b"oem",
        "nul": b'"utf\0-8"', "long": b"a" * 100_000, "path": b"../../etc/passwd", "rfc2231": b"''", "eight_bit": b"\xe9\xe9",
        "punctuation": b'"utf-8;"', "quoted_twice": b"\"'utf-8'\"", "spaces": b" utf-8 ", "empty": b'""',
        "bad_utf8": b"utf-8", "wrong": b"us-ascii", "shift_jis": b"shift_jis", "ebcdic": b"cp037", "surrogates": b"utf-16-le",
        "hz": b"hz-gb-2312", "iso_2022_kr": b"iso-2022-kr", "uu": b"uu_codec", "quopri": b"quopri", "charmap": b"charmap",
    }.items()
    if name not in ("utf16", "utf32", "surrogates", "ebcdic", "charmap")
}  # fmt: skip
BROKEN |= {
    "charset_utf16_as_8bit": typed(b"text/plain; charset=utf-16", F),
    "charset_utf16_odd": typed(b"text/plain; charset=utf-16", base64.b64encode(b"a\0b"), BASE64),
    "charset_lone_surrogate": typed(b"text/plain; charset=utf-8", F + b" \xed\xa0\x80 \xff\xfe"),
    "charset_surrogate_utf16": typed(b"text/plain; charset=utf-16-le", base64.b64encode(b"a\0\x00\xd8b\0"), BASE64),
    "charset_bomb": typed(b"text/plain; charset=zlib", base64.b64encode(zlib.compress(b"\0" * 10**6)), BASE64),
    "charset_utf7_markup": typed(b"text/html; charset=utf-7", F + b" +ADw-script+AD4-x+ADw-/script+AD4- +2AA-"),
    "base64_padding": typed(b"text/plain", b"abc=de=f===\r\n****", BASE64),
    "base64_one_letter": typed(b"text/plain", b"a", BASE64),
    "base64_eight_bit": typed(b"text/plain", b"\xe9\xff\r\nSGVsbG8=", BASE64),
    "base64_that_is_text": typed(b"text/plain", F + b" is no base64 at all, really!\r\n", BASE64),
    "base64_then_footer": typed(
        b"text/plain", base64.b64encode(b"letter") + b"\r\n--\r\n" + F + b" footer!\r\n", BASE64
    ),
    "base64_empty": typed(b"text/plain", b"", BASE64),
    "qp_that_is_text": typed(b"text/plain", F + b" =ZZ =\r\n=4 =", QP),
    "uu_bad_line": typed(b"text/plain", b"begin 644 a\r\nMzzzz\r\n\xff\xff\r\nend\r\n", UU),
    "uu_without_begin": typed(b"text/plain", F, UU),
    "uu_in_text": typed(b"text/plain", F + b"\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\n"),
    "encoding_unknown": typed(b"text/plain", F, b"Content-Transfer-Encoding: x-own"),
    "encoding_eight_bit": typed(b"text/plain", F, b"Content-Transfer-Encoding: \xe9base64"),
    "encoding_empty": typed(b"text/plain", F, b"Content-Transfer-Encoding:"),
    "encoding_twice": typed(b"text/plain", F, b"Content-Transfer-Encoding: 7bit", BASE64),
    "html_reference_huge": typed(b"text/html", F + b" &#" + b"9" * 5_000 + b"; &#xD800; &#0; &#13;"),
    "html_unclosed": typed(b"text/html", b"<p " + b"<b>" * 400 + F + b"<!-- <script> <style> &"),
    "html_declared_utf7": typed(b"text/html", b'<meta charset="utf-7">' + F + b"\xe9"),
}

# -- fields ------------------------------------------------------------------------------------------------------------
BROKEN |= {
    "field_latin1": bare(b"Subject: caf\xe9", b"From: Ren\xe9 <r@x.example>", b"To: \xff\xfe@x.example"),
    "field_utf8": bare("Subject: café".encode(), "From: René <r@x.example>".encode(), "To: é@x.example".encode()),
    "field_both": bare(b"Subject: caf\xe9 =?utf-8?q?=C3=A9?= \xc3\xa9", b"From: =?utf-8?q?\xe9?= <a@b.example>"),
    "field_nul": bare(b"Subject: a\0b", b"From\0: x@y.example", b"Message-ID: <a\0b@c>"),
    "field_controls": bare(b"Subject: a\x07\x1b[31mb\x7f", b"From: \x01 <a@b.example>", b"Date: \x02"),
    "field_cr": bare(b"Subject: a\rBcc: evil@x.example", b"From: a@b.example"),
    "field_names": bare(b"Subject : a", b": nothing", b"X\xc3\xa9: y", b"From: a@b.example"),
    "field_empty_values": bare(*[n + b":" for n in (b"Subject", b"From", b"To", b"Date", b"Message-ID", b"Content-Type")]),
    "fields_twice": bare(b"From: a@b.example", b"From: c@d.example", b"Subject: 1", b"Subject: 2", b"Message-ID: <1>"),
    "field_fold_first": b" folded\r\n\tagain\r\n" + mail(),
    "field_bidi": bare("Subject: \u202eevil\u202c \u200f".encode(), "From: \u202e <a@b.example>".encode()),
    "word_unknown_charset": bare(b"Subject: =?x-nope?q?a=E9?=", b"From: =?x-nope?b?6Q==?= <a@b.example>"),
    "word_bad_base64": bare(b"Subject: =?utf-8?b?a?= =?utf-8?b?!!!?= =?utf-8?b?YQ?=", b"From: a@b.example"),
    "word_surrogates": bare(b"Subject: =?utf-16?b?2AA=?= =?utf-7?q?+2AA-?= =?utf-8?b?7aCA?=", b"From: =?utf-7?q?+2AA-?= <a@b>"),
    "word_escapes": bare(b"Subject: =?unicode_escape?q?=5Cud800?= =?rot13?q?abc?= =?zlib?b?eJw=?= =?idna?q?a..b?="),
    "word_line_ends": bare(
        b"Subject: =?utf-8?q?a=0D=0ABcc:_evil@x?=", b"From: =?utf-8?b?QQ0KQmNjOiBldmlsQHg=?= <a@b.example>",
        b"To: =?utf-8?q?b=0D=0A?= <b@c.example>", b"Message-ID: =?utf-8?q?<a=0D=0A@x>?=",
    ),
    "word_nul": bare(b"Subject: =?utf-8?q?a=00b?=", b"From: =?utf-8?q?=00?= <a@b.example>"),
    "word_separators": bare(b"Subject: =?utf-8?b?4oCo4oCp?= =?utf-8?q?=C2=85?=", b"From: =?utf-8?b?4oCo?= <a@b.example>"),
    "word_empty": bare(b"Subject: =??q??= =?utf-8?q??= =?utf-8??x?= =?utf-8*en?q?a?=", b"From: =??="),
    "word_with_address": bare(b"From: =?utf-8?q?admin=40corp.example?= <evil@x.example>", b"To: =?utf-8?q?a=2C_=3Cc=40d?= <x@y>"),
    "word_in_address": bare(b"From: =?utf-8?q?evil?=@x.example", b"To: <=?utf-8?b?w6k=?=@x.example>"),
    "ids": bare(b"Message-ID: <[a@b", b"In-Reply-To: <>", b'References: <a@b <c@d>> , "x', b"From: a@b.example"),
    "ids_with_spaces": bare(b"Message-ID: < a@b >", b"References: <a\r\n b@c>\r\n\t<d@e> no <>"),
    "address_empty": bare(b"From: <>", b"To: @", b"Cc: a@", b"Reply-To: undisclosed-recipients:;"),
    "address_quote": bare(b'From: "unclosed <a@b.example>', b"To: a b c d", b"Cc: <a@b@c>"),
    "address_literal": bare(b"From: a@[1.2.3", b"To: a@b.example>", b"Cc: \\"),
    "address_comment": bare(b"From: a@b.example (", b"To: (\\", b'Cc: a."'),
    "address_unicode": bare("From: 用户@例え.example".encode(), b"To: =?utf-8?b?w6k=?=@x.example"),
    "address_lists": bare(b"From: ,,,;;,", b"To: a:b:c@d.example;;, <@x:>", b"Cc: <<a@b>>, <a", b"Sender: \xff"),
    "address_newsgroup": bare(b"From: Ada Brook", b"To: Undisclosed recipients", b"Cc: 'a@b.example' <'a@b.example'>"),
} | {
    f"date_{i}": mail(b"Date: " + value)
    for i, value in enumerate([
        b"garbage", b"Mon, 99 Foo 99999 99:99:99 +9999", b"Mon, 3 Jun 2024 10:00:00 +99999999", b",", b"\xe9\xff",
        b"3 Jun 99999999999999999999 10:00 -0000", b"Mon, 3 Jun 0 00:00:00 0", b"1" * 5_000 + b" Jun 2024 10:00:00 +0000",
        b"Mon, 1 Jan 0001 00:00:00 +2359", b"31 Dec 9999 23:59:59 -2359", b"29 Feb 2023 00:00 GMT", b"3 Jun 2024 24:00:60 Z",
        "٣ Jun 2024 10:00:00 +0000".encode(), b"2024-13-45T99:99:99Z", b"Jun 3", b"0", b"-1", b"3 Jun 2024 10:00:00 +0a00",
    ])
}  # fmt: skip
BROKEN |= {
    f"name_{i}": typed(b"application/pdf; name=" + in_type, b"x", b"Content-Disposition: attachment; " + in_disposition)
    for i, (in_type, in_disposition) in enumerate([
        (b'"../../etc/passwd"', b'filename="..\\..\\evil\0.exe"'),
        (b"a", b"filename*=nope'en'%E9%FF; filename*0*=x; filename*3=z"),
        (b"a", b"filename*=abc%zz"), (b'"=?utf-8?q?a=0D=0Ab?="', b'filename="=?utf-8?b?6f8=?="'), (b"a", b";=\xe9;"),
        (b"a", b"filename*99999999999999999999=x; filename*-1=y; filename*01=z"), (b'""', b'filename=""'),
        (b"a", "filename*²=x; filename*٣=y".encode()), (b'"/"', b'filename="..."'), (b"C:a.txt", b"filename=C:\\"),
        (b"a" * 5_000, b"filename=" + b"b" * 5_000), (b'"a\r\n b"', b'filename="a\r\n\tb"'), (b"a\x1b\x07", b"filename=\x00"),
        (b"a", b"filename*=utf-8''%ED%A0%80%E2%80%AE"), (b"a", b"filename*=utf-16''%D8%00"), (b'"\\"', b'filename="\\'),
    ])
}  # fmt: skip

# -- messages within the mail, reports ---------------------------------------------------------------------------------
INNER = TOP + b"\r\ninner text"
BROKEN |= {
    f"status_{name}": report(kind, content, *fields)
    for name, (kind, content, *fields) in {
        "ok": (b"message/delivery-status", STATUS),
        "base64": (b"message/delivery-status", base64.encodebytes(STATUS), BASE64),
        "base64_bad": (b"message/delivery-status", b"!!!", BASE64),
        "quoted_printable": (b"message/delivery-status", quopri.encodestring(STATUS.replace(b"gone@", b"g=one@")), QP),
        "garbage": (b"message/delivery-status", b"\xff\0garbage\r\n\r\n: x\r\nAction\r\n"),
        "eight_bit": (b"message/delivery-status", STATUS.replace(b"gone@", b"g\xe9@") + b"Diagnostic-Code: smtp; \xff\r\n"),
        "as_text": (b"text/plain; name=delivery-status.txt", STATUS),
        "empty": (b"message/delivery-status", b""),
        "global": (b"message/global-delivery-status", STATUS.replace(b"rfc822; gone", "utf-8; gоne".encode())),
        "word": (b"message/delivery-status", STATUS + b"Diagnostic-Code: =?x-nope?q?a=0D=0A?=\r\n"),
        "no_values": (b"message/delivery-status", b"Final-Recipient:\r\nAction:\r\n\r\nAction: failed"),
        "no_action": (b"message/delivery-status", STATUS.replace(b"Action: failed\r\n", b"")),
        "no_blank_line": (b"message/delivery-status", STATUS.replace(b"\r\n\r\n", b"\r\n")),
        "escapes": (b"message/global-delivery-status", STATUS.replace(b"gone@", b"g\\x{110000}\\x{D800}\\x{E9}\\x{0A}@")),
        "html": (b"message/delivery-status", b"<html><body>" + STATUS + b"</body></html>"),
        "is_message": (b"message/rfc822", STATUS),
        "feedback": (b"message/feedback-report", b"Feedback-Type: \xff\r\nOriginal-Rcpt-To: <>\r\nSource-IP: \0\r\n"),
        "disposition": (b"message/disposition-notification", b"Disposition: ;;/,\r\nFinal-Recipient: ;;\r\n"),
        "returned_base64": (b"message/rfc822", base64.encodebytes(INNER), BASE64),
        "returned_quoted_printable": (b"message/rfc822", quopri.encodestring(INNER), QP),
        "returned_base64_cut": (b"message/rfc822", base64.encodebytes(INNER)[:-7], BASE64),
        "returned_header": (b"text/rfc822-headers", b"\r\n\r\nno field\r\nMessage-ID: <a\r\n b>\r\n"),
    }.items()
}  # fmt: skip
BROKEN |= {
    "inner_empty": typed(b"message/rfc822", b""),
    "inner_without_header": typed(b"message/rfc822", F + b" no header"),
    "inner_partial": typed(b"message/partial; id=x; number=1; total=2", b"Subject: y\r\n\r\n" + F),
    "inner_external": typed(b"message/external-body; access-type=x", b"Content-Type: text/plain\r\n\r\n" + F),
    "inner_digest": typed(b"multipart/digest; boundary=B", b"--B\r\n\r\nSubject: x\r\n\r\n" + F + b"\r\n--B--\r\n"),
    "inner_http": typed(b"message/http", b"GET / HTTP/1.1\r\n\r\n" + F),
    "inner_unending": typed(b"message/rfc822", b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\n" + F),
    "tnef": MIXED
    + b'--B\r\n\r\n' + F + b'\r\n--B\r\nContent-Type: application/ms-tnef; name="winmail.dat"\r\n' + BASE64
    + b"\r\n\r\n" + binascii.b2a_base64(b"\x78\x9f\x3e\x22" + bytes(range(200))) + b"--B--\r\n",
    "failed_recipients": mail(b"X-Failed-Recipients: ,,<>\xff, @, a@\r\n b", b"Return-Path: <", b"Auto-Submitted: \xff"),
    "received": mail(b"Received: ;", b"Received: from a (((( by b; bad", b"Received: \xff", b"Received: for <\x00>"),
    "mime_version": mail(b"MIME-Version: (((", b"MIME-Version: 9.", b"Content-Disposition:", b"Content-ID: <"),
}  # fmt: skip
