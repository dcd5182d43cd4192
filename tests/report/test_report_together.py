"""The joint display per wijk: where a figure is of stands in marks with one note each."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pandas as pd

from toolkit.report.source import FILES, Output, Subject
from toolkit.report.together import per_wijk

SUBJECT = Subject("t", "Tevredenheid", ("cijfer",), ("bejegening",))


def line(wijk: str, **more: object) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(FILES["samen"][1], "")
    return row | {
        "onderwerp": "t", "gebied": wijk, "gebiedsnaam": f"Wijk {wijk[-1]}", "code": "aanvulling", "maat": "cijfer",
        "waarde": "7.2", "laag": 7.0, "hoog": 7.5, "eenheid": "cijfer", "gebied_cijfer": wijk, "thema": "bejegening",
        "thema_aandeel": 17.0, "thema_laag": 11.0, "thema_hoog": 26.0, "gebied_thema": "GM0505", "polariteit": -0.11,
        "gevoel": 0.2, "gebied_verhalen": wijk, "verhalen_over": "alles", "uitleg": "Zo zit het.",
        "verschil": 0.31, "verschil_laag": 0.1, "verschil_hoog": 0.52, "oordeel": "gunstiger",
    } | more  # fmt: skip


def shown(*rows: dict[str, object]) -> str:
    frames = {name: pd.DataFrame(columns=list(columns)) for name, (_, columns) in FILES.items()}
    frames["samen"] = pd.DataFrame(rows)
    frames["gebieden"] = pd.DataFrame({"gebied": ["GM0505", "SD-west"], "naam": ["Dordrecht", "West"]})
    return per_wijk(Output(Path("output"), frames, {}), SUBJECT, "cijfer")


def test_what_is_of_elsewhere_has_a_mark_and_each_mark_one_note() -> None:
    text = shown(
        line("WK050501"),
        line("WK050502", gebied_cijfer="SD-west"),
        line("WK050503", gebied_verhalen="SD-west", verhalen_over="onderwerp", code="convergentie"),
        line("WK050504", code="stilte", gebied_verhalen="GM0505", verhalen_over="onderwerp"),
        line(
            "WK050505", code="stilte", verschil=-0.2, verschil_laag=float("nan"), oordeel="niet aantoonbaar"
        ),
    )
    cells = {row.split("|")[1].strip(): row for row in text.splitlines() if row.startswith("| Wijk ")}
    assert text.count("van alle verhalen uit de wijk") == 1 and text.count("is van een groter gebied") == 1
    assert "^1^ Van heel Dordrecht." in text and "^3^ Van West." in text
    first, second, third = (cells[f"Wijk {one}"].split("|") for one in (1, 2, 3))
    assert "^" not in first[2] and first[4].strip().endswith("^1^") and first[5].strip().endswith("^2^")
    assert second[2].strip().endswith("^3^") and third[5].strip().endswith("^3^")
    assert "te weinig bekend voor een rij: Wijk 4." in text and "Zo zit het" not in text
    assert unescape(first[3]).strip() == "+0,3 (tussen +0,1 en +0,5): gunstiger"
    # Silence that is only for want of stories on the subject keeps its row, with its difference.
    fifth = cells["Wijk 5"].split("|")
    assert (unescape(fifth[3]).strip(), fifth[6].strip()) == (
        "−0,2 (volledig geteld): niet aantoonbaar",
        "stilte",
    )
    assert "Stilte: Aan één kant" in text and "Dissonantie:" not in text


def test_a_decision_of_people_stands_in_its_row() -> None:
    text = shown(
        line(
            "WK050501",
            door="Wijktafel",
            datum="2026-03-12",
            reden="Wij zien het anders",
            voorgesteld="dissonantie",
        )
    )
    assert (
        "Duiding van Wijktafel op 12 maart 2026" in text and "De computer stelde voor: dissonantie." in text
    )
