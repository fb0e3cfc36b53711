"""A reader without a cable: what it reads is said by the simulator panel, and it breaks on request."""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass, field

from kiosk.domain.clock import Clock
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.scanner.feed import Reader, ScanFeed

_GLANCE_SECONDS = 0.25


@dataclass
class ScannerControls:
    """What the simulator panel can do to the scanner; set from any thread."""

    unplugged: bool = False
    hang: bool = False
    _inbox: queue.SimpleQueue[tuple[str, str]] = field(default_factory=queue.SimpleQueue, repr=False)

    def read(self, text: str, symbology: str = "qr") -> None:
        """Hold a code before the reader; one without a cable sees nothing."""
        if not self.unplugged:
            self._inbox.put((text, symbology))

    def reset(self) -> None:
        """Back to a sound scanner."""
        self.unplugged = self.hang = False


class SimulatedScanner(Reader):
    """See `controls`."""

    driver = "simulated"
    simulated = True

    def __init__(self, clock: Clock, feed: ScanFeed) -> None:
        super().__init__(clock, feed)
        self.controls = ScannerControls()

    def open(self) -> None:
        """Plug in: raises `DeviceGone` while `controls.unplugged`."""
        with self._board.attempt():
            self._require_plugged()
            super().open()
            while not self.controls._inbox.empty():
                self.controls._inbox.get()  # A reader that was off remembers nothing.

    def run(self, stop: threading.Event) -> None:
        """Pass on what is read until `stop`; raises `DeviceGone` when unplugged."""
        with self._board.attempt():
            self._all_well()
            while not stop.is_set():
                self._require_plugged()
                if self.controls.hang:
                    stop.wait(_GLANCE_SECONDS)
                else:
                    self._read_once()

    def _require_plugged(self) -> None:
        if self.controls.unplugged:
            raise DeviceGone("unplugged")

    def _read_once(self) -> None:
        try:
            self._take(*self.controls._inbox.get(timeout=_GLANCE_SECONDS))
        except queue.Empty:
            self._rest()
