"""Whether a report may be believed, about each recipient: who got a mail of ours holds all that was in it, so that what
proves a report about himself proves nothing about another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice

from ...addressing.signed import Opened, trust_in
from ...gateway import Sent
from ...result import Trust

_MOST = 50  # recipients that a token is held against: each costs an HMAC


class Proof:
    """What speaks for one report: the tokens in the addresses that it came to, and the messages that the host sent."""

    __slots__ = ("_opened", "_sent")

    def __init__(self, opened: Sequence[Opened], sent: Sequence[Sent], ids: Sequence[str]) -> None:
        self._opened = opened
        self._sent = [item for item in sent if item.message_id and f"<{item.message_id.strip('<> ')}>" in ids]

    def trust(self, address: str | None = None) -> Trust:
        """Of what the report says about the mail to an address; without one: of a report that names nobody."""
        by_token = trust_in(self._opened, address)
        if by_token is not Trust.UNVERIFIED:
            return by_token
        return Trust.MATCHES if self._matches(address) else Trust.UNVERIFIED

    def _matches(self, address: str | None) -> bool:
        """The report holds the id of a message of ours that went to this recipient."""
        name = address.lower() if address else None
        return any(not item.recipients or name in {a.lower() for a in item.recipients} for item in self._sent)

    def recipient(self, addresses: Iterable[str]) -> str | None:
        """The first of some addresses whose mail the report is about, by its return path."""
        bound = [one for one in self._opened if one.purpose == "bounce" and one.token is not None]
        if not bound:
            return None
        for address in islice(addresses, _MOST):
            if any(one.is_for(address) for one in bound):
                return address
        return None

    @property
    def sent_to(self) -> list[str]:
        """Whom the messages that it is about went to."""
        return [address for item in self._sent for address in item.recipients]
