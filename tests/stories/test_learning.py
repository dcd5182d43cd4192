from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stories.agreement import krippendorff_alpha
from toolkit.stories.learning import (
    agreement,
    chosen_themes,
    know,
    learn,
    learned,
    propose,
    theme_codes,
)
from toolkit.stories.themes import Assignment

THEMES = ("wachten", "geld", "zorg")


def corpus(
    stories: int, noise: float, seed: int = 3
) -> tuple[np.ndarray, list[Assignment], list[tuple[str, ...]]]:
    """Vectors that hold the true theme clearly, and a codebook that is wrong in a share of the stories."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 3, stories)
    vectors = np.eye(12)[truth * 4] + random.normal(0, 0.25, (stories, 12))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    said = np.where(random.random(stories) < noise, random.integers(0, 3, stories), truth)
    fits = np.eye(3)[said] * 2 + random.normal(0, 0.3, (stories, 3))
    found = [Assignment(THEMES[one], (THEMES[one],), 0.8, row) for one, row in zip(said, fits, strict=True)]
    return vectors.astype(np.float32), found, [(THEMES[one],) for one in truth]


def test_without_answers_the_codebook_speaks() -> None:
    vectors, found, _ = corpus(120, 0.0)
    known = know(vectors, found)
    names = chosen_themes(learn(known, THEMES, {}), found, THEMES)
    assert np.mean([one[:1] == two.themes for one, two in zip(names, found, strict=True)]) > 0.97


def test_answers_teach_what_the_codebook_has_wrong() -> None:
    vectors, found, truth = corpus(300, 0.6)
    answers = {row: truth[row] for row in range(60)}
    measured = agreement(know(vectors, found), found, THEMES, answers, 1)
    assert measured.stories == 60 and measured.helps
    assert measured.after[0] > measured.before[0] + 0.15 and measured.gain[1] > 0
    assert measured.f1_after > measured.f1_before
    # The claim on judged stories holds for the stories that nobody judged.
    chances = learn(know(vectors, found), THEMES, answers)
    names = chosen_themes(chances, found, THEMES)
    unseen = np.mean([bool(names[row]) and names[row][0] == truth[row][0] for row in range(60, 300)])
    assert abs(unseen - measured.after[0]) < 0.12


def test_agreement_is_not_measured_on_what_was_learned() -> None:
    """Answers without any system cannot be learned: by cross-validation that shows, by looking back it would not."""
    vectors, found, _ = corpus(150, 0.6)
    random = np.random.default_rng(9)
    answers = {row: (THEMES[random.integers(0, 3)],) for row in range(90)}
    measured = agreement(know(vectors, found), found, THEMES, answers, 1)
    assert measured.after[0] < 0.5


def test_few_answers_do_little_harm() -> None:
    vectors, found, truth = corpus(200, 0.0)
    for many in (1, 2, 3):
        chances = learn(know(vectors, found), THEMES, {row: truth[row] for row in range(many)})
        names = chosen_themes(chances, found, THEMES)
        assert np.mean([one[:1] == two for one, two in zip(names, truth, strict=True)]) > 0.95
    measured = agreement(know(vectors, found), found, THEMES, {0: truth[0]}, 1)
    assert measured.stories == 1 and not measured.helps


def test_what_people_said_of_a_story_is_so() -> None:
    vectors, found, _ = corpus(50, 0.3)
    answers: dict[int, tuple[str, ...]] = {0: ("zorg", "geld"), 1: ()}
    after = learned(found, learn(know(vectors, found), THEMES, answers), THEMES, answers)
    assert (after[0].theme, after[0].themes, after[0].score) == ("zorg", ("zorg", "geld"), 1.0)
    assert (after[1].theme, after[1].themes) == ("", ())


def test_proposals_are_doubtful_and_differ() -> None:
    """Two doubtful groups and one certain one: the first two proposals are one of each doubtful group."""
    unit = np.eye(3)
    vectors = np.vstack(
        [np.repeat(unit[[0]], 10, 0), np.repeat(unit[[1]], 10, 0), np.repeat(unit[[2]], 10, 0)]
    )
    chances = np.vstack(
        [
            np.tile([0.5, 0.5, 0.0], (10, 1)),
            np.tile([0.5, 0.5, 0.0], (10, 1)),
            np.tile([0.99, 0.01, 0], (10, 1)),
        ]
    )
    order = propose(chances, vectors, 2)
    assert {place // 10 for place in order} == {0, 1}
    assert propose(chances, vectors, 2) == order  # the same twice
    assert propose(chances, vectors, 1, skip=[0])[0] // 10 == 1  # like what was judged teaches little
    assert set(propose(chances, vectors, 50, skip=[0], allowed=range(5))) == {1, 2, 3, 4}


def test_a_tiny_corpus_and_one_of_equal_stories() -> None:
    vectors, found, truth = corpus(2, 0.0)
    assert learn(know(vectors, found), THEMES, {0: truth[0]}).shape == (2, 4)
    same = np.tile(vectors[:1], (30, 1))
    chances = learn(know(same, found[:1] * 30), THEMES, {0: ("geld",)})
    assert np.isfinite(chances).all() and chances.sum(axis=1) == pytest.approx(np.ones(30))
    assert sorted(propose(chances, same, 30, skip=[0])) == list(range(1, 30))


def test_the_codebook_may_say_no_theme_and_people_too() -> None:
    vectors, found, truth = corpus(60, 0.0)
    weak = [Assignment("", (), 0.0, one.fits * 0.1) if place < 12 else one for place, one in enumerate(found)]
    names = chosen_themes(learn(know(vectors, weak), THEMES, {}), weak, THEMES)
    assert [place for place, one in enumerate(names) if not one] == list(range(12))
    answers: dict[int, tuple[str, ...]] = {place: truth[place] for place in range(12)}
    after = chosen_themes(learn(know(vectors, weak), THEMES, answers), weak, THEMES)
    assert sum(bool(one) for one in after) > 55  # people say there is a theme after all


def test_the_model_is_one_of_the_coders() -> None:
    answers = pd.DataFrame(
        [
            {"verhaal": str(n), "codeur": who, "label": "geld" if n % 2 else "zorg;geld"}
            for n in range(10)
            for who in "ab"
        ]
    )
    codes = theme_codes(answers, {str(n): ("geld",) if n % 2 else ("zorg",) for n in range(9)})
    assert sorted(set(codes["coder"])) == ["a", "b", "computer"]
    assert krippendorff_alpha(codes, 1).value == pytest.approx(1)
