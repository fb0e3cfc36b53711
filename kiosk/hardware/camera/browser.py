"""The camera of the page: `getUserMedia` in the kiosk's own browser, its frames posted to us as JPEG."""

from __future__ import annotations

import threading

from kiosk.domain.clock import Clock
from kiosk.hardware.camera import Frame
from kiosk.hardware.camera.mounting import UPRIGHT, Mounting
from kiosk.hardware.camera.viewing import FRESH_SECONDS, Viewed, Viewing
from kiosk.hardware.device import HealthBoard
from kiosk.hardware.health import Health, State

# What a page can say about its camera, and what that means for health.
PAGE_TROUBLES: dict[str, State] = {
    "permission_denied": State.FAULT,
    "no_camera": State.ABSENT,
    "in_use": State.FAULT,
}

TROUBLE_SECONDS = 60.0
"""After so long a reported trouble is no longer believed: the page only tries its camera again when a visit
reaches the selfie, and no visit gets there while the camera counts as broken."""

_TIDY_SECONDS = 0.5


class BrowserCamera(Viewed):
    """Takes what the page posts. It has no cable of ours: a silent page is waited for, not broken.

    The page asks us, not we the page: that somebody wants a frame only says whose silence matters.
    """

    driver = "browser"
    simulated = False

    def __init__(self, clock: Clock, mounting: Mounting = UPRIGHT) -> None:
        self._clock = clock
        self._viewing = Viewing(clock, mounting)
        self._board = HealthBoard(clock)
        self._open = False
        self._trouble: tuple[str, float] | None = None

    @property
    def health(self) -> Health:
        """`ok` while frames come, `waiting_for_page` while none do, or what the page has reported."""
        if self._open:
            self._board.report(*self._reading())
        return self._board.health

    def _reading(self) -> tuple[State, str]:
        trouble = self._trouble
        if trouble is not None and self._clock.monotonic() - trouble[1] < TROUBLE_SECONDS:
            return PAGE_TROUBLES.get(trouble[0], State.FAULT), trouble[0]
        if self._viewing.wanted and self._viewing.age <= FRESH_SECONDS:
            return State.READY, "ok"
        return State.READY, "waiting_for_page"

    def accept(self, jpeg: bytes) -> Frame:
        """Make a posted picture the newest frame; it also ends any reported trouble.

        Only its header is looked at, unless pictures are to be turned or cut. Raises `BadFrame` (see
        `measure`) and keeps the last good one.
        """
        frame = self._viewing.publish(jpeg)
        self._trouble = None
        return frame

    def page_reports(self, code: str) -> None:
        """The page says why it has no picture: a key of `PAGE_TROUBLES`, or `ok` when it has one again.

        Whatever else it says becomes `page_trouble`: its words are input and do not get into health.
        """
        if code == "ok":
            self._trouble = None
        else:
            known = code if code in PAGE_TROUBLES else "page_trouble"
            self._viewing.forget()
            self._trouble = (known, self._clock.monotonic())

    def open(self) -> None:
        """Begin to listen."""
        self._open = True

    def run(self, stop: threading.Event) -> None:
        """Until `stop`, drop the face of a person who has left."""
        while not stop.wait(_TIDY_SECONDS):
            if self._viewing.age > FRESH_SECONDS:
                self._viewing.forget()

    def close(self) -> None:
        """Stop listening."""
        self._open = False
        self._viewing.forget()
        self._board.report(State.ABSENT, "closed")
