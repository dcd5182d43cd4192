"""Words and a table for differences that were tested: a wijk and the rest of the city, two groups."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from toolkit.report import phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.source import Figure, Output
from toolkit.report.tabular import Heading, table

REST, PAIRS = ".verschil-rest", ".verschil-groepen"
_HOLM = "p-waarde na Holm"
_SURE = 0.05
_HEADINGS = (
    Heading("Wie", width=26),
    Heading("Verschil", True, 12),
    Heading("Marge", width=20),
    Heading("p (Holm)", True, 10),
    Heading("Wat betekent dit", width=28),
)
_NOTE = (
    "Een verschil is aantoonbaar als p kleiner is dan 0,05. Hoe meer we vergelijken, hoe vaker toeval op een "
    "verschil lijkt; de p-waarden zijn daarvoor gecorrigeerd (Holm). Verschillen van percentages zijn in procentpunten."
)


@dataclass(frozen=True)
class Difference:
    """A published difference with its p-value after Holm; `group` holds two groups, or is empty for a wijk."""

    area: str
    group: str
    figure: Figure
    p: float

    @property
    def judgement(self) -> str:
        """ "hoger", "lager", or "" when no difference can be shown."""
        if self.p >= _SURE or self.figure.value is None:
            return ""
        return "hoger" if self.figure.value > 0 else "lager"


def found(output: Output, measure: str, suffix: str) -> list[Difference]:
    """The published differences of a measure, in the order of the file."""
    rows = output.figures(source="enquete", measure=measure + suffix)
    p = {(one.area, one.group): one.value for one in rows if one.unit == _HOLM}
    return [
        Difference(one.area, one.group, one, chance)
        for one in rows
        if one.unit.startswith("verschil")
        and one.value is not None
        and (chance := p.get((one.area, one.group))) is not None
    ]


def sentence(output: Output, measure: str, names: Mapping[str, str]) -> str:
    """Which wijken are higher and lower than the rest of the city; empty when nothing was tested."""
    tested = found(output, measure, REST)
    if not tested:
        return ""
    parts = []
    for word in ("hoger", "lager"):
        places = [escape_markdown(names.get(one.area, one.area)) for one in tested if one.judgement == word]
        if places:
            parts.append(f"Aantoonbaar {word} dan in de rest van de stad: {wording.join(places)}.")
    left = sum(not one.judgement for one in tested)
    if not parts:
        return "In geen wijk is er een aantoonbaar verschil met de rest van de stad."
    if left:
        others = "de andere wijk" if left == 1 else f"de {wording.number(left)} andere geteste wijken"
        parts.append(f"Bij {others} is er geen aantoonbaar verschil.")
    return " ".join(parts)


def tables(output: Output, measures: Sequence[str], names: Mapping[str, str]) -> str:
    """A table per measure with the differences that could be shown, and how many were tested.

    Empty when nothing was tested; one sentence for measures of which no difference could be shown.
    """
    blocks, nothing = [], []
    for measure in measures:
        rest, pairs = found(output, measure, REST), found(output, measure, PAIRS)
        rows = [_row(one, names.get(one.area, one.area), _rest) for one in rest if one.judgement]
        rows += [_row(one, _pair(one.group), _groups) for one in pairs if one.judgement]
        name = escape_markdown(phrases.measure_name(output, measure))
        if rows:
            blocks.append(
                table(
                    f"{phrases.label(measure)}-verschillen",
                    f"{wording.capital(name)}: aantoonbare verschillen",
                    _HEADINGS,
                    rows,
                    f"Getoetst: {_tested(rest, pairs)}. Wat hier niet staat, verschilt niet aantoonbaar. {_NOTE}",
                )
            )
        elif rest or pairs:
            nothing.append(
                f"Bij {name} zijn {_tested(rest, pairs)} getoetst. Er is geen aantoonbaar verschil.\n"
            )
    return "\n".join([*blocks, *nothing])


def _tested(rest: Sequence[Difference], pairs: Sequence[Difference]) -> str:
    """What was tested: "11 wijken tegen de rest van de stad en 7 paren van groepen"."""
    parts = [f"{wording.counted(len(rest), 'wijk', 'wijken')} tegen de rest van de stad"] if rest else []
    parts += [wording.counted(len(pairs), "paar groepen", "paren van groepen")] if pairs else []
    return wording.join(parts)


def _row(one: Difference, who: str, words: Callable[[Difference], str]) -> list[str]:
    chance = "< 0,001" if one.p < 0.001 else wording.number(one.p, 3)
    margin = wording.interval(one.figure.low, one.figure.high, one.figure.unit)
    value = wording.signed(one.figure.value or 0.0)
    return [escape_markdown(who), value, margin, escape_markdown(chance), words(one)]


def _rest(one: Difference) -> str:
    return f"{one.judgement} dan in de rest van de stad" if one.judgement else "geen aantoonbaar verschil"


def _groups(one: Difference) -> str:
    return f"{one.judgement} dan de andere groep" if one.judgement else "geen aantoonbaar verschil"


def _pair(group: str) -> str:
    name, _, levels = group.partition("=")
    return f"{wording.capital(name)}: {levels}"
