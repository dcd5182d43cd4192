"""Every kind of report that `tev new` knows, made from the outcomes in breed/: what the gates look at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tests.report.hostile import HOSTILE
from toolkit import scaffold
from toolkit.project import find_project
from toolkit.report import build_report, build_series

BREED = Path(__file__).parent / "breed"  # the example's outcomes of the city, two wijken and two partners
TEMPLATES = Path(scaffold.__file__).parent / "templates"
FORMATS = ("html", "docx", "pdf")
KINDS = sorted(scaffold.REPORTS)  # a kind falls under the gates by being there
_PER = re.compile(r"--per (\w+)")


# Letters that are joined or that no font of the PDF has cannot be read back; test_report_hostile has them.
NAME = "Proef & <b>zo</b> *2026* \\ {x} #1 $y$"  # what a name may hold
STORIES = {name: text for name, text in HOSTILE.items() if name not in ("arabisch", "emoji")}


def hostile_outcomes(folder: Path) -> Path:
    """BREED with a hostile story in the place of every story, between "begin-name." and ".einde-name"."""
    shutil.copytree(BREED, folder)
    for name in ("citaten.csv", "verhalen.csv"):
        frame = pd.read_csv(folder / name, dtype=str, keep_default_na=False, encoding="utf-8")
        told = list(STORIES.items())
        frame["tekst"] = [
            f"begin-{key}. {text} .einde-{key}"
            for key, text in (told[at % len(told)] for at in range(len(frame)))
        ]
        frame.to_csv(folder / name, index=False, encoding="utf-8")
    return folder


def make(kind: str, root: Path, output: Path = BREED, formats: Sequence[str] = FORMATS) -> dict[str, Path]:
    """A report of this kind from its starter, by the embedded engine; of a series the first place."""
    if not root.exists():
        scaffold.init(root, NAME, "GM0505")
    folder = root / "reports" / kind
    if not folder.exists():
        scaffold.new(find_project(root), "report", kind, NAME, variant=kind)
    per = _PER.search((TEMPLATES / kind / "LEESMIJ.md").read_text(encoding="utf-8"))
    if per is None:
        return build_report(folder, output, formats, "ingebouwd")
    return next(iter(build_series(folder, output, per[1], formats, "ingebouwd", workers=1).values()))
