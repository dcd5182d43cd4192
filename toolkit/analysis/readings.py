"""What the models say of every story of a corpus, from the cache or worked out, as tables of numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from toolkit.analysis.cleaning import CHUNK, WORTH, Clean, Progress, rules, silent
from toolkit.cache import Cache, digest, keep, kept, recall_parts
from toolkit.stories.codebook import Theme
from toolkit.stories.embed import Embedder, plain
from toolkit.stories.judging import Asked, Judged, Told, ask, judge_stories, tones
from toolkit.stories.language import pipeline_name, telling_words
from toolkit.stories.sentiment import Judge, Sentiment
from toolkit.workers import Workers, spread

ALONE = Workers()
SLOW_WORTH = 2  # chunks from which a second process pays for its start, with a slower model than "use"
LEMMAS_WORTH = 40  # the same for the words of stories: a second process must load spaCy
SHIPPED = ("e5", "use")  # models that every process, here or on a cluster, can load by itself


class Rows:
    """Numbers of stories and of their sentences, filled one story at a time; the memory is taken once."""

    def __init__(self, starts: npt.NDArray[np.int64], dtype: type[np.floating[Any]] = np.float32) -> None:
        self.starts = starts
        self.whole: npt.NDArray[Any] = np.zeros((0, 1), dtype=dtype)
        self.parts: npt.NDArray[Any] = np.zeros((0, 1), dtype=dtype)

    def size(self, story: int) -> int:
        """How many rows a story has, itself included."""
        return 1 + int(self.starts[story + 1] - self.starts[story])

    @property
    def dtype(self) -> np.dtype[Any]:
        """The precision in which the numbers are held and kept."""
        return self.whole.dtype

    def put(self, stories: Sequence[int], values: npt.NDArray[Any]) -> None:
        """Set equal stories (first row) and their sentences (the other rows)."""
        if not len(self.whole):
            self.whole = np.zeros((len(self.starts) - 1, values.shape[1]), dtype=self.dtype)
            self.parts = np.zeros((int(self.starts[-1]), values.shape[1]), dtype=self.dtype)
        for story in stories:
            self.whole[story] = values[0]
            self.parts[self.starts[story] : self.starts[story + 1]] = values[1:]

    def get(self, story: int) -> npt.NDArray[Any]:
        """A story (first row) and its sentences (the other rows)."""
        rows = self.parts[self.starts[story] : self.starts[story + 1]]
        return np.vstack([self.whole[story : story + 1], rows])


@dataclass(frozen=True)
class Readings:
    """Vectors, fits to the themes of the codebook, and tone of stories and sentences; see judging.Judged.

    What was not asked for has no rows. `starts` (stories + 1) tells where the sentences of each story begin.
    """

    starts: npt.NDArray[np.int64]
    vectors: Rows
    fits: Rows
    tone: Rows

    def tones(self, story: int) -> tuple[Sentiment, list[Sentiment]]:
        """The tone of a story and of its sentences."""
        return tones(self.tone.get(story))


def read_stories(
    stories: Sequence[Clean],
    codebook: Sequence[Theme],
    embedder: Embedder,
    judge: Judge | None,
    cache: Cache,
    progress: Progress = silent,
    workers: Workers = ALONE,
    own_embedder: bool = False,
    own_judge: bool = False,
) -> Readings:
    """What the models say of every story; only what is not kept yet is worked out.

    `judge` None asks no tone. With an embedder or judge of its own, that other processes cannot load, all is done
    in this one.
    """
    starts = np.cumsum([0, *(len(one.spans) for one in stories)]).astype(np.int64)
    result = Readings(starts, Rows(starts, np.float16), Rows(starts), Rows(starts))
    asked = ask(codebook, embedder, judge is not None, cache)
    steps: list[tuple[str, Rows, Callable[[Judged], npt.NDArray[Any]]]] = [
        (f"taalmodel-verhalen {embedder.label} 16-bit", result.vectors, lambda one: one.vectors)
    ]
    if codebook:
        step = f"themas {rules()} {embedder.label} {digest(repr(tuple(codebook)))}"
        steps.append((step, result.fits, lambda one: one.fits))
    if judge is not None:
        step = f"toon {rules()} {embedder.label} {judge.label}"
        steps.append((step, result.tone, lambda one: one.tone))
    places: dict[str, list[int]] = {}
    for place, one in enumerate(stories):
        key = digest(plain(one.text), [plain(text) for text in one.sentences])
        places.setdefault(key, []).append(place)
    missing = [_from_cache(cache, step, places, rows) for step, rows, _ in steps]
    asked = replace(asked, tone=judge is not None and bool(missing[-1]))
    if codebook and not missing[1]:
        asked = replace(asked, book=None)
    todo = [key for key in places if any(key in lost for lost in missing)]

    def told(key: str) -> Told:
        place = places[key][0]
        one = stories[place]
        return Told(one.text, one.sentences, None if key in missing[0] else result.vectors.get(place))

    def task(part: list[str]) -> tuple[Asked, list[Told]]:
        return asked, [told(key) for key in part]

    own = own_embedder or own_judge
    given = partial(judge_stories, embedder=embedder, judge=judge if own_judge else None)
    work = given if own else judge_stories
    parts = [todo[begin : begin + CHUNK] for begin in range(0, len(todo), CHUNK)]
    worth = WORTH if embedder.name == "use" else SLOW_WORTH
    results = spread(ALONE if own else workers, work, parts, worth, task)
    done = 0
    for part, found in zip(parts, results, strict=True):
        for (step, rows, of), lost in zip(steps, missing, strict=True):
            fresh = {key: of(one) for key, one in zip(part, found, strict=True) if key in lost}
            keep(cache, step, {key: values.astype(rows.dtype).tobytes() for key, values in fresh.items()})
            for key, values in fresh.items():
                rows.put(places[key], values)
        done += len(part)
        progress("Zinnen lezen", done, len(todo))
    return result


def words_of_stories(
    texts: Sequence[str], cache: Cache, progress: Progress = silent, workers: Workers = ALONE
) -> list[list[str]]:
    """The words of de-identified texts that say something (`telling_words`); kept by a hash of the text.

    The work is done on this computer: a machine of a cluster may have another Dutch pipeline.
    """
    return recall_parts(
        cache,
        words_step(cache.owner),
        words_keys(texts),
        lambda parts: spread(
            workers.here(), telling_words, [[texts[place] for place in part] for part in parts], LEMMAS_WORTH
        ),
        lambda words: "\n".join(words).encode(),
        lambda data: data.decode().split("\n") if data else [],
        lambda done, total: progress("Woorden lezen", done, total),
        CHUNK,
    )


def words_step(corpus: str) -> str:
    """How the cache calls the words of the stories of a corpus ("" for texts of none)."""
    return f"woorden {corpus}"


def words_keys(texts: Sequence[str]) -> list[str]:
    """Under which keys the cache has the words of these de-identified texts."""
    made_by = digest(rules(), pipeline_name())
    return [digest(made_by, text) for text in texts]


def _from_cache(cache: Cache, step: str, places: dict[str, list[int]], rows: Rows) -> set[str]:
    """Fill in what is kept; the keys of what is not."""
    missing = set(places)
    for key, value in kept(cache, step, list(places)):
        numbers = np.frombuffer(value, dtype=rows.dtype)
        rows.put(places[key], numbers.reshape(rows.size(places[key][0]), -1))
        missing.discard(key)
    return missing
