"""What LimeSurvey calls things: question codes, codes of answers, and the columns of an export.

A question code there has letters and digits only, at most 20; a code of an answer at most five.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.questionnaire.model import OTHER, Question, Questionnaire
from toolkit.questionnaire.wording import every_language

LONGEST = 20
# Words that LimeSurvey keeps for itself in its expressions.
RESERVED = frozenset(
    {"lang", "sid", "savedid", "token", "qid", "gid", "sgq", "self", "that", "this", "time", "other"}
)
_REASONS = {"weet-niet": "WN", "nvt": "NVT", "wil-niet-zeggen": "ZN"}
OTHER_CODE = "-oth-"


@dataclass(frozen=True)
class Option:
    """One answer in LimeSurvey: its code there, our code, and its text by language."""

    code: str
    ours: str
    text: dict[str, str]


def title(question: Question) -> str:
    """The question code in LimeSurvey: our name without underscores."""
    return question.name.replace("_", "")


def kind(questionnaire: Questionnaire, question: Question) -> str:
    """The letter of LimeSurvey's question type.

    A yes-no question with a third answer, and a grade, are lists there; a slider, dyad and triad are
    a "multiple numerical" question, which has sliders and can ask for a sum.
    """
    match question.kind:
        case "ja-nee":
            return "L" if questionnaire.missing_of(question) else "Y"
        case "keuze":
            return "!" if len(questionnaire.codes_of(question)) > 12 and not question.other else "L"
        case "schaal" | "cijfer":
            return "L"
        case "meerkeuze":
            return "M"
        case "tabel":
            return "F"
        case "getal":
            return "N"
        case "datum":
            return "D"
        case "kort":
            return "S"
        case "lang":
            return "T"
        case _:
            return "K"


def options(questionnaire: Questionnaire, question: Question) -> list[Option]:
    """The answers of a list in LimeSurvey, reasons for a missing answer last; "anders" is not among them."""
    if kind(questionnaire, question) not in ("L", "!", "F", "Y"):
        return []
    if question.kind == "ja-nee":
        letters = ("Y", "N") if kind(questionnaire, question) == "Y" else ("J", "N")
        found = [
            Option(letter, ours, every_language(ours))
            for letter, ours in zip(letters, ("ja", "nee"), strict=True)
        ]
    elif question.kind == "cijfer":
        low, high = (int(bound or 0) for bound in question.bounds)
        found = [Option(str(grade), str(grade), {}) for grade in range(low, high + 1)]
    else:
        codes = questionnaire.codes_of(question)
        found = [Option(f"A{place}", code, dict(text)) for place, (code, text) in enumerate(codes.items(), 1)]
    reasons = questionnaire.missing_of(question)
    return found + [Option(_REASONS[reason], reason, every_language(reason)) for reason in reasons]


def translation(questionnaire: Questionnaire, question: Question) -> dict[str, str]:
    """Code in LimeSurvey -> our code, where they differ."""
    found = {option.code: option.ours for option in options(questionnaire, question)}
    if question.other and question.kind != "meerkeuze":
        found[OTHER_CODE] = OTHER
    if question.kind == "cijfer":
        found = {code: ours for code, ours in found.items() if code != ours}
    return found


def rows(questionnaire: Questionnaire, question: Question) -> list[Option]:
    """The subquestions in LimeSurvey: options, statements, poles, or the one slider; "ours" is our name for each."""
    if question.kind == "meerkeuze":
        parts = [(code, dict(text)) for code, text in questionnaire.codes_of(question).items()]
    elif question.kind == "tabel":
        parts = [(one.name, dict(one.text)) for one in question.statements]
    elif question.kind == "triade":
        parts = [(code, dict(text)) for code, text in question.poles.items()]
    elif question.kind in ("dyade", "schuif"):
        parts = [(question.name, slider_text(questionnaire, question))]
    else:
        return []
    return [Option(f"SQ{place:03}", ours, text) for place, (ours, text) in enumerate(parts, 1)]


def slider_text(questionnaire: Questionnaire, question: Question) -> dict[str, str]:
    """What stands left and right of a slider, by language: "|te vroeg|te laat" (LimeSurvey splits on the bar)."""
    if not question.poles:
        return dict.fromkeys(questionnaire.all_languages, "")
    left, right = question.poles.values()
    return {
        language: f"|{_unbarred(left.get(language, ''))}|{_unbarred(right.get(language, ''))}"
        for language in questionnaire.all_languages
    }


def _unbarred(text: str) -> str:
    return text.replace("|", "/")


def column(question: Question) -> str:
    """The column of a question with one answer in a LimeSurvey export."""
    return f"{title(question)}[SQ001]" if question.kind in ("dyade", "schuif") else title(question)


def columns(questionnaire: Questionnaire, question: Question) -> dict[str, str]:
    """Our option, statement or pole -> its column in a LimeSurvey export."""
    return {row.ours: f"{title(question)}[{row.code}]" for row in rows(questionnaire, question)}


def other_column(question: Question) -> str:
    """The column with the text of "anders, namelijk", or ""."""
    return f"{title(question)}[other]" if question.other else ""


def relevance(questionnaire: Questionnaire, question: Question) -> str:
    """The condition of a question as an expression of LimeSurvey; "1" when everybody gets it."""
    parts = []
    for name, needed in questionnaire.conditions(question).items():
        asked = questionnaire.question(name)
        codes = {ours: code for code, ours in translation(questionnaire, asked).items()}
        choices = [f'{title(asked)}.NAOK == "{codes.get(one, one)}"' for one in needed]
        parts.append(f"({' or '.join(choices)})")
    return " and ".join(parts) or "1"
