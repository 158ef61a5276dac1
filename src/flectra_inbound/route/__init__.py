"""Which record a mail belongs to: a decision on the result and on what the host answered, with every step told."""

from __future__ import annotations

from .asking import add_answers
from .decide import route
from .static import StaticHost, load_gateway

__all__ = ["StaticHost", "add_answers", "load_gateway", "route"]
