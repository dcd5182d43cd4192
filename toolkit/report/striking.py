"""What stands out: at most five points, chosen from published numbers by rules that are told beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from toolkit.report import differences, phrases, wording
from toolkit.report.escape import escape_markdown
from toolkit.report.grid import amount
from toolkit.report.joint import in_brief, joint_row
from toolkit.report.overview import change_words, published, published_words
from toolkit.report.source import Output, is_city, subjects
from toolkit.report.together import judged

MOST = 5
_LEAST_OFF = 5.0  # percent of a budget
_LONGEST = 420  # characters of a point: the summary must stay on its page


def points(output: Output) -> list[str]:
    """The points as Markdown, at most MOST: the first of every rule in turn, then the second, and so on.

    An indicator counts once, whatever the number of sets it is in. Only numbers that may be shown are used.
    """
    told = [list(rule(output)) for _, rule in RULES]
    turns = [one for turn in zip_longest(*told) for one in turn if one]
    return turns[:MOST]


def rules() -> str:
    """The rules in words, as a Markdown list."""
    return "\n".join(f"{at}. {words}" for at, (words, _) in enumerate(RULES, start=1)) + "\n"


def _worse(output: Output) -> Iterator[str]:
    yield from _changed(output, "ongewenste richting")


def _better(output: Output) -> Iterator[str]:
    yield from _changed(output, "gewenste richting")


def _changed(output: Output, judgement: str) -> Iterator[str]:
    frame = output.frame("indicatoren")
    rows = frame[frame["oordeel"] == judgement].drop_duplicates(["id", "onderdeel"]).to_dict("records")
    for row in sorted(rows, key=lambda one: -_shift(one)):
        name = wording.capital(row["naam"]) + (f" ({row['onderdeel']})" if row["onderdeel"] else "")
        before, now = (published_words(row[key], row["eenheid"]) for key in ("nulmeting", "waarde"))
        when = [wording.period(row[key]) for key in ("peildatum", "periode")]
        why, half = change_words(row["reden"])
        unsure = "; de marge van de nulmeting is niet bekend" if half else ""
        text = f"van {before} ({when[0]}) naar {now} ({when[1]}): {why}{unsure}. Dat is de {judgement}."
        yield f"**{escape_markdown(name)}** ging {escape_markdown(text)}"


def _shift(row: Mapping[Any, Any]) -> float:
    """How far an indicator moved, as a part of its baseline; 0 when that is no number."""
    before, now = published(row["nulmeting"]), published(row["waarde"])
    return abs(now - before) / abs(before) if before and now is not None else 0.0


def _at_odds(output: Output) -> Iterator[str]:
    for subject in subjects(output):
        row = joint_row(output, subject)
        if row is None or row["code"] != "dissonantie":
            continue
        name = wording.capital(phrases.measure_name(output, str(row["maat"])))
        text = f"**{escape_markdown(f'{subject.name}, {name}')}**: cijfers en verhalen spreken elkaar tegen. "
        told = in_brief(row).replace("Cijfers en verhalen spreken elkaar tegen.", "").strip()
        yield text + (judged(row) or escape_markdown(told[:_LONGEST], breaks=False))


def _elsewhere(output: Output) -> Iterator[str]:
    names = phrases.area_names(output)
    found = [
        (one.p, measure, one)
        for subject in subjects(output)
        for measure in subject.measures
        for one in differences.found(output, measure, differences.REST)
        if one.judgement
    ]
    for _, measure, one in sorted(found, key=lambda row: row[0]):
        name = wording.capital(phrases.measure_name(output, measure))
        off = wording.signed(one.figure.value or 0.0)
        unit = " procentpunten" if one.figure.unit.endswith("procentpunten") else ""
        span = wording.interval(one.figure.low, one.figure.high, one.figure.unit)
        margin = f", {span}" if span else ""
        where = escape_markdown(names.get(one.area, one.area))
        text = f"aantoonbaar {one.judgement} dan in de rest van de stad (verschil {off}{unit}{margin})."
        yield f"**{escape_markdown(name)}** is in {where} {escape_markdown(text)}"


def _money(output: Output) -> Iterator[str]:
    cells = {(one.measure, one.group): one.value for one in output.figures("financien") if is_city(one.area)}
    found = []
    for (measure, group), budget in cells.items():
        actual = cells.get(("financien.gerealiseerd", group))
        if measure == "financien.begroot" and group.startswith("post=") and budget and actual is not None:
            found.append((100 * (actual - budget) / budget, group.partition("=")[2], budget, actual))
    for off, post, budget, actual in sorted(found, key=lambda row: -abs(row[0])):
        if abs(off) >= _LEAST_OFF:
            word = "meer" if off > 0 else "minder"
            sums = f"{amount(actual, 'euro')}, begroot was {amount(budget, 'euro')}"
            yield f"**{escape_markdown(post)}** kostte {wording.percent(abs(off))} {word} dan begroot: {sums}."


def _unknown(output: Output) -> Iterator[str]:
    frame = output.frame("indicatoren").drop_duplicates(["id", "onderdeel"])
    silent = int((frame["oordeel"] == "niet te zeggen").sum())
    if silent:
        total = wording.counted(len(frame), "indicator", "indicatoren")
        yield (
            f"**Nog veel is onbekend**: van {wording.number(silent)} van de {total} kunnen we nog niet zeggen welke "
            "kant het op gaat."
        )


# In this order: the words for the reader, and the rule itself.
RULES: tuple[tuple[str, Callable[[Output], Iterator[str]]], ...] = (
    ("de indicator die het verst de ongewenste kant op ging, naar verhouding van zijn nulmeting;", _worse),
    ("de indicator die het verst de gewenste kant op ging;", _better),
    ("een onderwerp waarbij cijfers en verhalen van de hele stad elkaar tegenspreken;", _at_odds),
    (f"de post die minstens {_LEAST_OFF:.0f}% meer of minder kostte dan begroot, de grootste eerst;", _money),
    ("de wijk die het zekerst verschilt van de rest van de stad, na correctie voor toeval;", _elsewhere),
    ("het aantal indicatoren waarover nog niets te zeggen is.", _unknown),
)
