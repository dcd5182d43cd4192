"""The raw store of a survey: every version of every response, in one SQLite file in `raw/`.

A page of responses is written in one transaction, so a fetch that was cut off loses nothing and goes on
where it was. Values are kept as LimeSurvey gave them: a text, or null for a question that was never shown.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

Cells = dict[str, str | None]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS kolommen (nr INTEGER PRIMARY KEY, namen TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS versie (
  id INTEGER NOT NULL, nr INTEGER NOT NULL, opgehaald TEXT NOT NULL, verwijderd INTEGER NOT NULL DEFAULT 0,
  ingediend TEXT, gewijzigd TEXT, kolommen INTEGER, waarden TEXT, PRIMARY KEY (id, nr)
);
CREATE TABLE IF NOT EXISTS gewist (id INTEGER PRIMARY KEY, dag TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS staat (sleutel TEXT PRIMARY KEY, waarde TEXT NOT NULL);
"""
_LATEST = "SELECT id, MAX(nr) AS nr FROM versie GROUP BY id"


@dataclass(frozen=True)
class Stamp:
    """When a response was sent in ("" when it was not) and last changed ("" when LimeSurvey does not say)."""

    submitted: str
    changed: str


@dataclass(frozen=True)
class Counts:
    """Responses in the store: complete, incomplete, deleted in LimeSurvey, erased here, and all versions."""

    complete: int
    incomplete: int
    deleted: int
    erased: int
    versions: int


