"""The language of a mail without a label: as its name tells it, else as its letters and commonest words show; else `und`.

For tables and for the mix of generated mail only: a guess here decides nothing about a mail.
"""

from __future__ import annotations

import re

UNKNOWN = "und"  #: ISO 639-2 for "undetermined"

NAMES = {
    "arabic": "ar", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr", "czech": "cs", "danish": "da",
    "dutch": "nl", "english": "en", "estonian": "et", "finnish": "fi", "french": "fr", "german": "de", "greek": "el",
    "hebrew": "he", "hungarian": "hu", "icelandic": "is", "indonesian": "id", "italian": "it", "japanese": "ja",
    "korean": "ko", "latvian": "lv", "lithuanian": "lt", "norwegian": "no", "polish": "pl", "portuguese": "pt",
    "romanian": "ro", "russian": "ru", "serbian": "sr", "slovak": "sk", "slovenian": "sl", "spanish": "es",
    "swedish": "sv", "thai": "th", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip
CODES = {*NAMES.values(), "be", "cy", "eu", "fa", "ga", "gl", "hi", "mk", "ms", "sq"}
ALIASES = {"nb": "no", "nn": "no"}

#: words that few other languages share
_COMMON = {
    "en": "the and you your this was not with have from that are will could",
    "de": "der die das und nicht ist ihre sie wir mit konnte wurde eine für den",
    "fr": "le les des vous votre nous est pas une pour être dans avec été",
    "es": "el los las que por una para con su mensaje usted pero muy está",
    "it": "il che non di per una sono con della messaggio gli alla è stato",
    "pt": "não uma para com você mensagem foi são está pelo os seu ao",
    "nl": "het een niet van dat met voor bericht aan zijn uw ik wij kon",
    "pl": "nie się jest na do wiadomość że nie jest dla został przez proszę",
    "sv": "och att inte det är för med ett meddelande kunde jag på",
    "da": "og ikke det er til med kunne meddelelsen jeg på af",
    "cs": "je se na zpráva nebyla jsem není které pro že vaše",
    "hu": "nem az egy hogy és levél üzenet címzett meg van",
    "tr": "bir ve bu için ileti değil olarak ile mesaj",
    "fi": "ei ja on viesti että ole voitu tämä ovat",
    "ro": "nu este și mesajul pentru care fost din cu",
}
_VOTES = {
    word: [code for code in _COMMON if word in _COMMON[code].split()] for w in _COMMON.values() for word in w.split()
}
_SCRIPTS = (
    ("ja", "\u3040", "\u30ff"), ("zh", "\u4e00", "\u9fff"), ("ko", "\uac00", "\ud7a3"), ("th", "\u0e00", "\u0e7f"),
    ("he", "\u0590", "\u05ff"), ("ar", "\u0600", "\u06ff"), ("el", "\u0370", "\u03ff"), ("hi", "\u0900", "\u097f"),
    ("ru", "\u0400", "\u04ff"),
)  # fmt: skip
_SHARE = 0.2  #: of the letters, from which on a text is written in a script
_KANA = 0.05  #: the same for Japanese, most of whose letters are those of Chinese
_WORD = re.compile(r"[^\W\d_]+")
_LOOKED_AT = 4_000  #: characters


def short(tag: str) -> str:
    """The code of two letters for a language tag (BCP 47), as the tables and the peers have it."""
    code = tag.partition("-")[0]
    return ALIASES.get(code, code)


def language_of(name: str, text: str) -> str:
    """The code of two letters; `name` is the last part of a case's name without its number, such as `de-top`."""
    return _told(name) or _seen(text[:_LOOKED_AT])


def _told(name: str) -> str | None:
    words = name.lower().split("-")
    if words and words[0].isdigit():
        words = words[1:]
    if words and len(words) > 1 and ALIASES.get(words[0], words[0]) in CODES:
        return ALIASES.get(words[0], words[0])
    return next((NAMES[word] for word in words if word in NAMES), None)


def _seen(text: str) -> str:
    letters = max(6, sum(letter.isalpha() for letter in text))
    for code, first, last in () if text.isascii() else _SCRIPTS:
        if sum(first <= letter <= last for letter in text) / letters >= (_KANA if code == "ja" else _SHARE):
            return code
    votes = dict.fromkeys(_COMMON, 0.0)
    for word in _WORD.findall(text.lower()):
        for code in _VOTES.get(word, ()):
            votes[code] += 1 / len(_VOTES[word])
    best = max(votes, key=lambda code: votes[code])
    return best if votes[best] >= 3 else UNKNOWN
