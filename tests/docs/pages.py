"""The pages and their fenced blocks, as the tests of the documentation look at them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..conftest import ROOT

#: What is read as documentation, besides docs/
AT_ROOT = ("README.md", "CONTRIBUTING.md", "corpus/README.md")
_BLOCK = re.compile(r"^( *)```([\w{}-]+)[^\n]*\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_SAVED = re.compile(r"`([\w.-]+)`:$")


@dataclass(frozen=True, slots=True)
class Block:
    page: str  #: path below the root
    line: int
    language: str
    text: str
    saved_as: str  #: the name of the file that the reader is told to save it as, or ""

    @property
    def commands(self) -> list[tuple[str, str]]:
        """Of a console block: each command and what it prints."""
        found: list[tuple[str, str]] = []
        for line in self.text.splitlines(keepends=True):
            if line.startswith("$ "):
                found.append((line[2:], ""))
            elif found and line.startswith("> "):  # a command of several lines
                found[-1] = (found[-1][0] + line[2:], "")
            elif found and _is_open(found[-1][0]):
                found[-1] = (found[-1][0] + line, "")
            elif found:
                found[-1] = (found[-1][0], found[-1][1] + line)
        return found


def _is_open(command: str) -> bool:
    """Whether the next line belongs to a command: a here-document without its end, a backslash."""
    document = re.search(r"<<'?(\w+)'?", command)
    return command.endswith("\\\n") or (document is not None and f"\n{document[1]}\n" not in command)


def pages() -> list[str]:
    found = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").rglob("*.md"))]
    return [*found, *AT_ROOT]


def blocks(page: str) -> list[Block]:
    text = (ROOT / page).read_text("utf-8")
    found = []
    for match in _BLOCK.finditer(text):
        body = "".join(line.removeprefix(match[1]) for line in match[3].splitlines(keepends=True))
        saved = _SAVED.search(text[: match.start()].rstrip().replace("\n", " "))
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(page, line, match[2], body, saved[1] if saved else ""))
    return found


def all_blocks() -> list[Block]:
    return [block for page in pages() for block in blocks(page)]


def at(block: Block) -> str:
    """A test's id."""
    return f"{Path(block.page).as_posix()}:{block.line}"
