"""The house style of a report: colours and logo from `_brand.yml`, which Quarto reads as well."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.report.reference import pandoc_path
from toolkit.report.theme import SHAPE_CONTRAST, TEXT_CONTRAST, Theme, contrast, themed
from toolkit.report.wording import number

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Brand:
    """Main and second colour ("#17567a") and logo (path in the report folder); empty where not given."""

    primary: str = ""
    secondary: str = ""
    logo: str = ""
    logo_alt: str = ""

    def theme(self) -> Theme:
        """The house style in which the figures of this report are drawn."""
        return themed(self.primary, self.secondary)

    def options(self) -> list[str]:
        """Options for pandoc."""
        options = ["--variable", f"accent={self.primary}"] if self.primary else []
        if self.logo:
            options += [
                "--variable",
                f"logo={self.logo}",
                "--metadata",
                f"logo-alt={self.logo_alt or 'Logo'}",
            ]
        return options

    def word_options(self) -> list[str]:
        """Options for pandoc when it writes Word, which has no template: a filter puts the logo there."""
        return ["--metadata", f"logo-word={self.logo}"] if self.logo else []

    def styles(self, folder: Path) -> list[Path]:
        """A style sheet with the main colour, written in `folder`; none when there is no colour."""
        if not self.primary:
            return []
        path = folder / "kleur.css"
        rule = (
            f"@media print, (prefers-color-scheme: light) {{ :root {{ --tev-accent: {self.primary}; }} }}\n"
        )
        path.write_text(rule, encoding="utf-8")
        return [path]


def brand(folder: Path) -> Brand:
    """The house style in `folder/_brand.yml`; all empty when there is no such file.

    Raises ToolkitError when the file is not YAML, the colour is not written as #17567a or is too
    light to read on white, or the logo does not exist.
    """
    path = folder / "_brand.yml"
    if not path.is_file():
        return Brand()
    # pandoc reads the YAML, so that no further package is needed.
    command = [pandoc_path(), "--from", "markdown", "--to", "json", f"--metadata-file={path.name}"]
    done = subprocess.run(
        command, cwd=folder, input="", capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    if done.returncode:
        raise ToolkitError("_brand.yml is geen geldige YAML.", done.stderr.strip()[:300])
    settings = _simple({"t": "MetaMap", "c": json.loads(done.stdout)["meta"]})
    colours = settings.get("color") or {}
    primary, secondary = (_colour(colours, key) for key in ("primary", "secondary"))
    logo, alt = _logo(settings.get("logo", ""))
    for colour, least in ((primary, TEXT_CONTRAST), (secondary, SHAPE_CONTRAST)):
        if colour and contrast(colour) < least:
            raise ToolkitError(
                f"De kleur {colour} in _brand.yml is te licht om op wit te lezen.",
                f"Kies een donkerder kleur: het contrast met wit moet {number(least, 1)} of meer zijn.",
            )
    if logo and not (folder / logo).is_file():
        raise ToolkitError(f"Het logo {logo}, genoemd in _brand.yml, bestaat niet.")
    return Brand(primary, secondary, logo, alt)


def _colour(colours: Mapping[str, Any], key: str) -> str:
    """A colour of `_brand.yml`, by its name in the palette too; "" when it is not given."""
    colour = str(colours.get(key, ""))
    colour = str(colours.get("palette", {}).get(colour, colour))
    if colour and not _COLOUR.fullmatch(colour):
        raise ToolkitError(
            f"De kleur '{colour[:20]}' in _brand.yml is niet te lezen.", 'Schrijf een kleur als "#17567a".'
        )
    return colour


def _logo(value: Any) -> tuple[str, str]:
    if isinstance(value, dict):
        chosen = next((value[key] for key in ("path", "medium", "small", "large") if key in value), "")
        if isinstance(chosen, dict):
            return _logo(chosen)
        return str(chosen), str(value.get("alt", ""))
    return str(value), ""


def _simple(node: Any) -> Any:
    """A metadata value of pandoc as plain dicts, lists and strings."""
    kind, content = node["t"], node.get("c")
    if kind == "MetaMap":
        return {key: _simple(value) for key, value in content.items()}
    if kind == "MetaList":
        return [_simple(value) for value in content]
    if kind in ("MetaString", "MetaBool"):
        return content
    return "".join(
        part["c"] if part["t"] == "Str" else " " for part in content if part["t"] in ("Str", "Space")
    )
