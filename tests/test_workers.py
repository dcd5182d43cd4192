from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from toolkit.analysis import readings
from toolkit.analysis.texts import TextOptions, TextResult, analyse_texts
from toolkit.cache import Cache
from toolkit.errors import ToolkitError
from toolkit.stories.codebook import Theme
from toolkit.workers import Workers, check_cluster, spread

BOOK = (
    Theme("geld", "Geld", "Schulden en rekeningen.", examples=("Ik kon de huur niet betalen.",)),
    Theme("wachten", "Wachten", "Lang wachten op hulp.", examples=("Ik wacht al weken.",)),
)
SUBJECTS = ("de huur", "het wijkteam", "mijn moeder", "de school", "een brief", "het loket", "de wachtlijst")
ENDS = ("Dat was fijn.", "Dat duurde veel te lang.", "Niemand belde terug.", "Nu gaat het beter!")
STORIES = [
    f"Ik vroeg om hulp met {SUBJECTS[n % 7]} en {SUBJECTS[n // 7 % 7]}. {ENDS[n % 4]} Ze kwamen {n} keer langs."
    for n in range(420)
]
IDS = [f"v{n}" for n in range(len(STORIES))]
OPTIONS = TextOptions("use", topics=False)
needs_cluster = pytest.mark.skipif(
    not find_spec("distributed"), reason="distributed is not installed (extra cluster)"
)


def in_capitals(word: str) -> str:
    return word.upper()


def dies(place: Path) -> str:
    """End this process without a word, the first times that it is asked."""
    left = int(place.read_text())
    if left:
        place.write_text(str(left - 1))
        os._exit(9)
    return "klaar"


def fails(word: str) -> str:
    raise ToolkitError("Het model staat er niet.", "Zet het neer.")


@pytest.mark.parametrize("number", [1, 2, 3])
def test_results_come_in_the_order_of_the_parts(number: int) -> None:
    words = [f"woord {n}" for n in range(20)]
    assert list(spread(Workers(number), in_capitals, words)) == [word.upper() for word in words]


def test_a_part_is_made_when_its_turn_comes() -> None:
    found = spread(Workers(1), in_capitals, [1, 2], prepare=lambda n: f"deel {n}")
    assert list(found) == ["DEEL 1", "DEEL 2"]


def test_little_work_stays_in_this_process() -> None:
    def here(word: str) -> int:
        return os.getpid()

    assert set(spread(Workers(2), here, ["a", "b"], worth=3)) == {os.getpid()}


def test_what_a_dead_process_did_not_finish_is_done_again(tmp_path: Path) -> None:
    place = tmp_path / "sterft"
    place.write_text("1")
    assert list(spread(Workers(2), dies, [place] * 4)) == ["klaar"] * 4


def test_processes_that_keep_dying_are_told_about(tmp_path: Path) -> None:
    place = tmp_path / "sterft"
    place.write_text("99")
    with pytest.raises(ToolkitError, match="hulpproces") as caught:
        list(spread(Workers(2), dies, [place] * 4))
    assert "--workers 1" in caught.value.hint


def test_an_error_of_a_user_comes_through_with_its_hint() -> None:
    with pytest.raises(ToolkitError, match="Het model staat er niet") as caught:
        list(spread(Workers(2), fails, ["a", "b"]))
    assert caught.value.hint == "Zet het neer."


@pytest.fixture(scope="module")
def alone() -> TextResult:
    return analyse_texts(IDS, STORIES, codebook=BOOK, options=OPTIONS)


def same(one: TextResult, other: TextResult) -> None:
    pd.testing.assert_frame_equal(one.labels, other.labels, check_exact=True)
    pd.testing.assert_frame_equal(one.sentences, other.sentences)
    np.testing.assert_array_equal(one.vectors, other.vectors)
    assert one.deidentified == other.deidentified and one.languages == other.languages


@pytest.mark.parametrize("number", [2, 3])
def test_the_number_of_workers_changes_nothing(alone: TextResult, number: int) -> None:
    same(analyse_texts(IDS, STORIES, codebook=BOOK, options=OPTIONS, workers=Workers(number)), alone)


