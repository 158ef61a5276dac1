"""Which signed tokens of the host's a mail carries: in the addresses that it came to and in the ids that it names.

Rules of this file: what is not genuine is forged only where it stands in an address of the host's own; elsewhere it is
somebody else's address, or an id, that looks like one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from ..errors import ConfigurationError
from ..gateway import Gateway, comparable
from ..result import SignedToken, TokenState, Trust
from .tokens import PURPOSES, Token, tokens_in

_LOOKED_AT = 1_000  # addresses or ids: a token is among the first, or the mail is not for us
_MOST = 16  # tokens: each costs an HMAC


@dataclass(frozen=True, slots=True)
class Opened:
    """A token that was found, and where."""

    purpose: str
    carrier: str
    token: Token | None  #: None: forged
    model: str | None  #: that it names, or whose number it names

    @property
    def valid(self) -> bool:
        """Whether it is genuine, and in time."""
        return self.token is not None and not self.token.expired

    def is_for(self, recipient: str) -> bool:
        """Whether it is genuine, and bound to this recipient."""
        return self.token is not None and self.token.is_for(recipient)

    def result(self, recipients: Iterable[str]) -> SignedToken:
        """What the result says of it; `recipients` are those that the mail names."""
        token = self.token
        state = TokenState.FORGED if token is None else TokenState.EXPIRED if token.expired else TokenState.VALID
        return SignedToken.of(
            purpose=self.purpose,
            state=state,
            carrier=self.carrier,
            mail_id=token.mail_id if token is not None else None,
            model=self.model,
            record_id=token.record_id if token is not None else None,
            recipient=next((address for address in recipients if self.is_for(address)), None),
        )


def trust_in(opened: Sequence[Opened], recipient: str | None) -> Trust:
    """What the tokens of a report say about its word on one recipient."""
    told = [one for one in opened if one.purpose in ("bounce", "unsubscribe")]
    if recipient and any(one.valid and one.is_for(recipient) for one in told):
        return Trust.VERIFIED
    # beside a genuine token a forged one is a mail to many addresses, and no better for it
    return Trust.FORGED if any(one.token is None for one in told) else Trust.UNVERIFIED


_RANK = (Trust.FORGED, Trust.UNVERIFIED, Trust.MATCHES, Trust.VERIFIED)


def least(trusts: Iterable[Trust]) -> Trust:
    """What holds for all of some recipients; unverified if there is none."""
    return min(trusts, key=_RANK.index, default=Trust.UNVERIFIED)


@dataclass(frozen=True, slots=True)
class Reader:
    """Opens tokens with the host's keys; without any it finds none."""

    gateway: Gateway | None
    now: dt.datetime | None

    def addresses(self, addresses: Iterable[str]) -> tuple[Opened, ...]:
        """The tokens of some addresses, each once."""
        return tuple(
            [
                self._opened(purpose, address, token)
                for purpose, address, token in self._found(addresses)
                if purpose != "message" and (token is not None or self._is_own(address))
            ]
        )

    def ids(self, ids: Iterable[str]) -> tuple[Opened, ...]:
        """The genuine tokens of some Message-IDs, each once."""
        found = self._found(ids)
        return tuple([self._opened(p, i, token) for p, i, token in found if p == "message" and token is not None])

    def _found(self, carriers: Iterable[str]) -> list[tuple[str, str, Token | None]]:
        if self.gateway is None or not self.gateway.keys:
            return []
        if self.now is None:
            raise ConfigurationError("now: needed to tell whether the tokens of Gateway.keys are in time")
        found: dict[tuple[str, str], tuple[str, str, Token | None]] = {}
        for carrier in islice(carriers, _LOOKED_AT):
            for letter, token in tokens_in(self.gateway.keys, carrier, now=self.now):
                found.setdefault((letter, carrier.lower()), (PURPOSES[letter], carrier, token))
            if len(found) >= _MOST:
                break
        return list(found.values())

    def _is_own(self, address: str) -> bool:
        return self.gateway is not None and comparable(address).rpartition("@")[2] in self.gateway.own_domains

    def _opened(self, purpose: str, carrier: str, token: Token | None) -> Opened:
        model = token.model if token is not None else None
        if isinstance(model, int):
            model = self.gateway.model_numbers.get(model) if self.gateway is not None else None
        return Opened(purpose, carrier, token, model)
