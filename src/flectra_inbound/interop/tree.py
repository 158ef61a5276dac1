"""Trees of `email.message.Message` objects, written as the mail that they stand for, with each part noted where it lands.

Rules of this file: the structure is the tree's; no boundary is looked for. Fields and texts are taken as they are stored,
so no policy has a say: policies fold, encode and parse anew what they give out, which alters it, may raise and may take
seconds. No recursion.
"""

from __future__ import annotations

import codecs
import re
from email.header import Header
from email.message import Message as StdlibMessage
from typing import TYPE_CHECKING

from ..limits import Limits
from ..parse import ContentType, Headers, Message, Part
from ..parse.defects import DefectCode, DefectLog
from ..parse.fields import TEXT_PLAIN, read_content_type
from ..parse.header import mark_folds
from ..parse.mime import EMBEDDED_MESSAGE, Scanner
from ..parse.transfer import IDENTITY

#: what the standard library notes while it parses, in our codes; it finds the rest only when somebody decodes
_DEFECTS = {
    "StartBoundaryNotFoundDefect": DefectCode.START_BOUNDARY_NOT_FOUND,
    "CloseBoundaryNotFoundDefect": DefectCode.CLOSE_BOUNDARY_NOT_FOUND,
    "NoBoundaryInMultipartDefect": DefectCode.MISSING_BOUNDARY,
    "FirstHeaderLineIsContinuationDefect": DefectCode.FIRST_LINE_IS_CONTINUATION,
    "MissingHeaderBodySeparatorDefect": DefectCode.MISSING_SEPARATOR,
    "MisplacedEnvelopeHeaderDefect": DefectCode.MBOX_FROM_LINE,
    "InvalidMultipartContentTransferEncodingDefect": DefectCode.MULTIPART_ENCODING,
}
#: the body begins with a line that is no field, and no blank line stands above it
_NO_SEPARATOR = "MissingHeaderBodySeparatorDefect"
_DIGEST = read_content_type("message/rfc822")  # RFC 2046, section 5.1.5
#: surrogates that stand for no byte (PEP 383)
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_BYTES = re.compile("[\udc80-\udcff]")
#: tries to find a boundary that stands in no text
_TOKENS = 100
_LINE_END = re.compile(r"\r\n|\r|\n")


def as_raw(text: str, charset: str = "utf-8") -> bytes:
    """The bytes that a string of the standard library's parser stands for; other characters in the charset or UTF-8."""
    if text.isascii():
        return text.encode("ascii")
    text = _NO_BYTE.sub("\ufffd", text)
    if charset != "utf-8" and not _BYTES.sub("", text).isascii():  # the text was never bytes, or is decoded already
        try:
            if codecs.lookup(charset)._is_text_encoding:
                return text.encode(charset, "surrogateescape")
        except (LookupError, UnicodeError, ValueError):
            pass
    return text.encode("utf-8", "surrogateescape")


def written(root: StdlibMessage) -> bytes:
    """The mail that a tree stands for."""
    return _write(root).source


def message_of_tree(root: StdlibMessage, limits: Limits) -> Message:
    """The same as `Message`, without a second parse."""
    return _write(root).message(limits)


def has_fields(root: StdlibMessage) -> bool:
    """Whether the parser found any field, or parts: if not, all of the mail is one text to it."""
    return bool(root.keys()) or not isinstance(getattr(root, "_payload", None), str)


def _write(root: StdlibMessage) -> _Writer:
    for number in range(_TOKENS):
        writer = _Writer(root, b"=_flectra_inbound_%d" % number)
        if not writer.tokens or writer.source.count(writer.token) == writer.tokens:
            break  # no text holds it, by chance or on purpose
    return writer


class _Entity:
    """One entity of the tree, and where it lies in what is written."""

    __slots__ = ("body_start", "content_type", "defects", "end", "headers_end", "is_part", "parent", "start", "within")

    def __init__(self, start: int, parent: _Entity | None, defects: list[str]) -> None:
        self.start = self.headers_end = self.body_start = self.end = start
        self.parent = parent
        self.defects = defects
        self.is_part: bool = parent is None or parent.within  #: else it is content of the part around it
        self.within: bool = False  #: whether what is below it are parts
        self.content_type: ContentType = TEXT_PLAIN


if TYPE_CHECKING:
    #: an entity below another, or bytes, or the end of an entity
    _Step = tuple[StdlibMessage, _Entity] | bytes | _Entity


