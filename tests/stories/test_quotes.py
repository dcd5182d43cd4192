from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.stories.language import split_sentences
from toolkit.stories.quotes import candidates

LONG = "Dit is een zin van precies zeven"


@dataclass
class Material:
    """Stories with one sentence each unless told otherwise, and vectors on a circle by angle."""

    stories: list[dict[str, object]] = field(default_factory=list)
    sentences: list[dict[str, object]] = field(default_factory=list)
    labels: list[dict[str, object]] = field(default_factory=list)
    angles: list[float] = field(default_factory=list)

    def tell(
        self, story: str, theme: str, sentiment: str, angle: float, text: str = LONG,
        consent: object = True, role: str = "inwoner", score: float = 2.0,
    ) -> None:  # fmt: skip
        if story not in {row["story"] for row in self.stories}:
            self.stories.append({"story": story, "role": role, "quote_consent": consent})
            if theme:
                self._label(story, -1, "theme", theme, score)
        number = sum(row["story"] == story for row in self.sentences)
        self.sentences.append({"story": story, "sentence": number, "text": text})
        self._label(story, number, "sentiment", sentiment, 0.5)
        self.angles.append(angle)

    def _label(self, story: str, sentence: int, kind: str, label: str, score: float) -> None:
        self.labels.append(
            {"story": story, "sentence": sentence, "kind": kind, "label": label, "score": score, "model": "m"}
        )

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, np.ndarray]:
        turns = np.radians(self.angles)
        vectors = np.column_stack([np.cos(turns), np.sin(turns)]).astype(np.float32)
        labels = pd.DataFrame(self.labels, columns=["story", "sentence", "kind", "label", "score", "model"])
        return pd.DataFrame(self.stories), pd.DataFrame(self.sentences), labels, vectors

    def quotes(self, per_kind: int = 6) -> pd.DataFrame:
        return candidates(*self.tables(), per_kind)


@pytest.fixture
def material() -> Material:
    """Theme a (five stories, mostly negative, angles near 0) against theme b far away."""
    made = Material()
    for number, angle in enumerate((0.0, 10.0, 20.0, 30.0), start=1):
        made.tell(f"a{number}", "a", "negatief", angle)
    made.tell("a5", "a", "positief", 12.0)
    for number in range(1, 6):
        made.tell(f"b{number}", "b", "positief", 180.0 + number)
    return made


def names(quotes: pd.DataFrame, theme: str, kind: str) -> list[str]:
    return quotes.loc[(quotes["theme"] == theme) & (quotes["kind"] == kind), "story"].tolist()


def test_kinds_and_order_of_nearness(material: Material) -> None:
    found = material.quotes()
    usual = names(found, "a", "representatief")
    assert sorted(usual) == ["a1", "a2", "a3", "a4"] and set(usual[:2]) == {"a2", "a3"}
    assert names(found, "a", "contrasterend") == ["a5"]
    assert names(found, "b", "contrasterend") == []
    assert found.loc[found["kind"] == "representatief", "sentiment"].isin(["negatief", "positief"]).all()
    for _, rows in found.groupby(["theme", "kind"]):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))


@pytest.mark.parametrize("consent", [False, None, float("nan"), "nee", "False", 0])
def test_without_a_clear_yes_nothing_is_quoted(material: Material, consent: object) -> None:
    for row in material.stories:
        if row["story"] in ("a2", "a5"):
            row["quote_consent"] = consent
    found = material.quotes()
    assert not {"a2", "a5"} & set(found["story"])
    assert "a3" in set(found["story"])


def test_only_sentences_of_six_to_forty_five_words(material: Material) -> None:
    words = {"vijf": 5, "zes": 6, "veel": 45, "meer": 46}
    for name, number in words.items():
        material.tell(name, "a", "negatief", 15.0, " ".join(["woord"] * number))
    assert set(words) & set(material.quotes(99)["story"]) == {"zes", "veel"}


def test_neutral_sentences_and_bare_numbers_are_no_quotes(material: Material) -> None:
    material.tell("neutraal", "a", "neutraal", 15.0)
    material.tell("cijfers", "a", "negatief", 15.0, "1234 5678 9012 3456 en 7890 of 12345")
    assert not {"neutraal", "cijfers"} & set(material.quotes(99)["story"])


def test_a_theme_that_few_tell_is_rare(material: Material) -> None:
    for number in range(30):
        material.tell(f"c{number:02}", "c", "positief", 90.0 + number)
    material.tell("z1", "zelden", "negatief", 300.0)
    found = material.quotes()
    assert names(found, "zelden", "zeldzaam") == ["z1"]
    assert set(found.loc[found["kind"] == "zeldzaam", "theme"]) == {
        "zelden"
    }  # 1 of 41 is under 5%, 5 of 41 is not


