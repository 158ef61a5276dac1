"""Signed tokens: what was signed comes back through all that relays do to addresses, and nothing else does."""

from __future__ import annotations

import base64
import string
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flectra_inbound.addressing.schemes import decode_address
from flectra_inbound.addressing.tokens import (
    Token,
    TokenKey,
    sign_bounce_address,
    sign_message_id,
    sign_reply_address,
    sign_unsubscribe_address,
    tokens_in,
    verify_bounce_address,
    verify_message_id,
    verify_reply_address,
    verify_unsubscribe_address,
)
from flectra_inbound.errors import ConfigurationError

OLD = TokenKey(1, b"the first secret of ours")
NEW = TokenKey(2, b"the second secret of ours")
NOW = datetime(2026, 1, 2, 23, 59, tzinfo=timezone.utc)
DAY = timedelta(days=1)
ADA = "ada@shop.example"

Verify = Callable[..., "Token | None"]
VERIFIERS: list[Verify] = [
    verify_bounce_address,
    verify_reply_address,
    verify_message_id,
    verify_unsubscribe_address,
]
BOUND: list[tuple[Callable[..., str], Verify]] = [
    (sign_bounce_address, verify_bounce_address),
    (sign_unsubscribe_address, verify_unsubscribe_address),
]


def bounce(keys: Sequence[TokenKey] = (OLD,), **given: object) -> str:
    settings: dict[str, object] = {
        "recipient": ADA,
        "mail_id": 128,
        "model": "crm.lead",
        "record_id": 17,
        "now": NOW,
        **given,
    }
    return sign_bounce_address(keys, "bounce", "acme.example", **settings)  # type: ignore[arg-type]


def signed(purpose: int, alias: str = "x") -> str:
    if purpose == 2:
        return sign_message_id([OLD], "acme.example", mail_id=128, model=3, record_id=17, now=NOW)
    if purpose == 1:
        return sign_reply_address([OLD], alias, "acme.example", mail_id=128, model=3, record_id=17, now=NOW)
    sign = sign_bounce_address if purpose == 0 else sign_unsubscribe_address
    return sign([OLD], alias, "acme.example", recipient=ADA, mail_id=128, model=3, record_id=17, now=NOW)


IDS = st.integers(0, 2**63 - 2) | st.integers(0, 2**32)
MODELS = st.none() | st.integers(0, 2**62 - 1) | st.from_regex(r"[a-z][a-z0-9_.]{0,29}", fullmatch=True)


@given(mail_id=IDS, model=MODELS, record_id=st.none() | IDS, days=st.integers(0, 10_000), upper=st.booleans())
def test_what_was_signed_comes_back(
    mail_id: int, model: int | str | None, record_id: int | None, days: int, upper: bool
) -> None:
    ids = {"mail_id": mail_id, "model": model, "record_id": record_id}
    expected = Token(mail_id, model, record_id, expired=False)
    message_id = sign_message_id([NEW, OLD], "acme.example", now=NOW, days=days, **ids)  # type: ignore[arg-type]
    assert verify_message_id([NEW, OLD], message_id.upper() if upper else message_id, now=NOW) == expected
    for sign, verify in (*BOUND, (sign_reply_address, verify_reply_address)):
        address = ""
        bound = {"recipient": ADA} if sign is not sign_reply_address else {}
        try:
            address = sign([NEW, OLD], "", "acme.example", now=NOW, days=days, **ids, **bound)
        except ConfigurationError:  # of the largest names and numbers not all fit into a local part
            assert len(message_id.partition("@")[0]) - 1 > 64
            continue
        assert len(address.partition("@")[0]) <= 64
        assert verify([NEW, OLD], address.upper() if upper else address, now=NOW) == expected


@pytest.mark.parametrize("purpose", range(4))
def test_a_token_of_one_purpose_is_none_of_another(purpose: int) -> None:
    text = signed(purpose)
    for other, verify in enumerate(VERIFIERS):
        assert (verify([OLD], text, now=NOW) is not None) == (other == purpose)
        # nor with its letter changed
        local = text.strip("<>").partition("@")[0].rpartition("+")[2]
        changed = text.replace(local, "brmu"[other] + local[1:])
        assert (verify([OLD], changed, now=NOW) is not None) == (other == purpose)


@pytest.mark.parametrize("purpose", range(4))
def test_every_character_counts(purpose: int) -> None:
    def proves(text: str) -> bool:
        token = verify([OLD], text, now=NOW)
        return token is not None and (purpose in (1, 2) or token.is_for(ADA))

    text = signed(purpose)
    local, _, domain = text.partition("@")
    start = local.rfind("+") + 1 if "+" in local else 1
    verify = VERIFIERS[purpose]
    assert proves(text)
    for at in range(start, len(local)):
        for character in string.printable + "\u212a\u0131\u017f\udcff\0":
            if character.lower() == local[at] and character.isascii():
                continue
            tampered = f"{local[:at]}{character}{local[at + 1 :]}@{domain}"
            assert not proves(tampered), (at, character)
        assert not proves(f"{local[:at]}{local[at + 1 :]}@{domain}"), at
    assert not proves(f"{local}a@{domain}")


