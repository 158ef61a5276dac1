"""Rules are data: TOML files beside this one, read once, on first use, through one schema."""

from .loader import automatic, generic_notice, notices, reasons, status_codes, unsubscribe

__all__ = ["automatic", "generic_notice", "notices", "reasons", "status_codes", "unsubscribe"]
