"""MIME structure in one forward pass over one buffer (RFC 2045, 2046): flat parts with byte spans, nothing copied.

Rules of this file: no recursion, no pattern built from a boundary, no line loop. A part's body is decoded only when
somebody asks. For each boundary that is open, the next line that is it is remembered, so that the buffer is searched once
per boundary, at the speed of `bytes.find`.
"""

from __future__ import annotations

from ..limits import Limits
from .defects import DefectCode, DefectLog
from .fields import read_content_type
from .grammar import DELIMITER_TAIL, NO_FIELD
from .header import Headers, after_blank_line, mark_folds
from .part import Part
from .transfer import IDENTITY

#: RFC 2046, section 5.2; RFC 6532, section 3.7: a whole message. message/news is RFC 5537's.
EMBEDDED_MESSAGE = frozenset({"message/rfc822", "message/global", "message/news"})
#: RFC 6522, section 4; RFC 6533, section 6.3: the header block of one. QUIRK: message/rfc822-headers, seen in Exchange.
EMBEDDED_HEADERS = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})

_SMALL = 1024 * 1024  # bytes that are searched for a CR, so that no header block has to be
_QUOTE_OR_SPACE = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\"'"


class _Frame:
    """A multipart that is still open."""

    __slots__ = ("base", "closing", "hit", "needle", "part", "tail")

    def __init__(self, part: Part, needle: bytes, base: int) -> None:
        self.part = part
        self.needle = needle
        self.base = base  #: how many parts were open before its children
        self.hit = -2  #: offset of the line end before its next delimiter; -1: there is none; -2: not looked for
        self.tail = 0  #: offset behind that delimiter line
        self.closing = False

    def look(self, buffer: bytes, position: int, stop: int) -> None:
        """Find the next line that is this boundary's delimiter, from `position` on."""
        needle = self.needle
        if position < 0:
            position = 0
        while True:
            position = buffer.find(needle, position, stop)
            if position < 0:
                self.hit = -1
                return
            match = DELIMITER_TAIL.match(buffer, position + len(needle), stop)
            if match is not None:
                self.hit = position
                self.tail = match.end()
                self.closing = match[1] is not None
                return
            position += 1


