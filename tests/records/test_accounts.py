"""Signals, amounts and projects: real files, known answers, and every problem at once."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest

from toolkit.disclosure import protect
from toolkit.errors import DataError, Problem
from toolkit.project import Disclosure
from toolkit.records import finance, projects, signals
from toolkit.records.project_files import TEXTS
from toolkit.records.settings import (
    FinanceSettings,
    ProjectsSettings,
    SignalFile,
    SignalSettings,
    TableFile,
)

AREAS = pd.DataFrame(
    {"gebied": ["GM0505", "WK050501", "WK050502"], "naam": ["Dordrecht", "Binnenstad", "Noordflank"]}
)
MERGE = {"WK050519": "WK050502"}
RESIDENTS = pd.DataFrame({"gebied": ["WK050501", "WK050502"], "aantal": [8000.0, 4000.0]})
HIERARCHY = pd.DataFrame({"gebied": AREAS["gebied"], "bovenliggend": ["", "GM0505", "GM0505"]})


def signal_settings(*files: SignalFile) -> SignalSettings:
    return SignalSettings(
        name="s", period="2025", period_start=dt.date(2025, 1, 1), period_end=dt.date(2025, 12, 31),
        keep_until=dt.date(2031, 1, 1), deliveries=files,
    )  # fmt: skip


def read_signals(folder: Path, text: str, **more: object) -> pd.DataFrame:
    (folder / "s.csv").write_text(text, encoding="utf-8")
    given = {"file": "s.csv", "format": "csv", "kind": "klachten", "columns": {"area": "wijk", "date": "dag"}}
    return signals.read_signals(folder, signal_settings(SignalFile(**given | more)), AREAS, MERGE)  # type: ignore[arg-type]


def count(frame: pd.DataFrame, measure: str, area: str = "GM0505", group: str = "") -> float:
    chosen = frame[(frame["measure"] == measure) & (frame["area"] == area) & (frame["group"] == group)]
    assert len(chosen) == 1
    return float(chosen["value"].iloc[0])


def measured(rows: pd.DataFrame) -> pd.DataFrame:
    return signals.measures(
        rows, signal_settings(), list(AREAS["gebied"]), dataset="s", municipality="GM0505"
    )


def test_signals_are_counted_per_area_and_quarter(tmp_path: Path) -> None:
    rows = [
        "WK050501;1-1-2025",
        "Binnenstad;31-3-2025",
        "WK050519;1-4-2025",
        ";1-12-2025",
        "WK050501;31-12-2024",
    ]
    table = measured(read_signals(tmp_path, "\n".join(["wijk;dag", *rows])))
    assert count(table, "signalen.klachten") == 4  # the last one is of the year before
    assert count(table, "signalen.klachten", "WK050501") == 2
    assert count(table, "signalen.klachten", "WK050502") == 1  # through the merged area
    quarters = [count(table, "signalen.klachten", group=f"kwartaal=2025-Q{one}") for one in (1, 2, 3, 4)]
    assert quarters == [2, 1, 0, 1]
    assert set(table["source"]) == {"signalen"}


def test_of_a_waiting_list_the_last_day_in_the_period_counts(tmp_path: Path) -> None:
    rows = ["WK050501;30-6-2025;20", "WK050502;30-6-2025;9", "WK050501;31-12-2025;24", "WK050501;1-2-2026;50"]
    columns = {"area": "wijk", "date": "dag", "count": "n"}
    table = measured(
        read_signals(tmp_path, "\n".join(["wijk;dag;n", *rows]), kind="wachtlijst", columns=columns)
    )
    assert count(table, "signalen.wachtlijst") == count(table, "signalen.wachtlijst", "WK050501") == 24
    assert count(table, "signalen.wachtlijst", "WK050502") == 0
    assert set(table["group"]) == {""}


def test_rates_follow_from_what_was_published() -> None:
    rows = pd.DataFrame(
        {"kind": "klachten", "area": ["WK050501", "WK050502", ""], "date": pd.NaT, "count": [43.0, 18.0, 4.0]}
    )
    public, _ = protect(measured(rows), Disclosure(), HIERARCHY)
    rates = signals.rates(public, RESIDENTS, "s", "GM0505")
    assert count(rates, "signalen.klachten.per-1000") == pytest.approx(1000 * 65 / 12000)
    assert count(rates, "signalen.klachten.per-1000", "WK050501") == pytest.approx(
        1000 * 45 / 8000
    )  # rounded
    small, _ = protect(measured(rows.assign(count=[43.0, 4.0, 4.0])), Disclosure(), HIERARCHY)
    hidden = signals.rates(small, RESIDENTS, "s", "GM0505")
    shown = small[small["group"] == ""].set_index("area")["value"]
    assert shown.isna()["WK050502"]
    for line in hidden.to_dict("records"):
        assert pd.isna(line["value"]) == pd.isna(shown[line["area"]])
        assert str(line["status"]).startswith("onderdrukt") == pd.isna(line["value"])


def test_bad_signals_are_named_all_at_once(tmp_path: Path) -> None:
    columns = {"kind": "soort", "area": "wijk", "date": "dag", "count": "n"}
    rows = [
        "klacht;WK050501;1-1-2025;1",  # row 2: unknown kind
        "klachten;WK050599;1-1-2025;1",  # row 3: a code of last year's division
        "klachten;WK050501;31-2-2025;1",  # row 4: no date
        "klachten;WK050501;;1",  # row 5: no date at all
        "klachten;WK050501;1-1-2025;2,5",  # row 6: no whole number
        "klachten;WK050501;1-1-2025;3",  # row 7: the same cell again
        ";WK050501;2-1-2025;3",  # row 8: no kind
    ]
    with pytest.raises(DataError) as caught:
        read_signals(tmp_path, "\n".join(["soort;wijk;dag;n", *rows]), kind="", columns=columns)
    found = {(one.row, one.column): one for one in caught.value.problems}
    assert set(found) == {(2, "soort"), (3, "wijk"), (4, "dag"), (5, "dag"), (6, "n"), (7, "n"), (8, "soort")}
    assert found[2, "soort"].remedy == "Bedoelt u 'klachten'?"
    assert "WK0505" in found[3, "wijk"].remedy or "oude indeling" in found[3, "wijk"].remedy


def test_settings_of_signals_that_cannot_work(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="moet de soort bij"):
        read_signals(tmp_path, "wijk;dag\n;1-1-2025", kind="")
    with pytest.raises(DataError, match="Bedoelt u 'area'"):
        read_signals(tmp_path, "wijk;dag\n;1-1-2025", columns={"aera": "wijk"})


# --- amounts ----------------------------------------------------------------------------------------

MONEY = TableFile(
    file="f.csv", format="csv",
    columns={"post": "post", "kind": "soort", "budget": "begroot", "actual": "werkelijk", "clients": "n"},
    codes={"kind": {"maatwerk": "specialistisch"}},
)  # fmt: skip


def finance_settings(delivery: TableFile = MONEY) -> FinanceSettings:
    return FinanceSettings(
        name="f", period="2025", price_level="prijzen van 2025", deliveries=(delivery,), source="Jaarrekening"
    )


def read_finance(folder: Path, *rows: str) -> pd.DataFrame:
    (folder / "f.csv").write_text("\n".join(["post;soort;begroot;werkelijk;n", *rows]), encoding="utf-8")
    return finance.read_finance(folder, finance_settings(), AREAS, MERGE)


def test_amounts_in_every_notation_add_up(tmp_path: Path) -> None:
    rows = [
        "A;algemeen;1.000.000,00;€ 900.000,50;20",
        "B;Maatwerk;3000000;2700000.25;30",
        "C;overig;500000,-;0;",
    ]
    frame = read_finance(tmp_path, *rows)
    assert list(frame["actual"]) == [900000.5, 2700000.25, 0]
    table = finance.measures(frame, finance_settings(), dataset="f", municipality="GM0505")
    assert count(table, "financien.begroot") == 4_500_000
    assert count(table, "financien.gerealiseerd") == 3_600_000.75
    groups = [count(table, "financien.gerealiseerd", group=f"soort={kind}") for kind in finance.KINDS]
    assert sum(groups) == 3_600_000.75
    posts = table[(table["measure"] == "financien.begroot") & table["group"].str.startswith("post=")]
    assert posts["value"].sum() == 4_500_000
    more = finance.derived(table, RESIDENTS, "f", "GM0505")
    assert count(more, "financien.per-inwoner") == pytest.approx(3_600_000.75 / 12000)
    assert count(more, "financien.benutting") == pytest.approx(100 * 3_600_000.75 / 4_500_000)
    general, special = (count(more, f"financien.aandeel-{kind}") for kind in finance.KINDS[:2])
    assert general == pytest.approx(100 * 900000.5 / 3600000.75) and general + special == pytest.approx(100)
    told = finance.definitions(finance_settings())
    assert told["bron"].str.contains("prijzen van 2025").all()
    assert set(table["measure"]) | set(more["measure"]) == set(told["maat"])


def test_an_unknown_amount_leaves_its_sums_unknown(tmp_path: Path) -> None:
    frame = read_finance(tmp_path, "A;algemeen;100;;", "B;specialistisch;100;50;")
    table = finance.measures(frame, finance_settings(), dataset="f", municipality="GM0505")
    whole = table[(table["measure"] == "financien.gerealiseerd") & (table["group"] == "")].iloc[0]
    assert pd.isna(whole["value"]) and whole["status"].startswith("onbekend")
    more = finance.derived(table, RESIDENTS, "f", "GM0505")
    assert "financien.aandeel-algemeen" not in set(more["measure"])
    assert count(more, "financien.benutting", group="soort=specialistisch") == 50


def test_what_one_partner_was_paid_does_not_leave_the_gate(tmp_path: Path) -> None:
    delivery = TableFile(
        file="f.csv", format="csv", columns={**MONEY.columns, "clients": "n", "partner": "wie"}
    )
    text = ["post;soort;begroot;werkelijk;n;wie", "A;algemeen;900;880;;Noord"]
    text += [f"A;algemeen;300;{paid};;{who}" for paid, who in ((300, "Oost"), (290, "West"))]
    text += [f"B;overig;{paid};{paid};;{who}" for paid, who in ((500, "Oost"), (20, "West"), (5, "Zuid"))]
    (tmp_path / "f.csv").write_text("\n".join(text), encoding="utf-8")
    settings = finance_settings(delivery)
    rows = finance.read_finance(tmp_path, settings, AREAS, MERGE)
    where = {"dataset": "f", "municipality": "GM0505"}
    table, paid = (one(rows, settings, **where) for one in (finance.measures, finance.contributions))
    whole = paid[(paid["group"] == "") & (paid["measure"] == "financien.gerealiseerd")]
    assert sorted(whole["bijdrage"]) == [5, 310, 800, 880]
    areas = pd.DataFrame({"gebied": ["GM0505"], "bovenliggend": [""]})
    public, _ = protect(table, Disclosure(), areas, paid)
    shown = set(
        public.loc[public["value"].notna() & (public["measure"] == "financien.gerealiseerd"), "group"]
    )
    # B is dominated by Oost, and hides with its kind; A goes with it, for it would follow from the whole.
    assert shown == {""}
    assert finance.contributions(rows.assign(partner=""), settings, **where).empty  # no rule without partners


def test_a_point_that_can_be_read_two_ways_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_finance(tmp_path, "A;algemeen;1.250;100;", "A;los;12;1e;", ";overig;1;1;-3")
    found = [(one.row, one.column) for one in caught.value.problems]
    assert found == [(2, "begroot"), (3, "soort"), (3, "werkelijk"), (3, "post"), (4, "post"), (4, "n")]
    assert "1000" in caught.value.problems[0].remedy and "1.250" in caught.value.problems[0].message


# --- projects ---------------------------------------------------------------------------------------

NAMES = {name: name for name in projects._FIELDS.all if name not in ("years", *TEXTS)}
LIST = TableFile(file="p.csv", format="csv", columns=NAMES)
HEADER = "project;part;aim;budget;spent;status;start;end;reach;reach_unit;grade;satisfied;respondents;fitting;faster;cheaper"


def read_projects(folder: Path, *rows: str) -> pd.DataFrame:
    (folder / "p.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    plan = ProjectsSettings(name="p", period="2025", price_level="lopend", deliveries=(LIST,))
    return projects.read_projects(folder, plan)


def test_project_totals_add_up_and_small_numbers_stay_inside(tmp_path: Path) -> None:
    frame = read_projects(
        tmp_path,
        "A;Een;doel;100,10;50,05;loopt;;;120;;7,5;80%;40;ja;nee;",
        "B;Een;doel;200,20;;Gepland;;;8;jongeren;8;90;6;ja;deels;",
        "C;Twee;doel;;25,00;afgerond;1-1-2024;1-1-2025;30;;9;100;50;nee;ja;",
    )
    table = projects.table(frame, "lopend", 10, 30)
    assert list(table["soort"]) == ["project"] * 3 + ["onderdeel"] * 2 + ["totaal"]
    assert tuple(table.columns) == projects.COLUMNS
    rows = table.set_index("soort")
    for name in ("budget", "besteed", "projecten", "budget_onbekend", "besteed_onbekend"):
        total = rows.loc["totaal", name]
        assert total == pytest.approx(rows.loc["project", name].sum())
        assert total == pytest.approx(rows.loc["onderdeel", name].sum())
    assert rows.loc["totaal", "budget"] == 300.30 and rows.loc["totaal", "budget_onbekend"] == 1
    assert rows.loc["totaal", "passender"] == "2 van 3 ja" and rows.loc["totaal", "betaalbaarder"] == ""
    assert pd.isna(rows.loc["totaal", "bereik"]) and pd.isna(rows.loc["totaal", "benutting"])
    a, b, c = (table.iloc[place] for place in range(3))
    assert a["bereik"] == 120 and a["rapportcijfer"] == 7.5 and a["tevreden"] == 80 and a["benutting"] == 50
    assert pd.isna(b["bereik"]) and pd.isna(b["rapportcijfer"]) and "n < 10" in b["toelichting"]
    assert c["rapportcijfer"] == 9 and pd.isna(c["tevreden"]) and "0% of 100%" in c["toelichting"]


def test_bad_projects_are_named_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_projects(
            tmp_path,
            "A;Een;doel;-5;1.500;loopt;2-1-2025;1-1-2025;1,5;;11;101;40;ja;nee;",
            "a;;doel;1;1;bezig;;;;;0,5;-1;;misschien;;",
        )
    found: tuple[Problem, ...] = caught.value.problems
    assert {(one.row, one.column) for one in found} == {
        (2, "budget"), (2, "spent"), (2, "end"), (2, "reach"), (2, "grade"), (2, "satisfied"),
        (3, "part"), (3, "project"), (3, "status"), (3, "grade"), (3, "satisfied"), (3, "fitting"),
    }  # fmt: skip
    above = next(one for one in found if one.column == "satisfied" and one.row == 2)
    assert above.message == "101 kan niet." and above.remedy == "Vul een getal in: tussen 0 en 100."


def test_the_projects_of_a_real_evaluation(tmp_path: Path) -> None:
    """projecten-2021.csv: the 15 projects of the Tussenevaluatie 2021 of Dordrecht, as published there."""
    delivery = TableFile(
        file="projecten-2021.csv", format="csv",
        columns={"part": "onderdeel", "project": "project", "budget": "budget_euro", "years": "looptijd"},
    )  # fmt: skip
    settings = ProjectsSettings(name="p", period="2021", price_level="lopend", deliveries=(delivery,))
    rows = projects.read_projects(Path(__file__).parent, settings)
    table = projects.table(rows, "lopend", 10, 30).set_index(["soort", "project"])
    whole = table.loc[("totaal", "")]
    assert whole["projecten"] == 15 and whole["budget"] == 5_000_000  # added by hand
    assert whole["budget_onbekend"] == 1 and whole["besteed_onbekend"] == 15 and pd.isna(whole["besteed"])
    parts = table.loc["onderdeel"]
    assert parts["budget"].sum() == 5_000_000 and parts["projecten"].sum() == 15
    flits = table.loc[("project", "FLITS")]
    assert (flits["start"], flits["einde"]) == (pd.Timestamp(2020, 1, 1), pd.Timestamp(2022, 12, 31))
    assert (
        table.loc[("project", "Overgang Jeugdwet-Wmo"), "toelichting"]
        == "looptijd: verschilt per deelproject"
    )
    assert "8 jongeren" not in table.to_csv()  # remarks hold small numbers: they are never read
