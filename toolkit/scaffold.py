"""Start a project, and a survey, registration, corpus, analysis or report in it, from starters.

The starters stand in `toolkit/templates`, a folder per kind, as the files that a user gets. In them
%WORD% marks what differs; every key is explained in a comment, in plain Dutch.
"""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NoReturn

from toolkit.errors import DataError, ProjectError, closest
from toolkit.files import missing_columns, read_table
from toolkit.project import MARKER, Project

FOLDERS: Mapping[str, str] = {
    "enquete": "surveys",
    "registratie": "surveys",
    "signalen": "surveys",
    "financien": "surveys",
    "projecten": "surveys",
    "verhalen": "corpora",
    "analyse": "analyses",
    "report": "reports",
    "vragenlijst": "surveys",
}
# The kinds of report, and what each is.
REPORTS: Mapping[str, str] = {
    "evaluatie": "alles over een analyse, met bijlagen",
    "raadsrapportage": "voor de gemeenteraad, eens in de twee jaar",
    "wijkrapport": "een rapport per wijk, naast de hele stad",
    "partnerrapport": "een rapport per partner, naast de hele stad",
    "raadsbrief": "een raadsinformatiebrief in Word, 2 tot 4 bladzijden",
    "projectevaluatie": "een overzicht van projecten, en een blad per project",
    "duidingssessie": "kaarten voor een gesprek, en een formulier voor de uitkomst",
}
# Other words for a kind of report, or for a report of that kind.
_SHORT: Mapping[str, str] = {
    "raad": "raadsrapportage",
    "wijk": "wijkrapport",
    "partner": "partnerrapport",
    "brief": "raadsbrief",
    "raadsinformatiebrief": "raadsbrief",
    "project": "projectevaluatie",
    "projecten": "projectevaluatie",
    "duiding": "duidingssessie",
    "rapport": "evaluatie",
}
VARIANTS = ("wijkteam", "professionals", "buurt", "verhalen")  # the shipped questionnaires
DELIVERED = (
    "vragenlijst",
    "enquete",
    "registratie",
    "signalen",
    "financien",
    "projecten",
    "verhalen",
)  # kinds that have files of others, in raw/
_OF_EVERY_REPORT = ("_quarto.yml", "huisstijl.css")  # files that all kinds of report share
FIRST = "evaluatie"  # the analysis and report that a new project begins with

_ID = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*")
_LONGEST_ID = 60
# Windows refuses these as names of folders, whatever their case.
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d", re.IGNORECASE)
_AREA = re.compile(r"WK\d{6}|BU\d{8}")
_MUNICIPALITY = re.compile(r"GM\d{4}")
_WORD = re.compile(r"%([A-Z_]+)%")
_QUOTED = (".toml", ".qmd", ".yml")  # here words stand between double quotes
_REPORT = ".qmd"
_MARKS = re.compile(r"[\\`*_{}\[\]<>#$@^~|]")  # what Markdown would take for mark-up in a name
_YEARS_KEPT = 5


def init(folder: Path, name: str = "", municipality: str = "GM0505", today: date | None = None) -> list[Path]:
    """Make a new project in `folder`, with an empty analysis and report, and give its files.

    `name` is what the project is called (else: after the folder), `municipality` its CBS code. The
    areas are those of the municipality where the toolkit knows them, else two wijken to fill in. The
    year and the dates in the starters follow `today`. The folder may exist when it is empty; it gets
    all files or none.

    Raises ProjectError when the folder is not empty or the code is not one of a municipality.
    """
    target = folder.resolve()
    if not _MUNICIPALITY.fullmatch(municipality):
        raise ProjectError(
            f"'{municipality:.20}' is geen code van een gemeente.",
            "Een code is GM en vier cijfers, zoals GM0505. U vindt de code op cbs.nl.",
        )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        kind = "is niet leeg" if target.is_dir() else "is een bestand"
        raise ProjectError(f"{target} {kind}.", "Kies een andere naam, of een lege map.")
    with _beside(target) as made:
        words = _words(name.strip() or _readable(target.name), municipality, today)
        _write(_areas_of(municipality), made / "gebieden.csv", words)
        areas = _codes(made / "gebieden.csv", municipality)
        words |= {"EERSTE": FIRST, "KLEIN": list(areas)[-1], "GROOT": next(iter(areas))}
        _write(_templates() / "project", made, words)
        for kind, starter in (("analyse", "analyse"), ("report", "evaluatie")):
            _write(_templates() / starter, made / FOLDERS[kind] / FIRST, words | {"ID": FIRST})
        return _take_place(made, target)


