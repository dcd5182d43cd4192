from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
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
from toolkit.workers import Workers, check_cluster, rest, spread

ROOT = Path(__file__).resolve().parents[1]
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


def noted(task: tuple[str, int]) -> int:
    """Leave a file when a part is begun and one when it is done, each with the process that did so."""
    folder, number = Path(task[0]), task[1]
    begun = f"{number} {os.getpid()} {time.monotonic_ns()}"
    (folder / f"{begun} begonnen").touch()
    time.sleep(0.3)
    (folder / f"{begun} klaar").touch()
    return number


def files(folder: Path, word: str) -> list[tuple[int, int]]:
    """The parts (and the process) that were begun, or are done, one for each time."""
    names = [path.name.split() for path in folder.glob(f"* {word}")]
    return [(int(number), int(process)) for number, process, _, _ in names]


def missing(word: str) -> str:
    return Path("/bestaat/niet", word).read_text(encoding="utf-8")


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


def process_of(word: str) -> int:
    return os.getpid()


def test_processes_that_rest_are_gone_and_later_work_has_new_ones() -> None:
    rest()
    first = set(spread(Workers(2), process_of, ["a"] * 8))
    rest()
    for process in first:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
    second = set(spread(Workers(2), process_of, ["a"] * 8))
    assert os.getpid() not in first | second
    assert first.isdisjoint(second)
    rest()


@pytest.mark.skipif(sys.platform != "linux", reason="children are looked up in /proc")
def test_one_process_starts_no_others() -> None:
    """Nothing is started only to be stopped."""
    code = """if True:
        import os
        from pathlib import Path
        import joblib.externals.loky  # as scikit-learn does
        from toolkit.workers import Workers, rest, spread
        list(spread(Workers(1), str, [1, 2, 3]))
        rest()
        print(Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split())
    """
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout == "[]\n"


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


TLS = {"distributed.comm.require-encryption": "true"}


def certificates(folder: Path) -> dict[str, str]:
    """The settings of Dask for a cluster with a certificate of its own, made here."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "cluster")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "cluster.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    found = {"distributed.comm.tls.ca-file": str(file)}
    for part in ("scheduler", "worker", "client"):
        found |= {f"distributed.comm.tls.{part}.{one}": str(file) for one in ("cert", "key")}
    return TLS | found


@pytest.fixture
def cluster(
    tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A real scheduler and two workers, each a process of its own; the address and the three.

    Settings of Dask may be given as a parameter. With those of `tls` all that they say to each other is encrypted.
    """
    import dask
    from distributed import Client

    settings: dict[str, str] = getattr(request, "param", {})
    secret = settings == TLS
    if secret:
        settings = certificates(tmp_path)
    address = f"{'tls' if secret else 'tcp'}://127.0.0.1:{free_port()}"
    started: list[subprocess.Popen[bytes]] = []

    # Python keeps what it compiled, as it does for users: else each of the three compiles all of Dask.
    given = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    given["PYTHONPATH"] = os.pathsep.join(map(str, (ROOT, ROOT / "tests")))
    given |= {
        f"DASK_{name.replace('.', '__').replace('-', '_').upper()}": value for name, value in settings.items()
    }

    def start(*command: str) -> None:
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=tmp_path,
                env=given,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )

    port = address.rsplit(":", 1)[1]
    start(
        "distributed.cli.dask_scheduler",
        "--host",
        address.rsplit(":", 1)[0],
        "--port",
        port,
        "--no-dashboard",
    )
    for _ in range(2):
        start(
            "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--local-directory", str(tmp_path),
        )  # fmt: skip
    try:
        with dask.config.set(settings):
            with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(2, timeout=60)
            yield address, started
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
    address, (_, first, second) = cluster
    monkeypatch.setattr(readings, "CHUNK", 16)
    killed: list[float] = []

    def kill_early(step: str, done: int, total: int) -> None:
        if step == "Zinnen lezen" and not killed:
            killed.append(done / total)
            os.kill(first.pid, signal.SIGKILL)

    cache = Cache(tmp_path / "cache.sqlite")
    found = analyse_texts(
        IDS, STORIES, codebook=BOOK, options=OPTIONS, cache=cache, progress=kill_early,
        workers=Workers(1, address),
    )  # fmt: skip
    assert killed and killed[0] < 0.5
    assert first.wait(timeout=5) == -signal.SIGKILL and second.poll() is None
    same(found, alone)
    steps: set[str] = set()
    again = analyse_texts(
        IDS, STORIES, codebook=BOOK, options=OPTIONS, cache=cache, progress=lambda *told: steps.add(told[0])
    )
    same(again, alone)
    assert "Zinnen lezen" not in steps, "all that the cluster did is kept"


