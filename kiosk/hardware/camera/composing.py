"""What stands still in a scene: the lobby, the people in it as pictures, and the light they stand in."""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from math import hypot

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from kiosk.domain.capture import Face
from kiosk.hardware.camera.acting import Person

MARGIN = 0.04
_DARK = 0.12
"""Of the light, in a dark lobby."""

_BLUR_PX = 10
_PAPER = (246, 244, 238)
_BORDER = 0.03
_GLASS = (14, 13, 15)
_FADE = 0.16
_BESIDE_SCALE = 0.8
"""Who steps in stands a little behind."""


@dataclass(frozen=True)
class Scene:
    """Who stands before the camera, and in what light.

    `other` is not there at first: the one who takes the place of `portrait`, or steps in beside him.
    `light`: times the light of the pictures. `backlit`: it comes from behind.
    """

    width: int = 1280
    height: int = 720
    portrait: Person | None = None
    second_person: Person | None = None
    other: Person | None = field(default=None, repr=False)
    light: float = 1.0
    dark: bool = False
    blurred: bool = False
    backlit: bool = False
    dark_glasses: bool = False

    @property
    def canvas(self) -> tuple[int, int]:
        """Width and height of the pictures made here: larger than the frame, which drifts over them."""
        return round(self.width * (1 + 2 * MARGIN)), round(self.height * (1 + 2 * MARGIN))

    def swapped(self) -> Scene:
        """The scene with `other` in the place of `portrait`, if there is another."""
        return self if self.other is None else replace(self, portrait=self.other, other=self.portrait)


@dataclass(frozen=True)
class Standing:
    """A scene's still picture, and where the face of the person in its middle lies."""

    picture: Image.Image
    face: Face | None


def standing(scene: Scene) -> Standing:
    """The people of a scene, as high as the frame or side by side."""
    width, height = scene.canvas
    people = [person for person in (scene.portrait, scene.second_person) if person is not None]
    if not people:
        return Standing(_lit(lobby(scene.canvas), scene), None)
    pictures = [_load(person) for person in people]
    if scene.dark_glasses and people[0].face is not None:
        _put_glasses_on(pictures[0], people[0].face)
    canvas = Image.new("RGB", scene.canvas, _wall(pictures[0]))
    share, face = width / len(people), None
    for place, (person, picture) in enumerate(zip(people, pictures, strict=True)):
        scale = min(share / picture.width, height / picture.height)
        fitted = _resized(picture, scale)
        left, top = round(share * (place + 0.5) - fitted.width / 2), (height - fitted.height) // 2
        canvas.paste(fitted, (left, top))
        if place == 0 and person.face is not None:
            face = _moved(person.face, scale, left, top)
    return Standing(_lit(canvas, scene, face), face)


def beside(scene: Scene) -> Image.Image | None:
    """Who may step in: a picture with soft sides (RGBA), as large as he will stand there."""
    if scene.other is None:
        return None
    picture = _load(scene.other)
    scale = _BESIDE_SCALE * scene.canvas[1] / picture.height
    if scene.width < 1.5 * scene.height:
        scale *= 0.75  # There is less room beside a person in a narrow frame.
    fitted = _lit(_resized(picture, scale), scene)
    across, down = np.arange(fitted.width)[None, :], np.arange(fitted.height)[:, None]
    sides = np.minimum(across, across[:, ::-1]) / (fitted.width * _FADE)
    seen = np.clip(np.minimum(sides, down / (fitted.height * _FADE)), 0, 1)
    fitted.putalpha(Image.fromarray((seen * 255).astype(np.uint8)))
    return fitted


def printed(scene: Scene) -> Image.Image:
    """The person's picture as a print: sharp, with a white border, two pixels for each of the frame's."""
    assert scene.portrait is not None
    picture = _load(scene.portrait)
    border = round(max(picture.size) * _BORDER)
    paper = Image.new("RGB", (picture.width + 2 * border, picture.height + 2 * border), _PAPER)
    paper.paste(picture, (border, border))
    return _lit(_resized(paper, 2 * scene.canvas[1] / paper.height), scene)


def hand(size: tuple[int, int]) -> Image.Image:
    """A palm so close to the lens that it is dark, warm and without any detail."""
    small = Image.new("RGB", (16, 16), (46, 24, 20))
    ImageDraw.Draw(small).ellipse((3, 5, 13, 18), fill=(88, 44, 34))
    return small.filter(ImageFilter.GaussianBlur(2)).resize(size, Image.Resampling.BICUBIC)


