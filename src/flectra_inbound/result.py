"""The public result: what `process()` returns, as frozen pydantic models that round-trip through JSON.

Rules of this file: it is a leaf, but for what every shape is made of (`model`). It holds the vocabulary and the shapes, no
behaviour beyond small views of its own fields, and it knows no stage that fills it. Enum members are strings and compare equal
to their value. Annotations are no strings here (no `from __future__`): pydantic would compile each, 6 % of what importing the
package adds to importing pydantic.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from pydantic import Field, PrivateAttr

from .errors import ContentUnavailable
from .model import Model, Word


class Kind(Word):
    """What a mail is, before anybody asks where it belongs."""

    BOUNCE = "bounce"  #: at least one recipient failed for good or was given up (RFC 3464 `failed`)
    DELAY = "delay"  #: still being tried (RFC 3464 `delayed`)
    DELIVERED = "delivered"  #: success, relayed or expanded (RFC 3464)
    COMPLAINT = "complaint"  #: an abuse feedback report (RFC 5965)
    RECEIPT = "receipt"  #: a message disposition notification (RFC 8098)
    AUTO_REPLY = "auto_reply"  #: an automatic response to one mail, such as an out-of-office answer (RFC 3834)
    CHALLENGE = "challenge"  #: a request to confirm that the sender is a person
    UNSUBSCRIBE = "unsubscribe"  #: a request to leave a list, by mail (RFC 2369, RFC 8058)
    MESSAGE = "message"  #: everything that a person or a program wrote


#: kinds of delivery reports (RFC 3464), whatever they say
REPORTS = frozenset({Kind.BOUNCE, Kind.DELAY, Kind.DELIVERED})


class Action(Word):
    """RFC 3464, section 2.3.3: what the reporting MTA did for a recipient."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


class Reason(Word):
    """Why a delivery failed: Sisimai's taxonomy in snake_case, the widest public one."""

    AUTH_FAILURE = "auth_failure"
    BAD_REPUTATION = "bad_reputation"
    BLOCKED = "blocked"
    CONTENT_ERROR = "content_error"
    DELIVERED = "delivered"
    EXCEED_LIMIT = "exceed_limit"
    EXPIRED = "expired"
    FAILED_STARTTLS = "failed_starttls"
    FEEDBACK = "feedback"
    FILTERED = "filtered"
    HAS_MOVED = "has_moved"
    HOST_UNKNOWN = "host_unknown"
    MAILBOX_FULL = "mailbox_full"
    MAILER_ERROR = "mailer_error"
    MESSAGE_TOO_BIG = "message_too_big"
    NETWORK_ERROR = "network_error"
    NO_RELAYING = "no_relaying"
    NOT_ACCEPT = "not_accept"
    NOT_COMPLIANT_RFC = "not_compliant_rfc"
    ON_HOLD = "on_hold"
    POLICY_VIOLATION = "policy_violation"
    REJECTED = "rejected"
    REQUIRE_PTR = "require_ptr"
    SECURITY_ERROR = "security_error"
    SPAM_DETECTED = "spam_detected"
    SPEEDING = "speeding"
    SUPPRESSED = "suppressed"
    SUSPEND = "suspend"
    SYNTAX_ERROR = "syntax_error"
    SYSTEM_ERROR = "system_error"
    SYSTEM_FULL = "system_full"
    TOO_MANY_CONNECTIONS = "too_many_connections"
    UNDEFINED = "undefined"
    USER_UNKNOWN = "user_unknown"
    VACATION = "vacation"
    VIRUS_DETECTED = "virus_detected"


class Suppression(Word):
    """What one report, if it is genuine, says about mailing this recipient again."""

    SUPPRESS = "suppress"  #: the address is dead: stop
    COUNT = "count"  #: stop only after repeats over weeks
    IGNORE = "ignore"  #: says nothing about the address: our side, policy, content, rate, temporary, unknown


class Trust(Word):
    """Whether a report may be believed."""

    VERIFIED = "verified"  #: a valid token of ours
    MATCHES = "matches"  #: it carries what only our mail held
    UNVERIFIED = "unverified"  #: nothing speaks for or against it
    FORGED = "forged"  #: a token that is not ours or was altered


class TokenState(Word):
    """What became of a token that the host signed."""

    VALID = "valid"
    EXPIRED = "expired"  #: genuine, and too old
    FORGED = "forged"  #: in an address of the host's own, and not signed by its keys, or altered


class FromTrust(Word):
    """What may be believed of the From field."""

    AUTHENTICATED = "authenticated"  #: the domain in From vouches for the mail, or its author was logged in
    FAILED = "failed"  #: it was checked against that domain and did not pass: forged, or altered on its way
    UNKNOWN = "unknown"  #: nothing that may be believed speaks for or against it


class Evidence(Model):
    """One observation that speaks for a kind; the verdict is the sum of these."""

    rule: str  #: stable name of the rule, for example `dsn.action.failed`
    supports: Kind
    weight: int  #: points; negative evidence counts against `supports`
    text: str  #: what was seen, at most 200 characters, one line
    span: tuple[int, int] | None = None  #: byte offsets into the mail; None if seen in decoded content or the envelope


