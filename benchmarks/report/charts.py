"""Pictures of HTML and inline SVG: bars, dots, lines and shaded tables.

Rules of this file: whatever is written comes through `text`, since names are those of a folder that somebody gave.
Colour is never the only sign: every bar has its number, every line a dash and a mark of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 360, 240, 52, 34, 10, 12
_DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 2", "1 4")
#: circle, square, triangle, diamond, cross, bar; of radius 1
_MARKS = (
    "M-1 0a1 1 0 1 0 2 0a1 1 0 1 0-2 0z", "M-.9-.9h1.8v1.8h-1.8z", "M0-1.1L1.1 .9H-1.1z", "M0-1.3L1.3 0L0 1.3L-1.3 0z",
    "M-1-1L1 1M-1 1L1-1", "M0-1.2V1.2",
)  # fmt: skip
_RADIUS = 3.6


def text(value: object) -> str:
    """Safe in a text and in an attribute; control characters, which XML forbids, become a sign."""
    return escape("".join(sign if sign >= " " or sign in "\t\n" else "\ufffd" for sign in str(value)))


def ratio_row(name: str, ratio: Mapping[str, float], words: str, note: str = "") -> str:
    """A bar from 1 to the right where we are faster, to the left and hatched where the peer is; a hundredfold at most."""
    at = _place(ratio["median"])
    left, width = min(at, 50.0), abs(at - 50)
    low, high = _place(ratio["low"]), _place(ratio["high"])
    kind = "win" if ratio["median"] >= 1 else "lose"
    return (
        f'<div class="row"><div class="name">{text(name)}{_small(note)}</div><div class="bar">'
        f'<i class="{kind}" style="left:{left:.2f}%;width:{max(width, 0.4):.2f}%"></i>'
        f'<i class="spread" style="left:{low:.2f}%;width:{max(high - low, 0.3):.2f}%"></i>'
        f'<i class="one" style="left:50%"></i></div><div class="value">{text(words)}</div></div>'
    )


def ratio_scale() -> str:
    signs = ("100× slower", "10×", "same", "10×", "100× faster")
    scale = "".join(f"<span>{sign}</span>" for sign in signs)
    return f'<div class="row"><div class="name"></div><div class="scale">{scale}</div><div class="value"></div></div>'


def _place(ratio: float) -> float:
    return min(100.0, max(0.0, 50 + 25 * math.log10(max(ratio, 1e-9))))


def bar_row(name: str, share: float, words: str, *, ours: bool = False, note: str = "") -> str:
    """A bar from nothing to all."""
    us = " us" if ours else ""
    return (
        f'<div class="row{us}"><div class="name">{text(name)}{_small(note)}</div><div class="bar">'
        f'<i style="left:0;width:{100 * min(1.0, max(0.0, share)):.2f}%"></i></div><div class="value">{text(words)}</div></div>'
    )


def dots_row(
    name: str, seconds: Mapping[str, float], killed: Sequence[str], limit: float, words: str, *, ours: bool = False
) -> str:
    """A dot for each family at the time that it took, from a tenth of a millisecond to the limit; crosses for the killed."""
    low, high = math.log10(1e-4), math.log10(limit)
    dots = []
    for family, spent in sorted(seconds.items(), key=lambda item: item[1]):
        at = 88 * (math.log10(max(spent, 1e-4)) - low) / (high - low) + 2
        dots.append(f'<i style="left:{min(at, 90):.1f}%" title="{text(family)}: {spent:.4g} s"></i>')
    if killed:
        dots.append(f'<b title="{text(", ".join(killed))}">✕ {len(killed)}</b>')
    us = " us" if ours else ""
    return (
        f'<div class="row{us}"><div class="name">{text(name)}</div><div class="dots">{"".join(dots)}</div>'
        f'<div class="value">{text(words)}</div></div>'
    )


def dots_scale(limit: float) -> str:
    marks = f"<span>0.1 ms</span><span>time, logarithmic</span><span>{limit:g} s ✕</span>"
    return f'<div class="row"><div class="name"></div><div class="scale">{marks}</div><div class="value"></div></div>'


def waffle(name: str, families: Mapping[str, tuple[int, int]], *, ours: bool = False) -> str:
    """A square for each family: full where all of its mails are right, half where some are, empty where none is."""
    counts = {"all": 0, "some": 0, "none": 0}
    squares = []
    for family, (right, total) in sorted(families.items()):
        kind = "all" if right == total else ("some" if right else "none")
        counts[kind] += 1
        squares.append(f'<i class="{kind}" title="{text(family)}: {right} of {total}"></i>')
    us = " us" if ours else ""
    told = f"{counts['all']} families all right, {counts['some']} in part, {counts['none']} not at all"
    return (
        f'<div class="families{us}"><div class="name">{text(name)}<span>{told}</span></div>'
        f'<div class="waffle" role="img" aria-label="{text(name)}: {told}">{"".join(squares)}</div></div>'
    )


def _small(note: str) -> str:
    return f"<br><small>{text(note)}</small>" if note else ""


def matrix(corner: str, columns: Sequence[str], rows: Mapping[str, Sequence[tuple[int, int] | None]]) -> str:
    """Right of total for each row and column, shaded by the share."""
    heads = "".join(f'<th scope="col">{text(column)}</th>' for column in columns)
    lines = []
    for name, cells in rows.items():
        lines.append(f'<tr><th scope="row">{text(name)}</th>{"".join(map(_cell, cells))}</tr>')
    return (
        f'<div class="scroll"><table><thead><tr><th scope="col">{text(corner)}</th>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _cell(counted: tuple[int, int] | None) -> str:
    if counted is None or not counted[1]:
        return '<td class="none">–</td>'
    right, total = counted
    shade = 0.04 + 0.36 * (right / total) ** 2
    return f'<td style="background:rgba(var(--good),{shade:.2f})">{right}/{total}<span class="pc">{right / total:.0%}</span></td>'


def table(heads: Sequence[str], rows: Sequence[Sequence[object]], *, words_from: int = 99) -> str:
    """A plain table; columns from `words_from` on hold words."""

    def attribute(index: int) -> str:
        return ' class="text"' if index >= words_from else ""

    head = "".join(f'<th scope="col"{attribute(i)}>{text(one)}</th>' for i, one in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{attribute(i)}>{text(cell)}</td>" for i, cell in enumerate(row)) + "</tr>" for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart; `note` stands beside its name in the legend."""

    name: str
    xs: Sequence[float]
    ys: Sequence[float]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis shows: its label, how a value is written, whether its steps are powers of ten."""

    label: str
    write: Callable[[float], str]
    logarithmic: bool = True

    def ticks(self, values: Sequence[float]) -> list[float]:
        low, high = min(values), max(values)
        if not self.logarithmic:
            step = _nice(high / 4 or 1)
            return [step * i for i in range(math.ceil(high / step) + 1)]
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        return [10.0**power for power in range(first, max(last, first + 1) + 1)]


def _nice(step: float) -> float:
    scale = 10.0 ** math.floor(math.log10(step))
    return next(scale * one for one in (1, 2, 2.5, 5, 10) if scale * one >= step)


def line_chart(name: str, x: Axis, y: Axis, lines: Sequence[Line]) -> str:
    """A figure with a legend; lines without points are in the legend only."""
    drawn = [line for line in lines if line.xs]
    if not drawn:
        return f'<figure class="card"><h3>{text(name)}</h3><p class="soft">Nobody finished.</p></figure>'
    xs = x.ticks([value for line in drawn for value in line.xs])
    ys = y.ticks([max(value, 1e-9) for line in drawn for value in line.ys])

    def across(value: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * _part(value, xs, x.logarithmic)

    def up(value: float) -> float:
        return _HEIGHT - _BOTTOM - (_HEIGHT - _BOTTOM - _TOP) * _part(value, ys, y.logarithmic)

    pieces = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"><title>{text(name)}: {text(y.label)} by {text(x.label)}</title>'
    ]
    for tick in ys:
        at = up(tick)
        pieces.append(f'<path class="grid" d="M{_LEFT} {at:.1f}H{_WIDTH - _RIGHT}"/>')
        pieces.append(
            f'<text x="{_LEFT - 5}" y="{at + (0 if tick == ys[0] else 4):.1f}" text-anchor="end">{text(y.write(tick))}</text>'
        )
    for tick in xs:
        at = across(tick)
        anchor, aside = ("start", -6) if tick == xs[0] else ("end", 8) if tick == xs[-1] else ("middle", 0)
        pieces.append(f'<path class="grid" d="M{at:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        pieces.append(
            f'<text x="{at + aside:.1f}" y="{_HEIGHT - _BOTTOM + 14}" text-anchor="{anchor}">'
            f"{text(x.write(tick))}</text>"
        )
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    pieces.append(f'<text x="{middle:.0f}" y="{_HEIGHT - 4}" text-anchor="middle">{text(x.label)}</text>')
    legend = []
    for number, line in enumerate(lines):
        points = [(across(a), up(max(b, 1e-9))) for a, b in zip(line.xs, line.ys, strict=True)]
        if points:
            path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)
            pieces.append(_stroke(number, path) + "".join(_mark(number, a, b) for a, b in points))
        sign = f'<svg viewBox="0 0 34 12" aria-hidden="true">{_stroke(number, "M1 6H33")}{_mark(number, 17, 6)}</svg>'
        legend.append(f"<li>{sign}<span>{text(line.name)}</span><span>{text(line.note)}</span></li>")
    pieces.append("</svg>")
    return (
        f'<figure class="card"><h3>{text(name)}</h3>{"".join(pieces)}<ul class="legend">{"".join(legend)}</ul></figure>'
    )


def _part(value: float, ticks: Sequence[float], logarithmic: bool) -> float:
    low, high = ticks[0], ticks[-1]
    if logarithmic:
        value, low, high = math.log10(value), math.log10(low), math.log10(high)
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _stroke(number: int, path: str) -> str:
    dash = _DASHES[number % len(_DASHES)]
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path class="line k{number % 6}" d="{path}"{dashed}/>'


def _mark(number: int, x: float, y: float) -> str:
    shape = _MARKS[number % len(_MARKS)]
    return (
        f'<path class="mark k{number % 6}" transform="translate({x:.1f} {y:.1f}) scale({_RADIUS})" '
        f'vector-effect="non-scaling-stroke" d="{shape}"/>'
    )
