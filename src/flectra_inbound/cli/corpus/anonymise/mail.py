"""Writes a mail anew, part by part and field by field, with inventions in place of originals.

Rules of this file: what holds nothing to replace stays byte by byte. What changes keeps its charset, its transfer encoding, its
line ends, and of base64 the length of lines. What cannot be read strictly, or not be written back, is refused.
"""

from __future__ import annotations

import binascii
import re
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import quote, unquote_to_bytes

from flectra_inbound import Message, parse
from flectra_inbound.parse import Part
from flectra_inbound.parse.charset import codec_of

from .inventions import Inventions
from .known import LEFT_AS_THEY_ARE, OPAQUE
from .names import common_words, names_of, people_of

_FIELD = re.compile(rb"[^\s:]{1,100}[ \t]{0,3}:")
_ENCODED = re.compile(r"=\?([^?\s*]{1,40})(\*[^?\s]{1,20})?\?([BbQq])\?([^?\s]*)\?=")
_BETWEEN = re.compile(r"[ \t\r\n]+")
_EXTENDED = re.compile(r"([A-Za-z]{1,40})\*(?:0\*)?=([\w.:-]{1,40})'([\w-]{0,20})'([^;\s]{0,2000})")
_CONTINUED = re.compile(r"[A-Za-z]{1,40}\*[1-9]\d{0,2}\*?=")
_NAMING = re.compile(
    r"(\b(?:name|filename|title|start|url|x-[\w-]{1,40})\s{0,9}=\s{0,9})(\"[^\"]{0,2000}\"|[^;\s]{1,2000})",
    re.IGNORECASE,
)
_IDENTITY = ("", "7bit", "8bit", "binary")
#: Types of parts that are fields like those of a header.
_FIELDS = ("message/delivery-status", "message/global-delivery-status", "message/feedback-report", "text/rfc822-headers",
           "message/disposition-notification", "message/global-disposition-notification", "message/global-headers")  # fmt: skip
_NESTED = ("message/rfc822", "message/global")
_TRIES = 3  #: with other inventions, since one may be by chance what a short name is
_DEPTH = 20  #: encoded messages within encoded messages
_WORD_BYTES = 39  #: of an encoded word, so that one in base64 has at most 75 characters (RFC 2047, section 2)


class Refused(ValueError):
    """The mail cannot be anonymised, and why; holds no word of it."""


@dataclass(frozen=True, slots=True)
class Anonymised:
    """A mail without its people."""

    raw: bytes
    replaced: dict[str, int]  #: kind of original -> how many different ones
    emptied: tuple[str, ...]  #: types of parts that hold no text, whose content became zeros


def anonymise(raw: bytes, *, key: bytes | None = None) -> Anonymised:
    """Raises `Refused`. `key`: for tests; without one the inventions differ from run to run."""
    from . import verify

    message = parse(raw)
    texts = readable(message)
    names = names_of(message, texts)
    left = ""
    for chosen in (key,) if key is not None else [secrets.token_bytes(32) for _ in range(_TRIES)]:
        inventions = Inventions(chosen, names, common_words(), people_of(message))
        emptied: list[str] = []
        written = _Writer(inventions, emptied).mail(raw, 0)
        left = verify.survivors(inventions.originals, names - common_words(), written)
        if not left:
            counts = {kind: len(found) for kind, found in sorted(inventions.originals.items())}
            return Anonymised(written, counts, tuple(emptied))
    raise Refused(f"something is left of {left}, in a form that is not understood")


def readable(message: Message) -> list[str]:
    """Every text of a mail, decoded: fields, parts, and their names."""
    texts: list[str] = []
    for part in message.parts:
        for name in part.headers:
            texts += part.headers.get_all(name)
        texts += [part.filename or ""]
        if part.is_leaf and part.content_type.main in ("text", "message"):
            texts.append(part.text())
    return texts


