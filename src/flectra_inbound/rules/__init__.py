"""Rules are data: TOML files beside this one, read once, on first use, through one schema."""

from .loader import automatic, reasons, status_codes

__all__ = ["automatic", "reasons", "status_codes"]