@needs_cluster
@pytest.mark.skipif(not find_spec("cryptography"), reason="no certificates can be made here")
@pytest.mark.parametrize("cluster", [TLS], indirect=True)
def test_a_cluster_that_speaks_in_secret_gives_the_same_result(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    address, _ = cluster
    words = [f"woord {n}" for n in range(20)]
    assert address.startswith("tls://")
    assert list(spread(Workers(1, address), in_capitals, words)) == [word.upper() for word in words]
    with pytest.raises(ToolkitError, match="versleuteling") as caught:
        list(spread(Workers(1, address.replace("tls", "tcp")), in_capitals, words))
    assert "tls://" in caught.value.hint


@needs_cluster
def test_a_cluster_in_secret_without_certificates_is_told_about() -> None:
    with pytest.raises(ToolkitError, match="versleuteling") as caught:
        list(spread(Workers(1, "tls://127.0.0.1:8786"), in_capitals, ["a", "b"]))
    assert "certificaten" in caught.value.hint


@needs_cluster
def test_only_what_a_lost_worker_had_in_hand_is_done_again(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    address, (_, first, second) = cluster
    place = tmp_path / "delen"
    place.mkdir()
    parts = [(str(place), number) for number in range(16)]
    results: list[int] = []
    given: set[int] = set()
    held: set[int] = set()
    for result in spread(Workers(1, address), noted, parts):
        results.append(result)
        if len(results) >= 4 and not held:
            given = set(results)
            busy = time.monotonic() + 20
            while not held and time.monotonic() < busy:
                mine = {number for number, process in files(place, "begonnen") if process == first.pid}
                held = mine - {number for number, _ in files(place, "klaar")}
            first.kill()
            first.wait()
    assert results == list(range(16))
    assert held, "the worker that was killed had work"
    begun = [number for number, _ in files(place, "begonnen")]
    assert all(begun.count(number) == 2 for number in held), "what it had in hand is done by the other"
    assert {process for number, process in files(place, "klaar") if number in held} == {second.pid}
    assert given and all(begun.count(number) == 1 for number in given), "what was done is not done again"


@needs_cluster
def test_a_cluster_that_loses_its_scheduler_is_told_about_and_what_was_done_is_kept(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
    alone: TextResult,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    address, (scheduler, *_) = cluster
    monkeypatch.setattr(readings, "CHUNK", 16)
    cache = Cache(tmp_path / "cache.sqlite")
    left: list[int] = []

    def kill_scheduler(step: str, done: int, total: int) -> None:
        if step == "Zinnen lezen":
            left.append(total - done)
            scheduler.kill()
            scheduler.wait()

    with pytest.raises(ToolkitError, match=f"Het cluster op {address} is weggevallen") as caught:
        analyse_texts(
            IDS, STORIES, codebook=BOOK, options=OPTIONS, cache=cache, progress=kill_scheduler,
            workers=Workers(1, address),
        )  # fmt: skip
    assert "bewaard" in caught.value.hint and "zonder --cluster" in caught.value.hint
    assert "Traceback" not in capfd.readouterr().err
    todo: list[int] = []

    def read(step: str, done: int, total: int) -> None:
        if step == "Zinnen lezen":
            todo.append(total)

    same(analyse_texts(IDS, STORIES, codebook=BOOK, options=OPTIONS, cache=cache, progress=read), alone)
    assert 0 < todo[0] == left[-1] < len(STORIES)


@needs_cluster
@pytest.mark.parametrize("cluster", [{"distributed.scheduler.allowed-failures": "0"}], indirect=True)
def test_work_that_ends_a_worker_again_and_again_is_told_about(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask gives such work up, but joblib would wait for it for ever while another worker is there."""
    address, (_, first, second) = cluster
    place = tmp_path / "sterft"
    place.write_text("1")
    monkeypatch.setattr("toolkit.workers._LONGEST", 5.0)
    with pytest.raises(ToolkitError, match="geen antwoord meer") as caught:
        list(spread(Workers(1, address), dies, [place, place]))
    assert "bewaard" in caught.value.hint and "zonder --cluster" in caught.value.hint
    assert sorted((first.poll() is None, second.poll() is None)) == [False, True]


@needs_cluster
def test_a_cluster_that_loses_all_its_workers_is_told_about(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dask itself would wait for a new one for ever."""
    monkeypatch.setattr("toolkit.workers._PATIENCE", 3)
    address, (_, *both) = cluster
    found = spread(Workers(1, address), noted, [(str(tmp_path), number) for number in range(8)])
    assert next(found) == 0
    for one in both:
        one.kill()
    with pytest.raises(ToolkitError, match="is weggevallen"):
        list(found)


@needs_cluster
@pytest.mark.parametrize("kind", ["fout van het werk", "fout van een gebruiker"])
def test_an_error_of_the_work_is_not_told_as_one_of_the_cluster(
    cluster: tuple[str, list[subprocess.Popen[bytes]]], kind: str
) -> None:
    user = kind == "fout van een gebruiker"
    with pytest.raises(ToolkitError if user else OSError) as caught:
        list(spread(Workers(1, cluster[0]), fails if user else missing, ["a", "b"]))
    assert "cluster" not in str(caught.value)


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
