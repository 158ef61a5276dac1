"""The author's part of an HTML mail as HTML: cut out of the source, balanced, flattened, sanitised.

Rules of this file: what to keep is decided before; here tokens are kept or left out. Sanitising is nh3's job (ammonia, a
parser of the HTML standard with an allow list); it is quadratic in depth, so nesting is flattened before it sees anything.
Where it is missing or raises there is no HTML: nothing goes out that was not sanitised, and the text stands without it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape

from .elements import attributes_of
from .markup import HIDDEN, NO_LINE, NOT_SHOWN, Page
from .tokens import TEXT, VOID

#: deeper elements are left out, their content is kept: lxml-based hosts drop what is nested deeper than 254
_MAX_DEPTH = 100
#: and deeper ones are not even kept in mind
_MAX_OPEN = 5_000
#: texts are handed over in pieces of about this length
_LONG_TEXT = 2_000
_PART = "<x-part></x-part>"  #: an element that no browser knows
#: not in the middle of a reference; and a no-break space is one where it goes out
_PARTED_AT = re.compile("[&\xa0]")
_PIXEL = re.compile(r"^\s{0,5}[01](?:px)?\s{0,5}$")
_LAST_BREAKS = re.compile(r"(?:<br>\s{0,9}){1,50}$")
_BREAKS_SIZE = 50 * len("<br>         ")  #: of the longest
_TAGS = frozenset(
    "a abbr address article b bdi bdo blockquote br caption center cite code col colgroup dd del details dfn div dl "
    "dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p pre q rp rt ruby "
    "s samp section small span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr".split()
)
_ATTRIBUTES = {
    "*": {
        "dir", "lang", "title", "style", "align", "valign", "width", "height", "bgcolor", "color", "class", "data-o-mail-quote",
        "data-o-mail-quote-node", "data-o-mail-quote-container",
    },
    "a": {"href", "name", "target"},
    "img": {"src", "alt", "width", "height", "data-goomoji"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "table": {"border", "cellpadding", "cellspacing"},
    "ol": {"start", "type"},
    "font": {"face", "size"},
    "blockquote": {"cite", "type"},
    "time": {"datetime"},
}  # fmt: skip
_STYLES = frozenset(
    "background-color border border-collapse color direction display font-family font-size font-style font-weight "
    "line-height list-style-type margin margin-bottom margin-left margin-right margin-top padding padding-bottom "
    "padding-left padding-right padding-top text-align text-decoration text-indent unicode-bidi vertical-align "
    "white-space width".split()
)


def author_html(page: Page, kept: frozenset[int], quoted: frozenset[int]) -> str | None:
    """The HTML of the lines in `kept`; those in `quoted` are context and marked as Flectra marks quotes. None: see above."""
    cut = _cut(page, kept, quoted)
    try:
        shown = clean(cut)
    except Exception:
        # a third party's work is missing, or it has no wheel for this machine: the reply is none the worse
        return None
    last = _LAST_BREAKS.search(shown, max(0, len(shown) - _BREAKS_SIZE)) if shown.endswith("<br>") else None
    if last is not None:
        shown = shown[: last.start()]
    if page.rest:
        shown += "<br>" + escape(page.rest.replace("\0", ""), quote=False).replace("\n", "<br>")
    return shown


def clean(html: str) -> str:
    """Sanitise a fragment that is not nested deeply: no scripts, no forms, no remote code, no tracking pixels."""
    return _sanitiser()(html).strip()


@lru_cache(maxsize=1)
def _sanitiser() -> Callable[[str], str]:
    """nh3 with our lists: to hand them over takes longer than to sanitise a short mail."""
    import nh3  # 2 ms to import: only when needed

    return nh3.Cleaner(
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data", "ftp", "sms", "xmpp"},
        attribute_filter=_attribute,
        filter_style_properties=set(_STYLES),
        link_rel="noopener noreferrer",
    ).clean


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name in ("src", "href") and value.lower().lstrip().startswith("data:"):
        # pictures only, and none that can hold a script
        return (
            value
            if tag == "img" and re.match(r"data:image/(?:png|jpe?g|gif|webp|bmp);base64,", value.strip(), re.IGNORECASE)
            else None
        )
    return value


def _cut(page: Page, kept: frozenset[int], quoted: frozenset[int]) -> str:
    """The tokens of the kept lines and of the elements around them, with every element closed and none too deep."""
    out: list[str] = []
    open_: list[tuple[str, int, bool]] = []  # name, index in `out` of the start tag, holds anything
    source = page.source
    last_kept = False
    behind = -1  # the length of `out` when its last piece was a text
    run = 0  # characters of the texts that it ends with
    last = max(kept, default=NO_LINE)
    size = len(page.starts)
    for token, name in enumerate(page.names):
        owner = page.owners[token]
        if not name or owner == NOT_SHOWN:
            continue
        start = page.starts[token]
        end = page.starts[token + 1] if token + 1 < size else page.end
        if name == TEXT:
            if owner in kept:
                text = _text(source[start:end], owner in quoted)
                run = run + len(text) if len(out) == behind else len(text)
                if run > max(_LONG_TEXT, len(text)):  # texts with nothing between them that goes out
                    out.append(_PART)
                    run = len(text)
                out.append(text)
                behind = len(out)
                last_kept = True
                _holds(open_)
            elif owner > last:
                break  # lines come in order: nothing that follows is kept
            elif owner != NO_LINE:
                last_kept = False
        elif name[0] == "/":
            _end(out, open_, name[1:])
        elif name in VOID:
            if name == "img":
                if owner in kept and not _is_pixel(tag := source[start:end]):
                    out.append(tag)
                    _holds(open_)
            elif last_kept and name in ("br", "hr", "wbr"):
                out.append(source[start:end])
        elif name in HIDDEN:
            continue
        elif len(open_) < _MAX_DEPTH:
            open_.append((name, len(out), False))
            out.append(source[start:end])
        elif len(open_) < _MAX_OPEN:
            open_.append((name, -1, False))
    while open_:
        _end(out, open_, open_[-1][0])
    return "".join(out)


def _text(text: str, quoted: bool) -> str:
    text = text.replace("<", "&lt;")
    if len(text) > _LONG_TEXT:
        text = _parted(text)
    return f'<span data-o-mail-quote="1">{text}</span>' if quoted else text


def _parted(text: str) -> str:
    """A text with elements in it that the sanitiser, quadratic in a text without, removes."""
    pieces: list[str] = []
    start = 0
    while start < len(text):
        match = _PARTED_AT.search(text, start + _LONG_TEXT)
        end = len(text) if match is None else match.start()
        pieces.append(text[start:end])
        start = end
    return _PART.join(pieces)


def _holds(open_: list[tuple[str, int, bool]]) -> None:
    for index in range(len(open_) - 1, -1, -1):
        name, at, holds = open_[index]
        if holds:
            return
        open_[index] = (name, at, True)


def _end(out: list[str], open_: list[tuple[str, int, bool]], name: str) -> None:
    for back in range(1, min(len(open_), 60) + 1):
        if open_[-back][0] == name:
            for _ in range(back):
                inner, at, holds = open_.pop()
                if at < 0:
                    continue
                if holds:
                    out.append(f"</{inner}>")
                else:  # nothing of the author's in it
                    del out[at:]
            return


def _is_pixel(tag: str) -> bool:
    """A picture that is there to be fetched, not to be seen."""
    attributes = attributes_of(tag)
    if _PIXEL.match(attributes.get("width", "")) or _PIXEL.match(attributes.get("height", "")):
        return True
    style = "".join(attributes.get("style", "").lower().split())
    return any(
        word in style
        for word in (
            "display:none",
            "visibility:hidden",
            "width:1px",
            "height:1px",
            "width:0",
            "height:0;",
            "opacity:0;",
        )
    )
