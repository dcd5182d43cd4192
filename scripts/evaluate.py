"""Score the text models on stories that nothing was trained or tuned on, and write the scores that reports state.

The stories are those of `tests/data/voorbeeld_goud.jsonl` whose origin starts with b, d or p (194 of 324): the others
were used while rules were written. Sentences: the held-out fifth of corpora/ontwikkelset (scores that training stored
in the weights) and the sentences per phenomenon of `tests/data/sentiment_verschijnselen.toml`. Writes
toolkit/stories/models/scores.json; `scripts/modelcard.py` makes the page from it. Run: python scripts/evaluate.py, or
python scripts/evaluate.py --anonimiseren for de-identification alone (seconds; the other scores stay as they are).
"""

from __future__ import annotations

import json
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import f1_score

from tests.evaluation.score_deidentify import GROUPS, read_marked, score
from toolkit.cache import Cache
from toolkit.files import whole_file
from toolkit.stories.codebook import read_codebook
from toolkit.stories.deidentify import deidentify
from toolkit.stories.embed import Embedder, load_embedder
from toolkit.stories.language import split_sentences
from toolkit.stories.sentiment import SENTENCE_LABELS, STORY_LABELS, sentence_sentiment, story_sentiment
from toolkit.stories.sentiment_model import load_model
from toolkit.stories.themes import assign_themes

ROOT = Path(__file__).resolve().parents[1]
HELD_OUT = ("b", "d", "p")
SCORES = ROOT / "toolkit" / "stories" / "models" / "scores.json"


def gold() -> list[dict[str, Any]]:
    """The held-out stories with what their writers said of them."""
    lines = (ROOT / "tests" / "data" / "voorbeeld_goud.jsonl").read_text(encoding="utf-8").splitlines()
    return [story for story in map(json.loads, lines) if story["bron"].startswith(HELD_OUT)]


def deidentification() -> dict[str, float]:
    """Shares of mentions removed per group, and of spans that should not have been marked."""
    folder = ROOT / "tests" / "voorbeeld" / "geschreven"
    marked = [text for name in HELD_OUT for text in read_marked(folder / f"verhalen-{name}.jsonl")]
    found = score(marked)
    recall = {group: found.recall(kinds) for group, kinds in GROUPS.items()}
    return {**recall, "ten_onrechte": found.wrong_share, "gegevens": sum(found.gold.values())}


def theme_scores(truth: list[str], said: list[str], labels: list[str]) -> dict[str, Any]:
    """Macro-F1 of the main theme with a bootstrap interval (1,000 draws of stories), F1 per theme, and "geen thema".

    A story with a theme that got none counts as wrong; stories without a theme count for "geen thema" alone.
    """

    def macro(rows: Any) -> float:
        return float(f1_score(want[rows], got[rows], average="macro", labels=labels, zero_division=0))

    themed = [(a, b) for a, b in zip(truth, said, strict=True) if a]
    want, got = (np.array(part) for part in zip(*themed, strict=True))
    draws = np.random.default_rng(1).integers(0, len(want), (1000, len(want)))
    low, high = np.quantile([macro(rows) for rows in draws], (0.025, 0.975))
    each = f1_score(want, got, average=None, labels=labels, zero_division=0)
    none = [(not a, not b) for a, b in zip(truth, said, strict=True)]
    right, gave, were = (
        sum(map(bool, part))
        for part in ([a and b for a, b in none], [b for _, b in none], [a for a, _ in none])
    )
    return {
        "thema_macro_f1": macro(np.arange(len(want))),
        "thema_interval": [round(float(low), 4), round(float(high), 4)],
        "thema_n": len(want),
        "thema_f1": {
            name: [round(float(value), 2), int((want == name).sum())]
            for name, value in zip(labels, each, strict=True)
        },
        "geen_thema": {"terecht": right, "gegeven": gave, "echt": were},
    }


