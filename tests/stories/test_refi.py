from __future__ import annotations

import os
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import DataError
from toolkit.stories import refi_read
from toolkit.stories.refi import (
    PROJECT,
    Code,
    Coding,
    Qda,
    Source,
    stable_guid,
    write_codebook,
    write_project,
)
from toolkit.stories.refi_read import read_qda

SCHEMAS = Path(
    os.environ.get("REFI_QDA_XSD", Path(__file__).parents[2] / ".." / "shared" / "data" / "refi-qda")
)
TRICKY = "Café 👍🏽 e\u0301e\u0301n:\r\nregel twee \u0007 & <b>\n"
ANNE, COMPUTER = stable_guid("user", "Anne"), stable_guid("user", "computer")
CODES = (
    Code(stable_guid("code", "hulp"), "Hulp & zorg", "Alles over <hulp>.\nTwee regels.", codable=False),
    Code(stable_guid("code", "wacht"), "Wachten", "", stable_guid("code", "hulp"), "#1F5C7A"),
    Code(stable_guid("code", "geld"), 'Geld "en" schulden', "Ruim.", stable_guid("code", "wacht")),
    Code(stable_guid("code", "los"), "Café 👍"),
)


def example() -> Qda:
    first, second = (
        Source(stable_guid("story", "1"), "verhaal 1", TRICKY),
        Source(stable_guid("story", "2"), "2", "\ufeffbom"),
    )
    begin = TRICKY.index("👍")
    codings = (
        Coding(
            stable_guid("c", "1"), first.guid, CODES[1].guid, ANNE, begin, begin + 2, "2026-03-12T00:00:00Z"
        ),
        Coding(stable_guid("c", "2"), first.guid, CODES[2].guid, COMPUTER, begin, begin + 2),
        Coding(stable_guid("c", "3"), first.guid, CODES[2].guid, ANNE, TRICKY.index("regel"), len(TRICKY)),
        Coding(stable_guid("c", "4"), first.guid, CODES[3].guid, ANNE),
        Coding(stable_guid("c", "5"), second.guid, CODES[3].guid, "", 0, 1),
    )
    return Qda("Verhalen 2026", CODES, {ANNE: "Anne", COMPUTER: "computer"}, (first, second), codings)


def test_a_project_comes_back_without_loss(tmp_path: Path) -> None:
    write_project(tmp_path / "p.qdpx", example())
    found = read_qda(tmp_path / "p.qdpx")
    assert found == example()
    assert found.sources[0].text[found.codings[0].start : found.codings[0].end] == "👍🏽"
    first = (tmp_path / "p.qdpx").read_bytes()
    write_project(tmp_path / "q.qdpx", found)
    assert (tmp_path / "q.qdpx").read_bytes() == first  # guids and order are stable
    with zipfile.ZipFile(tmp_path / "p.qdpx") as archive:
        assert {name.count("/") for name in archive.namelist()} == {0, 1}
        assert all(name == "project.qde" or name.startswith("sources/") for name in archive.namelist())


def test_a_codebook_comes_back_without_loss(tmp_path: Path) -> None:
    write_codebook(tmp_path / "c.qdc", CODES)
    assert read_qda(tmp_path / "c.qdc").codes == CODES


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60), st.data())
def test_any_text_and_any_selection_come_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    source = Source(stable_guid("s"), "s", text)
    coding = Coding(stable_guid("c"), source.guid, CODES[3].guid, "", start, end)
    path = tmp_path_factory.getbasetemp() / "any.qdpx"
    write_project(path, Qda("p", (CODES[3],), {}, (source,), (coding,)))
    found = read_qda(path)
    assert found.sources[0].text == text and (found.codings[0].start, found.codings[0].end) == (start, end)


def test_codes_that_go_round_or_miss_their_parent_stand_at_the_top(tmp_path: Path) -> None:
    one, two = stable_guid("1"), stable_guid("2")
    codes = [
        Code(one, "a", parent=two),
        Code(two, "b", parent=one),
        Code(stable_guid("3"), "c", parent=stable_guid("niets")),
    ]
    write_codebook(tmp_path / "c.qdc", codes)
    assert [code.name for code in read_qda(tmp_path / "c.qdc").codes] == ["a", "b", "c"]


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the published schemas do not stand here")
def test_what_is_written_is_valid_against_the_published_schemas(tmp_path: Path) -> None:
    import xmlschema

    write_codebook(tmp_path / "c.qdc", CODES)
    write_project(tmp_path / "p.qdpx", example())
    write_project(tmp_path / "leeg.qdpx", Qda("leeg", ()))
    xmlschema.XMLSchema(SCHEMAS / "Codebook.xsd").validate(str(tmp_path / "c.qdc"))
    schema = xmlschema.XMLSchema(SCHEMAS / "Project.xsd")
    for name in ("p.qdpx", "leeg.qdpx"):
        with zipfile.ZipFile(tmp_path / name) as archive:
            schema.validate(ElementTree.fromstring(archive.read("project.qde")))


