"""Which fields of a survey are asked for: its questions and stamps, and personal ones only when named."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from toolkit.limesurvey.client import Connection, StatusError
from toolkit.limesurvey.settings import LimeSettings, is_personal
from toolkit.limesurvey.store import Cells

ID, SUBMITTED, STARTED, CHANGED = "id", "submitdate", "startdate", "datestamp"
_KEPT = (ID, SUBMITTED, "lastpage", "startlanguage", STARTED, CHANGED)
_TEXT_ONLY = "X"  # a question that only shows text has a column, and never an answer
_EMPTY = "No Data, could not get max id."


FieldMap = Mapping[str, Mapping[str, Any]]


def field_map(connection: Connection, number: int, settings: LimeSettings) -> FieldMap | None:
    """The fields of a survey by LimeSurvey's own names; None when the settings say that they cannot be known.

    Raises StatusError when the user may not see the questions: without their names LimeSurvey would send
    every column, personal ones too.
    """
    if settings.without_fields:
        return None
    try:
        fields: FieldMap = connection.read("get_fieldmap", number, decode=_field_map)
    except StatusError as error:
        if error.status != "No permission":
            raise
        raise StatusError(
            error.status,
            "De gebruiker van LimeSurvey mag de vragen niet zien, en zonder hun namen stuurt LimeSurvey ook persoonlijke kolommen mee.",
            "Vraag de beheerder om het recht 'Vragenlijstinhoud: bekijken'. Kan dat niet? Zet dan "
            "zonder_veldnamen = true in limesurvey.toml; persoonlijke kolommen worden dan weggegooid bij aankomst.",
        ) from None
    return fields


def field_names(fields: FieldMap | None, settings: LimeSettings) -> list[str] | None:
    """The fields to ask for: stamps, questions, and the personal columns that the settings name."""
    if fields is None:
        return None
    own = [name for name, field in fields.items() if name in _KEPT or _is_question(field)]
    return own + [name for name in settings.personal if name not in own]


def stamp_fields(fields: FieldMap | None) -> list[str]:
    """What a scan asks for; a survey may not note when a response last changed."""
    return [ID, SUBMITTED, *([CHANGED] if fields is None or CHANGED in fields else [])]


def _field_map(result: Any) -> FieldMap:
    if not isinstance(result, Mapping):
        raise ValueError("no field map")
    return result


def _is_question(field: Mapping[str, Any]) -> bool:
    return bool(field.get("qid")) and field.get("type") != _TEXT_ONLY


def export(
    connection: Connection, number: int, fields: list[str] | None, first: int, last: int | None
) -> list[Cells]:
    """The responses with ids from `first` to `last` (None: to the end), codes as column names and as answers."""
    params = [number, "json", None, "all", "code", "short", first, last, fields]
    try:
        found: list[Cells] = connection.read("export_responses", *params, decode=decoded)
    except StatusError as error:
        if error.status == _EMPTY:
            return []
        raise
    return found


def decoded(result: Any) -> list[Cells]:
    """The responses in an answer of export_responses; a value is a text, or None when it was never shown.

    Raises ValueError when the answer is not whole.
    """
    if not isinstance(result, str):
        raise ValueError("no export")
    # A survey without any column for an answer gives "responses" as an empty list, or nothing at all.
    data = json.loads(base64.b64decode(result, validate=True).decode("utf-8-sig"))
    rows = data["responses"]
    if not isinstance(rows, list):
        raise ValueError("no list of responses")
    return [_cells(row) for row in rows]


def _cells(row: Any) -> Cells:
    # LimeSurvey 3 puts each response in an object of its own, under its number.
    if isinstance(row, dict) and len(row) == 1 and isinstance(next(iter(row.values())), dict):
        row = next(iter(row.values()))
    if not isinstance(row, dict) or ID not in row:
        raise ValueError("a response without a number")
    return {str(name): None if value is None else str(value) for name, value in row.items()}


def without_personal(cells: Cells, settings: LimeSettings) -> Cells:
    """The cells that may be kept: no personal column that the settings do not name, no technical ones."""
    return {
        name: value
        for name, value in cells.items()
        if name in settings.personal or not (is_personal(name) or name == "seed")
    }
