"""What a questionnaire is (`vragenlijst.toml`): parts, questions, answers, languages and conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass

DUTCH = "nl"
YES, NO = "ja", "nee"
OTHER = "anders"
PARTICIPATE = "toestemming-deelname"
_NAME = r"^[a-z][a-z0-9_]*$"
_CODE = r"^[A-Za-z0-9][A-Za-z0-9+_-]*$"
_strict = ConfigDict(extra="forbid", populate_by_name=True)

Kind = Literal[
    "keuze", "ja-nee", "schaal", "meerkeuze", "tabel", "getal", "cijfer", "datum", "kort", "lang", "schuif",
    "dyade", "triade",
]  # fmt: skip
Role = Literal["", "gebied", "toestemming-deelname", "toestemming-citeren"]
CHOICE = ("keuze", "ja-nee", "schaal")  # one answer from a list: what a condition may ask for
LISTED = ("keuze", "schaal", "meerkeuze", "tabel")  # kinds that need a list of answers
SLIDERS = ("schuif", "dyade", "triade")


def _as_text(value: Any) -> Any:
    """A text without a language is Dutch."""
    return {DUTCH: value} if isinstance(value, str) else value


Text = Annotated[Mapping[str, str], BeforeValidator(_as_text)]
Code = Annotated[str, Field(pattern=_CODE)]
_EMPTY: Mapping[str, str] = {}


@dataclass(frozen=True, config=_strict)
class AnswerList:
    """Answers that several questions share, in order, and the reasons people may choose instead."""

    codes: dict[Code, Text]
    missing: tuple[str, ...] = Field(alias="ontbrekend", default=())


@dataclass(frozen=True, config=_strict)
class Measured:
    """The KPI or the item of a scale that a question or statement serves."""

    kpi: str = ""
    counts: tuple[str, ...] = Field(alias="telt", default=())
    direction: Literal["meer", "minder", ""] | None = Field(alias="richting", default=None)
    scale: str = Field(alias="schaal", default="")
    item: int = 0


@dataclass(frozen=True, config=_strict, kw_only=True)
class Statement(Measured):
    """One row of a question of kind "tabel": a variable of its own."""

    name: str = Field(alias="naam", pattern=_NAME)
    text: Text = Field(alias="tekst")
    label: str = ""


@dataclass(frozen=True, config=_strict, kw_only=True)
class Question(Measured):
    """One question; which keys it may have depends on its kind (see `checks`)."""

    name: str = Field(alias="naam", pattern=_NAME)
    part: str = Field(alias="deel")
    kind: Kind = Field(alias="soort")
    text: Text = Field(alias="vraag")
    help: Text = Field(alias="toelichting", default_factory=dict)
    label: str = ""
    role: Role = Field(alias="rol", default="")
    answers: str = Field(alias="antwoorden", default="")
    codes: dict[Code, Text] = Field(default_factory=dict)
    missing: tuple[str, ...] = Field(alias="ontbrekend", default=())
    other: bool = Field(alias="anders", default=False)
    exclusive: tuple[str, ...] = Field(alias="alleen", default=())
    statements: tuple[Statement, ...] = Field(alias="stelling", default=())
    poles: dict[Code, Text] = Field(alias="polen", default_factory=dict)
    required: bool = Field(alias="verplicht", default=False)
    asked_if: dict[str, tuple[str, ...]] = Field(alias="als", default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    step: float = Field(alias="stap", default=1.0, gt=0)
    unit: Text = Field(alias="eenheid", default_factory=dict)
    groups_name: str = Field(alias="groepsnaam", default="")
    groups: dict[Code, tuple[float, float]] = Field(alias="groepen", default_factory=dict)

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The smallest and largest value; a slider runs from 0 to 100 and a grade from 1 to 10 unless said."""
        low, high = {"cijfer": (1.0, 10.0)}.get(
            self.kind, (0.0, 100.0) if self.kind in SLIDERS else (None, None)
        )
        return (
            low if self.minimum is None else self.minimum,
            high if self.maximum is None else self.maximum,
        )


