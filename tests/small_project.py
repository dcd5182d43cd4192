"""What the small projects of the tests have in common: their settings, their areas, and how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from toolkit.project import Project, find_project

BASE: Mapping[str, str] = {
    "tev.toml": """
naam = "Klein"
gemeente = "GM0505"
fictief = true
[gebieden]
bestand = "gebieden.csv"
samenvoegen = { WK050519 = "WK050507" }
""",
    "gebieden.csv": """gebied,naam,soort
GM0505,Dordrecht,gemeente
WK050507,Wielwijk,wijk
WK050519,Industriegebied,wijk
""",
}
# An analysis that needs no text model.
NO_MODELS = """
[tekst]
embedding = "use"
themas = false
onderwerpen = false
sentiment = false
[onthulling]
minimum_verhalen = 2
"""


def write(root: Path, files: Mapping[str, str]) -> Project:
    """Put files (path in the project -> text) in a project, which need not exist yet."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return find_project(root)
