"""The explorer: one HTML page to walk from a theme, wijk or triad to the stories behind it."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import ToolkitError
from toolkit.report import wording
from toolkit.report.escape import front_text
from toolkit.report.source import Output, city_of, is_city, is_part, read_output

_MINIMUM = 10


def write_explorer(template: Path, output: Path, target: Path) -> None:
    """Write the explorer of an output folder at `target`: self-contained, no request goes out.

    The title is that of `template` (rapport.qmd). The page holds only what stands in output/: the stories
    of verhalen.csv, names, and published shares. Stories are hostile: they go in as JSON, become text nodes,
    and the page's own policy runs no other script than ours.

    Raises ToolkitError when the analysis gave no stories that may be read as a whole.
    """
    source = read_output(output)
    stories = _stories(output)
    title = front_text(template.read_text(encoding="utf-8"), "title")
    page = _asset("verkenner.html")
    style, script = _asset("verkenner.css"), _asset("verkenner.js")
    filled = {
        "TITLE": html.escape(title or str(source.run.get("naam", "Verhalen"))),
        "LEAD": "Kies een thema, een wijk of een plek in de driehoek, en lees de verhalen die erbij horen.",
        "LIMITS": "".join(f"<li>{html.escape(line)}</li>" for line in _limits(source)),
        "STYLE": style,
        "STYLE_HASH": _hash(style),
        "SCRIPT": script,
        "SCRIPT_HASH": _hash(script),
        # "<" cannot end the script element, whatever a story holds.
        "DATA": json.dumps(_data(source, stories), ensure_ascii=False).replace("<", "\\u003c"),
    }
    text = re.sub(r"%([A-Z_]+)%", lambda match: filled[match[1]], page)
    target.write_text(text, encoding="utf-8", newline="\n")


def _asset(name: str) -> str:
    return (resources.files("toolkit.report") / "assets" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _stories(output: Path) -> pd.DataFrame:
    path = output / "verhalen.csv"
    frame = (
        pd.read_csv(path, dtype="object", keep_default_na=False, encoding="utf-8")
        if path.is_file()
        else pd.DataFrame()
    )
    if frame.empty:
        raise ToolkitError(
            "Er zijn geen hele verhalen die in de verkenner mogen.",
            "Vraag de vertellers toestemming, zet in plan.toml onder [citaten] hele_verhalen = true, en draai "
            f"opnieuw: tev run {output.parent.name}",
        )
    return frame


def _data(source: Output, stories: pd.DataFrame) -> dict[str, Any]:
    """What the page reads; every name that is shown stands in it once."""
    of_one = _single(stories)
    triads = [column for column in stories if str(column).startswith("triade.")]
    facts = [one for name, one in source.run.get("feiten", {}).items() if name.startswith("verhalen")]
    asked = {f"triade.{name}": told for one in facts for name, told in one.get("triades", {}).items()}
    city = city_of(source.figures(source="verhalen", group="rol=inwoner")) or next(
        (one for one in source.figures() if is_city(one.area)), None
    )
    return {
        "minimum": int(source.run.get("grenzen", {}).get("aantal", _MINIMUM)),
        "gemeente": city.area if city else "",
        "gebieden": {
            code: name for code, name in source.names("gebieden", "gebied").items() if is_part(code)
        },
        "themas": source.names("themas", "thema"),
        "driehoeken": [
            {"id": name, "vraag": asked[name]["vraag"], "polen": asked[name]["polen"]}
            for name in triads
            if name in asked
        ],
        "cijfers": list(_figures(source)),
        "verhalen": [
            {
                "nr": line["verhaal"].rpartition("-")[2] if of_one else line["verhaal"],
                "rol": line["rol"],
                "gebied": line["gebied"],
                "themas": line["themas"].split(),
                "toon": line["toon"],
                "gevoel": line["gevoel"],
                "tekst": line["tekst"],
                "punten": {
                    name: [float(share) for share in line[name].split()] for name in triads if line.get(name)
                },
            }
            for line in stories.fillna("").to_dict("records")
        ],
    }


def _single(stories: pd.DataFrame) -> bool:
    """Whether all stories are of one corpus: then the number alone is a name."""
    return stories["verhaal"].str.rpartition("-")[0].nunique() == 1


def _figures(source: Output) -> list[dict[str, str]]:
    """The published share of each theme, per role and area, as a sentence."""
    names = source.names("gebieden", "gebied")
    themes = source.names("themas", "thema")
    found = []
    for one in source.figures(source="verhalen"):
        theme = one.measure.removeprefix("thema.")
        role = one.group.removeprefix("rol=")
        if theme not in themes or role == one.group or one.value is None:
            continue
        who = {"inwoner": "inwoners", "professional": "professionals"}.get(role, role)
        where = wording.area_phrase(one.area, names.get(one.area, one.area))
        margin = ", ".join(
            part for part in (wording.interval(one.low, one.high, one.unit), wording.base(one.n)) if part
        )
        sentence = (
            f"Van alle verhalen van {who} {where} gaat {wording.amount(one.value, one.unit)} over "
            f"'{themes[theme]}' ({margin})."
        )
        found.append({"thema": theme, "gebied": one.area, "rol": role, "zin": sentence})
    return found


def _limits(source: Output) -> list[str]:
    moment = wording.day(str(source.run.get("gestart", ""))[:10])
    return [
        "U leest alleen verhalen van mensen die daar toestemming voor gaven. Er zijn ook andere verhalen: het "
        "aantal dat u hier ziet, zegt niet hoe vaak iets voorkomt.",
        "Namen, adressen en andere gegevens zijn door de computer vervangen door woorden als [persoon-1]. Herkent u "
        "toch iemand? Deel dat dan niet, en laat het de gemeente weten.",
        "Een wijk of thema staat er alleen bij als genoeg vertellers datzelfde kenmerk hebben.",
        "Thema en toon heeft de computer bepaald. Dat gaat niet altijd goed. Het eigen gevoel gaf de verteller zelf.",
        f"Gemaakt uit de analyse van {moment}. Deze pagina vraagt niets op via internet.",
    ]
