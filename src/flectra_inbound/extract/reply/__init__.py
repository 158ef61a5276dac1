"""What the author of a mail newly wrote, and everything else in it by its kind.

The doors to `engine`, which is imported by the first text that needs it: importing the package stays cheap.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...gateway import Sent
    from ...parse import Message
    from ...result import Reply


def reply_from_text(text: str, *, sent: Sequence[Sent] = ()) -> Reply:
    """The reply in a plain text: a stored body, the field of a web form. `sent`: the messages that it may answer."""
    from . import engine

    return engine.from_text(text, sent)


def reply_from_html(html: str, *, sent: Sequence[Sent] = ()) -> Reply:
    """The reply in an HTML text. `sent`: the messages that it may answer."""
    from . import engine

    return engine.from_html(html, sent)


def fold_html(html: str, *, sent: Sequence[Sent] = ()) -> str:
    """The same HTML with `data-o-mail-quote="1"` on quotes, their attributions, signatures and footers; nothing else changes."""
    from . import engine

    return engine.folded(html, sent)


def extract_reply(message: Message, sent: Sequence[Sent] = ()) -> Reply:
    """The reply in a mail: from its plain text, its HTML or both. `sent`: the messages that it may answer."""
    from . import engine

    return engine.from_mail(message, sent)
