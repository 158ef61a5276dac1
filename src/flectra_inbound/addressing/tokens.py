"""Signed tokens in addresses and Message-IDs of our own, so that what comes back proves that we sent what it answers.

Rules of this file: a token is one run of letters and digits (RFC 4648 base32, lower case, no padding), so that neither
changed case nor `+`, `=` or `-` around it, nor a relay that wraps the address (VERP, BATV, SRS), destroys it. It holds
ids only, and a day; no address, no secret. It is bound to its purpose and to a key, not to an alias or a domain: both may change.
Who got a mail holds its token, so one that speaks about its recipient (bounce, unsubscribe) is bound to him as well: the
second half of its signature covers his address, which is not in it.

    purpose letter, then base32 of: key id (1 byte), last day (2), mail id, model, record id (LEB128 each), signature (10)
    signature: HMAC-SHA256, its first 10 bytes; where bound: 5 bytes, and 5 of another that covers the recipient too
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ..errors import ConfigurationError
from ..gateway import TokenKey, comparable

_BOUNCE, _REPLY, _MESSAGE, _UNSUBSCRIBE = "b", "r", "m", "u"
_BOUND = frozenset({_BOUNCE, _UNSUBSCRIBE})
#: purpose letter -> what it is called in results
PURPOSES = {_BOUNCE: "bounce", _REPLY: "reply", _MESSAGE: "message", _UNSUBSCRIBE: "unsubscribe"}
_MAC = 10  # bytes: 80 bits, the least that RFC 2104 section 5 allows; who guesses has to mail each guess
_HALF = 5  # bytes, where one half is about the recipient: only both together are believed
_LAST_DAY = 0xFFFF  # in the year 2149
_IDS = 1 << 63  # what a database's integer holds
_LOCAL_PART = 64  # octets: RFC 5321 section 4.5.3.1.1
_LOOKED_AT = 1_000  # characters: addresses and ids are shorter, also wrapped ones
_CANDIDATES = 8  # words of an address that have a token's form: each costs one HMAC

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_CONTEXT = b"flectra-inbound token 1 "
_RECIPIENT_CONTEXT = b"flectra-inbound token recipient 1 "
_WORDS = re.compile(r"[^A-Za-z0-9]+")
# From 16 bytes (all ids one byte) to 62 (the largest ids and the longest name, in a Message-ID), in base32
_FORM = re.compile(r"[bmruBMRU][A-Za-z2-7]{26,100}")
_MODEL = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,29}")
_ATOMS = re.compile(r"[A-Za-z0-9_.+=-]{1,64}")
_DOMAIN = re.compile(r"[^\s@<>]{1,253}")


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says. An expired one is genuine too: the host decides what that is worth."""

    mail_id: int
    model: int | str | None
    record_id: int | None
    expired: bool
    _key: TokenKey | None = field(default=None, repr=False, compare=False)
    # purpose, what is signed, and the recipient's signature
    _signed: bytes = field(default=b"", repr=False, compare=False)

    def is_for(self, recipient: str) -> bool:
        """Whether it was made for this recipient; False for all of a token that is bound to nobody."""
        if self._key is None or not self._signed:
            return False
        purpose, body, bound = chr(self._signed[0]), self._signed[1:-_HALF], self._signed[-_HALF:]
        return hmac.compare_digest(_recipient_mac(self._key, purpose, body, recipient), bound)


def sign_bounce_address(
    keys: Sequence[TokenKey],
    alias: str,
    domain: str,
    *,
    recipient: str,
    mail_id: int,
    model: int | str | None = None,
    record_id: int | None = None,
    now: datetime,
    days: int = 30,
    separator: str = "+",
) -> str:
    """The return path of the mail to one recipient: a report to it proves which mail it is about, and speaks for no one else.

    An empty `alias`: the token alone. A local part has 64 octets. A model's name of up to 12 letters fits beside an alias of 6
    while ids are below 2**28; for longer ones give a number that the host resolves, or `mail_id` alone. What does not fit is a
    `ConfigurationError`.

    >>> from datetime import datetime, timezone
    >>> keys = [TokenKey(1, b"sixteen bytes or more")]
    >>> now = datetime(2026, 1, 1, tzinfo=timezone.utc)
    >>> address = sign_bounce_address(keys, "bounce", "acme.example", recipient="ada@shop.example",
    ...                               mail_id=128, model="crm.lead", record_id=17, now=now)
    >>> token = verify_bounce_address(keys, address.upper(), now=now)
    >>> token
    Token(mail_id=128, model='crm.lead', record_id=17, expired=False)
    >>> token.is_for("Ada@Shop.Example"), token.is_for("eve@shop.example")
    (True, False)
    """
    payload = _payload(mail_id, model, record_id, now, days)
    return _address(_BOUNCE, keys, alias, domain, separator, payload, recipient)


