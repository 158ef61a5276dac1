"""What a case is made of: charsets, transfer encodings, structure. Read from the mail, never typed in.

Rules of this file: pure. Every part counts, those of returned and forwarded messages too, since each is decoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from flectra_inbound import parse

from .cases import Case

#: RFC 2047, with the language of RFC 2231; what stands behind the charset makes it one.
_ENCODED_WORD = re.compile(rb"=\?([A-Za-z0-9_.:-]{2,40})(?:\*[A-Za-z0-9-]{1,20})?\?[BbQq]\?")
UNDECLARED = "undeclared"  #: bytes above 127 whose charset nothing names


@dataclass(frozen=True, slots=True)
class Facts:
    """One case as the index tells it."""

    name: str
    kind: str
    folder: str
    family: str
    language: str
    structure: str  #: type of the mail as a whole, such as `multipart/report`
    charsets: tuple[str, ...]  #: declared by text parts, lower-case; `undeclared` for bytes that nothing explains
    header_charsets: tuple[str, ...]  #: of encoded words
    encodings: tuple[str, ...]  #: transfer encodings, lower-case, as written
    parts: tuple[str, ...]  #: types of the parts, each once
    bytes: int
    sha256: str
    note: str
    fails: bool


def facts_of(case: Case) -> Facts:
    """What is in the mail and in its label."""
    message = parse(case.raw)
    charsets: set[str] = set()
    encodings: set[str] = set()
    for part in message.parts:
        if part.transfer_encoding:
            encodings.add(part.transfer_encoding[:40])
        if not part.is_leaf or part.content_type.main != "text":
            continue
        declared = part.content_type.parameters.get("charset", "").strip().lower()
        if declared:
            charsets.add(declared[:40])
        elif not part.raw_body.isascii():
            charsets.add(UNDECLARED)
    return Facts(
        name=case.name,
        kind=case.label.kind.value,
        folder=case.folder,
        family=case.family,
        language=case.label.language,
        structure=message.parts[0].content_type.value if message.parts else "",
        charsets=tuple(sorted(charsets)),
        header_charsets=tuple(sorted({found.decode().lower() for found in _ENCODED_WORD.findall(case.raw)})),
        encodings=tuple(sorted(encodings)),
        parts=tuple(sorted({part.content_type.value for part in message.parts})),
        bytes=len(case.raw),
        sha256=sha256(case.raw).hexdigest(),
        note=case.label.note,
        fails=case.label.fails is not None,
    )
