"""What people decided wins over the computer's proposal, and a file with mistakes tells all of them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.analysis.judgements import COLUMNS, read_judgements
from toolkit.errors import DataError
from toolkit.link import with_judgements
from toolkit.project import Subject

SUBJECTS = (Subject(id="bereik", name="Bereik", measures=("bereik.tijdig", "bereik.personen"), themes=()),)
AREAS = {"GM0505", "WK050501"}
HEAD = ";".join(COLUMNS)


def read(folder: Path, *lines: str) -> pd.DataFrame:
    (folder / "duiding.csv").write_text("\n".join([HEAD, *lines]), encoding="utf-8-sig")
    return read_judgements(folder, SUBJECTS, AREAS)


def test_no_file_no_judgements(tmp_path: Path) -> None:
    assert read_judgements(tmp_path, SUBJECTS, AREAS).empty


def test_the_most_precise_judgement_wins_and_the_proposal_is_kept(tmp_path: Path) -> None:
    told = read(
        tmp_path,
        "bereik;WK050501;;dissonantie;De wijk herkent dit niet;Wijktafel Noord;12-3-2026",
        "bereik;WK050501;bereik.tijdig;convergentie;Zo is het;A. de Wit;2026-03-13",
    )
    display = pd.DataFrame(
        [
            {"onderwerp": "bereik", "gebied": area, "maat": measure, "code": "stilte", "voorgesteld": "stilte",
             "door": "", "datum": "", "reden": ""}
            for area in ("GM0505", "WK050501")
            for measure in SUBJECTS[0].measures
        ]
    )  # fmt: skip
    before = display.copy()
    found = with_judgements(display, told)
    assert list(found["code"]) == ["stilte", "stilte", "convergentie", "dissonantie"]
    assert list(found["datum"]) == ["", "", "2026-03-13", "2026-03-12"]
    assert set(found["voorgesteld"]) == {"stilte"}
    pd.testing.assert_frame_equal(display, before)


def test_all_mistakes_of_a_file_at_once(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read(
            tmp_path,
            "berijk;WK050501;;dissonantie;Reden;Naam;12-3-2026",
            "bereik;WK050599;bereik.laat;tegenspraak;;Naam;32-3-2026",
            "bereik;GM0505;;stilte;Reden;;12-3-2026",
            "bereik;GM0505;;stilte;Reden;Naam;12-3-2026",
        )
    found = {(one.row, one.column) for one in caught.value.problems}
    wrong = {
        (2, "onderwerp"),
        (3, "gebied"),
        (3, "maat"),
        (3, "code"),
        (3, "reden"),
        (3, "datum"),
        (4, "door"),
    }
    assert found == wrong | {(5, "")} or found == wrong | {(5, None)}
    assert "Bedoelt u 'bereik'" in str(caught.value)
