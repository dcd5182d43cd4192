"""What people said of stories, put to use: themes that are learned, and shares that are corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

from toolkit.cache import digest
from toolkit.errors import DataError, Problem
from toolkit.files import missing_columns, read_table
from toolkit.stories import answers as told
from toolkit.stories import learning, validation
from toolkit.stories.codebook import Theme
from toolkit.stories.embed import Vectors
from toolkit.stories.sentiment import SENTENCE_LABELS, STORY_LABELS
from toolkit.stories.themes import Assignment

Kind = Literal["toon", "zinnen", "themas"]
KINDS: tuple[Kind, ...] = ("toon", "zinnen", "themas")


@dataclass(frozen=True)
class Check:
    """A sample that was drawn to check a model, and what people said of it (columns of `answers`)."""

    sample: pd.DataFrame
    answers: pd.DataFrame


@dataclass(frozen=True)
class HumanLabels:
    """All that people said of a corpus: themes they taught, and checks per kind."""

    themes: pd.DataFrame = field(default_factory=told.empty_answers)
    checks: Mapping[Kind, Check] = field(default_factory=dict)


@dataclass(frozen=True)
class Taught:
    """Themes after teaching; `agreement` is None without answers, `model` says what made the themes."""

    found: list[Assignment]
    chances: learning.Array
    agreement: learning.Agreement | None
    model: str


def read_labels(folder: Path, codebook: Sequence[Theme]) -> HumanLabels:
    """What people said of the stories of the corpus in `folder`.

    Raises DataError with every problem of every file.
    """
    labels = folder / told.LABELS
    problems: list[Problem] = []
    themes = told.empty_answers()
    checks: dict[Kind, Check] = {}
    try:
        themes = told.read_answers(labels / told.LEARNED_FROM, [one.id for one in codebook])
    except DataError as error:
        problems += error.problems
    for kind in KINDS:
        try:
            if (found := read_check(folder, kind, codebook)) is not None:
                checks[kind] = found
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return HumanLabels(themes, checks)


def check_files(folder: Path, kind: Kind) -> tuple[Path, Path]:
    """Where the sample of a check stands, and the answers."""
    labels = folder / told.LABELS
    return labels / f"controle-{kind}.csv", labels / f"controle-{kind}-antwoorden.csv"


def read_check(folder: Path, kind: Kind, codebook: Sequence[Theme]) -> Check | None:
    """The check of this kind, or None when no sample was drawn.

    Raises DataError when a file is not as it should be.
    """
    sample_file, answers_file = check_files(folder, kind)
    if not sample_file.is_file():
        return None
    sample = read_table(sample_file, header=validation.SAMPLE, form="csv")
    name = f"{told.LABELS}/{sample_file.name}"
    problems = missing_columns(sample, validation.SAMPLE, name)
    weights = pd.to_numeric(sample["gewicht"], errors="coerce") if not problems else pd.Series(dtype=float)
    if not problems and (weights.isna() | (weights < 1)).any():
        problems = [
            Problem(
                name,
                "een gewicht is geen getal van 1 of meer.",
                "Trek een nieuwe steekproef.",
                column="gewicht",
            )
        ]
    if problems:
        raise DataError(problems)
    answers = told.read_answers(answers_file, allowed(kind, codebook))
    return Check(sample[validation.SAMPLE].assign(gewicht=weights).reset_index(drop=True), answers)


def allowed(kind: Kind, codebook: Sequence[Theme]) -> tuple[str, ...]:
    """The labels that may be given in a check of this kind."""
    return {"toon": STORY_LABELS, "zinnen": SENTENCE_LABELS}.get(kind) or tuple(one.id for one in codebook)


def teach(
    ids: Sequence[str],
    found: list[Assignment],
    vectors: Vectors,
    words: Sequence[Sequence[str]],
    codebook: Sequence[Theme],
    answers: pd.DataFrame,
    seed: int,
) -> Taught:
    """The themes of all stories after what people said of some; `words` are those of each story (`telling_words`).

    What was learned only speaks for the other stories when it agrees at least as often with people as the
    codebook does, on twenty judged stories or more (cross-validated); else the codebook does.
    """
    names = [one.id for one in codebook]
    places = {name: place for place, name in enumerate(ids)}
    said = {
        places[story]: themes for story, themes in told.consensus_themes(answers).items() if story in places
    }
    known = learning.know(vectors, found, words)
    chances = learning.learn(known, names, said)
    if not said:
        return Taught(found, chances, None, "")
    measured = learning.agreement(known, found, names, said, seed)
    after = learning.learned(found, chances, names, said)
    if not measured.helps:
        after = [
            new if place in said else old for place, (old, new) in enumerate(zip(found, after, strict=True))
        ]
    mark = digest(sorted((story, said[places[story]]) for story in ids if places[story] in said))[:8]
    return Taught(after, chances, measured, f"{'geleerd' if measured.helps else 'gelabeld'} {mark}")


def joined(themes: Sequence[str]) -> str:
    """The themes of a story as answers hold them: the main one first, "geen" for none."""
    return told.JOIN.join(themes) or told.NONE


def units(labels: pd.DataFrame, stories: Sequence[str], kind: Kind) -> pd.DataFrame:
    """What the model says of everything that a check of this kind may draw (columns of the sample, without weight).

    `labels` is the Labels table, `stories` the ids that take part. Themes of a story are joined.
    """
    if kind == "themas":
        rows = labels[(labels["kind"] == "theme") & (labels["sentence"] == -1) & (labels["label"] != "")]
        said = {str(name): joined(list(same["label"])) for name, same in rows.groupby("story", sort=False)}
        model = str(rows["model"].iloc[0]) if len(rows) else ""
        table = pd.DataFrame({"verhaal": list(stories), "zin": ""})
        table["computer"] = [said.get(name, told.NONE) for name in stories]
        return table.assign(laag=table["computer"].str.split(told.JOIN).str[0], model=model)
    whole = kind == "toon"
    rows = labels[(labels["kind"] == "sentiment") & ((labels["sentence"] == -1) == whole)]
    rows = rows[rows["story"].isin(list(stories))]
    numbers = ["" if number < 0 else str(number + 1) for number in rows["sentence"]]
    table = pd.DataFrame(
        {"verhaal": rows["story"].to_numpy(), "zin": numbers, "computer": rows["label"].to_numpy()}
    )
    return table.assign(laag=table["computer"], model=rows["model"].to_numpy())


def calibrations(
    human: HumanLabels, labels: pd.DataFrame, stories: Sequence[str], codebook: Sequence[Theme]
) -> tuple[dict[str, validation.Calibration], tuple[str, ...]]:
    """What shares are corrected with, by measure ("sentiment", "thema.<id>"), and Dutch sentences on what is not.

    A check of sentences corrects nothing: shares are of stories. Themes that the check never saw in a story
    are not corrected.
    """
    found: dict[str, validation.Calibration] = {}
    warnings = []
    for kind, check in human.checks.items():
        if kind == "zinnen":
            continue
        now = {
            (row["verhaal"], row["zin"]): row["computer"]
            for row in units(labels, stories, kind).to_dict("records")
        }
        truth = truth_of(check, kind)
        if reason := validation.refusal(check.sample, truth, now):
            warnings.append(
                f"De controle van {'de toon' if kind == 'toon' else 'de themas'} telt niet mee: {reason}"
            )
            continue
        judged = [(key, said, weight) for key, said, weight in zip(
            zip(check.sample["verhaal"], check.sample["zin"], strict=True), check.sample["computer"], check.sample["gewicht"], strict=True
        ) if key in truth]  # fmt: skip
        said, true = [one[1] for one in judged], [truth[one[0]] for one in judged]
        weights = [float(one[2]) for one in judged]
        if kind == "toon":
            found["sentiment"] = validation.calibrate(said, true, weights, STORY_LABELS)
            continue
        for theme in codebook:
            both = validation.binary(said, theme.id), validation.binary(true, theme.id)
            if set(both[0]) == {"ja", "nee"}:
                known = validation.calibrate(*both, weights, ("ja", "nee"))
                found[f"thema.{theme.id}"] = validation.with_people(known)
    return found, tuple(warnings)


def truth_of(check: Check, kind: Kind) -> dict[tuple[str, str], str]:
    """What people agree on per (verhaal, zin) of a check."""
    if kind == "themas":
        return {(story, ""): joined(themes) for story, themes in told.consensus_themes(check.answers).items()}
    return told.consensus_label(check.answers)
