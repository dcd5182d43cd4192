from __future__ import annotations

import os
import sqlite3
import stat
from pathlib import Path

import pandas as pd
import pytest

from toolkit import cache
from toolkit.cache import Cache, digest, recall, recall_frame
from toolkit.errors import ToolkitError


class Work:
    """Upper case as work, with a count of what was computed."""

    def __init__(self, items: list[str]) -> None:
        self.items, self.done = items, []

    def compute(self, part: list[int]) -> list[str]:
        self.done += [self.items[position] for position in part]
        return [self.items[position].upper() for position in part]

    def recall(self, kept: Cache, step: str = "stap 1", **more: object) -> list[str]:
        keys = [digest(item) for item in self.items]
        return recall(kept, step, keys, self.compute, str.encode, bytes.decode, **more)  # type: ignore[arg-type]


@pytest.fixture
def kept(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "map" / "cache.sqlite")


def sealed(kept: Cache, key: str) -> str:
    return cache._seal(kept, [key])[0]


def change(kept: Cache, statement: str) -> None:
    assert kept.path is not None
    connection = sqlite3.connect(kept.path)
    with connection:
        connection.execute(statement)
    connection.close()


def test_results_come_in_the_order_of_the_keys_and_equal_keys_are_computed_once(kept: Cache) -> None:
    work = Work(["b", "a", "b", "c", "a"])
    assert work.recall(kept) == ["B", "A", "B", "C", "A"]
    assert work.done == ["b", "a", "c"]


def test_kept_results_are_not_computed_again_also_in_another_order(kept: Cache) -> None:
    Work(["a", "b"]).recall(kept)
    work = Work(["c", "b", "a"])
    assert work.recall(kept) == ["C", "B", "A"]
    assert work.done == ["c"]


def test_without_a_path_nothing_is_kept(tmp_path: Path) -> None:
    for _ in range(2):
        work = Work(["a"])
        assert work.recall(Cache()) == ["A"]
        assert work.done == ["a"]
    assert list(tmp_path.iterdir()) == []


def test_another_step_has_its_own_results(kept: Cache) -> None:
    Work(["a"]).recall(kept, "model 1")
    work = Work(["a"])
    work.recall(kept, "model 2")
    assert work.done == ["a"]


def test_no_items_give_no_results(kept: Cache) -> None:
    assert Work([]).recall(kept) == []


@pytest.mark.parametrize("value", ["x'00ff'", "x''", "'tekst'", "null"])
def test_a_damaged_row_is_made_again_and_only_that_one(kept: Cache, value: str) -> None:
    Work(["a", "b"]).recall(kept)
    change(kept, f"update kept set value = {value} where key = '{sealed(kept, digest('a'))}'")
    work = Work(["a", "b"])
    assert work.recall(kept) == ["A", "B"]
    assert work.done == ["a"]
    later = Work(["a", "b"])
    later.recall(kept)
    assert later.done == []


def test_a_file_that_is_no_database_is_made_again(kept: Cache) -> None:
    assert kept.path is not None
    kept.path.parent.mkdir()
    kept.path.write_bytes(b"dit is geen cache" * 500)
    assert Work(["a"]).recall(kept) == ["A"]
    work = Work(["a"])
    assert work.recall(kept) == ["A"]
    assert work.done == []


def test_a_file_of_another_shape_is_made_again(kept: Cache) -> None:
    assert kept.path is not None
    kept.path.parent.mkdir()
    change(kept, "create table kept (heel text, anders text)")
    assert Work(["a"]).recall(kept) == ["A"]


def test_damage_further_on_in_the_file_is_survived_while_reading_and_writing(kept: Cache) -> None:
    assert kept.path is not None
    names = [f"{number:04}" * 200 for number in range(2000)]
    Work(names).recall(kept)
    data = bytearray(kept.path.read_bytes())
    assert len(data) > 500_000
    for page in range(4096, len(data), 4096):  # the first page, with the table's name, stays whole
        data[page : page + 64] = b"\xff" * 64
    kept.path.write_bytes(bytes(data))
    work = Work([*names[:3], "nieuw"])
    assert work.recall(kept) == [*(name.upper() for name in names[:3]), "NIEUW"]
    later = Work(["nieuw"])
    later.recall(kept)
    assert later.done == []


