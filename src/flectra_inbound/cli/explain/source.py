"""The bytes of a mail as numbered lines, with places marked in it and all that is far from them folded.

Rules of this file: no more than `BUDGET` characters of markup, whatever the mail; what is left out says so, with its size. Work
beyond one look for line feeds is for what is shown only. Bytes that are no UTF-8 are shown by their number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .markup import Html, el, join, text
from .places import Place

BUDGET = 600_000  #: characters of markup
_WHOLE = 12_000  #: bytes of a mail that is shown without folds
_WHOLE_LINES = 250
_AROUND = 4  #: lines shown before and after a place
_GAP = 12  #: lines that are not worth a fold
_STEP = 2_000  #: bytes looked at to find the next line end around a place
_FOLDED = 60_000  #: bytes in a fold
_FOLDED_LINES = 1_000
_LINE = 1_000  #: bytes of a line without places
_BESIDE = 200  #: bytes of a long line shown before and after the start of a place
_MARKED = 800  #: bytes of a place that are marked


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to mark: `#{anchor}` leads to it, and the link beside it leads back to `#{back}`."""

    anchor: str
    back: str
    label: str  #: of the link beside it, such as `3`
    name: str  #: what the link leads back to, such as `sign 3`
    place: Place


@dataclass(frozen=True, slots=True)
class _Window:
    """Whole lines."""

    start: int
    end: int
    folded: bool


