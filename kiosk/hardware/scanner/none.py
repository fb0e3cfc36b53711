"""No reader at all, as the office wants it: nothing is missing, and nobody is asked to hold up a code."""

from __future__ import annotations

import threading

from kiosk.hardware.health import State
from kiosk.hardware.scanner.feed import Reader


class NoScanner(Reader):
    """Always ready, reads nothing."""

    driver = "none"

    def run(self, stop: threading.Event) -> None:
        """Wait for the end."""
        self._board.report(State.READY, "no_scanner")
        stop.wait()
