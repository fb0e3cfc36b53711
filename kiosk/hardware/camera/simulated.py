"""A camera made of software: it plays a portrait, and can be broken in every way a real one breaks."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass, fields

from PIL import Image

from kiosk.domain.clock import Clock
from kiosk.hardware.camera import BadFrame, Frame, FrameProblem
from kiosk.hardware.camera.scene import Film, Scene
from kiosk.hardware.camera.viewing import Viewing
from kiosk.hardware.device import DeviceGone, HealthBoard
from kiosk.hardware.health import Health, State

FRAMES_PER_SECOND = 15
SLOW_FRAMES_PER_SECOND = 2
SLOW_BELOW = 5.0
"""Below so many frames a second the live guidance lags behind the person; the camera says `slow`."""

_GLANCE_SECONDS = 0.25
_FILMS_KEPT = 4


@dataclass
class CameraControls:
    """What the simulator panel can do to the camera; set from any thread, obeyed within a quarter second.

    portrait, second_person: who stands there, as bytes of a picture; `None` is nobody. Checked when set:
    bytes that Pillow cannot read raise `BadFrame`.
    """

    portrait: bytes | None = None
    second_person: bytes | None = None
    dark: bool = False
    blurred: bool = False
    unplugged: bool = False
    hang: bool = False
    slow: bool = False
    garbage: bool = False

    def __setattr__(self, name: str, value: object) -> None:
        if name in ("portrait", "second_person") and isinstance(value, bytes):
            _require_picture(value)
        super().__setattr__(name, value)

    def reset(self) -> None:
        """Back to a sound camera in an empty lobby."""
        for control in fields(self):
            setattr(self, control.name, control.default)


def _require_picture(data: bytes) -> None:
    try:
        Image.open(io.BytesIO(data)).load()
    except (OSError, ValueError, Image.DecompressionBombError):
        raise BadFrame(FrameProblem.NOT_A_JPEG) from None


class SimulatedCamera:
    """A live camera of `width` by `height` pixels at 15 frames a second; see `controls`."""

    name = "camera"
    driver = "simulated"
    simulated = True

    def __init__(self, clock: Clock, *, width: int = 1280, height: int = 720) -> None:
        self.controls = CameraControls()
        self._size = (width, height)
        self._viewing = Viewing(clock)
        self._board = HealthBoard(clock)
        self._films: OrderedDict[Scene, Film] = OrderedDict()

    @property
    def health(self) -> Health:
        """The latest reading. A hanging device cannot say so itself, so missing frames say it here."""
        if self._board.health.works and self._viewing.stalled:
            self._board.report(State.FAULT, "stalled")
        return self._board.health

    def want(self, seconds: float) -> None:
        """See `Camera.want`."""
        self._viewing.want(seconds)

    def frame(self, newer_than: int, timeout: float) -> Frame | None:
        """See `Camera.frame`."""
        return self._viewing.frame(newer_than, timeout)

    def forget(self) -> None:
        """See `Camera.forget`."""
        self._viewing.forget()

    def open(self) -> None:
        """Plug in: raises `DeviceGone` while `controls.unplugged`."""
        with self._board.attempt():
            self._require_plugged()
            self._board.report(State.OPENING, "opening")

    def run(self, stop: threading.Event) -> None:
        """Play until `stop`; raises `DeviceGone` when unplugged."""
        with self._board.attempt():
            self._play(stop)

    def close(self) -> None:
        """Unplug in good order."""
        self._viewing.forget()
        self._board.closed()

    def _play(self, stop: threading.Event) -> None:
        index = 0
        while not stop.is_set():
            self._require_plugged()
            if self.controls.hang:
                stop.wait(_GLANCE_SECONDS)
            elif not self._viewing.wanted:
                self._stand_by()
            else:
                self._show(index)
                index += 1
                stop.wait(1 / (SLOW_FRAMES_PER_SECOND if self.controls.slow else FRAMES_PER_SECOND))

    def _require_plugged(self) -> None:
        if self.controls.unplugged:
            raise DeviceGone("unplugged")

    def _stand_by(self) -> None:
        self._viewing.forget()
        self._board.report(State.READY, "ok")
        self._viewing.wanted_again.clear()
        self._viewing.wanted_again.wait(_GLANCE_SECONDS)

    def _show(self, index: int) -> None:
        try:
            self._viewing.publish(b"\x00" * 4096 if self.controls.garbage else self._film().frame(index))
        except BadFrame as bad:
            self._board.report(State.FAULT, "bad_frames", bad.problem.value)
            return
        rate = self._viewing.rate
        if rate is not None and rate < SLOW_BELOW:
            self._board.report(State.DEGRADED, "slow")
        else:
            self._board.report(State.READY, "ok")

    def _film(self) -> Film:
        controls, (width, height) = self.controls, self._size
        scene = Scene(
            width, height, controls.portrait, controls.second_person, controls.dark, controls.blurred
        )
        film = self._films.get(scene) or Film(scene)
        self._films[scene] = film
        self._films.move_to_end(scene)
        while len(self._films) > _FILMS_KEPT:
            self._films.popitem(last=False)
        return film
