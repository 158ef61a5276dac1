"""The one place where evidence becomes a verdict: points for each kind are added up, and the most points win.

Rules of this file: no look at the mail. A kind other than `message` needs a threshold, so that one weak sign (a subject
that a person might write, a null reverse-path) never makes a report of somebody's mail.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..result import Evidence, Kind

THRESHOLD = 4

#: On a tie the kind that does less harm wins: nobody is opted out by a message, a delay or a receipt.
_CAUTION = (
    Kind.MESSAGE,
    Kind.DELIVERED,
    Kind.DELAY,
    Kind.RECEIPT,
    Kind.AUTO_REPLY,
    Kind.COMPLAINT,
    Kind.CHALLENGE,
    Kind.UNSUBSCRIBE,
    Kind.BOUNCE,
)
_RANK = {kind: rank for rank, kind in enumerate(_CAUTION)}


def weigh(evidence: Sequence[Evidence]) -> Kind:
    """The kind with the most points, `message` where none reaches the threshold."""
    points: dict[Kind, int] = {}
    for seen in evidence:
        points[seen.supports] = points.get(seen.supports, 0) + seen.weight
    best = Kind.MESSAGE
    most = max(THRESHOLD - 1, points.pop(Kind.MESSAGE, 0))
    for kind, sum_ in points.items():
        if sum_ > most or (sum_ == most and best is not Kind.MESSAGE and _RANK[kind] < _RANK[best]):
            best, most = kind, sum_
    return best
