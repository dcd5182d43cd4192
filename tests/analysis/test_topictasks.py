"""`tev stories topics` on a file: what it writes, and topics kept for a later delivery."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from toolkit.analysis.tasks import TaskResult
from toolkit.analysis.topictasks import TopicOptions, topics_file
from toolkit.errors import DataError, ToolkitError

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "toolkit" / "templates" / "verhalen" / "themas.toml"


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, keep_default_na=False)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety stories of two years in two neighbourhoods, then a non-answer and one in English."""
    lines = (ROOT / "corpora" / "ontwikkelset" / "verhalen-3.jsonl").read_text(encoding="utf-8").splitlines()
    stories = [json.loads(line)["zinnen"] for line in lines[:90]]
    texts = [re.sub(r"\[\[\w+:([^\]]+)\]\]", r"\1", " ".join(one for one, _ in story)) for story in stories]
    texts += ["nvt", "The waiting list was far too long and nobody ever called us back about it."]
    frame = pd.DataFrame({"id": range(len(texts)), "text": texts})
    frame["wijk"] = ["noord" if number % 2 else "zuid" for number in frame["id"]]
    frame["datum"] = [f"{2025 + number % 2}-0{1 + number % 9}-15" for number in frame["id"]]
    path = tmp_path_factory.mktemp("onderwerpen") / "verhalen.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def first(source: Path) -> TaskResult:
    options = TopicOptions(group="wijk", date="datum", keep=source.parent / "kept.safetensors")
    return topics_file(source, source.parent / "uit", options, model="use")


def test_all_tables_are_written_and_agree(source: Path, first: TaskResult) -> None:
    out = source.parent / "uit"
    assert {path.name for path in first.files} == {
        "documenten.csv", "onderwerpen.csv", "onderwerpen.png", "boom.csv", "per-groep.csv", "per-periode.csv", "kept.safetensors",
    }  # fmt: skip
    topics, documents = read(out / "onderwerpen.csv"), read(out / "documenten.csv")
    assert first.found == len(topics) >= 4 and first.rows == len(documents) == 92
    assert documents.loc[90, "onderwerp"] == -1
    counts = documents["onderwerp"].value_counts()
    assert topics["aantal"].tolist() == [counts[topic] for topic in topics["onderwerp"]]
    assert (
        set(topics["oordeel"]) <= {"stabiel", "redelijk stabiel", "wisselend"}
        and (topics["titel"] != "").all()
    )
    per_group, per_period = read(out / "per-groep.csv"), read(out / "per-periode.csv")
    assert per_group["aantal"].sum() == per_period["aantal"].sum() == topics["aantal"].sum()
    assert set(per_group["groep"]) == {"noord", "zuid"}
    assert per_period["periode"].str.fullmatch(r"202[56]-K[1-3]").all()
    assert read(out / "boom.csv")["onderwerpen"].iloc[-1].count(";") == len(topics) - 1
    changing = (topics["oordeel"] == "wisselend").sum()
    assert (f"{changing} van de {len(topics)} onderwerpen" in first.note) == bool(changing)
    assert "% van de verhalen hoort bij geen onderwerp." in first.note


def test_the_same_file_gives_the_same_bytes(source: Path, first: TaskResult, tmp_path: Path) -> None:
    topics_file(source, tmp_path / "weer", model="use")
    for name in ("documenten.csv", "onderwerpen.csv", "boom.csv"):
        assert (tmp_path / "weer" / name).read_bytes() == (source.parent / "uit" / name).read_bytes()


def test_kept_topics_place_a_later_delivery(source: Path, first: TaskResult, tmp_path: Path) -> None:
    later = read(source).iloc[10:40]
    later.to_csv(tmp_path / "later.csv", index=False)
    options = TopicOptions(kept=source.parent / "kept.safetensors", group="wijk")
    result = topics_file(tmp_path / "later.csv", tmp_path / "uit", options, model="use")
    assert result.rows == 30 and result.found == first.found
    before = read(source.parent / "uit" / "documenten.csv").set_index("id")["onderwerp"]
    after = read(tmp_path / "uit" / "documenten.csv").set_index("id")["onderwerp"]
    assert (after == before.loc[after.index]).mean() > 0.95
    assert not (tmp_path / "uit" / "boom.csv").exists()


def test_a_codebook_guides(source: Path, tmp_path: Path) -> None:
    result = topics_file(source, tmp_path / "uit", TopicOptions(codebook=BOOK, number=6), model="use")
    assert result.found == 6


def test_three_stories_are_too_few_and_keep_nothing(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("id,text\n1,Goed geholpen.\n2,Ik wacht.\n3,👍\n", encoding="utf-8")
    result = topics_file(
        tmp_path / "in.csv", tmp_path / "uit", TopicOptions(keep=tmp_path / "m.safetensors"), model="use"
    )
    assert result.found == 0 and "te weinig" in result.note and not (tmp_path / "m.safetensors").exists()
    assert read(tmp_path / "uit" / "documenten.csv")["onderwerp"].tolist() == [-1, -1, -1]


def test_a_missing_column_or_model_is_told(source: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="buurt"):
        topics_file(source, tmp_path / "uit", TopicOptions(group="buurt"), model="use")
    with pytest.raises(ToolkitError, match="bestaat niet"):
        topics_file(source, tmp_path / "uit", TopicOptions(kept=tmp_path / "weg.safetensors"), model="use")
    assert not (tmp_path / "uit").exists()
