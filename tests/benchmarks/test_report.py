"""The reports: sound HTML, nothing of a folder's names becomes markup, peers' leads and absences are said."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from benchmarks.report import html, markdown
from benchmarks.report.findings import ahead, number, percent, seconds, times

from .sample import results

HOSTILE = "a\"><script>alert(1)</script><img src=x onerror=alert(2)>|`'&\x01\u202e"
VOID = {"meta", "link", "br"}
QUIET = [
    f"--{flag}"
    for flag in "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
    "disable-component-update disable-sync".split()
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


class Page(HTMLParser):
    """Checks that what is opened is closed, and keeps what is opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), f"an attribute twice: {attrs}"
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_is_well_formed_and_fetches_nothing() -> None:
    page = Page(html.report(results()))
    names = [tag for tag, _ in page.tags]
    assert names.count("svg") >= 3
    assert not {"script", "img", "iframe", "object"} & set(names)
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("href", "src"):
                assert (value or "").startswith(("#", "data:,")), (tag, value)
    assert "url(" not in html.report(results())
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [(attributes["href"] or "")[1:] for tag, attributes in page.tags if tag == "a"]
    assert sorted(links) == sorted(ids)


def test_names_of_a_hostile_folder_stay_words() -> None:
    page = Page(html.report(results(HOSTILE)))
    assert {tag for tag, _ in page.tags} == {tag for tag, _ in Page(html.report(results())).tags}
    assert '"><script>alert(1)</script>' in page.words
    assert "\x01" not in html.report(results(HOSTILE))


def test_names_of_a_hostile_folder_do_not_break_a_table() -> None:
    plain, hostile = (markdown.report(results(name)) for name in ("message/gmail", HOSTILE + "\n\n# heading"))
    assert "<script" not in hostile.replace("\\<", "")
    assert "\n# heading" not in hostile

    def columns(text: str) -> list[int]:
        return [len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("|")]

    assert columns(hostile) == columns(plain)


@pytest.mark.parametrize("report", [html.report, markdown.report])
def test_a_peer_that_is_missing_is_said(report: object) -> None:
    text = report(results())  # type: ignore[operator]
    assert "not installed: try again" in text
    assert "ImportError: no such thing" in text


def test_where_a_peer_is_better_is_found_with_its_reason() -> None:
    found = {(one.peer, one.section): one for one in ahead(results())}
    assert set(found) == {
        ("email (stdlib)", "accuracy"), ("fast-mail-parser", "speed"), ("email (stdlib)", "import"),
    }  # fmt: skip
    assert found["fast-mail-parser", "speed"].numbers.startswith("it is 4× as fast")
    assert all(one.why for one in found.values())
    assert "de (10 of 10, we 9)" in found["email (stdlib)", "accuracy"].numbers
    assert found["email (stdlib)", "accuracy"].why == "message/gmail/0009-x: we lost: a"


def test_a_lead_within_the_spread_is_none() -> None:
    data = results()
    data["sections"]["speed"]["parse"]["contenders"]["fast_mail_parser"]["ratio"] = {
        "median": 0.9,
        "low": 0.8,
        "high": 1.1,
    }
    assert "speed" not in {one.section for one in ahead(data)}


@pytest.mark.parametrize("section", ["accuracy", "speed", "memory", "growth", "hostile", "importing"])
def test_each_section_stands_alone(section: str) -> None:
    data = results()
    data["sections"] = {section: data["sections"][section]}
    Page(html.report(data))
    assert markdown.report(data)


def test_mails_without_labels_make_a_report() -> None:
    data = results()
    data["sections"]["accuracy"] |= {"labelled": 0, "tables": {}}
    assert "None of these mails has a label" in Page(html.report(data)).words


def test_numbers_in_words() -> None:
    assert [seconds(v) for v in (2.5e-6, 0.0123, 2)] == ["2.5 µs", "12.3 ms", "2 s"]
    assert (number(1234), number(12.34), number(0.1234)) == ("1,234", "12.3", "0.123")
    assert (percent(5, 5), percent(9_999, 10_000)) == ("100%", "99.9%")
    assert (times(2), times(0.5)) == ("we are 2× as fast", "it is 2× as fast")


@pytest.mark.parametrize("width", [400, 1280])
def test_a_browser_shows_it_without_an_error(width: int, tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip("no browser")
    page, picture = tmp_path / "report.html", tmp_path / "report.png"
    page.write_text(html.report(results(HOSTILE)), "utf-8")
    command = [
        *(browser, *QUIET, "--enable-logging=stderr", f"--user-data-dir={tmp_path / 'profile'}"),
        *(f"--window-size={width},2000", f"--screenshot={picture}", page.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=50, check=True)
    assert "CONSOLE" not in done.stderr, done.stderr
    assert picture.stat().st_size > 20_000, "an empty page"
