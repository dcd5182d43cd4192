from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import DataError
from toolkit.stories.coding import COLUMNS, from_qda, read_codings, reliabilities, to_qda
from toolkit.stories.language import split_sentences
from toolkit.stories.refi import Code, stable_guid, write_project
from toolkit.stories.refi_read import read_qda

TEXTS = {"1": "Café dicht 👍. Ik wachtte lang.\r\nDe rekening kwam toch.", "2": "Goed geholpen. Snel ook."}
SENTENCES = pd.DataFrame(
    [
        {"story": name, "sentence": number, "start": one.start, "end": one.end}
        for name, text in TEXTS.items()
        for number, one in enumerate(split_sentences(text))
    ]
)
KNOWN = {"wacht": "Wachten op hulp", "geld": "Geld"}


def table(rows: list[list[object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


def test_codings_by_sentence_by_place_and_of_a_whole_story(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        "verhaal;zin;begin;eind;code;codeur\n1;2;;;wacht;Anne\n1;;5;10;Geld;\n2;;;;Wachten op hulp;Bo\n2;1;;;;Bo\n",
        "utf-8",
    )
    found = read_codings(path, TEXTS, SENTENCES, KNOWN, "Cas")
    pieces = [TEXTS[row.verhaal][row.begin : row.eind] for row in found.itertuples()]
    assert pieces == ["Ik wachtte lang.", "dicht", TEXTS["2"]]
    assert found["code"].tolist() == ["wacht", "geld", "wacht"]
    assert found["codeur"].tolist() == ["Anne", "Cas", "Bo"]


def test_all_mistakes_are_told_and_no_text_of_a_story(tmp_path: Path) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(
        "verhaal;zin;begin;eind;code;codeur\n9;1;;;wacht;A\n1;7;;;wacht;A\n1;;5;900;wacht;A\n1;1;;;gelt;A\n1;1;;;geld;\n1;x;;;geld;A\n",
        "utf-8",
    )
    with pytest.raises(DataError) as error:
        read_codings(path, TEXTS, SENTENCES, KNOWN, "")
    assert len(error.value.problems) == 6
    assert "Bedoelt u 'geld'?" in str(error.value) and "Café" not in str(error.value)


def test_what_another_program_sends_back_lands_on_the_same_words(tmp_path: Path) -> None:
    codes = (Code(stable_guid("code", "wacht"), "Wachten"),)
    begin = TEXTS["1"].index("👍")
    codings = table(
        [
            ["1", begin, begin + 1, "", codes[0].guid, "Anne"],
            ["1", 13, 28, "", codes[0].guid, "Bo"],
            ["2", 0, len(TEXTS["2"]), "", codes[0].guid, "Bo"],
        ]
    )
    write_project(tmp_path / "p.qdpx", to_qda("v", codes, TEXTS, codings))
    project = read_qda(tmp_path / "p.qdpx")
    found = from_qda(project, "p.qdpx", TEXTS)
    assert (
        found[["verhaal", "begin", "eind", "code", "codeur"]].to_numpy().tolist()
        == codings[["verhaal", "begin", "eind", "code", "codeur"]].to_numpy().tolist()
    )
    with pytest.raises(DataError, match="anders dan het verhaal nu"):
        from_qda(project, "p.qdpx", {**TEXTS, "1": TEXTS["1"].replace("\r\n", "\n")})
    with pytest.raises(DataError, match="geen naam van een verhaal"):
        from_qda(project, "p.qdpx", {"9": "x"})


def test_agreement_per_code_counts_sentences_of_stories_that_several_coded() -> None:
    """Story 1 has three sentences, coded by two; story 2 by one alone. Both gave "w" to the second sentence,
    one also to the third: values per sentence nn jj jn -> Do = 2/6, De = 2*3*3/(6*5), alpha = 1 - (1/3)/(3/5) = 4/9."""
    spans = SENTENCES[SENTENCES["story"] == "1"]
    second, third = spans.iloc[1], spans.iloc[2]
    codings = table(
        [
            ["1", second.start, second.end, "", "w", "A"],
            ["1", second.start + 3, second.start + 5, "", "w", "B"],
            ["1", third.start, third.end, "", "w", "B"],
            ["2", 0, 4, "", "w", "A"],
        ]
    )
    found, divided = reliabilities(codings, SENTENCES, 1)
    assert [(one.code, one.given, one.alpha.units) for one in found] == [("w", 3, 3)]
    assert found[0].alpha.value == pytest.approx(4 / 9)
    assert divided.to_dict("records") == [{"verhaal": "1", "zin": 3, "code": "w", "wie": "ja: B; nee: A"}]
    assert reliabilities(codings[codings["codeur"] == "A"], SENTENCES, 1)[0] == []
