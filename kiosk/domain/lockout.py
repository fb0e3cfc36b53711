"""When an officer's password, one-time codes and PIN are locked, as a pure rule."""

from __future__ import annotations

from datetime import datetime, timedelta

FREE_FAILURES = 4
"""Mistyping is human: the first four cost nothing."""

LONGEST = timedelta(minutes=15)


def locked_until(failures: int, last_failure_at: datetime | None) -> datetime | None:
    """Return until when no password, one-time code or PIN is looked at, or None.

    | failures | locked for |
    |----------|------------|
    | 0 to 4   | not        |
    | 5        | 30 s       |
    | 6        | 1 min      |
    | 7        | 2 min      |
    | 8        | 4 min      |
    | 9        | 8 min      |
    | 10 …     | 15 min     |
    """
    if last_failure_at is None or failures <= FREE_FAILURES:
        return None
    steps: int = min(failures - FREE_FAILURES - 1, 5)
    return last_failure_at + min(timedelta(seconds=30 << steps), LONGEST)


def is_locked(failures: int, last_failure_at: datetime | None, now: datetime) -> bool:
    """Whether a try is refused now, whatever was typed."""
    until = locked_until(failures, last_failure_at)
    return until is not None and now < until
