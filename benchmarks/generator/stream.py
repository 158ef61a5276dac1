"""Generated mail by number: `Generator(seed=7).mails(1_000_000)`."""

from __future__ import annotations

import base64
import hashlib
from bisect import bisect
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from benchmarks.cases import CORPUS, read_cases

from .draw import ALNUM, moment, numbers, token
from .formats import Format, compile_format

#: parts of the stream by kind: what a gateway of a company may see
DEFAULT_KINDS: Mapping[str, float] = {
    "message": 68, "bounce": 16, "auto_reply": 9, "delay": 1.5, "delivered": 0.5, "complaint": 1, "receipt": 1,
    "challenge": 0.5, "unsubscribe": 0.5, "malformed": 2,
}  # fmt: skip
#: parts by language, of the kinds that have formats in it; `*` is any language
DEFAULT_LANGUAGES: Mapping[str, float] = {
    "en": 45, "de": 15, "fr": 8, "es": 7, "it": 4, "pt": 4, "nl": 3, "pl": 3, "ru": 2, "ja": 2, "zh": 2, "*": 5,
}  # fmt: skip
ATTACHED = 0.1  #: part of the messages that carry a file
#: parts of these by bytes of the file; about 70 KB on average
SIZES: Mapping[int, float] = {2_000: 20, 10_000: 30, 40_000: 30, 150_000: 15, 600_000: 5}
#: parts of the mails by sentences added to their text
SENTENCES: Mapping[int, float] = {0: 40, 2: 25, 5: 20, 12: 10, 40: 4, 200: 1}

T = TypeVar("T")
_LINE = 57  #: bytes of a file in a line of base64
_POOL = 1 << 20  #: bytes of noise that files are cut from
_SCALE = 1 << 32


class Generated(NamedTuple):
    """A mail, and the truth about it."""

    raw: bytes
    number: int
    format: str  #: name of the corpus case that it was made from
    kind: str
    language: str
    failed: tuple[str, ...]  #: addresses whose delivery failed


class _Chance(Generic[T]):
    """Picks a key by its part of the whole, from a number of 32 bits."""

    def __init__(self, parts: Mapping[T, float]) -> None:
        kept = [(key, part) for key, part in parts.items() if part > 0]
        if not kept or any(part < 0 for part in parts.values()):
            raise ValueError(f"no parts of a mix: {dict(parts)}")
        self._keys = [key for key, _ in kept]
        total = sum(part for _, part in kept)
        self._edges = [int(edge / total * _SCALE) for edge in accumulate(part for _, part in kept)][:-1]

    def pick(self, number: int) -> T:
        return self._keys[bisect(self._edges, number)]


class Generator:
    """Makes mail number i of a seed; the same bytes wherever and whenever it is asked for."""

    def __init__(
        self,
        seed: int = 0,
        *,
        kinds: Mapping[str, float] = DEFAULT_KINDS,
        languages: Mapping[str, float] = DEFAULT_LANGUAGES,
        attached: float = ATTACHED,
        sizes: Mapping[int, float] = SIZES,
        corpus: Path = CORPUS,
    ) -> None:
        if not 0 <= attached <= 1:
            raise ValueError(f"a part is between 0 and 1, not {attached}")
        self.seed = seed
        self._attached = int(attached * _SCALE)
        self.formats = formats(corpus)
        self._by_group: dict[str, list[Format]] = {}
        self._by_language: dict[tuple[str, str], list[Format]] = {}
        for one in self.formats:
            self._by_group.setdefault(one.group, []).append(one)
            self._by_language.setdefault((one.group, one.language), []).append(one)
        unknown = sorted(set(kinds) - set(self._by_group))
        if unknown:
            raise ValueError(f"the corpus has no mails of: {', '.join(unknown)}")
        self._kinds, self._languages = _Chance(dict(kinds)), _Chance(dict(languages))
        self._sizes, self._sentences = _Chance(dict(sizes)), _Chance(dict(SENTENCES))
        self._key = f"flectra-inbound/{seed}/".encode()
        pool = hashlib.shake_128(self._key).digest(_POOL * 3 // 4)
        self._pool = {eol: base64.encodebytes(pool).replace(b"\n", eol) for eol in (b"\n", b"\r\n")}

    @property
    def digest(self) -> str:
        """Names the formats: streams of one seed are the same where this is the same."""
        names = "\n".join(f"{one.name} {one.plain.text!r}" for one in self.formats)
        return hashlib.sha256(names.encode()).hexdigest()[:16]

    def mails(self, n: int, *, start: int = 0) -> Iterator[Generated]:
        """Numbers `start` to `start + n - 1`."""
        for index in range(start, start + n):
            yield self.mail(index)

    def mail(self, index: int) -> Generated:
        draw = numbers(self._key + b"%d" % index)
        return self._made(self._format(next(draw), next(draw), next(draw)), index, draw)

    def made_of(self, one: Format, index: int) -> Generated:
        """Mail number `index`, of this format whatever the mix."""
        return self._made(one, index, numbers(self._key + b"%d" % index))

    def _made(self, one: Format, index: int, draw: Iterator[int]) -> Generated:
        values = one.values(draw, index, moment(next(draw)))
        template = one.plain
        data = b""
        if one.attached is not None and next(draw) < self._attached:
            template = one.attached
            data = self._file(self._sizes.pick(next(draw)), next(draw), one.eol)
        values.append(token(next(draw), 24, ALNUM, index))
        values.append(self._text(one, draw))
        values.append(data)
        failed = tuple([address.fill(values).decode() for address in one.failed]) if one.failed else ()
        return Generated(template.fill(values), index, one.name, one.kind, one.language, failed)

    def _format(self, by_kind: int, by_language: int, by_format: int) -> Format:
        group = self._kinds.pick(by_kind)
        found = self._by_language.get((group, self._languages.pick(by_language))) or self._by_group[group]
        return found[by_format % len(found)]

    def _text(self, one: Format, draw: Iterator[int]) -> bytes:
        sentences = one.sentences
        if not sentences:
            return b""
        count = self._sentences.pick(next(draw))
        if not count:
            return b""
        first = next(draw)
        text = [sentences[(first + i * 5) % len(sentences)] for i in range(count)]
        return one.eol.join(text) + one.eol * 2

    def _file(self, size: int, number: int, eol: bytes) -> bytes:
        """Base64 lines of noise, cut at a line from a ring."""
        pool = self._pool[eol]
        width = 76 + len(eol)
        lines = max(1, (size + size * (number >> 24) // 512) // _LINE)
        start = number % (len(pool) // width - 1) * width
        cut = pool[start : start + lines * width]
        while len(cut) < lines * width:
            cut += pool[: lines * width - len(cut)]
        return cut


@lru_cache(maxsize=4)  # reading a corpus takes seconds
def formats(corpus: Path = CORPUS) -> tuple[Format, ...]:
    """All labelled mails of a folder as formats, sorted by name."""
    return tuple(
        compile_format(
            case.raw, name=case.name, kind=str(case.label.kind), language=case.language, failed=case.label.failed or ()
        )
        for case in read_cases([corpus])
        if case.label is not None
    )
