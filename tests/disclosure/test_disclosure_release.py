"""The gate on the example's own registration, on amounts, signals, response and the guard of the Jeugdwet."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from attacker import nested_widths, widths

from toolkit import tables
from toolkit.analysis.inputs import check_project, read_areas
from toolkit.disclosure import protect
from toolkit.disclosure.rules import is_dominated
from toolkit.errors import DataError
from toolkit.project import Disclosure, Project, RecordSettings, find_project
from toolkit.records.kpis import measures as record_measures
from toolkit.records.population import read_population
from toolkit.records.read import read_records
from toolkit.settings import read_settings

ROOT = Path(__file__).resolve().parents[2]
AREAS = pd.DataFrame({"gebied": ["GM0505", "WK1", "WK2", "WK3"], "bovenliggend": ["", *["GM0505"] * 3]})
EXACT = Disclosure(round_to=1)
JOINT = "onderdrukt: n < 10 of daaruit af te leiden"


def line(
    source: str, measure: str, unit: str, area: str, value: float, n: float, **more: Any
) -> dict[str, Any]:
    return {
        "source": source, "dataset": "d", "measure": measure, "unit": unit, "area": area, "period": "2025",
        "value": value, "n": n, **more,
    }  # fmt: skip


def places(values: list[float]) -> list[tuple[str, float]]:
    return list(zip(AREAS["gebied"], [sum(values), *values], strict=True))


@pytest.fixture(scope="module")
def example() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures of the example's registration as they are counted, and its areas."""
    project = find_project(ROOT)
    merge, city = project.settings.areas.merge, project.settings.municipality
    areas = read_areas(project)
    folder = project.survey("voorbeeld-trajecten")
    settings = read_settings(folder / "registratie.toml", RecordSettings)
    truth = record_measures(
        read_records(folder, settings, areas, merge), settings,
        read_population(folder / settings.target_population, merge), dataset="t", municipality=city,
    )  # fmt: skip
    kept = areas[~areas["gebied"].isin(merge)]
    above = ["" if code == city else city for code in kept["gebied"]]
    return truth, pd.DataFrame({"gebied": kept["gebied"], "bovenliggend": above})


@pytest.mark.parametrize("rules", [Disclosure(), EXACT], ids=["rounded", "exact"])
def test_the_example_withstands_the_attack(
    example: tuple[pd.DataFrame, pd.DataFrame], rules: Disclosure
) -> None:
    truth, areas = example
    public, _ = protect(truth, rules, areas)
    found = widths(truth, public, areas, rules.round_to)
    assert len(found) >= 15 and (found >= 10 - 1e-4).all(), truth.loc[found.index[found < 10 - 1e-4]]
    assert all(width >= 10 - 1e-4 for width in nested_widths(truth, public, areas, rules.round_to))
    assert public["value"].notna().mean() > 0.7  # a gate that hides everything is safe, and of no use


