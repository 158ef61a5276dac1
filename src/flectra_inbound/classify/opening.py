"""The start of a mail's text, where it says what it is; made once for everybody who looks into it."""

from __future__ import annotations

from ..parse import Message
from .phrases import fold

_LOOKED_AT = 4_000
#: Lines below which somebody else's words follow; those of the second kind begin with a rule.
_QUOTED = ("\n>", "\n|")
_RULE = "-----"
_RULED = ("-----original message", "---------- forwarded message", "-----urspr\u00fcngliche nachricht")


class Opening:
    """The start of the text, without what it quotes below; nothing is made before somebody asks."""

    __slots__ = ("_folded", "_lowered", "_message", "_text")

    def __init__(self, message: Message) -> None:
        self._message = message
        self._text: str | None = None
        self._lowered = ""
        self._folded: str | None = None

    @property
    def lowered(self) -> str:
        """Lower-cased."""
        if self._text is None:
            self._read()
        return self._lowered

    @property
    def folded(self) -> str:
        """See `fold`."""
        if self._folded is None:
            text = self._text if self._text is not None else self._read()
            self._folded = self._lowered if text.isascii() else fold(text)
        return self._folded

    def _read(self) -> str:
        text = self._message.analysed[:_LOOKED_AT]
        lowered = text.lower()
        marks = (*_QUOTED, *_RULED) if _RULE in lowered else _QUOTED
        end = min([at for mark in marks if (at := lowered.find(mark)) >= 0], default=len(text))
        self._text = text[:end]
        # a few letters are longer in lower case
        self._lowered = lowered[:end] if len(lowered) == len(text) else self._text.lower()
        return self._text
