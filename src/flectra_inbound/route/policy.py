"""Who may write to an alias, and how much."""

from __future__ import annotations

from collections.abc import Iterable

from ..gateway import Alias, Loop, Sender, comparable
from ..result import Authentication, FromTrust


def refusal(alias: Alias, sender: Sender, proof: Authentication | None) -> str | None:
    """Why a sender may not write to an alias, None if he may: its contact policy, which a forged From does not meet."""
    if alias.contact == "everyone":
        return None
    if proof is not None and proof.from_trust is FromTrust.FAILED:
        return f"{alias.name} is for {alias.contact}, and From is not believed: {proof.because}"
    if alias.contact == "employees":
        allowed = sender.employee
    elif alias.contact == "followers":
        model, record = alias.model, alias.force_thread_id
        if not record:
            model, record = alias.parent_model or "", alias.parent_record_id
        allowed = f"{model},{record}" in sender.follows
    else:
        allowed = sender.partner
    return None if allowed else f"{alias.name} is for {alias.contact}"


def looping(places: Iterable[str], loop: Loop | None, author: str, sender: Sender | None) -> str | None:
    """The first of some models (for new records) and records that an author wrote too much to lately."""
    if loop is None or sender is None or comparable(author) in map(comparable, loop.allowed):
        return None
    return next((place for place in places if sender.recent.get(place, 0) >= loop.threshold), None)
