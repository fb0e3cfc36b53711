"""The kiosk's own camera as a reader: it looks only while somebody has asked for it, otherwise both sleep."""

from __future__ import annotations

import threading
from contextlib import suppress

from kiosk.domain.clock import Clock
from kiosk.hardware import codes
from kiosk.hardware.camera import Camera
from kiosk.hardware.codes import LiveReader, UnreadablePicture
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import Health
from kiosk.hardware.scanner.feed import Reader, ScanFeed

_GLANCE_SECONDS = 0.25


class CameraScanner(Reader):
    """Reads from the frames that preview and selfie see too; see `look`."""

    driver = "camera"

    def __init__(self, clock: Clock, feed: ScanFeed, camera: Camera) -> None:
        super().__init__(clock, feed)
        self.simulated = camera.simulated
        self._camera = camera
        self._until = 0.0
        self._asked = threading.Event()

    @property
    def health(self) -> Health:
        """As its camera is, as long as it is open itself."""
        seen = self._camera.health
        if self._board.health.works and not seen.works:
            return Health(seen.state, "camera_out", seen.since, seen.code)
        return self._board.health

    @property
    def looks(self) -> bool:
        """Whether it reads now."""
        return self._clock.monotonic() < self._until

    def look(self, seconds: float) -> None:
        """Read for so long from now, or until any reader has read a code. Asking again counts anew."""
        self._until = self._clock.monotonic() + seconds
        self._asked.set()

    def look_away(self) -> None:
        """Stop reading; the camera falls asleep when nobody else looks."""
        self._until = 0.0

    def open(self) -> None:
        """Raises `DeviceGone` where no library can read a picture."""
        with self._board.attempt():
            if not any(codes.readers().values()):
                raise DeviceGone("no_code_reader")
            super().open()

    def run(self, stop: threading.Event) -> None:
        """Read whenever somebody has asked, until `stop`."""
        with self._board.attempt():
            self._all_well()
            while not stop.is_set():
                if self._asked.wait(_GLANCE_SECONDS):
                    self._asked.clear()
                    self._read(stop)
                self._rest()

    def _read(self, stop: threading.Event) -> None:
        reader, number = LiveReader(), 0
        with self._feed.subscribe() as passed_on:
            while self.looks and not stop.is_set():
                frame = self._camera.frame(number, _GLANCE_SECONDS)
                if frame is not None:
                    number = frame.number
                    with suppress(UnreadablePicture):  # The camera's own health tells of bad frames.
                        for code in reader.read(frame.jpeg):
                            self._take(code.text, code.symbology)
                # Not by what was seen: a code that is still held there from before has told nobody anything.
                if passed_on.next(0) is not None:
                    self.look_away()
