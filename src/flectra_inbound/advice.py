r"""What a sender changes in the DNS when mail bounces for want of authentication: text in, text out, no look-up.

>>> advice = spf_advice("firma.example", ["v=spf1 mx -all"], ["spf.flectra.example"])
>>> advice.record
'v=spf1 mx include:spf.flectra.example -all'
>>> advice.lookups is None, advice.notes
(True, ('DNS look-ups: at least 2 of 10; the record of spf.flectra.example is not known',))
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from .result import Reason

_TXT_OCTETS = 255  # RFC 1035, section 3.3: a character-string
_MOST_LOOKUPS = 10  # RFC 7208, section 4.6.4
_COUNTED = 100  # where counting ends: records that include each other may make any number
_LOOKUPS = frozenset({"include", "a", "mx", "ptr", "exists"})
_MECHANISMS = _LOOKUPS | {"all", "ip4", "ip6"}
_STRICTNESS = "+?~-"  # of `all`, the mildest first
_NOTHING: Mapping[str, Sequence[str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DnsAdvice:
    """The record to publish."""

    name: str
    type: str  #: TXT, CNAME or PTR
    record: str  #: its value in one piece; empty if there is nothing to advise
    changed: bool = True  #: it differs from what is there
    lookups: int | None = None  #: SPF: DNS look-ups of an evaluation (RFC 7208, section 4.6.4); None: not known
    notes: tuple[str, ...] = ()  #: for people

    @property
    def display(self) -> str:
        """The value as a zone file writes it: text in quoted strings of at most 255 octets, names with their final dot."""
        if self.type != "TXT":
            return f"{self.record}." if self.record else ""
        return " ".join(f'"{s}"' for s in (_escaped(piece) for piece in txt_strings(self.record)))


def failed_checks(reason: Reason, words: str) -> tuple[str, ...]:
    """Which of `spf`, `dkim`, `dmarc`, `ptr` a report on the sender's authentication speaks of; `words`: its diagnostic."""
    if reason not in (Reason.AUTH_FAILURE, Reason.REQUIRE_PTR):
        return ()
    spoken = set("".join(c if c.isalnum() else " " for c in words.lower()).split())
    found: list[str] = [check for check in ("spf", "dkim", "dmarc") if check in spoken]
    if reason is Reason.REQUIRE_PTR or spoken & {"ptr", "rdns", "reverse"}:
        found.append("ptr")
    return tuple(found)


def spf_advice(
    domain: str, present_txt: Sequence[str], include: Sequence[str], records: Mapping[str, Sequence[str]] = _NOTHING
) -> DnsAdvice:
    """The one SPF record (RFC 7208) that keeps what `present_txt` allows and lets `include` send too.

    `records` are TXT records of other domains, as far as known, to count the look-ups. The domain's own `all` is never
    weakened; of two records, which receivers refuse (section 4.5), the stricter one holds.
    """
    here = _host(domain)
    notes: list[str] = []
    present = [text for text in map(_unquoted, present_txt) if _is_spf(text)]
    if len(present) > 1:
        notes.append(
            f"{len(present)} SPF records are an error (RFC 7208, section 4.5): publish this one instead of all"
        )
    merged = _merge([_read(text, notes) for text in present], notes)
    for wanted in include:
        other = _host(wanted.strip()[8:] if wanted.strip().lower().startswith("include:") else wanted)
        if not other or any(c.isspace() or c in ':/="' for c in other):
            notes.append(f"left out, no domain: {wanted.strip()[:80]!r}")
        elif other == here:
            notes.append(f"left out: {other} would include itself")
        else:
            _add(merged, f"include:{other}", notes)
    if not present:
        merged.end = "~all"
    record = " ".join(
        ["v=spf1", *merged.terms.values(), *([merged.end] if merged.end else []), *merged.modifiers.values()]
    )
    if not merged.end:
        notes.append("the record ends in no `all`: receivers stay neutral about other senders")
    elif merged.end.lower() in ("+all", "all"):
        notes.append(f"{merged.end} lets anybody send as {here}")
    lookups = _count(here, record, records, notes)
    return DnsAdvice(here, "TXT", record, [record] != present, lookups, tuple(dict.fromkeys(notes)))


def dkim_advice(domain: str, selector: str, target: str) -> DnsAdvice:
    """The CNAME by which `target` keeps the key (RFC 6376, section 3.6.2.1) of a selector."""
    label, value = _host(selector).partition("._domainkey")[0], _host(target)
    if not label or not value:
        return DnsAdvice("", "CNAME", "", changed=False, notes=("a selector and a target are needed",))
    notes = ("a name with a CNAME can have no other record (RFC 1034, section 3.6.2): remove a TXT record there first",)
    return DnsAdvice(f"{label}._domainkey.{_host(domain)}", "CNAME", value, notes=notes)


