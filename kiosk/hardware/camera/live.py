"""What every camera has in common whose pictures this process fetches itself: sleep, publish, health."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.domain.clock import Clock
from kiosk.hardware.camera import BadFrame
from kiosk.hardware.camera.mounting import Mounting
from kiosk.hardware.camera.viewing import Viewed, Viewing
from kiosk.hardware.device import DeviceGone, HealthBoard
from kiosk.hardware.health import Health, State

FRAMES_PER_SECOND = 15
"""What is asked of every camera: guidance needs ten judged frames, and each more costs every viewer."""

SLOW_BELOW = 5.0
"""Below so many frames a second the live guidance lags behind the person; the camera says `slow`."""

GLANCE_SECONDS = 0.25
"""How often a camera without work looks whether it is wanted, told to stop, or pulled out."""

_BAD_IN_A_ROW = 5
"""Cameras begin with a broken frame or two; a third of a second of them is a fault."""

GONE: dict[int, str] = {
    errno.ENOENT: "unplugged",
    errno.ENODEV: "unplugged",
    errno.ENXIO: "unplugged",
    errno.EBUSY: "in_use",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.ENOTTY: "wrong_device",
    errno.EISDIR: "wrong_device",
    errno.ENOSPC: "usb_full",
}
LINE_ERROR = "line_error"
"""What an error of the kernel says of the camera; any other one speaks of a cable or port that fails."""


class LiveCamera(Viewed):
    """The half of `Camera` that is the same for all of them; a driver adds `open` and `run`.

    A driver calls `_show` for each picture while `_viewing.wanted`, and `_rest` when nobody looks; it sets
    `_was_there` once it has opened the camera.
    """

    def __init__(self, clock: Clock, mounting: Mounting) -> None:
        self._viewing = Viewing(clock, mounting)
        self._board = HealthBoard(clock)
        self._bad = 0
        self._was_there = False

    @property
    def health(self) -> Health:
        """The latest reading. A hanging device cannot say so itself, so missing frames say it here."""
        if self._board.health.works and self._viewing.stalled:
            self._board.report(State.FAULT, "stalled")
        return self._board.health

    def close(self) -> None:
        """Let go of the camera; what it saw last is dropped."""
        self._viewing.forget()
        self._board.closed()

    def _show(self, jpeg: bytes) -> None:
        """Publish one picture and say how well they come."""
        try:
            self._viewing.publish(jpeg)
        except BadFrame as bad:
            self._bad += 1
            if self._bad >= _BAD_IN_A_ROW:
                self._board.report(State.FAULT, "bad_frames", bad.problem.value)
            return
        self._bad = 0
        rate = self._viewing.rate
        if rate is not None and rate < SLOW_BELOW:
            self._board.report(State.DEGRADED, "slow")
        else:
            self._board.report(State.READY, "ok")

    @contextmanager
    def _losses(self) -> Iterator[None]:
        """Turn an error of the kernel into the loss it means; a path that was never there is a wrong one."""
        try:
            yield
        except OSError as error:
            if error.errno == errno.ENOENT and not self._was_there:
                raise DeviceGone("not_found") from None
            raise DeviceGone(GONE.get(error.errno or 0, LINE_ERROR)) from None

    def _rest(self) -> None:
        """Nobody looks: drop the last picture and sleep until somebody does, a quarter second at most."""
        self._viewing.forget()
        self._board.report(State.READY, "ok")
        self._viewing.await_viewer(GLANCE_SECONDS)