@dataclass(frozen=True, config=_strict)
class Part:
    """A page of the questionnaire, with an introduction; its condition holds for all of its questions."""

    id: Code
    title: Text = Field(alias="titel")
    text: Text = Field(alias="uitleg", default_factory=dict)
    asked_if: dict[str, tuple[str, ...]] = Field(alias="als", default_factory=dict)


@dataclass(frozen=True, config=_strict)
class Questionnaire:
    """`vragenlijst.toml`: texts in Dutch and in `languages`, parts and questions in order."""

    name: Text = Field(alias="naam")
    version: str = Field(alias="versie")
    parts: tuple[Part, ...] = Field(alias="deel")
    questions: tuple[Question, ...] = Field(alias="vraag")
    languages: tuple[str, ...] = Field(alias="talen", default=())
    welcome: Text = Field(alias="welkom", default_factory=dict)
    end: Text = Field(alias="slot", default_factory=dict)
    privacy: Text = Field(default_factory=dict)
    anonymous: bool = Field(alias="anoniem", default=False)
    attributes: tuple[str, ...] = Field(alias="kenmerken", default=())
    answers: dict[str, AnswerList] = Field(alias="antwoorden", default_factory=dict)

    @property
    def all_languages(self) -> tuple[str, ...]:
        """Dutch first, then the others in order."""
        return (DUTCH, *self.languages)

    def question(self, name: str) -> Question:
        """The question of this name; raises KeyError when there is none."""
        for question in self.questions:
            if question.name == name:
                return question
        raise KeyError(name)

    def of_part(self, part: Part) -> list[Question]:
        """The questions of a part, in order."""
        return [question for question in self.questions if question.part == part.id]

    def codes_of(self, question: Question) -> Mapping[str, Mapping[str, str]]:
        """The answers of a question by code, in order, without reasons for a missing answer and "anders"."""
        if question.codes:
            return question.codes
        return self.answers[question.answers].codes if question.answers in self.answers else {}

    def missing_of(self, question: Question) -> tuple[str, ...]:
        """What people may choose instead of an answer: "weet-niet", "nvt", "wil-niet-zeggen"."""
        if question.missing or question.answers not in self.answers:
            return question.missing
        return self.answers[question.answers].missing

    def conditions(self, question: Question) -> dict[str, tuple[str, ...]]:
        """Who gets a question: per earlier question the answers that lead to it, all of them needed.

        Consent to take part goes before everything after it; then the condition of the part, then its own.
        """
        found: dict[str, tuple[str, ...]] = {}
        for earlier in self.questions:
            if earlier is question:
                break
            if earlier.role == PARTICIPATE:
                found[earlier.name] = (YES,)
        part = next((one for one in self.parts if one.id == question.part), None)
        return found | (part.asked_if if part else {}) | question.asked_if

    def texts(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Every text that respondents read, with where it stands ("vraag.contact"); empty ones left out."""
        own = {"naam": self.name, "welkom": self.welcome, "slot": self.end, "privacy": self.privacy}
        for part in self.parts:
            own |= {f"deel.{part.id}.titel": part.title, f"deel.{part.id}.uitleg": part.text}
        for key, answers in self.answers.items():
            own |= {f"antwoorden.{key}.{code}": text for code, text in answers.codes.items()}
        for question in self.questions:
            where = f"vraag.{question.name}"
            own |= {
                where: question.text,
                f"{where}.toelichting": question.help,
                f"{where}.eenheid": question.unit,
            }
            own |= {
                f"{where}.{code}": text for code, text in (*question.codes.items(), *question.poles.items())
            }
            own |= {f"{where}.{one.name}": one.text for one in question.statements}
        yield from ((where, text) for where, text in own.items() if text)
