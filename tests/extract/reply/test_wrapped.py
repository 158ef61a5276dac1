"""Attributions wrapped early, and short answers right above an attribution, which look alike."""

from __future__ import annotations

import pytest

from flectra_inbound import reply_from_text

_ATTRIBUTIONS = [
    "On Mon, Mar 4, 2024 at 9:12 AM Ada Brook <ada@shop.example> wrote:",
    "04.03.2024 09:12, Ada Brook <ada@shop.example>:",
    "Am Mo., 4. März 2024 um 09:12 Uhr schrieb Ada Brook <ada@shop.example>:",
    "4 марта 2024 г., 9:12, Ada Brook <ada@shop.example> написал:",
    "2024年3月4日(月) 9:12 Ada <ada@shop.example>:",
    "2024-03-04 09:12 GMT+01:00 Ada Brook <ada@shop.example>:",
    "pon., 4 mar 2024 o 09:12 Ada Brook <ada@shop.example> napisał(a):",
    "Ada Brook <ada@shop.example> ezt írta (időpont: 2024. márc. 4., H, 9:12):",
    "Ada Brook <ada@shop.example>, 4 Mar 2024 Pzt, 09:12 tarihinde şunu yazdı:",
    "El lun, 4 mar 2024 a las 9:12, Ada Brook (<ada@shop.example>) escribió:",
]
_ANSWERS = [
    "10:30", "Monday", "No", "Montag", "Tom", "4 March", "понедельник", "Am Montag", "On Monday", "El lunes", "Ada",
    "See you on Monday at 10", "I wrote to tom@ash.example", "Tom <tom@ash.example>", "En juin", "Den 4. mars",
    "月曜日", "2024", "5.", "Op dinsdag", "W piątek", "O", "A", "May",
]  # fmt: skip


@pytest.mark.parametrize("attribution", _ATTRIBUTIONS)
@pytest.mark.parametrize("answer", _ANSWERS)
def test_an_answer_right_above_an_attribution_is_kept(answer: str, attribution: str) -> None:
    assert reply_from_text(f"{answer}\n{attribution}\n\n> Shall we?\n").text == answer


@pytest.mark.parametrize(
    "attribution",
    [
        "On\nThu, Nov 16, 2023 at 9:41 PM Ada Brook <ada@shop.example> wrote:",
        "On Thu,\nNov 16, 2023 at 9:41 PM Ada Brook <ada@shop.example> wrote:",
        "On Thu, Nov\n16, 2023 at 9:41 PM Ada Brook <ada@shop.example> wrote:",
        "On Thu, Nov 16,\n2023 at 9:41 PM Ada Brook <ada@shop.example> wrote:",
        "On Thu, Nov 16, 2023\nat 9:41 PM Ada Brook <ada@shop.example> wrote:",
        "On Thu, Nov 16, 2023 at 9:41 PM Ada\nBrook <ada@shop.example> wrote:",
        "On Thu, Nov 16, 2023 at 9:41 PM Ada Brook\n<ada@shop.example>\nwrote:",
        "Il giorno lun,\n4 mar 2024 alle ore 09:12 Ada Brook <ada@shop.example> ha scritto:",
        "Am Mo., 4. März 2024 um 09:12 Uhr schrieb\nAda Brook <ada@shop.example>:",
        "4 июля 2024\nв 09:12, Ada Brook <ada@shop.example>:",
        "pon.,\n4 mar 2024 o 09:12 Ada Brook <ada@shop.example> napisał(a):",
    ],
)
def test_an_attribution_is_whole_wherever_it_is_wrapped(attribution: str) -> None:
    assert reply_from_text(f"Yes, do.\n\n{attribution}\n\n> Shall we?\n").text == "Yes, do."
