"""The whole way on the example: from deliveries with names to a folder of protected numbers and quotes."""

from __future__ import annotations

import json
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from toolkit import tables
from toolkit.analysis.run import program_digest
from toolkit.files import read_table

DATA = Path(__file__).parent / "data"
GOLD = [json.loads(line) for line in (DATA / "voorbeeld_goud.jsonl").read_text(encoding="utf-8").splitlines()]
KNOWN = json.loads((DATA / "known_failures.json").read_text(encoding="utf-8"))
DIRECT = ("telefoon", "bsn", "email", "postcode")
_NAME = re.compile(r"[^\W\d_]{4,}")
PUBLIC = {
    "citaten.csv", "definities.csv", "gebieden.csv", "gebieden.geojson", "indicatoren-reeks.csv", "indicatoren.csv", "measures.csv", "onderwerpen.csv",
    "projecten.csv", "eigen-duiding.csv", "eigen-duiding-verschillen.csv",
    "respons.csv", "samen.csv", "samenhang.csv", "themas.csv", "verhalen.csv", "uitkomsten.xlsx", "run.json",
}  # fmt: skip


@dataclass(frozen=True)
class Secret:
    """A text that must not be read anywhere; `id` is story and number of the mention, never the text."""

    id: str
    kind: str
    text: str


def secrets() -> Iterator[Secret]:
    """Words of four letters or more of marked names, and direct identifiers as they were written.

    Left out are words that the same stories also use outside any mark (a name that is an ordinary word).
    """
    ordinary: set[str] = set()
    for story in GOLD:
        rest = story["tekst"]
        for start, end, _ in sorted(story["mentions"], reverse=True):
            rest = rest[:start] + " | " + rest[end:]
        ordinary.update(_NAME.findall(rest))
    for story in GOLD:
        for number, (start, end, kind) in enumerate(story["mentions"]):
            mention = story["tekst"][start:end]
            if kind == "persoon":
                words = [word for word in _NAME.findall(mention) if word not in ordinary]
            else:
                words = [mention] if kind in DIRECT else []
            yield from (Secret(f"{story['nr']}/{number}", kind, word) for word in words)


