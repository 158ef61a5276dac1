"""Programs that are no Python: asked through a script beside this file, one line in, one JSON line out."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
_LIMIT = 900  #: seconds for all mails; a program that hangs is ended, and goes on with the next mail


@dataclass(frozen=True, slots=True)
class Outside:
    """A program, how it is started, and where it comes from."""

    key: str
    title: str
    interpreter: str
    script: str
    package: str  #: of Debian


SISIMAI = Outside("sisimai", "Sisimai (Perl)", "perl", "sisimai.pl", "libsisimai-perl")
TRIMMER = Outside("email_reply_trimmer", "email_reply_trimmer (Ruby)", "ruby", "trimmer.rb", "ruby-email-reply-trimmer")


class Missing(Exception):
    """The program is not installed; the words say how to get it."""


def ask(program: Outside, paths: Sequence[Path], limit: float = _LIMIT) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What it says of itself, and its answer for each path; `gone` in place of one during which it ended or hung."""
    answers: list[dict[str, Any]] = []
    about: dict[str, Any] = {}
    while len(answers) < len(paths):
        lines, why = _run(program, paths[len(answers) :], limit)
        if not lines:
            raise Missing(f"{program.title} does not run: apt-get install {program.package}")
        about, *found = lines
        answers += found
        if len(answers) < len(paths):
            answers.append({"gone": why})
    return about, answers


def _run(program: Outside, paths: Sequence[Path], limit: float) -> tuple[list[dict[str, Any]], str]:
    if shutil.which(program.interpreter) is None:
        return [], ""
    command = [program.interpreter, str(HERE / program.script)]
    try:
        done = subprocess.run(
            command,
            input="".join(f"{path}\n" for path in paths).encode(),
            capture_output=True,
            timeout=limit,
            check=False,
        )
        out, why = done.stdout, f"ended with status {done.returncode}"
    except subprocess.TimeoutExpired as error:
        out, why = error.stdout or b"", f"ended after {limit:g} s"
    whole = out[: out.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()][: len(paths) + 1], why
