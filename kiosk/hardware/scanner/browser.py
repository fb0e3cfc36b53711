"""A reader that types into the kiosk's page, which catches it (`static/js/scan.js`) and hands the text over.

For tablets and laptops, whose readers this process cannot take away from the browser; see `evdev.py` for
those that it can.
"""

from __future__ import annotations

import threading

from kiosk.domain.clock import Clock
from kiosk.hardware.scanner.feed import Reader, ScanFeed

_TIDY_SECONDS = 0.5


class BrowserScanner(Reader):
    """Takes what the page posts. It has no cable of ours: whether a reader is there shows when it reads.

    `prefix` is the sign that the reader was told to begin with, or empty: the page knows it by its speed.
    """

    driver = "browser"

    def __init__(self, clock: Clock, feed: ScanFeed, prefix: str = "") -> None:
        super().__init__(clock, feed)
        self.prefix = prefix

    def accept(self, text: str) -> None:
        """A text that the page has caught; nothing happens while the reader is closed."""
        if self.health.works:
            self._take(text.removeprefix(self.prefix))

    def run(self, stop: threading.Event) -> None:
        """Until `stop`, forget what was dropped long ago."""
        self._all_well()
        while not stop.wait(_TIDY_SECONDS):
            self._rest()