def sign_unsubscribe_address(
    keys: Sequence[TokenKey],
    alias: str,
    domain: str,
    *,
    recipient: str,
    mail_id: int,
    model: int | str | None = None,
    record_id: int | None = None,
    now: datetime,
    days: int = 365,
    separator: str = "+",
) -> str:
    """The mailto address of List-Unsubscribe (RFC 2369): mail from its recipient to it proves that he means it."""
    payload = _payload(mail_id, model, record_id, now, days)
    return _address(_UNSUBSCRIBE, keys, alias, domain, separator, payload, recipient)


def sign_reply_address(
    keys: Sequence[TokenKey],
    alias: str,
    domain: str,
    *,
    mail_id: int,
    model: int | str | None = None,
    record_id: int | None = None,
    now: datetime,
    days: int = 365,
    separator: str = "+",
) -> str:
    """A Reply-To whose mail proves which record it answers, whatever the client did to In-Reply-To."""
    return _address(_REPLY, keys, alias, domain, separator, _payload(mail_id, model, record_id, now, days))


def sign_message_id(
    keys: Sequence[TokenKey],
    domain: str,
    *,
    mail_id: int,
    model: int | str | None = None,
    record_id: int | None = None,
    now: datetime,
    days: int = 365,
    unique: str = "",
) -> str:
    """A Message-ID that proves its record. It is as unique as its ids are; `unique` (an RFC 5322 dot-atom) adds to that."""
    local = _token(_MESSAGE, keys, _payload(mail_id, model, record_id, now, days))
    if unique:
        if _ATOMS.fullmatch(unique) is None or "" in unique.split("."):
            raise ConfigurationError("unique: up to 64 letters, digits and ._+=-, no dot at an end or beside another")
        local = f"{unique}-{local}"
    return f"<{local}@{_checked_domain(domain)}>"


def verify_bounce_address(keys: Sequence[TokenKey], address: str, *, now: datetime) -> Token | None:
    """What a return path of ours says; None if it was not signed by one of these keys for this purpose."""
    return _verify(_BOUNCE, keys, address, now)


def verify_unsubscribe_address(keys: Sequence[TokenKey], address: str, *, now: datetime) -> Token | None:
    """What a List-Unsubscribe address of ours says; None if it was not signed by one of these keys for this purpose."""
    return _verify(_UNSUBSCRIBE, keys, address, now)


def verify_reply_address(keys: Sequence[TokenKey], address: str, *, now: datetime) -> Token | None:
    """What a Reply-To of ours says; None if it was not signed by one of these keys for this purpose."""
    return _verify(_REPLY, keys, address, now)


def verify_message_id(keys: Sequence[TokenKey], message_id: str, *, now: datetime) -> Token | None:
    """What a Message-ID of ours says; None if it was not signed by one of these keys for this purpose."""
    return _verify(_MESSAGE, keys, message_id, now)


def tokens_in(keys: Sequence[TokenKey], text: str, *, now: datetime) -> list[tuple[str, Token | None]]:
    """Every word of an address or id that has a token's form, as its purpose letter and what it says; None if not genuine."""
    if len(text) > _LOOKED_AT:
        return []
    # Hyphens, angle brackets, dots: whatever is around the token, it is a word by itself
    words = [word.lower() for word in _WORDS.split(text) if _FORM.fullmatch(word)]
    today = _day(now)
    return [(word[0], _genuine(word[0], keys, word[1:], today)) for word in words[:_CANDIDATES]]


def _address(
    purpose: str,
    keys: Sequence[TokenKey],
    alias: str,
    domain: str,
    separator: str,
    payload: bytes,
    recipient: str | None = None,
) -> str:
    if separator not in ("+", "=", "-"):
        raise ConfigurationError("separator: one of + = -")
    if alias and _ATOMS.fullmatch(alias) is None:
        raise ConfigurationError("alias: letters, digits and ._+=-")
    if recipient is not None and "@" not in recipient:
        raise ConfigurationError("recipient: an address is needed")
    token = _token(purpose, keys, payload, recipient)
    local = f"{alias}{separator}{token}" if alias else token
    if len(local) > _LOCAL_PART:
        raise ConfigurationError(
            f"{len(local)} octets of local part, {_LOCAL_PART} are allowed: a shorter alias or model"
        )
    return f"{local}@{_checked_domain(domain)}"


