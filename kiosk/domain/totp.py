"""One-time codes by time (RFC 6238): which of them may be accepted now, as a pure rule."""

from __future__ import annotations

from datetime import datetime

PERIOD_SECONDS = 30
DIGITS = 6
"""What apps assume when nothing is said (RFC 6238, section 5.2; RFC 4226, section 5.4)."""

DRIFT_STEPS = 1
"""A code of the step before or after is good too: a phone's clock, or slow typing (RFC 6238, section 5.2)."""


def step_at(now: datetime) -> int:
    """The number of the 30 s step that `now` lies in, counted from 1970 (T of RFC 6238, section 4.2)."""
    return int(now.timestamp()) // PERIOD_SECONDS


def seconds_left(now: datetime) -> int:
    """How long the code of this step will still be shown by an app: 1 to 30."""
    return PERIOD_SECONDS - int(now.timestamp()) % PERIOD_SECONDS


def acceptable_steps(now: datetime, last_used: int) -> range:
    """The steps whose code is good now; none up to the last one used, so that a code is good once.

    | last used       | good                   |
    |-----------------|------------------------|
    | long ago        | before, this, next     |
    | the one before  | this, next             |
    | this one        | next                   |
    | the next one    | none                   |
    """
    step = step_at(now)
    return range(max(step - DRIFT_STEPS, last_used + 1), step + DRIFT_STEPS + 1)
