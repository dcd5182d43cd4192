"""The only gate from private to output: small cells, what follows from them, rounding, quotes."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from toolkit.project import Disclosure, Quotes
from toolkit.tables import MEASURES, check

# Complete counts: a hidden cell can be worked out from totals. Estimates of a sample cannot.
COMPLETE = ("registratie", "signalen")
SAMPLES = ("enquete", "verhalen")
COUNTS = ("aantal", "personen", "trajecten", "klachten", "bezwaren", "meldingen", "respondenten", "verhalen")
_KEY = list(MEASURES.key)
_NUMBERS = ["value", "low", "high", "n", "n_eff"]


@dataclass(frozen=True)
class _Relation:
    """Cells that add up: the total (a row, or None when it can be read elsewhere) and its parts."""

    total: int | None
    parts: tuple[int, ...]


def protect(
    measures: pd.DataFrame, rules: Disclosure, hierarchy: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The measures that may be published, in the order given, and a log of what was done to them.

    `hierarchy` has columns gebied and bovenliggend (the area that it is part of, or empty).

    Complete registrations: a cell is hidden when it, its complement (n - x) or the clients behind it
    (n_eff) are fewer than `minimum_count`; 0 counts as few. Then further cells are hidden, the smallest
    first, until no hidden cell is the only one, or part of a too small sum, in any of: an area and its
    parts, a total and its groups, shares that add up to 100%. A share whose numerator is published as
    a count goes with it. Of a wijk or buurt counts and n are rounded to `round_to`, shares to whole
    percents or, if their numerator is published, recomputed from its rounded value. n_eff, which holds
    the number of clients, is never published.
    Sample estimates: hidden when n is unknown or below `minimum_estimate` (stories: `minimum_stories`),
    and when they are 0% or 100% in a part of the municipality or population.
    Indicators: hidden when a measurement with its own n has too few. Estimates marked
    "niet-publiceerbaar" keep their row and n, without value.

    Hidden rows stay, empty and with a status such as "onderdrukt: n < 10". Where cells had to be hidden
    beside others, all of them get one and the same text: it does not tell which of them is small.
    The log (columns of the key, handeling, reden) does tell, so it is private. The result is the same
    whatever the order of the rows. The input is not changed.
    """
    given = check(measures, MEASURES)
    frame = given.sort_values(_KEY, kind="stable").reset_index(names="position")
    size = _sizes(frame)
    parts_of = _parts(hierarchy)
    primary = _primary(frame, size, rules, {area for areas in parts_of.values() for area in areas})
    links = _links(frame)
    relations = _relations(frame, size, parts_of)
    hidden = _secondary(set(primary), size, relations, links, rules.minimum_count)
    status = {row: f"onderdrukt: {reason}" for row, reason in primary.items()}
    added = hidden - set(primary)
    alike = {row for relation in relations if added & _cells(relation) for row in _cells(relation) & hidden}
    joint = f"onderdrukt: n < {rules.minimum_count} of daaruit af te leiden"
    status |= dict.fromkeys(alike | added, joint)

    public = frame.copy()
    rounded = _round(public, links, hidden, rules.round_to)
    refused = public["status"].str.startswith("niet-publiceerbaar") & ~public.index.isin(list(hidden))
    public.loc[refused, ["value", "low", "high"]] = np.nan
    public.loc[sorted(hidden), _NUMBERS] = np.nan
    public.loc[public["source"].isin(COMPLETE), "n_eff"] = np.nan
    public["status"] = [status.get(row, text) for row, text in enumerate(public["status"])]
    log = frame[_KEY].assign(handeling="", reden="")
    log.loc[rounded, ["handeling", "reden"]] = ["afgerond", f"op {rules.round_to} (wijk of buurt)"]
    log.loc[refused, "handeling"] = "niet getoond"
    log.loc[refused, "reden"] = frame.loc[refused, "status"]
    for row in sorted(hidden):
        handling = "onderdrukt" if row in primary else "mee onderdrukt"
        log.loc[row, ["handeling", "reden"]] = [handling, primary.get(row, "anders af te leiden uit totalen")]
    public = public.sort_values("position").drop(columns="position")
    return check(public, MEASURES), log[log["handeling"] != ""].reset_index(drop=True)


def _is_count(frame: pd.DataFrame) -> pd.Series[bool]:
    share = frame["unit"].str.startswith("procent")
    return frame["unit"].str.startswith(COUNTS) | (frame["measure"].str.startswith("respons.") & ~share)


def _sizes(frame: pd.DataFrame) -> pd.Series[float]:
    """Per row the number that must not be small: a count, the smaller side of a share, else n."""
    hits = (frame["value"] * frame["n"] / 100).round()
    share = frame["unit"].str.startswith("procent") & frame["value"].notna()
    size = frame["n"].where(~share, np.minimum(hits, frame["n"] - hits))
    return size.where(~_is_count(frame), frame["value"])


