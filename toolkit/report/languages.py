"""In which languages stories were told, and what was done with those that are not in Dutch."""

from __future__ import annotations

from collections import Counter
from typing import Any

from toolkit.report import wording
from toolkit.report.source import Output

NAMES = {
    "en": "Engels", "de": "Duits", "fr": "Frans", "es": "Spaans", "tr": "Turks", "pl": "Pools", "ar": "Arabisch",
    "uk": "Oekraïens", "ru": "Russisch", "pt": "Portugees", "it": "Italiaans", "ro": "Roemeens", "fa": "Perzisch",
}  # fmt: skip
UNDETERMINED = "und"


def languages(output: Output) -> str:
    """Sentences on stories in other languages than Dutch, from run.json; empty when all are Dutch."""
    facts = [value for key, value in output.run.get("feiten", {}).items() if key.startswith("verhalen ")]
    other: Counter[str] = Counter()
    few = False
    short: list[Any] = []
    for one in facts:
        for code, count in dict(one.get("talen") or {}).items():
            if code == UNDETERMINED:
                short.append(count)
            elif code != "nl":
                few = few or not isinstance(count, int)
                other[code] += count if isinstance(count, int) else 0
    lines = []
    if other:
        names = wording.join(
            [NAMES.get(code, code) for code, _ in sorted(other.items(), key=lambda one: (-one[1], one[0]))]
        )
        total = sum(other.values())
        number = f"{wording.number(total)} verhalen zijn" if total and not few else "Enkele verhalen zijn"
        apart = any(one.get("andere_talen") == "apart" for one in facts)
        done = (
            "Zij tellen nergens mee."
            if apart
            else "Hun thema's tellen mee. Hun toon niet: dat model kent alleen Nederlands."
        )
        lines.append(f"{number} niet in het Nederlands verteld, maar in het {names}. {done}")
    if short:
        shown = wording.number(sum(short)) if all(isinstance(one, int) for one in short) else str(short[0])
        lines.append(
            f"Van {shown} heel korte of lege verhalen is de taal niet te bepalen; die zijn gelezen als Nederlands."
        )
    return " ".join(lines) + "\n" if lines else ""
