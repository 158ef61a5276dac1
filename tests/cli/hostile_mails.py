"""Mails that want to become part of the page that explains them: one place after the other says what a page must not repeat."""

from __future__ import annotations

import base64
from urllib.parse import quote

#: `%s` is the address of a server that must never be asked.
PAYLOADS = {
    "script": "<script>document.documentElement.className='pwned';fetch('%s/script')</script>",
    "onerror": '<img src="%s/img" onerror="document.documentElement.className=\'pwned\'">',
    "svg": "<svg onload=\"document.documentElement.className='pwned'\"><image href='%s/svg'/></svg>",
    "math": '<math><mtext></mtext><mglyph><style><img src="%s/mathml">',
    "link": '<a href="javascript:document.body.remove()" ping="%s/ping">x</a><base href="%s/base">',
    "style": "<style>*{display:none} body{background:url(%s/css)} @import '%s/import';</style>",
    "sheet": '<link rel="stylesheet" href="%s/sheet"><link rel=prefetch href="%s/prefetch">',
    "refresh": '<meta http-equiv="refresh" content="0;url=%s/refresh">',
    "frame": '<iframe src="%s/frame" srcdoc="<script>top.x=1</script>"></iframe><object data="%s/object"><embed src="%s/e">',
    "form": '<form action="%s/form"><input autofocus onfocus="alert(1)"><button formaction="javascript:alert(1)">x</form>',
    "attribute": '" onmouseover="alert(1)" style="background:url(%s/attr)" x=\'\' autofocus tabindex=0 \' onfocus=\'alert(2)',
    "ends": '</title></style></textarea></script></code></mark></a></li></ol></main></body></html>--><img src="%s/ends">',
    "half": '<img src="%s/half" <a <!-- <![CDATA[ <?php <!DOCTYPE x [',
    "references": "&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=%s/ref&#62; &amp;lt;b&amp;gt; &#x3c;b&#x3e; &bogus; &#0;",
    "bidi": "\u202egnp.exe\u202c \u2066isolate\u2069 \u200fmark\u061c \U000e0041tag \ufeffbom zero\u200bwidth \u00ad",
    "urls": "https://%s/url javascript:alert(1) data:text/html,<b>x</b> mailto:x@y.example www.example.com tel:+49123",
}


def _word(text: str) -> str:
    """RFC 2047."""
    return " ".join(
        f"=?utf-8?B?{base64.b64encode(text[i : i + 30].encode()).decode()}?=" for i in range(0, len(text), 30)
    )


def _at(payload: str, server: str) -> str:
    return payload.replace("%s", server)


def mails(server: str) -> dict[str, bytes]:
    """A mail for each payload and kind of mail, with the payload wherever words of a mail may end up."""
    found: dict[str, bytes] = {}
    for name, payload in PAYLOADS.items():
        evil = _at(payload, server)
        flat = evil.encode("ascii", "xmlcharrefreplace").decode()
        head = (
            f"From: {_word(evil)} <a@x.example>\r\n"
            f'To: "{flat.replace(chr(34), "")}" <b@x.example>, {_word(evil)} <c@x.example>\r\n'
            f"Subject: {_word('Re: ' + evil)}\r\nMessage-ID: <{flat.replace(' ', '')}@x.example>\r\n"
            f"Date: {flat}\r\nList-Id: {flat}\r\nIn-Reply-To: <{flat.replace(' ', '')}>\r\nMIME-Version: 1.0\r\n"
        )
        answer = f"{evil}\r\n\r\nAm 03.06.24 um 10:00 schrieb {evil}:\r\n> {evil}\r\n\r\n-- \r\n{evil}\r\n"
        bounce = (
            f"Return-Path: <>\r\nAuto-Submitted: {flat}\r\nX-Failed-Recipients: {flat}\r\n"
            f'{head}Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            f'--b\r\nContent-Type: text/plain; charset=utf-8; name="{flat.replace(chr(34), "")}"\r\n\r\n{evil}\r\n'
            "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            f"Reporting-MTA: dns; {flat}\r\n\r\nOriginal-Recipient: rfc822; {flat}\r\nFinal-Recipient: rfc822; {flat}\r\n"
            f"Action: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; {flat}\r\n"
            f"Diagnostic-Code: smtp; 550 5.1.1 user unknown {flat}\r\n\r\n"
            f"--b\r\nContent-Type: message/rfc822\r\n\r\n{head}\r\n{evil}\r\n--b--\r\n"
        )
        html = (
            f"{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            f'<p>{evil}</p><blockquote type="cite">{evil}</blockquote>\r\n--b\r\n'
            f'Content-Type: image/png; name="{flat.replace(chr(34), "")}"\r\nContent-Transfer-Encoding: {flat}\r\n'
            f"Content-Disposition: attachment; filename*=utf-8''{quote(evil)}\r\n\r\nx\r\n--b--\r\n"
        )
        text = f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{answer}"
        others = {
            "complaint": ("feedback-report", "message/feedback-report", "Feedback-Type: abuse {0}\r\nUser-Agent: {0}\r\n"
                          "Original-Rcpt-To: {0}\r\nReported-Domain: {0}\r\nSource-IP: {0}\r\n"),
            "receipt": ("disposition-notification", "message/disposition-notification", "Final-Recipient: rfc822; {0}\r\n"
                        "Disposition: manual-action/MDN-sent-manually; {0}\r\nOriginal-Message-ID: <{0}>\r\n"),
        }  # fmt: skip
        for kind, (report, part, fields) in others.items():
            found[f"{name} in a {kind}"] = (
                f"{head}Content-Type: multipart/report; report-type={report}; boundary=b\r\n\r\n--b\r\n\r\n{evil}\r\n"
                f"--b\r\nContent-Type: {part}\r\n\r\n{fields.replace('{0}', flat)}\r\n--b--\r\n"
            ).encode()
        found |= {f"{name} in {k}": m.encode() for k, m in (("a bounce", bounce), ("HTML", html), ("text", text))}
    return found


