"""Header blocks: fields as they stand, found by name, decoded when asked for (RFC 5322, 2047, 6532).

Rules of this file: nothing here knows MIME structure. What comes out of a `get` is one line: no CR, LF, NUL or other
control, no lone surrogate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView, Sequence

from ..limits import Limits
from . import charset
from .defects import DefectCode, DefectLog
from .grammar import BLANK_LINE, CHARSET, CONTINUATION, FIELD, MBOX_FROM, UNSAFE_IN_LINE
from .words import decode_words

#: RFC 5322, section 3.6 and RFC 2045: fields that may stand only once.
_SINGLETONS = frozenset(
    "date from sender reply-to message-id in-reply-to references subject mime-version content-type "
    "content-transfer-encoding content-id content-disposition".split()
)


#: A block of more characters is read field by field, since its lines and the values in them are copies of it.
_LONG = 512 * 1024


def one_line(text: str) -> str:
    """Text that is safe in a one-line field."""
    if text.isprintable():
        return text.strip()
    return UNSAFE_IN_LINE.sub(" ", text).strip()


def mark_folds(block: str) -> str:
    """RFC 5322, section 2.2.3: a line that begins with white space continues the field. Its line end becomes a mark of the
    same length (VT, which no field may hold), so that each field is one line and offsets stay true.
    """
    block = block.replace("\n ", "\v ")
    return block.replace("\n\t", "\v\t") if "\t" in block else block


def unfold(value: str) -> str:
    """The value without the line ends within it, the white space behind them kept."""
    if "\v" in value:
        value = value.replace("\r\v", "").replace("\v", "")
    return value.strip(" \t\r")


def eight_bit(value: str) -> tuple[str, DefectCode | None]:
    """A latin-1 view of header bytes as the text it means: UTF-8 (RFC 6532), damaged or not, else windows-1252."""
    if value.isascii():
        return value, None
    raw = value.encode("latin-1")
    try:
        return raw.decode("utf-8"), None
    except UnicodeDecodeError:
        return charset.guess(raw), DefectCode.EIGHT_BIT_HEADER


def is_plain(value: str) -> bool:
    """Whether a latin-1 view of header bytes is the text it means: ASCII without the escapes of ISO-2022-JP."""
    return value.isascii() and charset.JIS_MARK not in value


class _Names(dict[str, str]):
    """Field names as they stand, in lower case; empty for what is no name. The same few hundred come with every mail."""

    def __missing__(self, name: str) -> str:
        lower = name.lower() if name.isascii() and name.isprintable() and " " not in name else ""
        if len(name) <= 64:
            if len(self) >= 4_096:
                self.clear()
            self[name] = lower
        return lower


_lower = _Names()


class Headers:
    """One header block. Names are lower-case; the first of several fields counts, `get_all` knows the others."""

    __slots__ = (
        "_decoded",
        "_first",
        "_lines",
        "_log",
        "_names",
        "_offsets",
        "_repeated",
        "_values",
        "base",
        "body_offset",
        "limits",
        "part",
    )

    def __init__(self, base: int, limits: Limits, log: DefectLog, part: str) -> None:
        self.body_offset = 0  #: characters of the block that are fields
        self.base = base  #: where the block begins in the buffer that it was read from
        self.limits = limits
        self._log = log
        self.part = part  #: path of the part that it belongs to
        self._first: dict[str, str] = {}
        self._repeated: Sequence[str] = ()  # names that more than one of the lines has
        self._decoded: dict[str, str] | None = None  # what was asked for before
        # Either lines, each a field and one behind the other, from which names are made when somebody asks; or fields
        # with something between them, as names, values (latin-1, as they stand) and where the values begin.
        self._lines: list[str] = []
        self._names: list[str] | None = None
        self._values: list[str] | None = None
        self._offsets: list[int] | None = None

    def __contains__(self, name: str) -> bool:
        return name in self._first

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def __len__(self) -> int:
        return len(self._lines) if self._values is None else len(self._values)

    def names(self) -> list[str]:
        """The names in order, repeated where a field is."""
        names = self._names
        if names is None:
            if len(self._first) == len(self._lines):
                names = list(self._first)
            else:
                names = [_lower[line.partition(":")[0]] for line in self._lines]
            self._names = names
        return names

    def count(self, name: str) -> int:
        """How many fields have this name."""
        if name not in self._first:
            return 0
        return 1 if self._is_alone(name) else self.names().count(name)

    def _is_alone(self, name: str) -> bool:
        """Whether a field that is there is the only one of its name, as far as that is known without counting."""
        return name not in self._repeated if self._values is None else len(self._first) == len(self._values)

    def keys(self) -> KeysView[str]:
        """The names, each once."""
        return self._first.keys()

    def raw(self, name: str) -> str | None:
        """The first value of a field, unfolded, as latin-1 text; None if there is no such field."""
        value = self._first.get(name)
        if value is None:
            return None
        if len(value) > self.limits.header_value_bytes:
            value = self._capped(name, value)
        return unfold(value) if "\v" in value else value.strip(" \t\r")

    def raw_all(self, name: str) -> list[str]:
        """All values of a field, unfolded, as latin-1 text."""
        if name not in self._first:
            return []
        if self._is_alone(name):
            values = [self._first[name]]
        elif self._values is None:
            values = [line[len(name) + 1 :] for line, field in zip(self._lines, self.names()) if field == name]
        else:
            values = [value for value, field in zip(self._values, self.names()) if field == name]
        return [unfold(self._capped(name, value)) for value in values]

    def get(self, name: str) -> str | None:
        """The first value of a field, decoded (RFC 2047, RFC 6532), on one line; None if there is no such field."""
        value = self._first.get(name)
        if value is None:
            return None
        decoded = self._decoded
        if decoded is None:
            decoded = self._decoded = {}
        elif name in decoded:
            return decoded[name]
        text = value.strip(" \t\r")
        if (
            len(value) > self.limits.header_value_bytes
            or "=?" in text
            or not (text.isascii() and text.isprintable())  # no fold either
        ):
            text = self.decode(name, self.raw(name) or "")
        decoded[name] = text
        return text

    def get_all(self, name: str) -> list[str]:
        """All values of a field, decoded."""
        return [self.decode(name, value) for value in self.raw_all(name)]

    def span(self, name: str) -> tuple[int, int] | None:
        """Byte offsets of the first value of a field in the buffer that the block was read from."""
        if name not in self._first:
            return None
        i = self.names().index(name)
        if self._offsets is None:
            start = self.base + len("".join(self._lines[:i])) + i + len(name) + 1
        else:
            start = self.base + self._offsets[i]
        return (start, start + len(self._first[name]))

    def decode(self, name: str, value: str) -> str:
        """One unfolded latin-1 value as the text that a person sees."""
        return self.decode_text(name, value if is_plain(value) else self.as_text(name, value))

    def as_text(self, name: str, value: str) -> str:
        """One latin-1 value as text, its encoded words as they stand."""
        if value.isascii():
            return charset.decode(value.encode("ascii"), None)[0]
        text, wrong = eight_bit(value)
        if wrong is not None:
            self._log.add(wrong, self.part, name)
            # QUIRK: fields in the raw code page of the text below them. Seen in Chinese, Korean and Russian mailers
            declared = CHARSET.search(self._first.get("content-type", ""))
            if declared is not None:
                text = charset.decode(value.encode("latin-1"), declared[1])[0]
        return text

    def decode_text(self, name: str, value: str) -> str:
        """Encoded words decoded, on one line."""
        if "=?" in value:
            value, wrong = decode_words(value, self.limits.encoded_words)
            if wrong is not None:
                self._log.add(wrong, self.part, name)
        if value.isprintable():
            return value.strip()
        if "\x00" in value:
            self._log.add(DefectCode.NUL_BYTES, self.part, name)
        return one_line(value)

    def report(self, code: DefectCode, name: str, detail: str = "") -> None:
        """Note a defect of a field of this block."""
        self._log.add(code, self.part, name, detail)

    def _capped(self, name: str, value: str) -> str:
        limits = self.limits
        if len(value) <= limits.header_value_bytes:
            return value
        cap = limits.long_header_value_bytes if name in ("to", "cc", "references") else limits.header_value_bytes
        if len(value) > cap:
            self._log.add(DefectCode.HEADER_VALUE_LIMIT, self.part, name)
        return value[:cap]

    def read(self, block: str, most: int) -> int:
        """Read fields from the start of a block, its folds marked, up to its first blank line or line that is no field.

        Returns the number of fields, at most `most`; `body_offset` says where they end.
        """
        # Nearly always every line is a field, and this is all.
        if not block:
            return 0
        if len(block) > _LONG:
            return self._read_slowly(block, most)
        lines = block.split("\n")
        if not lines[-1]:
            del lines[-1]
        if len(lines) <= most:
            first = self._first
            lower = _lower
            repeated: list[str] = []
            try:
                for line in lines:
                    name, value = line.split(":", 1)
                    name = lower[name]
                    if name not in first:
                        first[name] = value
                    else:
                        repeated.append(name)
            except ValueError:  # no colon
                lines = []
            if lines and "" not in first:
                self._lines = lines
                self.body_offset = len(block)
                if repeated:
                    self._repeated = repeated
                    if not _SINGLETONS.isdisjoint(repeated):
                        self._find_duplicates()
                return len(lines)
            first.clear()
        return self._read_slowly(block, most)

    def _read_slowly(self, block: str, most: int) -> int:
        position = self.take(block, 0, len(block), most)
        while len(self) < most and (skipped := self._skip(block, position)):
            position = self.take(block, skipped, len(block), most)
        self._find_duplicates()
        self.body_offset = position
        return len(self)

    def take(self, block: str, position: int, stop: int, most: int) -> int:
        """Add the fields that stand at `position` in a row, up to `most` in all; returns where they end."""
        names, values, offsets = self._apart()
        for match in iter(FIELD.scanner(block, position, stop).match, None):  # type: ignore[attr-defined]
            name = match[1].lower()
            position = match.end()
            if not name:
                self._log.add(DefectCode.MISSING_FIELD_NAME, self.part)
                continue
            value = match[2]
            self._first.setdefault(name, value)
            names.append(name)
            values.append(value)
            offsets.append(match.start(2))
            if len(names) >= most:
                break
        return position

    def _apart(self) -> tuple[list[str], list[str], list[int]]:
        """Names, values and offsets, made from lines if there are such; the lists are the block's own."""
        names = self.names()
        if self._values is None or self._offsets is None:
            position = 0
            self._values = []
            self._offsets = []
            for line, name in zip(self._lines, names):
                self._values.append(line[len(name) + 1 :])
                self._offsets.append(position + len(name) + 1)
                position += len(line) + 1
            self._lines = []
        return names, self._values, self._offsets

    def _find_duplicates(self) -> None:
        singletons = [name for name in self.names() if name in _SINGLETONS]
        if len(set(singletons)) != len(singletons):
            for name in sorted({name for name in singletons if singletons.count(name) > 1}):
                self._log.add(DefectCode.DUPLICATE_HEADER, self.part, name)

    def extend(self, other: Headers) -> None:
        """Add the fields of a block that stands behind it in the same buffer."""
        names, values, offsets = self._apart()
        more_names, more_values, more_offsets = other._apart()
        names += more_names
        values += more_values
        offsets += [other.base - self.base + offset for offset in more_offsets]
        for field, value in zip(more_names, more_values):
            self._first.setdefault(field, value)

    def split_at(self, name: str) -> list[Headers]:
        """The block in pieces, of which each begins with a field of this name."""
        names, values, offsets = self._apart()
        starts = [i for i, field in enumerate(names) if field == name]
        if not starts or starts[0]:
            starts.insert(0, 0)
        pieces: list[Headers] = []
        for start, end in zip(starts, [*starts[1:], len(names)]):
            piece = Headers(self.base, self.limits, self._log, self.part)
            piece._names, piece._values = names[start:end], values[start:end]
            piece._offsets = offsets[start:end]
            for field, value in zip(piece._names, piece._values):
                piece._first.setdefault(field, value)
            pieces.append(piece)
        return pieces

    def _skip(self, block: str, position: int) -> int:
        """Past a line that is no field but does not end the block either; 0 if there is none."""
        if position >= len(block):
            return 0
        if position == 0 and (match := CONTINUATION.match(block)) and match[0].strip():
            self._log.add(DefectCode.FIRST_LINE_IS_CONTINUATION, self.part)
            return match.end()
        if (match := MBOX_FROM.match(block, position)) and FIELD.match(block, match.end()):
            self._log.add(DefectCode.MBOX_FROM_LINE, self.part)
            return match.end()
        return 0


def after_blank_line(block: str, position: int) -> tuple[int, bool]:
    """Where the body begins, and whether a blank line stood before it (or the block ended)."""
    match = BLANK_LINE.match(block, position)
    return (position, False) if match is None else (match.end(), True)


def joined(values: Iterable[str]) -> str:
    """Several fields of one name as one list (To, Cc: RFC 5322 allows one, mailers write several)."""
    return ", ".join(values)
