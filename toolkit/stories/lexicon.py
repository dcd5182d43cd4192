"""The word lists that de-identification looks in: own lists, those of deduce, and a Dutch vocabulary.

Nothing is copied: the lists of deduce (LGPL) and spacy-lookups-data (MIT) are read where they are installed.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError

_LISTS = Path(__file__).parent / "lists"


@dataclass(frozen=True)
class Correction:
    """A verdict of a person: `text` in a story ("" is every story) is of this kind, or "blijft" (no mention)."""

    story: str
    text: str
    kind: str


@dataclass(frozen=True)
class Lists:
    """What a project adds: names of persons (staff, tellers) and institutions, places where people live, corrections.

    `dates` ("weg", "maand", "jaar") and `ages` ("weg", "klasse") say what a placeholder still tells.
    """

    names: frozenset[str] = field(default_factory=frozenset)
    institutions: frozenset[str] = field(default_factory=frozenset)
    places: frozenset[str] = field(default_factory=frozenset)
    corrections: tuple[Correction, ...] = ()
    dates: str = "weg"
    ages: str = "weg"


@dataclass(frozen=True, eq=False)
class Lexicon:
    """All words in folded form (see `fold`): what may be a name, what is a place, what stays."""

    strong: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    wordnames: frozenset[str]
    vocabulary: frozenset[str]
    common: frozenset[str]
    places: frozenset[str]
    neighbourhoods: frozenset[str]
    regions: frozenset[str]
    stays: frozenset[str]
    institution_words: frozenset[str]
    institutions: frozenset[str]

    def known(self, word: str) -> bool:
        """Whether a folded word is an ordinary Dutch word, or a compound of two."""
        return _known(word, self)


def fold(text: str) -> str:
    """Text in composed form, lower case, with straight apostrophes: the form in which words are compared."""
    return unicodedata.normalize("NFC", text).replace("’", "'").replace("İ", "i").lower()


def plain(text: str) -> str:
    """Folded text without accents: "Gülay" and "gulay" become equal."""
    decomposed = unicodedata.normalize("NFD", fold(text).replace("ı", "i").replace("ł", "l"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def read_list(path: Path, lines: bool = False) -> list[str]:
    """Entries of a list file: lines with `lines`, else words; "#" starts a comment line.

    Raises ToolkitError when the file cannot be read as UTF-8 text.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolkitError(
            f"De lijst {path.name} kan niet gelezen worden.",
            "Controleer of het bestand bestaat en bewaar het als tekst in UTF-8.",
        ) from error
    rows = [row.strip() for row in content.splitlines() if row.strip() and not row.startswith("#")]
    return rows if lines else [word for row in rows for word in row.split()]


def pattern_of(words: Iterable[str]) -> str:
    """A regular expression, without groups, for any of the words; of words that fit, the longest is tried first.

    Words with the same beginning share it, so that a place where none fits is left after a letter or two: tried
    one after the other, a hundred words took most of the time.
    """
    tree: dict[str, dict[str, Any]] = {}
    for word in words:
        branch = tree
        for char in word:
            branch = branch.setdefault(char, {})
        branch[""] = {}  # a word may end here
    return _branches(tree)


def _branches(tree: dict[str, dict[str, Any]]) -> str:
    ways = [re.escape(char) + _branches(rest) for char, rest in tree.items() if char]
    if not ways:
        return ""
    alone = len(ways) == 1 and "" not in tree
    return ways[0] if alone else f"(?:{'|'.join(ways)}){'?' if '' in tree else ''}"


@lru_cache(maxsize=32)
def openers(phrases: frozenset[str]) -> Mapping[str, tuple[int, ...]]:
    """Of every word with which a phrase begins, how many words such phrases have, the longest first.

    Most words of a text begin none, so that there is nothing to put together and look up.
    """
    sizes: dict[str, set[int]] = {}
    for phrase in phrases:
        words = phrase.split(" ")
        sizes.setdefault(words[0], set()).add(len(words))
    return {word: tuple(sorted(found, reverse=True)) for word, found in sizes.items()}


@cache
def rule_words(name: str) -> frozenset[str]:
    """The words of one group in lists/regelwoorden.txt, which the rules use."""
    return _rule_groups()[name]


