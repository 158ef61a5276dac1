"""What the host tells the library about itself and about a delivery: validated, frozen, read by every stage after parsing."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from .errors import ConfigurationError

if sys.version_info >= (3, 11):
    from typing import Self
else:
    from typing_extensions import Self

_LABEL = 63  # octets of one label (RFC 1035, section 2.3.4)


def comparable(address: str) -> str:
    """An address, or a domain, as one text whatever way it is written: lower-case, composed, the domain as people write it.

    RFC 5890, section 2.3.2.1 (`xn--` labels), RFC 6532, section 3.1 (NFC).

    >>> comparable("Info@XN--KSE-HOF-5WA.example")
    'info@käse-hof.example'
    """
    lowered = address.lower()
    if lowered.isascii() and "xn--" not in lowered:
        return lowered
    local, at, domain = unicodedata.normalize("NFC", address).lower().rpartition("@")
    return f"{local}{at}{'.'.join([_readable(label) for label in domain.split('.')])}"


def _readable(label: str) -> str:
    if not label.startswith("xn--") or len(label) > _LABEL:
        return label
    try:
        return unicodedata.normalize("NFC", label[4:].encode("ascii").decode("punycode")).lower() or label
    except (UnicodeError, ValueError, OverflowError):
        return label


def ascii_domain(domain: str) -> str:
    """A domain as the DNS has it (RFC 5890, `xn--` labels); a label that cannot be written so stays as it is.

    >>> ascii_domain("käse-hof.example")
    'xn--kse-hof-5wa.example'
    """
    if domain.isascii():
        return domain
    return ".".join(
        [
            label if label.isascii() or len(label) > _LABEL else f"xn--{label.encode('punycode').decode('ascii')}"
            for label in domain.split(".")
        ]
    )


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
    defaults: dict[str, Any] = Field(default_factory=dict)
    contact: Literal["everyone", "partners", "followers", "employees"] = "everyone"
    incoming_local: bool = False  #: any domain of ours will do
    parent_model: str | None = None  #: whose followers `followers` means, where no record is forced
    parent_record_id: int | None = None


class Loop(_Given):
    """How much one sender may write, to one model or one record, before it is taken for a loop."""

    minutes: int = 120
    threshold: int = 20
    allowed: tuple[str, ...] = ()  #: senders that are never one


class OwnAddresses(NamedTuple):
    """Local parts of the host's own addresses on one domain, in lower case."""

    bounce: str
    catchall: str
    default_from: str


class Gateway(_Given):
    """The host: which addresses are its own, and what it does with mail. `preset()` gives the settings of a Flectra series."""

    alias_domains: tuple[AliasDomain, ...] = ()
    version: Literal["1.x", "2.x", "3.x"] = "3.x"
    match_local_parts: bool = False  #: aliases are matched by local part on any domain
    #: besides its own, domains on which `incoming_local` aliases are matched; (): any
    local_domains: tuple[str, ...] = ()
    refuse_catchall: bool = True  #: mail to the catchall that answers nothing is refused, not passed on
    private_discussions: bool = False  #: an answer to a message without document is an answer
    forward_needs_own_id: bool = False  #: only an answer to an id of ours can be a forward to another alias
    fallback_model: str | None = None
    loop: Loop | None = None
    separators: str = "+"  #: of subaddresses (RFC 5233)
    keys: tuple[TokenKey, ...] = Field(default=(), repr=False, exclude=True)  #: that sign our addresses; never dumped
    model_numbers: dict[int, str] = Field(default_factory=dict)  #: the models that tokens name by number
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

    @cached_property
    def own_domains(self) -> dict[str, OwnAddresses]:
        """Its domains, comparable, with the addresses that it has on each."""
        found: dict[str, OwnAddresses] = {}
        for own in self.alias_domains:
            local_parts = OwnAddresses(own.bounce.lower(), own.catchall.lower(), (own.default_from or "").lower())
            found.setdefault(comparable(own.name), local_parts)
        return found

    @cached_property
    def more_domains(self) -> frozenset[str]:
        """Its `local_domains`, comparable."""
        return frozenset(map(comparable, self.local_domains))

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy; pydantic would copy what the properties have computed, also where its source is replaced."""
        copied = super().model_copy(update=update, deep=deep)
        for name in ("own_domains", "more_domains"):
            copied.__dict__.pop(name, None)
        return copied

    def is_bounce_address(self, address: str) -> bool:
        """Whether this is the bounce alias of one of the host's domains, with or without a detail (RFC 5233).

        A detail stands behind one of `separators`, or behind `+`, which Flectra's own return paths have whatever these are.
        """
        local, _, domain = comparable(address).rpartition("@")
        own = self.own_domains.get(domain)
        if own is None or not local.startswith(own.bounce):
            return False
        behind = local[len(own.bounce) : len(own.bounce) + 1]
        return not behind or behind in self.separators or behind == "+"

    def is_catchall(self, address: str) -> bool:
        """Whether this is the catchall alias of one of the host's domains."""
        local, _, domain = comparable(address).rpartition("@")
        if self.match_local_parts:
            return any(local == own.catchall for own in self.own_domains.values())
        own = self.own_domains.get(domain)
        return own is not None and local == own.catchall

    def is_own(self, address: str) -> bool:
        """Whether this is an address that the host itself sends from or listens on."""
        local, _, domain = comparable(address).rpartition("@")
        own = self.own_domains.get(domain)
        return own is not None and bool(local) and local in own


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
    recent: dict[str, int] = Field(default_factory=dict)


class Answers(_Given):
    """What the host answers, or answered so far (`add_answers`)."""

    threads: dict[str, Thread | None] = Field(default_factory=dict)
    aliases: dict[str, tuple[Alias, ...]] = Field(default_factory=dict)
    sender: Sender | None = None
    records: dict[str, bool] = Field(default_factory=dict)
    mails: dict[str, Thread | None] = Field(default_factory=dict)  #: by the number that a return path or a token names
    models: dict[str, bool] = Field(default_factory=dict)  #: whether the model can receive mail


class Envelope(_Given):
    """RFC 5321: what the SMTP session said, where the host knows it."""

    mail_from: str | None = None  #: reverse-path without brackets; empty for the null path
    rcpt_to: tuple[str, ...] = ()

    @field_validator("mail_from")
    @classmethod
    def _path(cls, value: str | None) -> str | None:
        return None if value is None else _characters(value)

    @field_validator("rcpt_to")
    @classmethod
    def _recipients(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([_characters(address) for address in value])


def _characters(text: str) -> str:
    """Without halves of characters, which no JSON can hold.

    QUIRK: octets that are no ASCII come as such (PEP 383). Seen in servers in Python, which decode commands that way.
    """
    try:
        octets = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        octets = text.encode("utf-8", "replace")
    return octets.decode("utf-8", "replace")


class Sent(_Given):
    """A message that the host sent, to recognise reports and answers by."""

    message_id: str | None = None  #: with or without brackets
    recipients: tuple[str, ...] = ()
    text: str | None = None
    html: str | None = None
