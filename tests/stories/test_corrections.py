"""Corrections of people: what they add, what they let stay, and that doing it again changes nothing."""

from __future__ import annotations

import pytest

from toolkit.errors import DataError
from toolkit.stories.coarsen import coarse_age, coarse_date
from toolkit.stories.corrections import (
    apply_corrections,
    merge_corrections,
    read_corrections,
    write_corrections,
)
from toolkit.stories.deidentify import Lists, deidentify
from toolkit.stories.lexicon import Correction

TEXT = "Zwelgje kwam met Karim langs. Later belde zwelgje weer."


def test_a_missed_word_is_taken_out_wherever_it_stands():
    lists = Lists(corrections=(Correction("", "zwelgje", "persoon"),))
    assert deidentify([TEXT], lists)[0].text == (
        "[persoon-1] kwam met [persoon-2] langs. Later belde [persoon-1] weer."
    )


def test_what_a_reviewer_lets_stay_stays_in_that_story_only():
    lists = Lists(corrections=(Correction("1", "Karim", "blijft"),))
    one, other = deidentify(["Karim belde.", "Karim belde."], lists, ids=["1", "2"])
    assert (one.text, other.text) == ("Karim belde.", "[persoon-1] belde.")


def test_another_kind():
    lists = Lists(corrections=(Correction("", "Karim", "instelling"),))
    assert deidentify(["Ik werk bij Karim."], lists)[0].text == "Ik werk bij [instelling]."


def test_the_storys_own_verdict_goes_before_that_of_all_stories():
    both = (Correction("", "Karim", "persoon"), Correction("7", "Karim", "blijft"))
    assert apply_corrections("Karim", both) == ([], [(0, 5)])


def test_again_with_the_same_corrections_changes_nothing():
    lists = Lists(
        corrections=(Correction("", "persoon", "instelling"), Correction("", "zwelgje", "persoon")),
        dates="maand",
        ages="klasse",
    )
    text = deidentify([f"{TEXT} Die persoon is 82 en kwam op 3 april 2025 en 4 mei."], lists)[0].text
    assert deidentify([text], lists)[0].text == text


def test_merging_keeps_the_newest_and_one_order():
    old = (Correction("2", "Bos", "persoon"), Correction("", "Zee", "plaats"))
    new = (Correction("2", "bos", "blijft"),)
    merged = merge_corrections(old, new)
    assert merged == (Correction("", "Zee", "plaats"), Correction("2", "bos", "blijft"))
    assert merge_corrections(merged, new) == merged


def test_the_file_is_what_was_written_and_stands_in_raw(tmp_path):
    path = tmp_path / "raw" / "correcties.csv"
    held = (Correction("", "O'Neill, Bas", "persoon"), Correction("3", "=SOM", "blijft"))
    assert read_corrections(path) == ()
    write_corrections(held, path)
    assert read_corrections(path) == held
    with pytest.raises(ValueError, match="raw"):
        write_corrections(held, tmp_path / "correcties.csv")


def test_all_problems_are_told_at_once_without_the_words(tmp_path):
    path = tmp_path / "correcties.csv"
    path.write_text("verhaal,tekst,soort\n1,Geheim,persoo\n2,,persoon\n3,Geheim,\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_corrections(path)
    told = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "Geheim" not in told
    assert "persoon" in told


@pytest.mark.parametrize(
    ("text", "month", "year"),
    [
        ("3 april 2025", "april 2025", "2025"),
        ("12-05-2024", "mei 2024", "2024"),
        ("2024-05-12", "mei 2024", "2024"),
        ("23 sept.", "september", ""),
        ("4 en 18 november", "november", ""),
        ("11-08-48", "augustus 1948", "1948"),
        ("3/11", "november", ""),
        ("9 febuari '26", "februari 2026", "2026"),
    ],
)
def test_dates_become_a_month_or_a_year(text, month, year):
    assert coarse_date(text, "maand") == month
    assert coarse_date(text, "jaar") == year
    assert coarse_date(text, "weg") == ""


@pytest.mark.parametrize(
    ("text", "band"),
    [
        ("82 jaar", "75-84 jaar"),
        ("tweeëntachtig", "75-84 jaar"),
        ("61e", "45-64 jaar"),
        ("drieënvijftigste", "45-64 jaar"),
        ("85", "85 jaar of ouder"),
        ("honderdtwee", "85 jaar of ouder"),
        ("3 maanden", "0-3 jaar"),
        ("15 maanden", "0-3 jaar"),
        ("anderhalf", "0-3 jaar"),
        ("14;6", "12-17 jaar"),
        ("1951", ""),
        ("'41", ""),
    ],
)
def test_ages_become_a_band(text, band):
    assert coarse_age(text, "klasse") == band
    assert coarse_age(text, "weg") == ""


def test_dates_and_ages_keep_what_the_corpus_allows():
    lists = Lists(dates="maand", ages="klasse")
    text = "Op 3 april 2025 viel mijn moeder van 82. Ik ben van 1951."
    assert deidentify([text], lists)[0].text == (
        "Op [datum: april 2025] viel mijn moeder van [leeftijd: 75-84 jaar]. Ik ben van [leeftijd]."
    )
