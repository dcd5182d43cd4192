from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from survey_files import AREAS, HEADER, MERGE, ROWS, codebook, settings, write_limesurvey, write_sav

from toolkit.errors import DataError
from toolkit.survey.read import SurveyData, read_survey


def read(folder: Path, *files: tuple[str, str]) -> SurveyData:
    return read_survey(folder, "proef", settings(*files), codebook(), AREAS, MERGE)


def problems(folder: Path, rows: tuple[str, ...], header: str = HEADER) -> list[str]:
    write_limesurvey(folder / "a.csv", rows, header)
    with pytest.raises(DataError) as caught:
        read(folder, ("a.csv", "limesurvey-csv"))
    return [f"{p.row}|{p.column}|{p.message}|{p.remedy}" for p in caught.value.problems]


def test_limesurvey_and_sav_become_one_table(tmp_path: Path) -> None:
    write_limesurvey(tmp_path / "lime.csv")
    write_sav(tmp_path / "partner.sav")
    data = read(tmp_path, ("lime.csv", "limesurvey-csv"), ("partner.sav", "sav"))
    frame = data.respondents.set_index("respondent")
    assert list(frame.index) == ["lime-1", "lime-2", "lime-3", "lime-7", "partner-11", "partner-12"]
    assert list(frame["area"]) == ["WK050501", "WK050502", "WK050502", "WK050502", "WK050501", "WK050502"]
    assert frame.loc["lime-3", "wijk"] == "WK050519"  # the answer itself is kept
    assert list(frame["geslacht"]) == [
        "man", "anders", "wil-niet-zeggen", "vrouw", "vrouw", "wil-niet-zeggen",
    ]  # fmt: skip
    assert frame.loc["lime-2", "geslacht.tekst"] == "queer"
    assert list(frame["groep"]) == ["jong", "jong", "oud", "leeg", "oud", "jong"]
    assert data.counts == {"volledig": 6, "dubbel": 1, "niet afgemaakt": 2, "proefinzending": 1}


def test_reasons_for_missing_stay_apart(tmp_path: Path) -> None:
    write_limesurvey(tmp_path / "lime.csv")
    write_sav(tmp_path / "partner.sav")
    frame = read(tmp_path, ("lime.csv", "limesurvey-csv"), ("partner.sav", "sav")).respondents
    grades = frame.set_index("respondent")[["cijfer", "cijfer.reden"]].fillna(-1).to_dict("list")
    assert grades["cijfer"] == [8.0, -1, -1, -1, -1, -1]
    assert grades["cijfer.reden"] == ["", "niet-gesteld", "weet-niet", "niet-gesteld", "leeg", "niet-gesteld"]
    assert list(frame["contact"]) == ["ja", "nee", "ja", "leeg", "ja", "nee"]
    assert list(frame["via.arts"]) == ["ja", "niet-gesteld", "nee", "niet-gesteld", "nee", "niet-gesteld"]
    assert list(frame["via.anders"]) == ["nee", "niet-gesteld", "ja", "niet-gesteld", "ja", "niet-gesteld"]
    assert frame["via.tekst"][4] == "café"


def test_texts_survive_and_are_known_as_texts(tmp_path: Path) -> None:
    write_limesurvey(tmp_path / "lime.csv")
    frame = read(tmp_path, ("lime.csv", "limesurvey-csv")).respondents
    assert frame["open"][0] == 'Zij zei: "ja"; en\nmeer'
    assert frame["open"][2] == "=1+1"
    assert codebook().text_columns == ["geslacht.tekst", "via.tekst", "open"]


def test_dates_are_kept_except_the_anonymous_one(tmp_path: Path) -> None:
    write_limesurvey(tmp_path / "lime.csv")
    submitted = read(tmp_path, ("lime.csv", "limesurvey-csv")).respondents["submitted"]
    assert submitted[0] == pd.Timestamp("2026-03-02")
    assert pd.isna(submitted[3])


def test_limesurvey_5_writes_not_shown_as_empty_and_routing_mends_it(tmp_path: Path) -> None:
    rows = ('"2";"2026-03-03 10:00:00";"5";"7";"t2";"A2";"44";"V";"";"N";"";"";"";"";""',)
    write_limesurvey(tmp_path / "lime.csv", rows)
    row = read(tmp_path, ("lime.csv", "limesurvey-csv")).respondents.iloc[0]
    assert row["cijfer.reden"] == row["via.arts"] == row["via.anders"] == "niet-gesteld"


