"""The SPSS file holds everything that the respondents hold: written, read again, compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from survey_files import AREAS, CODEBOOK, MERGE, settings, write_limesurvey, write_sav

from toolkit.analysis.export import export_survey
from toolkit.errors import ToolkitError
from toolkit.project import find_project
from toolkit.settings import parse_settings
from toolkit.survey.codebook import Codebook
from toolkit.survey.export import MISSING_CODES
from toolkit.survey.export import write_sav as export_sav
from toolkit.survey.read import read_survey

ROOT = Path(__file__).parents[2]
DAY = {
    "naam": "start",
    "vraag": "Wanneer begon de hulp?",
    "soort": "datum",
    "kolom": {"limesurvey-csv": "start"},
}
LONG = "Één lange zin met ‘aanhalingstekens’; " * 40


def exported(tmp_path: Path) -> tuple[pd.DataFrame, pd.DataFrame, object]:
    """Respondents of two deliveries with a weight, and what stands in the file that was made of them."""
    text = CODEBOOK | {"variabele": [*CODEBOOK["variabele"], DAY]}  # type: ignore[misc]
    codebook = parse_settings(text, Codebook, "codeboek.toml")
    rows = (
        f'"1";"2026-03-02 10:00:00";"5";"7";"t1";"A1";"30";"M";"";"Y";"Y";"";"";"8";"{LONG}";"2026-01-31"',
        '"3";"2026-03-04 10:00:00";"5";"7";"t3";"A9";"98";"ZN";"";"Y";"";"Y";"de kapper";"WN";"=1+1";""',
        '"5";"1980-01-01 00:00:00";"5";"7";"t5";"A2";"";"V";"";"N";;;;;"";',
    )
    from survey_files import HEADER

    write_limesurvey(tmp_path / "a.csv", rows, HEADER + ';"start"')
    write_sav(tmp_path / "b.sav")
    chosen = settings(("a.csv", "limesurvey-csv"), ("b.sav", "sav"))
    found = read_survey(tmp_path, "proef", chosen, codebook, AREAS, MERGE).respondents
    found = found.assign(weight=np.linspace(0.25, 2.5, len(found)))
    export_sav(found, codebook, tmp_path / "uit.sav", "Proefenquête")
    again, meta = pyreadstat.read_sav(tmp_path / "uit.sav", user_missing=True)
    return found, again, meta


def test_round_trip_of_every_kind(tmp_path: Path) -> None:
    found, again, meta = exported(tmp_path)
    assert len(again) == len(found) and list(again["respondent"]) == list(found["respondent"])
    np.testing.assert_allclose(again["gewicht"], found["weight"], rtol=0)
    labels = meta.variable_value_labels  # type: ignore[attr-defined]
    # Choices, with the reasons for a missing answer kept apart.
    for name in ("wijk", "geslacht", "contact", "groep"):
        back = {code: label for code, label in labels[name].items() if code > 0}
        for code, ours in zip(again[name], found[name], strict=True):
            assert code == MISSING_CODES[ours] if ours in MISSING_CODES else back[code]
    assert labels["geslacht"] == {
        1.0: "man", 2.0: "vrouw", 3.0: "anders", -91.0: "weet niet", -92.0: "n.v.t.",
        -93.0: "wil ik niet zeggen", -94.0: "niet gesteld", -95.0: "leeg gelaten",
    }  # fmt: skip
    row = again.set_index("respondent").loc["a-3"]
    assert row["geslacht"] == -93.0
    assert row["cijfer"] == -91.0  # weet niet
    assert row["leeftijd"] == 98.0  # an age, not a reason
    assert row["area"] == "WK050502"  # after merging
    assert (row["via_arts"], row["via_zelf"], row["via_tekst"]) == (0.0, 1.0, "de kapper")
    assert row["open"] == "=1+1"
    first = again.set_index("respondent").loc["a-1"]
    assert first["open"] == LONG.strip() or first["open"] == LONG
    assert len(first["open"]) > 1000
    assert pd.Timestamp(first["start"]) == pd.Timestamp("2026-01-31")
    assert pd.Timestamp(first["submitted"]) == pd.Timestamp("2026-03-02")
    nobody = again.set_index("respondent").loc["a-5"]
    assert nobody["leeftijd"] == -95.0 and nobody["cijfer"] == -94.0  # left empty; never asked
    assert nobody["via_arts"] == -94.0
    assert pd.isna(nobody["start"]) and nobody["start_reden"] in (-94.0, -95.0)


def test_spss_knows_what_is_missing_and_what_things_are_called(tmp_path: Path) -> None:
    _, _, meta = exported(tmp_path)
    names = meta.column_names_to_labels  # type: ignore[attr-defined]
    assert names["contact"] == "Contact?" and names["via_arts"] == "Hoe? huisarts"
    ranges = meta.missing_ranges  # type: ignore[attr-defined]
    assert ranges["cijfer"] == ranges["geslacht"] == [{"lo": -95.0, "hi": -91.0}]
    measures = meta.variable_measure  # type: ignore[attr-defined]
    assert (measures["leeftijd"], measures["groep"], measures["contact"]) == ("scale", "ordinal", "nominal")
    plain, _ = pyreadstat.read_sav(tmp_path / "uit.sav")
    assert plain["cijfer"].min() > 0  # a program that honours missing values sees grades only


def test_numbers_that_would_become_missing_are_refused(tmp_path: Path) -> None:
    codebook = parse_settings(CODEBOOK, Codebook, "codeboek.toml")
    write_sav(tmp_path / "b.sav")
    found = read_survey(tmp_path, "proef", settings(("b.sav", "sav")), codebook, AREAS, MERGE).respondents
    with pytest.raises(ToolkitError, match="leeftijd"):
        export_sav(found.assign(leeftijd=-92.0), codebook, tmp_path / "uit.sav", "x")
    assert not (tmp_path / "uit.sav").exists()


def test_the_example_is_exported_with_its_weights(tmp_path: Path) -> None:
    done = export_survey(find_project(ROOT), "voorbeeld", tmp_path / "enquete.sav")
    again, meta = pyreadstat.read_sav(tmp_path / "enquete.sav")
    assert done.weighted and done.respondents == len(again) > 1200
    assert again["gewicht"].sum() > 50_000
    assert again["sociale_samenhang"].between(0, 10).any()
    assert meta.column_names_to_labels["rapportcijfer"].startswith("Welk rapportcijfer")
    for place in (ROOT / "reports/x.sav", ROOT / "surveys/voorbeeld/raw/x.sav", tmp_path / "x.csv"):
        with pytest.raises(ToolkitError):
            export_survey(find_project(ROOT), "voorbeeld", place)
