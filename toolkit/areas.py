"""Areas as deliveries write them: a CBS code, a name, or the code of a neighbourhood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from toolkit.cells import plain
from toolkit.errors import closest

_UNKNOWN = frozenset({"onbekend", "niet bekend", "?"})


@dataclass(frozen=True)
class Places:
    """The areas that count, by every way in which a delivery may write them."""

    codes: Mapping[str, str]  # plain code or name -> area code after merging

    def find(self, cell: object) -> str | None:
        """The code of the area that a cell means, after merging; None when it means none of them."""
        text = plain(cell)
        if text in self.codes:
            return self.codes[text]
        # A neighbourhood code holds the code of its wijk: BU05050701 lies in WK050507.
        match = re.fullmatch(r"bu(\d{6})\d{2}", text)
        return self.codes.get(f"wk{match[1]}") if match else None

    def remedy(self, word: str) -> str:
        """The area nearest to a word that means none, as a Dutch question, or an empty string."""
        return closest(word.upper(), {code.upper() for code in self.codes})


def places(areas: pd.DataFrame, merge: Mapping[str, str]) -> Places:
    """The areas of a project (columns gebied and naam), and which joins which other one (`merge`)."""
    codes: dict[str, str] = {}
    names = areas["naam"] if "naam" in areas else areas["gebied"]
    for code, name in zip(areas["gebied"].astype(str), names.astype(str), strict=True):
        codes[plain(name)] = codes[plain(code)] = merge.get(code, code)
    # A merged area counts even when the list of areas no longer holds it.
    codes.update({plain(old): new for old, new in merge.items()})
    return Places(codes)


def is_unknown(cell: object) -> bool:
    """Whether a cell says in words that the area is not known."""
    return plain(cell) in _UNKNOWN
