from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from toolkit.cache import Cache
from toolkit.stories.codebook import Theme, read_codebook
from toolkit.stories.embed import Embedder
from toolkit.stories.themes import (
    ThemeSettings,
    apply_thresholds,
    assign_themes,
    shipped_settings,
    theme_evidence,
    theme_fits,
)

ROOT = Path(__file__).parents[2]
BOOK = (
    Theme(
        "wachttijd",
        "Wachttijd",
        "Hoe lang het duurt voordat de hulp begint. Weken en maanden wachten, op de wachtlijst staan.",
        "Wachten op een besluit of een eerste gesprek.",
        examples=("Na elf weken kreeg ik een brief dat ik nog langer moest wachten.",),
    ),
    Theme(
        "schulden",
        "Geld en schulden",
        "Rekeningen niet kunnen betalen, schulden, schuldhulpverlening, de deurwaarder en het budget.",
        "Rondkomen van een uitkering, bewindvoering.",
        examples=("De deurwaarder stond voor de deur omdat ik de huur niet kon betalen.",),
    ),
    Theme(
        "eenzaamheid",
        "Eenzaamheid en ontmoeting",
        "Alleen zijn, niemand spreken, mensen ontmoeten bij de koffie in het buurthuis.",
        "Een maatje of vrijwilliger die langskomt voor gezelschap.",
        examples=("Sinds mijn man dood is zit ik hele dagen alleen thuis.",),
    ),
)
STORIES = [
    ["Ik sta al zeven maanden op de wachtlijst.", "Elke keer moet ik weer weken wachten op een gesprek."],
    [
        "Ik kon de rekeningen niet meer betalen en kreeg steeds meer schulden.",
        "Nu helpt iemand met mijn budget.",
    ],
    [
        "Ik zat altijd alleen thuis en sprak niemand.",
        "In het buurthuis drink ik nu koffie en ontmoet ik mensen.",
    ],
    ["nvt"],
    [],
]


@pytest.fixture(scope="module")
def assigned(use: Embedder) -> list[Any]:
    return assign_themes(STORIES, BOOK, use)


def test_plain_stories_get_the_theme_they_are_about(assigned: list[Any]) -> None:
    assert [one.theme for one in assigned] == ["wachttijd", "schulden", "eenzaamheid", "", ""]


def test_the_main_theme_is_the_first_and_the_best_fit(assigned: list[Any]) -> None:
    for one in assigned[:3]:
        assert one.themes[0] == one.theme == BOOK[int(one.fits.argmax())].id
        assert 1 / 3 < one.score <= 1


def test_a_non_answer_has_no_theme_and_no_score(assigned: list[Any]) -> None:
    for one in assigned[3:]:
        assert (one.theme, one.themes, one.score) == ("", (), 0.0)


def test_the_same_stories_get_the_same_themes_in_any_order_and_company(
    assigned: list[Any], use: Embedder
) -> None:
    for positions in ([2, 0, 4, 1], [1]):
        again = assign_themes([STORIES[i] for i in positions], BOOK, use)
        for position, one in zip(positions, again, strict=True):
            assert (one.theme, one.themes) == (assigned[position].theme, assigned[position].themes)
            np.testing.assert_allclose(one.fits, assigned[position].fits, atol=1e-4)


def test_a_story_about_two_themes_gets_both(use: Embedder) -> None:
    both = [
        [
            "Ik kon de huur en de rekeningen niet betalen en kreeg schulden.",
            "Voor schuldhulp moest ik weken en maanden wachten.",
        ]
    ]
    wide = replace(shipped_settings(use), further=-20.0, gap=40.0)
    (one,) = assign_themes(both, BOOK, use, settings=wide)
    assert set(one.themes[:2]) == {"wachttijd", "schulden"}


def test_thresholds_decide(embedder: Embedder) -> None:
    stories = [["Ik sta op de wachtlijst en moet weken wachten."]]
    (none,) = assign_themes(stories, BOOK, embedder, settings=ThemeSettings(primary=99))
    (every,) = assign_themes(
        stories, BOOK, embedder, settings=ThemeSettings(primary=-99, further=-99, gap=99)
    )
    assert none.themes == ()
    assert sorted(every.themes) == ["eenzaamheid", "schulden", "wachttijd"]
    assert list(every.themes) == [BOOK[k].id for k in np.argsort(-every.fits, kind="stable")]


def test_fits_are_weighted_sums_of_the_evidence(embedder: Embedder) -> None:
    seen = theme_evidence(STORIES, BOOK, embedder)
    assert seen.shape == (5, 3, 4) and np.isfinite(seen).all()
    settings = ThemeSettings(whole=1, sentences=2, letters=3, subjects=4)
    np.testing.assert_allclose(theme_fits(STORIES, BOOK, embedder, settings=settings), seen @ [1, 2, 3, 4])