@cache
def _rule_groups() -> dict[str, frozenset[str]]:
    groups: dict[str, set[str]] = {}
    name = ""
    for row in read_list(_LISTS / "regelwoorden.txt", lines=True):
        if row.startswith("["):
            name = row.strip("[]")
            groups[name] = set()
        else:
            groups[name].update(map(fold, row.split()))
    return {name: frozenset(words) for name, words in groups.items()}


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon, read once per process (about a second).

    Raises ToolkitError when deduce or spacy-lookups-data is not installed.
    """
    lookup = _package("deduce") / "data" / "lookup" / "src"
    names, locations, white = lookup / "names", lookup / "locations", lookup / "whitelist"
    own = frozenset(map(fold, read_list(_LISTS / "voornamen.txt")))
    wordnames = frozenset(map(fold, read_list(_LISTS / "woordnamen.txt")))
    last = _folded(names / "lst_surname" / "items.txt", names / "lst_interfix_surname" / "items.txt")
    last -= _folded(names / "lst_surname" / "exceptions.txt")
    first = _folded(names / "lst_first_name" / "items.txt") - _folded(
        names / "lst_first_name" / "exceptions.txt"
    )
    residences = _folded(
        locations / "lst_placename" / "lst_residence" / "items.txt",
        locations / "lst_placename" / "lst_municipality" / "items.txt",
    )
    common = _folded(white / "lst_common_word" / "items.txt", white / "lst_stop_word" / "items.txt")
    regions = frozenset(map(fold, read_list(_LISTS / "streken.txt", lines=True)))
    return Lexicon(
        strong=own - wordnames,
        first=first | own,
        last=last | frozenset(map(fold, read_list(_LISTS / "achternamen.txt"))),
        wordnames=wordnames,
        vocabulary=_vocabulary() | common | rule_words("functiewoorden"),
        common=common | rule_words("functiewoorden"),
        places=residences | {name.replace("-", " ") for name in residences},
        neighbourhoods=frozenset(map(fold, read_list(_LISTS / "wijken.txt", lines=True))),
        regions=regions,
        stays=regions | frozenset(map(fold, read_list(_LISTS / "blijft.txt", lines=True))),
        institutions=frozenset(map(fold, read_list(_LISTS / "instellingen.txt", lines=True))),
        institution_words=frozenset(map(fold, read_list(_LISTS / "instellingwoorden.txt"))),
    )


@lru_cache(maxsize=8)
def lexicon_with(places: frozenset[str]) -> Lexicon:
    """The lexicon with places of the project, such as its wijken ("Crabbehof/Zuidhoven" is two), as neighbourhoods."""
    if not places:
        return lexicon()
    parts = {fold(part.strip()) for place in places for part in (place, *place.split("/")) if part.strip()}
    return replace(lexicon(), neighbourhoods=lexicon().neighbourhoods | parts)


def _package(name: str) -> Path:
    # find_spec instead of import: importing deduce sets up logging for the whole process
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ToolkitError(
            f"Het pakket {name} is niet geïnstalleerd. Het is nodig om namen te verwijderen.",
            f"Installeer het met: pip install {name.replace('_', '-')}",
        )
    return Path(next(iter(spec.submodule_search_locations)))


def _folded(*paths: Path) -> frozenset[str]:
    words: set[str] = set()
    for path in paths:
        words.update(
            fold(row.strip()) for row in path.read_text(encoding="utf-8").splitlines() if row.strip()
        )
    return frozenset(words)


def _vocabulary() -> frozenset[str]:
    folder = _package("spacy_lookups_data") / "data"
    words: set[str] = set()
    with gzip.open(folder / "nl_lemma_lookup.json.gz", "rt", encoding="utf-8") as file:
        forms: dict[str, str] = json.load(file)
    words.update(forms, forms.values())
    for name in ("nl_lemma_index.json.gz", "nl_lemma_exc.json.gz"):
        with gzip.open(folder / name, "rt", encoding="utf-8") as file:
            tables: dict[str, Iterable[str]] = json.load(file)
        for table in tables.values():
            words.update(table)
    return frozenset(words)


@lru_cache(maxsize=50_000)
def _known(word: str, words: Lexicon) -> bool:
    if word in words.vocabulary or len(word) > 40:
        return True
    if "-" in word:
        return all(_known(part, words) for part in word.split("-") if part)
    for cut in range(3, len(word) - 3):
        left, right = word[:cut], word[cut:]
        if right in words.vocabulary and (
            left in words.vocabulary or left.removesuffix("s") in words.vocabulary
        ):
            return True
    return False
