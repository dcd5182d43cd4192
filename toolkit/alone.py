"""One command at a time on one thing: a lock of the operating system, which is gone when its process is."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError

# Some network drives have no locks. There the work goes on as if nobody else were at it.
_NO_LOCKS = {errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP}


@contextmanager
def alone(path: Path, busy: str) -> Iterator[None]:
    """Hold the lock of which `path` is the file; it is made where it is not there, and stays behind empty.

    Raises ToolkitError with the sentence `busy` when another command holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if not _take(file):
            raise ToolkitError(busy, "Wacht tot die klaar is en herhaal de opdracht.")
        yield


@contextmanager
def working(root: Path) -> Iterator[None]:
    """Work alone on the outcomes of a project: one run, report or erasure at a time.

    Raises ToolkitError when another command is at it.
    """
    with alone(root / ".tev" / "werk.lock", "Een andere opdracht is bezig met dit project."):
        yield


def _take(file: Any) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno in _NO_LOCKS
    return True
