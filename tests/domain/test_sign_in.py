"""What is asked on the way in, and when a sign-in runs out, row by row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.sign_in import LONGEST_SIGN_IN, LONGEST_WAY_IN, Ended, Proof, Step, expired, next_step

NOW = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
IDLE = timedelta(minutes=20)


@pytest.mark.parametrize(
    ("proof", "has_codes", "must_change", "has_pin", "step"),
    [
        (Proof.PASSWORD, True, False, True, Step.CODE),
        (Proof.PASSWORD, True, True, False, Step.CODE),
        (Proof.PASSWORD, False, True, False, Step.NEW_PASSWORD),
        (Proof.PASSWORD, False, False, False, Step.ONE_TIME_CODES),
        (Proof.PASSWORD, False, False, True, Step.ONE_TIME_CODES),
        (Proof.BOTH, True, True, True, Step.NEW_PASSWORD),
        (Proof.BOTH, False, False, True, Step.ONE_TIME_CODES),
        (Proof.BOTH, True, False, False, Step.PIN),
        (Proof.BOTH, True, False, True, None),
    ],
)
def test_nobody_is_in_before_everything_is_shown(proof, has_codes, must_change, has_pin, step):
    asked = next_step(proof=proof, has_codes=has_codes, must_change_password=must_change, has_pin=has_pin)
    assert asked is step


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("began", "seen", "is_in", "ended"),
    [
        (timedelta(0), timedelta(0), True, None),
        (timedelta(hours=1), IDLE - SECOND, True, None),
        (timedelta(hours=1), IDLE, True, Ended.IDLE),
        (LONGEST_SIGN_IN - SECOND, timedelta(0), True, None),
        (LONGEST_SIGN_IN, timedelta(0), True, Ended.SHIFT),
        (LONGEST_WAY_IN - SECOND, timedelta(0), False, None),
        (LONGEST_WAY_IN, timedelta(0), False, Ended.IDLE),
        # The clock was set back: whatever lies in the future does not last longer for it.
        (timedelta(0), -IDLE, True, Ended.IDLE),
        (-LONGEST_SIGN_IN, timedelta(0), True, Ended.SHIFT),
    ],
)
def test_a_sign_in_lasts_no_longer_than_the_rule_says(began, seen, is_in, ended):
    found = expired(began_at=NOW - began, seen_at=NOW - seen, is_in=is_in, idle=IDLE, now=NOW)
    assert found is ended
