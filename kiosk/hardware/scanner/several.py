"""Several readers as one device: each is served by itself, and any of them is enough."""

from __future__ import annotations

import threading
import time

from kiosk.domain.clock import Clock
from kiosk.hardware.device import HealthBoard
from kiosk.hardware.health import Health, State
from kiosk.hardware.scanner import Scanner, Subscription
from kiosk.hardware.scanner.feed import ScanFeed
from kiosk.hardware.supervisor import Supervisor

_BEST_FIRST = (State.READY, State.DEGRADED, State.OPENING, State.FAULT, State.ABSENT)

_FAREWELL_SECONDS = 1.5


class SeveralScanners:
    """Its health is the best of its parts', or `one_missing` while one of them is not there."""

    name = "scanner"

    def __init__(self, clock: Clock, feed: ScanFeed, parts: tuple[Scanner, ...]) -> None:
        self.parts = parts
        self.driver = ";".join(part.driver for part in parts)
        self.simulated = any(part.simulated for part in parts)
        self._feed = feed
        self._board = HealthBoard(clock)

    @property
    def health(self) -> Health:
        """Made of the parts' latest readings; the detail names the drivers that do not work, and why."""
        readings = [(part.driver, part.health) for part in self.parts]
        best = min((health for _, health in readings), key=lambda health: _BEST_FIRST.index(health.state))
        missing = [f"{driver}: {health.code}" for driver, health in readings if _is_missing(health)]
        if best.works and missing:
            self._board.report(State.DEGRADED, "one_missing", "; ".join(missing))
        else:
            self._board.report(best.state, best.code, best.detail)
        return self._board.health

    def subscribe(self) -> Subscription:
        """See `Scanner.subscribe`."""
        return self._feed.subscribe()

    def open(self) -> None:
        """Nothing of its own to open."""

    def run(self, stop: threading.Event) -> None:
        """Serve every part, each with its own back-off, until `stop`."""
        crew = [Supervisor(part, stop) for part in self.parts]
        for supervisor in crew:
            supervisor.start()
        stop.wait()
        until = time.monotonic() + _FAREWELL_SECONDS
        for supervisor in crew:
            supervisor.join(max(0.0, until - time.monotonic()))

    def close(self) -> None:
        """The parts are closed by who serves them."""


def _is_missing(health: Health) -> bool:
    """One that is being opened, or was not yet, is on its way."""
    return not (health.works or health.state is State.OPENING or health.code == "closed")
