"""What of the computer stood in the way is told in Dutch; an error of the program is not told as that."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
import xlsxwriter

from toolkit.cli.trouble import computer_trouble


def told(work: Callable[[], object]) -> str:
    """What is said of the error that this work really raises."""
    with pytest.raises(Exception) as caught:
        work()
    return computer_trouble(caught.value)


def test_a_program_error_beside_a_missing_file_is_told_as_no_missing_file(tmp_path: Path) -> None:
    def work() -> str:
        try:
            return (tmp_path / "weg.csv").read_text(encoding="utf-8")
        except FileNotFoundError:
            return dict[str, str]()["fout van het programma"]

    assert told(work) == ""


@pytest.mark.parametrize("chained", [True, False])
def test_an_error_that_says_what_caused_it_is_told_as_that(tmp_path: Path, chained: bool) -> None:
    def work() -> str:
        try:
            return (tmp_path / "weg.csv").read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise ValueError("een omslag") from (error if chained else None)

    assert told(work).split("\n")[0] == ("weg.csv bestaat niet." if chained else "")


def test_a_workbook_that_cannot_be_written_is_told_as_that(tmp_path: Path) -> None:
    """XlsxWriter raises an error of its own, with the one of the computer in it and no `from`."""

    def work() -> None:
        with xlsxwriter.Workbook(str(tmp_path / "weg" / "tabel.xlsx")) as book:
            book.add_worksheet()

    assert told(work).startswith("tabel.xlsx bestaat niet.")


def test_a_database_that_may_only_be_read_asks_for_rights_and_not_to_close_excel(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table a (b)")
        connection.commit()

    def work() -> None:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            connection.execute("insert into a values (1)")

    said = told(work)
    assert said.startswith("Geen toegang tot de map .tev of raw") and "schrijfrechten" in said
    assert "Excel" not in said and "Word" not in said


@pytest.mark.parametrize(("name", "excel"), [("project/.tev/bezig.lock", False), ("project/uit.xlsx", True)])
def test_only_a_file_that_people_open_may_be_open_in_excel(name: str, excel: bool) -> None:
    said = computer_trouble(PermissionError(13, os.strerror(13), name))
    assert said.startswith(f"Geen toegang tot {Path(name).name}.") and "schrijfrechten" in said
    assert ("Excel" in said) is excel


def test_a_rollback_that_fails_too_hides_no_full_disk(tmp_path: Path) -> None:
    """sqlite itself: the disk is full, and then what was begun is gone already."""

    def work() -> None:
        with closing(sqlite3.connect(tmp_path / "vol.sqlite", isolation_level=None)) as connection:
            connection.execute("create table a (b)")
            connection.execute("pragma max_page_count = 3")
            connection.execute("begin")
            try:
                connection.execute("insert into a values (zeroblob(100000))")
            except sqlite3.OperationalError:
                connection.execute("rollback")
                connection.execute("rollback")
                raise

    assert told(work).startswith("De schijf is vol.")
