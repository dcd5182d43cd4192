"""People judge stories: what they are asked, where their answers are kept, and what these say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.analysis import teaching
from toolkit.analysis.inputs import CorpusInput, read_areas, read_corpus, read_plan
from toolkit.analysis.keeping import project_cache
from toolkit.analysis.teaching import Check, HumanLabels, Kind, Taught
from toolkit.analysis.texts import Progress, TextOptions, TextResult, analyse_texts, silent
from toolkit.errors import ProjectError, ToolkitError
from toolkit.files import write_csv
from toolkit.project import Plan, Project
from toolkit.stories import answers as told
from toolkit.stories import fillin, learning, validation
from toolkit.stories.agreement import Alpha, class_scores, krippendorff_alpha
from toolkit.stories.embed import Embedder, Vectors
from toolkit.stories.language import telling_words
from toolkit.stories.sentiment import SENTENCE_LABELS, STORY_LABELS


@dataclass(frozen=True)
class Bench:
    """A corpus with what the computer makes of it, as people judge it. Texts are de-identified."""

    folder: Path
    corpus: CorpusInput
    plan: Plan
    ids: list[str]
    texts: list[str]
    told: list[bool]
    result: TextResult
    vectors: Vectors

    @property
    def human(self) -> HumanLabels:
        """What people said before this session."""
        return self.corpus.human


@dataclass(frozen=True)
class CheckReport:
    """What a check says: how many units were drawn and judged, alpha of people (and with the computer), scores.

    `scores` has the columns of `class_scores`; `refused` is why shares are not corrected ("" when they are).
    """

    drawn: int
    judged: int
    people: Alpha
    computer: Alpha
    scores: pd.DataFrame
    refused: str


def plan_for(project: Project, corpus: str, analysis: str = "") -> Plan:
    """The plan whose settings count for a corpus: the one named, or the only one that reads the corpus.

    Raises ProjectError when there is no corpus or plan of that name, or several plans differ in language model.
    """
    project.corpus(corpus)
    if analysis:
        return read_plan(project, analysis)
    folders = sorted((project.root / "analyses").glob("*/plan.toml"))
    plans = {path.parent.name: read_plan(project, path.parent.name) for path in folders}
    using = {name: plan for name, plan in plans.items() if corpus in plan.corpora}
    if not using:
        return Plan(naam=corpus, periode="2000")
    if len({plan.text for plan in using.values()}) > 1:
        raise ProjectError(
            f"De verhalen '{corpus}' horen bij plannen met verschillende taalmodellen: {', '.join(using)}.",
            "Noem het plan met --analyse.",
        )
    return next(iter(using.values()))


def open_bench(
    project: Project,
    corpus: str,
    analysis: str = "",
    progress: Progress = silent,
    embedder: Embedder | None = None,
) -> Bench:
    """Read a corpus and let the computer label it, as `tev run` does; what a run kept is used again.

    Raises DataError with every problem of the corpus' files.
    """
    plan = plan_for(project, corpus, analysis)
    found = read_corpus(project, corpus, read_areas(project))
    cache = project_cache(project, corpus=corpus)
    raw = found.stories
    result = analyse_texts(
        list(raw["story"]), list(raw["text"]), codebook=found.codebook, lists=found.lists,
        options=TextOptions(plan.text.embedding, True, False, plan.seed, plan.text.other_languages),
        cache=cache, progress=progress, answers=found.human.themes, embedder=embedder,
    )  # fmt: skip
    texts = [one.text for one in result.deidentified]
    vectors = result.whole.astype(np.float32)
    return Bench(project.corpus(corpus), found, plan, list(raw["story"]), texts, result.told, result, vectors)


def stories_of(bench: Bench, names: Sequence[str]) -> pd.DataFrame:
    """Stories to judge: verhaal, zin (""), tekst."""
    text = dict(zip(bench.ids, bench.texts, strict=True))
    return pd.DataFrame({"verhaal": list(names), "zin": "", "tekst": [text[name] for name in names]})


def theme_question(bench: Bench) -> fillin.Question:
    """The themes of the corpus as a question.

    Raises ToolkitError when the corpus has no codebook.
    """
    if not bench.corpus.codebook:
        raise ToolkitError(
            f"De verhalen '{bench.corpus.id}' hebben geen codeboek met thema's.",
            'Noem een codeboek in corpus.toml, zoals codeboek = "themas.toml".',
        )
    return fillin.theme_question({one.id: one.name for one in bench.corpus.codebook})


def taught(bench: Bench) -> Taught:
    """The themes after what people said until now."""
    return teaching.teach(
        bench.ids,
        bench.result.assigned,
        bench.vectors,
        telling_words(bench.texts),
        bench.corpus.codebook,
        bench.human.themes,
        bench.plan.seed,
    )


def proposals(bench: Bench, number: int, coder: str = "") -> pd.DataFrame:
    """The stories that teach most about the themes, best first: verhaal, zin, tekst.

    Stories that `coder` judged (or anybody, without a coder) are not asked again, nor non-answers, nor the
    sample of a check: what the computer learns from must not be what it is checked on.
    """
    theme_question(bench)
    mine = bench.human.themes
    if coder:
        mine = mine[mine["codeur"] == coder]
    done = set(mine["verhaal"])
    kept = bench.human.checks.get("themas")
    away = set() if kept is None else set(kept.sample["verhaal"])
    places = {name: place for place, name in enumerate(bench.ids)}
    allowed = [place for name, place in places.items() if bench.told[place] and name not in done | away]
    skip = sorted(places[name] for name in set(bench.human.themes["verhaal"]) & places.keys())
    free = [place for place in skip if place in set(allowed)]
    order = learning.propose(
        taught(bench).chances, bench.vectors, number, [one for one in skip if one not in free], allowed
    )
    return stories_of(bench, [bench.ids[place] for place in order])


def add_theme_answers(bench: Bench, answers: pd.DataFrame) -> Bench:
    """Keep answers about themes in the corpus folder; the bench with them."""
    together = told.merged(bench.human.themes, answers)
    told.save_answers(together, bench.folder / told.LABELS / told.LEARNED_FROM)
    return replace(bench, corpus=replace(bench.corpus, human=replace(bench.human, themes=together)))


def theme_alpha(bench: Bench) -> Alpha:
    """Krippendorff's alpha of the main theme between the people who judged the same stories."""
    codes = learning.theme_codes(bench.human.themes, {})
    return krippendorff_alpha(codes, bench.plan.seed)


