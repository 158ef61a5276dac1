"""Errors of the caller, never of the mail: bad mail gets a result with defects."""


class FlectraInboundError(Exception):
    """Base of everything that this library raises."""


class InputTypeError(FlectraInboundError, TypeError):
    """The input is no bytes, bytearray, memoryview or email message (a `str` has lost its encoding)."""


class ConfigurationError(FlectraInboundError, ValueError):
    """A gateway, limit, rule or envelope that the caller gave is not valid; the message names each wrong field."""


class ContentUnavailable(FlectraInboundError, LookupError):
    """An attachment's content was asked for on a result that no longer has the mail."""
