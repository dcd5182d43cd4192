"""Receive a delivery: check it, replace keys by pseudonyms, keep it, and give a receipt; all or nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from toolkit.errors import DataError, ProjectError, ToolkitError, closest
from toolkit.intake import ledger, store
from toolkit.intake.check import Checked, Context, check_file
from toolkit.intake.findings import Finding, problem_rows
from toolkit.intake.formats import open_delivery, slug
from toolkit.intake.guard import file_hash
from toolkit.intake.header import known_names, score_of
from toolkit.intake.mapping import match_columns
from toolkit.intake.pseudonyms import Keys, project_keys, state_path, state_text
from toolkit.intake.raw import RawFile, block_of, own_partners, raw_file, with_blocks
from toolkit.intake.readers import read_staged, survey_content, survey_findings, survey_form
from toolkit.intake.rules import Earlier
from toolkit.intake.sources import Source, all_places, find_source, sources
from toolkit.project import Project

_COLUMNS = "leveringen/kolommen.json"
_TWICE = (
    "In {file} staat ook een eigen blok van {partner}. Haal dat weg als het over dezelfde gegevens gaat: "
    "anders telt alles dubbel."
)
_ERASED = "leveringen/gewist.json"
Confirm = Callable[[Checked], bool]


@dataclass(frozen=True)
class Receipt:
    """What was received: the facts as they stand in the receipt (Dutch keys), and what the check found."""

    facts: Mapping[str, Any]
    checked: Checked
    path: Path | None = None

    @property
    def accepted(self) -> bool:
        """Whether the delivery is kept."""
        return bool(self.facts["uitkomst"] == "ontvangen")


def context_of(project: Project, source: Source, partner: str, keys: Keys | None) -> Context:
    """What the project knows for checking a delivery of this partner."""
    remembered = remembered_columns(project).get(source.id, {}).get(partner, {})
    return Context(
        all_places(project), source.last_day, _earlier(project, source, partner, keys), remembered,
        source.agreed(project),
    )  # fmt: skip


def check_delivery(
    project: Project, path: Path, source_id: str = "", partner: str = "", kind: str = ""
) -> Checked:
    """Check a file against what a project agreed; nothing is stored.

    Raises ProjectError when it is not clear what the delivery is for.
    """
    source = _source_of(project, path, source_id, kind)
    try:
        keys: Keys | None = project_keys(project)
    except ToolkitError:
        keys = None  # without the key of the project clients cannot be compared with earlier deliveries
    checked = check_file(path, source.specification, context_of(project, source, partner, keys))
    return _with_survey(checked, source, path)


def receive(
    project: Project,
    path: Path,
    partner: str,
    source_id: str = "",
    confirm: Confirm | None = None,
    good_rows: bool = False,
    now: datetime | None = None,
) -> Receipt:
    """Receive a file of a partner, and give the receipt.

    `confirm` is asked when columns were guessed (without it they are not taken); what a partner confirmed is remembered. With
    `good_rows` rows with an error are left out and the others kept; without it any error refuses the whole.
    An earlier delivery of the same partner and period is replaced and kept in `raw/eerder/`.

    A delivery with errors is not kept: the log gets a line with its hash, and nothing else. Raises
    ToolkitError when the file was received before, when the columns are not confirmed, or when the settings
    of the source do not fit.
    """
    source = _source_of(project, path, source_id)
    partner = _partner(project, source, partner)
    with store.locked(project):
        now = ledger.moment(project, now)
        sha = file_hash(path) if path.is_file() and path.stat().st_size < 2**31 else ""
        _known_before(project, source, partner, sha)
        keys = project_keys(project, make=True)
        checked = check_file(path, source.specification, context_of(project, source, partner, keys))
        checked = _with_survey(checked, source, path)
        facts = _facts(project, source, partner, path, sha, checked, now)
        if checked.errors and not (good_rows and checked.whole):
            entry = {**facts, "wat": "geweigerd", "uitkomst": "geweigerd"}
            store.carry_out(project, [], entry)
            return Receipt(entry, checked)
        guessed = any(part.columns.guessed for part in checked.parts)
        if guessed and not (confirm and confirm(checked)):
            raise ToolkitError(
                "De kolommen zijn niet bevestigd; er is niets bewaard.",
                "Kijk of de kolommen goed zijn herkend en bevestig ze, of laat de partner de namen aanpassen.",
            )
        return _keep(project, source, partner, path, checked, keys, facts)


def _keep(
    project: Project,
    source: Source,
    partner: str,
    path: Path,
    checked: Checked,
    keys: Keys,
    facts: dict[str, Any],
) -> Receipt:
    scope = "" if source.shared_key else partner
    files, erased = _raw_files(project, source, partner, path, checked, keys, scope)
    earlier = _current(project).get((source.id, partner, facts["periode"]))
    relative = source.folder.relative_to(project.root).as_posix()
    steps: list[store.Step] = []
    if earlier:
        for name in earlier["bestanden"]:
            steps.append(
                store.Move(f"{relative}/raw/{name}", f"{relative}/raw/eerder/{earlier['nummer']}-{name}")
            )
    steps += [store.Write(f"{relative}/raw/{file.name}", file.content) for file in files]
    blocks = [block_of(file, source, partner) for file in files]
    others = [
        block
        for (name, other, period), entry in _current(project).items()
        if name == source.id and (other, period) != (partner, facts["periode"])
        for block in entry["blokken"]
    ]
    settings = with_blocks(source.settings_file.read_text(encoding="utf-8-sig"), source, [*others, *blocks])
    read_staged(project, source, files, settings)
    twice = partner in own_partners(settings)
    rows = sum(file.rows for file in files)
    facts = {
        **facts, "wat": "ontvangen", "uitkomst": "ontvangen", "rijen_aangenomen": rows,
        "rijen_geweigerd": facts["rijen"] - rows - erased, "rijen_eerder_gewist": erased,
        "formules_onschadelijk": sum(file.harmless for file in files),
        "vervangt": earlier["nummer"] if earlier else "", "bestanden": [file.name for file in files],
        "blokken": blocks,
        "let_op": [_TWICE.format(partner=partner, file=source.settings_file.name)] if twice else [],
    }  # fmt: skip
    columns = remembered_columns(project)
    columns.setdefault(source.id, {})[partner] = {k: v for file in files for k, v in file.columns.items()}
    receipt = f"leveringen/bewijzen/{facts['nummer']}.json"
    steps += [
        store.Write(f"{relative}/{source.settings_file.name}", settings.encode()),
        store.Write(_COLUMNS, _json(columns)),
        store.Write(state_path(), state_text(project, keys).encode()),
        store.Write(receipt, _json({key: value for key, value in facts.items() if key != "blokken"})),
    ]
    store.carry_out(project, steps, facts)
    return Receipt(facts, checked, project.root / receipt)


def _raw_files(
    project: Project, source: Source, partner: str, path: Path, checked: Checked, keys: Keys, scope: str
) -> tuple[list[RawFile], int]:
    """The files for raw/, and how many rows were left out because their client or teller was erased."""
    stem = f"{slug(partner)}-{slug(str(source.settings.period))}"
    if source.kind == "enquete":
        form, suffix = survey_form(source, path, checked)
        return [
            RawFile(
                f"{stem}{suffix}",
                survey_content(source, path, checked),
                checked.counts.rows,
                {},
                {},
                (),
                form,
            )
        ], 0
    erased = set(json.loads(_read(project.root / _ERASED) or "[]"))
    files, gone = [], 0
    for number, part in enumerate(checked.parts, 1):
        bsn = any(one.bsn for one in source.specification.columns if one.kind == "sleutel")
        known: dict[str, str] = {}

        def pseudonym(text: str, bsn: bool = bsn, known: dict[str, str] = known) -> str:
            if text not in known:
                known[text] = keys.pseudonym(text, scope, bsn)
            return known[text]

        good = ~problem_rows(checked.errors, part.table)
        if erased:
            stays = ~_erased_rows(part, source, keys, erased, pseudonym)
            gone += int((good & ~stays).sum())
            good &= stays
        name = f"{stem}.csv" if len(checked.parts) == 1 else f"{stem}-{number}.csv"
        files.append(raw_file(name, part, source.specification, np.flatnonzero(good), pseudonym))
    return [file for file in files if file.rows], gone


def _erased_rows(
    part: Any, source: Source, keys: Keys, erased: set[str], pseudonym: Callable[[str], str]
) -> np.ndarray:
    """Rows of clients or stories that were erased before: they do not come back with a later delivery."""
    wrong = np.zeros(len(part.table), dtype=bool)
    for column in source.specification.columns:
        if column.kind not in ("sleutel", "nummer") or column.name not in part.columns.places:
            continue
        cells = part.table.columns[part.columns.places[column.name]]
        marks = [
            keys.mark(pseudonym(text) if column.kind == "sleutel" else f"{source.id}|{column.name}|{text}")
            in erased
            for text in (str(cell).strip() for cell in cells.distinct)
        ]
        wrong |= np.array([*marks, False])[cells.codes]
    return wrong


def _facts(
    project: Project, source: Source, partner: str, path: Path, sha: str, checked: Checked, now: datetime
) -> dict[str, Any]:
    """What a receipt and the log say of a delivery."""
    numbers = [
        int(one["nummer"].split("-")[1])
        for one in ledger.entries(project)
        if one.get("nummer", "").startswith(f"{now.year}-")
    ]
    return {
        "nummer": f"{now.year}-{max(numbers, default=0) + 1:04}",
        "tijd": now.isoformat(timespec="seconds"),
        "bron": source.id,
        "soort": source.kind,
        "partner": partner,
        "periode": str(source.settings.period),
        "sha256": sha,
        "vorm": ", ".join(dict.fromkeys(part.table.form for part in checked.parts)),
        "rijen": checked.counts.rows,
        "rijen_aangenomen": 0,
        "rijen_geweigerd": checked.counts.rows,
        "fouten": [_said(one) for one in checked.errors],
        "waarschuwingen": [_said(one) for one in checked.warnings],
    }


def _said(finding: Finding) -> dict[str, Any]:
    """A finding for the log: without anything that stood in the file."""
    return {"melding": re.sub(r"'[^']*'|\"[^\"]*\"", "…", finding.message), "aantal": finding.count}


def _source_of(project: Project, path: Path, wanted: str = "", kind: str = "") -> Source:
    """The source that was asked for, or else the one whose columns the file has."""
    try:
        return find_source(project, wanted, kind)
    except ProjectError:
        if wanted or not path.is_file():
            raise
        known = [one for one in sources(project) if kind in ("", one.kind)]
        scores = [_likeness(project, path, one) for one in known]
        best = max(scores, default=0)
        if best < 2 or scores.count(best) > 1:
            raise
        return known[scores.index(best)]


def _likeness(project: Project, path: Path, source: Source) -> int:
    """How many columns of a file are agreed for a source, less those that are not."""
    agreed = source.agreed(project)
    try:
        tables = open_delivery(path, score_of(known_names(source.specification, others=agreed)))
    except DataError:
        return 0
    columns = match_columns(tables[0].names, source.specification, None, agreed)
    return sum(map(bool, tables[0].names)) - 2 * len(columns.unknown) - len(columns.guessed)


def _known_before(project: Project, source: Source, partner: str, sha: str) -> None:
    for entry in ledger.entries(project):
        if sha and entry.get("sha256") == sha and entry["wat"] == "ontvangen" and entry["bron"] == source.id:
            current = _current(project).get((entry["bron"], entry["partner"], entry["periode"]), {})
            later = current.get("nummer") not in (None, entry["nummer"])
            more = f" en daarna vervangen door {current['nummer']}" if later else ""
            raise ToolkitError(
                f"Dit bestand is al ontvangen van {entry['partner']}, als {entry['nummer']}{more}.",
                "Is het een verbeterde levering? Dan is het verkeerde bestand gekozen. Anders is er niets te doen.",
            )


def _partner(project: Project, source: Source, partner: str) -> str:
    """The partner as the project writes the name."""
    known = dict.fromkeys(
        [*source.specification.partners, *remembered_columns(project).get(source.id, {}),
         *(one.partner for one in getattr(source.settings, "deliveries", ()) if getattr(one, "partner", ""))]
    )  # fmt: skip
    same = next((name for name in known if name.casefold() == partner.strip().casefold()), "")
    if same or (partner.strip() and not source.specification.partners):
        return str(same or " ".join(partner.split()))
    if not partner and len(known) == 1:
        return str(next(iter(known)))
    hint = closest(partner, known) if partner else ""
    raise ToolkitError(
        f"'{partner:.40}' is geen partner van {source.id}."
        if partner
        else "Het is niet bekend van welke partner dit bestand is.",
        hint or f"Noem de partner met --partner. Bekend zijn: {', '.join(known) or 'nog geen'}.",
    )


def remembered_columns(project: Project) -> dict[str, dict[str, dict[str, str]]]:
    """Source -> partner -> our name -> name in the delivery, as it was confirmed."""
    found = json.loads(_read(project.root / _COLUMNS) or "{}")
    return found if isinstance(found, dict) else {}


def _current(project: Project) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The last delivery that was kept, per source, partner and period."""
    return {
        (one["bron"], one["partner"], one["periode"]): one
        for one in ledger.entries(project)
        if one["wat"] == "ontvangen"
    }