def test_thresholds_by_hand() -> None:
    settings = ThemeSettings(primary=1.0, further=0.5, gap=1.0)
    assert apply_thresholds(np.array([0.9, 0.8, 0.2]), settings) == []
    assert apply_thresholds(np.array([0.6, 1.5, 0.4]), settings) == [1, 0]
    assert apply_thresholds(np.array([0.6, 1.7, 0.8]), settings) == [1, 2]


def test_a_theme_does_not_change_what_another_fits(use: Embedder) -> None:
    whole, part = theme_fits(STORIES, BOOK, use), theme_fits(STORIES, BOOK[1:], use)
    np.testing.assert_allclose(whole[:, 1:], part, atol=1e-4)


def test_codebooks_of_one_or_two_themes_leave_other_stories_alone(use: Embedder) -> None:
    for book in (BOOK[:2], BOOK[:1]):
        told, untold = assign_themes(
            [["Ik sta al zeven maanden op de wachtlijst."], ["De bal is rond."]], book, use
        )
        assert (told.theme, untold.theme) == ("wachttijd", "")


def test_shared_words_lift_a_theme(embedder: Embedder) -> None:
    only_letters = ThemeSettings(whole=0, sentences=0, letters=1, subjects=0)
    fits = theme_fits([["Toen kwam de deurwaarder."]], BOOK, embedder, settings=only_letters)
    assert BOOK[int(fits[0].argmax())].id == "schulden"


def test_themes_in_other_words_are_known_by_their_subject(use: Embedder) -> None:
    """No word is shared: what the model of the domain knows must tell."""
    book = (
        Theme("a", "Financiële zorgen", "Te weinig inkomen en betalingsachterstanden."),
        Theme("b", "Zorg voor naasten", "Voor een ziek familielid zorgen en dat volhouden."),
        Theme("c", "Jeugd", "Kinderen, opvoeden en leren."),
    )
    stories = [
        ["De deurwaarder stond op de stoep en er was niets meer voor boodschappen."],
        ["Ik til mijn man elke ochtend uit bed en slaap zelf bijna niet."],
        ["Onze dochter durft de klas niet meer in en de juf belt elke dag."],
    ]
    seen = theme_evidence(stories, book, use)[..., 3]
    assert seen.argmax(axis=1).tolist() == [0, 1, 2] and (seen.max(axis=1) > 0.5).all()


ODD = {
    "empty": [],
    "one word": ["Wachtlijst."],
    "ten thousand words": ["Ik sta al maanden op de wachtlijst en moet weer weken wachten op een gesprek."]
    * 700,
    "emoji": ["\N{PARTY POPPER}\N{PARTY POPPER} \N{THUMBS UP SIGN}"],
    "English": ["I have been on the waiting list for seven months and nobody calls me back."],
    "HTML": ["<p>Ik sta al <b>zeven maanden</b> op de wachtlijst.</p><script>alert(1)</script>"],
    "list": ["- 7 maanden op de wachtlijst", "- 3 keer gebeld", "- nog steeds wachten"],
}


@pytest.mark.parametrize("kind", ODD)
def test_odd_stories_get_a_sensible_theme(use: Embedder, kind: str) -> None:
    (one,) = assign_themes([ODD[kind]], BOOK, use)
    assert one.theme == ("" if kind in ("empty", "emoji") else "wachttijd")


def test_twenty_thousand_equal_stories_are_read_once(
    tmp_path: Path, embedder: Embedder, recorder: Any
) -> None:
    begin = time.perf_counter()
    found = assign_themes(
        [["Ik sta op de wachtlijst."]] * 20_000, BOOK, embedder, Cache(tmp_path / "c.sqlite")
    )
    assert time.perf_counter() - begin < 30
    assert len({(one.theme, one.themes) for one in found}) == 1
    assert sum(map(len, recorder.calls)) < 50


def test_the_shipped_codebook_is_written_as_a_codebook_should_be() -> None:
    book = read_codebook(ROOT / "toolkit" / "templates" / "verhalen" / "themas.toml")
    assert len(book) >= 12
    assert all(theme.include and theme.exclude and len(theme.examples) == 5 for theme in book)


def test_no_stories_no_work(embedder: Embedder, recorder: Any) -> None:
    assert assign_themes([], BOOK, embedder) == []
    assert recorder.calls == []


def test_everything_is_encoded_once_with_a_cache(tmp_path: Path, embedder: Embedder, recorder: Any) -> None:
    cache = Cache(tmp_path / "cache.sqlite")
    first = assign_themes(STORIES, BOOK, embedder, cache)
    number = len(recorder.calls)
    second = assign_themes(STORIES, BOOK, embedder, cache)
    assert len(recorder.calls) == number
    assert [one.themes for one in first] == [one.themes for one in second]


def test_only_shipped_embeddings_have_settings_of_their_own(use: Embedder, embedder: Embedder) -> None:
    assert shipped_settings(embedder) == ThemeSettings()
    assert shipped_settings(use) != ThemeSettings()
