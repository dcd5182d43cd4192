"""Run a program, and all that it starts, on a machine that refuses every connection."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUARD = Path(__file__).parent / "guard"


@functools.cache
def namespaces() -> bool:
    """Whether this machine lets us make a network namespace: then typst and pandoc are without network too."""
    program = shutil.which("unshare")
    command = [program or "unshare", "--map-root-user", "--net", "true"]
    return program is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0


def kinds() -> list[str]:
    """The ways to refuse that work here, the strongest first."""
    return ["namespace", "guard"] if namespaces() else ["guard"]


def without_network(
    *command: object, cwd: Path, home: Path, kind: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run `python` with these arguments; every connection, to this machine itself too, is refused."""
    kind = kind or kinds()[0]
    words = [sys.executable, *map(str, command)]
    paths = [str(ROOT)]
    if kind == "namespace":
        words = ["unshare", "--map-root-user", "--net", *words]
    else:
        paths.insert(0, str(GUARD))
    home.mkdir(exist_ok=True)
    where = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "PYTHONPATH": os.pathsep.join(paths)}
    return subprocess.run(
        words, cwd=cwd, capture_output=True, text=True, encoding="utf-8", timeout=400, check=False,
        env={**os.environ, **where, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
