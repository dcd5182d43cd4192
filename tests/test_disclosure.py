"""The gate: nothing small leaves, nor what follows from sums; quotes lose what points at a teller."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit import tables
from toolkit.disclosure import protect, protect_quotes, protect_stories
from toolkit.project import Disclosure, Quotes

RULES = Disclosure()
EXACT = Disclosure(round_to=1)
WIJKEN = [f"WK05050{number}" for number in range(1, 6)]
JOINT = "onderdrukt: n < 10 of daaruit af te leiden"
HIERARCHY = pd.DataFrame({"gebied": ["GM0505", *WIJKEN], "bovenliggend": ["", *["GM0505"] * 5]})
KEY = list(tables.MEASURES.key)


def row(measure: str, area: str, value: float | None, n: float | None, **more: Any) -> dict[str, Any]:
    base = {"source": "registratie", "dataset": "t", "measure": measure, "area": area, "period": "2025"}
    unit = "personen" if measure.endswith("personen") else "procent"
    return {**base, "unit": unit, "value": value, "n": n, "status": "ok", **more}


def counts(values: list[int], measure: str = "bereik.personen") -> list[dict[str, Any]]:
    places = zip(["GM0505", *WIJKEN], [sum(values), *values], strict=False)
    return [row(measure, area, value, value, n_eff=value) for area, value in places]


def shares(hits: list[int], n: list[int], measure: str) -> list[dict[str, Any]]:
    places = zip(["GM0505", *WIJKEN], [sum(hits), *hits], [sum(n), *n], strict=False)
    return [row(measure, area, 100 * x / m, m, n_eff=m) for area, x, m in places]


def gate(rows: list[dict[str, Any]], rules: Disclosure = RULES) -> tuple[pd.DataFrame, pd.DataFrame]:
    return protect(tables.measures(rows), rules, HIERARCHY)


def hidden(public: pd.DataFrame) -> set[str]:
    return set(public[public["status"].str.startswith("onderdrukt")]["area"])


def test_small_count_is_hidden_and_the_next_smallest_with_it() -> None:
    public, log = gate(counts([4, 60, 23, 70, 80]), EXACT)
    assert hidden(public) == {"WK050501", "WK050503"}
    cells = public[public["area"].isin(["WK050501", "WK050503"])]
    assert cells[["value", "low", "high", "n", "n_eff"]].isna().all().all()
    # One text for both: it does not tell which of them is the small one.
    assert set(cells["status"]) == {JOINT}
    marks = dict(zip(log["area"], log["handeling"], strict=True))
    assert marks["WK050501"] == "onderdrukt" and marks["WK050503"] == "mee onderdrukt"
    assert public.loc[0, "value"] == 237  # the municipality is not rounded


def test_two_small_ones_hide_each_other_only_when_their_sum_is_large_enough() -> None:
    public, _ = gate(counts([6, 7, 50, 60, 70]), EXACT)
    assert hidden(public) == {"WK050501", "WK050502"}
    # "n < 10" for both would leave 4 to 9: the text may not tell that no large cell is among them.
    assert set(public[public["value"].isna()]["status"]) == {JOINT}
    public, _ = gate(counts([3, 2, 50, 60, 70]), EXACT)
    assert hidden(public) == {"WK050501", "WK050502", "WK050503"}


def test_rounding_can_be_doubt_enough() -> None:
    # Each of four rounded wijken may be 2 more or less: 0 to 10 are left for the fifth, three would not do.
    assert hidden(gate(counts([4, 60, 23, 70, 80]))[0]) == {"WK050501"}
    assert hidden(gate(counts([4, 60, 23, 70, 0]))[0]) > {"WK050501", "WK050505"}


def test_nothing_small_nothing_hidden_but_rounded() -> None:
    public, log = gate(counts([12, 13, 17, 18, 100]))
    assert list(public["value"]) == [160, 10, 15, 15, 20, 100]
    assert list(public["n"])[1:] == [10, 15, 15, 20, 100]
    assert set(log["handeling"]) == {"afgerond"} and public["n_eff"].isna().all()


def test_complement_of_a_share_counts_too() -> None:
    public, _ = gate(shares([50, 96, 40, 45, 30], [100, 100, 100, 100, 100], "uitval.voortijdig"), EXACT)
    # WK050502: 4 of 100 did not drop out; its next smallest is 30 of 100.
    assert hidden(public) == {"WK050502", "WK050505"}


def test_fewer_clients_than_trajectories() -> None:
    rows = shares([50, 60, 40, 45, 30], [100] * 5, "uitval.voortijdig")
    rows[3]["n_eff"] = 7
    assert "WK050503" in hidden(gate(rows)[0])


def test_share_of_which_the_numerator_is_published_follows_it() -> None:
    reached = [4, 62, 23, 71, 83]
    people = [1000, 2000, 1500, 2500, 3000]
    rows = counts(reached) + shares(reached, people, "bereik.aandeel")
    public, _ = gate(rows, EXACT)
    for measure in ("bereik.personen", "bereik.aandeel"):
        assert hidden(public[public["measure"] == measure]) == {"WK050501", "WK050503"}
    public, _ = gate(rows)
    share = public[(public["measure"] == "bereik.aandeel") & (public["area"] == "WK050502")].iloc[0]
    assert share["value"] == pytest.approx(100 * 60 / 2000) and share["n"] == 2000


def test_other_shares_of_a_wijk_do_not_give_the_count_back() -> None:
    public, _ = gate(shares([13, 20, 30, 40, 50], [103, 100, 100, 100, 100], "uitval.voortijdig"))
    cell = public[public["area"] == "WK050501"].iloc[0]
    assert cell["value"] == 13 and cell["n"] == 105


def test_shares_that_add_up_hide_a_second_one() -> None:
    n = [100] * 5
    rows = (
        shares([50, 50, 50, 50, 50], n, "doel.alle")
        + shares([45, 30, 30, 30, 30], n, "doel.deels")
        + shares([5, 20, 20, 20, 20], n, "doel.geen")
    )
    public, _ = gate(rows)
    wijk = public[public["area"] == "WK050501"].set_index("measure")["value"]
    assert pd.isna(wijk["doel.geen"]) and wijk.isna().sum() == 2


def test_partner_hidden_means_another_partner_hidden() -> None:
    rows = [row("bereik.personen", "GM0505", 300, 300)]
    for name, value in (("A", 5), ("B", 95), ("C", 200)):
        rows.append(row("bereik.personen", "GM0505", value, value, group=f"partner={name}"))
    public, _ = gate(rows)
    assert set(public[public["value"].isna()]["group"]) == {"partner=A", "partner=B"}


def test_a_total_with_one_part_goes_too() -> None:
    rows = [row("bereik.personen", "GM0505", 8, 8), row("bereik.personen", "WK050501", 8, 8)]
    assert gate(rows)[0]["value"].isna().all()


def test_zero_is_hidden_and_unknown_without_n_stays() -> None:
    rows = [
        row("uitval.voortijdig", "GM0505", None, 0, status="onbekend: geen trajecten"),
        row("bereik.aandeel", "GM0505", None, None, status="onbekend: geen inwonertal"),
    ]
    public, _ = gate(rows)
    status = dict(zip(public["measure"], public["status"], strict=True))
    assert status["uitval.voortijdig"] == JOINT
    assert status["bereik.aandeel"] == "onbekend: geen inwonertal"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"n": 29}, "onderdrukt: n < 30"),
        ({"n": 30}, "ok"),
        ({"n": None}, "onderdrukt: n onbekend"),
        ({"n": 100, "value": 100.0}, "onderdrukt: 0% of 100%"),
        ({"n": 100, "value": 0.0, "area": "GM0505", "group": "geslacht=man"}, "onderdrukt: 0% of 100%"),
        ({"n": 100, "value": 100.0, "area": "GM0505"}, "ok"),
        ({"n": 19, "source": "verhalen"}, "onderdrukt: n < 20"),
        ({"n": 20, "source": "verhalen"}, "ok"),
        ({"n": 12, "source": "indicator", "low": 1.0, "high": 90.0}, "onderdrukt: n < 30"),
        ({"n": None, "source": "indicator"}, "ok"),
        (
            {"n": 500, "source": "enquete", "status": "niet-publiceerbaar: interval"},
            "niet-publiceerbaar: interval",
        ),
    ],
)
def test_estimates(more: dict[str, Any], status: str) -> None:
    given = {
        **row("tevredenheid.x", "WK050501", 40.0, 100),
        "source": "enquete",
        "low": 30.0,
        "high": 50.0,
    } | more
    public, _ = gate([given])
    assert public.loc[0, "status"] == status
    assert pd.isna(public.loc[0, "value"]) == (status != "ok")
    assert pd.isna(public.loc[0, "low"]) == (status != "ok" or given["low"] is None)
    if status.startswith("niet"):
        assert public.loc[0, "n"] == 500


def test_response_counts_are_counts() -> None:
    given = [
        {**row("respons.volledig", area, value, value), "source": "enquete", "unit": "personen"}
        for area, value in (("WK050501", 12), ("WK050502", 9))
    ]
    public, _ = gate(given)
    assert public.loc[0, "value"] == 12 and pd.isna(public.loc[1, "value"])


def test_the_same_whatever_the_order_and_input_unchanged() -> None:
    rng = np.random.default_rng(5)
    rows = counts([4, 30, 30, 30, 80]) + shares([4, 30, 30, 30, 80], [500] * 5, "bereik.aandeel")
    frame = tables.measures(rows)
    before = frame.copy(deep=True)
    public, log = protect(frame, RULES, HIERARCHY)
    pd.testing.assert_frame_equal(frame, before)
    for _ in range(5):
        shuffled = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        again, log_again = protect(shuffled, RULES, HIERARCHY.iloc[::-1])
        pd.testing.assert_frame_equal(shuffled[KEY], again[KEY])  # rows keep their place
        ordered = [table.sort_values(KEY, ignore_index=True) for table in (public, again)]
        pd.testing.assert_frame_equal(*ordered)
        pd.testing.assert_frame_equal(log, log_again)


def attack(cells: pd.DataFrame, public: pd.DataFrame) -> list[float]:
    """Width of what an attacker can still believe of each hidden count, from all sums at once."""
    from scipy.optimize import linprog

    names = list(cells["key"])
    place = {key: number for number, key in enumerate(names)}
    equal, right = [], []
    for key, value in zip(names, public["value"], strict=True):
        if not np.isnan(value):
            line = np.zeros(len(names))
            line[place[key]] = 1
            equal.append(line)
            right.append(value)
    for (area, group), _number in place.items():
        parts = [key for key in names if area == "GM0505" and key[0] != "GM0505" and key[1] == group]
        groups = [key for key in names if group == "" and key[0] == area and key[1] != ""]
        for members in (parts, groups):
            if members:
                line = np.zeros(len(names))
                line[place[area, group]] = -1
                line[[place[key] for key in members]] = 1
                equal.append(line)
                right.append(0)
    widths = []
    for key, value in zip(names, public["value"], strict=True):
        if np.isnan(value):
            goal = np.zeros(len(names))
            goal[place[key]] = 1
            low = linprog(goal, A_eq=equal, b_eq=right, method="highs").fun
            high = -linprog(-goal, A_eq=equal, b_eq=right, method="highs").fun
            widths.append(high - low)
    return widths


def test_linear_attack_on_a_total_with_areas_and_partners() -> None:
    rng = np.random.default_rng(11)
    for _ in range(12):
        values = rng.negative_binomial(1, 0.03, 5) + rng.integers(0, 3, 5)
        partners = rng.multinomial(values.sum(), [0.05, 0.35, 0.6])
        rows = counts([int(value) for value in values])
        for name, value in zip("ABC", partners, strict=True):
            rows.append(row("bereik.personen", "GM0505", int(value), int(value), group=f"partner={name}"))
        public, _ = gate(rows, EXACT)
        keys = public.assign(key=list(zip(public["area"], public["group"], strict=True)))
        for width in attack(keys, public):
            assert width >= RULES.minimum_count - 1e-6
        shown = public["value"].dropna()
        assert (shown >= RULES.minimum_count).all()


STORIES = pd.DataFrame(
    {
        "story": [f"v{number}" for number in range(30)],
        "respondent": ["r0", "r0", *[""] * 28],
        "role": ["inwoner"] * 26 + ["professional"] * 4,
        "area": ["WK050501"] * 6 + ["WK050502"] * 4 + ["WK050503"] * 20,
        "quote_consent": [True] * 28 + [False, True],
    }
)
THEMES = pd.DataFrame(
    {
        "story": ["v0", "v1", "v2", "v3", "v4", "v5", *[f"v{number}" for number in range(6, 30)]],
        "label": ["zeldzaam"] * 6 + ["gewoon"] * 24,
        "kind": "theme",
    }
)


def quote(story: str, **more: str) -> dict[str, str]:
    line = STORIES[STORIES["story"] == story].iloc[0]
    theme = THEMES[THEMES["story"] == story].iloc[0]["label"]
    base = {"citaat": f"c-{story}", "verhaal": story, "thema": theme, "rol": line["role"]}
    return base | {"gebied": line["area"], "gebiedsnaam": "Naam", "tekst": "x"} | more


def quotes(*rows: dict[str, str], stories: pd.DataFrame = STORIES, **rules: Any) -> pd.DataFrame:
    settings = Quotes(**({"tick_required": False, "k": 5} | rules))
    return protect_quotes(pd.DataFrame(rows), stories, THEMES, settings, ticks={"c-v12"})


def test_quote_keeps_what_enough_tellers_share() -> None:
    shown = quotes(quote("v12"), quote("v8"), quote("v27"))
    assert list(shown["gebied"]) == ["WK050503", "", ""]  # 4 tellers in WK050502
    assert list(shown["gebiedsnaam"]) == ["Naam", "", ""]
    assert list(shown["rol"]) == ["inwoner", "inwoner", ""]  # 4 professionals
    assert list(shown["thema"]) == ["gewoon", "gewoon", ""]


def test_tellers_are_persons_and_a_rare_theme_counts() -> None:
    # Six stories in WK050501 on a rare theme, told by five people.
    assert list(quotes(quote("v0"))["gebied"]) == ["WK050501"]
    assert list(quotes(quote("v0"), k=6)["gebied"]) == [""]
    assert list(quotes(quote("v0"), k=6)["thema"]) == [""]


def test_age_group_goes_first() -> None:
    stories = STORIES.assign(leeftijdsgroep=["65+"] * 3 + ["25-44"] * 27)
    shown = quotes(quote("v0", leeftijdsgroep="65+"), stories=stories)
    assert shown.iloc[0]["leeftijdsgroep"] == "" and shown.iloc[0]["gebied"] == "WK050501"


def test_a_whole_story_tells_of_its_teller_no_more_than_others_share() -> None:
    stories = pd.DataFrame(
        [
            {"story": f"s{n}", "respondent": "", "area": "WK1" if n < 6 else "WK2", "role": "inwoner",
             "quote_consent": n != 3, "vink": f"v{n}"}
            for n in range(9)
        ]
    )  # fmt: skip
    labels = pd.DataFrame([{"story": f"s{n}", "kind": "theme", "label": "wonen"} for n in range(8)])
    rare = pd.DataFrame([{"story": f"s{n}", "kind": "theme", "label": "geld"} for n in (0, 7)])
    themes = pd.concat([labels, rare])
    found = protect_stories(stories, themes, Quotes(tick_required=False, k=3), (), rare=5).set_index("story")
    assert "s3" not in found.index  # no consent
    assert tuple(found.loc["s1"]) == ("inwoner", "WK1", "wonen")
    assert tuple(found.loc["s0"]) == ("inwoner", "", "wonen")  # two told of geld: the theme goes
    assert tuple(found.loc["s8"]) == ("inwoner", "WK2", "")
    few = protect_stories(stories, themes, Quotes(tick_required=False, k=4), (), rare=5).set_index("story")
    assert tuple(few.loc["s8"]) == ("inwoner", "", "")  # three live there
    assert protect_stories(stories, themes, Quotes(tick_required=False, k=10), (), rare=5).empty
    ticked = protect_stories(stories, themes, Quotes(tick_required=True, k=3), {"v1", "v3"}, rare=5)
    assert list(ticked["story"]) == ["s1"]


def test_no_quote_without_consent_or_needed_tick_or_with_too_few_tellers() -> None:
    assert quotes(quote("v28")).empty
    assert list(quotes(quote("v12"), quote("v13"), tick_required=True)["citaat"]) == ["c-v12"]
    assert quotes(quote("v12"), k=40).empty
    assert quotes(quote("v12"), stories=STORIES.assign(quote_consent="ja")).empty
