"""De-identification: offsets, placeholders, persons that stay one, and hostile or odd input."""

from __future__ import annotations

import dataclasses
import itertools
import logging
import random
import re
import subprocess
import sys
import time
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.evaluation.score_deidentify import unmark
from toolkit.errors import ToolkitError
from toolkit.stories.deidentify import Deidentified, Lists, Mention, deidentify, find_mentions, spans_table
from toolkit.stories.lexicon import read_list
from toolkit.stories.mentions import KINDS, words_of

STORY = (
    "Fatima el Idrissi hielp mij. Ik belde fatima op 06-12345678 en zij kwam naar Kerfdijk 12b. "
    "Mevrouw El Idrissi bleef een uur; Fatima's collega Storm ook. Mijn zoon Bilal is 12."
)


def test_one_person_keeps_one_placeholder():
    assert deidentify([STORY])[0].text == (
        "[persoon-1] hielp mij. Ik belde [persoon-1] op [telefoon] en zij kwam naar [adres]. "
        "Mevrouw [persoon-1] bleef een uur; [persoon-1] collega [persoon-2] ook. "
        "Mijn zoon [persoon-3] is [leeftijd]."
    )


def test_persons_are_numbered_per_text():
    first, second = deidentify(["Karim kwam. Later kwam Joke.", "Joke kwam."])
    assert first.text == "[persoon-1] kwam. Later kwam [persoon-2]."
    assert second.text == "[persoon-1] kwam."


def test_other_kinds_are_numbered_only_when_there_are_more():
    one, two, same = deidentify(
        ["Op 3 april viel ik.", "Op 3 april en 9 mei.", "Bel 0612345678, dus 06-12345678."]
    )
    assert one.text == "Op [datum] viel ik."
    assert two.text in ("Op [datum-1] en [datum-2].", "Op [datum].")
    assert same.text == "Bel [telefoon], dus [telefoon]."


def test_initials_and_possessives_belong_to_the_person():
    text = deidentify(["J. de Vries belde. De heer De Vries kwam. Jochem sprak, en Jochems broer zweeg."])[
        0
    ].text
    assert (
        text == "[persoon-1] belde. De heer [persoon-1] kwam. [persoon-2] sprak, en [persoon-2] broer zweeg."
    )


def test_numbers_go_on_after_placeholders_that_stand_in_the_text():
    text = deidentify(["[persoon-2] en Fatima kwamen naar [adres]."])[0].text
    assert text == "[persoon-2] en [persoon-3] kwamen naar [adres]."


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_offsets_are_code_points_of_the_text_as_given(form):
    text = unicodedata.normalize(form, "👩🏽‍🦱👍 Gülay en José uit Curaçao belden naar 06 12 34 56 78 👍.")
    mentions = find_mentions([text])[0]
    found = [unicodedata.normalize("NFC", text[m.start : m.end]) for m in mentions]
    assert found == ["Gülay", "José", "06 12 34 56 78"]


def test_extra_lists_add_names_and_institutions():
    text = "Ik sprak met Zwelgje van Zorg en Zo in de hal."
    lists = Lists(frozenset({"Zwelgje Van Oever"}), frozenset({"Zorg en Zo"}))
    found = [(text[m.start : m.end], m.kind) for m in find_mentions([text], lists)[0]]
    assert ("Zwelgje", "persoon") in found
    assert ("Zorg en Zo", "instelling") in found


def test_the_table_says_where_and_not_what():
    results = deidentify(["Karim belde.", "nvt"])
    table = spans_table(["a", "b"], results)
    assert table.to_dict("records") == [{"id": "a", "start": 0, "eind": 5, "soort": "persoon"}]
    assert list(spans_table([], []).columns) == ["id", "start", "eind", "soort"]
    assert "Karim" not in table.to_csv()


def test_results_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Mention(0, 1, "persoon").start = 2  # type: ignore[misc]


def test_progress_tells_in_dutch():
    told: list[str] = []
    find_mentions(["Karim belde."] * 200, progress=told.append)
    assert told[0].startswith("Woordenlijsten")
    assert told[-1] == "Namen verwijderd uit 200 van 200 verhalen."


