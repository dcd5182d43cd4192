"""The raw store as a delivery: the CSV that LimeSurvey 6 itself writes, so that a survey is read as any other."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from toolkit.files import whole_file
from toolkit.limesurvey.fields import CHANGED, STARTED, SUBMITTED
from toolkit.limesurvey.moments import doubt, to_dutch
from toolkit.limesurvey.store import Store, opened

STORE, DELIVERY = Path("raw/limesurvey.sqlite"), Path("raw/limesurvey.csv")
_MOMENTS = (SUBMITTED, STARTED, CHANGED)


def write_delivery(store: Store, path: Path, zone: str) -> int:
    """Write the last version of every response; how many have a moment in an hour that comes twice or never.

    UTF-8 with BOM, semicolons, CRLF; "" was left empty, nothing at all was never shown. Moments are Dutch
    time. Rows come one by one, so the memory this takes does not grow with the survey.
    """
    columns: list[str] = json.loads(store.state("kolommen") or '["id"]')
    doubtful = 0
    with whole_file(path) as temporary, temporary.open("w", encoding="utf-8-sig", newline="") as file:
        file.write(";".join(_cell(name) for name in columns) + "\r\n")
        for _, cells in store.responses():
            moments = {name: cells.get(name) for name in _MOMENTS}
            doubtful += any(doubt(moment, zone) for moment in moments.values())
            cells |= {name: to_dutch(moment, zone) for name, moment in moments.items()}
            file.write(";".join(_cell(cells.get(name)) for name in columns) + "\r\n")
    return doubtful


def erase(folder: Path, numbers: Iterable[int], zone: str, day: str) -> int:
    """Remove responses from the raw store, all versions, and from the delivery; how many versions.

    A mark without content stays, so that a later fetch does not bring them back.
    """
    with opened(folder / STORE) as store:
        gone = store.erase(numbers, day)
        write_delivery(store, folder / DELIVERY, zone)
    return gone


def _cell(value: str | None) -> str:
    return "" if value is None else '"' + value.replace("\x00", "").replace('"', '""') + '"'