def test_the_attacker_of_these_tests_finds_what_a_careless_gate_shows(
    example: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    truth, areas = example
    log = protect(truth, EXACT, areas)[1]
    careless = truth.copy()
    keys = list(tables.MEASURES.key)
    small = set(log.loc[log["handeling"] == "onderdrukt", keys].itertuples(index=False, name=None))
    rows = [key in small for key in truth[keys].itertuples(index=False, name=None)]
    careless.loc[rows, ["value", "n"]] = np.nan
    careless.loc[rows, "status"] = JOINT
    assert (widths(truth, careless, areas, 1) < 10 - 1e-4).any()


def test_what_one_rate_counts_more_than_the_other_is_a_cell_too() -> None:
    # 33 ended early, 30 of them because the client left: 3 others can be read from the two rates.
    rows = []
    for (area, early), (_, client), (_, n) in zip(
        places([33, 80, 90]), places([30, 50, 60]), places([100, 200, 200]), strict=True
    ):
        rows.append(line("registratie", "uitval.voortijdig", "procent", area, 100 * early / n, n))
        rows.append(line("registratie", "uitval.eenzijdig-client", "procent", area, 100 * client / n, n))
    public, _ = protect(tables.measures(rows), EXACT, AREAS)
    wijk = public[public["area"] == "WK1"]
    assert wijk["value"].isna().any() and set(wijk.loc[wijk["value"].isna(), "status"]) == {JOINT}


def test_signals_and_their_rates_go_together() -> None:
    rows = []
    for (area, count), (_, people) in zip(places([4, 40, 30]), places([2000, 9000, 8000]), strict=True):
        rows.append(line("signalen", "klachten.aantal", "klachten", area, count, count))
        rate = 1000 * count / people
        rows.append(line("signalen", "klachten.per-1000", "per 1.000 inwoners", area, rate, people))
    public, _ = protect(tables.measures(rows), EXACT, AREAS)
    hidden = public[public["value"].isna()].groupby("measure")["area"].agg(set)
    assert hidden["klachten.aantal"] == hidden["klachten.per-1000"] == {"WK1", "WK3"}
    rounded, _ = protect(tables.measures(rows), Disclosure(), AREAS)
    shown = rounded[rounded["area"] == "WK2"].set_index("measure")["value"]
    assert shown["klachten.per-1000"] == pytest.approx(1000 * shown["klachten.aantal"] / 9000)


def test_the_response_of_a_wijk_does_not_follow_from_the_city() -> None:
    rows = []
    for measure, values in (
        ("uitgenodigd", [90, 90, 90]),
        ("begonnen", [12, 40, 50]),
        ("volledig", [6, 30, 45]),
    ):
        rows += [
            line("enquete", f"respons.{measure}", "personen", area, value, value)
            for area, value in places(values)
        ]
    for (area, count), (_, invited) in zip(places([6, 30, 45]), places([90, 90, 90]), strict=True):
        rows.append(line("enquete", "respons.aandeel", "procent", area, 100 * count / invited, invited))
    public, _ = protect(tables.measures(rows), Disclosure(), AREAS)
    hidden = public[public["value"].isna()].groupby("measure")["area"].agg(set)
    assert hidden.to_dict() == {"respons.volledig": {"WK1", "WK2"}, "respons.aandeel": {"WK1", "WK2"}}


def test_dominance_and_number_of_contributors() -> None:
    assert is_dominated([100, 90], EXACT)  # two contributors know each other's amount
    assert is_dominated([100, 90, 9.9], EXACT)  # the second knows the first within 9.9%
    assert not is_dominated([100, 90, 10], EXACT)
    assert is_dominated([100, 0, 0, 0], EXACT) and is_dominated([-100, 5, 4], EXACT)
    assert not is_dominated([], EXACT)  # nothing is known


def test_an_amount_of_one_large_contributor_is_hidden_and_does_not_follow() -> None:
    amounts = [500_000.0, 400_000.0, 300_000.0]
    rows = [line("financien", "gerealiseerd", "euro", area, value, 5) for area, value in places(amounts)]
    for (area, value), (_, people) in zip(places(amounts), places([9000, 9000, 9000]), strict=True):
        rows.append(line("financien", "per-inwoner", "euro per inwoner", area, value / people, people))
    frame = tables.measures(rows)
    assert protect(frame, EXACT, AREAS)[0]["value"].notna().all()
    given = pd.DataFrame([{**rows[1], "group": "", "bijdrage": one} for one in (480_000, 15_000, 5_000)])
    public, _ = protect(frame, EXACT, AREAS, given)
    hidden = public[public["value"].isna()].groupby("measure")["area"].agg(set)
    assert hidden.to_dict() == {"gerealiseerd": {"WK1", "WK3"}, "per-inwoner": {"WK1", "WK3"}}
    ratio = line("financien", "verhouding", "verhouding (procent)", "WK1", 30.0, np.nan)
    public, _ = protect(tables.measures([*rows, ratio]), EXACT, AREAS, given)
    assert public.loc[public["measure"] == "verhouding", "value"].isna().all()  # it gives the amount back
    few = frame.assign(n=frame["n"].where((frame["area"] != "WK2") | (frame["unit"] != "euro"), 2))
    public, _ = protect(few, EXACT, AREAS)
    assert "WK2" in set(public.loc[public["value"].isna(), "area"])


@pytest.fixture
def youth(tmp_path: Path) -> Project:
    """The example's survey as client-experience research of the Jeugdwet, by partner."""
    shutil.copy(ROOT / "tev.toml", tmp_path)
    shutil.copytree(ROOT / "surveys" / "voorbeeld", tmp_path / "surveys" / "voorbeeld")
    folder = tmp_path / "analyses" / "voorbeeld"
    folder.mkdir(parents=True)
    for name in ("gebieden.csv", "gebieden.geojson"):
        shutil.copy(ROOT / "analyses" / "voorbeeld" / name, folder)
    plan = 'naam = "Jeugd"\nperiode = "2026"\nenquetes = ["voorbeeld"]\nuitsplitsen = ["partner"]\n'
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    path = tmp_path / "surveys" / "voorbeeld" / "enquete.toml"
    text = path.read_text(encoding="utf-8")
    assert 'soort = "bewonersenquete"' in text
    law = 'wet = "Jeugdwet"\nsoort = "clientervaringsonderzoek"'
    path.write_text(text.replace('soort = "bewonersenquete"', law), encoding="utf-8")
    return find_project(tmp_path)


def test_youth_research_is_refused_by_partner_before_anything_is_done(youth: Project) -> None:
    with pytest.raises(DataError) as caught:
        check_project(youth, "voorbeeld")
    (problem,) = caught.value.problems
    assert "Jeugdwet" in problem.message and "grondslag_partner" in problem.remedy


@pytest.mark.parametrize(("basis", "allowed"), [("Artikel 2.10 Jeugdwet", True), ("  ", False)])
def test_a_legal_basis_in_the_plan_opens_it(youth: Project, basis: str, allowed: bool) -> None:
    path = youth.root / "analyses" / "voorbeeld" / "plan.toml"
    path.write_text(path.read_text(encoding="utf-8") + f'grondslag_partner = "{basis}"\n', encoding="utf-8")
    if not allowed:
        with pytest.raises(DataError):
            check_project(youth, "voorbeeld")
        return
    from toolkit.analysis import run

    result = run(youth, "voorbeeld")
    assert result.record["feiten"]["enquete voorbeeld"]["grondslag_partner"] == basis
    groups = pd.read_csv(result.output / "measures.csv", keep_default_na=False)["group"]
    assert groups.str.startswith("partner=").any()


def test_other_research_by_partner_is_unaffected(youth: Project) -> None:
    path = youth.root / "surveys" / "voorbeeld" / "enquete.toml"
    text = path.read_text(encoding="utf-8").replace('wet = "Jeugdwet"', 'wet = "wmo"')
    path.write_text(text, encoding="utf-8")
    assert check_project(youth, "voorbeeld").plan.groups == ("partner",)