def test_loading_leaves_logging_and_the_disk_alone():
    code = (
        "import logging, sys; before = list(logging.root.handlers), logging.root.level;"
        "from toolkit.stories.deidentify import deidentify; deidentify(['Karim belde.']);"
        "assert (list(logging.root.handlers), logging.root.level) == before;"
        "assert 'deduce' not in sys.modules and 'spacy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True)
    assert logging.root.level != logging.DEBUG


def test_a_list_that_cannot_be_read_says_so_in_dutch(tmp_path):
    with pytest.raises(ToolkitError, match=r"namen\.txt kan niet gelezen worden"):
        read_list(tmp_path / "namen.txt")


ODD = [
    "",
    " ",
    ".",
    "nvt",
    "🙂🙂👩‍👩‍👧",
    "<b>Karim</b><script>alert('06-12345678')</script>",
    "=SUM(A1)",
    "{{< include geheim.txt >}} $100 & 50%",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "[[[persoon-1]]] [persoon-] [adres-9999999999]",
    "السلام عليكم اسمي فاطمة ורחל גרה כאן",
    "a\u0301\u0302\u0303 \u200b\u202e e\u0308",
    "A" * 20_000,
    "a@" * 3_000,
    "1 " * 5_000,
    "nummer " * 3_000,
    "van de " * 3_000,
    "Mijn. " * 3_000,
    "\x00\x01 \ud83d Karim",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_texts_are_survived_quickly(text):
    start = time.perf_counter()
    result = deidentify([text])[0]
    assert time.perf_counter() - start < 10
    assert deidentify([result.text])[0] == Deidentified(result.text, ())


def test_html_keeps_its_tags_and_loses_its_name():
    assert deidentify(["<b>Karim</b> belde"])[0].text == "<b>[persoon-1]</b> belde"


def test_ten_thousand_words():
    text = " ".join(["Karim belde mij op 3 mei en ik woon in Wielwijk."] * 1_000)
    start = time.perf_counter()
    result = deidentify([text])[0]
    assert time.perf_counter() - start < 20
    assert "Karim" not in result.text
    assert "Wielwijk" not in result.text
    assert len(result.mentions) == 3_000


PARTS = [
    "Karim", "fatima", "mevrouw", "de Wit", "Roos", "J.", "Van den Berg", "belde", "woont in",
    "Wielwijk", "Dordrecht", "op 3 april", "06-12345678", "van 82", "is 14", "jaar", ".", ",", "\n", "(",
    ")", "🙂", "é", "e\u0301", "<b>", "[persoon-1]", "[adres]", "basisschool", "De Wilgentak",
    "NL91 ABNA 0417 1643 00", "3317 px", "Kerfdijk 12b", "ik heet", "MEVROUW", "=SUM(A1)", "kenteken",
    "12-ABC-3", "a@b.nl", "www.x.nl", "bsn 123456782", "het wijkteam", "mijn zoon", "uit", "en", "'s",
    "’s", "اسمي",
]  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PARTS), max_size=25), st.sampled_from([" ", "", "  "]))
def test_mentions_are_sorted_apart_inside_and_final(parts, glue):
    _holds(glue.join(parts))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_survived(text):
    _holds(text)


def _holds(text: str) -> None:
    mentions = find_mentions([text])[0]
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.kind in KINDS
    for one, next_one in itertools.pairwise(mentions):
        assert one.end <= next_one.start
    result = deidentify([text])[0]
    assert list(result.mentions) == mentions
    rest = [text[a:b] for a, b in _between(mentions, len(text))]
    position = 0
    for part in rest:
        # all that is not a mention stands in the result, in order
        position = result.text.index(part, position) + len(part)
    again = deidentify([result.text])[0]
    assert again.text == result.text
    assert again.mentions == ()


def _between(mentions: list[Mention], length: int) -> list[tuple[int, int]]:
    edges = [0, *(edge for m in mentions for edge in (m.start, m.end)), length]
    return [(edges[i], edges[i + 1]) for i in range(0, len(edges), 2)]


def test_order_of_texts_does_not_matter():
    texts = [STORY, "Bilal belde.", "", "Mevrouw Roos is 81."]
    shuffled = texts[:]
    random.Random(4).shuffle(shuffled)
    results = dict(zip(texts, deidentify(texts), strict=True))
    assert all(result == results[text] for text, result in zip(shuffled, deidentify(shuffled), strict=True))


