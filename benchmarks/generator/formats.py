"""A labelled mail of the corpus as a format: its bytes with slots for what differs from mail to mail.

Rules of this file: equal things of one mail share a slot, so that a report still names the message that it is about.
What is encoded stays as it is. A format that is in doubt keeps its text and varies in its header only.
"""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from operator import itemgetter
from time import strptime

from .draw import ALNUM, ALNUM_LOWER, DIGITS, FIRST, HEX, HEX_UPPER, LAST, ORGANISATIONS, date, token
from .words import lines

_ENCODED_WORD = rb"=\?[^?\s]{1,40}\?[BbQq]\?[^?\s]*\?="
_DATE = (
    rb"(?P<date>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), [ 0-3]?\d "
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) 20\d\d \d\d:\d\d:\d\d)"
)
_PERSON = rb"\b(?P<first>[a-z]{2,20})\.(?P<last>[a-z]{2,20})@"
_ORGANISATION = rb"\b(?P<organisation>[a-z][a-z0-9-]{2,30})\.example\b"
_TOKEN = rb"(?P<token>[A-Za-z0-9]{10,})"
_BOUNDARY = re.compile(rb"boundary=[^\n]{1,200}", re.IGNORECASE)
_BASE64 = re.compile(rb"(?im)^content-transfer-encoding:[ \t]*base64")
_BLANK = re.compile(rb"\r?\n\r?\n")
_CONTENT = re.compile(rb"(?im)^content-[a-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*")
_MIME_VERSION = re.compile(rb"(?im)^mime-version:[^\n]*\n")
_ALPHABETS = (DIGITS, HEX, HEX_UPPER, ALNUM_LOWER, ALNUM)
#: local parts with a dot that are no people
_NO_PEOPLE = frozenset(b"no not do auto mail mailer reply post info bounce sale system delivery".split())
_OWN = rb"\x00(?P<own>[BFD])"  #: a place of our own: boundary, text that is added, content of a file
_OWN_PLACES = {b"B": -3, b"F": -2, b"D": -1}  #: the last three values
_APART = 500 * 86_400  #: seconds between two dates of one mail, at most
_FIRST, _LAST = tuple(map(str.encode, FIRST)), tuple(map(str.encode, LAST))
_ORGANISATIONS = tuple(map(str.encode, ORGANISATIONS))


class What(Enum):
    WORD = 1  #: one of so many words
    TOKEN = 2  #: so many letters and digits of an alphabet
    DATE = 3  #: so many seconds after the first date of the mail
    CAPITAL = 4  #: the slot of that number, written with a capital


