"""Signatures: below a separator line, or as a contact card below a sign-off or the author's name.

Rules of this file: precision before recall; a sentence of the author's is none, wherever it stands.
"""

from __future__ import annotations

import re

from .lines import Line, above, fenced, last_words, mark_all, not_blank, paragraph, words_above
from .said import Said
from .wording import fold, is_mobile_footer, is_small, wording

_SEPARATOR = re.compile(r"^(?:--|-- -|—-)$")
#: these part paragraphs too, so that a card must be seen below them
_LOOSE = re.compile(r"^(?:–|—|––|——|__|_{5,60}|-{3,60}|={5,60}|\*{5,60}|[━─═＝]{5,60})$")
#: RFC 3676, section 4.3: two hyphens and a blank
_STRICT = "-- "
_CELL = re.compile(r" [|•·–—/-] ")
_WORD = re.compile(r"\w+")
URL = re.compile(r"https?://|www\.[a-z0-9-]+\.|\b[a-z0-9-]+\.(?:com|org|net|de|fr|io|co)\b", re.IGNORECASE)
_PHONE = re.compile(r"(?:\+|\b0|\(\d)[\d\s()./–-]{6,20}\d|\b\d{3}[-. ]\d{3}[-. ]\d{4}\b")
_PHONE_LABEL = re.compile(
    r"^(?:t|m|f|p|o|e|w|tel|tél|téléphone|telefon|teléfono|telefone|telefono|telemóvel|tfno|tfn|tlf|tlm|tf|puh|phone|ph|dir|ddi|mobile|mobil|mob|móvil|movil|cellulare|cell|cel|celular|gsm|handy|kom|fax|direct|office|skype|email|e-mail|mail|web|www|url|тел|моб|телефон|電話|電話番号|携帯|电话|手机|전화|휴대폰)\b\.?\s{0,3}[:：.|+(\d]",
    re.IGNORECASE,
)
EMAIL = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,128}\.[a-z]{2,}", re.IGNORECASE)
_NAME_END = re.compile(r" ?[,|·•/(–—-]| - ")
_PICTURES = re.compile(r"(?:\[[^\[\]]{1,80}\] ?){1,12}")
_MAX_SIGNATURE = 12
_MAX_LOOSE = 8
_TAIL = 60  # lines looked at from below


def is_separator(line: Line) -> bool:
    return _SEPARATOR.match(line.plain) is not None


def separated(lines: list[Line], first: int, end: int, names: tuple[str, ...], said: Said) -> int:
    """The signature below a separator line: the highest one that has only a signature's length under it."""
    end = last_words(lines, first, end)
    found = stop = end
    places = [i for i in range(max(first, end - _TAIL), end) if is_separator(lines[i]) or _LOOSE.match(lines[i].plain)]
    if places:
        code = fenced(lines[first:end])
        places = [i for i in places if i - first not in code]
    several = sum(is_separator(lines[i]) for i in places) > 1
    for index in places:
        strict = is_separator(lines[index])
        below = [row for row in lines[index + 1 : end] if not row.blank]
        if not below or (index == first and above(lines, first) < 0):
            paired = not strict and any(lines[at].plain == lines[index].plain for at in places if at < index)
            if not below and index > 0 and not paired:
                found = index
                break
            continue
        last = below[-1].plain
        until = _before_sentences(lines, index + 1, end)
        below = [row for row in lines[index + 1 : until] if not row.blank] or below
        contacts = sum(_is_contact(row.plain) for row in below)
        if words_above(lines, first, index)[-1:] in (":", "："):
            continue  # what he introduces
        if not strict:
            named = _names_author(below[0].plain, names) or (
                len(lines[index].plain) <= 2 and len(below) <= _MAX_LOOSE and all(map(_is_row, below))
            )
            boxed = _is_boxed(lines, index, end) and (not names or _signs(below, names))
            if len(below) > 1 and last == lines[index].plain:
                below = below[:-1]  # a box
                last = below[-1].plain
                named = named or _ends(words_above(lines, first, index))
            if (
                contacts >= (1 if (named or boxed) and len(below) <= _MAX_LOOSE else 2)
                and len(below) <= _MAX_SIGNATURE
                and not _looks_written(below)
                and (named or not is_sentence(last))
                and not all(URL.search(row.plain) for row in below)
                and (_signs(below, names) or not _is_table(below))
            ):
                found, stop = index, until
                break
            continue
        if not _signs(below, names) and not contacts and (several or _goes_on(below)):
            continue  # a rule between two things that he says
        if lines[index].text != _STRICT and all(is_sentence(row.plain) for row in below):
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
        mark_all(
            lines,
            found,
            stop,
            "footer"
            if any(phrase in text for phrase in said.list_footer) or is_mobile_footer(text.strip("- "))
            else "signature",
        )
    return found


