"""Who stands before the simulated camera, what he does there, and in what light."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from kiosk.adapters.face import EngineDown, EngineTimeout, NotAPicture, PictureTooLarge
from kiosk.demonstration.portraits import Portraits, PortraitsMissing
from kiosk.demonstration.residents import Portrait, Resident, by_key
from kiosk.domain.capture import yaw
from kiosk.hardware.camera.acting import Act, Person
from kiosk.hardware.camera.simulated import CameraControls, SimulatedCamera
from kiosk.services import selfie
from kiosk.services.kiosk import Kiosk

LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class Lighting:
    """What else is wrong before the camera, as switches of the panel."""

    beside: bool = False
    dark: bool = False
    blurred: bool = False
    backlit: bool = False
    dark_glasses: bool = False


@dataclass
class Stage:
    """Who the panel has put before the simulated camera. One for each application; set from any thread."""

    portraits: Portraits
    key: str | None = None
    own_picture: bool = False
    _shown: Person | None = field(default=None, repr=False)
    _people: dict[Portrait, Person] = field(default_factory=dict, repr=False)

    def person(self, portrait: Portrait) -> Person:
        """A person of the demonstration; composed once. Raises `PortraitsMissing`."""
        if portrait not in self._people:
            self._people[portrait] = self.portraits.person(portrait)
        return self._people[portrait]

    def stand(self, kiosk: Kiosk, key: str | None) -> bool:
        """Put a resident there, or nobody; he does what the screen asks. Raises `KeyError` for an unknown
        one.

        False when the photograph has not been fetched: the resident is chosen, but nobody stands there.
        """
        resident = by_key(key) if key else None
        self.key = key
        try:
            first = self._of(resident.shows if resident else None)
            second = self._of(resident.beside if resident else None)
        except PortraitsMissing:
            self._show(kiosk, None)
            return False
        self._show(kiosk, first, second)
        return True

    def show_own(self, kiosk: Kiosk, picture: bytes) -> None:
        """Put a newcomer there as his own picture shows him. Where the face is, the engine says; without an
        answer the picture stays flat, and the head in it cannot turn."""
        self.key = None
        try:
            faces = kiosk.adapters.face.look(picture, LOOK_SECONDS).faces
        except (EngineDown, EngineTimeout, NotAPicture, PictureTooLarge):
            faces = ()
        usable = [face for face in faces[:1] if yaw(face) < 1]
        self._show(kiosk, Person(picture, usable[0] if usable else None))
        self.own_picture = True

    def is_empty(self, kiosk: Kiosk) -> bool:
        """Whether the simulated camera sees an empty lobby."""
        controls = camera_controls(kiosk)
        return controls is not None and controls.portrait is None

    def chosen(self, kiosk: Kiosk) -> Resident | None:
        """The resident who was chosen here, unless something else stands before the camera by now."""
        controls = camera_controls(kiosk)
        replaced = controls is not None and controls.portrait is not self._shown
        return None if self.key is None or replaced else by_key(self.key)

    def act(self, kiosk: Kiosk) -> Act | None:
        """What is played before the camera; None where a real one looks."""
        controls = camera_controls(kiosk)
        return None if controls is None else controls.act

    def play(self, kiosk: Kiosk, act: Act) -> None:
        """Let whoever stands there, or comes next, do this."""
        if controls := camera_controls(kiosk):
            controls.act = act

    def lighting(self, kiosk: Kiosk) -> Lighting | None:
        """What is wrong before the camera; None where a real camera looks."""
        controls = camera_controls(kiosk)
        if controls is None:
            return None
        return Lighting(
            controls.second_person is not None,
            controls.dark,
            controls.blurred,
            controls.backlit,
            controls.dark_glasses,
        )

    def light(self, kiosk: Kiosk, wanted: Lighting) -> None:
        """Set the switches; a person beside needs somebody to stand beside, and the photographs."""
        controls = camera_controls(kiosk)
        if controls is None:
            return
        for switch, is_on in asdict(wanted).items():
            if switch != "beside":
                setattr(controls, switch, is_on)
        if not wanted.beside:
            controls.second_person = None
        elif controls.second_person is None:
            controls.second_person = self._somebody_else()

    def _show(self, kiosk: Kiosk, person: Person | None, beside: Person | None = None) -> None:
        self._shown = person
        self.own_picture = False
        if controls := camera_controls(kiosk):
            controls.portrait, controls.second_person = person, beside
            controls.other, controls.act = self._somebody_else(), Act.FOLLOWS
            controls.cue = partial(selfie.asked, kiosk)
            self.light(kiosk, Lighting(beside=beside is not None))

    def _somebody_else(self) -> Person | None:
        """A person who is not the one that stands there, if the photographs are there."""
        resident = by_key(self.key) if self.key else None
        shown = resident.shows if resident else None
        if not self.portraits.available:
            return None
        return self.person(Portrait.A1 if shown and shown.person == "b" else Portrait.B1)

    def _of(self, portrait: Portrait | None) -> Person | None:
        return None if portrait is None else self.person(portrait)


def camera_controls(kiosk: Kiosk) -> CameraControls | None:
    """What the camera can be made to see; None for a real one."""
    camera: Any = kiosk.devices.camera
    return camera.controls if isinstance(camera, SimulatedCamera) else None
