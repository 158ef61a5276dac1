"""Header blocks: fields as they stand, found by name, decoded when asked for (RFC 5322, 2047, 6532).

Rules of this file: nothing here knows MIME structure. What comes out of a `get` is one line: no CR, LF, NUL or other
control, no lone surrogate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView, Sequence

from ..limits import Limits
from . import charset
from .defects import DefectCode, DefectLog
from .grammar import BLANK_LINE, CONTINUATION, FIELD, MBOX_FROM, UNSAFE_IN_LINE
from .words import decode_words

#: RFC 5322, section 3.6 and RFC 2045: fields that may stand only once.
_SINGLETONS = frozenset(
    "date from sender reply-to message-id in-reply-to references subject mime-version content-type "
    "content-transfer-encoding content-id content-disposition".split()
)


def one_line(text: str) -> str:
    """Text that is safe in a one-line field."""
    if text.isprintable():
        return text.strip()
    return UNSAFE_IN_LINE.sub(" ", text).strip()


def mark_folds(block: str) -> str:
    """RFC 5322, section 2.2.3: a line that begins with white space continues the field. Its line end becomes a mark of the
    same length (VT, which no field may hold), so that each field is one line and offsets stay true.
    """
    return block.replace("\n ", "\v ").replace("\n\t", "\v\t")


def unfold(value: str) -> str:
    """The value without the line ends within it, the white space behind them kept."""
    if "\v" in value:
        value = value.replace("\r\v", "").replace("\v", "")
    return value.strip(" \t\r")


def eight_bit(value: str) -> tuple[str, DefectCode | None]:
    """A latin-1 view of header bytes as the text it means: UTF-8 (RFC 6532), else windows-1252."""
    if value.isascii():
        return value, None
    raw = value.encode("latin-1")
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        return charset.windows_1252(raw), DefectCode.EIGHT_BIT_HEADER


class Headers:
    """One header block. Names are lower-case; the first of several fields counts, `get_all` knows the others."""

    __slots__ = (
        "_base",
        "_decoded",
        "_first",
        "_log",
        "_names",
        "_offsets",
        "_part",
        "_values",
        "body_offset",
        "limits",
    )

    def __init__(self, base: int, limits: Limits, log: DefectLog, part: str) -> None:
        self.body_offset = 0  #: characters of the block that are fields
        self._base = base
        self.limits = limits
        self._log = log
        self._part = part
        self._names: Sequence[str] = ()
        self._values: Sequence[str] = ()  # as they stand, as latin-1
        self._offsets: list[int] | None = None  # where the values begin; None: one field follows the other
        self._first: dict[str, str] = {}
        self._decoded: dict[str, str] | None = None  # what was asked for before

    def __contains__(self, name: str) -> bool:
        return name in self._first

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(self._names))

    def __len__(self) -> int:
        return len(self._names)

    def count(self, name: str) -> int:
        """How many fields have this name."""
        return self._names.count(name)

    def keys(self) -> KeysView[str]:
        """The names, each once."""
        return self._first.keys()

    def raw(self, name: str) -> str | None:
        """The first value of a field, unfolded, as latin-1 text; None if there is no such field."""
        value = self._first.get(name)
        if value is None:
            return None
        if len(value) > 900:  # beyond one line of RFC 5322
            value = self._capped(name, value)
        return unfold(value) if "\v" in value else value.strip(" \t\r")

    def raw_all(self, name: str) -> list[str]:
        """All values of a field, unfolded, as latin-1 text."""
        if name not in self._first:
            return []
        found = zip(self._names, self._values)
        return [unfold(self._capped(name, value)) for field, value in found if field == name]

    def get(self, name: str) -> str | None:
        """The first value of a field, decoded (RFC 2047, RFC 6532), on one line; None if there is no such field."""
        if self._decoded is None:
            self._decoded = {}
        elif name in self._decoded:
            return self._decoded[name]
        value = self.raw(name)
        if value is not None:
            if "=?" in value or not value.isascii() or not value.isprintable():
                value = self.decode(name, value)
            self._decoded[name] = value
        return value

    def get_all(self, name: str) -> list[str]:
        """All values of a field, decoded."""
        return [self.decode(name, value) for value in self.raw_all(name)]

    def span(self, name: str) -> tuple[int, int] | None:
        """Byte offsets of the first value of a field in the buffer that the block was read from."""
        if name not in self._first:
            return None
        i = self._names.index(name)
        start = self._base
        if self._offsets is None:  # names and values before it, each field with a colon and a line end
            start += len("".join(self._names[:i])) + len("".join(self._values[:i])) + 2 * i + len(name) + 1
        else:
            start += self._offsets[i]
        return (start, start + len(self._first[name]))

    def _offsets_in_a_row(self) -> list[int]:
        offsets = []
        position = 0
        for name, value in zip(self._names, self._values):
            offsets.append(position + len(name) + 1)
            position += len(name) + len(value) + 2
        return offsets

    def decode(self, name: str, value: str) -> str:
        """One unfolded latin-1 value as the text that a person sees."""
        return self.decode_text(name, value if value.isascii() else self.as_text(name, value))

    def as_text(self, name: str, value: str) -> str:
        """One latin-1 value as text, its encoded words as they stand."""
        value, wrong = eight_bit(value)
        if wrong is not None:
            self._log.add(wrong, self._part, name)
        return value

    def decode_text(self, name: str, value: str) -> str:
        """Encoded words decoded, on one line."""
        if "=?" in value:
            value, wrong = decode_words(value, self.limits.encoded_words)
            if wrong is not None:
                self._log.add(wrong, self._part, name)
        if value.isprintable():
            return value.strip()
        if "\x00" in value:
            self._log.add(DefectCode.NUL_BYTES, self._part, name)
        return one_line(value)

    def report(self, code: DefectCode, name: str, detail: str = "") -> None:
        """Note a defect of a field of this block."""
        self._log.add(code, self._part, name, detail)

    def _capped(self, name: str, value: str) -> str:
        limits = self.limits
        if len(value) <= limits.header_value_bytes:
            return value
        cap = limits.long_header_value_bytes if name in ("to", "cc", "references") else limits.header_value_bytes
        if len(value) > cap:
            self._log.add(DefectCode.HEADER_VALUE_LIMIT, self._part, name)
        return value[:cap]

    def read(self, block: str, most: int) -> int:
        """Read fields from the start of a block, its folds marked, up to its first blank line or line that is no field.

        Returns the number of fields, at most `most`; `body_offset` says where they end.
        """
        lines = block.split("\n") if 0 < block.count("\n") <= most else None
        if lines:
            if not lines[-1]:
                lines.pop()
            names, colons, values = zip(*[line.partition(":") for line in lines])
            letters = "".join(names)
            if (
                len("".join(colons)) == len(lines)
                and letters.isascii()
                and letters.isprintable()
                and " " not in letters
            ):
                # every line is a field: the common case, with hardly a step in Python per field
                lower = "\n".join(names).lower().split("\n")
                first = dict(zip(lower[::-1], values[::-1]))
                if "" not in first:
                    self._names, self._values, self._first = lower, values, first
                    self.body_offset = len(block)
                    several = len(lower) - len(first)
                    if several and several != lower.count("received") - 1:
                        self._find_duplicates()
                    return len(lower)
        position = self.take(block, 0, len(block), most)
        while len(self._names) < most and (skipped := self._skip(block, position)):
            position = self.take(block, skipped, len(block), most)
        self._find_duplicates()
        self.body_offset = position
        return len(self._names)

    def take(self, block: str, position: int, stop: int, most: int) -> int:
        """Add the fields that stand at `position` in a row, up to `most` in all; returns where they end."""
        names, values = list(self._names), list(self._values)
        offsets = self._offsets_in_a_row() if self._offsets is None else self._offsets
        for match in iter(FIELD.scanner(block, position, stop).match, None):  # type: ignore[attr-defined]
            name = match[1].lower()
            position = match.end()
            if not name:
                self._log.add(DefectCode.MISSING_FIELD_NAME, self._part)
                continue
            self._first.setdefault(name, match[2])
            names.append(name)
            values.append(match[2])
            offsets.append(match.start(2))
            if len(names) >= most:
                break
        self._names, self._values, self._offsets = names, values, offsets
        return position

    def _find_duplicates(self) -> None:
        singletons = [name for name in self._names if name in _SINGLETONS]
        if len(set(singletons)) != len(singletons):
            for name in sorted({name for name in singletons if singletons.count(name) > 1}):
                self._log.add(DefectCode.DUPLICATE_HEADER, self._part, name)

    def split_at(self, name: str) -> list[Headers]:
        """The block in pieces, of which each begins with a field of this name."""
        starts = [i for i, field in enumerate(self._names) if field == name]
        if not starts or starts[0]:
            starts.insert(0, 0)
        offsets = self._offsets_in_a_row() if self._offsets is None else self._offsets
        pieces: list[Headers] = []
        for start, end in zip(starts, [*starts[1:], len(self._names)]):
            piece = Headers(self._base, self.limits, self._log, self._part)
            piece._names, piece._values = self._names[start:end], self._values[start:end]
            piece._offsets = offsets[start:end]
            piece._first = dict(zip(reversed(piece._names), reversed(piece._values)))
            pieces.append(piece)
        return pieces

    def _skip(self, block: str, position: int) -> int:
        """Past a line that is no field but does not end the block either; 0 if there is none."""
        if position >= len(block):
            return 0
        if position == 0 and (match := CONTINUATION.match(block)) and match[0].strip():
            self._log.add(DefectCode.FIRST_LINE_IS_CONTINUATION, self._part)
            return match.end()
        if (match := MBOX_FROM.match(block, position)) and FIELD.match(block, match.end()):
            self._log.add(DefectCode.MBOX_FROM_LINE, self._part)
            return match.end()
        return 0


def after_blank_line(block: str, position: int) -> tuple[int, bool]:
    """Where the body begins, and whether a blank line stood before it (or the block ended)."""
    match = BLANK_LINE.match(block, position)
    return (position, False) if match is None else (match.end(), True)


def joined(values: Iterable[str]) -> str:
    """Several fields of one name as one list (To, Cc: RFC 5322 allows one, mailers write several)."""
    return ", ".join(values)
