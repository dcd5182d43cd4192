"""What README and pyproject.toml say is so."""

from __future__ import annotations

import ast
import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from toolkit import scaffold
from toolkit.project import find_project

ROOT = Path(__file__).parents[1]
# Needed without an import of ours, each for its own reason.
INDIRECT = {
    "deduce",  # its word lists are read where it is installed
    "pyarrow",  # pandas writes and reads parquet with it
    "pyyaml",  # BERTopic imports it without declaring it
    "spacy-lookups-data",  # the lemmas of the blank Dutch pipeline
}


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_dutch_quick_start_works_line_by_line(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    start = text[text.index("## Snel beginnen") :]
    lines = re.findall(r"^    (tev [^#\n]+?|cd \S+) *(?:#.*)?$", start, re.MULTILINE)
    project = None
    for line in lines:
        match line.split():
            case ["tev", "init", folder]:
                scaffold.init(tmp_path / folder)
            case ["cd", folder]:
                project = find_project(tmp_path / folder)
            case ["tev", "new", kind, name]:
                assert project is not None and scaffold.new(project, kind, name)
            case ["tev", "check" | "run", name]:
                assert project is not None and (project.analysis(name) / "plan.toml").is_file()
            case ["tev", "report", name]:
                assert project is not None and (project.report(name) / "rapport.qmd").is_file()
    assert {line.split()[1] for line in lines} >= {"init", "new", "check", "run", "report"}


def test_every_dependency_is_used_and_every_import_is_declared() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {plain(re.split(r"[<>=;~! ]", line)[0]) for line in settings["dependencies"]}
    optional = settings["optional-dependencies"]
    extra = {
        plain(re.split(r"[\[<>=;~! ]", line)[0])
        for name in optional
        if name != "dev"
        for line in optional[name]
    }
    modules: set[str] = set()
    for path in (ROOT / "toolkit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    owners = packages_distributions()
    used = {plain(name) for module in modules for name in owners.get(module, []) if module != "toolkit"}
    assert declared - used - INDIRECT == set()
    # pydantic pins the version of its core, so it cannot be declared apart from it.
    assert used - declared - extra - {"pydantic-core"} == set()