def write(scores: dict[str, Any]) -> None:
    """Print the scores and write them."""
    text = json.dumps(scores, indent=1, ensure_ascii=False, default=lambda value: round(float(value), 4))
    print(text)
    with whole_file(SCORES) as path:
        path.write_text(text + "\n", encoding="utf-8")


def sentiment(
    stories: list[dict[str, Any]], parts: list[list[str]], embedder: Embedder, cache: Cache
) -> dict[str, Any]:
    """Scores of the shipped sentiment model: held-out stories, held-out sentences, and per phenomenon.

    Positive against negative: of what the writer called positive or negative, the share for which the model leans to
    the right one of the two (polarity above or below 0); a story without any leaning counts as wrong.
    """
    judged = [story for story, _ in story_sentiment(parts, embedder, cache)]
    truth = [story["sentiment"] for story in stories]
    labels = [story.label for story in judged]
    poles = {"positief": 1, "negatief": -1}
    leaning = [
        one.polarity * poles[want] > 0 for want, one in zip(truth, judged, strict=True) if want in poles
    ]
    phenomena = tomllib.loads((ROOT / "tests" / "data" / "sentiment_verschijnselen.toml").read_text("utf-8"))
    found = {}
    for name, one in phenomena.items():
        rows = sentence_sentiment([[text] for text, _ in one["zinnen"]], embedder, cache)
        said = [SENTENCE_LABELS[int(row[0].argmax())] for row in rows]
        right = [got == want for got, (_, want) in zip(said, one["zinnen"], strict=True)]
        found[name] = {"naam": one["naam"], "goed": sum(right), "zinnen": len(right)}
    card = load_model(embedder.name).scores
    per_class = f1_score(truth, labels, average=None, labels=list(STORY_LABELS))
    return {
        "sentiment_macro_f1": f1_score(truth, labels, average="macro", labels=list(STORY_LABELS)),
        "sentiment_f1": dict(zip(STORY_LABELS, per_class, strict=True)),
        "sentiment_positief_tegen_negatief": sum(leaning) / len(leaning),
        "zinnen": {
            "aantal": card["gemeten_op"]["zinnen"],
            "getraind_op": card["getraind_op"]["zinnen"],
            "macro_f1": card["zinnen_macro_f1"],
            "f1": card["zinnen_f1"],
            "positief_tegen_negatief": card["positief_tegen_negatief"],
        },
        "verschijnselen": found,
    }


def main() -> None:
    """Print and write the scores of de-identification, themes and sentiment."""
    if "--anonimiseren" in sys.argv[1:]:
        write(json.loads(SCORES.read_text(encoding="utf-8")) | {"anonimiseren": deidentification()})
        return
    stories = gold()
    book = read_codebook(ROOT / "corpora" / "voorbeeld" / "themas.toml")
    clean = [one.text for one in deidentify([story["tekst"] for story in stories])]
    parts = [[text[one.start : one.end] for one in split_sentences(text)] for text in clean]
    truth = [story["thema_hoofd"] for story in stories]
    scores: dict[str, Any] = {
        "gemeten": date.today().isoformat(),
        "verhalen": len(stories),
        "anonimiseren": deidentification(),
    }
    for name in ("e5", "use"):
        embedder, cache = load_embedder(name), Cache(ROOT / ".tev" / "train.sqlite")
        found = assign_themes(parts, book, embedder, cache)
        labels = [theme.id for theme in book]
        several = [
            (set(story["themas"]) & set(labels), set(one.themes))
            for story, one in zip(stories, found, strict=True)
        ]
        hits = sum(len(want & got) for want, got in several)
        scores[name] = {
            **theme_scores(truth, [one.theme for one in found], labels),
            "themas_micro_f1": 2 * hits / sum(len(want) + len(got) for want, got in several),
            **sentiment(stories, parts, embedder, cache),
        }
    write(scores)


if __name__ == "__main__":
    main()
