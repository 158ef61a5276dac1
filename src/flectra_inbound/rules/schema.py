"""What a rule file may say. Unknown keys are errors, so that a typing mistake in a rule cannot sleep."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

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


class StatusFile(Rule):
    code: tuple[StatusCode, ...]
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
    """Words of a diagnostic that tell the reason; lower-case."""

    reason: Reason
    source: str
    words: tuple[str, ...] = Field(min_length=1)


class ReasonFile(Rule):
    reason: tuple[ReasonRule, ...]
    phrase: tuple[ReasonPhrase, ...]  #: in order: the first whose words are found counts
    #: words of a diagnostic that speak of rate, reputation, policy, sender or content: with one of them no code is believed
    #: that says the address is dead
    contradicting: tuple[str, ...]
    #: the same for the text that people read beside the fields: fewer words, since it is full of general advice
    contradicting_text: tuple[str, ...]


class Phrase(Rule):
    """How a subject begins, or what the start of a text holds; lower-case, white space as one blank."""

    supports: Kind
    weight: int = Field(ge=1, le=9)
    words: tuple[str, ...] = Field(min_length=1)
    language: str
    source: str


class HeaderRule(Rule):
    """A field that tells what kind of program sent a mail."""

    header: str = Field(pattern=r"^[a-z0-9-]+$")
    values: tuple[str, ...] = ()  #: lower-case beginnings of the value; none: any value
    unless: tuple[str, ...] = ()  #: lower-case beginnings that say nothing
    supports: Kind | None = None  #: None: says only that a program sent it
    weight: int = Field(default=0, ge=0, le=9)
    source: str


class AutomaticFile(Rule):
    header: tuple[HeaderRule, ...]
    subject: tuple[Phrase, ...]
    text: tuple[Phrase, ...]