def test_what_was_run_before_changes_nothing(alone: TextResult, tmp_path: Path) -> None:
    """A story alone, beside others or from the cache: the same numbers to the last digit."""
    cache = Cache(tmp_path / "cache.sqlite")
    some = [5, 90, 91, 300]
    analyse_texts(
        [IDS[n] for n in some], [STORIES[n] for n in some], codebook=BOOK, options=OPTIONS, cache=cache
    )
    same(analyse_texts(IDS, STORIES, codebook=BOOK, options=OPTIONS, cache=cache), alone)


def test_an_address_that_is_none_is_told_about() -> None:
    with pytest.raises(ToolkitError, match="geen adres van een cluster") as caught:
        check_cluster("rekenserver")
    assert "tcp://" in caught.value.hint


def test_without_the_extra_a_user_learns_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.workers.find_spec", lambda name: None)
    with pytest.raises(ToolkitError) as caught:
        check_cluster("tcp://localhost:8786")
    assert 'pip install "tellen-en-vertellen[cluster]"' in caught.value.hint


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A real scheduler and two workers, each a process of its own."""
    address = f"tcp://127.0.0.1:{free_port()}"
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> None:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=tmp_path,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    port = address.rsplit(":", 1)[1]
    start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard")
    for _ in range(2):
        start(
            "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(tmp_path),
        )  # fmt: skip
    try:
        yield address, started[1:]
    finally:
        for one in reversed(started):
            one.kill()
            one.wait()


@needs_cluster
def test_a_cluster_that_loses_a_worker_gives_the_same_result(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    alone: TextResult,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from distributed import Client

    address, processes = cluster
    monkeypatch.setattr(readings, "CHUNK", 16)
    with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(2, timeout=60)
    killed: list[float] = []

    def kill_at_half(step: str, done: int, total: int) -> None:
        if step == "Zinnen lezen" and not killed:
            killed.append(done / total)
            os.kill(processes[0].pid, signal.SIGKILL)

    cache = Cache(tmp_path / "cache.sqlite")
    found = analyse_texts(
        IDS, STORIES, codebook=BOOK, options=OPTIONS, cache=cache, progress=kill_at_half,
        workers=Workers(1, address),
    )  # fmt: skip
    assert killed and killed[0] < 0.5
    assert processes[0].wait(timeout=5) == -signal.SIGKILL and processes[1].poll() is None
    same(found, alone)
    begin = time.perf_counter()
    same(analyse_texts(IDS, STORIES, codebook=BOOK, options=OPTIONS, cache=cache), alone)
    assert time.perf_counter() - begin < 30


@needs_cluster
def test_raw_text_never_goes_to_the_cluster(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """All that is sent away is what `spread` gets with an address: no name is in it."""
    import pickle

    from toolkit.analysis import cleaning
    from toolkit.analysis import readings as after

    sent: list[bytes] = []

    def watched(
        workers: Workers, work: object, parts: list[object], worth: int, prepare: object = None
    ) -> object:
        made = [prepare(part) if callable(prepare) else part for part in parts]
        if workers.cluster:
            sent.append(pickle.dumps(made))
        return map(work, made)  # type: ignore[arg-type]

    monkeypatch.setattr(cleaning, "spread", watched)
    monkeypatch.setattr(after, "spread", watched)
    text = "Mevrouw Fatima Bouzidi hielp mij. Bel mij op 06-12345678."
    analyse_texts(["v1"], [text], codebook=BOOK, options=OPTIONS, workers=Workers(2, "tcp://ergens:8786"))
    assert sent and all(b"hielp mij" in one for one in sent)
    assert not any(name in one for one in sent for name in (b"Fatima", b"Bouzidi", b"12345678"))


@needs_cluster
def test_a_cluster_that_does_not_answer_is_told_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolkit.workers._PATIENCE", 1)
    with pytest.raises(ToolkitError, match="antwoordt niet"):
        list(spread(Workers(1, f"tcp://127.0.0.1:{free_port()}"), in_capitals, ["a", "b"]))
