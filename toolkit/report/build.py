"""Make a report: write its parts from the outcomes, then render every format."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.files import whole_file
from toolkit.report.document import templates, write_parts
from toolkit.report.engines import FORMATS, RENDERED, choose, environment_for
from toolkit.report.source import read_output

_ALIASES = {"word": "docx", "typst": "pdf"}


def build_report(
    report_folder: Path,
    output: Path,
    formats: Sequence[str] = FORMATS,
    engine: str = "auto",
    progress: Callable[[str], None] | None = None,
) -> dict[str, Path]:
    """Make a report in each of `formats` ("html", "docx", "pdf") and give where they stand.

    Parts go to `report_folder/_inhoud`, documents to `report_folder/_uitvoer`, named after the
    first template (rapport.qmd). `output` is the output folder of an analysis; nothing else is
    read. `engine` is "auto", "quarto" or "ingebouwd". `progress` is told each step in Dutch. A
    document replaces its predecessor only when it is whole.

    Raises ToolkitError when a format or engine is unknown, there are no outcomes, or the engine
    refuses the document.
    """
    say = progress or (lambda _: None)
    wanted = list(dict.fromkeys(_ALIASES.get(form, form) for form in formats))
    unknown = [form for form in wanted if form not in FORMATS]
    if unknown:
        raise ToolkitError(f"'{unknown[0]}' is geen bekend formaat.", f"Kies uit: {', '.join(FORMATS)}.")
    name, render = choose(engine)
    report_folder = report_folder.resolve()  # the engines work from a folder of their own
    template = templates(report_folder)[0]
    write_parts(report_folder, output, progress)
    environment = environment_for(_moment(output))
    made = {}
    for form in wanted:
        say(f"{form} ({name})")
        target = report_folder / RENDERED / f"{template.stem}.{form}"
        with tempfile.TemporaryDirectory(prefix="tev-rapport-") as temporary:
            copy = Path(temporary) / "rapport"
            shutil.copytree(
                report_folder, copy, ignore=shutil.ignore_patterns(RENDERED, ".quarto", ".inhoud-*")
            )
            with whole_file(target) as place:
                render(copy / template.name, form, place, environment)
                place.chmod(0o644)
        made[form] = target
    return made


def _moment(output: Path) -> int:
    """When the analysis started, in seconds since 1970; 2000-01-01 when run.json does not say."""
    started = str(read_output(output).run.get("gestart", ""))
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        moment = datetime(2000, 1, 1)
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
