"""Reports per wijk and per partner, made side by side: none shares a number or a plot with another."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from toolkit import scaffold
from toolkit.errors import ToolkitError
from toolkit.project import find_project
from toolkit.report import build_series
from toolkit.report.place import Place, places
from toolkit.report.source import read_output

FIXTURE = Path(__file__).parent / "fixture"
WIJKEN = [f"WK05050{number}" for number in range(1, 7)]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Outcomes in which every wijk and partner has numbers that nobody else has."""
    folder = tmp_path_factory.mktemp("uitkomsten") / "a" / "output"
    shutil.copytree(FIXTURE, folder)
    rows = []
    for number, code in enumerate(["GM0505", *WIJKEN]):
        for step, measure in enumerate(("uitval.voortijdig", "doelrealisatie.doelen", "bereik.tijdig")):
            rows.append(
                ("registratie", measure, "procent", code, "", 11 + 13 * step + number, 1700 + 10 * number)
            )
        rows.append(
            ("enquete", "tevredenheid.rapportcijfer", "cijfer", code, "", 5 + number / 10, 2100 + number)
        )
    for number, name in enumerate(("De Brug", "Noord & Zuid")):
        for step, measure in enumerate(("uitval.voortijdig", "doelrealisatie.doelen")):
            rows.append(
                (
                    "registratie",
                    measure,
                    "procent",
                    "GM0505",
                    f"partner={name}",
                    61 + 7 * step + number,
                    3300 + number,
                )
            )
    frame = pd.DataFrame(rows, columns=["source", "measure", "unit", "area", "group", "value", "n"])
    frame = frame.assign(dataset="x", period="2026", low="", high="", n_eff="", status="ok")
    frame.to_csv(folder / "measures.csv", index=False)
    pd.DataFrame(
        {"gebied": ["GM0505", *WIJKEN], "naam": ["Dordrecht", "Ahof", "Bhof", "Chof", "Dhof", "Ehof", "Fhof"]}
    ).to_csv(folder / "gebieden.csv", index=False)
    for name in ("citaten", "samen", "respons"):
        (folder / f"{name}.csv").unlink()
    return folder


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project") / "p"
    scaffold.init(root, "Proef", "GM0505")
    project = find_project(root)
    scaffold.new(project, "wijkrapport", "wijken")
    scaffold.new(project, "partnerrapport", "partners")
    return root / "reports"


def text_of(page: Path) -> str:
    source = page.read_text(encoding="utf-8")
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script).*?</\1>", " ", source, flags=re.S))


def figures_of(page: Path) -> list[str]:
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', page.read_text(encoding="utf-8"))
    return [hashlib.sha256(one.encode()).hexdigest() for one in found]


@pytest.fixture(scope="module")
def made(output: Path, reports: Path) -> dict[Place, dict[str, Path]]:
    return build_series(reports / "wijken", output, "wijk", ["html"], "ingebouwd", workers=2)


def test_every_wijk_has_its_own_numbers_and_plot(made: dict[Place, dict[str, Path]]) -> None:
    assert [place.id for place in made] == WIJKEN
    seen: dict[str, str] = {}
    for number, (place, targets) in enumerate(made.items(), start=1):
        page = text_of(targets["html"])
        assert f"{place.name}: tellen" in page and "%PLEK%" not in page
        others = [other.name for other in made if other is not place]
        assert [name for name in others if name in page] == []
        own = {str(1700 + 10 * number)[:1] + "." + str(1700 + 10 * number)[1:]}
        bases = set(re.findall(r"\b1\.7[1-9]0\b", page))
        assert bases == own, place
        assert f"{5 + number / 10:.1f}".replace(".", ",") in page
        (figure,) = figures_of(targets["html"])
        assert seen.setdefault(figure, place.id) == place.id
    assert len(seen) == len(WIJKEN)


def test_what_is_made_is_not_made_again(
    made: dict[Place, dict[str, Path]], output: Path, reports: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for targets in made.values() for path in targets.values()}
    steps: list[int] = []
    build_series(
        reports / "wijken", output, "wijk", ["html"], "ingebouwd", lambda _, done, total: steps.append(total)
    )
    assert steps == [0]
    victim = next(iter(before))
    victim.unlink()
    build_series(reports / "wijken", output, "wijk", ["html"], "ingebouwd")
    after = {path: path.stat().st_mtime_ns for path in before}
    assert [path for path in before if before[path] != after[path]] == [victim]


def test_partners_beside_the_city(output: Path, reports: Path) -> None:
    found = build_series(reports / "partners", output, "partner", ["html"], "ingebouwd", workers=1)
    pages = {place.name: text_of(targets["html"]) for place, targets in found.items()}
    assert set(pages) == {"De Brug", "Noord & Zuid"}
    assert "61%" in pages["De Brug"] and "62%" not in pages["De Brug"]
    assert "Noord &amp; Zuid" in pages["Noord & Zuid"] and "De Brug" not in pages["Noord & Zuid"]
    assert "11%" in pages["De Brug"]  # the city


def test_hidden_stays_hidden(output: Path, tmp_path: Path, reports: Path) -> None:
    folder = tmp_path / "a" / "output"
    shutil.copytree(output, folder)
    frame = pd.read_csv(folder / "measures.csv", keep_default_na=False, dtype=str)
    mine = (frame["area"] == WIJKEN[0]) & (frame["measure"] == "uitval.voortijdig")
    frame.loc[mine, ["value", "n"]] = ""
    frame.loc[mine, "status"] = "onderdrukt: n < 10 of daaruit af te leiden"
    frame.to_csv(folder / "measures.csv", index=False)
    found = build_series(reports / "wijken", folder, "wijk", ["html"], "ingebouwd", again=True, workers=2)
    page = text_of(found[places(read_output(folder), "wijk")[0]]["html"])
    assert "n &lt; 10" in page and "12%" not in page


def test_what_cannot_be_made_is_told(output: Path, reports: Path, tmp_path: Path) -> None:
    with pytest.raises(ToolkitError, match="geen soort om per te maken"):
        build_series(reports / "wijken", output, "straat", ["html"])
    with pytest.raises(ToolkitError, match="geen bekend formaat"):
        build_series(reports / "wijken", output, "wijk", ["doc"])
    folder = tmp_path / "a" / "output"
    shutil.copytree(output, folder)
    frame = pd.read_csv(folder / "measures.csv", keep_default_na=False, dtype=str)
    frame[~frame["group"].str.startswith("partner=")].to_csv(folder / "measures.csv", index=False)
    with pytest.raises(ToolkitError, match="geen cijfers per partner"):
        build_series(reports / "partners", folder, "partner", ["html"])


def test_names_for_files() -> None:
    assert Place("wijk", "WK050508", "Crabbehof/Zuidhoven").slug == "wk050508-crabbehof-zuidhoven"
    assert Place("partner", "Zórg & Co", "Zórg & Co").slug == "zorg-co"
    run = json.loads((FIXTURE / "run.json").read_text(encoding="utf-8"))
    assert run["onderwerpen"]
