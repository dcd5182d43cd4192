"""The stories' part of the work: de-identify first, then language, sentences, themes, topics, sentiment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version

import numpy as np
import pandas as pd

from toolkit import tables
from toolkit.analysis.cleaning import Clean, Progress, clean_texts, deidentify_texts, rules, silent
from toolkit.analysis.labels import Labels
from toolkit.analysis.readings import SHIPPED, read_stories, words_of_stories
from toolkit.analysis.teaching import teach
from toolkit.cache import Cache, digest, recall
from toolkit.stories.codebook import Theme
from toolkit.stories.deidentify import Deidentified
from toolkit.stories.embed import Embedder, Vectors, load_embedder
from toolkit.stories.judges import load_judge
from toolkit.stories.language import is_non_answer, pipeline_name, read_as_dutch
from toolkit.stories.learning import Agreement
from toolkit.stories.lexicon import Lists
from toolkit.stories.scores import of_deidentification, of_sentiment, of_themes
from toolkit.stories.themes import Assignment, assigned, shipped_settings
from toolkit.stories.topics import Topics, TopicSettings, Words, find_topics
from toolkit.workers import Workers, rest

__all__ = ["Progress", "TextOptions", "TextResult", "analyse_texts", "deidentify_texts", "silent"]


@dataclass(frozen=True)
class TextOptions:
    """Which parts are done, and with which embedding."""

    embedding: str = "auto"
    sentiment: bool = True
    topics: bool = True
    seed: int = 20260101
    other_languages: str = "meertalig"
    sentiment_model: str = "auto"


@dataclass(frozen=True)
class TextResult:
    """All that the texts gave. Only `deidentified` and what follows from it may be written.

    `sentences`: story, sentence, start, end, text; `labels`: the Labels table; `vectors`: one row a
    sentence, `whole`: one row a story (both 16-bit); `models`: what was used, for run.json; `assigned`: what the
    codebook says of each story (empty without one), before people taught it; `agreement`: how often that and what
    was learned agree with people; `topics_key`: under which key the cache has the topics ("" when not asked for).
    """

    deidentified: list[Deidentified]
    languages: list[str]
    told: list[bool]
    sentences: pd.DataFrame
    labels: pd.DataFrame
    vectors: Vectors
    whole: Vectors
    topics: Topics | None
    models: list[dict[str, object]]
    assigned: list[Assignment]
    agreement: Agreement | None = None
    topics_key: str = ""


def analyse_texts(
    ids: Sequence[str],
    texts: Sequence[str],
    *,
    codebook: Sequence[Theme] = (),
    lists: Lists = Lists(),  # noqa: B008 (frozen)
    options: TextOptions = TextOptions(),
    cache: Cache = Cache(),  # noqa: B008 (frozen)
    progress: Progress = silent,
    answers: pd.DataFrame | None = None,
    embedder: Embedder | None = None,
    workers: Workers = Workers(),  # noqa: B008 (frozen)
) -> TextResult:
    """The whole text job on raw texts, in memory; see TextResult.

    Non-answers ("nvt", ".") take part in nothing. Texts in another language than Dutch have themes, as the
    embedding is multilingual, but no sentiment and no topics: those models know Dutch words. With
    `other_languages` "apart" they take part in nothing. Texts too short to tell count as Dutch. `answers`
    are the themes that people gave (stories.answers); `embedder` takes the place of the one by name. `workers`
    share the work on single stories; de-identification stays on this computer. Their number changes nothing.
    """
    clean = clean_texts(texts, lists, cache, progress, ids, workers)
    dutch = [read_as_dutch(one.language) for one in clean]
    apart = options.other_languages == "apart"
    told = [
        not is_non_answer(one.text) and (here or not apart) for one, here in zip(clean, dutch, strict=True)
    ]
    sentences = _sentences(ids, clean)
    given = embedder is not None
    embedder = embedder or load_embedder(options.embedding)
    judge = load_judge(options.sentiment_model, embedder, cache) if options.sentiment else None
    found = read_stories(
        clean, codebook, embedder, judge, cache, progress, workers,
        given or embedder.name not in SHIPPED, options.sentiment_model != "auto",
    )  # fmt: skip
    whole = found.vectors.whole
    rest()  # what follows is done in this process, and needs the memory

    def read_words(told: Sequence[str]) -> list[list[str]]:
        found = words_of_stories(told, cache, progress, workers)
        rest()
        return found

    labels = Labels(list(ids))
    models: list[dict[str, object]] = [
        {
            "stap": "anonimiseren",
            "model": "regels met de lijsten van deduce",
            "versie": version("deduce"),
            "score": of_deidentification(),
        },
        {"stap": "taal", "model": pipeline_name(), "versie": ""},
        {"stap": "tekst als getallen", "model": embedder.name, "versie": embedder.version},
    ]
    assignments: list[Assignment] = []
    final: list[Assignment] = []
    agreement: Agreement | None = None
    if codebook:
        fits = found.fits.whole.astype(float)
        assignments = (
            assigned((one.sentences for one in clean), fits, codebook, shipped_settings(embedder))
            if clean
            else []
        )
        final, model_name = assignments, f"themas-{embedder.label}"
        of_themes_model: dict[str, object] = {
            "stap": "thema's",
            "model": f"codeboek met {len(codebook)} thema's",
            "versie": embedder.label,
            "score": of_themes(embedder.name),
        }
        if answers is not None and len(answers):
            words = read_words([one.text for one in clean])
            taught = teach(ids, assignments, whole, words, codebook, answers, options.seed)
            final, agreement = taught.found, taught.agreement
            if agreement is not None:
                model_name += f" {taught.model}"
                of_themes_model |= _told_by_people(agreement)
        labels.add_themes(final, codebook, model_name)
        models.append(of_themes_model)
    if judge is not None:
        labels.add_tone(found, dutch, judge.label)
        if codebook:
            labels.add_aspects(found, clean, dutch, final, codebook, judge.label)
        models.append(
            {
                "stap": "sentiment",
                "model": judge.name,
                "versie": judge.version,
                "score": of_sentiment(embedder.name) if options.sentiment_model == "auto" else {},
                "gevalideerd": False,
            }
        )
    topics, topics_key = None, ""
    if options.topics:
        progress("Onderwerpen zoeken", 0, 1)
        usable = np.array([keep and here for keep, here in zip(told, dutch, strict=True)], dtype=bool)
        topics, topics_key = _topics(
            [name for name, use in zip(ids, usable, strict=True) if use],
            [one.text for one, use in zip(clean, usable, strict=True) if use],
            whole[usable] if len(usable) else whole,
            embedder,
            TopicSettings(seed=options.seed),
            cache,
            read_words,
        )
        topics = replace(topics, documents=_all_documents(ids, topics.documents))
        labels.add_topics(topics)
        models.append({"stap": "onderwerpen", "model": topics.model, "versie": ""})
        progress("Onderwerpen zoeken", 1, 1)
    return TextResult(
        [one.found for one in clean],
        [one.language for one in clean],
        told,
        sentences,
        tables.check(labels.table(), tables.LABELS),
        found.vectors.parts,
        whole,
        topics,
        models,
        assignments,
        agreement,
        topics_key,
    )


def _sentences(ids: Sequence[str], clean: Sequence[Clean]) -> pd.DataFrame:
    """The sentences of all stories, in order."""
    counts = [len(one.spans) for one in clean]
    return pd.DataFrame(
        {
            "story": np.repeat(np.array(ids, dtype=object), counts),
            "sentence": [number for count in counts for number in range(count)],
            "start": [span.start for one in clean for span in one.spans],
            "end": [span.end for one in clean for span in one.spans],
            "text": [text for one in clean for text in one.sentences],
        },
        columns=["story", "sentence", "start", "end", "text"],
    )


def _told_by_people(found: Agreement) -> dict[str, object]:
    """What people's labels did, for run.json and the annex."""
    score = {
        "zelfde hoofdthema als mensen, alleen codeboek": round(found.before[0], 2),
        "zelfde hoofdthema als mensen, na leren": round(found.after[0], 2),
    }
    learned = "; geleerd van mensen" if found.helps else "; leren hielp nog niet, dus het codeboek beslist"
    return {"score": score, "gevalideerd": f"{found.stories} verhalen door mensen gelabeld{learned}"}


