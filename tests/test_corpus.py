"""Every labelled mail of corpus/ means what its label says, with LF and with CRLF line ends.

A mail without a label, a label without a mail, a wrong label or no mail at all fails the run; `tests/corpus/test_check.py` looks
for all other faults.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from flectra_inbound import Decision, Inbound
from flectra_inbound.cli.corpus.cases import Case, read_cases, read_gateway, read_label
from flectra_inbound.cli.corpus.compare import differences
from flectra_inbound.cli.corpus.score import understand

from .conftest import CORPUS

#: Families whose point is the line ends or the bytes themselves: they run as they are.
AS_THEY_ARE = ("malformed/line-ends/", "malformed/charset/0006-utf-16-file")

FAMILIES = sorted({str(path.parent.relative_to(CORPUS)) for path in CORPUS.glob("*/*/*.*")})


def variants(name: str, raw: bytes) -> Iterator[tuple[str, bytes]]:
    yield "as it is", raw
    if not name.startswith(AS_THEY_ARE):
        lf = raw.replace(b"\r\n", b"\n")
        yield "LF", lf
        yield "CRLF", lf.replace(b"\n", b"\r\n")


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
        label = read_label((folder / f"{stem}.toml").read_bytes())
        case = Case(name, folder / f"{stem}.eml", label, (folder / f"{stem}.eml").read_bytes(), CORPUS)
        for variant, data in variants(name, case.raw):
            with subtests.test(case=name, variant=variant):
                ran += 1
                got, rounds = understand(case, data)
                wrong = differences(label, got, rounds)
                assert wrong if label.fails else not wrong, "\n".join(map(str, wrong))
                assert Inbound.model_validate_json(got.model_dump_json()) == got
    assert ran or case_filter, "no case ran"


def test_few_cases_are_known_to_fail() -> None:
    known = [p for p in CORPUS.glob("*/*/*.toml") if read_label(p.read_bytes()).fails]
    assert len(known) <= 3, "mend one before you add one"


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


def test_every_routing_case_names_a_host_and_no_other_case_does() -> None:
    assert [c.name for c in read_cases(CORPUS) if (c.label.gateway is not None) != (c.folder == "routing")] == []


def test_every_decision_of_every_series_is_in_the_corpus() -> None:
    labels = [case.label for case in read_cases(CORPUS, only="routing/")]
    assert len(labels) >= 150
    seen = {
        (read_gateway(CORPUS, label.gateway)["version"], str(label.routing.decision))
        for label in labels
        if label.gateway is not None and label.routing is not None
    }
    # what a series never does: 1.x knows no refusal at the catchall; limits and tags of loops came with 3.x
    missing = {(version, str(decision)) for version in ("1.x", "2.x", "3.x") for decision in Decision} - seen
    assert missing == {("1.x", "refuse_catchall")}


def test_false_alarms_have_enough_chances() -> None:
    assert len(list((CORPUS / "message").rglob("*.eml"))) >= 130
    assert len({path.name.partition("-")[2] for path in (CORPUS / "auto_reply").rglob("*.eml")}) >= 60