def _is_boxed(lines: list[Line], index: int, end: int) -> bool:
    """Whether the rule at a line stands once more at the end, or right below it: there it may be the quote's already."""
    last = not_blank(lines, end)
    rule = lines[index].plain
    return lines[end - 1].plain == rule or (last < len(lines) and lines[last].plain == rule)


def _signs(rows: list[Line], names: tuple[str, ...]) -> bool:
    """Whether the first lines below a separator hold one of the author's names."""
    known = {word.lstrip("@") for name in names for word in re.split(r"[\s._,-]+", name) if len(word) > 2}
    return any(not known.isdisjoint(_WORD.findall(fold(row.plain))) for row in rows[:4])


def _goes_on(rows: list[Line]) -> bool:
    """Whether lines are sentences that go on with what stands above."""
    last = rows[-1].plain[-1]
    return last == "?" or (is_small(rows[0].plain[0]) and last in ".!")


def _is_table(rows: list[Line]) -> bool:
    """Whether each line is a link or a number, and other words: a list of what he recommends, or of whom to call."""
    return all(_is_contact(row.plain) and " " in row.plain and ": " not in row.plain for row in rows) and (
        all(URL.search(row.plain) for row in rows)
        or (len(rows) > 1 and all(row.plain[0].isalpha() and not _PHONE_LABEL.match(row.plain) for row in rows))
    )


def _names_author(text: str, names: tuple[str, ...]) -> bool:
    """Whether a short line holds the author's name: all of it, or one that nobody takes for a word."""
    folded = fold(text)
    return len(text) <= 60 and any(
        name in folded for name in names if name[0] != "@" and (len(name) > 4 or not name.isascii())
    )


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
    if URL.search(text) or EMAIL.search(text) or _PHONE_LABEL.match(text):
        return True
    found = _PHONE.search(text)
    if found is None:
        return False
    label, colon, _ = text[: found.start()].replace("：", ":").partition(":")
    # "Enclosed: invoice 0815-4711-22" has words between the label and the number
    return not colon or not any(len(word) > 3 for word in _WORD.findall(text[len(label) + 1 : found.start()]))


def _is_told(text: str) -> bool:
    """Whether a line with a number is a sentence: "My new number is 0123 456789"."""
    return sum(word.isalpha() and word.islower() for word in text.split()) > 1


def _is_row(row: Line) -> bool:
    """Whether a line looks like one of a card: a contact, a title, a street."""
    text = row.plain
    if len(text) > 80 or is_sentence(text):
        return False
    return (_is_contact(text) and not _is_told(text)) or _is_title(row) or any(map(str.isdigit, text))


def _ends(text: str) -> bool:
    """Whether what he says is at its end above a card."""
    return text[-1:] in (".", "!", "?", "。", "！", "？") or is_closing(text)


def _contacts(text: str) -> int:
    """How many ways to reach somebody a line holds: "T: +44 … | E: ada@shop.example" are two."""
    if not _is_contact(text):
        return 0
    return max(1, len(_PHONE.findall(text[:200])) + bool(URL.search(text) or EMAIL.search(text)))


