"""De-identification of stories: find who and what identifies, and put a placeholder in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from toolkit.stories.addresses import find_addresses
from toolkit.stories.coarsen import coarse_age, coarse_date
from toolkit.stories.corrections import apply_corrections, corrections_for
from toolkit.stories.identifiers import find_identifiers
from toolkit.stories.institutions import find_institutions
from toolkit.stories.lexicon import Correction, Lexicon, Lists, fold, lexicon_with, openers
from toolkit.stories.mentions import KINDS, PLACEHOLDER, Mention, Word, occupied, words_of
from toolkit.stories.names import find_persons
from toolkit.stories.people import person_key, pet_positions, same_person
from toolkit.stories.places import find_residences

__all__ = ["Deidentified", "Lists", "Mention", "deidentify", "find_mentions", "spans_table"]

Progress = Callable[[str], None]
NO_LISTS = Lists()
_FROM_LETTERS = re.compile(r"[A-Z]{2,6}'?(?:er|ers|s|'s)")  # "UWV'er", "cao's"


@dataclass(frozen=True, slots=True)
class Deidentified:
    """A text with placeholders, and the mentions (offsets in the original text) that they replace."""

    text: str
    mentions: tuple[Mention, ...]


def find_mentions(
    texts: Sequence[str],
    extra: Lists | None = None,
    progress: Progress | None = None,
    ids: Sequence[str] | None = None,
) -> list[list[Mention]]:
    """The identifying mentions of each text, sorted and without overlap.

    `ids` are the numbers of the stories, for corrections that hold for one story only.

    Offsets are Unicode code points of the text as given, end exclusive. Placeholders that already stand
    in a text are left alone; what becomes recognisable only after the rest is replaced is found as well.
    """
    if progress:
        progress("Woordenlijsten voor het verwijderen van namen worden geladen.")
    lists = extra or Lists()
    lex = lexicon_with(lists.places)
    found = []
    told = corrections_for(lists.corrections, ids or [""] * len(texts))
    for number, (text, corrections) in enumerate(zip(texts, told, strict=True), start=1):
        found.append(_all_mentions(text, lex, lists, corrections))
        if progress and number % 100 == 0:
            progress(f"Namen verwijderd uit {number} van {len(texts)} verhalen.")
    return found


def deidentify(
    texts: Sequence[str],
    extra: Lists | None = None,
    progress: Progress | None = None,
    ids: Sequence[str] | None = None,
) -> list[Deidentified]:
    """Each text with its mentions replaced by placeholders such as [persoon-1], [adres] or [datum-2].

    The same person keeps the same placeholder within a text; another kind is numbered when a text has
    more than one of it. Doing it again on the result changes nothing. Where the lists say so, a date keeps its
    month or year ("[datum: maart 2025]") and an age its band ("[leeftijd: 75-84 jaar]").
    """
    lists = extra or Lists()
    lex = lexicon_with(lists.places)
    return [
        Deidentified(_render(text, mentions, lex, lists), tuple(mentions))
        for text, mentions in zip(texts, find_mentions(texts, lists, progress, ids), strict=True)
    ]


def spans_table(ids: Sequence[str], results: Sequence[Deidentified]) -> pd.DataFrame:
    """Where something was replaced, not what: columns id, start, eind (exclusive), soort; a row a mention."""
    rows = [
        (name, mention.start, mention.end, mention.kind)
        for name, result in zip(ids, results, strict=True)
        for mention in result.mentions
    ]
    frame = pd.DataFrame(rows, columns=["id", "start", "eind", "soort"])
    return frame.astype({"id": "object", "start": "int64", "eind": "int64", "soort": "object"})


def _all_mentions(
    text: str, lex: Lexicon, lists: Lists, corrections: Sequence[Correction] = ()
) -> list[Mention]:
    """Mentions until nothing new appears: each round looks at the text with placeholders.

    Corrections go first; what they let stay is left alone by every round.
    """
    found, kept = apply_corrections(text, corrections)
    current, origin = _render(text, found, lex), _origins(text, found, lex)
    while True:
        new = [
            Mention(origin[mention.start], origin[mention.end - 1] + 1, mention.kind)
            for mention in _one_round(current, lex, lists)
        ]
        new = [one for one in new if not any(start <= one.start and one.end <= end for start, end in kept)]
        if not new:
            return found
        found = sorted(found + new)
        current = _render(text, found, lex)
        origin = _origins(text, found, lex)


def _one_round(text: str, lex: Lexicon, lists: Lists) -> list[Mention]:
    words = words_of(text)
    blocked = [Mention(match.start(), match.end(), match.group(1)) for match in PLACEHOLDER.finditer(text)]
    stays = _stay_positions(words, lex)
    fixed = _resolve(find_identifiers(text), blocked)
    places = _resolve([*find_addresses(text, lex), *find_residences(text, words, lex)], [*blocked, *fixed])
    taken = [*blocked, *fixed, *places]
    persons = _resolve(find_persons(text, words, lex, lists, stays, taken), taken)
    institutions = _resolve(find_institutions(text, words, lex, lists, stays, persons), taken)
    inside = occupied(institutions)
    persons = [person for person in persons if inside.isdisjoint(range(person.start, person.end))]
    return sorted([*fixed, *places, *institutions, *persons])


def _stay_positions(words: Sequence[Word], lex: Lexicon) -> frozenset[int]:
    """Positions of words in a name that stays (public bodies, brands, countries, feasts)."""
    staying, starts = set(pet_positions(words)), openers(lex.stays)
    for position, word in enumerate(words):
        for size in starts.get(word.low, ()):
            part = words[position : position + size]
            if len(part) < size or any(other.gap.strip(" -\xa0") for other in part[1:]):
                continue
            names = [other.low for other in part]
            joined = " ".join([*names[:-1], names[-1].split("-")[0]])  # "Leger des Heils-huis"
            if (" ".join(names) in lex.stays or (size > 1 and joined in lex.stays)) and any(
                other.text[0].isupper() for other in part
            ):
                staying.update(range(position, position + size))
                break
        if (
            word.gap.endswith("'s ")
            or (position and words[position - 1].low == "'s")
            or _stays_alone(word.text, word.low, lex)
        ):
            staying.add(position)
    return frozenset(staying)


@lru_cache(maxsize=50_000)
def _stays_alone(text: str, low: str, lex: Lexicon) -> bool:
    """Whether a word stays whatever stands around it: "GGD-arts", "UWV'er"."""
    compound = "-" in low and low.split("-")[0] in lex.stays and low not in lex.first
    return compound or bool(_FROM_LETTERS.fullmatch(text))


def _resolve(found: Sequence[Mention], before: Sequence[Mention]) -> list[Mention]:
    """Without overlap: what was found before wins, then the longest, then the first in order of finding."""
    kept: list[Mention] = []
    used = set(occupied(before))
    for mention in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        places = range(mention.start, mention.end)
        if places and used.isdisjoint(places):
            kept.append(mention)
            used.update(places)
    return sorted(kept)


def _pieces(
    text: str, mentions: Sequence[Mention], lex: Lexicon, lists: Lists
) -> Iterator[tuple[str, Mention | None, int]]:
    """The parts of the new text: literal parts and placeholders, each with where it started."""
    labels = _labels(text, mentions, lex, lists)
    here = 0
    for mention in mentions:
        yield text[here : mention.start], None, here
        yield labels[mention], mention, mention.start
        here = mention.end
    yield text[here:], None, here


def _render(text: str, mentions: Sequence[Mention], lex: Lexicon, lists: Lists = NO_LISTS) -> str:
    return "".join(piece for piece, _, _ in _pieces(text, mentions, lex, lists))


def _origins(text: str, mentions: Sequence[Mention], lex: Lexicon) -> list[int]:
    """For each character of the new text (and its end) the place in the original text."""
    origin: list[int] = []
    for piece, mention, start in _pieces(text, mentions, lex, NO_LISTS):
        origin.extend([start] * len(piece) if mention else range(start, start + len(piece)))
    return [*origin, len(text)]


def _labels(text: str, mentions: Sequence[Mention], lex: Lexicon, lists: Lists) -> dict[Mention, str]:
    coarse = _coarse(text, mentions, lists)
    used: dict[str, int] = {}
    for match in PLACEHOLDER.finditer(text):
        used[match.group(1)] = max(used.get(match.group(1), 0), int(match.group(2) or 1))
    labels = dict(coarse)
    for kind in KINDS:
        own = [mention for mention in mentions if mention.kind == kind and mention not in coarse]
        groups = _people(text, own, lex) if kind == "persoon" else _equal(text, own)
        first = used.get(kind, 0) + 1
        several = kind == "persoon" or first > 1 or len(set(groups.values())) > 1
        for mention, group in groups.items():
            labels[mention] = f"[{kind}-{first + group}]" if several else f"[{kind}]"
    return labels


def _coarse(text: str, mentions: Sequence[Mention], lists: Lists) -> dict[Mention, str]:
    """The placeholders that still tell a month, a year or a band."""
    labels: dict[Mention, str] = {}
    for mention in mentions:
        told = text[mention.start : mention.end]
        value = coarse_date(told, lists.dates) if mention.kind == "datum" else ""
        value = coarse_age(told, lists.ages) if mention.kind == "leeftijd" else value
        if value:
            labels[mention] = f"[{mention.kind}: {value}]"
    return labels


def _equal(text: str, mentions: Sequence[Mention]) -> dict[Mention, int]:
    seen: dict[str, int] = {}
    return {
        m: seen.setdefault(re.sub(r"[\W_]+", "", fold(text[m.start : m.end])), len(seen)) for m in mentions
    }


def _people(text: str, mentions: Sequence[Mention], lex: Lexicon) -> dict[Mention, int]:
    """A number per person, in order of appearance; "Fatima" is one with "Fatima El Idrissi"."""
    keys = {mention: person_key(text[mention.start : mention.end], lex) for mention in mentions}
    clusters: list[list[tuple[str, ...]]] = []
    member: dict[tuple[str, ...], int] = {}
    for key in sorted(set(keys.values()), key=lambda key: (-len(key), -sum(map(len, key)))):
        home = next(
            (n for n, cluster in enumerate(clusters) if same_person(key, cluster[0], lex)), len(clusters)
        )
        if home == len(clusters):
            clusters.append([])
        clusters[home].append(key)
        member[key] = home
    order: dict[int, int] = {}
    return {mention: order.setdefault(member[keys[mention]], len(order)) for mention in mentions}
