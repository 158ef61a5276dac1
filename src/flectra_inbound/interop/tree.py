"""From a tree of `email.message.Message` objects to our `Message`, without a second parse.

Rules of this file: the structure is the tree's. It is written into one buffer, as a mail would be, and each part is noted
where it lands, so that spans and contents are read as they are of any mail. No boundary is looked for. No recursion.
"""

from __future__ import annotations

import re
from email.message import Message as StdlibMessage

from ..limits import Limits
from ..parse import Headers, Message, Part, parse
from ..parse.defects import DefectCode, DefectLog
from ..parse.fields import read_content_type
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
#: surrogates that stand for no byte (PEP 383)
_NO_BYTE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
#: a line end that no continuation line follows: it would begin another field
_LINE_END = re.compile(r"\r\n?(?![\n \t])|\n(?![ \t])")
#: the body begins with a line that is no field, and no blank line stands above it
_NO_SEPARATOR = "MissingHeaderBodySeparatorDefect"
_BOUNDARY = "=_flectra_inbound"


def as_raw(text: str) -> bytes:
    """The bytes that a string of the standard library's parser stands for; UTF-8 for other characters."""
    return _NO_BYTE.sub("\ufffd", text).encode("utf-8", "surrogateescape")


def field_line(name: str, value: object) -> bytes:
    """One field as it stands in a mail, with its folds."""
    shown = value.encode() if hasattr(value, "encode") and not isinstance(value, str) else str(value)
    return as_raw(f"{name}: " + _LINE_END.sub("\n ", shown.rstrip("\r\n"))) + b"\n"


def message_of_tree(root: StdlibMessage, limits: Limits) -> Message:
    """The mail that a tree of message objects stands for."""
    payload = getattr(root, "_payload", None)
    if isinstance(payload, str) and not root.keys():  # a mark or a blank line stands above the fields: nothing was read
        return parse(as_raw(payload), limits=limits)
    return _Writer(limits).write(root)


#: one step of the writing: an entity below a part (None: below no part, so that it becomes content), or text, or an end
_Step = tuple[StdlibMessage, "Part | None"] | bytes | Part


class _Writer:
    """The steps that are left, the latest first, and what is written so far."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.log = DefectLog(limits.defects)
        self.out = bytearray()
        self.parts: list[Part] = []
        self.steps: list[_Step] = []
        self.encoded: list[Part] = []
        self.bytes_left = limits.total_header_bytes
        self.fields_left = limits.total_header_count

    def write(self, root: StdlibMessage) -> Message:
        self._entity(root, None, top=True)
        while self.steps:
            step = self.steps.pop()
            if isinstance(step, bytes):
                self.out += step
            elif isinstance(step, Part):
                step.end = len(self.out)
            else:
                self._entity(*step)
        source = bytes(self.out)
        for part in self.parts:
            part.buffer = source
        scanner = Scanner(self.limits, self.log)
        scanner.parts = self.parts
        for part in self.encoded:
            scanner.scan_encoded(part)
        return Message.of_parts(source, self.parts, self.limits, self.log)

    def _entity(self, entity: StdlibMessage, parent: Part | None, *, top: bool = False) -> None:
        block = b"".join([field_line(name, value) for name, value in entity.raw_items()])
        part = self._part(entity, block, parent) if top or parent is not None else None
        self.out += block
        if not any(type(defect).__name__ == _NO_SEPARATOR for defect in entity.defects):
            self.out += b"\n"
        payload = getattr(entity, "_payload", None)  # get_payload() would decode it
        if part is not None:
            part.body_start = len(self.out)
            self.steps.append(part)
        if isinstance(payload, str):
            self.out += as_raw(payload)
        elif isinstance(payload, (bytes, bytearray)):
            self.out += payload
        elif isinstance(payload, list):
            self._below(entity, part, [item for item in payload if isinstance(item, StdlibMessage)])

    def _below(self, entity: StdlibMessage, part: Part | None, items: list[StdlibMessage]) -> None:
        """Plan the entities within one."""
        kind = part.content_type if part is not None else None
        inner = part
        if part is not None and kind is not None:
            if kind.value in EMBEDDED_MESSAGE and part.transfer_encoding not in IDENTITY:
                self.encoded.append(part)
                inner = None
            elif kind.main != "multipart" and kind.value not in EMBEDDED_MESSAGE:
                inner = None
            elif part.depth + 1 >= self.limits.nesting_depth:
                part.report(DefectCode.DEPTH_LIMIT)
                inner = None
        steps: list[_Step] = []
        if entity.get_content_maintype() == "multipart":
            boundary = as_raw(entity.get_boundary() or _BOUNDARY)
            if entity.preamble:
                steps.append(as_raw(entity.preamble) + b"\n")
            for item in items:
                steps += [b"--" + boundary + b"\n", (item, inner), b"\n"]
            steps += [b"--" + boundary + b"--\n", as_raw(entity.epilogue or "")]
        else:
            steps += [(item, inner) for item in items]
        self.steps += reversed(steps)

    def _part(self, entity: StdlibMessage, block: bytes, parent: Part | None) -> Part | None:
        """Note a part that begins here; None past the limit, where it becomes content of the part around it."""
        limits = self.limits
        parts = self.parts
        if len(parts) >= limits.parts:
            if parent is not None:
                parent.report(DefectCode.PART_LIMIT)
            return None
        index, start = len(parts), len(self.out)
        if parent is None:
            part = Part(index, None, None, 0, "", b"", start, True)
        else:
            within = parent.content_type.main == "message"
            owner = parent.index if within else parent.owner
            prefix = f"{parent.path}." if parent.path else ""
            path = parent.path if within else f"{prefix}{len(parent.children) + 1}"
            part = Part(index, parent.index, owner, parent.depth + 1, path, b"", start, True)
            parent.children = (*parent.children, index)
        parts.append(part)
        part.headers = self._headers(part, block)
        value = part.headers.raw("content-type")
        if value:
            part.content_type = read_content_type(value, limits.parameters, limits.parameter_segments)
        elif parent is not None and parent.content_type.value == "multipart/digest":
            part.content_type = read_content_type("message/rfc822")  # RFC 2046, section 5.1.5
        for defect in entity.defects:
            code = _DEFECTS.get(type(defect).__name__)
            if code is not None:
                part.report(code)
        return part

    def _headers(self, part: Part, block: bytes) -> Headers:
        limits = self.limits
        headers = Headers(part.start, limits, self.log, part.path)
        most = limits.part_header_block_bytes if part.path else limits.header_block_bytes
        most = max(0, min(most, self.bytes_left))
        if len(block) > most:
            self.log.add(DefectCode.HEADER_BLOCK_LIMIT, part.path)
            block = block[: block.rfind(b"\n", 0, most) + 1]
        fields = max(1, min(limits.header_count, self.fields_left))
        self.fields_left -= headers.read(mark_folds(block.decode("latin-1")), fields)
        self.bytes_left -= headers.body_offset
        if headers.body_offset < len(block) and len(headers) >= fields:
            self.log.add(DefectCode.HEADER_COUNT_LIMIT, part.path)
        return headers
