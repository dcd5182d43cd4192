"""One reader of population counts, for weighting and as the denominator of bereik."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import DataError
from toolkit.population import read_population, residents
from toolkit.records.population import read_population as per_area

EXAMPLE = Path(__file__).parents[1] / "surveys" / "voorbeeld" / "bevolking.csv"
SPLIT = (
    "gebied,leeftijdsgroep,geslacht,aantal\n"
    "A,15-24,,100\nA,25-44,,200\nA,,man,170\nA,,vrouw,190\n"
    "C,15-24,,7\nB,,,50\nB,15-24,,20\n"
)


def written(folder: Path, text: str) -> Path:
    path = folder / "bevolking.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_cells_join_their_neighbour(tmp_path: Path) -> None:
    table = read_population(written(tmp_path, SPLIT), {"C": "A"})
    young = table[(table["gebied"] == "A") & (table["leeftijdsgroep"] == "15-24")]
    assert young["aantal"].tolist() == [107.0]
    assert table["aantal"].sum() == 737


def test_nobody_is_counted_twice(tmp_path: Path) -> None:
    path = written(tmp_path, SPLIT)
    frame = per_area(path, {"C": "A"})
    assert dict(zip(frame["gebied"], frame["aantal"], strict=True)) == {"A": 307, "B": 50}
    table = read_population(path, {})
    assert residents(table).to_dict() == {"A": 300, "B": 50, "C": 7}
    assert residents(table, "leeftijdsgroep").to_dict() == {"15-24": 127, "25-44": 200}
    assert residents(table, "geslacht").to_dict() == {"man": 170, "vrouw": 190}


def test_an_area_is_chosen_before_it_joins_another(tmp_path: Path) -> None:
    path = written(tmp_path, "gebied,leeftijdsgroep,aantal\nA,,300\nA,15-24,100\nC,15-24,7\n")
    assert per_area(path, {"C": "A"})["aantal"].tolist() == [307]


def test_rows_of_the_whole_municipality_go_before_those_of_its_areas(tmp_path: Path) -> None:
    path = written(tmp_path, "gebied,leeftijdsgroep,aantal\n,15-24,150\nA,15-24,100\nB,15-24,49\n")
    assert residents(read_population(path, {}), "leeftijdsgroep").to_dict() == {"15-24": 150}


def test_both_uses_of_the_example_hold_the_same_people() -> None:
    table = read_population(EXAMPLE, {})
    ages = table[table["leeftijdsgroep"] != ""]
    assert residents(table).sum() == per_area(EXAMPLE, {})["aantal"].sum() == ages["aantal"].sum()


@pytest.mark.parametrize("count", ["1.000", "-5", "veel", "2,5", ""])
def test_a_count_in_doubt_is_refused(tmp_path: Path, count: str) -> None:
    path = written(tmp_path, f"gebied,soort,aantal\nA,x,3\nA,x,{count!r}\nB,x,7\n".replace("'", '"'))
    with pytest.raises(DataError) as caught:
        read_population(path, {})
    assert [(one.row, one.column) for one in caught.value.problems] == [(3, "aantal"), (3, "")]
