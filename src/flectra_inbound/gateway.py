"""What the host tells the library about itself and about a delivery: validated, frozen, read by every stage after parsing."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import ConfigurationError


class _Given(BaseModel):
    """Base of what a caller gives: an unknown or wrong field is a `ConfigurationError` that names it."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def __init__(self, **fields: Any) -> None:
        try:
            super().__init__(**fields)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'value'}: {e['msg']}" for e in error.errors())
            raise ConfigurationError(f"{type(self).__name__}: {problems}") from None


class AliasDomain(_Given):
    """A domain that the host receives mail for."""

    name: str
    bounce: str = "bounce"  #: local part that delivery reports come to
    catchall: str = "catchall"  #: local part that answers come to
    default_from: str | None = "notifications"


class Gateway(_Given):
    """The host: which addresses are its own."""

    alias_domains: tuple[AliasDomain, ...] = ()

    def is_bounce_address(self, address: str) -> bool:
        """Whether this is the bounce alias of one of the host's domains, with or without a detail (RFC 5233)."""
        local, _, domain = address.lower().rpartition("@")
        return any(
            domain == own.name.lower() and local.partition("+")[0] == own.bounce.lower() for own in self.alias_domains
        )


class Envelope(_Given):
    """RFC 5321: what the SMTP session said, where the host knows it."""

    mail_from: str | None = None  #: reverse-path without brackets; empty for the null path
    rcpt_to: tuple[str, ...] = ()


class Sent(_Given):
    """A message that the host sent, to recognise reports and answers by."""

    message_id: str | None = None  #: with or without brackets
    recipients: tuple[str, ...] = ()
    text: str | None = None
    html: str | None = None
