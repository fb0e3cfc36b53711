"""How a terminal is, from what it last said of itself and what the office said of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.visit import Step

BEAT_SECONDS = 5.0
"""How often a terminal says that it is there."""

SILENT_AFTER = timedelta(seconds=15)
"""Two signs of life may be lost (a busy disk, a restart that takes its time) before anybody is worried."""

FORGOTTEN_AFTER = timedelta(days=7)
"""A terminal that has been silent for so long was taken away: the board stops listing it."""

MESSAGE_MAX = 200
"""Characters of the message at a closed terminal: three lines in the largest type of the start screen."""


class TerminalState(StrEnum):
    """What the board says of a terminal, in one word."""

    SERVING = "serving"
    IDLE = "idle"
    CLOSED = "closed"
    SILENT = "silent"


class Readiness(StrEnum):
    """What a stretch of time counts as in the daily figures."""

    READY = "ready"
    NOT_READY = "not_ready"
    CLOSED = "closed"


def state_of(seen_at: datetime, step: Step | None, is_closed: bool, now: datetime) -> TerminalState:
    """Return the state that matters most to whoever looks: silence hides everything else.

    A closed terminal lets a running visit finish, so it is still serving. A clock that was set back makes
    nobody silent.
    """
    if now - seen_at > SILENT_AFTER:
        return TerminalState.SILENT
    if step is not None:
        return TerminalState.SERVING
    return TerminalState.CLOSED if is_closed else TerminalState.IDLE


def readiness(all_work: bool, is_closed: bool) -> Readiness:
    """Return what the time since the last beat counts as: a closed terminal is nobody's fault."""
    if is_closed:
        return Readiness.CLOSED
    return Readiness.READY if all_work else Readiness.NOT_READY


def counted_seconds(last_beat: datetime | None, now: datetime) -> float:
    """Return how many seconds a beat accounts for: none before the first, at most `SILENT_AFTER`.

    While it was silent nobody knows how the terminal was, so that time is counted as nothing at all.
    """
    if last_beat is None or now < last_beat:
        return 0.0
    return min(now - last_beat, SILENT_AFTER).total_seconds()


SHEET_MM: dict[int, int] = {58: 200, 80: 170}
"""Length of the longest sheet of a visit, by paper width (drawn: receipts 197 and 167 mm, tickets up to 177
and 170). A test holds it against the papers."""

DECORATION_MM = 30
"""What an office's logo and two lines of its own add to each (drawn: 30 and 26 mm); the same test."""


def receipts_left(sheets: int, paper_mm: int, roll_metres: float, *, is_decorated: bool = False) -> int:
    """Estimate how many more receipts a roll gives after `sheets`; none rather than less than none.

    `is_decorated`: the office prints its logo or lines of its own. They count in full, so that paper runs out
    later than said, not sooner.

    >>> receipts_left(100, 80, 60.0)
    252
    """
    sheet_mm = SHEET_MM[paper_mm] + (DECORATION_MM if is_decorated else 0)
    return max(int(roll_metres * 1000 // sheet_mm) - sheets, 0)
