"""The rules of the gate one by one, on the edge of each number: what is hidden, why, and what the log says."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from toolkit import tables
from toolkit.disclosure import protect, protect_stories
from toolkit.disclosure.rules import is_dominated, primary
from toolkit.project import Disclosure, Quotes

RULES = Disclosure()
NOWHERE = pd.DataFrame({"gebied": ["GM0505", "WK050501"], "bovenliggend": ["", "GM0505"]})
KEY = list(tables.MEASURES.key)


def row(**more: Any) -> dict[str, Any]:
    base = {"source": "enquete", "dataset": "d", "measure": "m", "unit": "procent", "area": "GM0505"}
    return {**base, "period": "2025", "group": "", "value": 50.0, "n": 100.0, "status": "ok", **more}


def reasons(
    *rows: dict[str, Any], size: list[float] | None = None, contributions: pd.DataFrame | None = None
) -> dict[int, str]:
    frame = tables.measures(list(rows))
    frame.index = pd.RangeIndex(5, 5 + len(frame))
    sizes = pd.Series(size or [1000.0] * len(frame), index=frame.index)
    return {at - 5: why for at, why in primary(frame, sizes, RULES, {"WK050501"}, contributions).items()}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"n": 30.0}, None),
        ({"n": 29.0}, "n < 30"),
        ({"n": None}, "n onbekend"),
        ({"n": None, "value": None}, None),
        ({"source": "verhalen", "n": 20.0}, None),
        ({"source": "verhalen", "n": 19.0}, "n < 20"),
        ({"unit": "personen", "value": 10.0, "n": 10.0}, None),
        ({"unit": "personen", "value": 9.0, "n": 100.0}, "n < 10"),
        ({"value": 0.0}, None),
        ({"value": 0.0, "group": "leeftijd=1"}, "0% of 100%"),
        ({"value": 100.0, "area": "WK050501"}, "0% of 100%"),
        ({"value": 100.0000001, "area": "WK050501"}, "0% of 100%"),
        ({"value": 99.0, "area": "WK050501"}, None),
        ({"value": 100.0, "area": "WK050501", "unit": "euro"}, None),
        ({"source": "registratie", "n": 10.0, "n_eff": 10.0}, None),
        ({"source": "registratie", "n": 9.0, "n_eff": 100.0}, "n < 10"),
        ({"source": "signalen", "n": 100.0, "n_eff": 9.0}, "n < 10"),
        ({"source": "indicator", "n": 9.0}, "n < 10"),
        ({"source": "indicator", "n": 10.0}, None),
        ({"source": "indicator", "n": 29.0, "low": 40.0, "high": 60.0}, "n < 30"),
        ({"source": "indicator", "n": 30.0, "low": 40.0, "high": 60.0}, None),
        ({"source": "indicator", "n": None}, None),
        ({"source": "financien", "unit": "euro", "n": 2.0}, "n < 3"),
        ({"source": "financien", "unit": "euro", "n": 3.0}, None),
        ({"source": "financien", "unit": "euro per inwoner", "n": 2.0}, None),
        ({"source": "financien", "unit": "procent", "n": 2.0}, None),
    ],
)
def test_the_smallest_number_that_may_be_shown(changes: dict[str, Any], reason: str | None) -> None:
    assert reasons(row(**changes)) == ({} if reason is None else {0: reason})


def test_who_is_counted_may_not_be_few_either() -> None:
    rows = [row(source="registratie", area=area, n=100.0, n_eff=100.0) for area in ("GM0505", "WK050501")]
    assert reasons(*rows, size=[10.0, 9.0]) == {1: "n < 10"}


def test_the_first_reason_stays() -> None:
    assert reasons(row(n=5.0, value=0.0, group="a=b")) == {0: "n < 30"}


def given(amounts: list[float], area: str = "WK050501") -> pd.DataFrame:
    line = row(source="financien", unit="euro", area=area)
    return pd.DataFrame([{**{key: line[key] for key in KEY}, "bijdrage": amount} for amount in amounts])


def test_an_amount_of_one_large_contributor_is_hidden_in_its_own_row_only() -> None:
    rows = [
        row(source="financien", unit="euro", area="GM0505"),
        row(source="financien", unit="euro", area="WK050501"),
        row(source="financien", unit="procent", area="WK050501", measure="aandeel"),
    ]
    one = given([100.0, 50.0, 9.0])
    assert reasons(*rows, contributions=one) == {1: "een bijdrage overheerst"}
    assert reasons(*rows, contributions=given([100.0, 50.0, 10.0])) == {}
    assert reasons(*rows, contributions=one.iloc[:0]) == {}


@pytest.mark.parametrize(
    ("amounts", "dominated"),
    [
        ([], False),
        ([5.0], True),
        ([5.0, 5.0], True),
        ([5.0, 5.0, 0.0], True),
        ([5.0, 5.0, 5.0], False),
        ([100.0, 1.0, 10.0], True),
        ([100.0, 10.0, 10.0], False),
        ([100.0, 90.0, 9.9], True),
        ([-100.0, 90.0, -10.0], False),
        ([100.0, 90.0, 5.0, 5.0], False),
        ([100.0, 90.0, 5.0, 4.9], True),
    ],
)
def test_when_one_contribution_tells_too_much(amounts: list[float], dominated: bool) -> None:
    assert is_dominated(amounts, RULES) is dominated


def test_the_number_of_contributors_and_the_percentage_are_settings() -> None:
    assert is_dominated([100.0, 1.0, 40.0], Disclosure(dominance_percent=50.0))
    assert not is_dominated([100.0, 50.0, 50.0], Disclosure(dominance_percent=50.0))


def test_the_log_says_what_was_done_and_why() -> None:
    rows = [
        row(measure="a", n=12.0),
        row(measure="b", status="niet-publiceerbaar: te onzeker", low=1.0, high=99.0),
        row(measure="c"),
        row(measure="d", n=12.0, status="niet-publiceerbaar: te onzeker"),
        row(
            source="registratie",
            measure="bereik.personen",
            unit="personen",
            area="WK050501",
            value=52.0,
            n=52.0,
            n_eff=52.0,
        ),
    ]
    public, log = protect(tables.measures(rows), RULES, NOWHERE)
    told = {line["measure"]: (line["handeling"], line["reden"]) for line in log.to_dict("records")}
    assert told == {
        "a": ("onderdrukt", "n < 30"),
        "b": ("niet getoond", "niet-publiceerbaar: te onzeker"),
        "d": ("onderdrukt", "n < 30"),
        "bereik.personen": ("afgerond", "op 5 (wijk of buurt)"),
    }
    assert log.columns.tolist() == [*KEY, "handeling", "reden"] and log.index.tolist() == [0, 1, 2, 3]
    assert public["measure"].tolist() == ["a", "b", "c", "d", "bereik.personen"]
    shown = public.set_index("measure")
    assert shown.loc["a", "status"] == shown.loc["d", "status"] == "onderdrukt: n < 30"
    assert pd.isna(shown.loc["a", "n"]) and pd.isna(shown.loc["b", "value"]) and shown.loc["b", "n"] == 100
    assert pd.isna(shown.loc["b", "low"]) and pd.isna(shown.loc["b", "high"])
    assert shown.loc["c", "value"] == 50.0
    counted = shown.loc["bereik.personen"]
    assert (counted["value"], counted["n"]) == (50.0, 50.0) and pd.isna(counted["n_eff"])


@pytest.mark.parametrize(("count", "rounded"), [(52, 50.0), (53, 55.0), (57, 55.0), (58, 60.0)])
def test_counts_are_rounded_to_the_nearest_five_and_halves_up(count: float, rounded: float) -> None:
    rows = [
        row(
            source="registratie",
            measure="bereik.personen",
            unit="personen",
            area="WK050501",
            value=count,
            n=count,
            n_eff=count,
        )
    ]
    public, _ = protect(tables.measures(rows), RULES, NOWHERE)
    assert public["value"].tolist() == [rounded]


def tellers(number: int, **more: Any) -> list[dict[str, Any]]:
    start = more.pop("start", 0)
    base = {"respondent": "", "area": "WK1", "role": "inwoner", "quote_consent": True}
    return [{**base, "story": f"s{at}", "vink": f"v{at}", **more} for at in range(start, start + number)]


def themed(stories: list[str], label: str) -> list[dict[str, Any]]:
    return [{"story": story, "sentence": -1, "kind": "theme", "label": label} for story in stories]


def open_stories(
    stories: list[dict[str, Any]], themes: list[dict[str, Any]], **rules: Any
) -> list[dict[str, Any]]:
    frame = pd.DataFrame(themes, columns=["story", "sentence", "kind", "label"])
    ticks = rules.pop("ticks", frozenset({"v0", "v9"}))
    rare = rules.pop("rare", 3)
    shown = protect_stories(pd.DataFrame(stories), frame, Quotes(k=2, **rules), ticks, rare)
    return shown.to_dict("records")


def test_a_whole_story_needs_consent_and_a_tick() -> None:
    stories = tellers(3)
    whole = {"story": "s0", "gebied": "WK1", "rol": "inwoner", "themas": ""}
    assert open_stories(stories, []) == [whole]
    assert [one["story"] for one in open_stories(stories, [], tick_required=False)] == ["s0", "s1", "s2"]
    for consent in (False, None, "ja", 1):
        assert open_stories([{**stories[0], "quote_consent": consent}, *stories[1:]], []) == []


def test_attributes_that_few_share_go_one_by_one() -> None:
    # Alone in the area: only the area goes.
    alone = [*tellers(1, area="WK9"), *tellers(3, start=1)]
    assert open_stories(alone, []) == [{"story": "s0", "gebied": "", "rol": "inwoner", "themas": ""}]
    # Alone in the role as well: both go.
    role = [*tellers(1, role="professional"), *tellers(3, start=1)]
    assert open_stories(role, []) == [{"story": "s0", "gebied": "", "rol": "", "themas": ""}]
    # With too few tellers altogether the story goes.
    assert open_stories(tellers(1), []) == []


def test_a_rare_theme_goes_and_an_ordinary_one_stays() -> None:
    stories = tellers(4)
    rare, ordinary = themed(["s0"], "geld"), themed(["s0", "s1", "s2"], "wachten")
    (shown,) = open_stories(stories, [*rare, *ordinary], ticks=frozenset({"v0"}))
    assert shown == {"story": "s0", "gebied": "", "rol": "inwoner", "themas": "wachten"}
    # Three tellers is not fewer than three, and two who share it are enough to show it.
    (shared,) = open_stories(stories, [*themed(["s0", "s1"], "geld"), *ordinary], ticks=frozenset({"v0"}))
    assert shared == {"story": "s0", "gebied": "WK1", "rol": "inwoner", "themas": "geld wachten"}
    # An ordinary theme does not narrow, whoever else tells it.
    far = [*tellers(1), *tellers(3, start=1, area="WK2"), *tellers(2, start=7)]
    (kept,) = open_stories(far, themed(["s0", "s1", "s2"], "wachten"), ticks=frozenset({"v0"}))
    assert kept == {"story": "s0", "gebied": "WK1", "rol": "inwoner", "themas": "wachten"}


def test_a_respondent_with_two_stories_is_one_teller() -> None:
    twice = tellers(2, respondent="r1")
    assert open_stories(twice, []) == []
    assert len(open_stories([*twice, *tellers(1, start=5)], [])) == 1