def test_damage_that_only_writing_meets_is_survived(kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kept.path is not None
    kept.path.parent.mkdir()
    kept.path.write_bytes(b"geen database" * 100)
    cache.keep(kept, "stap", {"sleutel": b"waarde"})
    connection = sqlite3.connect(kept.path)
    assert connection.execute("select value from kept").fetchall() == [(b"waarde",)]
    connection.close()


def test_a_cache_that_another_run_holds_is_not_thrown_away(
    kept: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    Work(["a"]).recall(kept)
    assert kept.path is not None
    real = sqlite3.connect
    other = real(kept.path)
    other.execute("begin exclusive")
    monkeypatch.setattr(sqlite3, "connect", lambda path, timeout: real(path, timeout=0.05))
    with pytest.raises(ToolkitError, match="Een andere run is bezig met dit project") as caught:
        Work(["a"]).recall(kept)
    assert "Wacht" in caught.value.hint
    other.rollback()
    other.close()
    work = Work(["a"])
    work.recall(kept)
    assert work.done == []


def test_an_interruption_keeps_the_chunks_that_were_done(
    kept: Cache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "CHUNK", 2)
    items = list("abcde")

    class Stops(Work):
        def compute(self, part: list[int]) -> list[str]:
            if 4 in part:
                raise KeyboardInterrupt
            return super().compute(part)

    with pytest.raises(KeyboardInterrupt):
        Stops(items).recall(kept)
    work = Work(items)
    assert work.recall(kept) == list("ABCDE")
    assert work.done == ["e"]


def test_progress_counts_only_what_is_computed(kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "CHUNK", 2)
    Work(["a"]).recall(kept)
    seen: list[tuple[int, int]] = []
    Work(list("abcd")).recall(kept, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 3), (3, 3)]


def test_too_few_results_are_an_error_and_not_kept(kept: Cache) -> None:
    with pytest.raises(ValueError, match="shorter"):
        recall(kept, "stap", ["1", "2"], lambda part: ["x"], str.encode, bytes.decode)
    assert recall(kept, "stap", ["1"], lambda part: ["y"], str.encode, bytes.decode) == ["y"]


def test_frames_come_back_as_they_were(kept: Cache) -> None:
    frame = pd.DataFrame({"naam": ["wijk é", ""], "n": [1, 2], "deel": [0.5, float("nan")]})
    first = recall_frame(kept, "tabel", "k", lambda: frame)
    second = recall_frame(kept, "tabel", "k", lambda: pd.DataFrame({"fout": [1]}))
    pd.testing.assert_frame_equal(first, frame)
    pd.testing.assert_frame_equal(second, frame)


def test_digest_tells_parts_apart_and_ignores_the_order_of_keys() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("1") != digest(1)
    assert digest({"a": 1, "b": [2, 3]}) == digest({"b": [2, 3], "a": 1})
    assert digest("é") == digest("\u00e9") != digest("e\u0301")
    assert len(digest()) == 64


def test_a_key_cannot_be_guessed_from_the_text(kept: Cache, tmp_path: Path) -> None:
    """The hash of a short text is nowhere, and another project has other keys for it."""
    assert kept.path is not None
    other = Cache(tmp_path / "elders" / "cache.sqlite")
    for one in (kept, other):
        Work(["Fatima"]).recall(one, f"lijsten {digest(['Bouzidi'])}")
    content = kept.path.read_bytes()
    for guess in (digest("Fatima"), digest(["Bouzidi"]), sealed(other, digest("Fatima"))):
        assert guess.encode() not in content
    assert sealed(kept, digest("Fatima")).encode() in content
    secret = kept.path.with_suffix(".geheim")
    assert len(secret.read_bytes()) == 32
    assert os.name == "nt" or stat.S_IMODE(secret.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [None, b"", b"kort"])
def test_a_lost_or_damaged_secret_only_costs_time(kept: Cache, content: bytes | None) -> None:
    Work(["a"]).recall(kept)
    assert kept.path is not None
    secret = kept.path.with_suffix(".geheim")
    secret.unlink()
    if content is not None:
        secret.write_bytes(content)
    work = Work(["a"])
    assert work.recall(kept) == ["A"] and work.done == ["a"]
    again = Work(["a"])
    assert again.recall(kept) == ["A"] and again.done == []
