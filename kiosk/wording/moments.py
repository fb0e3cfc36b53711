"""How moments are written on the office's pages, everywhere alike; papers have `papers/heading.py`."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import format_datetime


def clock(at: datetime, zone: ZoneInfo) -> str:
    """`17.05`: for today's moments. `at` is aware."""
    return f"{at.astimezone(zone):%H.%M}"


def clock_to_the_second(at: datetime, zone: ZoneInfo) -> str:
    """`17.05.09`: for what ends within minutes. `at` is aware."""
    return f"{at.astimezone(zone):%H.%M.%S}"


def moment(at: datetime, zone: ZoneInfo) -> str:
    """`22 Nov 2026, 17.05`: for moments that may lie on another day. `at` is aware."""
    return str(format_datetime(at.astimezone(zone), "d MMM y, HH.mm", rebase=False))
