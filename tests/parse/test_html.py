"""HTML becomes the text that a person reads: all that is shown, nothing that is hidden."""

from __future__ import annotations

import pytest

from flectra_inbound.parse.html import html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain", "plain"),
        ("a <b>bold</b> word", "a bold word"),
        ("  a\n\t b  ", "a b"),
        ("a<br>b<br/>c<BR />d", "a\nb\nc\nd"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<div><div>a</div></div>b", "a\nb"),
        ("<h1>T</h1>x", "T\n\nx"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("a &amp; b &lt;c&gt; &#228; &#x20AC; &nbsp;", "a & b <c> ä €"),
        ("&unknown; &", "&unknown; &"),
        ("a<!-- hidden -->b", "ab"),
        ("<style>p { }</style>a<script>if (a<b) x()</script>b", "ab"),
        ("<head><title>t</title></head><body>a</body>", "a"),
        ("<!DOCTYPE html><html><body>a</body></html>", "a"),
        ('<img src="x" alt="logo"> a', "logo a"),
        ("<img alt='logo' src=x> a", "logo a"),
        ('<a href="x>y">link</a>', "link"),
        ("<a title='5 > 4'>link</a>", "link"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("a <3 b", "a <3 b"),
        ("<o:p>a</o:p>", "a"),
        ("", ""),
    ],
)
def test_blocks_lists_cells_and_white_space(html: str, text: str) -> None:
    assert html_to_text(html).strip() == text


@pytest.mark.parametrize(
    "html",
    [
        "<p>kept", "<div " * 3 + "> kept", "<script>kept", "<style>kept", "<!-- kept", "<title>kept", "<a href='kept", "<b kept",
        "kept <", "kept &", "</p></p>kept", "<svg/>kept", "<template>kept", "<p>" * 5_000 + "kept", "<script/>kept",
        "&#" + "9" * 5_000 + "; kept", "&#x110000; kept", "&#xD800; kept", "<![endif]>kept", "<?xml?>kept", "<!>kept",
        "<![if !mso]>kept<![endif]>", "<!--[if mso]><p>x</p><![endif]-->kept", "<head>x</head><body>kept",
    ],
)  # fmt: skip
def test_damage_loses_no_word(html: str) -> None:
    assert "kept" in html_to_text(html)


@pytest.mark.parametrize("html", ["<pre>a&#13;&#10;b&#0;c</pre>", "<p>a&#13;b&#x0;c", "&#xD800;&#xDFFF;"])
def test_references_make_no_control_sign_and_no_surrogate(html: str) -> None:
    text = html_to_text(html)
    text.encode()
    assert not any(sign in text for sign in "\r\0")


def test_hidden_elements_end_in_any_case() -> None:
    assert html_to_text("<SCRIPT>x</ScRiPt >a<style>y</STYLE>b") == "ab"


def test_blank_lines_do_not_pile_up() -> None:
    assert html_to_text("<p>a</p>" + "<p></p>" * 50 + "<p>b</p>") == "a\n\nb"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("&#65;&#x41;&#65a", "AAAa"),
        ("&#123456789 and &#x123456789a;", "&#123456789 and &#x123456789a;"),  # longer than any character's number
    ],
)
def test_numeric_references(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize("unit", ["word ", "a&amp;b ", "x  \n y", "&#32;z", "<a ", "< ", "<!x "])
def test_long_text_is_worked_on_in_pieces_without_a_seam(unit: str) -> None:
    count = 30_000
    short = html_to_text(unit * 2)
    first = html_to_text(unit)
    between = short[len(first) : len(short) - len(first)]
    assert html_to_text(unit * count) == between.join([first] * count)
