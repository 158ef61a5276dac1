"""The label of a corpus case: what must hold of one mail. A label states only what it asserts; None is not checked."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from flectra_inbound import Action, Decision, Kind, Reason, Suppression, Trust


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RecipientLabel(Strict):
    """One recipient of a delivery report; found by its address."""

    address: str
    mailed_address: str | None = None
    action: Action | None = None
    status: str | None = None
    smtp_code: str | None = None
    diagnostic_contains: str | None = None
    remote_mta: str | None = None
    reason: Reason | None = None
    hard: bool | None = None
    suppression: Suppression | None = None


class MailLabel(Strict):
    """Facts of the mail itself."""

    message_id: str | None = None
    subject: str | None = None
    date: str | None = None  #: ISO 8601 with offset
    sender: str | None = None  #: address of the author
    sender_name: str | None = None
    reply_to: tuple[str, ...] | None = None
    to: tuple[str, ...] | None = None
    cc: tuple[str, ...] | None = None
    references: tuple[str, ...] | None = None
    in_reply_to: tuple[str, ...] | None = None
    text: str | None = None  #: the whole text, line ends as LF, outer blank lines stripped
    text_contains: tuple[str, ...] = ()
    text_excludes: tuple[str, ...] = ()
    html_contains: tuple[str, ...] = ()
    attachments: tuple[str, ...] | None = None  #: file names in order; "" for a part without one


class ComplaintLabel(Strict):
    feedback_type: str
    recipients: tuple[str, ...] | None = None
    original_message_ids: tuple[str, ...] | None = None


class ReceiptLabel(Strict):
    disposition: str
    recipient: str | None = None
    automatic: bool | None = None
    original_message_ids: tuple[str, ...] | None = None


class ReplyLabel(Strict):
    """The author's part of the text; white space is compared collapsed."""

    text: str
    optional: str = ""  #: words that may be kept or not
    drops: tuple[str, ...] = ()  #: what must not be in the text
    fragments: tuple[str, ...] | None = None  #: kinds in order, adjacent equal ones merged
    forwarded_sender: str | None = None
    forwarded_subject: str | None = None


class TargetLabel(Strict):
    """A record, or a model to create one in; alias and defaults are checked where they are named."""

    model: str
    record: int | None = None  #: always checked: without it there must be none
    alias: str | None = None
    defaults: dict[str, Any] | None = None


class RoutingLabel(Strict):
    """Where the mail belongs, with the answers of the host that the label names."""

    decision: Decision
    targets: tuple[TargetLabel, ...] | None = None  #: exactly these, in order; () = none
    answer: bool | None = None  #: may the host send its automatic answer? (RFC 3834)
    detail: str | None = None  #: subaddress; "" = none
    parent: str | None = None  #: the message that it answers; "" = none
    rounds: tuple[tuple[str, ...], ...] | None = None  #: kinds of questions that the host is asked, a row a round
    trace_contains: tuple[str, ...] = ()


class EnvelopeLabel(Strict):
    """What the SMTP session said."""

    mail_from: str | None = None
    rcpt_to: tuple[str, ...] = ()


class Label(Strict):
    """What must hold of `<case>.eml` beside this `<case>.toml`."""

    note: str = Field(min_length=10)  #: what this case alone covers
    source: str = Field(min_length=3)  #: whose format it is and where it is known from
    fails: str | None = Field(None, min_length=10)  #: what is wrong so far; the run fails when it no longer is
    kind: Kind
    #: BCP 47: what its own words are in, not those that it quotes; of two languages the one that is not English
    language: str = Field("en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    bulk: bool | None = None
    automatic: bool | None = None
    recipients: tuple[RecipientLabel, ...] | None = None  #: exactly these addresses; [] = none
    failed: tuple[str, ...] | None = None  #: exactly these addresses failed
    original_message_ids: tuple[str, ...] | None = None  #: of the delivery report
    trust: Trust | None = None
    complaint: ComplaintLabel | None = None
    receipt: ReceiptLabel | None = None
    mail: MailLabel | None = None
    reply: ReplyLabel | None = None
    evidence: tuple[str, ...] = ()  #: rules that must be among the evidence
    defects: tuple[str, ...] | None = None  #: codes that must be among the defects; () = none at all
    gateway: str | None = None  #: the host: a file of corpus/gateways/, without its suffix
    config: dict[str, Any] | None = None  #: keys that go before those of the file
    envelope: EnvelopeLabel | None = None
    routing: RoutingLabel | None = None

    @model_validator(mode="after")
    def routing_needs_a_gateway(self) -> Label:
        if (self.gateway is None) != (self.routing is None):
            raise ValueError("gateway and routing go together")
        if self.gateway is None and (self.config is not None or self.envelope is not None):
            raise ValueError("config and envelope are for a gateway")
        return self
