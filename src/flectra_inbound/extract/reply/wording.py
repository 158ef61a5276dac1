"""The words of all languages at once, ready to be looked up: attribution templates, header labels, markers, footers.

Rules of this file: an interpreter of `rules/languages/*.toml`; no word of any language stands here. A template is a row of
literal pieces with slots between them; it is found by its rarest piece in an index and then compared piece by piece, so a
line costs what it is long, not what the tables hold.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from ...rules.literals import Phrases
from ...rules.loader import languages, mail_apps
from .facts import has_address, has_date, has_day, has_time
from .lines import INVISIBLE

_SLOT = re.compile(r"\{(date|time|name|email|app|device|number)\}")
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)|\[([^\[\]]*)\]")
TOKEN = re.compile(r"[^\W\d_]+")
#: `SM-G991B`; a number alone is no model, "sent from my account 4471"
_MODEL = re.compile(r"[^\W\d_]-?\d|\d[^\W\d_]")
_LINK = re.compile(r"[<(\[]?https?://[^\s<>()\[\]]{1,300}[>)\]]?")
#: of the longest, in Thai or with the name of a time zone
_LONGEST_DATE = 90
_MAX_TEMPLATE_VARIANTS = 64


@dataclass(frozen=True, slots=True)
class Template:
    """One attribution template, its choices made."""

    pieces: tuple[str, ...]  #: literals and, between two of them, one or several slots
    slots: tuple[tuple[str, ...], ...]  #: before each piece, and after the last
    sure: bool
    ending: str  #: what a text must end with, but for colons and blanks; empty if a slot ends it


@dataclass(frozen=True, slots=True)
class Wording:
    """All tables."""

    by_token: dict[str, tuple[Template, ...]]
    others: tuple[tuple[str, Template], ...]  #: by a piece without blanks between its words
    labels: dict[str, frozenset[str]]  #: header label -> what it may stand for
    original: frozenset[str]
    original_starts: tuple[str, ...]
    forwarded: frozenset[str]
    forwarded_starts: tuple[str, ...]
    mobile: frozenset[str]
    mobile_templates: dict[str, tuple[Template, ...]]  #: by their rarest word; "" for those without one
    mobile_words: frozenset[str]
    closings: frozenset[str]
    external: Phrases
    colours: Phrases  #: what announces answers in a colour
    postscripts: tuple[str, ...]
    phrases: Phrases  #: those that `Said` is about
    uses: dict[str, tuple[str, ...]]  #: the fields of `Said` that each of them belongs to
    months: frozenset[str]
    weekdays: frozenset[str]
    wrote: frozenset[str]
    nouns: frozenset[str]  #: the words for message in `original`
    starts: frozenset[str]  #: the first words of templates that begin with one

    def candidates(self, folded: str, tokens: set[str]) -> list[Template]:
        """The templates of attributions whose rarest words stand in a folded text; `tokens`: its words."""
        found = [template for token in tokens if token in self.by_token for template in self.by_token[token]]
        if not folded.isascii():
            found += [template for piece, template in self.others if piece in folded]
        return found


def fold(text: str) -> str:
    """As phrases are compared: lower-case, full-width punctuation narrow, straight quotes, nothing invisible."""
    text = text.lower()
    if text.isascii() or _SIGN.search(text) is None:
        return text
    for sign, plain in _SIGNS.items():  # str.translate() looks up every letter
        if sign in text:
            text = text.replace(sign, plain)
    return text


_SIGNS = {
    "：": ":",
    "，": ",",
    "＜": "<",
    "＞": ">",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "\u202f": " ",
    "\xa0": " ",
    "（": "(",
    "）": ")",
    **dict.fromkeys(map(chr, INVISIBLE), ""),
}
_SIGN = re.compile(f"[{''.join(_SIGNS)}]")


#: list of phrases in the language files -> field of `said.Said`
USES = {
    "reply_above": "reply_above", "above_line": "above_line", "disclaimer": "disclaimer", "scanned": "scanned",
    "list_footer": "list_footer", "legal": "legal", "itself": "itself", "first_person": "first_person",
    "original_message": "separators", "forwarded_message": "separators",
}  # fmt: skip


@lru_cache(maxsize=1)
def wording() -> Wording:
    """Read once, on first use."""
    by_token: dict[str, list[Template]] = {}
    others: list[tuple[str, Template]] = []
    labels: dict[str, set[str]] = {}
    lists: dict[str, set[str]] = {}
    mobile: set[str] = set()
    mobile_templates: dict[str, list[Template]] = {}
    mobile_words: set[str] = set()
    starts: set[str] = set()
    for language in languages():
        for attribution in language.attribution:
            for line in attribution.lines:
                for template in _templates(line, not attribution.unverified):
                    if not template.slots[0]:
                        starts.update(template.pieces[0].split()[:1])
                    key = _key(template)
                    if key is not None:
                        by_token.setdefault(key, []).append(template)
                    elif sum(len(piece.strip(" :,.-")) for piece in template.pieces) > 1:
                        others.append((max(template.pieces, key=len), template))
        for name in ("from_", "to", "cc", "bcc", "date", "subject", "reply_to", "attachments", "importance"):
            for label in getattr(language.headers, name):
                labels.setdefault(fold(label), set()).add(name.rstrip("_"))
        for name, phrases in language.words:
            if name == "mobile":
                for phrase in phrases:
                    mobile_words.update(TOKEN.findall(fold(_SLOT.sub("", phrase))))
                    if "{" in phrase:
                        for template in _templates(phrase, True):
                            mobile_templates.setdefault(_key(template) or "", []).append(template)
                    else:
                        mobile.add(fold(phrase).strip(" ."))
            else:
                lists.setdefault(name, set()).update(fold(phrase) for phrase in phrases)
    uses: dict[str, list[str]] = {}
    for name, use in USES.items():
        for phrase in lists.get(name, ()):
            uses.setdefault(phrase, []).append(use)
    return Wording(
        by_token={key: tuple(dict.fromkeys(found)) for key, found in by_token.items()},
        others=tuple(dict.fromkeys(others)),
        labels={label: frozenset(kinds) for label, kinds in labels.items()},
        original=frozenset(lists.get("original_message", ())),
        original_starts=tuple(sorted(lists.get("original_message", ()))),
        forwarded=frozenset(lists.get("forwarded_message", ())),
        forwarded_starts=tuple(sorted(lists.get("forwarded_message", ()))),
        mobile=frozenset(mobile),
        mobile_templates={key: tuple(dict.fromkeys(found)) for key, found in mobile_templates.items()},
        mobile_words=frozenset(mobile_words),
        closings=frozenset(phrase.strip(" ,.!") for phrase in lists.get("closings", ())),
        external=Phrases(tuple(sorted(lists.get("external", ())))),
        colours=Phrases(tuple(sorted(lists.get("colour", ())))),
        postscripts=tuple(sorted(lists.get("postscript", ()))),
        phrases=Phrases(tuple(sorted(uses))),
        uses={phrase: tuple(names) for phrase, names in uses.items()},
        months=frozenset(lists.get("months", ())),
        # "on" is a day in Norwegian, and "an" a word in German
        weekdays=frozenset(word.strip(".") for word in lists.get("weekdays", ()) if len(word.strip(".")) > 2),
        wrote=frozenset(lists.get("wrote", ())),
        nouns=frozenset(
            word for phrase in lists.get("original_message", ()) for word in phrase.split()[-1:] if len(word) > 4
        ),
        starts=frozenset(starts),
    )


def _templates(line: str, sure: bool) -> list[Template]:
    """All ways to choose from the alternatives and optional pieces of a template."""
    parts: list[tuple[str, ...]] = []
    position = 0
    for match in _CHOICE.finditer(line):
        parts.append((line[position : match.start()],))
        parts.append(tuple(match[1].split("|")) if match[1] is not None else (match[2], ""))
        position = match.end()
    parts.append((line[position:],))
    found: list[Template] = []
    for choice in product(*parts):
        if len(found) >= _MAX_TEMPLATE_VARIANTS:
            break
        pieces: list[str] = []
        slots: list[list[str]] = [[]]
        row = _SLOT.split(" ".join("".join(choice).split()))
        for index, piece in enumerate(row):
            if index % 2:
                slots[-1].append(piece)
            elif piece.strip():
                pieces.append(fold(piece))
                slots.append([])
        if pieces:
            bare = tuple([piece.strip() for piece in pieces])
            ending = "" if slots[-1] else bare[-1].rstrip(": ")
            found.append(Template(bare, tuple(tuple(s) for s in slots), sure, ending))
    return found


def _key(template: Template) -> str | None:
    """The longest word of the template that stands between blanks or signs, to look it up by."""
    words = [word for piece in template.pieces for word in TOKEN.findall(piece) if word.isascii() or word[0] < "\u0e00"]
    return max(words, key=len, default=None)


def attribution(text: str) -> int:
    """How surely a text is an attribution line: 0 not at all; 1 only above a quote; 2 by its words; 3 with address or date.

    `text` has white space as one blank and its letter case.
    """
    if len(text) > 600:
        return 0
    folded = fold(text).strip(" -–—•*_")
    if not folded.startswith(">>>"):
        folded = folded.lstrip("> ")
    if not folded:
        return 0
    dated = has_date(folded)
    whole_date = dated and has_day(folded) and has_time(folded)
    has_email = has_address(folded)
    if folded.startswith(">>>") and folded.endswith(">>>"):
        return 3 if dated or has_email else 0  # GroupWise, in any language
    tables = wording()
    best = 0
    tokens = set(TOKEN.findall(folded))
    for template in tables.candidates(folded, tokens):
        if fits(template, folded):
            sure = template.sure and not _names_nobody(template, folded, text)
            if sure and (has_email or whole_date or (dated and not tables.weekdays.isdisjoint(tokens))):
                return 3
            best = max(best, 2 if template.sure else 1)
    if not folded.endswith(":"):
        return best
    short = len(folded) < 200
    if (
        short
        and has_email
        and (has_day(folded) or not tokens.isdisjoint(tables.weekdays) or not tokens.isdisjoint(tables.months))
        and (folded.endswith((">:", "):")) or ("<" in folded and begins_attribution(folded)))
    ):
        return 3  # a date, a name and an address in brackets, and a colon: hardly prose in any language
    told = (dated and has_email) or (short and (whole_date or has_email))
    return max(best, 1) if told else best


@lru_cache(maxsize=1)
def apps() -> frozenset[str]:
    """Words that names of devices and of mail apps hold."""
    return frozenset(mail_apps().words)


def begins_attribution(text: str) -> bool:
    """Whether a text begins as attributions do: with the first word of a template, or with a date."""
    folded = fold(text).strip(" -–—•*_>")
    return folded[:1].isdigit() or folded.split(" ", 1)[0] in wording().starts


def fits(template: Template, folded: str) -> bool:
    if template.ending and not folded.rstrip(": ").endswith(template.ending):
        return False
    position = 0
    last = len(template.pieces) - 1
    for index, bare in enumerate(template.pieces):
        if index == last and not template.slots[-1]:
            ending = bare.rstrip(": ")
            rest = folded[position:].rstrip(": ")
            if ending and not rest.endswith(ending):
                return False
            if not ending and not folded.endswith(bare):
                return False
            at = position + len(rest) - len(ending)
        else:
            at = folded.find(bare, position)
            if at < 0:
                return False
        if not _fills(template.slots[index], folded[position:at]):
            return False
        position = at + len(bare)
    return _fills(template.slots[-1], folded[position:])


def _names_nobody(template: Template, folded: str, text: str) -> bool:
    """Whether several words stand for a name and the first has a small letter: "schrieb mir Ihr Kollege"."""
    if template.slots[-1] != ("name",) and ("name",) not in template.slots:
        return False
    position = 0
    for slots, piece in zip(template.slots, (*template.pieces, "")):
        at = folded.find(piece, position) if piece else len(folded)
        if slots == ("name",):
            words = folded[position:at].strip(" ,;:\"'").split()
            return (
                len(words) > 2
                and "@" not in folded[position:at]
                and words[0] != words[0].upper()
                and words[0] in text.split()
            )
        position = at + len(piece)
    return False


def _fills(slots: tuple[str, ...], words: str) -> bool:
    """Whether some words may stand for some slots."""
    words = words.strip(" ,;")
    if not slots:
        return len(words) <= 2
    if not words or len(words) > 200:
        return False
    if "date" in slots or "time" in slots:
        if len(words) > _LONGEST_DATE and "name" not in slots and "email" not in slots:
            return False
        if ": " in words or '" ' in words:
            return False  # sentences: "on 2 March at 10:00 you wrote: ..., on 4 March at 11:00"
        return any(c.isdigit() for c in words) or any(c in "一二三四五六七八九十" for c in words)
    if "name" in slots and ("!" in words or "?" in words or ": " in words or len(words) > 120):
        return False
    if slots in (("device",), ("app",)):
        return len(words) < 60 and _is_device(words)
    if slots == ("email",):
        return "@" in words or "mailto" in words
    return True


def _is_device(words: str) -> bool:
    """Whether words name a device or an app: they hold such a word or a model, and are no sentence ("old phone, so it ...")."""
    found = TOKEN.findall(words)
    known = sum(word in apps() for word in found) + (_MODEL.search(words) is not None)
    if known > 1 or not known:
        return known > 1
    return "," not in words and len(TOKEN.findall(words.partition(".")[0])) <= 3


def is_small(letter: str) -> bool:
    """Whether a letter is one that a capital exists for; Georgian calls all of its letters small and begins names with them."""
    return letter.islower() and letter.title() != letter


def says_wrote(text: str) -> bool:
    """Whether a text holds a verb of attributions."""
    folded = fold(text)
    return any(verb in folded for verb in wording().wrote)


def is_mobile_footer(folded: str, *, alone: bool = False) -> bool:
    """Whether a line is what a mail app writes under a mail; `alone`: nothing stands above it, so that it may be an answer."""
    bare = (_LINK.sub("", folded) if "http" in folded else folded).strip(" .-–—*_<>[]()")
    tables = wording()
    if bare in tables.mobile:
        return True
    if "k-9" in bare:
        bare = bare.partition(". ")[0]  # "Please excuse my brevity", in any language
        if bare in tables.mobile:
            return True
    if len(bare) >= 120:
        return False
    words = TOKEN.findall(bare)
    # those without a word to look them up by are in scripts of their own
    for key in dict.fromkeys(words) if bare.isascii() else (*dict.fromkeys(words), ""):
        for template in tables.mobile_templates.get(key, ()):
            if fits(template, bare):
                return True
    if "," in bare or "?" in bare:
        return False
    if alone:
        return False  # "Samsung Galaxy": which telephone he has
    # a translation that we do not know of words that we do
    known = sum(word in tables.mobile_words or word in apps() for word in words)
    return 2 <= len(words) <= 8 and known >= len(words) - 1 and known >= 2 and not _DEVICES.isdisjoint(words)


_DEVICES = frozenset({"iphone", "ipad", "android", "galaxy", "samsung", "huawei", "xiaomi", "outlook"})
