"""How a number came about, told from published output only."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from toolkit.analysis import run
from toolkit.analysis.explain import explain
from toolkit.errors import ToolkitError
from toolkit.project import Project

FIXTURE = Path(__file__).parents[1] / "report" / "fixture"


def told(project: Project, measure: str, area: str, **more: str) -> dict[str, str]:
    found = explain(project, measure, area, **more)[0]
    return {"titel": found.title, **{heading: text for heading, text in found.lines if heading}}


@pytest.fixture
def published(small: Project) -> Project:
    """The small project with the report fixture as the output of its analysis."""
    shutil.copytree(FIXTURE, small.analysis("klein") / "output")
    return small


def test_a_registration(small: Project) -> None:
    run(small, "klein")
    text = told(small, "bereik.wachttijd", "GM0505")
    assert "Wachttijd (mediaan) (bereik.wachttijd), Dordrecht (GM0505)" in text["titel"]
    assert text["Gewenste richting"] == "minder" and "minder dan 10 trajecten" in text["Geleverd"]
    assert "niet gewogen" in text["Weging"]
    assert text["Bestanden"].startswith("surveys/trajecten/raw/trajecten.csv (sha256 ")
    path = small.root / "surveys/trajecten/raw/trajecten.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert "veranderd sinds de berekening" in told(small, "bereik.wachttijd", "GM0505")["Bestanden"]


def test_a_hidden_number_stays_hidden_and_says_why(small: Project) -> None:
    run(small, "klein")
    text = told(small, "bereik.personen", "WK050507")
    assert "niet getoond om mensen te beschermen" in text["Uitkomst"] and "n < 10" in text["Uitkomst"]
    assert text["Gebruikte rijen"] == "niet getoond, om mensen te beschermen"
    assert not any(character.isdigit() for character in text["Gebruikte rijen"])


def test_a_survey_with_weights(published: Project) -> None:
    path = published.analysis("klein") / "output" / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    weights = {"marges": ["gebied x geslacht"], "bron": "CBS", "deff": 1.43, "n_eff": 945.2, "convergent": True,
               "rondes": 10, "afgekapt": 3}  # fmt: skip
    record["feiten"] = {
        "enquete voorbeeld": {"inzendingen": {"volledig": 1352, "niet afgemaakt": 69}, "weging": weights}
    }
    path.write_text(json.dumps(record), encoding="utf-8")
    text = told(published, "tevredenheid.rapportcijfer", "GM0505")
    assert "95%-interval: tussen" in text["Uitkomst"]
    assert "designeffect 1,43, n effectief 945" in text["Weging"] and "3 gewichten afgekapt" in text["Weging"]
    assert text["Geleverd"] == "1352 volledige inzendingen; apart: 69 niet afgemaakt"
    assert text["Teller"] and text["Noemer"] and text["Niet meegeteld"]


def test_an_indicator_and_its_judgement(published: Project) -> None:
    text = told(published, "huishoudens-bijstand", "GM0505")
    assert text["Nulmeting"] == "6,0 (2023-09)" and text["Doel"] == "minder"
    assert "registratie" not in text.get("Weging", "")


def test_what_does_not_exist_is_said_with_what_does(published: Project) -> None:
    with pytest.raises(ToolkitError, match=r"Bedoelt u 'bereik\.tijdig'"):
        explain(published, "bereik.tijdg", "GM0505")
    with pytest.raises(ToolkitError, match="Er is wel een cijfer voor: GM0505"):
        explain(published, "bereik.tijdig", "WK999999")
    with pytest.raises(ToolkitError, match="Er is geen groep"):
        explain(published, "bereik.tijdig", "GM0505", group="leeftijdsgroep=200")
    with pytest.raises(ToolkitError, match="telt mee bij"):
        explain(published, "bereik.tijdig", "WK050598")
    shutil.rmtree(published.analysis("klein") / "output")
    with pytest.raises(ToolkitError, match="nog geen uitkomsten"):
        explain(published, "bereik.tijdig", "GM0505")
