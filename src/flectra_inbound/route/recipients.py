"""Whom a mail came to, seen with the host's eyes: aliases, subaddresses, the catchall, the bounce address.

Rules of this file: addresses are looked up, never scanned for: the cost does not grow with the host's aliases. A full local
part goes before one with its subaddress cut off (RFC 5233). What trace fields name (`Received ... for`) counts last, where no
other source names an alias, the catchall or the bounce address; and of it only the newest at a domain of ours, since older
fields tell where the mail once was, and hops elsewhere name addresses elsewhere, whatever `match_local_parts` says. Whoever
forges one gains nothing: the same address in Cc or To does as much, and goes before.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ..addressing.flectra import ReturnPath, decode_return_path
from ..addressing.schemes import decode_address
from ..gateway import Alias, Gateway, ascii_domain, comparable
from ..result import Recipient

#: sources that say to whom this copy of the mail was sent, not who else got one
SENT_TO = ("to", "delivered-to", "envelope")
TRACED = "received"
_TO_US = (*SENT_TO, TRACED)


class _Candidate(NamedTuple):
    """An address that may be an alias; comparable."""

    local: str
    domain: str
    detail: str | None  #: as it was written
    #: the forms that a host may know it in: the domain as people write it, as the DNS has it
    addresses: tuple[str, ...]


class Recipients:
    """The recipients of one mail."""

    __slots__ = ("_gateway", "_recipients", "_settled", "bounce", "catchall", "keys", "return_path")

    def __init__(self, recipients: Sequence[Recipient], gateway: Gateway) -> None:
        self._gateway = gateway
        #: source and candidates of each, the whole address first
        self._recipients: list[tuple[str, tuple[_Candidate, ...]]] = []
        self.catchall = False  #: whether the catchall is among them
        self.bounce: str | None = None  #: our bounce address, if it is among them
        self.return_path: ReturnPath | None = None  #: the same, with what is encoded in it
        seen: dict[str, tuple[_Candidate, ...]] = {}
        traced: list[tuple[_Candidate, ...]] = []
        named = False  #: whether another source than a trace field names an address of ours
        for recipient in recipients:
            address, source = recipient.address, recipient.source
            candidates = seen.get(address)
            if candidates is None:
                candidates = self._candidates(address)
                if source == TRACED and not self._is_ours(candidates):
                    continue
                seen[address] = candidates
            if not candidates:
                continue
            if source == TRACED:
                traced.append(candidates)
            else:
                self._recipients.append((source, candidates))
                if candidates[0].domain in gateway.own_domains:
                    self._note_own(source, candidates)
                    named = True
        self._settled = self.catchall or self.bounce is not None or self.return_path is not None
        for candidates in traced:
            self._recipients.append((TRACED, candidates))
            if not named and candidates[0].domain in gateway.own_domains:
                self._note_own(TRACED, candidates)
        keys: dict[str, None] = {}
        anywhere = not gateway.more_domains
        for candidates in seen.values():
            for candidate in candidates:
                for address in candidate.addresses:
                    keys[address] = None
                if anywhere or self._by_local_part(candidate):
                    keys[candidate.local] = None
        self.keys: tuple[str, ...] = tuple(keys)

    def _candidates(self, address: str) -> tuple[_Candidate, ...]:
        written = _without_tag(address) if "=" in address else address
        local, at, domain = comparable(written).rpartition("@")
        if not at:
            return ()
        candidates = [_candidate(local, domain, None)]
        for separator in self._gateway.separators:
            if separator in local and not local.startswith(separator):
                detail = unicodedata.normalize("NFC", written).rpartition("@")[0].partition(separator)[2]
                candidates.append(_candidate(local.partition(separator)[0], domain, detail or None))
        return tuple(candidates)

    def _is_ours(self, candidates: tuple[_Candidate, ...]) -> bool:
        gateway = self._gateway
        return bool(candidates) and (
            candidates[0].domain in gateway.own_domains or candidates[0].domain in gateway.more_domains
        )

    def _note_own(self, source: str, candidates: tuple[_Candidate, ...]) -> None:
        """Notes the catchall and the bounce address, of what is at a domain of the host's own."""
        whole, gateway = candidates[0], self._gateway
        # with a detail: a signed reply address of ours
        if not self.catchall and source in _TO_US:
            for candidate in candidates:
                if gateway.is_catchall(candidate.addresses[0]):
                    self.catchall = True
        if whole.local.startswith(gateway.own_domains[whole.domain].bounce):
            path = self.own_path(whole.addresses[0])
            if path is not None:
                self.return_path = self.return_path or path
            elif gateway.is_bounce_address(whole.addresses[0]):
                self.bounce = self.bounce or whole.addresses[0]

    def own_path(self, address: str) -> ReturnPath | None:
        """What a return path of the host's own encodes; None if it is none, or that of another domain."""
        path = decode_return_path(comparable(address))
        own = self._gateway.own_domains.get(path.domain) if path is not None else None
        return path if path is not None and own is not None and path.bounce_alias == own.bounce else None

    def _by_local_part(self, candidate: _Candidate) -> bool:
        gateway = self._gateway
        return (
            gateway.match_local_parts
            or not gateway.more_domains
            or candidate.domain in gateway.own_domains
            or candidate.domain in gateway.more_domains
        )

    def matched(
        self, known: Mapping[str, tuple[Alias, ...]], sources: tuple[str, ...]
    ) -> list[tuple[Alias, str | None]]:
        """The aliases among some sources (all, if none is named), each once, with the detail that it was written with."""
        found: dict[tuple[str, str | None, str, int | None], tuple[Alias, str | None]] = {}
        named = {key for key, aliases in known.items() if aliases}
        for source, candidates in self._recipients:
            if source == TRACED and (found or sources or self._settled):
                break
            if sources and source not in sources:
                continue
            for candidate in candidates:
                if candidate.local not in named and named.isdisjoint(candidate.addresses):
                    continue
                aliases = self._of(candidate, known)
                for alias in aliases:
                    found.setdefault(_key(alias), (alias, candidate.detail))
                if aliases:
                    break
        return list(found.values())

    def _of(self, candidate: _Candidate, known: Mapping[str, tuple[Alias, ...]]) -> list[Alias]:
        gateway = self._gateway
        exact = [
            alias
            for address in candidate.addresses
            for alias in known.get(address, ())
            if gateway.match_local_parts or alias.domain is None or comparable(alias.domain) == candidate.domain
        ]
        if exact or not self._by_local_part(candidate):
            return exact
        return [a for a in known.get(candidate.local, ()) if gateway.match_local_parts or a.incoming_local]


def _candidate(local: str, domain: str, detail: str | None) -> _Candidate:
    address = f"{local}@{domain}"
    addresses = (address,) if domain.isascii() else (address, f"{local}@{ascii_domain(domain)}")
    return _Candidate(local, domain, detail, addresses)


def _without_tag(address: str) -> str:
    """An address without the tag that a mail server put on it (BATV in its forms).

    QUIRK: a server takes its tag off again before delivery. Some hand the tagged address on: seen behind content filters.
    """
    decoded = decode_address(address)
    if decoded is None or decoded.address is None or decoded.role != "mailbox" or not decoded.authenticated:
        return address
    return decoded.address


def _key(alias: Alias) -> tuple[str, str | None, str, int | None]:
    """What makes an alias one; a host may build it anew for each key that it answers."""
    return (alias.name.lower(), alias.domain and alias.domain.lower(), alias.model, alias.force_thread_id)
