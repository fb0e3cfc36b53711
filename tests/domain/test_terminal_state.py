"""How a terminal is: silence before everything, and no second counted that nobody has seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.terminal_state import (
    Readiness,
    TerminalState,
    counted_seconds,
    readiness,
    receipts_left,
    state_of,
)
from kiosk.domain.visit import Step

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("silent_for", "step", "is_closed", "state"),
    [
        (0, None, False, TerminalState.IDLE),
        (15, Step.NIK, False, TerminalState.SERVING),
        (15.1, Step.NIK, False, TerminalState.SILENT),
        (16, None, True, TerminalState.SILENT),
        (0, None, True, TerminalState.CLOSED),
        (0, Step.QR, True, TerminalState.SERVING),  # what was begun may finish
        (-3600, None, False, TerminalState.IDLE),  # the clock was set back
    ],
)
def test_what_the_board_says(silent_for, step, is_closed, state):
    assert state_of(NOW - timedelta(seconds=silent_for), step, is_closed, NOW) is state


@pytest.mark.parametrize(
    ("ago", "seconds"), [(None, 0.0), (5, 5.0), (15, 15.0), (3600, 15.0), (-5, 0.0), (0, 0.0)]
)
def test_a_beat_accounts_for_no_time_in_which_nobody_knew(ago, seconds):
    last = None if ago is None else NOW - timedelta(seconds=ago)
    assert counted_seconds(last, NOW) == seconds


def test_a_closed_terminal_is_not_counted_as_broken():
    assert readiness(all_work=False, is_closed=True) is Readiness.CLOSED
    assert readiness(all_work=False, is_closed=False) is Readiness.NOT_READY
    assert readiness(all_work=True, is_closed=False) is Readiness.READY


def test_a_roll_that_gave_more_than_it_should_has_none_left_not_less():
    assert receipts_left(0, 80, 60.0) == 352
    assert receipts_left(0, 80, 60.0, is_decorated=True) == 300
    assert receipts_left(400, 80, 60.0) == 0