def _is_picture(text: str) -> bool:
    """Whether a line is made of pictures alone: logos, and the icons of networks."""
    return text[:1] == "[" and text[-1:] == "]" and _PICTURES.fullmatch(text) is not None


def begins_card(line: Line, names: tuple[str, ...]) -> bool:
    """Whether a line is where a signature begins: a separator, a sign-off, the author's name, or a way to reach him."""
    text = line.plain
    return (
        is_separator(line)
        or is_closing(text)
        or _is_name(text, names)
        or (_contacts(text) > 0 and not is_sentence(text))
    )


def is_closing(text: str) -> bool:
    bare = fold(text).strip(" ,.!*_–—-")
    return bare in wording().closings


def _closes_with_name(text: str) -> bool:
    """Whether a line is a sign-off and a name: "Cheers, Ada"."""
    closing, comma, name = text.partition(",")
    words = name.split()
    return bool(comma) and 0 < len(words) <= 3 and all(word[0].isupper() for word in words) and is_closing(closing)


def card(lines: list[Line], first: int, end: int, names: tuple[str, ...]) -> None:
    """A contact card without a separator: below a sign-off, or below the author's own name."""
    end = last_words(lines, first, end)
    if end - 1 > first and lines[end - 2].blank and _is_one_line(lines[end - 1].plain, names):
        lines[end - 1].kind = "signature"
        return
    for index in range(max(first, end - 16), end):
        signed = _closes_with_name(lines[index].plain)
        closing = signed or _closes(lines, index, end, names) or _thanks(lines, index, names)
        if not closing and not (index > first and _is_name(lines[index].plain, names) and _parted(lines, index, end)):
            continue
        if not closing and _gives(lines, first, index):
            continue  # an address that he gives
        start = index + closing
        while closing and start < end and (lines[start].blank or _is_picture(lines[start].plain)):
            start += 1
        named = signed
        if closing and not signed and start < end and not _is_contact(lines[start].plain):
            named = _signs([lines[start]], names) if names else not any(map(str.isdigit, lines[start].plain))
            start += 1  # the name: typed, not a card
        end = _before_sentences(lines, start, end)
        rows = [row for row in lines[start:end] if not row.blank and not _is_picture(row.plain)]
        if rows and lines[start - 1].blank + lines[start].blank and rows[0].plain[-1:] in (":", "："):
            continue  # "My new address:": what he writes on about
        if not rows or len(rows) > _MAX_SIGNATURE + 4 or _looks_written(rows) or max(len(r.plain) for r in rows) > 160:
            continue
        contacts = sum(_contacts(row.plain) for row in rows)
        whole = closing and named and bool(names) and len(rows) <= _MAX_LOOSE and max(len(r.plain) for r in rows) <= 80
        whole = whole and not any(is_sentence(row.plain) or row.plain[-1] in ":?" for row in rows)
        titles = closing and named and len(rows) <= 4 and not lines[start].blank and all(map(_is_title, rows))
        if contacts and all(_is_told(row.plain) for row in rows if _is_contact(row.plain)):
            continue
        whole = whole or (closing and named and all(map(_is_row, rows)))
        if (contacts and (contacts * 4 >= len(rows) or contacts >= 2 or whole)) or (
            titles and not any(map(is_postscript, rows))
        ):
            mark_all(lines, _with_logo(lines, first, start, names), end, "signature")
            for line in lines[index + closing : start]:
                if _is_picture(line.plain):
                    line.kind = "signature"
            return


def _closes(lines: list[Line], index: int, end: int, names: tuple[str, ...]) -> bool:
    """Whether a line is a sign-off; with a colon behind it only if the author's name follows: else it announces something."""
    text = lines[index].plain
    if text[-1:] not in (":", "："):
        return is_closing(text)
    below = not_blank(lines, index + 1)
    if below >= end or not is_closing(text[:-1]):
        return False
    return _signs([lines[below]], names) if names else _is_title(lines[below]) and text[0].isupper()


