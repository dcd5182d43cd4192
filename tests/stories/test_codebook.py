from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import DataError, ProjectError
from toolkit.stories.codebook import Theme, passages, read_codebook

ROOT = Path(__file__).resolve().parents[2]


def write(folder: Path, text: str) -> Path:
    path = folder / "themas.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_themes_come_in_order_with_all_their_parts(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
[[thema]]
id = "wachttijd"
naam = "Wachttijd"
beschrijving = "Hoe lang het duurt."
wel = "Een wachtlijst."
niet = "De telefoon."
voorbeelden = ["Elf weken."]
[[thema]]
id = "wachtlijst"
naam = "Wachtlijst"
beschrijving = "Op een lijst staan."
ouder = "wachttijd"
""",
    )
    first, second = read_codebook(path)
    assert first == Theme(
        "wachttijd", "Wachttijd", "Hoe lang het duurt.", "Een wachtlijst.", "De telefoon.", ("Elf weken.",)
    )
    assert (second.id, second.parent, second.examples) == ("wachtlijst", "wachttijd", ())


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
[[thema]]
id = "a"
naam = "A"
beschrijving = "Over a."
ouder = "bestaat-niet"
[[thema]]
id = "a"
naam = "Nog eens A"
beschrijving = "Over a."
[[thema]]
id = "b"
naam = "B"
beschrijving = "Over b."
ouder = "b"
""",
    )
    with pytest.raises(DataError) as caught:
        read_codebook(path)
    assert sorted(problem.message for problem in caught.value.problems) == [
        "het thema 'a' staat er twee keer in.",
        "het thema 'b' bestaat niet.",
        "het thema 'bestaat-niet' bestaat niet.",
    ]
    assert all(problem.remedy for problem in caught.value.problems)


def test_wrong_keys_are_named_with_the_nearest_right_one(tmp_path: Path) -> None:
    path = write(tmp_path, '[[thema]]\nid = "a b"\nnaam = "A"\nbeschrijvng = "x"\n')
    with pytest.raises(DataError) as caught:
        read_codebook(path)
    text = str(caught.value)
    assert "Bedoelt u 'beschrijving'?" in text and "thema.1.beschrijvng" in text
    assert "thema.1.id" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("thema = []", "geen enkel thema"),
        ("", "deze sleutel ontbreekt"),
    ],
)
def test_a_codebook_needs_themes_to_compare(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_codebook(write(tmp_path, text))


def test_a_missing_or_broken_file_is_told_in_dutch(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="bestaat niet"):
        read_codebook(tmp_path / "themas.toml")
    with pytest.raises(ProjectError, match="geen geldig TOML"):
        read_codebook(write(tmp_path, "[[thema]\n"))


def test_passages_are_the_name_each_sentence_and_the_examples() -> None:
    theme = Theme(
        "a", "Wachttijd", "Lang wachten; te laat. Of vlot!", "Een lijst.", "Niet dit.", ("Elf weken.",)
    )
    assert passages(theme) == [
        "Wachttijd: Lang wachten; te laat. Of vlot!",
        "Lang wachten;",
        "te laat.",
        "Of vlot!",
        "Een lijst.",
        "Elf weken.",
    ]


def test_the_shipped_codebook_is_sound() -> None:
    themes = read_codebook(ROOT / "corpora" / "voorbeeld" / "themas.toml")
    assert len(themes) >= 10
    assert all(theme.examples and theme.include and theme.exclude for theme in themes)
