"""Which column of a delivery is which agreed column: by name, by what a partner confirmed before, or a guess."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from toolkit.intake.spec import Specification, squeezed

BY_NAME, REMEMBERED, GUESSED = "naam", "onthouden", "gok"
_ALIKE = 0.8


@dataclass(frozen=True)
class Match:
    """An agreed column found in a delivery: our name, its place from 0, its name there, and how it was found."""

    name: str
    place: int
    delivered: str
    how: str


@dataclass(frozen=True)
class Columns:
    """The columns that were found, and the places of those that nobody agreed on or that are not kept."""

    matches: tuple[Match, ...]
    unknown: tuple[int, ...]
    left_out: tuple[int, ...]

    @property
    def places(self) -> dict[str, int]:
        """Our name -> place in the delivery."""
        return {match.name: match.place for match in self.matches}

    @property
    def names(self) -> dict[str, str]:
        """Our name -> name in the delivery, as the settings of a source write it."""
        return {match.name: match.delivered for match in self.matches}

    @property
    def guessed(self) -> tuple[Match, ...]:
        """Columns that a person has to confirm."""
        return tuple(match for match in self.matches if match.how == GUESSED)


def match_columns(
    names: Sequence[str],
    specification: Specification,
    remembered: Mapping[str, str] | None = None,
    agreed: Sequence[str] = (),
) -> Columns:
    """Match the column names of a delivery to the specification.

    `remembered` is what this partner confirmed before (our name -> name in the delivery) and goes first;
    then names and synonyms, compared without case, accents and punctuation; then the most alike name, from
    80% on, longest first. `agreed` names columns that belong to the delivery and have no name of ours ("seed*" may
    stand for more than one).
    """
    short = [squeezed(name) for name in names]
    found: dict[str, Match] = {}
    taken: set[int] = set()

    def take(name: str, place: int, how: str) -> None:
        found[name] = Match(name, place, names[place], how)
        taken.add(place)

    left_out = {squeezed(name) for name in specification.left_out}
    dropped = [place for place, name in enumerate(short) if name in left_out]
    own = {squeezed(name) for name in agreed if "*" not in name}
    patterns = [name for name in agreed if "*" in name]
    known = [
        place
        for place, name in enumerate(short)
        if name in own or any(fnmatchcase(names[place], pattern) for pattern in patterns)
    ]
    for name, delivered in (remembered or {}).items():
        place = next((at for at, one in enumerate(short) if one == squeezed(delivered)), None)
        if place is not None and place not in taken:
            take(name, place, REMEMBERED)
    taken |= set(dropped)
    for column in specification.columns:
        wanted = [squeezed(name) for name in (column.title, column.name, *column.names)]
        place = next((short.index(name) for name in wanted if name in short), None)
        if column.name not in found and place is not None and place not in taken:
            take(column.name, place, BY_NAME)
    taken |= set(known)
    for score, name, place in _guesses(short, specification, set(found), taken):
        if name not in found and place not in taken and score >= _ALIKE:
            take(name, place, GUESSED)
    rest = tuple(place for place, name in enumerate(names) if place not in taken and name)
    order = {column.name: number for number, column in enumerate(specification.columns)}
    matches = tuple(sorted(found.values(), key=lambda match: order.get(match.name, len(order))))
    return Columns(matches, rest, tuple(dropped))


def _guesses(
    short: Sequence[str], specification: Specification, found: set[str], taken: set[int]
) -> list[tuple[float, str, int]]:
    """How alike each free name is to each column that was not found, the best first."""
    pairs = []
    for column in specification.columns:
        if column.name in found:
            continue
        wanted = [squeezed(name) for name in (column.title, *column.names)]
        for place, name in enumerate(short):
            if place not in taken and 3 < len(name) < 60:
                score = max(
                    (difflib.SequenceMatcher(None, name, one).ratio() for one in wanted if len(one) > 3),
                    default=0.0,
                )
                pairs.append((score, column.name, place))
    return sorted(pairs, key=lambda pair: (-pair[0], pair[2]))
