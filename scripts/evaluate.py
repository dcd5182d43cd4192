"""Score the text models on stories that nothing was trained or tuned on, and write the scores that reports state.

The stories are those of `tests/data/voorbeeld_goud.jsonl` whose origin starts with b, d or p (194 of 324): the others
were used while rules were written. Writes toolkit/stories/models/scores.json. Run: python scripts/evaluate.py, or
python scripts/evaluate.py --anonimiseren for de-identification alone (seconds; the other scores stay as they are).
"""

from __future__ import annotations

import json
import sys
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
from toolkit.stories.embed import load_embedder
from toolkit.stories.language import split_sentences
from toolkit.stories.sentiment import STORY_LABELS, story_sentiment
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
        judged = [story.label for story, _ in story_sentiment(parts, embedder, cache)]
        scores[name] = {
            **theme_scores(truth, [one.theme for one in found], labels),
            "themas_micro_f1": 2 * hits / sum(len(want) + len(got) for want, got in several),
            "sentiment_macro_f1": f1_score(
                [story["sentiment"] for story in stories], judged, average="macro", labels=list(STORY_LABELS)
            ),
        }
    write(scores)


if __name__ == "__main__":
    main()
