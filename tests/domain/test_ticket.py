"""Ticket numbers, and the day they belong to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.ticket import number, office_day


@pytest.mark.parametrize(
    ("serial", "text"),
    [(1, "A-001"), (12, "A-012"), (999, "A-999"), (1000, "A-1000"), (12345, "A-12345")],
)
def test_a_number_has_three_digits_or_more(serial: int, text: str) -> None:
    assert number(serial) == text


def test_no_number_is_called_twice_on_one_day() -> None:
    assert len({number(serial) for serial in range(1, 3000)}) == 2999


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Jakarta", date(2026, 11, 3)),
        ("Asia/Makassar", date(2026, 11, 3)),
        ("Asia/Jayapura", date(2026, 11, 3)),
        ("UTC", date(2026, 11, 2)),
    ],
)
def test_the_day_is_the_offices_own(zone: str, day: date) -> None:
    assert office_day(datetime(2026, 11, 2, 17, 0, tzinfo=UTC), ZoneInfo(zone)) == day


def test_numbers_restart_at_the_offices_midnight_not_at_utcs() -> None:
    jakarta = ZoneInfo("Asia/Jakarta")
    assert office_day(datetime(2026, 11, 2, 16, 59, 59, tzinfo=UTC), jakarta) == date(2026, 11, 2)
    assert office_day(datetime(2026, 11, 3, 0, 0, tzinfo=UTC), jakarta) == date(2026, 11, 3)