class Defect(Model):
    """One thing that is wrong with the mail; it never keeps a usable value from coming through."""

    code: str  #: a `DefectCode` value
    part: str = ""  #: MIME part path such as `1.2`; empty for the whole mail
    header: str = ""  #: field name, lower-cased, if it is about one
    detail: str = ""  #: at most 200 characters, one line


class Address(Model):
    """A mailbox (RFC 5322, section 3.4)."""

    address: str  #: `local@domain` as written; may be empty where only a name could be read
    name: str = ""  #: display name, decoded


class Recipient(Model):
    """An address that this mail came to, and where that is known from."""

    address: str
    name: str = ""
    source: (
        str  #: header name lower-cased, such as `delivered-to`; `received`: the `for` of a trace field; or `envelope`
    )


class Attachment(Model):
    """A part of the outer message that is no body text; its content is decoded when asked for."""

    index: int  #: index into `Message.parts`
    filename: str | None  #: decoded, without any path; None if it has none
    content_type: str  #: such as `application/pdf`, lower-cased
    size: int  #: bytes of the decoded content (for damaged base64: an estimate)
    content_id: str | None = None  #: without angle brackets (RFC 2392)
    inline: bool = False  #: shown within the text, not beside it (RFC 2183 or referenced by Content-ID)
    _load: Callable[[], bytes] | None = PrivateAttr(default=None)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Attachment) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.index, self.filename, self.size))

    def content(self) -> bytes:
        """The decoded bytes; raises `ContentUnavailable` on a result that was read back from JSON."""
        if self._load is None:
            raise ContentUnavailable(
                "the result was read back from JSON: the mail itself is needed for its attachments"
            )
        return self._load()


class Mail(Model):
    """The facts that a host needs to create or update a record."""

    message_id: str | None = None  #: `<id@host>`
    subject: str = ""
    date: dt.datetime | None = None  #: aware; in the sender's zone
    sender: Address | None = None  #: first author in From, else Sender
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    recipients: tuple[Recipient, ...] = ()  #: everybody it came to, each address once per source
    references: tuple[str, ...] = ()  #: `<...>`, oldest first
    in_reply_to: tuple[str, ...] = ()
    #: ids that a relay kept when it gave the mail a new one, or that the sender noted elsewhere
    kept_ids: tuple[str, ...] = ()
    text: str = ""  #: the whole plain text; rendered from HTML when there is no text/plain
    html: str | None = None  #: as sent, not sanitised
    attachments: tuple[Attachment, ...] = ()


class DeliveryRecipient(Model):
    """What a delivery report says about one recipient."""

    address: str  #: final recipient, as reported (RFC 3464, section 2.3.2)
    mailed_address: str | None = None  #: the one that we sent to, when it can be told; the only one an opt-out may use
    action: Action | None = None
    status: str | None = None  #: enhanced status code `5.1.1` (RFC 3463)
    smtp_code: str | None = None  #: reply code `550` (RFC 5321)
    diagnostic: str | None = None  #: the remote MTA's words, without the type
    remote_mta: str | None = None
    reason: Reason = Reason.UNDEFINED
    hard: bool | None = None  #: True: trying again is useless; None: cannot be told
    suppression: Suppression = Suppression.IGNORE
    because: str = ""  #: the words or the code that the reason was read from
    trust: Trust = Trust.UNVERIFIED  #: whether the report may be believed about this recipient


class Verp(Model):
    """What the address that a report came to encodes."""

    mail_id: int | None = None
    model: str | None = None
    record_id: int | None = None


class Original(Model):
    """What a report tells of the message that it is about, from what it returned or from its own fields."""

    sender: str | None = None
    recipients: tuple[str, ...] = ()  #: of To and Cc
    subject: str | None = None
    date: str | None = None  #: as written there, in whatever language


class Delivery(Model):
    """A delivery report (RFC 3464 or any other form)."""

    recipients: tuple[DeliveryRecipient, ...] = ()  #: all that it speaks of
    original_message_ids: tuple[str, ...] = ()  #: `<...>`: ids of the message that it is about
    original: Original = Original()
    reporting_mta: str | None = None
    verp: Verp | None = None
    trust: Trust = Trust.UNVERIFIED  #: what holds for all recipients: the least of theirs

    @property
    def failed(self) -> tuple[DeliveryRecipient, ...]:
        """Those whose delivery failed for good or was given up."""
        return tuple(r for r in self.recipients if r.action is Action.FAILED)


class Complaint(Model):
    """An abuse feedback report (RFC 5965)."""

    feedback_type: str  #: `abuse`, `fraud`, `not-spam`, `auth-failure`, ...; lower-cased
    recipients: tuple[str, ...] = ()  #: who complained, as far as the report says
    original_message_ids: tuple[str, ...] = ()
    reported_domain: str | None = None
    original_mail_from: str | None = None  #: the return path of what is complained about
    source_ip: str | None = None
    user_agent: str | None = None
    trust: Trust = Trust.UNVERIFIED  #: whether it may be believed about all of its recipients


