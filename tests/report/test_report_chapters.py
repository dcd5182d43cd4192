"""The chapters on the wijkteam, signals, money and projects: only where the analysis has the source."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from toolkit.report import build_report
from toolkit.report.document import write_parts

FIXTURE = Path(__file__).parent / "fixture"
VOORBEELD = Path(__file__).parents[2] / "reports" / "voorbeeld"
CHAPTERS = ("wijkteam", "signalen", "geld", "projecten")
HIDDEN = "onderdrukt: n < 10 of daaruit af te leiden"

# dataset, measure, unit, area, group, value, n (source and period are those of the block)
SIGNALS = [
    ("zaken", "signalen.klachten", "klachten", "GM0505", "", 302, 302),
    ("zaken", "signalen.klachten", "klachten", "WK050501", "", 25, 25),
    ("zaken", "signalen.klachten", "klachten", "WK050502", "", None, None),
    ("zaken", "signalen.klachten", "klachten", "GM0505", "kwartaal=2025-Q1", 150, 150),
    ("zaken", "signalen.klachten", "klachten", "GM0505", "kwartaal=2025-Q2", 152, 152),
    ("zaken", "signalen.klachten.per-1000", "per 1.000 inwoners", "GM0505", "", 2.9983, 100725),
    ("zaken", "signalen.klachten.per-1000", "per 1.000 inwoners", "WK050501", "", 3.0864, 8100),
    ("zaken", "signalen.klachten.per-1000", "per 1.000 inwoners", "WK050502", "", None, None),
]
MONEY = [
    ("kas", "financien.begroot", "euro", "GM0505", "", 1250000, None),
    ("kas", "financien.gerealiseerd", "euro", "GM0505", "", 1300000.5, None),
    ("kas", "financien.benutting", "procent", "GM0505", "", 104.0, None),
    ("kas", "financien.begroot", "euro", "GM0505", "soort=algemeen", 250000, None),
    ("kas", "financien.gerealiseerd", "euro", "GM0505", "soort=algemeen", 300000.5, None),
    ("kas", "financien.begroot", "euro", "GM0505", "post=Wijkteams", 1250000, 400),
    ("kas", "financien.gerealiseerd", "euro", "GM0505", "post=Wijkteams", 1300000.5, 400),
    ("kas", "financien.aandeel-algemeen", "procent", "GM0505", "", 27.52, None),
    ("kas", "financien.aandeel-specialistisch", "procent", "GM0505", "", 72.48, None),
]
RECORDS = [
    ("hulp", "instroom.trajecten", "trajecten", "GM0505", "", 1107, 1107),
    ("hulp", "instroom.trajecten", "trajecten", "GM0505", "verwijzer=huisarts", 229, 229),
    ("hulp", "instroom.trajecten", "trajecten", "GM0505", "verwijzer=onbekend", None, None),
    ("hulp", "wachtlijst.personen", "personen", "GM0505", "", 113, 113),
    ("hulp", "wachtlijst.wachttijd", "dagen", "GM0505", "", 19, 117),
    ("hulp", "doorlooptijd.binnen-norm", "procent", "WK050501", "", 9.4, 40),
    ("hulp", "doorlooptijd.binnen-norm", "procent", "WK050502", "", 12.0, 40),
    ("hulp", "instroom.trajecten", "trajecten", "WK050501", "", 55, 55),
    ("hulp", "instroom.trajecten", "trajecten", "WK050502", "", 60, 60),
]
PROJECT = (
    "soort,onderdeel,project,doel,start,einde,status,budget,besteed,benutting,bereik,bereik_eenheid,rapportcijfer,"
    "tevreden,respondenten,passender,sneller,betaalbaarder,projecten,budget_onbekend,besteed_onbekend,prijspeil,toelichting\n"
    "project,Toegang,Één loket,Sneller hulp,2023-01-01,2025-12-31,afgerond,420000.0,398250.5,94.8,640.0,inwoners,7.8,84.0,"
    "212.0,ja,ja,deels,1,0,0,lopende prijzen,\n"
    "project,Toegang,Logeren,Rust thuis,2024-06-01,,loopt,,120000.0,,,jongeren,,,,ja,nee,,1,1,0,lopende prijzen,"
    "bereik onderdrukt: n < 10\n"
    "totaal,,,,,,,420000.0,518250.5,,,,,,,2 van 2 ja,1 van 2 ja,0 van 1 ja,2,1,0,lopende prijzen,\n"
)


def with_sources(folder: Path) -> Path:
    """The fixture with signals, amounts, projects and the second set added."""
    shutil.copytree(FIXTURE, folder)
    with (folder / "measures.csv").open("a", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        for source, rows in (("signalen", SIGNALS), ("financien", MONEY), ("registratie", RECORDS)):
            for dataset, measure, unit, area, group, value, n in rows:
                status = "ok" if value is not None else HIDDEN
                out.writerow(
                    [source, dataset, measure, unit, area, "2025", group, value, "", "", n, "", status]
                )
    with (folder / "definities.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(["signalen.klachten", "Klachten", *[""] * 8])
    (folder / "projecten.csv").write_text(PROJECT, encoding="utf-8")
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    run["feiten"] = {"financien kas": {"prijspeil": "prijzen van 2025", "bron": "Jaarrekening"}}
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")
    return folder


def report_folder(place: Path) -> Path:
    return shutil.copytree(VOORBEELD, place, ignore=shutil.ignore_patterns("_inhoud", "_uitvoer"))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    place = tmp_path_factory.mktemp("chapters")
    made = build_report(
        report_folder(place / "voorbeeld"), with_sources(place / "output"), ["html"], engine="ingebouwd"
    )
    return made["html"].read_text(encoding="utf-8")


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page[page.index("<body") :]).replace("\u00a0", " ").split())


def row_of(page: str, name: str, nth: int = 0) -> list[str]:
    """The cells of the nth table row that begins with `name`."""
    found = re.findall(rf"<t[hd][^>]*>(?:<strong>)?{name}\b.*?</tr>", page, re.DOTALL)[nth]
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", "", cell).replace("\u00a0", " ").split()) for cell in cells]


def test_without_the_sources_there_are_no_chapters(tmp_path: Path) -> None:
    folder = write_parts(report_folder(tmp_path / "voorbeeld"), FIXTURE)
    assert [(folder / f"{name}.md").read_text(encoding="utf-8") for name in CHAPTERS] == [""] * 4
    assert not [path for path in folder.iterdir() if path.name.startswith(("zaken", "kas", "hulp"))]


def test_signals_have_counts_rates_and_a_figure(page: str) -> None:
    text = text_of(page)
    assert "In 2025 kwamen er 302 klachten binnen: 3,0 per 1.000 inwoners." in text
    assert row_of(page, "eerste kwartaal 2025") == ["eerste kwartaal 2025", "150"]
    alt = next(one for one in re.findall(r'alt="([^"]*)"', page) if "Klachten" in one)
    assert "als geheel: 3,0." in alt
    assert "Niet getoond: Noordflank." in alt
    assert f"niet getoond, {HIDDEN.partition(': ')[2]}: Noordflank.".replace("<", "&lt;") in text


def test_money_tells_its_price_level_and_adds_up(page: str) -> None:
    text = text_of(page)
    assert "Prijspeil: prijzen van 2025. Bron: Jaarrekening." in text
    assert "27,5% naar algemene voorzieningen en 72,5% naar specialistische hulp" in text
    assert row_of(page, "Algemeen")[:3] == ["Algemeen", "€ 250.000", "€ 300.001"]
    assert row_of(page, "Totaal")[:4] == ["Totaal", "€ 1.250.000", "€ 1.300.001", "104%"]
    assert row_of(page, "Wijkteams")[-1] == "400"


def test_projects_have_a_row_each_and_a_total(page: str) -> None:
    text = text_of(page)
    whole = row_of(page, "Één loket")
    assert whole[0] == "Één loket: Sneller hulp"
    assert whole[1:7] == ["afgerond, 2023-2025", "€ 420.000", "€ 398.251", "640 inwoners", "7,8", "84%"]
    assert whole[7:] == ["ja", "ja", "deels"]
    assert row_of(page, "Logeren")[2:5] == ["·", "€ 120.000", "·"]
    assert "Logeren: bereik onderdrukt: n &lt; 10." in text
    total = next(row for at in range(9) if (row := row_of(page, "Totaal", at))[1] == "2")
    assert total[2:] == ["€ 420.000", "€ 518.251", "·", "2 van 2 ja", "1 van 2 ja", "0 van 1 ja"]
    assert "van 1 project is het budget niet bekend" in text


def test_the_second_set_of_the_wijkteam(page: str) -> None:
    text = text_of(page)
    assert "In 2025 waren er 1.107 nieuwe aanmeldingen ." in text
    assert "De helft van hen wachtte toen 19 dagen of langer." in text
    assert row_of(page, "Huisarts") == ["Huisarts", "229"]
    assert row_of(page, "Onbekend") == ["Onbekend", "·"]
    # A column has the same number of decimals in all its rows.
    assert "9,4%" in last_cells(page, "Binnenstad", 3)
    assert "12,0%" in last_cells(page, "Noordflank", 3)


def last_cells(page: str, name: str, length: int) -> list[str]:
    """The last cell of every row of this name with so many cells and a percentage at its end."""
    count = len(re.findall(rf"<t[hd][^>]*>(?:<strong>)?{name}\b", page))
    rows = [row_of(page, name, at) for at in range(count)]
    return [row[-1] for row in rows if len(row) == length and row[-1].endswith("%")]
