"""Kill a command at a moment that differs every time, as a power cut or an impatient person does."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import fault_project

# To repeat a failure: TEV_TEST_SEED=<what was printed>. Moments stay approximate, as they are in life.
SEED = int(os.environ.get("TEV_TEST_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
_LONGEST = 120.0  # seconds until a command that hangs is given up


@dataclass(frozen=True)
class Moment:
    """When to kill: so long after the start, or after the first sign of writing; and whether its children too."""

    number: int
    wait: float
    after_sign: bool
    children: bool


def moments(count: int, whole: float, tail: float) -> Iterator[Moment]:
    """`count` moments: by turns spread over the `whole` of an undisturbed command (seconds), and over its `tail`.

    Writing is a small part of the work, and the part that can go wrong; so half of the kills begin there.
    """
    print(f"TEV_TEST_SEED={SEED}")
    chance = random.Random(SEED)
    for number in range(count):
        tailed = number % 2 == 1
        # One moment in each equal part of the time: five kills reach the beginning and the end.
        part = (number // 2 + chance.random()) / ((count + 1 - tailed) // 2)
        children = number % 4 < 2 and hasattr(os, "killpg")
        yield Moment(number, part * (tail if tailed else whole), tailed, children)


def undisturbed(folder: Path, words: tuple[object, ...], sign: Callable[[], bool]) -> tuple[float, float]:
    """Seconds that a command takes, and how many of them come after the first sign of writing."""
    process, begun = _start(folder, words)
    first = _until(process, sign)
    assert process.wait(_LONGEST) == 0, _said(process)
    _close(process)
    ended = time.perf_counter()
    return ended - begun, ended - first


def kill(folder: Path, words: tuple[object, ...], moment: Moment, sign: Callable[[], bool]) -> bool:
    """Start a command and kill it at that moment; whether it was still at work."""
    return kill_group(folder, words, moment, sign)[0]


def kill_group(
    folder: Path, words: tuple[object, ...], moment: Moment, sign: Callable[[], bool]
) -> tuple[bool, int]:
    """As `kill`, with the number of the group of its processes: see `survivors`."""
    process, begun = _start(folder, words)
    if moment.after_sign:
        begun = _until(process, sign)
    while process.poll() is None and time.perf_counter() - begun < moment.wait:
        time.sleep(0.001)
    working = process.poll() is None
    if working and moment.children:
        os.killpg(process.pid, signal.SIGKILL)
    elif working:
        process.kill()
    code = process.wait(_LONGEST)
    assert working or code == 0, _said(process)
    _close(process)
    return working, process.pid


def survivors(group: int, patience: float = 10.0) -> list[str]:
    """What still runs of a group of processes after so many seconds; nothing where `ps` is not there."""
    if not shutil.which("ps"):
        return []
    ends = time.perf_counter() + patience
    while True:
        listed = subprocess.run(
            ["ps", "-A", "-o", "pgid=,stat=,args="], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 2) for line in listed.splitlines()]
        # A process that has ended and was not asked about yet (Z) does nothing any more.
        left = [row[-1] for row in rows if row[0] == str(group) and not row[1].startswith("Z")]
        if not left or time.perf_counter() > ends:
            return left
        time.sleep(0.1)


def _start(folder: Path, words: tuple[object, ...]) -> tuple[subprocess.Popen[bytes], float]:
    process = subprocess.Popen(
        fault_project.command(*words), cwd=folder, env=fault_project.environment(folder.parent),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    return process, time.perf_counter()


def _until(process: subprocess.Popen[bytes], sign: Callable[[], bool]) -> float:
    begun = time.perf_counter()
    while not sign() and process.poll() is None and time.perf_counter() - begun < _LONGEST:
        time.sleep(0.0005)
    return time.perf_counter()


def _said(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    return process.stderr.read().decode(errors="replace")


def _close(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()
