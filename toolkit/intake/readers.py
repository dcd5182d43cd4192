"""The readers of surveys, registrations and stories as the last check: what is kept can be read by `tev run`."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from toolkit.errors import DataError, Problem
from toolkit.files import read_table
from toolkit.intake.check import Checked
from toolkit.intake.findings import ERROR, Finding
from toolkit.intake.formats import NOT_ASKED, is_vv
from toolkit.intake.guard import load
from toolkit.intake.raw import RawFile
from toolkit.intake.sources import Source, survey_columns
from toolkit.intake.spec import squeezed
from toolkit.project import Delivery, Project
from toolkit.records.read import read_records
from toolkit.records.signals import read_signals
from toolkit.settings import parse_settings
from toolkit.stories.read import read_stories
from toolkit.survey.codebook import read_codebook
from toolkit.survey.read import read_delivery

_VV_SIGNS = {"{quote}": '"', "{tab}": "\t", "{cr}": "", "{lf}": "\n", "{newline}": "\n"}


def read_staged(project: Project, source: Source, files: Sequence[RawFile], settings: str) -> None:
    """Read the files that are about to be kept, by the reader that `tev run` uses; in a folder that goes away.

    `settings` is the text of the settings file with their blocks; only these files are read.

    Raises DataError with what that reader finds wrong.
    """
    if source.kind == "enquete" or not files:
        return
    title = "bron" if source.kind == "verhalen" else "levering"
    data = tomllib.loads(settings)
    names = {f"raw/{file.name}" for file in files}
    data[title] = [block for block in data[title] if block["bestand"] in names]
    kind = type(source.settings)
    whole = parse_settings(data, kind, source.settings_file.name)
    areas = read_table(project.root / project.settings.areas.file)
    merge = project.settings.areas.merge
    (project.root / "leveringen").mkdir(exist_ok=True)
    # A name that the next command clears away, should this one be killed.
    with tempfile.TemporaryDirectory(prefix=".bezig-", dir=project.root / "leveringen") as temporary:
        folder = Path(temporary)
        (folder / "raw").mkdir()
        for file in files:
            (folder / "raw" / file.name).write_bytes(file.content)
        match source.kind:
            case "trajecten":
                read_records(folder, whole, areas, merge)
            case "klachten":
                read_signals(folder, whole, areas, merge)
            case "verhalen":
                read_stories(folder, whole, areas, merge)


def survey_form(source: Source, path: Path, checked: Checked) -> tuple[str, str]:
    """The form of a delivered survey as the settings name it, and the suffix of its file.

    A VV export of LimeSurvey is kept as the CSV that LimeSurvey could have made of it.

    Raises DataError for a form that a survey cannot have.
    """
    suffix = path.suffix.lower()
    known = read_codebook(source.folder / source.settings.codebook).sources
    if any(is_vv(part.table) for part in checked.parts):
        return "limesurvey-csv", ".csv"
    if suffix == ".csv":
        return ("limesurvey-csv" if "limesurvey-csv" in known and "csv" not in known else "csv"), ".csv"
    if suffix in (".sav", ".xlsx"):
        return suffix[1:], suffix
    remedy = "Lever de CSV van LimeSurvey, een SPSS-bestand (.sav) of Excel (.xlsx)."
    raise DataError([Problem(path.name, "een enquête kan niet in deze vorm worden bewaard.", remedy)])


def survey_content(source: Source, path: Path, checked: Checked) -> bytes:
    """What of a delivered survey goes into raw/: the file itself, or a VV export as CSV of LimeSurvey."""
    if not any(is_vv(part.table) for part in checked.parts):
        return load(path)
    known = {squeezed(name): name for name in survey_columns(source)}
    table = checked.parts[0].table
    lines = [";".join(_quoted(known.get(squeezed(name), name)) for name in table.names)]
    for row in zip(*(column.texts() for column in table.columns), strict=True):
        lines.append(";".join("" if cell == NOT_ASKED else _quoted(_told(cell)) for cell in row))
    return ("\n".join(lines) + "\n").encode()


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _told(cell: str) -> str:
    """An answer as it was given: a VV export writes tabs, quotes and line breaks in words."""
    for word, sign in _VV_SIGNS.items():
        cell = cell.replace(word, sign)
    return cell


def survey_findings(source: Source, path: Path, checked: Checked) -> list[Finding]:
    """What the codebook finds wrong with the answers of a survey."""
    try:
        form, suffix = survey_form(source, path, checked)
        delivery = parse_settings({"bestand": path.name, "formaat": form}, Delivery, path.name)
        book = read_codebook(source.folder / source.settings.codebook)
        if path.suffix.lower() == suffix and not any(is_vv(part.table) for part in checked.parts):
            read_delivery(path, delivery, book, source.id)
        else:
            with tempfile.TemporaryDirectory() as folder:
                made = Path(folder) / f"{path.stem}{suffix}"
                made.write_bytes(survey_content(source, path, checked))
                read_delivery(made, delivery, book, source.id)
    except DataError as error:
        grouped: dict[tuple[str, str, str, str], list[int]] = {}
        for one in error.problems:
            grouped.setdefault((one.message, one.remedy, one.sheet, one.column), []).append(one.row or 0)
        names = checked.parts[0].table.names
        return [
            Finding(
                ERROR, message.rstrip("."), remedy, path.name, sheet,
                names.index(column) if column in names else None, column,
                tuple(row for row in rows if row),
            )
            for (message, remedy, sheet, column), rows in grouped.items()
        ]  # fmt: skip
    return []
