"""The lock of an officer's sign-in, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.lockout import is_locked, locked_until

THEN = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
TABLE = [
    *((failures, None) for failures in range(5)),
    (5, 30),
    (6, 60),
    (7, 120),
    (8, 240),
    (9, 480),
    (10, 900),
    (11, 900),
    (1_000_000, 900),
]


@pytest.mark.parametrize(("failures", "seconds"), TABLE)
def test_each_failure_locks_for_as_long_as_the_table_says(failures: int, seconds: int | None) -> None:
    expected = None if seconds is None else THEN + timedelta(seconds=seconds)
    assert locked_until(failures, THEN) == expected


@pytest.mark.parametrize(("failures", "seconds"), [row for row in TABLE if row[1]])
def test_the_lock_opens_at_its_last_second_and_not_before(failures: int, seconds: int) -> None:
    end = THEN + timedelta(seconds=seconds)
    assert is_locked(failures, THEN, THEN)
    assert is_locked(failures, THEN, end - timedelta(microseconds=1))
    assert not is_locked(failures, THEN, end)


def test_nobody_who_never_failed_is_locked() -> None:
    assert locked_until(0, None) is None
    assert not is_locked(7, None, THEN)


def test_setting_the_clock_back_does_not_open_a_lock() -> None:
    assert is_locked(5, THEN, THEN - timedelta(days=1))
