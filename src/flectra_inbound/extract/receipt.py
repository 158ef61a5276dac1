"""A message disposition notification (RFC 8098), or a receipt in another form: what became of a mail at its reader's."""

from __future__ import annotations

from functools import lru_cache

from ..classify.phrases import fold
from ..classify.shape import tnef_head
from ..parse import Message
from ..parse.fields import read_message_ids
from ..result import Receipt
from ..rules import automatic

_TNEF_UNREAD = b".IPNNRN"  # MS-OXCMAIL 2.1.3.1.2: the class of a notification that a mail was not read


def extract_receipt(message: Message) -> Receipt:
    """All of `Receipt`. Without fields, the sender is the reader, and the mail that it answers is the one that was read."""
    report = message.disposition_notification
    mode, kind, recipient = "", "", None
    ids: list[str] = []
    if report is not None:
        # RFC 8098, section 3.2.6: disposition-mode ";" disposition-type [ "/" modifiers ]
        mode, _, kind = report.get("disposition").lower().partition(";")
        recipient = (report.typed("final-recipient").value or report.typed("original-recipient").value).strip(
            "<> "
        ) or None
        ids += read_message_ids(report.get("original-message-id"))[0]
    elif message.root.content_type.value != "multipart/report":
        kind = "deleted" if _unread(message) else "displayed"
        if "smime-type" in message.root.content_type.parameters:
            kind = "processed"  # RFC 2634, section 2: a program has checked its signature, whoever read it
        recipient = next((box.address for box in message.from_ if box.address), None)
    ids += message.embedded_ids
    return Receipt(
        disposition=(kind or mode).partition("/")[0].partition(",")[0].strip() or "unknown",
        recipient=recipient,
        original_message_ids=tuple(dict.fromkeys(ids or message.in_reply_to)),
        automatic="mdn-sent-automatically" in mode or "automatic-action" in mode,
    )


@lru_cache(maxsize=1)
def _unread_subjects() -> tuple[str, ...]:
    return tuple(fold(words).replace(" :", ":") for words in automatic().unread)


def _unread(message: Message) -> bool:
    if fold(message.subject[:100]).replace(" :", ":").lstrip().startswith(_unread_subjects()):
        return True
    return _TNEF_UNREAD in tnef_head(message)
