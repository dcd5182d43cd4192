from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterator
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


def test_what_was_not_used_for_longest_leaves_when_the_limit_is_reached(kept: Cache) -> None:
    small = Cache(kept.path, limit=1000)
    for step in ("een", "twee", "drie"):
        cache.keep(small, step, {"sleutel": step.encode() * 75})
        change(kept, "update batches set used = used - 7200")
    assert list(cache.kept(small, "een", ["sleutel"]))  # reading counts as use
    cache.keep(small, "vier", {"sleutel": b"vier" * 100})
    held = {step for step in ("een", "twee", "drie", "vier") if list(cache.kept(small, step, ["sleutel"]))}
    assert held == {"een", "vier"}
    assert sum(part.size for part in cache.contents(small)) <= 1000


def test_a_batch_larger_than_the_limit_is_kept_alone(kept: Cache) -> None:
    small = Cache(kept.path, limit=100)
    cache.keep(small, "klein", {"a": b"x" * 50})
    cache.keep(small, "groot", {"a": b"x" * 500})
    assert [part.name for part in cache.contents(small)] == ["groot"]


def test_reading_writes_at_most_once_an_hour(kept: Cache) -> None:
    Work(["a"]).recall(kept)
    assert kept.path is not None
    before = kept.path.read_bytes()
    Work(["a"]).recall(kept)
    assert kept.path.read_bytes() == before
    change(kept, "update batches set used = used - 4000")
    Work(["a"]).recall(kept)
    connection = sqlite3.connect(kept.path)
    (used,) = connection.execute("select used from batches").fetchone()
    connection.close()
    assert time.time() - used < 100


def test_contents_and_clearing_go_by_kind_of_work_and_leave_no_trace(kept: Cache) -> None:
    cache.keep(kept, "toon model 1", {"a": b"gevoelig" * 500, "b": b"y"})
    cache.keep(kept, "toon model 2", {"a": b"y"})
    cache.keep(kept, "themas", {"a": b"blijft"})
    assert [(one.name, one.entries) for one in cache.contents(kept)] == [("toon", 3), ("themas", 1)]
    assert cache.clear(kept, "toon") == 3
    assert [one.name for one in cache.contents(kept)] == ["themas"]
    assert kept.path is not None and b"gevoelig" not in kept.path.read_bytes()
    assert list(cache.kept(kept, "themas", ["a"])) == [("a", b"blijft")]
    assert cache.clear(kept) == 1 and cache.clear(kept) == 0 and cache.contents(kept) == []


def test_of_one_kind_of_work_only_what_is_wanted_stays(kept: Cache) -> None:
    for step in ("schoon a", "schoon b", "schoon c", "toon a"):
        cache.keep(kept, step, {"1": b"eerste", "2": b"tweede " + step.encode() * 100})
    cache.keep(kept, "schoon a", {"3": b"derde"})
    assert cache.retain(kept, "schoon", {"schoon a": ["1", "3", "9"], "schoon b": None}) == 3
    left = {step: sorted(key for key, _ in cache.kept(kept, step, ["1", "2", "3"])) for step in ("schoon a", "schoon b", "schoon c", "toon a")}  # fmt: skip
    assert left == {"schoon a": ["1", "3"], "schoon b": ["1", "2"], "schoon c": [], "toon a": ["1", "2"]}
    (told,) = [one for one in cache.contents(kept) if one.name == "schoon"]
    assert (told.entries, told.size) == (4, 6 + 5 + 6 + len(b"tweede " + b"schoon b" * 100))
    assert kept.path is not None and b"tweede schoon a" not in kept.path.read_bytes()
    before = kept.path.read_bytes()
    assert cache.retain(kept, "schoon", {"schoon a": ["1", "3"], "schoon b": None}) == 0
    assert kept.path.read_bytes() == before, "nothing is written when nothing goes"
    assert cache.retain(kept, "schoon", {}) == 4 and [one.name for one in cache.contents(kept)] == ["toon"]


def test_nothing_is_looked_into_where_nothing_is_kept(tmp_path: Path) -> None:
    for one in (Cache(), Cache(tmp_path / "geen.sqlite")):
        assert cache.contents(one) == [] and cache.clear(one) == cache.retain(one, "toon", {}) == 0
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_told_about_and_that_of_an_earlier_version_is_not(tmp_path: Path) -> None:
    heard: list[str] = []
    kept = Cache(tmp_path / "cache.sqlite", warn=heard.append)
    change(kept, "create table kept (step text, key text, value blob, checksum text)")
    Work(["a"]).recall(kept)
    assert heard == []
    assert kept.path is not None
    kept.path.write_bytes(b"stuk" * 2000)
    Work(["a"]).recall(kept)
    assert len(heard) == 1 and "opnieuw gemaakt" in heard[0]


def test_parts_are_kept_as_they_come_in(kept: Cache) -> None:
    keys = [digest(n) for n in range(6)]

    def broken(parts: list[list[int]]) -> Iterator[list[str]]:
        yield ["een"] * len(parts[0])
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cache.recall_parts(kept, "stap", keys, broken, str.encode, bytes.decode, chunk=2)
    assert {key for key, _ in cache.kept(kept, "stap", keys)} == set(keys[:2])


def test_a_full_disk_is_told_about_in_dutch(kept: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    Work(["a"]).recall(kept)
    real = sqlite3.connect

    def nearly_full(path: Path, timeout: float) -> sqlite3.Connection:
        connection = real(path, timeout=timeout)
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {pages}")
        return connection

    monkeypatch.setattr(sqlite3, "connect", nearly_full)
    with pytest.raises(ToolkitError, match="schijf is vol"):
        cache.keep(kept, "stap", {"a": b"x" * 1_000_000})
