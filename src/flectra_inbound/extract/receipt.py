"""A message disposition notification (RFC 8098): what became of a mail at its reader's."""

from __future__ import annotations

from ..parse import Message
from ..parse.fields import read_message_ids
from ..result import Receipt


def extract_receipt(message: Message) -> Receipt:
    """All of `Receipt`."""
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
    ids += message.embedded_ids
    return Receipt(
        disposition=(kind or mode).partition("/")[0].partition(",")[0].strip() or "unknown",
        recipient=recipient,
        original_message_ids=tuple(dict.fromkeys(ids)),
        automatic="mdn-sent-automatically" in mode or "automatic-action" in mode,
    )
