"""Each fault that can be planted in a folder is found, and ours has none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from flectra_inbound.cli.corpus import check as checking
from flectra_inbound.cli.corpus import index
from flectra_inbound.cli.corpus.check import check
from flectra_inbound.cli.corpus.exercise import Rules

from ..conftest import CORPUS
from .folders import LABEL, MAIL, put


def faults(root: Path, **options: bool) -> list[tuple[str, str]]:
    return [(fault.check, fault.where) for fault in check(root, **options).faults]


def test_ours_is_clean_and_what_is_made_of_it_is_fresh() -> None:
    checked = check(CORPUS)
    stale = list(index.stale(CORPUS, checked.facts))
    assert (CORPUS / "index.json").is_file()
    assert [str(fault) for fault in (*checked.faults, *stale)] == []


def test_a_folder_of_different_mails_is_clean(tmp_path: Path) -> None:
    put(tmp_path, "message/a/0001-one")
    put(tmp_path, "message/b/0001-two")
    assert faults(tmp_path) == []


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert faults(tmp_path) == [("layout", str(tmp_path))]


def test_orphans_and_strays(tmp_path: Path) -> None:
    put(tmp_path, "message/a/0001-one")
    put(tmp_path, "message/a/0002-two").with_suffix(".toml").unlink()
    put(tmp_path, "message/a/0003-three").unlink()
    (tmp_path / "message" / "notes.txt").write_text("x")
    (tmp_path / "README.md").write_text("x")
    assert faults(tmp_path) == [
        ("layout", "message/a/0002-two"),
        ("layout", "message/a/0003-three.toml"),
        ("layout", "message/notes.txt"),
    ]


@pytest.mark.parametrize(
    ("label", "named"),
    [
        ("kind = ", "Invalid value"),
        (LABEL.format(note="covers itself alone") + "colour = 1\n", "colour"),
        (LABEL.format(note="short"), "note"),
        (LABEL.format(note="covers itself alone").replace('"message"', '"parcel"'), "kind"),
        (LABEL.format(note="covers itself alone") + 'language = "English"\n', "language"),
    ],
)
def test_a_label_that_is_none(tmp_path: Path, label: str, named: str) -> None:
    put(tmp_path, "message/a/0001-one", label=label)
    (fault,) = check(tmp_path).faults
    assert (fault.check, fault.where) == ("label", "message/a/0001-one")
    assert named in fault.what


def test_a_kind_in_the_folder_of_another(tmp_path: Path) -> None:
    put(tmp_path, "bounce/a/0001-one")
    put(tmp_path, "malformed/a/0001-two")
    assert faults(tmp_path) == [("layout", "bounce/a/0001-one")]


def test_a_mail_in_another_script_is_not_in_english(tmp_path: Path) -> None:
    mail = MAIL.format(name="ada", subject="x", text="Спасибо за ваш заказ, мы свяжемся с вами.")
    put(tmp_path, "message/a/0001-one", mail=mail)
    assert faults(tmp_path) == [("label", "message/a/0001-one")]
    put(tmp_path, "message/a/0001-one", mail=mail, label=LABEL.format(note="covers this alone") + 'language = "ru"\n')
    assert faults(tmp_path) == []


def test_hosts_of_routings(tmp_path: Path) -> None:
    label = LABEL.format(note="covers {} alone") + 'gateway = "{}"\n[routing]\ndecision = "unroutable"\n'
    put(tmp_path, "message/a/0001-one", label=label.format("one", "shop"))
    put(tmp_path, "message/a/0002-two", label=label.format("two", "missing"))
    (tmp_path / "gateways").mkdir()
    for name in ("shop", "idle"):
        (tmp_path / "gateways" / f"{name}.toml").write_text('version = "3.x"\n', "utf-8")
    (tmp_path / "gateways" / "notes.md").write_text("x")
    assert faults(tmp_path) == [
        ("layout", "gateways/idle.toml"),
        ("layout", "gateways/notes.md"),
        ("layout", "message/a/0002-two"),
    ]


def test_the_same_mail_at_another_host_is_no_copy(tmp_path: Path) -> None:
    mail = MAIL.format(name="ada", subject="x", text="Hello.")
    label = LABEL.format(note="covers {} alone") + 'gateway = "{}"\n[routing]\ndecision = "unroutable"\n'
    (tmp_path / "gateways").mkdir()
    for name in ("one", "two"):
        (tmp_path / "gateways" / f"{name}.toml").write_text('version = "3.x"\n', "utf-8")
        put(tmp_path, f"message/a/{name}", mail=mail, label=label.format(name, name))
    assert faults(tmp_path) == []


def test_a_copy_with_other_names_ids_and_dates(tmp_path: Path) -> None:
    mail = MAIL.format(name="ada", subject="order 4711", text="Dear Ada, your order is on its way.")
    put(tmp_path, "message/a/0001-one", mail=mail)
    other = mail.replace("ada", "ben").replace("Ada", "Ben").replace("4711", "4712").replace("shop.ex", "store.ex")
    put(tmp_path, "message/b/0001-two", mail=other.replace("2 Jun 2025", "14 Feb 2024"))
    assert faults(tmp_path) == [("copy", "message/b/0001-two")]


def test_codes_and_roles_are_no_names(tmp_path: Path) -> None:
    text = "<{who}@kunde.example>: {code} no"
    put(
        tmp_path, "message/a/0001-one", mail=MAIL.format(name="ada", subject="x", text=text.format(who="ben", code=550))
    )
    put(
        tmp_path, "message/a/0002-two", mail=MAIL.format(name="ada", subject="x", text=text.format(who="ben", code=552))
    )
    put(
        tmp_path,
        "message/a/0003-three",
        mail=MAIL.format(name="ada", subject="x", text=text.format(who="info", code=550)),
    )
    assert faults(tmp_path) == []


LONG = " ".join(
    f"the {thing} is in the hall" for thing in "pump lamp door key gate lift roof sink desk tap saw axe".split()
)


def test_a_near_copy_that_asserts_the_same(tmp_path: Path) -> None:
    put(tmp_path, "message/a/0001-one", mail=MAIL.format(name="ada", subject="stock", text=LONG))
    put(tmp_path, "message/a/0002-two", mail=MAIL.format(name="ada", subject="stock", text=LONG + " too"))
    assert faults(tmp_path) == [("near copy", "message/a/0002-two")]


def test_what_differs_in_charset_encoding_or_label_is_no_near_copy(tmp_path: Path) -> None:
    mail = MAIL.format(name="ada", subject="stock", text=LONG)
    put(tmp_path, "message/a/0001-one", mail=mail)
    put(tmp_path, "message/a/0002-two", mail=mail.replace("charset=utf-8", "charset=iso-8859-1") + "two")
    put(
        tmp_path,
        "message/a/0003-three",
        mail=mail.replace("Content-Type", "Content-Transfer-Encoding: 7bit\nContent-Type") + "3",
    )
    label = LABEL.format(note="covers the fourth one alone") + "bulk = false\n"
    put(tmp_path, "message/a/0004-four", mail=mail + "four", label=label)
    assert faults(tmp_path) == []


def test_a_note_that_repeats_another(tmp_path: Path) -> None:
    put(tmp_path, "message/a/0001-one", note="the first; a blank line before the header")
    put(tmp_path, "message/a/0002-two", note="A blank line, before the header.")
    assert faults(tmp_path) == [("note", "message/a/0002-two")]


def test_rules_without_a_case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "message/a/0001-one")
    every = sorted(Rules().names())
    assert len(every) > 500
    assert {where for _, where in faults(tmp_path, rules=True)} == set(every)
    assert faults(tmp_path) == []  # no list of exceptions, not asked

    excuses = "[[allowed]]\nreason = 'a reason of some length'\nrules = {}\n"
    (tmp_path / "unexercised.toml").write_text(excuses.format(json.dumps([*every[1:], "language xx"])), "utf-8")
    assert sorted(faults(tmp_path)) == sorted([("rule", every[0]), ("rule", "language xx")])
    (tmp_path / "unexercised.toml").write_text("[[allowed]]\nrules = ['x']\n", "utf-8")
    assert ("rule", "unexercised.toml") in faults(tmp_path)


def test_an_excuse_for_a_rule_that_a_case_exercises(tmp_path: Path) -> None:
    put(tmp_path, "message/a/0001-one", mail="Precedence: bulk\nAuto-Submitted: auto-generated\nSubject: x\n\nx\n")
    every = sorted(Rules().names())
    (tmp_path / "unexercised.toml").write_text(
        f"[[allowed]]\nreason = 'a reason of some length'\nrules = {json.dumps(every)}\n", "utf-8"
    )
    found = faults(tmp_path)
    assert found
    assert all(check == "rule" and where.startswith("header ") for check, where in found)


def test_what_exercises_a_rule_of_each_table() -> None:
    rules = Rules()
    exercised = {
        name: rules.exercised(case)
        for only in (
            "bounce/office365/0010-",
            "complaint/mailru/0001",
            "auto_reply/exchange/0001",
            "message/gmail/0001",
            "bounce/qmail/0002",
        )
        for case in checking.read_cases(CORPUS, only=only)
        for name in [case.name]
    }
    tables = {rule.split()[0] for found in exercised.values() for rule in found}
    assert tables >= {"header", "subject", "notice", "client", "language", "reason"}
    assert all(
        found <= rules.names() | {f"notice {name}" for name in ("delay", "recipient", "returned")}
        for found in exercised.values()
    )


def test_a_stale_index(tmp_path: Path) -> None:
    put(tmp_path, "message/a/0001-one")
    facts = check(tmp_path).facts
    assert list(index.stale(tmp_path, facts)) == []  # no index, none to check
    for path, text in index.made(tmp_path, facts):
        path.write_bytes(text.encode())
    assert list(index.stale(tmp_path, facts)) == []
    put(tmp_path, "message/a/0002-two")
    assert [fault.where for fault in index.stale(tmp_path, check(tmp_path).facts)] == ["index.json"]
    (tmp_path / "label.schema.json").write_text("{}")
    assert [fault.where for fault in index.stale(tmp_path, facts)] == ["label.schema.json"]


def test_the_index_says_what_is_in_a_mail(tmp_path: Path) -> None:
    mail = (
        b"From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <a@b.example>\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
        b"Content-Type: text/plain; charset=KOI8-R\nContent-Transfer-Encoding: QUOTED-PRINTABLE\n\n=C1\n--b\n\n\xe4\n--b--\n"
    )
    put(tmp_path, "message/a/0001-one", mail=mail)
    (facts,) = check(tmp_path).facts
    assert (facts.charsets, facts.header_charsets, facts.encodings) == (
        ("koi8-r", "undeclared"),
        ("iso-2022-jp",),
        ("quoted-printable",),
    )
    assert (facts.structure, facts.language, facts.family, facts.bytes) == ("multipart/mixed", "en", "a", len(mail))
    told = json.loads(index.render_index([facts]))
    assert told["cases"][0]["name"] == "message/a/0001-one"
    assert sorted(told["cases"][0]) == sorted(told["columns"])


def test_the_schema_knows_every_key_of_our_labels() -> None:
    schema = json.loads((CORPUS / "label.schema.json").read_text("utf-8"))
    assert set(schema["required"]) == {"note", "source", "kind"}
    assert schema["additionalProperties"] is False
    assert {"language", "recipients", "reply", "defects"} <= set(schema["properties"])
