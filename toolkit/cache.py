"""Work that was done before: results per item, in one SQLite file of the project, keyed by content.

A key is a hash of what went in (text, model, settings); the value is bytes. Nothing is stored before
de-identification, so the cache holds no name. Keys are sealed with a secret that stays on this computer
(a file beside the cache): from the cache alone nobody can find out which short text or name went in by
trying. A row whose checksum fails is made again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from toolkit.errors import ToolkitError

T = TypeVar("T")
SECRET = 32  # bytes
CHUNK = 256  # items computed before their results are kept: a crash loses at most these


@dataclass(frozen=True)
class Cache:
    """Where results are kept; without a path nothing is kept and all is computed."""

    path: Path | None = None


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

    `step` names the work with everything it hangs on besides the item (model, version, settings).
    `compute` gets positions in `keys` and returns one result for each. Equal keys are computed once.

    Raises ToolkitError when another run holds the cache for more than a minute.
    """
    step, keys = _sealed(cache, step, keys)
    found = _read(cache, step, set(keys), load)
    first: dict[str, int] = {}
    for position, key in enumerate(keys):
        if key not in found:
            first.setdefault(key, position)
    missing = list(first.values())
    for begin in range(0, len(missing), CHUNK):
        part = missing[begin : begin + CHUNK]
        results = list(compute(part))
        fresh = {keys[position]: result for position, result in zip(part, results, strict=True)}
        _write(cache, step, {key: dump(result) for key, result in fresh.items()})
        found.update(fresh)
        if progress:
            progress(begin + len(part), len(missing))
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


def _sealed(cache: Cache, step: str, keys: Sequence[str]) -> tuple[str, list[str]]:
    """Step and keys as the file holds them."""
    if cache.path is None:
        return step, list(keys)
    secret = _secret(cache.path.with_suffix(".geheim"))

    def seal(text: str) -> str:
        return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()

    return seal(step), [seal(key) for key in keys]


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
def _connect(path: Path) -> Iterator[sqlite3.Connection]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=60)) as connection:
        connection.execute(
            "create table if not exists kept (step text, key text, value blob, checksum text,"
            " primary key (step, key)) without rowid"
        )
        yield connection


def _read(cache: Cache, step: str, keys: set[str], load: Callable[[bytes], T]) -> dict[str, T]:
    if cache.path is None or not cache.path.is_file():
        return {}
    found: dict[str, T] = {}
    wanted = sorted(keys)
    try:
        with _connect(cache.path) as connection:
            for begin in range(0, len(wanted), 500):
                part = wanted[begin : begin + 500]
                marks = ",".join("?" * len(part))
                rows = connection.execute(
                    f"select key, value, checksum from kept where step = ? and key in ({marks})",  # nosec # B608: question marks
                    [step, *part],
                )
                found.update(
                    (key, load(value))
                    for key, value, checksum in rows
                    if isinstance(value, bytes) and hashlib.sha256(value).hexdigest() == checksum
                )
    except sqlite3.DatabaseError as error:
        _start_anew(cache.path, error)
        return {}
    return found


def _write(cache: Cache, step: str, fresh: dict[str, bytes]) -> None:
    if cache.path is None:
        return
    rows = [(step, key, value, hashlib.sha256(value).hexdigest()) for key, value in fresh.items()]
    try:
        _insert(cache.path, rows)
    except sqlite3.DatabaseError as error:
        _start_anew(cache.path, error)
        _insert(cache.path, rows)


def _insert(path: Path, rows: list[tuple[str, str, bytes, str]]) -> None:
    with _connect(path) as connection, connection:
        connection.executemany("insert or replace into kept values (?, ?, ?, ?)", rows)


def _start_anew(path: Path, error: sqlite3.DatabaseError) -> None:
    """Throw a damaged file away: everything in it can be made again. Any other trouble is raised.

    A file that is locked by another run, or a full disk, is no damage.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        raise ToolkitError(
            "Een andere run is bezig met dit project.",
            "Wacht tot die klaar is en herhaal de opdracht; wat klaar was, is bewaard.",
        ) from error
    if code not in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
    ):
        raise error
    for part in (path, path.with_name(path.name + "-journal")):
        part.unlink(missing_ok=True)
