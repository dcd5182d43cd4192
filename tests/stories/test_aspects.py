from __future__ import annotations

import pandas as pd
import pytest

from toolkit.stories.aspects import aspect_polarity, sentence_themes
from toolkit.stories.codebook import Theme
from toolkit.stories.embed import Embedder

BOOK = (
    Theme("wachten", "Wachten", "Lang wachten, wachtlijst, wachttijd, niet teruggebeld, het duurde maanden."),
    Theme("geld", "Geld", "Schulden, rekeningen, inkomen, uitkering, geld tekort, bewindvoerder."),
    Theme("buurt", "Buurt", "De straat, buren, overlast, veiligheid in de wijk, verlichting, zwerfafval."),
)
STORY = ["Ik stond maanden op de wachtlijst.", "Mijn schulden en rekeningen zijn nu geregeld.", "nvt"]


def test_each_sentence_gets_the_theme_it_is_about(use: Embedder) -> None:
    assert sentence_themes([STORY], [("wachten", "geld")], BOOK, use) == [["wachten", "geld", ""]]


def test_a_sentence_only_gets_a_theme_of_its_story(use: Embedder) -> None:
    assert sentence_themes([STORY, STORY, []], [("geld",), (), ()], BOOK, use) == [
        ["", "geld", ""],
        [""] * 3,
        [],
    ]


def test_polarity_of_a_theme_is_the_mean_of_its_sentences() -> None:
    rows = [
        ("a", 0, "aspect", "geld", 0.5), ("a", 1, "aspect", "geld", -0.1), ("a", 2, "aspect", "wonen", -0.8),
        ("b", 0, "aspect", "geld", 1.0), ("a", -1, "theme", "geld", 2.0), ("a", 0, "sentiment", "positief", 0.5),
    ]  # fmt: skip
    labels = pd.DataFrame(rows, columns=["story", "sentence", "kind", "label", "score"])
    found = aspect_polarity(labels).set_index(["story", "theme"])["polarity"]
    assert found.to_dict() == pytest.approx({("a", "geld"): 0.2, ("a", "wonen"): -0.8, ("b", "geld"): 1.0})
    assert list(aspect_polarity(labels[:0]).columns) == ["story", "theme", "polarity"]