def _topics(
    ids: list[str],
    texts: list[str],
    vectors: Vectors,
    embedder: Embedder,
    settings: TopicSettings,
    cache: Cache,
    read_words: Words,
) -> tuple[Topics, str]:
    """The topics of these stories, kept as a whole as they hang on all texts together; and under which key."""

    def dump(found: Topics) -> bytes:
        frames = [{name: frame[name].tolist() for name in frame} for frame in (found.documents, found.topics)]
        return json.dumps([*frames, found.outside_share, found.model, dict(found.word_stories)]).encode()

    def load(data: bytes) -> Topics:
        documents, topics, *rest = json.loads(data)
        return Topics(pd.DataFrame(documents), pd.DataFrame(topics), *rest)

    key = digest(ids, texts, repr(settings), embedder.label)
    found = recall(
        cache,
        topics_step(cache.owner),
        [key],
        lambda _: [find_topics(ids, texts, vectors, embedder, settings, None, read_words)],
        dump,
        load,
    )[0]
    return found, key


def topics_step(corpus: str) -> str:
    """How the cache calls the topics of a corpus ("" for texts of none)."""
    made_by = [f"{name} {version(name)}" for name in ("bertopic", "scikit-learn", "numpy", "spacy")]
    return f"onderwerpen {corpus} {rules()} {' '.join(made_by)} {pipeline_name()}"


def _all_documents(ids: Sequence[str], documents: pd.DataFrame) -> pd.DataFrame:
    """Every story in the order given; those that took no part are in no topic."""
    frame = documents.set_index("id").reindex(list(ids))
    return pd.DataFrame(
        {
            "id": list(ids),
            "onderwerp": frame["onderwerp"].fillna(-1).astype(int).to_numpy(),
            "kans": frame["kans"].fillna(0.0).to_numpy(),
        }
    )
