"""The text commands: what they leave alone, what they never write, and that they write all or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd
import pytest

from toolkit.analysis import tasks
from toolkit.analysis.columns import kept_columns, personal_columns
from toolkit.analysis.tasks import deidentify_file, themes_file
from toolkit.analysis.topictasks import topics_file
from toolkit.errors import ToolkitError

BOOK = '[[thema]]\nid = "wachten"\nnaam = "Wachten"\nbeschrijving = "Lang op de wachtlijst staan."\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "verhalen.csv"
    path.write_text("id,text\na,Fatima Bouzidi belde mij.\nb,Ik wacht al weken.\n", encoding="utf-8")
    return path


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("way", ["same", "dots", "link", "spans", "topics", "codebook"])
def test_what_is_read_is_never_written_over(source: Path, way: str) -> None:
    folder = source.parent
    (folder / "boek.toml").write_text(BOOK, encoding="utf-8")
    if way == "spans":
        source = source.rename(folder / "uit.spans.csv")
    elif way == "topics":
        source = source.rename(folder / "documenten.csv")
    elif way == "link":
        os.link(source, folder / "ander.csv")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ToolkitError, match="kan niet ook de uitkomst zijn"):
        if way == "topics":
            topics_file(source, folder)
        elif way == "codebook":
            themes_file(source, folder / "boek.toml", folder / "boek.toml")
        else:
            out = {"same": source, "dots": folder / "x" / ".." / source.name, "link": folder / "ander.csv"}
            deidentify_file(source, out.get(way, folder / "uit.csv"))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


@pytest.mark.parametrize("place", ["raw/uit.csv", "corpora/x/Raw/diep/uit.csv"])
def test_nothing_is_written_among_deliveries(source: Path, place: str) -> None:
    with pytest.raises(ToolkitError, match="raw/"):
        deidentify_file(source, source.parent / place)
    assert [path.name for path in source.parent.iterdir()] == [source.name]


def test_delivered_columns_with_a_name_of_ours_get_another_name(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text("id,nr,text,tekst,thema,thema_invoer\n7,a,Goed.,x,y,z\n", encoding="utf-8")
    deidentify_file(path, tmp_path / "schoon.csv", "nr")
    found = read(tmp_path / "schoon.csv")
    assert found.columns.tolist() == ["id", "tekst", "id_invoer", "tekst_invoer", "thema", "thema_invoer"]
    assert found.loc[0].tolist() == ["a", "Goed.", "7", "x", "y", "z"]
    kept = kept_columns(pd.DataFrame({"thema": ["y"], "thema_invoer": ["z"]}), (), ["id", "thema"])
    assert kept.columns.tolist() == ["thema_invoer_invoer", "thema_invoer"]


def test_texts_and_contact_details_in_other_columns_are_de_identified(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    cells = {
        "id": ["a", "b"],
        "text": ["Goed.", "Ook goed."],
        "wijk": ["WK050507", "Oud Krispijn"],
        "nummer": ["123456789", "v-001"],  # nine digits that are no BSN
        "datum": ["2026-03-12", "2026-03-13"],
        "toelichting": ["Ik sprak vaak met Fatima Bouzidi daarover.", "Mee eens"],
        "los": ["f.bouzidi@voorbeeld.nl", "06-12345678"],
        "code": ["123456782", "NL91ABNA0417164300"],  # a valid BSN, an IBAN
        "consulent": ["Fatima Bouzidi", "team 3"],
        "Achternaam": ["Bouzidi", "Jansen"],
        "e-mail": ["x", "y"],
        "wijknaam": ["Wielwijk", "Crabbehof"],
    }
    pd.DataFrame(cells).to_csv(path, index=False)
    result = deidentify_file(path, tmp_path / "uit.csv")
    found = read(tmp_path / "uit.csv")
    for name in ("wijk", "nummer", "datum", "wijknaam"):
        assert found[name].tolist() == cells[name], name
    assert found["toelichting"].tolist() == ["Ik sprak vaak met [persoon-1] daarover.", "Mee eens"]
    assert found["los"].tolist() == ["[email]", "[telefoon]"]
    assert found["code"].tolist() == ["[bsn]", "[nummer]"]
    assert found["consulent"].tolist() == ["[persoon-1]", "team 3"]
    assert result.note.endswith("Achternaam, e-mail.")
    assert "Achternaam" not in found and "e-mail" not in found
    text = (tmp_path / "uit.csv").read_text(encoding="utf-8")
    assert not any(secret in text for secret in ("Bouzidi", "Jansen", "123456782", "0417164300"))


def test_personal_columns_are_known_by_their_name() -> None:
    told = ["naam", "Voornaam", "first_name", "E-mailadres", "email", "Telefoonnummer", "woonadres", "BSN", "geboortedatum"]  # fmt: skip
    others = ["wijk", "wijknaam", "gebiedsnaam", "naam wijk", "thema_naam", "deelname", "leeftijdsgroep", "datum", "score"]  # fmt: skip
    assert personal_columns([*told, *others]) == told


def test_a_failure_leaves_all_files_as_they_were(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = source.parent
    deidentify_file(source, folder / "uit.csv")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    source.write_text(source.read_text(encoding="utf-8").replace("weken", "maanden"), encoding="utf-8")
    before[source.name] = source.read_bytes()
    real = Path.replace

    def held(self: Path, target: Path) -> Path:
        if Path(target).name == "uit.spans.csv" and "-oud" not in self.name:
            raise PermissionError(13, "in use", str(target))
        return real(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", held)
        with pytest.raises(PermissionError):
            deidentify_file(source, folder / "uit.csv")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before

    def broken(*_: object) -> pd.DataFrame:
        raise KeyboardInterrupt

    monkeypatch.setattr(tasks, "spans_table", broken)
    with pytest.raises(KeyboardInterrupt):
        deidentify_file(source, folder / "nieuw.csv")
    assert {path.name for path in folder.iterdir()} == set(before)
