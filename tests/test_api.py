"""The public API keeps its word: honest `__all__`, clear errors of the caller, frozen results, JSON, bridges."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.message import Message as StdlibMessage
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

import flectra_inbound
from flectra_inbound import (
    Action,
    AliasDomain,
    Attachment,
    ConfigurationError,
    ContentUnavailable,
    DefectCode,
    Envelope,
    FlectraInboundError,
    Gateway,
    Inbound,
    InputTypeError,
    Kind,
    Limits,
    Pipeline,
    Reason,
    Sent,
    Suppression,
    Trust,
    parse,
    process,
)
from flectra_inbound.interop.stdlib_email import as_bytes, parse_message

from .conftest import CORPUS

MAIL = (
    b"From: =?utf-8?q?Nor=C3=A4_Vale?= <nora@example.com>\r\nTo: desk@host.example\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n"
    b"Date: Mon, 3 Jun 2024 10:00:00 +0200\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    b"Sch\xc3\xb6nen Tag\r\n--B\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"JVBERi0x\r\n--B--\r\n"
)
KINDS = ("auto_reply", "bounce", "complaint", "delay", "delivered", "message", "receipt")


def one_of(kind: str) -> bytes:
    return sorted(CORPUS.joinpath(kind).rglob("*.eml"))[0].read_bytes()


# -- names -------------------------------------------------------------------------------------------------------------


def test_all_is_sorted_and_complete() -> None:
    names = flectra_inbound.__all__
    assert list(names) == sorted(set(names))
    public = {
        name
        for name, value in vars(flectra_inbound).items()
        if not name.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert public == set(names)


@pytest.mark.interpreted
def test_every_public_class_and_function_says_what_it_is() -> None:
    for name in flectra_inbound.__all__:
        assert (getattr(flectra_inbound, name).__doc__ or "").strip(), name


def test_enum_members_are_their_strings() -> None:
    for words in (Kind, Action, Reason, Suppression, Trust, DefectCode):
        for member in words:
            assert member == member.value
            assert str(member) == member.value
            assert f"{member}" == member.value
            assert {member.value: 1}[member] == 1
            assert json.loads(json.dumps(member)) == member.value


# -- errors of the caller ----------------------------------------------------------------------------------------------

WRONG: list[tuple[str, Callable[[], object], type[FlectraInboundError], type[Exception], str]] = [
    ("parse a str", lambda: parse("From: a@b.example"), InputTypeError, TypeError, "str"),  # type: ignore[arg-type]
    ("process a str", lambda: process("x"), InputTypeError, TypeError, "binary mode"),  # type: ignore[arg-type]
    ("process None", lambda: process(None), InputTypeError, TypeError, "NoneType"),  # type: ignore[arg-type]
    ("a message object", lambda: parse(EmailMessage()), InputTypeError, TypeError, "stdlib_email"),  # type: ignore[arg-type]
    ("as_bytes of bytes", lambda: as_bytes(b"x"), InputTypeError, TypeError, "bytes"),  # type: ignore[arg-type]
    ("Gateway, no such field", lambda: Gateway(unknown=1), ConfigurationError, ValueError, "unknown"),  # type: ignore[call-arg]
    ("Gateway, within", lambda: Gateway(alias_domains=({"nom": "x"},)), ConfigurationError, ValueError, "alias_domains"),  # type: ignore[arg-type]
    ("AliasDomain", lambda: AliasDomain(), ConfigurationError, ValueError, "name"),  # type: ignore[call-arg]
    ("Envelope", lambda: Envelope(rcpt=1), ConfigurationError, ValueError, "rcpt"),  # type: ignore[call-arg]
    ("Envelope, type", lambda: Envelope(rcpt_to=1), ConfigurationError, ValueError, "rcpt_to"),  # type: ignore[arg-type]
    ("Sent", lambda: Sent(text=1), ConfigurationError, ValueError, "text"),  # type: ignore[arg-type]
    ("Limits of zero", lambda: Limits(parts=0), ConfigurationError, ValueError, "parts"),
    ("Limits of True", lambda: Limits(parts=True), ConfigurationError, ValueError, "parts"),
    ("Limits of text", lambda: Limits(addresses="9"), ConfigurationError, ValueError, "addresses"),  # type: ignore[arg-type]
]  # fmt: skip


@pytest.mark.parametrize(
    ("call", "error", "builtin", "word"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG]
)
def test_a_callers_error_names_what_is_wrong(
    call: Callable[[], object], error: type[FlectraInboundError], builtin: type[Exception], word: str
) -> None:
    with pytest.raises(FlectraInboundError, match=word) as caught:
        call()
    assert type(caught.value) is error
    assert isinstance(caught.value, builtin)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview, lambda raw: memoryview(bytearray(raw))])
def test_bytes_of_every_type_mean_the_same(wrap: Callable[[bytes], Any]) -> None:
    assert process(wrap(MAIL)) == process(MAIL)
    assert parse(wrap(MAIL)).text == parse(MAIL).text


def test_the_mail_is_not_shared_with_the_callers_buffer() -> None:
    buffer = bytearray(MAIL)
    inbound = process(buffer)
    buffer[:] = b"x" * len(buffer)
    assert inbound.mail.attachments[0].content() == b"%PDF-1"


# -- results -----------------------------------------------------------------------------------------------------------


def models(value: object) -> list[BaseModel]:
    """A model and all models within it."""
    if isinstance(value, BaseModel):
        return [value, *(m for name in type(value).model_fields for m in models(getattr(value, name)))]
    return [m for item in value for m in models(item)] if isinstance(value, tuple) else []


@pytest.mark.parametrize("kind", KINDS)
def test_results_are_frozen(kind: str) -> None:
    found = models(process(one_of(kind)))
    assert len(found) > 3
    for model in found:
        field = next(iter(type(model).model_fields))
        with pytest.raises(ValidationError, match="frozen"):
            setattr(model, field, getattr(model, field))
        with pytest.raises(ValidationError):
            model.no_such_field = 1  # type: ignore[attr-defined]


def test_what_the_caller_gives_is_frozen() -> None:
    for given in (Gateway(), Envelope(), Sent(), AliasDomain(name="host.example")):
        with pytest.raises(ValidationError, match="frozen"):
            setattr(given, next(iter(type(given).model_fields)), None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Limits().parts = 3  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        Pipeline().gateway = None  # type: ignore[misc]


@pytest.mark.parametrize("kind", KINDS)
def test_built_results_equal_validated_ones(kind: str) -> None:
    for path in sorted(CORPUS.joinpath(kind).rglob("*.eml"))[:8]:
        built = process(path.read_bytes())
        assert built.kind == kind, path
        for model in models(built):
            data = model.model_dump()
            assert set(data) == set(type(model).model_fields), f"{type(model).__name__} lacks a field"
            assert type(model).model_validate(data) == model
            assert type(model).model_validate(data, strict=True) == model
            assert type(model).model_validate_json(model.model_dump_json()) == model
            assert repr(model)
            assert model.model_copy() == model


@pytest.mark.parametrize("kind", KINDS)
def test_results_are_hashable(kind: str) -> None:
    raw = one_of(kind)
    assert hash(process(raw)) == hash(process(raw))


def test_the_schema_tells_all_fields() -> None:
    schema = Inbound.model_json_schema()
    assert set(schema["properties"]) == set(Inbound.model_fields)
    assert {"Mail", "Delivery", "DeliveryRecipient", "Attachment", "Kind"} <= set(schema["$defs"])
    assert set(schema["$defs"]["Kind"]["enum"]) == {kind.value for kind in Kind}
    assert "_load" not in json.dumps(schema)


def test_octets_of_the_smtp_session_become_characters() -> None:
    given = Envelope(mail_from="b\udcc3\udcbcro@shop.example", rcpt_to=("\udcff@host.example", "\ud800@host.example"))
    assert given.mail_from == "büro@shop.example"
    assert given.rcpt_to == ("\ufffd@host.example", "?@host.example")
    assert process(b"From: a@b.example\n\nx\n", envelope=given).model_dump_json()


def test_the_pipeline_is_what_process_is_short_for() -> None:
    gateway = Gateway(alias_domains=(AliasDomain(name="host.example"),))
    envelope = Envelope(mail_from="", rcpt_to=("bounce@host.example",))
    sent = (Sent(message_id="<1@host.example>", recipients=("u@far.example",)),)
    pipeline = Pipeline(gateway=gateway)
    for kind in KINDS:
        raw = one_of(kind)
        assert Pipeline().process(raw) == process(raw) == Pipeline().read(parse(raw))
        assert pipeline.process(raw, envelope=envelope, sent=sent) == process(
            raw, gateway=gateway, envelope=envelope, sent=sent
        )


def test_an_envelope_is_seen() -> None:
    inbound = process(MAIL, envelope=Envelope(rcpt_to=("sales@host.example",)))
    assert ("envelope", "sales@host.example") in {(r.source, r.address) for r in inbound.mail.recipients}


def test_limits_reach_the_parse_stage() -> None:
    codes = {defect.code for defect in Pipeline(limits=Limits(parts=1)).process(MAIL).defects}
    assert DefectCode.PART_LIMIT in codes


# -- attachments -------------------------------------------------------------------------------------------------------


def test_an_attachment_gives_its_content() -> None:
    (attachment,) = process(MAIL).mail.attachments
    assert attachment.content() == b"%PDF-1"
    assert (attachment.filename, attachment.content_type, attachment.size) == ("a.pdf", "application/pdf", 6)
    assert parse(MAIL).parts[attachment.index].content() == b"%PDF-1"


def test_the_content_is_gone_after_json() -> None:
    inbound = process(MAIL)
    again = Inbound.model_validate_json(inbound.model_dump_json())
    assert again == inbound
    with pytest.raises(ContentUnavailable, match="JSON") as caught:
        again.mail.attachments[0].content()
    assert isinstance(caught.value, FlectraInboundError)
    assert isinstance(caught.value, LookupError)


def test_a_copied_result_keeps_the_content() -> None:
    copied = process(MAIL).model_copy(deep=True)
    assert copied.mail.attachments[0].content() == b"%PDF-1"


def test_attachments_compare_by_what_they_say() -> None:
    first, second = (process(MAIL).mail.attachments[0] for _ in range(2))
    assert first == second
    assert hash(first) == hash(second)
    assert first != Attachment(index=9, filename=None, content_type="a/b", size=0)
    assert first != "a.pdf"


# -- message objects ---------------------------------------------------------------------------------------------------

POLICIES = {
    "compat32": policy.compat32,
    "default": policy.default,
    "SMTP": policy.SMTP,
    "SMTPUTF8": policy.SMTPUTF8,
    "HTTP": policy.HTTP,
    "strict": policy.default.clone(raise_on_defect=False, refold_source="all", cte_type="7bit"),
}


@pytest.mark.parametrize("name", POLICIES)
def test_a_message_object_of_any_policy_is_the_mail(name: str) -> None:
    want = process(MAIL)
    message = parse_message(message_from_bytes(MAIL, policy=POLICIES[name]))
    got = Pipeline().read(message)
    assert got.mail.text.strip() == want.mail.text.strip() == "Schönen Tag"
    assert got.mail.subject == want.mail.subject == "Grüße"
    assert got.mail.sender is not None
    assert (got.mail.sender.address, got.mail.sender.name) == ("nora@example.com", "Norä Vale")
    assert (got.mail.sender, got.mail.date, got.mail.message_id) == (
        want.mail.sender,
        want.mail.date,
        want.mail.message_id,
    )
    assert got.mail.attachments[0].content() == b"%PDF-1"


def test_a_message_that_was_built_is_read() -> None:
    built = EmailMessage()
    built["From"] = "Zoë Ökonom <zoe@example.com>"
    built["Subject"] = "Grüße " * 30
    built.set_content("Schönen Tag\n\nFrom here on: no mangling\n")
    built.add_attachment(b"%PDF-1", maintype="application", subtype="pdf", filename="ä.pdf")
    message = parse_message(built)
    assert message.from_[0].name == "Zoë Ökonom"
    assert message.subject.split() == ["Grüße"] * 30
    assert "\nFrom here on" in message.text
    assert [part.filename for part in message.attachments] == ["ä.pdf"]


def broken_objects() -> dict[str, StdlibMessage]:
    """Objects that the standard library's own generator cannot write, or writes oddly."""
    found: dict[str, StdlibMessage] = {"empty": StdlibMessage(), "empty EmailMessage": EmailMessage()}
    surrogate = StdlibMessage()
    surrogate["Subject"] = "lone \udce9 and \ud800"
    surrogate.set_payload("marmalade")
    found["surrogates"] = surrogate
    no_byte = StdlibMessage()
    no_byte["Subject"] = "x"
    no_byte.set_payload("marmalade \ud800")
    found["surrogates that are no byte in the text"] = no_byte
    charset = StdlibMessage()
    charset["Content-Type"] = "text/plain; charset=x-nope"
    charset.set_payload("marmalade é")
    found["charset"] = charset
    text = StdlibMessage()
    text["Content-Type"] = "multipart/mixed; boundary=B"
    text.set_payload("marmalade")
    found["multipart that is text"] = text
    number = StdlibMessage()
    number.set_payload(17)
    found["a number as payload"] = number
    listed = StdlibMessage()
    listed["Content-Type"] = "text/plain"
    listed.set_payload(["marmalade", 3])
    found["a list of no messages"] = listed
    folded = StdlibMessage()
    folded._headers = [("Subject", "x\nBcc: eve@evil.example\n\nbody"), ("", "y"), ("A B", "z")]  # type: ignore[attr-defined]
    folded.set_payload("marmalade")
    found["line ends in a field"] = folded
    objects = StdlibMessage()
    objects["Subject"] = None
    objects["X"] = 3
    objects.set_payload("marmalade")
    found["fields that are no text"] = objects
    inner = StdlibMessage()
    inner["Subject"] = "innermost"
    for _ in range(1_500):
        outer = StdlibMessage()
        outer["Content-Type"] = "message/rfc822"
        outer.set_payload([inner])
        inner = outer
    found["depth"] = inner
    loop = StdlibMessage()
    loop["Subject"] = "loop"
    loop["Content-Type"] = "multipart/mixed; boundary=B"
    loop.set_payload([loop])
    found["itself within itself"] = loop
    return found


BROKEN = broken_objects()


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_message_object_raises_nothing(name: str) -> None:
    raw = as_bytes(BROKEN[name])
    assert isinstance(raw, bytes)
    message = parse_message(BROKEN[name])
    assert message.source == parse(raw).source
    assert Pipeline().read(message).mail is not None
    payload = vars(BROKEN[name])["_payload"]  # get_payload() raises on some
    if isinstance(payload, str) and "marmalade" in payload:
        assert "marmalade" in message.text


def test_fields_of_a_message_object_put_in_no_further_fields() -> None:
    assert "bcc" not in parse_message(BROKEN["line ends in a field"]).headers
