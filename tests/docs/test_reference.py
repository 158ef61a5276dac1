"""The reference names all that is public, and nothing that is not; the schemas are those of the models."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import flectra_inbound
from flectra_inbound import Limits, process

from ..conftest import CORPUS, ROOT
from .schemas import MODULE

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

NAMED = re.compile(r"^\.\. auto(\w+):: (flectra_inbound[\w.]*)", re.MULTILINE)
REFERENCE = ROOT / "docs" / "reference"
TEXT = "\n".join(path.read_text("utf-8") for path in sorted(REFERENCE.glob("*.md")))
RULES = Path(flectra_inbound.__file__).parent / "rules"
#: What bridges share
INTERNAL = {"labelled", "tree"}
#: Whose file has which form; the first that fits counts
FILES = (
    ("answers/*.toml", "automatic"), ("automatic.toml", "automatic"), ("challenges.toml", "automatic"),
    ("receipts.toml", "automatic"), ("apps.toml", "apps"), ("clients/*.toml", "clients"), ("generic.toml", "generic"),
    ("languages/*.toml", "language"), ("notices/*.toml", "notices"), ("reasons.toml", "reasons"),
    ("schemes/*.toml", "schemes"), ("status.toml", "status"), ("unsubscribe.toml", "unsubscribe"),
)  # fmt: skip


def test_every_public_name_is_in_the_reference_once() -> None:
    named = [name for _, name in NAMED.findall(TEXT)]
    assert sorted(set(named)) == sorted(named)
    ours = {name.removeprefix("flectra_inbound.") for name in named}
    assert set(flectra_inbound.__all__) <= ours
    modules = {name for kind, name in NAMED.findall(TEXT) if kind == "module"}
    bridges = {path.stem for path in (RULES.parent / "interop").iterdir() if not path.name.startswith("_")} - INTERNAL
    assert {f"flectra_inbound.interop.{name}" for name in bridges} | {
        "flectra_inbound.optout",
        "flectra_inbound.advice",
    } <= modules


def test_the_schemas_are_fresh() -> None:
    written = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "schema").iterdir()}
    assert written == MODULE.texts(), "python docs/schemas.py"


def validator(name: str) -> Any:
    schema = json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_results_are_what_their_schema_says() -> None:
    check = validator("inbound")
    kinds = set()
    for family in sorted(path for path in CORPUS.glob("*/*") if path.is_dir()):
        inbound = process(sorted(family.glob("*.eml"))[0].read_bytes())
        kinds.add(inbound.kind)
        check.validate(json.loads(inbound.model_dump_json()))
    assert len(kinds) > 7
    with pytest.raises(jsonschema.ValidationError, match="kind"):
        check.validate({})


def test_rules_are_what_their_schema_says() -> None:
    seen = set()
    for pattern, name in FILES:
        check = validator(f"rules-{name}")
        for path in sorted(RULES.glob(pattern)):
            seen.add(path)
            check.validate(tomllib.loads(path.read_text("utf-8")))
        with pytest.raises(jsonschema.ValidationError):
            check.validate({"no such key": 1})
    assert seen == set(RULES.rglob("*.toml"))


def test_labels_are_what_their_schema_says() -> None:
    check = validator("label")
    labels = sorted(path for path in CORPUS.rglob("*.toml") if path.with_suffix(".eml").exists())
    assert len(labels) > 1_000
    for path in labels[::20]:
        check.validate(tomllib.loads(path.read_text("utf-8")))


def test_the_bounds_that_the_security_notes_name_are_the_bounds() -> None:
    """SECURITY.md: `| name | default | what it bounds |`."""
    units = {"": 1, "KiB": 1 << 10, "MiB": 1 << 20, "Mi characters": 1 << 20}
    rows = re.findall(r"^\| `(\w+)` \| ([\d,]+) ?([\w ]*?) \|", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE)
    said = {name: int(number.replace(",", "")) * units[unit] for name, number, unit in rows}
    assert said == {field.name: getattr(Limits(), field.name) for field in dataclasses.fields(Limits)}
