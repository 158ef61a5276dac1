"""Pieces that the sections of the page are made of: facts, words of the mail within ours, what small parts of a result say.

Rules of this file: as in `page`.
"""

from __future__ import annotations

from collections.abc import Iterable

from flectra_inbound import Complaint, Receipt, Routing

from .markup import Child, Html, at_most, el, join
from .meaning import TRUSTS

_LISTED = 20  #: addresses and ids shown of a field
_CHARACTERS = 600  #: shown of one value


def routing(found: Routing | None, words: str) -> Html:
    """The decision in `words`, its targets and steps, and what is not known yet."""
    if found is None:
        return el(
            "p",
            "Not asked: give the gateway's settings with ",
            el("code", "--gateway", class_="flag"),
            " to see it.",
        )
    out: list[Html] = [el("p", el("strong", words), " ", el("code", found.decision), class_="note")]
    targets = []
    for target in found.targets:
        record = f"{target.model},{target.record_id}" if target.record_id else f"a new {target.model}"
        targets.append(el("li", theirs(record + (f" by the alias {target.alias}" if target.alias else ""))))
    if targets:
        out += [el("h3", "Target"), el("ul", *targets)]
    out += [el("h3", "Steps"), el("ol", *[el("li", theirs(step)) for step in found.trace], class_="steps")]
    if found.needs:
        asked = [el("li", el("code", n.kind), " ", theirs(several(n.keys))) for n in found.needs]
        out += [el("h3", "Open questions"), el("ul", *asked)]
    answer = "may" if found.answer else "must not"
    out.append(el("p", f"The host {answer} send its automatic answer (RFC 3834)."))
    return join(out)


def complaint(found: Complaint) -> Html:
    """What a feedback report says."""
    return facts(
        ("What was reported", found.feedback_type),
        ("By", several(found.recipients) or "(it does not say who)"),
        ("About the mail", several(found.original_message_ids)),
        ("Domain", found.reported_domain or ""),
        ("Sent from", found.source_ip or ""),
        ("Reported through", found.user_agent or ""),
        ("Genuine", ". ".join(TRUSTS[found.trust])),
    )


def receipt(found: Receipt) -> Html:
    """What a disposition notification says."""
    return facts(
        ("What became of it", found.disposition),
        ("By", found.recipient or ""),
        ("About the mail", several(found.original_message_ids)),
        ("Sent", "by the mail program itself" if found.automatic else "by the reader's choice"),
    )


def facts(*named: tuple[str, Child]) -> Html:
    """Names and what they are, those without left out."""
    rows: list[Html] = []
    for name, value in named:
        if value:
            rows.append(el("div", el("dt", name), el("dd", value if isinstance(value, Html) else theirs(value))))
    return el("dl", *rows) if rows else Html("")


def theirs(words: str) -> Html:
    """Words of the mail within a line of ours: their direction of writing stays theirs. Long ones are cut: see the source."""
    most = _CHARACTERS
    if at_most(words[:most]) > 3 * most:  # boxes take more than letters
        most //= 6
    if len(words) > most:
        return join([theirs(words[:most]), el("em", f" … {len(words) - most:,} more characters")])
    return el("span", words, class_="theirs", dir="auto")


def beside(words: str) -> list[Child]:
    """Words of the mail behind something, if there are any."""
    return [" ", theirs(words)] if words else []


def several(words: Iterable[str]) -> str:
    every = list(words)
    more = f" and {len(every) - _LISTED:,} more" if len(every) > _LISTED else ""
    return ", ".join(every[:_LISTED]) + more


def amount(size: int) -> str:
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1000:,.0f} kB" if size < 1e6 else f"{size / 1e6:,.1f} MB"
