"""`flectra-inbound corpus`: the commands on folders of labelled mails, and their options.

Rules of this file: results go to standard output, everything about the run to standard error. Exit codes: 0 fine, 1 a fault,
a difference or a refusal, 2 usage. What a command needs is imported when it runs.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(
    help="Work with folders of labelled mails: check, count, score, export, and add to them.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
)

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="[FOLDER]", exists=True, file_okay=False, help="Mails (*.eml), each beside its label (*.toml)."
    ),
]
_OURS = Path("corpus")
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON instead of a table.")]


@contextmanager
def _bar(word: str, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True, highlight=False, markup=False, emoji=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(word, total=total)
        yield lambda: progress.advance(task)


def _mails(folder: Path) -> int:
    return sum(1 for _ in folder.rglob("*.eml"))


@app.command()
def check(
    folder: Folder = _OURS,
    write: Annotated[
        bool, typer.Option("--write", help="Write the index, the schema of labels and the numbers in the readme.")
    ] = False,
    rules: Annotated[
        bool | None,
        typer.Option(
            help="Say which rules of the library no case exercises; without the option, where a list of exceptions "
            "(unexercised.toml) lies in the folder.",
            show_default=False,
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong: labels, orphans, copies, near copies, notes that repeat others, rules without a case, a stale index."""
    from . import check as checking
    from . import index
    from .tables import console, show_faults

    with _bar("checking", _mails(folder)) as progress:
        checked = checking.check(folder, rules=rules, progress=progress)
    if write:
        for path, text in index.made(folder, checked.facts):
            path.write_bytes(text.encode())
    faults = sorted([*checked.faults, *index.stale(folder, checked.facts)])
    if as_json:
        print(json.dumps([asdict(fault) for fault in faults], indent=1))
    else:
        out = console(sys.stdout)
        show_faults(out, faults)
        out.print(f"{len(checked.facts)} labelled mails, {len(faults) or 'no'} fault{'s' if len(faults) != 1 else ''}")
    if faults:
        raise typer.Exit(1)


@app.command()
def stats(folder: Folder = _OURS, as_json: AsJson = False) -> None:
    """Count kinds, families, languages, structures, charsets and transfer encodings."""
    from .cases import read_cases
    from .facts import facts_of
    from .index import counted
    from .tables import console, show_numbers

    facts = [facts_of(case) for case in read_cases(folder)]
    if as_json:
        numbers = {name: dict(counts.most_common()) for name, counts in counted(facts).items()}
        print(json.dumps({"mails": len(facts), "bytes": sum(each.bytes for each in facts), **numbers}, indent=1))
    else:
        show_numbers(console(sys.stdout), facts)


