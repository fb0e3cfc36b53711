"""Photographs for the demonstration: what the simulated camera shows, and register photos made from them.

Four public photographs of two people, fetched by `fetch_portraits.py` and never part of this repository.
Register photos that must lead to a certain outcome are not chosen by eye: they are made by a documented
degradation and **searched until the real engine measures that outcome** against frames of the simulated
camera, drift and noise included.
"""

from __future__ import annotations

import hashlib
import io
import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageEnhance, ImageFilter

from kiosk.adapters.face import Described, FaceEngine, NoFaceReason, NoUsableFace
from kiosk.demonstration.fetch_portraits import are_there, place
from kiosk.demonstration.residents import RESIDENTS, Portrait, Recipe, Resident
from kiosk.domain.capture import Face
from kiosk.hardware.camera.acting import Person

FACE_IN_ORIGINAL: dict[Portrait, tuple[int, int, int]] = {
    Portrait.A1: (483, 275, 268),
    Portrait.A2: (304, 424, 267),
    Portrait.A3: (793, 437, 321),
    Portrait.B1: (579, 401, 321),
}
"""Centre x, centre y and width of the face in pixels, as the detector finds it. The files are pinned by hash,
so these hold, and the camera can play before the engine has loaded."""

CAMERA_SIDE, CAMERA_FACE = 720, 300
"""The simulated camera's picture of a person, and the face in it: 0.42 of a frame's shorter side."""

POINTS_IN_PICTURE: dict[Portrait, tuple[tuple[int, int], ...]] = {
    Portrait.A1: ((457, 293), (410, 293), (294, 294), (338, 294), (374, 382)),
    Portrait.A2: ((465, 319), (408, 313), (279, 302), (328, 307), (343, 413)),
    Portrait.A3: ((443, 333), (399, 324), (283, 316), (330, 315), (369, 388)),
    Portrait.B1: ((447, 317), (405, 309), (296, 284), (339, 294), (364, 385)),
}
"""The corners of the eyes and the base of the nose in that picture (see `capture.Face`), as the detector
finds them at nine sizes, on average: what the depth of the head is put behind."""

REGISTER_SIZE, REGISTER_FACE = (360, 480), 170
"""A register photo, three by four, and the face in it (docs/facts.md: below 109 px accuracy drops)."""

SMALL_FACE = 56
"""The face of a poor register photo: found by the detector, but below the 80 px that a match needs."""

MARGIN = 0.02
"""Every frame of the demonstration lands at least this far inside the zone it is meant for, except genuine
ones, which keep `GENUINE_MARGIN`."""

GENUINE_MARGIN = 0.05

RECIPES = 2
"""Raise it when a recipe changes: what was made by the old one is then made anew."""

WALL = (205, 209, 204)
_SEED = 3273
_DEADLINE = 20.0


class PortraitsMissing(Exception):
    """The photographs have not been fetched; `python -m kiosk.demonstration.fetch_portraits` fetches them."""


class NoSuchPhoto(Exception):
    """The search ended without a photo that gives the outcome; the message names resident and recipe."""


@dataclass(frozen=True)
class Zones:
    """Where the verdicts begin and end (`settings.face_accept`, `settings.face_review`)."""

    accept: float
    review: float

    def holds(self, recipe: Recipe, distances: list[float]) -> bool:
        """Whether a register photo at these distances from the camera's frames gives the recipe's outcome."""
        match recipe:
            case Recipe.GENUINE:
                return max(distances) <= self.accept - GENUINE_MARGIN
            case Recipe.GREY:
                margin = min(MARGIN, (self.review - self.accept) / 4)
                return self.accept + margin < min(distances) and max(distances) <= self.review - margin
            case Recipe.OTHER:
                return min(distances) > self.review + MARGIN
            case Recipe.SMALL:
                return True


