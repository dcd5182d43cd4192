"""Lay a new key over the old one: every pseudonym in the project is hashed once more."""

from __future__ import annotations

import csv
import io
import os
import secrets
from datetime import datetime

from toolkit.errors import ToolkitError
from toolkit.intake import ledger, store
from toolkit.intake.pseudonyms import (
    VARIABLE,
    Keys,
    again,
    is_pseudonym,
    project_keys,
    read_state,
    state_path,
    state_text,
    stored_keys,
    write_keys,
)
from toolkit.intake.sources import sources
from toolkit.project import Project


def rotate(project: Project, now: datetime | None = None) -> int:
    """Take a new key into use, and give how many files were changed.

    The same client keeps one pseudonym through all deliveries, before and after. A key that comes from
    TEV_SLEUTEL has to be there already, behind the old one and a comma; else it is made and kept in the
    user's settings.

    Raises ToolkitError when nothing was received yet or the new key is not there.
    """
    with store.locked(project):
        keys = project_keys(project)
        if not read_state(project).get("sleutel"):
            raise ToolkitError("Er is nog niets ontvangen: er is geen sleutel om te vervangen.")
        known = stored_keys(project)
        if len(known) == len(keys.layers):
            known = _with_new(project, known)
        fresh = Keys(known[: len(keys.layers) + 1])
        received = {
            name
            for entry in ledger.entries(project)
            if entry["wat"] == "ontvangen"
            for one in entry["bestanden"]
            for name in (one, f"eerder/{entry['nummer']}-{one}")
        }
        steps: list[store.Step] = []
        for source in sources(project):
            for path in sorted((source.folder / "raw").rglob("*.csv")):
                if (
                    source.kind != "enquete"
                    and path.relative_to(source.folder / "raw").as_posix() in received
                ):
                    changed = with_changed_pseudonyms(path.read_bytes(), fresh.layers[-1])
                    steps.append(store.Write(path.relative_to(project.root).as_posix(), changed))
        count = len(steps)
        steps.append(store.Write(state_path(), state_text(project, fresh).encode()))
        time = ledger.moment(project, now).isoformat(timespec="seconds")
        store.carry_out(
            project, steps, {"wat": "sleutel", "tijd": time, "lagen": len(fresh.layers), "bestanden": count}
        )
        return count


def with_changed_pseudonyms(content: bytes, layer: bytes) -> bytes:
    """A received CSV in which every pseudonym has one more key laid over it."""
    rows = csv.reader(io.StringIO(content.decode(), newline=""), delimiter=";")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\n")
    for row in rows:
        writer.writerow([again(layer, cell) if is_pseudonym(cell) else cell for cell in row])
    return buffer.getvalue().encode()


def _with_new(project: Project, known: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The keys at hand and a new one, kept before anything is changed with it."""
    if os.environ.get(VARIABLE):
        raise ToolkitError(
            f"De nieuwe sleutel staat nog niet in {VARIABLE}.",
            f"Zet in {VARIABLE} de oude sleutel, een komma en de nieuwe sleutel, en herhaal de opdracht.",
        )
    fresh = (*known, secrets.token_bytes(32))
    write_keys(project, fresh)
    return fresh