def test_other_separators_are_recognised(tmp_path: Path) -> None:
    write_limesurvey(tmp_path / "lime.csv")
    one = read(tmp_path, ("lime.csv", "limesurvey-csv")).respondents
    plain = [row.replace("; en", " en") for row in ROWS]
    write_limesurvey(
        tmp_path / "lime.csv", tuple(r.replace(";", "\t") for r in plain), HEADER.replace(";", "\t")
    )
    other = read(tmp_path, ("lime.csv", "limesurvey-csv")).respondents
    pd.testing.assert_frame_equal(one.drop(columns="open"), other.drop(columns="open"))


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        (
            '"1";"2026-03-02 10:00:00";"5";"7";"";"A3";"dertig";"M";"";"Y";"X";"";"";"11";""',
            '"1";"2026-03-02 10:00:00";"5";"7";"";"A1";"14";"M";"";"Q";"Y";"";"";"7";""',
        ),
    )
    assert [line.rsplit("|", 1)[0] for line in found] == [
        '2|wijk|de code "A3" staat niet in het codeboek bij wijk.',
        '2|leeftijd|"dertig" is geen getal.',
        "3|leeftijd|14 ligt niet tussen 15 en 110.",
        '3|contact|de code "Q" staat niet in het codeboek bij contact.',
        '2|via[SQ001]|"X" is geen antwoord op via, optie arts.',
        "2|cijfer|11 ligt niet tussen 1 en 10.",
        "2|id|het nummer 1 komt meer dan één keer voor.",
        "3|id|het nummer 1 komt meer dan één keer voor.",
    ]
    assert all(line.rsplit("|", 1)[1] for line in found)
    assert found[0].endswith("|Bekende codes: A1, A2, A9. Vul het codeboek aan als dat klopt.")


def test_missing_and_unknown_columns_name_each_other(tmp_path: Path) -> None:
    found = problems(tmp_path, ROWS[:1], HEADER.replace('"leeftijd"', '"leeftyd"'))
    assert found == [
        "None|leeftijd|deze kolom ontbreekt (vraag leeftijd).|Bedoelt u 'leeftyd'?",
        "None|leeftyd|deze kolom staat niet in het codeboek.|Bedoelt u 'leeftijd'?",
    ]


def test_question_texts_as_headers_are_one_problem(tmp_path: Path) -> None:
    found = problems(tmp_path, ('"1";"x"',), '"Antwoord-ID";"In welke wijk woont u?"')
    assert len(found) == 1
    assert "geen enkele vraag" in found[0]
    assert "Vraagcode" in found[0]


def test_a_wrong_number_of_fields_tells_the_row(tmp_path: Path) -> None:
    found = problems(tmp_path, (ROWS[0], '"2";"x"'))
    assert found[0].startswith("3||er staan 2 waarden in plaats van 15.|Staat er een scheidingsteken")
    assert len(found) == 1


def test_a_stray_quote_tells_the_row(tmp_path: Path) -> None:
    found = problems(tmp_path, (ROWS[0], '"2";"2026-03-02"x";'))
    assert found[0].startswith("3||hier staat een aanhalingsteken")


@pytest.mark.parametrize(
    ("name", "form", "content", "message"),
    [
        ("a.csv", "limesurvey-csv", b"", "leeg"),
        ("a.csv", "limesurvey-csv", '\ufeff"id";"é"\r\n'.encode("cp1252", "ignore"), "niet in UTF-8"),
        ("a.csv", "limesurvey-csv", b"alleen tekst zonder kolommen", "niet gescheiden"),
        ("a.csv", "limesurvey-csv", b"PK\x03\x04;\x00\x00\x00", "geen CSV-bestand"),
        ("a.csv", "limesurvey-csv", HEADER.encode(), "geen antwoorden"),
        ("a.sav", "sav", b"$FL2 maar verder niets", "geen leesbaar SPSS-bestand"),
        ("a.sav", "sav", b"PK\x03\x04 eigenlijk een zip", "geen leesbaar SPSS-bestand"),
    ],
)
def test_files_that_are_something_else(
    tmp_path: Path, name: str, form: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=message.replace("(", r"\(").replace(")", r"\)")):
        read(tmp_path, (name, form))


def test_problems_of_all_deliveries_come_together(tmp_path: Path) -> None:
    (tmp_path / "a.sav").write_bytes(b"niets")
    with pytest.raises(DataError) as caught:
        read(tmp_path, ("weg.csv", "limesurvey-csv"), ("a.sav", "sav"))
    assert {p.file for p in caught.value.problems} == {"weg.csv", "a.sav"}


def test_an_area_that_the_project_does_not_know(tmp_path: Path) -> None:
    write_limesurvey(tmp_path / "lime.csv")
    few = AREAS[AREAS["gebied"] != "WK050519"]
    with pytest.raises(DataError, match="het gebied WK050519 staat niet in de lijst"):
        read_survey(tmp_path, "proef", settings(("lime.csv", "limesurvey-csv")), codebook(), few, MERGE)


