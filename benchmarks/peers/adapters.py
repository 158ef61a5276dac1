"""How each contender does a task, as its documentation says: `load(key, task)` gives the work and how to read its outcome.

Rules of this file: the work is what is timed, reading is not; peers are imported when they are loaded; nothing is
caught here, what a peer raises is counted.
"""

from __future__ import annotations

import email
import logging
from collections.abc import Callable
from email.header import decode_header, make_header
from email.message import Message as StdlibMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

from .contenders import BY_KEY

Work = Callable[[Any], Any]
Read = Callable[[Any], dict[str, Any]]


def load(key: str, task: str) -> tuple[Work, Read]:
    """Raises ImportError where the peer does not load here."""
    logging.disable(logging.CRITICAL)  # some warn of each part that they skip: stderr is not measured
    exec(BY_KEY[key].imports, {})  # noqa: S102  # our own words; the same that the import time is measured with
    made: tuple[Work, Read] = globals()[f"_{key}_{task}"]()
    return made


def _facts(**values: Any) -> dict[str, Any]:
    values["date"] = values["date"].timestamp() if values["date"] else None
    return values


# -- we ---------------------------------------------------------------------------------------------------------------


def _flectra_inbound_parse() -> tuple[Work, Read]:
    from flectra_inbound import parse

    def work(raw: bytes) -> Any:
        message = parse(raw)
        texts = [part.text() for part in message.parts if part.is_leaf and part.content_type.main == "text"]
        files = [part.filename for part in message.attachments]
        return message.subject, message.from_, message.to, message.cc, message.date, message.message_id, files, texts

    def read(found: Any) -> dict[str, Any]:
        subject, from_, to, cc, date, message_id, files, _ = found
        return _facts(
            subject=subject,
            sender=from_[0].address if from_ else None,
            to=[one.address for one in to],
            cc=[one.address for one in cc],
            date=date,
            message_id=message_id,
            attachments=[name or "" for name in files],
        )

    return work, read


def _flectra_inbound_process() -> tuple[Work, Read]:
    from flectra_inbound import process

    return process, _read_inbound


_flectra_inbound_bounce = _flectra_inbound_reply_mail = _flectra_inbound_process


def _read_inbound(inbound: Any) -> dict[str, Any]:
    recipients = inbound.delivery.recipients if inbound.delivery else ()
    failed = [one.address for one in recipients if one.action == "failed"]
    reply = inbound.reply
    return {
        "kind": str(inbound.kind),
        "failed": failed,
        "dead": failed,
        "recipients": [{name: _plain(getattr(one, name)) for name in ("address", *_RECIPIENT)} for one in recipients],
        "original_message_ids": list(inbound.delivery.original_message_ids) if inbound.delivery else [],
        "reply": reply and reply.text,
        "endings": [
            part.text
            for part in (reply.fragments if reply else ())
            if part.kind in ("signature", "footer", "disclaimer")
        ],
        "forwarded": reply and reply.forwarded and reply.forwarded.sender,
        "complaint": inbound.complaint and inbound.complaint.feedback_type,
        "receipt": inbound.receipt and inbound.receipt.disposition,
        "automatic": inbound.automatic,
        "bulk": inbound.bulk,
    }


_RECIPIENT = ("mailed_address", "action", "status", "smtp_code", "reason", "hard", "suppression")


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, str) else value


def _flectra_inbound_reply_text() -> tuple[Work, Read]:
    from flectra_inbound import reply_from_text

    return reply_from_text, lambda reply: {"reply": reply.text}


def _flectra_inbound_reply_html() -> tuple[Work, Read]:
    from flectra_inbound import reply_from_html

    return reply_from_html, lambda reply: {"reply": reply.text}


# -- parsers ----------------------------------------------------------------------------------------------------------


def _stdlib_structure() -> tuple[Work, Read]:
    return email.message_from_bytes, lambda message: {}


def _stdlib_parse() -> tuple[Work, Read]:
    def work(raw: bytes) -> Any:
        message = email.message_from_bytes(raw)
        people = [
            [(_decoded(name), address) for name, address in getaddresses([str(v) for v in message.get_all(field, [])])]
            for field in ("from", "to", "cc")
        ]
        leaves = [part for part in message.walk() if not part.is_multipart()]
        texts = [_text(part) for part in leaves if part.get_content_maintype() == "text"]
        files = [_decoded(name) for name in (part.get_filename() for part in leaves) if name]
        return _decoded(message["subject"]), people, _date(message["date"]), message["message-id"], files, texts

    def read(found: Any) -> dict[str, Any]:
        subject, (from_, to, cc), date, message_id, files, _ = found
        return _facts(
            subject=subject,
            sender=from_[0][1] if from_ else None,
            to=[address for _, address in to],
            cc=[address for _, address in cc],
            date=date,
            message_id=message_id and str(message_id).strip(),
            attachments=files,
        )

    return work, read


def _decoded(value: Any) -> str:
    if value is None:
        return ""
    try:
        return str(make_header(decode_header(value)))
    except Exception:
        return str(value)


def _date(value: Any) -> Any:
    try:
        return parsedate_to_datetime(str(value))
    except Exception:
        return None


