"""The outer message's text: which parts it consists of, and how they become one text or one HTML.

Rules of this file: of alternatives to one another one is seen; parts that stand beside each other follow one another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .mime import EMBEDDED_HEADERS
from .part import Part

#: Text that is not there to be read as the mail's words. RFC 2046, section 4.1.4 takes other text for plain.
_NOT_TO_READ = EMBEDDED_HEADERS | frozenset(
    ["text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/css", "text/csv", "text/x-amp-html"]
)


def leaves(parts: Sequence[Part]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The parts of the outer message that are its text, and its other leaves, both in order."""
    bodies: list[Part] = []
    others: list[Part] = []
    spare: Part | None = None
    for part in parts:
        if part.owner is not None or (part.children and part.content_type.main == "multipart"):
            continue
        if _is_body(part, parts):
            bodies.append(part)
        else:
            others.append(part)
            if part.content_type.main == "text" and part.content_type.value not in _NOT_TO_READ:
                spare = spare or (part if part.disposition != "attachment" else None)
    if not bodies and spare is not None and spare.filename is None:
        bodies.append(spare)
        others.remove(spare)
    return tuple(bodies), tuple(others)


def _is_body(part: Part, parts: Sequence[Part]) -> bool:
    kind = part.content_type
    if kind.main == "multipart":
        return True  # a multipart without parts: its text comes through as it is
    if kind.value != "text/plain" and kind.value != "text/html":
        return False
    headers = part.headers
    if part.parent is None:
        return part.disposition != "attachment"
    if "content-disposition" in headers and part.disposition == "attachment":
        return False
    # RFC 6522, section 3: in a report, text after the first part is machine's or the returned message's
    parent = parts[part.parent]
    if parent.content_type.value == "multipart/report" and parent.children[0] != part.index:
        return False
    return part.filename is None


def view(bodies: Sequence[Part], parts: Sequence[Part], shown: Callable[[Sequence[Part]], str]) -> str:
    """Each unit of the body as shown, one below the other: a text part alone, or alternatives to one another."""
    if len(bodies) == 1:
        return shown(bodies)
    units: dict[int, list[Part]] = {}
    for part in bodies:
        units.setdefault(_unit(part, parts), []).append(part)
    return "\n".join([text for unit in units.values() if (text := shown(unit))])


def _unit(part: Part, parts: Sequence[Part]) -> int:
    """The outermost multipart/alternative around a part, else the part itself."""
    unit = part.index
    parent = part.parent
    while parent is not None:
        around = parts[parent]
        if around.content_type.value == "multipart/alternative":
            unit = around.index
        parent = around.parent
    return unit


def plain_view(unit: Sequence[Part]) -> str:
    """A unit as plain text: text/plain where there is some, else rendered from HTML."""
    plain = "\n".join(part.text() for part in unit if part.content_type.value != "text/html")
    if plain and not plain.isspace():
        return plain
    from .html import html_to_text  # costs 7 ms to import, and most mail has plain text

    return "\n".join(html_to_text(part.text()) for part in unit if part.content_type.value == "text/html") or plain


def html_view(unit: Sequence[Part]) -> str:
    """A unit as HTML: text/html where there is some, else the plain text, escaped."""
    html = "\n".join(part.text() for part in unit if part.content_type.value == "text/html")
    if html and not html.isspace():
        return html
    plain = "\n".join(part.text() for part in unit)
    from html import escape

    return f"<pre>{escape(plain, quote=False)}</pre>" if plain and not plain.isspace() else ""
