"""The documents that several gates look at: each kind is made once per session, when first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.report.kinds import hostile_outcomes, make

Documents = Callable[[str], dict[str, Path]]


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Documents:
    """A report of a kind in each format, by format; every story in it is hostile."""
    folder = tmp_path_factory.mktemp("soorten")
    output = hostile_outcomes(folder / "uitkomsten" / "output")
    return cache(lambda kind: make(kind, folder / "p", output))