@pytest.mark.parametrize("length", range(1, 8))
def test_a_cut_token_is_none(length: int) -> None:
    local, _, domain = bounce().partition("@")
    assert verify_bounce_address([OLD], f"{local[:-length]}@{domain}", now=NOW) is None


@pytest.mark.parametrize("separator", "+=-")
@pytest.mark.parametrize("alias", ["bounce", "b", "out-bounce", "bounce+eu", ""])
def test_separators_and_what_relays_put_around_it(separator: str, alias: str) -> None:
    address = sign_bounce_address([OLD], alias, "acme.example", recipient=ADA, mail_id=7, now=NOW, separator=separator)
    local, _, domain = address.partition("@")
    expected = Token(7, None, None, expired=False)
    around = [
        address,
        f"<{address}>",
        f"<{address.upper()}>",
        f"{local}+detail@{domain}",
        f"{local}-detail@{domain}",
        f"{local}=detail@{domain}",
        f"prvs=0123abcdef={address}",
        f"SRS0=Ab3d=TT={domain}={local}@relay.example",
        f"news-bounces+{local}={domain}@lists.example",
        local,
    ]
    for text in around:
        assert verify_bounce_address([OLD], text, now=NOW) == expected, text


def test_a_wrapped_address_is_ours_behind_the_decoder_too() -> None:
    local, _, domain = bounce().partition("@")
    found = decode_address(f"SRS0=Ab3d=TT={domain}={local}@relay.example")
    assert found is not None
    assert found.address is not None
    assert verify_bounce_address([OLD], found.address, now=NOW) == Token(128, "crm.lead", 17, expired=False)


def test_keys_change() -> None:
    before = bounce([OLD])
    after = bounce([NEW, OLD])
    assert verify_bounce_address([NEW, OLD], before, now=NOW) is not None
    assert verify_bounce_address([NEW, OLD], after, now=NOW) is not None
    assert verify_bounce_address([NEW], before, now=NOW) is None
    assert verify_bounce_address([OLD], after, now=NOW) is None
    assert verify_bounce_address([], before, now=NOW) is None


def test_a_key_is_its_secret_and_its_id() -> None:
    assert verify_bounce_address([TokenKey(1, NEW.secret)], bounce([OLD]), now=NOW) is None
    assert verify_bounce_address([TokenKey(9, OLD.secret)], bounce([OLD]), now=NOW) is None
    assert verify_bounce_address([TokenKey(1, NEW.secret), OLD], bounce([OLD]), now=NOW) is not None


def test_expiry_is_said_and_not_decided() -> None:
    address = bounce(days=30)
    for days, expired in ((0, False), (30, False), (31, True), (4_000, True)):
        assert verify_bounce_address([OLD], address, now=NOW + days * DAY) == Token(128, "crm.lead", 17, expired)


def test_a_day_is_one_of_utc() -> None:
    east = timezone(timedelta(hours=14))
    address = bounce(days=0, now=NOW)
    token = verify_bounce_address([OLD], address, now=NOW.astimezone(east))  # the next day there
    assert token is not None
    assert not token.expired


def test_common_ids_fit_beside_an_alias() -> None:
    for model in ("crm.lead", "res.partner", "project.task"):
        assert len(bounce(mail_id=2**28 - 1, model=model, record_id=2**28 - 2).partition("@")[0]) <= 64
    assert len(bounce(mail_id=2**31, model=300, record_id=2**31).partition("@")[0]) <= 50


def test_the_smallest_and_the_largest_token() -> None:
    for mail_id, model, record_id in (
        (0, None, None),
        (2**63 - 1, "m" * 30, 2**63 - 2),
        (2**63 - 1, 2**62 - 1, 2**63 - 2),
    ):
        text = sign_message_id([OLD], "acme.example", mail_id=mail_id, model=model, record_id=record_id, now=NOW)
        assert verify_message_id([OLD], text, now=NOW) == Token(mail_id, model, record_id, expired=False)


def test_a_message_id_may_be_made_more_unique() -> None:
    one, other = (sign_message_id([OLD], "acme.example", mail_id=7, now=NOW, unique=u) for u in ("a.1", "a.2"))
    assert one != other
    assert (
        verify_message_id([OLD], one, now=NOW)
        == verify_message_id([OLD], other, now=NOW)
        == Token(7, None, None, False)
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail_id": -1},
        {"mail_id": 2**63},
        {"record_id": -2},
        {"record_id": 2**63 - 1},
        {"model": "no model"},
        {"model": ""},
        {"model": -1},
        {"model": 2**62},
        {"model": "a.model.that.is.too.long.to.fit"},
        {"days": -1},
        {"days": 100_000},
        {"now": datetime(2026, 1, 2)},
        {"now": datetime(1960, 1, 2, tzinfo=timezone.utc)},
        {"separator": "."},
        {"keys": []},
        {"recipient": "ada"},
    ],
)
def test_what_cannot_be_signed_is_an_error_of_the_caller(wrong: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError):
        bounce(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("alias", "domain"),
    [("b@c", "acme.example"), ("b c", "acme.example"), ("b" * 40, "a.example"), ("b", ""), ("b", "a@b")],
)
def test_an_address_that_would_be_none_is_an_error_of_the_caller(alias: str, domain: str) -> None:
    with pytest.raises(ConfigurationError):
        sign_reply_address([OLD], alias, domain, mail_id=128, model="crm.lead", record_id=17, now=NOW)


