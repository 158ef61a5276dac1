"""From originals to inventions: the same for the same, of the same form, and never back.

Rules of this file: text in, text out. An invention has the length and the kinds of letters of its original as far as the format
allows, so that lines keep their length and text its charset.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import blake2b

from .known import FILES, MACHINES, PROVIDERS, RESERVED, ROLES, TOP_LEVEL

_LABEL = r"[^\W_](?:[\w-]{0,62})"
_HOST = rf"(?:{_LABEL}\.){{1,10}}[^\W\d_]{{2,24}}"
_OCTET = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_LOCAL = r"\"[^\"\s@]{1,64}\"|[^\s<>()\[\]\"',:;@%\\]{1,200}"
#: In the order in which they are tried at one place.
_FINDERS = (
    ("date", r"\b(?:19|20)\d\d-[01]\d-[0-3]\d(?:T[\d:.]{5,16}Z?)?\b|\b\d\d:\d\d(?::\d\d)?\b"),
    ("day", r"\b[0-3]?\d[./-][01]?\d[./-](?:19|20)?\d\d\b"),
    ("address", rf"(?:{_LOCAL})(?:@|%40)(?:{_HOST}|\[?(?:{_OCTET}\.){{3}}{_OCTET}\]?|[\w.-]{{1,200}})"),
    ("code", r"\b[245]\.\d{1,3}\.\d{1,3}\b"),
    ("ipv4", rf"\b(?:{_OCTET}[.-]){{3}}{_OCTET}\b"),
    ("ipv6", r"(?:\b[0-9A-Fa-f]{1,4}:){3,7}(?::?[0-9A-Fa-f]{1,4}){1,5}\b|\b(?:[0-9A-Fa-f]{1,4}:){1,6}:[0-9A-Fa-f:]{1,30}"),
    ("host", rf"\b{_HOST}"),
    ("phone", r"(?:\+|\(\+?|\b0)\d[\d ()./-]{5,24}\d\b"),
    ("id", r"\b\w[\w-]{5,}={0,2}"),
)  # fmt: skip
_FIND = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _FINDERS))
_RUN = re.compile(r"[A-Za-z0-9]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_CAPITAL = re.compile("[A-Z]")
_PIECE = re.compile(r"[^\W\d_]+|\d+")

_NETS = ("192.0.2", "198.51.100", "203.0.113")  #: RFC 5737: they are nobody's
#: words of standards that look like ids
_STANDARD = re.compile(
    r"rfc\d{3,4}|e?smtps?a?|lmtp|utf\d{1,2}|utf8e?smtps?a?|sha\d{1,3}|aes\d{0,3}|tlsv?\d{0,2}|x\d{3}|iso\d{4,5}|cp\d{3,4}|base64|"
    r"ipv[46]|md5|rsa|ecdhe?|ecdsa|x25519|gcm|win(?:dows)?\d{0,4}|text2html|html[45]|h[1-6]|ed25519|bd5|koi8|big5|gb\d{4,5}|cve",
    re.IGNORECASE,
)
_CONSONANTS, _VOWELS = "bdfgklmnprstvz", "aeiou"
#: script by its first and last letter -> letters that all charsets of the script have
_SCRIPTS = (
    ("\u0370", "\u03ff", "αβγδεζηθικλμνξοπρστυφχψω"),
    ("\u0400", "\u052f", "абвгдежзиклмнопрстуфхц"),
    ("\u0590", "\u05ff", "אבגדהוזחטיכלמנסעפצקרשת"),
    ("\u0600", "\u06ff", "ابتثجحدرزسشصعفقكلمنهوي"),
    ("\u0900", "\u097f", "कखगचजटडतदनपबमयरलवसह"),
    ("\u0e00", "\u0e7f", "กขคงจชดตทนบปผพมยรลวสห"),
    ("\u3040", "\u309f", "あいうえおかきくけこさしすせそたちつてとなにのはひふほまみむめもやゆよらりるれろ"),
    ("\u30a0", "\u30ff", "アイウエオカキクケコサシスセソタチツテトナニノハヒフホマミムメモヤユヨラリルレロ"),
    ("\u3400", "\u9fff", "山川田中林木水月日石金土大小文本王上下左右天北南西"),
    ("\uac00", "\ud7a3", "가나다라마바사아자차하고노도로모보소오조"),
)


class Inventions:
    """What became of each original. `names`: words that stand for people and companies, lower-case."""

    def __init__(self, key: bytes, names: frozenset[str], common: frozenset[str], people: frozenset[str]) -> None:
        self._key = key
        self._made: dict[tuple[str, str], str] = {}
        self._taken: set[str] = set()
        self.originals: dict[str, set[str]] = {}  #: kind -> what was replaced, for `verify`
        self._names = names
        #: longer ones also within words; those that are common words only where they begin with a capital
        inside = sorted((n for n in names if (len(n) >= 4 and n not in common) or _dense(n)), key=len, reverse=True)
        self._inside = re.compile("|".join(map(re.escape, inside)), re.IGNORECASE) if inside else None
        self._short = names.difference(inside)
        self._common = common
        self._people = people  #: whole addresses

    def text(self, text: str) -> str:
        """A text with inventions in place of everything that identifies somebody."""
        pieces: list[str] = []
        end = 0
        for match in _FIND.finditer(text):
            pieces.append(self._words(text[end : match.start()]))
            pieces.append(self._found(match.lastgroup or "", match[0]))
            end = match.end()
        pieces.append(self._words(text[end:]))
        return "".join(pieces)

    def opaque(self, text: str) -> str:
        """A signature or mark, every longer piece of which is changed; addresses and hosts in it as elsewhere."""
        return _RUN.sub(lambda match: self._scrambled(match[0]) if len(match[0]) > 7 else match[0], self.text(text))

    # -- one thing -----------------------------------------------------------------------------------------------

    def _found(self, kind: str, original: str) -> str:
        if kind in ("date", "day", "code"):
            return original
        make: dict[str, Callable[[str], str]] = {
            "address": self._address,
            "ipv4": self._ipv4,
            "ipv6": self._ipv6,
            "host": self._host,
            "phone": self._phone,
            "id": self._id,
        }
        return make[kind](original)

    def _address(self, original: str) -> str:
        at = "@" if "@" in original else "%40"
        local, _, domain = original.rpartition(at)
        bare = domain.rstrip(".").lower()
        runs = {run.lower() for run in _PIECE.findall(local) if not run.isdigit()}
        if runs <= ROLES and base_of(bare) in PROVIDERS:
            return original  # the sender of a system
        is_id = looks_like_id(local) and original.lower() not in self._people
        made = self._marked(local) if is_id else _PIECE.sub(lambda match: self._local_piece(match[0]), local)
        host = self._mapped_host(domain, keep_providers=False) if "." in domain else self._words(domain)
        if made.lower() != local.lower():
            self._note("address", original.replace("%40", "@"))
        return f"{made}{at}{host}"

    def _local_piece(self, piece: str) -> str:
        """Piece by piece, so that return paths of a scheme keep their signs; an address within one is changed as well."""
        if piece.isdigit():
            return self._digits(piece) if len(piece) > 2 else piece
        return piece if piece.lower() in ROLES else self._name(piece)

    def _marked(self, original: str) -> str:
        """What a program numbered: words stay where they are nobody's name."""
        return _RUN.sub(lambda match: self._mark(match[0]), original)

    def _mark(self, run: str) -> str:
        return self._scrambled(run) if _is_id(run) or (run.isdigit() and len(run) > 2) else self._words(run)

    def _host(self, original: str) -> str:
        bare = original.rstrip(".")
        ending = bare.rpartition(".")[2]
        plain = ending.lower()
        if plain in FILES or not (len(plain) == 2 or plain in TOP_LEVEL or plain.startswith("xn--")):
            return self._words(original)
        if ending != plain and not bare.isupper():  # "delivered.Please": a blank is missing
            return self._words(original)
        return self._mapped_host(original, keep_providers=True)

    def _mapped_host(self, original: str, *, keep_providers: bool) -> str:
        dot = "." if original.endswith(".") else ""
        bare = original.removesuffix(".")
        lower = bare.lower()
        if any(lower == known or lower.endswith(f".{known}") for known in RESERVED):
            return self._words(original)
        base = base_of(lower)
        below = bare[: len(bare) - len(base)]
        if base in PROVIDERS and keep_providers:
            first = lower.split(".")[0] if "protection" in lower else ""  # kunde-de.mail.protection.outlook.com
            made = _RUN.sub(lambda m: self._number(m[0], tenant=m.end() <= len(first)), below)
            return made + bare[len(below) :] + dot
        if base not in PROVIDERS:
            self._note("host", lower)
        core = self._cased(bare[len(below) :].split(".")[0], self._core(base))
        labels = re.sub(r"[^\W_]+", lambda match: self._machine(match[0]), below)
        return f"{labels}{core}.{'EXAMPLE' if bare.isupper() else 'example'}{dot}"

    def _core(self, base: str) -> str:
        """A company's domain is its name: both become the same word; two domains never become the same."""
        if ("core", base) not in self._made:
            word = self._name(_PIECE.sub(lambda m: m[0], base.split(".")[0])).lower()
            made = re.sub(r"[^a-z0-9-]", "x", word)
            number = 2
            while made in self._cores():
                made = f"{made.rstrip('0123456789')}{number}"
                number += 1
            self._made[("core", base)] = made
        return self._made[("core", base)]

    def _cores(self) -> set[str]:
        return {made for (kind, _), made in self._made.items() if kind == "core"}

    def _machine(self, run: str) -> str:
        word = run.rstrip("0123456789")
        if word.lower() in MACHINES and len(run) - len(word) < 3:
            return run
        return self._scrambled(run)

    def _number(self, run: str, *, tenant: bool) -> str:
        """A machine of a provider: `mail-wr1-f53`, where only what numbers it changes; or the name of a customer."""
        if run.isalpha() and (run.lower() in self._names or (tenant and len(run) > 3)):
            return self._name(run)
        return self._digits(run) if run.isdigit() and len(run) > 1 else self._scrambled(run) if len(run) > 9 else run

    def _ipv4(self, original: str) -> str:
        numbers = re.split(r"[.-]", original)
        if numbers[0] in ("127", "0", "255") or ".".join(numbers[:3]) in _NETS:
            return original
        sign = "-" if "-" in original else "."
        key = ".".join(numbers)
        if ("ip", key) not in self._made:
            self._note("ip", key)
            count = sum(kind == "ip" for kind, _ in self._made)
            self._made[("ip", key)] = f"{_NETS[count // 250 % 3]}.{count % 250 + 1}"
        return self._made[("ip", key)].replace(".", sign)

    def _ipv6(self, original: str) -> str:
        if original.lower() in ("::1", "::") or original.lower().startswith("2001:db8"):
            return original
        if ("ip", original.lower()) not in self._made:
            self._note("ip", original.lower())
            count = sum(kind == "ip" for kind, _ in self._made)
            self._made[("ip", original.lower())] = f"2001:db8::{count + 1:x}"  # RFC 3849
        return self._made[("ip", original.lower())]

    def _phone(self, original: str) -> str:
        if sum(map(str.isdigit, original)) < 7:
            return self._words(original)
        self._note("phone", "".join(filter(str.isdigit, original)))
        head = 2 if original[0] in "+(0" else 0  # the sign and the first digit: a country or a trunk code
        return original[:head] + re.sub(r"\d+", lambda match: self._digits(match[0]), original[head:])

    def _id(self, original: str) -> str:
        """A token that no language has: letters and digits mixed, many digits, or letters of mixed case."""
        if not original.isascii():
            return self._words(original)
        digits = sum(map(str.isdigit, original))
        letters = sum(map(str.isalpha, original))
        if letters or digits < 6:
            made = _RUN.sub(lambda m: self._scrambled(m[0]) if _is_id(m[0]) else self._words(m[0]), original)
        else:
            made = self._marked(original)
        if len(original) >= 8 and any(map(_is_id, _RUN.findall(original))):
            self._note("id", original)
        return made

    # -- words ---------------------------------------------------------------------------------------------------

    def _words(self, text: str) -> str:
        if self._inside is not None:
            text = self._inside.sub(lambda match: self._name(match[0]), text)
        return _LETTERS.sub(self._short_name, text) if self._short else text

    def _short_name(self, match: re.Match[str]) -> str:
        word = match[0]
        lower = word.lower()
        if lower not in self._short or (lower in self._common and word != word.title()):
            return word
        return self._name(word)

    def _name(self, original: str) -> str:
        lower = original.lower()
        if ("name", lower) not in self._made:
            self._note("name", lower)
            self._made[("name", lower)] = self._unique(lower, self._spoken)
        return self._cased(original, self._made[("name", lower)])

    def _spoken(self, lower: str, salt: int) -> str:
        """A word that can be spoken, letter by letter of the same script."""
        bits = self._bits("name", lower, salt, len(lower))
        letters: list[str] = []
        vowel = bits[0] % 2 == 0
        for letter, bit in zip(lower, bits):
            if letter.isascii() and letter.isalpha():
                letters.append(_VOWELS[bit % 5] if vowel else _CONSONANTS[bit % len(_CONSONANTS)])
            elif letter.isdigit():
                letters.append(str(bit % 10))
            else:
                script = next((s for first, last, s in _SCRIPTS if first <= letter <= last), letter)
                letters.append(script[bit % len(script)])
            vowel = not vowel
        return "".join(letters)

    def _scrambled(self, original: str) -> str:
        """Digits for digits, letters for letters, hexadecimal for hexadecimal."""
        if ("id", original) not in self._made:
            self._made[("id", original)] = self._unique(original, self._of_form)
        return self._made[("id", original)]

    def _of_form(self, original: str, salt: int) -> str:
        hexadecimal = re.fullmatch(r"[0-9a-f]+|[0-9A-F]+", original) is not None
        found: list[str] = []
        for letter, bit in zip(original, self._bits("id", original, salt, len(original))):
            if letter.isdigit():
                found.append(str(bit % 10))
            elif letter.isascii() and letter.isalpha():
                made = "abcdef"[bit % 6] if hexadecimal else "abcdefghijklmnopqrstuvwxyz"[bit % 26]
                found.append(made.upper() if letter.isupper() else made)
            else:
                found.append(letter)
        return "".join(found)

    def _digits(self, original: str) -> str:
        return self._scrambled(original)

    def _unique(self, original: str, make: Callable[[str, int], str]) -> str:
        for salt in range(64):
            made = make(original, salt)
            if made not in self._taken and made.lower() != original.lower() and made.lower() not in self._names:
                break
        self._taken.add(made)
        return made

    def _bits(self, kind: str, original: str, salt: int, size: int) -> bytes:
        bits = b""
        while len(bits) < max(size, 1):
            bits += blake2b(f"{kind} {salt} {len(bits)} {original}".encode(), key=self._key).digest()
        return bits

    @staticmethod
    def _cased(original: str, made: str) -> str:
        if original.isupper() and len(original) > 1:
            return made.upper()
        return made[:1].upper() + made[1:] if original[:1].isupper() else made

    def _note(self, kind: str, original: str) -> None:
        self.originals.setdefault(kind, set()).add(original)