class Receipt(Model):
    """A message disposition notification (RFC 8098)."""

    disposition: str  #: `displayed`, `deleted`, `dispatched`, `processed`; lower-cased
    recipient: str | None = None  #: final recipient
    original_message_ids: tuple[str, ...] = ()
    automatic: bool = False  #: sent without the user's doing (`MDN-sent-automatically`)


class SignedToken(Model):
    """A token of the host's (`sign_bounce_address()` and its kin) that the mail carries."""

    purpose: str  #: `bounce`, `reply`, `message` (in a Message-ID) or `unsubscribe`
    state: TokenState
    carrier: str  #: the address or id that it was found in
    mail_id: int | None = None  #: of the mail that it was made for; None where it is forged
    model: str | None = None
    record_id: int | None = None
    recipient: str | None = None  #: whom it was made for, where it is bound to one that this mail names


class Fragment(Model):
    """A labelled piece of a reply's source; the pieces in a row are all of it."""

    kind: str  #: author quote attribution forward_header forwarded signature footer disclaimer delimiter
    text: str
    start: int = 0  #: characters into the plain text or the HTML that was cut
    end: int = 0


class Reply(Model):
    """What the author newly wrote."""

    text: str  #: the author's words, with the quoted lines that they answer
    html: str | None = None  #: the same of an HTML mail: sanitised, without the quote
    fragments: tuple[Fragment, ...] = ()
    source: str = "text"  #: what the text and the fragments come from: `text` or `html`
    forwarded: Original | None = None  #: of a forward: who wrote what is forwarded, and under which subject


class Target(Model):
    """A record, or a model to create one in."""

    model: str
    record_id: int | None = None
    alias: str | None = None
    defaults: dict[str, Any] = Field(default={})


class Decision(Word):
    """What to do with a mail."""

    REPLY = "reply"
    CREATE = "create"
    UPDATE = "update"  #: an alias whose mail all goes to one record
    FALLBACK = "fallback"
    BOUNCE = "bounce"  #: a delivery report: book it, on the record that the lost mail belonged to
    COMPLAINT = "complaint"
    REFUSE_CATCHALL = "refuse_catchall"  #: to the catchall alone, and no answer to anything
    REFUSE_SENDER = "refuse_sender"  #: the alias is not for this sender
    LOOP = "loop"
    DUPLICATE = "duplicate"
    IGNORE = "ignore"
    UNROUTABLE = "unroutable"


class Need(Model):
    """One batched question of routing to the host."""

    kind: str  #: threads aliases sender records models mails
    #: message ids; addresses and local parts, lower-case; one address; "model,id"; models; numbers of mails
    keys: tuple[str, ...]


class Routing(Model):
    """Which record a mail belongs to."""

    decision: Decision
    targets: tuple[Target, ...] = ()
    answer: bool = False  #: may the host send its automatic answer? (RFC 3834)
    detail: str | None = None  #: subaddress (RFC 5233)
    parent_message_id: str | None = None
    trace: tuple[str, ...] = ()  #: the steps, for people
    needs: tuple[Need, ...] = ()  #: what the host must be asked first; the decision is not final while there is any


class AuthResult(Model):
    """What the host's border found by one method (RFC 8601, section 2.7)."""

    result: str  #: `pass` `fail` `softfail` `neutral` `none` `temperror` `permerror` ..., lower-cased
    #: in A-labels; SPF: of the reverse-path, DKIM: who signed, DMARC: of From, ARC: who sealed last, auth: of the login
    domain: str | None = None
    aligned: bool = (
        False  #: it passed, and for the domain in From (RFC 7489, section 3.1); auth: for the address itself
    )


class Authentication(Model):
    """What the host's own border says of the sender; docs/routing.md tells which fields are believed."""

    authserv_id: str | None = (
        None  #: whose word it is, as the gateway names it; None: the mail bears none of a trusted id
    )
    spf: AuthResult | None = None
    dkim: tuple[AuthResult, ...] = ()  #: one for each signature
    dmarc: AuthResult | None = None
    arc: AuthResult | None = None
    auth: AuthResult | None = None  #: SMTP AUTH: it was handed in by a user of the host's
    from_aligned: bool = False  #: any of them is aligned
    from_trust: FromTrust = FromTrust.UNKNOWN
    because: str = ""  #: what `from_trust` rests on, for people


class Inbound(Model):
    """The one result of `process()`: what the mail is, why, and what the host needs from it."""

    kind: Kind
    bulk: bool = False  #: list or bulk mail (the `List-` fields, Precedence)
    automatic: bool = False  #: sent by a program: never answer it automatically (RFC 3834)
    mail: Mail
    authentication: Authentication | None = None  #: None where the gateway names no `trusted_authserv_ids`
    delivery: Delivery | None = None
    complaint: Complaint | None = None
    receipt: Receipt | None = None
    reply: Reply | None = None
    routing: Routing | None = None
    tokens: tuple[SignedToken, ...] = ()  #: of the host's own, where `Gateway.keys` are given
    evidence: tuple[Evidence, ...] = ()
    defects: tuple[Defect, ...] = ()
