"""Publish a questionnaire in LimeSurvey, fetch the responses, and say how things stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from toolkit.alone import alone
from toolkit.cells import plain
from toolkit.collect.questionnaires import LSS, Exported, export, mark
from toolkit.errors import DataError, Problem, ToolkitError, closest
from toolkit.files import clear_leftovers, read_table
from toolkit.limesurvey import publish as lime
from toolkit.limesurvey.client import Connection, LimeSurveyError
from toolkit.limesurvey.credentials import find
from toolkit.limesurvey.delivery import STORE
from toolkit.limesurvey.fetch import Fetched, Progress
from toolkit.limesurvey.fetch import fetch as fetch_into
from toolkit.limesurvey.settings import (
    LimeSettings,
    Published,
    read_lime_settings,
    read_published,
    survey_number,
    write_published,
)
from toolkit.limesurvey.store import Counts, opened
from toolkit.questionnaire.names import title

_PEOPLE = {
    "voornaam": "firstname",
    "achternaam": "lastname",
    "email": "email",
    "taal": "language",
    "code": "token",
}
Say = Callable[[str], None]


@dataclass(frozen=True)
class Publication:
    """What publishing did: the number in LimeSurvey, whether it is open, and how many participants it has."""

    number: int
    open: bool
    participants: int | None
    replaced: int
    address: str


@dataclass(frozen=True)
class Status:
    """How a survey stands: what the store holds, what LimeSurvey says, and what a fetch cannot see.

    `there` is complete and incomplete in LimeSurvey, None when it was not asked or did not answer.
    """

    number: int
    counts: Counts | None
    fetched: str
    full: str
    cut_off: bool
    there: tuple[int, int] | None
    open: bool | None
    participants: int | None
    notes: tuple[str, ...]


def connect(settings: LimeSettings, say: Say | None = None) -> Connection:
    """A conversation with the server of the settings; nothing is asked yet.

    Raises ToolkitError when there are no credentials.
    """
    return Connection(
        settings.address, find(settings.address), settings.timeout, login=settings.login, said=say
    )


def publish(
    folder: Path,
    participants: Path | None = None,
    activate: bool = False,
    more: bool = False,
    say: Say | None = None,
    today: date | None = None,
) -> Publication:
    """Put a questionnaire in LimeSurvey as a draft, with participants and open for answers if asked.

    An earlier draft of this folder is replaced; a survey that is open does not change, but gets the
    participants. Codebook and LimeSurvey file are written beside the questionnaire.

    Raises DataError for a wrong questionnaire or list of participants, before LimeSurvey is asked anything.
    """
    settings = read_lime_settings(folder)
    made = export(folder)
    people = _people(participants, made) if participants else []
    published = read_published(folder)
    earlier = published.number if published and published.address == settings.address else 0
    with connect(settings, say) as connection:
        state = lime.is_open(connection, earlier) if earlier else None
        if state is not None and published and published.mark == made.mark:
            number = earlier
        else:
            titles = [title(question) for question in made.questionnaire.questions]
            number = lime.import_draft(connection, made.text, titles, earlier)
            day = (today or date.today()).isoformat()
            version = made.questionnaire.version
            write_published(folder, Published(number, settings.address, version, made.mark, day))
        count = None
        if people:
            attributes = len(made.questionnaire.attributes)
            count = lime.add_participants(connection, number, people, attributes, more)
        if activate:
            lime.open_survey(connection, number)
        return Publication(
            number, activate or bool(state), count, earlier if earlier != number else 0, settings.address
        )


def fetch(
    folder: Path, full: bool = False, progress: Progress | None = None, say: Say | None = None
) -> Fetched:
    """Fetch the responses of a survey into its `raw/`; see `limesurvey.fetch.fetch`.

    Raises ToolkitError when another command is fetching them.
    """
    settings = read_lime_settings(folder)
    number = survey_number(folder, settings)
    raw = (folder / STORE).parent
    busy = "Een andere opdracht haalt deze antwoorden al op."
    with connect(settings, say) as connection, alone(raw / ".ophalen.lock", busy):
        clear_leftovers(raw)
        return fetch_into(connection, number, settings, folder, full, progress)


def status(folder: Path, ask: bool = True, say: Say | None = None) -> Status:
    """How a survey stands; LimeSurvey is asked unless `ask` is off, and need not answer."""
    settings = read_lime_settings(folder)
    number = survey_number(folder, settings)
    counts, fetched, full, cut_off, stamped = None, "", "", False, True
    notes: list[str] = []
    if (folder / STORE).is_file():
        with opened(folder / STORE) as store:
            counts, fetched, full = store.counts(), store.state("opgehaald"), store.state("volledig")
            cut_off = store.state("volledig_bezig") == "ja" or not fetched
            stamped = bool(store.state("laatste_stempel")) or not counts.versions
            if int(store.state("twijfel") or 0):
                notes.append(
                    "Antwoorden met een tijd in het uur waarin de klok werd verzet: "
                    f"{store.state('twijfel')}. Die tijd kan een uur schelen."
                )
    there = is_open = participants = None
    if ask:
        try:
            with connect(settings, say) as connection:
                is_open = lime.is_open(connection, number)
                summary = connection.read("get_summary", number)
                if isinstance(summary, dict):
                    there = int(summary["completed_responses"]), int(summary["incomplete_responses"])
                    participants = int(summary["token_count"]) if "token_count" in summary else None
        except ToolkitError as error:
            notes.append(f"LimeSurvey gaf geen antwoord op de vraag hoe het staat: {error.message}")
    notes += _blind_spots(stamped)
    notes += _changed_since(folder)
    return Status(number, counts, fetched, full, cut_off, there, is_open, participants, tuple(notes))


def _blind_spots(stamped: bool) -> Iterator[str]:
    yield (
        "Gewoon ophalen ziet geen wijziging die een beheerder in LimeSurvey maakt: die krijgt geen datumstempel. "
        "Haal daarvoor alles opnieuw op met --full."
    )
    if not stamped:
        yield "Deze vragenlijst heeft geen datumstempels. Een wijziging na het inzenden is alleen te zien met --full."


def _changed_since(folder: Path) -> Iterator[str]:
    published, file = read_published(folder), folder / LSS
    if published and file.is_file() and mark(file.read_text(encoding="utf-8")) != published.mark:
        yield f"De vragenlijst is veranderd na het publiceren op {published.day}; in LimeSurvey staat de oude."


def _people(path: Path, made: Exported) -> list[dict[str, str]]:
    """Participants of a CSV or XLSX under LimeSurvey's names; problems tell rows and never who."""
    table = read_table(path, header=[*_PEOPLE, *made.questionnaire.attributes])
    own = {name: f"attribute_{place}" for place, name in enumerate(made.questionnaire.attributes, 1)}
    names = {**_PEOPLE, **{plain(name): column for name, column in own.items()}}
    problems = []
    for name in map(str, table.columns):
        if plain(name) not in names:
            remedy = (
                closest(plain(name), names)
                or "Noem deze kolom bij kenmerken in de vragenlijst, of haal hem weg."
            )
            problems.append(Problem(path.name, "deze kolom is niet bekend.", remedy, column=name))
    people = []
    seen: dict[str, int] = {}
    for row, record in zip(table.index, table.to_dict("records"), strict=True):
        person = {
            names[plain(key)]: str(value) for key, value in record.items() if plain(key) in names and value
        }
        if "email" not in person and "token" not in person:
            problems.append(
                Problem(path.name, "hier staat geen email en geen code.", "Vul er een in.", row=int(row))
            )
        if "email" in person and "@" not in person["email"]:
            problems.append(
                Problem(path.name, "dit is geen e-mailadres.", "Verbeter het.", row=int(row), column="email")
            )
        for key in ("email", "token"):
            if person.get(key) and seen.setdefault(f"{key} {person[key]}", int(row)) != row:
                message = f"hetzelfde als in rij {seen[f'{key} {person[key]}']}."
                problems.append(
                    Problem(path.name, message, "Noem iedereen één keer.", row=int(row), column=key)
                )
        people.append(person)
    if problems:
        raise DataError(problems)
    if not people:
        raise LimeSurveyError(f"In {path.name} staan geen deelnemers.", "Zet er een rij per persoon in.")
    return people
