"""The national codes for the end of a trajectory, read from `end_codes.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def end_codes() -> dict[str, dict[str, object]]:
    """The national end codes: code -> naam, voortijdig, eenzijdig_client, uitgesloten."""
    text = resources.files("toolkit.records").joinpath("end_codes.toml").read_text(encoding="utf-8")
    return {entry["code"]: entry for entry in tomllib.loads(text)["code"]}


def codes_with(mark: str) -> frozenset[str]:
    """The end codes that carry a mark: "voortijdig", "eenzijdig_client" or "uitgesloten"."""
    return frozenset(code for code, entry in end_codes().items() if entry.get(mark))


def to_end_code(text: str) -> str | None:
    """The national end code in a text, or None when it is unknown; "2" that lost its zero is "02"."""
    code = text.zfill(2) if text.isdigit() else text
    return code if code in end_codes() else None
