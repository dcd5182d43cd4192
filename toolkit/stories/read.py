"""Read delivered stories; the text is still raw here and may hold names."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, parse_date, parse_number, read_table
from toolkit.project import CorpusSettings, StorySource

OPTIONAL = ("respondent", "partner", "voorziening", "area", "date", "title", "quote_consent", "feeling")


def read_stories(
    folder: Path, settings: CorpusSettings, areas: pd.DataFrame, merge: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """All stories of a corpus as delivered, one row a story.

    Columns: story, respondent, role, partner, voorziening, area (after merging), date, title, text
    (raw: not to be written anywhere), quote_consent (bool; empty is no), feeling (-1 to 1),
    dyad_<id> (0-1), triad_<id>_1..3 (shares that add up to 1). Unanswered is NaN or "".
    `areas` has column gebied.

    Raises DataError with every problem of every file.
    """
    parts, problems = [], []
    for source in settings.sources:
        try:
            parts.append(_read_source(folder, source, settings, areas, merge or {}))
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    stories = pd.concat(parts, ignore_index=True)
    double = stories.loc[stories["story"].duplicated(), "story"]
    if len(double):
        raise DataError(
            [
                Problem("de bronnen samen", f"het nummer '{name}' komt in twee bronnen voor.", "Geef elk verhaal een eigen nummer.")
                for name in double.unique()
            ]
        )
    return stories


def _read_source(
    folder: Path, source: StorySource, settings: CorpusSettings, areas: pd.DataFrame, merge: Mapping[str, str]
) -> pd.DataFrame:
    file = Path(source.file).name
    answers = [dyad.column for dyad in settings.dyads] + [c for triad in settings.triads for c in triad.columns]
    table = read_table(folder / source.file, source.sheet, [*source.columns.values(), *answers])
    wanted = [source.columns.get(name, name) for name in ("story", "text")]
    problems = missing_columns(table, [*wanted, *source.columns.values(), *answers], file, source.sheet)
    problems = list(dict.fromkeys(problems))
    if problems:
        raise DataError(problems)

    def complain(row: int, column: str, message: str, remedy: str) -> None:
        problems.append(Problem(file, message, remedy, source.sheet, row, column))

    def column(name: str) -> pd.Series:
        """The delivered column of one of our names, or empty cells."""
        delivered = source.columns.get(name)
        return table[delivered] if delivered else pd.Series("", index=table.index, dtype="object")

    known = set(areas["gebied"])
    for row, name in column("story").items():
        if not name:
            complain(int(str(row)), source.columns["story"], "het nummer is leeg.", "Geef elk verhaal een nummer.")
    for row in table.index[column("story").duplicated() & (column("story") != "")]:
        complain(row, source.columns["story"], f"het nummer '{column('story')[row]}' komt twee keer voor.", "Geef elk verhaal een eigen nummer.")
    for row, code in column("area").items():
        if code and code not in known:
            complain(int(str(row)), source.columns["area"], f"'{code:.20}' is geen gebied van dit project.", closest(code, known) or "Gebruik een CBS-code zoals WK050507.")
    for row, text in column("date").items():
        if text and parse_date(text) is None:
            complain(int(str(row)), source.columns["date"], f"'{text:.20}' is geen datum.", "Schrijf een datum als 2026-03-12.")
    feelings = {**{name.lower(): value for name, value in settings.feeling_scale.items()}}
    frame = pd.DataFrame(
        {
            "story": column("story"),
            "role": source.role,
            **{name: column(name) for name in OPTIONAL if name not in ("quote_consent", "feeling", "date")},
            "date": pd.to_datetime(column("date").map(lambda text: parse_date(text))),
            "text": column("text"),
            "quote_consent": column("quote_consent").isin(source.consent_yes),
            "feeling": column("feeling").str.lower().map(feelings).astype(float),
        }
    )
    if source.partner:
        frame["partner"] = source.partner
    frame["area"] = frame["area"].replace(dict(merge))
    for dyad in settings.dyads:
        frame[f"dyad_{dyad.id}"] = _share(table[dyad.column], dyad.column, complain)
    for triad in settings.triads:
        shares = pd.DataFrame({name: _share(table[name], name, complain) for name in triad.columns})
        total = shares.sum(axis=1)
        for row in table.index[shares.notna().any(axis=1) & ((total - 1).abs() > 0.02)]:
            complain(row, triad.columns[0], f"de drie delen van '{triad.id}' tellen op tot {total[row] * 100:.0f}, niet tot 100.", "Vul drie delen in die samen 100 zijn, of laat ze alle drie leeg.")
        for number, name in enumerate(triad.columns, start=1):
            frame[f"triad_{triad.id}_{number}"] = shares[name] / total.where(total > 0)
    if problems:
        raise DataError(problems)
    return frame


def _share(cells: pd.Series, name: str, complain: object) -> pd.Series:
    """Delivered values of 0 to 100 as shares 0-1; empty is NaN."""
    numbers = cells.map(lambda text: parse_number(text) if text else float("nan"))
    for row, number in numbers.items():
        if number is None or not (number != number or 0 <= number <= 100):
            complain(row, name, f"'{cells[row]:.20}' is geen getal van 0 tot en met 100.", "Vul een getal van 0 tot en met 100 in.")  # type: ignore[operator]
    return pd.to_numeric(numbers, errors="coerce").astype(float) / 100
