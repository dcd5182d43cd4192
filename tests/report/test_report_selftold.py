from __future__ import annotations

from pathlib import Path

import pandas as pd
from PIL import Image

from toolkit import tables
from toolkit.report.languages import languages
from toolkit.report.selftold import self_told
from toolkit.report.source import FILES, Output
from toolkit.report.ternary import Place, alt_text, triangle

POLES = ("naasten", "buurt", "professionals")
EDGE = tuple((0.4 + one, 0.4 - one, 0.2) for one in (0.0, 0.05, 0.02))


def output(**frames: pd.DataFrame) -> Output:
    empty = {name: pd.DataFrame(columns=list(columns)) for name, (_, columns) in FILES.items()}
    return Output(Path("output"), {**empty, **frames}, {})


def signified() -> pd.DataFrame:
    edge = ";".join(" ".join(f"{share:.4f}" for share in point) for point in EDGE)
    row = {"soort": "triade", "id": "hielp", "vraag": "Wie hielp?", "polen": " | ".join(POLES), "rand": edge}
    numbers = {"deel_1": "0.5", "deel_2": "0.3", "deel_3": "0.2"}
    return pd.DataFrame(
        [
            {**row, **numbers, "groep": "rol=inwoner", "n": "1200", "overgeslagen": "40"},
            {**row, **numbers, "groep": "rol=professional", "n": "31", "overgeslagen": "minder dan 10"},
            {**row, **numbers, "groep": "gebied=WK1", "n": "31", "overgeslagen": "0"},
        ]
    )


def test_a_triangle_is_drawn_with_the_numbers_in_words(tmp_path: Path) -> None:
    drawing = triangle(tmp_path / "t.png", POLES, [Place("inwoners", (0.5, 0.3, 0.2), EDGE, 48)])
    with Image.open(tmp_path / "t.png") as image:
        assert image.width > 800 and len(image.convert("RGB").getcolors(100_000) or []) > 20
    assert "inwoners: 50% naasten, 30% buurt en 20% professionals" in drawing.alt
    assert drawing.alt == alt_text(POLES, [Place("inwoners", (0.5, 0.3, 0.2), EDGE, 48)])


def test_the_same_triangle_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        triangle(tmp_path / name, POLES, [Place("inwoners", (0.5, 0.3, 0.2), (), 48)])
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_chapter_has_triangle_table_and_differences(tmp_path: Path) -> None:
    difference = {"soort": "triade", "id": "hielp", "vraag": "Wie hielp?", "groepen": "2", "n": "79"}
    differences = pd.DataFrame(
        [
            difference | {"indeling": "rol", "p": "0.002", "oordeel": "verschil"},
            difference | {"indeling": "gebied", "p": "0.4", "oordeel": "geen aantoonbaar verschil"},
        ]
    )
    measures = tables.measures(
        [
            {"source": "verhalen", "dataset": "v", "measure": f"triade.hielp.{pole}", "unit": "procent", "area": "GM0505",
             "period": "2026", "group": "rol=inwoner", "value": 33.0, "low": 30.0, "high": 36.0, "n": 1200, "n_eff": 1200}
            for pole in (1, 2, 3)
        ]
    )  # fmt: skip
    text = self_told(
        output(
            **{"eigen-duiding": signified()}, measures=measures, **{"eigen-duiding-verschillen": differences}
        ),
        tmp_path,
    )
    assert "{#fig-triade-hielp" in text and "fig-alt=" in text and (tmp_path / "triade-hielp.png").is_file()
    assert "{#tbl-triade-hielp}" in text and "1.200" in text and "minder dan 10" in text
    assert "Inwoners en professionals antwoordden verschillend op" in text and "p = 0,002" in text
    assert "Inwoners van verschillende wijken verschillen niet aantoonbaar" in text
    assert self_told(output(measures=measures[:0]), tmp_path) == ""


def test_languages_are_told_and_small_numbers_are_not() -> None:
    def told(**facts: object) -> str:
        one = output()
        return languages(Output(one.folder, one.frames, {"feiten": {"verhalen v": facts}}))

    assert told(talen={"nl": 80}) == "" and told() == ""
    words = told(talen={"nl": 80, "en": 12, "tr": 20, "und": 15}, andere_talen="meertalig")
    assert words.startswith("32 verhalen zijn niet in het Nederlands verteld, maar in het Turks en Engels.")
    assert "Hun toon niet" in words and "Van 15 heel korte" in words
    few = told(talen={"nl": 80, "pl": "minder dan 10"}, andere_talen="apart")
    assert few.startswith("Enkele verhalen zijn") and "Pools" in few and "tellen nergens mee" in few
