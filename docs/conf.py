"""How Sphinx makes the site from these pages: `tox -e docs`.

Rules of this file: the pages are written to be read on the forge as well. So links to files are relative paths, and what
lies at the repository's root (SECURITY.md and others) stays there. `_as_a_site` below turns both into what a site needs, and
a path that leads nowhere is a warning, which is an error.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
FORGE = "https://github.com/flectra-hq/flectra_inbound"
_VERSION = re.search(
    r'^__version__ = "(.+)"$', (ROOT / "src/flectra_inbound/__init__.py").read_text("utf-8"), re.MULTILINE
)

project = "flectra_inbound"
author = "The flectra_inbound developers"
copyright = author
release = version = _VERSION[1] if _VERSION else ""

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True
#: Names of other packages are not looked up, so that the site builds without a network. Ours have to be found.
nitpick_ignore_regex = [
    ("py:.*", r"(?!flectra_inbound).*"),
    (
        "py:class",
        r"flectra_inbound\.(gateway\.OwnAddresses|parse\.(defects\.DefectLog|fields\.Parameters|reports\.Typed))",
    ),
]

myst_heading_anchors = 3
#: What a page at the root is called on the site
ROOT_PAGES = {
    "CHANGELOG.md": "changelog",
    "CONTRIBUTING.md": "contributing",
    "RFCS.md": "rfcs",
    "SECURITY.md": "security",
    "corpus/README.md": "corpus",
}
#: Files that are copied as they are
STATIC = ("layouts.html", "schema")

default_role = "code"  # docstrings write names in single backticks
autodoc_default_options = {
    "members": True,
    "undoc-members": True,
    "exclude-members": "model_config,model_post_init,all_fields_",
}
autodoc_member_order = "bysource"
autodoc_class_signature = "separated"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
add_module_names = False
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"

html_theme = "furo"
html_title = f"flectra_inbound {release}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {"source_repository": FORGE, "source_branch": "main", "source_directory": "docs/"}
copybutton_prompt_text = r"\$ |>>> |\.\.\. "
copybutton_prompt_is_regexp = True
linkcheck_timeout = 15

_LINK = re.compile(r"(\]\()([^()\s#]+)(#[^()\s]*)?(\))")
_INCLUDE = re.compile(r"^```\{include\} (\S+)\n```$", re.MULTILINE)
_COMMANDS = re.compile(r"<!-- commands: .*? -->", re.DOTALL)
_FENCE = re.compile(r"^ *```", re.MULTILINE)


def _as_a_site(app: Sphinx, docname: str, source: list[str]) -> None:
    page = DOCS / f"{docname}.md"
    text = _rebased(source[0], page, page.parent, docname)
    for include in _INCLUDE.findall(text):
        file = (page.parent / include).resolve()
        app.env.note_dependency(str(file))
        text = text.replace(
            f"```{{include}} {include}\n```", _rebased(file.read_text("utf-8"), page, file.parent, docname)
        )
    source[0] = _COMMANDS.sub(lambda _: "\n".join(_commands()), text)


def _commands() -> list[str]:
    """The help of each command, as it stands."""
    import typer

    from flectra_inbound.cli.app import app as commands

    lines: list[str] = []
    pending = [("flectra-inbound", typer.main.get_command(commands), None)]
    while pending:
        name, command, parent = pending.pop(0)
        context = command.make_context(name.rpartition(" ")[2], [], parent=parent, resilient_parsing=True)
        lines += [f"## `{name}`", "", "```text", command.get_help(context), "```", ""]
        within = getattr(command, "commands", {})
        pending[:0] = [(f"{name} {one}", within[one], context) for one in sorted(within)]
    return lines


def _rebased(text: str, page: Path, folder: Path, docname: str) -> str:
    """Let the links of a text, written in `folder`, lead to the right place from `page`. Code stays as it is."""

    def link(match: re.Match[str]) -> str:
        path, anchor = match[2], match[3] or ""
        if re.match(r"[a-z]+:", path):
            return match[0]
        target = Path(os.path.normpath(folder / path))
        if not target.exists():
            from sphinx.util.logging import getLogger

            getLogger(__name__).warning("%s does not exist", path, location=docname)
        root = target.relative_to(ROOT).as_posix()
        if root in ROOT_PAGES:
            return f"{match[1]}{_relative(DOCS / f'{ROOT_PAGES[root]}.md', page)}{anchor}{match[4]}"
        if not target.is_relative_to(DOCS):
            return f"{match[1]}{FORGE}/{'tree' if target.is_dir() else 'blob'}/main/{root}{anchor}{match[4]}"
        if target.relative_to(DOCS).parts[0] in STATIC:  # a URL for Sphinx, not a document to look for
            return f"{match[1]}<url:{_relative(target, page)}>{match[4]}"
        return f"{match[1]}{_relative(target, page)}{anchor}{match[4]}"

    pieces, code = [], False
    for line in text.splitlines(keepends=True):
        fence = _FENCE.match(line) is not None
        code ^= fence
        pieces.append(line if code or fence else _LINK.sub(link, line))
    return "".join(pieces)


def _relative(target: Path, page: Path) -> str:
    return posixpath.relpath(target.as_posix(), page.parent.as_posix())


#: `url:x` in a link is x as it stands
myst_url_schemes = {"http": None, "https": None, "mailto": None, "url": "{{path}}"}


def _copy_static(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        for name in STATIC:
            if (DOCS / name).is_dir():
                shutil.copytree(DOCS / name, Path(app.outdir) / name, dirs_exist_ok=True)
            else:
                shutil.copy(DOCS / name, app.outdir)


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("source-read", _as_a_site)
    app.connect("build-finished", _copy_static)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
