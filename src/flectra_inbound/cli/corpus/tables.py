"""Lays out what the corpus commands found, for people.

Rules of this file: every string of a mail, a label or a path goes through `safe`. A table is as wide as the terminal; in a
pipe it is as wide as it needs to be, so that nothing is cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import IO

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..safe import safe, safe_lines
from .cases import Fault
from .compare import Difference
from .facts import Facts
from .index import counted
from .matrix import Matrix

_LISTED = 12  #: values of a dimension that stand in the table of numbers
_VALUE = 600  #: characters of one value that are shown
_MANY = 16  #: columns of a matrix that fit beside one another
_PIPE = 160  #: columns of a table with long values in a pipe


def console(stream: IO[str]) -> Console:
    """A console that reads no markup; wide in a pipe."""
    made = Console(file=stream, highlight=False, markup=False, emoji=False)
    return made if made.is_terminal else Console(file=stream, highlight=False, markup=False, emoji=False, width=_PIPE)


def show_faults(to: Console, faults: Sequence[Fault]) -> None:
    """One line a fault, grouped by the check that found it."""
    for fault in faults:
        line = Text.assemble(
            (safe(fault.check), "bold red"), " ", safe(fault.where), "  ", (safe(fault.what, _VALUE), "dim")
        )
        to.print(line, soft_wrap=True)


def show_differences(to: Console, name: str, found: Sequence[Difference]) -> None:
    """What the label says and what the library says, side by side."""
    table = _table("field", "the label says", "the library says")
    for each in found:
        table.add_row(Text(safe(each.field), style="bold"), _value(each.wanted, "green"), _value(each.got, "red"))
    to.print(Text(f"\n{safe(name)}", style="bold"))
    to.print(table)


def show_scores(to: Console, scores: Mapping[str, tuple[int, int, int]]) -> None:
    """Folder -> mails, right, known to fail."""
    table = _table("folder", "mails", "right", "", "known to fail", right=(1, 2, 3, 4))
    rows = {**scores, "all": tuple(map(sum, zip(*scores.values()))) or (0, 0, 0)}
    for name, (mails, right, known) in rows.items():
        share = f"{right / mails:.1%}" if mails else "-"
        style = "bold" if name == "all" else ""
        table.add_row(
            *(Text(cell, style=style) for cell in (safe(name), str(mails), str(right), share, str(known or "")))
        )
    to.print(table)


def show_numbers(to: Console, facts: Sequence[Facts]) -> None:
    """How many mails have what."""
    table = _table("", "different", "mails with it, most first")
    for dimension, counts in counted(facts).items():
        told = ", ".join(f"{safe(name)} {number}" for name, number in counts.most_common(_LISTED))
        more = f", and {len(counts) - _LISTED} more" if len(counts) > _LISTED else ""
        table.add_row(Text(dimension, style="bold"), Text(str(len(counts))), Text(told + more))
    sizes = sorted(each.bytes for each in facts)
    if sizes:
        middle = sizes[len(sizes) // 2]
        table.add_row(
            Text("bytes", style="bold"),
            Text(f"{sum(sizes):,}"),
            Text(f"smallest {sizes[0]:,}, middle {middle:,}, largest {sizes[-1]:,}"),
        )
    to.print(f"{len(facts)} labelled mails, {sum(each.fails for each in facts)} of them known to fail")
    to.print(table)


def show_matrix(to: Console, matrix: Matrix, *, holes: bool) -> None:
    """A row a line; a dot is a hole. Of many columns and few rows the columns become the lines."""
    if holes:
        for name, missing in matrix.holes.items():
            to.print(
                Text.assemble((safe(name), "bold"), f" ({len(missing)}) ", safe(", ".join(missing) or "none", 4000))
            )
    else:
        _grid(to, matrix)
    empty = sum(map(len, matrix.holes.values()))
    to.print(Text(f"{matrix.title}: {empty} of {matrix.fields} fields are empty (.)", style="dim"))


def _grid(to: Console, matrix: Matrix) -> None:
    total = {column: matrix.total(column) for column in matrix.columns}
    rows, columns = {**matrix.rows, "all": total}, list(matrix.columns)
    if len(columns) > _MANY > len(rows):
        columns, rows = (
            list(rows),
            {column: {name: row.get(column, 0) for name, row in rows.items()} for column in columns},
        )
    wide = max(len(safe(name)) for name in rows)
    heads = [safe(column).split(" ") for column in columns]
    cells = [max(3, *map(len, head)) for head in heads]
    for line in range(max(map(len, heads), default=0)):
        words = [f" {head[line] if line < len(head) else '':>{cell}}" for head, cell in zip(heads, cells)]
        to.print(Text(" " * wide + "".join(words), style="bold"), soft_wrap=True)
    for name, row in rows.items():
        shown = Text(f"{safe(name):<{wide}}", style="bold")
        for column, cell in zip(columns, cells):
            count = row.get(column, 0)
            shown.append(f" {count or '.':>{cell}}", style="" if count else "red")
        to.print(shown, soft_wrap=True)


def _table(*heads: str, right: tuple[int, ...] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for index, head in enumerate(heads):
        table.add_column(head, justify="right" if index in right else "left", overflow="fold")
    return table


def _value(value: object, style: str) -> Text:
    if isinstance(value, tuple | list):
        lines = [safe(str(item), _VALUE) for item in value] or ["(none)"]
    elif value is None:
        lines = ["(nothing)"]
    else:
        lines = safe_lines(str(value)[:_VALUE]) or ["(empty)"]
    return Text("\n".join(lines), style=style)
