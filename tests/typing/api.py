"""The whole public API as a typed program: mypy checks it, nothing runs it. A name or a type that changes fails here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from email.message import EmailMessage
from email.message import Message as StdlibMessage
from typing import Any

from typing_extensions import assert_type

from flectra_inbound import (
    Action,
    Address,
    AliasDomain,
    Answers,
    Attachment,
    Authentication,
    AuthResult,
    Complaint,
    ConfigurationError,
    ContentUnavailable,
    Decision,
    Defect,
    DefectCode,
    Delivery,
    DeliveryRecipient,
    Envelope,
    Evidence,
    FlectraInboundError,
    Fragment,
    FromTrust,
    Gateway,
    Inbound,
    InputTypeError,
    Kind,
    Limits,
    Mail,
    Message,
    Need,
    Original,
    Pipeline,
    Reason,
    Receipt,
    Recipient,
    Reply,
    Routing,
    Sent,
    SignedToken,
    StaticHost,
    Suppression,
    Target,
    Token,
    TokenKey,
    TokenState,
    Trust,
    Verp,
    load_gateway,
    parse,
    process,
    reply_from_html,
    reply_from_text,
    route,
    sign_bounce_address,
    sign_message_id,
    sign_reply_address,
    sign_unsubscribe_address,
    verify_bounce_address,
    verify_message_id,
    verify_reply_address,
    verify_unsubscribe_address,
)
from flectra_inbound.interop.flectra import (
    Bounce,
    Route,
    bounces,
    fold_html,
    is_bounce,
    message_dict,
    process_message,
    routes,
)
from flectra_inbound.interop.stdlib_email import as_bytes, parse_message
from flectra_inbound.parse import Defect as ParseDefect
from flectra_inbound.parse import DeliveryStatus, Embedded, FieldGroup, Headers, Mailbox, Part, Received


def configuration() -> tuple[Gateway, Envelope, tuple[Sent, ...], Limits]:
    domain = AliasDomain(name="host.example", bounce="bounce", catchall="catchall", default_from=None)
    gateway = Gateway(alias_domains=(domain,), trusted_authserv_ids=("mx.host.example",), removes_forged_results=True)
    assert_type(gateway.trusted_authserv_ids, tuple[str, ...])
    assert_type(gateway.removes_forged_results, bool)
    assert_type(gateway.alias_domains, tuple[AliasDomain, ...])
    assert_type(gateway.is_bounce_address("bounce+1@host.example"), bool)
    assert_type(domain.name, str)
    assert_type(domain.default_from, str | None)
    envelope = Envelope(mail_from="", rcpt_to=("desk@host.example",))
    assert_type(envelope.mail_from, str | None)
    assert_type(envelope.rcpt_to, tuple[str, ...])
    sent = Sent(message_id="<1@host.example>", recipients=("u@far.example",), text="x", html=None)
    assert_type(sent.recipients, tuple[str, ...])
    limits = Limits(parts=10, message_bytes=1_000_000)
    assert_type(limits.parts, int)
    return gateway, envelope, (sent,), limits


def run(raw: bytes, buffer: bytearray, view: memoryview, now: dt.datetime) -> Inbound:
    gateway, envelope, sent, limits = configuration()
    pipeline = Pipeline(gateway=gateway, limits=limits)
    assert_type(pipeline.gateway, Gateway | None)
    assert_type(pipeline.limits, Limits)
    assert_type(pipeline.process(buffer, envelope=envelope, sent=sent, now=now), Inbound)
    assert_type(pipeline.read(parse(view, limits=limits), envelope=envelope, sent=list(sent)), Inbound)

    def host(needs: Sequence[Need]) -> Answers:
        assert_type([(need.kind, need.keys) for need in needs], list[tuple[str, tuple[str, ...]]])
        return Answers()

    return assert_type(process(raw, gateway=gateway, host=host, envelope=envelope, sent=sent, now=now), Inbound)


def result(inbound: Inbound) -> None:
    assert_type(inbound.kind, Kind)
    assert_type(inbound.bulk, bool)
    assert_type(inbound.automatic, bool)
    assert_type(inbound.mail, Mail)
    assert_type(inbound.authentication, Authentication | None)
    assert_type(inbound.delivery, Delivery | None)
    assert_type(inbound.complaint, Complaint | None)
    assert_type(inbound.receipt, Receipt | None)
    assert_type(inbound.reply, Reply | None)
    assert_type(inbound.routing, Routing | None)
    assert_type(inbound.tokens, tuple[SignedToken, ...])
    for token in inbound.tokens:
        assert_type(token.state, TokenState)
        assert_type((token.purpose, token.carrier), tuple[str, str])
        assert_type((token.mail_id, token.record_id), tuple[int | None, int | None])
        assert_type((token.model, token.recipient), tuple[str | None, str | None])
    assert_type(inbound.evidence, tuple[Evidence, ...])
    assert_type(inbound.defects, tuple[Defect, ...])
    assert_type(Inbound.model_validate_json(inbound.model_dump_json()), Inbound)
    assert_type(inbound.model_copy(update={"bulk": True}), Inbound)
    assert_type(Inbound.model_json_schema(), dict[str, Any])


def tokens(now: dt.datetime) -> None:
    keys = (TokenKey(1, b"sixteen bytes or more"),)
    for sign in (sign_bounce_address, sign_unsubscribe_address):
        assert_type(sign(keys, "bounce", "acme.example", recipient="a@b.example", mail_id=1, now=now), str)
    assert_type(sign_reply_address(keys, "catchall", "acme.example", mail_id=1, model="crm.lead", now=now), str)
    assert_type(sign_message_id(keys, "acme.example", mail_id=1, model=7, record_id=2, now=now), str)
    for verify in (verify_bounce_address, verify_reply_address, verify_message_id, verify_unsubscribe_address):
        token = assert_type(verify(keys, "text", now=now), Token | None)
        if token is not None:
            assert_type((token.mail_id, token.model, token.expired), tuple[int, int | str | None, bool])
            assert_type(token.is_for("a@b.example"), bool)
    Gateway(keys=keys, model_numbers={7: "crm.lead"})


def flectra(message: StdlibMessage) -> None:
    gateway, envelope, sent, _ = configuration()
    inbound = assert_type(process_message(message, gateway=gateway, envelope=envelope, sent=sent), Inbound)
    assert_type(message_dict(inbound, series="2.x", attachments=False, fold=False), dict[str, Any])
    assert_type(routes(inbound, thread_id=1, custom_values={}, user_id=2), list[Route])
    assert_type(bounces(inbound), tuple[Bounce, ...])
    assert_type(is_bounce(inbound), bool)
    assert_type(fold_html("<p>", sent=sent), str)


def mail(found: Mail) -> None:
    assert_type(found.message_id, str | None)
    assert_type(found.subject, str)
    assert_type(found.date, dt.datetime | None)
    assert_type(found.sender, Address | None)
    for people in (found.reply_to, found.to, found.cc):
        assert_type(people, tuple[Address, ...])
        for person in people:
            assert_type((person.address, person.name), tuple[str, str])
    for recipient in found.recipients:
        assert_type(recipient, Recipient)
        assert_type((recipient.address, recipient.name, recipient.source), tuple[str, str, str])
    assert_type(found.references, tuple[str, ...])
    assert_type(found.in_reply_to, tuple[str, ...])
    assert_type(found.text, str)
    assert_type(found.html, str | None)
    for attachment in found.attachments:
        assert_type(attachment, Attachment)
        assert_type(attachment.index, int)
        assert_type(attachment.filename, str | None)
        assert_type(attachment.content_type, str)
        assert_type(attachment.size, int)
        assert_type(attachment.content_id, str | None)
        assert_type(attachment.inline, bool)
        assert_type(attachment.content(), bytes)


def authentication(found: Authentication) -> bool:
    assert_type(found.authserv_id, str | None)
    assert_type(found.dkim, tuple[AuthResult, ...])
    for one in (found.spf, found.dmarc, found.arc, found.auth, *found.dkim):
        assert_type(one, AuthResult | None)
        if one is not None:
            assert_type((one.result, one.domain, one.aligned), tuple[str, str | None, bool])
    assert_type(found.from_aligned, bool)
    assert_type(found.from_trust, FromTrust)
    assert_type(found.because, str)
    return found.from_trust in (FromTrust.AUTHENTICATED, FromTrust.FAILED, FromTrust.UNKNOWN)


def delivery(found: Delivery) -> None:
    assert_type(found.failed, tuple[DeliveryRecipient, ...])
    assert_type(found.original_message_ids, tuple[str, ...])
    assert_type(found.reporting_mta, str | None)
    assert_type(found.trust, Trust)
    assert_type(found.verp, Verp | None)
    if found.verp is not None:
        assert_type(found.verp.mail_id, int | None)
        assert_type(found.verp.model, str | None)
        assert_type(found.verp.record_id, int | None)
    for person in found.recipients:
        assert_type(person.address, str)
        assert_type(person.action, Action | None)
        assert_type(person.reason, Reason)
        assert_type(person.hard, bool | None)
        assert_type(person.trust, Trust)
        assert_type(person.suppression, Suppression)
        for text in (
            person.mailed_address,
            person.status,
            person.smtp_code,
            person.diagnostic,
            person.remote_mta,
        ):
            assert_type(text, str | None)


def other_reports(complaint: Complaint, receipt: Receipt) -> None:
    assert_type(complaint.feedback_type, str)
    assert_type(complaint.recipients, tuple[str, ...])
    assert_type(complaint.original_message_ids, tuple[str, ...])
    for text in (complaint.reported_domain, complaint.source_ip, complaint.user_agent, receipt.recipient):
        assert_type(text, str | None)
    assert_type(receipt.disposition, str)
    assert_type(receipt.original_message_ids, tuple[str, ...])
    assert_type(receipt.automatic, bool)


def stored(text: str, sent: tuple[Sent, ...]) -> tuple[str, str | None]:
    reply = assert_type(reply_from_text(text, sent=sent), Reply)
    assert_type([(f.kind, f.text, f.start, f.end) for f in reply.fragments], list[tuple[str, str, int, int]])
    assert_type(reply.forwarded, Original | None)
    return reply.source, assert_type(reply_from_html(text), Reply).html


def reply_and_routing(reply: Reply, routing: Routing) -> None:
    assert_type(reply.text, str)
    assert_type(reply.html, str | None)
    for fragment in reply.fragments:
        assert_type(fragment, Fragment)
        assert_type((fragment.kind, fragment.text), tuple[str, str])
    assert_type(routing.decision, Decision)
    assert_type(routing.answer, bool)
    assert_type(routing.detail, str | None)
    assert_type(routing.parent_message_id, str | None)
    assert_type(routing.trace, tuple[str, ...])
    assert_type(routing.needs, tuple[Need, ...])
    for target in routing.targets:
        assert_type(target, Target)
        assert_type(target.model, str)
        assert_type(target.record_id, int | None)
        assert_type(target.alias, str | None)
        assert_type(target.defaults, dict[str, Any])


def routed(inbound: Inbound, config: dict[str, Any]) -> Routing:
    gateway, host = assert_type(load_gateway(config), tuple[Gateway, StaticHost])
    return assert_type(route(inbound, gateway, host(route(inbound, gateway).needs)), Routing)


def why(evidence: Evidence, defect: Defect) -> None:
    assert_type(evidence.rule, str)
    assert_type(evidence.supports, Kind)
    assert_type(evidence.weight, int)
    assert_type(evidence.text, str)
    assert_type(evidence.span, tuple[int, int] | None)
    assert_type((defect.code, defect.part, defect.header, defect.detail), tuple[str, str, str, str])


def message(found: Message) -> None:
    for mailboxes in (found.from_, found.sender, found.reply_to, found.to, found.cc, found.addresses("bcc")):
        assert_type(mailboxes, tuple[Mailbox, ...])
    assert_type(found.subject, str)
    assert_type(found.date, dt.datetime | None)
    assert_type(found.message_id, str | None)
    assert_type(found.in_reply_to, tuple[str, ...])
    assert_type(found.references, tuple[str, ...])
    assert_type(found.return_path, str | None)
    assert_type(found.received, tuple[Received, ...])
    assert_type(found.text, str)
    assert_type(found.html, str | None)
    assert_type(found.bodies, tuple[Part, ...])
    assert_type(found.attachments, tuple[Part, ...])
    assert_type(found.parts, list[Part])
    assert_type(found.root, Part)
    assert_type(found.headers, Headers)
    assert_type(found.headers.get("subject"), str | None)
    assert_type(found.embedded, tuple[Embedded, ...])
    assert_type(found.embedded_ids, tuple[str, ...])
    assert_type(found.delivery_status, tuple[DeliveryStatus, ...])
    assert_type(found.feedback_report, FieldGroup | None)
    assert_type(found.disposition_notification, FieldGroup | None)
    assert_type(found.defects, tuple[ParseDefect, ...])
    assert_type(found.defects[0].code, DefectCode)
    assert_type(found.truncated, bool)
    assert_type(found.source, bytes)
    assert_type(found.limits, Limits)


def errors(raw: bytes, found: Attachment) -> str:
    try:
        return str(len(found.content()) + len(parse(raw).text))
    except (InputTypeError, ContentUnavailable) as error:
        base: FlectraInboundError = error
        return str(base)
    except ConfigurationError as error:
        as_builtin: ValueError = error
        return str(as_builtin)


def words(kind: Kind, action: Action, reason: Reason, suppression: Suppression, trust: Trust, code: DefectCode) -> str:
    plain: list[str] = [kind, action, reason, suppression, trust, code]
    if kind is Kind.BOUNCE and action is Action.FAILED and suppression is Suppression.SUPPRESS:
        return Reason.USER_UNKNOWN.value
    return DefectCode.BAD_DATE.value if trust is Trust.FORGED else ",".join(plain)


def bridge(old: StdlibMessage, new: EmailMessage) -> None:
    assert_type(as_bytes(old), bytes)
    assert_type(parse_message(new, limits=Limits()), Message)


def refused() -> None:
    """What must not pass: an ignore that is not needed fails the check (`warn_unused_ignores`)."""
    parse("From: a@b.example")  # type: ignore[arg-type]
    process(None)  # type: ignore[arg-type]
    Gateway(unknown=1)  # type: ignore[call-arg]
    Limits(parts="9")  # type: ignore[arg-type]
    Pipeline(Gateway())  # type: ignore[call-arg]
    parse_message(b"")  # type: ignore[arg-type]
