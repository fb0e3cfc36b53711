"""Who stands there in a round: a portrait out of which a head is made, and photographs of him for cheats."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from PIL import Image

from kiosk.adapters.face import Described, FaceEngine
from kiosk.config import Settings
from kiosk.demonstration.portraits import WALL, Portraits
from kiosk.demonstration.residents import Portrait
from kiosk.domain.capture import Guidance, judge
from kiosk.hardware.camera.acting import Person, Pose
from kiosk.hardware.camera.scene import Film, Scene

FRAME = 640, 480

TURNED, SLANTED = 35.0, 12.0
"""Degrees by which heads are turned on the photographs of cheats: as it is asked for, or by as much as still
passes for looking to the front, which is the best that one photograph can begin with."""

DEADLINE_SECONDS = 60.0
"""For one picture: the engine may have to start first."""


@dataclass(frozen=True)
class Identity:
    """Somebody: which person, the picture of him, and his template in the register (of that picture, so that
    nothing but the turns keeps a cheat out)."""

    who: str
    person: Person
    template: bytes

    @cached_property
    def prints(self) -> dict[float, Person]:
        """Photographs of him, by how many degrees his head is turned, positive to his own left."""
        film = Film(Scene(720, 720, portrait=self.person))
        angles = (0.0, -SLANTED, SLANTED, -TURNED, TURNED)
        return {angle: Person(film.frame(0, Pose(yaw=angle))) for angle in angles}

    def standing(self, distance: float) -> Person:
        """The person, so many times as far away as the picture shows him."""
        face = self.person.face
        assert face is not None
        picture = Image.open(io.BytesIO(self.person.picture)).convert("RGB")
        (x, y), side = face.centre, min(picture.size) * distance
        left, top = round(x - side / 2), round(y - side / 2)
        wall = Image.new("RGB", (round(side), round(side)), WALL)
        wall.paste(picture, (-left, -top))
        moved = tuple((across - left, down - top) for across, down in face.points)
        return Person(_encoded(wall), replace(face, left=face.left - left, top=face.top - top, points=moved))


def of_the_demonstration(engine: FaceEngine) -> list[Identity]:
    """The four portraits of two people. Raises `PortraitsMissing`."""
    portraits = Portraits(Settings().data / "portraits")
    people = [(portrait.person, portraits.person(portrait)) for portrait in Portrait]
    return [found for who, person in people if (found := _identity(engine, who, person)) is not None]


def of_a_folder(engine: FaceEngine, folder: Path) -> list[Identity]:
    """Every JPEG below a folder whose face is good enough to begin with; a person is a folder of its own."""
    people = []
    for path in sorted(folder.rglob("*.jpg")):
        picture = path.read_bytes()
        seen = engine.look(picture, DEADLINE_SECONDS).people
        if len(seen) == 1:
            people.append((path.parent.name, Person(picture, seen[0])))
    return [found for who, person in people if (found := _identity(engine, who, person)) is not None]


def _identity(engine: FaceEngine, who: str, person: Person) -> Identity | None:
    described = engine.describe(person.picture, DEADLINE_SECONDS)
    seen = engine.look(Film(Scene(*FRAME, portrait=person)).frame(0), DEADLINE_SECONDS)
    is_good = isinstance(described, Described) and judge(seen) is Guidance.HOLD_STILL
    return Identity(who, person, described.template) if is_good else None


def _encoded(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()
