"""What stands under the author's words and is not one of them: signatures, footers of apps and lists, disclaimers.

Rules of this file: precision before recall. An ending is looked for at the end of each run of author's lines only, from
below, and a run never loses all of its lines to a guess.
"""

from __future__ import annotations

import re

from .legal import is_legal, is_scanned
from .lines import Line
from .wording import Said, fold, is_mobile_footer, is_small, wording

_SEPARATOR = re.compile(r"^(?:--|-- -|—-)$")
#: these part paragraphs too, so that a card must be seen below them
_LOOSE = re.compile(r"^(?:–|—|––|——|__|_{5,60}|-{3,60}|={5,60}|\*{5,60})$")
#: RFC 3676, section 4.3: two hyphens and a blank
_STRICT = "-- "
_LIST_RULE = re.compile(r"^(?:_{20,}|-{20,}|(?:-=){5,40}-?)$")
_WORD = re.compile(r"\w+")
_URL = re.compile(r"https?://|www\.[a-z0-9-]+\.|\b[a-z0-9-]+\.(?:com|org|net|de|fr|io|co)\b", re.IGNORECASE)
#: a link or an address alone, as footers of lists have it
_BARE_LINK = re.compile(
    r"(?:[^:]{1,40}:\s{0,3})?<?(?:https?://\S{1,400}|www\.\S{1,200}|[^\s<>@]{1,64}@[^\s<>@]{1,128})>?"
)
_PHONE = re.compile(r"(?:\+|\b0|\(\d)[\d\s()./–-]{6,20}\d")
_PHONE_LABEL = re.compile(
    r"^(?:t|m|f|p|o|e|w|tel|tél|téléphone|telefon|teléfono|telefone|phone|mobile|mobil|cell|fax|direct|office|skype|email|e-mail|mail|web|www|url|тел)\b\.?\s{0,3}[:.|+(\d]",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,128}\.[a-z]{2,}", re.IGNORECASE)
_MAX_SIGNATURE = 12
_MAX_LOOSE = 8
_TAIL = 60  # lines looked at from below


def mark_endings(lines: list[Line], names: tuple[str, ...], said: Said) -> None:
    """Label the endings of every run of author's lines. `names`: the author's, and a word of his domain after an @."""
    mark_banner(lines)
    _free_written(lines)
    for line in [line for line in lines if line.hard]:
        if line.kind == "signature" and is_mobile_footer(fold(line.plain)):
            line.kind = "footer"
    written = -1  # the first of a run of author's lines
    last = -1
    for index, line in enumerate(lines):
        kind = line.kind
        if kind == "" or kind == "author":
            if line.plain:
                last = index
                if written < 0:
                    written = index
        elif line.plain and written >= 0:
            _run(lines, written, last + 1, names, said)
            written = -1
    if written >= 0:
        _run(lines, written, last + 1, names, said, final=True)
    if said.disclaimer:
        _below_the_quote(lines, names, said)


def _free_written(lines: list[Line]) -> None:
    """QUIRK: the whole answer is typed into the container of the signature, where the cursor was. Seen in web clients."""
    if any(_is_author(line) for line in lines):
        return
    rows = [line for line in lines if line.hard and line.kind == "signature" and line.plain]
    if rows and _is_sentence(rows[0].plain):
        for row in rows:
            row.kind = "author"
            row.hard = False


def _below_the_quote(lines: list[Line], names: tuple[str, ...], said: Said) -> None:
    """QUIRK: his server's legal words stand below the unmarked quote; that they name him or his domain tells them from ours."""
    end = _last(lines, 0, len(lines))
    if not end or lines[end - 1].kind != "quote" or lines[end - 1].depth:
        return
    start = _paragraph(lines, 0, end)
    text = fold(" ".join(line.plain for line in lines[start:end]))[:4_000]
    if (
        start > 0
        and all(line.kind == "quote" and not line.depth for line in lines[start:end])
        and any(phrase in text for phrase in said.disclaimer)
        and any(name.lstrip("@") in text for name in names if " " in name or (name[:1] == "@" and len(name) > 4))
    ):
        _set(lines, start, end, "disclaimer")


def mark_banner(lines: list[Line]) -> None:
    """QUIRK: a gateway's warning stands above the author's words: "this mail comes from outside". Seen in Exchange."""
    first = next((i for i, line in enumerate(lines) if not line.blank), len(lines))
    if first >= len(lines) or not _is_author(lines[first]):
        return
    end = first
    while end < len(lines) and not lines[end].blank and end - first < 8:
        end += 1
    text = fold(" ".join(line.plain for line in lines[first:end]))[:1_000]
    if wording().external.within(text) and any(_is_author(line) for line in lines[end:]):
        _set(lines, first, end, "disclaimer")


