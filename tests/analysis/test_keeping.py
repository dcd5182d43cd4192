from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from toolkit import cache, scaffold
from toolkit.analysis.keeping import NAMES, look, project_cache, throw_away
from toolkit.cli import app
from toolkit.errors import ToolkitError
from toolkit.project import Project, find_project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    scaffold.init(tmp_path / "proef", "Proef", "GM0505")
    return find_project(tmp_path / "proef")


def tev(project: Project, *command: str) -> str:
    found = CliRunner().invoke(app, [*command, "--map", str(project.root)])
    assert found.exit_code == 0, found.output
    return found.output


def test_a_new_project_keeps_nothing(project: Project) -> None:
    found = look(project)
    assert (found.size, found.limit, found.parts) == (0, 4_000_000_000, ())
    assert "Er is nog niets bewaard." in tev(project, "cache")
    assert "niets om weg te gooien" in tev(project, "cache", "clear")
    assert not (project.root / ".tev").exists()


def test_the_limit_is_that_of_the_project(project: Project) -> None:
    path = project.root / "tev.toml"
    path.write_text("cache_mb = 60\nwerkers = 1\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    again = find_project(project.root)
    assert project_cache(again).limit == 60_000_000 and again.settings.workers == 1


def test_what_is_kept_is_shown_per_step_and_can_go_per_step(project: Project) -> None:
    kept = project_cache(project)
    cache.keep(kept, "toon model", {str(n): b"x" * 1000 for n in range(1234)})
    cache.keep(kept, "taalmodel-verhalen use", {"a": b"x" * 2_500_000})
    shown = tev(project, "cache")
    assert "van hoogstens 4,0 GB" in shown and ".tev/cache.sqlite" in shown
    assert shown.index("Verhalen als getallen") < shown.index("Toon van verhalen")
    assert "1.234" in shown and "2,5 MB" in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert "1.234 tussenresultaten" in tev(project, "cache", "clear", "--step", "toon")
    assert [part.name for part in look(project).parts] == ["taalmodel-verhalen"]
    tev(project, "cache", "clear")
    assert look(project).parts == ()


def test_an_unknown_step_is_told_about_with_the_nearest(project: Project) -> None:
    with pytest.raises(ToolkitError, match="bestaat niet") as caught:
        throw_away(project, "thema")
    assert "themas" in caught.value.hint


def test_every_kind_of_work_has_a_dutch_name() -> None:
    """The first words of the steps in the code are those that `tev cache` shows."""
    root = Path(cache.__file__).parent
    code = "".join(
        (root / name).read_text(encoding="utf-8")
        for name in (
            "analysis/cleaning.py", "analysis/readings.py", "analysis/texts.py", "analysis/run.py", "stories/embed.py",
        )
    )  # fmt: skip
    assert all(f'"{name}' in code for name in NAMES)
