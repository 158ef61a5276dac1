"""`talon.signature`: the signature apart from the text."""

from __future__ import annotations

from ....extract.reply.views import pieces
from ....parse.address import read_addresses
from ...labelled import ENDINGS, has_words, joined
from ..quotations import line_end_of

_LOOKED_AT = 1_000


def extract(body: str, sender: str) -> tuple[str, str | None]:
    """The text without its signature, and the signature; None if there is none.

    `sender` is the author, as in From: the name tells a signature that nothing else marks. What a phone, a list or a
    company puts below counts as signature.
    """
    from ....extract.reply.engine import labelled_text

    lines = labelled_text(body, names=_names(sender))
    runs = pieces(lines)
    endings = [run for run in runs if run.kind in ENDINGS]
    others = [run for run in runs if run.kind not in ENDINGS]
    if not endings or not any(has_words(lines, run) for run in others):
        return body.strip(), None
    line_end = line_end_of(body)
    return joined(lines, others, line_end), joined(lines, endings, line_end)


def _names(sender: str) -> tuple[str, ...]:
    from ....extract.reply.wording import fold

    people, _ = read_addresses(sender[:_LOOKED_AT], str)
    words = {word for person in people for word in (person.name, person.local_part)} or {sender[:_LOOKED_AT]}
    return tuple(sorted({fold(word) for word in words if word.strip()}))
