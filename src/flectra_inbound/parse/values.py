"""Typed values of the fields of any header block: the outer message's, a returned one's, a part's.

Rules of this file: it joins a block with the readers of single values, and notes on the block what was wrong.
"""

from __future__ import annotations

import datetime as dt

from ..limits import Limits
from .address import Mailbox, read_list, read_plain
from .defects import DefectCode
from .fields import read_date, read_message_ids
from .header import Headers, eight_bit, is_plain, joined

#: Address fields of which all count where there are several. RFC 5322 allows one of each; mailers and lists write more.
_REPEATED = frozenset({"to", "cc", "bcc", "delivered-to"})
_THREAD = frozenset({"in-reply-to", "references"})


def addresses_of(headers: Headers, name: str, limits: Limits) -> tuple[Mailbox, ...]:
    """The mailboxes of a field of any header block."""
    several = name in _REPEATED and headers.count(name) > 1
    value = joined(headers.raw_all(name)) if several else headers.raw(name)
    if not value:
        return ()
    if not is_plain(value):
        value = headers.as_text(name, value)
    value = value.strip()
    plain = read_plain(value)
    if plain is not None:
        name_text = plain.name
        if name_text and ("=?" in name_text or not name_text.isprintable()):
            plain = Mailbox(headers.decode_text(name, name_text), plain.address)
        return (plain,)
    found, good = read_list(
        value, lambda text: headers.decode_text(name, text), limit=limits.addresses, comment_depth=limits.comment_depth
    )
    if not good:
        headers.report(DefectCode.ADDRESS_LIMIT if len(found) >= limits.addresses else DefectCode.BAD_ADDRESS, name)
    return tuple(found)


def message_ids_of(headers: Headers, name: str, limits: Limits) -> tuple[str, ...]:
    """The message ids of a field of any header block.

    QUIRK: References in several fields, by gateways that add one. Ids as encoded words (RFC 2047), for which they are too
    long a word in one line. Seen in programs that write with the standard library of Python.
    """
    several = name in _THREAD and headers.count(name) > 1
    value = " ".join(headers.raw_all(name)) if several else headers.raw(name)
    if not value:
        return ()
    if "=?" in value:
        value = headers.decode_text(name, value)
    elif not value.isascii():
        value = eight_bit(value)[0]
    found, good = read_message_ids(value, limits.message_ids)
    if not good:
        headers.report(DefectCode.MESSAGE_ID_LIMIT, name)
    return tuple(found)


def date_of(headers: Headers) -> dt.datetime | None:
    """The Date field of any header block."""
    value = headers.raw("date")
    if not value:
        return None
    date = read_date(value)
    if date is None:
        headers.report(DefectCode.BAD_DATE, "date")
    return date
