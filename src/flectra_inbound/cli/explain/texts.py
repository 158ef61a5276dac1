"""Decoded text of a mail: with the words marked that evidence was read from, long pieces folded, and the fragments of a reply.

Rules of this file: as in `source`, a bound for all text together, and what is left out says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flectra_inbound import Reply

from .markup import Html, at_most, el, join, text
from .meaning import FRAGMENTS

BUDGET = 300_000  #: characters of markup
_SEARCHED = 100_000  #: characters of a text
_NEAR = 3_000  #: characters after a recipient's address in which its reason stands
_WORDS = 30  #: of what is looked for
_LOOKED_FOR = 60
_LONG = 1_500  #: characters that are not worth a fold
_LONG_LINES = 25
_TITLE = 60  #: characters of its first line that a folded text is called by
FRAGMENTS_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words to mark once; see `source.Spot`."""

    words: str
    anchor: str
    back: str
    label: str
    name: str
    after: str = ""  #: words that stand before them, not far


class Texts:
    """Shows texts, as long as there is room, and marks words."""

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._open = [w for w in wanted if w.words.split()][:_LOOKED_FOR]
        self._left = BUDGET
        self._begun: set[str] = set()

    @property
    def marked(self) -> frozenset[str]:
        """The anchors that were shown."""
        return frozenset(self._begun)

    def show(self, words: str) -> Html:
        """A text, marked."""
        words = words.strip("\n")
        rest = Html("")
        size = len(words)
        words = words[: self._left]
        while at_most(words) > self._left:
            words = words[: len(words) // 2]
        if len(words) < size:
            rest = el(
                "p", f"{size - len(words):,} more characters not shown: the page would be too long.", class_="cut"
            )
        out: list[Html] = []
        at = 0
        for start, end, wanted in self._found(words):
            if start < at:
                continue
            out.append(text(words[at:start]))
            out.append(el("mark", words[start:end], id=wanted.anchor))
            out.append(
                el("a", wanted.label, href=f"#{wanted.back}", class_="back", aria_label=f"back to {wanted.name}")
            )
            self._begun.add(wanted.anchor)
            self._open.remove(wanted)
            at = end
        out.append(text(words[at:]))
        shown = el("div", *out, class_="words", dir="auto", lang="")
        self._left = max(0, self._left - len(shown.markup))
        return join([shown, rest])

    def folded(self, words: str, title: str) -> Html:
        """The same, behind its first line where it is long and has nothing marked."""
        marked = len(self._begun)
        shown = self.show(words)
        if len(self._begun) > marked or (len(words) <= _LONG and words.count("\n") <= _LONG_LINES):
            return shown
        lines = words.strip("\n").split("\n")
        amount = f"{len(lines):,} lines" if len(lines) > 1 else f"{len(words):,} characters"
        return el("details", el("summary", f"{title}, {amount}: {lines[0][:_TITLE]} …"), shown)

    def _found(self, words: str) -> list[tuple[int, int, Wanted]]:
        found = []
        for wanted in self._open:
            first, last = 0, _SEARCHED
            if wanted.after:
                before = _pattern(wanted.after).search(words, 0, _SEARCHED)
                first, last = (before.end(), before.end() + _NEAR) if before else (0, 0)
            place = _pattern(wanted.words).search(words, first, last)
            if place:
                found.append((place.start(), place.end(), wanted))
        return sorted(found, key=lambda f: f[:2])


def _pattern(words: str) -> re.Pattern[str]:
    """Any case, any white space between."""
    return re.compile(r"\s{1,20}".join(map(re.escape, words.split()[:_WORDS])), re.IGNORECASE)


def legend(reply: Reply) -> Html:
    """The kinds of fragments that this reply has, in the order of the vocabulary."""
    used = {fragment.kind for fragment in reply.fragments}
    rows = [
        el("li", badge(kind), " ", el("strong", name), f": {what}")
        for kind, (_, name, what) in FRAGMENTS.items()
        if kind in used
    ]
    return el("ul", *rows, class_="legend")


def badge(kind: str) -> Html:
    """The letter of a kind of fragment, in its colour and border."""
    known = kind if kind in FRAGMENTS else "delimiter"
    return el("span", FRAGMENTS[known][0], class_=f"badge k-{known.replace('_', '-')}")


def fragments(reply: Reply, texts: Texts) -> Html:
    """All pieces of a reply's source in their order, each with its letter and name."""
    out: list[Html] = []
    for fragment in reply.fragments[:FRAGMENTS_SHOWN]:
        known = fragment.kind if fragment.kind in FRAGMENTS else "delimiter"
        name = FRAGMENTS[known][1]
        body = texts.show(fragment.text) if known == "author" else texts.folded(fragment.text, name)
        head = el("p", badge(known), " ", el("strong", name), class_="label")
        out.append(el("li", head, body, class_=f"fragment k-{known.replace('_', '-')}"))
    more = len(reply.fragments) - FRAGMENTS_SHOWN
    note = (
        [el("p", f"{more:,} more fragments not shown: the page would be too long.", class_="cut")] if more > 0 else []
    )
    return join([el("ol", *out, class_="fragments"), *note])
