"""CBS StatLine as a source, against a local server that answers as CBS does; never the internet."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from cbs_server import Cbs, serve, tables

from toolkit.errors import ToolkitError
from toolkit.indicators import cbs, odata
from toolkit.indicators.read import read_indicators
from toolkit.indicators.series import indicators_table
from toolkit.project import IndicatorSource

DAY = date(2026, 3, 12)


@pytest.fixture
def statline() -> Iterator[Cbs]:
    with serve(tables()) as running:
        yield running


def server(running: Cbs, **changes: Any) -> odata.Server:
    return odata.Server(
        f"{running.address}/v4", f"{running.address}/v3", **{"timeout": 5.0, "pause": 0.0, **changes}
    )


def wijken(**changes: Any) -> cbs.Request:
    given: dict[str, Any] = {
        "table": "84799NED", "areas": ("GM0505", "WK050507", "WK050501"), "periods": ("2020",),
        "measures": {"inwoners": "AantalInwoners_5", "autos": "Personenauto's per huishouden"}, "set": "s", "choices": {},
    }  # fmt: skip
    return cbs.Request(**{**given, **changes})


def monitor(**changes: Any) -> cbs.Request:
    given: dict[str, Any] = {
        "table": "00001NED", "areas": ("NL0000", "GM0505"), "periods": ("2020", "2022"),
        "measures": {"mantelzorg": "Mantelzorger"}, "set": "s", "choices": {"Leeftijd": "20300"},
    }  # fmt: skip
    return cbs.Request(**{**given, **changes})


def written(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def test_version_3_gives_the_published_figures_with_their_origin(statline: Cbs, tmp_path: Path) -> None:
    out = tmp_path / "cbs.csv"
    found = cbs.fetch(wijken(kind="registratie"), out, server(statline), DAY)
    assert found.fresh and found.rows == 6 and found.title == "Kerncijfers wijken en buurten 2020"
    frame = written(out)
    assert list(frame.columns) == list(cbs.COLUMNS)
    # CBS, Kerncijfers wijken en buurten 2020: Dordrecht 119,284 and Binnenstad 8,915 residents; 1.1 cars.
    values = {(row["id"], row["gebied"]): row["waarde"] for row in frame.to_dict("records")}
    assert values["inwoners", "GM0505"] == "119284" and values["inwoners", "WK050501"] == "8915"
    assert values["autos", "GM0505"] == "1,1" and values["autos", "WK050501"] == "0,7"
    row = frame.iloc[0]
    assert row["bron"] == "CBS StatLine, tabel 84799NED" and row["tabel"] == "84799NED AantalInwoners_5"
    assert row["opgehaald"] == "2026-03-12" and row["periode"] == "2020" and row["soort"] == "registratie"
    assert found.meanings[0] == "inwoners: Aantal inwoners (aantal), AantalInwoners_5"


def test_version_4_with_margins_periods_pages_and_the_country(statline: Cbs, tmp_path: Path) -> None:
    out = tmp_path / "cbs.csv"
    found = cbs.fetch(monitor(), out, server(statline), DAY)
    assert found.rows == 4
    rows = {(row["gebied"], row["periode"]): row for row in written(out).to_dict("records")}
    # 14.25 + 0 for the country + 2 for the second period, margins 1.5 either way.
    assert [rows["NL0000", "2022"][name] for name in ("waarde", "laag", "hoog")] == [
        "16,25",
        "14,75",
        "17,75",
    ]
    assert rows["GM0505", "2020"]["waarde"] == "15,25" and rows["GM0505", "2020"]["soort"] == "steekproef"
    assert (
        sum("Observations" in path and "skip" in path for path in statline.asked) == 2
    )  # 12 values, pages of 4
    assert not any("v3" in path for path in statline.asked)


def test_quarters_and_months(statline: Cbs, tmp_path: Path) -> None:
    request = monitor(areas=("GM0505",), periods=("2022-Q1", "2022-03"))
    cbs.fetch(request, tmp_path / "a.csv", server(statline), DAY)
    assert list(written(tmp_path / "a.csv")["periode"]) == ["2022-Q1", "2022-03"]
    assert [cbs.from_cbs(cbs.to_cbs(one)) for one in ("2022", "2022-Q4", "2022-12")] == [
        "2022",
        "2022-Q4",
        "2022-12",
    ]


def test_what_was_fetched_is_read_and_judged(statline: Cbs, tmp_path: Path) -> None:
    cbs.fetch(monitor(), tmp_path / "cbs.csv", server(statline), DAY)
    (tmp_path / "set.csv").write_text(
        "set,id,thema,naam,nulmeting,eenheid,peildatum,doel,bron,opmerking\n"
        's,mantelzorg,T,geeft mantelzorg,"15,25",procent,2020,minder,CBS,\n',
        encoding="utf-8",
    )
    (tmp_path / "eigen.csv").write_text(
        "set,id,gebied,periode,waarde,laag,hoog,n,bron,definitie,soort\ns,mantelzorg,WK050507,2022,20,18,22,,GGD,,\n",
        encoding="utf-8",
    )
    source = IndicatorSource(set="s", file="set.csv", measurements=("cbs.csv", "eigen.csv"))
    read = read_indicators(tmp_path, source)
    assert len(read.measurements) == 5
    row = indicators_table(read, "GM0505").iloc[0]
    # 17.25 (15.75-18.75) against 15.25 (13.75-16.75): +2 ± sqrt(1.5² + 1.5²) = -0.1 to +4.1.
    assert row["oordeel"] == "geen aantoonbaar verschil" and "95%-interval −0,1 tot +4,1" in row["reden"]
    assert row["referentie"] == "16,25" and row["referentie_periode"] == "2022"


def test_secret_cells_get_no_row_and_are_counted(statline: Cbs, tmp_path: Path) -> None:
    found = cbs.fetch(monitor(areas=("GM0505", "GM0599")), tmp_path / "a.csv", server(statline), DAY)
    assert found.rows == 2 and found.without_value == 2
    with pytest.raises(ToolkitError, match="geen enkel cijfer"):
        cbs.fetch(monitor(areas=("GM0599",)), tmp_path / "b.csv", server(statline), DAY)
    assert not (tmp_path / "b.csv").exists()


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (wijken(table="99999NED"), "Het CBS heeft geen tabel 99999NED"),
        (wijken(areas=("WK050577",)), "WK050577 staat niet in tabel.*nieuwe code"),
        (wijken(areas=("Dordrecht",)), "geen gebiedscode"),
        (wijken(periods=("2019", "2020")), "gaat over één periode"),
        (wijken(periods=("vorig jaar",)), "geen periode"),
        (wijken(measures={"a": "AantalInwoner_5"}), "Bedoelt u 'AantalInwoners_5'"),
        (wijken(measures={"a": "Appartement"}), "Appartement_48, Appartement_56"),
        (wijken(choices={"Geslacht": "1"}), "geen indeling Geslacht"),
        (monitor(periods=("2021",)), "geen periode 2021.*Er zijn: 2020, 2022"),
        (monitor(choices={}), r"ingedeeld naar Leeftijd.*20300 \(18 jaar of ouder\)"),
        (monitor(choices={"Leeftijd": "1"}), "heeft geen Leeftijd 1"),
        (monitor(areas=()), "minstens één gebied"),
    ],
)
def test_what_cbs_does_not_have_is_said(
    statline: Cbs, tmp_path: Path, request_: cbs.Request, words: str
) -> None:
    with pytest.raises(ToolkitError) as caught:
        cbs.fetch(request_, tmp_path / "a.csv", server(statline), DAY)
    assert pd.Series([str(caught.value).replace("\n", " ")]).str.contains(words, regex=True).all(), (
        caught.value
    )
    assert not (tmp_path / "a.csv").exists()


def test_a_fault_is_tried_again(statline: Cbs, tmp_path: Path) -> None:
    statline.trouble = [500, 503]
    assert cbs.fetch(monitor(), tmp_path / "a.csv", server(statline), DAY).fresh


@pytest.mark.parametrize("trouble", [[500] * 3, [429] * 3, ["<html>Log in op het netwerk</html>"], ["[]"]])
def test_without_a_usable_answer_the_stored_copy_stays(
    statline: Cbs, tmp_path: Path, trouble: list[int | str]
) -> None:
    out = tmp_path / "cbs.csv"
    statline.trouble = list(trouble)
    with pytest.raises(ToolkitError, match="geen eerdere kopie"):
        cbs.fetch(monitor(), out, server(statline), DAY)
    statline.trouble = []
    cbs.fetch(monitor(), out, server(statline), DAY)
    before = out.read_bytes()
    statline.trouble = list(trouble)
    found = cbs.fetch(monitor(), out, server(statline), date(2026, 6, 1))
    assert not found.fresh and found.day == "2026-03-12" and found.note and out.read_bytes() == before
    statline.trouble = list(trouble)
    with pytest.raises(ToolkitError, match="ontbreekt: GM0599"):
        cbs.fetch(monitor(areas=("GM0505", "GM0599")), out, server(statline), DAY)


def test_a_slow_server_and_no_server(statline: Cbs, tmp_path: Path) -> None:
    statline.slow = 0.5
    with pytest.raises(ToolkitError, match="niet binnen 0,1 seconden"):
        cbs.fetch(monitor(), tmp_path / "a.csv", server(statline, timeout=0.1, attempts=1), DAY)
    nowhere = odata.Server("http://127.0.0.1:9/v4", "http://127.0.0.1:9/v3", 1.0, 1, 0.0)
    with pytest.raises(ToolkitError, match="geen verbinding"):
        cbs.fetch(monitor(), tmp_path / "a.csv", nowhere, DAY)


def test_a_refusal_is_no_reason_to_use_the_copy(statline: Cbs, tmp_path: Path) -> None:
    cbs.fetch(monitor(), tmp_path / "a.csv", server(statline), DAY)
    statline.trouble = [400]
    with pytest.raises(ToolkitError, match="weigert de vraag"):
        cbs.fetch(monitor(), tmp_path / "a.csv", server(statline), DAY)


def test_a_next_page_elsewhere_is_not_followed(statline: Cbs, tmp_path: Path) -> None:
    statline.trouble = ['{"value": [], "@odata.nextLink": "http://127.0.0.2:1/v4/x"}'] * 2
    with pytest.raises(odata.UnreachableError, match="volgende bladzijde"):
        list(odata.rows(server(statline), f"{statline.address}/v4/00001NED/Dimensions"))
    same = f"{statline.address}/v4/00001NED/Dimensions"
    statline.trouble = [f'{{"value": [], "@odata.nextLink": "{same}"}}'] * 5
    with pytest.raises(odata.UnreachableError, match="volgende bladzijde"):
        list(odata.rows(server(statline), same))


def test_a_file_with_other_measurements_is_not_overwritten(statline: Cbs, tmp_path: Path) -> None:
    out = tmp_path / "metingen.csv"
    text = (
        "set,id,gebied,periode,waarde,laag,hoog,n,bron,definitie,soort\ns,a,GM0505,2024,5,,,,b,,registratie\n"
    )
    out.write_text(text, encoding="utf-8")
    with pytest.raises(ToolkitError, match="al andere metingen"):
        cbs.fetch(monitor(), out, server(statline), DAY)
    assert out.read_text(encoding="utf-8") == text and not statline.asked


def test_many_areas_are_asked_in_portions(statline: Cbs, tmp_path: Path) -> None:
    areas = tuple(f"WK0505{number:02}" for number in range(1, 12)) + ("GM0505", "WK050519", "WK050598")
    found = cbs.fetch(wijken(areas=areas * 2), tmp_path / "a.csv", server(statline), DAY)
    assert found.rows >= 28
    assert max(len(path) for path in statline.asked) < 2000


def test_the_command(statline: Cbs, tmp_path: Path) -> None:
    words = ["indicators", "fetch", "84799NED", "--areas", "GM0505,WK050507", "--periods", "2020", "--measures",
             "inwoners=AantalInwoners_5", "--out", "cbs.csv", "--adres"]  # fmt: skip

    def tev(address: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "toolkit.cli", *words, address]
        return subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
        )

    done = tev(statline.address)
    assert done.returncode == 0, done.stderr
    assert "2 metingen uit 84799NED" in done.stdout and "Aantal inwoners (aantal)" in done.stdout
    offline = tev("http://127.0.0.1:9")
    assert offline.returncode == 0 and "geen verbinding met het CBS. De kopie van" in offline.stdout
    (tmp_path / "cbs.csv").unlink()
    assert tev("http://127.0.0.1:9").returncode == 1
