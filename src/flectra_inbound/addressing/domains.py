"""Which domain a value names, and whether one domain may speak for another (RFC 7489, section 3.1: alignment).

Rules of this file: no look-up, no list of all public suffixes. Relaxed alignment needs the organisational domain, which
only such a list knows; what stands here is narrower on purpose. It says yes to equal domains, and to a domain and one below
it where the upper one is held by one party as far as can be told; in doubt it says no. Two domains beside each other below
a third are never aligned. A border that evaluates DMARC has the list, and its `dmarc` result goes before all this.
"""

from __future__ import annotations

import re

_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_UPPER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}

#: Second-level names below which registries of countries register; so are all of up to three letters (co, com, ac).
_REGISTRY = frozenset(
    "asso firm gouv govt gobierno info name priv prof school store tourism coop museum aero arts conf game mobi "
    "museu parliament police presse press terre travel".split()
)
#: Countries whose registries register below names of places, below any name, or below too many to tell.
_PLACES = frozenset(
    "ar au bd br ck cn er fk fr hu id il in it jm jp ke kh kr kw mm mx my no np nz pg pk pl pt ro ru th tn tr tt tw ua uk us "
    "za".split()
)
#: Domains below which strangers get one of their own: no name at or below them speaks for another.
_SHARED = frozenset(
    "amazonaws.com appspot.com azurewebsites.net blogspot.com cloudfront.net cloudns.net dedyn.io duckdns.org "
    "dyndns.org edu.au eu.com eu.org firebaseapp.com fly.dev github.io gitlab.io gov.au gov.br gov.pl gov.uk "
    "herokuapp.com hopto.org jpn.com leg.br myshopify.com netlify.app ngrok.io no-ip.org nom.br on-web.fr "
    "onmicrosoft.com onrender.com pages.dev pp.ua readthedocs.io sa.com sch.uk surge.sh uk.com us.com "
    "vercel.app web.app wixsite.com wordpress.com workers.dev za.com zapto.org zendesk.com".split()
)


def domain_of(value: str) -> str | None:
    """The domain of `local@domain` or `domain` as lower-case A-labels; None where there is none that mail could come from.

    >>> domain_of("<Nora@Bücher.EXAMPLE.>"), domain_of("bank.example(.evil.example")
    ('xn--bcher-kva.example', None)
    """
    domain = value.strip().strip("<>").rpartition("@")[2]
    domain = domain.lower() if domain.isascii() else domain.translate(_UPPER)
    domain = domain[:-1] if domain.endswith(".") else domain
    if len(domain) > 253:
        return None
    labels = domain.split(".")
    if not domain.isascii():
        labels = [label if label.isascii() else _a_label(label) for label in labels]
    if len(labels) < 2 or any(_LABEL.fullmatch(label) is None for label in labels):
        return None
    return ".".join(labels)


def _a_label(label: str) -> str:
    # No mapping of letters: IDNA 2003 would make another domain of some (RFC 5895); not alike is never aligned.
    return "xn--" + label.encode("punycode", "replace").decode("ascii", "replace") if label.isprintable() else ""


def aligned(one: str, other: str) -> bool:
    """Whether two domains as `domain_of` gives them are one party's.

    >>> aligned("shop.example", "shop.example"), aligned("mail.shop.example", "shop.example")
    (True, True)
    >>> aligned("a.shop.example", "b.shop.example"), aligned("co.uk", "shop.co.uk"), aligned("me.github.io", "github.io")
    (False, False, False)
    """
    if one == other:
        return True
    upper, lower = sorted((one, other), key=len)
    return lower.endswith("." + upper) and not _is_shared(upper)


def _is_shared(domain: str) -> bool:
    """Whether strangers may hold names below it; in doubt they may."""
    labels = domain.split(".")
    if len(labels) < 2 or ".".join(labels[-2:]) in _SHARED:
        return True
    second, top = labels[-2:]
    if len(top) != 2:
        return False
    registry = len(second) <= 3 or second in _REGISTRY
    if top == "us" or (top in _PLACES and not registry):  # us: below states, and below k12 of these
        return True
    return len(labels) == 2 and registry
