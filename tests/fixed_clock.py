"""A clock for tests: it stands still, and waiting moves it on instead of sleeping."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FixedClock:
    """A `Clock` whose time is set by the test.

    `waited_until` keeps the moment of every `sleep_until`, so that a test can assert *when* an answer left.
    """

    def __init__(
        self, now: datetime = datetime(2026, 11, 2, 2, 0, tzinfo=UTC), monotonic: float = 1000.0
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        self.waited_until: list[float] = []

    def now(self) -> datetime:
        """The moment, aware and in UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds on the test's own scale."""
        return self._monotonic

    def sleep_until(self, moment: float) -> None:
        """Write `moment` down and be there."""
        self.waited_until.append(moment)
        if moment > self._monotonic:
            self.advance(moment - self._monotonic)

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass on both scales."""
        self._monotonic += seconds
        self._now += timedelta(seconds=seconds)

    def set_now(self, now: datetime) -> None:
        """Change the date alone, as a technician or a time server does: the monotonic scale stays."""
        self._now = now
