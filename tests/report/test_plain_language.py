"""The fixed Dutch texts of the reports at level B1: short sentences and common words."""

from __future__ import annotations

import html
import re
import shutil
from pathlib import Path

import pytest

from toolkit.questionnaire.readability import difficult_words, flesch_douma, split, syllables, words
from toolkit.report.document import write_parts

FIXTURE = Path(__file__).parent / "fixture"
TEMPLATES = Path(__file__).parents[2] / "toolkit" / "templates"
REPORTS = sorted(TEMPLATES.glob("*/rapport.qmd"))
B1 = 60.0  # Flesch-Douma, "gewoon"
LONGEST = 25  # words; names of themes and wijken in a row make some sentences longer than we would write them
LEAST = 8  # sentences: a score over fewer says nothing
NAMES = {"evaluatie"}  # words that municipalities use as the name of a thing
_NOT_PROSE = re.compile(
    r"\s*(?::::|\||\{\{<|!\[|#|```|:\s|>|\+--|<)|.*(?:☐|\\_\\_)"
)  # the last: a form to fill in


def prose(markdown: str) -> list[str]:
    """The sentences of a document that are no heading, table, caption, quote or include."""
    text = re.sub(r"\A---\n.*?\n---\n", "", markdown, flags=re.DOTALL)
    kept = [line for line in text.splitlines() if not _NOT_PROSE.match(line)]
    text = html.unescape("\n".join(kept))
    text = re.sub(r"\[([^\]]*)\]\{[^}]*\}", r"\1", text)
    text = re.sub(r"\([^)]*\)|[*_`]|@\w+-\S+|\[Vul in:[^\]]*\]", "", text)
    return [one for one in split(text) if len(words(one)) > 3]


def score(sentences: list[str]) -> float:
    found = [word for one in sentences for word in words(one)]
    return flesch_douma(len(found), len(sentences), sum(syllables(word) for word in found))


def too_hard(sentences: list[str]) -> list[str]:
    """Sentences that are too long, and difficult words."""
    found = [one for one in sentences if len(words(one)) > LONGEST]
    return found + sorted(difficult_words(word for one in sentences for word in words(one)) - NAMES)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    report = tmp_path_factory.mktemp("b1") / "rapport"
    shutil.copytree(TEMPLATES / "evaluatie", report)
    folder = write_parts(report, FIXTURE)
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}


@pytest.mark.parametrize("template", REPORTS, ids=lambda path: path.parent.name)
def test_the_words_of_a_template(template: Path) -> None:
    sentences = prose(template.read_text(encoding="utf-8"))
    assert len(sentences) >= LEAST
    assert score(sentences) >= B1
    assert too_hard(sentences) == []


def test_the_words_that_are_made_from_numbers(parts: dict[str, str]) -> None:
    told = {name: prose(text) for name, text in parts.items()}
    scores = {name: score(sentences) for name, sentences in told.items() if len(sentences) >= LEAST}
    assert len(scores) >= 5, "too little prose found: is it still read?"
    assert {name: round(found) for name, found in scores.items() if found < B1} == {}
    assert {name: found for name, sentences in told.items() if (found := too_hard(sentences))} == {}


def test_the_gate_sees_difficult_text() -> None:
    hard = (
        "Ten behoeve van de implementatie van het voorzieningenniveau wordt door de gemeentelijke organisatie "
        "geconstateerd dat de desbetreffende beleidsinstrumenten onvoldoende toereikend functioneren met "
        "betrekking tot de gestelde doelstellingen, hetgeen aanvullende maatregelen noodzakelijk maakt.\n"
    )
    assert score(prose(hard)) < 30
    assert len(too_hard(prose(hard))) > 1
