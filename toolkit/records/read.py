"""Read the registrations of partners into Trajectories; all problems of all files at once."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.areas import Places, is_unknown, places
from toolkit.cells import is_empty, looks_like_bsn, parse_count, parse_date, parse_number, plain
from toolkit.errors import DataError, Problem, closest
from toolkit.files import Sheet, read_sheet
from toolkit.project import ChangeScore, Delivery, RecordSettings
from toolkit.records.delivery import OLD_DIVISION, column_problems, mapped_rows, one_line, period_problems
from toolkit.records.end_codes import end_codes, to_end_code
from toolkit.records.trajectories import complete
from toolkit.tables import TRAJECTORIES, TRAJECTORY_DETAILS, empty

_DATES = ("signup", "start", "end")
_GOALS = ("goals_set", "goals_met")
_DETAILS = {column.name: column.kind for column in TRAJECTORY_DETAILS}
_NAMES = [*TRAJECTORIES.names, *_DETAILS]
_WORDS = tuple(name for name, kind in _DETAILS.items() if kind == "text" and name != "bridging")
_CODED = ("end_code", "area", "voorziening", "partner", "bridging", *_WORDS)
_REQUIRED = ("client", "start")
_SETTINGS_FILE = "registratie.toml"
_EARLIEST = dt.date(1990, 1, 1)
_YEARS_AHEAD = 5  # a planned end may lie in the future, but not further than this


def read_records(
    folder: Path, settings: RecordSettings, areas: pd.DataFrame, merge: Mapping[str, str]
) -> pd.DataFrame:
    """The trajectories of all deliveries of a registration, as the contract Trajectories.

    `areas` has columns gebied (CBS code) and naam; a delivery may use either, or a code of a
    neighbourhood (BU). `merge` says which area joins which other one. Rows keep their order. Empty
    cells stay empty: no end means that the trajectory runs, no start that it has not begun. Columns
    that the settings do not map are never read. Unless partners share their keys (`sleutel_gedeeld`),
    a client is the partner's name and key, so that nobody is taken for a client of another partner. Of
    the details (tables.TRAJECTORY_DETAILS) the table has all columns, empty where a delivery does not
    tell.

    Raises DataError with all problems of all files: settings that do not fit the file, a missing
    client, a key that looks like a BSN, dates that are no dates or run backwards, an unknown end code
    or area, goals that cannot be, a client who is in two areas on the same day.
    """
    known = places(areas, merge)
    problems = period_problems(_SETTINGS_FILE, settings.period_start, settings.period_end)
    frames: list[pd.DataFrame] = []
    for delivery in settings.deliveries:
        try:
            frames.append(_read_delivery(folder, delivery, settings, known))
        except DataError as error:
            problems.extend(error.problems)
    if problems:
        raise DataError(problems)
    if not frames:
        return complete(empty(TRAJECTORIES))
    everyone = pd.concat(frames, ignore_index=True)
    if not settings.shared_key:
        # Number 12 of one partner is somebody else than number 12 of another one.
        everyone["client"] = everyone["partner"] + ":" + everyone["client"]
    return complete(everyone)


def _read_delivery(folder: Path, delivery: Delivery, settings: RecordSettings, known: Places) -> pd.DataFrame:
    problems = [*_settings_problems(delivery), *_score_problems(delivery, settings)]
    if problems:
        raise DataError(problems)
    columns = list(delivery.columns.values())
    table = read_sheet(folder / delivery.file, delivery.sheet, columns, delivery.format)
    problems = column_problems(table, columns)
    if problems:
        raise DataError(problems)
    latest = settings.period_end.replace(day=1, year=settings.period_end.year + _YEARS_AHEAD)
    reader = _RowReader(table, delivery, settings, known, latest)
    rows = [reader.read(number, row) for number, row in mapped_rows(table, columns)]
    problems = [*reader.problems, *_in_two_areas(rows, reader)]
    if not rows:
        problems.append(Problem(table.file, "er staan geen trajecten in dit bestand.", sheet=table.name))
    if problems:
        raise DataError(sorted(problems, key=lambda problem: problem.row or 0))
    return pd.DataFrame(rows)[_NAMES]


def _settings_problems(delivery: Delivery) -> Iterator[Problem]:
    """What is wrong in the settings of a delivery, before its file is opened."""
    if delivery.format not in ("csv", "xlsx"):
        yield Problem(
            _SETTINGS_FILE,
            f"formaat '{delivery.format}' kan niet voor trajecten ({delivery.file}).",
            "Kies csv of xlsx.",
        )
    for name in delivery.columns:
        if name not in _NAMES:
            remedy = closest(name, _NAMES) or f"Kies uit: {', '.join(_NAMES)}."
            yield Problem(_SETTINGS_FILE, f"'{name}' is geen gegeven van een traject.", remedy, column=name)
    for name in _REQUIRED:
        if name not in delivery.columns:
            yield Problem(
                _SETTINGS_FILE,
                f"bij {delivery.file} staat niet in welke kolom '{name}' staat.",
                f'Voeg onder [levering.kolommen] toe: {name} = "kolomnaam".',
                column=name,
            )
    if not delivery.partner and "partner" not in delivery.columns:
        yield Problem(
            _SETTINGS_FILE, f"bij {delivery.file} staat niet wie de partner is.", "Vul 'partner' in."
        )
    for name in delivery.codes:
        if name not in _CODED:
            yield Problem(
                _SETTINGS_FILE, f"codes voor '{name}' worden niet gebruikt.", column=f"codes.{name}"
            )
    for word, code in delivery.codes.get("end_code", {}).items():
        if code not in end_codes():
            yield Problem(
                _SETTINGS_FILE,
                f"'{word:.40}' verwijst naar eindcode '{code:.40}', en die bestaat niet.",
                f"Kies uit: {', '.join(end_codes())}.",
                column="codes.end_code",
            )


def _score_problems(delivery: Delivery, settings: RecordSettings) -> Iterator[Problem]:
    """Scores without the questionnaire that they come from: its spread and reliability are needed."""
    for name, block in (("problems", "problemen"), ("selfreliance", "zelfredzaamheid")):
        score: ChangeScore | None = getattr(settings, name)
        if score is None and any(f"{name}_{when}" in delivery.columns for when in ("before", "after")):
            yield Problem(
                _SETTINGS_FILE,
                f"bij {delivery.file} staan scores, maar het blok [{block}] ontbreekt.",
                f"Voeg [{block}] toe, met vragenlijst, sd, r, gewenst, minimum en maximum.",
                column=block,
            )


class _RowReader:
    """Reads rows of one table one by one, and gathers the problems on the way."""

    def __init__(
        self, table: Sheet, delivery: Delivery, settings: RecordSettings, places: Places, latest: dt.date
    ) -> None:
        self.table = table
        self.delivery = delivery
        self.scores = {"problems": settings.problems, "selfreliance": settings.selfreliance}
        self.places = places
        self.latest = latest
        self.problems: list[Problem] = []
        self.words = {
            name: {plain(word): ours for word, ours in words.items()}
            for name, words in delivery.codes.items()
        }

    def read(self, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
        """One trajectory, with its row number."""

        def cell(name: str) -> Any:
            found = row.get(self.delivery.columns.get(name, ""), "")
            return "" if is_empty(found) else found

        result: dict[str, Any] = {"row": number, "client": self._client(number, cell("client"))}
        result["partner"] = self._word("partner", cell("partner")) or self.delivery.partner
        result["voorziening"] = self._word("voorziening", cell("voorziening"))
        result["area"] = self._coded(number, "area", cell("area"), self._area)
        for name in _DATES:
            result[name] = self._date(number, name, cell(name))
        result["end_code"] = self._coded(number, "end_code", cell("end_code"), self._end_code)
        for name in _GOALS:
            result[name] = self._goals(number, name, cell(name))
        result |= self._details(number, cell)
        self._check_dates(number, result, frozenset(name for name in _DATES if cell(name) == ""))
        self._check_goals(number, result)
        return result

    def problem(self, number: int, name: str, message: str, remedy: str) -> None:
        """Note a problem in the column that holds `name`."""
        column = self.delivery.columns.get(name, "")
        self.problems.append(Problem(self.table.file, message, remedy, self.table.name, number, column))

    def _client(self, number: int, cell: object) -> str:
        if cell == "":
            self.problem(number, "client", "de sleutel van de cliënt ontbreekt.", "Vul de sleutel in.")
        elif looks_like_bsn(cell):
            # The value itself is never repeated: it may be somebody's number.
            self.problem(
                number,
                "client",
                "deze sleutel lijkt een BSN.",
                "Lever nooit een BSN aan. Vervang het door een eigen sleutel met een letter erin.",
            )
        return one_line(cell)

    def _word(self, name: str, cell: object) -> str:
        text = one_line(cell)
        return self.words.get(name, {}).get(plain(text), text)

    def _area(self, cell: object) -> tuple[str | None, str]:
        word = self._word("area", cell)
        if (code := self.places.find(word)) is not None:
            return code, ""
        return None, self.places.remedy(word) or OLD_DIVISION

    def _end_code(self, cell: object) -> tuple[str | None, str]:
        code = to_end_code(self._word("end_code", cell))
        if code is not None:
            return code, ""
        return None, closest(one_line(cell), self.delivery.codes.get("end_code", {})) or (
            "Voeg het woord toe onder [levering.codes.end_code] met een landelijke code "
            f"({', '.join(end_codes())})."
        )

    def _coded(
        self, number: int, name: str, cell: object, find: Callable[[object], tuple[str | None, str]]
    ) -> str:
        if cell == "" or (name == "area" and is_unknown(cell)):
            return ""
        value, remedy = find(cell)
        if value is None:
            kind = "is een onbekend gebied" if name == "area" else "is een onbekende reden van het einde"
            self.problem(number, name, f"'{one_line(cell):.40}' {kind}.", remedy)
        return value or ""

    def _date(self, number: int, name: str, cell: object) -> dt.date | None:
        if cell == "":
            return None
        date = parse_date(cell)
        if date is None:
            text = one_line(cell)
            shown = f"'{text}'" if re.fullmatch(r"[\d\s./:-]{1,20}", text) else "deze waarde"
            remedy = "Schrijf een datum als 31-12-2025 of 2025-12-31, de dag voor de maand."
            self.problem(number, name, f"{shown} is geen datum.", remedy)
        elif not _EARLIEST <= date <= self.latest:
            self.problem(
                number, name, f"de datum {date:%d-%m-%Y} is niet aannemelijk.", "Controleer het jaartal."
            )
            return None
        return date

    def _goals(self, number: int, name: str, cell: object) -> float:
        if cell == "" or is_unknown(cell):
            return float("nan")
        whole = parse_count(cell)
        if whole is None:
            self.problem(number, name, "dit is geen heel getal van 0 of meer.", "Vul een aantal in, zoals 3.")
            return float("nan")
        return float(whole)

    def _details(self, number: int, cell: Callable[[str], Any]) -> dict[str, Any]:
        """What the delivery tells besides: texts, the last contact, bridging care, scores."""
        found: dict[str, Any] = {name: self._word(name, cell(name)) for name in _WORDS}
        found["contact"] = self._date(number, "contact", cell("contact"))
        found["bridging"] = self._yes_no(number, cell("bridging"))
        for name, score in self.scores.items():
            for when in ("before", "after"):
                column = f"{name}_{when}"
                found[column] = self._score(number, column, cell(column), score)
        return found

    def _yes_no(self, number: int, cell: object) -> str:
        text = plain(self._word("bridging", cell))
        if text == "" or is_unknown(text):
            return ""
        answer = {"ja": "ja", "j": "ja", "1": "ja", "nee": "nee", "n": "nee", "0": "nee"}.get(text, "")
        if not answer:
            message = f"'{one_line(cell):.40}' is geen ja of nee."
            self.problem(number, "bridging", message, "Vul ja of nee in, of laat de cel leeg.")
        return answer

    def _score(self, number: int, name: str, cell: object, score: ChangeScore | None) -> float:
        if cell == "" or is_unknown(cell) or score is None:
            return float("nan")
        value = parse_number(cell)
        if value is None:
            message, remedy = "dit is geen getal.", "Vul een score in, zoals 3,5."
        elif not score.minimum <= value <= score.maximum:
            between = f"van {score.minimum:g} tot en met {score.maximum:g}".replace(".", ",")
            message, remedy = "deze score kan niet.", f"De vragenlijst loopt {between}."
        else:
            return value
        self.problem(number, name, message, remedy)
        return float("nan")

    def _check_dates(self, number: int, row: Mapping[str, Any], bare: frozenset[str]) -> None:
        signup, start, end = (row[name] for name in _DATES)
        remedy = "Zijn de datums verwisseld?"
        if {"start", "signup"} <= bare:
            message = "de startdatum en de aanmelddatum ontbreken allebei."
            self.problem(number, "start", message, "Vul minstens een van de twee in.")
        if signup and start and start < signup:
            self.problem(number, "start", "de startdatum ligt voor de aanmelddatum.", remedy)
        first, word = (start, "startdatum") if start else (signup, "aanmelddatum")
        if first and end and end < first:
            self.problem(number, "end", f"de einddatum ligt voor de {word}.", remedy)
        began = start or signup
        if row["contact"] and began and row["contact"] < began:
            message = f"het laatste contact ligt voor de {word}."
            self.problem(number, "contact", message, remedy)
        if row["end_code"] and "end" in bare:
            message = "er staat een reden van het einde, maar geen einddatum."
            self.problem(number, "end", message, "Vul de einddatum in, of haal de reden weg.")

    def _check_goals(self, number: int, row: Mapping[str, Any]) -> None:
        agreed, met = row["goals_set"], row["goals_met"]
        if met > agreed:
            message = "er zijn meer doelen behaald dan gesteld."
            self.problem(number, "goals_met", message, "Controleer de twee aantallen.")


def _in_two_areas(rows: Sequence[Mapping[str, Any]], reader: _RowReader) -> Iterator[Problem]:
    """Clients of one partner with trajectories in different areas that share a day."""
    by_client: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["client"] and row["area"] and row["start"]:
            by_client.setdefault(f"{row['partner']}|{row['client']}", []).append(row)
    found: set[int] = set()
    for mine in by_client.values():
        if len({row["area"] for row in mine}) < 2:
            continue
        for place, one in enumerate(mine):
            for other in mine[place + 1 :]:
                share_a_day = max(one["start"], other["start"]) <= min(
                    one["end"] or dt.date.max, other["end"] or dt.date.max
                )
                if one["area"] != other["area"] and share_a_day:
                    found |= {one["row"], other["row"]}
    for number in sorted(found):
        yield Problem(
            reader.table.file,
            "deze cliënt staat op dezelfde dag in twee gebieden.",
            "Kies het gebied waar de cliënt woont. Na een verhuizing hoort een nieuw traject.",
            reader.table.name,
            number,
            reader.delivery.columns.get("area", ""),
        )
