"""Render a Quarto document to HTML, DOCX and PDF: by Quarto, or by pandoc and typst."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

from toolkit.errors import ToolkitError
from toolkit.report.brand import brand
from toolkit.report.document import CONTENT, resolve_includes
from toolkit.report.reference import pandoc_path
from toolkit.report.word import finish

FORMATS = ("html", "docx", "pdf")
RENDERED = "_uitvoer"
_QUARTO_FORMATS = {"html": "html", "docx": "docx", "pdf": "typst"}
_READER = "markdown-tex_math_dollars-raw_tex-citations+citations"
_CODE_CELL = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*\{(python|r|julia|ojs|bash|sql)\b", re.MULTILINE)
_UNSHOWN = re.compile(r"the text `\"(.+?)\"` could not be displayed with font", re.DOTALL)
# What pandoc, Quarto and Windows say of a full disk.
_NO_SPACE = re.compile("no space left|not enough space|disk full", re.IGNORECASE)
_TIMEOUT = 600  # seconds for one format
# Older ones look for shortcodes in text that Pandoc has read already, where no escape holds: in stories.
_OLDEST_QUARTO = (1, 4)

Engine = Callable[[Path, str, Path, Mapping[str, str]], None]


def choose(engine: str = "auto") -> tuple[str, Engine]:
    """The name and function of an engine: "quarto", "ingebouwd", or "auto" (quarto when it is there).

    An engine renders `template` to a format ("html", "docx", "pdf") at a path.
    Raises ToolkitError when the name is unknown, or when quarto is asked for and absent or older than 1.4.
    """
    quarto = shutil.which("quarto")
    if engine == "quarto" and not quarto:
        raise ToolkitError(
            "Quarto is niet gevonden.", "Installeer Quarto (quarto.org), of gebruik --motor ingebouwd."
        )
    if quarto and engine != "ingebouwd" and _version(quarto) < _OLDEST_QUARTO:
        if engine == "quarto":
            raise ToolkitError(
                "Deze versie van Quarto is te oud.",
                "Installeer Quarto 1.4 of nieuwer (quarto.org), of gebruik --motor ingebouwd.",
            )
        quarto = None
    if engine not in ("auto", "quarto", "ingebouwd"):
        raise ToolkitError(
            f"'{engine}' is geen bekende manier om een rapport te maken.",
            "Kies uit: auto, quarto, ingebouwd.",
        )
    if quarto and engine != "ingebouwd":
        return "quarto", render_quarto
    return "ingebouwd", render_embedded


@cache
def _version(quarto: str) -> tuple[int, ...]:
    """The version of the quarto program; (0,) when it does not tell."""
    try:
        done = subprocess.run([quarto, "--version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    return tuple(int(part) for part in re.findall(r"\d+", done.stdout)[:2]) or (0,)


def render_quarto(template: Path, form: str, target: Path, environment: Mapping[str, str]) -> None:
    """Render with the quarto program. `template` lies in a copy of the report folder that it may fill.

    Raises ToolkitError with what Quarto said when it fails.
    """
    program = shutil.which("quarto") or "quarto"
    command = [program, "render", template.name, "--to", _QUARTO_FORMATS[form], "--output-dir", RENDERED]
    _run(command, template.parent, {**environment, "NO_COLOR": "1"}, "Quarto")
    name = f"{template.stem}.{form}"
    made = [path for path in (template.parent / RENDERED / name, template.with_name(name)) if path.is_file()]
    if not made:
        raise ToolkitError(
            f"Quarto meldt geen fout, maar {name} is er niet.", "Controleer output-dir in _quarto.yml."
        )
    shutil.copyfile(made[0], target)


def render_embedded(template: Path, form: str, target: Path, environment: Mapping[str, str]) -> None:
    """Render with pandoc, and typst for PDF (PDF/UA-1), giving Quarto's syntax the same meaning.

    Understands includes, callouts, `@fig-`/`@tbl-` references, `layout-ncol`, `fig-alt` and content
    for one format; no code cells. Settings come from the front matter and `_brand.yml`.
    Raises ToolkitError when the document needs Quarto, or when pandoc or typst refuses it.
    """
    folder = template.parent
    source = template.read_text(encoding="utf-8")
    if _CODE_CELL.search(source):
        raise ToolkitError(
            f"{template.name} bevat programmacode en heeft daarom Quarto nodig.",
            "Installeer Quarto (quarto.org), of haal de codeblokken uit het rapport.",
        )
    text = resolve_includes(source, folder)
    package = resources.files("toolkit.report")
    with resources.as_file(package / "filters") as filters, resources.as_file(package / "assets") as assets:
        base = [pandoc_path(), "--from", _READER, "--standalone", "--wrap=none", "--metadata", "lang=nl-NL"]
        base += [f"--lua-filter={filters / name}" for name in ("betekenis.lua", "toegankelijk.lua")]
        house = brand(folder)
        base += house.options()
        if form == "html":
            styles = [
                assets / "onderdelen.css",
                assets / "rapport.css",
                *house.styles(folder / CONTENT),
                *folder.glob("huisstijl.css"),
            ]
            command = [
                *base,
                "--to",
                "html5",
                f"--template={assets / 'rapport.html'}",
                "--embed-resources",
                "--toc",
                "--toc-depth=2",
                "--section-divs",
                "--shift-heading-level-by=1",
                *(f"--css={path}" for path in styles),
                "--output",
                str(target),
            ]
            _run(command, folder, environment, "pandoc", text)
        elif form == "docx":
            command = [
                *base,
                *house.word_options(),
                "--to",
                "docx",
                f"--reference-doc={folder / CONTENT / 'sjabloon.docx'}",
                "--output",
                str(target),
            ]
            _run(command, folder, environment, "pandoc", text)
            finish(target)
        else:
            page = folder / f"_{template.stem}.typ"
            command = [
                *base,
                "--to",
                "typst-smart",
                f"--template={assets / 'rapport.typ'}",
                "--toc",
                "--output",
                str(page),
            ]
            _run(command, folder, environment, "pandoc", text)
            target.write_bytes(_typst(page, int(environment["SOURCE_DATE_EPOCH"])))


def _typst(page: Path, moment: int) -> bytes:
    """Compile to PDF/UA-1; characters that no font has are written out as their Unicode number.

    PDF/UA-1 refuses text without glyphs, and an emoji in a story must not stop a report.
    """
    import typst

    for _ in range(40):
        try:
            made = typst.compile(
                str(page), root=str(page.parent), format="pdf", pdf_standards=["ua-1"], timestamp=moment
            )
            return bytes(made)
        except typst.TypstError as error:
            said = str(getattr(error, "diagnostic", "") or error)
            unknown = {mark for found in _UNSHOWN.findall(said) for mark in _unescape(found)}
            unknown = {mark for mark in unknown if ord(mark) > 0x7F}
            text = page.read_text(encoding="utf-8")
            if not unknown & set(text):
                raise ToolkitError(
                    f"De PDF kan niet worden gemaakt: {error}", "Kijk na of elke figuur een fig-alt heeft."
                ) from error
            page.write_text(text.translate({ord(mark): _spelled(mark) for mark in unknown}), encoding="utf-8")
    raise ToolkitError("De PDF kan niet worden gemaakt: te veel tekens zonder lettertype.")


def _spelled(mark: str) -> str:
    """A character without a glyph: nothing for joiners and marks, else "[U+1F600]" with its number."""
    if unicodedata.category(mark) in ("Cf", "Mn", "Me", "Sk"):
        return ""
    return f"\\[U+{ord(mark):04X}\\]"


def _unescape(text: str) -> str:
    return re.sub(r"\\u\{([0-9a-fA-F]+)\}", lambda match: chr(int(match[1], 16)), text)


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], who: str, text: str | None = None
) -> None:
    """Run a program; raises ToolkitError with what it said when it fails, OSError when the disk is full."""
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(environment),
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolkitError(f"{who} was na {_TIMEOUT // 60} minuten nog niet klaar en is gestopt.") from error
    if done.returncode:
        if _NO_SPACE.search(done.stderr):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        said = "\n".join((done.stderr or done.stdout).strip().splitlines()[-12:])
        raise ToolkitError(f"{who} kan het rapport niet maken (code {done.returncode}):\n{said}")


def environment_for(moment: int) -> dict[str, str]:
    """The environment of the programs: that of this process, with a fixed moment and UTF-8.

    `moment` is in seconds since 1970: documents made from the same input are then the same bytes.
    """
    return {**os.environ, "SOURCE_DATE_EPOCH": str(moment), "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}
