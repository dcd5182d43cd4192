"""The codebook of a survey (`codeboek.toml`): variables, codes, and how each delivery names them.

A codebook maps every delivery to the same variables, so that a LimeSurvey export and the SPSS
file of a partner become one table. Reasons for a missing answer stay apart; see MISSING.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from toolkit.errors import DataError, Problem, closest
from toolkit.project import Delivery
from toolkit.settings import parse_settings, read_toml

NOT_ASKED = "niet-gesteld"
EMPTY = "leeg"
DONT_KNOW = "weet-niet"
NOT_APPLICABLE = "nvt"
REFUSED = "wil-niet-zeggen"
MISSING = (DONT_KNOW, NOT_APPLICABLE, REFUSED, NOT_ASKED, EMPTY)
YES, NO = "ja", "nee"

_strict = ConfigDict(extra="forbid", populate_by_name=True)
Kind = Literal[
    "keuze", "ja-nee", "schaal", "meerkeuze", "cijfer", "getal", "datum", "tekst", "dyade", "triade"
]  # fmt: skip
CODED = ("keuze", "ja-nee", "schaal")
NUMERIC = ("cijfer", "getal", "dyade")
SEVERAL = ("meerkeuze", "triade")  # kinds with a column per code


@dataclass(frozen=True, config=_strict)
class Source:
    """Where a kind of delivery keeps its row number and date, and which columns are not read."""

    id_column: str = Field(alias="nummer")
    submitted_column: str = Field(alias="ingediend", default="")
    ignore: tuple[str, ...] = Field(alias="negeren", default=())
    duplicate_column: str = Field(alias="dubbel", default="")
    weight_column: str = Field(alias="gewicht", default="")
    test: dict[str, tuple[str, ...]] = Field(default_factory=dict)


@dataclass(frozen=True, config=_strict)
class Answers:
    """A list of answers that several variables share."""

    codes: dict[str, str]
    missing: tuple[str, ...] = Field(alias="ontbrekend", default=())
    translate: dict[str, dict[str, str]] = Field(alias="vertaling", default_factory=dict)


@dataclass(frozen=True, config=_strict)
class Variable:
    """One question: our name and codes, and per source its column and codes."""

    name: str = Field(alias="naam", pattern=r"^[a-z][a-z0-9_]*$")
    question: str = Field(alias="vraag")
    kind: Kind = Field(alias="soort")
    label: str = ""
    role: Literal["", "gebied"] = Field(alias="rol", default="")
    answers: str = Field(alias="antwoorden", default="")
    codes: dict[str, str] = Field(default_factory=dict)
    missing: tuple[str, ...] = Field(alias="ontbrekend", default=())
    column: dict[str, str] = Field(alias="kolom", default_factory=dict)
    columns: dict[str, dict[str, str]] = Field(alias="kolommen", default_factory=dict)
    other_column: dict[str, str] = Field(alias="kolom_anders", default_factory=dict)
    translate: dict[str, dict[str, str]] = Field(alias="vertaling", default_factory=dict)
    minimum: float | None = None
    maximum: float | None = None
    asked_if: dict[str, tuple[str, ...]] = Field(alias="gesteld_als", default_factory=dict)
    derived_from: str = Field(alias="afgeleid_van", default="")
    classes: dict[str, tuple[float, float]] = Field(alias="klassen", default_factory=dict)
    kpi: str = ""
    counts: tuple[str, ...] = Field(alias="telt", default=())
    direction: Literal["meer", "minder", ""] | None = Field(alias="richting", default=None)
    scale: str = Field(alias="schaal", default="")
    item: int = 0

    @property
    def short(self) -> str:
        """The label, or else the question."""
        return self.label or self.question

    @property
    def wished(self) -> str:
        """Whether "meer" or "minder" of the KPI is wished, "" for neither; unless said meer, of a number "".

        A grade and a share of answers in `telt` are nearly always about something good.
        """
        if self.direction is not None:
            return self.direction
        return "" if self.kind in ("getal", "dyade") and not self.counts else "meer"

    @property
    def bounds(self) -> tuple[float, float]:
        """Smallest and largest value that may occur; a grade runs from 1 to 10, a dyad or triad from 0 to 100."""
        usual = {"cijfer": (1.0, 10.0), "dyade": (0.0, 100.0), "triade": (0.0, 100.0)}
        low, high = usual.get(self.kind, (float("-inf"), float("inf")))
        return (
            low if self.minimum is None else self.minimum,
            high if self.maximum is None else self.maximum,
        )


@dataclass(frozen=True, config=_strict)
class Codebook:
    """`codeboek.toml`: sources, shared lists of answers, and the variables in order."""

    name: str = Field(alias="naam")
    version: str = Field(alias="versie")
    variables: tuple[Variable, ...] = Field(alias="variabele")
    sources: dict[str, Source] = Field(alias="bron", default_factory=dict)
    answers: dict[str, Answers] = Field(alias="antwoorden", default_factory=dict)

    def variable(self, name: str) -> Variable:
        """The variable of this name; raises KeyError when the codebook has none."""
        for variable in self.variables:
            if variable.name == name:
                return variable
        raise KeyError(name)

    @property
    def names(self) -> list[str]:
        """Names of the variables, in order."""
        return [variable.name for variable in self.variables]

    @property
    def area(self) -> Variable:
        """The variable with the role "gebied"."""
        return next(variable for variable in self.variables if variable.role == "gebied")

    def codes_of(self, variable: Variable) -> dict[str, str]:
        """Our codes of a variable with their labels, in order; missing reasons are not among them."""
        if variable.kind == "ja-nee" and not variable.codes and not variable.answers:
            return {YES: "ja", NO: "nee"}
        return variable.codes or (self.answers[variable.answers].codes if variable.answers else {})

    def missing_of(self, variable: Variable) -> tuple[str, ...]:
        """The reasons that may stand where an answer lacks; "niet-gesteld" and "leeg" always may."""
        own = variable.missing or (self.answers[variable.answers].missing if variable.answers else ())
        return (*own, NOT_ASKED, EMPTY)

    def translation(self, variable: Variable, source: str) -> dict[str, str]:
        """Codes of a source as keys, ours as values; empty when the source uses our codes."""
        own = variable.translate or (self.answers[variable.answers].translate if variable.answers else {})
        return own.get(source, {})

    @property
    def text_columns(self) -> list[str]:
        """Columns of Respondents that hold open answers: they may identify people, so never publish."""
        return [name for v in self.variables for name in _text_columns(v)]

    def source_of(self, delivery: Delivery) -> str:
        """The source that describes a delivery: its file name without extension, else its format.

        Raises DataError when the codebook describes neither.
        """
        stem = Path(delivery.file).stem
        for name in (stem, delivery.format):
            if name in self.sources:
                return name
        problem = Problem(
            delivery.file,
            f"het codeboek beschrijft deze levering niet ([bron.{stem}] of [bron.{delivery.format}]).",
            f'Voeg aan het codeboek toe: [bron.{delivery.format}] met nummer = "...".',
        )
        raise DataError([problem])


def read_codebook(path: Path) -> Codebook:
    """A codebook from a TOML file.

    Raises DataError with every unknown key, code, list of answers or double use at once.
    """
    file = f"{path.parent.name}/{path.name}"
    codebook = parse_settings(read_toml(path), Codebook, file)
    if problems := list(_problems(codebook, file)):
        raise DataError(problems)
    return codebook


def _text_columns(variable: Variable) -> list[str]:
    if variable.kind == "tekst":
        return [variable.name]
    return [f"{variable.name}.tekst"] if variable.other_column else []


def _problems(codebook: Codebook, file: str) -> Iterator[Problem]:
    roles = [v.name for v in codebook.variables if v.role == "gebied"]
    if len(roles) != 1:
        yield Problem(
            file,
            f'er zijn {len(roles)} variabelen met rol = "gebied"; dat moet er precies één zijn.',
            'Zet rol = "gebied" bij de vraag naar de wijk.',
        )
    for key, values in (("naam", codebook.names), ("kpi", [v.kpi for v in codebook.variables if v.kpi])):
        for value in sorted({value for value in values if values.count(value) > 1}):
            yield Problem(file, f'{key} "{value}" komt meer dan één keer voor.', "Geef elk een eigen naam.")
    for name, answers in codebook.answers.items():
        allowed = {*answers.codes, *answers.missing, NOT_ASKED, EMPTY}
        yield from _unknown_codes(answers.translate, allowed, file, f"antwoorden.{name}")
    for variable in codebook.variables:
        yield from _problems_of(codebook, variable, file)
    yield from _double_columns(codebook, file)


def _problems_of(codebook: Codebook, variable: Variable, file: str) -> Iterator[Problem]:
    where = f"variabele.{variable.name}"
    if variable.answers and variable.answers not in codebook.answers:
        hint = closest(variable.answers, codebook.answers)
        yield Problem(file, f'de antwoordlijst "{variable.answers}" bestaat niet.', hint, column=where)
        return
    codes = codebook.codes_of(variable)
    if variable.kind in ("keuze", "schaal", *SEVERAL) and not codes:
        yield Problem(
            file, "de antwoorden ontbreken.", "Vul codes in, of noem een antwoordlijst.", column=where
        )
    for reason in {*variable.missing, *(codes.keys() & set(MISSING))}:
        if reason in codes or reason not in MISSING:
            yield Problem(
                file,
                f'"{reason}" past hier niet.',
                f"Zet bij ontbrekend alleen: {', '.join(MISSING[:3])}; en bij codes juist niet.",
                column=where,
            )
    allowed = {*codes, *codebook.missing_of(variable)}
    if variable.kind in SEVERAL:
        if variable.kind == "meerkeuze":
            allowed = {YES, NO, NOT_ASKED, EMPTY}
        for source, columns in variable.columns.items():
            yield from _unknown(set(columns), set(codes), file, f"{where}.kolommen.{source}", "optie")
    yield from _unknown_codes(variable.translate, allowed, file, where)
    yield from _unknown(set(variable.counts), set(codes), file, f"{where}.telt", "code")
    if variable.kpi and variable.kind not in NUMERIC and not variable.counts:
        yield Problem(
            file, "een kpi heeft de codes nodig die meetellen.", 'Vul in: telt = ["..."].', column=where
        )
    for name, needed in variable.asked_if.items():
        where_if = f"{where}.gesteld_als"
        yield from _unknown({name}, set(codebook.names), file, where_if, "variabele")
        if name in codebook.names:
            yield from _unknown(
                set(needed), set(codebook.codes_of(codebook.variable(name))), file, where_if, "code"
            )
    if variable.derived_from:
        yield from _unknown({variable.derived_from}, set(codebook.names), file, where, "variabele")
        yield from _unknown(set(variable.classes), set(codes), file, f"{where}.klassen", "code")
    if bool(variable.scale) != bool(variable.item):
        yield Problem(file, "schaal en item horen bij elkaar.", "Vul ze allebei in.", column=where)


def _unknown_codes(
    translate: dict[str, dict[str, str]], allowed: set[str], file: str, where: str
) -> Iterator[Problem]:
    for source, codes in translate.items():
        # In a variable without codes (a number) only missing reasons can be translated.
        yield from _unknown(set(codes.values()), allowed, file, f"{where}.vertaling.{source}", "code")


def _unknown(found: set[str], known: set[str], file: str, where: str, noun: str) -> Iterator[Problem]:
    for name in sorted(found - known):
        yield Problem(file, f'{noun} "{name}" bestaat hier niet.', closest(name, known), column=where)


def _double_columns(codebook: Codebook, file: str) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for variable in codebook.variables:
        pairs = [*variable.column.items(), *variable.other_column.items()]
        pairs += [(source, c) for source, many in variable.columns.items() for c in many.values()]
        for pair in pairs:
            if pair in seen:
                yield Problem(
                    file,
                    f'kolom "{pair[1]}" van {pair[0]} hoort al bij {seen[pair]}.',
                    "Eén kolom van een levering hoort bij één variabele.",
                    column=f"variabele.{variable.name}",
                )
            seen[pair] = variable.name
