"""What every command prints with: progress, paths as the user can type them, lines that fit."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Progress on the error stream, only when a person is watching."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), BarColumn(bar_width=20), MofNCompleteColumn(),
        TimeElapsedColumn(), console=Console(stderr=True), transient=True,
    )  # fmt: skip
    tasks: dict[str, Any] = {}
    with bar:

        def step(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bar.add_task(name, total=total)
            bar.update(tasks[name], completed=done, total=total)

        yield step


def files(number: int) -> str:
    """Return a number of files in words."""
    return "1 bestand" if number == 1 else f"{number} bestanden"


def short(path: Path, root: Path) -> str:
    """A path as the user can type it from where they are, or from the project."""
    for base in (Path.cwd(), root):
        if path.resolve().is_relative_to(base.resolve()):
            return path.resolve().relative_to(base.resolve()).as_posix()
    return str(path)


def wrapped(line: str) -> str:
    """Return a line as an item of a list, broken at 78 characters."""
    import textwrap

    return textwrap.fill(line, 78, initial_indent="- ", subsequent_indent="  ")
