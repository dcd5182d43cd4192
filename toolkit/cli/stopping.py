"""Ctrl-C while `tev` starts up or ends: a Dutch line and exit code 130, never a traceback."""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

STOPPED = 130  # the exit code of a command that was stopped by hand
MESSAGE = "Afgebroken. Wat klaar was, is bewaard."


def starting() -> None:
    """Until `started`: end at once. Nothing in another program or in a helper of ours, or when Ctrl-C is not for us."""
    program = sys.argv[0].replace("\\", "/").split("/")[-1]
    words = {"tev": sys.argv[0], "tev.exe": sys.argv[0], "-m": "toolkit.cli"}
    # A helper has our words too, but was not started with them.
    if words.get(program) in sys.orig_argv and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _tell_and_end)


def started() -> None:
    """Ctrl-C raises KeyboardInterrupt again, so that what is in hand is put away."""
    if signal.getsignal(signal.SIGINT) is _tell_and_end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def ending() -> None:
    """Who presses again while the command puts its things away, has told us already: end at once."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(STOPPED))


def _tell_and_end(*_: Any) -> None:
    os.write(2, f"{MESSAGE}\n".encode())
    os._exit(STOPPED)