class Portraits:
    """The photographs in one folder (`<data>/portraits`), and what is made from them (`made/` below it)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def available(self) -> bool:
        """Whether all photographs are there."""
        return are_there(self.folder)

    def compose(self, portrait: Portrait) -> bytes:
        """Return the person as the simulated camera shows him: a JPEG, 720x720, head in the middle, fading
        into a plain wall, so that one or two fit into a 1280x720 frame. Raises `PortraitsMissing`."""
        picture = _cut(
            self._open(portrait), FACE_IN_ORIGINAL[portrait], (CAMERA_SIDE, CAMERA_SIDE), CAMERA_FACE
        )
        wall = Image.new("RGB", picture.size, WALL)
        return _jpeg(Image.composite(picture, wall, _fade(CAMERA_SIDE)), quality=92)

    def person(self, portrait: Portrait) -> Person:
        """Return the person as he stands before the simulated camera, with a head that can turn. Raises
        `PortraitsMissing`."""
        corner = (CAMERA_SIDE - CAMERA_FACE) / 2
        face = Face(corner, corner, CAMERA_FACE, CAMERA_FACE, POINTS_IN_PICTURE[portrait])
        return Person(self.compose(portrait), face)

    def register_photo(self, engine: FaceEngine, resident: Resident, zones: Zones) -> bytes | None:
        """Return the register photo of `resident` (None when the record has none), made now or on an earlier
        start. Raises `PortraitsMissing`, `NoSuchPhoto` and what the engine raises."""
        if resident.photo is None:
            return None
        shows = resident.shows or Portrait.A1
        made = self._made(shows, resident.photo, zones)
        if made.is_file():
            return made.read_bytes()
        photo = self._search(engine, shows, resident.photo, zones)
        made.parent.mkdir(parents=True, exist_ok=True)
        unfinished = made.with_suffix(".part")
        unfinished.write_bytes(photo)
        unfinished.replace(made)
        return photo

    def register_photos(self, engine: FaceEngine, zones: Zones) -> dict[str, bytes | None]:
        """Return every resident's register photo by the resident's key. About 15 s the first time."""
        return {resident.key: self.register_photo(engine, resident, zones) for resident in RESIDENTS}

    def _search(self, engine: FaceEngine, shows: Portrait, recipe: Recipe, zones: Zones) -> bytes:
        if recipe is Recipe.GREY and zones.review <= zones.accept:
            raise NoSuchPhoto("without a grey zone nobody can be in it")
        from kiosk.hardware.camera.scene import LOOP_FRAMES, Film, Scene

        film = Film(Scene(portrait=self.person(shows)))
        frames = [_template(engine, film.frame(index)) for index in range(0, LOOP_FRAMES, 3)]
        for photo in self._candidates(shows, recipe):
            found = engine.describe(photo, _DEADLINE)
            if recipe is Recipe.SMALL:
                if isinstance(found, NoUsableFace) and found.reason is NoFaceReason.TOO_SMALL:
                    return photo
            elif isinstance(found, Described) and zones.holds(
                recipe, [math.dist(_numbers(frame), _numbers(found.template)) for frame in frames]
            ):
                return photo
        raise NoSuchPhoto(f"no {recipe} photo for {shows} between {zones.accept} and {zones.review}")

    def _candidates(self, shows: Portrait, recipe: Recipe) -> Iterator[bytes]:
        """Yield photos in a fixed order, the most natural first."""
        same = [
            portrait for portrait in Portrait if portrait.person == shows.person and portrait is not shows
        ]
        match recipe:
            case Recipe.GENUINE:
                # Another photograph where there is one; else the same one, as years in a database leave it.
                yield from (_jpeg(self._passport(portrait)) for portrait in same)
                yield _jpeg(_aged(self._passport(shows)))
            case Recipe.SMALL:
                picture = self._passport(shows)
                share = SMALL_FACE / REGISTER_FACE
                yield _jpeg(picture.resize((round(picture.width * share), round(picture.height * share))))
            case Recipe.GREY:
                for portrait in [*same, shows]:
                    for face_px in range(30, 9, -1):
                        yield _jpeg(_coarse(self._passport(portrait), face_px))
            case Recipe.OTHER:
                yield from (
                    _jpeg(self._passport(other)) for other in Portrait if other.person != shows.person
                )

    def _passport(self, portrait: Portrait) -> Image.Image:
        return _cut(self._open(portrait), FACE_IN_ORIGINAL[portrait], REGISTER_SIZE, REGISTER_FACE)

    def _open(self, portrait: Portrait) -> Image.Image:
        try:
            with Image.open(place(self.folder, portrait)) as picture:
                return picture.convert("RGB")
        except OSError:
            raise PortraitsMissing(f"no photographs in {self.folder}") from None

    def _made(self, shows: Portrait, recipe: Recipe, zones: Zones) -> Path:
        conditions = f"{RECIPES} {zones.accept} {zones.review}".encode()
        return self.folder / "made" / f"{shows}-{recipe}-{hashlib.sha256(conditions).hexdigest()[:8]}.jpg"


def _cut(
    picture: Image.Image, face: tuple[int, int, int], size: tuple[int, int], face_px: int
) -> Image.Image:
    """Cut `size` out of a photograph so that its face is `face_px` wide and in the middle; what lies outside
    the photograph is wall."""
    centre_x, centre_y, width = face
    share = face_px / width
    scaled = picture.resize(
        (round(picture.width * share), round(picture.height * share)), Image.Resampling.LANCZOS
    )
    canvas = Image.new("RGB", size, WALL)
    canvas.paste(scaled, (round(size[0] / 2 - centre_x * share), round(size[1] / 2 - centre_y * share)))
    return canvas


def _fade(side: int) -> Image.Image:
    """A mask: full in the middle, empty at the left, right and upper edge (the body goes on below)."""
    import numpy as np  # Here and not above: pictures are made once, before the first start.

    across = np.minimum(np.arange(side), np.arange(side)[::-1]) / (side * 0.16)
    down = np.arange(side) / (side * 0.06) - 0.9
    mask = np.clip(across, 0, 1)[None, :] * np.clip(down, 0, 1)[:, None]
    return Image.fromarray((mask * 255).astype(np.uint8))


def _aged(picture: Image.Image) -> Image.Image:
    """Softer, flatter and a little yellow: an old scan of the same photograph."""
    soft = ImageEnhance.Contrast(picture.filter(ImageFilter.GaussianBlur(1.2))).enhance(0.8)
    red, green, blue = soft.split()
    return Image.merge("RGB", (red, green, blue.point(lambda value: round(value * 0.88))))


def _coarse(picture: Image.Image, face_px: int) -> Image.Image:
    """Reduce until the face has `face_px` of real detail, add noise there, and enlarge again: an old photo
    that has been through a fax. Deterministic."""
    import numpy as np

    share = face_px / REGISTER_FACE
    tiny = picture.resize((round(picture.width * share), round(picture.height * share)), Image.Resampling.BOX)
    noise = np.random.default_rng(_SEED).normal(0, 3.0, (tiny.height, tiny.width, 1))
    noisy = Image.fromarray(np.clip(np.asarray(tiny) + noise, 0, 255).astype(np.uint8))
    return noisy.resize(picture.size, Image.Resampling.BICUBIC)


def _jpeg(picture: Image.Image, quality: int = 88) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _template(engine: FaceEngine, frame: bytes) -> bytes:
    found = engine.describe(frame, _DEADLINE)
    if not isinstance(found, Described):
        raise NoSuchPhoto(f"the simulated camera's frame shows no usable face ({found.reason})")
    return found.template


def _numbers(template: bytes) -> tuple[float, ...]:
    return struct.unpack("<128d", template)
