"""After erasure no file of the project holds the text, the key or a derived row."""

from __future__ import annotations

import re
import sqlite3
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from tests.intake.deliveries import csv_file, project, rows, xlsx_file
from toolkit import scaffold
from toolkit.analysis import run
from toolkit.analysis.inputs import read_inputs
from toolkit.errors import ToolkitError
from toolkit.intake import erase, ledger
from toolkit.intake.pseudonyms import project_keys
from toolkit.intake.receive import receive
from toolkit.intake.rows import without_rows
from toolkit.intake.status import status
from toolkit.limesurvey.delivery import DELIVERY, STORE, write_delivery
from toolkit.limesurvey.store import Stamp, opened
from toolkit.project import Project
from toolkit.stories.embed import Embedder

TEXT = "Het wijkteam kwam elke week bij mij langs"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "instellingen"))
    monkeypatch.delenv("TEV_SLEUTEL", raising=False)
    return project(tmp_path / "project")


def holding(place: Project, *needles: str) -> list[str]:
    """Files of the project, unpacked, that hold one of the texts in UTF-8 or UTF-16."""
    wanted = [needle.encode(coding) for needle in needles for coding in ("utf-8", "utf-16-le")]
    found = []
    for path in sorted(place.root.rglob("*")):
        if not path.is_file():
            continue
        parts = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as box:
                parts += [box.read(name) for name in box.namelist()]
        if any(needle in part for part in parts for needle in wanted):
            found.append(path.relative_to(place.root).as_posix())
    return found


def test_a_story_is_gone_from_raw_cache_and_output(place: Project, embedder: Embedder) -> None:
    del embedder  # the run below makes its own
    run(place, "klein")
    made = holding(place, TEXT)
    assert any(name.startswith("analyses/klein/output") for name in made) and len(made) > 1
    report = place.root / "reports/klein/_uitvoer"
    report.mkdir(parents=True)
    (report / "rapport.html").write_text(f"<p>{TEXT}</p>", encoding="utf-8")
    done = erase.erase_story(place, "I-0002")
    assert done.rows == {"corpora/verhalen/raw/verhalen.csv": 1}
    assert (done.analyses, done.reports, done.left) == (("klein",), ("klein",), ())
    assert holding(place, TEXT, "I-0002") == []
    assert not (place.root / ".tev/cache.sqlite").exists()
    [corpus] = read_inputs(place, "klein").corpora
    assert corpus.stories["story"].tolist() == ["I-0001", "I-0003"]
    again = run(place, "klein")
    assert again.changed and holding(place, TEXT, "I-0002") == []
    assert [one["wat"] for one in ledger.entries(place)] == ["gewist"] and status(place).erased == 1


def test_what_people_said_of_a_story_goes_with_it(place: Project) -> None:
    folder = place.root / "corpora/verhalen"
    (folder / "labels").mkdir()
    labels = folder / "labels/toon.csv"
    labels.write_text(
        "verhaal;zin;label;codeur;datum\nI-0002;;positief;JV;2026-03-01\nI-0001;;positief;JV;2026-03-01\n",
        encoding="utf-8",
    )
    (folder / "raw/correcties.csv").write_text(
        "verhaal;tekst;soort\nI-0002;Sjaantje;persoon\n;Wantijhof;blijft\n", encoding="utf-8"
    )
    (folder / "raw/nagekeken.csv").write_text("verhaal;datum\nI-0002;2026-03-01\n", encoding="utf-8")
    (folder / "raw/nakijken.xlsx").write_bytes(b"I-0002")
    done = erase.erase_story(place, "I-0002")
    assert done.left == () and holding(place, "I-0002", "Sjaantje") == []
    assert "I-0001" in labels.read_text(encoding="utf-8")
    assert "Wantijhof" in (folder / "raw/correcties.csv").read_text(encoding="utf-8")


def test_nothing_of_a_story_stays_in_the_freed_pages_of_a_database(place: Project) -> None:
    path = place.root / ".tev" / "cache.sqlite"
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        connection.execute("pragma secure_delete = off")
        connection.execute("create table kept (value text)")
        connection.execute("insert into kept values (?)", (TEXT,))
        connection.execute("delete from kept")
    connection.close()
    assert holding(place, TEXT) == [".tev/cache.sqlite", "corpora/verhalen/raw/verhalen.csv"]
    erase.erase_story(place, "I-0002")
    assert holding(place, TEXT) == []


def test_a_client_is_gone_by_key_and_by_pseudonym(place: Project, tmp_path: Path) -> None:
    for number, partner in enumerate(["Partner A", "Partner B"]):
        path = csv_file(tmp_path / f"{partner}.csv", rows(4, c1={0: f"Hulp {number}"}))
        receive(place, path, partner, "surveys/trajecten")
    receive(place, csv_file(tmp_path / "c.csv", rows(5)), "Partner A", "surveys/trajecten")
    pseudonym = project_keys(place).pseudonym("K002")
    assert len(holding(place, pseudonym)) == 3  # two partners, and the delivery that was replaced
    done = erase.erase_client(place, "K002")
    assert sum(done.rows.values()) == 3 and holding(place, pseudonym, "K002") == []
    [part] = read_inputs(place, "klein").records
    assert len(part.trajectories) == 2 + 4 + 3
    with pytest.raises(ToolkitError, match="gevonden"):
        erase.erase_client(place, "K002")


