"""The story of a mail as one HTML page that needs nothing else, loads nothing and runs nothing.

Rules of this file: layout only, by `markup`; the words of the page are in `story` and `meaning`. The content security policy
allows the one style sheet, by its hash, and nothing else. Each link leads to a place that is there.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files

from flectra_inbound import Attachment, Inbound, __version__
from flectra_inbound.parse.part import Part

from ..safe import safe
from ..words import KINDS as LOOKS
from .markup import Child, Html, document, el, join, style_sheet
from .meaning import DEFECTS, TRUSTS
from .pieces import amount, beside, complaint, facts, receipt, routing, several, theirs
from .source import Source, Spot
from .story import Sign, Story, Told, role
from .texts import Texts, Wanted, fragments, legend

_PARTS = 200  #: shown of the structure
_DEPTH = 6  #: levels that are indented
_AT_ONCE = 3  #: recipients that need no overview


def page(story: Story) -> str:
    """The whole page."""
    return document(_head(story), _Body(story).show())


def style() -> str:
    """The style sheet."""
    return files(__package__).joinpath("style.css").read_text("utf-8").replace("\r\n", "\n")


def _head(story: Story) -> Html:
    css = style()
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return join(
        [
            el("meta", charset="utf-8"),
            # before anything that could load: it holds for what follows
            el("meta", http_equiv="Content-Security-Policy", content=policy),
            el("meta", name="viewport", content="width=device-width, initial-scale=1"),
            el("meta", name="color-scheme", content="light dark"),
            el("meta", name="referrer", content="no-referrer"),
            # telephones make links of numbers and addresses otherwise
            el("meta", name="format-detection", content="telephone=no, date=no, address=no, email=no"),
            el("title", f"{story.title}: {safe(story.inbound.mail.subject, 80) or safe(story.name, 80)}"),
            style_sheet(css),
        ]
    )


class _Body:
    """The sections. What holds marks is made first, so that only places that are shown are linked to."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.inbound: Inbound = story.inbound
        self.texts = Texts(list(self._wanted()))
        self.trust = story.inbound.delivery.trust if story.inbound.delivery is not None else None
        self.reply = self._reply()
        message = story.message
        dull = [
            (p.body_start, p.end) for p in message.parts if p.outer and p.is_leaf and p.transfer_encoding == "base64"
        ]
        self.source = Source(message.source, message.root.body_start, list(self._spots()), dull)
        self.shown = self.source.show()
        self.marked = self.texts.marked | self.source.marked

    def _wanted(self) -> Iterator[Wanted]:
        """What has no place in the bytes, or was read from the decoded text."""
        for sign in self.story.signs:
            if sign.seen.span is None:
                number = str(sign.number)
                yield Wanted(sign.seen.text, f"t{number}", f"e{number}", number, f"sign {number}")
        for told in self.story.told:
            if told.place is None and told.because:
                words, number = told.because.replace("…", ""), str(told.number)
                after = told.recipient.address if len(self.story.told) > 1 else ""
                yield Wanted(words, f"q{number}", f"r{number}", f"R{number}", f"recipient {number}", after)

    def _spots(self) -> Iterator[Spot]:
        for sign in self.story.signs:
            if sign.place is not None:
                yield Spot(f"m{sign.number}", f"e{sign.number}", str(sign.number), f"sign {sign.number}", sign.place)
        for told in self.story.told:
            if told.place is not None:
                name = f"recipient {told.number}"
                yield Spot(f"p{told.number}", f"r{told.number}", f"R{told.number}", name, told.place)

    def show(self) -> Html:
        """Everything, in the order in which people ask."""
        sections = [
            *self._about(),
            ("why", f"Why it is taken for {self.story.a_title}", self._why()),
            ("reply", "What the author wrote" if self.inbound.reply is not None else "The text as read", self.reply),
            ("routing", "Where it belongs", routing(self.inbound.routing, self.story.routing)),
            ("defects", "What is wrong with the mail", self._defects()),
            ("structure", "Its parts", self._structure()),
            ("source", "The source", self._source()),
        ]
        links = [el("li", el("a", title, href=f"#{key}")) for key, title, _ in sections]
        return join(
            [
                el("a", "Skip to what was found", href=f"#{sections[0][0]}", class_="skip"),
                el("header", *self._top()),
                el("nav", el("ul", *links), aria_label="Sections"),
                el(
                    "main",
                    *[
                        el("section", el("h2", title, id=f"h-{key}"), body, id=key, aria_labelledby=f"h-{key}")
                        for key, title, body in sections
                    ],
                ),
                el(
                    "footer",
                    el(
                        "p",
                        f"flectra-inbound {__version__}. This page runs no program, loads nothing and links to nothing.",
                    ),
                ),
            ]
        )

    # -- what it is ------------------------------------------------------------------------------------------------

    def _top(self) -> Iterator[Html]:
        story, mail = self.story, self.inbound.mail
        marks = [
            w for w, is_so in (("sent by a program", self.inbound.automatic), ("bulk", self.inbound.bulk)) if is_so
        ]
        kind = self.inbound.kind
        symbol = el("span", LOOKS[kind].symbol, class_="symbol")
        yield el("h1", symbol, " ", story.title, class_=f"kind {kind.value.replace('_', '-')}")
        yield el("p", story.headline, class_="lead")
        if story.advice:
            yield el("ul", *[el("li", theirs(line)) for line in story.advice], class_="advice")
        arrived = dict.fromkeys(f"{r.address} ({r.source})" for r in mail.recipients)
        sender = mail.sender
        yield facts(
            (
                "From",
                f"{sender.name} <{sender.address}>" if sender and sender.name else sender.address if sender else "",
            ),
            ("To", several(f"{a.name} <{a.address}>" if a.name else a.address for a in mail.to)),
            ("Came to", several(arrived)),
            ("Subject", mail.subject),
            ("Date", f"{mail.date:%Y-%m-%d %H:%M %z}" if mail.date else ""),
            ("Message id", mail.message_id or ""),
            ("File", safe(story.name, 200)),
            ("Marks", ", ".join(marks)),
            ("Our tokens", several(f"{token.purpose}: {token.state}" for token in self.inbound.tokens)),
        )

    def _why(self) -> Html:
        story = self.story
        out: list[Html] = [el("p", story.score)]
        if story.pro:
            out.append(el("h3", "What speaks for it"))
            out.append(el("ol", *map(self._sign, story.pro), class_="signs"))
        if story.contra:
            out.append(el("h3", "What speaks against it, or for something else"))
            out.append(el("ol", *map(self._sign, story.contra), class_="signs", start=str(len(story.pro) + 1)))
        if story.more_signs:
            out.append(el("p", f"{story.more_signs:,} weaker signs are not shown.", class_="cut"))
        return join(out)

    def _sign(self, sign: Sign) -> Html:
        seen = sign.seen
        where: list[Child] = []
        if f"m{sign.number}" in self.marked and sign.place is not None:
            line = self.source.line_of(sign.place)
            where.append(el("a", f"line {line:,} of the source", href=f"#m{sign.number}"))
        if f"t{sign.number}" in self.marked:
            where.append(el("a", "in the text as read", href=f"#t{sign.number}"))
        points = f"{seen.weight:+d}"
        other = "" if seen.supports is self.inbound.kind else f" for {seen.supports.replace('_', ' ')}"
        return el(
            "li",
            el("p", el("strong", f"{points}{other}", class_="points"), " ", sign.meaning),
            el("p", "Seen: ", theirs(seen.text), *[c for w in where for c in (" · ", w)], class_="seen"),
            el("p", "Rule ", el("code", seen.rule), class_="rule"),
            id=f"e{sign.number}",
        )

    # -- what it says ----------------------------------------------------------------------------------------------

    def _about(self) -> Iterator[tuple[str, str, Html]]:
        inbound = self.inbound
        if inbound.delivery is not None:
            yield "recipients", "Whom it is about", self._recipients()
        if inbound.complaint is not None:
            yield "complaint", "The complaint", complaint(inbound.complaint)
        if inbound.receipt is not None:
            yield "receipt", "The receipt", receipt(inbound.receipt)

    def _recipients(self) -> Html:
        delivery = self.inbound.delivery
        assert delivery is not None  # noqa: S101 - asked by `_about`
        title, meaning = TRUSTS[delivery.trust]
        original = delivery.original
        out = [
            el("p", el("strong", f"{title}. "), meaning, class_=f"note trust-{delivery.trust}"),
            facts(
                ("Reported by", delivery.reporting_mta or ""),
                ("About the mail", several(delivery.original_message_ids)),
                ("Its subject", original.subject or ""),
                ("Sent by", original.sender or ""),
                ("Sent on", original.date or ""),
            ),
            *self._overview(),
            *map(self._told, self.story.told),
        ]
        more = len(delivery.recipients) - len(self.story.told)
        if more > 0:
            out.append(el("p", f"{more:,} more recipients are not shown; read --json has them all.", class_="cut"))
        if not delivery.recipients:
            out.append(el("p", "It could not be told whom this report is about."))
        return join(out)

    def _overview(self) -> Iterator[Html]:
        """All recipients in a line each, where there are too many to see at once."""
        told = self.story.told
        if len(told) > _AT_ONCE:
            yield el(
                "ul",
                *[
                    el(
                        "li",
                        el("a", f"R{t.number}", href=f"#r{t.number}"),
                        " ",
                        theirs(t.recipient.address),
                        f": {t.verdict}",
                    )
                    for t in told
                ],
            )

    def _told(self, told: Told) -> Html:
        recipient = told.recipient
        mailed = recipient.mailed_address or ""
        because: list[Child] = []
        if told.because:
            because = [theirs(told.because)]
            if f"p{told.number}" in self.marked and told.place is not None:
                line = self.source.line_of(told.place)
                because += [" · ", el("a", f"line {line:,} of the source", href=f"#p{told.number}")]
            if f"q{told.number}" in self.marked:
                because += [" · ", el("a", "in the text as read", href=f"#q{told.number}")]
        return el(
            "article",
            el("h3", el("small", f"R{told.number} "), theirs(recipient.address or "(unknown address)")),
            el(
                "p", el("strong", f"Verdict: {told.verdict}. "), told.meaning, class_=f"verdict {recipient.suppression}"
            ),
            el("p", theirs(told.consequence)),
            facts(
                ("Mailed as", mailed if mailed.lower() != recipient.address.lower() else ""),
                ("Genuine", ". ".join(TRUSTS[recipient.trust]) if recipient.trust is not self.trust else ""),
                ("What happened", told.what),
                ("Why", join([told.why, " ", el("code", recipient.reason)]) if told.why else ""),
                ("Read from", join(because) if because else ""),
                ("Codes", " ".join(filter(None, [recipient.status, recipient.smtp_code]))),
                ("Server", recipient.remote_mta or ""),
                ("Its words", recipient.diagnostic or ""),
            ),
            class_="recipient",
            id=f"r{told.number}",
        )

    def _reply(self) -> Html:
        reply = self.inbound.reply
        if reply is None:
            words = self.inbound.mail.text
            if not words.strip():
                return el("p", "There is no text.")
            return self.texts.show(words)
        if not reply.fragments:
            return el("p", "There is no text.")
        origin = "the HTML text" if reply.source == "html" else "the plain text"
        if all(f.kind == "author" for f in reply.fragments):
            note = f"Read from {origin}. All of it is the author's."
        else:
            note = (
                f"Read from {origin}. Nothing is deleted: each piece has a letter that says what it is. "
                "What a host posts is the author's pieces, with the quoted lines that they answer."
            )
        return join([el("p", note), legend(reply), fragments(reply, self.texts)])

    def _defects(self) -> Html:
        if not self.inbound.defects:
            return el("p", "Nothing.")
        rows = []
        for defect in self.inbound.defects:
            about = filter(None, [defect.header, f"part {defect.part}" if defect.part else "", defect.detail])
            where = ", ".join(about)
            rows.append(
                el(
                    "li",
                    el("p", _DEFECT_MEANINGS.get(defect.code, "Something is wrong.")),
                    el("p", el("code", defect.code), *beside(where), class_="seen"),
                )
            )
        return join([el("p", "What could be read was read all the same."), el("ul", *rows, class_="defects")])

    # -- the mail itself -------------------------------------------------------------------------------------------

    def _structure(self) -> Html:
        parts = self.story.message.parts
        files_ = {a.index: a for a in self.inbound.mail.attachments}
        rows = [self._part(part, files_.get(part.index)) for part in parts[:_PARTS]]
        out = [el("ul", *rows, class_="tree")]
        if len(parts) > _PARTS:
            out.append(el("p", f"{len(parts) - _PARTS:,} more parts are not shown.", class_="cut"))
        return join(out)

    def _part(self, part: Part, file: Attachment | None) -> Html:
        depth = part.path.count(".") + bool(part.path)
        name = (file.filename if file is not None else part.filename) or ""
        size = part.size if not part.children else part.end - part.start
        about = [role(part, self.story.message), amount(size)]
        if part.transfer_encoding not in ("", "7bit", "8bit"):
            about.append(part.transfer_encoding)
        return el(
            "li",
            el("code", part.path or "mail"),
            " ",
            el("strong", theirs(part.content_type.value)),
            *beside(name),
            el("small", *[c for a in about for c in (" · ", a)]),
            class_=f"d{min(depth, _DEPTH)}",
        )

    def _source(self) -> Html:
        size = len(self.story.message.source)
        if not size:
            return el("p", "There is no byte in it.")
        note = (
            f"{amount(size)}, as it came. Marked is what decided, with a number that leads back to its sign, or to its "
            "recipient (R1). What is no readable character stands in a box with its number."
        )
        return join([el("p", note), self.shown])


_DEFECT_MEANINGS = {str(code): meaning for code, meaning in DEFECTS.items()}
