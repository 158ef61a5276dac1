"""The guides tell the truth: every snippet of docs/flectra.md and docs/worker.md runs."""

from __future__ import annotations

import configparser
import doctest
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.docs import pages

from .fake_flectra import Env, install


def blocks(name: str, language: str) -> list[str]:
    return [block.text for block in pages.blocks(f"docs/{name}") if block.language == language]


@pytest.mark.parametrize("name", ["flectra.md", "worker.md"])
def test_what_is_typed_into_python(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", list(sys.path))
    result = doctest.testfile(str(ROOT / "docs" / name), module_relative=False, encoding="utf-8")
    sys.modules.pop("inbound_client", None)
    assert result.attempted > 8
    assert result.failed == 0


def test_what_is_typed_into_a_shell() -> None:
    (block,) = blocks("worker.md", "console")
    command, _, output = block.removeprefix("$ ").partition("\n")
    here = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, cwd=ROOT, env=here, check=True)
    assert done.stdout == output


def test_the_configuration_is_what_the_addon_reads() -> None:
    parser = configparser.ConfigParser()
    parser.read_string(blocks("flectra.md", "ini")[0].replace("   ", ""))
    options = dict(parser["options"])
    assert set(options) == {"inbound_command", "inbound_timeout"}
    model, names = install("2.x", options)
    try:
        client = model.addon.client()
    finally:
        for name in names:
            sys.modules.pop(name, None)
    assert client.command == shlex.split(options["inbound_command"])
    assert client.timeout == 30.0


def test_the_module_that_opts_out_who_complained() -> None:
    (source,) = [block for block in blocks("flectra.md", "python") if not block.startswith(">>>")]
    model, names = install("3.x", {})
    try:
        scope: dict[str, Any] = {}
        exec(compile(source, "docs/flectra.md", "exec"), scope)  # noqa: S102 - the guide is ours
    finally:
        for name in names:
            sys.modules.pop(name, None)
    thread = type("thread", (scope["MailThread"], model), {})()
    sent = {1: {"message_id": "<1@acme.example>"}}
    thread.env = Env("3.x", {"mail.message": sent, "mail.blacklist": {}}, {})
    for kind, ids in (
        ("abuse", ["<2@acme.example>"]),
        ("not-spam", ["<1@acme.example>"]),
        ("abuse", ["<1@acme.example>"]),
    ):
        complaint = {"feedback_type": kind, "original_message_ids": ids, "recipients": ["nora@customer.example"]}
        thread._inbound_complaint({"complaint": complaint})
    assert thread.env.events == [("blacklist", "nora@customer.example")]


def test_no_block_of_another_language_escapes() -> None:
    for name in ("flectra.md", "worker.md"):
        assert {block.language for block in pages.blocks(f"docs/{name}")} <= {"python", "console", "ini"}