class _Writer:
    def __init__(self, inventions: Inventions, emptied: list[str]) -> None:
        self._inventions = inventions
        self._emptied = emptied

    def mail(self, raw: bytes, depth: int) -> bytes:
        if depth > _DEPTH:
            raise Refused("messages are nested too deeply")
        message = parse(raw)
        if message.truncated:
            raise Refused("the mail is beyond a limit of the parser")
        if message.source != raw:
            raise Refused("the mail as a whole is UTF-16")
        boundaries = self._boundaries(message)
        out: list[bytes] = []
        end = 0
        for part in sorted((part for part in message.parts if part.outer), key=lambda part: (part.start, part.index)):
            if part.start < end:
                continue  # lies within one that was written as a whole
            out.append(self._gap(raw[end : part.start], boundaries))
            out.append(self._header(raw[part.start : part.body_start], boundaries))
            end = part.body_start
            if part.is_leaf or self._is_encoded_message(part):
                out.append(self._leaf(part, raw[part.body_start : part.end], depth))
                end = part.end
        out.append(self._gap(raw[end:], boundaries))
        return b"".join(out)

    # -- structure -----------------------------------------------------------------------------------------------

    def _boundaries(self, message: Message) -> dict[bytes, bytes]:
        found: dict[bytes, bytes] = {}
        for part in message.parts:
            boundary = part.content_type.parameters.get("boundary", "")
            if boundary.isascii() and boundary:
                found[boundary.encode()] = self._inventions.text(boundary).encode()
        if len(set(found.values())) != len(found):
            raise Refused("two boundaries would become the same")
        return dict(sorted(found.items(), key=lambda item: -len(item[0])))

    def _gap(self, data: bytes, boundaries: dict[bytes, bytes]) -> bytes:
        """Delimiters, and what stands before the first and behind the last part."""
        lines = data.splitlines(keepends=True)
        for index, line in enumerate(lines):
            boundary = next((b for b in boundaries if line.startswith(b"--" + b)), None)
            if boundary is not None:
                lines[index] = b"--" + boundaries[boundary] + line[len(boundary) + 2 :]
            else:
                lines[index] = self._plain(line, None, "text between parts")
        return b"".join(lines)

    @staticmethod
    def _is_encoded_message(part: Part) -> bool:
        return part.content_type.value in _NESTED and part.transfer_encoding not in _IDENTITY

    # -- fields --------------------------------------------------------------------------------------------------

    def _header(self, block: bytes, boundaries: dict[bytes, bytes]) -> bytes:
        fields: list[bytes] = []
        for line in block.splitlines(keepends=True):
            if fields and line[:1] in (b" ", b"\t"):
                fields[-1] += line
            else:
                fields.append(line)
        return b"".join(self._field(field, boundaries) for field in fields)

    def _field(self, field: bytes, boundaries: dict[bytes, bytes]) -> bytes:
        match = _FIELD.match(field)
        if match is None:
            return self._plain(field, None, "a line of a header")
        name = match[0][:-1].strip().lower().decode("latin-1")
        if name in LEFT_AS_THEY_ARE:
            return field
        value = field[match.end() :]
        if name == "content-type":
            for boundary, made in boundaries.items():
                if boundary in value:
                    before, _, behind = value.partition(boundary)
                    return match[0] + self._value(before, name) + made + self._value(behind, name)
        return match[0] + self._value(value, name)

    def _value(self, value: bytes, name: str) -> bytes:
        codec = "ascii" if value.isascii() else "utf-8"
        try:
            text = value.decode(codec)
        except UnicodeDecodeError:
            raise Refused(f"the field {_printable(name)} holds bytes in a charset that nothing names") from None
        if "=?" in text:
            text = self._encoded_words(text, name)
        elif "*" in text and name in ("content-type", "content-disposition"):
            text = self._extended(text, name)
        elif name.startswith(OPAQUE):
            text = self._inventions.opaque(text)
        elif name.startswith(("content-type", "content-transfer")):
            text = self._parameters(text)
        else:
            text = self._inventions.text(text)
        return text.encode(codec)

    def _parameters(self, text: str) -> str:
        """The type and what says how to read it stay; names of files and of parts do not."""
        return _NAMING.sub(lambda match: match[1] + self._inventions.text(match[2]), text)

    def _extended(self, text: str, name: str) -> str:
        """RFC 2231: `filename*=utf-8''%E2...`."""
        if _CONTINUED.search(text):
            raise Refused(f"the field {_printable(name)} has a parameter in pieces (RFC 2231)")

        def anew(match: re.Match[str]) -> str:
            codec = self._codec(match[2], f"the field {_printable(name)}")
            try:
                value = unquote_to_bytes(match[4]).decode(codec)
                made = self._inventions.text(value).encode(codec)
            except UnicodeError:
                raise Refused(f"a parameter of the field {_printable(name)} is not in its charset") from None
            return f"{match[1]}*={match[2]}'{match[3]}'{quote(made, safe='')}"

        pieces: list[str] = []
        end = 0
        for match in _EXTENDED.finditer(text):
            before = text[end : match.start()]
            pieces.append(self._inventions.text(before) if end else self._parameters(before))
            pieces.append(anew(match))
            end = match.end()
        pieces.append(self._inventions.text(text[end:]) if end else self._parameters(text))
        return "".join(pieces)

    def _encoded_words(self, text: str, name: str) -> str:
        """RFC 2047. Words of one charset and encoding that follow one another are read and written as one text."""
        pieces: list[str] = []
        run: list[re.Match[str]] = []
        end = 0
        for match in _ENCODED.finditer(text):
            between = text[end : match.start()]
            same = run and (run[-1][1].lower(), run[-1][3].lower()) == (match[1].lower(), match[3].lower())
            if not (same and _BETWEEN.fullmatch(between)):
                pieces.append(self._run(run, name))
                pieces.append(self._inventions.text(between))
                run = []
            run.append(match)
            end = match.end()
        pieces.append(self._run(run, name))
        pieces.append(self._inventions.text(text[end:]))
        return "".join(pieces)

    def _run(self, run: list[re.Match[str]], name: str) -> str:
        if not run:
            return ""
        where = f"the field {_printable(name)}"
        label, encoding = run[0][1], run[0][3]
        codec = self._codec(label, where)
        data = b"".join(_word_bytes(word[3].lower(), word[4], where) for word in run)
        made = self._inventions.text(_decoded(data, codec, where))
        if made == _decoded(data, codec, where):
            return run[0].string[run[0].start() : run[-1].end()]
        separator = "\r\n " if "\r\n" in run[0].string else "\n "
        return separator.join(_words(made, codec, label, encoding, where))

    # -- bodies --------------------------------------------------------------------------------------------------

    def _leaf(self, part: Part, body: bytes, depth: int) -> bytes:
        kind = part.content_type.value
        where = f"a part of type {_printable(kind)}"
        encoding = part.transfer_encoding
        if not body.strip():
            return body
        if part.content_type.main not in ("text", "message"):
            self._emptied.append(_printable(kind))
            return _emptied(body, encoding)
        content = _content(body, encoding, where)
        if kind in _NESTED:
            made = self.mail(content, depth + 1)
        elif kind in _FIELDS:
            made = self._header(content, {})
        else:
            made = self._plain(content, part.content_type.parameters.get("charset"), where, html=kind == "text/html")
        return body if made == content else _written(made, body, encoding)

    def _plain(self, data: bytes, label: str | None, where: str, *, html: bool = False) -> bytes:
        if not label:
            label = "ascii" if data.isascii() and b"\x1b" not in data else "utf-8"
        codec = self._codec(label, where)
        text = _decoded(data, codec, where)
        made = self._html(text) if html else self._inventions.text(text)
        if made == text:
            return data
        try:
            return made.encode(codec, "xmlcharrefreplace" if html else "strict")
        except UnicodeEncodeError:
            raise Refused(f"{where} has letters for which its charset has no inventions") from None

    def _html(self, text: str) -> str:
        """Names may be written with references: `M&uuml;ller`, `&#64;`."""
        pieces: list[str] = []
        end = 0
        for match in _REFERENCES.finditer(text):
            pieces.append(self._inventions.text(text[end : match.start()]))
            plain = unescape(match[0])
            made = self._inventions.text(plain)
            pieces.append(match[0] if made == plain else escape(made))
            end = match.end()
        pieces.append(self._inventions.text(text[end:]))
        return "".join(pieces)

    @staticmethod
    def _codec(label: str, where: str) -> str:
        codec, wrong = codec_of(label)
        if codec is None or wrong is not None:
            raise Refused(f"{where} names a charset that is not known or not safe")
        # as the web reads the label, windows-1252 stands for Latin-1, but it leaves some bytes open
        return codec


