"""Work that was done before: results per item, in one SQLite file of the project, keyed by content.

A key is a hash of what went in (text, model, settings); the value is bytes. Nothing is stored before
de-identification, so the cache holds no name. Keys are sealed with a secret that stays on this computer
(a file beside the cache): from the cache alone nobody can find out which short text or name went in by
trying. A row whose checksum fails is made again, and so is a file that is no longer a database.

The file stays under a limit: what was not used for longest leaves first. The moment of last use is noted per
batch of rows, and at most once an hour, so that reading costs no writing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from toolkit.errors import ToolkitError

T = TypeVar("T")
SECRET = 32  # bytes
CHUNK = 256  # items computed before their results are kept: a crash loses at most these
LIMIT = 4_000_000_000  # bytes
VERSION = 2  # of the tables; a file of another version is made anew
_ASKED = 20_000  # keys in one SELECT
_HOUR = 3600
_ROOM = 0.9  # share of the limit that is left in use after making room
_TABLES = """
create table if not exists batches (
    id integer primary key, step text, name text, used integer, entries integer, size integer);
create table if not exists kept (
    step text, key text, value blob, checksum text, batch integer, unique (step, key));
create index if not exists of_batch on kept (batch);
"""
BUSY = (
    "Een andere run is bezig met dit project.",
    "Wacht tot die klaar is en herhaal de opdracht; wat klaar was, is bewaard.",
)
DAMAGED = (
    "De bewaarde tussenresultaten (.tev/cache.sqlite) waren beschadigd en zijn weggegooid. "
    "Ze worden opnieuw gemaakt; dat kost alleen tijd."
)


def nobody(message: str) -> None:
    """A warning that nobody hears."""


@dataclass(frozen=True)
class Cache:
    """Where results are kept; without a path nothing is kept and all is computed.

    `limit` is the most that it may hold, in bytes; `warn` hears in Dutch that a damaged file was thrown away.
    `owner` is whose results these are (a corpus), for work of which nothing may stay that is not needed: see `retain`.
    """

    path: Path | None = None
    limit: int = LIMIT
    warn: Callable[[str], None] = field(default=nobody, compare=False, repr=False)
    owner: str = ""


@dataclass(frozen=True)
class Kept:
    """What the cache holds of one kind of work: entries, bytes, and when it was last used (seconds since 1970)."""

    name: str
    entries: int
    size: int
    used: int


def digest(*parts: Any) -> str:
    """SHA-256 over the parts, which may be bytes, text, numbers, and (nested) lists or dicts of these."""
    total = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else json.dumps(part, sort_keys=True, default=str).encode()
        total.update(len(data).to_bytes(8, "big") + data)
    return total.hexdigest()


def recall(
    cache: Cache,
    step: str,
    keys: Sequence[str],
    compute: Callable[[list[int]], Sequence[T]],
    dump: Callable[[T], bytes],
    load: Callable[[bytes], T],
    progress: Callable[[int, int], None] | None = None,
) -> list[T]:
    """The result for every key, in order; only those that are not kept yet are computed.

    `step` names the work with everything it hangs on besides the item (model, version, settings); its first
    word is what `contents` calls it. `compute` gets positions in `keys` and returns one result for each. Equal
    keys are computed once.

    Raises ToolkitError when another run holds the cache for more than a minute.
    """
    return recall_parts(cache, step, keys, lambda parts: map(compute, parts), dump, load, progress, CHUNK)


def recall_parts(
    cache: Cache,
    step: str,
    keys: Sequence[str],
    compute: Callable[[list[list[int]]], Iterable[Sequence[T]]],
    dump: Callable[[T], bytes],
    load: Callable[[bytes], T],
    progress: Callable[[int, int], None] | None = None,
    chunk: int = CHUNK,
) -> list[T]:
    """As `recall`, for work that is spread: `compute` gets all parts, and gives their results in that order.

    The results of a part are kept as soon as they come in.
    """
    found = {key: load(value) for key, value in kept(cache, step, keys)}
    first: dict[str, int] = {}
    for position, key in enumerate(keys):
        if key not in found:
            first.setdefault(key, position)
    missing = list(first.values())
    parts = [missing[begin : begin + chunk] for begin in range(0, len(missing), chunk)]
    done = 0
    for part, results in zip(parts, compute(parts) if parts else (), strict=True):
        fresh = {keys[position]: result for position, result in zip(part, results, strict=True)}
        keep(cache, step, {key: dump(result) for key, result in fresh.items()})
        found.update(fresh)
        done += len(part)
        if progress:
            progress(done, len(missing))
    return [found[key] for key in keys]


def recall_frame(cache: Cache, step: str, key: str, compute: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """One DataFrame by key, computed when it is not kept yet."""

    def dump(frame: pd.DataFrame) -> bytes:
        buffer = BytesIO()
        frame.to_parquet(buffer, index=False)
        return buffer.getvalue()

    return recall(
        cache, step, [key], lambda _: [compute()], dump, lambda data: pd.read_parquet(BytesIO(data))
    )[0]


def kept(cache: Cache, step: str, keys: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The keys that are kept, each once, with their values; damaged values are left out.

    A damaged file ends it early: what was not given yet counts as not kept.
    """
    if cache.path is None or not cache.path.is_file():
        return
    sealed = _seal(cache, [step])[0]
    names = dict(zip(_seal(cache, keys), keys, strict=True))
    wanted, batches = sorted(names), set()
    try:
        with _connect(cache) as connection:
            for begin in range(0, len(wanted), _ASKED):
                part = wanted[begin : begin + _ASKED]
                marks = ",".join("?" * len(part))
                rows = connection.execute(
                    f"select key, value, checksum, batch from kept where step = ? and key in ({marks})",  # nosec # B608: question marks
                    [sealed, *part],
                )
                for key, value, checksum, batch in rows:
                    if isinstance(value, bytes) and hashlib.sha256(value).hexdigest() == checksum:
                        batches.add(batch)
                        yield names[key], value
            _note_use(connection, batches)
    except sqlite3.DatabaseError as error:
        _start_anew(cache, error)