def test_one_sentence_per_story_and_at_most_so_many(material: Material) -> None:
    material.tell("a1", "a", "negatief", 14.0, LONG + " woorden")
    found = material.quotes(per_kind=2)
    assert not found.duplicated(["story", "theme", "kind"]).any()
    assert found.groupby(["theme", "kind"]).size().max() <= 2


def test_a_story_counts_for_its_main_theme_only(material: Material) -> None:
    material._label("a1", -1, "theme", "b", 9.0)
    found = material.quotes()
    assert set(found.loc[found["story"] == "a1", "theme"]) == {"b"}


def test_roles_are_compared_apart(material: Material) -> None:
    for number, angle in enumerate((40.0, 45.0, 50.0), start=1):
        material.tell(f"p{number}", "a", "positief", angle, role="professional")
    found = material.quotes()
    assert set(names(found, "a", "contrasterend")) == {"a5"}
    assert {"p1", "p2", "p3"} <= set(names(found, "a", "representatief"))


def test_quotes_are_literal_and_the_inputs_stay_as_they_are(material: Material) -> None:
    material.tell("fout", "a", "negatief", 15.0, "=HYPERLINK dit  is een **zin** met <b>rare tekens</b>")
    tables = material.tables()
    before = [table.copy() for table in tables]
    found = candidates(*tables)
    texts = {(row["story"], row["sentence"]): row["text"] for row in material.sentences}
    assert all(texts[row.story, row.sentence] == row.text for row in found.itertuples())
    for table, copy in zip(tables[:3], before[:3], strict=True):
        pd.testing.assert_frame_equal(table, copy)


def test_the_same_quotes_in_any_order_of_stories(material: Material) -> None:
    stories, sentences, labels, vectors = material.tables()
    first = candidates(stories, sentences, labels, vectors)
    turn = np.arange(len(sentences))[::-1]
    second = candidates(stories[::-1], sentences.iloc[turn], labels[::-1], vectors[turn])
    key = ["theme", "kind", "rank"]
    pd.testing.assert_frame_equal(
        first.sort_values(key, ignore_index=True),
        second.sort_values(key, ignore_index=True),
        check_dtype=False,
    )


def test_without_labels_or_sentences_there_are_no_quotes(material: Material) -> None:
    stories, sentences, labels, vectors = material.tables()
    for part in (labels[:0], labels[labels["kind"] == "theme"], labels[labels["kind"] == "sentiment"]):
        found = candidates(stories, sentences, part, vectors)
        assert found.empty and list(found.columns)[:2] == ["story", "theme"]
    assert candidates(stories, sentences[:0], labels, vectors[:0]).empty


def test_a_sentence_that_its_teller_contradicts_is_no_quote(material: Material) -> None:
    stories, sentences, labels, vectors = material.tables()
    felt = stories.assign(feeling=np.nan)
    felt.loc[felt["story"] == "a2", "feeling"] = 1.0  # a negative sentence of somebody who is glad
    felt.loc[felt["story"] == "a3", "feeling"] = -0.5
    found = candidates(felt, sentences, labels, vectors)
    assert "a2" not in set(found["story"]) and "a3" in set(found["story"])


PIECES = (
    "dhr. Smit kwam langs", "o.a. een bed", "Dat hielp mij echt heel goed", "👍", "\r\n", "- ", "1. ", "e\u0301e\u0301n keer", "?!",
    "[persoon-1] belde mij", "<b>vet</b>", ". ", "! ", "\"Zo gaat dat hier nu eenmaal altijd\", zei ze", " ",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), st.integers(0, 5))
def test_every_quote_is_a_literal_part_of_its_story(text: str, seed: int) -> None:
    spans = split_sentences(text)
    sentences = pd.DataFrame(
        [{"story": "v", "sentence": n, "text": text[one.start : one.end]} for n, one in enumerate(spans)],
        columns=["story", "sentence", "text"],
    )
    labels = [{"story": "v", "sentence": -1, "kind": "theme", "label": "t", "score": 1.0, "model": "m"}]
    labels += [
        {"story": "v", "sentence": n, "kind": "sentiment", "label": "positief", "score": 1.0, "model": "m"}
        for n in range(len(spans))
    ]
    stories = pd.DataFrame([{"story": "v", "role": "inwoner", "quote_consent": True}])
    vectors = np.random.default_rng(seed).normal(size=(len(spans), 3)).astype(np.float32)
    found = candidates(stories, sentences, pd.DataFrame(labels), vectors)
    assert all(quote in text for quote in found["text"])
