"""What was received, what is still missing, and until when it may be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from toolkit.intake import ledger, store
from toolkit.intake.sources import Source, sources
from toolkit.project import Project


@dataclass(frozen=True)
class Delivered:
    """One source: its deliveries (the last per partner and period first), and the partners that lack one."""

    source: Source
    deliveries: tuple[Mapping[str, Any], ...]
    missing: tuple[str, ...]
    overdue: bool


@dataclass(frozen=True)
class Status:
    """The deliveries of a project, and whether its log is whole."""

    delivered: tuple[Delivered, ...]
    lines: int
    broken: tuple[int, ...]
    erased: int


def status(project: Project, today: date | None = None) -> Status:
    """The state of the deliveries of a project; work that was cut off is finished first.

    Raises ToolkitError when another command is at work on the deliveries.
    """
    with store.locked(project):
        broken = tuple(ledger.broken_lines(project))
        log = ledger.entries(project) if not broken else []
    found = []
    for source in sources(project):
        mine = [one for one in log if one.get("bron") == source.id]
        kept = {(one["partner"], one["periode"]): one for one in mine if one["wat"] == "ontvangen"}
        refused = {
            (one["partner"], one["periode"]): one
            for one in mine
            if one["wat"] == "geweigerd"
            and one["tijd"] > kept.get((one["partner"], one["periode"]), {}).get("tijd", "")
        }
        period = str(source.settings.period)
        missing = tuple(name for name in source.specification.partners if (name, period) not in kept)
        found.append(
            Delivered(
                source, (*kept.values(), *refused.values()), missing,
                source.keep_until < (today or date.today()),
            )
        )  # fmt: skip
    erased = sum(one["rijen"] for one in log if one["wat"] == "gewist")
    return Status(tuple(found), len(log), broken, erased)