def new(
    project: Project,
    kind: str,
    identifier: str,
    name: str = "",
    today: date | None = None,
    variant: str = "",
) -> list[Path]:
    """Add a starter of `kind` (a key of FOLDERS) to the project, and give its files.

    `identifier` becomes the name of the folder: letters without accents, digits and hyphens. `name`
    is what people call it (else: after the identifier). `variant` says which report (a key of REPORTS,
    or a shorter word for it; else: evaluatie) or which of the shipped questionnaires (VARIANTS; else: the
    first). The words of REPORTS may also stand in the place of `kind`. Kinds with deliveries get an empty
    folder raw/. The folder appears with all its files, or not at all.

    Raises ProjectError for an unknown kind, an identifier that is not allowed or that exists already;
    DataError when the file with areas is not as it should be.
    """
    kind, variant = _kind(kind, variant)
    _check_identifier(identifier)
    parent = project.root / FOLDERS[kind]
    taken = [path.name for path in parent.iterdir()] if parent.is_dir() else []
    # Windows and macOS see no difference between Bewoners and bewoners.
    if same := next((other for other in taken if other.casefold() == identifier.casefold()), ""):
        raise ProjectError(
            f"{FOLDERS[kind]}/{same} bestaat al.",
            f"Kies een andere naam, zoals {identifier}-2, of werk verder in die map.",
        )
    words = _words(name.strip() or _readable(identifier), project.settings.municipality, today) | {
        "ID": identifier
    }
    if FOLDERS[kind] == "surveys":
        words |= _area_words(project)
    target = parent / identifier
    parent.mkdir(parents=True, exist_ok=True)
    with _beside(target) as made:
        if kind == "report":
            for shared in _OF_EVERY_REPORT:
                _write(_templates() / "evaluatie" / shared, made / shared, words)
        _write(_templates() / (variant if kind == "report" else kind), made, words)
        if kind == "vragenlijst":
            _write(_templates() / "vragenlijsten" / f"{variant}.toml", made / "vragenlijst.toml", words)
        if kind in DELIVERED:
            (made / "raw").mkdir()
        return _take_place(made, target)


def _kind(kind: str, variant: str) -> tuple[str, str]:
    """The kind (of FOLDERS) and variant that are meant by these words; see `new`."""
    if kind in REPORTS or kind == "rapport":
        kind, variant = "report", variant or kind
    if kind not in FOLDERS:
        _refuse(kind, "geen soort", (*FOLDERS, *REPORTS))
    if kind == "report":
        variant = _SHORT.get(variant, variant) or "evaluatie"
        if variant not in REPORTS:
            _refuse(variant, "geen soort rapport", REPORTS)
    elif kind == "vragenlijst":
        variant = variant or VARIANTS[0]
        if variant not in VARIANTS:
            _refuse(variant, "geen soort vragenlijst", VARIANTS)
    elif variant:
        raise ProjectError(f"Een {kind} heeft geen soorten.", "Laat --kind weg.")
    return kind, variant


def _refuse(word: str, what: str, known: Collection[str]) -> NoReturn:
    remedy = f"{closest(word, known)} Kies uit: {', '.join(known)}.".strip()
    raise ProjectError(f"'{word:.40}' is {what}.", remedy)


def _check_identifier(identifier: str) -> None:
    if not _ID.fullmatch(identifier) or len(identifier) > _LONGEST_ID or _RESERVED.fullmatch(identifier):
        raise ProjectError(
            f"'{identifier:.60}' kan geen naam van een map zijn.",
            "Gebruik letters zonder accenten, cijfers en streepjes, zoals bewoners-2026.",
        )


def _templates() -> Traversable:
    return files("toolkit") / "templates"


def _areas_of(municipality: str) -> Traversable:
    own = _templates() / "gebieden" / f"{municipality}.csv"
    return own if own.is_file() else _templates() / "gebieden" / "start.csv"


