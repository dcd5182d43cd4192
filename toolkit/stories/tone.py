"""Signs of judgement in a Dutch sentence that can be named: tone words with their negation, contrast, waiting.

They stand beside embeddings and hashed words in the sentiment model: an embedding tells what a sentence is about,
these tell which way it turns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from toolkit.stories.language import for_models

NEGATIONS = frozenset(
    [
        "niet",
        "geen",
        "nooit",
        "niemand",
        "niets",
        "niks",
        "nergens",
        "zonder",
        "nauwelijks",
        "amper",
        "weinig",
        "allerminst",
        "allesbehalve",
        "nix",
        "geeneens",
        "noch",
        "evenmin",
    ]
)
CONTRASTS = frozenset(
    [
        "maar",
        "toch",
        "echter",
        "alleen",
        "helaas",
        "ondanks",
        "hoewel",
        "terwijl",
        "desondanks",
        "gelukkig",
        "daarentegen",
    ]
)
STRONGER = frozenset(
    [
        "heel",
        "erg",
        "zeer",
        "ontzettend",
        "echt",
        "enorm",
        "zo",
        "super",
        "vreselijk",
        "hartstikke",
        "veel",
        "bijzonder",
        "volstrekt",
        "compleet",
        "totaal",
    ]
)
TIME_UNITS = re.compile(r"^(uur|uren|dag|dagen|week|weken|maand|maanden|jaar|jaren|kwartaal)$")
NUMBERS = frozenset(
    [
        "twee",
        "drie",
        "vier",
        "vijf",
        "zes",
        "zeven",
        "acht",
        "negen",
        "tien",
        "elf",
        "twaalf",
        "dertien",
        "veertien",
        "twintig",
        "dertig",
        "anderhalf",
        "half",
        "anderhalve",
        "tig",
    ]
)
_WORDS = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[,;:.!?]")
_REACH = 4  # words that a negation before a tone word may stand off
_AFTER = 2  # words that a negation after it may stand off: "ze luisterden niet"

FEATURES = (
    "goed", "slecht", "ontkend goed", "ontkend slecht", "saldo", "saldo na tegenstelling", "saldo einde", "ontkenningen",
    "tegenstelling", "versterking", "uitroep", "vraag", "tijdsduur", "getal", "nog steeds", "binnen", "pas of al",
    "ik of wij", "zij of hij", "woorden",
)  # fmt: skip


@dataclass(frozen=True)
class ToneWords:
    """Words of one pole: whole ones, and beginnings that stand for every continuation."""

    whole: frozenset[str]
    beginnings: tuple[str, ...]

    def __contains__(self, word: str) -> bool:
        return word in self.whole or word.startswith(self.beginnings)


@lru_cache(maxsize=1)
def tone_words() -> tuple[ToneWords, ToneWords]:
    """The shipped words that say something good, and those that say something bad."""
    text = (files("toolkit") / "stories" / "lists" / "toonwoorden.txt").read_text(encoding="utf-8")
    words: dict[str, list[str]] = {"+": [], "-": []}
    sign = "+"
    for line in text.splitlines():
        if line in words:
            sign = line
        elif not line.startswith("#"):
            words[sign] += line.split()
    good, bad = (
        ToneWords(
            frozenset(word for word in of if not word.endswith("*")),
            tuple(word[:-1] for word in of if word.endswith("*")),
        )
        for of in words.values()
    )
    return good, bad


def tone_features(sentences: Sequence[str]) -> npt.NDArray[np.float64]:
    """One row a sentence, one column a sign of FEATURES; counts, or 0 and 1.

    `saldo` is good minus bad with negation turned round; "na tegenstelling" counts only what follows the last
    "maar", "toch" or the like.
    """
    known = {sentence: _features(sentence) for sentence in dict.fromkeys(sentences)}
    return np.array([known[sentence] for sentence in sentences], dtype=float).reshape(-1, len(FEATURES))


def _features(sentence: str) -> list[float]:
    tokens = _WORDS.findall(for_models(sentence).lower())
    good, bad = tone_words()
    sign = [1 if token in good else -1 if token in bad else 0 for token in tokens]
    negated = [_negated(tokens, place) if sign[place] else False for place in range(len(tokens))]
    turned = [-value if turn else value for value, turn in zip(sign, negated, strict=True)]
    known = set(tokens)
    contrast = max((place for place, token in enumerate(tokens) if token in CONTRASTS), default=-1)
    long = any(TIME_UNITS.match(token) for token in tokens)
    return [
        sum(value > 0 and not turn for value, turn in zip(sign, negated, strict=True)),
        sum(value < 0 and not turn for value, turn in zip(sign, negated, strict=True)),
        sum(value > 0 and turn for value, turn in zip(sign, negated, strict=True)),
        sum(value < 0 and turn for value, turn in zip(sign, negated, strict=True)),
        sum(turned),
        sum(turned[contrast + 1 :]) if contrast >= 0 else 0,
        sum(turned[-5:]),
        sum(token in NEGATIONS for token in tokens),
        contrast >= 0,
        sum(token in STRONGER for token in tokens),
        "!" in known,
        "?" in known,
        long,
        any(token.isdigit() or token in NUMBERS for token in tokens),
        "steeds" in known or ("nog" in known and bool(known & NEGATIONS)),
        "binnen" in known or bool(known & {"meteen", "direct", "dezelfde", "diezelfde", "zelfde"}),
        bool(known & {"pas", "al", "ineens", "weer", "opnieuw", "alweer"}),
        bool(known & {"ik", "wij", "we", "mij", "me", "mijn", "ons", "onze"}),
        bool(known & {"zij", "ze", "hij", "haar", "hem", "hun"}),
        float(np.log(len(tokens) + 1)),
    ]


def _negated(tokens: Sequence[str], place: int) -> bool:
    """Whether a negation in the same part of the sentence turns the word round."""
    before = list(tokens[max(0, place - _REACH) : place])
    for at in range(len(before) - 1, -1, -1):
        if before[at] in ",;:.!?" or before[at] in CONTRASTS:
            before = before[at + 1 :]
            break
    after = list(tokens[place + 1 : place + 1 + _AFTER])
    for at, token in enumerate(after):
        if token in ",;:.!?" or token in CONTRASTS:
            after = after[:at]
            break
    return bool(NEGATIONS & set(before)) or bool({"niet", "nooit", "nergens"} & set(after))