def _earlier(project: Project, source: Source, partner: str, keys: Keys | None) -> Earlier | None:
    """The delivery before this one, to compare with."""
    before = [
        one
        for one in ledger.entries(project)
        if one["wat"] == "ontvangen" and (one["bron"], one["partner"]) == (source.id, partner)
    ]
    if not before:
        return None
    last = before[-1]
    scope = "" if source.shared_key else partner
    bsn = any(one.bsn for one in source.specification.columns if one.kind == "sleutel")
    running = _running(source, last) if source.kind == "trajecten" else frozenset()
    return Earlier(
        last["nummer"], last["rijen_aangenomen"], running,
        None if keys is None else lambda text: keys.pseudonym(text, scope, bsn),
    )  # fmt: skip


def _running(source: Source, entry: Mapping[str, Any]) -> frozenset[str]:
    """Pseudonyms of clients without an end date in an earlier delivery."""
    from toolkit.files import read_table

    found: set[str] = set()
    for block in entry["blokken"]:
        columns = block.get("kolommen", {})
        path = source.folder / block["bestand"]
        if {"client", "end"} <= set(columns) and path.is_file():
            table = read_table(path, header=list(columns.values()))
            found |= set(table.loc[table[columns["end"]] == "", columns["client"]])
    return frozenset(found - {""})


def _with_survey(checked: Checked, source: Source, path: Path) -> Checked:
    """With what the codebook says of the answers, for a survey."""
    if source.kind != "enquete" or checked.errors or not checked.parts:
        return checked
    found = survey_findings(source, path, checked)
    return Checked(checked.file, checked.specification, checked.parts, (*found, *checked.findings))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
