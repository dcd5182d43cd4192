"""What a project keeps of earlier work (`.tev/cache.sqlite`): where, how much, and away with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.analysis.cleaning import keys_of, step_of
from toolkit.analysis.inputs import CorpusInput
from toolkit.analysis.readings import words_keys, words_step
from toolkit.analysis.texts import topics_step
from toolkit.cache import Cache, Kept, clear, contents, nobody, retain
from toolkit.errors import ToolkitError, closest
from toolkit.project import Project

# The kinds of work, as steps are named in the cache, and what people call them.
NAMES = {
    "anonimiseren": "Verhalen zonder namen",
    "taalmodel-verhalen": "Verhalen als getallen",
    "taalmodel": "Codeboek als getallen",
    "themas": "Thema's van verhalen",
    "toon": "Toon van verhalen",
    "woorden": "Woorden van verhalen",
    "onderwerpen": "Onderwerpen",
    "enquete": "Cijfers van enquêtes",
    "registratie": "Cijfers van registraties",
}


@dataclass(frozen=True)
class Overview:
    """The cache of a project: its file, bytes on disk, the limit in bytes, and what is in it (largest first)."""

    path: Path
    size: int
    limit: int
    parts: tuple[Kept, ...]


def project_cache(project: Project, warn: Callable[[str], None] = nobody, corpus: str = "") -> Cache:
    """The cache of a project, for this corpus; `warn` hears when it was damaged and thrown away."""
    return Cache(
        project.root / ".tev" / "cache.sqlite", project.settings.cache_limit * 1_000_000, warn, corpus
    )


def forget_old_texts(
    project: Project, corpora: Sequence[tuple[CorpusInput, Sequence[str], str]], cache: Cache
) -> int:
    """Throw away de-identified texts, their words and topics, that are not those of today; how many went.

    What an earlier version, an earlier list of names or an earlier delivery left may hold a name that is removed
    now. `corpora` has of each corpus of this run its de-identified texts and the key of its topics ("" when they
    were not asked for: then those of today's program stay). Other corpora keep theirs, unless they are no longer
    there.
    """
    there = [folder.name for folder in (project.root / "corpora").glob("*") if folder.is_dir()]
    of_texts: dict[str, Sequence[str] | None] = {step_of(name): None for name in there}
    of_words: dict[str, Sequence[str] | None] = {words_step(name): None for name in there}
    of_topics: dict[str, Sequence[str] | None] = {topics_step(name): None for name in there}
    for corpus, told, topics_key in corpora:
        names, texts, titles = (list(corpus.stories[name]) for name in ("story", "text", "title"))
        of_texts[step_of(corpus.id)] = keys_of([*texts, *titles], corpus.lists, [*names, *names])
        of_words[words_step(corpus.id)] = words_keys(told)
        of_topics[topics_step(corpus.id)] = [topics_key] if topics_key else None
    return (
        retain(cache, "anonimiseren", of_texts)
        + retain(cache, "woorden", of_words)
        + retain(cache, "onderwerpen", of_topics)
    )


def look(project: Project) -> Overview:
    """What the cache of a project holds."""
    cache = project_cache(project)
    assert cache.path is not None
    parts = tuple(contents(cache))
    size = cache.path.stat().st_size if cache.path.is_file() else 0
    return Overview(cache.path, size, cache.limit, parts)


def throw_away(project: Project, step: str = "") -> int:
    """Throw away what is kept of one step, or everything; how many entries went. The next run makes them again.

    Raises ToolkitError for a step that does not exist.
    """
    if step and step not in NAMES:
        raise ToolkitError(
            f"De stap '{step:.40}' bestaat niet.", closest(step, NAMES) or f"Kies uit: {', '.join(NAMES)}."
        )
    return clear(project_cache(project), step)
