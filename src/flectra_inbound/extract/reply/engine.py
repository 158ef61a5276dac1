"""From a text, an HTML text or a mail to its reply: lines, labels, views."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...gateway import Sent
from ...limits import DEFAULT_LIMITS, Limits
from ...parse import DefectCode, Message, Part
from ...parse.html import html_to_text
from ...result import Fragment, Original, Reply
from .blocks import label_of
from .cut import label
from .facts import find_address
from .folded import marked, marked_text
from .lines import Line, split_lines
from .markup import Page, read_page
from .sanitised import author_html
from .sent import align
from .tint import mark_answers
from .views import Flow, Piece, answered, author_text, pieces, shown_text
from .wording import fold

_STRETCH = 32_768
_WORD = re.compile(r"\w+")
_FORWARD = re.compile(
    r"^\s{0,5}(?:fwd?|wg|tr|rv|vs|vl|vb|i|enc|doorst|pd|ilt|iv|továbbítás|転送|转发|轉寄|전달)\s?[:：]|^\[fwd",
    re.IGNORECASE,
)


def from_text(text: str, sent: Sequence[Sent]) -> Reply:
    """See `reply_from_text`."""
    lines = labelled_text(text, sent)
    runs = pieces(lines)
    return _reply(lines, runs, author_text(lines, runs), None)


def from_html(html: str, sent: Sequence[Sent]) -> Reply:
    """See `reply_from_html`."""
    page = labelled_page(html, sent)
    runs = pieces(page.lines)
    return _reply(page.lines, runs, shown_text(page.lines, runs, tight=page.tight), page)


def folded(html: str, sent: Sequence[Sent]) -> str:
    """See `fold_html`."""
    if not sent and len(html) == DEFAULT_LIMITS.text_end(html) and (text := marked_text(html)) is not None:
        return text
    page = labelled_page(html, sent)
    return marked(page) + html[page.end :]


def from_mail(message: Message, sent: Sequence[Sent]) -> Reply:
    """See `extract_reply`."""
    # QUIRK: VS: is an answer in Finnish and a forward in Danish; an answer says what it answers
    forward = _FORWARD.search(message.subject) is not None and not message.in_reply_to
    names = tuple({fold(name) for m in message.from_ for name in (m.name, m.local_part, _host_word(m.domain)) if name})
    plain = [part for part in message.bodies if part.content_type.value != "text/html"]
    html = message.html if len(plain) < len(message.bodies) else None
    page = labelled_page(html, sent, message.limits, forward=forward, names=names) if html is not None else None
    flow = _flow(plain)
    # the one plain part of a mail is its text, which is known already
    whole = message.text if plain and len(message.bodies) == 1 else "\n".join(part.text() for part in plain)
    text, rest = _within(whole, message.limits)
    cut = len(text)
    lines = label(_plain(text, flowed=flow.flowed), forward=forward, names=names) if plain else []
    del whole, text  # from here on the lines hold all of it
    align(lines, sent)
    if rest or (page is not None and page.rest):
        message.report(DefectCode.TEXT_LIMIT)
    if rest:
        lines += _unanalysed(rest, cut)
    reply = _better(lines, page, flow)
    if page is not None and reply.html is None:
        message.report(DefectCode.ADAPTER_ERROR, detail="nh3")
    return reply


def _better(lines: list[Line], page: Page | None, flow: Flow) -> Reply:
    """The reply of the plain part or of the HTML part, whichever tells it better."""
    runs = pieces(lines)
    written = author_text(lines, runs)
    if page is not None:
        page_runs = pieces(page.lines)
        shown = shown_text(page.lines, page_runs, tight=page.tight)
        if page.tinted or not _plain_is_better(lines, written, page, shown):
            return _reply(page.lines, page_runs, shown, page)
    if flow.flowed:
        written = author_text(lines, runs, flow)
    return _reply(lines, runs, written, None, page)


def labelled_text(text: str, sent: Sequence[Sent] = (), *, names: tuple[str, ...] = ()) -> list[Line]:
    """The lines of a plain text, each with its kind. `names`: the author's, folded."""
    text, rest = _within(text, DEFAULT_LIMITS)
    lines = label(_plain(text), names=names)
    align(lines, sent)
    if rest:
        lines += _unanalysed(rest, len(text))
    return lines


