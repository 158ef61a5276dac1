"""What can be wrong with a mail: stable codes, and the capped log that the parse stage writes them to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class DefectCode(str, Enum):
    """Stable codes; each says what was found and, where that matters, what was done about it."""

    __str__ = str.__str__
    __hash__ = str.__hash__  # Enum's own is a Python function, which every look-up would pay for

    # the mail as a whole
    MISSING_CONTENT = "missing-content"  #: no byte at all
    MESSAGE_TRUNCATED = "message-truncated"  #: longer than `Limits.message_bytes`: structure not read to the end
    UTF16_MESSAGE = "utf16-message"  #: the whole mail was UTF-16; spans refer to its UTF-8 form
    BYTE_ORDER_MARK = "byte-order-mark"
    MBOX_FROM_LINE = "mbox-from-line"
    LEADING_BLANK_LINES = "leading-blank-lines"
    CR_ONLY_LINE_ENDS = "cr-only-line-ends"
    NUL_BYTES = "nul-bytes"  #: dropped from text, a space in one-line fields
    # header blocks
    FIRST_LINE_IS_CONTINUATION = "first-line-is-continuation"  #: the line was skipped
    MISSING_SEPARATOR = "missing-header-body-separator"  #: the body starts at the first line that is no field
    MISSING_FIELD_NAME = "missing-field-name"
    HEADER_BLOCK_LIMIT = "header-block-limit"
    HEADER_COUNT_LIMIT = "header-count-limit"
    HEADER_VALUE_LIMIT = "header-value-limit"
    DUPLICATE_HEADER = "duplicate-header"  #: the first one counts
    EIGHT_BIT_HEADER = "eight-bit-header"  #: neither ASCII nor UTF-8
    BAD_ENCODED_WORD = "bad-encoded-word"
    ENCODED_WORD_LIMIT = "encoded-word-limit"
    BAD_ADDRESS = "bad-address"
    ADDRESS_LIMIT = "address-limit"
    BAD_DATE = "bad-date"
    MESSAGE_ID_LIMIT = "message-id-limit"
    BAD_CONTENT_TYPE = "bad-content-type"
    PARAMETER_LIMIT = "parameter-limit"
    # structure
    MISSING_BOUNDARY = "missing-boundary-parameter"
    BOUNDARY_TOO_LONG = "boundary-too-long"
    START_BOUNDARY_NOT_FOUND = "start-boundary-not-found"  #: the part's text comes through as it is
    CLOSE_BOUNDARY_NOT_FOUND = "close-boundary-not-found"
    MULTIPART_ENCODING = "multipart-encoding"  #: a multipart may not be base64 or quoted-printable; read as it is
    DEPTH_LIMIT = "depth-limit"
    ENCODED_DEPTH_LIMIT = "encoded-depth-limit"
    PART_LIMIT = "part-limit"
    # content
    UNKNOWN_ENCODING = "unknown-transfer-encoding"
    UNDECODABLE_BASE64 = "undecodable-base64"  #: taken as it is
    BASE64_TRAILING_DATA = "base64-trailing-data"  #: text after the padding: kept
    UNDECODABLE_UUENCODE = "undecodable-uuencode"
    UNKNOWN_CHARSET = "unknown-charset"
    CHARSET_REFUSED = "charset-refused"  #: UTF-7 and codecs that are no character set
    WRONG_CHARSET = "wrong-charset"  #: the bytes are not what the label says
    TEXT_LIMIT = "text-limit"  #: analysed in part only; all of it comes through
    # reports
    BAD_REPORT_FIELD = "bad-report-field"
    REPORT_RECIPIENT_LIMIT = "report-recipient-limit"
    # later stages
    ADAPTER_ERROR = "adapter-error"  #: a library that we asked raised; its opinion is missing


@dataclass(frozen=True, slots=True)
class Defect:
    """One problem; where it lies is said by a part path and a field name."""

    code: DefectCode
    part: str = ""
    header: str = ""
    detail: str = ""


class DefectLog:
    """Defects in the order in which they were found, each once, capped; `dropped` counts the rest."""

    __slots__ = ("_items", "_limit", "dropped")

    def __init__(self, limit: int) -> None:
        self._items: dict[tuple[DefectCode, str, str], Defect] = {}
        self._limit = limit
        self.dropped = 0

    def add(self, code: DefectCode, part: str = "", header: str = "", detail: str = "") -> None:
        key = (code, part, header)
        if key in self._items:
            return
        if len(self._items) >= self._limit:
            self.dropped += 1
            return
        self._items[key] = Defect(code, part, header, detail[:200])

    def __contains__(self, code: DefectCode) -> bool:
        return any(key[0] is code for key in self._items)

    @property
    def defects(self) -> tuple[Defect, ...]:
        return tuple(self._items.values())
