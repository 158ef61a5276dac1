"""The commands and their options, and the run: read, understand, show, one mail after the other.

Rules of this file: results go to standard output, everything about the run to standard error. Exit codes: 0 fine,
1 some input unreadable, 2 usage, 130 interrupted. A reader that closes its end (`| head`) has had enough: no error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from flectra_inbound import Kind, __version__

from .corpus.commands import app as corpus
from .progress import Bar
from .safe import safe
from .show import Show
from .sources import Found, Unreadable, find
from .tally import Tally
from .understood import Understood, WorkerError, json_line, json_result, understood

app = typer.Typer(
    add_completion=False,  # would write to the user's shell configuration
    pretty_exceptions_enable=False,  # would print the mail with the local variables
    rich_markup_mode=None,  # plain text: readable at any width, and no markup to escape
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(corpus, name="corpus")

_READ = """Read mails and show what each one is.

Exit code: 0 fine, 1 some input could not be read, 2 wrong usage.

For example:

\b
  flectra-inbound read bounce.eml
  flectra-inbound read --kind bounce --kind complaint Maildir/ old.mbox
  flectra-inbound read --json - < bounce.eml | jq .delivery.recipients
"""

_EXPLAIN = """Explain one mail: what it is and why, word by word, in the terminal or as a page.

The page is one HTML file that runs nothing and loads nothing. Exit code: 0 fine, 1 the mail could not be read, 2 wrong usage.

For example:

\b
  flectra-inbound explain bounce.eml
  flectra-inbound explain bounce.eml -o bounce.html
  flectra-inbound explain old.mbox#3 --gateway gateway.json
"""


class _Output(Console):
    """Standard output; a closed pipe is `read`'s to handle, as it is where JSON is written."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"flectra-inbound {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _top(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Say what inbound mail is, why, who could not be reached and what to do about it.

    Example: flectra-inbound read bounces.mbox
    """
    if context.invoked_subcommand is None:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)


@app.command(help=_READ)
def read(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="A file with a mail, an mbox, a maildir, a folder (every *.eml below it), or - for standard input.",
            show_default=False,
        ),
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="Write one JSON object a line for each mail, with everything there is.")
    ] = False,
    evidence: Annotated[bool, typer.Option(help="Show why: each observation and its points.")] = True,
    kind: Annotated[
        list[Kind] | None,
        typer.Option(
            metavar="KIND",
            case_sensitive=False,
            help=f"Show only mails of this kind; may be given again. One of: {', '.join(Kind)}.",
            show_default=False,
        ),
    ] = None,
    text: Annotated[bool, typer.Option("--text", help="Show the text of each mail as well.")] = False,
    workers: Annotated[
        int, typer.Option(min=0, metavar="N", help="Read in N processes; 0: one for each processor. The order stays.")
    ] = 1,
) -> None:
    tally = Tally()
    bar = Bar(sources, sys.stderr)
    try:
        with _polite():
            _run(
                sources,
                bar,
                tally,
                as_json=as_json,
                evidence=evidence,
                kinds=frozenset(kind or Kind),
                text=text,
                workers=workers or os.cpu_count() or 1,
            )
    except WorkerError as error:
        bar.hide()
        print(f"flectra-inbound: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    finally:
        bar.hide()
    if tally.unreadable:
        raise typer.Exit(1)


@app.command(
    add_help_option=False,  # it has its own
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
)
def worker(context: typer.Context) -> None:
    """Answer requests in JSON lines on standard input, for programs in other Pythons and languages (docs/worker.md)."""
    from . import worker

    worker.main(context.args)


@app.command(help=_EXPLAIN)
def explain(
    mail: Annotated[
        str,
        typer.Argument(metavar="MAIL", help="A file with a mail, or - for standard input.", show_default=False),
    ],
    output: Annotated[
        str | None,
        typer.Option("-o", "--output", metavar="FILE", help="Write an HTML page to this file; - for standard output."),
    ] = None,
    gateway: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Show where the mail belongs, for the gateway of this JSON file."),
    ] = None,
) -> None:
    from .explain.command import run  # `read` does without

    code = 0  # also where the reader had enough
    with _polite():
        code = run(mail, output=output, gateway=gateway, console=_console())
    if code:
        raise typer.Exit(code)


@contextmanager
def _polite() -> Iterator[None]:
    """A closed pipe is a quiet end, an interruption exit code 130."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a character that the terminal cannot hold is no failure
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes again when it ends: let that go nowhere (docs.python.org/3/library/signal.html#note-on-sigpipe).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _console() -> Console:
    return _Output(file=sys.stdout, highlight=False, markup=False, emoji=False)


def _run(
    sources: list[str],
    bar: Bar,
    tally: Tally,
    *,
    as_json: bool,
    evidence: bool,
    kinds: frozenset[Kind],
    text: bool,
    workers: int,
) -> None:
    show = Show(_console(), evidence=evidence, text=text)
    shared = sys.stdout.isatty()  # with the bar, which is cleared before a mail is shown
    for item, result in _understood(find(sources), workers, as_json=as_json):
        if isinstance(result, str):
            tally.unreadable += 1
            bar.hide()
            print(f"flectra-inbound: {safe(item.name)}: {safe(result)}", file=sys.stderr, flush=True)
        elif result.kind not in kinds:
            tally.hidden += 1
        else:
            if shared:
                bar.hide()
            if as_json:
                sys.stdout.write(result.json())
            else:
                tally.add(result.inbound())
                show.mail(item.name, result.inbound())
        bar.advance(item.size)
    bar.hide()
    if not as_json:
        show.summary(tally)


def _understood(
    items: Iterable[Found | Unreadable], workers: int, *, as_json: bool
) -> Iterator[tuple[Found | Unreadable, Understood | str]]:
    """Each item with what it is, or why nothing can be said."""
    if workers == 1:
        for item in items:
            yield item, item.why if isinstance(item, Unreadable) else understood(item.name, item.raw)
    else:
        from .pool import understand as in_order

        for item, answer in in_order(items, json_line if as_json else json_result, workers):
            yield item, answer if isinstance(answer, str) else Understood.of_answer(*answer)
