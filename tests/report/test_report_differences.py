"""Differences that were tested, and the annex of definitions."""

from __future__ import annotations

from math import nan
from pathlib import Path

import pandas as pd

from toolkit.report import differences
from toolkit.report.annex import definitions_part
from toolkit.report.source import FILES, Output

NAMES = {"WK1": "Noord", "WK2": "Zuid", "WK3": "Oost"}


def output(**frames: pd.DataFrame) -> Output:
    empty = {name: pd.DataFrame(columns=list(columns)) for name, (_, columns) in FILES.items()}
    return Output(Path("output"), {**empty, **frames}, {})


def release(*found: tuple[str, str, str, float, float]) -> Output:
    """Differences as (measure, area, group, value, p)."""
    rows = []
    for measure, area, group, value, p in found:
        same = {
            "source": "enquete", "dataset": "e", "measure": measure, "area": area, "period": "2026",
            "group": group, "n": 100.0, "n_eff": nan, "status": "ok",
        }  # fmt: skip
        low, high = value - 2, value + 2
        rows.append({**same, "unit": "verschil in procentpunten", "value": value, "low": low, "high": high})
        rows.append({**same, "unit": "p-waarde na Holm", "value": p, "low": nan, "high": nan})
    return output(measures=pd.DataFrame(rows))


def test_only_demonstrable_differences_have_a_row_and_the_rest_is_counted() -> None:
    found = release(
        ("blij.verschil-rest", "WK1", "", 8.0, 0.01),
        ("blij.verschil-rest", "WK2", "", -9.5, 0.2),
        ("blij.verschil-rest", "WK3", "", 1.0, 1.0),
        ("blij.verschil-groepen", "GM1", "geslacht=man tegenover vrouw", -7.0, 0.0004),
    )
    text = differences.tables(found, ["blij"], NAMES)
    assert "Noord" in text and "Zuid" not in text and "Oost" not in text
    assert "hoger dan in de rest van de stad" in text and "lager dan de andere groep" in text
    assert "Getoetst: 3 wijken tegen de rest van de stad en 1 paar groepen." in text
    assert "+8,0" in text and "&#60; 0&#44;001" in text


def test_without_demonstrable_differences_there_is_a_sentence() -> None:
    found = release(("blij.verschil-rest", "WK1", "", 1.0, 0.9), ("blij.verschil-rest", "WK2", "", 2.0, 0.6))
    text = differences.tables(found, ["blij"], NAMES)
    assert "2 wijken tegen de rest van de stad getoetst. Er is geen aantoonbaar verschil." in text
    assert "|" not in text and differences.tables(found, ["anders"], NAMES) == ""


def test_definitions_stand_per_source_and_what_follows_from_them_once() -> None:
    def row(measure: str, name: str, source: str, **other: str) -> dict[str, str]:
        empty = dict.fromkeys(("vraag", "teller", "noemer", "uitgesloten", "richting", "versie"), "")
        return {"maat": measure, "naam": name, "bron": source, "eenheid": "procent", **empty, **other}

    told = {"vraag": "Bent u blij?", "teller": "wie ‘ja’ zei", "noemer": "wie antwoordde", "richting": "meer"}
    rest = {"teller": "het cijfer van de wijk min dat van de andere"}
    rows = [
        row("blij", "Blij", "Enquête A", **told),
        row("wacht", "Wachttijd", "Registratie B"),
        row("nut", "Nut", "Enquête A", vraag="Ik heb er iets aan."),
        row("blij.verschil-rest", "Blij: verschil", "Enquête A; t-toets", **rest),
        row("nut.verschil-rest", "Nut: verschil", "Enquête A; t-toets", **rest),
    ]
    text = definitions_part(output(definities=pd.DataFrame(rows)))
    heads = [line for line in text.splitlines() if line.startswith("## ")]
    assert heads == ["## Enquête A", "## Registratie B", "## Bij sommige cijfers staat nog meer"]
    assert text.count("Verschil met de rest van de stad") == 1
    assert "Geteld: wie ‘ja’ zei, van: wie antwoordde." in text and "Meer is beter." in text
    assert "Bent u blij?." not in text.replace("\\", "") and "iets aan." in text
