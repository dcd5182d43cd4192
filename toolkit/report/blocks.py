"""Text that people write beside the outcomes: `duiding/NAME.md` becomes a box in the part of that name."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import DataError, Problem, closest
from toolkit.files import read_bytes
from toolkit.report.escape import escape_markdown
from toolkit.report.reference import pandoc_path

FOLDER = "duiding"  # beside the .qmd
TITLE = "Duiding"
_PREFIX = "duiding-"
# Nothing in it acts: no HTML, raw blocks, formulas, front matter; citations are the references @fig- and @tbl-.
_READER = (
    "markdown-raw_html-raw_attribute-raw_tex-tex_math_dollars-yaml_metadata_block-pandoc_title_block"
    "-native_divs-native_spans-fenced_divs-bracketed_spans-header_attributes-fenced_code_attributes"
    "-example_lists-definition_lists-implicit_figures-grid_tables-multiline_tables-simple_tables"
)
_WRITER = "markdown-simple_tables-multiline_tables-grid_tables+pipe_tables"
_SAFE_LINK = re.compile(r"(https?://|mailto:)[^\s<>{}\"'()\[\]]+")
_REFERENCE = re.compile(r"(fig|tbl)-[\w-]+")
_PLACE = re.compile(r"WK\d{6}|BU\d{8}")
_IMAGES = (".png", ".jpg", ".jpeg", ".svg")


def own_blocks(report: Path) -> dict[str, str]:
    """The texts in `report/duiding`, by the name of their file, each as a box in safe Markdown.

    Kept: paragraphs, bold, italics, lists, quotes, pipe tables, links (web and mail), references to figures and
    tables, and pictures that stand in the report folder. A heading becomes a bold line; a footnote stands between
    brackets. All else is shown as the text it is, so nothing in it can change the page around it.

    Raises DataError with the problems of all files: not UTF-8, or a picture without alt text or from elsewhere.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted((report / FOLDER).glob("*.md")):
        if path.stem.upper() == "LEESMIJ" or path.name.startswith((".", "_")):
            continue
        try:
            if text := read_bytes(path).decode("utf-8-sig").strip():
                found[path.stem] = _box(text, report, f"{FOLDER}/{path.name}", problems)
        except DataError:
            continue  # an empty file: somebody has yet to write it
        except UnicodeDecodeError:
            problems.append(
                Problem(
                    f"{FOLDER}/{path.name}",
                    "dit bestand is niet in UTF-8 opgeslagen.",
                    "Sla het op als UTF-8.",
                )
            )
    if problems:
        raise DataError(problems)
    return found


def show_in(
    parts: Mapping[str, str], blocks: Mapping[str, str], asked: Collection[str], place: str = ""
) -> dict[str, str]:
    """The parts with each block below the part of its name; for a subject that is its part `-kern`.

    A block is also a part by itself, `duiding-NAME`: where a template includes that, it stands only there.
    In a report about one `place`, the block with its code or name stands below `plek-kern`; those of other
    places (WK050507, BU05050701) are left out.

    Raises DataError for a block whose name no part of this report has.
    """
    shown = dict(parts)
    problems = []
    for name, block in blocks.items():
        own = _PREFIX + name
        shown[own] = block
        if own in asked:
            continue
        if place and name == place:
            target = "plek-kern"
        elif _PLACE.fullmatch(name) and "plek-kern" in parts:
            continue
        else:
            target = next((one for one in (f"{name}-kern", name) if one in parts), "")
        used = target and (target in asked or "alle-onderwerpen" in asked)
        if not used:
            known = sorted(
                {one.removesuffix("-kern") for one in parts if one in asked or one.endswith("-kern")}
            )
            remedy = (
                f"{closest(name, known)} Noem het bestand naar een onderdeel: {', '.join(known)}. "
                f"Of zet in rapport.qmd: {{{{< include _inhoud/{own}.md >}}}}"
            )
            problems.append(
                Problem(f"{FOLDER}/{name}.md", "bij deze naam hoort geen onderdeel van dit rapport.", remedy)
            )
            continue
        if "alle-onderwerpen" in shown and target.endswith("-kern"):
            shown["alle-onderwerpen"] = shown["alle-onderwerpen"].replace(
                parts[target], f"{parts[target]}\n{block}", 1
            )
        shown[target] = f"{parts[target]}\n{block}"
    if problems:
        raise DataError(problems)
    return shown


def _box(text: str, report: Path, file: str, problems: list[Problem]) -> str:
    document = json.loads(_pandoc(["--from", _READER, "--to", "json"], text))
    walker = _Safe(report, file, problems)
    document["blocks"] = list(walker.blocks(document["blocks"]))
    document["meta"] = {}
    body = _pandoc(["--from", "json", "--to", _WRITER, "--wrap=none"], json.dumps(document))
    return f'\n:::::: {{.callout-tip title="{TITLE}"}}\n{body.strip()}\n::::::\n'


def _pandoc(options: list[str], text: str) -> str:
    command = [pandoc_path(), *options]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", timeout=60, check=True)
    return done.stdout