class Scanner:
    """Reads the structure of one mail into `parts`."""

    __slots__ = ("_bytes_left", "_crlf", "_fields_left", "_limits", "_log", "_pending", "parts")

    def __init__(self, limits: Limits, log: DefectLog) -> None:
        self._limits = limits
        self._log = log
        self.parts: list[Part] = []
        self._bytes_left = limits.total_header_bytes
        self._fields_left = limits.total_header_count
        #: whether the lines of the buffer seem to end in CRLF, None if it is known to hold no CR: only saves time
        self._crlf: bool | None = False
        self._pending: list[tuple[Part, int]] = []

    def scan(self, buffer: bytes, start: int) -> None:
        """Read the whole mail from `start`; encoded messages within it after everything else."""
        self._run(buffer, start, None, 0, "", 0)
        self._run_pending()

    def scan_encoded(self, part: Part) -> None:
        """Read the encoded message within a part of `parts`, which somebody else has found."""
        self._pending.append((part, 1))
        self._run_pending()

    def _run_pending(self) -> None:
        while self._pending:
            part, level = self._pending.pop(0)
            decoded = part.content()
            if decoded:
                self._run(decoded, 0, part, part.depth + 1, part.path, level)

    def _run(self, buffer: bytes, start: int, around: Part | None, depth: int, path: str, level: int) -> None:
        limits = self._limits
        size = len(buffer)
        stop = size
        if size > limits.message_bytes:
            stop = limits.message_bytes
            self._log.add(DefectCode.MESSAGE_TRUNCATED, path, "", f"{size} bytes")
        self._crlf = buffer.startswith(b"\r", buffer.find(b"\n", start, start + 1_000) - 1)
        if not self._crlf and size <= _SMALL and b"\r" not in buffer:
            self._crlf = None
        frames: list[_Frame] = []
        open_parts: list[Part] = []
        part = self._open(buffer, start, stop, around, depth, path, level)
        following = -1  # the frame whose delimiter comes next, as far as it is known
        until = stop
        while True:
            open_parts.append(part)
            content_type = part.content_type
            if content_type.main == "multipart":
                self._enter(part, frames, len(open_parts))
                following = -1
            elif content_type.main == "message" and content_type.value in EMBEDDED_MESSAGE and part.body_start < stop:
                child = self._embedded(part, until, level)
                if child is not None:
                    part = child
                    continue
            position = part.body_start - 1
            best = -1
            while frames:
                best = following if following >= 0 else self._nearest(buffer, position, stop, frames)
                if best < 0:
                    break
                following = -1
                position = frames[best].tail
                if self._close(best, buffer, frames, open_parts):
                    break
                position -= 1
            if best < 0 or not frames:
                break
            parent = frames[best].part
            if len(self.parts) >= limits.parts:
                open_parts.append(self._opaque(buffer, position, parent, level))
                break
            following = self._nearest(buffer, position - 1, stop, frames)
            until = frames[following].hit if following >= 0 else stop
            prefix = f"{parent.path}." if parent.path else ""
            part = self._open(
                buffer,
                position,
                until if until > position else position,
                parent,
                parent.depth + 1,
                f"{prefix}{len(parent.children) + 1}",
                level,
            )
        for part in open_parts:
            part.end = size
        for frame in frames:
            self._unclosed(frame)

    def _unclosed(self, frame: _Frame) -> None:
        found = bool(frame.part.children)
        frame.part.report(DefectCode.CLOSE_BOUNDARY_NOT_FOUND if found else DefectCode.START_BOUNDARY_NOT_FOUND)

    @staticmethod
    def _nearest(buffer: bytes, position: int, stop: int, frames: list[_Frame]) -> int:
        """The frame whose delimiter comes next at or after `position`, as an index; -1 if there is none.

        RFC 2046, section 5.1.2: an outer delimiter ends all inner parts; so an inner boundary is looked for only before
        the next outer one, and on a tie the outermost wins.
        """
        best = -1
        for i, frame in enumerate(frames):
            hit = frame.hit
            if hit < position and hit != -1:
                frame.look(buffer, position, stop)
                hit = frame.hit
            if -1 < hit < stop:
                stop = hit
                best = i
        return best

    def _close(self, best: int, buffer: bytes, frames: list[_Frame], open_parts: list[Part]) -> bool:
        """End everything that the delimiter of frame `best` ends; whether another part follows it."""
        frame = frames[best]
        around = frame.part
        end = frame.hit
        if end and buffer[end - 1] == 13:  # the CR of the line end that belongs to the delimiter
            end -= 1
        for part in open_parts[frame.base :]:
            part.end = end if end > part.body_start else part.body_start
        del open_parts[frame.base :]
        for inner in frames[best + 1 :]:
            self._unclosed(inner)
        del frames[best + 1 :]
        if not frame.closing:
            return True
        if not around.children:
            around.report(DefectCode.START_BOUNDARY_NOT_FOUND)
        frames.pop()
        return False

    def _enter(self, part: Part, frames: list[_Frame], base: int) -> None:
        """Start to look for a multipart's boundary, if it has one that can be used."""
        boundary = part.content_type.parameters.get("boundary", "")
        # RFC 2046: a boundary does not end in white space. QUIRK: an unclosed quote leaves some. Seen in hand-made mail.
        if boundary[-1:] in _QUOTE_OR_SPACE:
            boundary = boundary.rstrip(_QUOTE_OR_SPACE)
        if not boundary:
            part.report(DefectCode.MISSING_BOUNDARY)
        elif len(boundary) > self._limits.boundary_bytes:
            part.report(DefectCode.BOUNDARY_TOO_LONG)
        elif part.depth + 1 >= self._limits.nesting_depth:
            part.report(DefectCode.DEPTH_LIMIT)
        else:
            if part.transfer_encoding not in IDENTITY:
                part.report(DefectCode.MULTIPART_ENCODING)
            raw = boundary.encode("latin-1", "ignore") if boundary.isascii() else _boundary_bytes(boundary)
            frames.append(_Frame(part, b"\n--" + raw, base))

    def _embedded(self, part: Part, stop: int, level: int) -> Part | None:
        """The message within a message part; None if it is encoded (read later) or too deep."""
        if part.depth + 1 >= self._limits.nesting_depth or len(self.parts) >= self._limits.parts:
            part.report(DefectCode.DEPTH_LIMIT)
            return None
        if part.transfer_encoding not in IDENTITY:
            # QUIRK: RFC 2046, section 5.2.1 forbids it; Exchange and several gateways do it.
            if level + 1 > self._limits.encoded_depth:
                part.report(DefectCode.ENCODED_DEPTH_LIMIT)
            else:
                self._pending.append((part, level + 1))
            return None
        return self._open(part.buffer, part.body_start, stop, part, part.depth + 1, part.path, level)

    def _opaque(self, buffer: bytes, start: int, parent: Part, level: int) -> Part:
        """Everything from here on as one part that is not looked into."""
        part = Part(
            len(self.parts),
            parent.index,
            parent.owner,
            parent.depth + 1,
            f"{parent.path}.rest",
            buffer,
            start,
            level == 0,
        )
        part.headers = Headers(start, self._limits, self._log, part.path)
        part.report(DefectCode.PART_LIMIT)
        parent.children = (*parent.children, part.index)
        self.parts.append(part)
        return part

    def _open(
        self, buffer: bytes, start: int, stop: int, parent: Part | None, depth: int, path: str, level: int
    ) -> Part:
        limits = self._limits
        parts = self.parts
        if parent is None:
            part = Part(len(parts), None, None, depth, path, buffer, start, level == 0)
        else:
            owner = parent.index if parent.content_type.main == "message" else parent.owner
            part = Part(len(parts), parent.index, owner, depth, path, buffer, start, level == 0)
            parent.children = (*parent.children, part.index)
        parts.append(part)
        headers = part.headers = Headers(start, limits, self._log, path)
        most = limits.part_header_block_bytes if path else limits.header_block_bytes
        if most > self._bytes_left:
            most = self._bytes_left if self._bytes_left > 0 else 0
        end = start + most
        if end > stop:
            end = stop
        fields_end, body = _blank_line(buffer, start, end, self._crlf)
        if body < 0 and end == stop:
            fields_end = body = end
        cut = body < 0
        if cut:  # at a line end, if there is one
            fields_end = buffer.rfind(b"\n", start, end) + 1 or end
        block = mark_folds(buffer[start:fields_end].decode("latin-1"))
        most = self._fields_left
        if most > limits.header_count:
            most = limits.header_count
        self._fields_left -= headers.read(block, most if most > 0 else 1)
        self._bytes_left -= headers.body_offset
        if not cut and headers.body_offset == len(block):
            part.body_start = body
        else:
            part.body_start = self._body_start(headers, block, buffer, stop, most)
        value = headers.raw("content-type")
        if value:
            part.content_type = read_content_type(value, limits.parameters, limits.parameter_segments)
            if not part.content_type.good:
                too_many = not part.content_type.fields.good
                part.report(DefectCode.PARAMETER_LIMIT if too_many else DefectCode.BAD_CONTENT_TYPE, "content-type")
        elif parent is not None and parent.content_type.value == "multipart/digest":
            part.content_type = read_content_type("message/rfc822")  # RFC 2046, section 5.1.5
        return part

    def _body_start(self, headers: Headers, block: str, buffer: bytes, stop: int, most: int) -> int:
        """Where the body begins behind a header block that was cut, or that holds a line that is no field."""
        start, path = headers.base, headers.part
        position = headers.body_offset
        if position < len(block) and len(headers) < most:
            position, separated = after_blank_line(block, position)
            if not separated:
                self._log.add(DefectCode.MISSING_SEPARATOR, path)
            return start + position
        # past a cap: the rest of the block is passed over, line by line, since a body may follow without a blank line
        self._log.add(DefectCode.HEADER_BLOCK_LIMIT if position >= len(block) else DefectCode.HEADER_COUNT_LIMIT, path)
        position += start
        if position and buffer[position - 1] != 10:  # in the middle of a line
            position = buffer.find(b"\n", position, stop) + 1 or stop
        following = NO_FIELD.search(buffer, max(position - 1, start), stop)
        if following is None:
            return stop
        position = following.start() + 1
        blank = DELIMITER_TAIL.match(buffer, position, stop)
        if blank is not None and blank[1] is None:
            return blank.end()
        self._log.add(DefectCode.MISSING_SEPARATOR, path)
        return position


def _blank_line(buffer: bytes, start: int, stop: int, crlf: bool | None) -> tuple[int, int]:
    """Where the first blank line at or after `start` begins and ends; (-1, -1) if there is none before `stop`.

    `crlf` says which kind is looked for first: what it finds bounds the search for the other. None: there is no CR.
    """
    if start < stop:
        if buffer[start] == 10:
            return start, start + 1
        if buffer[start] == 13 and buffer.startswith(b"\n", start + 1, stop):
            return start, start + 2
    if crlf:
        two = buffer.find(b"\n\r\n", start, stop)
        one = buffer.find(b"\n\n", start, two + 1 if two >= 0 else stop)
    else:
        one = buffer.find(b"\n\n", start, stop)
        two = -1 if crlf is None else buffer.find(b"\n\r\n", start, one if one >= 0 else stop)
    if one >= 0 and (two < 0 or one < two):
        return one + 1, one + 2
    return (two + 1, two + 3) if two >= 0 else (-1, -1)


def _boundary_bytes(boundary: str) -> bytes:
    """A boundary with 8-bit letters, as the bytes that the body repeats."""
    try:
        return boundary.encode("latin-1")
    except UnicodeEncodeError:  # from RFC 2231
        return boundary.encode("utf-8")
