"""The first look at raw texts: names out, language, sentences. Raw texts never leave this computer."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files

from toolkit.cache import Cache, digest, recall_parts
from toolkit.stories.corrections import corrections_for
from toolkit.stories.deidentify import Deidentified, deidentify
from toolkit.stories.language import Sentence, detect_language, split_sentences
from toolkit.stories.lexicon import Lists
from toolkit.stories.mentions import Mention
from toolkit.workers import Workers, spread

Progress = Callable[[str, int, int], None]
ALONE = Workers()
CHUNK = 64  # stories that one process gets at a time
WORTH = 6  # chunks from which a second process pays for its start


@dataclass(frozen=True, slots=True)
class Clean:
    """A de-identified text, its language (`detect_language`) and its sentences (spans of the de-identified text)."""

    found: Deidentified
    language: str
    spans: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """The de-identified text."""
        return self.found.text

    @property
    def sentences(self) -> tuple[str, ...]:
        """The texts of the sentences."""
        return tuple(self.text[one.start : one.end] for one in self.spans)


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody sees."""


def deidentify_texts(
    texts: Sequence[str],
    lists: Lists,
    cache: Cache,
    progress: Progress = silent,
    ids: Sequence[str] | None = None,
    workers: Workers = ALONE,
) -> list[Deidentified]:
    """De-identified texts with the mentions' places in the original; kept by a hash of the text.

    `ids` are the numbers of the stories, for corrections that hold for one story only.
    """
    return [one.found for one in clean_texts(texts, lists, cache, progress, ids, workers)]


def clean_texts(
    texts: Sequence[str],
    lists: Lists,
    cache: Cache,
    progress: Progress = silent,
    ids: Sequence[str] | None = None,
    workers: Workers = ALONE,
) -> list[Clean]:
    """De-identified texts with their language and sentences; kept by a hash of the text.

    The work is done on this computer, whatever `workers` says of a cluster.
    """
    names = list(ids) if ids is not None else [""] * len(texts)
    return recall_parts(
        cache,
        step_of(cache.owner),
        keys_of(texts, lists, names),
        lambda parts: spread(
            workers.here(),
            _clean,
            [_part([texts[i] for i in part], [names[i] for i in part], lists) for part in parts],
            WORTH,
        ),
        _dump,
        _load,
        lambda done, total: progress("Verhalen anonimiseren", done, total),
        CHUNK,
    )


def step_of(corpus: str) -> str:
    """How the cache calls the de-identified texts of a corpus ("" for texts of none)."""
    return f"anonimiseren {corpus}"


def keys_of(texts: Sequence[str], lists: Lists, ids: Sequence[str]) -> list[str]:
    """Under which keys the cache has these texts: all that their de-identification hangs on."""
    own = [repr(found) if found else "" for found in corrections_for(lists.corrections, ids)]
    given = sorted(lists.names), sorted(lists.institutions), sorted(lists.places), lists.dates, lists.ages
    made_by = digest(rules(), version("deduce"), version("py3langid"), given)
    return [digest(made_by, text, mine) for text, mine in zip(texts, own, strict=True)]


def _part(texts: list[str], names: list[str], lists: Lists) -> tuple[list[str], list[str], Lists]:
    """What a process gets: of the corrections only those of these stories, as there may be thousands."""
    mine = {"", *names}
    return texts, names, replace(lists, corrections=tuple(c for c in lists.corrections if c.story in mine))


def _clean(part: tuple[list[str], list[str], Lists]) -> list[Clean]:
    texts, names, lists = part
    found = deidentify(texts, lists, ids=names)
    languages = detect_language([one.text for one in found])
    return [
        Clean(one, language, tuple(split_sentences(one.text)))
        for one, language in zip(found, languages, strict=True)
    ]


def _dump(clean: Clean) -> bytes:
    mentions = [[one.start, one.end, one.kind] for one in clean.found.mentions]
    spans = [[one.start, one.end] for one in clean.spans]
    return json.dumps([clean.text, mentions, clean.language, spans], ensure_ascii=False).encode()


def _load(data: bytes) -> Clean:
    text, mentions, language, spans = json.loads(data)
    found = Deidentified(text, tuple(Mention(*one) for one in mentions))
    return Clean(found, language, tuple(Sentence(*one) for one in spans))


@lru_cache(maxsize=1)
def rules() -> str:
    """A hash over the rules, lists and models: others may find something else, so nothing kept may be used."""
    folder = files("toolkit") / "stories"
    parts = [part for place in (folder, folder / "lists", folder / "models") for part in place.iterdir()]
    texts = {part.name: part.read_bytes() for part in parts if part.name.endswith((".py", ".txt", ".npz"))}
    return digest(*(texts[name] for name in sorted(texts)))
