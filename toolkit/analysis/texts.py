"""The stories' part of the work: de-identify first, then language, sentences, themes, topics, sentiment."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

import numpy as np
import pandas as pd

from toolkit.analysis.teaching import teach
from toolkit.cache import Cache, digest, recall
from toolkit.stories.aspects import sentence_themes
from toolkit.stories.codebook import Theme
from toolkit.stories.corrections import corrections_for
from toolkit.stories.deidentify import Deidentified, deidentify
from toolkit.stories.embed import Embedder, Vectors, embed, load_embedder
from toolkit.stories.judges import load_judge
from toolkit.stories.language import (
    detect_language,
    dutch_pipeline,
    is_non_answer,
    read_as_dutch,
    split_sentences,
)
from toolkit.stories.learning import Agreement
from toolkit.stories.lexicon import Lists
from toolkit.stories.mentions import Mention
from toolkit.stories.scores import of_deidentification, of_sentiment, of_themes
from toolkit.stories.sentiment import story_sentiment
from toolkit.stories.themes import Assignment, assign_themes
from toolkit.stories.topics import Topics, TopicSettings, find_topics

Progress = Callable[[str, int, int], None]


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
    sentence; `models`: what was used, for run.json; `assigned`: what the codebook says of each story (empty
    without one), before people taught it; `agreement`: how often that and what was learned agree with people.
    """

    deidentified: list[Deidentified]
    languages: list[str]
    told: list[bool]
    sentences: pd.DataFrame
    labels: pd.DataFrame
    vectors: Vectors
    topics: Topics | None
    models: list[dict[str, object]]
    assigned: list[Assignment]
    agreement: Agreement | None = None


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody sees."""


def deidentify_texts(
    texts: Sequence[str],
    lists: Lists,
    cache: Cache,
    progress: Progress = silent,
    ids: Sequence[str] | None = None,
) -> list[Deidentified]:
    """De-identified texts with the mentions' places in the original; kept by a hash of the text.

    `ids` are the numbers of the stories, for corrections that hold for one story only.
    """
    names = list(ids) if ids is not None else [""] * len(texts)
    own = [repr(corrections_for(lists.corrections, name)) if lists.corrections else "" for name in names]

    def dump(result: Deidentified) -> bytes:
        spans = [[mention.start, mention.end, mention.kind] for mention in result.mentions]
        return json.dumps([result.text, spans], ensure_ascii=False).encode()

    def load(data: bytes) -> Deidentified:
        text, spans = json.loads(data)
        return Deidentified(text, tuple(Mention(*span) for span in spans))

    step = f"deidentify {_rules()} {version('deduce')} {digest(sorted(lists.names), sorted(lists.institutions), sorted(lists.places), lists.dates, lists.ages)}"
    return recall(
        cache,
        step,
        [digest(text, mine) if mine else digest(text) for text, mine in zip(texts, own, strict=True)],
        lambda part: deidentify([texts[i] for i in part], lists, ids=[names[i] for i in part]),
        dump,
        load,
        lambda done, total: progress("Verhalen anonimiseren", done, total),
    )


@lru_cache(maxsize=1)
def _rules() -> str:
    """A hash over the rules and lists: other rules may find other mentions, so nothing kept may be used."""
    folder = files("toolkit") / "stories"
    parts = [*folder.iterdir(), *(folder / "lists").iterdir()]
    texts = {part.name: part.read_bytes() for part in parts if part.name.endswith((".py", ".txt"))}
    return digest(*(texts[name] for name in sorted(texts)))


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
) -> TextResult:
    """The whole text job on raw texts, in memory; see TextResult.

    Non-answers ("nvt", ".") take part in nothing. Texts in another language than Dutch have themes, as the
    embedding is multilingual, but no sentiment and no topics: those models know Dutch words. With
    `other_languages` "apart" they take part in nothing. Texts too short to tell count as Dutch. `answers`
    are the themes that people gave (stories.answers); `embedder` takes the place of the one by name.
    """
    cleaned = deidentify_texts(texts, lists, cache, progress, ids)
    clean = [result.text for result in cleaned]
    languages = detect_language(clean)
    dutch = [read_as_dutch(language) for language in languages]
    apart = options.other_languages == "apart"
    told = [not is_non_answer(text) and (here or not apart) for text, here in zip(clean, dutch, strict=True)]
    spans = [split_sentences(text) for text in clean]
    parts = [[text[one.start : one.end] for one in found] for text, found in zip(clean, spans, strict=True)]
    sentences = pd.DataFrame(
        [
            {
                "story": name,
                "sentence": number,
                "start": one.start,
                "end": one.end,
                "text": text[one.start : one.end],
            }
            for name, text, found in zip(ids, clean, spans, strict=True)
            for number, one in enumerate(found)
        ],
        columns=["story", "sentence", "start", "end", "text"],
    )
    embedder = embedder or load_embedder(options.embedding)
    vectors = embed(list(sentences["text"]), embedder, cache, lambda d, t: progress("Zinnen lezen", d, t))
    labels: list[dict[str, object]] = []
    assigned: list[Assignment] = []
    agreement: Agreement | None = None
    models: list[dict[str, object]] = [
        {
            "stap": "anonimiseren",
            "model": "regels met de lijsten van deduce",
            "versie": version("deduce"),
            "score": of_deidentification(),
        },
        {"stap": "taal", "model": dutch_pipeline()[1], "versie": ""},
        {"stap": "tekst als getallen", "model": embedder.name, "versie": embedder.version},
    ]
    if codebook:
        progress("Thema's zoeken", 0, 1)
        assigned = assign_themes(parts, codebook, embedder, cache)
        found, model_name = assigned, f"themas-{embedder.label}"
        of_themes_model: dict[str, object] = {
            "stap": "thema's",
            "model": f"codeboek met {len(codebook)} thema's",
            "versie": embedder.label,
            "score": of_themes(embedder.name),
        }
        if answers is not None and len(answers):
            taught = teach(
                ids, assigned, embed(clean, embedder, cache), clean, codebook, answers, options.seed
            )
            found, agreement = taught.found, taught.agreement
            if agreement is not None:
                model_name += f" {taught.model}"
                of_themes_model |= _told_by_people(agreement)
        for name, one in zip(ids, found, strict=True):
            fit = dict(zip([theme.id for theme in codebook], one.fits, strict=True))
            # The main theme has the highest score, also when people put another first than the codebook.
            scores = sorted((fit[theme] for theme in one.themes), reverse=True)
            labels += [
                _label(name, -1, "theme", theme, score, model_name)
                for theme, score in zip(one.themes, scores, strict=True)
            ]
        models.append(of_themes_model)
        progress("Thema's zoeken", 1, 1)
    if options.sentiment:
        judge = load_judge(options.sentiment_model, embedder, cache)
        judged = story_sentiment(parts, embedder, cache, judge)
        for name, here, (story, each) in zip(ids, dutch, judged, strict=True):
            if not here:
                continue
            labels.append(_label(name, -1, "sentiment", story.label, story.polarity, judge.label))
            labels += [
                _label(name, i, "sentiment", one.label, one.polarity, judge.label)
                for i, one in enumerate(each)
            ]
        if codebook:
            about = sentence_themes(parts, [one.themes for one in found], codebook, embedder, cache)
            labels += [
                _label(name, i, "aspect", theme, one.polarity, judge.label)
                for name, here, themes, (_, each) in zip(ids, dutch, about, judged, strict=True)
                if here
                for i, (theme, one) in enumerate(zip(themes, each, strict=True))
                if theme
            ]
        models.append(
            {
                "stap": "sentiment",
                "model": judge.name,
                "versie": judge.version,
                "score": of_sentiment(embedder.name) if options.sentiment_model == "auto" else {},
                "gevalideerd": False,
            }
        )
    topics = None
    if options.topics:
        progress("Onderwerpen zoeken", 0, 1)
        usable = np.array([keep and here for keep, here in zip(told, dutch, strict=True)], dtype=bool)
        topics = _topics(
            [name for name, use in zip(ids, usable, strict=True) if use],
            [text for text, use in zip(clean, usable, strict=True) if use],
            embed(clean, embedder, cache)[usable],
            embedder,
            TopicSettings(seed=options.seed),
            cache,
        )
        topics = replace(topics, documents=_all_documents(ids, topics.documents))
        labels += [
            _label(row["id"], -1, "topic", str(row["onderwerp"]), row["kans"], topics.model)
            for row in topics.documents.to_dict("records")
        ]
        models.append({"stap": "onderwerpen", "model": topics.model, "versie": ""})
        progress("Onderwerpen zoeken", 1, 1)
    columns = ["story", "sentence", "kind", "label", "score", "model"]
    table = pd.DataFrame(labels, columns=columns)
    return TextResult(
        cleaned, languages, told, sentences, table, vectors, topics, models, assigned, agreement
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
) -> Topics:
    """The topics of these stories, kept as a whole: they hang on all texts together."""

    def dump(found: Topics) -> bytes:
        frames = [{name: frame[name].tolist() for name in frame} for frame in (found.documents, found.topics)]
        return json.dumps([*frames, found.outside_share, found.model, dict(found.word_stories)]).encode()

    def load(data: bytes) -> Topics:
        documents, topics, *rest = json.loads(data)
        return Topics(pd.DataFrame(documents), pd.DataFrame(topics), *rest)

    made_by = [f"{name} {version(name)}" for name in ("bertopic", "scikit-learn", "numpy", "spacy")]
    return recall(
        cache,
        f"onderwerpen {_rules()} {' '.join(made_by)} {dutch_pipeline()[1]}",
        [digest(ids, texts, repr(settings), embedder.label)],
        lambda _: [find_topics(ids, texts, vectors, embedder, settings)],
        dump,
        load,
    )[0]


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


def _label(story: str, sentence: int, kind: str, label: str, score: float, model: str) -> dict[str, object]:
    return {
        "story": story,
        "sentence": sentence,
        "kind": kind,
        "label": label,
        "score": float(score),
        "model": model,
    }
