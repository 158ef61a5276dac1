"""HTML as lines: what a person reads in tables and in the paragraphs of Word."""

from __future__ import annotations

import pytest

from flectra_inbound import reply_from_html

STYLE = "<style><!-- p.MsoNormal, li.MsoNormal {margin:0cm; font-size:11.0pt;} --></style>"
GAP = '<p class="MsoNormal"><o:p>&nbsp;</o:p></p>'


def word(*rows: str) -> str:
    return STYLE + "".join(f'<p class="MsoNormal">{row}<o:p></o:p></p>' if row else GAP for row in rows)


def test_paragraphs_of_word_have_no_gap_but_the_empty_ones() -> None:
    assert reply_from_html(word("Hi Tom,", "", "two changes.", "", "Regards", "Ada")).text == (
        "Hi Tom,\n\ntwo changes.\n\nRegards\nAda"
    )


def test_without_an_empty_one_they_are_apart() -> None:
    assert reply_from_html(word("Hi Tom,", "two changes.")).text == "Hi Tom,\n\ntwo changes."


def test_blank_lines_do_not_add_up() -> None:
    assert reply_from_html("<p>One.</p><p>&nbsp;</p><div><br></div><p><br></p><p>Two.</p>").text == "One.\n\nTwo."


@pytest.mark.parametrize(
    ("table", "cell"),
    [
        ('<table class="MsoTableGrid" border="1">', "<td>"),
        ('<table border="1">', "<td>"),
        ('<table border="0">', '<td style="border:solid windowtext 1.0pt">'),
    ],
)
def test_a_row_of_a_drawn_table_is_a_line(table: str, cell: str) -> None:
    rows = "".join(
        f'<tr>{cell}<p class="MsoNormal">{item}</p></td>{cell}<div><p class="MsoNormal">{number}</p></div></td></tr>'
        for item, number in (("Item", "Qty"), ("Rail", "6"))
    )
    assert reply_from_html(f"<p>See:</p>{table}<tbody>{rows}</tbody></table><p>Fine?</p>").text == (
        "See:\n\nItem Qty\nRail 6\n\nFine?"
    )


def test_paragraphs_of_one_cell_stay_apart() -> None:
    html = '<table border="1"><tr><td>A</td><td><p>one</p><p>two<br>three</p><p>four</p></td></tr></table>'
    assert reply_from_html(html).text == "A one\ntwo\nthree\nfour"


@pytest.mark.parametrize("border", ["0", "", "²", "x", "none", "9" * 5_000])
def test_whatever_stands_in_border(border: str) -> None:
    assert "one" in reply_from_html(f'<table border="{border}"><tr><td><p>one</p></td></tr></table>').text


def test_a_cell_without_an_end() -> None:
    assert (
        reply_from_html('<table border="1"><tr><td>one<p>two<p>three</table><p>four').text == "one\ntwo\nthree\n\nfour"
    )