def test_who_was_erased_does_not_come_back(place: Project, tmp_path: Path) -> None:
    receive(place, csv_file(tmp_path / "a.csv", rows(4)), "Partner A", "surveys/trajecten")
    erase.erase_client(place, "K002")
    again = receive(place, csv_file(tmp_path / "b.csv", rows(6)), "Partner A", "surveys/trajecten")
    assert (again.facts["rijen_aangenomen"], again.facts["rijen_eerder_gewist"]) == (5, 1)
    assert holding(place, project_keys(place).pseudonym("K002")) == []


def test_a_key_put_there_by_hand_is_erased_too(place: Project) -> None:
    done = erase.erase_client(place, "K901")
    assert done.rows == {"surveys/trajecten/raw/met-de-hand.csv": 1} and holding(place, "K901") == []


def test_what_people_must_look_at_themselves_is_named(place: Project) -> None:
    (place.root / "aantekeningen.txt").write_text(f"Mooi verhaal: {TEXT}", encoding="utf-8")
    assert erase.erase_story(place, "I-0002").left == ("aantekeningen.txt",)


def test_rows_go_and_every_other_byte_stays(tmp_path: Path) -> None:
    content = 'Titel;;\r\n\r\nNr;Tekst\r\n1;"a\r\nb; c"\r\n2;Zoë\r\n3;"x ""y"""\r\n'
    for coding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
        path = tmp_path / "a.csv"
        path.write_bytes(content.encode(coding))
        assert without_rows(path, ["nr"], {"4"}) == (content.encode(coding), 0)
        left, gone = without_rows(path, ["nr"], {"2"})
        assert (left.decode(coding), gone) == (content.replace("2;Zoë\r\n", ""), 1), coding
        assert without_rows(path, ["Tekst"], {"Zoë"})[1] == 1, coding


def test_rows_go_from_a_workbook_and_an_spss_file(tmp_path: Path) -> None:
    book = tmp_path / "a.xlsx"
    xlsx_file(
        book,
        {
            "Uit": [["x"]],
            "Blad": [["Titel"], ["Klant-ID", "Start"], ["K1", pd.Timestamp("2026-01-05")], ["K2", "=1+1"]],
        },
    )
    left, gone = without_rows(book, ["klant id"], {"K1"})
    book.write_bytes(left)
    assert gone == 1
    assert pd.read_excel(book, sheet_name="Blad", header=1)["Klant-ID"].tolist() == ["K2"]
    sav = tmp_path / "a.sav"
    frame = pd.DataFrame({"RESPNR": [1.0, 2.0, 3.0], "V1": [1.0, 2.0, 1.0]})
    pyreadstat.write_sav(
        frame, sav, column_labels={"V1": "Vraag"}, variable_value_labels={"V1": {1: "ja", 2: "nee"}}
    )
    left, gone = without_rows(sav, ["RESPNR"], {"2"})
    sav.write_bytes(left)
    kept, meta = pyreadstat.read_sav(sav)
    assert (gone, kept["RESPNR"].tolist(), meta.variable_value_labels) == (
        1,
        [1.0, 3.0],
        {"V1": {1.0: "ja", 2.0: "nee"}},
    )


def test_a_source_past_its_day_is_told(place: Project) -> None:
    path = place.root / "corpora/verhalen/corpus.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("2099-12-31", "2020-12-31"), encoding="utf-8")
    assert any("bewaartermijn van 'verhalen'" in one for one in read_inputs(place, "klein").warnings)
    assert [one.overdue for one in status(place).delivered] == [False, True]


def test_a_respondent_goes_from_the_fetched_versions_too(place: Project) -> None:
    scaffold.new(place, "enquete", "bewoners")
    folder = place.root / "surveys/bewoners"
    settings = folder / "enquete.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(
        re.sub(r'bestand = "raw/[^"]*\.csv"', 'bestand = "raw/limesurvey.csv"', text), "utf-8"
    )
    (folder / "limesurvey.toml").write_text('adres = "https://enquete.voorbeeld.nl"\nnummer = 1\n', "utf-8")
    with opened(folder / STORE) as kept:
        kept.remember(kolommen='["id", "open"]')
        answers = [(7, Stamp("2026-03-01", "2026-03-01"), {"id": "7", "open": "Sjaantje hielp mij"}),
                   (8, Stamp("2026-03-01", "2026-03-01"), {"id": "8", "open": "Niemand hielp"})]  # fmt: skip
        kept.put(answers, "2026-03-02")
        write_delivery(kept, folder / DELIVERY, "Europe/Amsterdam")
    assert holding(place, "Sjaantje") != []
    erase.erase_respondent(place, "limesurvey-7", datetime(2026, 3, 3, tzinfo=UTC))
    assert holding(place, "Sjaantje") == []
    assert "Niemand hielp" in (folder / DELIVERY).read_text(encoding="utf-8")
    with opened(folder / STORE) as kept:
        assert kept.erased() == {7}
    with pytest.raises(ToolkitError):
        erase.erase_respondent(place, "limesurvey-7")