@pytest.mark.parametrize("unique", ["a..b", ".a", "a.", "a b", "a@b", "x" * 65])
def test_an_id_that_would_be_none_is_an_error_of_the_caller(unique: str) -> None:
    with pytest.raises(ConfigurationError):
        sign_message_id([OLD], "acme.example", mail_id=128, now=NOW, unique=unique)


@pytest.mark.parametrize(("number", "secret"), [(-1, b"x" * 16), (256, b"x" * 16), (1, b"short"), (1, b"")])
def test_a_weak_key_is_an_error_of_the_caller(number: int, secret: bytes) -> None:
    with pytest.raises(ConfigurationError):
        TokenKey(number, secret)


def test_a_key_does_not_show_its_secret() -> None:
    assert "secret" not in repr(OLD)


@given(
    st.text(max_size=300) | st.text("bmruBMRU234567aA+=-@.<>", max_size=300) | st.from_regex(r"[bmru][a-z2-7]{20,70}")
)
def test_any_text_is_taken_and_none_is_genuine(text: str) -> None:
    for verify in VERIFIERS:
        assert verify([OLD, NEW], text, now=NOW) is None


def test_hostile_text_is_looked_at_no_further() -> None:
    assert verify_bounce_address([OLD], "b" * 1_000_000, now=NOW) is None
    assert verify_bounce_address([OLD], ("b" + "a" * 30 + "-") * 30, now=NOW) is None


@pytest.mark.parametrize(("sign", "verify"), BOUND)
def test_a_bound_token_is_for_its_recipient_alone(sign: Callable[..., str], verify: Verify) -> None:
    address = sign([NEW, OLD], "x", "acme.example", recipient="Ada@Müller.example", mail_id=7, now=NOW)
    token = verify([OLD, NEW], address, now=NOW)
    assert token is not None
    for spelling in ("ada@müller.example", "ADA@MÜLLER.EXAMPLE", "ada@xn--mller-kva.example", " Ada@Müller.example "):
        assert token.is_for(spelling), spelling
    for other in (
        "ada@muller.example",
        "eve@müller.example",
        "ada@müller.example.net",
        "",
        "ada",
        "@",
        "ada@" + "ü" * 300,
    ):
        assert not token.is_for(other), other


@given(st.text(max_size=60))
def test_any_text_is_held_against_a_token(text: str) -> None:
    token = verify_bounce_address([OLD], bounce(), now=NOW)
    assert token is not None
    assert token.is_for(text) == (text.strip().lower() == ADA)


@given(st.emails(), st.emails())
def test_no_recipient_is_another(one: str, other: str) -> None:
    token = verify_bounce_address([OLD], bounce(recipient=one), now=NOW)
    assert token is not None
    assert token.is_for(one)
    assert token.is_for(other) == (one.lower() == other.lower())


def test_one_mails_recipient_is_not_put_into_another_mails_token() -> None:
    def octets(address: str) -> bytes:
        code = address.partition("@")[0].rpartition("+")[2][1:].upper()
        return base64.b32decode(code + "=" * (-len(code) % 8))

    hers, his = octets(bounce(mail_id=128)), octets(bounce(mail_id=129, recipient="eve@shop.example"))
    code = base64.b32encode(his[:-5] + hers[-5:]).decode("ascii").rstrip("=").lower()
    token = verify_bounce_address([OLD], f"bounce+b{code}@acme.example", now=NOW)
    assert token is not None
    assert token.mail_id == 129
    assert not token.is_for(ADA)


def test_who_answers_is_free() -> None:
    token = verify_reply_address([OLD], signed(1), now=NOW)
    assert token is not None
    assert not token.is_for(ADA)


def test_what_has_a_tokens_form_is_told_apart() -> None:
    local, _, domain = bounce().partition("@")
    altered = f"{local[:-1]}{'a' if local[-1] != 'a' else 'e'}@{domain}"
    assert tokens_in([OLD], bounce(), now=NOW) == [("b", Token(128, "crm.lead", 17, expired=False))]
    [(letter, token)] = tokens_in([NEW], bounce(), now=NOW)
    assert (letter, token) == ("b", None)
    assert tokens_in([OLD], "sales+promo@acme.example", now=NOW) == []
    # the last letters are about the recipient: only his half is altered
    [(_, token)] = tokens_in([OLD], altered, now=NOW)
    assert token is None or not token.is_for(ADA)