def read_sheet(
    bench: Bench, path: Path, question: fillin.Question, rows: pd.DataFrame, coder: str
) -> pd.DataFrame:
    """The answers in a sheet that was filled in; see `fillin.read_sheet_back`."""
    return fillin.read_sheet_back(path, rows, question, coder, date.today())


def check_question(bench: Bench, kind: Kind) -> fillin.Question:
    """What people are asked in a check of this kind."""
    if kind == "themas":
        return theme_question(bench)
    return fillin.tone_question(STORY_LABELS if kind == "toon" else SENTENCE_LABELS, kind == "zinnen")


def draw_check(bench: Bench, kind: Kind, number: int, *, again: bool = False) -> Bench:
    """The bench with a sample to check; an earlier sample stays, unless `again`.

    Raises ToolkitError when there is nothing to draw from.
    """
    if kind in bench.human.checks and not again:
        return bench
    check_question(bench, kind)
    # What people taught the computer, it knows: that is no test of what it makes of the rest.
    away = set(bench.human.themes["verhaal"]) if kind == "themas" else set()
    names = [name for name, here in zip(bench.ids, bench.told, strict=True) if here and name not in away]
    units = teaching.units(bench.result.labels, names, kind)
    if units.empty:
        raise ToolkitError(
            "Er zijn geen verhalen om te controleren.", "Controleer of corpus.toml de goede bestanden noemt."
        )
    sample = validation.draw_sample(units, number, bench.plan.seed)
    sample_file, answers_file = teaching.check_files(bench.folder, kind)
    write_csv(sample.assign(gewicht=sample["gewicht"].round(6)), sample_file)
    answers_file.unlink(missing_ok=True)
    return _with_check(bench, kind, Check(sample, told.empty_answers()))