def dmarc_advice(domain: str, present_txt: Sequence[str] = (), *, rua: str = "") -> DnsAdvice:
    """The one DMARC record (RFC 7489, section 6.3); a policy that is there is kept, `p=none` is where to begin.

    `rua`: where reports go to if the present record names nobody.
    """
    notes: list[str] = []
    present = [text for text in map(_unquoted, present_txt) if _is_dmarc(text)]
    if len(present) > 1:
        notes.append(f"{len(present)} DMARC records count as none (RFC 7489, section 6.6.3): publish this one instead")
    tags: dict[str, str] = {}
    for text in present:
        for term in text.split(";")[1:]:
            name, equals, value = (s.strip() for s in term.partition("="))
            name = name.lower()
            if equals and name in ("p", "sp") and _severity(value) > _severity(tags.get(name, "")):
                tags[name] = value.lower()
            elif equals and name and name not in ("v", "p", "sp"):
                tags.setdefault(name, value)
    if "p" not in tags:
        tags["p"] = "none"
        notes.append("p=none only watches: go on to quarantine or reject once the reports show no own mail that fails")
    if rua.strip():
        address = rua.strip()
        tags.setdefault("rua", address if ":" in address else f"mailto:{address}")
    order = ["p", *(name for name in tags if name != "p")]  # `p` must follow `v` (section 6.3)
    record = "; ".join(["v=DMARC1", *(f"{name}={tags[name]}" for name in order)])
    same = len(present) == 1 and _dmarc_terms(present[0]) == _dmarc_terms(record)
    return DnsAdvice(f"_dmarc.{_host(domain)}", "TXT", present[0] if same else record, not same, notes=tuple(notes))


def ptr_advice(ip: str, hostname: str) -> DnsAdvice:
    """The reverse name of a sending address (RFC 1035, section 3.5); who owns the network publishes it."""
    try:
        address = ipaddress.ip_address(ip.strip().partition("%")[0])  # without the zone of a link-local one
    except ValueError:
        return DnsAdvice("", "PTR", "", changed=False, notes=(f"no IP address: {ip.strip()[:80]!r}",))
    record = "A" if address.version == 4 else "AAAA"
    notes = (f"{_host(hostname)} needs the {record} record {address}, and the server greets with it",)
    return DnsAdvice(address.reverse_pointer, "PTR", _host(hostname), notes=notes)


def txt_strings(text: str) -> tuple[str, ...]:
    """A long text as the strings of one TXT record (RFC 7208, section 3.3): joined without spaces they are the text."""
    pieces: list[str] = []
    piece: list[str] = []
    octets = 0
    for char in text:
        size = len(char.encode("utf-8", "surrogatepass"))
        if octets + size > _TXT_OCTETS:
            pieces.append("".join(piece))
            piece, octets = [], 0
        piece.append(char)
        octets += size
    return (*pieces, "".join(piece))


@dataclass(slots=True)
class _Spf:
    """A record taken apart; the keys are what makes two terms the same."""

    terms: dict[str, str] = field(default_factory=dict)  #: mechanisms without `all`, in order
    modifiers: dict[str, str] = field(default_factory=dict)  #: without `redirect`
    end: str = ""  #: `-all` or `redirect=...`


def _read(text: str, notes: list[str]) -> _Spf:
    spf = _Spf()
    redirect = ""
    for term in text.split()[1:]:
        _, name, value = _term(term)
        if _is_modifier(term):
            if name == "redirect":
                redirect = redirect or term
            else:
                spf.modifiers.setdefault(name, term)
        elif spf.end:
            notes.append(f"left out, since it stands after {spf.end}, where it has no effect: {term[:80]}")
        elif name == "all" and not value:
            spf.end = term
        else:
            known = name in _MECHANISMS and not value.startswith("=")
            if not known or name == "all":
                notes.append(f"kept, but no term of RFC 7208, and receivers refuse the record for it: {term[:80]}")
            plain = term.removeprefix("+") if known else term
            spf.terms.setdefault(_key(name, value), plain)
    if redirect and spf.end:
        notes.append(f"left out, since {spf.end} makes it void (RFC 7208, section 6.1): {redirect[:80]}")
    else:
        spf.end = spf.end or redirect
    return spf


def _merge(read: list[_Spf], notes: list[str]) -> _Spf:
    merged = _Spf()
    ends = list(dict.fromkeys(spf.end for spf in read if spf.end))
    alls = [end for end in ends if not _is_redirect(end)]
    redirects = [end for end in ends if _is_redirect(end)]
    for spf in read:
        for key, term in spf.terms.items():
            merged.terms.setdefault(key, term)
        for name, term in spf.modifiers.items():
            merged.modifiers.setdefault(name, term)
        # Beside an `all`, or another one, a redirect has no effect; as an include it lets the same servers send.
        if _is_redirect(spf.end) and len(ends) > 1 and spf.end != (redirects[0] if not alls else ""):
            value = spf.end.partition("=")[2]
            merged.terms.setdefault(_key("include", f":{value}"), f"include:{value}")
            notes.append(f"{spf.end[:80]} became an include")
    if alls:
        merged.end = max(alls, key=lambda end: _STRICTNESS.index(_term(end)[0]))
    elif redirects:
        merged.end = redirects[0]
    return merged


