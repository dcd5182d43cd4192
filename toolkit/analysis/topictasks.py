"""The command that finds topics in a CSV, keeps them, and places later deliveries in kept ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.analysis.tasks import NO_CACHE, TaskResult, read_texts, refuse_targets
from toolkit.analysis.texts import Progress, deidentify_texts, silent
from toolkit.errors import DataError
from toolkit.files import missing_columns, whole_files, write_csv
from toolkit.stories.codebook import read_codebook
from toolkit.stories.embed import Embedder, embed, load_embedder
from toolkit.stories.language import detect_language, split_sentences
from toolkit.stories.lexicon import Lists
from toolkit.stories.themes import theme_fits
from toolkit.stories.topicmodel import apply_topics, load_topics, save_topics
from toolkit.stories.topics import Topics, TopicSettings, find_topics
from toolkit.stories.topictables import draw_topics, periods, topic_tree, topics_per_group


@dataclass(frozen=True)
class TopicOptions:
    """What is asked: a codebook that guides, columns to split by, how many topics, and a kept model.

    `keep` is where the topics are kept, `kept` a file of topics to use instead of searching.
    """

    codebook: Path | None = None
    group: str = ""
    date: str = ""
    number: int = 0
    seed: int = 20260101
    keep: Path | None = None
    kept: Path | None = None


def topics_file(
    source: Path, out: Path, options: TopicOptions = TopicOptions(), id_column: str = "id",
    text_column: str = "text", model: str = "auto", progress: Progress = silent,
) -> TaskResult:  # fmt: skip
    """Topics in the texts of a CSV.

    Writes in the folder `out`: documenten.csv (id, onderwerp, kans; -1 is in no topic), onderwerpen.csv,
    onderwerpen.png, boom.csv (how topics join), and when asked for per-groep.csv and per-periode.csv. With
    `options.kept` nothing is searched: the stories get their place in the kept topics, and there is no tree.

    Raises DataError for a missing column, ToolkitError for a kept file that is no model of this embedding.
    """
    names = ["documenten.csv", "onderwerpen.csv", "onderwerpen.png"]
    names += [] if options.kept else ["boom.csv"]
    names += ["per-groep.csv"] if options.group else []
    names += ["per-periode.csv"] if options.date else []
    files = [out / name for name in names] + ([options.keep] if options.keep else [])
    refuse_targets(files, [path for path in (source, options.codebook, options.kept) if path])
    embedder = load_embedder(model)
    kept = load_topics(options.kept, embedder) if options.kept else None
    frame, texts = read_texts(source, id_column, text_column)
    asked = [column for column in (options.group, options.date) if column]
    if problems := missing_columns(frame, asked, source.name):
        raise DataError(problems)
    clean = [one.text for one in deidentify_texts(texts, Lists(), NO_CACHE, progress)]
    vectors = embed(clean, embedder, progress=lambda done, total: progress("Verhalen lezen", done, total))
    progress("Onderwerpen zoeken", 0, 1)
    ids = list(frame[id_column])
    if kept:
        documents, table = apply_topics(ids, clean, vectors, kept)
        found = Topics(documents, table, float((documents["onderwerp"] == -1).mean()), kept.embedding)
    else:
        settings = TopicSettings(number=options.number, seed=options.seed)
        guide = _guide(clean, options.codebook, embedder) if options.codebook else None
        found = find_topics(ids, clean, vectors, embedder, settings, guide)
    progress("Onderwerpen zoeken", 1, 1)
    with whole_files(*[path for path in files if path != options.keep]) as targets:
        places = dict(zip(names, targets, strict=True))
        write_csv(found.documents, places["documenten.csv"])
        write_csv(found.topics, places["onderwerpen.csv"])
        draw_topics(found.topics, places["onderwerpen.png"])
        if "boom.csv" in places:
            write_csv(
                topic_tree(found.fitted) if found.fitted else pd.DataFrame(columns=["stap"]),
                places["boom.csv"],
            )
        if options.group:
            per_group = topics_per_group(found, list(frame[options.group]))
            write_csv(per_group, places["per-groep.csv"])
        if options.date:
            per_period = topics_per_group(found, periods(list(frame[options.date])), "periode")
            write_csv(per_period, places["per-periode.csv"])
    if options.keep and found.fitted:
        save_topics(found.fitted, options.keep)
    else:
        files = [path for path in files if path != options.keep]
    return TaskResult(len(frame), len(found.topics), tuple(files), _note(found, clean))


def _guide(clean: Sequence[str], codebook: Path, embedder: Embedder) -> np.ndarray:
    """The share of each theme in each story: a softmax of the fits."""
    parts = [[text[one.start : one.end] for one in split_sentences(text)] for text in clean]
    fits = theme_fits(parts, read_codebook(codebook), embedder)
    powers = np.exp(fits - fits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _note(found: Topics, clean: Sequence[str]) -> str:
    """A Dutch note on how far to trust the topics."""
    if not len(found.topics):
        return "Er zijn te weinig verschillende verhalen om onderwerpen te vinden (minstens 20 nodig)."
    parts = [f"{100 * found.outside_share:.0f}% van de verhalen hoort bij geen onderwerp."]
    changing = int((found.topics["oordeel"] == "wisselend").sum())
    if changing:
        parts.append(
            f"{changing} van de {len(found.topics)} onderwerpen {'is' if changing == 1 else 'zijn'} wisselend: "
            "bij een andere startwaarde komen andere verhalen bij elkaar. Trek daar geen conclusies uit."
        )
    foreign = sum(language != "nl" for language in detect_language(clean))
    if foreign:
        parts.append(f"{foreign} teksten lijken niet Nederlands.")
    return " ".join(parts)
