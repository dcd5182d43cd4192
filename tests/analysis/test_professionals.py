"""What professionals answer stands beside the residents' numbers and never in them."""

from __future__ import annotations

import pandas as pd
import pytest
from small_project import CODEBOOK, SURVEY
from small_survey import add_survey

from toolkit.analysis import run
from toolkit.analysis.inputs import read_inputs
from toolkit.errors import DataError
from toolkit.project import Project
from toolkit.report import phrases
from toolkit.report.source import read_output

THEIRS = CODEBOOK.replace("bereik.contact", "tevredenheid.professionals.contact")


def add_professionals(project: Project, codebook: str = THEIRS) -> None:
    """80 of 100 professionals, all in one wijk, who nearly all say yes."""
    folder = project.root / "surveys" / "vakmensen"
    settings = SURVEY.replace("bewonersenquete", "professionals").split("[weging]")[0]
    rows = [f"{i},WK050507,jong,{'nee' if i % 10 == 0 else 'ja'}" for i in range(80)]
    files = {
        "enquete.toml": settings.replace("[[levering]]", "omvang = 100\n[[levering]]"),
        "codeboek.toml": codebook,
        "raw/proef.csv": "\n".join(["nr,gebied,groep,contact", *rows]) + "\n",
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    plan = project.root / "analyses/klein/plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace('enquetes = ["proef"', 'enquetes = ["proef", "vakmensen"'), encoding="utf-8")


def test_no_number_of_residents_changes_when_professionals_answer(small: Project) -> None:
    add_survey(small)
    output = run(small, "klein").output
    before = pd.read_csv(output / "measures.csv", keep_default_na=False)
    add_professionals(small)
    run(small, "klein")
    after = pd.read_csv(output / "measures.csv", keep_default_na=False)
    theirs = after["dataset"] == "vakmensen"
    pd.testing.assert_frame_equal(after[~theirs].reset_index(drop=True), before)
    assert set(after["measure"][theirs]) == {"tevredenheid.professionals.contact"}
    city = after[theirs & (after["area"] == "GM0505") & (after["group"] == "")].iloc[0]
    assert float(city["value"]) == pytest.approx(90)
    told = read_output(output)
    (figure, *_) = told.figures(measure="tevredenheid.professionals.contact")
    assert phrases.source_words(figure) == "enquête onder professionals, 2026"


@pytest.mark.parametrize(("ours", "theirs"), [(CODEBOOK, CODEBOOK), (THEIRS, THEIRS)])
def test_a_name_that_would_mix_them_is_refused(small: Project, ours: str, theirs: str) -> None:
    add_survey(small)
    (small.root / "surveys/proef/codeboek.toml").write_text(ours, encoding="utf-8")
    add_professionals(small, theirs)
    with pytest.raises(DataError, match=r"tevredenheid\.professionals"):
        read_inputs(small, "klein")


def test_what_a_plan_asks_must_be_there_and_of_the_right_kind(small: Project) -> None:
    add_survey(small)
    plan = small.root / "analyses/klein/plan.toml"
    text = plan.read_text(encoding="utf-8")
    asked = 'totalen = ["bereik.contakt"]\nmedianen = ["bereik.contact"]\nverschillen = ["x"]\n'
    plan.write_text(asked + text, encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_inputs(small, "klein")
    found = {problem.column: problem for problem in caught.value.problems}
    assert "bereik.contact" in found["totalen"].remedy
    assert "geen mediaan" in found["medianen"].message
    assert "geen enkele enquête" in found["verschillen"].message
    plan.write_text('totalen = ["bereik.contact"]\nuitsplitsen = ["groep"]\n' + text, encoding="utf-8")
    measures = pd.read_csv(run(small, "klein").output / "measures.csv", keep_default_na=False)
    total = measures[measures["measure"] == "bereik.contact.totaal"].set_index(["area", "group"])
    assert float(total["value"]["GM0505", ""]) > 0
    assert {"bereik.representativiteit"} <= set(measures["measure"])


def test_groups_that_nobody_asked_are_still_refused(small: Project) -> None:
    add_survey(small)
    add_professionals(small)
    plan = small.root / "analyses/klein/plan.toml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text('uitsplitsen = ["groepp"]\n' + text, encoding="utf-8")
    with pytest.raises(DataError, match="groep"):
        read_inputs(small, "klein")
