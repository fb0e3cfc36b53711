"""What the simulated camera sees: a lobby, or portraits held before it, alive with drift and sensor noise."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, field

import numpy as np
import simplejpeg
from PIL import Image, ImageDraw, ImageFilter

LOOP_FRAMES = 12
"""So many different frames are played in a circle: enough to look alive, few enough to keep in memory."""

_MARGIN = 0.04
_DRIFT_PX = 4.0
_NOISE_SIGMA = 1.5
_NOISE_SEED = 20261102
_DARK = 0.12
_BLUR_PX = 10


@dataclass(frozen=True)
class Scene:
    """What stands before the camera, as encoded pictures (any format Pillow reads), and in what light."""

    width: int = 1280
    height: int = 720
    portrait: bytes | None = field(default=None, repr=False)
    second_person: bytes | None = field(default=None, repr=False)
    dark: bool = False
    blurred: bool = False


class Film:
    """The frames of one scene, each made when first played and then kept, so that playing costs nothing."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._canvas = _canvas(scene)
        self._noise = _noise(scene)
        self._frames: dict[int, bytes] = {}

    def frame(self, index: int) -> bytes:
        """The JPEG of the loop's frame `index` (any number from 0), `scene.width` by `scene.height`."""
        index %= LOOP_FRAMES
        if index not in self._frames:
            self._frames[index] = self._develop(index)
        return self._frames[index]

    def _develop(self, index: int) -> bytes:
        width, height = self.scene.width, self.scene.height
        turn = 2 * math.pi * index / LOOP_FRAMES
        zoom = 1 + 0.008 * math.sin(turn)
        view_w, view_h = width / zoom, height / zoom
        left = (self._canvas.width - view_w) / 2 + _DRIFT_PX * math.cos(turn)
        top = (self._canvas.height - view_h) / 2 + _DRIFT_PX * math.sin(turn)
        view = self._canvas.resize(
            (width, height), Image.Resampling.BILINEAR, box=(left, top, left + view_w, top + view_h)
        )
        # One sheet of noise, laid on differently each time: fresh noise would cost four times the rest.
        grain = np.roll(self._noise, (index * 37, index * 101), axis=(0, 1))
        pixels = np.clip(np.asarray(view, dtype=np.int16) + grain[:, :, None], 0, 255).astype(np.uint8)
        return bytes(simplejpeg.encode_jpeg(pixels, quality=85, colorspace="RGB", colorsubsampling="420"))


def _noise(scene: Scene) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    generator = np.random.default_rng(_NOISE_SEED)
    # Cameras smooth a picture without detail; grain at full strength would itself look like sharpness.
    sigma = _NOISE_SIGMA / 2 if scene.blurred else _NOISE_SIGMA
    return np.rint(generator.normal(0, sigma, (scene.height, scene.width))).astype(np.int16)


def _canvas(scene: Scene) -> Image.Image:
    """The still picture, a little larger than the frame so that the view can drift over it."""
    size = (round(scene.width * (1 + 2 * _MARGIN)), round(scene.height * (1 + 2 * _MARGIN)))
    people = [_load(portrait) for portrait in (scene.portrait, scene.second_person) if portrait is not None]
    canvas = Image.new("RGB", size, _wall(people[0])) if people else _lobby(size)
    share = size[0] / max(1, len(people))
    for place, person in enumerate(people):
        scale = min(share / person.width, size[1] / person.height)
        fitted = person.resize(
            (max(1, round(person.width * scale)), max(1, round(person.height * scale))),
            Image.Resampling.BICUBIC,
        )
        centre = share * (place + 0.5)
        canvas.paste(fitted, (round(centre - fitted.width / 2), (size[1] - fitted.height) // 2))
    if scene.blurred:
        canvas = canvas.filter(ImageFilter.GaussianBlur(_BLUR_PX))
    if scene.dark:
        canvas = canvas.point(lambda value: value * _DARK)
    return canvas


def _load(portrait: bytes) -> Image.Image:
    return Image.open(io.BytesIO(portrait)).convert("RGB")


def _wall(person: Image.Image) -> tuple[int, int, int]:
    """The mean colour along the portrait's upper edge: its own background, continued."""
    edge = np.asarray(person, dtype=np.float64)[: max(1, person.height // 20)]
    red, green, blue = (int(channel) for channel in edge.reshape(-1, 3).mean(axis=0))
    return red, green, blue


def _lobby(size: tuple[int, int]) -> Image.Image:
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