class Source:
    """A mail's bytes, shown."""

    def __init__(
        self, raw: bytes, header_end: int, spots: Sequence[Spot], dull: Sequence[tuple[int, int]] = ()
    ) -> None:
        """`dull`: what nobody can read, such as base64, in order; it is folded in short mails too."""
        self._raw = raw
        self._dull = dull
        self._spots = sorted((_inside(spot, raw) for spot in spots), key=lambda s: (s.place.start, s.place.end))
        self._left = BUDGET
        self._begun: set[str] = set()
        self._header_end = min(header_end, len(raw), _WHOLE)

    def line_of(self, place: Place) -> int:
        """Its number, from 1."""
        return self._raw.count(b"\n", 0, place.start) + 1

    @property
    def marked(self) -> frozenset[str]:
        """The anchors that were shown."""
        return frozenset(self._begun)

    def show(self) -> Html:
        """All of it, as far as there is room."""
        out: list[Html] = []
        windows = self._windows()
        # what stands around places goes before what is folded
        shown = {window: self._lines(window) for window in windows if not window.folded}
        number, counted = 1, 0
        for window in windows:
            number += self._raw.count(b"\n", counted, window.start)
            counted = window.start
            if window.folded:
                out.append(self._fold(window, number))
            else:
                out.append(el("ol", *shown[window], class_="src", start=str(number)))
        return join(out)

    # -- what to show ----------------------------------------------------------------------------------------------

    def _windows(self) -> list[_Window]:
        """All of the mail in a row, folded and not in turn."""
        raw = self._raw
        size = len(raw)
        if size <= _WHOLE and raw.count(b"\n") <= _WHOLE_LINES:
            edges = [0, *(at for pair in self._dull for at in pair), size]
            open_ = [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if end > start]
        else:
            open_ = [(0, self._line_end(self._header_end))]
        for spot in self._spots:
            start, end = spot.place.start, min(spot.place.end, spot.place.start + _MARKED)
            for _ in range(_AROUND + 1):
                start = self._line_start(start)
                start = start - 1 if start > 0 else 0
            start = self._line_start(start)
            for _ in range(_AROUND + 1):
                end = self._line_end(end)
            open_.append((start, end))
        windows: list[_Window] = []
        at = 0
        for start, end in sorted(open_):
            if start > at:
                worth_it = raw.count(b"\n", at, start) > _GAP or start - at > _GAP * _STEP
                windows.append(_Window(at, start, worth_it))
            if end > at:
                windows.append(_Window(max(at, start), end, False))
                at = end
        if at < size:
            windows.append(_Window(at, size, raw.count(b"\n", at) > _GAP or size - at > _GAP * _STEP))
        return _joined(windows)

    def _line_start(self, at: int) -> int:
        """The start of the line that holds a byte; where that is far, a place within the line."""
        found = self._raw.rfind(b"\n", max(0, at - _STEP), at)
        return found + 1 if found >= 0 else max(0, at - _STEP)

    def _line_end(self, at: int) -> int:
        """Behind the end of the line that holds a byte; where that is far, a place within the line."""
        found = self._raw.find(b"\n", at, at + _STEP)
        return found + 1 if found >= 0 else min(len(self._raw), at + _STEP)

    def _fold(self, window: _Window, number: int) -> Html:
        raw = self._raw
        lines = raw.count(b"\n", window.start, window.end)
        size = window.end - window.start
        title = f"{_count(lines, 'line')}, {_count(size, 'byte')}: nothing marked"
        end = min(window.end, window.start + _FOLDED)
        body = list(self._lines(_Window(window.start, end, True), _FOLDED_LINES))
        return el(
            "details",
            el("summary", title, class_="fold"),
            el("ol", *body, class_="src", start=str(number)),
            *self._rest(window, end, len(body)),
        )

    def _rest(self, window: _Window, end: int, lines: int) -> Iterator[Html]:
        """What of a fold is not on the page."""
        at = window.start
        for _ in range(lines):
            at = self._raw.find(b"\n", at, end) + 1
            if at == 0:
                at = end
                break
        if window.end > at:
            yield el(
                "p", f"{_count(window.end - at, 'more byte')} not shown: the page would be too long.", class_="cut"
            )

    # -- lines -----------------------------------------------------------------------------------------------------

    def _lines(self, window: _Window, most: int = _WHOLE) -> list[Html]:
        found: list[Html] = []
        start = window.start
        while start < window.end and len(found) < most:
            if self._left <= 0:
                if not window.folded:
                    found.append(el("li", el("em", "The rest of this piece is not shown: the page would be too long.")))
                break
            end = self._raw.find(b"\n", start, window.end)
            end = window.end if end < 0 else end
            line = el("li", *self._line(start, end))
            self._left -= len(line.markup)
            found.append(line)
            start = end + 1
        return found

    def _line(self, start: int, end: int) -> Iterator[Html]:
        """One line; of a long one its start and what is near to places."""
        if end > start and self._raw[end - 1] == 13:  # CR
            end -= 1
        spots = [s for s in self._spots if s.place.start <= end and s.place.end > start]
        kept = [(start, self._whole(min(end, start + _LINE)))]
        for spot in spots:
            first = max(start, spot.place.start)
            kept.append((self._whole(max(start, first - _BESIDE)), self._whole(min(end, first + _MARKED + _BESIDE))))
        at = start
        for first, last in sorted(kept):
            if first > at:
                yield self._left_out(first - at)
            first = max(first, at)
            if last > first:
                yield from self._piece(first, last, spots)
                at = last
        if end > at:
            yield self._left_out(end - at)

    def _whole(self, at: int) -> int:
        """Not within a character of UTF-8 (RFC 3629, section 3)."""
        for back in range(min(4, at)):
            if at >= len(self._raw) or self._raw[at - back] & 0xC0 != 0x80:
                return at - back
        return at

    def _left_out(self, size: int) -> Html:
        return el("em", f" … {_count(size, 'byte')} of this line not shown … ")

    def _piece(self, start: int, end: int, spots: Sequence[Spot]) -> Iterator[Html]:
        """A row of bytes, the marked ones marked."""
        cuts = {start, end}
        for spot in spots:
            cuts.update(at for at in (spot.place.start, spot.place.end) if start < at < end)
        edges = sorted(cuts)
        for first, last in pairwise(edges):
            over = [s for s in spots if s.place.start <= first and s.place.end >= last]
            words = text(self._raw[first:last].decode("utf-8", "surrogateescape"))
            if not over:
                yield words
                continue
            new = [s for s in over if s.anchor not in self._begun]
            self._begun.update(s.anchor for s in new)
            yield from (el("span", id=s.anchor) for s in new[1:])
            yield el("mark", words, id=new[0].anchor if new else None)
            for spot in over:
                if spot.place.end == last:
                    yield el("a", spot.label, href=f"#{spot.back}", class_="back", aria_label=f"back to {spot.name}")


def _inside(spot: Spot, raw: bytes) -> Spot:
    """A place within the bytes that is not empty: a field without a value is marked by its name. Long ones are cut."""
    start = min(max(0, spot.place.start), len(raw))
    end = min(max(start, spot.place.end), len(raw), start + _MARKED)
    while end > start and raw[end - 1] in b"\r\n":
        end -= 1
    while start < end and raw[start] in b" \t\r\n":
        start += 1
    if start == end:
        start = max(raw.rfind(b"\n", max(0, end - _BESIDE), end) + 1, end - _BESIDE, 0)
    return Spot(spot.anchor, spot.back, spot.label, spot.name, Place(start, end))


def _joined(windows: Sequence[_Window]) -> list[_Window]:
    """Neighbours of a kind as one."""
    found: list[_Window] = []
    for window in windows:
        if found and found[-1].folded == window.folded:
            found[-1] = _Window(found[-1].start, window.end, window.folded)
        else:
            found.append(window)
    return found


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