def test_a_text_in_capitals_has_no_capitals_that_mean_something():
    assert not any(word.capital for word in words_of("IK BEN NIET GEHOORD DOOR DE GEMEENTE EN DE SDD"))


def test_three_hundred_stories_in_twenty_seconds():
    texts = [f"{STORY} Dat was verhaal {number} en ik woon in Sterrenburg. " * 2 for number in range(300)]
    start = time.perf_counter()
    deidentify(texts)
    assert time.perf_counter() - start < 20


def test_unmark_gives_the_offsets_of_the_text_without_marks():
    text, gold = unmark("Dag [[persoon:Ans]], bel [[telefoon:06]]!")
    assert text == "Dag Ans, bel 06!"
    assert [(text[m.start : m.end], m.kind) for m in gold] == [("Ans", "persoon"), ("06", "telefoon")]
    assert not re.search(r"\[\[", text)


def test_places_of_the_project_are_known() -> None:
    """A wijk that no list of ours holds, and a double name; where nobody lives the place stays."""
    text = "Ik woon al tien jaar op de Kwakelkade. Mijn zus kwam uit Zwettemeer. Het wijkteam Kwakelkade belde terug."
    (plain,) = deidentify([text])
    (known,) = deidentify([text], Lists(places=frozenset({"Kwakelkade/Zwettemeer"})))
    assert "Zwettemeer" in plain.text
    assert known.text == (
        "Ik woon al tien jaar op de [plaats-1]. Mijn zus kwam uit [plaats-2]. Het wijkteam Kwakelkade belde terug."
    )


HOSTILE = {
    "letters": "a",
    "capitals": "Q",
    "digits": "1",
    "spaced digits": "1 ",
    "capital words": "Qwert ",
    "at": "a@a.",
    "dots": "A.",
    "dashes": "1-",
    "ages": "is 8 en ",
    "streets": "Van De Laan ",
    "lived": "woon in de ",
    "senders": "1:1 ",
    "brackets": "(1, ",
    "cues": "nummer van ",
    "combining": "é\u0301",
    "emoji": "👩‍👩‍👧 ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_time_grows_with_the_length_and_no_faster(unit):
    """Four times the text takes at most some six times as long: no pattern looks back over all it has seen."""

    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        begin = time.perf_counter()
        find_mentions([text])
        return time.perf_counter() - begin

    find_mentions(["warm"])
    short, long = (min(seconds(size) for _ in range(2)) for size in (4_000, 16_000))
    assert long < 7 * short + 0.1


def test_a_hundred_thousand_characters_without_a_space():
    start = time.perf_counter()
    for text in ("a" * 100_000, "Ab" * 50_000, "0" * 100_000, " ".join(["Qwertova"] * 10_000)):
        find_mentions([text])
    assert time.perf_counter() - start < 20


NAMES = ["Fatima", "Jan", "Oleksandra", "Tjitske", "Shurendy"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(NAMES),
    st.text(alphabet="🙂👩🏽‍🦱\u0301\u0308e\u200d ", max_size=12),
)
def test_offsets_hold_with_emoji_and_combining_characters(name, noise):
    text = f"{noise} Ik sprak met {name} over {noise}. {name} belde."
    spans = [(one.start, one.end) for one in find_mentions([text])[0] if one.kind == "persoon"]
    assert [text[start:end] for start, end in spans] == [name, name]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PARTS), max_size=15), st.sampled_from(["weg", "maand", "jaar"]))
def test_with_months_and_bands_again_changes_nothing_too(parts, dates):
    lists = Lists(dates=dates, ages="klasse")
    once = deidentify([" ".join(parts)], lists)[0].text
    assert deidentify([once], lists)[0] == Deidentified(once, ())


def test_initials_first_name_and_a_slip_of_the_pen_are_one_person():
    text = deidentify(
        [
            "Abdirahman Farah kwam. A. Farah bleef. Mevrouw Farah ook; Abdirahmen lachte. Marian en Marjan keken."
        ]
    )[0].text
    assert text == (
        "[persoon-1] kwam. [persoon-1] bleef. Mevrouw [persoon-1] ook; [persoon-1] lachte. "
        "[persoon-2] en [persoon-3] keken."
    )
