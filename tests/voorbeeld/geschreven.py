"""Read the texts that people wrote for the example, with their marks `[[kind:text]]`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

WRITTEN = Path(__file__).parent / "geschreven"
_MARK = re.compile(r"\[\[(\w+):([^\]]+)\]\]")
_OWN_AGE = re.compile(r"\b[Ii]k (?:ben |word dit jaar )?\(?\[\[leeftijd:(\d{2})")

Mention = tuple[int, int, str]


def read(name: str) -> list[dict[str, Any]]:
    """The rows of a file with written texts, in the order of writing."""
    lines = (WRITTEN / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def plain(marked: str) -> tuple[str, list[Mention]]:
    """The text without marks, and the mentions as (start, end, kind) in code points of that text."""
    text, mentions, done = "", [], 0
    for mark in _MARK.finditer(marked):
        text += marked[done : mark.start()]
        mentions.append((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        done = mark.end()
    return text + marked[done:], mentions


def own_age(marked: str) -> int | None:
    """The teller's own age where the text says it plainly ("ik ben 71"), else None."""
    found = _OWN_AGE.search(marked)
    return int(found[1]) if found else None
