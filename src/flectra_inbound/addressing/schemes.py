"""One decoder for what other systems encode in their addresses and Message-IDs; the formats are data, in `rules/schemes/`.

Rules of this file: a template is literals with slots between them, `{name:type}`. Slots before the elastic one (marked `*`;
without a mark the last of its side of the `@`) end at the first place where the next literal stands, those behind it begin
at the last place: each literal is looked for once, nothing is tried twice, so that any text takes linear time.
Only then is each value held against its type. What is decoded says where a mail points, not that it is genuine.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from ..errors import ConfigurationError
from ..rules import loader

if TYPE_CHECKING:
    from ..rules.schema import Scheme

_LOOKED_AT = 1_000  # characters: no address and no id that is one is longer, also if relays wrapped it

#: type -> the characters of its values, and how many; a rule may narrow the number: {key:hex[32]}, {tag:hex[8-12]}
_TYPES = {
    "digits": ("0-9", 1, 18),
    "hex": ("0-9A-Fa-f", 1, 64),
    "base32": ("A-Za-z2-7", 1, 64),
    "base64": ("A-Za-z0-9+/=_", 1, 128),
    "letters": ("A-Za-z", 1, 64),
    "word": ("A-Za-z0-9_", 1, 128),
    "model": ("A-Za-z0-9_.", 1, 80),
    "name": ("A-Za-z0-9_.-", 1, 128),
    "uuid": ("0-9A-Fa-f-", 36, 36),
    "local": (r"^\s<>()\[\]\\,;:\"@\x00-\x1f\x7f", 1, 128),
    "domain": (r"\w.-", 3, 253),  # with a dot: one that mail is sent to
    "host": (r"\w.\[\]:-", 1, 253),  # also a machine's bare name, or a literal
}
_SLOT = re.compile(r"\{([a-z_][a-z_0-9]*):([a-z0-9]+)(?:\[([0-9]+)(?:-([0-9]+))?\])?(\*?)\}")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)  # unlike lower(), it keeps the length


@dataclass(frozen=True, slots=True)
class Decoded:
    """What an address or an id says by its form. Nothing in it is checked: who knows the form can write one."""

    scheme: str
    fields: dict[str, str]
    address: str | None  #: the address that is wrapped
    role: str  #: whose it is: "recipient", "sender", "mailbox" (itself, without a tag), "forward" (where to), "" (no address)
    authenticated: bool  #: holds a key or signature that the system which wrote it can check; here nobody has


def decode_address(address: str) -> Decoded | None:
    """What another system encoded in an address; None if its form is not known.

    >>> decode_address("SRS0=Ab3d=TT=shop.example=ada@relay.example").address
    'ada@shop.example'
    """
    return _decode("address", address)


def decode_message_id(message_id: str) -> Decoded | None:
    """What another system encoded in a Message-ID, with or without its angle brackets; None if its form is not known.

    >>> decode_message_id("<redmine.issue-12.20260102030405.3f@pm.example>").fields["id"]
    '12'
    """
    return _decode("message_id", message_id)


def _decode(of: Literal["address", "message_id"], text: str) -> Decoded | None:
    if len(text) > _LOOKED_AT:
        return None
    text = text.strip()
    if text.startswith("<") and text.endswith(">"):
        text = text[1:-1]
    sides = _Sides(text)
    best: Decoded | None = None
    most, rank = -1, 0
    for scheme, templates in _compiled(of):
        if best is not None and scheme.rank > rank:
            break
        for template in templates:
            fields = template.match(sides)
            if fields is not None:
                if template.weight > most:
                    wrapped = scheme.address.format_map(fields) if scheme.address else None
                    best = Decoded(scheme.name, fields, wrapped, scheme.role, scheme.authenticated)
                    most, rank = template.weight, scheme.rank
                break
    return best


@lru_cache(maxsize=2)
def _compiled(of: Literal["address", "message_id"]) -> tuple[tuple[Scheme, tuple[Template, ...]], ...]:
    return tuple((s, tuple(Template(t) for t in s.template)) for s in loader.schemes() if s.of == of)


class _Sides:
    """A text parted at its last `@`, each side also in lower case."""

    __slots__ = ("domain", "local", "lowered_domain", "lowered_local")

    def __init__(self, text: str) -> None:
        self.local, _, self.domain = text.rpartition("@")
        self.lowered_local = self.local.translate(_LOWER)
        self.lowered_domain = self.domain.translate(_LOWER)


class Template:
    """A whole address: a side before the last `@`, a side behind it."""

    __slots__ = ("_domain", "_local", "weight")

    def __init__(self, template: str) -> None:
        local, at, domain = template.rpartition("@")
        if not at or not local or not domain:
            raise ConfigurationError(f"{template}: no @, or nothing beside it")
        self._local = _Side(local)
        self._domain = _Side(domain)
        self.weight = self._local.weight + self._domain.weight  #: how much of it is literal

    def match(self, text: _Sides | str) -> dict[str, str] | None:
        """The values of the slots; None if the text has another form."""
        sides = _Sides(text) if isinstance(text, str) else text
        fields: dict[str, str] = {}
        if self._local.match(sides.local, sides.lowered_local, fields) and self._domain.match(
            sides.domain, sides.lowered_domain, fields
        ):
            return fields
        return None


class _Side:
    """Literals with slots between them: one literal more than there are slots, the outer two may be empty."""

    __slots__ = ("_elastic", "_literals", "_slots", "weight")

    def __init__(self, template: str) -> None:
        self._literals: list[str] = []
        self._slots: list[_Value] = []
        self._elastic = -1
        end = 0
        for found in _SLOT.finditer(template):
            self._literals.append(template[end : found.start()].translate(_LOWER))
            if found[5]:
                if self._elastic >= 0:
                    raise ConfigurationError(f"{template}: two elastic slots")
                self._elastic = len(self._slots)
            self._slots.append(_Value(found[1], found[2], found[3], found[4]))
            end = found.end()
        self._literals.append(template[end:].translate(_LOWER))
        if self._elastic < 0:
            self._elastic = len(self._slots) - 1
        if "" in self._literals[1:-1] or any("{" in literal for literal in self._literals):
            raise ConfigurationError(f"{template}: slots without a literal between them, or a slot that is none")
        self.weight = sum(map(len, self._literals))

    def match(self, text: str, lowered: str, fields: dict[str, str]) -> bool:
        literals, slots = self._literals, self._slots
        if not lowered.startswith(literals[0]) or not lowered.endswith(literals[-1]):
            return False
        if not slots:
            return lowered == literals[0]
        begin, end = len(literals[0]), len(text) - len(literals[-1])
        for index in range(self._elastic):
            at = lowered.find(literals[index + 1], begin, max(end, begin))
            if at < 0 or not slots[index].read(text[begin:at], fields):
                return False
            begin = at + len(literals[index + 1])
        for index in range(len(slots) - 1, self._elastic, -1):
            at = lowered.rfind(literals[index], begin, max(end, begin))
            if at < 0 or not slots[index].read(text[at + len(literals[index]) : end], fields):
                return False
            end = at
        return begin < end and slots[self._elastic].read(text[begin:end], fields)


class _Value:
    """What a slot may hold."""

    __slots__ = ("_is_domain", "_is_uuid", "_name", "_pattern")

    def __init__(self, name: str, kind: str, least: str | None, most: str | None) -> None:
        if kind not in _TYPES:
            raise ConfigurationError(f"{{{name}:{kind}}}: no such type")
        characters, low, high = _TYPES[kind]
        if least is not None:
            low, high = int(least), int(most or least)
        self._name = name
        self._is_domain = kind == "domain"
        self._is_uuid = kind == "uuid"
        self._pattern = re.compile(f"[{characters}]{{{low},{high}}}")

    def read(self, value: str, fields: dict[str, str]) -> bool:
        """Notes the value, if it is of the type."""
        if self._pattern.fullmatch(value) is None or (self._is_domain and not _is_domain(value)):
            return False
        if self._is_uuid and [len(group) for group in value.split("-")] != [8, 4, 4, 4, 12]:
            return False
        fields[self._name] = value
        return True


def _is_domain(value: str) -> bool:
    """With a top level domain; RFC 1035 section 2.3.1, and letters of other scripts (RFC 5890)."""
    labels = value.split(".")
    return (
        len(labels) > 1
        and len(labels[-1]) > 1
        and not labels[-1].isdigit()
        and all(0 < len(label) < 64 and label[0] != "-" and label[-1] != "-" and "_" not in label for label in labels)
    )