#: what holds a character reference and looks like a name, an address or a host; no white space, no tag
_REFERENCES = re.compile(r"[\w.@+=-]{0,60}(?:&#?[A-Za-z0-9]{1,30};[\w.@+=-]{0,60}){1,60}")


def _decoded(data: bytes, codec: str, where: str) -> str:
    try:
        text = data.decode(codec)
        if text.encode(codec) == data:
            return text
    except (UnicodeError, LookupError):
        pass
    raise Refused(f"{where} is not in the charset that it names, or in none that can be told")


def _content(body: bytes, encoding: str, where: str) -> bytes:
    if encoding in _IDENTITY:
        return body
    if encoding == "base64":
        try:
            return b64decode(b"".join(body.split()), validate=True)
        except (binascii.Error, TypeError):
            raise Refused(f"{where} is no valid base64") from None
    if encoding == "quoted-printable":
        return binascii.a2b_qp(body)
    raise Refused(f"{where} has a transfer encoding that cannot be written back")


def _written(content: bytes, body: bytes, encoding: str) -> bytes:
    """The content encoded as the body was."""
    if encoding in _IDENTITY:
        return content
    end = b"\r\n" if b"\r\n" in body else b"\n"
    if encoding == "base64":
        wide = max(4, len(body.split(None, 1)[0]) // 4 * 4)
        text = b64encode(content)
        lines = end.join(text[at : at + wide] for at in range(0, len(text), wide))
        return lines + body[len(body.rstrip()) :]
    made = binascii.b2a_qp(content, istext=True)
    return made.replace(b"\r\n", b"\n").replace(b"\n", end)


def _emptied(body: bytes, encoding: str) -> bytes:
    """As many zeros; in base64 as many letters, in lines as before."""
    if encoding == "base64":
        padding = len(body) - len(body.replace(b"=", b""))
        letters = re.sub(rb"[A-Za-z0-9+/]", b"A", body)
        return letters if padding < 3 else letters.replace(b"=", b"A")
    return re.sub(rb"[^\r\n]", b"0", body)


def _word_bytes(encoding: str, payload: str, where: str) -> bytes:
    try:
        if encoding == "b":
            return b64decode(payload.encode("ascii"), validate=True)
        return binascii.a2b_qp(payload.encode("ascii"), header=True)
    except (binascii.Error, UnicodeError, TypeError):
        raise Refused(f"{where} has a damaged encoded word") from None


def _words(text: str, codec: str, label: str, encoding: str, where: str) -> list[str]:
    """Encoded words, each whole in itself (RFC 2047, section 5)."""
    found: list[str] = []
    piece = ""
    try:
        for letter in text:
            if piece and len((piece + letter).encode(codec)) > (_WORD_BYTES if encoding in "Bb" else _WORD_BYTES // 2):
                found.append(piece)
                piece = ""
            piece += letter
        found.append(piece)
        return [f"=?{label}?{encoding}?{_payload(piece.encode(codec), encoding)}?=" for piece in found]
    except UnicodeEncodeError:
        raise Refused(f"{where} has letters for which its charset has no inventions") from None


def _payload(data: bytes, encoding: str) -> str:
    if encoding in "Bb":
        return b64encode(data).decode("ascii")
    plain = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/"
    return "".join("_" if byte == 32 else chr(byte) if byte in plain else f"={byte:02X}" for byte in data)


def _printable(name: str) -> str:
    """A type or the name of a field; a stranger wrote it, so it is only said where it looks like one."""
    return name if re.fullmatch(r"[a-z0-9./+-]{1,60}", name) else "of an odd name"
