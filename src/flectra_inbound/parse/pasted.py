"""A message's header that stands in a text: what a notice returns without a part of its own."""

from __future__ import annotations

import re

from ..limits import Limits
from .defects import DefectLog
from .header import Headers, mark_folds

# RFC 5322, section 2.2: a field name and its colon; `Subject :` is obsolete syntax (section 4.5)
_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}[ \t]?:")
_LOOKED_AT = 400
_QUOTE = re.compile(r"^[>|][ ]?", re.MULTILINE)


def pasted_headers(text: str, limits: Limits) -> Headers | None:
    """The first header block in the text; None if no line looks like a field. Quote marks before the lines are taken off."""
    lines = text.split("\n", _LOOKED_AT)
    for index, line in enumerate(lines[:40]):
        bare = line.strip()
        quoted = bare[:1] in (">", "|")
        if _FIELD.match(bare.lstrip(">| ") if quoted else bare) is None or bare.startswith("---"):
            continue
        block = "\n".join(lines[index:_LOOKED_AT])
        if quoted:
            block = _QUOTE.sub("", block)
        if line[:1] in " \t":  # QUIRK: the whole block is indented. Seen in qmail's children and old gateways.
            indent = len(line) - len(line.lstrip())
            block = "\n".join(row[indent:] if not row[:indent].strip() else row for row in block.split("\n"))
        headers = Headers(0, limits, DefectLog(0), "")
        headers.read(mark_folds(block.encode("utf-8", "replace").decode("latin-1")), limits.header_count)
        if len(headers.keys()) > 1:
            return headers
    return None
