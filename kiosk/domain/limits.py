"""Limits over rows of our own database: pure rules, no counters in memory."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta


def lookup_allowed(earlier: Sequence[datetime], now: datetime, *, limit: int, window: timedelta) -> bool:
    """Whether one more look-up may be made at this terminal.

    A NIK is easily guessed, so the number of look-ups is what bounds somebody who tries many.

    | look-ups within the window | limit | answer |
    |----------------------------|-------|--------|
    | 0                          | 12    | True   |
    | 11                         | 12    | True   |
    | 12                         | 12    | False  |
    | 12, the oldest at its edge | 12    | True   |
    """
    return sum(1 for moment in earlier if now - moment < window) < limit


def tries_left(used: int, allowed: int) -> int:
    """How many tries remain; never negative, also when the setting was lowered during the day."""
    return max(allowed - used, 0)