def _with_check(bench: Bench, kind: Kind, check: Check) -> Bench:
    human = replace(bench.human, checks={**bench.human.checks, kind: check})
    return replace(bench, corpus=replace(bench.corpus, human=human))


def to_check(bench: Bench, kind: Kind, coder: str = "") -> pd.DataFrame:
    """What a coder still has to judge of a check: verhaal, zin, tekst, in a random but fixed order.

    What the computer said is not shown: it would lead people.
    """
    check = bench.human.checks[kind]
    done = check.answers[check.answers["codeur"] == coder] if coder else check.answers[:0]
    judged = set(zip(done["verhaal"], done["zin"], strict=True))
    rows = check_texts(bench, kind)
    left = [key not in judged for key in zip(rows["verhaal"], rows["zin"], strict=True)]
    rows = rows[left]
    return rows.iloc[np.random.default_rng(bench.plan.seed).permutation(len(rows))].reset_index(drop=True)


def check_texts(bench: Bench, kind: Kind) -> pd.DataFrame:
    """The texts of the sample of a check (verhaal, zin, tekst); what is no longer there is left out."""
    sample = bench.human.checks[kind].sample
    if kind == "zinnen":
        sentences = bench.result.sentences
        keys = zip(sentences["story"], (sentences["sentence"] + 1).astype(str), strict=True)
        text = dict(zip(keys, sentences["text"], strict=True))
    else:
        text = {(name, ""): one for name, one in zip(bench.ids, bench.texts, strict=True)}
    keys_ = [key for key in zip(sample["verhaal"], sample["zin"], strict=True) if key in text]
    return pd.DataFrame([(*key, text[key]) for key in keys_], columns=["verhaal", "zin", "tekst"])


def add_check_answers(bench: Bench, kind: Kind, answers: pd.DataFrame) -> Bench:
    """Keep answers of a check; the bench with them."""
    check = bench.human.checks[kind]
    together = told.merged(check.answers, answers)
    told.save_answers(together, teaching.check_files(bench.folder, kind)[1])
    return _with_check(bench, kind, replace(check, answers=together))


def check_report(bench: Bench, kind: Kind) -> CheckReport:
    """What people's answers to a check say of each other and of the computer.

    For themes alpha and scores are of the main theme. Scores are weighted, so they hold for all stories;
    sentences of one story are drawn together in the intervals.
    """
    check = bench.human.checks[kind]
    truth = teaching.truth_of(check, kind)
    names = [name for name, here in zip(bench.ids, bench.told, strict=True) if here]
    units = teaching.units(bench.result.labels, names, kind)
    now = {(row["verhaal"], row["zin"]): row["computer"] for row in units.to_dict("records")}
    main: Callable[[str], str] = (lambda label: label.split(told.JOIN)[0]) if kind == "themas" else str
    answers = check.answers
    codes = pd.DataFrame(
        {
            "unit": answers["verhaal"] + "/" + answers["zin"], "story": answers["verhaal"],
            "coder": answers["codeur"], "label": answers["label"].map(main),
        }
    )  # fmt: skip
    sample = check.sample[
        [key in truth for key in zip(check.sample["verhaal"], check.sample["zin"], strict=True)]
    ]
    keys = list(zip(sample["verhaal"], sample["zin"], strict=True))
    said, true = [main(label) for label in sample["computer"]], [main(truth[key]) for key in keys]
    both = pd.concat(
        [
            pd.DataFrame({"unit": [f"{story}/{number}" for story, number in keys], "story": sample["verhaal"].to_numpy(), "coder": who, "label": labels})
            for who, labels in (("mensen", true), ("computer", said))
        ]
    )  # fmt: skip
    labels = sorted({*said, *true})
    return CheckReport(
        len(check.sample),
        len(keys),
        krippendorff_alpha(codes, bench.plan.seed, cluster="story"),
        krippendorff_alpha(both, bench.plan.seed, cluster="story"),
        class_scores(true, said, labels, bench.plan.seed, list(sample["gewicht"]), list(sample["verhaal"])),
        validation.refusal(check.sample, truth, now),
    )
