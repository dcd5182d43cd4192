from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.stories.agreement import class_scores, disagreements, krippendorff_alpha

# Four observers, twelve units, five values: the worked example of Krippendorff (2011), nominal alpha 0.743.
EXAMPLE = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)


def long(table: tuple[tuple[int | None, ...], ...]) -> pd.DataFrame:
    rows = [
        {"unit": f"u{unit:02}", "coder": f"c{coder}", "label": "" if value is None else str(value)}
        for coder, row in enumerate(table)
        for unit, value in enumerate(row)
    ]
    return pd.DataFrame(rows)


def test_alpha_of_the_published_example() -> None:
    found = krippendorff_alpha(long(EXAMPLE), 1)
    assert found.value == pytest.approx(0.743, abs=5e-4)
    assert (found.units, found.coders) == (11, 4)
    assert found.low < found.value < found.high <= 1


def test_alpha_of_two_coders_by_hand() -> None:
    """Ten units, one disagreement: Do = 2/20, De = 2*9*11/(20*19) -> alpha = 1 - 0.1 / 0.52105."""
    first, second = ("a",) * 5 + ("b",) * 5, ("a",) * 4 + ("b",) * 6
    codes = pd.concat(
        pd.DataFrame({"unit": range(10), "coder": name, "label": labels})
        for name, labels in (("x", first), ("y", second))
    )
    expected = 1 - (2 / 20) / (2 * 9 * 11 / (20 * 19))
    assert krippendorff_alpha(codes, 1).value == pytest.approx(expected)


def test_alpha_by_chance_is_about_zero_and_reversed_is_below_it() -> None:
    random = np.random.default_rng(4)
    frame = pd.DataFrame({"unit": range(4000), "label": random.choice(["a", "b", "c"], 4000)})
    other = frame.assign(label=random.choice(["a", "b", "c"], 4000))
    found = krippendorff_alpha(pd.concat([frame.assign(coder="x"), other.assign(coder="y")]), 1)
    assert abs(found.value) < 0.04 and found.low < 0 < found.high
    against = frame.assign(label=frame["label"].map({"a": "b", "b": "c", "c": "a"}))
    assert krippendorff_alpha(pd.concat([frame.assign(coder="x"), against.assign(coder="y")]), 1).value < -0.4


def test_alpha_without_two_coders_or_two_labels_is_not_a_number() -> None:
    alone = pd.DataFrame({"unit": ["1", "2"], "coder": ["x", "x"], "label": ["a", "b"]})
    assert np.isnan(krippendorff_alpha(alone, 1).value)
    same = pd.concat([alone.assign(label="a"), alone.assign(label="a", coder="y")])
    assert np.isnan(krippendorff_alpha(same, 1).value)
    assert np.isnan(krippendorff_alpha(alone[:0], 1).value)


def test_sentences_of_one_story_are_drawn_together() -> None:
    """Twenty equal sentences of one story tell as much as one: the interval must be much wider."""
    stories = np.repeat(np.arange(20), 20)
    wrong = np.isin(stories, (3, 7, 8, 15))
    first = pd.DataFrame({"unit": range(400), "story": stories, "coder": "x"})
    first["label"] = np.where(stories % 2 == 0, "a", "b")
    second = first.assign(coder="y", label=first["label"].where(~wrong, "c"))
    codes = pd.concat([first, second])
    loose, whole = krippendorff_alpha(codes, 1), krippendorff_alpha(codes, 1, cluster="story")
    assert whole.value == pytest.approx(loose.value)
    assert whole.high - whole.low > 3 * (loose.high - loose.low)


def test_scores_per_class_by_hand() -> None:
    truth = ["a"] * 6 + ["b"] * 4
    said = ["a"] * 5 + ["b"] + ["b"] * 3 + ["a"]
    found = class_scores(truth, said, ["a", "b"], 1).set_index("label")
    assert found.loc["a", ["precisie", "recall", "f1"]].tolist() == pytest.approx([5 / 6, 5 / 6, 5 / 6])
    assert found.loc["b", ["precisie", "recall", "f1"]].tolist() == pytest.approx([3 / 4, 3 / 4, 3 / 4])
    assert found.loc["macro", "f1"] == pytest.approx((5 / 6 + 3 / 4) / 2)
    assert found["n"].tolist() == [6, 4, 10]
    assert (found["f1_laag"] < found["f1"]).all() and (found["f1"] < found["f1_hoog"]).all()


def test_weights_make_a_stratified_sample_speak_for_all() -> None:
    """Of "a" 5 of 50 were drawn and of "b" 5 of 5: one "b" that is said to be "a" counts for 1 and not 10."""
    truth, said = ["a"] * 5 + ["b"] * 5, ["a"] * 5 + ["a"] + ["b"] * 4
    found = class_scores(truth, said, ["a", "b"], 1, weights=[10] * 5 + [1] * 5).set_index("label")
    assert found.loc["a", "precisie"] == pytest.approx(50 / 51)
    assert found.loc["b", "recall"] == pytest.approx(4 / 5)


def test_a_class_that_never_occurs_has_no_score() -> None:
    found = class_scores(["a", "a"], ["a", "a"], ["a", "b"], 1).set_index("label")
    assert np.isnan(found.loc["b", "f1"]) and found.loc["a", "f1"] == 1


def test_disagreements_name_who_said_what_the_most_divided_first() -> None:
    codes = pd.DataFrame(
        [
            ("1", "x", "a"),
            ("1", "y", "a"),
            ("1", "z", "b"),
            ("2", "x", "a"),
            ("2", "y", "b"),
            ("3", "x", "a"),
        ],
        columns=["unit", "coder", "label"],
    )
    found = disagreements(codes)
    assert found["unit"].tolist() == ["2", "1"]
    assert found["labels"].tolist() == ["a: x; b: y", "a: x, y; b: z"]