def _is_author(line: Line) -> bool:
    return not line.blank and line.kind in ("", "author")


def _run(lines: list[Line], first: int, end: int, names: tuple[str, ...], said: Said, *, final: bool = False) -> None:
    """Label what ends the run `lines[first:end]`; `final`: no author's words stand below it."""
    stop = end
    end = _footers(lines, first, end, said, final=final)
    before = end
    end = _disclaimer(lines, first, end, said, final=final)
    if end != before:
        end = _footers(lines, first, end, said, final=final)
    before = end
    end = _separated(lines, first, end, names, said)
    if end != before:
        end = _footers(lines, first, end, said, final=final)
    end = _behind_greeting(lines, first, end, stop)
    _card(lines, first, end, names)
    _postscripts(lines, first, stop)


def _behind_greeting(lines: list[Line], first: int, end: int, stop: int) -> int:
    """Nobody writes a greeting alone: the paragraph below it is written, whatever phrase it holds; where the words end."""
    last = _last(lines, first, end)
    rows = [row.plain for row in lines[first:last] if not row.blank]
    below = last
    while below < stop and lines[below].blank:
        below += 1
    if len(rows) != 1 or rows[0][-1:] not in (",", "!", "，") or len(rows[0].split()) > 5 or below == last:
        return end
    if (
        below >= stop
        or lines[below].kind not in ("footer", "disclaimer")
        or not _is_sentence(lines[below].plain[:-1] + ".")
    ):
        return end
    if is_mobile_footer(fold(lines[below].plain)):
        return end
    while below < stop and not lines[below].blank:
        lines[below].kind = "author"
        below += 1
    return below


def _postscripts(lines: list[Line], first: int, end: int) -> None:
    """A postscript is written, wherever it stands: as a paragraph below the signature, say."""
    index = first
    while index < end:
        begins = index == first or lines[index - 1].blank or _is_separator(lines[index - 1])
        if begins and lines[index].kind == "signature" and _is_postscript(lines[index]):
            while index < end and lines[index].plain:
                lines[index].kind = "author"
                index += 1
        index += 1


def _last(lines: list[Line], first: int, end: int) -> int:
    """One past the last line that is not blank."""
    while end > first and lines[end - 1].blank:
        end -= 1
    return end


def _set(lines: list[Line], first: int, end: int, kind: str) -> None:
    for line in lines[first:end]:
        line.kind = kind


def _footers(lines: list[Line], first: int, end: int, said: Said, *, final: bool) -> int:
    """Footers of apps, virus scanners and lists, one line or paragraph after the other."""
    while True:
        end = _last(lines, first, end)
        if end <= first:
            return end
        folded = fold(lines[end - 1].plain)
        if is_mobile_footer(folded, alone=end - 1 <= first):
            start = end - 1
            if start > first and _is_separator(lines[start - 1]):
                start -= 1
            _set(lines, start, end, "footer")
            end = start
            continue
        start = _paragraph(lines, first, end)
        while start < end - 1 and set(lines[start].plain) <= set("-_=* "):
            start += 1
        text = fold(" ".join(line.plain for line in lines[start:end]))[:2_000]
        scanned = is_scanned(text, said) and (final or start > first)
        if (start < end - 1 and is_mobile_footer(text, alone=start <= first)) or scanned:
            while start > first and set(lines[start - 1].plain) <= set("-_=* "):
                start -= 1
            _set(lines, start, end, "footer")
            end = start
            continue
        rule = _list_rule(lines, first, end)
        if rule is not None:
            _set(lines, rule, end, "footer")
            end = rule
            continue
        if any(phrase in text for phrase in said.list_footer) and (
            start > first or _LIST_RULE.match(lines[start].plain)
        ):
            _set(lines, start, end, "footer")
            end = start
            continue
        return end


def _list_rule(lines: list[Line], first: int, end: int) -> int | None:
    """A rule with a list's name and links under it (Mailman and its kin)."""
    for index in range(max(first, end - 8), end):
        if _LIST_RULE.match(lines[index].plain):
            below = [line.plain for line in lines[index + 1 : end] if not line.blank]
            if (
                below
                and sum(bool(_URL.search(text) or _EMAIL.search(text)) for text in below) * 2 >= len(below)
                and any(_BARE_LINK.fullmatch(text) for text in below)
                and index > first
            ):
                return index
    return None


def _paragraph(lines: list[Line], first: int, end: int) -> int:
    start = end
    while start > first and not lines[start - 1].blank and end - start < 30:
        start -= 1
    return start


