"""What a run tells: warnings of the weighting, and warnings that depend on today."""

from __future__ import annotations

import datetime as dt
import json
import sys

import pytest
from small_survey import add_survey

from toolkit.analysis import inputs, run
from toolkit.analysis.run import program_digest
from toolkit.project import Project


def test_a_weighting_that_does_not_fit_is_told(small: Project) -> None:
    add_survey(small)
    done = run(small, "klein")
    (warning,) = done.warnings
    # 4 people with at most twice the mean weight are 8% where 50% is wanted: 84% off.
    assert "'proef' sluit niet aan" in warning and "84,00%" in warning
    record = json.loads((done.output / "run.json").read_text(encoding="utf-8"))
    assert record["waarschuwingen"] == [warning]
    assert record["feiten"]["enquete proef"]["weging"]["convergent"] is False
    again = run(small, "klein")
    assert not again.changed and again.warnings == (warning,)


def test_a_retention_period_that_ends_later_is_told_although_nothing_changed(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both sources may be kept up to the end of 2099: on that day nothing is said, a day later it is."""
    assert run(small, "klein").warnings == ()

    class Later(dt.date):
        @classmethod
        def today(cls) -> dt.date:
            return dt.date(2100, 1, 1)

    monkeypatch.setattr(inputs, "date", Later)
    again = run(small, "klein")
    assert not again.changed
    assert [warning.split("'")[1] for warning in again.warnings] == ["trajecten", "klein"]


def test_another_version_of_a_library_is_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    before = program_digest()
    assert program_digest() == before
    module = sys.modules["toolkit.analysis.run"]
    with monkeypatch.context() as patch:
        patch.setattr(module, "version", lambda name: "0.0")
        assert program_digest() != before
    with monkeypatch.context() as patch:
        patch.setattr(module, "chosen", lambda: "ander")
        assert program_digest() != before
