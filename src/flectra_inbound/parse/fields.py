"""Values of structured fields: message ids, dates, Received, Content-Type and its parameters.

Rules of this file: pure functions from one unfolded value to a typed one; total, linear, None where it cannot be read.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from . import charset
from .grammar import (
    ASCTIME,
    CONTENT_TYPE,
    DATE,
    ISO_DATE,
    MESSAGE_ID,
    PARAMETER,
    PARAMETER_PIECE,
    PERCENT,
    PLAIN_DATE,
    PLAIN_MESSAGE_ID,
    PLAIN_PARAMETER,
    QUOTED_PAIR,
    QUOTED_STRING,
    RECEIVED_FOR,
    RECEIVED_WORD,
)
from .header import eight_bit, one_line
from .words import decode_words

_MONTHS = {
    name: i
    for i, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
# RFC 5322, section 4.3; names beyond it are ambiguous and mean "unknown", which is +0000 here
_ZONES = {
    "ut": 0,
    "gmt": 0,
    "utc": 0,
    "z": 0,
    "edt": -4,
    "est": -5,
    "cdt": -5,
    "cst": -6,
    "mdt": -6,
    "mst": -7,
    "pdt": -7,
    "pst": -8,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "met": 1,
    "mest": 2,
    "eet": 2,
    "eest": 3,
    "msk": 3,
    "jst": 9,
    "kst": 9,
}


def read_message_ids(value: str, limit: int = 1_000) -> tuple[list[str], bool]:
    """The ids of Message-ID, In-Reply-To or References as `<...>`, and whether all of them fit the limit.

    Of too many the first and the last remain: in References the message that began it and those that are answered.

    QUIRK: white space inside an id is folding (Outlook); ids without brackets (webmailers); comments and phrases between.
    """
    if PLAIN_MESSAGE_ID.match(value) is not None and value.isprintable():
        return [value], True
    found: list[str] = []
    for match in MESSAGE_ID.finditer(value):
        inner = "".join(match[1].split())
        if inner and inner.isprintable():
            found.append(f"<{inner}>")
    if not found and "@" in value and "<" not in value:
        for word in value.replace(",", " ").split():
            if "@" in word[1:-1] and word.isprintable():
                found.append(f"<{word}>")
    if len(found) > limit:
        first = limit // 2
        return found[:first] + found[first - limit :], False
    return found, True


def read_date(value: str) -> dt.datetime | None:
    """A date-time (RFC 5322, section 3.3) as an aware datetime in the sender's zone; an unknown zone is UTC.

    Section 4.3: comments may stand between any two of its words.
    """
    value = value[:200].strip()
    date = _date(value)
    if date is None and "(" in value:
        date = _date(" ".join(_without_comments(value).split()).replace(" ,", ","))
    return date


def _date(value: str) -> dt.datetime | None:
    if match := PLAIN_DATE.match(value):
        day, month, year, hour, minute, second, zone_digits = match.groups()
        half = None
        offset = _digits(zone_digits)
    elif match := DATE.match(value):
        day, month, year, hour, minute, second, half, sign, zone_hours, zone_minutes, zone_name = match.groups()
        offset = _offset(sign, zone_hours, zone_minutes, zone_name)
    elif match := ISO_DATE.match(value):
        return _iso(match)
    elif match := ASCTIME.match(value):
        month, day, year1, hour, minute, second, zone, year2, zone2 = match.groups()
        year, half = year1 or year2 or "", None
        for text in (zone2, zone):
            if text:
                offset = _digits(text) if text[0] in "+-" else _offset(None, None, None, text)
                break
        else:
            offset = 0
    else:
        return None
    number = _MONTHS.get(month[:3].lower())
    if number is None or not year or offset is None:
        return None
    years = int(year)
    if len(year) == 2:
        years += 2000 if years < 50 else 1900  # section 4.3
    elif len(year) == 3:
        years += 1900
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    try:
        zone = _zone(offset)
        date = dt.datetime(years, number, int(day), hours, int(minute), min(int(second or 0), 59), tzinfo=zone)
        if not 1 < years < 9999:
            date.astimezone(dt.timezone.utc)  # what the host will do with it must not overflow
    except (ValueError, OverflowError):
        return None
    return date


@lru_cache(maxsize=128)
def _zone(minutes: int) -> dt.timezone:
    return dt.timezone.utc if not minutes else dt.timezone(dt.timedelta(minutes=minutes))


@lru_cache(maxsize=128)
def _digits(zone: str) -> int | None:
    """Minutes east of UTC of `+hhmm`."""
    return _offset(zone[0], zone[1:3], zone[3:5], None)


def _offset(sign: str | None, hours: str | None, minutes: str | None, name: str | None) -> int | None:
    """Minutes east of UTC; None if it is no offset that a clock can have."""
    if sign and hours:
        total = int(hours) * 60 + int(minutes or 0)
        if total >= 24 * 60 or int(minutes or 0) >= 60:
            return None
        return -total if sign == "-" else total
    return _ZONES.get((name or "").lower(), 0) * 60


def _iso(match: re.Match[str]) -> dt.datetime | None:
    year, month, day, hour, minute, second, zone = match.groups()
    offset = 0
    if zone and zone not in "zZ":
        known = _offset(zone[0], zone[1:3], zone[-2:], None)
        if known is None:
            return None
        offset = known
    try:
        date = dt.datetime(
            int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59), tzinfo=_zone(offset)
        )
        date.astimezone(dt.timezone.utc)
    except (ValueError, OverflowError):
        return None
    return date


@dataclass(frozen=True, slots=True)
class Received:
    """One trace field (RFC 5321, section 4.4); None where it says nothing."""

    from_: str | None
    by: str | None
    via: str | None
    with_: str | None
    id: str | None
    for_: str | None  #: the recipient, without brackets
    date: dt.datetime | None


def read_received(value: str) -> Received:
    """A Received field; comments are passed over."""
    stamp, _, date = value[:4_000].rpartition(";")
    get = _trace(stamp or date).get
    return Received(get("from"), get("by"), get("via"), get("with"), get("id"), get("for"), read_date(date.strip()))


def received_for(value: str) -> str | None:
    """The recipient that a Received field names, and nothing else of it."""
    value = value[:4_000]
    plain = RECEIVED_FOR.search(value)
    if plain is None and "@" not in value:
        return None
    if plain is not None and value.count("(", 0, plain.start()) == value.count(")", 0, plain.start()):  # in no comment
        return one_line(plain[1])
    stamp, _, date = value.rpartition(";")
    return _trace(stamp or date).get("for")


def _trace(stamp: str) -> dict[str, str]:
    words: dict[str, str] = {}
    for match in RECEIVED_WORD.finditer(_without_comments(stamp)):
        words.setdefault(match[1].lower(), one_line(match[2].strip("<>")))
    return words


def _without_comments(text: str) -> str:
    if "(" not in text:
        return text
    out: list[str] = []
    depth = 0
    for piece in re.split(r"([()])", text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif not depth:
            out.append(piece)
    return " ".join(out)


class Parameters(NamedTuple):
    """The parameters of a field."""

    values: Mapping[str, str]  #: by lower-case name
    extended: frozenset[str] = frozenset()  #: names whose values RFC 2231 decoded; the others are latin-1 as they stand
    good: bool = True

    def text(self, name: str) -> str | None:
        """A value for people to read: 8-bit, and RFC 2047 words where RFC 2231 should stand.

        QUIRK: RFC 2047, section 5 forbids encoded words in parameters; Outlook and Gmail write file names so.
        """
        value = self.values.get(name)
        if not value:
            return None
        return one_line(value if name in self.extended else decode_words(eight_bit(value)[0])[0])


class ContentType(NamedTuple):
    """A media type with its parameters (RFC 2045, section 5; RFC 2231); `main` is the lower-case top-level type."""

    value: str  #: `text/plain`
    main: str
    fields: Parameters
    good: bool = True

    @property
    def parameters(self) -> Mapping[str, str]:
        return self.fields.values


_NO_PARAMETERS = Parameters({})
#: QUIRK: "plain/text" and a bare "html". Seen in hand-made mailers; as application/* an author's words would be a file.
_TEXT_SUBTYPES = frozenset({"plain", "html"})
TEXT_PLAIN = ContentType("text/plain", "text", _NO_PARAMETERS)


def read_content_type(value: str, limit: int = 64, segments: int = 64) -> ContentType:
    """A Content-Type; what cannot be read is text/plain (RFC 2045, section 5.2), so that its words come through."""
    common = len(value) <= 80 and ((signs := value.count("=")) == 0 or (signs == 1 and "charset=" in value))
    return (_common_content_type if common else _content_type)(value, limit, segments)


def _content_type(value: str, limit: int, segments: int) -> ContentType:
    match = CONTENT_TYPE.match(value)
    if match is None:
        found = read_parameters(value if ";" in value else ";" + value, limit, segments)
        head = value.partition(";")[0].strip().lower()
        # QUIRK: "Content-Type: text" of early Sun mailers, and "pdf" of some ERP exports
        if head in _TEXT_SUBTYPES:
            return ContentType(f"text/{head}", "text", found, False)
        if head.isalnum() and head.isascii() and head not in ("text", ""):
            return ContentType(f"application/{head[:60]}", "application", found, False)
        return ContentType("text/plain", "text", found, False)
    main = match[1].lower()
    found = read_parameters(value[match.end() - 1 :], limit, segments)
    if main == "binary":
        main = "application"  # QUIRK: binary/octet-stream. Seen in uploads to cloud storage.
    elif main in _TEXT_SUBTYPES and match[2].lower() == "text":
        return ContentType(f"text/{main}", "text", found, False)
    return ContentType(f"{main}/{match[2].lower()}", main, found, found.good)


#: Without parameters or with a charset only: file names and boundaries are nothing to keep.
_common_content_type = lru_cache(maxsize=512)(_content_type)


def read_parameters(value: str, limit: int = 64, segments: int = 64) -> Parameters:
    """`; name=value` pairs with RFC 2231 pieces joined and decoded; the first of several counts."""
    position = value.find(";")
    if position < 0:
        return _NO_PARAMETERS
    last = len(value) - 1
    plain: dict[str, str] = {}
    for _ in range(limit):
        match = PLAIN_PARAMETER.match(value, position)
        if match is None:
            break
        name, quoted, token = match.groups()
        plain.setdefault(name.lower(), token if quoted is None else quoted)
        position = match.end()
        if position >= last and (position > last or value[position] == ";"):
            return Parameters(plain)
    return _read_parameters(value, limit, segments)


def _read_parameters(value: str, limit: int, segments: int) -> Parameters:
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    position = value.find(";")
    count = 0
    good = True
    while position >= 0 and (match := PARAMETER.search(value, position)) is not None:
        count += 1
        if count > limit:
            good = False
            break
        name = match[1].lower()
        text, position = _parameter_value(value, match.end())
        if "*" in name and (piece := PARAMETER_PIECE.match(name)) is not None:
            known = pieces.setdefault(piece[1], {})
            index = -1 if piece[2] is None else int(piece[2])
            if len(known) < segments:
                known.setdefault(index, (text, piece[3] is not None or piece[2] is None))
            else:
                good = False
        else:
            plain.setdefault(name, text)
    extended = {name: joined for name, known in pieces.items() if (joined := _join_pieces(known))}
    return Parameters({**plain, **extended}, frozenset(extended), good)


def _parameter_value(value: str, position: int) -> tuple[str, int]:
    """The token or quoted string at `position`, and where it ends."""
    quoted = QUOTED_STRING.match(value, position) if value[position : position + 1] == '"' else None
    if quoted is not None:
        return QUOTED_PAIR.sub(r"\1", quoted[1]) if "\\" in quoted[1] else quoted[1], quoted.end()
    end = value.find(";", position)
    end = end if end >= 0 else len(value)
    text = value[position:end].strip().lstrip('"')
    return text.partition(" (")[0].rstrip(), end  # a comment may stand behind the value


def _join_pieces(pieces: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231, section 3 and 4.1; a gap in the numbering ends the value."""
    if -1 in pieces and 0 not in pieces:
        chain = [pieces[-1]]
    else:
        chain = []
        while len(chain) in pieces:
            chain.append(pieces[len(chain)])
    if not chain:
        return ""
    label = ""
    out = bytearray()
    for i, (text, extended) in enumerate(chain):
        if extended and i == 0 and text.count("'") >= 2:
            label, _, text = text.split("'", 2)
        raw = text.encode("latin-1", "replace")
        out += PERCENT.sub(lambda m: bytes([int(m[1], 16)]), raw) if extended else raw
    return charset.decode(bytes(out), label or None)[0]


def base_name(name: str) -> str | None:
    """A file name without any path, drive or control character; None if nothing is left."""
    name = posixpath.basename(one_line(name).replace("\\", "/")).strip()
    if name[1:2] == ":":  # C:name
        name = name[2:]
    return name[:255] if name.strip(". ") else None
