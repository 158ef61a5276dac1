"""Which record a mail belongs to: a decision on the result and on what the host answered, with every step told."""

from __future__ import annotations

from .decide import route
from .static import StaticHost, load_gateway

__all__ = ["StaticHost", "load_gateway", "route"]
