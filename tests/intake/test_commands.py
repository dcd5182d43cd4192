"""The commands as a partner and the centre use them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.intake.deliveries import csv_file, project, rows

ROOT = Path(__file__).parents[2]
PRACTICE = ROOT / "toolkit/templates/aanlevering/oefenen.csv"


def tev(*words: object, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit.cli", *map(str, words)],
        cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(home)},
    )  # fmt: skip


def test_a_partner_checks_without_a_project(tmp_path: Path) -> None:
    path = tmp_path / "oefenen.csv"
    path.write_bytes(PRACTICE.read_bytes())
    done = tev("intake", "check", path, "--soort", "trajecten", cwd=tmp_path, home=tmp_path)
    assert done.returncode == 1 and done.stderr == ""
    for said in ("31-2-2025", "Bedoelt u 'cliënt gestopt'?", "A7", "meer doelen behaald dan gesteld"):
        assert said in done.stdout, said
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert {one.name for one in tmp_path.iterdir()} == {
        "oefenen.csv", "oefenen-controle.html", "oefenen-gemarkeerd.xlsx",
    }  # fmt: skip
    assert path.read_bytes() == PRACTICE.read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return project(tmp_path / "project").root


def test_the_centre_receives_looks_and_erases(folder: Path, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", rows(4))
    words = ("intake", "receive", path, "--bron", "trajecten", "--partner", "Partner A")
    done = tev(*words, cwd=folder, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Ontvangstbewijs" in done.stdout and "4 aangenomen, 0 geweigerd" in done.stdout
    twice = tev(*words, cwd=folder, home=tmp_path)
    assert twice.returncode == 1 and "al ontvangen" in twice.stderr
    state = tev("intake", "status", cwd=folder, home=tmp_path)
    assert "Partner A" in state.stdout and "Het logboek klopt (1 regel)." in state.stdout
    gone = tev("erase", "--client", "K002", "--ja", cwd=folder, home=tmp_path)
    assert "Gewist: 1 rij uit surveys/trajecten/raw/partner-a-2026.csv" in gone.stdout
    assert "tev run klein" in gone.stdout
    wrong = tev("erase", cwd=folder, home=tmp_path)
    assert wrong.returncode == 1 and "Noem één" in wrong.stderr


def test_a_refused_delivery_gives_the_report(folder: Path, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", rows(4, c6={1: "gestopt"}))
    words = ("intake", "receive", path, "--bron", "trajecten", "--partner", "Partner A")
    done = tev(*words, cwd=folder, home=tmp_path)
    assert done.returncode == 1 and "G3" in done.stdout and (tmp_path / "a-controle.html").is_file()
    good = tev(*words, "--goede-rijen", cwd=folder, home=tmp_path)
    assert good.returncode == 0 and "3 aangenomen, 1 geweigerd" in good.stdout
