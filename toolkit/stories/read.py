"""Read delivered stories; the text is still raw here and may hold names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.areas import Places, is_unknown, places
from toolkit.cells import parse_date, parse_number
from toolkit.errors import DataError, Problem, closest
from toolkit.files import missing_columns, read_table
from toolkit.project import CorpusSettings, StorySource

REQUIRED = ("story", "text")
OPTIONAL = ("respondent", "partner", "voorziening", "area", "date", "title", "quote_consent", "feeling")
OWN_NUMBER = "Geef elk verhaal een eigen nummer."
OF_A_HUNDRED = "Vul een getal van 0 tot en met 100 in."
_LOOKED_AT = 100  # unknown areas for which a name like it is looked for


@dataclass(frozen=True)
class Delivered:
    """The delivered stories, and Dutch sentences on answers that could not be counted."""

    stories: pd.DataFrame
    warnings: tuple[str, ...]


def read_stories(
    folder: Path, settings: CorpusSettings, areas: pd.DataFrame, merge: Mapping[str, str] | None = None
) -> Delivered:
    """All stories of a corpus as delivered, one row a story.

    Columns: story, respondent, role, partner, voorziening, area (after merging), date, title, text
    (raw: not to be written anywhere), quote_consent (bool; empty is no), feeling (-1 to 1),
    dyad_<id> (0-1), triad_<id>_1..3 (shares that add up to 1). Unanswered is NaN or "". A feeling that
    is not in the scale, and a triad of which a part is empty, count as unanswered and give a warning.
    `areas` has columns gebied and naam; a delivery may use either, or a code of a neighbourhood (BU).

    Raises DataError with every problem of every file.
    """
    parts: list[pd.DataFrame] = []
    problems: list[Problem] = []
    feelings: Counter[str] = Counter()
    partial: Counter[str] = Counter()
    for source in settings.sources:
        try:
            part, strange, halves = _read_source(folder, source, settings, areas, merge or {})
            parts.append(part)
            feelings.update(strange)
            partial.update(halves)
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    stories = pd.concat(parts, ignore_index=True)
    double = stories.loc[stories["story"].duplicated(), "story"].unique()
    if len(double):
        message = "het nummer '{:.40}' komt in twee bronnen voor."
        raise DataError([Problem("corpus.toml", message.format(name), OWN_NUMBER) for name in double])
    return Delivered(stories, tuple(_warnings(feelings, partial)))


def _warnings(feelings: Counter[str], partial: Counter[str]) -> Iterator[str]:
    if number := feelings.total():
        # An answer may be a text of its own: only what looks like a choice is shown.
        choices = sorted({cell for cell in feelings if len(cell) <= 20 and len(cell.split()) <= 3})
        shown = ": " + ", ".join(f"'{cell}'" for cell in choices[:5]) if choices else "."
        one = number == 1
        yield (
            f"{number} {'antwoord' if one else 'antwoorden'} bij gevoel {'staat' if one else 'staan'} niet in de "
            f"schaal en {'telt' if one else 'tellen'} als niet beantwoord{shown}"
        )
    for triad, number in sorted(partial.items()):
        one = number == 1
        yield (
            f"{number} {'antwoord' if one else 'antwoorden'} bij de triade '{triad}' {'heeft' if one else 'hebben'} "
            f"een leeg deel en {'telt' if one else 'tellen'} als niet beantwoord."
        )


def _read_source(
    folder: Path, source: StorySource, settings: CorpusSettings, areas: pd.DataFrame, merge: Mapping[str, str]
) -> tuple[pd.DataFrame, Counter[str], Counter[str]]:
    """The stories of one file, the feelings that are not in the scale, and per triad the half answers."""
    file = Path(source.file).name
    answers = [one.column for one in settings.dyads] + [
        name for one in settings.triads for name in one.columns
    ]
    table = read_table(
        folder / source.file, source.sheet, [*source.columns.values(), *answers], source.format
    )
    _check_columns(table, source, answers, file)
    problems: list[Problem] = []

    def refuse(cells: pd.Series[str], wrong: Callable[[str], bool], message: str, remedy: str) -> None:
        """A problem for every cell that is wrong; the message shows the cell, cut short."""
        problems.extend(
            Problem(file, message.format(cell), remedy, source.sheet, int(row), str(cells.name))
            for row, cell in zip(table.index, cells, strict=True)
            if wrong(cell)
        )

    def delivered(name: str) -> pd.Series[str]:
        """The delivered column of one of our names, or empty cells."""
        column = source.columns.get(name)
        return table[column] if column else pd.Series("", index=table.index, dtype="object", name=name)

    known = places(areas, merge)
    feelings = {key.lower(): value for key, value in settings.feeling_scale.items()}
    numbers, area = delivered("story"), delivered("area")
    refuse(numbers, lambda cell: not cell, "het nummer is leeg.", OWN_NUMBER)
    double = set(numbers[numbers.duplicated()]) - {""}
    refuse(numbers, lambda cell: cell in double, "het nummer '{:.40}' komt meer dan eens voor.", OWN_NUMBER)
    found = {cell: "" if not cell or is_unknown(cell) else known.find(cell) for cell in set(area)}
    remedies = _remedies(sorted(cell for cell, code in found.items() if code is None), known)
    for remedy in sorted(set(remedies.values())):
        refuse(
            area,
            lambda cell, remedy=remedy: remedies.get(cell) == remedy,  # type: ignore[misc]
            "'{:.20}' is geen gebied van dit project.",
            remedy,
        )
    refuse(
        delivered("date"),
        lambda cell: bool(cell) and parse_date(cell) is None,
        "'{:.20}' is geen datum.",
        "Schrijf een datum als 2026-03-12.",
    )
    for name in answers:
        refuse(table[name], _no_percentage, "'{:.20}' is geen getal van 0 tot en met 100.", OF_A_HUNDRED)
    frame = pd.DataFrame(
        {
            "story": numbers,
            "role": source.role,
            **{
                name: delivered(name) for name in OPTIONAL if name not in ("quote_consent", "feeling", "date")
            },
            "date": pd.to_datetime(delivered("date").map(parse_date)),
            "text": delivered("text"),
            "quote_consent": delivered("quote_consent").isin(source.consent_yes),
            "feeling": delivered("feeling").str.lower().map(feelings).astype(float),
        }
    )
    told = delivered("feeling").str.lower()
    strange = Counter(str(cell) for cell in told[(told != "") & ~told.isin(list(feelings))])
    partial: Counter[str] = Counter()
    frame["partner"] = source.partner or frame["partner"]
    frame["area"] = frame["area"].map(found).fillna("")
    for dyad in settings.dyads:
        frame[f"dyad_{dyad.id}"] = _shares(table[dyad.column])
    for triad in settings.triads:
        parts = pd.DataFrame(
            {number: _shares(table[name]) for number, name in enumerate(triad.columns, start=1)}
        )
        total = parts.sum(axis=1)
        half = parts.notna().any(axis=1) & parts.isna().any(axis=1)
        if half.any():
            partial[triad.id] = int(half.sum())
        off = parts.notna().any(axis=1) & ((total - 1).abs() > 0.02)
        problems.extend(
            Problem(
                file,
                f"de drie delen van '{triad.id}' tellen op tot {100 * total[row]:.0f}, niet tot 100.",
                "Vul drie delen in die samen 100 zijn, of laat ze alle drie leeg.",
                source.sheet,
                int(row),
                triad.columns[0],
            )
            for row in table.index[off]
        )
        for number in parts:
            frame[f"triad_{triad.id}_{number}"] = parts[number] / total.where(total > 0)
    if problems:
        raise DataError(problems)
    return frame, strange, partial


def _remedies(unknown: Sequence[str], known: Places) -> dict[str, str]:
    """What to do about each unknown area: the name that it looks like, for the first hundred."""
    usual = "Gebruik de naam van het gebied, of een CBS-code zoals WK050507."
    return {word: known.remedy(word) or usual for word in unknown[:_LOOKED_AT]} | dict.fromkeys(
        unknown[_LOOKED_AT:], usual
    )


def _check_columns(table: pd.DataFrame, source: StorySource, answers: list[str], file: str) -> None:
    known = (*REQUIRED, *OPTIONAL)
    problems = [
        Problem(
            "corpus.toml",
            f"'{name:.40}' is geen naam die de toolkit kent.",
            closest(name, known) or f"Kies uit: {', '.join(known)}.",
            column="kolommen",
        )
        for name in source.columns
        if name not in known
    ]
    problems += [
        Problem("corpus.toml", f"bij {file} staat niet welke kolom '{name}' is.", "Vul die in bij kolommen.")
        for name in REQUIRED
        if name not in source.columns
    ]
    wanted = dict.fromkeys([*source.columns.values(), *answers])
    problems += missing_columns(table, list(wanted), file, source.sheet)
    if problems:
        raise DataError(problems)


def _no_percentage(cell: str) -> bool:
    number = parse_number(cell)
    return bool(cell) and (number is None or not 0 <= number <= 100)


def _shares(cells: pd.Series[str]) -> pd.Series[float]:
    """Delivered values of 0 to 100 as shares 0-1; what is empty or no number is NaN."""
    return cells.map(lambda cell: parse_number(cell) if cell else None).astype(float) / 100