def qde(body: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{PROJECT}" name="p">{body}</Project>'


def archive(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


TEXT = '<Sources><TextSource guid="{0}" name="1" plainTextPath="{1}">{2}</TextSource></Sources>'


def test_what_another_program_wrote_is_read_and_the_rest_is_counted(tmp_path: Path) -> None:
    guid, code, picture = (stable_guid(name).upper() for name in ("s", "code", "beeld"))
    body = (
        f'<CodeBook><Codes><Code guid="{{{code}}}" name="Wachten" isCodable="1"/></Codes></CodeBook>'
        f'<Sources><PictureSource guid="{picture}"/><TextSource guid="{guid}" name="1" plainTextPath="internal://{guid}.txt">'
        f'<PlainTextSelection guid="{stable_guid("x")}" startPosition="0" endPosition="3">'
        f'<Coding guid="{stable_guid("y")}"><CodeRef targetGUID="{code}"/></Coding>'
        f'<Coding guid="{stable_guid("z")}"><CodeRef targetGUID="{stable_guid("weg")}"/></Coding></PlainTextSelection></TextSource>'
        f'<TextSource guid="{stable_guid("ver")}" plainTextPath="absolute:///C:/geheim.txt"/></Sources>'
    )
    path = archive(
        tmp_path / "p.qdpx",
        {"project.qde": qde(body), f"Sources/{guid}.txt": b"\xef\xbb\xbf\xc3\xa9\xc3\xa9n"},
    )
    found = read_qda(path)
    assert [source.text for source in found.sources] == ["één"]
    assert [(one.start, one.end) for one in found.codings] == [(0, 3)]
    assert found.skipped == {"PictureSource": 1, "TextSource": 1, "Coding": 1}


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"project.qde": BOMB + f'<Project xmlns="{PROJECT}" name="&b;"/>'}, "veilige"),
        ({"project.qde": '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}, "veilige"),
        ({"project.qde": "<Project"}, "veilige"),
        ({"project.qde": '<Project name="p"/>'}, "geen project"),
        ({"anders.xml": "<x/>"}, "geen project.qde"),
        ({"project.qde": qde(TEXT.format(stable_guid("s"), "internal://../../etc/passwd", ""))}, "plaats die niet mag"),
        ({"project.qde": qde(TEXT.format(stable_guid("s"), "internal://..\\x.txt", ""))}, "plaats die niet mag"),
        ({"project.qde": qde(TEXT.format(stable_guid("s"), "internal://weg.txt", ""))}, "ontbreekt"),
        ({"project.qde": qde(TEXT.format("geen-guid", "internal://a.txt", "")), "sources/a.txt": b"a"}, "guid"),
        ({"project.qde": qde(TEXT.format(stable_guid("s"), "internal://a.txt", "")), "sources/a.txt": b"\xff\xfe"}, "UTF-8"),
        (
            {
                "project.qde": qde(TEXT.format(stable_guid("s"), "internal://a.txt", f'<PlainTextSelection guid="{stable_guid("x")}" startPosition="0" endPosition="9"/>')),
                "sources/a.txt": b"kort",
            },
            "buiten de tekst",
        ),
    ],
)  # fmt: skip
def test_a_hostile_or_damaged_project_is_refused(
    tmp_path: Path, files: dict[str, bytes | str], words: str
) -> None:
    with pytest.raises(DataError, match=words):
        read_qda(archive(tmp_path / "p.qdpx", files))


def test_a_zip_bomb_is_refused_before_it_fills_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refi_read, "LARGEST_TEXT", 1000)
    body = qde(TEXT.format(stable_guid("s"), "internal://a.txt", ""))
    path = archive(tmp_path / "p.qdpx", {"project.qde": body, "sources/a.txt": b"a" * 5000})
    with pytest.raises(DataError, match="te groot"):
        read_qda(path)
    monkeypatch.setattr(refi_read, "LARGEST_XML", 10)
    with pytest.raises(DataError, match="te groot"):
        read_qda(path)


def test_what_is_no_zip_and_no_codebook_is_refused(tmp_path: Path) -> None:
    for number, content in enumerate((b"PK\x03\x04kapot", b"<x/>", b"zomaar", b"")):
        path = tmp_path / f"{number}.qdpx"
        path.write_bytes(content)
        with pytest.raises(DataError):
            read_qda(path)


def test_a_codebook_nested_very_deep_is_refused_and_no_crash(tmp_path: Path) -> None:
    def book(depth: int) -> Path:
        opened = "".join(
            f'<Code guid="{stable_guid(str(n))}" name="{n}" isCodable="true">' for n in range(depth)
        )
        text = f'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{opened}{"</Code>" * depth}</Codes></CodeBook>'
        path = tmp_path / "c.qdc"
        path.write_text(text, encoding="utf-8")
        return path

    assert len(read_qda(book(100)).codes) == 100
    with pytest.raises(DataError, match=r"diep|geldige"):
        read_qda(book(3000))
