"""Every kind of report that `tev new` knows, made from the outcomes in breed/: what the gates look at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from toolkit import scaffold
from toolkit.project import find_project
from toolkit.report import build_report, build_series

BREED = Path(__file__).parent / "breed"  # the example's outcomes of the city, two wijken and two partners
TEMPLATES = Path(scaffold.__file__).parent / "templates"
FORMATS = ("html", "docx", "pdf")
# A kind falls under the gates by being there.
KINDS = sorted(path.parent.name for path in TEMPLATES.glob("*/rapport.qmd"))
_PER = re.compile(r"--per (\w+)")


def make(kind: str, root: Path, output: Path = BREED, formats: Sequence[str] = FORMATS) -> dict[str, Path]:
    """A report of this kind from its starter, by the embedded engine; of a series the first place."""
    if not root.exists():
        scaffold.init(root, "Proef", "GM0505")
    folder = root / "reports" / kind
    if not folder.exists():
        scaffold.new(find_project(root), kind, kind, "Proef <én> zo")
    per = _PER.search((TEMPLATES / kind / "LEESMIJ.md").read_text(encoding="utf-8"))
    if per is None:
        return build_report(folder, output, formats, "ingebouwd")
    return next(iter(build_series(folder, output, per[1], formats, "ingebouwd", workers=1).values()))