def _checked_domain(domain: str) -> str:
    if _DOMAIN.fullmatch(domain) is None:
        raise ConfigurationError("domain: not a domain")
    return domain


def _token(purpose: str, keys: Sequence[TokenKey], payload: bytes, recipient: str | None = None) -> str:
    if not keys:
        raise ConfigurationError("keys: at least one is needed to sign")
    body = bytes([keys[0].id]) + payload
    mac = _mac(keys[0], purpose, body)
    if recipient is not None:
        mac = mac[:_HALF] + _recipient_mac(keys[0], purpose, body, recipient)
    return purpose + _base32(body + mac)


def _base32(octets: bytes) -> str:
    return base64.b32encode(octets).decode("ascii").rstrip("=").lower()


def _mac(key: TokenKey, purpose: str, body: bytes) -> bytes:
    return hmac.digest(key.secret, _CONTEXT + purpose.encode("ascii") + body, "sha256")[:_MAC]


def _recipient_mac(key: TokenKey, purpose: str, body: bytes, recipient: str) -> bytes:
    # the length keeps what is signed of one token from being read as another's with more in it
    told = _RECIPIENT_CONTEXT + purpose.encode("ascii") + bytes([len(body)]) + body
    return hmac.digest(key.secret, told + comparable(recipient.strip()).encode("utf-8", "replace"), "sha256")[:_HALF]


def _day(now: datetime) -> int:
    if now.tzinfo is None or now.utcoffset() is None:
        raise ConfigurationError("now: a datetime with a time zone is needed")
    return (now - _EPOCH).days


def _payload(mail_id: int, model: int | str | None, record_id: int | None, now: datetime, days: int) -> bytes:
    last = _day(now) + days
    if days < 0 or not 0 <= last <= _LAST_DAY:
        raise ConfigurationError("days: the token would end before it begins, or after 2149")
    out = last.to_bytes(2, "big") + _number("mail_id", mail_id)
    # none is 0; numbers are odd; names are twice their length
    if model is None:
        out += b"\0"
    elif isinstance(model, int):
        if not 0 <= model < _IDS // 2:
            raise ConfigurationError("model: a number from 0 to 2**62 - 1")
        out += _number("model", 2 * model + 1)
    else:
        if _MODEL.fullmatch(model) is None:
            raise ConfigurationError("model: a name of up to 30 letters, digits, dots and underscores, or a number")
        out += _number("model", 2 * len(model)) + model.encode("ascii")
    return out + (b"\0" if record_id is None else _number("record_id", record_id + 1))


def _number(name: str, value: int) -> bytes:
    """LEB128."""
    if not 0 <= value < _IDS:
        raise ConfigurationError(f"{name}: a number from 0 to 2**63 - 1 (a record: one less)")
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _verify(purpose: str, keys: Sequence[TokenKey], text: str, now: datetime) -> Token | None:
    return next((token for letter, token in tokens_in(keys, text, now=now) if letter == purpose and token), None)


def _genuine(purpose: str, keys: Sequence[TokenKey], code: str, today: int) -> Token | None:
    """What a token says; None where no key signed it."""
    try:
        octets = base64.b32decode(code.upper() + "=" * (-len(code) % 8))
    except ValueError:  # a length that base32 does not have
        return None
    if _base32(octets) != code:  # bits behind the last octet: two spellings of one token
        return None
    body, mac = octets[:-_MAC], octets[-_MAC:]
    length = _HALF if purpose in _BOUND else _MAC
    signer = None
    for key in keys:  # all of them: how long it takes says nothing about which one it was
        if hmac.compare_digest(_mac(key, purpose, body)[:length], mac[:length]) and key.id == body[0]:
            signer = key
    if signer is None:
        return None
    signed = purpose.encode("ascii") + body + mac[_HALF:] if purpose in _BOUND else b""
    return _read(body, today, signer, signed)


def _read(body: bytes, today: int, key: TokenKey, signed: bytes) -> Token | None:
    try:
        mail_id, at = _read_number(body, 3)
        code, at = _read_number(body, at)
        model: int | str | None = None
        if code % 2:
            model = code // 2
        elif code:
            model, at = body[at : at + code // 2].decode("ascii"), at + code // 2
        record, at = _read_number(body, at)
    except (IndexError, ValueError):  # signed with our key by another program
        return None
    if at != len(body):
        return None
    expired = today > int.from_bytes(body[1:3], "big")
    return Token(mail_id, model, record - 1 if record else None, expired, key, signed)


def _read_number(body: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        octet = body[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
        shift += 7
