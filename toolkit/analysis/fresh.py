"""Whether the outcomes of an analysis are those of its plan and files as they are now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from toolkit.analysis.inputs import input_files, read_plan
from toolkit.errors import DataError, ToolkitError
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
        # Where nothing can be written, what went wrong before is what people must hear.
        with suppress(OSError), whole_file(mark) as place:
            place.write_text(datetime.now().astimezone().isoformat(timespec="seconds"), encoding="utf-8")
        raise
    if mark.exists():
        mark.unlink(missing_ok=True)


@contextmanager
def steady(project: Project, analysis: str, hashes: Mapping[str, str]) -> Iterator[None]:
    """Read the inputs of an analysis in this block; `hashes` are those of its files before (see input_files).

    Raises ToolkitError when a file changed, came or went meanwhile: what was read may be half of each, and
    what seems wrong in it may be no more than that.
    """
    wrong: DataError | None = None
    try:
        yield
    except DataError as error:
        wrong = error
    now = input_files(project, analysis, read_plan(project, analysis))
    if changed := sorted(name for name in {*hashes, *now} if hashes.get(name) != now.get(name)):
        raise ToolkitError(
            f"Veranderd terwijl het werd gelezen: {_some(changed)}.",
            "Wacht tot het opslaan of synchroniseren klaar is, en herhaal de opdracht.",
        ) from wrong
    if wrong:
        raise wrong


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
        told.append(f"Veranderd sinds de laatste run: {_some(changed)}. {again}")
    return tuple(told)


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" en nog {more}" if more > 0 else "")


def _mark(project: Project, analysis: str) -> Path:
    return project.root / ".tev" / f"mislukt-{analysis}.txt"
