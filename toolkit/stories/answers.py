"""What people say about stories: the files in `corpora/<id>/labels/`, which hold no text.

One row is what one coder said of one story or sentence. Files: themas.csv (given while the computer
learned), controle-<wat>.csv (the sample of a check) and controle-<wat>-antwoorden.csv (what people said
of that sample).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from toolkit.cells import parse_date
from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table, write_csv

COLUMNS = ["verhaal", "zin", "label", "codeur", "datum"]
NONE = "geen"  # no theme of the codebook applies
JOIN = ";"  # between the themes of one story; the first is the main one
LABELS = "labels"
LEARNED_FROM = "themas.csv"


def empty_answers() -> pd.DataFrame:
    """A table of answers without rows."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})


def read_answers(path: Path, allowed: Collection[str]) -> pd.DataFrame:
    """The answers in a file: verhaal, zin ("" for the whole story, else 1, 2, ...), label, codeur, datum.

    A file that is not there holds no answers. `allowed` are the ids that a label (or each part of it,
    joined by ";") may have, beside "geen".

    Raises DataError with every unknown label, empty coder and double answer.
    """
    if not path.is_file():
        return empty_answers()
    table = read_table(path, header=COLUMNS, form="csv")
    file = f"{path.parent.name}/{path.name}"
    problems = missing_columns(table, COLUMNS, file)
    if problems:
        raise DataError(problems)
    known = {*allowed, NONE}
    for row, label in table["label"].items():
        for part in label.split(JOIN):
            if part not in known:
                remedy = closest(part, known) or f"Kies uit: {', '.join(sorted(known))}."
                problems.append(
                    Problem(
                        file, f"'{part:.40}' is geen bekend label.", remedy, row=int(str(row)), column="label"
                    )
                )
    for column, message in (("verhaal", "het nummer is leeg."), ("codeur", "er staat niet wie dit zei.")):
        problems += [
            Problem(file, message, "Vul deze cel in.", row=int(str(row)), column=column)
            for row in table.index[table[column] == ""]
        ]
    problems += [
        Problem(
            file,
            "hetzelfde is twee keer beoordeeld door dezelfde codeur.",
            "Laat één rij staan.",
            row=int(str(row)),
        )
        for row in table.index[table.duplicated(["verhaal", "zin", "codeur"])]
    ]
    problems += [
        Problem(
            file, "dit is geen datum.", "Schrijf een datum als 2026-03-12.", row=int(str(row)), column="datum"
        )
        for row in table.index[table["datum"].map(lambda cell: bool(cell) and parse_date(cell) is None)]
    ]
    if problems:
        raise DataError(problems)
    return table[COLUMNS].reset_index(drop=True)


def merged(earlier: pd.DataFrame, later: pd.DataFrame) -> pd.DataFrame:
    """Earlier and later answers together; what a coder says later of the same thing takes its place."""
    both = pd.concat([earlier[COLUMNS], later[COLUMNS]], ignore_index=True)
    kept = both.drop_duplicates(["verhaal", "zin", "codeur"], keep="last")
    return kept.sort_values(["verhaal", "zin", "codeur"], kind="stable", ignore_index=True)


def save_answers(answers: pd.DataFrame, path: Path) -> None:
    """Write answers, in a fixed order, so that a version system shows what was added."""
    write_csv(merged(empty_answers(), answers), path)


def answer(story: str, label: str, coder: str, on: date, sentence: str = "") -> dict[str, str]:
    """One answer as a row."""
    return {"verhaal": story, "zin": sentence, "label": label, "codeur": coder, "datum": on.isoformat()}


def consensus_themes(answers: pd.DataFrame) -> Mapping[str, tuple[str, ...]]:
    """Per story the themes that at least half of its coders gave, the main theme first; () is no theme.

    The main theme is what most coders put first; of equals, what comes first in the alphabet.
    """
    found: dict[str, tuple[str, ...]] = {}
    for story, same in answers.groupby("verhaal", sort=True):
        said = [[part for part in label.split(JOIN) if part != NONE] for label in same["label"]]
        first = Counter(themes[0] if themes else "" for themes in said)
        main = min(first, key=lambda name: (-first[name], name))
        given = Counter(theme for themes in said for theme in dict.fromkeys(themes))
        others = sorted(name for name, count in given.items() if 2 * count >= len(said) and name != main)
        found[str(story)] = (main, *others) if main else ()
    return found


def consensus_label(answers: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Per story and sentence the label that most coders gave; of equals, that of the coder who judged most.

    So what is hard to judge stays in: leaving it out would make a model look better than it is.
    """
    judged = Counter(answers["codeur"])
    given: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for story, sentence, label, coder in answers[["verhaal", "zin", "label", "codeur"]].itertuples(
        index=False, name=None
    ):
        given.setdefault((story, sentence), []).append((label, coder))
    found = {}
    for key, said in sorted(given.items()):
        count = Counter(label for label, _ in said)
        found[key] = min(said, key=lambda one: (-count[one[0]], -judged[one[1]], one[1]))[0]
    return found
