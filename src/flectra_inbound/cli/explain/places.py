"""Where in the bytes of a mail something stands: by a span, or looked for by its words where the evidence has none.

Rules of this file: a place is a help to the eye, so what is not found is not shown. Only parts that stand in the mail as they are
(7bit, 8bit, binary) are searched, in a bounded piece each, with one pattern for each thing that is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flectra_inbound import Message
from flectra_inbound.parse.charset import codec_of
from flectra_inbound.parse.part import Part

_SEARCHED = 100_000  #: bytes of a part
_PARTS = 5  #: parts searched
_LOOKED_FOR = 60  #: things looked for
_WORDS = 30  #: of one thing
_NEAR = 3_000  #: bytes after a recipient's address in which its reason stands
_AS_IT_IS = frozenset(["", "7bit", "8bit", "binary"])
_STATUS = frozenset(["message/delivery-status", "message/global-delivery-status"])


@dataclass(frozen=True, slots=True)
class Place:
    """Byte offsets into `Message.source`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    raw: bytes
    charset: str


def find_words(message: Message, wanted: Sequence[str | None]) -> list[Place | None]:
    """The first place of each text in the words of the mail; None for None."""
    pieces: list[_Piece] | None = None
    found: list[Place | None] = []
    left = _LOOKED_FOR
    for words in wanted:
        place = None
        if words and left > 0:
            left -= 1
            if pieces is None:
                pieces = _pieces(message)
            place = next((p for piece in pieces if (p := _find(piece, words, 0, len(piece.raw)))), None)
        found.append(place)
    return found


def find_reasons(message: Message, wanted: Sequence[tuple[str, str]]) -> list[Place | None]:
    """For each recipient (address, what its reason was read from) the place of the latter: after the address, or, of a report on
    one recipient only, anywhere.
    """
    pieces = _pieces(message) if any(because for _, because in wanted[:_LOOKED_FOR]) else []
    found: list[Place | None] = []
    for number, (address, because) in enumerate(wanted):
        place = None
        if address and because and number < _LOOKED_FOR:
            for piece in pieces:
                at = _find(piece, address, 0, len(piece.raw))
                if at is not None:
                    start = at.end - piece.start
                    place = _find(piece, because.replace("*", ""), start, start + _NEAR)
                if place is not None:
                    break
            if place is None and len(wanted) == 1:
                words = because.replace("*", "")
                place = next((p for piece in pieces if (p := _find(piece, words, 0, len(piece.raw)))), None)
        found.append(place)
    return found


def _pieces(message: Message) -> list[_Piece]:
    """The parts that say what a report says: fields for programs first, then the text."""
    status = [p for p in message.parts if p.owner is None and p.content_type.value in _STATUS]
    return [
        _Piece(
            part.body_start,
            part.buffer[part.body_start : min(part.end, part.body_start + _SEARCHED)],
            part.content_type.parameters.get("charset", ""),
        )
        for part in [*status, *message.bodies][:_PARTS]
        if _is_plain(part)
    ]


def _is_plain(part: Part) -> bool:
    return part.outer and part.transfer_encoding in _AS_IT_IS


def _find(piece: _Piece, words: str, start: int, end: int) -> Place | None:
    """Any case, any white space between."""
    encoded = [_encoded(word, piece.charset) for word in words.split()[:_WORDS]]
    if not encoded:
        return None
    found = re.compile(rb"\s{1,20}".join(map(re.escape, encoded)), re.IGNORECASE).search(piece.raw, start, end)
    return Place(piece.start + found.start(), piece.start + found.end()) if found else None


def _encoded(word: str, charset: str) -> bytes:
    codec, _ = codec_of(charset)
    try:
        return word.encode(codec or "utf-8")
    except (LookupError, UnicodeError):
        return word.encode("utf-8", "replace")
