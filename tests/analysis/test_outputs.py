from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from toolkit import tables
from toolkit.analysis import run
from toolkit.analysis.outputs import unchanged, write_outputs, write_workbook
from toolkit.analysis.run import program_digest
from toolkit.project import Project

INPUTS = {"plan.toml": "a" * 64, "raw/x.csv": "b" * 64}


def record() -> dict[str, Any]:
    return {
        "naam": "Proef é",
        "periode": "2026",
        "gestart": "2026-11-22T10:00:00",
        "invoer": dict(INPUTS),
        "programma": "p1",
    }


def some_tables() -> dict[str, pd.DataFrame]:
    measures = tables.measures(
        [
            {
                "source": "verhalen",
                "dataset": "d",
                "measure": "thema.a",
                "area": "GM0505",
                "period": "2026",
                "value": 12.5,
                "n": 40,
            },
            {
                "source": "verhalen",
                "dataset": "d",
                "measure": "thema.b",
                "area": "GM0505",
                "period": "2026",
                "status": "onderdrukt: n < 10",
            },
        ]
    )
    quotes = pd.DataFrame(
        {"citaat": ["c1", "c2", "c3"], "tekst": ["=1+1", "@SUM(A1)", '=HYPERLINK("http://x","klik")']}
    )
    return {"measures": measures, "citaten": quotes}


def write(folder: Path, **more: Any) -> dict[str, Any]:
    written = record()
    write_outputs(
        folder,
        more.get("tables", some_tables()),
        more.get("private", {"labels-c": pd.DataFrame({"n": [1]})}),
        written,
    )
    return written


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_files_stand_where_they_should(tmp_path: Path) -> None:
    write(tmp_path)
    assert names(tmp_path) == {
        "measures.csv",
        "citaten.csv",
        "uitkomsten.xlsx",
        "run.json",
        "private/labels-c.csv",
    }
    found = pd.read_csv(tmp_path / "measures.csv", dtype=str, keep_default_na=False)
    assert found["value"].tolist() == ["12.5", ""] and found["status"].tolist() == [
        "ok",
        "onderdrukt: n < 10",
    ]
    known = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert set(known["uitvoer"]) == {"measures.csv", "citaten.csv", "uitkomsten.xlsx"}


def test_nothing_changed_is_seen(tmp_path: Path) -> None:
    write(tmp_path)
    found = unchanged(tmp_path, INPUTS, "p1")
    assert found is not None and found["naam"] == "Proef é"


def test_a_changed_input_or_program_is_seen(tmp_path: Path) -> None:
    write(tmp_path)
    assert unchanged(tmp_path, INPUTS | {"raw/x.csv": "c" * 64}, "p1") is None
    assert unchanged(tmp_path, INPUTS | {"raw/y.csv": "c" * 64}, "p1") is None
    assert unchanged(tmp_path, {"plan.toml": "a" * 64}, "p1") is None
    assert unchanged(tmp_path, INPUTS, "p2") is None


@pytest.mark.parametrize("name", ["measures.csv", "citaten.csv", "uitkomsten.xlsx"])
def test_a_tampered_or_lost_output_is_seen(tmp_path: Path, name: str) -> None:
    write(tmp_path)
    path = tmp_path / name
    path.write_bytes(path.read_bytes() + b"\n")
    assert unchanged(tmp_path, INPUTS, "p1") is None
    path.unlink()
    assert unchanged(tmp_path, INPUTS, "p1") is None


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"invoer": {}}', '{"invoer": null, "programma": "p1", "uitvoer": []}']
)
def test_a_damaged_record_counts_as_not_done(tmp_path: Path, content: str) -> None:
    assert unchanged(tmp_path, INPUTS, "p1") is None
    (tmp_path / "run.json").write_text(content, encoding="utf-8")
    assert unchanged(tmp_path, INPUTS, "p1") is None


class Breaks:
    """A cell that cannot be written."""

    def __str__(self) -> str:
        raise KeyboardInterrupt


def test_a_write_that_is_cut_off_leaves_whole_files_and_is_seen_as_not_done(tmp_path: Path) -> None:
    write(tmp_path)
    before = {name: (tmp_path / name).read_bytes() for name in names(tmp_path)}
    broken = some_tables() | {"citaten": pd.DataFrame({"citaat": ["c1", Breaks()]})}
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path, tables=broken)
    assert names(tmp_path) == set(before) - {"run.json"}  # no temporary file is left
    for name in names(tmp_path):
        assert (tmp_path / name).read_bytes() == before[name]
    assert unchanged(tmp_path, INPUTS, "p1") is None
    write(tmp_path)
    assert unchanged(tmp_path, INPUTS, "p1") is not None


