from __future__ import annotations

import numpy as np
import pytest

from toolkit.stories.tone import FEATURES, tone_features, tone_words


def sign(sentence: str, name: str) -> float:
    return float(tone_features([sentence])[0, FEATURES.index(name)])


@pytest.mark.parametrize(
    ("sentence", "balance"),
    [
        ("De hulp was goed.", 1),
        ("De hulp was niet goed.", -1),
        ("Zij was niet onvriendelijk.", 1),
        ("Ze luisterden niet.", -1),
        ("Niet alleen dat: het was fijn.", 1),  # the colon ends the reach of the negation
        ("Het is dinsdag.", 0),
        ("", 0),
    ],
)
def test_negation_turns_a_tone_word_round(sentence: str, balance: int) -> None:
    assert sign(sentence, "saldo") == balance


def test_after_a_contrast_only_what_follows_counts() -> None:
    assert sign("Traag, maar wel heel vriendelijk.", "saldo") == 0
    assert sign("Traag, maar wel heel vriendelijk.", "saldo na tegenstelling") == 1
    assert sign("Vriendelijk, maar traag.", "saldo na tegenstelling") == -1


def test_signs_of_waiting() -> None:
    sentence = "Ik wacht nog steeds, al 11 weken!"
    for name in ("nog steeds", "tijdsduur", "getal", "uitroep", "ik of wij", "pas of al"):
        assert sign(sentence, name) == 1, name
    assert sign(sentence, "binnen") == 0


def test_one_row_a_sentence_and_capitals_do_not_matter() -> None:
    rows = tone_features(["SLECHT geholpen", "slecht Geholpen", ""])
    assert rows.shape == (3, len(FEATURES))
    np.testing.assert_array_equal(rows[0], rows[1])
    assert not rows[2].any()
    assert tone_features([]).shape == (0, len(FEATURES))


def test_no_word_is_good_and_bad_at_once() -> None:
    from importlib.resources import files

    lines = (
        (files("toolkit") / "stories" / "lists" / "toonwoorden.txt").read_text(encoding="utf-8").splitlines()
    )
    words = [line.split() for line in lines if not line.startswith("#") and line not in ("+", "-")]
    flat = [word for line in words for word in line]
    assert len(flat) == len(set(flat)) > 500
    good, bad = tone_words()
    assert not [word for word in flat if word.rstrip("*") in good and word.rstrip("*") in bad]
    assert "vriendelijkste" in good and "vriend" not in good
