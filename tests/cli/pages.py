"""What the tests of `explain` share: the page of a mail, read by a parser and held against what a page may consist of.

The lists here are written by hand, apart from those of the builder: what the builder lets through by mistake fails.
"""

from __future__ import annotations

import io
import re
from html.parser import HTMLParser

from rich.console import Console

from flectra_inbound import parse, process
from flectra_inbound.cli.explain.page import page, style
from flectra_inbound.cli.explain.story import Story, tell
from flectra_inbound.cli.explain.terminal import Terminal

ELEMENTS = frozenset(
    "html head meta title style body a header nav main section article footer h1 h2 h3 p ul ol li dl div dt dd "
    "span strong small em i code mark details summary".split()
)
_NUMBER = "[1-9][0-9]{0,5}"
_PLACES = "why|recipients|complaint|receipt|reply|routing|defects|structure|source"
_ID = rf"[emtprq]{_NUMBER}|(?:h-)?(?:{_PLACES})"
_CLASSES = (
    "skip kind lead symbol advice note verdict recipient signs points seen rule cut legend badge fragments fragment label words "
    "theirs flag tree defects steps src fold back d0 d1 d2 d3 d4 d5 d6 "
    "bounce delay delivered complaint receipt auto-reply challenge unsubscribe message suppress count ignore "
    "trust-verified trust-matches trust-unverified trust-forged "
    "k-author k-quote k-attribution k-forward-header k-forwarded k-signature k-footer k-disclaimer k-delimiter"
)
_CLASS = "|".join(_CLASSES.split())
#: Each attribute with all that its value may be.
ATTRIBUTES = {
    "id": _ID,
    "href": rf"#(?:{_ID})",
    "class": rf"(?:{_CLASS})(?: (?:{_CLASS}))*",
    "start": _NUMBER,
    "dir": "auto",
    "lang": "en|",
    "charset": "utf-8",
    "http-equiv": "Content-Security-Policy",
    "name": "viewport|color-scheme|referrer|format-detection",
    "content": (
        "width=device-width, initial-scale=1|light dark|no-referrer|telephone=no, date=no, address=no, email=no|"
        "default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; base-uri 'none'; form-action 'none'"
    ),
    "aria-label": rf"Sections|back to (?:sign|recipient) {_NUMBER}",
    "aria-labelledby": rf"h-(?:{_PLACES})",
}
_VOID = frozenset(["meta"])


def story(raw: bytes, name: str = "mail.eml") -> Story:
    return tell(name, process(raw), parse(raw))


def page_of(raw: bytes) -> str:
    return page(story(raw))


def terminal_of(told: Story) -> str:
    """What a terminal of 100 columns shows."""
    out = io.StringIO()
    console = Console(
        file=out, width=100, force_terminal=True, color_system=None, highlight=False, markup=False, emoji=False
    )
    Terminal(console, evidence=False, text=False, defects=False).story(told)
    return out.getvalue()


def faults_of(told: Story) -> list[str]:
    """What is wrong with either form of a story."""
    shown = terminal_of(told)
    steers = SHAPELESS.search(shown)
    wrong = faults(page(told))
    if steers:
        wrong.append(f"U+{ord(steers.group()):04X} in the terminal")
    if told.headline not in " ".join(shown.split()):
        wrong.append("no headline in the terminal")
    return wrong


class Seen(HTMLParser):
    """What stands in a page; `wrong` says what none of ours may be."""

    def __init__(self, whole: str) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.words: list[str] = []  #: text of the body
        self.css = ""
        self._open: list[str] = []
        self.feed(whole)
        self.close()
        self._say(self._open == [], f"never closed: {self._open}")
        self._say(len(self.ids) == len(set(self.ids)), "an id twice")
        self.wrong += [f"a link to nothing: {link}" for link in self.links if link.removeprefix("#") not in self.ids]

    @property
    def text(self) -> str:
        return "".join(self.words)

    def _say(self, good: bool, what: str) -> None:
        if not good:
            self.wrong.append(what)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._say(tag in ELEMENTS, f"<{tag}>")
        self._say(len(attrs) == len(dict(attrs)), f"<{tag}> with an attribute twice")
        for name, value in attrs:
            self._say(re.fullmatch(ATTRIBUTES.get(name, "(?!)"), value or "") is not None, f"<{tag} {name}={value!r}>")
            if name == "id":
                self.ids.append(value or "")
            elif name == "href":
                self.links.append(value or "")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.wrong.append(f"</{tag}> within {self._open[-1:]}")
        else:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if "style" in self._open:
            self.css += data
        elif "body" in self._open:
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        self.wrong.append("a comment")

    def unknown_decl(self, data: str) -> None:
        self.wrong.append("a declaration")

    def handle_pi(self, data: str) -> None:
        self.wrong.append("an instruction")

    def handle_decl(self, decl: str) -> None:
        self._say(decl == "DOCTYPE html", f"<!{decl}>")


#: Shown by their number, since they have no shape or steer what stands beside them.
SHAPELESS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\U000e0001-\U000e007f]"
)


def faults(whole: str) -> list[str]:
    """What is wrong with a page; empty if all of it is ours or text."""
    seen = Seen(whole)
    wrong = seen.wrong
    if seen.css != style():
        wrong.append("another style sheet")
    if whole.count("<style>") != 1 or whole.count("</style>") != 1:
        wrong.append("a second style sheet")
    if whole.index("Content-Security-Policy") > whole.index("<title>"):
        wrong.append("the policy comes too late")
    found = SHAPELESS.search(whole)
    if found:
        wrong.append(f"U+{ord(found.group()):04X} as it is")
    whole.encode("utf-8")
    return wrong
