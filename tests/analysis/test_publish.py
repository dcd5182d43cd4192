"""What leaves the analysis beside the numbers: quotes, words of topics, facts."""

from __future__ import annotations

import pandas as pd

from toolkit.analysis.inputs import read_plan
from toolkit.analysis.publish import joint_rule, public_facts, public_warnings, quote_id, shown_quotes
from toolkit.project import Project

SUBJECTS = {"geld": "bestaan", "wachten": "toegang"}


def allowed(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    """Quotes after the gate: verhaal, thema (maybe emptied), soort, tekst; `onderwerp` is left empty."""
    frame = pd.DataFrame(rows, columns=["verhaal", "thema", "soort", "tekst"])
    return frame.assign(citaat=[f"x-{row}" for row in range(len(frame))], rol="inwoner", onderwerp="")


def test_a_theme_that_the_gate_took_away_is_not_told_by_subject_kind_or_place() -> None:
    found = shown_quotes(
        allowed(
            ("I-7", "geld", "contrasterend", "Betaald."),
            ("I-3", "", "zeldzaam", "Zeldzaam verhaal."),
            ("I-9", "", "contrasterend", "Anders."),
            ("I-5", "wachten", "zeldzaam", "Lang gewacht."),
        ).assign(onderwerp=["bestaan", "geheim", "geheim", "toegang"]),
        SUBJECTS,
        2,
    )
    assert found[["thema", "onderwerp", "soort", "tekst"]].to_numpy().tolist() == [
        ["geld", "bestaan", "contrasterend", "Betaald."],
        ["wachten", "toegang", "zeldzaam", "Lang gewacht."],
        ["", "", "representatief", "Anders."],
        ["", "", "representatief", "Zeldzaam verhaal."],
    ]
    assert found["verhaal"].tolist() == ["v1", "v2", "v3", "v4"]
    assert found["citaat"].tolist() == ["c1", "c2", "c3", "c4"]


def test_at_most_so_many_quotes_per_theme_kind_and_role() -> None:
    rows = [(f"I-{number}", "geld", "representatief", f"Zin {number}.") for number in range(5)]
    assert len(shown_quotes(allowed(*rows), SUBJECTS, 2)) == 2
    bare = [(name, "", kind, text) for name, _, kind, text in rows]
    assert len(shown_quotes(allowed(*bare), SUBJECTS, 2)) == 2
    assert shown_quotes(allowed(), SUBJECTS, 2).empty


def test_a_tick_belongs_to_the_text_and_not_to_its_place() -> None:
    read = quote_id("I-3", 2, "Ik werd goed geholpen door [persoon-1].")
    assert read == quote_id("I-3", 2, "Ik werd goed geholpen door [persoon-1].")
    assert read.startswith("I-3-2-")
    others = [
        quote_id("I-3", 2, "Ik werd goed geholpen door Fatima."),
        quote_id("I-3", 1, "Ik werd goed geholpen door [persoon-1]."),
        quote_id("I-4", 2, "Ik werd goed geholpen door [persoon-1]."),
    ]
    assert read not in others and len(set(others)) == 3


def test_small_counts_of_people_are_not_facts() -> None:
    facts = {
        "enquete b": {"inzendingen": {"volledig": 1288, "test": 2, "dubbel": 0}, "weging": {"rondes": 7, "afgekapt": 3}},
        "verhalen v": {"verhalen": 312, "zonder_inhoud": 9, "andere_taal": 10, "in_geen_onderwerp": 0.08},
        "registratie r": {"trajecten": 8, "norm_start_dagen": 5},
    }  # fmt: skip
    assert public_facts(facts, 10) == {
        "enquete b": {
            "inzendingen": {"volledig": 1288, "test": "minder dan 10", "dubbel": "minder dan 10"},
            "weging": {"rondes": 7, "afgekapt": "minder dan 10"},
        },
        "verhalen v": {"verhalen": 312, "zonder_inhoud": "minder dan 10", "andere_taal": 10, "in_geen_onderwerp": 0.08},
        "registratie r": {"trajecten": "minder dan 10", "norm_start_dagen": 5},
    }  # fmt: skip
    assert facts["registratie r"]["trajecten"] == 8


def test_warnings_in_the_record_hold_no_small_counts_and_no_answers() -> None:
    given = [
        "3 antwoorden bij gevoel in 'v' staan niet in de schaal en tellen als niet beantwoord: 'weet ik niet'",
        "In 'v' horen 12 verhalen bij een respondent die niet in de enquête staat; zij tellen mee.",
        "De bewaartermijn van 'v' is voorbij (31-12-2020): verwijder de gegevens.",
    ]
    assert public_warnings(given, 10) == [
        "minder dan 10 antwoorden bij gevoel in 'v' staan niet in de schaal en tellen als niet beantwoord",
        given[1],
        given[2],
    ]


def test_the_joint_display_follows_the_plan(small: Project) -> None:
    path = small.root / "analyses/klein/plan.toml"
    text = path.read_text(encoding="utf-8")
    assert joint_rule(read_plan(small, "klein")).norms == {}
    path.write_text(f'{text}[normen]\n"bereik.wachttijd" = 42\n', encoding="utf-8")
    rule = joint_rule(read_plan(small, "klein"))
    assert rule.minimum_stories == 2 and rule.norms == {"bereik.wachttijd": 42.0}
