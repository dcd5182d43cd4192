"""Make a report: write its parts from the outcomes, then render every format."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.files import clear_leftovers, whole_file
from toolkit.report.document import CONTENT, templates, write_parts
from toolkit.report.engines import FORMATS, RENDERED, Engine, choose, environment_for
from toolkit.report.explorer import write_explorer
from toolkit.report.gallery import write_gallery
from toolkit.report.session import FORM, write_form
from toolkit.report.slides import write_slides
from toolkit.report.source import read_output
from toolkit.report.workbook import write_reader_workbook

MARKS = ".gemaakt.json"  # per format, a hash of what the document was made from
EXPLORER = "verkenner"
# Outputs besides the documents, and the file (or folder) that each becomes.
BESIDES = {EXPLORER: "verkenner.html", "pptx": "{stem}.pptx", "xlsx": "{stem}.xlsx", "figuren": "figuren"}
_ALIASES = {"word": "docx", "typst": "pdf", "powerpoint": "pptx", "excel": "xlsx"}
# Seconds before each try to remove a folder: a program that outlived a killed command may write in it meanwhile.
_PAUSES = (0.0, 0.2, 0.5, 1.0)
_AT_ONCE = 2  # formats at the same time: more need memory, and gain nothing on two processors


def build_report(
    report_folder: Path,
    output: Path,
    formats: Sequence[str] = FORMATS,
    engine: str = "auto",
    progress: Callable[[str], None] | None = None,
    again: bool = False,
) -> dict[str, Path]:
    """Make a report in each of `formats` (html, docx, pdf, verkenner, pptx, xlsx, figuren) and give where they stand.

    Parts go to `report_folder/_inhoud`, documents to `report_folder/_uitvoer`, named after the
    first template (rapport.qmd); the explorer of stories is verkenner.html, the figures for use elsewhere are in the
    folder figuren. `output` is the output folder of an analysis; nothing else is read. `engine` is "auto", "quarto" or "ingebouwd". `progress` is told each step in Dutch. A
    document replaces its predecessor only when it is whole. Documents that were made before from the
    same outcomes, sources and engine are left as they are, unless `again`.

    Raises ToolkitError when a format or engine is unknown, there are no outcomes, or the engine
    refuses the document.
    """
    say = progress or (lambda _: None)
    wanted = formats_of(formats, (*FORMATS, *BESIDES))
    name, render = choose(engine)
    report_folder = report_folder.resolve()  # the engines work from a folder of their own
    template = templates(report_folder)[0]
    clear_rooms(report_folder)
    targets = {
        form: report_folder / RENDERED / BESIDES.get(form, f"{{stem}}.{form}").format(stem=template.stem)
        for form in wanted
    }
    made_from = fingerprint(report_folder, output, name)
    before = {} if again else read_marks(report_folder / RENDERED)
    if all(before.get(form) == made_from and target.exists() for form, target in targets.items()):
        return targets
    for form in [form for form in targets if form in BESIDES]:
        say(form)
        _beside(form, template, output, targets[form])
        before[form] = made_from
    documents = {form: target for form, target in targets.items() if form not in BESIDES}
    if documents:
        write_parts(report_folder, output, progress)
    environment = environment_for(moment(output))
    made = partial(_document, report_folder, template.name, render, environment)
    with ThreadPoolExecutor(_AT_ONCE) as pool:  # the programs work outside Python: threads are enough
        running = {form: pool.submit(made, form, target) for form, target in documents.items()}
        try:
            for form, one in running.items():
                say(f"{form} ({name})")
                one.result()
                before[form] = made_from
        except BaseException:  # stopped by hand too: what has not begun is not made any more
            pool.shutdown(cancel_futures=True)
            raise
    if "sessie-formulier" in template.read_text(encoding="utf-8"):
        write_form(report_folder / RENDERED / FORM, read_output(output))
    write_marks(report_folder / RENDERED, before)
    clear_rooms(report_folder)  # once more: what outlived a killed command has ended by now
    return targets


def _document(
    report_folder: Path,
    template: str,
    render: Engine,
    environment: Mapping[str, str],
    form: str,
    target: Path,
) -> None:
    """Make one format in a room of its own; `target` changes only when it is whole."""
    with room(report_folder) as temporary:
        copy = temporary / "rapport"
        shutil.copytree(report_folder, copy, ignore=shutil.ignore_patterns(RENDERED, ".quarto", ".inhoud-*"))
        # Made in the room: a program that outlives a killed command writes nothing in _uitvoer.
        render(copy / template, form, temporary / target.name, environment)
        with whole_file(target) as place:
            shutil.copyfile(temporary / target.name, place)
            place.chmod(0o644)


@contextmanager
def room(report_folder: Path) -> Iterator[Path]:
    """A temporary folder to make a document of this report in."""
    with tempfile.TemporaryDirectory(prefix=_room_name(report_folder)) as temporary:
        yield Path(temporary)


def clear_rooms(report_folder: Path) -> None:
    """Remove what a killed command left of making this report; only for who works alone on it."""
    left = [
        *Path(tempfile.gettempdir()).glob(f"{_room_name(report_folder)}*"),
        *report_folder.glob(".inhoud-*"),
    ]
    for pause in _PAUSES if left else ():
        time.sleep(pause)
        for folder in left:
            if folder.exists():
                shutil.rmtree(folder, ignore_errors=True)
    clear_leftovers(report_folder / RENDERED)


def _room_name(report_folder: Path) -> str:
    return f"tev-rapport-{hashlib.sha256(str(report_folder.resolve()).encode()).hexdigest()[:12]}-"


def _beside(form: str, template: Path, output: Path, target: Path) -> None:
    """Make one of the outputs besides the documents; it replaces its predecessor only when it is whole."""
    if form == "figuren":
        write_gallery(template.parent, output, target)
        return
    with whole_file(target) as place:
        if form == EXPLORER:
            write_explorer(template, output, place)
        elif form == "pptx":
            write_slides(template.parent, template, output, place, moment(output))
        else:
            write_reader_workbook(output, place)
        place.chmod(0o644)


def formats_of(formats: Sequence[str], known: Sequence[str] = FORMATS) -> list[str]:
    """The formats asked for by their own names, each once.

    Raises ToolkitError for one that is not among `known`.
    """
    wanted = list(dict.fromkeys(_ALIASES.get(form, form) for form in formats))
    unknown = [form for form in wanted if form not in known]
    if unknown:
        raise ToolkitError(f"'{unknown[0]:.40}' is geen bekend formaat.", f"Kies uit: {', '.join(known)}.")
    return wanted


def write_marks(folder: Path, marks: dict[str, str]) -> None:
    """Keep, beside the documents, what each was made from."""
    with whole_file(folder / MARKS) as place:
        place.write_text(json.dumps(marks, indent=1), encoding="utf-8")


def fingerprint(report_folder: Path, output: Path, engine: str) -> str:
    """A hash over everything a document hangs on: outcomes, sources, the engine and this program."""
    total = hashlib.sha256(engine.encode())
    own = Path(__file__).parent
    for base in (output, report_folder, own):
        for path in sorted(base.rglob("*")):
            inside = path.relative_to(base)
            if path.is_file() and not {RENDERED, CONTENT, "private", "__pycache__", ".quarto"} & set(
                inside.parts
            ):
                total.update(inside.as_posix().encode() + path.read_bytes())
    return total.hexdigest()


def read_marks(folder: Path) -> dict[str, str]:
    """What the documents in `folder` were made from; empty when nothing is known."""
    try:
        marks: dict[str, str] = json.loads((folder / MARKS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return marks


def moment(output: Path) -> int:
    """When the analysis started, in seconds since 1970; 2000-01-01 when run.json does not say."""
    started = str(read_output(output).run.get("gestart", ""))
    try:
        moment = datetime.fromisoformat(started)
    except ValueError:
        moment = datetime(2000, 1, 1)
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp())
