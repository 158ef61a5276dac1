"""Lay a result out for people: one compact block a mail, and a summary.

Rules of this file: every string of a mail or a path goes through `safe`. On a terminal lines are wrapped with a hanging
indent; in a pipe nothing is wrapped, so that one fact is one line to grep. Words are from `words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from flectra_inbound import (
    Action,
    Address,
    Attachment,
    Delivery,
    DeliveryRecipient,
    Evidence,
    Inbound,
    Kind,
    Suppression,
    Trust,
)
from flectra_inbound.optout import NO_COMPLAINTS

from .safe import safe, safe_lines
from .tally import Tally
from .words import ACTIONS, ARRIVED, FORGED, IF_GENUINE, KINDS, TO_DO, TRUST, VERDICTS, WAIT

_LABEL = 10  #: cells of a label and the space behind it
_NARROW = 20  #: cells that a text needs beside what stands before it
_REPLY = 300
_DIAGNOSTIC = 240  #: characters shown of a remote server's words
_PEOPLE = 3  #: addresses shown of a field
_RECIPIENTS = 100  #: shown of one report; `--json` has them all
_LISTED = 50  #: addresses named in the summary
_HEADS = ("Recipient", "Action", "Code", "Reason", "What to do")


class Show:
    """Writes mails to a console."""

    def __init__(self, console: Console, *, evidence: bool, text: bool, defects: bool = True) -> None:
        self._console = console
        self._evidence = evidence
        self._defects = defects
        self._text = text
        self._symbols = console.encoding.lower().startswith("utf")
        self._lines: list[Text] = []
        self._first = True

    def mail(self, name: str, inbound: Inbound) -> None:
        """One block."""
        self._gap()
        self._title(name, inbound)
        self._facts(inbound)
        self._about(inbound)
        if inbound.delivery is not None:
            self._recipients(inbound.delivery.recipients)
        if self._evidence:
            self._why(inbound)
        for defect in inbound.defects if self._defects else ():
            where = ", ".join(
                filter(None, [defect.header, f"part {defect.part}" if defect.part else "", defect.detail])
            )
            said = f"{defect.code} ({where})" if where else defect.code
            self._fact("Defect", Text(safe(said), style="dim"))
        if self._text:
            self._body(inbound)
        self._flush()

    def summary(self, tally: Tally) -> None:
        """What all mails add up to; nothing where one mail was shown and says it all."""
        shown = sum(tally.kinds.values())
        if shown + tally.hidden + tally.unreadable < 2 and not tally.hidden:
            return
        self._gap()
        parts = [Text(f"{shown} {'mail' if shown == 1 else 'mails'}", style="bold")]
        parts += [
            Text.assemble((self._symbol(kind), KINDS[kind].style), f" {count} {kind}")
            for kind, count in sorted(tally.kinds.items(), key=lambda item: (-item[1], item[0]))
        ]
        if tally.hidden:
            parts.append(Text(f"{tally.hidden} of other kinds", style="dim"))
        if tally.unreadable:
            parts.append(Text(f"{tally.unreadable} unreadable", style="red"))
        self._put(Text(), Text("  ").join(parts))
        self._addresses("Stop mailing", tally.stop, more=tally.more)
        if tally.unmatched:
            count = "1 more is" if tally.unmatched == 1 else f"{tally.unmatched} more are"
            note = f"{count} reported dead, but it cannot be told which address was mailed."
            self._put(Text("  "), Text(note, style="dim"))
        if tally.stop:
            self._put(Text("  "), Text("This holds if the reports are genuine: see Trust of each.", style="dim"))
        self._addresses("Complained", tally.complained, more=tally.more)
        self._flush()

    # -- the parts of a block --------------------------------------------------------------------------------------

    def _title(self, name: str, inbound: Inbound) -> None:
        style = KINDS[inbound.kind].style
        head = Text.assemble((f"{self._symbol(inbound.kind)} {inbound.kind}", style), "  ")
        body = Text(safe(name), style="bold")
        marks = [word for word, is_so in (("automatic", inbound.automatic), ("bulk", inbound.bulk)) if is_so]
        if marks:
            body.append(f"  ({', '.join(marks)})", style="not bold dim")
        self._put(head, body)

    def _facts(self, inbound: Inbound) -> None:
        mail = inbound.mail
        self._fact("From", _person(mail.sender) if mail.sender else "")
        self._fact("To", self._people(mail.to))
        self._fact("Subject", safe(mail.subject))
        self._fact("Date", f"{mail.date:%Y-%m-%d %H:%M %z}" if mail.date else "")
        if inbound.kind in (Kind.MESSAGE, Kind.AUTO_REPLY, Kind.UNSUBSCRIBE):
            self._fact("Attached", self._several([_file(a) for a in mail.attachments]))
        reply = inbound.reply
        if reply is not None and any(fragment.kind != "author" for fragment in reply.fragments):
            self._fact("Reply", safe(" ".join(reply.text.split()), _REPLY) or "(nothing of the author's own)")
            others = dict.fromkeys(f.kind.replace("_", " ") for f in reply.fragments if f.kind != "author")
            self._fact("Left out", ", ".join(others))

    def _about(self, inbound: Inbound) -> None:
        """What this kind of mail says, apart from the recipients of a delivery report."""
        report: Delivery | None = inbound.delivery
        complaint, receipt = inbound.complaint, inbound.receipt
        if report is not None:
            self._fact("Reporter", safe(report.reporting_mta or ""))
            self._fact("About", self._several([safe(i) for i in report.original_message_ids]))
            self._fact("Trust", Text(*TRUST[report.trust]))
            if not report.recipients:
                self._fact("Do", "read it: it could not be told whom this is about")
        if complaint is not None:
            self._fact("Feedback", Text(safe(complaint.feedback_type), style="magenta"))
            self._fact("By", self._several([safe(r) for r in complaint.recipients]) or "(it does not say who)")
            self._fact("Domain", safe(complaint.reported_domain or ""))
            self._fact("Sent from", safe(complaint.source_ip or ""))
            self._fact("Reporter", safe(complaint.user_agent or ""))
            self._fact("About", self._several([safe(i) for i in complaint.original_message_ids]))
        if receipt is not None:
            how = "by the mail program itself" if receipt.automatic else "by the reader's choice"
            self._fact("Receipt", f"{safe(receipt.disposition)}, sent {how}")
            self._fact("By", safe(receipt.recipient or ""))
            self._fact("About", self._several([safe(i) for i in receipt.original_message_ids]))
        if complaint is None or complaint.feedback_type not in NO_COMPLAINTS:
            self._fact("Do", TO_DO.get(inbound.kind, ""))

    def _recipients(self, recipients: Sequence[DeliveryRecipient]) -> None:
        """A table where it fits, else the same in two lines each; then the remote server's words."""
        shown = recipients[:_RECIPIENTS]
        if not shown:
            return
        self._lines.append(Text())
        rows = [_row(recipient) for recipient in shown]
        widths = [max(cell_len(row[i].plain) for row in [*rows, _heads()]) for i in range(len(_HEADS))]
        table = 2 + sum(widths) + 2 * (len(_HEADS) - 1) <= self._console.width
        if table:
            self._put(Text("  "), _columns(_heads(), widths))
        for recipient, row in zip(shown, rows, strict=True):
            if table:
                self._put(Text("  "), _columns(row, widths))
            else:
                self._put(Text("  "), row[0])
                self._put(Text("    "), _columns([*row[1:4], self._arrow() + row[4]], [*widths[1:4], 0]))
            mailed = recipient.mailed_address
            if mailed and mailed.lower() != recipient.address.lower():
                self._put(Text("    "), Text.assemble("mailed as ", (safe(mailed), "bold")))
            if recipient.diagnostic:
                server = f"{safe(recipient.remote_mta, 100)}: " if recipient.remote_mta else ""
                self._put(Text("    "), Text(server + safe(recipient.diagnostic, _DIAGNOSTIC), style="dim"))
        if len(recipients) > len(shown):
            self._put(Text("  "), Text(f"and {len(recipients) - len(shown)} more (--json has them all)", style="dim"))

    def _why(self, inbound: Inbound) -> None:
        """Each observation; those that speak for another kind say so."""
        self._lines.append(Text())
        own = [e.weight for e in inbound.evidence if e.supports is inbound.kind]
        if own:
            because = f"{sum(own)} points for {inbound.kind}"
        elif inbound.evidence:
            because = "too little speaks for anything else"
        else:
            because = "nothing speaks for anything else"
        self._put(Text("  "), Text.assemble(("Why", "bold"), f" {because}"))
        if not inbound.evidence:
            return
        wide = max(cell_len(safe(e.rule)) for e in inbound.evidence)
        for seen in sorted(inbound.evidence, key=lambda e: (e.supports is not inbound.kind, e.supports)):
            head, body = _observation(seen, inbound.kind, wide)
            if head.cell_len + _NARROW > self._console.width:
                self._put(Text(), head)
                head = Text(" " * 8)
            self._put(head, body)

    def _body(self, inbound: Inbound) -> None:
        text = inbound.reply.text if inbound.reply is not None else inbound.mail.text
        self._lines.append(Text())
        self._put(Text("  "), Text("Text" if text.strip() else "Text (none)", style="bold"))
        if text.strip():
            gutter = "  │ " if self._symbols else "  | "
            for line in safe_lines(text):
                self._put(Text(gutter, style="dim"), Text(line), repeat=True)

    def _addresses(self, label: str, addresses: Iterable[str], *, more: bool) -> None:
        every = list(addresses)
        if not every:
            return
        count = f"more than {len(every)}" if more else str(len(every))
        self._put(Text(), Text.assemble((label, "bold"), f" ({count})"))
        for address in every[:_LISTED]:
            self._put(Text("  "), Text(safe(address)))
        if len(every) > _LISTED:
            self._put(Text("  "), Text(f"and {len(every) - _LISTED} more (--json has them all)", style="dim"))

    # -- lines -----------------------------------------------------------------------------------------------------

    def _fact(self, label: str, value: str | Text) -> None:
        if value:
            head = Text(f"  {label.ljust(_LABEL - 1)} ", style="dim")
            self._put(head, value if isinstance(value, Text) else Text(value))

    def _people(self, people: Sequence[Address]) -> str:
        return self._several([_person(p) for p in people])

    def _several(self, shown: Sequence[str]) -> str:
        more = f" and {len(shown) - _PEOPLE} more" if len(shown) > _PEOPLE else ""
        return ", ".join(shown[:_PEOPLE]) + more

    def _symbol(self, kind: Kind) -> str:
        look = KINDS[kind]
        return look.symbol if self._symbols else look.plain

    def _arrow(self) -> Text:
        return Text("→ " if self._symbols else "-> ")

    def _put(self, head: Text, body: Text, *, repeat: bool = False) -> None:
        """A line, wrapped under itself on a terminal; `repeat` puts the head before each piece."""
        if not self._symbols:
            body.plain = body.plain.replace("…", "...")
        room = max(self._console.width - head.cell_len, _NARROW)
        if not self._console.is_terminal or body.cell_len <= room:
            pieces = [body]
        else:
            pieces = list(body.wrap(self._console, room, overflow="fold"))
        for number, piece in enumerate(pieces):
            line = head.copy() if repeat or not number else Text(" " * head.cell_len)
            line.append_text(piece)
            line.rstrip()
            self._lines.append(line)

    def _gap(self) -> None:
        if not self._first:
            self._lines.append(Text())
        self._first = False

    def _flush(self) -> None:
        """One write a mail: what is in a pipe is whole blocks."""
        self._console.print(Text("\n").join(self._lines), soft_wrap=True)
        self._lines.clear()


