"""Looks for originals in what was written: in every part, decoded, with references and percent signs undone.

Rules of this file: it knows nothing of how the mail was written anew, so that a mistake there is seen here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from html import unescape
from unicodedata import normalize
from urllib.parse import unquote

from flectra_inbound import parse

_WORDS = re.compile(r"[^\W_]+")


def survivors(originals: Mapping[str, Set[str]], names: Set[str], raw: bytes) -> str:
    """Kinds of which something is left, for people; empty if nothing is. `names`: those that are no common words."""
    from .mail import readable

    text = "\n".join(readable(parse(raw)))
    plain = f"{text}\n{raw.decode('latin-1')}"
    seen = normalize("NFC", "\n".join([plain, unescape(plain), unquote(plain), "".join(text.split())]).lower())
    words = set(_WORDS.findall(seen))
    found: list[str] = []
    for kind in ("address", "host", "ip", "id"):
        if any(original.lower() in seen for original in originals.get(kind, ()) if len(original) > 5):
            found.append(kind)
    digits = re.sub(r"[ ()./-]", "", seen)
    if any(number in digits for number in originals.get("phone", ())):
        found.append("phone number")
    within = [name for name in names if len(name) >= 5 or not name.isascii()]
    whole = {name for name in names if len(name) > 2}
    if any(name in seen for name in within) or not whole.isdisjoint(words):
        found.append("name")
    return " and ".join(found)