def _disclaimer(lines: list[Line], first: int, end: int, said: Said, *, final: bool) -> int:
    """Paragraphs of legal words at the end; what stands between two of them belongs to them."""
    if not said.disclaimer and not said.scanned:
        return end
    phrases = said.disclaimer
    limit = max(first, end - _TAIL)
    place = _last(lines, first, end)
    cut = end
    while place > limit:
        start = _paragraph(lines, first, place)
        text = fold(" ".join(line.plain for line in lines[start:place]))[:4_000]
        if is_legal(text, phrases) or is_scanned(text, said):
            cut = start
        elif end - start > 40:
            break
        if start <= first:
            break
        place = _last(lines, first, start)
    if cut < end:
        while cut > first and (lines[cut - 1].blank or set(lines[cut - 1].plain) <= set("-_=* ")):
            cut -= 1
        if cut <= first and (not final or not any(not line.blank for line in lines[:first])):
            return end  # nothing but legal words: somebody's question about them, or all that there is
        above = _above(lines, first, cut)
        if above[-1:] in (":", "：") and len(above.split()) > 4:
            return end  # "Please put this under our mails:"
        _set(lines, cut, end, "disclaimer")
        return cut
    return end


def _is_separator(line: Line) -> bool:
    return _SEPARATOR.match(line.plain) is not None


def _separated(lines: list[Line], first: int, end: int, names: tuple[str, ...], said: Said) -> int:
    """The signature below a separator line: the highest one that has only a signature's length under it."""
    end = _last(lines, first, end)
    found = stop = end
    places = [i for i in range(max(first, end - _TAIL), end) if _is_separator(lines[i]) or _LOOSE.match(lines[i].plain)]
    several = sum(_is_separator(lines[i]) for i in places) > 1
    for index in places:
        strict = _is_separator(lines[index])
        below = [row for row in lines[index + 1 : end] if not row.blank]
        if not below or (index == first and not _any_before(lines, first)):
            if not below and index > 0:
                found = index
                break
            continue
        last = below[-1].plain
        until = _before_sentences(lines, index + 1, end)
        below = [row for row in lines[index + 1 : until] if not row.blank] or below
        contacts = sum(_is_contact(row.plain) for row in below)
        if _above(lines, first, index)[-1:] in (":", "："):
            continue  # what he introduces
        if not strict:
            named = _names_author(below[0].plain, names)
            if (
                contacts >= (1 if named and len(below) <= _MAX_LOOSE else 2)
                and len(below) <= _MAX_SIGNATURE
                and not _looks_written(below)
                and (named or not _is_sentence(last))
                and not all(_URL.search(row.plain) for row in below)
                and (_signs(below, names) or not _is_table(below))
            ):
                found, stop = index, until
                break
            continue
        if not _signs(below, names) and not contacts and (several or _goes_on(below)):
            continue  # a rule between two things that he says
        if lines[index].text != _STRICT and all(_is_sentence(row.plain) for row in below):
            continue  # the same in another language
        longest = max(len(row.plain) for row in below)
        if len(below) <= _MAX_LOOSE and longest <= 200 and not _looks_written(below):
            found, stop = index, until
            break
        if len(below) <= _MAX_SIGNATURE and contacts:
            found, stop = index, until
            break
    if found < end:
        text = fold(" ".join(line.plain for line in lines[found : end + 8] if line.kind in ("", "author", "footer")))
        _set(
            lines,
            found,
            stop,
            "footer"
            if any(phrase in text for phrase in said.list_footer) or is_mobile_footer(text.strip("- "))
            else "signature",
        )
    return found


def _signs(rows: list[Line], names: tuple[str, ...]) -> bool:
    """Whether the first lines below a separator hold one of the author's names."""
    known = {word.lstrip("@") for name in names for word in re.split(r"[\s._,-]+", name) if len(word) > 2}
    return any(not known.isdisjoint(_WORD.findall(fold(row.plain))) for row in rows[:4])


def _goes_on(rows: list[Line]) -> bool:
    """Whether lines are sentences that go on with what stands above."""
    last = rows[-1].plain[-1]
    return last == "?" or (is_small(rows[0].plain[0]) and last in ".!")


def _is_table(rows: list[Line]) -> bool:
    """Whether each line is a link and other words: a list of what he recommends."""
    return all(_URL.search(row.plain) and " " in row.plain and ": " not in row.plain for row in rows)


def _names_author(text: str, names: tuple[str, ...]) -> bool:
    """Whether a short line holds the author's name: all of it, or one that nobody takes for a word."""
    folded = fold(text)
    return len(text) <= 60 and any(
        name in folded for name in names if name[0] != "@" and (len(name) > 4 or not name.isascii())
    )


