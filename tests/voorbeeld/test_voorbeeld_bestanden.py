"""The raw data of the example: complete, fictional, and made again to the same bytes or values."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import geschreven
import maak_leveringen
import maak_professionals
import maak_signalen
import maak_tellen
import maak_trajecten
import maak_verhalen
import pandas as pd
import pyreadstat
import pytest
from python_calamine import CalamineWorkbook

ROOT = Path(__file__).resolve().parents[2]
SURVEY = ROOT / "surveys" / "voorbeeld"
RECORDS = ROOT / "surveys" / "voorbeeld-trajecten" / "raw"
CORPUS = ROOT / "corpora" / "voorbeeld"
WIJKEN = [f"WK0505{number:02d}" for number in range(1, 12)]
SMALL = ["WK050519", "WK050598"]
KINDS = {
    "persoon", "adres", "postcode", "plaats", "telefoon", "email", "url", "bsn", "datum", "leeftijd",
    "instelling", "nummer",
}  # fmt: skip


@cache
def limesurvey() -> pd.DataFrame:
    text = (SURVEY / "raw" / "limesurvey-bewoners.csv").read_text(encoding="utf-8-sig")
    return pd.read_csv(io.StringIO(text, newline=""), sep=";", dtype=str, keep_default_na=False)


@cache
def sav() -> tuple[pd.DataFrame, Any]:
    frame, meta = pyreadstat.read_sav(SURVEY / "raw" / "welzijn-drechtoever.sav", user_missing=True)
    return frame, meta


@cache
def gold() -> list[dict[str, Any]]:
    lines = (ROOT / "tests" / "data" / "voorbeeld_goud.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


@cache
def told() -> list[dict[str, str]]:
    text = (CORPUS / "raw" / "verhalen-inwoners.csv").read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sheet(path: Path, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)


# --- survey ---------------------------------------------------------------------------------------


def test_every_wijk_has_a_hundred_complete_respondents() -> None:
    complete = limesurvey()[limesurvey()["submitdate"] != ""]
    counts = Counter(f"WK0505{code[1:]}" for code in complete["wijk"])
    counts.update(f"WK0505{int(code):02d}" for code in sav()[0]["V01_WIJK"])
    assert set(counts) == {*WIJKEN, *SMALL}
    assert min(counts[wijk] for wijk in WIJKEN) >= 100
    assert all(0 < counts[wijk] < 15 for wijk in SMALL)
    assert 1250 <= counts.total() <= 1400
    with (SURVEY / "respons.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    response = {row["gebied"]: row for row in rows if row["gebied"]}
    for name in ("leeftijdsgroep", "geslacht"):
        for count in ("uitgenodigd", "begonnen", "volledig"):
            told = sum(int(row[count]) for row in rows if row[name])
            assert told == sum(int(row[count]) for row in response.values())
    assert {wijk: int(row["volledig"]) for wijk, row in response.items()} == dict(counts)
    assert all(int(r["uitgenodigd"]) >= int(r["begonnen"]) >= int(r["volledig"]) for r in response.values())
    assert sum(int(row["begonnen"]) for row in response.values()) == len(limesurvey()) + len(sav()[0])


def test_limesurvey_export_looks_like_one() -> None:
    content = (SURVEY / "raw" / "limesurvey-bewoners.csv").read_bytes()
    assert content.startswith(b'\xef\xbb\xbf"id";"submitdate";"lastpage";"startlanguage";"seed";"startdate"')
    assert content.endswith(b"\r\n")
    assert not re.search(rb"(?<!\r)\n", content)
    frame = limesurvey()
    assert frame["id"].is_unique
    assert 50 <= (frame["submitdate"] == "").sum() <= 90
    assert (frame["lastpage"] == "0").sum() >= 3
    lines = content.decode("utf-8-sig").split("\r\n")
    unfinished = next(line for line in lines if re.match(r'"\d+";;"0"', line))
    assert unfinished.endswith(";" * 27)  # NULL stands without quotes
    without_contact = next(line for line in lines if re.search(r'^"\d+";"2026.*;"N";', line))
    assert without_contact.count('"N";' + ";" * 15 + '"A') == 1  # never asked: NULL, up to the neighbourhood
    with_contact = next(line for line in lines if ';"Y";"Y";"";' in line or ';"Y";"";"Y";' in line)
    assert ";;" not in with_contact  # asked, so an unticked box is an empty text
    other = frame[frame["geslacht"] == "-oth-"]
    assert len(other) > 0 and (other["geslacht[other]"] != "").all()


def test_codebook_knows_every_code_of_both_deliveries() -> None:
    import tomllib

    book = tomllib.loads((SURVEY / "codeboek.toml").read_text(encoding="utf-8"))
    frame, meta = sav()
    for variable in book["variabele"]:
        lists = book["antwoorden"].get(variable.get("antwoorden"), variable)
        for source, table in (("limesurvey-csv", limesurvey()), ("sav", frame)):
            columns = [variable.get("kolom", {}).get(source), variable.get("kolom_anders", {}).get(source)]
            columns += list(variable.get("kolommen", {}).get(source, {}).values())
            assert {column for column in columns if column} <= set(table.columns)
            codes = lists.get("vertaling", {}).get(source, {})
            if not codes or variable["soort"] in ("getal", "cijfer", "meerkeuze"):
                continue
            values = table[columns[0]].dropna()
            seen = {str(int(value)) if source == "sav" else value for value in values} - {""}
            assert seen <= set(codes), variable["naam"]
    assert meta.missing_ranges["V07_CIJFER"]
    assert "V01_WIJK" not in meta.missing_ranges  # there 98 is a wijk
    assert meta.variable_value_labels["GOLF"] == {1.0: "Ronde één"}


def test_written_answers_are_used_at_most_once() -> None:
    real = {geschreven.plain(r["tekst"])[0] for r in geschreven.read("open") if r["soort"] != "leeg"}
    given = Counter([*limesurvey()["toelichting"], *sav()[0]["V13_OPEN"]])
    used = {text: count for text, count in given.items() if text in real}
    assert set(used.values()) == {1}
    assert len(used) > 300
    assert not any("[[" in text for text in given)


def test_response_differs_so_that_weighting_matters() -> None:
    people = [person for person in maak_tellen.respondents() if person.complete]
    contact = sum(person.answers["contact"] == "ja" for person in people) / len(people)
    truth = maak_tellen.truth()
    assert truth["contact_unweighted"] - truth["contact"] > 0.02
    assert contact == pytest.approx(truth["contact_unweighted"], abs=0.04)  # 3 standard errors


def test_survey_is_made_again_to_the_same(tmp_path: Path) -> None:
    people = maak_tellen.respondents()
    made = maak_leveringen.limesurvey_csv(people)
    assert made == (SURVEY / "raw" / "limesurvey-bewoners.csv").read_bytes()
    professionals = maak_professionals.professionals()
    raw = ROOT / "surveys" / "voorbeeld-professionals"
    assert (
        maak_professionals.limesurvey_csv(professionals)
        == (raw / "raw" / "limesurvey-professionals.csv").read_bytes()
    )
    assert maak_professionals.response_csv(professionals) == (raw / "respons.csv").read_text(encoding="utf-8")
    assert maak_tellen.response_csv(people) == (SURVEY / "respons.csv").read_text(encoding="utf-8")
    maak_leveringen.spss_sav(people, tmp_path / "again.sav")
    again, meta = pyreadstat.read_sav(tmp_path / "again.sav", user_missing=True)
    pd.testing.assert_frame_equal(again, sav()[0])
    assert meta.variable_value_labels == sav()[1].variable_value_labels
    assert meta.missing_ranges == sav()[1].missing_ranges


# --- registrations --------------------------------------------------------------------------------


def test_registrations_are_made_again_to_the_same(tmp_path: Path) -> None:
    rows = maak_trajecten.trajectories()
    committed = (RECORDS / "drechtoever-trajecten.csv").read_bytes()
    assert maak_trajecten.drechtoever_csv(rows) == committed
    maak_trajecten.kade_xlsx(rows, tmp_path / "again.xlsx")
    for name in ("Trajecten 2025", "Toelichting"):
        made = sheet(tmp_path / "again.xlsx", name)
        assert made == sheet(RECORDS / "stichting-kade-trajecten.xlsx", name)
    assert "Cliëntnr".encode("cp1252") in committed
    with pytest.raises(UnicodeDecodeError):
        committed.decode("utf-8")


def test_registrations_hold_no_errors_and_what_a_reader_must_handle() -> None:
    rows = maak_trajecten.trajectories()
    assert 2200 <= len(rows) <= 2600
    clients = {row.client for row in rows}
    assert 1800 <= len(clients) <= 2000
    both = {r.client for r in rows if r.partner == maak_trajecten.KADE} & {
        r.client for r in rows if r.partner == maak_trajecten.DRECHTOEVER
    }
    assert len(both) > 100
    for row in rows:
        assert re.fullmatch(r"K[0-9A-F]{5}", row.client)
        assert row.start is None or row.signup <= row.start
        assert row.end is None or (row.start is not None and row.start <= row.end)
        assert bool(row.end) == bool(row.end_code)
        assert row.goals_met is None or (row.goals_set is not None and 0 <= row.goals_met <= row.goals_set)
        assert max(day for day in (row.signup, row.start, row.end) if day) <= maak_trajecten.LAST_DAY
    assert {row.end_code for row in rows} == {"", *maak_trajecten.END_CODES}
    assert sum(row.end is None for row in rows) > 300
    same: dict[tuple[str, str, str], list[maak_trajecten.Trajectory]] = {}
    for row in rows:
        if row.start:
            same.setdefault((row.client, row.partner, row.form), []).append(row)
    overlapping = [
        a
        for group in same.values()
        for a, b in pairwise(sorted(group, key=lambda r: r.start or r.signup))
        if a.end is None or (b.start and b.start <= a.end)
    ]
    assert len(overlapping) > 30


def test_no_client_is_in_two_wijken_on_one_day() -> None:
    by_client: dict[str, list[maak_trajecten.Trajectory]] = {}
    for row in maak_trajecten.trajectories():
        by_client.setdefault(row.client, []).append(row)
    moved = [rows for rows in by_client.values() if len({row.wijk for row in rows}) > 1]
    assert moved
    for rows in moved:
        for a, b in pairwise(sorted(rows, key=lambda row: row.signup)):
            assert a.wijk == b.wijk or (a.end is not None and a.end < b.signup)


# --- stories --------------------------------------------------------------------------------------


def test_stories_are_made_again_to_the_same(tmp_path: Path) -> None:
    residents, professionals = maak_verhalen.residents(), maak_verhalen.professionals()
    made = maak_verhalen.residents_csv(residents).encode("utf-8")
    assert made == (CORPUS / "raw" / "verhalen-inwoners.csv").read_bytes()
    committed = maak_verhalen.GOLD.read_bytes()
    assert maak_verhalen.gold_jsonl([*residents, *professionals]).encode("utf-8") == committed
    maak_verhalen.professionals_xlsx(professionals, tmp_path / "again.xlsx")
    again = sheet(tmp_path / "again.xlsx", "Verhalen")
    assert again == sheet(CORPUS / "raw" / "verhalen-professionals.xlsx", "Verhalen")


def test_enough_stories_and_none_twice() -> None:
    head, *rows = sheet(CORPUS / "raw" / "verhalen-professionals.xlsx", "Verhalen")
    texts = [row["verhaal"] for row in told()] + [row[head.index("verhaal")] for row in rows]
    assert len(told()) >= 250 and len(rows) >= 60
    longer = [text for text in texts if len(text) > 12]  # "nvt" may be said by several people
    assert len(set(longer)) == len(longer) > 310
    assert not any("[[" in text or "]]" in text for text in texts)
    assert len({row[head.index("organisatie")] for row in rows}) == 5
    assert {row["wijk"] for row in told()} == {*WIJKEN, *SMALL}
    assert sum(row["wijk"] in SMALL for row in told()) == 3


def test_hostile_stories_survive_as_they_are() -> None:
    head, *rows = sheet(CORPUS / "raw" / "verhalen-professionals.xlsx", "Verhalen")
    delivered = {row["nr"]: row["verhaal"] for row in told()}
    delivered |= {row[0]: row[head.index("verhaal")] for row in rows}
    assert delivered == {row["nr"]: row["tekst"] for row in gold()}
    for awkward in ("<script>alert(1)</script>", "=SUM(A1)", "{{< include geheim.txt >}}", "|---|", "# "):
        assert any(awkward in text for text in delivered.values())
    assert any(text.startswith("=SUM(A1)") for number, text in delivered.items() if number.startswith("P"))


def test_gold_offsets_and_labels_are_right() -> None:
    themes = _theme_ids()
    written = {r["id"]: r for batch in "abcdp" for r in geschreven.read(f"verhalen-{batch}")}
    kinds = Counter[str]()
    for row in gold():
        marked, done = "", 0
        for start, end, kind in row["mentions"]:
            assert done <= start < end <= len(row["tekst"])
            marked += f"{row['tekst'][done:start]}[[{kind}:{row['tekst'][start:end]}]]"
            done = end
            kinds[kind] += 1
        assert marked + row["tekst"][done:] == written[row["bron"]]["tekst"]
        assert set(row["themas"]) <= themes
        assert row["thema_hoofd"] in {"", *row["themas"]}
        assert row["sentiment"] in ("positief", "negatief", "gemengd", "neutraal")
    assert set(kinds) == KINDS
    assert len(written) == len(gold())


def test_linked_tellers_live_in_the_wijk_and_had_contact() -> None:
    respondents = {f"limesurvey-bewoners-{row['id']}": row for _, row in limesurvey().iterrows()}
    linked = [row for row in told() if row["respondent"]]
    assert 0.40 <= len(linked) / len(told()) <= 0.50
    assert len({row["respondent"] for row in linked}) == len(linked)
    for row in linked:
        respondent = respondents[row["respondent"]]
        assert f"WK0505{respondent['wijk'][1:]}" == row["wijk"]
        assert respondent["contact"] == "Y" and respondent["submitdate"][:10] == row["datum"]


def test_dyads_and_triads_are_whole() -> None:
    for row in told():
        triad = [row[name] for name in ("hielp_naasten", "hielp_buurt", "hielp_professionals")]
        assert triad == ["", "", ""] or sum(int(value) for value in triad) == 100
        assert all(0 <= int(row[name] or 0) <= 100 for name in ("dyade_gehoord", "dyade_tempo"))
        assert "2026-03-01" < row["datum"] < "2026-05-01"


def test_codebook_of_themes_holds_no_story() -> None:
    import tomllib

    book = tomllib.loads((CORPUS / "themas.toml").read_text(encoding="utf-8"))
    stories = " ".join(row["tekst"].lower() for row in gold())
    assert len(book["thema"]) == 16
    for theme in book["thema"]:
        assert 2 <= len(theme["voorbeelden"]) <= 5
        assert not [text for text in theme["voorbeelden"] if text.lower().rstrip(".") in stories]


def test_only_a_part_of_the_institutions_is_listed() -> None:
    lines = (CORPUS / "instellingen.txt").read_text(encoding="utf-8").splitlines()
    names = {line for line in lines if line and not line.startswith("#")}
    marked = {r["tekst"][a:b] for r in gold() for a, b, kind in r["mentions"] if kind == "instelling"}
    assert len(names) == 6 and names <= marked and len(marked) > 40


def _theme_ids() -> set[str]:
    return set(
        re.findall(r'^id = "(.+)"', (CORPUS / "themas.toml").read_text(encoding="utf-8"), re.MULTILINE)
    )


# --- signals, amounts, projects -------------------------------------------------------------------


def test_signals_amounts_and_projects_are_made_again_the_same(tmp_path: Path) -> None:
    signals = ROOT / "surveys" / "voorbeeld-signalen" / "raw"
    assert maak_signalen.complaints() == (signals / "klachten-en-bezwaren.csv").read_bytes()
    assert maak_signalen.waiting() == (signals / "wachtlijst.csv").read_bytes()
    projects = ROOT / "surveys" / "voorbeeld-projecten" / "raw" / "projecten.csv"
    assert maak_signalen.projects() == projects.read_bytes()
    maak_signalen.amounts(tmp_path / "again.xlsx")
    committed = ROOT / "surveys" / "voorbeeld-financien" / "raw" / "jaarrekening.xlsx"
    assert sheet(tmp_path / "again.xlsx", "Jaarrekening") == sheet(committed, "Jaarrekening")


def test_the_example_gives_back_the_true_parameters() -> None:
    from toolkit.analysis.accounts import FinanceInput, ProjectsInput, SignalInput, count, read_account
    from toolkit.analysis.inputs import read_areas
    from toolkit.project import find_project
    from toolkit.records.projects import table

    project = find_project(ROOT)
    areas = read_areas(project)
    signals = read_account(project, "signalen", "voorbeeld-signalen", areas)
    assert isinstance(signals, SignalInput)
    found = count(signals, areas, "GM0505").measures
    whole = found[(found["area"] == "GM0505") & (found["group"] == "")].set_index("measure")["value"]
    complaints = sum(maak_signalen.COMPLAINTS.values()) + maak_signalen.COMPLAINTS_WITHOUT_AREA
    assert whole["signalen.klachten"] == complaints
    assert whole["signalen.bezwaren"] == sum(maak_signalen.OBJECTIONS.values())
    assert whole["signalen.wachtlijst"] == sum(last for _, last in maak_signalen.WAITING.values())
    finance = read_account(project, "financien", "voorbeeld-financien", areas)
    assert isinstance(finance, FinanceInput)
    amounts = count(finance, areas, "GM0505").measures
    realised = amounts[(amounts["measure"] == "financien.gerealiseerd") & (amounts["group"] == "")]
    assert realised["value"].iloc[0] == sum(row[3] for row in maak_signalen.AMOUNTS)
    projects = read_account(project, "projecten", "voorbeeld-projecten", areas)
    assert isinstance(projects, ProjectsInput)
    overview = table(projects.rows, "x", 10, 30)
    assert len(overview) == len(maak_signalen.PROJECT_ROWS) - 1 + 3 + 1
    assert overview["besteed"].iloc[-1] == overview.loc[overview["soort"] == "project", "besteed"].sum()
