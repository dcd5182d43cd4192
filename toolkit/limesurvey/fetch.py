"""Fetch responses: scan ids and stamps, then get what is new or changed, page by page.

The API cannot be asked what changed. So every fetch scans the id, submit date and date stamp of all
responses (three short columns), and gets the responses that the store lacks or whose stamps differ. Ids
have gaps; what the store has and the scan has not was deleted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from toolkit.limesurvey.client import Connection, LimeSurveyError, UnreachableError
from toolkit.limesurvey.delivery import DELIVERY, STORE, write_delivery
from toolkit.limesurvey.fields import (
    CHANGED,
    ID,
    SUBMITTED,
    export,
    field_map,
    field_names,
    stamp_fields,
    without_personal,
)
from toolkit.limesurvey.settings import LimeSettings, is_personal
from toolkit.limesurvey.store import Cells, Stamp, Store, opened

Progress = Callable[[str, int, int], None]

_SCAN = 10_000  # ids per scan: three short columns each
_WIDEST = 4  # a page may span this many times its size in ids, because whole ranges come back
# Two changes within a second have one stamp: what changed just before the last scan is fetched again.
_OVERLAP = timedelta(seconds=5)
_MANY = 10  # so many responses may vanish at once; of more than half of them a mistake is likelier
_FORM = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Fetched:
    """What a fetch did, and what the store holds now.

    `doubtful` counts responses with a moment in an hour that comes twice or never on the server's clock.
    """

    new: int
    changed: int
    deleted: int
    complete: int
    incomplete: int
    doubtful: int
    full: bool
    notes: tuple[str, ...]
    delivery: Path


def fetch(
    connection: Connection,
    number: int,
    settings: LimeSettings,
    folder: Path,
    full: bool = False,
    progress: Progress | None = None,
    now: datetime | None = None,
) -> Fetched:
    """Bring the raw store of a survey's folder up to date and write the delivery.

    With `full` every response is fetched and compared, and the delivery is then that of a first fetch. A
    fetch that was cut off is gone on with, a full one too. Every version of a response is kept.

    Raises LimeSurveyError when LimeSurvey refuses, cannot be reached, or more than half of the responses
    vanished at once; what was stored before stays.
    """
    step = progress or (lambda name, done, total: None)
    moment = (now or datetime.now()).strftime(_FORM)
    known_fields = field_map(connection, number, settings)
    fields = field_names(known_fields, settings)
    with opened(folder / STORE) as store:
        notes = _prepare(store, connection.address, number, settings, fields)
        full = full or bool(notes) or store.state("volledig_bezig") == "ja"
        if full and store.state("volledig_bezig") != "ja":
            store.remember(volledig_bezig="ja", volledig_tot="0")
        known = store.stamps()
        found = _scan(connection, number, stamp_fields(known_fields), step)
        gone = sorted(set(known) - set(found))
        if len(gone) > max(_MANY, len(known) // 2) and not full:
            raise LimeSurveyError(
                f"Van de {len(known)} antwoorden die al binnen waren, zijn er {len(gone)} weg in LimeSurvey.",
                "Klopt dat? Haal dan alles opnieuw op met --full. De oude antwoorden blijven bewaard in raw/.",
            )
        wanted = _wanted(store, known, found, full)
        before = store.counts().versions
        _get(connection, number, settings, fields, wanted, store, moment, full, step)
        changed_or_new = store.counts().versions - before
        store.mark_deleted(gone, moment)
        last = max((stamp.changed for stamp in found.values()), default="")
        store.remember(laatste_stempel=last, opgehaald=moment, volledig_bezig="", volledig_tot="")
        if full or not known:
            store.remember(volledig=moment)
        doubtful = write_delivery(store, folder / DELIVERY, settings.timezone)
        store.remember(twijfel=str(doubtful))
        counts = store.counts()
    new = len(set(found) - set(known) - _erased(folder))
    return Fetched(
        new=new,
        changed=max(changed_or_new - new, 0),
        deleted=len(gone),
        complete=counts.complete,
        incomplete=counts.incomplete,
        doubtful=doubtful,
        full=full,
        notes=tuple(notes),
        delivery=folder / DELIVERY,
    )


def _erased(folder: Path) -> set[int]:
    with opened(folder / STORE) as store:
        return store.erased()


def _prepare(
    store: Store, address: str, number: int, settings: LimeSettings, fields: Sequence[str] | None
) -> list[str]:
    """Check that the store is of this survey, and say in Dutch why everything must be fetched again, if so."""
    place = f"{address} {number}"
    held = store.state("vragenlijst")
    if held and held != place and store.counts().versions:
        raise LimeSurveyError(
            "In raw/ staan antwoorden van een andere vragenlijst of een andere server.",
            "Gebruik een nieuwe map: tev new vragenlijst NAAM. Of verplaats raw/limesurvey.sqlite.",
        )
    asked = json.dumps(fields, ensure_ascii=False)
    earlier = store.state("velden")
    store.remember(vragenlijst=place, velden=asked)
    if not earlier or earlier == asked:
        return []
    columns = json.loads(store.state("kolommen") or "[]")
    lost = [name for name in columns if is_personal(name) and name not in settings.personal]
    if lost:
        store.forget_columns(lost)
    store.remember(kolommen="")
    return ["De vragen of de gevraagde kolommen zijn veranderd; daarom is alles opnieuw opgehaald."]


def _scan(connection: Connection, number: int, fields: list[str], step: Progress) -> dict[int, Stamp]:
    """Stamps of all responses by id. An empty range may be a gap, so after it the rest is asked for."""
    found: dict[int, Stamp] = {}
    first = 1
    while True:
        page = export(connection, number, fields, first, first + _SCAN - 1)
        if not page:
            page = export(connection, number, fields, first, None)
            if not page:
                return found
        for cells in page:
            found[int(cells[ID] or 0)] = _stamp(cells)
        first = max(found) + 1
        step("zoeken", len(found), len(found))


def _stamp(cells: Cells) -> Stamp:
    return Stamp(cells.get(SUBMITTED) or "", cells.get(CHANGED) or "")


def _wanted(store: Store, known: dict[int, Stamp], found: dict[int, Stamp], full: bool) -> list[int]:
    """Ids to fetch, in order: new ones, those with other stamps, and those of which stamps say too little."""
    done = int(store.state("volledig_tot") or 0)
    recent = _shortly_before(store.state("laatste_stempel"))
    skip = store.erased()
    return sorted(
        number
        for number, stamp in found.items()
        if number not in skip
        and (
            known.get(number) != stamp
            or (full and number > done)
            or (recent and stamp.changed >= recent)
            # Without a date stamp nothing tells that somebody went on filling in.
            or not (stamp.submitted or stamp.changed)
        )
    )


def _shortly_before(text: str) -> str:
    try:
        return (datetime.strptime(text, _FORM) - _OVERLAP).strftime(_FORM)
    except ValueError:
        return ""


def _pages(numbers: Sequence[int], size: int) -> Iterator[list[int]]:
    """Ids in pages: at most `size` of them, and not so far apart that mostly others come along."""
    page: list[int] = []
    for number in numbers:
        if page and (len(page) == size or number - page[0] >= size * _WIDEST):
            yield page
            page = []
        page.append(number)
    if page:
        yield page


def _get(
    connection: Connection,
    number: int,
    settings: LimeSettings,
    fields: list[str] | None,
    wanted: list[int],
    store: Store,
    moment: str,
    full: bool,
    step: Progress,
) -> None:
    """Fetch and store the wanted responses; a page that is too much for the server is asked for in halves."""
    size, done, rest = settings.page, 0, wanted
    columns: list[str] = []
    while rest:
        page = next(_pages(rest, size))
        try:
            responses = export(connection, number, fields, page[0], page[-1])
        except UnreachableError as error:
            if not error.too_much or len(page) == 1:
                raise
            size = max(len(page) // 2, 1)
            continue
        kept = [without_personal(cells, settings) for cells in responses]
        if kept and [*kept[-1]] != columns:
            columns = [*kept[-1]]
            store.remember(kolommen=json.dumps(columns, ensure_ascii=False))
        store.put(((int(cells[ID] or 0), _stamp(cells), cells) for cells in kept), moment)
        if full:
            store.remember(volledig_tot=str(page[-1]))
        rest = rest[len(page) :]
        done += len(page)
        step("ophalen", done, len(wanted))
