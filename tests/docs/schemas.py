"""docs/schemas.py as a module: docs/ is no package."""

from __future__ import annotations

import importlib.util
from typing import Any

from ..conftest import ROOT


def _loaded() -> Any:
    spec = importlib.util.spec_from_file_location("docs_schemas", ROOT / "docs" / "schemas.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULE = _loaded()
