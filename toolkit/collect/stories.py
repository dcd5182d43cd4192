"""Stories that came in through a questionnaire, handed on to a corpus with what their tellers say they mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from toolkit.collect.questionnaires import CODEBOOK, load
from toolkit.errors import ToolkitError
from toolkit.files import write_csv
from toolkit.limesurvey.delivery import DELIVERY
from toolkit.project import Delivery, Project
from toolkit.questionnaire.model import DUTCH, Question, Questionnaire
from toolkit.survey.codebook import MISSING, read_codebook
from toolkit.survey.read import read_delivery

_STORY, _TITLE, _FEELING = "verhaal", "titel", "gevoel"
_QUOTE = "toestemming-citeren"


@dataclass(frozen=True)
class Handed:
    """Stories handed to a corpus: the file, how many, and what `corpus.toml` needs to read them."""

    file: Path
    count: int
    settings: str


def hand_over(project: Project, survey_id: str, corpus_id: str) -> Handed:
    """Write the complete stories of a survey to `raw/` of a corpus, one row each.

    Columns: nummer, wijk (code of the area), verhaal, and titel, citeren, gevoel and the dyads and triads
    where the questionnaire asks them (0 to 100; empty when not answered). Names are still in the text: the
    corpus de-identifies it, as any delivery.

    Raises ToolkitError when nothing was fetched or the questionnaire asks for no story; DataError as reading does.
    """
    folder, corpus = project.survey(survey_id), project.corpus(corpus_id)
    questionnaire = load(folder)
    story = _story(questionnaire)
    if not (folder / DELIVERY).is_file():
        raise ToolkitError(
            f"Van {survey_id} is nog niets opgehaald.", f"Doe eerst: tev survey fetch {survey_id}"
        )
    delivery = Delivery(bestand=DELIVERY.as_posix(), formaat="limesurvey-csv")
    people = read_delivery(folder / DELIVERY, delivery, read_codebook(folder / CODEBOOK), survey_id)
    told = people[(people["reden"] == "") & (people[story.name].str.strip() != "")]
    columns = {
        "nummer": told["respondent"],
        "wijk": _answer(told, _area(questionnaire)),
        "verhaal": told[story.name],
    }
    for name, question in _extras(questionnaire):
        if question.kind == "triade":
            columns |= {f"{question.name}.{pole}": told[f"{question.name}.{pole}"] for pole in question.poles}
        else:
            columns[name] = _answer(told, question)
    target = corpus / "raw" / f"{survey_id}.csv"
    write_csv(pd.DataFrame(columns), target)
    return Handed(target, len(told), "\n".join(_settings(questionnaire, survey_id)) + "\n")


def _story(questionnaire: Questionnaire) -> Question:
    found = [one for one in questionnaire.questions if one.kind == "lang"]
    named = [one for one in found if one.name == _STORY]
    if not found:
        raise ToolkitError(
            "Deze vragenlijst vraagt niet om een verhaal.",
            'Voeg een vraag toe met soort = "lang" en naam = "verhaal".',
        )
    return (named or found)[0]


def _area(questionnaire: Questionnaire) -> Question:
    return next(one for one in questionnaire.questions if one.role == "gebied")


def _extras(questionnaire: Questionnaire) -> Iterator[tuple[str, Question]]:
    """The other columns with their questions, in the order of the questionnaire."""
    for question in questionnaire.questions:
        if question.name == _TITLE and question.kind == "kort":
            yield "titel", question
        elif question.role == _QUOTE:
            yield "citeren", question
        elif question.name == _FEELING and question.kind == "schaal":
            yield "gevoel", question
        elif question.kind in ("dyade", "triade"):
            yield question.name, question


def _answer(people: pd.DataFrame, question: Question) -> pd.Series:
    """The answers; empty where there is only a reason for none."""
    answers = people[question.name]
    return answers.where(~answers.isin(MISSING), "") if question.kind != "dyade" else answers


def _settings(questionnaire: Questionnaire, survey_id: str) -> Iterator[str]:
    """The blocks of `corpus.toml` for this delivery."""
    extras = dict(_extras(questionnaire))
    if "gevoel" in extras:
        codes = [*questionnaire.codes_of(extras["gevoel"])]
        steps = max(len(codes) - 1, 1)
        yield "[gevoel]"
        yield from (f"{code} = {1 - 2 * place / steps:.2f}" for place, code in enumerate(codes))
        yield ""
    yield from ("[[bron]]", f'bestand = "raw/{survey_id}.csv"', 'rol = "inwoner"', 'citeren_ja = ["ja"]')
    yield from ("[bron.kolommen]", 'story = "nummer"', 'area = "wijk"', 'text = "verhaal"')
    ours = {"titel": "title", "citeren": "quote_consent", "gevoel": "feeling"}
    yield from (f'{ours[name]} = "{name}"' for name in extras if name in ours)
    for question in extras.values():
        if question.kind in ("dyade", "triade"):
            poles = ", ".join(_quoted(pole[DUTCH]) for pole in question.poles.values())
            yield from ("", f"[[{question.kind}]]", f"id = {_quoted(question.name.replace('_', '-'))}")
            yield from (f"vraag = {_quoted(question.text[DUTCH])}", f"polen = [{poles}]")
            if question.kind == "dyade":
                yield f'kolom = "{question.name}"'
            else:
                names = ", ".join(f'"{question.name}.{code}"' for code in question.poles)
                yield f"kolommen = [{names}]"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
