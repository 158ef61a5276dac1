"""HTML as lines: what a person reads in tables and in the paragraphs of Word."""

from __future__ import annotations

import pytest

from flectra_inbound import reply_from_html
from flectra_inbound.extract.reply import fold_html

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


OWA = (
    '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Acme &lt;a@acme.example&gt;<br>'
    "<b>Sent:</b> Monday, June 1, 2026 9:00 AM<br><b>To:</b> Ada<br><b>Subject:</b> x</div><div>Ours.</div>"
)


@pytest.mark.parametrize(
    ("container", "written"),
    [
        ("<p>Approved.</p><p>Best regards,</p><p>Ada Brook</p>", "Approved."),
        ("<p>Best regards,</p><p>Ada Brook</p>", ""),
        ("<p>Ada Brook</p><p>We bake the best bread of the town.</p>", ""),
    ],
)
def test_words_in_the_container_of_a_signature(container: str, written: str) -> None:
    assert reply_from_html(f'<div id="Signature">{container}</div>{OWA}').text.startswith(written)
    assert ("Ada" in reply_from_html(f'<div id="Signature">{container}</div>{OWA}').text) is False


def test_a_sign_off_in_a_quoted_signature_frees_nothing() -> None:
    quoted = '<div class="gmail_signature"><p>We look forward to it.</p><p>Best regards,</p><p>Bo</p></div>'
    found = reply_from_html(f'<p>Yes.</p><blockquote class="gmail_quote">When?{quoted}</blockquote>')
    assert found.text == "Yes."


@pytest.mark.parametrize("prefix", ["x_", "x_x_", "m_", "x_-1571174322", "m_-4410098811m_12345678"])
def test_prefixes_of_who_writes_html_anew(prefix: str) -> None:
    html = f'<p>Yes.</p><div class="{prefix}gmail_signature">Ada</div><div id="{prefix}signature_old">Shop</div>'
    assert reply_from_html(html).text == "Yes."


def test_a_border_without_a_header_block_is_the_authors() -> None:
    border = '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>{}</p></div>'
    header = "<b>From:</b> Acme<br><b>Sent:</b> Monday<br><b>To:</b> Ada"
    html = f"<p>One.</p>{border.format('Two.')}<p>Three.</p>{border.format(header)}<p>Ours.</p>"
    assert reply_from_html(html).text == "One.\n\nTwo.\n\nThree."
    assert reply_from_html(f"<p>One.</p>{border.format(header)}<p>Ours.</p>{border.format('Older.')}").text == "One."


def test_html_below_a_line_that_was_parted_is_the_authors_still() -> None:
    """The line that holds the author's words and the attribution becomes two; the tokens below it keep their lines."""
    attribution = "Yes, do. On Monday, 3 June 2024 Ada Brook &lt;ada@shop.example&gt; wrote:"
    html = f'<div>{attribution}</div><blockquote type="cite">Shall we?</blockquote><p>Bring the boards.<p>And nails.'
    found = reply_from_html(html)
    assert found.text == "Yes, do.\nBring the boards.\n\nAnd nails."
    assert found.html is not None
    assert "Bring the boards." in found.html
    assert "Shall we?" not in found.html
    assert '<blockquote data-o-mail-quote="1" type="cite">Shall we?</blockquote>' in fold_html(html)
