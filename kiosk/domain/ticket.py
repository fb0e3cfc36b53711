"""Queue tickets: their numbers, and what to bring for which reason."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

SERIES = "A"


class TicketState(StrEnum):
    """Where a ticket stands. `APPROVED` goes on at the kiosk, `REFUSED` is served like `WAITING`."""

    WAITING = "waiting"
    CALLED = "called"
    SKIPPED = "skipped"
    APPROVED = "approved"
    REFUSED = "refused"
    DONE = "done"
    VOID = "void"


def number(serial: int) -> str:
    """`A-001` to `A-999`, then four digits: never the same number twice on one day.

    >>> number(12)
    'A-012'
    """
    return f"{SERIES}-{serial:03}"


def office_day(now: datetime, zone: ZoneInfo) -> date:
    """The day that tickets and daily counts belong to: the office's own, not UTC's."""
    return now.astimezone(zone).date()
