from __future__ import annotations

import numpy as np
import pytest

from toolkit.stories.domain import (
    BENEFIT,
    FLOOR,
    Letters,
    Linear,
    Space,
    Told,
    count_letters,
    evidence,
    load_letters,
    load_space,
    subject_axes,
    sums_per_story,
    weigh_letters,
)


def test_letter_groups_are_counted_within_words_and_by_their_log() -> None:
    once, twice, other = (count_letters([text]) for text in ("geld", "Geld geld", "eldg"))
    assert once.nnz == twice.nnz == 9  # of " geld ": 4 groups of three, 3 of four, 2 of five
    np.testing.assert_allclose(once.data, 1.0)
    np.testing.assert_allclose(twice.data, 1 + np.log(2))
    assert (once.multiply(other > 0)).nnz < once.nnz


def test_weighed_letters_have_length_one_and_empty_texts_none() -> None:
    weighed = weigh_letters(count_letters(["de brief", ""]), np.ones(2**15))
    np.testing.assert_allclose(np.sqrt(weighed.multiply(weighed).sum(axis=1)).ravel(), [[1.0, 0.0]])


def test_sums_per_story_keep_stories_without_sentences() -> None:
    vectors = np.array([[1.0, 0], [2, 0], [0, 5]])
    np.testing.assert_allclose(sums_per_story(vectors, [2, 0, 1]), [[3, 0], [0, 0], [0, 5]])


def two_subjects() -> tuple[Letters, Space]:
    """A model of two subjects on a plane: subject 0 lies to the right, subject 1 upwards."""
    weights = 10 * np.eye(2)
    from scipy.sparse import csr_matrix

    nothing = np.zeros((0, 2))
    letters = Letters(np.ones(2), Linear(np.zeros((2, 2)), np.zeros(2)), csr_matrix((0, 2)))
    return letters, Space(
        np.zeros(2), np.zeros(2), Linear(np.vstack([weights, weights]), np.zeros(2)), nothing, nothing
    )


def seen(rows: list[list[float]]) -> Told:
    from scipy.sparse import csr_matrix

    array = np.array(rows, dtype=float)
    return Told(csr_matrix(array), array, array)


def test_subjects_agree_by_hand() -> None:
    letters, space = two_subjects()
    stories, themes = seen([[1, 0], [0, 1]]), seen([[1, 0], [0, 1]])
    found = evidence(stories, themes, np.array([0, 1]), themes.letters, letters, space)[..., 3]
    # Both know their subject for certain: twice as likely as by chance, or the floor.
    np.testing.assert_allclose(np.diag(found), np.log(FLOOR + (1 - FLOOR) * 2), atol=1e-3)
    np.testing.assert_allclose(found[0, 1], np.log(FLOOR), atol=1e-2)


def test_a_theme_that_the_model_does_not_know_gets_the_benefit_of_the_doubt() -> None:
    letters, space = two_subjects()
    themes = seen([[1, 0], [0.5, 0.5]])
    found = evidence(seen([[1, 0], [0, 1]]), themes, np.array([0, 1]), themes.letters, letters, space)[..., 3]
    np.testing.assert_allclose(found[:, 1], BENEFIT)


def test_cosines_count_above_those_of_ordinary_stories() -> None:
    letters, space = two_subjects()
    ordinary = np.array([[1.0, 0.0], [0.6, 0.8]])
    space = Space(space.centre_whole, space.centre_sentence, space.model, ordinary, ordinary)
    themes = seen([[1, 0]])
    found = evidence(seen([[1, 0], [0, 1]]), themes, np.array([0]), themes.letters, letters, space)
    # Cosines of ordinary stories: 1 and 0.6, so mean 0.8 and spread 0.2.
    np.testing.assert_allclose(found[:, 0, 0], [1.0, -4.0], atol=1e-3)


@pytest.mark.parametrize(("name", "size"), [("e5", 384), ("use", 512)])
def test_the_shipped_models_fit_together(name: str, size: int) -> None:
    space, card = load_space(name) or pytest.fail("not shipped")
    assert space.model is not None and space.model.weights.shape == (2 * size, 16)
    assert space.whole.shape == space.mean.shape == (load_letters().reference.shape[0], size)
    assert 0.5 < card["hoofdthema_macro_f1"] < 1 and card["gemeten_op"]["verhalen"] > 150
    axes = subject_axes(name)
    assert axes is not None and axes.shape == (16, size)
    assert load_space("proef") is None and subject_axes("proef") is None