def _words(name: str, municipality: str, today: date | None) -> dict[str, str]:
    """What the words in every starter stand for."""
    year = (today or date.today()).year
    return {
        "NAAM": " ".join("".join(char if char.isprintable() else " " for char in name).split()),
        "GEMEENTE": municipality,
        "NUMMER": municipality[2:],
        "JAAR": str(year),
        "BEWAREN": f"{year + _YEARS_KEPT}-12-31",
    }


def _readable(identifier: str) -> str:
    """A folder name as people would write it: "bewoners-2026" becomes "Bewoners 2026"."""
    words = " ".join(re.split(r"[-_\s]+", identifier.strip()))
    return words[:1].upper() + words[1:]


def _codes(path: Path, municipality: str) -> dict[str, str]:
    """Code and name of the wijken of the project, or of its other parts when it has no wijken."""
    table = read_table(path)
    if problems := missing_columns(table, ["gebied", "naam", "soort"], path.name):
        raise DataError(problems)
    parts = table[(table["gebied"] != municipality) & (table["gebied"] != "")]
    if (parts["soort"] == "wijk").any():
        parts = parts[parts["soort"] == "wijk"]
    return dict(zip(parts["gebied"], parts["naam"], strict=True))


def _area_words(project: Project) -> dict[str, str]:
    """The wijken of the project, as the starters of surveys and registrations need them."""
    areas = _codes(project.root / project.settings.areas.file, project.settings.municipality)
    if not areas:
        raise ProjectError(
            f"In {project.settings.areas.file} staat geen enkele wijk of buurt.",
            "Voeg per wijk een rij toe met de code van het CBS, de naam en het woord wijk.",
        )
    short = zip(_short(areas), areas, strict=True)
    return {
        "GROOT": next(iter(areas)),
        "GEBIEDEN": "\n".join(f"{_toml(code)} = {_toml(name)}" for code, name in areas.items()),
        "GEBIEDEN_KORT": ", ".join(f"{key} = {_toml(code)}" for key, code in short),
    }


def _short(codes: Collection[str]) -> list[str]:
    """Area codes in at most five characters, which is all that LimeSurvey allows: W07 or B0701."""
    short = [f"{code[0]}{code[6:]}" if _AREA.fullmatch(code) else "" for code in codes]
    if "" in short or len(set(short)) < len(short):  # another notation, or more than one municipality
        return [f"G{number:02}" for number in range(1, len(short) + 1)]
    return short


def _toml(text: str) -> str:
    """A text as a TOML (and YAML) string in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _write(source: Traversable, target: Path, words: Mapping[str, str]) -> None:
    """Write a starter, file or folder, with its words filled in; words of the program itself stay."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        for part in source.iterdir():
            # A file that begins with a dot would not get into the wheel.
            name = ".gitignore" if part.name == "gitignore.txt" else part.name
            _write(part, target / name, words)
        return
    if target.suffix == _REPORT:
        words = {**words, "NAAM": _MARKS.sub(r"\\\g<0>", words["NAAM"])}
    if target.suffix in _QUOTED:
        words = {**words, "NAAM": _toml(words["NAAM"])[1:-1]}
    text = _WORD.sub(lambda match: words.get(match[1], match[0]), source.read_text(encoding="utf-8"))
    # Excel takes a CSV for UTF-8 only when it begins with a BOM.
    target.write_text(text, encoding="utf-8-sig" if target.suffix == ".csv" else "utf-8", newline="\n")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A temporary folder beside `target`, gone when the block ends."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.with_name(f".{target.name}-{uuid.uuid4().hex[:8]}")
    made.mkdir()
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _take_place(made: Path, target: Path) -> list[Path]:
    """Put what was made in the place of `target`, and give its files there."""
    written = sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file())
    if not target.exists():
        made.rename(target)
    else:
        # Somebody may stand in this empty folder, so it stays and is filled; its marker comes last.
        moved: list[Path] = []
        try:
            for part in sorted(made.iterdir(), key=lambda path: path.name == MARKER):
                part.rename(target / part.name)
                moved.append(target / part.name)
        except OSError:
            for path in moved:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            raise
    return [target / path for path in written]
