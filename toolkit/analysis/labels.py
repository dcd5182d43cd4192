"""The Labels table of a corpus: what the models said, a row a label, built column by column."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from toolkit.analysis.cleaning import Clean
from toolkit.analysis.readings import Readings
from toolkit.stories.aspects import best_themes
from toolkit.stories.codebook import Theme
from toolkit.stories.language import is_non_answer
from toolkit.stories.themes import Assignment
from toolkit.stories.topics import Topics


class _Texts:
    """A column of texts in which few differ: each is held once, and of a row only which one it is."""

    def __init__(self) -> None:
        self.numbers = array("i")
        self.known: dict[str, int] = {}

    def append(self, text: str) -> None:
        self.numbers.append(self.known.setdefault(text, len(self.known)))

    def column(self) -> pd.Series[str]:
        return pd.Series(list(self.known), dtype=str).take(self.numbers).reset_index(drop=True)


class Labels:
    """Labels of stories with these ids, in the order in which they are added.

    A hundred thousand stories have millions of labels, so no row is an object of its own.
    """

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = ids
        self.story, self.kind, self.label, self.model = _Texts(), _Texts(), _Texts(), _Texts()
        self.sentence, self.score = array("q"), array("d")

    def _add(self, story: str, sentence: int, kind: str, label: str, score: float, model: str) -> None:
        self.story.append(story)
        self.sentence.append(sentence)
        self.kind.append(kind)
        self.label.append(label)
        self.score.append(score)
        self.model.append(model)

    def add_themes(self, found: Iterable[Assignment], codebook: Sequence[Theme], model: str) -> None:
        """The themes of every story with their fits."""
        place = {theme.id: number for number, theme in enumerate(codebook)}
        for name, one in zip(self.ids, found, strict=True):
            # The main theme has the highest score, also when people put another first than the codebook.
            scores = sorted((one.fits[place[theme]] for theme in one.themes), reverse=True)
            for theme, score in zip(one.themes, scores, strict=True):
                self._add(name, -1, "theme", theme, score, model)

    def add_tone(self, found: Readings, asked: Sequence[bool], model: str) -> None:
        """The tone of the stories that are `asked`, and of their sentences."""
        for place, (name, here) in enumerate(zip(self.ids, asked, strict=True)):
            if here:
                story, each = found.tones(place)
                self._add(name, -1, "sentiment", story.label, story.polarity, model)
                for number, one in enumerate(each):
                    self._add(name, number, "sentiment", one.label, one.polarity, model)

    def add_aspects(
        self,
        found: Readings,
        clean: Sequence[Clean],
        asked: Sequence[bool],
        themes: Sequence[Assignment],
        codebook: Sequence[Theme],
        model: str,
    ) -> None:
        """Of the sentences of stories that are `asked`: the theme of its story that it is about, with its polarity."""
        ids = [theme.id for theme in codebook]
        for place, (name, here, of_story) in enumerate(zip(self.ids, asked, themes, strict=True)):
            if not here or not of_story.themes:
                continue
            fits = found.fits.get(place)[1:]
            _, each = found.tones(place)
            about = best_themes(fits, of_story.themes, ids)
            for number, (text, theme, one) in enumerate(
                zip(clean[place].sentences, about, each, strict=True)
            ):
                if theme and not is_non_answer(text):
                    self._add(name, number, "aspect", theme, one.polarity, model)

    def add_topics(self, topics: Topics) -> None:
        """The topic of every story."""
        documents = topics.documents
        for name, topic, chance in zip(
            documents["id"], documents["onderwerp"], documents["kans"], strict=True
        ):
            self._add(name, -1, "topic", str(topic), chance, topics.model)

    def table(self) -> pd.DataFrame:
        """The Labels table."""
        return pd.DataFrame(
            {
                "story": self.story.column(),
                "sentence": np.array(self.sentence),
                "kind": self.kind.column(),
                "label": self.label.column(),
                "score": np.array(self.score),
                "model": self.model.column(),
            }
        )