def _add(merged: _Spf, term: str, notes: list[str]) -> None:
    _, name, value = _term(term)
    there = merged.terms.get(_key(name, value))
    if there is None:
        merged.terms[_key(name, value)] = term
    elif _term(there)[0] != "+":
        merged.terms[_key(name, value)] = term
        notes.append(f"{there[:80]} kept these servers from sending and became {term[:80]}")


def _count(domain: str, record: str, records: Mapping[str, Sequence[str]], notes: list[str]) -> int | None:
    """Look-ups of a full evaluation; walks as receivers do, without recursion, and ends at `_COUNTED`."""
    known = {_host(name): texts for name, texts in records.items()}
    count = 0
    unknown: list[str] = []
    path: list[tuple[str, Iterator[tuple[str, str]]]] = [(domain, _looked_up(record))]
    walked = {domain}  # the names on the path
    while path and count < _COUNTED:
        name, terms = path[-1]
        step = next(terms, None)
        if step is None:
            path.pop()
            walked.discard(name)
            continue
        count += 1
        kind, target = step
        if kind not in ("include", "redirect"):
            continue
        if target in walked:
            notes.append(f"{name} and {target} include each other: receivers refuse the record")
        elif target not in known:
            unknown.append(target)
        else:
            found = [text for text in map(_unquoted, known[target]) if _is_spf(text)]
            if len(found) == 1:
                path.append((target, _looked_up(found[0])))
                walked.add(target)
            else:
                what = "no SPF record" if not found else f"{len(found)} SPF records"
                notes.append(f"{target} has {what}: receivers refuse what includes it")
    more = bool(unknown) or bool(path)
    if count > _MOST_LOOKUPS:
        least = "at least " if more else ""
        notes.append(f"DNS look-ups: {least}{count}, and receivers refuse more than {_MOST_LOOKUPS}")
    elif unknown:
        names = list(dict.fromkeys(unknown))
        whose = f"the record of {names[0]} is" if len(names) == 1 else f"the records of {', '.join(names)} are"
        notes.append(f"DNS look-ups: at least {count} of {_MOST_LOOKUPS}; {whose} not known")
    return None if more else count


def _looked_up(record: str) -> Iterator[tuple[str, str]]:
    """The terms of a record that cost a look-up each, as name and target."""
    redirect: str | None = None
    for term in record.split()[1:]:
        _, name, value = _term(term)
        if _is_modifier(term):
            if name == "redirect" and redirect is None:
                redirect = value[1:]
        elif name == "all" and not value:
            return  # what follows is never looked at, and a redirect is void
        elif name in _LOOKUPS:
            yield name, _host(value[1:])
    if redirect is not None:
        yield "redirect", _host(redirect)


def _term(term: str) -> tuple[str, str, str]:
    """RFC 7208, section 4.6.1: qualifier, name in lower case, and the rest with its `:`, `/` or `=`."""
    qualifier = term[0] if term[0] in _STRICTNESS else ""
    body = term[len(qualifier) :]
    for at, char in enumerate(body):
        if char in ":/=":
            return qualifier or "+", body[:at].lower(), body[at:]
    return qualifier or "+", body.lower(), ""


def _is_modifier(term: str) -> bool:
    return term[0] not in _STRICTNESS and _term(term)[2].startswith("=")


def _key(name: str, value: str) -> str:
    # The case of a macro letter has a meaning (section 7.3); that of a name has none.
    return name + (value if "%" in value else value.lower().rstrip("."))


def _is_redirect(end: str) -> bool:
    return end.lower().startswith("redirect=")


def _is_spf(text: str) -> bool:
    """RFC 7208, section 4.5: the version, then a space or the end; `v=spf10` and `spf2.0/pra` are something else."""
    return text.lower() == "v=spf1" or text[:7].lower() == "v=spf1 "


def _is_dmarc(text: str) -> bool:
    """RFC 7489, section 6.3: `v` comes first, and only DMARC1 in that case will do."""
    name, _, value = text.partition(";")[0].partition("=")
    return name.strip().lower() == "v" and value.strip() == "DMARC1"


def _dmarc_terms(text: str) -> list[tuple[str, str]]:
    pairs = [term.partition("=") for term in text.split(";") if term.strip()]
    return [(name.strip().lower(), value.strip()) for name, _, value in pairs]


def _severity(policy: str) -> int:
    return {"none": 1, "quarantine": 2, "reject": 3}.get(policy.lower(), 0)


def _unquoted(text: str) -> str:
    """A TXT value, also where it was copied from a zone file as quoted strings."""
    text = text.strip()
    if text.startswith('"') and text.endswith('"'):
        text = "".join(text.split('"')[1::2])
    return text.strip()


def _escaped(text: str) -> str:
    """RFC 1035, section 5.1."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(c if c >= " " and c != "\x7f" else f"\\{ord(c):03d}" for c in plain)


def _host(name: str) -> str:
    name = name.strip()
    return name.rstrip(".") if "%" in name else name.lower().rstrip(".")