def _with_logo(lines: list[Line], first: int, start: int, names: tuple[str, ...]) -> int:
    """Where a card begins that has pictures above it, below the name that the author typed; else they are his."""
    top = start
    while top > first and (lines[top - 1].blank or _is_picture(lines[top - 1].plain)):
        top -= 1
    if top > first and len(lines[top - 1].plain) <= 40 and _signs([lines[top - 1]], names):
        return next((i for i in range(top, start) if lines[i].plain), start)
    return start


def _parted(lines: list[Line], index: int, end: int) -> bool:
    """Whether a name stands apart from what is said above, by a blank line; or below a full stop, with a short card."""
    above = lines[index - 1]
    return above.blank or (above.plain[-1] in ".!?。！？" and end - index <= 6 and is_sentence(above.plain))


def _thanks(lines: list[Line], index: int, names: tuple[str, ...]) -> bool:
    """Whether some words of thanks and a name stand here in two lines of their own, whatever the language: "Thanks,", "Ruth"."""
    if lines[index].plain[-1:] not in (",", "，") or (index and not lines[index - 1].blank) or index + 1 >= len(lines):
        return False
    word, name = lines[index].plain, lines[index + 1]
    if len(word.split()) > 3 or any(map(str.isdigit, word + name.plain)) or name.blank or len(name.plain.split()) > 3:
        return False
    below = index + 2 >= len(lines) or lines[index + 2].blank
    return _is_title(name) and name.plain[-1].isalpha() and (below or _signs([name], names))


def _is_one_line(text: str, names: tuple[str, ...]) -> bool:
    """Whether a line is a whole card: the author's name, and more between bars or dots."""
    cells = [cell.strip() for cell in _CELL.split(text)]
    return len(cells) > 2 and len(text) <= 160 and _is_name(cells[0], names) and any(map(_is_contact, cells[1:]))


def _gives(lines: list[Line], first: int, index: int) -> bool:
    """Whether the line above announces what follows: "Send it to:", or all that was said so far, without an end."""
    above = words_above(lines, first, index)
    if above[-1:] in (":", "："):
        return True
    said = sum(not line.blank for line in lines[first:index])
    return said <= 2 and above[-1:].isalnum() and len(above.split()) >= 3 and not is_closing(above)


def _before_sentences(lines: list[Line], start: int, end: int) -> int:
    """Where a card ends that the author wrote on below."""
    while end > start:
        first = paragraph(lines, start, end)
        if not all(is_sentence(line.plain) for line in lines[first:end]):
            break
        end = last_words(lines, start, first)
    return end


def is_sentence(text: str) -> bool:
    words = [word for word in text.split() if word.isalpha() or word.rstrip(".,!?:;").isalpha()]
    return text[-1:] in ".!?" and len(words) >= 4 and sum(word.islower() for word in words) * 2 > len(words)


def _is_title(row: Line) -> bool:
    """Whether a line looks like a position or a company: a few words, most of them with a capital."""
    words = [word for word in row.plain.split() if word[:1].isalpha()]
    capitals = sum(word[:1].isupper() for word in words)
    return len(row.plain) <= 60 and row.plain[-1:] not in ".?" and bool(words) and capitals * 2 > len(words)


def is_postscript(row: Line) -> bool:
    text = fold(row.plain)
    return text.startswith(wording().postscripts)


def _is_name(text: str, names: tuple[str, ...]) -> bool:
    """Whether a line is the author's name: alone, or all of it with a title behind a mark."""
    bare = fold(text).strip(" ,.*_-")
    return bool(bare) and (bare in names or (len(bare) <= 80 and _NAME_END.split(bare, 1)[0] in _whole(names)))


def _whole(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if " " in name]