class _Writer:
    """All that is written, in `source`; the steps that are left, the latest first."""

    def __init__(self, root: StdlibMessage, token: bytes) -> None:
        self.token = token  #: what boundaries begin with, where a tree made by a program has none yet
        self.tokens = 0
        self._seen = {id(root)}
        self.out = bytearray()
        self.entities: list[_Entity] = []
        self.steps: list[_Step] = []
        self._entity(root, None)
        while self.steps:
            step = self.steps.pop()
            if isinstance(step, bytes):
                self.out += step
            elif isinstance(step, _Entity):
                step.end = len(self.out)
            else:
                self._entity(*step)
        self.source = bytes(self.out)

    def _entity(self, item: StdlibMessage, parent: _Entity | None) -> None:
        payload = getattr(item, "_payload", None)  # get_payload() would decode it
        entity = _Entity(len(self.out), parent, [type(defect).__name__ for defect in item.defects])
        self.entities.append(entity)
        self.steps.append(entity)
        fields = [(str(name), _as_value(value)) for name, value in item.raw_items()]
        kind = entity.content_type = _content_type(fields, parent)
        encoding = _first(fields, "content-transfer-encoding").partition(";")[0].strip().lower()
        entity.within = kind.main == "multipart" or (kind.value in EMBEDDED_MESSAGE and encoding in IDENTITY)
        boundary = as_raw(kind.parameters.get("boundary", ""))
        if kind.main == "multipart" and isinstance(payload, list) and not boundary:
            boundary = b"%s_%d" % (self.token, len(self.entities))
            self.tokens += len(payload) + 2
            fields = _with_boundary(fields, boundary.decode("ascii"))
        for name, value in fields:
            self.out += as_raw(f"{name}: {value}\n")
        entity.headers_end = len(self.out)
        if (fields or parent is not None or not isinstance(payload, str)) and _NO_SEPARATOR not in entity.defects:
            self.out += b"\n"
        entity.body_start = len(self.out)
        if isinstance(payload, str):
            self.out += as_raw(payload, kind.parameters.get("charset", "utf-8"))
        elif isinstance(payload, (bytes, bytearray)):
            self.out += payload
        elif isinstance(payload, list):
            below = [step for x in payload if (step := self._step(x, entity)) is not None]
            if kind.main == "multipart":
                steps: list[_Step] = [as_raw(item.preamble) + b"\n"] if item.preamble else []
                for step in below:
                    steps += [b"--" + boundary + b"\n", step, b"\n"]
                below = [*steps, b"--" + boundary + b"--\n" + as_raw(item.epilogue or "")]
            self.steps += reversed(below)

    def _step(self, item: object, parent: _Entity) -> _Step | None:
        """An object that stands in the tree twice, or within itself, is written once."""
        if not isinstance(item, StdlibMessage):
            return as_raw(str(item))
        if id(item) in self._seen:
            return None
        self._seen.add(id(item))
        return item, parent

    def message(self, limits: Limits) -> Message:
        """What is written as `Message`: each entity a part, within the limits."""
        log = DefectLog(limits.defects)
        scanner = Scanner(limits, log)
        parts = scanner.parts
        known: dict[int, Part] = {}
        encoded: list[Part] = []
        bytes_left, fields_left = limits.total_header_bytes, limits.total_header_count
        for entity in self.entities:
            around = known.get(id(entity.parent))
            if not entity.is_part or (entity.parent is not None and around is None):
                continue
            if around is not None and around.depth + 1 >= limits.nesting_depth:
                around.report(DefectCode.DEPTH_LIMIT)
                continue
            full = around is not None and len(parts) >= limits.parts
            part = known[id(entity)] = _part(len(parts), entity, around, self.source)
            parts.append(part)
            headers = part.headers = Headers(part.start, limits, log, part.path)
            if full and around is not None:  # it and all that follows: one part that is not looked into
                part.path, part.body_start, part.end = f"{around.path}.rest", part.start, around.end
                part.content_type = TEXT_PLAIN
                part.report(DefectCode.PART_LIMIT)
                break
            most = min(limits.part_header_block_bytes if part.path else limits.header_block_bytes, bytes_left)
            end = entity.headers_end
            if end - entity.start > most:
                end = self.source.rfind(b"\n", entity.start, entity.start + most) + 1 or entity.start
                log.add(DefectCode.HEADER_BLOCK_LIMIT, part.path)
            most = max(1, min(limits.header_count, fields_left))
            fields_left -= headers.read(mark_folds(self.source[entity.start : end].decode("latin-1")), most)
            bytes_left -= headers.body_offset
            if headers.body_offset < end - entity.start and len(headers) >= most:
                log.add(DefectCode.HEADER_COUNT_LIMIT, part.path)
            for code in filter(None, map(_DEFECTS.get, entity.defects)):
                part.report(code)
            if not part.content_type.good:
                part.report(DefectCode.BAD_CONTENT_TYPE, "content-type")
            if part.content_type.value in EMBEDDED_MESSAGE and not entity.within:
                encoded.append(part)
        for part in encoded:
            scanner.scan_encoded(part)
        return Message(self.source, parts, limits, log)


def _part(index: int, entity: _Entity, around: Part | None, source: bytes) -> Part:
    if around is None:
        part = Part(index, None, None, 0, "", source, entity.start, True)
    else:
        embedded = around.content_type.main == "message"
        owner = around.index if embedded else around.owner
        path = f"{around.path}." if around.path else ""
        path = around.path if embedded else f"{path}{len(around.children) + 1}"
        part = Part(index, around.index, owner, around.depth + 1, path, source, entity.start, True)
        around.children = (*around.children, index)
    part.body_start = entity.body_start
    part.end = entity.end
    part.content_type = entity.content_type
    return part


def _as_value(value: object) -> str:
    """A field's value as it stands, with its folds; a line end without one would begin another field."""
    text = value.encode() if isinstance(value, Header) else str(value)
    if "\n" not in text and "\r" not in text:
        return text
    first, *others = _LINE_END.split(text.rstrip("\r\n"))
    return "\n".join([first, *[line if line[:1] in (" ", "\t") else " " + line for line in others]])


def _first(fields: list[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in fields if name.lower() == wanted), "")


def _content_type(fields: list[tuple[str, str]], parent: _Entity | None) -> ContentType:
    value = _first(fields, "content-type").replace("\n", "").strip()
    if value:
        return read_content_type(as_raw(value).decode("latin-1"))
    return _DIGEST if parent is not None and parent.content_type.value == "multipart/digest" else TEXT_PLAIN


def _with_boundary(fields: list[tuple[str, str]], boundary: str) -> list[tuple[str, str]]:
    at = next(i for i, (name, _) in enumerate(fields) if name.lower() == "content-type")
    name, value = fields[at]
    return [*fields[:at], (name, f'{value.rstrip(" ;")}; boundary="{boundary}"'), *fields[at + 1 :]]
