"""The author's part of an HTML mail as HTML: cut out of the source, balanced, flattened, sanitised.

Rules of this file: what to keep is decided before; here tokens are kept or left out. Sanitising is nh3's job (ammonia, a
parser of the HTML standard with an allow list); it is quadratic in depth, so nesting is flattened before it sees anything.
"""

from __future__ import annotations

import re

from .markup import HIDDEN, VOID, Page, attributes_of

#: deeper elements are left out, their content is kept: lxml-based hosts drop what is nested deeper than 254
_MAX_DEPTH = 100
_PIXEL = re.compile(r"^\s{0,5}[01](?:px)?\s{0,5}$")
_LAST_BREAKS = re.compile(r"(?:<br>\s{0,9}){1,50}$")
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
    "padding-left padding-right padding-top text-align text-decoration text-indent unicode-bidi vertical-align white- "
    "space width".split()
)


def author_html(page: Page, kept: frozenset[int], quoted: frozenset[int]) -> str:
    """The HTML of the lines in `kept`; those in `quoted` are context and marked as Flectra marks quotes."""
    return _LAST_BREAKS.sub("", clean(_cut(page, kept, quoted)))


def clean(html: str) -> str:
    """Sanitise a fragment that is not nested deeply: no scripts, no forms, no remote code, no tracking pixels."""
    import nh3  # 2 ms to import: only when needed

    return nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data", "ftp", "sms", "xmpp"},
        attribute_filter=_attribute,
        filter_style_properties=set(_STYLES),
        link_rel="noopener noreferrer",
    ).strip()


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
    hidden = 0
    last_kept = False
    for token in page.tokens:
        if token.text:
            if not hidden and token.line in kept:
                text = source[token.start : token.end]
                out.append(_quote(text) if token.line in quoted else text.replace("<", "&lt;"))
                last_kept = True
                _holds(open_)
            elif not hidden and token.line >= 0:
                last_kept = False
            continue
        name = token.name
        if not name:
            continue
        if token.closing:
            hidden = max(0, hidden - (name in HIDDEN))
            _end(out, open_, name)
            continue
        if name in HIDDEN:
            hidden += 1
            continue
        if hidden:
            continue
        tag = source[token.start : token.end]
        if name in VOID:
            if name == "img":
                if token.line in kept and not _is_pixel(tag):
                    out.append(tag)
                    _holds(open_)
            elif name in ("br", "hr", "wbr") and last_kept:
                out.append(tag)
            continue
        if len(open_) < _MAX_DEPTH:
            open_.append((name, len(out), False))
            out.append(tag)
        else:
            open_.append((name, -1, False))
            if len(open_) > 100_000:
                open_.pop()
    while open_:
        _end(out, open_, open_[-1][0])
    return "".join(out)


def _quote(text: str) -> str:
    return f'<span data-o-mail-quote="1">{text.replace("<", "&lt;")}</span>'


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