def keep(cache: Cache, step: str, fresh: dict[str, bytes]) -> None:
    """Keep values by key, as one batch: all of them or, when interrupted, none."""
    if cache.path is None or not fresh:
        return
    sealed = _seal(cache, [step])[0]
    rows = [
        (sealed, key, value, hashlib.sha256(value).hexdigest())
        for key, value in zip(_seal(cache, list(fresh)), fresh.values(), strict=True)
    ]
    try:
        _insert(cache, step.split(" ")[0], rows)
    except sqlite3.DatabaseError as error:
        _start_anew(cache, error)
        _insert(cache, step.split(" ")[0], rows)


def contents(cache: Cache) -> list[Kept]:
    """What is kept, per kind of work, the largest first."""
    if cache.path is None or not cache.path.is_file():
        return []
    try:
        with _connect(cache) as connection:
            rows = connection.execute(
                "select name, sum(entries), sum(size), max(used) from batches group by name order by 3 desc, 1"
            ).fetchall()
    except sqlite3.DatabaseError as error:
        _start_anew(cache, error)
        return []
    return [Kept(*row) for row in rows]


def clear(cache: Cache, name: str = "") -> int:
    """Throw away what is kept of one kind of work, or everything; the number of entries that went."""
    found = [one for one in contents(cache) if name in ("", one.name)]
    if cache.path is None or not found:
        return 0
    try:
        with _connect(cache) as connection:
            with connection:
                ids = connection.execute("select id from batches where ? in ('', name)", [name]).fetchall()
                _drop(connection, [row[0] for row in ids])
            connection.execute("pragma incremental_vacuum").fetchall()
    except sqlite3.DatabaseError as error:
        _start_anew(cache, error)
    return sum(one.entries for one in found)


def retain(cache: Cache, name: str, wanted: Mapping[str, Sequence[str] | None]) -> int:
    """Of one kind of work keep no more than, per step, these keys (None: all of that step); the number that went."""
    if not any(one.name == name for one in contents(cache)):
        return 0
    steps = dict(zip(_seal(cache, list(wanted)), wanted.values(), strict=True))
    gone = 0
    try:
        with _connect(cache) as connection:
            with connection:
                there = connection.execute("select distinct step from batches where name = ?", [name])
                for (step,) in there.fetchall():
                    keys = steps.get(step, ())
                    if keys is not None:
                        gone += _keep_only(connection, step, set(_seal(cache, keys)))
            if gone:
                connection.execute("pragma incremental_vacuum").fetchall()
    except sqlite3.DatabaseError as error:
        _start_anew(cache, error)
    return gone


def _seal(cache: Cache, texts: Sequence[str]) -> list[str]:
    """Steps or keys as the file holds them."""
    assert cache.path is not None
    secret = _secret(cache.path.with_suffix(".geheim"))
    return [hmac.digest(secret, text.encode(), "sha256").hex() for text in texts]