def test_what_is_no_longer_made_disappears_also_when_private(tmp_path: Path) -> None:
    write(
        tmp_path,
        private={"labels-c": pd.DataFrame({"n": [1]}), "verhalen-weg": pd.DataFrame({"text": ["gewist"]})},
    )
    write(tmp_path, tables={"measures": some_tables()["measures"]})
    assert names(tmp_path) == {"measures.csv", "uitkomsten.xlsx", "run.json", "private/labels-c.csv"}


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    assert write(tmp_path / "een")["uitvoer"] == write(tmp_path / "twee")["uitvoer"]


def test_the_workbook_holds_text_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    path = tmp_path / "boek.xlsx"
    hostile = ["=1+1", "+31 6", "-2", "@A1", "=cmd|' /C calc'!A0", "http://x.nl", "007", "{=A1}"]
    quotes = pd.DataFrame(
        {"tekst": hostile, "aantal": range(8), "leeg": [None, float("nan"), pd.NA, pd.NaT, "", "x", 1, 2.5]}
    )
    write_workbook(
        path, {"citaten": quotes.astype({"tekst": object}), "measures": some_tables()["measures"]}, record()
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Leeswijzer", "Cijfers", "Citaten"]
    sheet = book["Citaten"]
    texts = [sheet.cell(row, 1) for row in range(2, 10)]
    assert [cell.value for cell in texts] == hostile
    assert {cell.data_type for cell in texts} == {"s"} and all(cell.hyperlink is None for cell in texts)
    assert [sheet.cell(row, 2).value for row in range(2, 10)] == list(range(8))
    assert [sheet.cell(row, 3).value for row in range(2, 10)] == [None] * 5 + ["x", 1, 2.5]
    numbers = book["Cijfers"]
    heads = [cell.value for cell in numbers[1]]
    assert heads[:3] == ["bron", "gegevens", "maat"]
    assert numbers.cell(2, heads.index("waarde") + 1).value == 12.5
    assert numbers.cell(3, heads.index("waarde") + 1).value is None
    for page in book:
        assert not any(cell.data_type == "f" for row in page.iter_rows() for cell in row)


def test_an_empty_table_is_a_sheet_with_a_header(tmp_path: Path) -> None:
    path = tmp_path / "boek.xlsx"
    write_workbook(path, {"citaten": pd.DataFrame({"citaat": [], "tekst": []})}, record())
    sheet = openpyxl.load_workbook(path)["Citaten"]
    assert [cell.value for cell in sheet[1]] == ["citaat", "tekst"] and sheet.max_row == 1


def test_a_run_without_text_models_says_nothing_on_themes_and_tone(small: Project) -> None:
    first = run(small, "klein")
    measures = pd.read_csv(first.output / "measures.csv", keep_default_na=False)
    assert first.changed and "registratie" in set(measures["source"])
    assert not measures["measure"].str.startswith(("thema.", "sentiment.", "polariteit")).any()
    private = (first.output / "private" / "verhalen-klein.csv").read_text(encoding="utf-8")
    assert "Bouzidi" not in private and "12345678" not in private and "[telefoon]" in private
    if program_digest() != first.record["programma"]:
        pytest.skip("the toolkit itself was changed while this test ran")
    assert first.record["feiten"]["verhalen klein"]["zonder_inhoud"] == "minder dan 10"
    assert not run(small, "klein").changed
    assert run(small, "klein", again=True).changed


def test_a_run_notices_what_changed_and_forgets_a_source_that_left_the_plan(small: Project) -> None:
    first = run(small, "klein")
    (first.output / "measures.csv").write_text("anders", encoding="utf-8")
    assert run(small, "klein").changed
    plan = small.root / "analyses" / "klein" / "plan.toml"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace('corpora = ["klein"]', "corpora = []"), encoding="utf-8"
    )
    second = run(small, "klein")
    assert second.changed
    assert not list((second.output / "private").glob("*klein*"))


def test_a_file_of_an_older_version_does_not_stay_behind(tmp_path: Path) -> None:
    for name in ("duiding.csv", "duiding-verschillen.csv"):
        (tmp_path / name).write_text("soort,id\n", encoding="utf-8")
    written = write(tmp_path)
    assert not list(tmp_path.glob("duiding*")) and not [one for one in written["uitvoer"] if "duiding" in one]
