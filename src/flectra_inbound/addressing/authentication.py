"""What may be believed of From, from what the host's own border wrote into the mail (RFC 8601, RFC 8617, RFC 7489).

Rules of this file: no signature is checked and nothing is looked up; what a host named by the gateway says is believed, and
nothing else. Which fields count:

- Only fields with a trusted authserv-id, and of these only the newest, which is the topmost. A field with our id that came
  in with the mail stands below what our border adds; position tells no more than that, since the sender's first line is the
  neighbour of our last. So a border that adds a field to every mail is safe even if it deletes nothing.
- All of them, for each method the topmost, where the host says that its border deletes forged ones (RFC 8601, section 5).
- A damaged field proves nothing: addresses and domains of the sender's choosing stand in it, and may be what damaged it.
- ARC fields are claims of whoever sealed them. They count where the trusted field says `arc=pass`, the chain is whole, and
  every party in it is named by the gateway too: a seal proves who made a claim, not that it is true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..gateway import Gateway
from ..parse import DefectCode, Message
from ..result import Authentication, AuthResult, FromTrust
from .authres import AuthRes, Finding, read_arc_authres, read_authres, read_authserv_id, read_tags
from .domains import aligned, domain_of

#: RFC 8617, section 4.2.1: the highest instance
_INSTANCES = 50
#: Characters of a field; the longest that borders write have some 2,000. A value that the parse stage cut is longer.
_LONGEST = 8_000
#: whose domain a result of the method is about, the first that stands there
_DOMAINS = {
    "spf": ("smtp.mailfrom", "smtp.mail"),  # QUIRK: smtp.mail. Seen in Gmail until 2015.
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
    "auth": ("smtp.auth", "smtp.mailfrom"),
}
_BETWEEN_WORDS = re.compile(r"[\s<>()\[\],;:\"']+")
_AT_SIGNS = str.maketrans("\uff20\ufe6b", "@@")
#: another reader may find another From behind these
_DAMAGE = frozenset({DefectCode.HEADER_COUNT_LIMIT, DefectCode.HEADER_BLOCK_LIMIT, DefectCode.MISSING_SEPARATOR})
_DAMAGED_FROM = frozenset(
    {DefectCode.BAD_ADDRESS, DefectCode.ADDRESS_LIMIT, DefectCode.HEADER_VALUE_LIMIT, DefectCode.NUL_BYTES}
)


@dataclass(frozen=True, slots=True)
class _Author:
    address: str  #: lower-case
    domain: str


def read_authentication(message: Message, gateway: Gateway) -> Authentication | None:
    """All of `Authentication`; None where the gateway names nobody who could be believed."""
    if not gateway.trusted_authserv_ids:
        return None
    trusted = {_normal(name): name for name in gateway.trusted_authserv_ids}
    fields = _trusted_fields(message, trusted, all_count=gateway.removes_forged_results)
    author, why_not = _author(message)
    findings = [found for field in fields for found in field.findings]
    results = _results(findings, author)
    arc, claims = _arc(message, findings, trusted)
    if not fields:
        trust, because = FromTrust.UNKNOWN, "no field of a trusted authserv-id"
    else:
        trust, because = _judged(results, author, why_not)
        if trust is not FromTrust.AUTHENTICATED and author is not None:
            for instance, claim in claims:
                if _judged(_results(claim.findings, author), author, "")[0] is FromTrust.AUTHENTICATED:
                    trust, because = FromTrust.AUTHENTICATED, f"arc=pass, and instance {instance} vouches for it"
                    break
    return Authentication.of(
        authserv_id=trusted[_normal(fields[0].authserv_id)] if fields else None,
        spf=_one(results["spf"]),
        dkim=tuple(results["dkim"]),
        dmarc=_one(results["dmarc"]),
        arc=arc,
        auth=_one(results["auth"]),
        from_aligned=any(found.aligned for of_method in results.values() for found in of_method),
        from_trust=trust,
        because=because,
    )


def _normal(name: str) -> str:
    return domain_of(name) or name.strip().lower()


def _trusted_fields(message: Message, trusted: dict[str, str], *, all_count: bool) -> list[AuthRes]:
    headers = message.headers
    found: list[AuthRes] = []
    methods: set[str] = set()
    for value in headers.raw_all("authentication-results"):
        text = headers.as_text("authentication-results", value)
        if _normal(read_authserv_id(text)) not in trusted:
            continue
        field = read_authres(text)
        findings = field.findings
        if not field.good or len(value) > _longest(message):
            findings = tuple(f for f in findings if f.result != "pass")
        newest = tuple(f for f in findings if f.method not in methods)
        methods.update(f.method for f in field.findings)
        found.append(AuthRes(field.authserv_id, newest, field.good))
        if not all_count:
            break
    return found


def _longest(message: Message) -> int:
    return min(
        _LONGEST, message.limits.header_value_bytes // 4
    )  # folds are gone from what was cut: up to two thirds of it


def _author(message: Message) -> tuple[_Author | None, str]:
    """The one address of From where every reader finds the same one; else why there is none."""
    if message.headers.count("from") != 1:
        return None, "not one From"
    mailboxes = message.from_
    if len(mailboxes) != 1:
        return None, "From names nobody, or several"
    name, address = mailboxes[0]
    shown = f"{name} {message.headers.get('from')}"
    if any(defect.code in _DAMAGE and not defect.part for defect in message.defects) or any(
        defect.code in _DAMAGED_FROM and defect.header == "from" and not defect.part for defect in message.defects
    ):
        return None, "From can be read in several ways"
    domain = domain_of(address) if address.count("@") == 1 else None
    if domain is None:
        return None, "From has no address of a domain"
    if any(word.lower() != address.lower() for word in _addresses_in(shown)):
        return None, "From shows another address than it has"
    return _Author(address.lower(), domain), ""


def _addresses_in(text: str) -> list[str]:
    """Words that a person or a sloppy reader takes for an address."""
    words = _BETWEEN_WORDS.split(text.translate(_AT_SIGNS))
    return [word for word in words if "@" in word and "." in word.rpartition("@")[2]]


def _results(findings: Iterable[Finding], author: _Author | None) -> dict[str, list[AuthResult]]:
    """The results of each method that says something of From. SPF of the reverse-path goes before HELO's."""
    results: dict[str, list[AuthResult]] = {method: [] for method in _DOMAINS}
    for found in findings:
        if found.method in results:
            results[found.method].append(_result(found, author))
    results["spf"] = [found for found in results["spf"] if found.domain is not None] or results["spf"]
    return results


