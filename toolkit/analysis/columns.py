"""The other columns of a CSV with stories: what may be kept beside an outcome, and as what."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import pandas as pd

from toolkit.stories.deidentify import deidentify
from toolkit.stories.mentions import Mention

FREE_TEXT = 4  # words from which a cell is a text
_PERSONAL = re.compile(
    r"(?:\w*naam|name|e?mail\w*|\w*mail|telefoon\w*|phone|\w*adres|address|bsn|burgerservicenummer|geboortedatum|geboren)"
)
# Words with which a name is one of a thing: "wijknaam", "naam gebied".
_THINGS = re.compile(
    r"(?:wijk|buurt|gebied|gemeente|stad|dorp|regio|thema|onderwerp|product|project|bestand|kolom|set|vraag)(?:s?naam|en|s)?"
)
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{0,4}(?!\w)")


def personal_columns(names: Collection[str]) -> list[str]:
    """The columns that by their name hold who somebody is or how to reach them."""
    return [name for name in names if _is_personal(name)]


def _is_personal(name: str) -> bool:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower().replace("e-mail", "email")
    words = re.findall(r"[^\W\d_]+", spaced)
    if any(_THINGS.fullmatch(word) for word in words):
        return any(word.startswith(("email", "mail", "telefoon", "bsn")) for word in words)
    return any(_PERSONAL.fullmatch(word) for word in words)


def kept_columns(frame: pd.DataFrame, read: Collection[str], made: Collection[str]) -> pd.DataFrame:
    """The columns of `frame` that go along with an outcome, safe to write.

    `read` are the columns of id and text, which the outcome holds in its own way, and `made` the names of
    the outcome's columns: a delivered column of such a name becomes "<name>_invoer". Columns of
    `personal_columns` are left out. Of the cells, texts (four words or more) and whatever names a person
    or holds an e-mail address, telephone number, BSN or IBAN are de-identified; codes stay.
    """
    left_out = {*read, *personal_columns([str(name) for name in frame.columns])}
    names = [str(name) for name in frame.columns]
    places = [place for place, name in enumerate(names) if name not in left_out]
    taken = {*made, *(names[place] for place in places)}
    columns = {}
    for place in places:
        name = names[place]
        if name in made:
            while name in taken:
                name += "_invoer"
            taken.add(name)
        columns[place] = (name, _clean(frame.iloc[:, place].astype(str).tolist()))
    kept = pd.DataFrame({place: cells for place, (_, cells) in columns.items()}, index=frame.index)
    kept.columns = pd.Index([name for name, _ in columns.values()], dtype="object")
    return kept


def _clean(cells: Sequence[str]) -> list[str]:
    different = [cell for cell in dict.fromkeys(cells) if cell.strip()]
    clean = {
        cell: found.text
        for cell, found in zip(different, deidentify(different), strict=True)
        if len(cell.split()) >= FREE_TEXT
        or any(_tells(cell, mention) for mention in found.mentions)
        or _IBAN.search(cell)
    }
    return [clean.get(cell, cell) for cell in cells]


def _tells(cell: str, mention: Mention) -> bool:
    """Whether a mention makes a short cell more than a code."""
    if mention.kind == "bsn":
        return _is_bsn(cell[mention.start : mention.end])
    return mention.kind in ("persoon", "email", "telefoon")


def _is_bsn(text: str) -> bool:
    """The check of eleven, which one in eleven other numbers passes."""
    digits = [int(char) for char in text if char.isdigit()]
    digits = [0] * (9 - len(digits)) + digits
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11 == 0
