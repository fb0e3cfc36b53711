"""A camera made of software: it plays a portrait, and can be broken in every way a real one breaks."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from kiosk.domain.clock import Clock
from kiosk.domain.liveness import Cue
from kiosk.hardware.camera.acting import Act, Actor, Person
from kiosk.hardware.camera.live import FRAMES_PER_SECOND, GLANCE_SECONDS, LiveCamera
from kiosk.hardware.camera.mounting import UPRIGHT, Mounting
from kiosk.hardware.device import DeviceGone
from kiosk.hardware.health import State

if TYPE_CHECKING:
    from kiosk.hardware.camera.scene import Film, Scene

SLOW_FRAMES_PER_SECOND = 2
_FILMS_KEPT = 4
_GARBAGE = bytes(4096)


def _nothing_asked() -> Cue | None:
    return None


@dataclass
class CameraControls:
    """What the simulator panel can do to the camera; set from any thread, obeyed within a quarter second.

    portrait, second_person: who stands there; `None` is nobody. other: who is not there at first, and takes
    the place of `portrait` or steps in beside him when the act wants it. cue: how the person there reads the
    screen: asked before each frame what it says now.
    """

    portrait: Person | None = None
    second_person: Person | None = None
    other: Person | None = None
    act: Act = Act.FOLLOWS
    cue: Callable[[], Cue | None] = _nothing_asked
    dark: bool = False
    blurred: bool = False
    backlit: bool = False
    dark_glasses: bool = False
    unplugged: bool = False
    hang: bool = False
    slow: bool = False
    garbage: bool = False

    def reset(self) -> None:
        """Back to a sound camera in an empty lobby; the screen stays readable."""
        for control in fields(self):
            if control.name != "cue":
                setattr(self, control.name, control.default)


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
        self._actor = Actor(self.controls.act)
        self._played: Person | None = None

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
                began = time.monotonic()
                self._show(_GARBAGE if self.controls.garbage else self._frame(index, began))
                index += 1
                pause = 1 / (SLOW_FRAMES_PER_SECOND if self.controls.slow else FRAMES_PER_SECOND)
                stop.wait(max(0.0, pause - (time.monotonic() - began)))

    def _require_plugged(self) -> None:
        if self.controls.unplugged:
            raise DeviceGone("unplugged")

    def _frame(self, index: int, at: float) -> bytes:
        """Let the person act `at` this second, and take the picture. Whoever comes in begins his act anew."""
        controls = self.controls
        person = controls.portrait
        if controls.act is not self._actor.act or person is not self._played:
            self._actor, self._played = Actor(controls.act), person
        pose = self._actor.pose(at, controls.cue())
        return self._film(person).frame(index, pose)

    def _film(self, person: Person | None) -> Film:
        from kiosk.hardware.camera.scene import Film, Scene  # with NumPy, for which no start need wait

        controls, (width, height) = self.controls, self._size
        scene = Scene(
            width,
            height,
            person,
            controls.second_person,
            controls.other,
            dark=controls.dark,
            blurred=controls.blurred,
            backlit=controls.backlit,
            dark_glasses=controls.dark_glasses,
        )
        film = self._films.get(scene) or Film(scene)
        self._films[scene] = film
        self._films.move_to_end(scene)
        while len(self._films) > _FILMS_KEPT:
            self._films.popitem(last=False)
        return film
