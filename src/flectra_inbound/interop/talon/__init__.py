"""talon's modules `quotations` and `signature`, answered by us.

    import talon                                   # before
    from talon import quotations, signature
    from flectra_inbound.interop import talon      # after
    from flectra_inbound.interop.talon import quotations, signature

Rules of this package: it knows the names of talon, not the package. Nothing is loaded or trained before the first call.
"""


def init() -> None:
    """There to be called, as talon's is before its first use; it does nothing."""
