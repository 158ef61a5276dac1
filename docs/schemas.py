"""Writes docs/schema/: JSON Schemas of the result, the labels and the rule files. `python docs/schemas.py` from the root."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "docs" / "schema"


def models() -> dict[str, type[BaseModel]]:
    """What is published, by the name of its file."""
    from flectra_inbound import Inbound
    from flectra_inbound.cli.corpus.label import Label
    from flectra_inbound.rules import schema as rules

    return {
        "inbound": Inbound,
        "label": Label,
        "rules-apps": rules.MailApps,
        "rules-automatic": rules.AutomaticFile,
        "rules-clients": rules.ClientFile,
        "rules-generic": rules.GenericNotice,
        "rules-language": rules.Language,
        "rules-notices": rules.NoticeFile,
        "rules-reasons": rules.ReasonFile,
        "rules-schemes": rules.SchemeFile,
        "rules-status": rules.StatusFile,
        "rules-unsubscribe": rules.UnsubscribeFile,
    }


def texts() -> dict[str, str]:
    """The files by name. The result is described as it is written, the others as they are read."""
    found = {}
    for name, model in models().items():
        schema = model.model_json_schema(mode="serialization" if name == "inbound" else "validation")
        whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        found[f"{name}.schema.json"] = json.dumps(whole, indent=1, ensure_ascii=False) + "\n"
    return found


if __name__ == "__main__":
    SCHEMA.mkdir(exist_ok=True)
    for old in set(SCHEMA.glob("*.json")) - {SCHEMA / name for name in texts()}:
        old.unlink()
    for name, text in texts().items():
        (SCHEMA / name).write_text(text, "utf-8")
