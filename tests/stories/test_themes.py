from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import toolkit.stories.themes as themes_module
from toolkit.cache import Cache
from toolkit.stories.codebook import Theme
from toolkit.stories.embed import Embedder
from toolkit.stories.themes import ThemeSettings, assign_themes, background, theme_fits

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
    (one,) = assign_themes(both, BOOK, use, settings=ThemeSettings(primary=0.5, further=0.0, gap=3.0))
    assert set(one.themes) == {"wachttijd", "schulden"}


def test_thresholds_decide(embedder: Embedder) -> None:
    stories = [["Ik sta op de wachtlijst en moet weken wachten."]]
    (none,) = assign_themes(stories, BOOK, embedder, settings=ThemeSettings(primary=99))
    (every,) = assign_themes(
        stories, BOOK, embedder, settings=ThemeSettings(primary=-99, further=-99, gap=99)
    )
    assert none.themes == ()
    assert sorted(every.themes) == ["eenzaamheid", "schulden", "wachttijd"]
    assert list(every.themes) == [BOOK[k].id for k in np.argsort(-every.fits, kind="stable")]


def test_fits_are_sums_of_standard_scores_over_the_themes(
    embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(themes_module, "ENOUGH", 0)  # these three against each other alone
    fits = theme_fits(STORIES, BOOK, embedder)
    assert fits.shape == (5, 3)
    np.testing.assert_allclose(fits.sum(axis=1), 0, atol=1e-5)
    # Three scores with mean 0 and spread 1 are never above the square root of 2.
    assert np.abs(fits).max() <= np.sqrt(2) * (1 + 0.5 + 0.4) + 1e-6


def test_a_small_codebook_is_compared_with_the_shipped_themes_besides(use: Embedder) -> None:
    for book in (BOOK[:2], BOOK[:1]):
        told, untold = assign_themes(
            [["Ik sta al zeven maanden op de wachtlijst."], ["De bal is rond."]], book, use
        )
        assert (told.theme, untold.theme) == ("wachttijd", "")


def test_shared_rare_words_lift_a_theme(embedder: Embedder) -> None:
    only_words = ThemeSettings(sentences=0, words=1000)
    fits = theme_fits([["Toen kwam de deurwaarder."]], BOOK, embedder, settings=only_words)
    assert BOOK[int(fits[0].argmax())].id == "schulden"


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


def test_the_shipped_background_is_used_for_the_shipped_models_only() -> None:
    said = np.eye(4, dtype=np.float32)
    other = background(Embedder("proef", "1", lambda texts: said), said)
    np.testing.assert_allclose(other, [0.25] * 4)
    for name, size in (("use", 512), ("e5", 384)):
        shipped = background(Embedder(name, "1", lambda texts: said), np.ones((2, size), dtype=np.float32))
        assert shipped.shape == (size,) and 0 < np.linalg.norm(shipped) < 1
