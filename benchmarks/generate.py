"""Write generated mail: `python benchmarks/generate.py --n 1000000 --seed 7 --to mails.mbox`.

An mbox (mboxrd: lines that look like a separator get one more `>`) or a maildir. The same seed over the same corpus
writes the same bytes on every Python; the line at the end names both. `--truth` writes a JSON line for each mail.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

if __package__ in (None, ""):  # run as a file: the package is beside it, not on the path
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from benchmarks.cases import CORPUS
from benchmarks.generator import DEFAULT_KINDS, DEFAULT_LANGUAGES, Generated, Generator
from benchmarks.progress import bar

_SEPARATOR = b"From generator@example.org Tue Jan  1 00:00:00 2019\n"
_FROM = re.compile(rb"(?m)^(>*From )")
_STDOUT = "-"


def to_mbox(mails: Iterable[Generated], stream: BinaryIO) -> Iterator[Generated]:
    """Writes each mail and hands it on."""
    for mail in mails:
        end = b"\n" if mail.raw.endswith(b"\n") else b"\n\n"
        stream.write(_SEPARATOR + _quoted(mail.raw) + end)
        yield mail


def _quoted(raw: bytes) -> bytes:
    if b"\nFrom " in raw or b">From " in raw or raw.startswith(b"From "):  # far quicker than the pattern
        return _FROM.sub(rb">\1", raw)
    return raw


def to_maildir(mails: Iterable[Generated], folder: Path) -> Iterator[Generated]:
    """One file a mail in `new`, named by its number."""
    for name in ("cur", "new", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    new = str(folder / "new")
    for mail in mails:
        with open(f"{new}/{mail.number:09d}.generated", "wb") as file:
            file.write(mail.raw)
        yield mail


def mix(text: str) -> dict[str, float]:
    """`bounce=20,message=80`."""
    try:
        return {key.strip(): float(part) for key, _, part in (item.partition("=") for item in text.split(","))}
    except ValueError:
        raise argparse.ArgumentTypeError(f"a mix is written as name=part,name=part, not {text!r}") from None


def _words(parts: Iterable[tuple[str, float]]) -> str:
    return ",".join(f"{key}={part:g}" for key, part in parts)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--n", type=int, default=1_000, help="how many mails (default %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="another seed, other mails (default %(default)s)")
    parser.add_argument("--start", type=int, default=0, help="number of the first mail, to make a stream in pieces")
    parser.add_argument(
        "--to", default=_STDOUT, help="an mbox file, a new folder for a maildir, or - for standard output"
    )
    parser.add_argument("--format", choices=("mbox", "maildir"), help="default: mbox")
    parser.add_argument("--kinds", type=mix, default=dict(DEFAULT_KINDS), help=_words(DEFAULT_KINDS.items()))
    parser.add_argument(
        "--languages", type=mix, default=dict(DEFAULT_LANGUAGES), help=_words(DEFAULT_LANGUAGES.items())
    )
    parser.add_argument(
        "--attached", type=float, default=0.1, help="part of the messages with a file (default %(default)s)"
    )
    parser.add_argument(
        "--corpus", type=Path, default=CORPUS, help="a folder of labelled mails to take the formats from"
    )
    parser.add_argument(
        "--truth", type=Path, help="write number, format, kind, language and failed addresses as JSON lines"
    )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.to == _STDOUT and (options.format == "maildir" or sys.stdout.isatty()):
        parser.error("--to is needed: a maildir is a folder, and mails are not for a terminal")
    if options.n < 0 or options.start < 0:
        parser.error("--n and --start are counts")
    target = Path(options.to)
    if options.to != _STDOUT and target.exists():
        parser.error(f"{target} is there already")
    try:
        generator = Generator(
            options.seed,
            kinds=options.kinds,
            languages=options.languages,
            attached=options.attached,
            corpus=options.corpus,
        )
    except ValueError as error:
        parser.error(str(error))
    size = 0
    begin = time.perf_counter()
    with ExitStack() as stack:
        write: Callable[[Iterable[Generated]], Iterator[Generated]]
        if options.format == "maildir":
            write = lambda mails: to_maildir(mails, target)  # noqa: E731
        else:
            stream = sys.stdout.buffer if options.to == _STDOUT else stack.enter_context(open(target, "wb"))
            write = lambda mails: to_mbox(mails, stream)  # noqa: E731
        truth = stack.enter_context(options.truth.open("w", encoding="utf-8")) if options.truth else None
        step = stack.enter_context(bar("writing mails", options.n))
        for done, mail in enumerate(write(generator.mails(options.n, start=options.start)), 1):
            size += len(mail.raw)
            if truth:
                truth.write(json.dumps({key: value for key, value in mail._asdict().items() if key != "raw"}) + "\n")
            if not done & 0x3FF:
                step(0x400)
    spent = time.perf_counter() - begin
    print(
        f"{options.n:,} mails, {size:,} bytes, {options.n / spent if spent else 0:,.0f} a second; "
        f"seed {options.seed}, formats {generator.digest}",
        file=sys.stderr,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
