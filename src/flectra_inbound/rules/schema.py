"""What a rule file may say. Unknown keys are errors, so that a typing mistake in a rule cannot sleep."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ..result import Kind, Reason, Suppression


class Rule(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class StatusCode(Rule):
    """One line of the IANA registry of enhanced status codes (RFC 5248), with the reason that it means."""

    code: str = Field(pattern=r"^X\.[0-9]\.[0-9]{1,2}$")
    text: str
    source: str
    reason: Reason = Reason.UNDEFINED
    transient: Reason | None = None  #: the reason with class 4, where that differs


class SmtpCode(Rule):
    """A reply code that says something by itself (RFC 5321 and others)."""

    code: str = Field(pattern=r"^[245][0-9]{2}$")
    source: str
    reason: Reason


class VendorCodes(Rule):
    """Enhanced status codes that one vendor uses and the registry does not know."""

    vendor: str
    source: str
    reason: Reason
    codes: tuple[str, ...] = Field(min_length=1)  #: such as "X.7.515", or a range "X.7.606-649"


class StatusFile(Rule):
    code: tuple[StatusCode, ...]
    vendor: tuple[VendorCodes, ...]
    smtp: tuple[SmtpCode, ...]


class ReasonRule(Rule):
    """What follows from a reason."""

    reason: Reason
    group: Literal[
        "address",
        "domain",
        "disabled",
        "ambiguous",
        "full",
        "size",
        "content",
        "policy",
        "transient",
        "feedback",
        "other",
    ]
    hard: bool | None = None  #: with class 5; class 4 is never hard; None: cannot be told
    suppression: Suppression
    note: str = ""


class ReasonPhrase(Rule):
    """Words of a diagnostic that tell the reason."""

    reason: Reason
    source: str
    #: lower-case words in a row; hosts, addresses, codes and punctuation between them do not matter; `*`: the last word may
    #: go on; `%`: a host at the beginning of a reply; scripts without blanks: found anywhere
    words: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  #: a provider's codes and links, lower-case, looked for in the text as it stands
    hosts: tuple[str, ...] = ()  #: counts only if one of these speaks, or is the recipient's domain
    weak: bool = False  #: also said of mailboxes that are there: opts nobody out unless the code agrees
    bare: bool = False  #: names no cause: with words beside it that are not familiar, the code is not believed for sure

    @model_validator(mode="after")
    def _says_something(self) -> ReasonPhrase:
        if not self.words and not self.marks:
            raise ValueError("a phrase needs words or marks")
        return self


class ReasonFile(Rule):
    reason: tuple[ReasonRule, ...]
    phrase: tuple[ReasonPhrase, ...]  #: in order: the first whose words are found counts
    #: words of a diagnostic that speak of rate, reputation, policy, sender or content: with one of them neither code nor
    #: words are believed that say the address is dead
    contradicting: tuple[str, ...]
    #: words of a diagnostic that add nothing to a code; with any other, and no phrase, the code is not believed for sure
    familiar: frozenset[str]
    beside: frozenset[str]  #: words that add nothing to a phrase about an address that is gone
    before_rcpt: tuple[str, ...]  #: how a text says that a refusal came before any recipient was named
    at_rcpt: tuple[str, ...]  #: and that one came in reply to the recipient
    after_data: tuple[str, ...]  #: how a text says that a refusal came after the message, not after the recipient
    before_data: tuple[str, ...]  #: and how a transcript shows that it did not, though DATA stands before it
    labels: tuple[str, ...]  #: words that say nothing: what a system calls a reply before it quotes it, footers
    #: what the text for people tells where the words beside the address would opt somebody out; marks also where they
    #: tell nothing
    text: tuple[ReasonPhrase, ...]


class Phrase(Rule):
    """How a subject begins, or what the start of a text holds. Words are compared without case, accents and punctuation,
    but a phrase that ends in a colon stands before a colon, or is all of the subject.
    """

    supports: Kind
    weight: int = Field(ge=1, le=9)
    beside: str = ""  #: texts: counts beside this header field only, whatever else the mail looks like
    words: tuple[str, ...] = Field(min_length=1)
    language: str
    source: str
    unverified: bool = False  #: reconstructed from memory or second hand


class HeaderRule(Rule):
    """A field that tells what kind of program sent a mail."""

    header: str = Field(pattern=r"^[a-z0-9-]+$")
    values: tuple[str, ...] = ()  #: lower-case beginnings of the value; none: any value
    unless: tuple[str, ...] = ()  #: lower-case beginnings that say nothing
    holds: tuple[str, ...] = ()  #: lower-case pieces of the value, any of which must be there
    lacks: tuple[str, ...] = ()  #: lower-case pieces of the value with any of which it says nothing
    hint: bool = False  #: people's mail has it too: no proof that a program sent the mail
    supports: Kind | None = None  #: None: says only that a program sent it
    weight: int = Field(default=0, ge=0, le=9)
    source: str


class AutomaticFile(Rule):
    header: tuple[HeaderRule, ...] = ()
    subject: tuple[Phrase, ...] = ()
    text: tuple[Phrase, ...] = ()
    unread: tuple[str, ...] = ()  #: beginnings of receipts' subjects: the mail was deleted unread


class UnsubscribeFile(Rule):
    """What a mail consists of that does nothing but leave a list; lower-case, without punctuation at the end."""

    source: str
    command: tuple[str, ...] = Field(min_length=1)  #: all of a subject or line, but for a token or an address behind it
    doubtful: tuple[str, ...] = Field(
        min_length=1
    )  #: the same; they mean something else where the mailbox takes no such mail
    machine: tuple[str, ...] = Field(min_length=1)  #: beginnings of paragraphs that mail programs write
    mailbox: tuple[str, ...] = Field(min_length=1)  #: pieces of the local part that such requests go to


class Notice(Rule):
    """One format of delivery reports written for people; see docs/notices.md."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    source: str
    unverified: bool = False  #: reconstructed from memory or second hand
    supports: Kind = Kind.BOUNCE
    weight: int = Field(default=2, ge=1, le=40)  #: more only for words that no person pastes
    #: lower-case words, white space as one blank, any of which stands in the text's first 4,000 characters
    text: tuple[str, ...] = Field(min_length=1)
    subject: tuple[str, ...] = ()  #: and the subject holds any of these, lower-case
    sender: tuple[str, ...] = ()  #: and the From field holds any of these, lower-case
    post: bool = False  #: only where the message that it is about comes back, attached or below
    #: templates of lines that name a failed recipient; none: the generic reader finds them
    recipient: tuple[str, ...] = ()
    diagnostic: tuple[str, ...] = ()  #: templates of lines that say why
    returned: tuple[str, ...] = ()  #: lower-case beginnings of the line below which the returned message follows
    #: templates of lines whose {local} needs the domain of a recipient of the returned message, or of the report's host
    local: tuple[str, ...] = ()


