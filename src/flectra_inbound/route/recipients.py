"""Whom a mail came to, seen with the host's eyes: aliases, subaddresses, the catchall, the bounce address.

Rules of this file: addresses are looked up, never scanned for: the cost does not grow with the host's aliases. A full local
part goes before one with its subaddress cut off (RFC 5233). What trace fields name (`Received ... for`) counts last, where no
other source names an alias, the catchall or the bounce address; and of it only the newest at a domain of ours, since older
fields tell where the mail once was, and hops elsewhere name addresses elsewhere, whatever `match_local_parts` says. Whoever
forges one gains nothing: the same address in Cc or To does as much, and goes before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..addressing.flectra import ReturnPath, decode_return_path
from ..gateway import Alias, Gateway
from ..result import Recipient

#: sources that say to whom this copy of the mail was sent, not who else got one
SENT_TO = ("to", "delivered-to", "envelope")
TRACED = "received"


@dataclass(frozen=True, slots=True)
class _Candidate:
    address: str  #: lower-case
    source: str
    local: str
    domain: str
    detail: str | None
    whole: str  #: the address with its detail


class Recipients:
    """The recipients of one mail."""

    __slots__ = ("_candidates", "_gateway", "_own", "_settled", "bounce", "catchall", "keys", "return_path")

    def __init__(self, recipients: Sequence[Recipient], gateway: Gateway) -> None:
        self._gateway = gateway
        self._own = {domain.name.lower() for domain in gateway.alias_domains}
        self._candidates: list[_Candidate] = []
        self.catchall = False  #: whether the catchall is among them
        self.bounce: str | None = None  #: our bounce address, if it is among them
        self.return_path: ReturnPath | None = None  #: the same, with what is encoded in it
        for recipient in recipients:
            if recipient.source != TRACED:
                self._add(recipient)
        named = any(candidate.domain in self._own for candidate in self._candidates)
        self._settled = self.catchall or self.bounce is not None or self.return_path is not None
        ours = self._own.union(domain.lower() for domain in gateway.local_domains)
        for recipient in recipients:
            if recipient.source == TRACED and recipient.address.lower().rpartition("@")[2] in ours:
                self._add(recipient, for_aliases_only=named)
        keys = [
            key for c in self._candidates for key in ((c.address, c.local) if self._by_local_part(c) else (c.address,))
        ]
        self.keys: tuple[str, ...] = tuple(dict.fromkeys(keys))

    def _add(self, recipient: Recipient, *, for_aliases_only: bool = False) -> None:
        address = recipient.address.lower()
        local, at, domain = address.rpartition("@")
        if not at:
            return
        if not for_aliases_only:
            self._note(address, domain, recipient.source)
        self._candidates.append(_Candidate(address, recipient.source, local, domain, None, address))
        for separator in self._gateway.separators:
            base, cut, detail = local.partition(separator)
            if cut and base and detail:
                if not for_aliases_only and self._is_catchall(f"{base}@{domain}", domain, recipient.source):
                    self.catchall = True  # a signed reply address of ours
                self._candidates.append(_Candidate(f"{base}@{domain}", recipient.source, base, domain, detail, address))

    def _note(self, address: str, domain: str, source: str) -> None:
        """Whether it is the bounce address or the catchall."""
        gateway = self._gateway
        path = decode_return_path(address)
        if (
            path is not None
            and path.domain in self._own
            and any(
                path.bounce_alias == own.bounce.lower() and path.domain == own.name.lower()
                for own in gateway.alias_domains
            )
        ):
            self.return_path = self.return_path or path
        elif gateway.is_bounce_address(address):
            self.bounce = self.bounce or address
        if self._is_catchall(address, domain, source):
            self.catchall = True

    def _is_catchall(self, address: str, domain: str, source: str) -> bool:
        return self._gateway.is_catchall(address) and source in (*SENT_TO, TRACED) and domain in self._own

    def _by_local_part(self, candidate: _Candidate) -> bool:
        gateway = self._gateway
        if gateway.match_local_parts or not gateway.local_domains:
            return True
        return candidate.domain in self._own or candidate.domain in (d.lower() for d in gateway.local_domains)

    def matched(
        self, known: Mapping[str, tuple[Alias, ...]], sources: tuple[str, ...]
    ) -> list[tuple[Alias, str | None]]:
        """The aliases among some sources (all, if none is named), each once."""
        found = self._among([c for c in self._candidates if c.source != TRACED], known, sources)
        if found or sources or self._settled:
            return found
        traced = [c for c in self._candidates if c.source == TRACED]
        for address in dict.fromkeys(c.whole for c in traced):
            found = self._among([c for c in traced if c.whole == address], known, ())
            if found:
                break
        return found

    def _among(
        self, candidates: list[_Candidate], known: Mapping[str, tuple[Alias, ...]], sources: tuple[str, ...]
    ) -> list[tuple[Alias, str | None]]:
        found: dict[int, tuple[Alias, str | None]] = {}
        whole: set[tuple[str, str]] = set()
        for candidate in candidates:
            if sources and candidate.source not in sources:
                continue
            if candidate.detail is not None and (candidate.source, candidate.whole) in whole:
                continue
            for alias in self._of(candidate, known):
                if candidate.detail is None:
                    whole.add((candidate.source, candidate.whole))
                found.setdefault(id(alias), (alias, candidate.detail))
        return list(found.values())

    def _of(self, candidate: _Candidate, known: Mapping[str, tuple[Alias, ...]]) -> list[Alias]:
        gateway = self._gateway
        exact = [
            alias
            for alias in known.get(candidate.address, ())
            if gateway.match_local_parts or alias.domain is None or alias.domain.lower() == candidate.domain
        ]
        if exact or not self._by_local_part(candidate):
            return exact
        return [a for a in known.get(candidate.local, ()) if gateway.match_local_parts or a.incoming_local]
