"""Whether what a plan wants to take together (`[samenvoegen]`) fits its areas and surveys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from toolkit.errors import Problem, closest
from toolkit.larger import code_of
from toolkit.project import Merging
from toolkit.survey.codebook import Codebook

_AREAS, _GROUPS = "samenvoegen.gebieden", "samenvoegen.groepen"


def merging_problems(
    merging: Merging,
    areas: Collection[str],
    groups: Collection[str],
    codebooks: Sequence[Codebook],
    file: str,
) -> Iterator[Problem]:
    """Unknown or double wijken, double names, and groups or classes that no survey of the plan has."""
    places = Counter(code for parts in merging.areas.values() for code in parts)
    for code, times in places.items():
        if code not in areas:
            message = f"'{code:.40}' is geen wijk van dit project."
            remedy = closest(code, areas) or "Gebruik een code uit de lijst met gebieden."
            yield Problem(file, message, remedy, column=_AREAS)
        elif times > 1:
            message = f"{code} staat in meer dan één groter gebied."
            yield Problem(file, message, "Zet elke wijk in één groter gebied.", column=_AREAS)
    codes = Counter(map(code_of, merging.areas))
    for name, parts in merging.areas.items():
        if codes[code_of(name)] > 1:
            message = f"de naam '{name:.40}' lijkt te veel op die van een ander groter gebied."
            yield Problem(file, message, "Kies een andere naam.", column=_AREAS)
        if len(parts) < 2:
            message = f"in '{name:.40}' staan minder dan twee wijken."
            yield Problem(file, message, "Noem er twee of meer.", column=_AREAS)
    for name, unions in merging.groups.items() if codebooks else ():
        if name not in groups:
            remedy = closest(name, groups) or "Zet de vraag ook bij uitsplitsen."
            yield Problem(
                file, f"naar '{name:.40}' wordt niet uitgesplitst.", remedy, column=f"{_GROUPS}.{name}"
            )
            continue
        known = {code for one in codebooks if name in one.names for code in one.codes_of(one.variable(name))}
        for union in unions:
            if len(set(union)) < 2:
                message = "een rij heeft minder dan twee klassen."
                yield Problem(file, message, "Noem er twee of meer.", column=f"{_GROUPS}.{name}")
            for code in union:
                if known and code not in known:
                    message = f"'{code:.40}' is geen antwoord op deze vraag."
                    remedy = closest(code, known) or f"Kies uit: {', '.join(sorted(known)[:8])}."
                    yield Problem(file, message, remedy, column=f"{_GROUPS}.{name}")