def _result(found: Finding, author: _Author | None) -> AuthResult:
    name = next((name for name in _DOMAINS[found.method] if name in found.properties), "")
    domain = domain_of(found.properties[name]) if name else None
    match = False
    if author is not None and found.result == "pass":
        if found.method == "auth":  # a login is a person's, not a domain's
            match = found.properties.get("smtp.auth", "").lower() == author.address
        elif domain is not None:
            match = domain == author.domain if found.method == "dmarc" else aligned(domain, author.domain)
    return AuthResult.of(result=found.result, domain=domain, aligned=match)


def _one(results: Sequence[AuthResult]) -> AuthResult | None:
    """The result of a method that has one: the worst, if there are several."""
    return min(results, key=lambda found: {"fail": 0, "pass": 2}.get(found.result, 1), default=None)


def _judged(results: dict[str, list[AuthResult]], author: _Author | None, why_not: str) -> tuple[FromTrust, str]:
    """What one party's results say of From, and because of which."""
    dmarc, spf, auth = _one(results["dmarc"]), _one(results["spf"]), _one(results["auth"])
    if dmarc is not None and dmarc.result == "fail":
        return FromTrust.FAILED, f"dmarc=fail for {dmarc.domain or 'From'}"
    if author is None:
        return FromTrust.UNKNOWN, why_not
    if dmarc is not None and dmarc.result == "pass":
        if dmarc.aligned:
            return FromTrust.AUTHENTICATED, f"dmarc=pass for {dmarc.domain}"
        # who checked saw another From than we do
        return FromTrust.UNKNOWN, f"dmarc=pass is for {dmarc.domain or 'nobody'}, not for {author.domain}"
    if auth is not None and auth.aligned:
        return FromTrust.AUTHENTICATED, "auth=pass, logged in as the author"
    signed = next((found.domain for found in results["dkim"] if found.aligned), None)
    if signed is not None:
        return FromTrust.AUTHENTICATED, f"dkim=pass for {signed}"
    if spf is not None and spf.aligned:
        return FromTrust.AUTHENTICATED, f"spf=pass for {spf.domain}"
    if spf is not None and spf.result == "fail" and spf.domain is not None and aligned(spf.domain, author.domain):
        return FromTrust.FAILED, f"spf=fail for {spf.domain}"
    return FromTrust.UNKNOWN, f"nothing that passed is for {author.domain}"


# -- ARC -------------------------------------------------------------------------------------------------------------------


def _arc(
    message: Message, findings: Sequence[Finding], trusted: dict[str, str]
) -> tuple[AuthResult | None, list[tuple[int, AuthRes]]]:
    """What the trusted field says of the chain, and the claims in it that may be believed, oldest first."""
    result = _one([AuthResult.of(result=f.result, domain=None, aligned=False) for f in findings if f.method == "arc"])
    if result is None or result.result != "pass":
        return result, []
    chain = _chain(message)
    if not chain:
        return result, []
    claims: list[tuple[int, AuthRes]] = []
    for instance, (claim, sealer) in enumerate(chain, 1):
        host = domain_of(claim.authserv_id)
        if host is None or _normal(claim.authserv_id) not in trusted or not aligned(host, sealer):
            claims = []
            break
        if claim.good:
            claims.append((instance, claim))
    return AuthResult.of(result=result.result, domain=chain[-1][1], aligned=False), claims


def _chain(message: Message) -> list[tuple[AuthRes, str]]:
    """RFC 8617, section 5.2: claim and sealing domain of each instance from 1 on; empty where the chain is not whole.

    What is sealed is not checked: that is what `arc=pass` says.
    """
    headers = message.headers
    raw = [headers.raw_all(f"arc-{name}") for name in ("seal", "message-signature", "authentication-results")]
    size = len(raw[0])
    if not 0 < size <= _INSTANCES or any(len(values) != size for values in raw):
        return []
    if any(len(value) > _longest(message) for values in raw for value in values):
        return []
    seals = _by_instance(read_tags(value) for value in raw[0])
    signatures = _by_instance(read_tags(value) for value in raw[1])
    claims = dict(
        read for value in raw[2] if (read := read_arc_authres(headers.as_text("arc-authentication-results", value)))
    )
    chain: list[tuple[AuthRes, str]] = []
    for instance in range(1, size + 1):
        seal, claim = seals.get(instance), claims.get(instance)
        sealer = domain_of(seal.get("d", "")) if seal is not None else None
        if seal is None or sealer is None or claim is None or instance not in signatures:
            return []
        if seal.get("cv", "").lower() != ("none" if instance == 1 else "pass"):
            return []
        chain.append((claim, sealer))
    return chain


def _by_instance(tags: Iterable[dict[str, str] | None]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for seal in tags:
        number = seal.get("i", "") if seal is not None else ""
        if seal is not None and number.isascii() and number.isdigit() and len(number) <= 3:
            found[int(number)] = seal
    return found