class Store:
    """The raw store; open it with `opened`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def stamps(self) -> dict[int, Stamp]:
        """The stamps of every response that was there at the last fetch, by id."""
        rows = self._db.execute(
            f"SELECT v.id, v.ingediend, v.gewijzigd FROM versie v JOIN ({_LATEST}) l "  # nosec # B608: a constant
            "USING (id, nr) WHERE NOT v.verwijderd"
        )
        return {number: Stamp(submitted or "", changed or "") for number, submitted, changed in rows}

    def erased(self) -> set[int]:
        """Ids of responses that were erased here: they are not stored again."""
        return {number for (number,) in self._db.execute("SELECT id FROM gewist")}

    def put(self, responses: Iterable[tuple[int, Stamp, Cells]], moment: str) -> int:
        """Store the responses that are new or differ from their last version, in one transaction; how many."""
        stored, skip = 0, self.erased()
        with self._db:
            for number, stamp, cells in responses:
                if number in skip:
                    continue
                last = self._db.execute(
                    "SELECT nr, verwijderd, kolommen, waarden FROM versie WHERE id = ? ORDER BY nr DESC LIMIT 1",
                    (number,),
                ).fetchone()
                columns, values = (
                    self._columns(list(cells)),
                    json.dumps([*cells.values()], ensure_ascii=False),
                )
                if last and not last[1] and (last[2], last[3]) == (columns, values):
                    continue
                self._db.execute(
                    "INSERT INTO versie (id, nr, opgehaald, ingediend, gewijzigd, kolommen, waarden) VALUES (?,?,?,?,?,?,?)",
                    (
                        number,
                        last[0] + 1 if last else 1,
                        moment,
                        stamp.submitted,
                        stamp.changed,
                        columns,
                        values,
                    ),
                )
                stored += 1
        return stored

    def mark_deleted(self, numbers: Iterable[int], moment: str) -> None:
        """Note that responses are gone from LimeSurvey; their earlier versions stay."""
        with self._db:
            self._db.executemany(
                "INSERT INTO versie (id, nr, opgehaald, verwijderd) SELECT ?, MAX(nr) + 1, ?, 1 FROM versie WHERE id = ?",
                [(number, moment, number) for number in numbers],
            )

    def responses(self) -> Iterator[tuple[int, Cells]]:
        """The last version of every response that is there, in order of id."""
        names = dict(self._db.execute("SELECT nr, namen FROM kolommen"))
        known = {nr: json.loads(text) for nr, text in names.items()}
        rows = self._db.execute(
            f"SELECT v.id, v.kolommen, v.waarden FROM versie v JOIN ({_LATEST}) l "  # nosec # B608: a constant
            "USING (id, nr) "
            "WHERE NOT v.verwijderd ORDER BY v.id"
        )
        for number, columns, values in rows:
            yield number, dict(zip(known[columns], json.loads(values), strict=True))

    def versions(self, number: int) -> list[Cells | None]:
        """Every version of one response, oldest first; None where it was deleted."""
        rows = self._db.execute(
            "SELECT k.namen, v.waarden FROM versie v LEFT JOIN kolommen k ON k.nr = v.kolommen WHERE v.id = ? ORDER BY v.nr",
            (number,),
        )
        return [
            None if values is None else dict(zip(json.loads(names), json.loads(values), strict=True))
            for names, values in rows
        ]

    def counts(self) -> Counts:
        """How many responses the store holds."""
        row = self._db.execute(
            "SELECT SUM(NOT verwijderd AND ingediend != ''), "  # nosec # B608: a constant
            "SUM(NOT verwijderd AND ingediend = ''), SUM(verwijderd) "
            f"FROM versie v JOIN ({_LATEST}) l USING (id, nr)"
        ).fetchone()
        (versions,) = self._db.execute("SELECT COUNT(*) FROM versie WHERE NOT verwijderd").fetchone()
        complete, incomplete, deleted = (int(number or 0) for number in row)
        return Counts(complete, incomplete, deleted, len(self.erased()), versions)

    def state(self, key: str) -> str:
        """A remembered word about fetching, or ""."""
        row = self._db.execute("SELECT waarde FROM staat WHERE sleutel = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def remember(self, **words: str) -> None:
        """Remember words about fetching, together."""
        with self._db:
            self._db.executemany("INSERT OR REPLACE INTO staat VALUES (?, ?)", list(words.items()))

    def forget_columns(self, columns: Sequence[str]) -> None:
        """Remove columns from every version, so that a personal column that is not asked for any more is gone."""
        gone = set(columns)
        with self._db:
            for nr, text in list(self._db.execute("SELECT nr, namen FROM kolommen")):
                names = json.loads(text)
                if not gone & set(names):
                    continue
                kept = [place for place, name in enumerate(names) if name not in gone]
                new = self._columns([names[place] for place in kept])
                for rowid, values in list(
                    self._db.execute("SELECT rowid, waarden FROM versie WHERE kolommen = ?", (nr,))
                ):
                    cells = json.loads(values)
                    short = json.dumps([cells[place] for place in kept], ensure_ascii=False)
                    self._db.execute(
                        "UPDATE versie SET kolommen = ?, waarden = ? WHERE rowid = ?", (new, short, rowid)
                    )
                self._db.execute("DELETE FROM kolommen WHERE nr = ?", (nr,))
        self._db.execute("VACUUM")

    def erase(self, numbers: Iterable[int], day: str) -> int:
        """Remove every version of these responses and leave a mark without content; how many versions."""
        gone, numbers = 0, list(numbers)
        with self._db:
            for number in numbers:
                gone += self._db.execute("DELETE FROM versie WHERE id = ?", (number,)).rowcount
                self._db.execute("INSERT OR IGNORE INTO gewist VALUES (?, ?)", (number, day))
        self._db.execute("VACUUM")
        return gone

    def _columns(self, names: Sequence[str]) -> int:
        text = json.dumps(list(names), ensure_ascii=False)
        row = self._db.execute("SELECT nr FROM kolommen WHERE namen = ?", (text,)).fetchone()
        if row is None:
            row = (self._db.execute("INSERT INTO kolommen (namen) VALUES (?)", (text,)).lastrowid,)
        return int(row[0])


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """The store in a file, made when it is not there; erased text is overwritten on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30)
    try:
        connection.execute("PRAGMA secure_delete = ON")
        connection.executescript(_SCHEMA)
        yield Store(connection)
    finally:
        connection.close()