def _person(person: Address) -> str:
    address = safe(person.address, 254)
    if not person.name:
        return address
    return f"{safe(person.name, 100)} <{address}>"


def _file(attachment: Attachment) -> str:
    size = attachment.size
    amount = f"{size} bytes" if size < 1000 else f"{size / 1000:.0f} kB" if size < 1e6 else f"{size / 1e6:.1f} MB"
    return f"{safe(attachment.filename or '(no name)', 100)} ({safe(attachment.content_type, 100)}, {amount})"


def _row(recipient: DeliveryRecipient) -> list[Text]:
    action = recipient.action
    verdict, style = VERDICTS[recipient.suppression]
    if recipient.trust is Trust.FORGED:
        verdict, style = FORGED
    elif recipient.suppression is Suppression.SUPPRESS and recipient.trust is Trust.UNVERIFIED:
        verdict, style = IF_GENUINE
    elif recipient.suppression is Suppression.IGNORE and action is not None and action is not Action.FAILED:
        verdict, style = WAIT if action is Action.DELAYED else ARRIVED
    code = " ".join(filter(None, [recipient.status, recipient.smtp_code]))
    return [
        Text(safe(recipient.address, 254) or "(unknown)", style="bold"),
        Text(action.value if action else "-", style=ACTIONS[action] if action else ""),
        Text(safe(code, 20) or "-"),
        Text(recipient.reason.value),
        Text(verdict, style=style),
    ]


def _heads() -> list[Text]:
    return [Text(head, style="dim") for head in _HEADS]


def _columns(cells: Sequence[Text], widths: Sequence[int]) -> Text:
    line = Text()
    for cell, width in zip(cells, widths, strict=True):
        line.append_text(cell)
        line.append(" " * (width - cell.cell_len + 2))
    line.rstrip()
    return line


def _observation(seen: Evidence, kind: Kind, wide: int) -> tuple[Text, Text]:
    rule = safe(seen.rule)
    head = Text.assemble("  ", (f"{seen.weight:+4d}", "bold"), "  ", rule, " " * (wide - cell_len(rule) + 2))
    body = Text(safe(seen.text))
    if seen.supports is not kind:
        head.stylize("dim")
        body = Text.assemble((f"(for {seen.supports}) ", "italic"), body)
        body.stylize("dim")
    return head, body
