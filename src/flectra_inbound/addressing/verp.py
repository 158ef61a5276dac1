"""Variable envelope return paths: the recipient written into the address that its bounces come back to.

Sources: D. J. Bernstein, "Variable Envelope Return Paths" (1997): `list-owner-ada=shop.example@lists.example`; ezmlm
(`list-return-12-ada=shop.example@...`); Postfix's XVERP, Mailman and Sympa with `+` as the delimiter; SendGrid
(`bounces+1234567-0a1b-ada=shop.example@...`).
"""

from __future__ import annotations

import re

# One "=" where the "@" was. A hyphen is a delimiter only behind the words that lists use, since names hold hyphens too;
# behind "owner-" at the beginning stands the list, and nothing tells where its name ends.
# QUIRK: SendGrid puts the account and four hexadecimal digits before the recipient.
_RECIPIENT = re.compile(
    r"(?:\+(?:[0-9]{4,12}-[0-9a-f]{4}-)?|(?:-owner|(?:^|-)(?:return|bounces?|errors?))-(?:[0-9]{1,9}-)?)"
    r"([^+=@\s]{1,64})=((?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})@",
    re.IGNORECASE,
)
_KEYWORD = re.compile(r"-(?:owner|return|bounces?|errors?)-", re.IGNORECASE)


def verp_recipient(address: str) -> str | None:
    """The recipient that a return path names; None where it is no such address.

    >>> verp_recipient("news-bounces+ada=shop.example@lists.example")
    'ada@shop.example'
    >>> verp_recipient("news-return-12-ada-b=shop.example@lists.example")
    'ada-b@shop.example'
    >>> verp_recipient("bounces+1234567-0a1b-ada=shop.example@em.news.example")
    'ada@shop.example'
    >>> verp_recipient("news-return-5-ada+lists=shop.example@lists.example")
    >>> verp_recipient("prvs=123=ada@shop.example")
    """
    match = _RECIPIENT.search(address[:400])
    if match is None or "+" in address[: match.start()] or _KEYWORD.search(address[: match.start()]):
        return None  # which plus is the delimiter, and which one the recipient's own, cannot be told
    return f"{match[1]}@{match[2]}"