#: Bytes and sizes that no template holds.
ODD: dict[str, bytes] = {
    "zero bytes": b"Subject: a\0b <scr\0ipt>\r\n\r\n\0<\0b\0>\0\0\0\0\0 text \0",
    "every byte": b"Subject: " + bytes(range(14, 256)) + b"\r\n\r\n" + bytes(range(256)) * 3,
    "surrogates": b"Subject: \xed\xa0\x80\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"\xed\xa0\xbd\xed\xb8\x80 \xed\xbf\xbf \xf4\x90\x80\x80",
    "cut characters": b"Subject: x\r\n\r\n" + "äöü€😀".encode()[:-1] + b"\xc3\n\xe2\x82\n\x80\x80",
    "utf-7": b"Content-Type: text/html; charset=utf-7\r\n\r\n+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "shifted": b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B\x1b(B<script>\x1b$B<\x1b(B",
    "escapes": b"Subject: \x1b]0;x\x07\x1b[2J\x9b31m\r\n\r\n\x1b[2J\x9b\x90\x08\x08\x7f",
    "utf-16": "Subject: <b>\r\n\r\n<script>\u202e".encode("utf-16"),
    "one line of markup": b"Subject: x\r\n\r\n" + b"<b>" * 200_000,
    "one line of brackets": b"Subject: x\r\n\r\n" + b"<" * 600_000,
    "one field of markup": b"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: Undelivered Mail "
    + b"&<>" * 20_000
    + b"\r\n\r\nx",
    "one line of no width": b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "\u200b\u200e".encode() * 100_000,
    "accents": b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + ("a" + "\u0335\u0301" * 5_000).encode(),
    "line feeds": b"Subject: x\r\n\r\n" + b"\n" * 500_000,
    "20,000 signs": b"Return-Path: <>\r\nFrom: MAILER-DAEMON@x.example\r\nSubject: Undelivered Mail\r\n\r\n"
    + b"<u@x.example>: 550 5.1.1 user unknown\r\nAction: failed\r\n" * 10_000,
    "20,000 fields": b"Return-Path: <>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
    + b"".join(
        b"Final-Recipient: rfc822; u%d@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n" % n for n in range(5_000)
    )
    + b"--b--\r\n",
    "recipients of no width": b"Return-Path: <>\r\n"
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
    + b"".join(
        b"Final-Recipient: rfc822; u%d@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; %s\r\n"
        b"Diagnostic-Code: smtp; user unknown %s\r\n\r\n" % (n, *["\u200b\u200e".encode() * 400] * 2)
        for n in range(200)
    )
    + b"--b--\r\n",
    "20,000 sign fields": b"".join(b"Auto-Submitted: auto-replied <%d>\r\n" % n for n in range(20_000)) + b"\r\nx",
    "20,000 quotes": b"Subject: Re: x\r\n\r\n" + b"> a\r\nb\r\n" * 10_000,
}
