"""Write the tables of docs/modellen.md, between its markers, from toolkit/stories/models/scores.json.

Run after scripts/evaluate.py: python scripts/modelcard.py
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from toolkit.files import whole_file
from toolkit.report.wording import day

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "modellen.md"
SCORES = ROOT / "toolkit" / "stories" / "models" / "scores.json"
MODELS = ("e5", "use")


def number(value: float) -> str:
    """A score as the page writes it: 0,72."""
    return f"{value:.2f}".replace(".", ",")


def percent(value: float) -> str:
    """A share as the page writes it: 88,1%."""
    return f"{100 * value:.1f}%".replace(".", ",")


def table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def overview(scores: dict[str, Any]) -> str:
    """All steps, both models."""
    removed = scores["anonimiseren"]
    both = [scores[name] for name in MODELS]
    rows = [
        ("anonimiseren", f"namen van personen weggehaald (van {removed['gegevens']} gegevens in totaal)", percent(removed["persoon"]), "zelfde"),
        ("", "adressen, nummers, telefoon, e-mail, bsn weggehaald", percent(removed["direct"]), "zelfde"),
        ("", "datum, leeftijd, woonplaats, kleine organisatie weggehaald", percent(removed["indirect"]), "zelfde"),
        ("", "ten onrechte weggehaald (deel van alles wat is weggehaald)", percent(removed["ten_onrechte"]), "zelfde"),
        ("hoofdthema (codeboek met 16 thema's)", "macro-F1", *(number(one["thema_macro_f1"]) for one in both)),
        ("alle thema's", "micro-F1", *(number(one["themas_micro_f1"]) for one in both)),
        ("toon van een verhaal (4 klassen)", "macro-F1", *(number(one["sentiment_macro_f1"]) for one in both)),
        ("positief tegen negatief, per verhaal", "aandeel goed", *(percent(one["sentiment_positief_tegen_negatief"]) for one in both)),
        ("toon van een zin (3 klassen)*", "macro-F1", *(number(one["zinnen"]["macro_f1"]) for one in both)),
        ("positief tegen negatief, per zin*", "aandeel goed", *(percent(one["zinnen"]["positief_tegen_negatief"]) for one in both)),
    ]  # fmt: skip
    return f"Gemeten op {day(scores['gemeten'])}, op {scores['verhalen']} verhalen.\n\n" + table(
        ("stap", "maat", "e5 (standaard)", "use (snel, Windows)"), rows
    )


def sentiment(scores: dict[str, Any]) -> str:
    """The model card of the sentiment models: per class and per phenomenon."""
    both = [scores[name] for name in MODELS]
    sentences = both[0]["zinnen"]
    classes = [
        (f"zin: {label}", *(number(one["zinnen"]["f1"][label]) for one in both)) for label in sentences["f1"]
    ] + [
        (f"verhaal: {label}", *(number(one["sentiment_f1"][label]) for one in both))
        for label in both[0]["sentiment_f1"]
    ]
    phenomena = [
        (one["naam"], str(one["zinnen"]), *(str(model["verschijnselen"][key]["goed"]) for model in both))
        for key, one in both[0]["verschijnselen"].items()
    ]
    trained, measured = (f"{sentences[key]:,}".replace(",", ".") for key in ("getraind_op", "aantal"))
    return "\n\n".join(
        [
            f"Getraind op {trained} zinnen, gemeten op {measured} andere zinnen en op {scores['verhalen']} verhalen.",
            table(("F1 per klasse", "e5", "use"), classes),
            table(("verschijnsel (losse zinnen)", "zinnen", "goed met e5", "goed met use"), phenomena),
        ]
    )


SECTIONS = {"overzicht": overview, "toon": sentiment}


def page(text: str, scores: dict[str, Any]) -> str:
    """The page with every marked section made anew from the scores."""
    for name, make in SECTIONS.items():
        begin, end = f"<!-- {name}: gemaakt door scripts/modelcard.py -->", f"<!-- einde {name} -->"
        pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
        made = f"{begin}\n{make(scores)}\n{end}"
        text, count = pattern.subn(lambda _, made=made: made, text)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"docs/modellen.md must have the section '{name}' once")
    return text


def main() -> None:
    """Write the page."""
    made = page(PAGE.read_text(encoding="utf-8"), json.loads(SCORES.read_text(encoding="utf-8")))
    with whole_file(PAGE) as path:
        path.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
