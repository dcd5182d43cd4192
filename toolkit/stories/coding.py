"""Codes that people put on sentences or pieces of text: read, keep, compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.cells import parse_number
from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table
from toolkit.stories.agreement import Alpha, disagreements, krippendorff_alpha
from toolkit.stories.fillin import mark
from toolkit.stories.refi import Code, Coding, Qda, Source, stable_guid

# `begin` and `eind` are places in the de-identified text (code points, end exclusive), `kenmerk` marks that text.
COLUMNS = ["verhaal", "begin", "eind", "kenmerk", "code", "codeur"]
CODES = ["code", "naam", "beschrijving", "ouder", "kleur", "codeerbaar"]
WHOLE = "verhaal"


@dataclass(frozen=True)
class Reliability:
    """Agreement on one code: over all sentences of stories that several people coded, has it or not."""

    code: str
    alpha: Alpha
    given: int


def empty_codings() -> pd.DataFrame:
    """A table of codings (COLUMNS) without rows."""
    return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})


def read_codings(
    path: Path, texts: Mapping[str, str], sentences: pd.DataFrame, known: Mapping[str, str], coder: str
) -> pd.DataFrame:
    """Codings in a CSV or Excel file: a row per code on a sentence (`zin`: 1, 2, ...) or a piece (`begin`, `eind`).

    Columns: verhaal, code, and codeur (else `coder`); zin, or begin and eind (from 0, end exclusive), or neither
    for the whole story. `texts` are the de-identified texts, `sentences` has story, sentence, start, end, and
    `known` maps ids of codes to names; either may stand in the file.

    Raises DataError with every problem of the file.
    """
    table = read_table(path, header=["verhaal", "code", "codeur", "zin", "begin", "eind"])
    problems = missing_columns(table, ["verhaal", "code"], path.name)
    if problems:
        raise DataError(problems)
    table = table.reindex(columns=["verhaal", "code", "codeur", "zin", "begin", "eind"], fill_value="")
    ids = {word.casefold(): name for name, shown in known.items() for word in (name, shown)}
    spans = {
        (story, number + 1): (start, end)
        for story, number, start, end in sentences[["story", "sentence", "start", "end"]].itertuples(
            index=False, name=None
        )
    }
    rows = []
    for place, row in table.iterrows():
        if not row["code"]:
            continue
        wrong = list(_wrong(row, texts, ids, coder))
        span = _span(row, texts, spans)
        if span is None and row["verhaal"] in texts:
            wrong.append(("deze plaats staat niet in de tekst.", "Controleer zin, of begin en eind.", "zin"))
        problems += [
            Problem(path.name, message, remedy, row=int(str(place)), column=column)
            for message, remedy, column in wrong
        ]
        if span and not wrong:
            story = row["verhaal"]
            rows.append(
                [story, *span, mark(story, texts[story]), ids[row["code"].casefold()], row["codeur"] or coder]
            )
    if problems:
        raise DataError(problems)
    return pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(ignore_index=True)


def _wrong(
    row: pd.Series, texts: Mapping[str, str], ids: Mapping[str, str], coder: str
) -> Iterator[tuple[str, str, str]]:
    if row["verhaal"] not in texts:
        yield "dit verhaal zit niet in deze verhalen.", "Gebruik het nummer uit de levering.", "verhaal"
    if row["code"].casefold() not in ids:
        yield (
            f"'{row['code']:.40}' is geen code.",
            closest(row["code"], ids) or "Lees eerst het codeboek in (.qdc).",
            "code",
        )
    if not (row["codeur"] or coder):
        yield "er staat niet wie dit codeerde.", "Vul de kolom codeur in, of geef --codeur.", "codeur"


def _span(
    row: pd.Series, texts: Mapping[str, str], spans: Mapping[tuple[str, int], tuple[int, int]]
) -> tuple[int, int] | None:
    """The place that a row names, or None when there is no such place."""
    length = len(texts.get(row["verhaal"], ""))
    numbers = {name: parse_number(row[name]) if row[name] else None for name in ("zin", "begin", "eind")}
    if row["zin"]:
        number = numbers["zin"]
        return spans.get((row["verhaal"], int(number))) if number is not None else None
    if not row["begin"] and not row["eind"]:
        return (0, length) if length else None
    begin, end = numbers["begin"], numbers["eind"]
    if (
        begin is None
        or end is None
        or not 0 <= begin < end <= length
        or begin != int(begin)
        or end != int(end)
    ):
        return None
    return int(begin), int(end)


def reliabilities(
    codings: pd.DataFrame, sentences: pd.DataFrame, seed: int
) -> tuple[list[Reliability], pd.DataFrame]:
    """Alpha per code with a bootstrap over stories, and the units on which coders differ.

    A unit is a sentence of a story that two people or more coded; somebody gave it a code when a piece with that
    code overlaps it, else not. Who coded no piece of a story did not judge that story. Columns of the second:
    verhaal, zin (1, 2, ...), code, wie ("ja: A; nee: B").
    """
    stories = codings.groupby("verhaal")["codeur"].agg(lambda names: sorted(set(names)))
    several = {story: names for story, names in stories.items() if len(names) > 1}
    rows = sentences[sentences["story"].isin(set(several))]
    result, divided = [], []
    for code, same in codings[codings["verhaal"].isin(set(several))].groupby("code", sort=True):
        pieces: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for story, begin, end, who in same[["verhaal", "begin", "eind", "codeur"]].itertuples(
            index=False, name=None
        ):
            pieces.setdefault((story, who), []).append((int(begin), int(end)))
        units = pd.DataFrame(
            [
                {
                    "unit": f"{story}\x1f{number + 1:05}", "story": story, "coder": who,
                    "label": "ja" if any(b < end and start < e for b, e in pieces.get((story, who), ())) else "nee",
                }
                for story, number, start, end in rows[["story", "sentence", "start", "end"]].itertuples(index=False, name=None)
                for who in several[story]
            ],
            columns=["unit", "story", "coder", "label"],
        )  # fmt: skip
        result.append(Reliability(str(code), krippendorff_alpha(units, seed, cluster="story"), len(same)))
        for unit, labels in disagreements(units).itertuples(index=False, name=None):
            story, _, number = str(unit).partition("\x1f")
            divided.append({"verhaal": story, "zin": int(number), "code": code, "wie": labels})
    return result, pd.DataFrame(divided, columns=["verhaal", "zin", "code", "wie"])


def to_qda(name: str, codes: Sequence[Code], texts: Mapping[str, str], codings: pd.DataFrame) -> Qda:
    """A project for programs of qualitative analysis: de-identified texts with what everybody coded.

    `codings` has COLUMNS, with the guid of a code in `code`; a coding of a whole text is one of the source. Guids
    hang on `name` and the number of the story, so a later export has the same ones.
    """
    users = {stable_guid("user", who): who for who in sorted(set(codings["codeur"]))}
    sources = [Source(stable_guid("story", name, story), story, text) for story, text in texts.items()]
    found = []
    for story, begin, end, code, who in codings[["verhaal", "begin", "eind", "code", "codeur"]].itertuples(
        index=False, name=None
    ):
        begin, end = int(begin), int(end)
        whole = (begin, end) == (0, len(texts[story]))
        span = (None, None) if whole else (begin, end)
        guid = stable_guid("coding", name, story, str(begin), str(end), code, who)
        found.append(Coding(guid, stable_guid("story", name, story), code, stable_guid("user", who), *span))
    order = {source.guid: place for place, source in enumerate(sources)}
    found.sort(
        key=lambda one: (
            order[one.source],
            one.start is None,
            one.start or 0,
            one.end or 0,
            one.code,
            one.user,
        )
    )
    return Qda(name, tuple(codes), users, tuple(sources), tuple(found))


def from_qda(project: Qda, file: str, texts: Mapping[str, str]) -> pd.DataFrame:
    """The codings of a project on stories of the corpus (COLUMNS; `code` is a guid), found by name and equal text.

    Raises DataError when a coded text is no story, or another text than the story is now.
    """
    problems, names = [], {}
    coded = {coding.source for coding in project.codings}
    for place, source in enumerate(project.sources, start=1):
        if source.guid not in coded:
            continue
        if source.name not in texts:
            problems.append(
                Problem(
                    file,
                    "een gecodeerde tekst heeft geen naam van een verhaal.",
                    "Verander de namen van de teksten niet.",
                    row=place,
                )
            )
        elif texts[source.name] != source.text:
            problems.append(
                Problem(
                    file,
                    "een gecodeerde tekst is anders dan het verhaal nu.",
                    "Maak een nieuwe export; verander de teksten niet.",
                    row=place,
                )
            )
        names[source.guid] = source.name
    if problems:
        raise DataError(problems)
    rows = []
    for one in project.codings:
        story = names[one.source]
        begin, end = (0, len(texts[story])) if one.start is None or one.end is None else (one.start, one.end)
        who = project.users.get(one.user) or "onbekend"
        rows.append([story, begin, end, mark(story, texts[story]), one.code, who])
    return pd.DataFrame(rows, columns=COLUMNS).drop_duplicates(ignore_index=True)