def labelled_page(
    html: str,
    sent: Sequence[Sent] = (),
    limits: Limits = DEFAULT_LIMITS,
    *,
    forward: bool = False,
    names: tuple[str, ...] = (),
) -> Page:
    """An HTML text, each of its lines with its kind."""
    html, rest = _within(html, limits)
    page = read_page(html, limits.text_lines // 2)  # each has tags around it
    page.take(label(page.lines, forward=forward, names=names))
    page.tinted = mark_answers(page.lines)
    align(page.lines, sent)
    page.rest += html_to_text(rest)
    if page.rest:
        page.lines += _unanalysed(page.rest, page.end)
    return page


def _reply(lines: list[Line], runs: list[Piece], text: str, page: Page | None, beside: Page | None = None) -> Reply:
    """`page`: where the lines come from, if not from plain text; `beside`: the HTML that says the same as the plain text."""
    shown = page or beside
    return Reply.of(
        text=text,
        html=_html(shown, runs if page is not None else pieces(shown.lines)) if shown is not None else None,
        fragments=_fragments(lines, runs, text),
        source="text" if page is None else "html",
        forwarded=_forwarded(lines),
    )


def _forwarded(lines: list[Line]) -> Original | None:
    """Who wrote what is forwarded, as the header block above it says."""
    values: dict[str, str] = {}
    for line in [line for line in lines if line.kind == "forward_header"]:
        if (found := label_of(line.plain)) is not None:
            for kind in found[0]:
                values.setdefault(kind, found[1])
    if not values:
        return None
    sender = find_address(values.get("from", ""))
    recipients = tuple(address for name in ("to", "cc") if (address := find_address(values.get(name, ""))))
    return Original.of(
        sender=sender or values.get("from"),
        recipients=recipients,
        subject=values.get("subject"),
        date=values.get("date"),
    )


def _host_word(domain: str) -> str:
    """The longest word of a domain but the last, after an @: what a company is called, mostly."""
    words = domain.split(".")[:-1]
    return "@" + max(words, key=len) if words else ""


def _within(text: str, limits: Limits) -> tuple[str, str]:
    """As much of a text as is analysed, and the rest, which comes through as the author's."""
    cut = limits.text_end(text)
    return text[:cut], text[cut:]


def _unanalysed(text: str, start: int) -> list[Line]:
    return [Line(text, 0, start, start + len(text), text[:100].strip() or "…", "author")]


def _plain(text: str, *, flowed: bool = False) -> list[Line]:
    return split_lines(text.replace("\r\n", "\n").replace("\r", "\n"), flowed=flowed)


def _plain_is_better(lines: list[Line], written: str, page: Page, shown: str) -> bool:
    """Whether the plain part tells the cut at least as well as the HTML part: it has no more of others' words left, and no
    less of the author's.
    """
    words = _words(written)
    if not words:
        return False
    others = _words(shown)
    if not others or words <= others * 1.1 + 3:
        # plain text without quote marks may lose answers that the containers of the HTML part show
        cuts_more = others > words * 1.1 + 3 and _quotes(page.lines) and not any(line.depth for line in lines)
        return not cuts_more and not (others >= 1.5 * words + 4 and _is_stub(lines, shown))
    return words >= 1.5 * others + 4 and _is_stub(page.lines, written)


def _is_stub(lines: list[Line], other: str) -> bool:
    """QUIRK: one part says that the other one is to be read, or is cut short. Seen where programs write a part.

    So most words of the `other` part stand nowhere in its lines: neither are they a quote that only one part hides.
    """
    head = _WORD.findall(other[:_STRETCH].lower())
    there = set(_WORD.findall(" ".join([line.plain for line in lines])[: 8 * _STRETCH].lower()))
    return sum(word not in there for word in head) * 2 > len(head)


def _quotes(lines: list[Line]) -> bool:
    """Whether a mail's structure or marks say what is quoted, not words alone."""
    return any(line.depth or line.hard for line in lines if line.kind == "quote")


def _words(text: str) -> int:
    """How many words a text has; counted in stretches, for a list of all would take many times the text."""
    return sum(len(_WORD.findall(text, at, at + _STRETCH)) for at in range(0, len(text), _STRETCH))


def _flow(parts: list[Part]) -> Flow:
    if not parts:
        return Flow()
    parameters = parts[0].content_type.parameters
    return Flow(parameters.get("format", "").lower() == "flowed", parameters.get("delsp", "").lower() == "yes")


def _html(page: Page, runs: list[Piece]) -> str | None:
    context = answered(page.lines, runs)
    kept: set[int] = set()
    quoted: set[int] = set()
    for i, run in enumerate(runs):
        if run.kind == "author" or i in context:
            kept.update(range(run.first, run.last + 1))
        if i in context:
            quoted.update(range(run.first, run.last + 1))
    if not kept:
        kept.update(i for run in runs if run.kind == "forwarded" for i in range(run.first, run.last + 1))
    return author_html(page, frozenset(kept), frozenset(quoted))


def _fragments(lines: list[Line], runs: list[Piece], reply: str) -> tuple[Fragment, ...]:
    """The runs as fragments; one that is all of the reply shares its text, which may be megabytes."""
    found: list[Fragment] = []
    for run in runs:
        text = "\n".join([line.written for line in lines[run.first : run.last + 1]]).strip("\n")
        start, end = lines[run.first].start, lines[run.last].end
        found.append(Fragment.of(kind=run.kind, text=reply if text == reply else text, start=start, end=end))
    return tuple(found)