def _text(part: StdlibMessage) -> str:
    payload = part.get_payload(decode=True)
    raw = payload if isinstance(payload, bytes) else b""
    try:
        return raw.decode(part.get_content_charset("utf-8"))
    except (LookupError, UnicodeError):
        return raw.decode("latin-1")


def _mail_parser_parse() -> tuple[Work, Read]:
    import mailparser

    def work(raw: bytes) -> Any:
        mail = mailparser.parse_from_bytes(raw)
        return (
            mail.subject, mail.from_, mail.to, mail.cc, mail.date, mail.message_id, mail.attachments,
            mail.text_plain, mail.text_html,
        )  # fmt: skip

    def read(found: Any) -> dict[str, Any]:
        import datetime as dt

        subject, from_, to, cc, date, message_id, files, _, _ = found
        return _facts(
            subject=subject or "",
            sender=from_[0][1] if from_ else None,
            to=[one[1] for one in to],
            cc=[one[1] for one in cc],
            date=date.replace(tzinfo=dt.timezone.utc) if date and date.tzinfo is None else date,  # it gives UTC, naive
            message_id=message_id or None,
            attachments=[one.get("filename") or "" for one in files],
        )

    return work, read


def _fast_mail_parser_parse() -> tuple[Work, Read]:
    from fast_mail_parser import parse_email

    def work(raw: bytes) -> Any:
        mail = parse_email(raw)
        return (
            mail.subject, mail.from_, mail.to, mail.cc, mail.date_parsed, mail.headers.get("Message-ID"),
            mail.attachments, mail.text_plain, mail.text_html,
        )  # fmt: skip

    def read(found: Any) -> dict[str, Any]:
        subject, from_, to, cc, date, ids, files, _, _ = found
        return _facts(
            subject=subject or "",
            sender=from_.address if from_ else None,
            to=[one.address for one in to],
            cc=[one.address for one in cc],
            date=date,
            message_id=ids[0] if ids else None,
            attachments=[one.filename or "" for one in files],
        )

    return work, read


# -- bounces ----------------------------------------------------------------------------------------------------------


def _flufl_bounce_bounce() -> tuple[Work, Read]:
    from flufl.bounce import all_failures

    def work(raw: bytes) -> Any:
        return all_failures(email.message_from_bytes(raw))

    def read(found: Any) -> dict[str, Any]:
        temporary, permanent = ([_address(one) for one in people] for people in found)
        return {"failed": sorted({*temporary, *permanent}), "dead": sorted(permanent)}

    return work, read


def _address(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _stack_process() -> tuple[Work, Read]:
    import mailparser
    from email_reply_parser import EmailReplyParser
    from flufl.bounce import all_failures

    def work(raw: bytes) -> Any:
        mail = mailparser.parse_from_bytes(raw)
        failures = all_failures(mail.message)
        reply = EmailReplyParser.parse_reply("\n".join(mail.text_plain))
        return mail.subject, mail.from_, mail.to, mail.date, mail.message_id, failures, reply

    def read(found: Any) -> dict[str, Any]:
        temporary, permanent = ([_address(one) for one in people] for people in found[5])
        return {"failed": sorted({*temporary, *permanent}), "dead": sorted(permanent), "reply": found[6]}

    return work, read


# -- replies ----------------------------------------------------------------------------------------------------------


def _email_reply_parser_reply_text() -> tuple[Work, Read]:
    from email_reply_parser import EmailReplyParser

    return EmailReplyParser.parse_reply, lambda reply: {"reply": reply}


def _mail_parser_reply_reply_text() -> tuple[Work, Read]:
    from mailparser_reply import EmailReplyParser

    languages = list(BY_KEY["mail_parser_reply"].languages)

    def work(text: str) -> Any:
        replies = EmailReplyParser(languages=list(languages)).read(text).replies
        return replies[0].body if replies else ""  # without signature and disclaimer

    return work, lambda reply: {"reply": reply}


def _quotequail_reply_text() -> tuple[Work, Read]:
    import quotequail

    def work(text: str) -> Any:
        return quotequail.quote(text, quote_intro_line=True)

    return work, lambda pieces: {"reply": "\n".join(text for shown, text in pieces if shown)}


def _quotequail_reply_html() -> tuple[Work, Read]:
    import quotequail

    def work(html: str) -> Any:
        return quotequail.quote_html(html, quote_intro_line=True)

    return work, lambda pieces: {"html": "\n".join(html for shown, html in pieces if shown)}


def _talon() -> Any:
    """Its documentation says to call `init()` first; HTML does not work without."""
    import talon
    from talon import quotations

    talon.init()
    return quotations


def _talon_reply_text() -> tuple[Work, Read]:
    quotations = _talon()

    return quotations.extract_from_plain, lambda reply: {"reply": reply}


def _talon_reply_html() -> tuple[Work, Read]:
    quotations = _talon()

    return quotations.extract_from_html, lambda html: {"html": html}


def _talon_reply_mail() -> tuple[Work, Read]:
    quotations = _talon()

    def work(raw: bytes) -> Any:
        message = email.message_from_bytes(raw)
        html = next(_text(part) for part in message.walk() if part.get_content_type() == "text/html")
        return quotations.extract_from_html(html)

    return work, lambda html: {"html": html}