def looks_like_id(local: str) -> bool:
    """Whether what stands before an `@` was made by a program and is no return path that holds an address."""
    return "=" not in local and (sum(map(str.isdigit, local)) >= 5 or any(map(_is_id, _RUN.findall(local))))


def _is_id(run: str) -> bool:
    if _STANDARD.fullmatch(run):
        return False
    digits = sum(map(str.isdigit, run))
    if digits:
        return digits >= 5 or (digits < len(run) and len(run) >= 5)
    words = len(_CAPITAL.findall(run))  # `notificationType` has two, a random one of this length more
    return len(run) >= 12 and 0 < words < len(run) and words * 4 > len(run)


def base_of(host: str) -> str:
    """The part that somebody registered: two labels, or three below `co.uk` and its like."""
    labels = host.split(".")
    short = (
        len(labels) > 2
        and len(labels[-1]) == 2
        and labels[-2] in ("co", "com", "ac", "or", "ne", "org", "net", "gov", "edu")
    )
    return ".".join(labels[-3:] if short else labels[-2:])


def _dense(name: str) -> bool:
    """Whether a name is of a script without blanks between words, where it stands within other letters."""
    return len(name) >= 2 and all(letter >= "\u2e80" or "\u0e00" <= letter <= "\u0eff" for letter in name)
