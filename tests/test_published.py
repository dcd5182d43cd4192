"""What leaves the gate in the example: no small count anywhere, and every number can be explained."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from toolkit.analysis.explain import explain
from toolkit.report import phrases
from toolkit.report.source import read_output

LEAST = 10
# Columns that count people, stories or what people did.
COUNTS = {
    "n", "n_eff", "n effectief", "verhalen", "aantal", "uitgenodigd", "begonnen", "volledig", "bereik",
    "respondenten",
}  # fmt: skip
PEOPLE = ("personen", "trajecten", "klachten", "bezwaren", "meldingen", "verhalen", "huishoudens", "aantal")
# Numbers in run.json that are settings, outcomes of a model or of the weighting; all others count people.
SETTINGS = {
    "startwaarde", "citaten", "schatting", "rondes", "versies", "duur_seconden", "score", "sd", "r", "deff",
    "norm_start_dagen", "geen_nieuwe_start_maanden", "norm_doorloop_dagen", "in_beeld_dagen", "afwijking",
    "in_geen_onderwerp", "getoetst", "cronbachs_alfa", "modellen", "gevoel", "polen",
}  # fmt: skip


def small(value: object) -> bool:
    """Whether a cell holds a count that may not leave: more than nobody, fewer than ten."""
    try:
        return 0 < float(str(value)) < LEAST
    except ValueError:
        return False


def small_cells(frame: pd.DataFrame) -> Iterator[str]:
    """Column and row of every count below the minimum, also where a value is a count."""
    for column in COUNTS & set(frame.columns):
        if column == "bereik" and "bereik_eenheid" not in frame:
            continue
        yield from (f"{column}:{row}" for row in frame.index[frame[column].map(small)])
    unit = next((name for name in ("unit", "eenheid") if name in frame), "")
    value = next((name for name in ("value", "waarde") if name in frame), "")
    if unit and value:
        counted = frame[unit].isin(PEOPLE) & ~frame.get("soort", frame[unit]).eq("pilot")
        yield from (f"{value}:{row}" for row in frame.index[counted & frame[value].map(small)])


def small_numbers(found: Any, path: str = "") -> Iterator[str]:
    """Every whole number below the minimum in run.json, except under SETTINGS."""
    if isinstance(found, dict):
        for key, one in found.items():
            if key not in SETTINGS:
                yield from small_numbers(one, f"{path}/{key}")
    elif isinstance(found, list):
        for at, one in enumerate(found):
            yield from small_numbers(one, f"{path}/{at}")
    elif isinstance(found, (int, float)) and not isinstance(found, bool) and small(found):
        yield path
    elif isinstance(found, str):
        told = re.findall(
            r"(?<![\d.,-])([1-9]) (?:inwoner|cliënt|persoon|personen|verha|antwoord|traject)", found
        )
        yield from (f"{path}: {number}" for number in told)


def read_csv(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")


def read_sheets(path: Path) -> dict[str, pd.DataFrame]:
    book = openpyxl.load_workbook(path, read_only=True)
    sheets = {}
    for sheet in book.worksheets:
        head, *rows = list(sheet.iter_rows(values_only=True))
        text = [["" if cell is None else str(cell) for cell in row] for row in rows]
        sheets[sheet.title] = pd.DataFrame(text, columns=[str(name) for name in head])
    return sheets


def test_the_search_finds_what_it_looks_for() -> None:
    frame = pd.DataFrame(
        {"n": ["9", "", "0"], "unit": ["procent", "personen", "personen"], "value": ["5", "4.0", "12"]}
    )
    assert set(small_cells(frame)) == {"n:0", "value:1"}
    record = {
        "feiten": {"x": {"rijen": 3, "rondes": 4}},
        "waarschuwingen": ["er zijn 7 verhalen", "1.007 verhalen"],
    }
    assert list(small_numbers(record)) == ["/feiten/x/rijen", "/waarschuwingen/0: 7"]


def test_no_count_below_the_minimum_leaves(voorbeeld_run: Any) -> None:
    output = voorbeeld_run.result.output
    found: dict[str, list[str]] = {}
    files = [path for path in output.iterdir() if path.is_file()]
    assert {path.suffix for path in files} == {".csv", ".xlsx", ".json", ".geojson"}
    for place in json.loads((output / "gebieden.geojson").read_text(encoding="utf-8"))["features"]:
        assert all(isinstance(value, str) for value in place["properties"].values()), "a map tells no numbers"
    for path in files:
        if path.suffix == ".csv":
            found[path.name] = list(small_cells(read_csv(path)))
        elif path.suffix == ".xlsx":
            for title, frame in read_sheets(path).items():
                found[f"{path.name} {title}"] = list(small_cells(frame))
        else:
            found[path.name] = list(small_numbers(json.loads(path.read_text(encoding="utf-8"))))
    assert {name: cells for name, cells in found.items() if cells} == {}


def test_every_number_can_be_explained(voorbeeld_run: Any) -> None:
    """One number per measure and source: how it came about, from which files; a hidden one stays hidden."""
    project = voorbeeld_run.project
    figures = read_output(voorbeeld_run.result.output).figures()
    # Of each measure one that is shown and one that is hidden, where there are such.
    chosen = {(one.source, one.dataset, one.measure, one.value is None): one for one in figures}
    hidden = 0
    for one in chosen.values():
        told = [
            dict(line for line in found.lines if line[0])
            for found in explain(project, one.measure, one.area, "voorbeeld", one.group)
            if (f": {one.dataset}" in dict(found.lines)["Komt uit"])
        ]
        name = f"{one.source} {one.measure} {one.area} {one.group}"
        assert told, name
        for text in told:
            assert text["Definitie"] and text["Bestanden"] and "Berekend op" in text, name
            assert "geen definitie" not in text["Definitie"], name
            if one.source != "indicator":
                assert text["Weging"], name
                if not one.measure.startswith("respons."):
                    assert text["Teller"] and text["Noemer"], name
        if one.value is None:
            assert phrases.status_words(one) in [text["Uitkomst"] for text in told], name
        if one.kind == "onderdrukt":
            hidden += 1
            assert "niet getoond, om mensen te beschermen" in [text["Gebruikte rijen"] for text in told], name
    assert {one.source for one in chosen.values()} >= {
        "enquete", "registratie", "signalen", "financien", "verhalen", "indicator",
    }  # fmt: skip
    assert hidden > 10


def test_projects_are_explained_too(voorbeeld_run: Any) -> None:
    (whole,) = explain(voorbeeld_run.project, "projecten", "GM0505", "voorbeeld")
    assert dict(whole.lines)["Budget"] == "€ 1.760.000; van 1 van 7 niet bekend, dat telt niet mee"
    (one,) = explain(voorbeeld_run.project, "projecten", "GM0505", "voorbeeld", "Logeerplek jongeren")
    assert dict(one.lines)["Bereik"] == "· jongeren"
    assert "n < 10" in dict(one.lines)["Niet getoond"]
    assert dict(one.lines)["Bestanden"].startswith("surveys/voorbeeld-projecten/")


@pytest.fixture(scope="module")
def figures_sheet(voorbeeld_run: Any) -> Any:
    return openpyxl.load_workbook(voorbeeld_run.result.output / "uitkomsten.xlsx")["Cijfers"]


def test_the_workbook_names_codes_and_formats_numbers(figures_sheet: Any) -> None:
    head = [cell.value for cell in figures_sheet[1]]
    at = {
        name: head.index(name) for name in ("maat", "naam", "gebied", "gebiedsnaam", "eenheid", "waarde", "n")
    }
    formats: dict[str, set[str]] = {}
    for row in figures_sheet.iter_rows(min_row=2):
        assert row[at["gebiedsnaam"]].value or str(row[at["gebied"]].value).startswith(("NL", "PV", "GM")), (
            row[0].row
        )
        if row[at["waarde"]].value is not None:
            formats.setdefault(row[at["eenheid"]].value or "", set()).add(row[at["waarde"]].number_format)
        if row[at["n"]].value is not None:
            assert row[at["n"]].number_format in ("#,##0", "#,##0.0")
    assert formats["procent"] == {"#,##0.0"}
    assert formats["euro"] == formats["personen"] == {"#,##0"}
    assert formats["per 1.000 inwoners"] == {"#,##0.0"}
    names = {row[at["maat"]].value: row[at["naam"]].value for row in figures_sheet.iter_rows(min_row=2)}
    assert names["bereik.aandeel"] == "Aandeel bereikte inwoners"
    sheets = figures_sheet.parent.sheetnames
    assert sheets[0] == "Leeswijzer" and {"Cijfers", "Definities", "Gebieden"} <= set(sheets)