def lobby(size: tuple[int, int]) -> Image.Image:
    """An office lobby with nobody in it."""
    width, height = size
    lobby = Image.new("RGB", size, (214, 216, 209))
    draw = ImageDraw.Draw(lobby)
    floor = round(height * 0.78)
    draw.rectangle((0, floor, width, height), fill=(150, 138, 122))
    draw.rectangle((width * 0.08, height * 0.12, width * 0.34, height * 0.5), fill=(188, 212, 226))
    draw.line((width * 0.21, height * 0.12, width * 0.21, height * 0.5), fill=(120, 120, 116), width=6)
    draw.rectangle((width * 0.72, height * 0.2, width * 0.9, floor), fill=(124, 98, 76))
    draw.ellipse((width * 0.735, height * 0.5, width * 0.75, height * 0.525), fill=(210, 190, 120))
    for seat in range(3):
        left = width * (0.38 + 0.1 * seat)
        draw.rectangle((left, height * 0.56, left + width * 0.085, height * 0.68), fill=(52, 92, 130))
        draw.rectangle((left, height * 0.69, left + width * 0.085, height * 0.73), fill=(44, 76, 108))
    return lobby.filter(ImageFilter.GaussianBlur(1.2))


def empty(scene: Scene) -> Image.Image:
    """The scene's lobby, before which a print is held."""
    return _lit(lobby(scene.canvas), scene)


def _load(person: Person) -> Image.Image:
    return Image.open(io.BytesIO(person.picture)).convert("RGB")


def _resized(picture: Image.Image, scale: float) -> Image.Image:
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, Image.Resampling.BICUBIC)


def _moved(face: Face, scale: float, left: int, top: int) -> Face:
    return Face(
        face.left * scale + left,
        face.top * scale + top,
        face.width * scale,
        face.height * scale,
        tuple((x * scale + left, y * scale + top) for x, y in face.points),
    )


def _wall(person: Image.Image) -> tuple[int, int, int]:
    """The mean colour along the portrait's upper edge: its own background, continued."""
    edge = np.asarray(person, dtype=np.float64)[: max(1, person.height // 20)]
    red, green, blue = (int(channel) for channel in edge.reshape(-1, 3).mean(axis=0))
    return red, green, blue


def _lit(picture: Image.Image, scene: Scene, face: Face | None = None) -> Image.Image:
    if scene.backlit and face is not None:
        picture = _from_behind(picture, face)
    if scene.blurred:
        picture = picture.filter(ImageFilter.GaussianBlur(_BLUR_PX))
    light = scene.light * (_DARK if scene.dark else 1)
    if light != 1:
        picture = picture.point(lambda value: min(255, value * light))
    return picture


def _from_behind(picture: Image.Image, face: Face) -> Image.Image:
    """A bright window behind the person: he is a dark shape, washed out by what the lens scatters."""
    (x, y), width = face.centre, face.width
    shape = Image.new("L", picture.size)
    draw = ImageDraw.Draw(shape)
    draw.ellipse((x - 0.62 * width, y - 0.95 * width, x + 0.62 * width, y + 0.75 * width), fill=255)
    draw.ellipse((x - 1.35 * width, y + 0.65 * width, x + 1.35 * width, y + 3 * width), fill=255)
    neck = (x - 0.4 * width, y, x + 0.4 * width, y + width)
    draw.rectangle(neck, fill=255)
    shape = shape.filter(ImageFilter.GaussianBlur(width * 0.05))
    dark = picture.point(lambda value: value * 0.13 + 22)
    bright = picture.point(lambda value: min(255, value * 0.35 + 175))
    return Image.composite(dark, bright, shape)


def _put_glasses_on(picture: Image.Image, face: Face) -> None:
    """Dark lenses over both eyes, with a bridge."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy), _ = face.points
    eyes = ((cx + dx) / 2, (cy + dy) / 2), ((ax + bx) / 2, (ay + by) / 2)
    apart = hypot(eyes[1][0] - eyes[0][0], eyes[1][1] - eyes[0][1])
    draw = ImageDraw.Draw(picture)
    draw.line(eyes, fill=_GLASS, width=max(1, round(apart * 0.07)))
    for x, y in eyes:
        draw.ellipse((x - 0.4 * apart, y - 0.27 * apart, x + 0.4 * apart, y + 0.33 * apart), fill=_GLASS)
