"""What the host tells the library about itself and about a delivery: validated, frozen, read by every stage after parsing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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


_SECRET = 16  # bytes: a shorter secret is a guessable one


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A secret with the number by which tokens name it. To change keys, put the new one first and keep the old one behind it."""

    id: int
    secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not 0 <= self.id <= 0xFF:
            raise ConfigurationError("TokenKey.id: from 0 to 255")
        if len(self.secret) < _SECRET:
            raise ConfigurationError(f"TokenKey.secret: at least {_SECRET} bytes")


class AliasDomain(_Given):
    """A domain that the host receives mail for."""

    name: str
    bounce: str = "bounce"  #: local part that delivery reports come to
    catchall: str = "catchall"  #: local part that answers come to
    default_from: str | None = "notifications"


class Alias(_Given):
    """An address that creates or updates records (`mail.alias`)."""

    name: str  #: local part
    domain: str | None = None  #: None: matched by local part alone, where the gateway does that
    model: str
    force_thread_id: int | None = None  #: all mail goes to this record
    defaults: dict[str, Any] = {}
    contact: Literal["everyone", "partners", "followers", "employees"] = "everyone"
    incoming_local: bool = False  #: any domain of ours will do
    parent_model: str | None = None  #: whose followers `followers` means, where no record is forced
    parent_record_id: int | None = None


class Loop(_Given):
    """How much one sender may write, to one model or one record, before it is taken for a loop."""

    minutes: int = 120
    threshold: int = 20
    allowed: tuple[str, ...] = ()  #: senders that are never one


class Gateway(_Given):
    """The host: which addresses are its own, and what it does with mail. `preset()` gives the settings of a Flectra series."""

    alias_domains: tuple[AliasDomain, ...] = ()
    version: Literal["1.x", "2.x", "3.x"] = "3.x"
    match_local_parts: bool = False  #: aliases are matched by local part on any domain
    local_domains: tuple[
        str, ...
    ] = ()  #: besides its own, domains on which `incoming_local` aliases are matched; (): any
    refuse_catchall: bool = True  #: mail to the catchall that answers nothing is refused, not passed on
    private_discussions: bool = False  #: an answer to a message without document is an answer
    forward_needs_own_id: bool = False  #: only an answer to an id of ours can be a forward to another alias
    fallback_model: str | None = None
    loop: Loop | None = None
    separators: str = "+"  #: of subaddresses (RFC 5233)
    keys: tuple[TokenKey, ...] = Field(default=(), repr=False, exclude=True)  #: that sign our addresses; never dumped
    model_numbers: dict[int, str] = {}  #: the models that tokens name by number
    #: Whose Authentication-Results are believed (RFC 8601): systems that every mail to the host passes. "": fields without id.
    trusted_authserv_ids: tuple[str, ...] = ()
    #: The border deletes such fields from mail that comes in (RFC 8601, section 5): not the newest alone counts, but all
    removes_forged_results: bool = False

    @classmethod
    def preset(cls, version: Literal["1.x", "2.x", "3.x"], **fields: Any) -> Gateway:
        """The gateway of a Flectra series; `fields` go before its settings."""
        old = version != "3.x"
        settings: dict[str, Any] = {
            "version": version,
            "match_local_parts": old,
            "refuse_catchall": version != "1.x",
            "private_discussions": version == "1.x",
            "forward_needs_own_id": version == "1.x",
        }
        return cls(**{**settings, **fields})

    def is_bounce_address(self, address: str) -> bool:
        """Whether this is the bounce alias of one of the host's domains, with or without a detail (RFC 5233).

        A detail stands behind one of `separators`, or behind `+`, which Flectra's own return paths have whatever these are.
        """
        local, _, domain = address.lower().rpartition("@")
        for own in self.alias_domains:
            bounce = own.bounce.lower()
            if domain == own.name.lower() and local.startswith(bounce):
                behind = local[len(bounce) : len(bounce) + 1]
                if not behind or behind in self.separators or behind == "+":
                    return True
        return False

    def is_catchall(self, address: str) -> bool:
        """Whether this is the catchall alias of one of the host's domains."""
        local, _, domain = address.lower().rpartition("@")
        return any(
            local == own.catchall.lower() and (self.match_local_parts or domain == own.name.lower())
            for own in self.alias_domains
        )

    def is_own(self, address: str) -> bool:
        """Whether this is an address that the host itself sends from or listens on."""
        local, _, domain = address.lower().rpartition("@")
        return any(
            domain == own.name.lower() and local in (own.bounce, own.catchall, own.default_from)
            for own in self.alias_domains
        )


class Thread(_Given):
    """The message of the host's that an id belongs to."""

    model: str | None = None  #: None: a message without document
    record_id: int | None = None
    internal: bool = False
    order: int = 0  #: the higher, the newer


class Sender(_Given):
    """What the host knows of whom a mail comes from."""

    partner: bool = False  #: a known contact, and no alias
    employee: bool = False
    follows: tuple[str, ...] = ()  #: records, as "model,id"
    #: in the last `Loop.minutes`: model -> records that the sender created, "model,id" -> messages that he wrote there
    recent: dict[str, int] = {}


class Answers(_Given):
    """What the host answered so far; a key that is asked and absent from the answer is unknown to the host."""

    threads: dict[str, Thread | None] = {}
    aliases: dict[str, tuple[Alias, ...]] = {}
    sender: Sender | None = None
    records: dict[str, bool] = {}
    mails: dict[str, Thread | None] = {}  #: by the number that a return path or a token names
    models: dict[str, bool] = {}  #: whether the model can receive mail


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
