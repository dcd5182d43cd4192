"""A large survey in bounded memory: the peak hardly grows when there are ten times as many responses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from lime_server import Lime, Survey, recorded, recorded_rows, serving

NUMBER = 101001
MEASURE = """
import resource, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from lime_server import PASSWORD, USER
from toolkit.limesurvey.client import Connection
from toolkit.limesurvey.credentials import Credentials
from toolkit.limesurvey.fetch import fetch
from toolkit.limesurvey.settings import LimeSettings
with Connection({url!r}, Credentials(USER, PASSWORD), 60) as connection:
    found = fetch(connection, 101001, LimeSettings(address={url!r}), Path({folder!r}))
print(found.complete, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


class Generated(dict):  # type: ignore[type-arg]
    """Responses 1 to `count`, made when they are asked for."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count, self.example = count, recorded_rows()[1]

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and 1 <= number <= self.count

    def __getitem__(self, number: int) -> dict[str, object]:
        return {**self.example, "id": number, "leeftijd": str(number % 90)}

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(range(1, self.count + 1))

    def __bool__(self) -> bool:
        return True


def peak(folder: Path, count: int) -> int:
    """Megabytes at the most, in a process of its own."""
    rows = Generated(count)
    with serving(Lime({NUMBER: Survey(recorded("get_fieldmap__nl"), lambda: rows)})) as lime:
        code = MEASURE.format(tests=str(Path(__file__).parent), url=lime.url, folder=str(folder / str(count)))
        environment = {**os.environ, "PYTHONPATH": str(Path.cwd())}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        )
    complete, megabytes = map(int, done.stdout.split())
    assert complete == count
    return megabytes


def test_ten_times_as_many_responses_take_hardly_more_memory(tmp_path: Path) -> None:
    assert peak(tmp_path, 3_000) < peak(tmp_path, 300) + 20


@pytest.mark.slow
def test_a_hundred_thousand_responses(tmp_path: Path) -> None:
    # A stamp per response stays in memory: some hundred bytes each. The answers do not.
    assert peak(tmp_path, 100_000) < peak(tmp_path, 500) + 120
