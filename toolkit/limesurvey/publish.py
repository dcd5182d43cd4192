"""Publish a survey: import it as a draft, replace an earlier draft, add participants, open it.

Invitations are left to LimeSurvey. Nothing here is asked twice when its outcome is unknown, because that
could make two surveys, or invite people twice.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from toolkit.limesurvey.client import Connection, LimeSurveyError, StatusError

_BATCH = 100
Person = Mapping[str, str]


def is_open(connection: Connection, number: int) -> bool | None:
    """Whether a survey is open for answers; None when it is not there (any more)."""
    try:
        properties = connection.read("get_survey_properties", number, ["active"])
    except StatusError as error:
        if error.status == "Error: Invalid survey ID":
            return None
        raise
    return bool(properties["active"] == "Y")


def import_draft(connection: Connection, lss: str, titles: Sequence[str], earlier: int = 0) -> int:
    """Import a survey as a draft and give its number; an earlier draft is deleted once the new one is there.

    `titles` are the question codes that must come out, in order: with others the answers could not be read
    back, so then the draft is removed again.

    Raises LimeSurveyError when the earlier survey is open, or the import is not what was sent.
    """
    state = is_open(connection, earlier) if earlier else None
    if state:
        raise LimeSurveyError(
            f"Vragenlijst {earlier} staat al open. Daar mag niets meer aan veranderen.",
            "Maak een nieuwe map voor een nieuwe versie, of sluit de vragenlijst eerst zelf in LimeSurvey.",
        )
    content = base64.b64encode(lss.encode("utf-8")).decode("ascii")
    number = int(connection.change("import_survey", content, "lss"))
    questions = connection.read("list_questions", number)
    # Subquestions stand between the questions, which come in any order.
    got = {str(one["title"]) for one in questions if str(one["parent_qid"]) == "0"}
    if got != set(titles):
        connection.change("delete_survey", number)
        different = ", ".join(sorted(got ^ set(titles))[:5])
        raise LimeSurveyError(
            f"LimeSurvey nam de vragenlijst anders over dan hij is (vragen: {different}). Het concept is weer verwijderd.",
            "Geef deze vragen een andere naam, en publiceer opnieuw.",
        )
    if state is False and earlier != number and is_open(connection, earlier) is False:
        connection.change("delete_survey", earlier)
    return number


def open_survey(connection: Connection, number: int) -> None:
    """Open a survey for answers; nothing happens when it is open already."""
    if not is_open(connection, number):
        connection.change("activate_survey", number)


def add_participants(
    connection: Connection, number: int, people: Sequence[Person], attributes: int, more: bool = False
) -> int:
    """Add participants, each with a token that LimeSurvey makes (or their own), and give how many there are.

    A person has firstname, lastname, email, language, token and attribute_1, ... as far as known.

    Raises LimeSurveyError when there are participants already and `more` was not asked, or when LimeSurvey
    refused some of them; the message counts them and never names them. Of a draft the number is those added now.
    """
    there = participants(connection, number)
    if there is None and not _make_list(connection, number, attributes):
        there = 1  # LimeSurvey does not tell how many a draft has, only that there is a list
    if there and not more:
        raise LimeSurveyError(
            "De vragenlijst heeft al deelnemers.",
            "Wilt u er mensen bij zetten? Gebruik --erbij. Zo staat niemand er ongemerkt dubbel in.",
        )
    refused = 0
    for start in range(0, len(people), _BATCH):
        batch = [dict(person) for person in people[start : start + _BATCH]]
        added = connection.change("add_participants", number, batch, True)
        refused += sum("errors" in one for one in added)
    if refused:
        raise LimeSurveyError(
            f"LimeSurvey nam {refused} van de {len(people)} deelnemers niet over.",
            "Kijk in LimeSurvey bij Deelnemers wie er mist; meestal klopt een e-mailadres niet.",
        )
    now = participants(connection, number)
    return len(people) if now is None else now


def _make_list(connection: Connection, number: int, attributes: int) -> bool:
    """Make a list of participants; False when there is one already."""
    try:
        connection.change("activate_tokens", number, list(range(1, attributes + 1)))
    except StatusError as error:
        if "could not be created" not in error.status:
            raise
        return False
    return True


def participants(connection: Connection, number: int) -> int | None:
    """How many participants a survey has; None when it has no list of them. Nothing about them is fetched."""
    summary = connection.read("get_summary", number)
    if isinstance(summary, Mapping) and "token_count" in summary:
        return int(summary["token_count"])
    return None
