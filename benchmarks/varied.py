"""As many Dutch stories as a benchmark needs, made by varying sentences of `corpora/ontwikkelset`.

Sentences of the held-out fifth take no part, and neither do the stories of the example: what is tuned on these texts
may still be scored on those. Names, streets, numbers and dates are invented and put in, so that de-identification has
its usual work. Nearly all sentences differ from each other, as in real deliveries: else every cache would flatter us.

Run: python -m benchmarks.varied 20000 stories.csv
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
SEED = 20260101
FIRST = (
    "Aaltje", "Bram", "Cato", "Daan", "Elif", "Femke", "Gijs", "Hanna", "Ilse", "Jelle", "Karim", "Lotte",
    "Mehmet", "Naima", "Oscar", "Petra", "Quinten", "Roos", "Sjoerd", "Trudy", "Umut", "Vera", "Wouter",
    "Xander", "Yara", "Zeynep", "Anouk", "Bilal", "Corrie", "Dirk", "Esther", "Fatima", "Gerrit", "Henk",
    "Ingrid", "Joris", "Kees", "Leyla", "Marijke", "Noor", "Omar", "Pieter", "Rachid", "Sanne", "Teun",
    "Ursula", "Willemijn", "Youssef",
)  # fmt: skip
LAST = (
    "Bakker", "van Dijk", "Yilmaz", "de Groot", "Jansen", "van den Berg", "El Amrani", "Visser", "Smit",
    "de Boer", "Mulder", "Kaya", "Bos", "Vos", "Peters", "Hendriks", "van Leeuwen", "Dekker", "Brouwer",
    "de Wit", "Dijkstra", "Smits", "de Graaf", "van der Meer", "Benali", "Kok", "Jacobs", "de Haan",
    "Vermeulen", "van der Veen", "Koster", "Prins", "Huisman", "Postma", "Schouten", "Willems", "Kuipers",
    "Aydin", "Hoekstra", "van Vliet",
)  # fmt: skip
STREETS = (
    "Vlierlaan",
    "Kievitstraat",
    "Molenweg",
    "Zonnebloemplein",
    "Beatrixstraat",
    "Havenkade",
    "Esdoornhof",
)
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november",
    "december",
)  # fmt: skip
OPENERS = (
    "", "", "", "Nou, ", "Kijk, ", "Ja, ", "Weet u, ", "Echt, ", "Eerlijk waar, ", "En nog iets: ", "Ik zeg het maar: ",
    "Wat ik bedoel: ", "Om kort te gaan: ", "Ik herinner me: ", "Zoals ik al zei: ", "Mijn indruk: ", "Vorig jaar al: ",
    "Voor ons gold: ", "Bij ons thuis: ", "Achteraf gezien: ", "Tegen de huisarts zei ik: ", "Op een dag: ",
)  # fmt: skip
CLOSERS = (
    "", "", "", ", vind ik", ", zo voelde dat", ", net als bij de buren", ", en dat al weken", ", zei mijn zus ook",
    ", zo gaat dat", ", bij wijze van spreken", ", in elk geval bij ons", ", om eerlijk te zijn", ", ook in het weekend",
    ", dat weet ik zeker", ", zeker in het begin", ", vooral de eerste tijd", ", toen tenminste", ", als altijd",
    ", en dat is jammer genoeg waar", ", dat vergeet ik niet", ", hoe dan ook", ", dag in dag uit", ", tot nu toe",
)  # fmt: skip
NAMED = (
    "Dat zei {person} van het wijkteam.", "Ik ben toen met {first} naar {address} gegaan.", "{first} belde me op {phone}.",
    "Mevrouw {last} kwam op {date} bij ons langs.", "Mijn zoon {first} is nu {age} jaar.", "Wij wonen aan de {address}.",
    "Meneer {last} heeft het later opgelost.", "Mail maar naar {mail}, zei {first}.", "Sinds {date} helpt {person} ons.",
    "Mijn buurvrouw {first} zag het ook.", "De begeleider, {person}, nam de tijd.", "Op {date} was er een gesprek met {first}.",
)  # fmt: skip
HELD_OUT_FROM = ("t1", "t2", "t3", "t4", "t5", "t6")
MARK = re.compile(r"\[\[(\w+):([^\]]+)\]\]")
MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)})\b")
COUNT = re.compile(
    r"\b(?:twee|drie|vier|vijf|zes|zeven|acht|negen|tien)\b(?= (?:weken|maanden|keer|dagen|uur))"
)
COUNTS = ("twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien")


@dataclass(frozen=True)
class Source:
    """The sentences of one story of the development set, with marks around what identifies, and its theme."""

    theme: str
    sentences: tuple[str, ...]


def held_out(name: str) -> bool:
    """Whether a story of the development set is only for scoring; the same rule as scripts/train_sentiment.py."""
    if name.split("-")[0] not in HELD_OUT_FROM:
        return False
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 5 == 0


@lru_cache(maxsize=1)
def sources(folder: Path = ROOT / "corpora" / "ontwikkelset") -> tuple[Source, ...]:
    """The stories that may be varied, in the order of their files."""
    rows = [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return tuple(
        Source(row["thema_hoofd"], tuple(text for text, _ in row["zinnen"]))
        for row in rows
        if not held_out(row["id"])
    )


def varied_stories(number: int, seed: int = SEED) -> list[str]:
    """That many different stories, with fictional names in them.

    The same number and seed give the same stories, and fewer stories are the first of more. A story has 3 to 16
    sentences of the development set that are about one theme, each a little changed, and often one with a name.
    """
    return list(_different(number, seed))


def _different(number: int, seed: int) -> Iterator[str]:
    by_theme: dict[str, list[str]] = {}
    for source in sources():
        by_theme.setdefault(source.theme, []).extend(source.sentences)
    seen: set[bytes] = set()
    for place in range(number):
        random = Random(f"{seed}-{place}")
        story = _story(random, by_theme)
        while (mark := hashlib.sha256(story.encode()).digest()[:12]) in seen:
            story = _story(random, by_theme)
        seen.add(mark)
        yield story


def _story(random: Random, by_theme: dict[str, list[str]]) -> str:
    start = random.choice(sources())
    same = by_theme[start.theme]
    # The length of real stories is skewed: most are short, a few are long.
    length = min(16, 3 + int(random.expovariate(1 / 4)))
    own = list(start.sentences)[:length]
    chosen = own + [random.choice(same) for _ in range(length - len(own))]
    told = [_changed(sentence, random) for sentence in chosen]
    if random.random() < 0.6:
        told.insert(random.randrange(1, len(told) + 1), _with_names(random.choice(NAMED), random))
    return " ".join(told)


def _changed(sentence: str, random: Random) -> str:
    """The sentence with another name, month or number where it has one, and often other words around it."""
    text = MARK.sub(lambda found: _invented(found[1], found[2], random), sentence)
    text = MONTH.sub(lambda _: random.choice(MONTHS), text)
    text = COUNT.sub(lambda _: random.choice(COUNTS), text)
    opener, closer = random.choice(OPENERS), random.choice(CLOSERS)
    bare = text.rstrip()
    if closer and bare.endswith("."):
        bare = bare[:-1] + closer + "."
    # A capital after a colon is as people write; one after a comma is not, unless it starts a name.
    if opener.endswith(", ") and not sentence.startswith("[[") and bare[1:2].islower():
        bare = bare[0].lower() + bare[1:]
    return opener + bare


def _with_names(pattern: str, random: Random) -> str:
    first, last = random.choice(FIRST), random.choice(LAST)
    street = f"{random.choice(STREETS)} {random.randint(1, 240)}"
    return pattern.format(
        first=first,
        last=last[0].upper() + last[1:],
        person=f"{first} {last}",
        address=street,
        phone=f"06-{random.randint(10_000_000, 99_999_999)}",
        date=f"{random.randint(1, 28)} {random.choice(MONTHS)} {random.choice((2024, 2025))}",
        age=random.randint(3, 24),
        mail=f"{first.lower()}.{last.split()[-1].lower()}@voorbeeld.example",
    )


def _invented(kind: str, said: str, random: Random) -> str:
    """Something else of the same kind in the place of what identifies; the rarer kinds stay as they are."""
    if kind == "persoon":
        capital = " " in said
        return f"{random.choice(FIRST)} {random.choice(LAST)}" if capital else random.choice(FIRST)
    if kind == "leeftijd":
        return re.sub(r"\d+", lambda _: str(random.randint(18, 88)), said)
    if kind == "adres":
        return f"{random.choice(STREETS)} {random.randint(1, 240)}"
    if kind == "telefoon":
        return f"06-{random.randint(10_000_000, 99_999_999)}"
    return said


def main() -> None:
    """Write stories to a CSV with the columns id and tekst."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("number", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    with options.file.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "tekst"])
        stories = varied_stories(options.number, options.seed)
        writer.writerows((f"V{place:06d}", story) for place, story in enumerate(stories))


if __name__ == "__main__":
    main()
