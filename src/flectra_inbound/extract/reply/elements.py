"""What clients say of an element by its class, id, attributes or style: a quote, an attribution, a signature.

Rules of this file: an interpreter of `rules/clients/*.toml`; no client stands here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

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
    for key, value in _ATTRIBUTE.findall(tag, name.end() if name is not None else 1):
        if value[:1] in ("'", '"'):
            value = value[1:-1]
        found.setdefault(key.lower(), unescaped(value))
    return found


#: QUIRK: Exchange puts x_ before every class and id of a mail that it writes anew, Gmail and Zoho a number too.
_PREFIX = re.compile(r"(?:[xm]_(?:-?[0-9]{6,24})?){1,9}")


def _own(name: str) -> str:
    """A class or an id as the client wrote it."""
    return _PREFIX.sub("", name, count=1) if name[1:2] == "_" and _PREFIX.match(name) is not None else name


class _Tables(NamedTuple):
    """Containers by what tells them; those that only a style tells, by their tag."""

    classes: dict[str, list[Container]]
    ids: dict[str, list[Container]]
    attributes: dict[str, list[Container]]
    tags: dict[str, list[Container]]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    tables = _Tables({}, {}, {}, {})
    for container in containers():
        for name in container.classes:
            tables.classes.setdefault(name.rstrip("*").lower(), []).append(container)
        for name in container.id:
            tables.ids.setdefault(name.rstrip("*").lower(), []).append(container)
        if container.classes or container.id:
            continue
        if container.attributes:
            tables.attributes.setdefault(container.attributes[0].partition("=")[0], []).append(container)
        else:
            tables.tags.setdefault(container.tag, []).append(container)
    return tables


def role_of(name: str, attributes: dict[str, str]) -> str:
    """What a client says of the content of an element; empty if nothing."""
    tables = _tables()
    if attributes:
        words = [_own(word) for word in attributes["class"].lower().split()] if "class" in attributes else []
        identity = _own(attributes["id"].lower().strip()) if "id" in attributes else ""
        found = [container for word in words if word in tables.classes for container in tables.classes[word]]
        found += [container for key in attributes if key in tables.attributes for container in tables.attributes[key]]
        if identity:
            found += tables.ids.get(identity, ())
            found += tables.ids.get(identity.rstrip("0123456789").rstrip("_-"), ())
        for container in found:
            if matches(container, name, attributes, words, identity):
                return container.role
    for container in tables.tags.get(name, ()):
        if (not container.style or "style" in attributes) and matches(container, name, attributes, [], ""):
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
