"""One MIME entity: where it lies in the mail, and its content when somebody asks for it (RFC 2045, 2046, 2183).

Rules of this file: nothing is decoded before it is asked for, nothing is copied before it is decoded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from . import charset
from .defects import DefectCode
from .fields import TEXT_PLAIN, ContentType, base_name, read_parameters
from .header import Headers, one_line
from .transfer import IDENTITY, decode_transfer


class Part:
    """One MIME entity: a leaf, a multipart, or a message within the message."""

    __slots__ = (
        "_encoding",
        "body_start",
        "buffer",
        "children",
        "content_type",
        "depth",
        "end",
        "headers",
        "index",
        "outer",
        "owner",
        "parent",
        "path",
        "start",
    )

    def __init__(
        self,
        index: int,
        parent: int | None,
        owner: int | None,
        depth: int,
        path: str,
        buffer: bytes,
        start: int,
        outer: bool,
    ) -> None:
        self.index = index  #: place in `Message.parts`
        self.parent = parent  #: index of the multipart or message part around it; None for the root
        self.owner = owner  #: index of the embedded message that it belongs to; None for the outer message
        self.depth = depth
        self.path = path  #: such as `1.2`, as in IMAP; empty for the root
        self.buffer = buffer  #: what the offsets refer to
        self.outer = outer  #: whether `buffer` is the mail itself, so that offsets are places in it
        self.start = start
        self.body_start = start
        self.end = start
        self.children: Sequence[int] = ()
        self.content_type: ContentType = TEXT_PLAIN
        self.headers: Headers  #: what makes a part sets them next
        self._encoding: str | None = None

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def transfer_encoding(self) -> str:
        """RFC 2045, section 6: lower-case, empty if there is none."""
        known = self._encoding
        if known is None:
            value = self.headers.raw("content-transfer-encoding")
            known = self._encoding = "" if value is None else _word(value)
        return known

    @property
    def disposition(self) -> str:
        """RFC 2183: `inline`, `attachment` or another word, lower-case; empty if there is none."""
        value = self.headers.raw("content-disposition")
        return "" if value is None else _word(value)

    @property
    def filename(self) -> str | None:
        """The name a person would save it under: from Content-Disposition, else Content-Type; never a path."""
        value = self.headers.raw("content-disposition")
        if value is not None and ";" in value:
            limits = self.headers.limits
            found = read_parameters(value, limits.parameters, limits.parameter_segments)
            if not found.good:
                self.report(DefectCode.PARAMETER_LIMIT, "content-disposition")
            name = found.text("filename")
            if name and (base := base_name(name)):
                return base
        fields = self.content_type.fields
        name = fields.text("name") if fields.values else None
        return base_name(name) if name else None

    @property
    def content_id(self) -> str | None:
        """RFC 2392: without brackets."""
        value = self.headers.get("content-id")
        return value.strip("<> ") or None if value else None

    @property
    def raw_body(self) -> bytes:
        """The body as it stands in the mail."""
        return self.buffer[self.body_start : self.end]

    def content(self) -> bytes:
        """The body, its transfer encoding undone (RFC 2045, section 6). What cannot be decoded is taken as it is."""
        if self.children and self.content_type.main == "multipart":
            return self.raw_body
        return decode_transfer(self.raw_body, self.transfer_encoding, self.report)

    @property
    def size(self) -> int:
        """Bytes of the content, without decoding base64: exact for well-formed encodings, an estimate for damaged ones."""
        encoding = self.transfer_encoding
        if encoding == "base64":
            span = (self.body_start, self.end)
            count = self.buffer.count
            signs = self.end - self.body_start - count(b"\n", *span) - count(b"\r", *span)
            return max(0, (signs * 3) // 4 - count(b"=", max(self.body_start, self.end - 6), self.end))
        return self.end - self.body_start if encoding in IDENTITY else len(self.content())

    def text(self) -> str:
        """The content as text in its charset, line ends as LF, without NUL."""
        label = self.content_type.parameters.get("charset")
        text = None
        wrong = None
        raw: bytes | memoryview
        if self.transfer_encoding in IDENTITY:
            raw = memoryview(self.buffer)[self.body_start : self.end]  # no copy
            text, wrong = charset.decode_ascii(raw, label)
        else:
            raw = self.content()
        if text is None:
            if label is None and self.content_type.value == "text/html":
                label = _charset_in_html(bytes(raw[:1024]))
            text, wrong = charset.decode(raw, label)
        del raw
        if wrong is not None:
            self.report(wrong, "content-type", one_line(label or "")[:40])
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\x00" in text:
            self.report(DefectCode.NUL_BYTES)
            text = text.replace("\x00", "")
        return text.removeprefix("\ufeff")

    def span(self) -> tuple[int, int] | None:
        """Byte offsets of the body in the mail; None if it lies in decoded content."""
        return (self.body_start, self.end) if self.outer else None

    def report(self, code: DefectCode, header: str = "", detail: str = "") -> None:
        """Note a defect of this part."""
        self.headers.report(code, header, detail)


def _word(value: str) -> str:
    """A field's first word, without parameters, comments and quotes."""
    return _bare_word(value[:200].partition(";")[0])


@lru_cache(maxsize=512)  # of what stands before the parameters: file names are nothing to keep
def _bare_word(value: str) -> str:
    return one_line(value.partition("(")[0]).strip("\"' ").lower()


def _charset_in_html(raw: bytes) -> str | None:
    """HTML's own declaration, in its first 1,024 bytes: where browsers look."""
    head = raw.lower()
    at = head.find(b"charset=")
    if at < 0:
        return None
    word = re.match(rb"[\"']?([a-z0-9_:.-]{2,40})", head[at + 8 :])
    return word[1].decode("ascii") if word else None
