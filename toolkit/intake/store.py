"""Change several files of the project as one: all of it happens, or nothing, whenever the power fails.

What is to happen is written down first, in a folder of its own, and counts from the moment that folder gets
its name. What was cut off after that is finished by the next command; what was cut off before is thrown away.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.alone import alone
from toolkit.files import clear_leftovers
from toolkit.intake import ledger
from toolkit.project import Project

_FOLDER = "leveringen"
_READY, _BUSY = ".klaar-", ".bezig-"


@dataclass(frozen=True)
class Write:
    """Put content at a path of the project (relative, with "/")."""

    path: str
    content: bytes


@dataclass(frozen=True)
class Move:
    """Move a file of the project, when it is there and its new place is free."""

    path: str
    to: str


@dataclass(frozen=True)
class Remove:
    """Remove a file or folder of the project."""

    path: str


Step = Write | Move | Remove


@contextmanager
def locked(project: Project) -> Iterator[None]:
    """Work alone on the deliveries of a project; first finish what an earlier command could not.

    The lock belongs to the process: when that ends, however it ends, the lock is gone.

    Raises ToolkitError when another command is at work.
    """
    busy = "Een andere opdracht is bezig met de leveringen van dit project."
    with alone(project.root / ".tev" / "intake.lock", busy):
        recover(project)
        yield


def finish(project: Project) -> None:
    """Finish what an earlier command decided and could not carry out, before anybody reads the deliveries.

    Raises ToolkitError when another command is at work on them.
    """
    if any((project.root / _FOLDER).glob(f"{_READY}*")):
        with locked(project):
            pass


def recover(project: Project) -> bool:
    """Finish what was decided and throw away what was not; gives whether there was anything to finish."""
    base = project.root / _FOLDER
    done = False
    for stage in sorted(base.glob(f"{_BUSY}*")):
        shutil.rmtree(stage, ignore_errors=True)
    clear_leftovers(base)
    for stage in sorted(base.glob(f"{_READY}*")):
        _apply(project, stage)
        done = True
    return done


def carry_out(project: Project, steps: Sequence[Step], entry: Mapping[str, Any]) -> None:
    """Do all steps in order and add a line to the log, as one; see the top of this module.

    `entry` is what the log says of it. Only for who holds the lock.
    """
    base = project.root / _FOLDER
    base.mkdir(parents=True, exist_ok=True)
    mark = uuid.uuid4().hex
    busy = base / f"{_BUSY}{mark}"
    busy.mkdir()
    plan: list[dict[str, str]] = []
    for number, step in enumerate(steps):
        match step:
            case Write(path, content):
                _durable(busy / str(number), content)
                plan.append({"schrijf": str(number), "naar": path})
            case Move(path, to):
                plan.append({"verplaats": path, "naar": to})
            case Remove(path):
                plan.append({"wis": path})
    whole = {"stappen": plan, "log": {"merk": mark, **entry}}
    _durable(busy / "plan.json", json.dumps(whole, ensure_ascii=False).encode())
    _sync_folder(busy)
    ready = base / f"{_READY}{mark}"
    busy.rename(ready)
    _sync_folder(base)
    _apply(project, ready)


def _apply(project: Project, stage: Path) -> None:
    """Carry out what was decided; every step may be done a second time."""
    plan = json.loads((stage / "plan.json").read_text(encoding="utf-8"))
    for step in plan["stappen"]:
        if "wis" in step:
            _remove(project.root / step["wis"])
            continue
        target = project.root / step["naar"]
        target.parent.mkdir(parents=True, exist_ok=True)
        source = stage / step["schrijf"] if "schrijf" in step else project.root / step["verplaats"]
        if source.exists() and ("schrijf" in step or not target.exists()):
            source.replace(target)
            _sync_folder(target.parent)
    ledger.append(project, plan["log"])
    shutil.rmtree(stage, ignore_errors=True)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _durable(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """Make the names in a folder last; Windows does so itself."""
    if sys.platform != "win32":
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
