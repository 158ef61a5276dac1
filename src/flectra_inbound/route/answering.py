"""Whether a mail may be answered automatically."""

from __future__ import annotations

from ..gateway import Gateway, comparable
from ..result import Inbound, Kind, Mail, Recipient
from .recipients import Recipients


def own_author(mail: Mail, gateway: Gateway) -> Recipients | None:
    """The author as somebody whom mail may come to, where the address is at a domain of ours: it may be an alias."""
    sender = mail.sender
    if sender is None or comparable(sender.address).rpartition("@")[2] not in gateway.own_domains:
        return None
    return Recipients((Recipient.of(address=sender.address, name="", source="from"),), gateway)


def may_answer(inbound: Inbound, gateway: Gateway, from_alias: bool) -> bool:
    """RFC 3834, section 2: never a program, a list or its managers, the null path, or ourselves; nor who asks for silence.

    `from_alias`: whether the author is an alias of ours, to which the answer would come in again.
    """
    sender = inbound.mail.sender
    if from_alias or inbound.automatic or inbound.bulk or inbound.kind is not Kind.MESSAGE or sender is None:
        return False
    local, at, _ = sender.address.lower().rpartition("@")
    if not at or local.startswith("owner-") or local.endswith(("-request", "-owner")) or local == "mailer-daemon":
        return False
    return not gateway.is_own(sender.address) and not _asks_for_silence(inbound)


def _asks_for_silence(inbound: Inbound) -> bool:
    """MS-OXCMAIL 2.2.3.2.14: the sender wants no automatic answers, `All` or `AutoReply`."""
    wishes = [e.text.lower().partition(":")[2] for e in inbound.evidence if e.rule == "header.x-auto-response-suppress"]
    return any("all" in words or "autoreply" in words for words in wishes)
