"""A camera made of software: it plays a portrait, and can be broken in every way a real one breaks."""

from __future__ import annotations

import io
import threading
from collections import OrderedDict
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from PIL import Image

from kiosk.domain.clock import Clock
from kiosk.hardware.camera import BadFrame, FrameProblem
from kiosk.hardware.camera.live import FRAMES_PER_SECOND, GLANCE_SECONDS, LiveCamera
from kiosk.hardware.camera.mounting import UPRIGHT, Mounting
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import State

if TYPE_CHECKING:
    from kiosk.hardware.camera.scene import Film, Scene

SLOW_FRAMES_PER_SECOND = 2
_FILMS_KEPT = 4
_GARBAGE = bytes(4096)


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


class SimulatedCamera(LiveCamera):
    """A live camera of `width` by `height` pixels at 15 frames a second; see `controls`."""

    driver = "simulated"
    simulated = True

    def __init__(
        self, clock: Clock, mounting: Mounting = UPRIGHT, *, width: int = 1280, height: int = 720
    ) -> None:
        super().__init__(clock, mounting)
        self.controls = CameraControls()
        self._size = (width, height)
        self._films: OrderedDict[Scene, Film] = OrderedDict()

    def open(self) -> None:
        """Plug in: raises `DeviceGone` while `controls.unplugged`."""
        with self._board.attempt():
            self._require_plugged()
            self._board.report(State.OPENING, "opening")

    def run(self, stop: threading.Event) -> None:
        """Play until `stop`; raises `DeviceGone` when unplugged."""
        with self._board.attempt():
            self._play(stop)

    def _play(self, stop: threading.Event) -> None:
        index = 0
        while not stop.is_set():
            self._require_plugged()
            if self.controls.hang:
                stop.wait(GLANCE_SECONDS)
            elif not self._viewing.wanted:
                self._rest()
            else:
                self._show(_GARBAGE if self.controls.garbage else self._film().frame(index))
                index += 1
                stop.wait(1 / (SLOW_FRAMES_PER_SECOND if self.controls.slow else FRAMES_PER_SECOND))

    def _require_plugged(self) -> None:
        if self.controls.unplugged:
            raise DeviceGone("unplugged")

    def _film(self) -> Film:
        from kiosk.hardware.camera.scene import Film, Scene  # with NumPy, for which no start need wait

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
