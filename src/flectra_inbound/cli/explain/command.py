"""What `explain` does: one mail in, a page to a file or the story to the terminal.

Rules of this file: exit codes are those of `read` (0 fine, 1 the mail could not be read, 2 usage). Messages go to standard
error and never quote the mail.
"""

from __future__ import annotations

import json
import os
import re
import sys
from itertools import islice
from typing import Any

from rich.console import Console

from flectra_inbound import Pipeline, StaticHost, load_gateway, parse

from ..safe import safe
from ..sources import STDIN, Found, Unreadable, find
from .page import page
from .story import Story, tell
from .terminal import Terminal

#: A mail of an mbox, as `read` names it.
_NUMBERED = re.compile(r"(.+)#([1-9][0-9]{0,8})", re.DOTALL)


class _Failed(Exception):
    """Said to the user, with an exit code."""

    def __init__(self, code: int, what: str) -> None:
        self.code = code
        super().__init__(what)


def run(mail: str, *, output: str | None, gateway: str | None, console: Console) -> int:
    """Explain a mail; the exit code."""
    try:
        pipeline, host = _pipeline(gateway)
        found = _found(mail)
        if output not in (None, STDIN) and _same(output, mail):
            raise _Failed(2, f"{safe(output or '')}: is the mail itself")
        story = _story(found, pipeline, host)
        if output is None:
            Terminal(console, evidence=False, text=False, defects=False).story(story)
        else:
            _write(output, _page(story))
    except _Failed as failed:
        print(f"flectra-inbound: {failed}", file=sys.stderr, flush=True)
        return failed.code
    return 0


def _pipeline(config: str | None) -> tuple[Pipeline, StaticHost | None]:
    if config is None:
        return Pipeline(), None
    try:
        with open(config, "rb") as stream:
            settings: Any = json.load(stream)
        if not isinstance(settings, dict):
            raise _Failed(2, f"{safe(config)}: is no JSON object")
        gateway, host = load_gateway(settings)
    except OSError as error:
        raise _Failed(2, f"{safe(config)}: {(error.strerror or 'cannot be read').lower()}") from None
    except RecursionError:
        raise _Failed(2, f"{safe(config)}: is nested too deeply") from None
    except ValueError as error:  # JSON, its encoding, or ConfigurationError
        raise _Failed(2, f"{safe(config)}: {safe(str(error))}") from None
    except (AttributeError, TypeError, KeyError):
        raise _Failed(2, f"{safe(config)}: does not have the form that load_gateway takes") from None
    return Pipeline(gateway=gateway), host


def _found(mail: str) -> Found:
    """The one mail; the third one of an mbox is `old.mbox#3`."""
    path, number = mail, None
    match = _NUMBERED.fullmatch(mail)
    if match is not None and not os.path.exists(mail):
        path, number = match[1], int(match[2])
    mails = find([path])
    if number is not None:
        item = next((i for i in mails if i.name == mail or (number == 1 and i.name == path)), None)
        if item is None:
            raise _Failed(1, f"{safe(path)}: has no mail {number}")
    else:
        first = list(islice(mails, 2))
        item = first[0]
        if len(first) > 1:
            raise _Failed(2, f"{safe(mail)}: holds several mails; name one, such as {safe(first[0].name)}")
    if isinstance(item, Unreadable):
        raise _Failed(1, f"{safe(item.name)}: {safe(item.why)}")
    return item


def _story(found: Found, pipeline: Pipeline, host: StaticHost | None) -> Story:
    try:
        return tell(found.name, pipeline.process(found.raw, host=host), parse(found.raw, limits=pipeline.limits))
    except Exception as error:
        raise _failure(found.name, error) from None


def _page(story: Story) -> str:
    try:
        return page(story)
    except Exception as error:
        raise _failure(story.name, error) from None


def _failure(name: str, error: Exception) -> _Failed:
    # the type only: a message may quote the mail
    what = f"the library failed on it ({type(error).__name__}), which is a mistake of ours: please report it"
    return _Failed(1, f"{safe(name)}: {what}")


def _same(output: str | None, mail: str) -> bool:
    try:
        return output is not None and os.path.samefile(output, mail)
    except (OSError, ValueError):
        return False


def _write(output: str, whole: str) -> None:
    raw = whole.encode("utf-8")
    if output == STDIN:
        sys.stdout.buffer.write(raw)
        return
    try:
        with open(output, "wb") as stream:
            stream.write(raw)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise _Failed(2, f"{safe(output)}: {(why or 'cannot be written').lower()}") from None
