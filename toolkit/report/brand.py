"""The house style of a report: main colour and logo from `_brand.yml`, which Quarto reads as well."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError
from toolkit.report.reference import pandoc_path

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LEAST_CONTRAST = 4.5  # WCAG 2.2 AA, for text on white


@dataclass(frozen=True)
class Brand:
    """Main colour ("#17567a") and logo (path in the report folder); empty where not given."""

    primary: str = ""
    logo: str = ""
    logo_alt: str = ""

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

    def styles(self, folder: Path) -> list[Path]:
        """A style sheet with the main colour, written in `folder`; none when there is no colour."""
        if not self.primary:
            return []
        path = folder / "kleur.css"
        rule = f"@media print, (prefers-color-scheme: light) {{ :root {{ --tev-accent: {self.primary}; }} }}\n"
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
    primary = str(colours.get("primary", ""))
    primary = str(colours.get("palette", {}).get(primary, primary))
    logo, alt = _logo(settings.get("logo", ""))
    if primary and not _COLOUR.fullmatch(primary):
        raise ToolkitError(
            f"De kleur '{primary[:20]}' in _brand.yml is niet te lezen.", 'Schrijf een kleur als "#17567a".'
        )
    if primary and contrast(primary) < _LEAST_CONTRAST:
        raise ToolkitError(
            f"De kleur {primary} in _brand.yml is te licht om op wit te lezen.",
            "Kies een donkerder kleur: het contrast met wit moet 4,5 of meer zijn.",
        )
    if logo and not (folder / logo).is_file():
        raise ToolkitError(f"Het logo {logo}, genoemd in _brand.yml, bestaat niet.")
    return Brand(primary, logo, alt)


def contrast(colour: str) -> float:
    """Contrast of a colour "#rrggbb" with white, from 1 to 21 (WCAG 2.2, relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


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
