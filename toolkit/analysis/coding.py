"""Codes of people in and out of a corpus: files for other programs, what they bring back, and agreement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.analysis.labelling import Bench
from toolkit.errors import DataError, Problem, ToolkitError
from toolkit.files import missing_columns, read_table, whole_files, write_csv
from toolkit.stories import answers as told
from toolkit.stories import coding
from toolkit.stories.fillin import mark
from toolkit.stories.refi import Code, Qda, stable_guid, write_codebook, write_project
from toolkit.stories.refi_read import read_qda

COMPUTER = "computer"
CODES_FILE, CODEBOOK_FILE = "codes.csv", "codeboek.csv"


@dataclass(frozen=True)
class Exported:
    """What was written: numbers of codes, texts and codings."""

    codes: int
    texts: int
    codings: int


@dataclass(frozen=True)
class Imported:
    """What came in: new codes and codings, what the file held besides, agreement per code, and who differs where."""

    codes: int
    codings: int
    skipped: Mapping[str, int]
    agreement: tuple[coding.Reliability, ...]
    divided: pd.DataFrame


def codes_of(bench: Bench) -> tuple[Code, ...]:
    """The themes of the corpus as codes, then the codes that were imported."""
    name = bench.corpus.id
    themes = tuple(
        Code(
            _theme_guid(bench, one.id), one.name,
            " ".join(filter(None, [one.description, one.include and f"Wel: {one.include}", one.exclude and f"Niet: {one.exclude}"])),
            stable_guid("code", name, one.parent) if one.parent else "",
        )
        for one in bench.corpus.codebook
    )  # fmt: skip
    known = {one.guid for one in themes}
    return themes + tuple(one for one in _imported_codes(bench) if one.guid not in known)


def _theme_guid(bench: Bench, theme: str) -> str:
    return stable_guid("code", bench.corpus.id, theme)


def _imported_codes(bench: Bench) -> list[Code]:
    path = bench.folder / told.LABELS / CODEBOOK_FILE
    if not path.is_file():
        return []
    table = read_table(path, header=coding.CODES, form="csv")
    if problems := missing_columns(table, coding.CODES, path.name):
        raise DataError(problems)
    return [
        Code(guid, name, description, parent, colour, codable != "nee")
        for guid, name, description, parent, colour, codable in table[coding.CODES].itertuples(
            index=False, name=None
        )
    ]


def codings_of(bench: Bench, computer: bool = False) -> pd.DataFrame:
    """Everything that people coded: imported codings and the themes of whole stories; with the computer's if asked.

    Raises DataError when a text has changed since it was coded.
    """
    texts = dict(zip(bench.ids, bench.texts, strict=True))
    path = bench.folder / told.LABELS / CODES_FILE
    kept = coding.empty_codings()
    if path.is_file():
        kept = read_table(path, header=coding.COLUMNS, form="csv")
        problems = missing_columns(kept, coding.COLUMNS, path.name)
        if not problems:
            problems = [
                Problem(path.name, "de tekst van dit verhaal is veranderd sinds het is gecodeerd.", "Codeer het opnieuw, of haal de rij weg.", row=int(str(place)), column="kenmerk")
                for place, row in kept.iterrows()
                if row["verhaal"] not in texts or mark(row["verhaal"], texts[row["verhaal"]]) != row["kenmerk"]
            ]  # fmt: skip
        if problems:
            raise DataError(problems)
        kept = kept[coding.COLUMNS].assign(begin=kept["begin"].astype(int), eind=kept["eind"].astype(int))
    answers = bench.human.themes
    said = [
        (story, theme, who)
        for story, label, who in answers[["verhaal", "label", "codeur"]].itertuples(index=False, name=None)
        for theme in label.split(told.JOIN)
        if theme != told.NONE
    ]
    if computer:
        said += [
            (story, theme, COMPUTER)
            for story, one in zip(bench.ids, bench.result.assigned, strict=True)
            for theme in one.themes
        ]
    rows = [
        [story, 0, len(texts[story]), mark(story, texts[story]), _theme_guid(bench, theme), who]
        for story, theme, who in said
        if texts.get(story)
    ]
    return pd.concat([kept, pd.DataFrame(rows, columns=coding.COLUMNS)], ignore_index=True).drop_duplicates(
        ignore_index=True
    )


def export_codes(bench: Bench, path: Path, computer: bool = False) -> Exported:
    """Write the codebook (.qdc) or the codebook, de-identified texts and codings (.qdpx).

    Raises ToolkitError for another kind of file, and when there are no codes.
    """
    codes = codes_of(bench)
    if not codes:
        raise ToolkitError("Er zijn geen codes om te schrijven.", "Noem een codeboek in corpus.toml.")
    match path.suffix.lower():
        case ".qdc":
            write_codebook(path, codes)
            return Exported(len(codes), 0, 0)
        case ".qdpx":
            texts = {name: text for name, text in zip(bench.ids, bench.texts, strict=True) if text}
            project = coding.to_qda(bench.corpus.id, codes, texts, codings_of(bench, computer))
            write_project(path, project)
            return Exported(len(codes), len(texts), len(project.codings))
        case _:
            raise ToolkitError(
                f"{path.name} is geen .qdc of .qdpx.",
                "Kies .qdc voor alleen de codes, of .qdpx voor codes en teksten.",
            )


def import_codes(bench: Bench, path: Path, coder: str = "", divided: Path | None = None) -> Imported:
    """Read codes from a .qdc, .qdpx, CSV or Excel file and keep them in the corpus folder.

    Codings of a coder who is in the file take the place of what that coder coded in the same stories before;
    the computer's own codings are not kept. `divided` is where the sentences go on which coders differ, with
    their text.

    Raises DataError with every problem of the file; then nothing is kept.
    """
    texts = dict(zip(bench.ids, bench.texts, strict=True))
    sentences = bench.result.sentences
    codes = codes_of(bench)
    project = Qda("", ())
    if path.suffix.lower() in (".qdc", ".qdpx"):
        project = read_qda(path)
        fresh = coding.from_qda(project, path.name, texts)
        fresh = fresh[fresh["codeur"] != COMPUTER]
    else:
        names = {one.guid: one.name for one in codes}
        known = names | {theme.id: names[_theme_guid(bench, theme.id)] for theme in bench.corpus.codebook}
        fresh = coding.read_codings(path, texts, sentences, known, coder)
        by_id = {theme.id: _theme_guid(bench, theme.id) for theme in bench.corpus.codebook}
        fresh = fresh.assign(code=[by_id.get(code, code) for code in fresh["code"]])
    new_codes = [one for one in project.codes if one.guid not in {code.guid for code in codes}]
    before = codings_of(bench)
    again = set(zip(fresh["verhaal"], fresh["codeur"], strict=True))
    stays = [pair not in again for pair in zip(before["verhaal"], before["codeur"], strict=True)]
    both = pd.concat([before[stays], fresh], ignore_index=True).drop_duplicates(ignore_index=True)
    themes = {(*one, _theme_guid(bench, theme)) for *one, label in bench.human.themes[["verhaal", "codeur", "label"]].itertuples(index=False, name=None) for theme in label.split(told.JOIN)}  # fmt: skip
    own = [
        (story, who, code) not in themes
        for story, who, code in both[["verhaal", "codeur", "code"]].itertuples(index=False, name=None)
    ]
    folder = bench.folder / told.LABELS
    book = pd.DataFrame(
        [[one.guid, one.name, one.description, one.parent, one.colour, "ja" if one.codable else "nee"] for one in (*_imported_codes(bench), *new_codes)],
        columns=coding.CODES,
    )  # fmt: skip
    with whole_files(folder / CODES_FILE, folder / CODEBOOK_FILE) as (codes_file, codebook_file):
        kept = both[own].sort_values(["verhaal", "begin", "eind", "code", "codeur"], kind="stable")
        write_csv(kept, codes_file)
        write_csv(book, codebook_file)
    agreement, rows = coding.reliabilities(both, sentences, bench.plan.seed)
    shown = {one.guid: one.name for one in (*codes, *new_codes)}
    if divided is not None:
        text = {(name, int(number) + 1): part for name, number, part in sentences[["story", "sentence", "text"]].itertuples(index=False, name=None)}  # fmt: skip
        table = rows.assign(
            tekst=[text[key] for key in zip(rows["verhaal"], rows["zin"], strict=True)],
            code=rows["code"].map(shown),
        )
        write_csv(table[["verhaal", "zin", "code", "wie", "tekst"]], divided)
    named = tuple(
        coding.Reliability(shown.get(one.code, one.code), one.alpha, one.given) for one in agreement
    )
    return Imported(len(new_codes), len(fresh), project.skipped, named, rows)