def _primary(
    frame: pd.DataFrame, size: pd.Series[float], rules: Disclosure, inner_areas: Collection[str]
) -> dict[int, str]:
    """Rows that are hidden for their own sake, with the reason."""
    reasons: dict[int, str] = {}

    def hide(rows: pd.Series[bool], reason: str) -> None:
        for row in frame.index[rows]:
            reasons.setdefault(int(row), reason)

    smallest = rules.minimum_count
    complete = frame["source"].isin(COMPLETE)
    few = (size < smallest) | (frame["n"] < smallest) | (frame["n_eff"] < smallest)
    hide(complete & few, f"n < {smallest}")
    sample, count = frame["source"].isin(SAMPLES), _is_count(frame)
    hide(sample & count & (frame["value"] < smallest), f"n < {smallest}")
    for source, least in (("enquete", rules.minimum_estimate), ("verhalen", rules.minimum_stories)):
        estimate = (frame["source"] == source) & ~count
        hide(estimate & (frame["n"] < least), f"n < {least}")
        hide(estimate & frame["value"].notna() & frame["n"].isna(), "n onbekend")
    part = frame["area"].isin(list(inner_areas)) | _is_small_area(frame) | (frame["group"] != "")
    share = frame["unit"].str.startswith("procent")
    hide(sample & ~count & share & part & frame["value"].round(6).isin([0.0, 100.0]), "0% of 100%")
    own = frame["source"] == "indicator"
    hide(own & frame["low"].notna() & (frame["n"] < rules.minimum_estimate), f"n < {rules.minimum_estimate}")
    hide(own & (frame["n"] < smallest), f"n < {smallest}")
    return reasons


def _is_small_area(frame: pd.DataFrame) -> pd.Series[bool]:
    return frame["area"].str.startswith(("WK", "BU"))


def _parts(hierarchy: pd.DataFrame) -> dict[str, list[str]]:
    """Per area the areas that are part of it."""
    parts: dict[str, list[str]] = {}
    for area, parent in zip(hierarchy["gebied"], hierarchy["bovenliggend"].fillna(""), strict=True):
        if parent and parent != area:
            parts.setdefault(str(parent), []).append(str(area))
    return parts


def _links(frame: pd.DataFrame) -> dict[int, set[int]]:
    """Counts and the shares that have them as numerator; each gives the other away."""
    by_count: dict[tuple[object, ...], list[int]] = {}
    shares: list[tuple[tuple[object, ...], int]] = []
    for row, line in enumerate(frame.to_dict("records")):
        if line["source"] not in COMPLETE or math.isnan(line["value"]):
            continue
        place = [line[name] for name in ("source", "dataset", "area", "period", "group")]
        subject = line["measure"].partition(".")[0]
        if line["unit"].startswith("procent") and not math.isnan(line["n"]):
            shares.append(((*place, subject, round(line["value"] * line["n"] / 100)), row))
        elif line["unit"].startswith(COUNTS):
            by_count.setdefault((*place, subject, round(line["value"])), []).append(row)
    links: dict[int, set[int]] = {}
    for key, share in shares:
        for count in by_count.get(key, []):
            links.setdefault(count, set()).add(share)
            links.setdefault(share, set()).add(count)
    return links


def _relations(
    frame: pd.DataFrame, size: pd.Series[float], parts_of: Mapping[str, Sequence[str]]
) -> list[_Relation]:
    """Everything in the release that adds up, in a fixed order."""
    cells = frame[frame["source"].isin(COMPLETE) & size.notna()]
    relations: list[_Relation] = []
    for _, same in cells.groupby([name for name in _KEY if name != "area"], sort=True):
        row_of = {area: int(str(row)) for row, area in same["area"].items()}
        for parent in sorted(parts_of):
            parts = tuple(row_of[area] for area in sorted(parts_of[parent]) if area in row_of)
            if parent in row_of and parts:
                relations.append(_Relation(row_of[parent], parts))
    for _, same in cells.groupby([name for name in _KEY if name != "group"], sort=True):
        total = same.index[same["group"] == ""]
        kind = same["group"].str.partition("=")[0]
        for name in sorted(set(kind) - {""}):
            parts = tuple(int(row) for row in same.index[kind == name])
            if len(total):
                relations.append(_Relation(int(total[0]), parts))
    shares = cells[cells["unit"].str.startswith("procent")]
    family = shares["measure"].map(lambda name: name.rpartition(".")[0])
    place = [shares[name] for name in ("source", "dataset", "area", "period", "group", "n")]
    for _, same in shares.groupby([*place, family], sort=True):
        if len(same) > 1 and math.isclose(same["value"].sum(), 100, abs_tol=0.01):
            relations.append(_Relation(None, tuple(int(row) for row in same.index)))
    return relations


def _cells(relation: _Relation) -> set[int]:
    return {*relation.parts} | ({relation.total} if relation.total is not None else set())


