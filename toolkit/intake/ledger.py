"""The log of deliveries: lines are only added, and each holds the hash of the one before.

It holds no key, no name and no text: numbers, hashes of files, partners, counts, and what was checked.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from toolkit.project import Project

LOG = "leveringen/logboek.jsonl"
_FIRST = "0" * 64


def entries(project: Project) -> list[dict[str, Any]]:
    """Every line of the log, the oldest first."""
    return [json.loads(line) for line in _lines(project.root / LOG)]


def append(project: Project, entry: Mapping[str, Any]) -> None:
    """Add a line, on the disk before this returns. A line with the same mark is added once.

    `entry` has a key "merk" that no other line has, so that work that was cut off can be done again.
    """
    path = project.root / LOG
    path.parent.mkdir(parents=True, exist_ok=True)
    _cut_torn_line(path)
    lines = _lines(path)
    if any(json.loads(line).get("merk") == entry["merk"] for line in lines):
        return
    before = json.loads(lines[-1])["hash"] if lines else _FIRST
    body = json.dumps({**entry, "vorige": before}, ensure_ascii=False, sort_keys=True)
    whole = json.dumps({**json.loads(body), "hash": _hash(body)}, ensure_ascii=False, sort_keys=True)
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write(whole + "\n")
        file.flush()
        os.fsync(file.fileno())


def moment(project: Project, now: datetime | None = None) -> datetime:
    """The moment for a new line: now, or that of the latest line when the clock of the computer went back.

    So the order of the moments is the order of the lines, whatever a clock says.
    """
    told = [datetime.fromisoformat(one["tijd"]) for one in entries(project) if one.get("tijd")]
    return max([now or datetime.now().astimezone(), *told])


def broken_lines(project: Project) -> list[int]:
    """Numbers of lines that were changed, or before which a line was taken away."""
    broken, before = [], _FIRST
    for number, line in enumerate(_lines(project.root / LOG), 1):
        try:
            entry = json.loads(line)
            told = entry.pop("hash")
            same = told == _hash(json.dumps(entry, ensure_ascii=False, sort_keys=True))
            if not same or entry.get("vorige") != before:
                broken.append(number)
            before = told
        except (ValueError, KeyError, TypeError, AttributeError):
            broken.append(number)
    return broken


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        return []
    text = path.read_text(encoding="utf-8", errors="replace")
    return [line for line in text.split("\n")[:-1] if line]  # what follows the last line end is torn


def _cut_torn_line(path: Path) -> None:
    """Take away a last line that was cut off while it was written."""
    if not path.is_file():
        return
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        with path.open("r+b") as file:
            file.truncate(content.rfind(b"\n") + 1)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
