"""Quotes at the gate: which attribute goes first, on groups of two and three tellers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from toolkit.disclosure import protect_quotes, protect_stories
from toolkit.project import Quotes

COLUMNS = ["citaat", "verhaal", "tekst", "thema", "rol", "gebied", "gebiedsnaam", "leeftijdsgroep"]


def teller(story: str, **more: Any) -> dict[str, Any]:
    base = {
        "respondent": "",
        "area": "WK1",
        "role": "inwoner",
        "leeftijdsgroep": "65+",
        "quote_consent": True,
    }
    return {"story": story, **base, **more}


def quote(story: str, **more: Any) -> dict[str, Any]:
    base = {
        "tekst": f"tekst {story}",
        "thema": "geld",
        "rol": "inwoner",
        "gebied": "WK1",
        "gebiedsnaam": "Centrum",
    }
    return {"citaat": f"c-{story}", "verhaal": story, **base, "leeftijdsgroep": "65+", **more}


def theme(label: str, *stories: str) -> list[dict[str, Any]]:
    return [{"story": story, "sentence": -1, "kind": "theme", "label": label} for story in stories]


def shown(
    quotes: list[dict[str, Any]],
    stories: list[dict[str, Any]],
    themes: list[dict[str, Any]],
    ticks: frozenset[str] = frozenset(),
    k: int = 2,
    rare: int = 3,
    **rules: Any,
) -> pd.DataFrame:
    given = pd.DataFrame(quotes, columns=COLUMNS, index=pd.RangeIndex(7, 7 + len(quotes)))
    before = given.copy()
    labels = pd.DataFrame(themes, columns=["story", "sentence", "kind", "label"])
    chosen = Quotes(**{"tick_required": False, "k": k, **rules})
    found = protect_quotes(given, pd.DataFrame(stories), labels, chosen, ticks, rare)
    pd.testing.assert_frame_equal(given, before)
    return found


TWO = [teller("s0"), teller("s1")]


def one(stories: list[dict[str, Any]], themes: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The changed cells of the first quote."""
    found = shown([quote("s0")], stories, themes, **more)
    assert found.index.tolist() == [7] and found.columns.tolist() == COLUMNS
    (line,) = found.to_dict("records")
    return {name: value for name, value in line.items() if value != quote("s0")[name]}


def test_a_quote_that_enough_share_stays_as_it_is() -> None:
    assert one(TWO, theme("geld", "s0", "s1")) == {}


@pytest.mark.parametrize(
    ("others", "gone"),
    [
        ([{"leeftijdsgroep": "18"}], ["leeftijdsgroep"]),
        ([{"area": "WK2"}], ["leeftijdsgroep", "gebied", "gebiedsnaam"]),
        ([{"role": "professional"}], ["leeftijdsgroep", "gebied", "gebiedsnaam", "thema", "rol"]),
        ([{"area": "WK2"}, {"leeftijdsgroep": "18"}], ["leeftijdsgroep"]),
    ],
)
def test_attributes_go_in_a_fixed_order_until_enough_tellers_share_them(
    others: list[dict[str, Any]], gone: list[str]
) -> None:
    stories = [teller("s0"), *(teller(f"s{at}", **more) for at, more in enumerate(others, start=1))]
    assert one(stories, theme("geld", *(str(story["story"]) for story in stories))) == dict.fromkeys(gone, "")


def test_a_rare_theme_counts_and_an_ordinary_one_does_not() -> None:
    stories = [*TWO, teller("s2", area="WK2"), teller("s3", area="WK2")]
    # Nobody else tells of it: the area goes, and then the theme.
    alone = dict.fromkeys(["leeftijdsgroep", "gebied", "gebiedsnaam", "thema"], "")
    assert one(stories, theme("geld", "s0")) == alone
    # Two tell of it, one of them elsewhere.
    assert sorted(one(stories, theme("geld", "s0", "s2"))) == ["gebied", "gebiedsnaam", "leeftijdsgroep"]
    # Three are not fewer than three: an ordinary theme narrows nothing.
    assert one(stories, theme("geld", "s0", "s2", "s3")) == {}
    assert sorted(one(stories, theme("geld", "s0", "s2", "s3"), rare=4)) == [
        "gebied",
        "gebiedsnaam",
        "leeftijdsgroep",
    ]
    # Labels of another kind, and of no theme, do not count.
    other = [{**line, "kind": "topic"} for line in theme("geld", "s2", "s3")]
    assert one(stories, [*theme("geld", "s0"), *other]) == alone


