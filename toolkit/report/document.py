"""The parts that a report includes: Markdown, figures and style, made from an output folder."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from toolkit.errors import ToolkitError, closest
from toolkit.report.annex import annex_parts
from toolkit.report.blocks import own_blocks, show_in
from toolkit.report.brand import brand
from toolkit.report.council import PAGE_BREAK, council_parts
from toolkit.report.escape import escape_markdown
from toolkit.report.explained import explained, limits
from toolkit.report.fiches import fiche_parts
from toolkit.report.letter import letter_parts
from toolkit.report.money import money_chapter
from toolkit.report.overview import overview_parts
from toolkit.report.place import Place, place_parts
from toolkit.report.projects import projects_chapter
from toolkit.report.session import session_parts
from toolkit.report.signals import signals_chapter
from toolkit.report.source import Output, read_output, subjects
from toolkit.report.subject import subject_parts
from toolkit.report.summary import headline_part
from toolkit.report.theme import wearing
from toolkit.report.wijken import wijken_parts
from toolkit.report.wijkteam import wijkteam_chapter

CONTENT = "_inhoud"  # the folder with parts, beside the .qmd
_INCLUDE = re.compile(r"^[ \t]*\{\{<[ \t]*include[ \t]+(\S+?)[ \t]*>\}\}[ \t]*$", re.MULTILINE)
_PAGE_BREAK = re.compile(r"^[ \t]*\{\{<[ \t]*pagebreak[ \t]*>\}\}[ \t]*$", re.MULTILINE)
_SUBJECT_ENDINGS = ("kern", "tellen", "vertellen", "cijfers", "samen", "citaten")
_NOTHING = "Over dit onderwerp zijn er in deze analyse geen uitkomsten.\n"

Progress = Callable[[str], None]


def write_parts(
    report: Path, output: Path, progress: Progress | None = None, place: Place | None = None
) -> Path:
    """Write all parts of a report in `report/_inhoud` and give that folder.

    With a `place` there are the parts about that wijk or partner, and of the others only what the template
    asks for.

    The folder is made anew in a temporary place and then takes the place of the old one. Beside the
    parts there is what Quarto needs: the Lua filter and the reference document for Word. A part
    that the template asks for a subject without outcomes says so in one sentence. What people wrote in
    `report/duiding` stands in a box in the part of that name; see `blocks.show_in`.

    Raises ToolkitError when the output folder holds no outcomes, or when the template asks for a
    part that does not exist.
    """
    say = progress or (lambda _: None)
    source = read_output(output)
    with tempfile.TemporaryDirectory(prefix=".inhoud-", dir=report) as temporary:
        folder = Path(temporary) / CONTENT
        folder.mkdir()
        parts = annex_parts(source) | letter_parts(source) | session_parts(source) | fiche_parts(source)
        with wearing(brand(report).theme()):
            parts |= place_parts(source, place, folder) if place else {}
            if _asked(report) - set(parts):
                parts |= _city_parts(source, folder, say)
        parts = show_in(parts, own_blocks(report), _asked(report), place.id if place else "")
        parts |= _asked_for(report, parts)
        for name, text in parts.items():
            (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="\n")
        _write_aids(folder)
        target = report / CONTENT
        if target.exists():
            target.rename(Path(temporary) / "oud")
        folder.rename(target)
    return target


def _city_parts(source: Output, folder: Path, say: Progress) -> dict[str, str]:
    """The parts about the whole city."""
    say("kerncijfers")
    parts = {"kerncijfers": headline_part(source)}
    for subject in subjects(source):
        say(subject.name)
        made = subject_parts(source, subject, folder)
        made[f"{subject.id}-cijfers"] += "\n" + explained(source, subject.measures)
        parts |= made
        chapter = _chapter(subject.id, subject.name, made) + limits(subject.measures) + "\n"
        parts["alle-onderwerpen"] = parts.get("alle-onderwerpen", "") + chapter
    say("signalen, geld, projecten, wijkteam")
    parts |= {
        "wijkteam": wijkteam_chapter(source, folder),
        "signalen": signals_chapter(source, folder),
        "geld": money_chapter(source, folder),
        "projecten": projects_chapter(source),
    }
    say("indicatoren, verhalen en bijlagen")
    parts |= overview_parts(source, folder) | council_parts(source, folder) | wijken_parts(source, folder)
    parts.setdefault("alle-onderwerpen", _NOTHING)
    return parts


def resolve_includes(text: str, root: Path) -> str:
    """The template with every `{{< include path >}}` line of its own replaced by that file.

    A line `{{< pagebreak >}}` becomes a new page in Word and PDF. Only lines of `text` itself count: an include in an included file, and so in the text of a
    story, stays what it is. Paths are relative to `root` and may not leave it.

    Raises ToolkitError that names the missing or refused file.
    """

    def content(match: re.Match[str]) -> str:
        path = (root / match[1]).resolve()
        if not path.is_relative_to(root.resolve()):
            raise ToolkitError(f"Het rapport wil een bestand van buiten zijn map invoegen: {match[1]}")
        if not path.is_file():
            raise ToolkitError(f"Het rapport wil {match[1]} invoegen, maar dat bestand bestaat niet.")
        return path.read_text(encoding="utf-8")

    return _INCLUDE.sub(content, _PAGE_BREAK.sub(lambda _: PAGE_BREAK, text))


def templates(report: Path) -> list[Path]:
    """The .qmd files of a report folder, `rapport.qmd` first.

    Raises ToolkitError when there are none.
    """
    found = sorted(report.glob("*.qmd"), key=lambda path: (path.name != "rapport.qmd", path.name))
    found = [path for path in found if not path.name.startswith("_")]
    if not found:
        raise ToolkitError(
            f"In reports/{report.name} staat geen rapport (.qmd).",
            "Zet er een rapport.qmd neer, of gebruik: tev new report",
        )
    return found


def _asked(report: Path) -> set[str]:
    """The names of the parts that the templates include."""
    texts = [one.read_text(encoding="utf-8") for one in templates(report)]
    paths = {path for text in texts for path in _INCLUDE.findall(text)}
    return {path.rpartition("/")[2].removesuffix(".md") for path in paths}


def _asked_for(report: Path, parts: dict[str, str]) -> dict[str, str]:
    """Parts that the templates ask for and that do not exist: a sentence for subjects, else an error."""
    extra = {}
    for template in templates(report):
        for path in _INCLUDE.findall(template.read_text(encoding="utf-8")):
            folder, _, name = path.rpartition("/")
            name = name.removesuffix(".md")
            if folder != CONTENT or name in parts:
                continue
            if not name.endswith(tuple(f"-{ending}" for ending in _SUBJECT_ENDINGS)):
                hint = closest(name, parts) or f"Deze onderdelen zijn er: {', '.join(sorted(parts))}."
                raise ToolkitError(
                    f"{template.name} vraagt om het onderdeel '{name}', maar dat bestaat niet.", hint
                )
            extra[name] = _NOTHING
    return extra


def _chapter(subject: str, name: str, parts: dict[str, str]) -> str:
    columns = (
        f"::::: {{layout-ncol=2}}\n:::: {{.tellen}}\n{parts[f'{subject}-tellen']}\n::::\n\n"
        f":::: {{.vertellen}}\n{parts[f'{subject}-vertellen']}\n::::\n:::::\n"
    )
    rest = [parts[f"{subject}-{ending}"] for ending in ("cijfers", "samen", "citaten")]
    return "\n\n".join([f"# {escape_markdown(name)}", parts[f"{subject}-kern"], columns, *rest]) + "\n\n"


def _write_aids(folder: Path) -> None:
    from toolkit.report.reference import write_reference

    package = resources.files("toolkit.report")
    for name in ("filters/toegankelijk.lua", "assets/onderdelen.css"):
        with resources.as_file(package / name) as path:
            shutil.copyfile(path, folder / path.name)
    write_reference(folder / "sjabloon.docx")
