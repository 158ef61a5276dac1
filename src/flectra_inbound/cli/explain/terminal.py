"""The story of a mail in the terminal: what `read` shows, with each sign, recipient and piece of text in words.

Rules of this file: as in `show`. Letters stand for the kinds of fragments, as on the page.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from flectra_inbound import Attachment, Trust
from flectra_inbound.parse.part import Part

from ..safe import safe, safe_lines
from ..show import Show
from .meaning import DEFECTS, FRAGMENTS, TRUSTS
from .places import Place
from .story import Sign, Story, Told, role

_PARTS = 30
_DEFECTS = 30
_TOLD = 20
_LINES = 6  #: shown of a fragment that is not the author's
_AUTHOR_LINES = 200
_MEANINGS = {str(code): meaning for code, meaning in DEFECTS.items()}


class Terminal(Show):
    """Writes one story to a console."""

    def story(self, story: Story) -> None:
        """All of it."""
        self.mail(story.name, story.inbound)
        self._lines.append(Text())
        self._put(Text("  "), Text(story.headline))
        for line in story.advice:
            self._put(Text("  "), Text(safe(line), style="bold"))
        self._recipients_told(story)
        self._reasons(story)
        self._fragments(story)
        self._route(story)
        self._wrong(story)
        self._parts(story)
        self._flush()

    def _head(self, words: str) -> None:
        self._lines.append(Text())
        self._put(Text("  "), Text(words, style="bold"))

    def _recipients_told(self, story: Story) -> None:
        delivery = story.inbound.delivery
        if delivery is None:
            return
        self._head("Whom it is about")
        self._put(Text("  "), Text(". ".join(TRUSTS[delivery.trust])))
        for told in story.told[:_TOLD]:
            self._one_told(told, story, delivery.trust)
        if len(delivery.recipients) > _TOLD:
            self._put(
                Text("  "), Text(f"and {len(delivery.recipients) - _TOLD} more (read --json has them all)", style="dim")
            )

    def _one_told(self, told: Told, story: Story, delivery_trust: Trust) -> None:
        indent = Text("    ")
        self._put(Text("  "), Text(safe(told.recipient.address, 254) or "(unknown address)", style="bold"))
        if told.why:
            self._put(indent, Text(told.why))
        if told.because:
            self._put(indent, Text(f'Read from "{safe(told.because)}"{_line(told.place, story)}.'))
        if delivery_trust is not told.recipient.trust:
            self._put(indent, Text(". ".join(TRUSTS[told.recipient.trust])))
        self._put(indent, Text(f"Verdict: {told.verdict}. {told.meaning}"))
        self._put(indent, Text(safe(told.consequence, 600)))

    def _reasons(self, story: Story) -> None:
        self._head(f"Why it is taken for {story.a_title}")
        self._put(Text("  "), Text(story.score))
        for title, signs in (("for it", story.pro), ("against it, or for something else", story.contra)):
            if signs:
                self._put(Text("  "), Text(f"What speaks {title}:", style="dim"))
            for sign in signs:
                self._sign(sign, story)

    def _sign(self, sign: Sign, story: Story) -> None:
        seen = sign.seen
        other = "" if seen.supports is story.inbound.kind else f"(for {seen.supports}) "
        self._put(Text(f"  {seen.weight:+4d}  ", style="bold"), Text(other + sign.meaning))
        self._put(Text(" " * 8), Text(f"{safe(seen.text)}{_line(sign.place, story)}  [{safe(seen.rule)}]", style="dim"))

    def _fragments(self, story: Story) -> None:
        reply = story.inbound.reply
        if reply is None or not reply.fragments:
            return
        self._head("What the author wrote")
        used = dict.fromkeys(f.kind for f in reply.fragments if f.kind in FRAGMENTS)
        self._put(
            Text("  "), Text(", ".join(f"{FRAGMENTS[k][0]} {FRAGMENTS[k][1].lower()}" for k in used), style="dim")
        )
        bar = "│" if self._symbols else "|"
        for fragment in reply.fragments:
            letter = FRAGMENTS.get(fragment.kind, ("?",))[0]
            own = fragment.kind == "author"
            most = _AUTHOR_LINES if own else _LINES
            lines = safe_lines(fragment.text)
            for line in lines[:most]:
                self._put(Text(f"  {letter} {bar} ", style="dim"), Text(line, style="" if own else "dim"), repeat=True)
            if len(lines) > most:
                self._put(
                    Text(f"  {letter} {bar} ", style="dim"),
                    Text(f"({len(lines) - most} more lines)", style="italic dim"),
                )

    def _route(self, story: Story) -> None:
        routing = story.inbound.routing
        if routing is None:
            return
        self._head("Where it belongs")
        self._put(Text("  "), Text(f"{story.routing} ({routing.decision})"))
        for target in routing.targets:
            record = f"{target.model},{target.record_id}" if target.record_id else f"a new {target.model}"
            self._put(Text("  "), Text.assemble("to ", (safe(record), "bold")))
        for number, step in enumerate(routing.trace, 1):
            self._put(Text(f"  {number:>2}. ", style="dim"), Text(safe(step)))

    def _wrong(self, story: Story) -> None:
        defects = story.inbound.defects
        if not defects:
            return
        self._head("What is wrong with the mail")
        for defect in defects[:_DEFECTS]:
            about = [f"part {defect.part}" if defect.part else "", defect.header, defect.detail]
            where = f" ({', '.join(filter(None, about))})" if any(about) else ""
            said = _MEANINGS.get(defect.code, "Something is wrong.")
            self._put(Text("  "), Text(safe(f"{said} [{defect.code}]{where}", 600)))
        self._more(len(defects) - _DEFECTS)

    def _parts(self, story: Story) -> None:
        parts = story.message.parts
        files = {a.index: a for a in story.inbound.mail.attachments}
        self._head("Its parts")
        for part in parts[:_PARTS]:
            self._part(part, files.get(part.index), story)
        self._more(len(parts) - _PARTS)

    def _part(self, part: Part, file: Attachment | None, story: Story) -> None:
        name = (file.filename if file is not None else part.filename) or ""
        size = part.size if part.is_leaf else part.end - part.start
        words = [safe(part.content_type.value, 100), safe(name, 100), f"({role(part, story.message)}, {size} bytes)"]
        depth = part.path.count(".") + bool(part.path)
        self._put(Text(f"  {'  ' * min(depth, 10)}{part.path or 'mail'}  ", style="dim"), Text(_joined(words)))

    def _more(self, count: int) -> None:
        if count > 0:
            self._put(Text("  "), Text(f"and {count} more", style="dim"))


def _joined(words: Iterable[str]) -> str:
    return " ".join(filter(None, words))


def _line(place: Place | None, story: Story) -> str:
    if place is None:
        return ""
    number = story.message.source.count(b"\n", 0, place.start) + 1
    return f", line {number}"
