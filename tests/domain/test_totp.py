"""Which one-time codes are good now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kiosk.domain.totp import acceptable_steps, seconds_left, step_at

NOW = datetime(2026, 11, 2, 2, 0, 10, tzinfo=UTC)
STEP = step_at(NOW)


@pytest.mark.parametrize(
    ("last_used", "good"),
    [
        (0, [STEP - 1, STEP, STEP + 1]),
        (STEP - 2, [STEP - 1, STEP, STEP + 1]),
        (STEP - 1, [STEP, STEP + 1]),
        (STEP, [STEP + 1]),
        (STEP + 1, []),
        (STEP + 100, []),  # the clock was set back: a used code does not become good again
    ],
)
def test_a_code_is_good_once_and_a_step_around_now(last_used, good):
    assert list(acceptable_steps(NOW, last_used)) == good


@pytest.mark.parametrize(("second", "left"), [(0, 30), (1, 29), (29, 1), (30, 30), (59, 1)])
def test_the_countdown_says_how_long_the_phone_shows_this_code(second, left):
    assert seconds_left(NOW.replace(second=second)) == left
