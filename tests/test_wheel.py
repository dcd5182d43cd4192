"""The built wheel works outside the checkout: nothing that is shipped was left behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with only the wheel unpacked in it, built from a copy of what git would commit."""
    base = tmp_path_factory.mktemp("wheel")
    source = base / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "toolkit", source / "toolkit", ignore=shutil.ignore_patterns("__pycache__"))
    build = f"from setuptools import build_meta; build_meta.build_wheel({str(base)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True, timeout=300)
    (wheel,) = base.glob("tellen_en_vertellen-*.whl")
    target = base / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def run(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(installed), "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
    )


def test_every_data_file_is_in_the_wheel(installed: Path) -> None:
    ours = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "toolkit").rglob("*")
        if path.is_file()
        and not any(part.startswith((".", "__pycache__")) for part in path.relative_to(ROOT).parts)
    }
    shipped = {
        path.relative_to(installed).as_posix()
        for path in (installed / "toolkit").rglob("*")
        if path.is_file()
    }
    assert ours <= shipped


def test_a_project_can_be_made_checked_run_and_reported(installed: Path, tmp_path: Path) -> None:
    where = run(installed, tmp_path, "-c", "import toolkit; print(toolkit.__file__)").stdout
    assert str(installed) in where
    assert run(installed, tmp_path, "-m", "toolkit.cli", "init", "mijn").returncode == 0
    project = tmp_path / "mijn"
    checked = run(installed, project, "-m", "toolkit.cli", "check", "evaluatie")
    assert checked.returncode == 0, checked.stderr
    ran = run(installed, project, "-m", "toolkit.cli", "run", "evaluatie")
    assert ran.returncode == 0, ran.stderr
    made = run(
        installed,
        project,
        "-m",
        "toolkit.cli",
        "report",
        "evaluatie",
        "--naar",
        "html,docx,pdf",
        "--motor",
        "ingebouwd",
    )
    assert made.returncode == 0, made.stderr
    assert len(list((project / "reports" / "evaluatie" / "_uitvoer").glob("[!.]*"))) == 3


def test_the_shipped_models_load(installed: Path, tmp_path: Path) -> None:
    code = (
        "from toolkit.stories.sentiment_model import load_model\n"
        "print(load_model('e5').version, load_model('use').version)\n"
    )
    done = run(installed, tmp_path, "-c", code)
    assert done.returncode == 0, done.stderr
