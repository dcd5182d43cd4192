"""Definitions as data: the TOML files of this room as the table of definitions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources

import pandas as pd

from toolkit.tables import DEFINITIONS


def read_definitions(file: str, choices: Mapping[str, str]) -> pd.DataFrame:
    """The definitions in a file of this package, with tables.DEFINITIONS as columns.

    Where a text names a choice, such as {start_norm_days}, it gets the one in `choices`.
    """
    text = resources.files("toolkit.records").joinpath(file).read_text(encoding="utf-8")
    frame = pd.DataFrame(tomllib.loads(text)["maat"]).rename(columns={"id": "maat"})[[*DEFINITIONS]]
    return frame.map(lambda words: words.format_map(choices))
