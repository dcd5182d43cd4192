"""How easy the Dutch texts of a questionnaire are: sentence length, difficult words, and Flesch-Douma.

Flesch-Douma = 206.84 - 77 × syllables per word - 0.93 × words per sentence (Douma 1960, De leesbaarheid van
landbouwbladen), counted over all texts together. It is a rough measure: it knows lengths, not meanings. LiNT
knows more, and needs models that cannot be downloaded everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files

from toolkit.questionnaire.model import DUTCH, Questionnaire

LONGEST_SENTENCE = 15  # words; a usual limit for texts at level B1
_LONG_WORD = 4  # syllables
_B1 = 60.0
_LEVELS = (
    (90, "zeer makkelijk"), (80, "makkelijk"), (70, "vrij makkelijk"), (60, "gewoon"), (50, "vrij moeilijk"),
    (30, "moeilijk"), (float("-inf"), "zeer moeilijk"),
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?…:]+(?:\s+|$)|\n+")
# Vowels that sound as one, longest first; a letter with a diaeresis begins a syllable of its own.
_VOWELS = re.compile(
    r"aai|ooi|oei|eeu|ieu|aa|ee|oo|uu|ie|oe|eu|ui|ei|ij|au|ou|[aeiouyáàâäéèêëíìîïóòôöúùûü]", re.IGNORECASE
)


@dataclass(frozen=True)
class Remark:
    """One place that could be easier: where, what was found, and what to do."""

    where: str
    found: str
    advice: str

    def sentence(self) -> str:
        """The remark as a line for people."""
        return f"{self.where}: {self.found} {self.advice}"


@dataclass(frozen=True)
class Report:
    """The whole questionnaire: Flesch-Douma, words per sentence, syllables per word, and the remarks."""

    score: float
    words: int
    sentences: int
    syllables: int
    remarks: tuple[Remark, ...]

    @property
    def level(self) -> str:
        """The score in words."""
        return next(name for lowest, name in _LEVELS if self.score >= lowest)

    def summary(self) -> list[str]:
        """The report in a few Dutch lines."""
        verdict = (
            "Dat past bij taalniveau B1." if self.score >= _B1 else "Voor taalniveau B1 is 60 of hoger nodig."
        )
        per_sentence = f"{self.words / self.sentences:.1f}".replace(".", ",")
        return [
            f"Leesbaarheid (Flesch-Douma): {self.score:.0f}, {self.level}. {verdict}",
            f"{self.words} woorden in {self.sentences} zinnen: gemiddeld {per_sentence} woorden per zin.",
            f"Opmerkingen: {len(self.remarks)}." if self.remarks else "Geen opmerkingen.",
        ]


def readability(questionnaire: Questionnaire) -> Report:
    """How easy the Dutch texts are; answers count as sentences only when they are longer than three words."""
    # Names of areas are what they are.
    names = [f"vraag.{one.name}." for one in questionnaire.questions if one.role == "gebied"]
    texts = [
        (where, text[DUTCH])
        for where, text in questionnaire.texts()
        if not any(where.startswith(name) and not where.endswith(".toelichting") for name in names)
    ]
    sentences = [(where, one) for where, text in texts for one in split(text)]
    counted = [one for where, one in sentences if len(words(one)) > 3 or not where.startswith("antwoorden.")]
    every = [word for one in counted for word in words(one)]
    total = sum(syllables(word) for word in every)
    score = flesch_douma(len(every), len(counted), total)
    easier = _easier()
    remarks = [remark for where, one in sentences for remark in _remarks(where, one, easier)]
    return Report(score, len(every), len(counted), total, tuple(dict.fromkeys(remarks)))


def flesch_douma(word_count: int, sentence_count: int, syllable_count: int) -> float:
    """The formula; 10 words in one sentence with 15 syllables give 82.04. Without words 206.84."""
    if not word_count:
        return 206.84
    return 206.84 - 77 * syllable_count / word_count - 0.93 * word_count / sentence_count


def split(text: str) -> list[str]:
    """The sentences of a text; a line break and a colon end one too."""
    return [part.strip() for part in _SENTENCE.split(text) if words(part)]


def words(text: str) -> list[str]:
    """The words of a text, without numbers."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """Syllables of a Dutch word, by its groups of vowels: "tevreden" 3, "huisarts" 2; never below 1."""
    return max(len(_VOWELS.findall(word)), 1)


def difficult_words(found: Iterable[str]) -> set[str]:
    """Those of these words that stand in the list of difficult ones, in lower case."""
    return {word.lower() for word in found} & set(_easier())


def _easier() -> Mapping[str, str]:
    """Difficult words and an easier way to say them, from the list beside this module."""
    text = (files("toolkit.questionnaire") / "moeilijke_woorden.txt").read_text(encoding="utf-8")
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#"))
    return {word.strip(): plain.strip() for word, plain in pairs}


def _remarks(where: str, sentence: str, easier: Mapping[str, str]) -> Iterator[Remark]:
    found = words(sentence)
    if len(found) > LONGEST_SENTENCE:
        start = " ".join(found[:5])
        yield Remark(where, f'de zin "{start} ..." heeft {len(found)} woorden.', "Maak er twee zinnen van.")
    for word in found:
        plain = easier.get(word.lower())
        if plain:
            yield Remark(where, f'"{word}" is een moeilijk woord.', f"Makkelijker: {plain}.")
        elif syllables(word) > _LONG_WORD:
            yield Remark(where, f'"{word}" is een lang woord.', "Kan het korter, of met een voorbeeld erbij?")