def _any_before(lines: list[Line], first: int) -> bool:
    return any(not line.blank for line in lines[:first])


def _looks_written(rows: list[Line]) -> bool:
    """Whether lines are sentences or a list rather than a signature."""
    listed = sum(row.plain[:2] in ("- ", "* ", "• ") or row.plain[:2].rstrip(".)").isdigit() for row in rows)
    if listed >= 2:
        return True
    if any(len(row.plain) > 120 for row in rows):
        return True
    if any(_is_contact(row.plain) and sum(map(str.islower, row.plain.split())) > 3 for row in rows):
        return True  # "back on Monday, call Owen at +44 ... until then"
    if any(row.plain[-1] in ":：" and not _PHONE_LABEL.match(row.plain) for row in rows):
        return True  # it introduces what he tells
    sentences = sum(len(row.plain) > 60 and row.plain[-1:] in ".?!" for row in rows)
    return sentences >= 3 or any(row.plain.endswith("?") and len(row.plain) > 30 for row in rows)


def _is_contact(text: str) -> bool:
    return bool(_PHONE.search(text) or _URL.search(text) or _EMAIL.search(text) or _PHONE_LABEL.match(text))


def _is_closing(text: str) -> bool:
    bare = fold(text).strip(" ,.!*_–—-")
    return bare in wording().closings


def _card(lines: list[Line], first: int, end: int, names: tuple[str, ...]) -> None:
    """A contact card without a separator: below a sign-off, or below the author's own name."""
    end = _last(lines, first, end)
    for index in range(max(first, end - 16), end):
        closing = _is_closing(lines[index].plain)
        if not closing and not (index > first and _is_name(lines[index].plain, names) and lines[index - 1].blank):
            continue
        if not closing and _gives(lines, first, index):
            continue  # an address that he gives
        start = index + closing
        while closing and start < end and lines[start].blank:
            start += 1
        named = False
        if closing and start < end and not _is_contact(lines[start].plain):
            named = _signs([lines[start]], names) if names else not any(map(str.isdigit, lines[start].plain))
            start += 1  # the name: typed, not a card
        end = _before_sentences(lines, start, end)
        rows = [row for row in lines[start:end] if not row.blank]
        if rows and lines[start - 1].blank + lines[start].blank and rows[0].plain[-1:] in (":", "："):
            continue  # "My new address:": what he writes on about
        if not rows or len(rows) > _MAX_SIGNATURE + 4 or _looks_written(rows) or max(len(r.plain) for r in rows) > 160:
            continue
        contacts = sum(_is_contact(row.plain) for row in rows)
        titles = closing and named and len(rows) <= 4 and not lines[start].blank and all(map(_is_title, rows))
        if (contacts and (contacts * 4 >= len(rows) or contacts >= 2)) or (
            titles and not any(map(_is_postscript, rows))
        ):
            _set(lines, start, end, "signature")
            return


def _gives(lines: list[Line], first: int, index: int) -> bool:
    """Whether the line above announces what follows: "Send it to:", or all that was said so far, without an end."""
    above = _above(lines, first, index)
    if above[-1:] in (":", "："):
        return True
    said = sum(not line.blank for line in lines[first:index])
    return said <= 2 and above[-1:].isalnum() and len(above.split()) >= 3 and not _is_closing(above)


def _before_sentences(lines: list[Line], start: int, end: int) -> int:
    """Where a card ends that the author wrote on below."""
    while end > start:
        paragraph = _paragraph(lines, start, end)
        if not all(_is_sentence(line.plain) for line in lines[paragraph:end]):
            break
        end = _last(lines, start, paragraph)
    return end


def _is_sentence(text: str) -> bool:
    words = [word for word in text.split() if word.isalpha() or word.rstrip(".,!?:;").isalpha()]
    return text[-1:] in ".!?" and len(words) >= 4 and sum(word.islower() for word in words) * 2 > len(words)


def _above(lines: list[Line], first: int, index: int) -> str:
    while index > first and lines[index - 1].blank:
        index -= 1
    return lines[index - 1].plain if index > first else ""


def _is_title(row: Line) -> bool:
    """Whether a line looks like a position or a company: a few words, most of them with a capital."""
    words = [word for word in row.plain.split() if word[:1].isalpha()]
    capitals = sum(word[:1].isupper() for word in words)
    return len(row.plain) <= 60 and row.plain[-1:] not in ".?" and bool(words) and capitals * 2 > len(words)


def _is_postscript(row: Line) -> bool:
    text = fold(row.plain)
    return text.startswith(wording().postscripts)


def _is_name(text: str, names: tuple[str, ...]) -> bool:
    bare = fold(text).strip(" ,.*_-")
    return bool(bare) and bare in names