class NoticeFile(Rule):
    notice: tuple[Notice, ...]


class GenericNotice(Rule):
    """Words that delivery reports of any system use, in any language; lower-case."""

    failure: tuple[str, ...]  #: a line with one of them speaks of a failed delivery
    delay: tuple[str, ...]  #: the text as a whole speaks of a delivery that is still being tried
    returned: tuple[str, ...]  #: beginnings, behind rules and stars, of the line above the returned message
    returned_inside: tuple[str, ...]  #: the same, anywhere in a short line
    recipient_labels: tuple[str, ...]  #: what stands before a failed recipient and a colon
    reason_labels: tuple[str, ...]  #: what stands before a colon and the cause
    original_labels: tuple[str, ...]  #: what stands before the address that the failed recipient was made from
    subject_labels: tuple[str, ...]  #: beginnings of lines that describe the message beside its To
    sender_labels: tuple[str, ...]  #: what stands before an address that is not a recipient
    answered: tuple[str, ...]  #: beginnings of the subject of an answer or a forward
    hint_subjects: tuple[str, ...]  #: a subject with one of them is a reason to read the text
    hint_authors: tuple[str, ...]  #: and so is an author's name or local part with one of them
    delivered: tuple[str, ...]  #: a heading or a line with one of them speaks of recipients who got the mail
    still_tried: tuple[str, ...]  #: said of one recipient, in its line
    service_mailboxes: tuple[str, ...]  #: local parts of mailboxes that notices tell to write to


