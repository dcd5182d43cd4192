"""Whatever comes in, there is an answer in Dutch: never a traceback."""

from __future__ import annotations

import io
import string
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.intake.deliveries import HEADER, csv_file, docx_bytes, project, rows, xlsx_file
from tests.intake.test_formats import ods_bytes
from toolkit.errors import DataError, ToolkitError
from toolkit.intake.check import Context, check_tables
from toolkit.intake.formats import open_content
from toolkit.intake.header import known_names, score_of
from toolkit.intake.receive import receive
from toolkit.intake.report import as_html, as_text
from toolkit.intake.spec import KINDS, specification

SPECS = {kind: specification({"soort": kind}) for kind in KINDS}
FAST = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
SUFFIXES = (".csv", ".xlsx", ".ods", ".sav", ".jsonl", ".docx", ".txt", ".zip", ".vv")


def answered(content: bytes, name: str) -> None:
    """The file is read or refused; what is read is checked and reported for every kind of delivery."""
    for kind, agreed in SPECS.items():
        try:
            tables = open_content(content, name, score_of(known_names(agreed)))
        except DataError as error:
            assert error.problems and all(one.message for one in error.problems)
            continue
        result = check_tables(name, tables, agreed, Context())
        assert as_text(result) and as_html(result, "vandaag"), kind


@FAST
@given(st.binary(max_size=400), st.sampled_from(SUFFIXES))
def test_any_bytes(content: bytes, suffix: str) -> None:
    answered(content, f"a{suffix}")


CELLS = st.one_of(
    st.text(max_size=12),
    st.text(string.printable, max_size=12),
    st.sampled_from(
        [
            "31-02-2026",
            "=1+1",
            '"',
            "1e400",
            "nan",
            "-inf",
            "∞",
            "٣",
            "²",
            "1.234",
            "0",
            "\ufeff",
            "2026-01-01T00:00:00Z",
            "12345678912345678912",
        ]
    ),
)


@FAST
@given(st.lists(st.lists(CELLS, min_size=1, max_size=9), max_size=6), st.sampled_from(";,\t|"))
def test_any_cells_in_a_csv(body: list[list[str]], mark: str) -> None:
    lines = [mark.join(HEADER), *(mark.join(cells) for cells in body)]
    answered("\n".join(lines).encode("utf-8", "surrogatepass"), "a.csv")


@FAST
@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                name: st.one_of(CELLS, st.floats(), st.integers(), st.booleans(), st.none())
                for name in HEADER[:4]
            },
        ),
        max_size=5,
    )
)
def test_any_values_in_json_lines(body: list[dict[str, object]]) -> None:
    import json

    answered("\n".join(map(json.dumps, body)).encode(), "a.jsonl")


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder: Path = tmp_path_factory.mktemp("goed")
    xlsx_file(folder / "a.xlsx", {"Blad1": [["Titel"], HEADER, *rows(5)]})
    return {
        ".xlsx": (folder / "a.xlsx").read_bytes(),
        ".ods": ods_bytes([HEADER, *rows(5)]),
        ".docx": docx_bytes(["Interviewer: ja?", "R: ja."]),
        ".csv": csv_file(folder / "a.csv", rows(5)).read_bytes(),
    }


@FAST
@given(data=st.data())
def test_a_good_file_with_damage(originals: dict[str, bytes], data: st.DataObject) -> None:
    suffix = data.draw(st.sampled_from(sorted(originals)))
    content = bytearray(originals[suffix])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    answered(bytes(content), f"a{suffix}")


@FAST
@given(data=st.data())
def test_a_workbook_with_damage_in_its_parts(originals: dict[str, bytes], data: st.DataObject) -> None:
    """Damage behind the checksums: the parts are changed and zipped again."""
    suffix = data.draw(st.sampled_from([".xlsx", ".ods", ".docx"]))
    with zipfile.ZipFile(io.BytesIO(originals[suffix])) as box:
        members = {name: bytearray(box.read(name)) for name in box.namelist()}
    name = data.draw(st.sampled_from(sorted(members)))
    part = members[name]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(len(part) - 1, 0)))
        part[at : at + data.draw(st.integers(0, 6))] = data.draw(st.binary(max_size=6))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as box:
        for one, content in members.items():
            box.writestr(one, bytes(content))
    answered(buffer.getvalue(), f"a{suffix}")


def kept(root: Path) -> dict[str, bytes]:
    """Every file of a project but the lock, the log and the mark of its key."""
    leave = ("intake.lock", "logboek.jsonl", "project.json")
    return {
        str(path): path.read_bytes() for path in root.rglob("*") if path.is_file() and path.name not in leave
    }


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_damaged_delivery_is_kept_whole_or_not_at_all(
    originals: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("ontvangen")
    place = project(folder / "project")
    suffix = data.draw(st.sampled_from([".csv", ".xlsx"]))
    content = bytearray(originals[suffix])
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = folder / f"a{suffix}"
    path.write_bytes(content)
    before = kept(place.root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TEV_SLEUTEL", "s" * 40)
        try:
            whole = receive(place, path, "Partner A", "surveys/trajecten", good_rows=True).accepted
        except ToolkitError:
            whole = False
    assert whole or kept(place.root) == before
    assert not list((place.root / "leveringen").glob(".*"))
