"""Numbers and values out of a key: SHAKE-128 as the source, since `random` promises no stable sequence of choices."""

from __future__ import annotations

import hashlib
import struct
import time
from calendar import timegm
from collections.abc import Iterator

_BLOCK = 128  #: numbers a block: most mails need one
_UNPACK = struct.Struct(f"<{_BLOCK}I").unpack
_NOISE = 1 << 16  #: places to cut a token from
_SERIAL = 8  #: characters of a token that hold the number of the mail

DIGITS, HEX, HEX_UPPER = b"0123456789", b"0123456789abcdef", b"0123456789ABCDEF"
ALNUM_LOWER, ALNUM = (
    DIGITS + b"abcdefghijklmnopqrstuvwxyz",
    DIGITS + b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
)

FIRST = tuple(
    "ada adam agnes alba amir anders anita anna aron astrid axel bela berta boris carla cecil clara dana david dora edith "
    "elena elias emil emma enzo erik eva felix fiona frida gita greta gustav hana hanna heidi hugo ida ines ingrid irma "
    "isak ivan jana jens joana jonas julia kaya kira klara lars lena leo liam lidia lina luca mara marek maria marta mateo "
    "mia milan mira nadia nils nina nora olaf olga oskar otto paula pavel pedro petra rana remo rita rosa ruben samir sara "
    "selma silas sofia sven tamar tara tilda tomas ursula vera viktor wanda yara yusuf zara zeno".split()
)
LAST = tuple(
    "abel acker albers alder amato andersen arnold bach baker banner barros bauer becker berg bianchi blom bond borg brandt "
    "brook brown bruno burger carlson castro cerny clark costa dahl dekker diaz dubois duran eklund esposito evans falk "
    "farkas fischer fontana ford frank fuchs gallo garcia gomez green haas hall hansen hartman hill holm horvat ivanov jansen "
    "jensen jonas kaiser keller kim klein koch kovac krause kruger lang larsen leroy lind lopez lund maier marin martin mayer "
    "meyer moreau moretti nagy navarro nilsson novak nowak olsen ortega palmer petit petrov pinto popa ramos reed ricci roth "
    "rossi ruiz sanders santos sato schmid silva simon sommer stein strand suzuki tanaka taylor torres vale varga vogel wagner "
    "walker weber west winkler wolf yilmaz young zeman zimmer".split()
)
_HEADS = "alder amber arc atlas beech birch blue bright cedar clear coral delta east ember fern field first flint forge glen "
_HEADS += (
    "gold green grove harbor haven hazel high iron ivy jade lake lark lime linden maple marsh mill moss north nova oak "
)
_HEADS += (
    "olive onyx opal orchard pearl pine plain quartz quill red reed ridge river rowan sage salt silver sky slate south"
)
_TAILS = "bank base bau bay beam bridge build care craft dale data depot desk dock farm fleet foods gate glass goods hub kraft "
_TAILS += (
    "lab line link logistics mark mart media mill net office parts pharma point port press print pumps rail roof shop "
)
_TAILS += (
    "soft steel stone store studio supply systems textil tools trade travel volt ware water werk wind wood works yard"
)
ORGANISATIONS = tuple(head + tail for head in _HEADS.split() for tail in _TAILS.split())

_EPOCH = timegm((2019, 1, 1, 0, 0, 0))
_DAYS = 7 * 365
_DATES = tuple(
    time.strftime("%a, %d %b %Y ", time.gmtime(_EPOCH + day * 86_400)).encode() for day in range(-800, _DAYS + 800)
)
_CLOCK = tuple(b"%02d" % number for number in range(60))


def _noise(alphabet: bytes) -> bytes:
    table = bytes(alphabet[i % len(alphabet)] for i in range(256))
    return hashlib.shake_128(alphabet).digest(_NOISE + 256).translate(table)


NOISE = {alphabet: _noise(alphabet) for alphabet in (DIGITS, HEX, HEX_UPPER, ALNUM_LOWER, ALNUM)}


def numbers(key: bytes) -> Iterator[int]:
    """32 bits each, without end."""
    block = 0
    while True:
        yield from _UNPACK(hashlib.shake_128(b"%s/%d" % (key, block)).digest(_BLOCK * 4))
        block += 1


def token(number: int, length: int, alphabet: bytes, serial: int) -> bytes:
    """Ten or more characters without meaning. The last ones hold `serial`, so that no two mails share one."""
    start = number & 0xFFFF
    return NOISE[alphabet][start : start + length - _SERIAL] + b"%08d" % (serial % 100_000_000)


def date(seconds: int) -> bytes:
    """RFC 5322 date and time without a zone; `seconds` since the first day that mails are from."""
    day, rest = divmod(seconds, 86_400)
    hour, rest = divmod(rest, 3_600)
    return b"%s%s:%s:%s" % (_DATES[day + 800], _CLOCK[hour], _CLOCK[rest // 60], _CLOCK[rest % 60])


def moment(number: int) -> int:
    """Some second of the seven years that mails are from."""
    return number % (_DAYS * 86_400)
