"""mail-parser: its objects as our `Message`, and our `Message` with its attributes.

    mail = mailparser.parse_from_bytes(raw); as_message(mail)                      # keep it, and ask us
    from flectra_inbound.interop.mail_parser import parse_from_bytes               # or leave it

Rules of this file: it knows the names of mail-parser, not the package. A `MailParser` has read its mail, so nothing is
read again: our parts are made from the message object that it holds.
"""

from __future__ import annotations

import base64
import datetime as dt
from email.message import Message as StdlibMessage
from functools import cached_property
from typing import Any, Protocol

from ..errors import InputTypeError
from ..limits import DEFAULT_LIMITS, Limits
from ..parse import Mailbox, Message, Part, parse
from .tree import as_raw, has_fields, message_of_tree, written

#: fields that mail-parser gives as pairs of name and address
_PEOPLE = frozenset(["bcc", "cc", "delivered-to", "from", "reply-to", "to"])


class MailParserLike(Protocol):
    """What is needed of a `mailparser.MailParser`."""

    @property
    def message(self) -> StdlibMessage | None: ...


def as_message(mail: MailParserLike, *, limits: Limits = DEFAULT_LIMITS) -> Message:
    """The mail of a `mailparser.MailParser`, without parsing it again; `InputTypeError` for anything else.

    The structure is the one that the standard library read, and `Message.source`, to which spans refer, is the mail as it
    is written from that. For `process()`'s result: `Pipeline().read(as_message(mail))`.
    """
    message: object = getattr(mail, "message", False)
    if message is None:  # MailParser() of nothing
        return parse(b"", limits=limits)
    if not isinstance(message, StdlibMessage):
        raise InputTypeError(f"a mailparser.MailParser is wanted, not {type(mail).__name__}")
    if not has_fields(message):  # a mark or a blank line stands above them: nothing was read, all is one text
        return parse(written(message), limits=limits)
    return message_of_tree(message, limits)


def parse_from_bytes(bt: bytes, *, limits: Limits = DEFAULT_LIMITS) -> MailView:
    """A mail, read by us, with mail-parser's attributes. Raises `InputTypeError` only, for no bytes."""
    return MailView(parse(bt, limits=limits))


def parse_from_string(s: str, *, limits: Limits = DEFAULT_LIMITS) -> MailView:
    """The same of a text, which is taken as UTF-8; where a file is at hand, read its bytes instead."""
    if not isinstance(s, str):
        raise InputTypeError(f"a mail as str is wanted, not {type(s).__name__}")
    return MailView(parse(as_raw(s), limits=limits))


class MailView:
    """Our `Message` as users of mail-parser read theirs. Nothing here raises, whatever the mail.

    Texts and attachments are the outer message's: what a report returns or a forward attaches is one attachment.
    """

    def __init__(self, message: Message) -> None:
        self.parsed = message  #: all that this view does not show

    # -- fields ----------------------------------------------------------------------------------------------------

    @property
    def subject(self) -> str:
        return self.parsed.subject

    @property
    def from_(self) -> list[tuple[str, str]]:
        """Pairs of name and address, as all lists of people here."""
        return _pairs(self.parsed.from_)

    @property
    def to(self) -> list[tuple[str, str]]:
        return _pairs(self.parsed.to)

    @property
    def cc(self) -> list[tuple[str, str]]:
        return _pairs(self.parsed.cc)

    @property
    def bcc(self) -> list[tuple[str, str]]:
        return _pairs(self.parsed.addresses("bcc"))

    @property
    def reply_to(self) -> list[tuple[str, str]]:
        return _pairs(self.parsed.reply_to)

    @property
    def delivered_to(self) -> list[tuple[str, str]]:
        return _pairs(self.parsed.addresses("delivered-to"))

    @property
    def message_id(self) -> str:
        """`<id@host>`; empty if there is none."""
        return self.parsed.message_id or ""

    @property
    def date(self) -> dt.datetime | None:
        """In UTC, as there."""
        date = self.parsed.date
        try:
            return None if date is None else date.astimezone(dt.timezone.utc)
        except OverflowError:  # the first or the last day that there is
            return date

    @cached_property
    def headers(self) -> dict[str, Any]:
        """Names as they are first spelled; a decoded text, a list of them where a field is repeated, or pairs of people."""
        headers = self.parsed.headers
        spelled = self._spelled()
        values: dict[str, list[str]] = {name: [] for name in headers}
        for name in headers:
            if name not in _PEOPLE:
                values[name] = headers.get_all(name) if headers.count(name) > 1 else [headers.get(name) or ""]
        return {
            spelled.get(name, name): _pairs(self.parsed.addresses(name))
            if name in _PEOPLE
            else found[0]
            if len(found) == 1
            else found
            for name, found in values.items()
        }

    def _spelled(self) -> dict[str, str]:
        """Field names in lower case, and how they are first spelled."""
        root = self.parsed.root
        found: dict[str, str] = {}
        for line in self.parsed.source[root.start : root.body_start].decode("latin-1").split("\n"):
            name, colon, _ = line.partition(":")
            if colon and name and not name[0].isspace():
                name = name.rstrip()
                found.setdefault(name.lower(), name)
        return found

    # -- content ---------------------------------------------------------------------------------------------------

    @cached_property
    def text_plain(self) -> list[str]:
        """The outer message's plain texts, in order."""
        return [part.text() for part in self.parsed.bodies if part.content_type.value != "text/html"]

    @cached_property
    def text_html(self) -> list[str]:
        """The outer message's HTML texts, in order."""
        return [part.text() for part in self.parsed.bodies if part.content_type.value == "text/html"]

    @property
    def body(self) -> str:
        """All texts, with mail-parser's line between them."""
        return "\n--- mail_boundary ---\n".join(self.text_plain + self.text_html)

    @cached_property
    def attachments(self) -> list[dict[str, Any]]:
        """mail-parser's dicts. `payload` is always base64, and a file name is never a path; a part without one has a number."""
        return [_attachment(part) for part in self.parsed.attachments]

    # -- what is wrong ---------------------------------------------------------------------------------------------

    @property
    def defects(self) -> list[dict[str, list[str]]]:
        """For each defect the content type of its part, and our code with what is known of it."""
        types = {part.path: part.content_type.value for part in reversed(self.parsed.parts)}
        found = []
        for defect in self.parsed.defects:
            words = " ".join(filter(None, (str(defect.code), defect.header, defect.detail)))
            found.append({types.get(defect.part, "text/plain"): [words]})
        return found

    @property
    def defects_categories(self) -> set[str]:
        return {str(defect.code) for defect in self.parsed.defects}

    @property
    def has_defects(self) -> bool:
        return bool(self.parsed.defects)


def _pairs(people: tuple[Mailbox, ...]) -> list[tuple[str, str]]:
    return [
        ("" if person.name == person.address else person.name, person.address) for person in people if person.address
    ]


def _attachment(part: Part) -> dict[str, Any]:
    name = part.filename or part.content_id or f"part-{part.path or '1'}"
    return {
        "filename": name,
        "safe_filename": part.filename,
        "payload": base64.b64encode(part.content()).decode("ascii"),
        "binary": True,
        "mail_content_type": part.content_type.value,
        "content-id": part.headers.get("content-id") or "",
        "content-disposition": part.headers.get("content-disposition") or "",
        "charset": part.content_type.parameters.get("charset"),
        "content_transfer_encoding": "base64",
    }
