"""The clock of the server: LimeSurvey writes moments without a time zone."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

DUTCH = "Europe/Amsterdam"
_ANONYMISED = 1980
_FORM = "%Y-%m-%d %H:%M:%S"


def _read(text: str | None) -> datetime | None:
    try:
        moment = datetime.strptime(text or "", _FORM)
    except ValueError:
        return None
    return moment if moment.year > _ANONYMISED else None


def to_dutch(text: str | None, zone: str) -> str | None:
    """A moment of the server in Dutch time; what is no moment, or that of an anonymous response, stays as it is.

    In the hour that comes twice the first of the two is taken. 2026-03-01 23:30:00 in UTC is 00:30 on 2 March.
    """
    moment = _read(text)
    if moment is None or zone == DUTCH:
        return text
    return moment.replace(tzinfo=ZoneInfo(zone)).astimezone(ZoneInfo(DUTCH)).strftime(_FORM)


def doubt(text: str | None, zone: str) -> Literal["", "dubbel", "bestaat-niet"]:
    """Whether a moment lies in the hour that comes twice ("dubbel") or never ("bestaat-niet") on that clock."""
    moment = _read(text)
    if moment is None:
        return ""
    early, late = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if early.utcoffset() == late.utcoffset():
        return ""
    # After the clock went back there are two; when it goes forward the earlier reading has the smaller offset.
    return "dubbel" if (early.utcoffset() or 0) > (late.utcoffset() or 0) else "bestaat-niet"  # type: ignore[operator]