WORD, TOKEN, DATE, CAPITAL = What
#: what differs from mail to mail: what it is, its number, and the words or the alphabet
Slot = tuple[What, int, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Template:
    """Bytes with places for values."""

    text: bytes
    places: Callable[[list[bytes]], tuple[bytes, ...]] | None  #: which values, in order; None for none

    @classmethod
    def of(cls, text: bytes, places: Sequence[int]) -> Template:
        """Of text with %s for each place; one place is taken twice, for which the text gets no second %s."""
        if len(places) == 1:  # an itemgetter of one place gives no tuple
            return cls(text + b"%.0s", itemgetter(places[0], places[0]))
        return cls(text, itemgetter(*places) if places else None)

    def fill(self, values: list[bytes]) -> bytes:
        return self.text % (self.places(values) if self.places else ())


@dataclass(frozen=True, slots=True)
class Format:
    """All that is needed to make mails like one of the corpus."""

    name: str  #: of the case
    kind: str  #: what mails of it are
    group: str  #: the folder of the corpus that it lies in: a kind, or `malformed`
    language: str
    failed: tuple[Template, ...]  #: the addresses that failed
    slots: tuple[Slot, ...]
    sentences: tuple[bytes, ...]  #: empty where nothing may be added to its text
    eol: bytes
    plain: Template
    attached: Template | None  #: the same with a file beside it

    def values(self, draw: Iterator[int], index: int, seconds: int) -> list[bytes]:
        """A value for each slot; equal arguments give equal values."""
        values: list[bytes] = []
        serial = index * 9_973
        for what, number, words in self.slots:
            if what is WORD:
                values.append(words[next(draw) % number])
            elif what is TOKEN:
                serial += 7_919_993
                values.append(token(next(draw), number, words[0], serial))
            elif what is DATE:
                values.append(date(seconds + number))
            else:
                values.append(values[number].capitalize())
        return values


class _Compiler:
    """Finds the slots of one mail. Equal things get one slot."""

    def __init__(self, raw: bytes, *, hosts: bool) -> None:
        """`hosts`: whether people and their hosts may change."""
        self._hosts = hosts
        blank = _BLANK.search(raw)
        self._escapes_from = blank.end() if blank and b"quoted-printable" in raw.lower() else None
        self.slots: list[Slot] = []
        self._known: dict[tuple[str, bytes], int] = {}
        self._first_date: int | None = None
        people = {m.group("first", "last") for m in re.finditer(_PERSON, raw) if m["first"] not in _NO_PEOPLE}
        self._people = {b" ".join(map(bytes.capitalize, person)): person for person in sorted(people)}
        names = b"(?P<name>" + b"|".join(map(re.escape, self._people)) + b")" if people else b"(?P<name>\x00\x00)"
        self._pattern = re.compile(b"|".join((_ENCODED_WORD, _DATE, _PERSON, names, _ORGANISATION, _TOKEN, _OWN)))

    def template(self, raw: bytes, frozen: Iterator[tuple[int, int]] | tuple[tuple[int, int], ...] = ()) -> Template:
        """`raw` with its slots; what stands in the spans `frozen` is left alone. NUL marks a place of our own."""
        spans = tuple(frozen)
        text, places, end = [], [], 0
        for match in self._pattern.finditer(raw):
            own = match.lastgroup == "own"
            if not own and any(start <= match.start() < stop for start, stop in spans):
                continue
            for start, stop, place in self._places(match):
                text += [raw[end:start].replace(b"%", b"%%"), b"%s"]
                places.append(place)
                end = stop
        text.append(raw[end:].replace(b"%", b"%%"))
        return Template.of(b"".join(text), places)

    def _places(self, match: re.Match[bytes]) -> Iterator[tuple[int, int, int]]:
        group = match.lastgroup
        if group == "own":
            yield *match.span(), _OWN_PLACES[match["own"]]
        elif group == "date":
            yield *match.span(), self._date(match["date"])
        elif group == "token":
            word = match["token"]
            if not self._is_escaped(match) and sum(48 <= letter <= 57 for letter in word) >= 3:
                alphabet = next(a for a in _ALPHABETS if not word.translate(None, a))
                yield *match.span(), self._slot(group, word, (TOKEN, len(word), (alphabet,)))
        elif not self._hosts:
            return
        elif group == "last" and match["first"] not in _NO_PEOPLE:
            yield *match.span("first"), self._slot("first", match["first"], (WORD, len(_FIRST), _FIRST))
            yield *match.span("last"), self._slot("last", match["last"], (WORD, len(_LAST), _LAST))
        elif group == "name":
            start = match.start()
            for part, word in zip(("first", "last"), self._people[match[0]], strict=True):
                words = _FIRST if part == "first" else _LAST
                place = self._slot(part, word, (WORD, len(words), words))
                capital = self._slot("capital " + part, word, (CAPITAL, place, ()))
                yield start, start + len(word), capital
                start += len(word) + 1
        elif group == "organisation":
            word = match["organisation"]
            yield *match.span("organisation"), self._slot(group, word, (WORD, len(_ORGANISATIONS), _ORGANISATIONS))

    def _is_escaped(self, match: re.Match[bytes]) -> bool:
        """Whether a token begins with what may be an escape of quoted-printable, such as =3D."""
        start = match.start()
        return self._escapes_from is not None and start > self._escapes_from and match.string[start - 1 : start] == b"="

    def _slot(self, what: str, value: bytes, slot: Slot) -> int:
        key = (what, value)
        if key not in self._known:
            self._known[key] = len(self.slots)
            self.slots.append(slot)
        return self._known[key]

    def _date(self, value: bytes) -> int:
        try:
            seconds = timegm(strptime(value.decode()[5:].strip(), "%d %b %Y %H:%M:%S"))
        except ValueError:  # the 31st of June
            seconds = self._first_date or 0
        if self._first_date is None:
            self._first_date = seconds
        apart = max(-_APART, min(_APART, seconds - self._first_date))
        return self._slot("date", value, (DATE, apart, ()))


def compile_format(raw: bytes, *, name: str, kind: str, language: str, failed: Sequence[str]) -> Format:
    """The format of one labelled mail."""
    blank = _BLANK.search(raw)
    end = blank.end() if blank else len(raw)
    eol = b"\r\n" if b"\r\n" in raw[:end] else b"\n"
    readable = _is_readable(raw)
    group = name.partition("/")[0]
    sentences: tuple[bytes, ...] = ()
    filled = raw
    if readable and group != "malformed":
        place, ascii_only = _place_to_fill(raw, end, kind)
        if place is not None:
            filled = raw[:place] + b"\x00F" + raw[place:]
            sentences = lines(language, ascii_only=ascii_only)
    spans = tuple(_frozen(raw, end, readable))
    told = all(_is_told(raw, address.encode(), spans) for address in failed)
    compiler = _Compiler(raw, hosts=told)
    plain = compiler.template(filled, _frozen(filled, end, readable))
    attached = None
    if group == "message" and blank:
        with_file = _with_file(filled, blank.start() + len(eol), end, eol)
        attached = compiler.template(with_file, _frozen(with_file, with_file.find(eol * 2), readable))
    return Format(
        name=name,
        kind=kind,
        group=group,
        language=language,
        failed=tuple(compiler.template(address.encode()) for address in failed),
        slots=tuple(compiler.slots),
        sentences=sentences,
        eol=eol,
        plain=plain,
        attached=attached,
    )


def _is_told(raw: bytes, address: bytes, frozen: Sequence[tuple[int, int]]) -> bool:
    """Whether an address stands somewhere as it is: one that is only told in encoded text cannot be changed."""
    places = [match.start() for match in re.finditer(re.escape(address), raw)]
    return any(not any(start <= place < stop for start, stop in frozen) for place in places)


def _is_readable(raw: bytes) -> bool:
    """Whether letters in it are letters: no charset that writes others with the bytes of ASCII."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(sign in raw for sign in (b"\x1b", b"\x00", b"~{", b"utf-7", b"UTF-7"))


def _frozen(raw: bytes, end: int, readable: bool) -> Iterator[tuple[int, int]]:
    """What is encoded: bodies in base64, and all text of a mail that is not readable."""
    if not readable:
        yield end, len(raw)
        for match in _BOUNDARY.finditer(raw[:end]):  # Postfix puts the host's name into it
            yield match.span()
    for field in _BASE64.finditer(raw):
        blank = _BLANK.search(raw, field.end())
        if blank:
            boundary = raw.find(b"\n--", blank.end())
            yield blank.end(), len(raw) if boundary < 0 else boundary


def _place_to_fill(raw: bytes, end: int, kind: str) -> tuple[int | None, bool]:
    """Where text may be added without changing what the mail is, and whether it must be ASCII."""
    head = raw[:end].lower()
    if kind == "message":
        simple = b"content-type:" not in head or b"content-type: text/plain" in head
        encoded = b"quoted-printable" in head or b"base64" in head
        return (end if simple and not encoded else None), b"utf-8" not in head
    closing = raw.rstrip().rfind(b"\n--")
    part = raw.rfind(b"\n--", 0, max(0, closing))
    inside = raw[part:closing].lower()
    if part > 0 and raw.rstrip().endswith(b"--") and b"message/rfc822" in inside and b"base64" not in inside:
        return closing + 1, True
    return None, True


def _with_file(raw: bytes, head_end: int, body: int, eol: bytes) -> bytes:
    """The mail as the first part of a multipart/mixed whose second is a file."""
    head = raw[:head_end]
    if eol != b"\n":
        head = head.replace(eol, b"\n")
    content = b"".join(match[0] for match in _CONTENT.finditer(head))
    head = _MIME_VERSION.sub(b"", _CONTENT.sub(b"", head))
    made = (
        head + b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="\x00B"\n\n--\x00B\n' + content + b"\n"
    ).replace(b"\n", eol)
    name = b"Content-Type: application/pdf; name=scan.pdf\nContent-Disposition: attachment; filename=scan.pdf\n"
    file = b"\n--\x00B\n" + name + b"Content-Transfer-Encoding: base64\n\n\x00D--\x00B--\n"
    return made + raw[body:] + file.replace(b"\n", eol)
