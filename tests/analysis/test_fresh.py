"""A report tells when its outcomes are not of today."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from toolkit.analysis import run, stale
from toolkit.cli import app
from toolkit.errors import DataError, ProjectError
from toolkit.project import Project

DELIVERY = "surveys/trajecten/raw/trajecten.csv"


def test_outcomes_of_today_give_no_warning_and_older_ones_do(small: Project) -> None:
    assert stale(small, "klein") == ()  # nothing has run: the report itself says so
    run(small, "klein")
    assert stale(small, "klein") == ()

    path = small.root / DELIVERY
    good = path.read_text(encoding="utf-8")
    path.write_text(good.replace("2026-02-01", "2026-02-31"), encoding="utf-8")
    with pytest.raises(DataError):
        run(small, "klein")
    failed, changed = stale(small, "klein")
    assert failed.startswith("De laatste run (20") and "is mislukt" in failed
    assert changed == f"Veranderd sinds de laatste run: {DELIVERY}. Draai eerst: tev run klein"

    path.write_text(good, encoding="utf-8")  # back as it was: the outcomes are right, the run still failed
    assert [one[:15] for one in stale(small, "klein")] == ["De laatste run "]
    run(small, "klein")
    assert stale(small, "klein") == ()

    for number in range(5):
        (small.root / f"surveys/trajecten/raw/nieuw{number}.csv").write_text("x\n", encoding="utf-8")
    (told,) = stale(small, "klein")
    assert "nieuw2.csv en nog 2. Draai eerst" in told

    plan = small.root / "analyses/klein/plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8") + "\nonzin = 1\n", encoding="utf-8")
    assert stale(small, "klein") == ("Het plan of een instelling klopt nu niet. Kijk met: tev check klein",)


def test_a_typing_error_leaves_no_mark(small: Project) -> None:
    with pytest.raises(ProjectError):
        run(small, "klien")
    assert not (small.root / ".tev").exists()


def test_the_command_says_it_and_makes_the_report_all_the_same(small: Project) -> None:
    run(small, "klein")
    folder = small.root / "reports/klein"
    folder.mkdir(parents=True)
    (folder / "rapport.qmd").write_text("---\ntitle: Klein\n---\n\n# Kop\n\nTekst.\n", encoding="utf-8")
    delivery = small.root / DELIVERY
    delivery.write_text(delivery.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    arguments = ["report", "klein", "--naar", "html", "--motor", "ingebouwd", "--map", str(small.root)]
    done = CliRunner().invoke(app, arguments)
    assert f"Let op: Veranderd sinds de laatste run: {DELIVERY}." in done.output
    assert done.exit_code == 0 and Path(folder / "_uitvoer/rapport.html").is_file()
