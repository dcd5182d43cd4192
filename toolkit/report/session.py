"""The session in which people read numbers and stories together: cards to cut out, and a form for the outcome."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from toolkit.files import whole_file
from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.explained import explanation
from toolkit.report.joint import joint_row
from toolkit.report.source import Figure, Output, Subject, city_of, pick, subjects
from toolkit.report.subject import CODES, label_of

FORM = "duiding.xlsx"
FORM_COLUMNS = ("onderwerp", "gebied", "maat", "code", "reden", "door", "datum")
_STORIES = 3
_QUESTIONS = {
    "convergentie": (
        "Herkent u dit beeld? Wat maakt dat het zo is?",
        "Voor wie geldt dit niet?",
        "Wat moeten we vasthouden, en wat moet anders?",
    ),
    "aanvulling": (
        "Wat vertellen de verhalen dat het cijfer niet laat zien?",
        "Zou dit vaker voorkomen dan we weten?",
        "Wat willen we hierover de volgende keer meten of vragen?",
    ),
    "dissonantie": (
        "Cijfer en verhalen spreken elkaar tegen. Welke kant herkent u, en waarvan?",
        "Wie staat in het cijfer en niet in de verhalen, en andersom?",
        "Wat moeten we uitzoeken voordat we hier iets van vinden?",
    ),
    "stilte": (
        "Waarom horen we hier zo weinig over?",
        "Wie zouden we moeten spreken?",
        "Hoe maken we het makkelijker om te vertellen?",
    ),
}


def session_parts(output: Output) -> dict[str, str]:
    """The include files of a session: `sessie-kaarten` (a card per subject) and `sessie-formulier`."""
    return {
        "sessie-kaarten": "\n".join(_cards(output)) or "Er zijn geen onderwerpen.\n",
        "sessie-formulier": _form(output),
    }


def write_form(path: Path, output: Output) -> None:
    """Write the workbook in which the outcome is noted: a row per subject, for the city and every wijk.

    Filled in and put beside the plan as duiding.xlsx, `tev run` reads it; rows without a code are skipped.
    """
    import xlsxwriter

    names = phrases.area_names(output)
    frame = output.frame("samen").drop_duplicates(["onderwerp", "gebied"])
    with whole_file(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False})
        sheet = book.add_worksheet("Duiding")
        head = book.add_format(
            {"bold": True, "bg_color": "#1F3D5C", "font_color": "#FFFFFF", "valign": "top"}
        )
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        columns = (*FORM_COLUMNS, "gebiedsnaam", "voorstel van de computer", "uitleg")
        widths = (18, 12, 24, 16, 50, 22, 12, 20, 18, 60)
        for at, (name, width) in enumerate(zip(columns, widths, strict=True)):
            sheet.set_column(at, at, width, wrap)
            sheet.write_string(0, at, name, head)
        rows = frame.to_dict("records")
        for number, row in enumerate(rows, start=1):
            sheet.write_string(number, 0, str(row["onderwerp"]))
            sheet.write_string(number, 1, str(row["gebied"]))
            told = (
                names.get(str(row["gebied"]), ""),
                str(row["voorgesteld"] or row["code"]),
                str(row["uitleg"]),
            )
            for at, text in enumerate(told, start=len(FORM_COLUMNS)):
                sheet.write_string(number, at, text)
        last = max(len(rows), 1)
        sheet.data_validation(
            1, 3, last, 3,
            {"validate": "list", "source": list(CODES), "error_title": "Kies uit de lijst", "error_message": ", ".join(CODES)},
        )  # fmt: skip
        sheet.freeze_panes(1, 2)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        book.close()


def _cards(output: Output) -> Iterator[str]:
    for number, subject in enumerate(subjects(output), start=1):
        row = joint_row(output, subject)
        figure = _figure(output, subject, row)
        code = label_of(str(row["code"])) if row else "stilte"
        told = phrases.quotes(output, subject.id, most=_STORIES)
        lines = [f"## Kaart {number}: {escape_markdown(subject.name)} {{.kaartkop}}", _number(output, figure)]
        lines += [phrases.quote(one) for one in told] or [
            "Bij dit onderwerp is er geen citaat dat we mogen laten zien."
        ]
        questions = [
            f"{at}. {text}" for at, text in enumerate(_QUESTIONS.get(code, _QUESTIONS["aanvulling"]), start=1)
        ]
        lines += ["**Om over te praten**", "\n".join(questions)]
        yield "::::: {.kaart}\n" + "\n\n".join(lines) + "\n:::::\n"


def _figure(output: Output, subject: Subject, row: dict[Any, Any] | None) -> Figure | None:
    """The number of the card: that of the row which asks most for a talk, else the first that may be shown."""
    asked = [str(row["maat"])] if row else []
    for measure in (*asked, *subject.measures):
        found = city_of(pick(output, measure))
        if found is not None and found.value is not None:
            return found
    return None


def _number(output: Output, figure: Figure | None) -> str:
    if figure is None:
        return "Bij dit onderwerp is er geen cijfer dat we mogen laten zien."
    facts = [
        phrases.measure_name(output, figure.measure),
        wording.interval(figure.low, figure.high, figure.unit),
        wording.base(figure.n),
        phrases.source_words(figure),
    ]
    value = escape_markdown(wording.amount(figure.value, figure.unit))
    told = escape_markdown(explanation(output, figure.measure))
    return (
        f"[{value}]{{.getal}} {escape_markdown('; '.join(fact for fact in facts if fact))}. {told}".rstrip()
    )


def _form(output: Output) -> str:
    lines = []
    for subject in subjects(output):
        row = joint_row(output, subject)
        code = label_of(str(row["code"])) if row else "stilte"
        lines.append(
            f"**{escape_markdown(subject.name)}** (voorstel: {code})\n\n"
            "- Wat wij zien: ☐ convergentie ☐ aanvulling ☐ dissonantie ☐ stilte\n"
            "- Omdat: \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\n"
            "- Door en op: \\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\\_\n"
        )
    meaning = [f"- **{code}**: {text}" for code, text in CODES.items()]
    return "\n".join([*meaning, "", *lines])
