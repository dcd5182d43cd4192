"""Files that could harm are refused or survived, within a gigabyte of memory and a minute."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.intake.deliveries import HEADER, ROW, csv_file, docx_bytes, rows, xlsx_file
from tests.intake.test_formats import ods_bytes
from toolkit.intake.check import Checked, check_file
from toolkit.intake.spec import specification

ROOT = Path(__file__).parents[2]
TRAJECTORIES = specification({"soort": "trajecten"})

# Checks a file in a process of its own and prints its memory (MB), its findings and its rows.
CHILD = """
import re, sys
from pathlib import Path
from toolkit.intake.check import check_file
from toolkit.intake.spec import specification
result = check_file(Path(sys.argv[1]), specification({"soort": "trajecten"}))
# The peak of this program alone: what getrusage tells begins with that of the parent.
state = Path("/proc/self/status")
told = re.search(r"VmHWM:\\s+(\\d+)", state.read_text()) if state.exists() else None
print(int(told[1]) // 1024 if told else 0)
print(len(result.errors), result.counts.rows)
print(result.errors[0].message if result.errors else "")
"""


def apart(path: Path) -> tuple[int, int, str]:
    """Errors, rows and the first message of a file that is checked with limits on memory and time."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    memory, counts, message = done.stdout.split("\n")[:3]
    assert int(memory) < 1000, f"{memory} MB"
    assert time.perf_counter() - begin < 60
    errors, count = map(int, counts.split())
    return errors, count, message


def refused(path: Path) -> str:
    """The message with which a file is refused at once."""
    result: Checked = check_file(path, TRAJECTORIES)
    assert result.parts == () and len(result.findings) == 1
    return result.findings[0].message


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in members.items():
            box.writestr(name, content)
    return path


def rewritten(path: Path, changes: dict[str, bytes]) -> Path:
    """An XLSX with some parts replaced or added."""
    xlsx_file(path, {"Blad1": [HEADER, *rows(2)]})
    with zipfile.ZipFile(path) as box:
        members = {name: box.read(name) for name in box.namelist()}
    return zipped(path, members | changes)


def test_a_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "bom.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box,
        box.open("a.csv", "w", force_zip64=True) as member,
    ):
        for _ in range(500):
            member.write(b"\0" * 1_000_000)
    assert path.stat().st_size < 1_000_000
    errors, _, message = apart(path)
    assert errors == 1 and "uitgepakt groter dan 300 MB" in message


