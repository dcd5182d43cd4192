"""Read what an analysis put in its output folder; a report reads nothing else and computes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.errors import ToolkitError, closest

CITY = "GM"  # codes of municipalities begin so; all other areas are parts of one
SHOWN = ("ok", "indicatief", "onnauwkeurig")

# The files of output/ with the columns that a report uses; those with False may be absent.
# fmt: off
FILES: Mapping[str, tuple[bool, tuple[str, ...]]] = {
    "measures": (True, tuple(tables.MEASURES.names)),
    "indicatoren": (False, ("set", "id", "thema", "naam", "eenheid", "nulmeting", "peildatum", "waarde",
                            "laag", "hoog", "n", "periode", "richting", "oordeel", "reden", "bron", "onderdeel",
                            "soort", "doel", "referentiegebied", "referentie", "referentie_periode",
                            "referentie_verschil", "metingen", "opmerking")),
    "indicatoren-reeks": (False, ("set", "id", "onderdeel", "naam", "eenheid", "gebied", "rol", "periode", "waarde",
                                  "laag", "hoog", "n", "verschil", "oordeel", "reden", "bron", "definitie")),
    "samen": (False, ("onderwerp", "naam", "gebied", "gebiedsnaam", "code", "uitleg", "maat", "waarde",
                      "laag", "hoog", "n", "eenheid", "thema", "thema_aandeel", "thema_laag", "thema_hoog",
                      "verhalen", "polariteit", "gevoel", "voorgesteld", "door", "datum", "reden")),
    "citaten": (False, ("citaat", "verhaal", "thema", "onderwerp", "soort", "rol", "gebied", "gebiedsnaam",
                        "sentiment", "tekst")),
    "themas": (False, ("thema", "naam", "beschrijving")),
    "onderwerpen": (False, ("onderwerp", "titel", "woorden", "aantal", "stabiliteit", "oordeel")),
    "eigen-duiding": (False, ("soort", "id", "vraag", "polen", "groep", "n", "overgeslagen", "deel_1", "deel_2", "deel_3",
                        "rand")),
    "eigen-duiding-verschillen": (False, ("soort", "id", "vraag", "indeling", "groepen", "n", "p", "oordeel")),
    "projecten": (False, ("soort", "onderdeel", "project", "doel", "start", "einde", "status", "budget", "besteed",
                          "benutting", "bereik", "bereik_eenheid", "rapportcijfer", "tevreden", "respondenten",
                          "passender", "sneller", "betaalbaarder", "projecten", "budget_onbekend",
                          "besteed_onbekend", "prijspeil", "toelichting", "inhoud", "partners", "stand", "geld",
                          "resultaten", "passender_omdat", "sneller_omdat", "betaalbaarder_omdat", "borging",
                          "cijfers")),
    "respons": (False, ("enquete", "gebied", "gebiedsnaam", "groep", "uitgenodigd", "begonnen", "volledig",
                        "aandeel", "verschil_bevolking", "verschil_na_weging")),
    "definities": (False, ("maat", "naam", "vraag", "teller", "noemer", "uitgesloten", "eenheid", "richting",
                           "bron", "versie")),
    "gebieden": (False, ("gebied", "naam")),
}
# fmt: on
# Columns that hold only numbers. Values of indicators may be text, so those stay as published.
_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "measures": ("value", "low", "high", "n", "n_eff"),
    "indicatoren": ("n",),
    "indicatoren-reeks": ("n",),
    "samen": (
        "laag",
        "hoog",
        "n",
        "thema_aandeel",
        "thema_laag",
        "thema_hoog",
        "verhalen",
        "polariteit",
        "gevoel",
    ),
    "onderwerpen": ("aantal", "stabiliteit"),
    "projecten": (
        "budget",
        "besteed",
        "benutting",
        "bereik",
        "rapportcijfer",
        "tevreden",
        "respondenten",
        "projecten",
        "budget_onbekend",
        "besteed_onbekend",
    ),
    "respons": ("uitgenodigd", "begonnen", "volledig", "aandeel", "verschil_bevolking", "verschil_na_weging"),
}


@dataclass(frozen=True)
class Subject:
    """A subject of the report: its id and name, the measures and themes that belong to it."""

    id: str
    name: str
    measures: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """One published number: a row of Measures.

    `value`, `low` and `high` are None when the number may not be shown, and `n` as well when that is
    because of disclosure control: the number of people is then the secret.
    """

    source: str
    dataset: str
    measure: str
    unit: str
    area: str
    period: str
    group: str
    value: float | None
    low: float | None
    high: float | None
    n: float | None
    status: str

    @property
    def kind(self) -> str:
        """The status without its reason: "ok", "onnauwkeurig", "onderdrukt" and so on."""
        return self.status.split(":")[0]

    @property
    def reason(self) -> str:
        """Why the number is not shown or to be read with care: "n < 10"; empty when not given."""
        return self.status.partition(":")[2].strip()


@dataclass(frozen=True)
class Output:
    """The files of one output folder as frames (empty where a file is absent) and run.json."""

    folder: Path
    frames: Mapping[str, pd.DataFrame]
    run: Mapping[str, Any]

    def frame(self, name: str) -> pd.DataFrame:
        """The table of this file, with all columns of FILES; empty when the file is absent."""
        return self.frames[name]

    def names(self, file: str, key: str) -> dict[str, str]:
        """What each id of `file` is called."""
        frame = self.frames[file]
        return dict(zip(frame[key], frame["naam"], strict=True))

    def figures(self, source: str = "", measure: str = "", group: str | None = None) -> list[Figure]:
        """The published numbers of a source and measure, in the order of the file."""
        frame = self.frames["measures"]
        if source:
            frame = frame[frame["source"] == source]
        if measure:
            frame = frame[frame["measure"] == measure]
        if group is not None:
            frame = frame[frame["group"] == group]
        return [_figure(row) for row in frame.to_dict("records")]


def read_output(folder: Path) -> Output:
    """The output folder of an analysis.

    Numeric columns become floats (empty cells NaN), all others stay text ("" when empty); columns
    that a file lacks are added empty. A value of indicatoren.csv or samen.csv may be text
    ("30-70, meer algemeen") and is kept as published.

    Raises ToolkitError when measures.csv is absent or lacks columns, and when run.json is absent or
    damaged: it is written last, so the run was cut off and the files may be of different runs.
    """
    if not (folder / "measures.csv").is_file():
        raise ToolkitError(
            f"Er zijn nog geen uitkomsten: {folder.parent.name}/{folder.name}/measures.csv bestaat niet.",
            f"Draai eerst de analyse: tev run {folder.parent.name}",
        )
    run_file = folder / "run.json"
    try:
        run = json.loads(run_file.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError) as error:
        raise ToolkitError(
            f"De analyse {folder.parent.name} is niet afgemaakt: run.json ontbreekt of is beschadigd.",
            f"Draai de analyse opnieuw: tev run {folder.parent.name}",
        ) from error
    return Output(folder, {name: _read(folder, name) for name in FILES}, run)


def is_city(code: str) -> bool:
    """Whether an area code is a whole municipality."""
    return code.startswith(CITY)


def city_of(figures: Iterable[Figure]) -> Figure | None:
    """The number for the whole municipality, without breakdown by group."""
    return next((one for one in figures if is_city(one.area) and not one.group), None)


def is_part(code: str) -> bool:
    """Whether an area code is a wijk or buurt: not a municipality, province or country."""
    return code.startswith(("WK", "BU"))


def areas_of(figures: Iterable[Figure]) -> list[Figure]:
    """The numbers per wijk or buurt, without breakdown by group."""
    return [one for one in figures if is_part(one.area) and not one.group]


def per_group(figures: Iterable[Figure], name: str) -> dict[str, Figure]:
    """The numbers of the whole municipality per value of a group: of "kwartaal" those per quarter."""
    start = f"{name}="
    return {
        one.group.removeprefix(start): one
        for one in figures
        if is_city(one.area) and one.group.startswith(start)
    }


def datasets(output: Output, source: str) -> list[str]:
    """The deliveries of a source that have numbers, in their order."""
    return list(dict.fromkeys(one.dataset for one in output.figures(source)))


def fact(output: Output, source: str, dataset: str, key: str) -> str:
    """What run.json tells about a delivery under `key`; "" when it does not."""
    return str(output.run.get("feiten", {}).get(f"{source} {dataset}", {}).get(key, ""))


def subjects(output: Output) -> list[Subject]:
    """The subjects, from run.json (`onderwerpen`: id, naam, maten, themas) or else from samen.csv."""
    declared = output.run.get("onderwerpen", [])
    if declared:
        return [
            Subject(one["id"], one["naam"], tuple(one.get("maten", ())), tuple(one.get("themas", ())))
            for one in declared
        ]
    frame = output.frame("samen")
    found = []
    for subject in dict.fromkeys(frame["onderwerp"]):
        rows = frame[frame["onderwerp"] == subject]
        measures = tuple(one for one in dict.fromkeys(rows["maat"]) if one)
        themes = tuple(one for one in dict.fromkeys(rows["thema"]) if one)
        found.append(Subject(subject, rows["naam"].iloc[0], measures, themes))
    return found


def headline_measures(output: Output) -> list[str]:
    """The ids of the headline figures that the plan names, at most five.

    Where the plan names none, the first measures of surveys and registrations that have a number
    for the whole municipality.
    """
    declared = [str(one) for one in output.run.get("kerncijfers", [])]
    if declared:
        return declared[:5]
    found = [
        one.measure
        for one in output.figures()
        if one.source in ("enquete", "registratie")
        and is_city(one.area)
        and not one.group
        and one.kind in SHOWN
    ]
    return list(dict.fromkeys(found))[:5]


def pick(output: Output, measure: str) -> list[Figure]:
    """All numbers of a measure from the source that knows most about it.

    A KPI may share its id with an indicator; the survey or registration then goes first, because
    it has the wijken. Within the source, the latest period counts.
    """
    found = output.figures(measure=measure)
    for source in ("enquete", "registratie", "signalen", "financien", "indicator", "verhalen"):
        of_source = [one for one in found if one.source == source]
        if of_source:
            latest = max(one.period for one in of_source)
            return [one for one in of_source if one.period == latest]
    return []


def _read(folder: Path, name: str) -> pd.DataFrame:
    required, columns = FILES[name]
    path = folder / f"{name}.csv"
    if not path.is_file():
        return pd.DataFrame({column: [] for column in columns}, dtype="object")
    frame = pd.read_csv(path, dtype="object", keep_default_na=False, encoding="utf-8")
    lacking = [column for column in columns if column not in frame]
    if lacking and required:
        hint = closest(lacking[0], frame.columns) or "Draai de analyse opnieuw met: tev run"
        raise ToolkitError(f"In {path.name} ontbreken kolommen: {', '.join(lacking)}.", hint)
    for column in lacking:
        frame[column] = ""
    for column in _NUMBERS.get(name, ()):
        frame[column] = pd.to_numeric(frame[column], errors="coerce")
    return frame


def _figure(row: Mapping[Any, Any]) -> Figure:
    kind = str(row["status"]).split(":")[0]
    kept = {"onderdrukt": ()}.get(kind, ("n",)) if kind not in SHOWN else ("value", "low", "high", "n")
    numbers = {key: _number(row[key]) if key in kept else None for key in ("value", "low", "high", "n")}
    texts = ("source", "dataset", "measure", "unit", "area", "period", "group", "status")
    return Figure(**{key: str(row[key]) for key in texts}, **numbers)  # type: ignore[arg-type]


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
