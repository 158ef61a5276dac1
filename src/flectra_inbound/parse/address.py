"""Address lists (RFC 5322, section 3.4; RFC 6532), read without recursion and without giving up.

Rules of this file: works on unfolded text before RFC 2047 decoding, since an encoded word may hold `,`, `<` or `@`
that are no syntax; names are decoded by the caller's function.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from .grammar import ADDRESS_TOKEN, BARE_MAILBOX, MAILBOX
from .header import one_line

_COMMENT = re.compile(r"\([^()]*\)")
#: phrases before an address that may be one name: `Vale, Nora, MA, Dr. <nora@host.example>`
_NAMES = 4
_QUOTES = re.compile(r'\\(.)|"', re.DOTALL)


class Mailbox(NamedTuple):
    """`name <address>`; either may be empty, not both."""

    name: str
    address: str

    @property
    def local_part(self) -> str:
        return self.address.rpartition("@")[0]

    @property
    def domain(self) -> str:
        """Lower-cased; empty if there is none."""
        return self.address.rpartition("@")[2].lower() if "@" in self.address else ""


def read_addresses(
    value: str, decode: Callable[[str], str], *, limit: int = 1_000, comment_depth: int = 20
) -> tuple[list[Mailbox], bool]:
    """The mailboxes of a field, and whether all of it could be read."""
    value = value.strip()
    plain = read_plain(value)
    if plain is not None:
        return [Mailbox(decode(plain.name), plain.address) if plain.name else plain], True
    return read_list(value, decode, limit=limit, comment_depth=comment_depth)


def read_list(
    value: str, decode: Callable[[str], str], *, limit: int = 1_000, comment_depth: int = 20
) -> tuple[list[Mailbox], bool]:
    """The same of a stripped value of which `read_plain` makes nothing."""
    return _Reader(decode, limit, comment_depth).read(value)


def read_plain(value: str) -> Mailbox | None:
    """The one mailbox of a stripped value in one of the two forms that nearly every field has; its name as it stands."""
    if value.endswith(">"):
        if (match := MAILBOX.match(value)) is not None:
            quoted, atoms, address = match.groups()
            return Mailbox(atoms.strip() if quoted is None else quoted, _address(address))
    elif BARE_MAILBOX.match(value) is not None:
        return Mailbox("", _address(value))
    return None


def _address(text: str) -> str:
    if not text.isprintable():
        text = one_line(text)
    # QUIRK: what belongs to a page or a program's display within the brackets. Seen in links and Outlook's names that were
    # pasted; a domain ends in no "'" and a local part holds no ":"
    if text.endswith("'"):
        text = text.strip("'")
    if text[:7].lower() == "mailto:":
        text = text[7:]
    return text.strip(".") if text.endswith(".") else text


class _Reader:
    """A state machine over tokens: phrase, angle address, comment, group."""

    __slots__ = (
        "_comment_depth",
        "_decode",
        "_limit",
        "_value",
        "angle",
        "comment",
        "found",
        "good",
        "names_host",
        "open",
        "spans",
    )

    def __init__(self, decode: Callable[[str], str], limit: int, comment_depth: int) -> None:
        self._decode = decode
        self._limit = limit
        self._comment_depth = comment_depth
        self.found: list[Mailbox] = []
        self.good = True
        self.open: list[str] = []  #: the signs behind the phrases without an address that stand right before this one
        self._reset()

    def _reset(self) -> None:
        #: where the pieces of the phrase begin and end; neighbours are one, for a field may hold 64,000 empty quotes
        self.spans: list[int] = []
        self.names_host = False  #: whether there is an "@" in it: asked at each colon, of which a field may hold 64,000
        self.comment: str | None = None  #: the first one
        self.angle: str | None = None

    def _take(self, start: int, end: int) -> None:
        """Add a piece to the phrase."""
        spans = self.spans
        if spans and spans[-1] == start:
            spans[-1] = end
        else:
            spans += start, end
        self.names_host = self.names_host or self._value.find("@", start, end) >= 0

    def read(self, value: str) -> tuple[list[Mailbox], bool]:
        self._value = value
        position = 0
        size = len(value)
        no_more_quotes = False
        while position < size and len(self.found) < self._limit:
            match = ADDRESS_TOKEN.match(value, position)
            if match is None:  # pragma: no cover - the pattern takes any character
                break
            sign = match[0]
            start = position
            position = match.end()
            if sign == '"':
                end = -1 if no_more_quotes else _end_of_quoted(value, position)
                if end < 0:  # QUIRK: never closed: the quote is taken as a letter, so that an address behind it is seen
                    no_more_quotes = True
                    self.good = False
                    continue
                self._take(start, end)
                position = end
            elif sign == "(":
                position = self._skip_comment(value, position)
            elif sign == "<":
                end = value.find(">", position)
                inner = value[position : end if end >= 0 else size]
                if "<" in inner:  # QUIRK: "<<a@b>>" and "<a <b@c>": the last opening counts
                    self.good = False
                    position += inner.rfind("<")
                    continue
                if end < 0:
                    self.good = False
                self.angle = inner
                position = end + 1 if end >= 0 else size
            elif sign in ",;":
                self._finish(sign)
            elif sign == ":":
                # RFC 5322: group = display-name ":" [group-list] ";"; the group's name is no mailbox
                if self.angle is None and not self.names_host:
                    self._reset()
                else:
                    self._take(start, position)
            elif sign == "\\":
                self._take(position, position + 1)
                position += 1
            elif sign == ">":
                self.good = False
            else:
                self._take(start, position)
        self._finish()
        if position < size:
            self.good = False
        return self.found, self.good

    def _skip_comment(self, value: str, position: int) -> int:
        """Past a comment, noting its text as a possible name; to the end of the field if it is never closed."""
        depth = 1
        start = position
        size = len(value)
        while position < size:
            char = value[position]
            position += 1
            if char == "\\":
                position += 1
            elif char == "(":
                depth += 1
                if depth > self._comment_depth:
                    self.good = False
            elif char == ")":
                depth -= 1
                if not depth:
                    if self.comment is None:
                        self.comment = value[start : position - 1]
                    return position
        self.good = False
        # QUIRK: an unclosed comment hides no address
        self._take(start, size)
        return size

    def _finish(self, sign: str = "") -> None:
        before, self.open = self.open, []
        value, spans = self._value, self.spans
        phrase = "".join([value[start:end] for start, end in zip(spans[::2], spans[1::2])]).strip()
        if self.angle is not None:
            inner = self.angle.strip()
            # RFC 5322, section 4.4: obs-route = "@a,@b:"
            if inner.startswith("@") and ":" in inner:
                inner = inner.rpartition(":")[2]
            address = _unquoted_local(_COMMENT.sub("", inner) if "(" in inner else inner)
            name = _plain(phrase)
            if not name and self.comment:
                name = self.comment
            if not address and (words := _words_with_at(phrase)):
                address = words[0]  # QUIRK: "a@b <>"
            if address or name:
                self._add(name, address)
            if not address:
                self.good = False
            elif before and len(self.found) > len(before):
                # QUIRK: `Vale, Nora <nora@host.example>` without quotes: one mailbox. Seen in directories, and with "&amp;"
                parts = self.found[-len(before) - 1 :]
                name = " ".join([f"{part.name}{end}" for part, end in zip(parts, [*before, ""])]).strip()
                self.found[-len(before) - 1 :] = [Mailbox(name, parts[-1].address)]
        elif phrase:
            self._bare(phrase)
            if sign and self.found and not self.found[-1].address:
                self.open = [*before, sign] if len(before) < _NAMES else [sign]
        self._reset()

    def _bare(self, phrase: str) -> None:
        comment = self.comment or ""
        if "@" in phrase and (
            " " not in phrase or (phrase.startswith('"') and phrase.count('"') == 2 and '"@' in phrase)
        ):
            address = _unquoted_local(phrase)
            if address.count("@") > 1 and not phrase.startswith('"'):
                self.good = False
            self._add(comment, address)
            return
        # QUIRK: `Sales Team sales@acme.example` without brackets or quotes. Seen in hand-written configurations.
        self.good = False
        if " @" in phrase or "@ " in phrase:
            phrase = closed_up(phrase)
        words = _words_with_at(phrase)
        if not words:
            self._add(_plain(phrase) or comment, "")
            return
        self._add(_plain(phrase.partition(words[0])[0].strip(" <(")), words[0])
        for word in words[1:]:
            self._add("", word)

    def _add(self, name: str, address: str) -> None:
        if len(self.found) < self._limit:
            self.found.append(Mailbox(self._decode(name.strip()) if name else "", _address(address)))


def _end_of_quoted(value: str, position: int) -> int:
    """Behind the closing quote of a quoted string that opened before `position`; -1 if there is none."""
    while True:
        end = value.find('"', position)
        if end < 0:
            return -1
        backslashes = 0
        while value[end - 1 - backslashes] == "\\" and end - 1 - backslashes >= position:
            backslashes += 1
        if backslashes % 2 == 0:
            return end + 1
        position = end + 1


def closed_up(phrase: str) -> str:
    """RFC 5322, section 4.4: obs-local-part and obs-domain allow white space around dots and `@`."""
    phrase = " ".join(phrase.split())
    for sign in ".@":
        phrase = phrase.replace(f" {sign}", sign).replace(f"{sign} ", sign)
    return phrase


def _words_with_at(phrase: str) -> list[str]:
    """The words of a phrase that could be an addr-spec."""
    if "@" not in phrase:
        return []
    return [word for found in phrase.split() if "@" in (word := found.strip("<>()"))[1:-1]]


def _plain(phrase: str) -> str:
    """A phrase without its quotes (RFC 5322, section 3.2.5)."""
    if '"' not in phrase and "\\" not in phrase:
        return phrase
    return _QUOTES.sub(lambda match: match[1] or "", phrase) if "\\" in phrase else phrase.replace('"', "")


def _unquoted_local(address: str) -> str:
    """`"john doe"@example` keeps its quotes only where it needs them (RFC 5321, section 4.1.2)."""
    address = "".join(address.split()) if '"' not in address else address.strip()
    if address.startswith('"') and address.count('"') == 2:
        local, _, domain = address[1:].partition('"')
        if domain.startswith("@") and local and not any(c in local for c in ' <>()[]\\,;:@"'):
            return local + domain
    return address
