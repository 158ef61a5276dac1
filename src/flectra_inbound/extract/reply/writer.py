"""Attributions that name who wrote and nothing else: `Ada Brook wrote:`, `Ada Brook schrieb am Montag:`.

QUIRK: no date and no address. Seen in Netscape, in Thunderbird before release 20, and typed by hand.
Rules of this file: such a line is believed only directly above a quote, and a name is written with capitals where the script
has them: "the sign wrote:" is told by the author.
"""

from __future__ import annotations

from .wording import fold, is_small, wording

_LONGEST = 80
_MOST_WORDS = 5
#: between the verb and the end: "on Monday"
_DAY_WORDS = 3


def says_who(text: str) -> bool:
    """Whether a line is a name, a verb of attributions and a colon, with a day of the week at most."""
    if len(text) > _LONGEST or text[-1:] not in (":", "："):
        return False
    words = text.rstrip(" :：").split()
    name = _before_verb(words)
    if not name and words and fold(words[-1]).strip(",.") in wording().weekdays:
        name = next(filter(None, [_before_verb(words[:-count]) for count in range(1, _DAY_WORDS + 1)]), "")
    return _is_name(name)


def _before_verb(words: list[str]) -> str:
    """What stands before the verb that some words end with; empty if they end with none."""
    verbs = wording().wrote
    for count in (3, 2, 1):
        if len(words) > count and fold(" ".join(words[-count:])) in verbs:
            return " ".join(words[:-count])
    text = " ".join(words)
    if words and not words[-1].isascii() and not any(map(is_small, words[-1])):
        # scripts without letter case put no blank before the verb
        ending = max((verb for verb in verbs if text.endswith(verb)), key=len, default="")
        return text[: len(text) - len(ending)].strip()
    return ""


def _is_name(text: str) -> bool:
    words = text.strip(" '\"«»„“”,").split()
    if (
        not words
        or len(words) > _MOST_WORDS
        or any(map(str.isdigit, text))
        or any(sign in text for sign in ".!?:;,()<>")
    ):
        return False
    return not any(is_small(word[0]) for word in words)  # "The old guide said:"
