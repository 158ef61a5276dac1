"""The grammar of Authentication-Results (RFC 8601, section 2.2), ARC-Authentication-Results and ARC-Seal (RFC 8617).

Rules of this file: text in, values out; it knows no mail and believes nothing. Total and linear: a cursor that only moves
forward, comments counted and not recursed into. Whoever wrote the mail chose many of the words that stand here, so what is
no valid syntax makes the whole field `good=False`; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ..parse.grammar import QUOTED_PAIR, QUOTED_STRING

_SPACE = re.compile(r"[ \t\r\n\v]*")
_IN_COMMENT = re.compile(r"\\.|[()]", re.DOTALL)
# RFC 2045, section 5.1:  token = 1*<any (US-ASCII) CHAR except SPACE, CTLs, or tspecials>;  RFC 6532 adds UTF8-non-ascii
_TOKEN = re.compile(r"[^\x00-\x20\x7f()<>@,;:\\\"/\[\]?=]+")
# RFC 5321, section 4.1.2:  Keyword = Ldh-str.  QUIRK: underscores. Seen in extensions of filters.
_KEYWORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_DIGITS = re.compile(r"[0-9]+")
# RFC 8601: pvalue = [CFWS] ( ( value / [ [ local-part ] "@" ] domain-name ) ) [CFWS]
# QUIRK: base64 and addresses in brackets stand there without quotes. Seen in Gmail (header.b) and milters (smtp.mailfrom).
_BARE = re.compile(r'[^\x00-\x20\x7f;()"]+')
# The two without CFWS, as nearly all are. What follows is looked at behind them.
_PLAIN_RESULT = re.compile(r"([A-Za-z0-9][A-Za-z0-9_-]*)=([A-Za-z0-9][A-Za-z0-9_-]*)")
_PLAIN_PROPERTY = re.compile(r'([A-Za-z0-9][A-Za-z0-9_-]*\.[A-Za-z0-9][A-Za-z0-9_-]*)=([^\x00-\x20\x7f;()"]+)')
_CFWS = frozenset(" \t\r\n\v(")
_STOPS = re.compile(r'[;("]')
_TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Finding:
    """One result (`resinfo`), its words in lower case."""

    method: str  #: such as `dkim`
    result: str  #: such as `pass`
    properties: Mapping[str, str]  #: such as `header.d`, as written


@dataclass(frozen=True, slots=True)
class AuthRes:
    """One field. What could be read of a damaged one is there, and `good` is false."""

    authserv_id: str  #: empty where the field names none
    findings: tuple[Finding, ...]
    good: bool


def read_authserv_id(text: str) -> str:
    """Who wrote a field; empty where it names nobody.

    >>> read_authserv_id("(a comment) mx.host.example 1; spf=pass")
    'mx.host.example'
    """
    return _Cursor(text).authserv_id()


def read_authres(text: str) -> AuthRes:
    """The value of a field, unfolded.

    >>> field = read_authres('mx.host.example; dkim=pass reason="good (2048)" header.d=shop.example (ok); spf=none')
    >>> [(found.method, found.result, dict(found.properties)) for found in field.findings]
    [('dkim', 'pass', {'header.d': 'shop.example'}), ('spf', 'none', {})]
    """
    cursor = _Cursor(text)
    name = cursor.authserv_id()
    cursor.skip()
    version = cursor.take(_DIGITS) if name else None
    cursor.skip()
    if version is not None and version.lstrip("0") != "1":  # section 2.2: one that we do not know has another grammar
        return AuthRes(name, (), False)
    if name and not cursor.ended and not cursor.sees(";"):
        cursor.spoil()
    findings: list[Finding] = []
    while not cursor.ended:
        cursor.sign(";")
        cursor.skip()
        if cursor.ended or cursor.sees(";"):
            continue  # QUIRK: `;` at the end. Seen in Exchange Online and Yahoo.
        found = _finding(cursor)
        if found is not None:
            findings.append(found)
    return AuthRes(name, tuple(findings), cursor.good)


def read_arc_authres(text: str) -> tuple[int, AuthRes] | None:
    """RFC 8617, section 4.1.1: the instance and the payload; None where there is no instance."""
    cursor = _Cursor(text)
    cursor.skip()
    if (cursor.take(_TAG) or "").lower() != "i":
        return None
    cursor.skip()
    if not cursor.sign("="):
        return None
    cursor.skip()
    instance = cursor.take(_DIGITS)
    cursor.skip()
    if instance is None or len(instance) > 3 or not cursor.sign(";"):
        return None
    return int(instance), read_authres(text[cursor.at :])


def read_tags(text: str) -> dict[str, str] | None:
    """RFC 6376, section 3.2: a tag-list, its values without white space; None where it is none or a tag stands twice.

    >>> read_tags("i=1; cv = none; d=shop.example; b=AAAA BBBB=;")["b"]
    'AAAABBBB='
    """
    found: dict[str, str] = {}
    for piece in text.split(";"):
        name, sign, value = piece.partition("=")
        name = name.strip()
        if not sign and not name:
            continue
        if not sign or _TAG.fullmatch(name) is None or name in found:
            return None
        found[name] = "".join(value.split())
    return found


def _finding(cursor: _Cursor) -> Finding | None:
    """A resinfo without its semicolon; the cursor stands behind it. None for `none`, and for what cannot be read."""
    plain = _PLAIN_RESULT.match(cursor.text, cursor.at)
    if plain is not None:
        method, result = plain[1], plain[2]
        cursor.at = plain.end()
    else:
        read = _spaced_result(cursor)
        if read is None:
            return None
        method, result = read
    properties: dict[str, str] = {}
    while cursor.skip() and not cursor.ended and not cursor.sees(";"):
        if not _property(cursor, properties):
            cursor.spoil()
            break
    if not cursor.ended and not cursor.sees(";"):
        cursor.spoil()
    return Finding(method.lower(), result.lower(), properties)


def _spaced_result(cursor: _Cursor) -> tuple[str, str] | None:
    """A methodspec with CFWS or a version in it."""
    method = cursor.take(_KEYWORD)
    cursor.skip()
    if method is not None and method.lower() == "none" and (cursor.ended or cursor.sees(";")):
        return None  # no-result
    if method is not None and cursor.sign("/"):
        cursor.skip()
        version = cursor.take(_DIGITS)
        cursor.skip()
        if version is None or version.lstrip("0") != "1":
            method = None
    result = None
    if method is not None and cursor.sign("="):
        cursor.skip()
        result = cursor.take(_KEYWORD)
    if method is None or result is None:
        cursor.spoil()
        return None
    return method, result


def _property(cursor: _Cursor, properties: dict[str, str]) -> bool:
    """A reasonspec or propspec; whether it could be read."""
    plain = _PLAIN_PROPERTY.match(cursor.text, cursor.at)
    if plain is not None:
        cursor.at = plain.end()
        return not cursor.touched and _note(properties, plain[1], plain[2])
    name = cursor.take(_KEYWORD)
    if name is None:
        return False
    cursor.skip()
    if cursor.sign("."):
        cursor.skip()
        kind = cursor.take(_KEYWORD)
        if kind is None:
            return False
        name = f"{name}.{kind}"
        cursor.skip()
    if not cursor.sign("="):
        return False
    cursor.skip()
    value = cursor.value()
    if value is None:
        return False
    # else the reason. QUIRK: `action=none` and the like. Seen in Exchange Online.
    return "." not in name or _note(properties, name, value)


def _note(properties: dict[str, str], name: str, value: str) -> bool:
    name = name.lower()
    if properties.setdefault(name, value) != value:
        properties[name] = ""  # which of two it is cannot be told
    return True


class _Cursor:
    """A place in the text; nothing moves it back."""

    __slots__ = ("at", "good", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.good = True

    @property
    def ended(self) -> bool:
        return self.at >= len(self.text)

    @property
    def touched(self) -> bool:
        """Whether something stands right behind a value that is no part of it."""
        return self.text[self.at : self.at + 1] in ("(", '"')

    def sees(self, sign: str) -> bool:
        return self.text.startswith(sign, self.at)

    def sign(self, sign: str) -> bool:
        """Past one sign, if it stands here."""
        if not self.sees(sign):
            return False
        self.at += 1
        return True

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """Past what matches here."""
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        return match[0]

    def skip(self) -> bool:
        """Past CFWS (RFC 5322, section 3.2.2); whether there was any."""
        start = self.at
        while self.text[self.at : self.at + 1] in _CFWS:
            if self.sees("("):
                self._comment()
            else:
                self.take(_SPACE)
        return self.at > start

    def _comment(self) -> None:
        depth = 0
        for match in _IN_COMMENT.finditer(self.text, self.at):
            if match[0] == "(":
                depth += 1
            elif match[0] == ")":
                depth -= 1
                if not depth:
                    self.at = match.end()
                    return
        self.good = False  # never closed: nobody can tell what it was meant to hide
        self.at = len(self.text)

    def _quoted(self) -> str | None:
        match = QUOTED_STRING.match(self.text, self.at)
        if match is None:
            self.at = len(self.text)
            return None
        self.at = match.end()
        return QUOTED_PAIR.sub(r"\1", match[1]) if "\\" in match[1] else match[1]

    def authserv_id(self) -> str:
        """Past it and what is around it; where the first word is a result already, nowhere.

        QUIRK: no authserv-id. Seen in Exchange Online.
        """
        self.skip()
        start = self.at
        name = self._quoted() if self.sees('"') else self.take(_TOKEN)
        self.skip()
        if name is None or self.sees("=") or self.sees("/"):
            self.at = start
            return ""
        return name

    def value(self) -> str | None:
        """pvalue; None where it cannot be read. A comment that touches it is such a case: `d=bank.example(.evil.example`."""
        value: str | None
        if self.sees('"'):
            value = self._quoted()
            if value is not None and self.sees("@"):  # local-part "@" domain-name
                value += self.take(_BARE) or ""
        else:
            value = self.take(_BARE) or ""
        return None if self.touched else value

    def spoil(self) -> None:
        """What stands here is no syntax: past it, to the next `;`."""
        self.good = False
        while (match := _STOPS.search(self.text, self.at)) is not None:
            self.at = match.start()
            if match[0] == ";":
                return
            if match[0] == "(":
                self._comment()
            else:
                self._quoted()
        self.at = len(self.text)