def _secret(path: Path) -> bytes:
    """The secret of this project, made at first use and readable for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SECRET))
    except FileExistsError:
        pass
    for _ in range(20):  # another run may be writing it at this moment
        secret = path.read_bytes()
        if len(secret) == SECRET:
            return secret
        time.sleep(0.05)
    path.unlink(missing_ok=True)  # damaged: with a new one all is made again
    return _secret(path)


@contextmanager
def _connect(cache: Cache) -> Iterator[sqlite3.Connection]:
    assert cache.path is not None
    cache.path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(cache.path, timeout=60)) as connection:
        connection.execute("pragma secure_delete = on")  # what is thrown away leaves no trace in the file
        if connection.execute("pragma user_version").fetchone()[0] != VERSION:
            if connection.execute("select count(*) from sqlite_schema").fetchone()[0]:
                raise _OtherVersion
            connection.execute("pragma auto_vacuum = incremental")  # freed pages go back to the disk
            connection.executescript(f"begin;{_TABLES}pragma user_version = {VERSION};commit;")
        yield connection


class _OtherVersion(sqlite3.DatabaseError):
    """The file was made by another version of the toolkit."""


def _note_use(connection: sqlite3.Connection, batches: set[int]) -> None:
    now = int(time.time())
    rows = [(now, batch, now - _HOUR) for batch in sorted(batches)]
    with connection:
        stale = connection.execute("select count(*) from batches where used <= ?", [now - _HOUR]).fetchone()
        if stale[0]:
            connection.executemany("update batches set used = ? where id = ? and used <= ?", rows)


def _insert(cache: Cache, name: str, rows: list[tuple[str, str, bytes, str]]) -> None:
    size = sum(len(row[2]) for row in rows)
    with _connect(cache) as connection:
        with connection:
            batch = connection.execute(
                "insert into batches (step, name, used, entries, size) values (?, ?, ?, ?, ?)",
                [rows[0][0], name, int(time.time()), len(rows), size],
            ).lastrowid
            connection.executemany(
                "insert or replace into kept values (?, ?, ?, ?, ?)", [(*row, batch) for row in rows]
            )
            old = _oldest(connection, cache.limit, batch)
            _drop(connection, old)
        if old:
            connection.execute("pragma incremental_vacuum").fetchall()


def _oldest(connection: sqlite3.Connection, limit: int, newest: int | None) -> list[int]:
    """The batches that must leave to stay under the limit, the longest unused first; never the newest."""
    total = connection.execute("select total(size) from batches").fetchone()[0]
    gone = []
    if total > limit:
        for batch, size in connection.execute("select id, size from batches order by used, id").fetchall():
            if total <= _ROOM * limit or batch == newest:
                break
            gone.append(batch)
            total -= size
    return gone


def _drop(connection: sqlite3.Connection, batches: Sequence[int]) -> None:
    connection.executemany("delete from kept where batch = ?", [(batch,) for batch in batches])
    connection.executemany("delete from batches where id = ?", [(batch,) for batch in batches])


def _keep_only(connection: sqlite3.Connection, step: str, keys: set[str]) -> int:
    """Throw away the entries of a step that are not under these keys; how many went."""
    known = {row[0] for row in connection.execute("select key from kept where step = ?", [step])}
    gone = sorted(known - keys)
    if gone:
        connection.executemany("delete from kept where step = ? and key = ?", [(step, key) for key in gone])
        connection.execute(
            "update batches set entries = (select count(*) from kept where batch = id), "
            "size = (select total(length(value)) from kept where batch = id) where step = ?",
            [step],
        )
        connection.execute("delete from batches where step = ? and entries = 0", [step])
    return len(gone)


def _start_anew(cache: Cache, error: sqlite3.DatabaseError) -> None:
    """Throw a damaged file away: everything in it can be made again. Any other trouble is raised.

    A file that is locked by another run, or a full disk, is no damage.
    """
    assert cache.path is not None
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise ToolkitError(*BUSY) from error
    if code == sqlite3.SQLITE_FULL:
        raise ToolkitError(
            "De schijf is vol: tussenresultaten kunnen niet bewaard worden.",
            "Maak ruimte en herhaal de opdracht; wat klaar was, is bewaard.",
        ) from error
    damage = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
    if code not in damage and not isinstance(error, _OtherVersion):
        raise error
    try:
        for part in (cache.path, cache.path.with_name(cache.path.name + "-journal")):
            part.unlink(missing_ok=True)
    except PermissionError as held:  # Windows: another run has it open
        raise ToolkitError(*BUSY) from held
    if not isinstance(error, _OtherVersion):
        cache.warn(DAMAGED)