def test_an_unknown_spss_code_shows_its_label(tmp_path: Path) -> None:
    import pyreadstat

    write_sav(tmp_path / "p.sav")
    frame, _ = pyreadstat.read_sav(tmp_path / "p.sav", user_missing=True)
    frame.loc[0, "V3"] = 3.0
    pyreadstat.write_sav(frame, tmp_path / "p.sav", variable_value_labels={"V3": {3.0: "Zeg ik liever niet"}})
    with pytest.raises(DataError) as caught:
        read(tmp_path, ("p.sav", "sav"))
    assert [(p.row, p.column) for p in caught.value.problems] == [(1, "V3")]
    assert '"3 (Zeg ik liever niet)"' in caught.value.problems[0].message


def test_reading_twice_gives_the_same_ids_and_changes_nothing(tmp_path: Path) -> None:
    write_limesurvey(tmp_path / "lime.csv")
    before = AREAS.copy()
    one = read(tmp_path, ("lime.csv", "limesurvey-csv")).respondents
    two = read(tmp_path, ("lime.csv", "limesurvey-csv")).respondents
    pd.testing.assert_frame_equal(one, two)
    pd.testing.assert_frame_equal(AREAS, before)


def test_a_plain_csv_of_a_partner_with_its_own_columns(tmp_path: Path) -> None:
    from toolkit.settings import parse_settings
    from toolkit.survey.codebook import Codebook
    from toolkit.survey.read import read_delivery

    small = parse_settings(
        {
            "naam": "x",
            "versie": "1",
            "bron": {"csv": {"nummer": "nr"}},
            "variabele": [
                {"naam": "wijk", "vraag": "w", "soort": "keuze", "rol": "gebied", "codes": {"WK050501": "A"}},
                {"naam": "start", "vraag": "s", "soort": "datum"},
                {"naam": "uren", "vraag": "u", "soort": "getal"},
            ],
        },
        Codebook,
        "codeboek.toml",
    )
    (tmp_path / "p.csv").write_bytes("nr;Wijk é;start;uren\r\n7;WK050501;12-3-2026;1,5\r\n".encode("cp1252"))
    delivery = settings(("p.csv", "csv")).deliveries[0]
    own = parse_settings(
        {"bestand": "p.csv", "formaat": "csv", "kolommen": {"wijk": "Wijk é"}}, type(delivery), "enquete.toml"
    )
    row = read_delivery(tmp_path / "p.csv", own, small, "proef").iloc[0]
    assert (row["respondent"], row["wijk"], row["uren"]) == ("p-7", "WK050501", 1.5)
    assert row["start"] == pd.Timestamp("2026-03-12")
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["Lees eerst de toelichting"])
    sheet = book.create_sheet("Antwoorden")
    for cells in (
        ["Export"],
        [],
        ["NR", "WIJK", "start", "uren"],
        [7, "WK050501", dt.date(2026, 3, 12), 1.5],
    ):
        sheet.append(cells)
    book.save(tmp_path / "p.xlsx")
    asked = parse_settings({"bestand": "p.xlsx", "formaat": "xlsx"}, type(delivery), "enquete.toml")
    described = replace(small, sources={"xlsx": small.sources["csv"]})
    row = read_delivery(tmp_path / "p.xlsx", asked, described, "proef").iloc[0]
    assert (row["respondent"], row["wijk"], row["uren"]) == ("p-7", "WK050501", 1.5)
    assert row["start"] == pd.Timestamp("2026-03-12")


def test_spss_files_of_limesurvey_are_repaired(tmp_path: Path) -> None:
    """LimeSurvey's writer adds a record of labels whose lengths do not add up, and ReadStat refuses it."""
    import struct

    import pyreadstat

    from toolkit.survey.formats import read_raw

    write_sav(tmp_path / "goed.sav")
    good = (tmp_path / "goed.sav").read_bytes()
    end = good.index(struct.pack("<2i", 999, 0))
    labels = struct.pack("<i", 2) + b"V7" + struct.pack("<3i", 28, 1, 400) + b"A1"  # 400 bytes: not there
    bad = struct.pack("<4i", 7, 21, 1, len(labels)) + labels
    (tmp_path / "p.sav").write_bytes(good[:end] + bad + good[end:])
    with pytest.raises(pyreadstat.ReadstatError):
        pyreadstat.read_sav(tmp_path / "p.sav")
    delivery = settings(("p.sav", "sav")).deliveries[0]
    pd.testing.assert_frame_equal(
        read_raw(tmp_path / "p.sav", delivery).cells, read_raw(tmp_path / "goed.sav", delivery).cells
    )
