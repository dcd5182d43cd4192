"""Fetching: values equal what was put in, nothing is lost, nothing personal comes along."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lime_server import FOLDER, PASSWORD, USER, Lime, Row, Survey, real_survey, recorded, serving

from toolkit.limesurvey.client import Connection, LimeSurveyError, Patience
from toolkit.limesurvey.credentials import Credentials
from toolkit.limesurvey.delivery import DELIVERY, STORE, erase
from toolkit.limesurvey.fetch import Fetched, fetch
from toolkit.limesurvey.settings import LimeSettings
from toolkit.limesurvey.store import opened
from toolkit.project import Delivery
from toolkit.survey.formats import read_raw

NUMBER = 101001
TRUTH = json.loads((FOLDER / "truth.json").read_text(encoding="utf-8"))
QUICK = Patience(tries=4, pause=0.01)


@pytest.fixture
def lime() -> Iterator[Lime]:
    with serving(Lime({NUMBER: real_survey()})) as server:
        yield server


def get(
    lime: Lime, folder: Path, full: bool = False, settings: LimeSettings | None = None, seconds: float = 5.0
) -> Fetched:
    settings = settings or LimeSettings(address=lime.url, page=25)
    with Connection(lime.url, Credentials(USER, PASSWORD), seconds, QUICK) as connection:
        return fetch(connection, NUMBER, settings, folder, full)


def stored(folder: Path) -> dict[int, dict[str, str | None]]:
    with opened(folder / STORE) as store:
        return dict(store.responses())


def true_cells(response: Row) -> dict[str, str | None]:
    """What was put in, under the names of an export: dual scales are [1] and [2] there."""
    return {
        name.replace("#0]", "][1]").replace("#1]", "][2]"): value
        for name, value in response["answers"].items()
    }


@pytest.mark.parametrize("version", ["", "v5.6"])
def test_values_equal_what_was_put_in(tmp_path: Path, version: str) -> None:
    with serving(Lime({NUMBER: real_survey(version)})) as lime:
        result = get(lime, tmp_path)
    assert (result.new, result.complete, result.incomplete) == (
        62,
        TRUTH["n"]["complete"],
        TRUTH["n"]["incomplete"],
    )
    kept = stored(tmp_path)
    raw = read_raw(tmp_path / DELIVERY, Delivery(file="x.csv", format="limesurvey-csv"))
    read = raw.cells.set_index("id")
    compared = 0
    for response in TRUTH["responses"]:
        cells = kept[response["id"]]
        for name, value in true_cells(response).items():
            assert cells[name] == value, (response["id"], name)
            assert read.loc[str(response["id"]), name] == value, (response["id"], name)
            compared += 1
    assert compared == 62 * 34
    assert "uitleg" not in kept[1], "a question that only shows text has no answer"


def test_the_csv_exports_of_both_versions_read_the_same(tmp_path: Path, lime: Lime) -> None:
    get(lime, tmp_path)
    delivery = Delivery(file="x.csv", format="limesurvey-csv")
    ours = read_raw(tmp_path / DELIVERY, delivery).cells.set_index("id")
    six = read_raw(FOLDER / "csv_code_short.csv", delivery).cells.set_index("id")
    five = read_raw(FOLDER / "v5.6" / "csv_code_short.csv", delivery).cells.set_index("id")
    for name in ours:
        different = [one for one in ours.index if ours.at[one, name] != six.at[one, name]]
        # LimeSurvey's own CSV makes LF of the CRLF inside two stories; JSON, and so ours, keeps it.
        assert all("\r\n" in str(ours.at[one, name]) for one in different)
        if name not in ("submitdate", "startdate", "datestamp"):  # typed in on another day
            old = [one for one in ours.index if (six.at[one, name] or "") != (five.at[one, name] or "")]
            assert old == [], "5.6 differs only in writing NULL as empty"


def test_no_personal_column_is_asked_for_unless_named(tmp_path: Path, lime: Lime) -> None:
    get(lime, tmp_path)
    asked = [params[9] for method, params in lime.asked if method == "export_responses"]
    assert asked and all(fields and not {"token", "email", "attribute_1"} & set(fields) for fields in asked)
    assert "tok0" not in (tmp_path / DELIVERY).read_text(encoding="utf-8")

    named = LimeSettings(address=lime.url, page=25, personal=("token",))
    result = get(lime, tmp_path, settings=named)
    assert (
        result.full
        and result.notes
        and "tok001abcdefghi" in (tmp_path / DELIVERY).read_text(encoding="utf-8")
    )
    # Not asked for any more: gone from every version, and from the bytes of the file.
    get(lime, tmp_path)
    with opened(tmp_path / STORE) as store:
        assert not any(
            "token" in (cells or {}) for number in range(1, 64) for cells in store.versions(number)
        )
    assert b"tok001abcdefghi" not in (tmp_path / STORE).read_bytes()


def test_a_user_who_may_only_export_is_told_or_gets_no_personal_columns(tmp_path: Path, lime: Lime) -> None:
    lime.rights = "smal"
    with pytest.raises(LimeSurveyError, match="mag de vragen niet zien") as caught:
        get(lime, tmp_path)
    assert "zonder_veldnamen" in caught.value.hint
    get(lime, tmp_path, settings=LimeSettings(address=lime.url, without_fields=True))
    assert len(stored(tmp_path)) == 62 and "token" not in stored(tmp_path)[1]


# --- Incremental --------------------------------------------------------------------------------------


def changing(lime: Lime) -> dict[int, Row]:
    """Rows that a test may change."""
    rows = {number: dict(row) for number, row in lime.surveys[NUMBER].rows().items()}
    lime.surveys[NUMBER].rows = lambda: rows
    return rows


def test_new_changed_completed_and_deleted_responses_are_noticed(tmp_path: Path, lime: Lime) -> None:
    rows = changing(lime)
    get(lime, tmp_path)
    lime.asked.clear()
    again = get(lime, tmp_path)
    assert (again.new, again.changed, again.deleted) == (0, 0, 0)

    rows[500] = {**rows[1], "id": 500, "datestamp": "2026-12-01 10:00:00", "wijk": "A1"}
    rows[4] |= {"submitdate": "2026-12-01 11:00:00", "datestamp": "2026-12-01 11:00:00", "wijk": "A2"}
    rows[7] |= {"leeftijd": "31", "datestamp": "2026-12-01 12:00:00"}
    del rows[9]
    result = get(lime, tmp_path)
    assert (result.new, result.changed, result.deleted) == (1, 2, 1)
    assert (result.complete, result.incomplete) == (54, 8)
    now = stored(tmp_path)
    assert 9 not in now and now[4]["wijk"] == "A2" and now[500]["wijk"] == "A1"
    with opened(tmp_path / STORE) as store:
        assert [cells and cells["leeftijd"] for cells in store.versions(7)][-1] == "31" and len(
            store.versions(7)
        ) == 2
        assert store.versions(9)[0] is not None and store.versions(9)[-1] is None

    # The deleted one comes back (restored from a backup): it counts again, with all of its versions.
    rows[9] = dict(real_survey().rows()[9])
    assert get(lime, tmp_path).new == 1 and 9 in stored(tmp_path)


def test_an_edit_without_a_stamp_is_seen_by_a_full_fetch_that_equals_a_fresh_one(
    tmp_path: Path, lime: Lime
) -> None:
    rows = changing(lime)
    get(lime, tmp_path / "een")
    rows[12]["wijk"] = "A9"
    del rows[30]
    assert get(lime, tmp_path / "een").changed == 0 and stored(tmp_path / "een")[12]["wijk"] != "A9"
    full = get(lime, tmp_path / "een", full=True)
    assert full.full and full.changed == 1 and stored(tmp_path / "een")[12]["wijk"] == "A9"
    get(lime, tmp_path / "twee")
    assert (tmp_path / "een" / DELIVERY).read_bytes() == (tmp_path / "twee" / DELIVERY).read_bytes()
    assert stored(tmp_path / "een") == stored(tmp_path / "twee")


def test_a_second_change_within_the_same_second_is_not_missed(tmp_path: Path, lime: Lime) -> None:
    rows = changing(lime)
    rows[62]["datestamp"] = "2026-12-01 10:00:00"
    get(lime, tmp_path)
    rows[62]["wijk"] = "A9"
    assert get(lime, tmp_path).changed == 1 and stored(tmp_path)[62]["wijk"] == "A9"


def test_responses_without_stamps_and_of_an_anonymous_survey(tmp_path: Path, lime: Lime) -> None:
    survey = lime.surveys[NUMBER]
    anonymous = json.loads((FOLDER / "anoniem_via_web.json").read_text(encoding="utf-8"))["responses"]
    rows = {int(row["id"]): row for row in anonymous}
    rows[50] = {**anonymous[0], "id": 50, "submitdate": None, "wijk": None}
    fields = {
        name: info for name, info in survey.fields.items() if name not in ("token", "datestamp", "startdate")
    }
    lime.surveys[NUMBER] = replace(survey, fields=fields, rows=lambda: rows)
    result = get(lime, tmp_path)
    assert (result.complete, result.incomplete) == (1, 2), "one of the two recorded was never sent in"
    # Somebody goes on filling in: no stamp says so, and yet it is seen.
    rows[50]["wijk"] = "A3"
    assert get(lime, tmp_path).changed == 1 and stored(tmp_path)[50]["wijk"] == "A3"
    assert stored(tmp_path)[1]["submitdate"] == "1980-01-01 00:00:00"


def test_a_large_gap_and_an_emptied_survey(tmp_path: Path, lime: Lime) -> None:
    rows = changing(lime)
    rows[400_000] = {**rows[1], "id": 400_000}
    assert get(lime, tmp_path).new == 63
    kept = dict(rows)
    rows.clear()
    with pytest.raises(LimeSurveyError, match="zijn er 63 weg"):
        get(lime, tmp_path)
    assert len(stored(tmp_path)) == 63
    assert get(lime, tmp_path, full=True).deleted == 63
    assert len((tmp_path / DELIVERY).read_text(encoding="utf-8-sig").splitlines()) == 1
    rows |= kept
    assert get(lime, tmp_path).new == 63


def test_a_closed_survey_and_another_survey_leave_the_store_alone(tmp_path: Path, lime: Lime) -> None:
    get(lime, tmp_path)
    lime.surveys[NUMBER].active = "N"
    with pytest.raises(LimeSurveyError, match="staat niet open"):
        get(lime, tmp_path)
    lime.surveys[NUMBER].active = "Y"
    with (
        Connection(
            lime.url.replace("127.0.0.1", "localhost"), Credentials(USER, PASSWORD), 5, QUICK
        ) as other,
        pytest.raises(LimeSurveyError, match="andere vragenlijst"),
    ):
        fetch(other, NUMBER, LimeSettings(address=lime.url), tmp_path)
    assert len(stored(tmp_path)) == 62


def test_an_erased_response_does_not_come_back(tmp_path: Path, lime: Lime) -> None:
    get(lime, tmp_path)
    story = str(stored(tmp_path)[1]["verhaal"])
    assert erase(tmp_path, [1], "Europe/Amsterdam", "2026-12-01") == 1
    for path in (tmp_path / "raw").iterdir():
        assert (
            story.encode() not in path.read_bytes()
            and '"{}"'.format(story.replace('"', '""')).encode() not in path.read_bytes()
        )
    result = get(lime, tmp_path, full=True)
    assert 1 not in stored(tmp_path) and (result.new, result.deleted) == (0, 0)
    assert story not in (tmp_path / DELIVERY).read_text(encoding="utf-8")


# --- Trouble ------------------------------------------------------------------------------------------

FAULTS = ["500", "leeg", "verbroken", "half", "half-export", "kort-van-stof", "html", "sleutel-verlopen"]


@pytest.mark.parametrize("fault", FAULTS)
def test_what_can_pass_costs_not_one_response(tmp_path: Path, lime: Lime, fault: str) -> None:
    get(lime, tmp_path / "goed")
    calls = len(lime.asked)
    for place in range(calls - 1):  # at every call of a fetch, the log-in too
        lime.faults = ["-"] * place + [fault]
        get(lime, tmp_path / f"{place}")
        got = (tmp_path / f"{place}" / DELIVERY).read_bytes()
        assert got == (tmp_path / "goed" / DELIVERY).read_bytes(), (fault, place)


def test_several_in_a_row_and_a_key_that_expires_between_pages(tmp_path: Path, lime: Lime) -> None:
    lime.faults = [
        "500",
        "leeg",
        "-",
        "verbroken",
        "half",
        "html",
        "-",
        "-",
        "sleutel-verlopen",
        "sleutel-verlopen",
    ]
    assert get(lime, tmp_path).new == 62
    assert lime.logins >= 2 and not lime.keys, "every key that still worked is given back"


def test_a_server_that_stays_down_gives_up_and_keeps_what_came(tmp_path: Path, lime: Lime) -> None:
    lime.faults = ["-"] * 6 + ["leeg"] * 50  # log in, fields, two scans, end of scan, one page
    with pytest.raises(LimeSurveyError, match="na 4 keer proberen") as caught:
        get(lime, tmp_path)
    assert "RPC-interface" in caught.value.hint
    lime.faults.clear()
    lime.asked.clear()
    assert 0 < len(stored(tmp_path)) < 62 and not (tmp_path / DELIVERY).exists()
    result = get(lime, tmp_path)
    pages = [
        params[7:9] for method, params in lime.asked if method == "export_responses" and len(params[9]) > 3
    ]
    assert result.complete + result.incomplete == 62 and pages[0][0] > 20, "goes on where it was"


def test_a_refused_password_is_tried_once(tmp_path: Path, lime: Lime) -> None:
    for _ in range(2):
        with (
            pytest.raises(LimeSurveyError, match="herkent deze gebruiker of dit wachtwoord niet") as caught,
            Connection(lime.url, Credentials(USER, "fout-wachtwoord"), 5, QUICK) as connection,
        ):
            fetch(connection, NUMBER, LimeSettings(address=lime.url), tmp_path)
        assert "fout-wachtwoord" not in str(caught.value) and lime.wrong == lime.logins
    assert lime.logins == 2
    lime.wrong = 3
    with pytest.raises(LimeSurveyError, match="tien minuten"):
        get(lime, tmp_path)
    assert lime.logins == 3


def test_a_password_that_changes_halfway_is_tried_once(tmp_path: Path, lime: Lime) -> None:
    with Connection(lime.url, Credentials(USER, PASSWORD), 5, QUICK) as connection:
        connection.read("get_fieldmap", NUMBER)
        lime.keys.clear()
        connection._credentials = Credentials(USER, "oud")
        for _ in range(3):
            with pytest.raises(LimeSurveyError, match="wachtwoord"):
                connection.read("get_fieldmap", NUMBER)
    assert (lime.logins, lime.wrong) == (2, 1)


def test_every_call_ends_in_time_and_a_redirect_is_not_followed(tmp_path: Path, lime: Lime) -> None:
    started = time.monotonic()
    lime.faults = ["-", "druppels", "druppels", "druppels", "druppels"]
    with pytest.raises(LimeSurveyError, match="geen antwoord binnen de tijd"):
        get(lime, tmp_path, seconds=0.5)
    assert time.monotonic() - started < 5
    lime.faults = ["omleiding"]
    with pytest.raises(LimeSurveyError, match="verwijst door") as caught:
        get(lime, tmp_path)
    assert "geheim=1" not in str(caught.value)


def test_a_page_that_is_too_much_is_asked_for_in_halves(tmp_path: Path, lime: Lime) -> None:
    lime.too_many = 70
    fields = recorded("get_fieldmap__nl")
    rows = {number: {**real_survey().rows()[1], "id": number} for number in range(1, 66)}
    lime.surveys[NUMBER] = Survey(fields, lambda: rows)
    get(lime, tmp_path / "a", settings=LimeSettings(address=lime.url, page=100))
    lime.too_many = 10**9
    answered = lime.export_responses

    def busy(number: int, *params: object) -> object:
        wide = len(params[7]) > 3  # type: ignore[arg-type]
        if wide and int(params[6]) - int(params[5]) >= 8:  # type: ignore[call-overload]
            raise MemoryError
        return answered(number, *params)  # type: ignore[arg-type]

    lime.export_responses = busy  # type: ignore[method-assign,assignment]
    get(lime, tmp_path / "b", settings=LimeSettings(address=lime.url, page=100))
    assert stored(tmp_path / "a") == stored(tmp_path / "b")


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_limesurvey_fetch import get
from lime_server import Lime
lime = Lime({{}}); lime.url = {url!r}
get(lime, Path({folder!r}), full={full})
"""


@pytest.mark.parametrize("full", [False, True])
def test_a_killed_fetch_goes_on_where_it_was(tmp_path: Path, lime: Lime, full: bool) -> None:
    rows = changing(lime)
    if full:
        get(lime, tmp_path / "a")
        for number in (3, 55):
            rows[number]["wijk"] = "A9"
    lime.asked.clear()
    lime.faults = ["-"] * 6 + ["lang"] * 9
    code = KILLED.format(
        tests=str(Path(__file__).parent), url=lime.url, folder=str(tmp_path / "a"), full=full
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(Path.cwd())}
    )
    waited = time.monotonic()
    while len(lime.asked) < 6 and time.monotonic() - waited < 20:
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    with opened(tmp_path / "a" / STORE) as store:
        assert store.state("opgehaald" if not full else "volledig_bezig") == ("" if not full else "ja")
    lime.faults.clear()
    lime.asked.clear()
    result = get(lime, tmp_path / "a")
    first = next(
        params[7] for method, params in lime.asked if method == "export_responses" and len(params[9]) > 3
    )
    assert first > 20 and result.full == full
    get(lime, tmp_path / "b")
    assert (tmp_path / "a" / DELIVERY).read_bytes() == (tmp_path / "b" / DELIVERY).read_bytes()
