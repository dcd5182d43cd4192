"""Receiving: what is kept, that it can be read, and that nothing is ever kept by half."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.intake.deliveries import HEADER, csv_file, project, rows, xlsx_file
from toolkit.analysis.inputs import read_areas, read_inputs
from toolkit.errors import DataError, ToolkitError
from toolkit.intake import ledger, store
from toolkit.intake.pseudonyms import Keys, is_pseudonym, key_file, project_keys
from toolkit.intake.receive import Receipt, check_delivery, receive, remembered_columns
from toolkit.intake.rotate import rotate
from toolkit.intake.status import status
from toolkit.project import Project, find_project

ROOT = Path(__file__).parents[2]
SOURCE = "surveys/trajecten"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "instellingen"))
    monkeypatch.delenv("TEV_SLEUTEL", raising=False)
    return project(tmp_path / "project")


def received(place: Project, path: Path, partner: str = "Partner A", **more: object) -> Receipt:
    return receive(place, path, partner, SOURCE, **more)  # type: ignore[arg-type]


def raw(place: Project) -> dict[str, str]:
    folder = place.root / "surveys/trajecten/raw"
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.csv"))
    }


def trajectories(place: Project) -> pd.DataFrame:
    """The trajectories as `tev run` reads them."""
    [part] = read_inputs(place, "klein").records
    return part.trajectories


def everything(place: Project) -> dict[str, bytes]:
    """Every file of the project but the lock, and folders of unfinished work by their name alone."""
    return {
        path.relative_to(place.root).as_posix(): path.read_bytes()
        for path in sorted(place.root.rglob("*"))
        if path.is_file() and path.name not in ("intake.lock", "project.json")
    }


def test_a_delivery_is_kept_with_pseudonyms_and_can_be_read(place: Project, tmp_path: Path) -> None:
    receipt = received(place, csv_file(tmp_path / "levering.csv", rows(8)))
    assert receipt.accepted and receipt.facts["rijen_aangenomen"] == 8
    kept = raw(place)["partner-a-2026.csv"]
    assert "K001" not in kept and "Begeleiding" in kept
    found = trajectories(place)
    mine = found[found["partner"] == "Partner A"]
    assert len(mine) == 8 and mine["client"].map(is_pseudonym).all()
    assert mine["end_code"].unique().tolist() == ["19"]
    for content in everything(place).values():
        assert b"K001" not in content  # only the hash of the original is kept
    assert (
        receipt.path
        and json.loads(receipt.path.read_text(encoding="utf-8"))["sha256"] == receipt.facts["sha256"]
    )


def test_the_source_is_the_one_whose_columns_the_file_has(place: Project, tmp_path: Path) -> None:
    assert receive(place, csv_file(tmp_path / "a.csv", rows(2)), "A").facts["bron"] == SOURCE
    story = tmp_path / "b.csv"
    story.write_text("nr;verhaal\nV-1;Een verhaal.\n", encoding="utf-8")
    assert receive(place, story, "A").facts["bron"] == "corpora/verhalen"
    story.write_text("een;twee\n1;2\n", encoding="utf-8")
    with pytest.raises(ToolkitError, match="niet duidelijk"):
        receive(place, story, "A")


def test_the_same_client_of_two_partners_counts_once(place: Project, tmp_path: Path) -> None:
    received(place, csv_file(tmp_path / "a.csv", rows(3)))
    other = [["k001 ", *row[1:]] for row in rows(1)]
    xlsx_file(tmp_path / "b.xlsx", {"Blad1": [["Titel"], HEADER, *other]})
    received(place, tmp_path / "b.xlsx", "Partner B")
    found = trajectories(place)
    mine = found[found["partner"].isin(["Partner A", "Partner B"])]
    assert (len(mine), mine["client"].nunique()) == (4, 3)


def test_without_shared_keys_the_same_number_is_somebody_else(place: Project, tmp_path: Path) -> None:
    path = place.root / "surveys/trajecten/registratie.toml"
    path.write_text("sleutel_gedeeld = false\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    received(place, csv_file(tmp_path / "a.csv", rows(1)))
    received(place, csv_file(tmp_path / "b.csv", [*rows(1), *rows(1)][:1], mark=","), "Partner B")
    kept = raw(place)
    assert kept["partner-a-2026.csv"].splitlines()[1][:27] != kept["partner-b-2026.csv"].splitlines()[1][:27]


def test_words_for_codes_are_written_in_the_settings_and_what_people_wrote_stays(
    place: Project, tmp_path: Path
) -> None:
    before = (place.root / "surveys/trajecten/registratie.toml").read_text(encoding="utf-8").rstrip()
    received(place, csv_file(tmp_path / "a.csv", rows(2, c6={0: "doel bereikt", 1: "verhuisd"})))
    received(place, csv_file(tmp_path / "b.csv", rows(3)), "Partner B")
    text = (place.root / "surveys/trajecten/registratie.toml").read_text(encoding="utf-8")
    assert text.startswith(before + "\n") and text.count("tev intake receive") == 1
    assert trajectories(place)["end_code"].tolist() == ["", "", "19", "31", "19", "19", "19"]


def test_a_corrected_delivery_replaces_the_earlier_one_and_a_double_one_is_known(
    place: Project, tmp_path: Path
) -> None:
    first = received(place, csv_file(tmp_path / "a.csv", rows(4)))
    with pytest.raises(ToolkitError, match=f"al ontvangen van Partner A, als {first.facts['nummer']}"):
        received(place, csv_file(tmp_path / "zelfde-anders-genoemd.csv", rows(4)))
    second = received(place, csv_file(tmp_path / "b.csv", rows(5)))
    assert second.facts["vervangt"] == first.facts["nummer"]
    assert sorted(raw(place)) == [
        f"eerder/{first.facts['nummer']}-partner-a-2026.csv",
        "met-de-hand.csv",
        "partner-a-2026.csv",
    ]
    assert (trajectories(place)["partner"] == "Partner A").sum() == 5
    with pytest.raises(ToolkitError, match=f"vervangen door {second.facts['nummer']}"):
        received(place, tmp_path / "a.csv")


def test_clients_that_vanish_are_told(place: Project, tmp_path: Path) -> None:
    running = rows(6, c5=dict.fromkeys(range(4), ""), c6=dict.fromkeys(range(4), ""))
    received(place, csv_file(tmp_path / "a.csv", running))
    checked = check_delivery(place, csv_file(tmp_path / "b.csv", running[2:]), SOURCE, "Partner A")
    assert [one.message[:10] for one in checked.findings] == ["er zijn ve", "2 cliënten"]


def test_wrong_deliveries_leave_a_line_in_the_log_and_nothing_else(place: Project, tmp_path: Path) -> None:
    (place.root / "leveringen").mkdir()
    before = everything(place)
    receipt = received(place, csv_file(tmp_path / "a.csv", rows(4, c3={1: "31-02-2026"})))
    assert not receipt.accepted and not raw(place).keys() - {"met-de-hand.csv"}
    after = everything(place)
    assert after.pop("leveringen/logboek.jsonl") and after == before
    assert [one["wat"] for one in ledger.entries(place)] == ["geweigerd"]


def test_good_rows_can_be_taken_and_the_others_left(place: Project, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", rows(4, c3={1: "31-02-2026"}))
    receipt = received(place, path, good_rows=True)
    assert (receipt.facts["rijen_aangenomen"], receipt.facts["rijen_geweigerd"]) == (3, 1)
    forbidden = csv_file(tmp_path / "b.csv", rows(4, c0={1: "Fatima Bouzidi"}))
    assert not received(place, forbidden, "Partner B", good_rows=True).accepted


def test_guessed_columns_are_confirmed_once_and_remembered(place: Project, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", rows(2), ["Cliëntennr", *HEADER[1:]])
    with pytest.raises(ToolkitError, match="niet bevestigd"):
        received(place, path)
    asked: list[int] = []
    received(place, path, confirm=lambda checked: asked.append(1) is None)
    assert asked == [1] and remembered_columns(place)[SOURCE]["Partner A"]["client"] == "Cliëntennr"
    again = csv_file(tmp_path / "b.csv", rows(3), ["Cliëntennr", *HEADER[1:]])
    assert received(place, again, confirm=lambda checked: False).accepted


def test_formulas_are_made_harmless_and_counted(place: Project, tmp_path: Path) -> None:
    receipt = received(place, csv_file(tmp_path / "a.csv", rows(3, c1={0: "=HYPERLINK(1)", 1: "-"})))
    assert receipt.facts["formules_onschadelijk"] == 1
    assert "'=HYPERLINK(1)" in raw(place)["partner-a-2026.csv"]


def test_partners_that_are_not_agreed_are_refused(place: Project, tmp_path: Path) -> None:
    own = place.root / "surveys/trajecten/aanlevering.toml"
    own.write_text('soort = "trajecten"\npartners = ["Partner A", "Partner B"]\n', encoding="utf-8")
    path = csv_file(tmp_path / "a.csv", rows(2))
    with pytest.raises(ToolkitError, match="geen partner"):
        received(place, path, "Partner Z")
    assert received(place, path, "partner a").facts["partner"] == "Partner A"
    [one] = [one for one in status(place).delivered if one.source.id == SOURCE]
    assert one.missing == ("Partner B",)


# --- Stories and surveys ----------------------------------------------------------------------------


def test_stories_are_kept_as_told(place: Project, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        'nr;wijk;verhaal;citeren\nV-1;Wielwijk;"Regel een\nregel twee";Ja\nV-2;;=1+1 zei ik;nee\n',
        encoding="utf-8",
    )
    receipt = receive(place, path, "Partner A", "corpora/verhalen")
    assert receipt.accepted, receipt.checked.findings
    [corpus] = read_inputs(place, "klein").corpora
    mine = corpus.stories[corpus.stories["story"].isin(["V-1", "V-2"])]
    assert mine["text"].tolist() == ["Regel een\nregel twee", "'=1+1 zei ik"]
    assert mine["quote_consent"].tolist() == [True, False]


def test_surveys_are_checked_by_their_codebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "instellingen"))
    root = tmp_path / "project"
    shutil.copytree(ROOT / "surveys/voorbeeld", root / "surveys/voorbeeld")
    shutil.copytree(
        ROOT / "analyses/voorbeeld", root / "analyses/voorbeeld", ignore=shutil.ignore_patterns("output")
    )
    shutil.copy(ROOT / "tev.toml", root)
    plan = root / "analyses/alleen/plan.toml"
    plan.parent.mkdir()
    plan.write_text('naam = "Alleen"\nperiode = "2026"\nenquetes = ["voorbeeld"]\n', encoding="utf-8")
    place = find_project(root)
    for name in ("limesurvey-bewoners.csv", "welzijn-drechtoever.sav"):
        delivered = root / "surveys/voorbeeld/raw" / name
        checked = check_delivery(place, delivered, "voorbeeld", "X")
        assert checked.errors == (), name
        assert receive(place, delivered, "Nieuw", "voorbeeld").accepted
    text = (root / "surveys/voorbeeld/raw/limesurvey-bewoners.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "vv.csv").write_text(as_vv(text), encoding="utf-8")
    assert check_delivery(place, tmp_path / "vv.csv", "voorbeeld", "X").errors == ()
    receive(place, tmp_path / "vv.csv", "Via VV", "voorbeeld")
    [survey] = read_inputs(place, "alleen").surveys
    found = survey.data.respondents
    columns = [name for name in found.columns if name not in ("respondent", "partner", "weight", "row")]
    [one, other] = [
        found.loc[found["partner"] == name, columns].reset_index(drop=True) for name in ("", "Via VV")
    ]
    pd.testing.assert_frame_equal(one, other)
    wrong = tmp_path / "fout.csv"
    wrong.write_text(text.replace('"W09"', '"W99"'), encoding="utf-8")
    assert check_delivery(place, wrong, "voorbeeld", "X").errors


def as_vv(text: str) -> str:
    """A CSV of LimeSurvey as its VV export writes it: tabs, a line of questions, {question_not_shown}."""
    import re

    header, *rows = text.strip().split("\n")
    codes = [name.strip('"').replace("[", "_").replace("]", "") for name in header.split(";")]
    body = []
    for row in rows:
        plain = re.findall(r'"(?:[^"]|"")*"|(?<![^;])(?=;|$)', row)
        assert len(plain) == len(codes)
        body.append(
            "\t".join(
                "{question_not_shown}" if not cell else cell[1:-1].replace('""', "{quote}") for cell in plain
            )
        )
    return (
        "\n".join(["\t".join(f"Vraag {number}" for number in range(len(codes))), "\t".join(codes), *body])
        + "\n"
    )


# --- Keys -------------------------------------------------------------------------------------------


def test_pseudonyms_hang_on_the_key_and_not_on_how_a_key_is_written() -> None:
    one, other = Keys((b"a" * 32,)), Keys((b"b" * 32,))
    assert one.pseudonym("K-001") == one.pseudonym(" k-001 ") != other.pseudonym("K-001")
    assert one.pseudonym("12345678", bsn=True) == one.pseudonym("012345678", bsn=True)
    # HMAC-SHA256 over "\nk-001", the first 16 bytes, in base 32.
    import base64
    import hashlib
    import hmac

    expected = base64.b32encode(hmac.new(b"a" * 32, b"\nk-001", hashlib.sha256).digest()[:16]).decode()
    assert one.pseudonym("K-001") == "k" + expected.rstrip("=").lower()


def test_the_key_lies_outside_the_project_and_another_one_is_noticed(
    place: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    received(place, csv_file(tmp_path / "a.csv", rows(2)))
    path = key_file(place)
    assert not path.is_relative_to(place.root) and path.stat().st_mode & 0o077 == 0
    secret = path.read_text(encoding="ascii").strip()
    assert all(secret.encode() not in content for content in everything(place).values())
    monkeypatch.setenv("TEV_SLEUTEL", "x" * 40)
    with pytest.raises(ToolkitError, match="niet de sleutel"):
        received(place, csv_file(tmp_path / "b.csv", rows(3)))
    monkeypatch.setenv("TEV_SLEUTEL", "kort")
    with pytest.raises(ToolkitError, match="te kort"):
        project_keys(place)
    monkeypatch.delenv("TEV_SLEUTEL")
    path.unlink()
    with pytest.raises(ToolkitError, match="is er niet"):
        received(place, csv_file(tmp_path / "b.csv", rows(3)))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(place.root / "x"))
    with pytest.raises(ToolkitError, match="in het project"):
        key_file(place)


def test_a_new_key_changes_every_pseudonym_and_the_same_client_stays_the_same(
    place: Project, tmp_path: Path
) -> None:
    received(place, csv_file(tmp_path / "a.csv", rows(3)))
    received(place, csv_file(tmp_path / "b.csv", rows(4)))
    before = raw(place)
    assert rotate(place) == 2  # the delivery and the one that it replaced
    after = raw(place)
    changed = [name for name in before if before[name] != after[name]]
    assert len(changed) == 2 and after["met-de-hand.csv"] == before["met-de-hand.csv"]
    received(place, csv_file(tmp_path / "c.csv", rows(4, c1={0: "Anders"})), "Partner B")
    found = trajectories(place)
    assert found[found["partner"].isin(["Partner A", "Partner B"])]["client"].nunique() == 4


# --- All or nothing ---------------------------------------------------------------------------------


def dying(place: Project, path: Path, left: int) -> bool:
    """Receive a file in a process that dies at the nth time that a file gets its name or is made to last.

    Gives whether it died.
    """

    def dies(real: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(9)
            return real(*arguments, **options)

        return call

    child = os.fork()
    if not child:
        os.fsync = dies(os.fsync)
        for name in ("replace", "rename"):
            setattr(Path, name, dies(getattr(Path, name)))
        received(place, path)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.skipif(sys.platform == "win32", reason="a child is made by fork")
def test_a_kill_at_any_step_leaves_all_or_nothing(place: Project, tmp_path: Path) -> None:
    received(place, csv_file(tmp_path / "a.csv", rows(3)))
    begin = everything(place)
    path = csv_file(tmp_path / "b.csv", rows(5))
    finished_by_the_next = 0
    for step in range(100):
        copy = find_project(Path(shutil.copytree(place.root, tmp_path / f"kopie-{step}")))
        died = dying(copy, path, step)
        found = status(copy)  # the next command
        assert found.broken == () and not list((copy.root / "leveringen").glob(".*")), step
        now = everything(copy)
        count = (trajectories(copy)["partner"] == "Partner A").sum()
        if found.lines == 1:
            assert now == begin and count == 3 and not finished_by_the_next, step
        else:
            assert len(now) == len(begin) + 2 and count == 5, step  # the earlier version and the receipt
            finished_by_the_next += died
        if not died:
            break
        shutil.rmtree(copy.root)
    assert step > 10 and finished_by_the_next > 3 and not died


def test_a_killed_command_leaves_no_lock(place: Project) -> None:
    code = "import pathlib, time\nfrom toolkit.intake import store\nfrom toolkit.project import find_project\nimport sys\nwith store.locked(find_project(pathlib.Path(sys.argv[1]))):\n    print('ja', flush=True)\n    time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code, str(place.root)], cwd=ROOT, stdout=subprocess.PIPE)
    assert child.stdout and child.stdout.readline() == b"ja\n"
    with pytest.raises(ToolkitError, match="Een andere opdracht"), store.locked(place):
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    for _ in range(50):
        try:
            with store.locked(place):
                break
        except ToolkitError:
            time.sleep(0.05)
    else:
        pytest.fail("the lock stayed")


def test_the_log_tells_when_it_was_changed(place: Project, tmp_path: Path) -> None:
    for number in (2, 3, 4):
        received(place, csv_file(tmp_path / f"{number}.csv", rows(number)))
    path = place.root / ledger.LOG
    good = path.read_text(encoding="utf-8")
    assert ledger.broken_lines(place) == []
    lines = good.splitlines(keepends=True)
    path.write_text(good.replace('"rijen": 3', '"rijen": 9'), encoding="utf-8")
    assert ledger.broken_lines(place) == [2]
    path.write_text(lines[0] + lines[2], encoding="utf-8")
    assert ledger.broken_lines(place) == [2]
    path.write_text(good + lines[0][:40], encoding="utf-8")  # cut off while it was written
    ledger.append(place, {"merk": "x", "wat": "sleutel"})
    assert ledger.broken_lines(place) == [] and len(ledger.entries(place)) == 4


def test_settings_that_cannot_take_a_block_refuse_before_anything_is_kept(
    place: Project, tmp_path: Path
) -> None:
    path = place.root / "surveys/trajecten/registratie.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text[: text.index("[[levering]]")]
        + 'levering = [{ bestand = "raw/met-de-hand.csv", formaat = "csv", partner = "H", kolommen = { client = "client", start = "start" } }]\n',
        encoding="utf-8",
    )
    with pytest.raises(DataError, match="kan geen levering"):
        received(place, csv_file(tmp_path / "a.csv", rows(2)))
    assert list(raw(place)) == ["met-de-hand.csv"]
    assert len(read_areas(place)) == 3
