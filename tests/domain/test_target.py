"""The target: days are counted right, and the word for how it stands follows from them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.domain.target import (
    PACE_DAYS,
    Standing,
    goal_of,
    is_working_day,
    pace,
    pace_from,
    progress,
    working_days,
)

FRIDAY = date(2026, 11, 20)


def _progress(done=0, lately=None, on=FRIDAY, base=100_000):
    return progress(base=base, percent=25.0, year=on.year, on=on, done=done, lately=lately)


@pytest.mark.parametrize(
    ("base", "percent", "goal"),
    [(0, 25.0, 0), (100_000, 25.0, 25_000), (3, 25.0, 1), (1000, 29.0, 290), (1000, 0.0, 0), (10, 100.0, 10)],
)
def test_a_started_activation_counts_whole_and_no_rounding_adds_one(base, percent, goal):
    assert goal_of(base, percent) == goal


@pytest.mark.parametrize("start", range(7))
def test_working_days_are_those_of_the_calendar(start):
    first = date(2026, 11, 16) + timedelta(days=start)
    worked = 0
    for length in range(30):
        last = first + timedelta(days=length)
        worked += is_working_day(last)
        assert working_days(first, last) == worked, length


def test_no_day_lies_between_a_day_and_the_one_before():
    assert working_days(FRIDAY, FRIDAY - timedelta(days=1)) == 0
    assert working_days(FRIDAY, FRIDAY - timedelta(days=400)) == 0


@pytest.mark.parametrize("on", [FRIDAY + timedelta(days=n) for n in range(7)])
def test_the_pace_looks_back_on_twenty_working_days(on):
    first = pace_from(on)
    assert is_working_day(first)
    assert working_days(first, on) == PACE_DAYS


def test_a_saturday_s_work_counts_without_making_the_day_one():
    monday = date(2026, 11, 16)
    assert pace({monday: 10, date(2026, 11, 21): 4}, date(2026, 11, 22)) == 14 / 5


def test_a_new_office_is_measured_from_its_first_day():
    assert pace({FRIDAY: 12}, FRIDAY) == 12
    assert pace({}, FRIDAY) is None
    assert pace({FRIDAY: 0}, FRIDAY) is None
    assert pace({date(2026, 11, 21): 3}, date(2026, 11, 21)) == 3


def test_what_lies_before_the_window_or_after_the_day_does_not_count():
    assert pace({date(2026, 1, 5): 900, FRIDAY: 8, date(2026, 11, 23): 900}, FRIDAY) == 8


@pytest.mark.parametrize(
    ("done", "lately", "standing", "remaining", "needed"),
    [
        (25_000, 10.0, Standing.REACHED, 0, None),
        (25_500, None, Standing.REACHED, 0, None),
        (24_710, 10.0, Standing.ON_PACE, 290, 10.0),
        (24_709, 10.0, Standing.BEHIND, 291, 291 / 29),
        (0, None, Standing.NO_PACE_YET, 25_000, 25_000 / 29),
    ],
)
def test_how_the_target_stands(done, lately, standing, remaining, needed):
    found = _progress(done, lately)
    assert found.days_left == 29
    assert (found.standing, found.remaining, found.needed) == (standing, remaining, needed)


def test_no_base_is_no_target_and_no_division_by_it():
    found = _progress(done=12, lately=3.0, base=0)
    assert (found.standing, found.goal, found.share) == (Standing.NOT_SET, 0, 0.0)


def test_on_the_last_day_there_is_no_pace_left_to_ask_for():
    assert _progress(done=24_999, lately=50.0, on=date(2026, 12, 31)).standing is Standing.MISSED
    assert _progress(done=25_000, lately=50.0, on=date(2026, 12, 31)).standing is Standing.REACHED


def test_a_last_weekend_has_no_working_day_left():
    found = _progress(done=1, lately=1.0, on=date(2028, 12, 29))
    assert (found.days_left, found.needed, found.standing) == (0, None, Standing.MISSED)


def test_what_is_expected_is_what_there_is_and_the_pace():
    assert _progress(done=100, lately=10.0).expected == 390
    assert _progress(done=100).expected == 100