class Attribution(Rule):
    """The line above a quote, as one family of mail clients writes it in one language."""

    client: str
    source: str
    unverified: bool = False  #: weighs less: only believed where a quote follows
    lines: tuple[str, ...] = Field(min_length=1)  #: templates of words and slots; see docs/languages.md


class HeaderWords(Rule):
    """Words before the colon in a quoted header block; lower-case."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    from_: tuple[str, ...] = Field(default=(), alias="from")
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    reply_to: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    importance: tuple[str, ...] = ()


class LanguageWords(Rule):
    """What else stands around the author's words; lower-case, white space as one blank."""

    original_message: tuple[str, ...] = ()
    forwarded_message: tuple[str, ...] = ()
    wrote: tuple[str, ...] = ()
    mobile: tuple[str, ...] = ()
    closings: tuple[str, ...] = ()
    reply_above: tuple[str, ...] = ()
    above_line: tuple[str, ...] = ()  #: "above this line", believed in a line that signs frame, whatever its verb
    disclaimer: tuple[str, ...] = ()
    legal: tuple[str, ...] = ()  #: terms of disclaimers: four in one long paragraph make one
    itself: tuple[str, ...] = ()  #: what a disclaimer calls the mail that it stands in: as good as a term
    first_person: tuple[str, ...] = ()  #: an author's words about himself, so that such a paragraph is none
    scanned: tuple[str, ...] = ()
    external: tuple[str, ...] = ()
    list_footer: tuple[str, ...] = ()
    postscript: tuple[str, ...] = ()  #: that a line begins with
    colour: tuple[str, ...] = ()  #: that announces answers in a colour: "in red"
    months: tuple[str, ...] = ()
    weekdays: tuple[str, ...] = ()
    day_time: tuple[str, ...] = ()


class Language(Rule):
    """How replies look in one language."""

    language: str
    name: str
    attribution: tuple[Attribution, ...] = ()
    headers: HeaderWords = HeaderWords()
    words: LanguageWords = LanguageWords()


class Container(Rule):
    """An element of HTML that a mail client puts around a part of a mail; see docs/clients.md."""

    client: str
    role: Literal[
        "quote",
        "soft_quote",
        "attribution",
        "header",
        "cut",
        "border",
        "below",
        "signature",
        "footer",
        "delimiter",
        "forward",
    ]
    source: str
    unverified: bool = False
    tag: str = ""  #: empty: any
    classes: tuple[str, ...] = ()  #: any of these words of `class`; "name*": any word that begins so
    id: tuple[str, ...] = ()  #: any of these, as written, or "name*"
    attributes: tuple[str, ...] = ()  #: all of these: "name" or "name=value", lower-case
    style: tuple[str, ...] = ()  #: all of these in `style`, lower-case, without blanks


class ClientFile(Rule):
    container: tuple[Container, ...]


class MailApps(Rule):
    """Words that tell a device or a mail app from anything else that a mail may be sent from."""

    words: tuple[str, ...]  #: lower-case


class SchemeExample(Rule):
    """An address or id in the format of a scheme, and all that is read from it."""

    text: str
    expects: dict[str, str]  #: the fields; `address`: the wrapped one


class Scheme(Rule):
    """How one system writes addresses or ids; see `addressing/schemes.py` for the templates."""

    name: str = Field(pattern=r"^[a-z0-9-]+$")
    source: str
    unverified: bool = False  #: reconstructed from memory or second hand
    of: Literal["address", "message_id"]
    template: tuple[str, ...] = Field(min_length=1)  #: the first that fits counts
    address: str = ""  #: the address that is wrapped, from the slots: "{local}@{domain}"
    #: whose that is: whom the mail was sent to, who sent it, the mailbox itself without a tag, or where it is forwarded to
    role: Literal["", "recipient", "sender", "mailbox", "forward"] = ""
    authenticated: bool = False  #: holds a key or a signature that the system which wrote it can check
    rank: int = Field(
        default=0, ge=0, le=3
    )  #: the lower, the more peculiar its form; within one rank nothing fits twice
    example: tuple[SchemeExample, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _says_whose(self) -> Scheme:
        if bool(self.address) != bool(self.role):
            raise ValueError("an address needs a role, and a role an address")
        return self


class SchemeFile(Rule):
    scheme: tuple[Scheme, ...]
