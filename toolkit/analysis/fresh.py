"""Whether the outcomes of an analysis are those of its plan and files as they are now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from toolkit.analysis.inputs import input_files, read_plan
from toolkit.errors import ToolkitError
from toolkit.files import whole_file
from toolkit.project import Project

_NAMED = 3  # so many changed files are named; of more the number is told


@contextmanager
def noted(project: Project, analysis: str) -> Iterator[None]:
    """Leave a mark when a run does not come to its end, and take it away when the next one does.

    The mark holds the moment only: what went wrong may hold text of a story.
    """
    mark = _mark(project, analysis)
    try:
        yield
    except BaseException:
        mark.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(mark) as place:
            place.write_text(datetime.now().astimezone().isoformat(timespec="seconds"), encoding="utf-8")
        raise
    mark.unlink(missing_ok=True)


def stale(project: Project, analysis: str) -> tuple[str, ...]:
    """Dutch sentences on why the outcomes are not of today; empty when they are.

    The last run did not end well, the plan cannot be read, or a file changed, came or went since.
    """
    told = []
    again = f"Draai eerst: tev run {analysis}"
    mark = _mark(project, analysis)
    if mark.is_file():
        moment = mark.read_text(encoding="utf-8")[:16].replace("T", " ")
        told.append(f"De laatste run ({moment}) is mislukt. Dit zijn de uitkomsten van een eerdere. {again}")
    try:
        run = json.loads((project.analysis(analysis) / "output" / "run.json").read_text(encoding="utf-8"))
        known = dict(run["invoer"])
    except (OSError, ValueError, KeyError, TypeError):
        return tuple(told)  # without outcomes the report itself says what to do
    try:
        now = input_files(project, analysis, read_plan(project, analysis))
    except ToolkitError:
        told.append(f"Het plan of een instelling klopt nu niet. Kijk met: tev check {analysis}")
        return tuple(told)
    changed = sorted(name for name in {*known, *now} if known.get(name) != now.get(name))
    if changed:
        more = len(changed) - _NAMED
        names = ", ".join(changed[:_NAMED]) + (f" en nog {more}" if more > 0 else "")
        told.append(f"Veranderd sinds de laatste run: {names}. {again}")
    return tuple(told)


def _mark(project: Project, analysis: str) -> Path:
    return project.root / ".tev" / f"mislukt-{analysis}.txt"
