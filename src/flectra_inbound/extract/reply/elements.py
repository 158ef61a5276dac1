"""What clients say of an element by its class, id, attributes or style: a quote, an attribution, a signature.

Rules of this file: an interpreter of `rules/clients/*.toml`; no client stands here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ...parse.html import unescaped
from ...rules.loader import containers

if TYPE_CHECKING:
    from ...rules.schema import Container

_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9:_-]{0,40}")
_ATTRIBUTE = re.compile(
    r"""([a-zA-Z_:][-\w:.]{0,80})(?:\s{0,20}=\s{0,20}("[^"]{0,20000}"|'[^']{0,20000}'|[^\s"'<>]{1,4000}))?"""
)


def attributes_of(tag: str) -> dict[str, str]:
    """The attributes of a tag's text, names lower-case; the first of each name counts."""
    name = _TAG_NAME.match(tag, 1)
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(tag, name.end() if name is not None else 1):
        value = match[2] or ""
        if value[:1] in ("'", '"'):
            value = value[1:-1]
        found.setdefault(match[1].lower(), unescaped(value))
    return found


#: QUIRK: Exchange puts x_ before every class and id of a mail that it writes anew, Gmail and Zoho a number too.
_PREFIX = re.compile(r"(?:[xm]_(?:-?[0-9]{6,24})?){1,9}")


def _own(name: str) -> str:
    """A class or an id as the client wrote it."""
    return _PREFIX.sub("", name, count=1) if name[1:2] == "_" and _PREFIX.match(name) is not None else name


@lru_cache(maxsize=1)
def _by_key() -> tuple[dict[str, list[Container]], list[Container]]:
    """Containers by a class, an id or an attribute; those that only a tag or a style tells."""
    table: dict[str, list[Container]] = {}
    rest: list[Container] = []
    for container in containers():
        keys = [f".{name.rstrip('*').lower()}" for name in container.classes] + [
            f"#{name.rstrip('*').lower()}" for name in container.id
        ]
        if not keys and container.attributes:
            keys = [f"@{container.attributes[0].partition('=')[0]}"]
        for key in keys:
            table.setdefault(key, []).append(container)
        if not keys:
            rest.append(container)
    return table, rest


def role_of(name: str, attributes: dict[str, str]) -> str:
    """What a client says of the content of an element; empty if nothing."""
    table, rest = _by_key()
    if attributes:
        words = [_own(word) for word in attributes.get("class", "").lower().split()]
        identity = _own(attributes.get("id", "").lower().strip())
        keys = [f".{word}" for word in words] + [f"@{key}" for key in attributes]
        if identity:
            keys.append(f"#{identity}")
            keys.append(f"#{identity.rstrip('0123456789').rstrip('_-')}")
        for key in keys:
            for container in table.get(key, ()):
                if matches(container, name, attributes, words, identity):
                    return container.role
    for container in rest:
        if (
            container.tag == name
            and (not container.style or "style" in attributes)
            and matches(container, name, attributes, [], "")
        ):
            return container.role
    return ""


def matches(container: Container, name: str, attributes: dict[str, str], words: list[str], identity: str) -> bool:
    if container.tag and container.tag != name:
        return False
    for attribute in container.attributes:
        key, _, value = attribute.partition("=")
        if key not in attributes or (value and attributes[key].strip().lower() != value):
            return False
    if container.style:
        style = "".join(attributes.get("style", "").lower().split())
        return all(piece in style for piece in container.style)
    if container.classes or container.id:
        names = [c.lower() for c in container.classes]
        ids = [i.lower() for i in container.id]
        return any(word in names for word in words) or any(
            identity == known or (known.endswith("*") and identity.startswith(known[:-1])) for known in ids if identity
        )
    return True


@lru_cache(maxsize=1_000)
def role_of_bare(name: str) -> str:
    """The same of an element without attributes."""
    return role_of(name, {})
