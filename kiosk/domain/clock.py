"""The time, as something handed in: rules and drivers never ask the machine for it themselves."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the time comes from; tests hand in one that stands still."""

    def now(self) -> datetime:
        """The moment, aware and in UTC: for what is kept and shown."""
        ...

    def monotonic(self) -> float:
        """Seconds from an unknown start that never run backwards: for time limits and delays."""
        ...

    def sleep_until(self, moment: float) -> None:
        """Return once `monotonic()` has reached `moment`; at once if it already has."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an unknown start; setting the machine's date does not move it."""
        return time.monotonic()

    def sleep_until(self, moment: float) -> None:
        """Sleep until `monotonic()` has reached `moment`."""
        while (left := moment - time.monotonic()) > 0:
            time.sleep(left)