@app.command()
def matrix(
    folder: Folder = _OURS,
    by: Annotated[
        str, typer.Option(metavar="WHAT", help="Charset, language, structure, 'transfer encoding', situation or reply.")
    ] = "charset",
    kind: Annotated[str, typer.Option(metavar="KIND", help="The families of this kind instead of all kinds.")] = "",
    holes: Annotated[bool, typer.Option("--holes", help="List what is missing instead of what is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is covered by what, and the holes."""
    from . import matrix as crossing
    from .cases import read_cases
    from .facts import facts_of
    from .index import DIMENSIONS
    from .tables import console, show_matrix

    wanted = by.lower().replace("-", " ").replace("_", " ")
    cases = list(read_cases(folder))
    if wanted == "situation":
        found = [crossing.reports(cases)]
    elif wanted == "reply":
        found = list(crossing.replies(cases))
    elif wanted in DIMENSIONS:
        found = [crossing.crossed(map(facts_of, cases), wanted, kind=kind)]
    else:
        raise typer.BadParameter(f"one of: {', '.join([*DIMENSIONS, 'situation', 'reply'])}", param_hint="--by")
    if as_json:
        print(json.dumps([{"title": m.title, "rows": m.rows, "holes": m.holes} for m in found], indent=1))
        return
    out = console(sys.stdout)
    for each in found:
        show_matrix(out, each, holes=holes)


@app.command()
def run(
    folder: Folder = _OURS,
    case: Annotated[str, typer.Option(help="Only cases whose name holds this.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Write one JSON object a line for each mail.")] = False,
) -> None:
    """Score the library on labelled mails; differences are shown side by side."""
    from .cases import Fault, read_cases
    from .score import score
    from .tables import console, show_differences, show_faults, show_scores

    faults: list[Fault] = []
    scores: dict[str, list[int]] = {}
    out = console(sys.stdout)
    wrong = 0
    with _bar("scoring", _mails(folder)) as progress:
        for each in read_cases(folder, faults, only=case):
            scored = score(each)
            counts = scores.setdefault(each.folder or each.label.kind.value, [0, 0, 0])
            counts[0] += 1
            counts[1] += scored.right
            counts[2] += scored.known
            wrong += not (scored.right or scored.known)
            if as_json:
                told = [{"field": d.field, "got": d.got, "wanted": d.wanted} for d in scored.differences]
                line = {"case": each.name, "right": scored.right, "known": scored.known, "differences": told}
                print(json.dumps(line, default=str))
            elif not (scored.right or scored.known):
                show_differences(out, each.name, scored.differences)
            progress()
    if not as_json:
        show_faults(out, faults)
        show_scores(out, {name: (a, b, c) for name, (a, b, c) in sorted(scores.items())})
    if wrong or faults or not scores:
        raise typer.Exit(1)


@app.command()
def export(
    folder: Folder = _OURS,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="A file instead of standard output.")] = None,
) -> None:
    """Write all cases as JSON lines, for other programs: name, kind, label, the mail in base64, the host of a routing."""
    from .cases import Fault, read_cases, read_gateway

    faults: list[Fault] = []
    with output.open("w", encoding="ascii") if output is not None else _stdout() as stream:
        for case in read_cases(folder, faults):
            label: dict[str, Any] = case.label.model_dump(mode="json", exclude_none=True)
            raw = base64.b64encode(case.raw).decode("ascii")
            line: dict[str, Any] = {"name": case.name, "kind": label["kind"], "label": label, "raw": raw}
            if case.label.gateway is not None:
                line["gateway"] = {**read_gateway(case.root, case.label.gateway), **(case.label.config or {})}
            stream.write(json.dumps(line) + "\n")
    for fault in faults:
        print(f"flectra-inbound: {fault}", file=sys.stderr)
    if faults:
        raise typer.Exit(1)


@contextmanager
def _stdout() -> Iterator[Any]:
    yield sys.stdout


@app.command()
def add(
    mail: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file with one real mail.")],
    family: Annotated[str, typer.Option(help="Whose format it is: the name of a folder, such as postfix.")],
    name: Annotated[str, typer.Option(help="What the case shows, such as mailbox-full.")],
    folder: Annotated[Path, typer.Option("--to", file_okay=False, help="The corpus that it goes to.")] = _OURS,
    kind: Annotated[str, typer.Option(help="The folder in it; without the option the kind of the mail.")] = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without showing the result and asking.")] = False,
) -> None:
    """Add a real mail without its people: show the result, ask, and write it with the skeleton of a label.

    Addresses, names, hosts, ids, IP addresses and phone numbers become inventions, the same for the same, in every part and
    encoding. Dates, codes, words and the structure stay; so do mailboxes that have a role and hosts of big providers. Names
    that stand only in the prose are not found: read the result before you keep it. What cannot be decoded is refused.
    """
    from flectra_inbound import process

    from .adding import is_slug, next_path, show_beside, skeleton
    from .anonymise import Refused, anonymise
    from .tables import console

    for option, value in (("--family", family), ("--name", name), ("--kind", kind or "any")):
        if not is_slug(value.replace("_", "-")):
            raise typer.BadParameter("lower-case letters, digits and hyphens", param_hint=option)
    before = mail.read_bytes()
    try:
        made = anonymise(before)
    except Refused as error:
        print(f"flectra-inbound: refused: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    inbound = process(made.raw)
    path = next_path(folder / (kind or inbound.kind.value) / family, name)
    err = console(sys.stderr)
    if not yes:
        show_beside(console(sys.stdout), before, made.raw)
    replaced = ", ".join(f"{count} {what}" for what, count in made.replaced.items()) or "nothing"
    err.print(f"replaced: {replaced}")
    if made.emptied:
        err.print(f"emptied, since they hold no text: {', '.join(made.emptied)}")
    if process(before).kind is not inbound.kind:
        err.print(
            "the library takes the result for another kind than the original: something that tells it was replaced"
        )
    if not yes and not typer.confirm(f"Write {path} and its label?", err=True):
        raise typer.Exit(1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.raw)
    path.with_suffix(".toml").write_bytes(skeleton(inbound).encode())
    err.print(f"written: {path}; now say in {path.with_suffix('.toml').name} what is true of it")
