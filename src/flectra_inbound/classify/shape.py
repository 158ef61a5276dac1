"""Mail whose shape says what it is though no report part does: requests to leave a list, complaints and receipts of old kinds.

Rules of this file: observations only. A request to leave a list holds nothing else, so that no word of a person's is lost;
what people forward or attach stands beside words of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ..parse import Message
from ..parse.transfer import decode_transfer
from ..result import Evidence, Kind
from ..rules import unsubscribe
from ..rules.literals import phrase_in
from .evidence import seen
from .phrases import fold

_LONGEST_REQUEST = 600  # characters of text
_SUBJECT_LOOKED_AT = 200
_BLANK = re.compile(r"\n[ \t\xa0]{0,40}\n")
_WORDS = re.compile(r"[^\s,;:!.\"'<>()\[\]\u201c\u201d\u201e]+")
#: Fields that a provider puts into the mail complained about, for the sender to find whom it is about.
_COMPLAINT_FIELDS = ("x-hmxmroriginalrecipient", "x-hmxmroriginalrecipients")

#: MS-OXTNEF 2.1.3.3: attribute attMessageClass, and what the class of a report ends in (MS-OXCMAIL 2.1.3.1.2)
_TNEF_SIGNATURE = b"\x78\x9f\x3e\x22"
_TNEF_LOOKED_AT = 1_200  # bytes of base64
_MESSAGE_CLASSES = (
    (b"Microsoft Mail.Read Receipt", Kind.RECEIPT),
    (b".IPNRN", Kind.RECEIPT),
    (b".IPNNRN", Kind.RECEIPT),
    (b"Microsoft Mail.Non-Delivery", Kind.BOUNCE),
    (b"REPORT.IPM.Note.NDR", Kind.BOUNCE),
    (b"REPORT.IPM.Note.DR", Kind.DELIVERED),
)


def observe(message: Message) -> Iterator[Evidence]:
    """Evidence from the shape of the whole mail."""
    root = message.root
    headers = message.headers
    if root.content_type.value == "application/ms-tnef":
        yield from _tnef(message)
    elif root.content_type.parameters.get("smime-type", "").lower() == "signed-receipt":
        # RFC 2634, section 2.5: it answers a mail by the signature of its reader; RFC 8551, section 3.2.2
        yield seen("smime.receipt", Kind.RECEIPT, 12, "smime-type=signed-receipt", headers.span("content-type"))
    elif root.content_type.main == "multipart" and len(message.parts) > 1:
        yield from _complaint(message)
    if "x-apple-unsubscribe" in headers:
        yield seen(
            "header.x-apple-unsubscribe",
            Kind.UNSUBSCRIBE,
            6,
            "X-Apple-Unsubscribe",
            headers.span("x-apple-unsubscribe"),
        )
    yield from _unsubscribe(message)


def tnef_head(message: Message) -> bytes:
    """The start of a mail that is nothing but a winmail.dat, where its message class stands; empty for any other."""
    root = message.root
    if root.content_type.value != "application/ms-tnef":
        return b""
    raw = root.buffer[root.body_start : min(root.end, root.body_start + _TNEF_LOOKED_AT)]
    head = decode_transfer(raw, root.transfer_encoding, lambda *_: None)
    return head if head.startswith(_TNEF_SIGNATURE) else b""


def _tnef(message: Message) -> Iterator[Evidence]:
    """QUIRK: reports of Exchange to its like are nothing but a winmail.dat; its message class tells which."""
    head = tnef_head(message)
    for name, kind in _MESSAGE_CLASSES:
        if name in head:
            yield seen("tnef.message-class", kind, 12, name.decode("ascii"), message.headers.span("content-type"))
            return


def _complaint(message: Message) -> Iterator[Evidence]:
    """QUIRK: a feedback loop that sends the mail complained about, and no report. Seen in Outlook.com (JMRP)."""
    for embedded in message.embedded:
        if embedded.part.parent != 0:
            continue
        for name in _COMPLAINT_FIELDS:
            if name in embedded.headers:
                yield seen("arf.recipient-field", Kind.COMPLAINT, 3, name, embedded.headers.span(name))
                return


@lru_cache(maxsize=1)
def _commands() -> dict[str, list[tuple[tuple[str, ...], bool]]]:
    """Commands as words, by the first, longest first; and whether each says it without doubt."""
    table: dict[str, list[tuple[tuple[str, ...], bool]]] = {}
    rules = unsubscribe()
    for commands, plain in ((rules.command, True), (rules.doubtful, False)):
        for command in commands:
            words = tuple(_WORDS.findall(fold(command)))
            table.setdefault(words[0], []).append((words, plain))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


@lru_cache(maxsize=1)
def _machine() -> tuple[str, ...]:
    return tuple(fold(sentence) for sentence in unsubscribe().machine)


def _unsubscribe(message: Message) -> Iterator[Evidence]:
    headers = message.headers
    to = (headers.get("to") or "")[:400].lower()
    mailbox = phrase_in(to, unsubscribe().mailbox)
    if mailbox and not any(mailbox in box.local_part.lower() for box in message.to):
        mailbox = ""
    asked, plain = _command(fold(message.subject[:_SUBJECT_LOOKED_AT]), bool(mailbox))
    if (not asked and not mailbox) or len(message.text) > _LONGEST_REQUEST or message.attachments:
        return
    said = False
    for paragraph in _BLANK.split(fold(message.text).strip()):
        if paragraph.lstrip(" \"'*_-\n").startswith(_machine()):
            said = True
            continue
        for line in paragraph.splitlines():
            command, _ = _command(line, bool(mailbox))
            if line.strip() and not command:
                return
            said = said or command
    if not asked and not said and (not mailbox.startswith("unsub") or " " in message.subject.strip()):
        return
    if asked:
        yield seen("unsubscribe.subject", Kind.UNSUBSCRIBE, 3 if plain else 2, message.subject, headers.span("subject"))
    if mailbox:
        yield seen("unsubscribe.mailbox", Kind.UNSUBSCRIBE, 3, f"to: {mailbox}", headers.span("to"))
    yield seen("unsubscribe.text", Kind.UNSUBSCRIBE, 1, "nothing but the request")


def _command(folded: str, names: bool) -> tuple[bool, bool]:
    """Whether these words are a command, and one without doubt. Where lists are run, a list's name may follow it."""
    first = _WORDS.search(folded)
    commands = _commands().get(first[0], ()) if first else ()
    words = tuple(_WORDS.findall(folded)) if commands else ()
    for command, plain in commands:
        if words[: len(command)] == command:
            rest = words[len(command) :]
            # an address or a token may follow anywhere; but no word of a sentence
            if not rest or (len(rest) <= 2 and (names or not all(word.isalpha() for word in rest))):
                return True, plain
    return False, False
