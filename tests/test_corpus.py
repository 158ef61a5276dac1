"""Every labelled mail of corpus/ means what its label says, with LF and with CRLF line ends.

A mail without a label, a label without a mail, a wrong label or no mail at all fails the run.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from flectra_inbound import Answers, Decision, Envelope, Gateway, Inbound, Need, StaticHost, load_gateway, process

from .conftest import CORPUS
from .label import Label, ReplyLabel, RoutingLabel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

WORD = re.compile(r"\w+")

#: Families whose point is the line ends or the bytes themselves: they run as they are.
AS_THEY_ARE = ("malformed/line-ends/", "malformed/charset/0006-utf-16-file")

#: hosts that routing labels name, in the form that `load_gateway` takes
GATEWAYS = CORPUS / "gateways"
FAMILIES = sorted(
    {str(path.parent.relative_to(CORPUS)) for path in CORPUS.rglob("*.*") if path.parent not in (CORPUS, GATEWAYS)}
)


@cache
def gateway_file(name: str) -> dict[str, Any]:
    return tomllib.loads((GATEWAYS / f"{name}.toml").read_text("utf-8"))


@cache
def shared_host(name: str) -> tuple[Gateway, StaticHost]:
    return load_gateway(gateway_file(name))


def read(label: Label, raw: bytes) -> tuple[Inbound, tuple[tuple[str, ...], ...]]:
    """The result, and the kinds of questions that the label's host was asked, a row a round."""
    if label.gateway is None:
        return process(raw), ()
    if label.config is None:
        gateway, host = shared_host(label.gateway)
    else:
        gateway, host = load_gateway({**gateway_file(label.gateway), **label.config})
    rounds: list[tuple[str, ...]] = []

    def noting(needs: Sequence[Need]) -> Answers:
        rounds.append(tuple(need.kind for need in needs))
        return host(needs)

    envelope = Envelope(**label.envelope.model_dump()) if label.envelope is not None else None
    return process(raw, gateway=gateway, host=noting, envelope=envelope), tuple(rounds)