class _Safe:
    """Walks over pandoc's tree and gives it back with only what may stand in a box."""

    def __init__(self, report: Path, file: str, problems: list[Problem]) -> None:
        self._report, self._file, self._problems = report.resolve(), file, problems

    def blocks(self, nodes: list[Any]) -> Iterator[Any]:
        for node in nodes:
            kind, content = node["t"], node.get("c")
            if kind in ("Para", "Plain"):
                yield {"t": kind, "c": self.inlines(content)}
            elif kind == "Header":
                yield {"t": "Para", "c": [{"t": "Strong", "c": self.inlines(content[2])}]}
            elif kind == "BulletList":
                yield {"t": kind, "c": [list(self.blocks(item)) for item in content]}
            elif kind == "OrderedList":
                start = [content[0][0], {"t": "Decimal"}, {"t": "Period"}]
                yield {"t": kind, "c": [start, [list(self.blocks(item)) for item in content[1]]]}
            elif kind == "BlockQuote":
                yield {"t": kind, "c": list(self.blocks(content))}
            elif kind in ("CodeBlock", "RawBlock"):
                yield {"t": "Para", "c": [_literal(content[1], breaks=True)]}
            elif kind == "LineBlock":
                lines = [[*self.inlines(line), {"t": "LineBreak"}] for line in content]
                yield {"t": "Para", "c": [part for line in lines for part in line][:-1]}
            elif kind == "Table":
                yield {"t": kind, "c": self._table(content)}
            elif kind in ("Div", "Figure"):
                yield from self.blocks(content[-1])

    def _table(self, content: Any) -> Any:
        """A table without attributes or caption: a label could clash with one of the report."""
        head, bodies, foot = content[3], content[4], content[5]

        def rows(found: Any) -> Any:
            return [[_NO_ATTRIBUTES, [self._cell(cell) for cell in row[1]]] for row in found]

        return [
            _NO_ATTRIBUTES, [None, []], content[2], [_NO_ATTRIBUTES, rows(head[1])],
            [[_NO_ATTRIBUTES, body[1], rows(body[2]), rows(body[3])] for body in bodies],
            [_NO_ATTRIBUTES, rows(foot[1])],
        ]  # fmt: skip

    def _cell(self, cell: Any) -> Any:
        return [_NO_ATTRIBUTES, cell[1], cell[2], cell[3], list(self.blocks(cell[4]))]

    def inlines(self, nodes: list[Any]) -> list[Any]:
        return [part for node in nodes for part in self._inline(node)]

    def _inline(self, node: Any) -> list[Any]:
        kind, content = node["t"], node.get("c")
        if kind in ("Space", "SoftBreak", "LineBreak"):
            return [node]
        if kind == "Str":
            return [_literal(content)]
        if kind in ("Emph", "Strong", "Superscript", "Subscript"):
            return [{"t": kind, "c": self.inlines(content)}]
        if kind in ("Strikeout", "Underline", "SmallCaps"):
            return self.inlines(content)
        if kind == "Quoted":
            marks = "‘’" if content[0]["t"] == "SingleQuote" else "“”"
            return [_literal(marks[0]), *self.inlines(content[1]), _literal(marks[1])]
        if kind == "Cite":
            if all(_REFERENCE.fullmatch(one["citationId"]) for one in content[0]):
                return [{"t": "RawInline", "c": ["markdown", f"@{one['citationId']}"]} for one in content[0]]
            return self.inlines(content[1])
        if kind in ("Code", "Math", "RawInline"):
            return [_literal(content[1])]
        if kind == "Link":
            words = self.inlines(content[1])
            safe = _SAFE_LINK.fullmatch(content[2][0])
            return [{"t": "Link", "c": [_NO_ATTRIBUTES, words, [content[2][0], ""]]}] if safe else words
        if kind == "Image":
            return self._image(content)
        if kind == "Note":
            told = [self.inlines(block["c"]) for block in content if block["t"] in ("Para", "Plain")]
            return [_literal(" ("), *(part for words in told for part in words), _literal(")")]
        return self.inlines(content[1]) if kind == "Span" else []

    def _image(self, content: Any) -> list[Any]:
        words, place = content[1], content[2][0]
        path = (self._report / place).resolve()
        if not words:
            self._problems.append(
                Problem(
                    self._file,
                    "een plaatje heeft geen beschrijving.",
                    "Schrijf tussen de haken wat erop staat.",
                )
            )
        elif (
            not path.is_relative_to(self._report)
            or not path.is_file()
            or path.suffix.lower() not in _IMAGES
            or not re.fullmatch(r"[\w./-]+", place)
        ):
            remedy = "Zet een PNG, JPG of SVG in de map van het rapport, met een naam zonder spaties."
            self._problems.append(
                Problem(
                    self._file, f"het plaatje '{place:.60}' staat niet in de map van dit rapport.", remedy
                )
            )
        return [{"t": "Image", "c": [_NO_ATTRIBUTES, self.inlines(words), [place, ""]]}]


_NO_ATTRIBUTES: Any = ["", [], []]


def _literal(text: str, breaks: bool = False) -> Any:
    """Text that shows as it is: the references of its marks, which the Markdown writer leaves alone."""
    shown = escape_markdown(text, breaks) if breaks else "".join(_kept(text))
    return {"t": "RawInline", "c": ["markdown", shown]}


def _kept(text: str) -> Iterator[str]:
    """A word, escaped, with the spaces around it that `escape_markdown` leaves out."""
    yield " " if text[:1].isspace() else ""
    yield escape_markdown(text, breaks=False)
    yield " " if text[-1:].isspace() else ""
