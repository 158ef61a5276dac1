"""What a run adds up to: how many mails of which kind, and whom to stop mailing.

Rules of this file: memory is bounded however long the run is, so beyond `_KEPT` addresses are only known to be more.
"""

from __future__ import annotations

from collections import Counter

from flectra_inbound import Action, Inbound, Kind, Suppression, Trust
from flectra_inbound.optout import NO_COMPLAINTS

_KEPT = 10_000


class Tally:
    """Counts mails as they are shown."""

    def __init__(self) -> None:
        self.kinds: Counter[Kind] = Counter()
        self.hidden = 0  #: mails of kinds that were not asked for
        self.unreadable = 0
        self.stop: dict[str, None] = {}  #: addresses that a report says are dead, each once, in order
        self.complained: dict[str, None] = {}
        self.unmatched = 0  #: recipients reported dead of whom it is not known which address was mailed
        self.more = False  #: there were more addresses than are kept

    def add(self, inbound: Inbound) -> None:
        self.kinds[inbound.kind] += 1
        delivery = inbound.delivery
        if delivery is not None and delivery.trust is not Trust.FORGED:
            for recipient in delivery.recipients:
                if recipient.action is not Action.FAILED or recipient.suppression is not Suppression.SUPPRESS:
                    continue
                if recipient.mailed_address:
                    self._keep(self.stop, recipient.mailed_address)
                else:
                    self.unmatched += 1
        if inbound.complaint is not None and inbound.complaint.feedback_type not in NO_COMPLAINTS:
            for address in inbound.complaint.recipients:
                self._keep(self.complained, address)

    def _keep(self, addresses: dict[str, None], address: str) -> None:
        address = address.lower()
        if len(addresses) < _KEPT or address in addresses:
            addresses[address] = None
        else:
            self.more = True