def variants(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    yield "as it is", raw
    if not name.startswith(AS_THEY_ARE):
        lf = raw.replace(b"\r\n", b"\n")
        yield "LF", lf
        yield "CRLF", lf.replace(b"\n", b"\r\n")


def differences(label: Label, got: Inbound) -> list[str]:
    """What differs from the label; empty if the mail means what it says."""
    wrong: list[str] = []

    def check(name: str, have: object, want: object) -> None:
        if want is not None and have != want:
            wrong.append(f"{name}: {have!r}, not {want!r}")

    check("kind", got.kind, label.kind)
    check("bulk", got.bulk, label.bulk)
    check("automatic", got.automatic, label.automatic)
    delivery = got.delivery
    people = {r.address: r for r in delivery.recipients} if delivery else {}
    if label.recipients is not None:
        check("recipients", sorted(people), sorted(r.address for r in label.recipients))
        for want in label.recipients:
            have = people.get(want.address)
            if have is None:
                continue
            for field in (
                "mailed_address",
                "action",
                "status",
                "smtp_code",
                "remote_mta",
                "reason",
                "hard",
                "suppression",
            ):
                check(f"{want.address}.{field}", getattr(have, field), getattr(want, field))
            if want.diagnostic_contains is not None and want.diagnostic_contains not in (have.diagnostic or ""):
                wrong.append(f"{want.address}.diagnostic: {have.diagnostic!r} without {want.diagnostic_contains!r}")
    if label.failed is not None:
        check("failed", sorted(r.address for r in delivery.failed) if delivery else [], sorted(label.failed))
    check("original_message_ids", delivery.original_message_ids if delivery else (), label.original_message_ids)
    check("trust", delivery.trust if delivery else None, label.trust)
    for name in ("complaint", "receipt"):
        want_part, have_part = getattr(label, name), getattr(got, name)
        if want_part is not None:
            for field in want_part.model_fields_set:
                check(f"{name}.{field}", getattr(have_part, field, None), getattr(want_part, field))
    if label.mail is not None:
        check_mail(label, got, check, wrong)
    if label.reply is not None:
        wrong += check_reply(label.reply, got)
    seen = {e.rule for e in got.evidence}
    wrong += [f"evidence: no {rule}" for rule in label.evidence if rule not in seen]
    if label.defects is not None:
        codes = {d.code for d in got.defects}
        wrong += [f"defects: no {code} in {sorted(codes)}" for code in label.defects if code not in codes]
        if not label.defects and codes:
            wrong.append(f"defects: {sorted(codes)}, not none")
    return wrong


def check_reply(want: ReplyLabel, got: Inbound) -> list[str]:
    """What differs in the author's part: words lost, words of others kept, fragments in another order."""
    if got.reply is None:
        return ["reply: none"]
    wrong: list[str] = []
    have = WORD.findall(got.reply.text.lower())
    required = WORD.findall(want.text.lower())
    rest = iter(have)
    lost = [word for word in required if word not in rest]
    if lost:
        wrong.append(f"reply: lost {lost[:12]} of {got.reply.text!r}")
    extra = Counter(have) - Counter(required) - Counter(WORD.findall(want.optional.lower()))
    if extra and not lost:
        wrong.append(f"reply: kept {sorted(extra)[:12]} in {got.reply.text[-300:]!r}")
    text = " ".join(got.reply.text.split())
    wrong += [f"reply: {words!r} leaked" for words in want.drops if " ".join(words.split()) in text]
    kinds = tuple(kind for kind, _ in groupby(fragment.kind for fragment in got.reply.fragments))
    if want.fragments is not None and kinds != want.fragments:
        wrong.append(f"reply.fragments: {kinds}, not {want.fragments}")
    forwarded = got.reply.forwarded
    for name, value in (("sender", want.forwarded_sender), ("subject", want.forwarded_subject)):
        if value is not None and (forwarded is None or getattr(forwarded, name) != value):
            wrong.append(f"reply.forwarded.{name}: {forwarded and getattr(forwarded, name)!r}, not {value!r}")
    return wrong


def check_routing(want: RoutingLabel, got: Inbound, rounds: tuple[tuple[str, ...], ...]) -> list[str]:
    """What differs in the decision."""
    routing = got.routing
    assert routing is not None
    wrong: list[str] = []

    def check(name: str, have: object, wanted: object) -> None:
        if wanted is not None and have != wanted:
            wrong.append(f"routing.{name}: {have!r}, not {wanted!r}")

    check("needs", routing.needs, ())
    check("decision", routing.decision, want.decision)
    if want.targets is not None:
        check("targets", [(t.model, t.record_id) for t in routing.targets], [(t.model, t.record) for t in want.targets])
        for have, target in zip(routing.targets, want.targets):
            check(f"{target.model}.alias", have.alias, target.alias)
            check(f"{target.model}.defaults", have.defaults, target.defaults)
    check("answer", routing.answer, want.answer)
    check("detail", routing.detail or "", want.detail)
    check("parent", routing.parent_message_id or "", want.parent)
    check("rounds", rounds, want.rounds)
    trace = "\n".join(routing.trace)
    wrong += [f"routing.trace: no {words!r} in {trace!r}" for words in want.trace_contains if words not in trace]
    return wrong


def check_mail(label: Label, got: Inbound, check, wrong: list[str]) -> None:  # type: ignore[no-untyped-def]
    want, have = label.mail, got.mail
    assert want is not None
    check("message_id", have.message_id, want.message_id)
    check("subject", have.subject, want.subject)
    check("date", have.date.isoformat() if have.date else None, want.date)
    check("sender", have.sender.address if have.sender else None, want.sender)
    check("sender_name", have.sender.name if have.sender else None, want.sender_name)
    for name in ("reply_to", "to", "cc"):
        check(name, tuple(a.address for a in getattr(have, name)), getattr(want, name))
    check("references", have.references, want.references)
    check("in_reply_to", have.in_reply_to, want.in_reply_to)
    check("text", have.text.strip("\n"), None if want.text is None else want.text.strip("\n"))
    wrong += [f"text: no {words!r} in {have.text[:300]!r}" for words in want.text_contains if words not in have.text]
    wrong += [f"text: {words!r} leaked" for words in want.text_excludes if words in have.text]
    wrong += [f"html: no {words!r}" for words in want.html_contains if words not in (have.html or "")]
    check("attachments", tuple(a.filename or "" for a in have.attachments), want.attachments)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_mail_of_the_family_means_what_its_label_says(
    family: str, case_filter: str, subtests: pytest.Subtests
) -> None:
    folder = CORPUS / family
    mails, labels = ({p.stem for p in folder.glob(f"*.{suffix}")} for suffix in ("eml", "toml"))
    assert mails == labels, f"orphans in {family}: {sorted(mails ^ labels)}"
    ran = 0
    for stem in sorted(mails):
        name = f"{family}/{stem}"
        if case_filter not in name:
            continue
        label = Label.model_validate(tomllib.loads((folder / f"{stem}.toml").read_text("utf-8")))
        raw = (folder / f"{stem}.eml").read_bytes()
        for variant, data in variants(name, raw):
            with subtests.test(case=name, variant=variant):
                ran += 1
                got, rounds = read(label, data)
                wrong = differences(label, got)
                if label.routing is not None:
                    wrong += check_routing(label.routing, got, rounds)
                assert wrong if label.fails else not wrong, wrong
                assert Inbound.model_validate_json(got.model_dump_json()) == got
    assert ran or case_filter, "no case ran"


def test_few_cases_are_known_to_fail() -> None:
    known = [p for p in CORPUS.rglob("*.toml") if "fails" in tomllib.loads(p.read_text("utf-8"))]
    assert len(known) <= 8, "mend one before you add one"


def test_the_corpus_is_there() -> None:
    assert len(list(CORPUS.rglob("*.eml"))) >= 150
    kinds = {path.relative_to(CORPUS).parts[0] for path in CORPUS.rglob("*.eml")}
    assert kinds == {
        "auto_reply",
        "bounce",
        "challenge",
        "complaint",
        "delay",
        "delivered",
        "malformed",
        "message",
        "receipt",
        "routing",
        "unsubscribe",
    }


def test_every_gateway_is_named_by_a_case_and_every_routing_case_names_one() -> None:
    labels = {p: Label.model_validate(tomllib.loads(p.read_text("utf-8"))) for p in CORPUS.rglob("*/*/*.toml")}
    named = {label.gateway for label in labels.values() if label.gateway is not None}
    assert {path.stem for path in GATEWAYS.iterdir()} == named
    without = [p for p, label in labels.items() if (label.gateway is not None) != p.is_relative_to(CORPUS / "routing")]
    assert without == []


def test_every_decision_of_every_series_is_in_the_corpus() -> None:
    labels = [Label.model_validate(tomllib.loads(p.read_text("utf-8"))) for p in (CORPUS / "routing").rglob("*.toml")]
    assert len(labels) >= 150
    seen = {
        (gateway_file(label.gateway)["version"], str(label.routing.decision))
        for label in labels
        if label.gateway is not None and label.routing is not None
    }
    # what a series never does: 1.x knows no refusal at the catchall; limits and tags of loops came with 3.x
    missing = {(version, str(decision)) for version in ("1.x", "2.x", "3.x") for decision in Decision} - seen
    assert missing == {("1.x", "refuse_catchall")}


def test_false_alarms_have_enough_chances() -> None:
    assert len(list((CORPUS / "message").rglob("*.eml"))) >= 130
    assert len({path.name.partition("-")[2] for path in (CORPUS / "auto_reply").rglob("*.eml")}) >= 60


def test_no_file_lies_in_the_corpus_that_is_neither_mail_nor_label() -> None:
    strays = [
        p for p in CORPUS.rglob("*") if p.is_file() and p.suffix not in (".eml", ".toml") and p.name != "README.md"
    ]
    assert strays == []


def test_no_two_mails_are_the_same() -> None:
    seen: dict[bytes, Path] = {}
    for path in sorted(CORPUS.rglob("*.eml")):
        assert seen.setdefault(path.read_bytes(), path) == path