def test_twenty_tellers_make_a_theme_ordinary_unless_told() -> None:
    stories = [teller(f"s{at}", area="WK1" if at < 2 else "WK2") for at in range(20)]
    labels = pd.DataFrame(theme("geld", *(f"s{at}" for at in range(20) if at != 1)))
    all_of_them = pd.DataFrame(theme("geld", *(f"s{at}" for at in range(20))))
    given, rules = pd.DataFrame([quote("s0")]), Quotes(k=2, tick_required=False)
    assert protect_quotes(given, pd.DataFrame(stories), all_of_them, rules)["gebied"].tolist() == ["WK1"]
    assert protect_quotes(given, pd.DataFrame(stories), labels, rules)["gebied"].tolist() == [""]


def test_consent_and_ticks() -> None:
    both = [quote("s0"), quote("s1")]
    labels = theme("geld", "s0", "s1")
    assert shown(both, TWO, labels)["citaat"].tolist() == ["c-s0", "c-s1"]
    ticked = shown(both, TWO, labels, frozenset({"c-s1"}), tick_required=True)
    assert ticked["citaat"].tolist() == ["c-s1"] and ticked.index.tolist() == [8]
    pd.testing.assert_frame_equal(ticked.reset_index(drop=True), pd.DataFrame([quote("s1")], columns=COLUMNS))
    assert shown(both, TWO, labels, tick_required=True).empty
    for consent, stays in ((True, True), (np.bool_(True), True), (False, False), (np.bool_(False), False), ("ja", False),
                           (1, False), (None, False)):  # fmt: skip
        stories = [{**TWO[0], "quote_consent": consent}, TWO[1]]
        assert len(shown(both[:1], stories, labels)) == int(stays)


def test_too_few_tellers_altogether() -> None:
    found = shown([quote("s0")], TWO, theme("geld", "s0", "s1"), k=3)
    assert found.empty and found.columns.tolist() == COLUMNS
    # One person who told two stories is one teller.
    same = [teller("s0", respondent="r"), teller("s1", respondent="r")]
    assert shown([quote("s0")], same, theme("geld", "s0", "s1")).empty
    apart = [teller("s0", respondent="r"), teller("s1", respondent="q")]
    assert len(shown([quote("s0")], apart, theme("geld", "s0", "s1"))) == 1


def test_what_is_empty_or_not_there_narrows_nothing() -> None:
    alone = [teller("s0", leeftijdsgroep="18", area="WK9"), teller("s1"), teller("s2")]
    empty = quote("s0", leeftijdsgroep=np.nan, gebied="", gebiedsnaam="", thema="")
    (found,) = shown([empty], alone, []).to_dict("records")
    assert pd.isna(found.pop("leeftijdsgroep"))
    assert found == {name: cell for name, cell in empty.items() if name != "leeftijdsgroep"}
    # A list of quotes without age groups or names of areas.
    few = pd.DataFrame([quote("s0")]).drop(columns=["leeftijdsgroep", "gebiedsnaam"])
    found = protect_quotes(
        few, pd.DataFrame(alone), pd.DataFrame(theme("geld", "s0", "s1")), Quotes(k=2, tick_required=False)
    )
    assert found.to_dict("records") == [{**few.iloc[0].to_dict(), "gebied": ""}]


def test_whole_stories_with_a_theme_of_twenty_tellers() -> None:
    stories = pd.DataFrame(
        [teller(f"s{at}", vink=f"v{at}", area="WK1" if at < 2 else "WK2") for at in range(20)]
    )
    rules = Quotes(k=2, tick_required=True)
    for tellers, area in ((20, "WK1"), (19, "")):
        labels = pd.DataFrame(theme("geld", *(f"s{at}" for at in range(20) if at != 1 or tellers == 20)))
        found = protect_stories(stories, labels, rules, frozenset({"v0"}))
        expected = [("s0", "inwoner", area, "geld")]
        pd.testing.assert_frame_equal(
            found, pd.DataFrame(expected, columns=["story", "rol", "gebied", "themas"])
        )
    nothing = protect_stories(stories, labels, rules, frozenset())
    assert nothing.empty and nothing.columns.tolist() == ["story", "rol", "gebied", "themas"]