def readable(path: Path) -> str:
    """All text in a file: also inside a workbook and in the rows of the cache."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as book:
            return "\n".join(
                book.read(name).decode("utf-8") for name in book.namelist() if name.endswith(".xml")
            )
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as connection:
            rows = connection.execute("select step, value from kept").fetchall()
        return "\n".join([step for step, _ in rows] + [text for _, value in rows if (text := _utf8(value))])
    return path.read_text(encoding="utf-8", errors="replace")


def _utf8(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return ""  # vectors and tables of numbers


def leaks(texts: dict[str, str]) -> dict[str, list[str]]:
    """Per secret that is read somewhere: the files."""
    words = {name: set(re.findall(r"[^\W\d_]+", text)) for name, text in texts.items()}
    found: dict[str, list[str]] = {}
    for secret in secrets():
        if secret.kind == "persoon":
            where = [name for name in texts if secret.text in words[name]]
        else:
            whole = re.compile(rf"(?<![\w.]){re.escape(secret.text)}(?!\w)")
            where = [name for name, text in texts.items() if whole.search(text)]
        if where:
            found.setdefault(secret.id, []).extend(where)
    return found


@pytest.fixture(scope="module")
def measures(voorbeeld_run: Any) -> pd.DataFrame:
    found = pd.read_csv(voorbeeld_run.result.output / "measures.csv", keep_default_na=False, dtype=str)
    for column in ("value", "low", "high", "n", "n_eff"):
        found[column] = pd.to_numeric(found[column])
    return found


def test_all_files_are_there(voorbeeld_run: Any) -> None:
    output = voorbeeld_run.result.output
    assert voorbeeld_run.result.changed
    assert {path.name for path in output.iterdir() if path.is_file()} == PUBLIC
    private = {path.stem for path in (output / "private").iterdir()}
    assert {
        "verhalen-voorbeeld",
        "zinnen-voorbeeld",
        "labels-voorbeeld",
        "respondenten-voorbeeld",
        "onthulling",
    } <= private


def test_the_record_says_what_was_done(voorbeeld_run: Any) -> None:
    record = json.loads((voorbeeld_run.result.output / "run.json").read_text(encoding="utf-8"))
    assert record["fictief"] is True and record["startwaarde"] == 20260312
    assert {
        "corpora/voorbeeld/raw/verhalen-inwoners.csv",
        "surveys/voorbeeld/codeboek.toml",
        "tev.toml",
    } <= set(record["invoer"])
    assert {model["stap"] for model in record["modellen"]} >= {
        "anonimiseren",
        "sentiment",
        "thema's",
        "onderwerpen",
    }
    assert (
        next(model for model in record["modellen"] if model["stap"] == "tekst als getallen")["model"] == "use"
    )
    facts = record["feiten"]["verhalen voorbeeld"]
    assert facts["verhalen"] == len(GOLD) and facts["zonder_inhoud"] == "minder dan 10"
    submitted = record["feiten"]["enquete voorbeeld"]["inzendingen"]
    assert all(isinstance(number, str) or number >= 10 for number in submitted.values())
    (scale,) = record["feiten"]["enquete voorbeeld"]["schalen"].values()
    assert 0.5 < scale["cronbachs_alfa"] < 1 and scale["n"] > 1000


def test_measures_keep_the_contract(measures: pd.DataFrame) -> None:
    checked = tables.check(measures, tables.MEASURES)
    assert {"enquete", "registratie", "verhalen", "indicator"} <= set(checked["source"])
    shown = checked[checked["value"].notna()]
    assert (shown["low"].isna() | (shown["low"] <= shown["value"] + 1e-9)).all()
    assert (shown["high"].isna() | (shown["high"] >= shown["value"] - 1e-9)).all()
    # What was spent may be more than 100% of what was budgeted.
    shares = shown[(shown["unit"] == "procent") & (shown["source"] != "financien")]
    assert shares["value"].between(0, 100).all()


def test_small_numbers_are_not_shown(measures: pd.DataFrame) -> None:
    stories = measures[measures["source"] == "verhalen"]
    assert stories.loc[stories["n"] < 20, "value"].isna().all()
    hidden = measures[measures["status"].str.startswith(("onderdrukt", "niet-publiceerbaar"))]
    assert len(hidden) and hidden[["value", "low", "high"]].isna().all(axis=None)


def small_cells(name: str, frame: pd.DataFrame) -> list[str]:
    """Cells of a published table that count fewer than 10 people or stories, or rest on too few."""
    found = []
    people = ("n", "aantal", "uitgenodigd", "begonnen", "volledig", "verhalen", "n effectief", "n_eff")
    for column in frame.columns:
        counted = str(column).lower() in people
        numbers = pd.to_numeric(frame[column], errors="coerce") if counted else pd.Series(dtype=float)
        found += [f"{name}/{column}/{row}: {number}" for row, number in numbers[numbers < 10].items()]
    unit, value, n = next(
        (names for names in (("unit", "value", "n"), ("eenheid", "waarde", "n")) if {*names} <= {*frame}),
        ("", "", ""),
    )
    source = next((column for column in ("source", "bron") if column in frame and unit), "")
    for row, line in frame.iterrows() if source else ():
        number, base = pd.to_numeric(line[value], errors="coerce"), pd.to_numeric(line[n], errors="coerce")
        if str(line[unit]) == "personen" and number < 10:
            found.append(f"{name}/{row}: {number} personen")
        if line[source] == "registratie" and line[unit] == "procent":
            hits = number * base / 100
            if hits < 9.5 or base - hits < 9.5:
                found.append(f"{name}/{row}: {number}% van {base}")
        if line[source] in ("enquete", "verhalen") and str(line[unit]) != "personen" and pd.notna(number):
            least = 30 if line[source] == "enquete" else 20
            found += [] if base >= least else [f"{name}/{row}: n = {base}"]
    return found


def test_no_cell_of_the_output_is_under_the_minimum(voorbeeld_run: Any) -> None:
    """The whole of output/ that leaves: every CSV, every sheet, and the counts of run.json."""
    output, found = voorbeeld_run.result.output, []
    published = {
        path.name: pd.read_csv(path, keep_default_na=False, dtype=str) for path in output.glob("*.csv")
    }
    sheets = pd.read_excel(output / "uitkomsten.xlsx", sheet_name=None, dtype=str, keep_default_na=False)
    assert len(published) >= 9 and len(sheets) >= 8
    for name, frame in (published | sheets).items():
        found += small_cells(name, frame)
    record = json.loads((output / "run.json").read_text(encoding="utf-8"))
    for name, facts in record["feiten"].items():
        counts = {key: facts.get(key) for key in ("verhalen", "zonder_inhoud", "andere_taal", "gekoppeld")}
        found += [
            f"run.json/{name}/{key}" for key, one in counts.items() if isinstance(one, int) and 0 < one < 10
        ]
    assert found == []


def test_the_search_for_small_cells_finds_them() -> None:
    frame = pd.DataFrame(
        {
            "source": ["registratie"] * 2,
            "unit": ["procent", "personen"],
            "value": ["4", "7"],
            "n": ["100", "7"],
        }
    )
    assert len(small_cells("x", frame)) == 3


def test_the_workbook_runs_nothing(voorbeeld_run: Any, measures: pd.DataFrame) -> None:
    book = openpyxl.load_workbook(voorbeeld_run.result.output / "uitkomsten.xlsx", read_only=True)
    assert {"Leeswijzer", "Cijfers", "Citaten"} <= set(book.sheetnames)
    assert book["Cijfers"].max_row == len(measures) + 1
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_quotes_come_from_tellers_who_agreed_and_literally_from_their_clean_story(voorbeeld_run: Any) -> None:
    output = voorbeeld_run.result.output
    quotes = pd.read_csv(output / "citaten.csv", keep_default_na=False, dtype=str)
    stories = pd.read_csv(output / "private" / "verhalen-voorbeeld.csv", keep_default_na=False, dtype=str)
    agreed = stories.loc[stories["quote_consent"] == "True", "text"].tolist()
    raw = voorbeeld_run.project.corpus("voorbeeld") / "raw"
    yes = (read_table(raw / "verhalen-inwoners.csv")["citeren"] == "ja").sum()
    yes += (
        read_table(raw / "verhalen-professionals.xlsx", "Verhalen", ["nr", "citeren"])["citeren"] == "ja"
    ).sum()
    assert len(agreed) == yes
    assert len(quotes) >= 10
    for text in quotes["tekst"]:
        assert any(text in story for story in agreed)
    # The number of a story, which leads an insider to its teller, is nowhere.
    assert not set(stories["story"]) & (set(quotes["verhaal"]) | set(quotes["citaat"]))


def test_topics_are_found_in_the_stories(voorbeeld_run: Any) -> None:
    topics = pd.read_csv(voorbeeld_run.result.output / "onderwerpen.csv")
    real = topics[topics["onderwerp"] >= 0]
    assert len(real) >= 4 and (topics["aantal"] >= 10).all() and real["stabiliteit"].between(0, 1).all()
    assert set(real["oordeel"]) <= {"stabiel", "redelijk stabiel", "wisselend"}
    # Every story is in a topic that is shown, or counted as being in none.
    assert topics["aantal"].sum() == 324 and topics["onderwerp"].tolist()[-1] == -1


def test_the_search_for_leaks_finds_what_is_there(voorbeeld_run: Any) -> None:
    """On the deliveries themselves, so that an empty result elsewhere means something."""
    raw = voorbeeld_run.project.corpus("voorbeeld") / "raw"
    found = leaks({path.name: readable(path) for path in raw.iterdir()})
    assert len(found) >= 0.98 * len({secret.id for secret in secrets()})


def test_no_name_or_number_is_published(voorbeeld_run: Any) -> None:
    """Nothing that a reader of the output gets: not even a failure that is known elsewhere."""
    output = voorbeeld_run.result.output
    assert leaks({path.name: readable(path) for path in output.iterdir() if path.is_file()}) == {}


def test_names_and_numbers_stay_in_raw_and_private(voorbeeld_run: Any) -> None:
    """De-identification is never perfect: what is known to slip into the cache is listed by id, and may only shrink."""
    root = voorbeeld_run.project.root
    apart = ("raw", "private")
    files = [
        path
        for path in root.rglob("*")
        if path.is_file() and not set(apart) & set(path.relative_to(root).parts)
    ]
    found = leaks({path.relative_to(root).as_posix(): readable(path) for path in files})
    total = len({secret.id for secret in secrets()})
    assert total > 150
    assert set(found) <= set(KNOWN["ids"]), "a mention that was removed before is now readable (ids only)"
    assert 1 - len(found) / total >= KNOWN["measured_share"]


def test_numbers_and_stories_are_really_compared(voorbeeld_run: Any) -> None:
    output = voorbeeld_run.result.output
    defined = pd.read_csv(output / "definities.csv", keep_default_na=False, dtype=str).set_index("maat")
    assert set(defined["richting"]) <= {"meer", "minder", ""}
    for measure in (
        "tevredenheid.rapportcijfer",
        "tevredenheid.aandeel-tevreden",
        "bereik.contact",
        "sociale-samenhang",
    ):
        assert defined.loc[measure, "richting"] == "meer", measure
    # The median wait is shorter than the norm of the plan, and the stories about it are critical.
    together = pd.read_csv(output / "samen.csv", keep_default_na=False, dtype=str)
    city = together[together["gebied"] == "GM0505"].set_index("maat")["uitleg"]
    assert "als norm" in city["bereik.wachttijd"]
    assert {"convergentie", "dissonantie"} & set(together["code"])


def test_a_second_run_does_nothing(voorbeeld_run: Any) -> None:
    if program_digest() != voorbeeld_run.result.record["programma"]:
        pytest.skip("the toolkit itself was changed while the tests ran")
    before = {path: path.stat().st_mtime_ns for path in voorbeeld_run.result.output.rglob("*")}
    second = voorbeeld_run.again()
    assert not second.changed
    assert {path: path.stat().st_mtime_ns for path in second.output.rglob("*")} == before