def test_an_xlsx_bomb_and_a_zip_with_many_members(tmp_path: Path) -> None:
    sheet = b"<worksheet><sheetData>" + b" " * 310_000_000
    assert "uitgepakt groter" in apart(rewritten(tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": sheet}))[2]
    assert "meer dan 2000" in refused(
        zipped(tmp_path / "b.zip", {f"{number}.csv": b"a" for number in range(2100)})
    )


LAUGHS = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_billion_laughs(tmp_path: Path, part: str) -> None:
    path = rewritten(tmp_path / "a.xlsx", {})
    with zipfile.ZipFile(path) as box:
        members = {name: box.read(name) for name in box.namelist()}
    members[part] = LAUGHS + members.get(part, b"<sst/>").partition(b"?>")[2]
    assert "vastlopen" in refused(zipped(path, members))
    members[part] = members[part].decode().encode("utf-16")
    assert "codering" in refused(zipped(path, members))


def test_billion_laughs_in_word_and_ods(tmp_path: Path) -> None:
    word = tmp_path / "a.docx"
    word.write_bytes(docx_bytes(["x"]))
    zipped(word, {"word/document.xml": LAUGHS + b"<w>&b;</w>"})
    ods = zipped(tmp_path / "a.ods", {"content.xml": LAUGHS + b"<x>&b;</x>"})
    assert "vastlopen" in refused(word) and "vastlopen" in refused(ods)


def test_external_links_are_not_followed(tmp_path: Path) -> None:
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    path = rewritten(tmp_path / "a.xlsx", {"xl/externalLinks/externalLink1.xml": link})
    result = check_file(path, TRAJECTORIES)
    assert result.errors == () and "verwijst naar andere bestanden" in result.warnings[0].message


def test_ten_million_empty_rows_in_a_csv(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", rows(3))
    with path.open("ab") as file:
        file.write(b";;;;;;;;\n" * 10_000_000)
    assert apart(path)[:2] == (0, 3)
    with path.open("ab") as file:
        file.write(";".join(ROW).encode() + b"\n")
    errors, _, message = apart(path)
    assert errors == 1 and "meer dan 2 miljoen regels" in message


def test_a_million_empty_rows_in_an_xlsx(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "a.xlsx", {})
    with zipfile.ZipFile(path) as box:
        sheet = box.read("xl/worksheets/sheet1.xml")
    empty = b"".join(b'<row r="%d"><c r="A%d" s="0"/></row>' % (row, row) for row in range(4, 1_048_577))
    rewritten(path, {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", empty + b"</sheetData>")})
    assert apart(path)[:2] == (0, 2)


def test_a_cell_far_away(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "a.xlsx", {})
    with zipfile.ZipFile(path) as box:
        sheet = box.read("xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    for odd in (
        far,
        far.replace(b'"', b"'"),
        far.replace(b"<row r=", b"<row  r="),
        far.replace(b'<c r="', b'<c t="n" r="'),
    ):
        rewritten(path, {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", odd + b"</sheetData>")})
        errors, _, message = apart(path)
        assert errors == 1 and "ver buiten de tabel" in message


def test_an_ods_that_repeats_a_cell_a_billion_times(tmp_path: Path) -> None:
    path = tmp_path / "a.ods"
    path.write_bytes(ods_bytes([HEADER, *rows(2)]))
    with zipfile.ZipFile(path) as box:
        content = box.read("content.xml")
    many = b'<table:table-row table:number-rows-repeated="1000000"><table:table-cell office:value-type="string" table:number-columns-repeated="16000"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
    zipped(
        path,
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.replace(b"</table:table>", many),
        },
    )
    errors, _, message = apart(path)
    assert errors == 1 and "ver buiten de tabel" in message


def test_one_long_text_in_a_million_cells(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "a.xlsx", {})
    space = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    shared = b'<sst xmlns="%s"><si><t>%s</t></si></sst>' % (space, b"x" * 30_000)
    body = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(1, 200_000)
    )
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (space, body)
    rewritten(path, {"xl/sharedStrings.xml": shared, "xl/worksheets/sheet1.xml": sheet})
    errors, _, message = apart(path)
    assert errors == 1 and "samen te lang" in message


def test_macros(tmp_path: Path) -> None:
    assert "macro" in refused(rewritten(tmp_path / "a.xlsx", {"xl/vbaProject.bin": b"x"}))
    path = tmp_path / "a.xlsm"
    path.write_bytes(b"PK\x03\x04")
    assert "macro" in refused(path)


def test_csv_with_nul(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", rows(3, c1={1: "Hulp\0"}))
    assert "NUL" in refused(path)


def test_names_that_climb_out_of_a_zip(tmp_path: Path) -> None:
    for name in (
        "../../buiten.csv",
        "/etc/buiten.csv",
        "C:\\buiten.csv",
        "a/../../buiten.csv",
        "..\\buiten.csv",
    ):
        path = zipped(tmp_path / "a.zip", {name: b"a;b\n1;2\n"})
        assert "andere map" in refused(path), name
    assert not list(tmp_path.parent.glob("**/buiten.csv"))


def test_a_file_of_two_gigabytes(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(2**31)
    begin = time.perf_counter()
    assert "groter dan 250 MB" in refused(path)
    assert time.perf_counter() - begin < 1


def test_lines_and_rows_without_end(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(";".join(HEADER).encode() + b"\n" + b";" * 30_000_000)
    assert apart(path)[:2] == (1, 0) or apart(path)[1] == 0
    path.write_bytes(b"x" * 30_000_000)
    assert apart(path)[0] >= 1
    path.write_bytes(b'"' + b"x;\n" * 5_000_000)
    assert apart(path)[0] >= 1


def test_other_kinds_of_files(tmp_path: Path) -> None:
    for name, content in {
        "a.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "b.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "c.exe": b"MZ",
        "d.xlsx": b"PK\x03\x04rommel",
        "e.sav": b"geen spss",
        "f.csv": b"",
        "g.csv": b"   \n\n",
        "h.csv": b"PK\x03\x04",
        "i.docx": b"geen word",
        "j.zip": b"",
        "k.sav": b"$FL2@(#) rommel" + bytes(200),
        "l.csv": bytes(range(128, 256)),
        "m.jsonl": b"[" * 100_000,
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        assert refused(path), name
    with pytest.raises(Exception, match="bestaat niet"):
        check_file(tmp_path / "nergens.csv", TRAJECTORIES)


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as box:
        box.writestr("a.csv", "a;b\n1;2\n")
    assert "kennen wij niet" in refused(zipped(tmp_path / "a.zip", {"b.zip": inner.getvalue()}))
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip"]
