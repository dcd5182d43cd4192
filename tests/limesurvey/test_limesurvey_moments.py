"""The clock of the server: Dutch time in the delivery, and the hour that comes twice or never is flagged."""

from __future__ import annotations

import pytest

from toolkit.limesurvey.moments import doubt, to_dutch

AMS = "Europe/Amsterdam"


@pytest.mark.parametrize(
    ("text", "zone", "dutch"),
    [
        ("2026-03-01 23:30:00", "UTC", "2026-03-02 00:30:00"),
        ("2026-07-01 23:30:00", "UTC", "2026-07-02 01:30:00"),
        ("2026-07-01 23:30:00", AMS, "2026-07-01 23:30:00"),
        ("2026-01-15 02:00:00", "America/New_York", "2026-01-15 08:00:00"),
        ("1980-01-01 00:00:00", "UTC", "1980-01-01 00:00:00"),
        (None, "UTC", None),
        ("", "UTC", ""),
    ],
)
def test_moments_become_dutch_time(text: str | None, zone: str, dutch: str | None) -> None:
    assert to_dutch(text, zone) == dutch


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("2026-10-25 02:30:00", AMS, "dubbel"),
        ("2026-10-25 01:59:59", AMS, ""),
        ("2026-10-25 03:00:00", AMS, ""),
        ("2026-03-29 02:30:00", AMS, "bestaat-niet"),
        ("2026-03-29 03:00:00", AMS, ""),
        ("2026-10-25 02:30:00", "UTC", ""),
        ("", AMS, ""),
    ],
)
def test_the_hour_of_the_clock_change_is_flagged(text: str, zone: str, expected: str) -> None:
    assert doubt(text, zone) == expected