def _secondary(
    primary: set[int],
    size: pd.Series[float],
    relations: Sequence[_Relation],
    links: Mapping[int, Collection[int]],
    least: int,
) -> set[int]:
    """All rows to hide so that no hidden one follows from a sum in the same release."""
    hidden = set(primary)

    def hide(row: int) -> None:
        hidden.add(row)
        for other in sorted(links.get(row, ())):
            if other not in hidden:
                hide(other)

    for row in sorted(primary):
        hide(row)
    changed = True
    while changed:
        changed = False
        for relation in relations:
            while _gives_away(relation, hidden, size, least):
                shown = [row for row in relation.parts if row not in hidden]
                if shown:
                    hide(min(shown, key=lambda row: (size[row], row)))
                elif relation.total is not None and relation.total not in hidden:
                    hide(relation.total)
                else:
                    break
                changed = True
    return hidden


def _gives_away(relation: _Relation, hidden: set[int], size: pd.Series[float], least: int) -> bool:
    """Whether the shown cells of a relation leave too little doubt about the hidden ones."""
    covered = _cells(relation) & hidden
    if not covered:
        return False
    if len(covered) == 1:
        return True
    if relation.total in hidden:
        return False
    return float(sum(size[row] for row in covered)) < least


def _round(
    public: pd.DataFrame, links: Mapping[int, Collection[int]], hidden: Collection[int], base: int
) -> list[int]:
    """Round the complete counts of wijken and buurten in `public`; gives the rows that were rounded."""
    chosen = public["source"].isin(COMPLETE) & _is_small_area(public) & ~public.index.isin(list(hidden))
    chosen &= public["value"].notna()
    if base == 1:
        return []
    share, count = public["unit"].str.startswith("procent"), _is_count(public)
    nearest = base * np.floor(public["value"] / base + 0.5)
    with_numerator = public.index.isin(list(links)) & share
    public.loc[chosen & count, "value"] = nearest
    for row in public.index[chosen & with_numerator]:
        count = public["value"].loc[min(links[row])]
        public.loc[row, "value"] = 100 * count / public["n"].loc[row]
    others = chosen & share & ~with_numerator
    public.loc[others, "value"] = np.floor(public["value"] + 0.5)
    rest = chosen & ~with_numerator
    public.loc[rest, "n"] = base * np.floor(public["n"] / base + 0.5)
    return [int(row) for row in public.index[chosen]]


def protect_quotes(
    quotes: pd.DataFrame,
    stories: pd.DataFrame,
    themes: pd.DataFrame,
    rules: Quotes,
    ticks: Collection[str] = frozenset(),
    rare: int = 20,
) -> pd.DataFrame:
    """The quotes that may be shown, each with only the attributes that enough tellers share.

    quotes: citaat (id), verhaal, thema, rol, gebied, optionally gebiedsnaam and leeftijdsgroep; other
    columns are kept. stories: the contract Stories, optionally with leeftijdsgroep. themes: Labels of
    kind "theme". A quote stays only with the teller's consent and, where `rules.tick_required`, with
    its id among `ticks`. Then the shown combination of age group, area, role and, when fewer than
    `rare` tellers have it, theme must fit at least `rules.k` tellers; until it does, attributes are
    emptied in the order age group, area, theme, role. A respondent who told several stories is one
    teller. A quote that not even then fits is left out. Order and index are kept; inputs unchanged.
    """
    shown = ["leeftijdsgroep", "gebied", "thema", "rol"]
    tellers = stories.assign(
        teller=stories["respondent"].where(stories["respondent"] != "", stories["story"])
    )
    tellers = tellers.rename(columns={"area": "gebied", "role": "rol"})
    consent = {
        line["story"]: isinstance(line["quote_consent"], (bool, np.bool_)) and bool(line["quote_consent"])
        for line in tellers[["story", "quote_consent"]].to_dict("records")
    }
    labels = themes[(themes["kind"] == "theme") & (themes["label"] != "")][["story", "label"]]
    of_theme = {str(theme): set(same["story"]) for theme, same in labels.groupby("label")}

    def fits(attributes: Mapping[str, str]) -> int:
        same = tellers
        for name, value in attributes.items():
            if value and name == "thema":
                same = same[same["story"].isin(of_theme.get(value, set()))]
            elif value:
                same = same[same[name] == value]
        return int(same["teller"].nunique())

    rows = []
    for _, quote in quotes.iterrows():
        ticked = not rules.tick_required or quote["citaat"] in ticks
        if not consent.get(quote["verhaal"], False) or not ticked:
            continue
        attributes = {name: str(quote[name]) for name in shown if name in quote and not pd.isna(quote[name])}
        counted = {
            name: value
            for name, value in attributes.items()
            if name != "thema" or fits({"thema": value}) < rare
        }
        for name in shown:
            if fits(counted) >= rules.k:
                break
            counted.pop(name, None)
            attributes[name] = ""
        if fits(counted) < rules.k:
            continue
        kept = {name: value for name, value in attributes.items() if name in quote}
        if "gebiedsnaam" in quote and not attributes.get("gebied"):
            kept["gebiedsnaam"] = ""
        rows.append(quote.copy())
        for name, value in kept.items():
            rows[-1][name] = value
    return pd.DataFrame(rows, columns=quotes.columns) if rows else quotes.iloc[:0].copy()
