"""Which changes of a device are worth a line: a week of them must read in a minute.

A loose plug changes a device's state several times a second, for hours. So a device gets one line a second
at most, and after `STORM` lines within a minute a single one that says so, until a minute was steady.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

STORM = 6
"""Lines a device may fill within `STEADY_SECONDS`: plugs pulled, put back, a new roll: five."""

STEADY_SECONDS = 60.0
"""Longer than any back-off or restart of a device: what stands still for so long is how it is."""

KEPT = timedelta(days=90)
"""A quarter: what a technician who comes once a season wants to see, and a few thousand rows at most."""

UNSTEADY = "unsteady"
"""The code of the line that stands for a storm."""

SETTLING = frozenset({"opening", "closed"})
"""Codes on the way from one state to the next: every attempt to reopen passes through them, and only one that
hangs stays there."""

_SECOND = 1.0


@dataclass(frozen=True)
class Condition:
    """How a device is, as far as a line tells it: driver, and state and code of its health."""

    driver: str
    state: str
    code: str


@dataclass
class Changes:
    """What was written of one device lately; `said` is its newest line, None before the first."""

    said: Condition | None = None
    _seen: Condition | None = None
    _changed_at: float = 0.0
    _settling_since: float | None = None
    _lines: deque[float] = field(default_factory=lambda: deque(maxlen=STORM))

    @property
    def is_storm(self) -> bool:
        """Whether the newest line stands for many."""
        return self.said is not None and self.said.code == UNSTEADY

    def line_for(self, present: Condition, now: float) -> Condition | None:
        """What to write now that the device is so, at `now` (monotonic seconds); None for nothing.

        A ready device is ready, whatever its code (asleep, waiting for its page): only what an officer might
        act upon is a change. What is returned counts as written.
        """
        if present.code not in SETTLING:
            self._settling_since = None
        elif self._settling_since is None:
            self._settling_since = now
        if self._settling_since is not None and now - self._settling_since < STEADY_SECONDS:
            return None
        if present.state == "ready":
            present = Condition(present.driver, present.state, "ok")
        if present != self._seen:
            self._seen, self._changed_at = present, now
        if present == self.said:
            return None
        if self.is_storm:
            return self._write(present, now) if now - self._changed_at >= STEADY_SECONDS else None
        if self._lines and now - self._lines[-1] < _SECOND:
            return None
        is_storm = len(self._lines) == STORM and now - self._lines[0] < STEADY_SECONDS
        return self._write(Condition(present.driver, present.state, UNSTEADY) if is_storm else present, now)

    def _write(self, line: Condition, now: float) -> Condition:
        self.said = line
        self._lines.append(now)
        return line
