"""Every bound of the parse stage in one frozen object, each with its reason.

Nothing that an author wrote is dropped at a bound: what lies past it comes through unanalysed, with a defect. "Seen" is
the largest value in 629 real bounces.
"""

from __future__ import annotations

import dataclasses

from .errors import ConfigurationError

_KIB = 1024
_MIB = 1024 * 1024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of `parse()`; sizes in bytes unless the name says otherwise. All must be positive integers."""

    #: Structure is read in the first 50 MiB; the rest belongs to the last open part. Postfix allows 10 MB, Exim 50.
    message_bytes: int = 50 * _MIB
    #: multipart and message/* levels together. Postfix and Dovecot allow 100, Rspamd 64; seen: 6.
    nesting_depth: int = 50
    #: base64 or quoted-printable message/* within one another, since each costs a decoded copy. Stalwart: 3.
    encoded_depth: int = 3
    #: Exim's wiki stops at 256, email-message-wire at 1,024; seen: 13.
    parts: int = 1_000
    #: The top header block. Postfix: 100 KiB a header, Gmail: 500 KB a block; seen: 15 KB.
    header_block_bytes: int = 256 * _KIB
    #: A part's header block.
    part_header_block_bytes: int = 64 * _KIB
    #: All header blocks of a mail: a thousand parts must not multiply the bound above.
    total_header_bytes: int = _MIB
    #: Fields in a block; seen: 82.
    header_count: int = 1_000
    #: Fields in all blocks of a mail. Gmail: 5,000.
    total_header_count: int = 5_000
    #: One field's value. Gmail: 32 KB.
    header_value_bytes: int = 32 * _KIB
    #: To, Cc and References may be longer. Gmail exempts the same three.
    long_header_value_bytes: int = 128 * _KIB
    #: RFC 2046 allows 70; real ones reach about 100.
    boundary_bytes: int = 256
    #: Addresses in one field.
    addresses: int = 1_000
    #: RFC 5322 comments within one another; the reader is iterative, so this only bounds nonsense.
    comment_depth: int = 20
    #: RFC 2047 words in one value: what follows stays raw.
    encoded_words: int = 500
    #: RFC 2045 parameters in one field.
    parameters: int = 64
    #: RFC 2231 pieces of one parameter.
    parameter_segments: int = 64
    #: Message ids in one field.
    message_ids: int = 1_000
    #: Text of one part that stages after parsing look into, in characters; the rest comes through as it is.
    text_chars: int = _MIB
    #: The same in lines: detectors cost 15 to 35 us a line.
    text_lines: int = 20_000
    #: Recipient groups in one delivery report: 100,000 take seconds.
    report_recipients: int = 1_000
    #: Defects kept; more are counted.
    defects: int = 100

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ConfigurationError(f"Limits.{field.name} must be a positive integer, not {value!r}")

    def text_end(self, text: str) -> int:
        """Where the part of a text ends that stages after parsing look into (`text_chars`, `text_lines`)."""
        end = min(len(text), self.text_chars)
        if text.count("\n", 0, end) <= self.text_lines:
            return end
        at = -1
        for _ in range(self.text_lines):  # a list of lines would be a copy
            at = text.find("\n", at + 1)
        return at


DEFAULT_LIMITS = Limits()
