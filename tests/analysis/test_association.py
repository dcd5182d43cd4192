"""The table of associations: which tellers, which tests, what the gate lets through, and how it is told."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.analysis.association import COLUMNS, TOO_FEW, facts, guard_of, published_tests
from toolkit.project import Disclosure
from toolkit.report.association import associated, association_annex
from toolkit.report.source import FILES, Output
from toolkit.report.source import Subject as Chapter
from toolkit.settings import parse_settings
from toolkit.survey.association import associations
from toolkit.survey.estimate import Design
from toolkit.survey.kpis import Kpi

CITY = "GM0505"
CAUSAL = re.compile(
    r"\b(doordat|leidt|leiden|zorgt|zorgen|effect\w*|veroorza\w*|dankzij|gevolg\w*|invloed|waardoor)\b", re.I
)


def rules(count: int, estimate: int, stories: int) -> Disclosure:
    data = {"minimum_aantal": count, "minimum_schatting": estimate, "minimum_verhalen": stories}
    return parse_settings(data, Disclosure, "plan.toml")


def people(n: int = 240) -> pd.DataFrame:
    """Respondents of whom half told a story; who told of waiting is less often satisfied by 40 points."""
    rng = np.random.default_rng(8)
    teller = np.arange(n) % 2 == 0
    waiting = teller & (rng.random(n) < 0.4)
    return pd.DataFrame(
        {
            "respondent": [f"r{one}" for one in range(n)],
            "weight": rng.uniform(0.5, 2, n),
            "wachttijd": np.where(teller, waiting.astype(float), np.nan),
            "zeldzaam": np.where(teller, (np.arange(n) < 20).astype(float), np.nan),
            "tevreden": (rng.random(n) < np.where(waiting, 0.35, 0.8)).astype(float),
            "cijfer": rng.normal(7, 1, n) - 0.9 * waiting,
        }
    )


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    frame = people()
    asked = [Kpi("tevredenheid.tevreden", "procent", frame["tevreden"], "share"),
             Kpi("tevredenheid.rapportcijfer", "cijfer", frame["cijfer"], "grade")]  # fmt: skip
    usual = Disclosure()
    found = associations(Design(frame), asked, frame[["wachttijd", "zeldzaam"]], guard_of(usual))
    return published_tests(
        found.assign(dataset="e", period="2026"), usual,
        pd.DataFrame({"gebied": [CITY], "bovenliggend": [""]}), CITY,
        {"tevredenheid.tevreden": "Tevreden over de hulp", "tevredenheid.rapportcijfer": "Rapportcijfer"},
        {"wachttijd": "Wachttijd", "zeldzaam": "Zeldzaam"},
    )  # fmt: skip


def output(table: pd.DataFrame) -> Output:
    empty = {name: pd.DataFrame(columns=list(columns)) for name, (_, columns) in FILES.items()}
    return Output(Path("output"), {**empty, "samenhang": table}, {"samenhang": facts(table)})


SUBJECT = Chapter("t", "Tevredenheid", ("tevredenheid.tevreden", "tevredenheid.rapportcijfer"), ())


def test_the_table_gives_differences_with_rounded_counts_and_holm_over_what_was_tested(
    table: pd.DataFrame,
) -> None:
    assert tuple(table.columns) == COLUMNS and len(table) == 4
    assert facts(table) == {"vergelijkingen": 4, "getoetst": 2}
    frame = people()
    told = frame[frame["wachttijd"].notna()]
    by = dict(list(told.groupby("wachttijd")))
    row = table[table["maat"] == "tevredenheid.tevreden"].iloc[0]
    shares = {one: np.average(part["tevreden"], weights=part["weight"]) for one, part in by.items()}
    assert row["verschil"] == pytest.approx(100 * (shares[1.0] - shares[0.0]), abs=0.005)
    assert (row["eenheid"], row["oordeel"]) == ("verschil in procentpunten", "lager")
    assert row["n_met"] % 5 == 0 and abs(row["n_met"] - len(by[1.0])) <= 2.5
    hidden = table[table["thema"] == "zeldzaam"]  # ten people on one side
    assert (hidden["oordeel"] == TOO_FEW).all()
    assert hidden[["verschil", "laag", "hoog", "n_met", "n_zonder", "p_holm"]].isna().all(axis=None)


def test_every_cell_behind_a_difference_holds_enough_people(table: pd.DataFrame) -> None:
    frame = people()
    for row in table[(table["getoetst"] == "ja") & table["eenheid"].str.contains("procent")].to_dict(
        "records"
    ):
        told = frame[frame[row["thema"]].notna()]
        assert told.groupby([row["thema"], "tevreden"]).size().min() >= Disclosure().minimum_count


def test_the_guard_follows_a_stricter_plan() -> None:
    strict = guard_of(rules(15, 60, 40))
    assert (strict.cell, strict.total, strict.group) == (15, 60, 40)
    loose = guard_of(rules(2, 2, 2))
    assert (loose.cell, loose.total, loose.group) == (10, 30, 20)


def test_the_report_says_it_in_plain_words_without_causes(table: pd.DataFrame) -> None:
    text = associated(output(table), SUBJECT)
    assert "Bij mensen die vertelden over wachttijd komt ‘tevreden over de hulp’ minder vaak voor" in text
    assert "Bij mensen die vertelden over wachttijd is ‘rapportcijfer’ gemiddeld lager" in text
    assert re.search(r"verschil&#58; \d+ procentpunten&#44; tussen \d+ en \d+&#59; n &#61; \d+ en \d+", text)
    assert (
        "Van de 4 combinaties" in text
        and "konden we er 2 vergelijken" in text
        and "2 vergelijkingen gemaakt" in text
    )
    assert "Dit zegt niet dat het een door het ander komt" in text
    annex = association_annex(output(table))
    assert "{#tbl-samenhang}" in annex and "Holm" in annex
    none = table.assign(getoetst="nee", oordeel=TOO_FEW, verschil=np.nan)
    quiet = associated(output(none), SUBJECT)
    for told in (text, annex, quiet):
        assert not CAUSAL.search(told), CAUSAL.search(told)
    assert "geen waarbij genoeg mensen" in quiet and "minder vaak" not in quiet
    assert associated(output(table[:0]), SUBJECT) == ""
    assert "horen niet bij mensen die de enquête invulden" in association_annex(output(table[:0]))


def test_a_theme_and_a_name_of_others_stay_text(table: pd.DataFrame) -> None:
    hostile = table.assign(themanaam="<script>x</script>", cijfer="{{< include /etc/hostname >}}")
    for told in (associated(output(hostile), SUBJECT), association_annex(output(hostile))):
        assert "<script" not in told and "{{<" not in told
