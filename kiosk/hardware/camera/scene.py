"""What the simulated camera sees: a lobby and who stands in it, alive with sway, drift and sensor grain."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from kiosk.domain.liveness import Cue
from kiosk.hardware.camera import composing, sheet
from kiosk.hardware.camera.acting import FRONT, Act, Actor, Manner, Pose
from kiosk.hardware.camera.composing import Scene
from kiosk.hardware.camera.head import Head

__all__ = ["FRAMES_KEPT", "LOOP_FRAMES", "Film", "Scene", "perform"]

Pixels = NDArray[np.uint32]
"""Rows of pixels, four bytes in one word each: fetched in one go, which makes a turned head cost 20 ms."""

LOOP_FRAMES = 12
"""A person who does nothing is played in a circle of so many frames: enough to look alive."""

FRAMES_KEPT = 72
"""Made frames that a film keeps, the last shown: some 8 MB at 1280x720."""

_DRIFT_PX = 4.0
_SWAY_DEGREES = 0.7
_NOISE_SIGMA = 1.5
_NOISE_MOST = 4
_NOISE_SEED = 20261102
_SHEET_CELL = 8
_FINE = 2
"""Pixels of a source for each pixel of the frame, so that the nearest one is good enough."""

_FINGERS_PX = 40


class Film:
    """The frames of one scene, each made when first shown and then kept, so that playing costs next to
    nothing."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._frames: OrderedDict[tuple[Pose, int], bytes] = OrderedDict()
        self._people: dict[bool, _Living] = {}

    def frame(self, index: int, pose: Pose = FRONT) -> bytes:
        """The JPEG of the loop's frame `index` (any number from 0), `scene.width` by `scene.height`, with the
        person in `pose`."""
        key = pose, index % LOOP_FRAMES
        if key not in self._frames:
            self._frames[key] = self._develop(*key)
        self._frames.move_to_end(key)
        while len(self._frames) > FRAMES_KEPT:
            self._frames.popitem(last=False)
        return self._frames[key]

    def _develop(self, pose: Pose, index: int) -> bytes:
        turn = 2 * math.pi * index / LOOP_FRAMES
        if pose.sheet and self.scene.portrait is not None:
            pixels = self._held(pose)
        else:
            swaying = replace(
                pose,
                yaw=pose.yaw + _SWAY_DEGREES * math.sin(turn),
                pitch=pose.pitch + _SWAY_DEGREES * math.cos(turn),
            )
            pixels = self._living(pose.other).in_pose(swaying)
        if pose.beside or pose.hand or pose.screen:
            pixels = self._with_things(pixels, pose)
        return self._exposed(pixels, turn, index)

    def _living(self, other: bool) -> _Living:
        if other not in self._people:
            scene = self.scene.swapped() if other else self.scene
            self._people[other] = _Living(scene)
        return self._people[other]

    def _exposed(self, pixels: Pixels, turn: float, index: int) -> bytes:
        """Let the view drift over the picture, add the sensor's grain, and encode."""
        width, height = self.scene.width, self.scene.height
        left = round((pixels.shape[1] - width) / 2 + _DRIFT_PX * math.cos(turn))
        top = round((pixels.shape[0] - height) / 2 + _DRIFT_PX * math.sin(turn))
        view = pixels.view(np.uint8).reshape(*pixels.shape, 4)[top : top + height, left : left + width]
        # One sheet of grain, laid on differently each time: fresh grain would cost four times the rest.
        down, across = index * 37 % _GRAIN_ROOM, index * 101 % _GRAIN_ROOM
        grainy = view + self._grain[down : down + height, across : across + width]
        return bytes(simplejpeg.encode_jpeg(grainy, quality=85, colorspace="RGBX", colorsubsampling="420"))

    @cached_property
    def _grain(self) -> NDArray[np.uint8]:
        # Cameras smooth a picture without detail; grain at full strength would itself look like sharpness.
        sigma = _NOISE_SIGMA / 2 if self.scene.blurred else _NOISE_SIGMA
        size = self.scene.height + _GRAIN_ROOM, self.scene.width + _GRAIN_ROOM
        noise = np.random.default_rng(_NOISE_SEED).normal(_NOISE_MOST, sigma, size)
        one = np.clip(np.rint(noise), 0, 2 * _NOISE_MOST).astype(np.uint8)
        return np.repeat(one[:, :, None], 4, axis=2)

    @cached_property
    def _lobby(self) -> Pixels:
        return _packed(composing.empty(self.scene))

    @cached_property
    def _print(self) -> Pixels:
        return _packed(composing.printed(self.scene))

    @cached_property
    def _beside(self) -> tuple[Image.Image, Image.Image] | None:
        stranger = composing.beside(self.scene)
        return None if stranger is None else (_picture(_packed(stranger)), stranger.getchannel("A"))

    @cached_property
    def _hand(self) -> Image.Image:
        return _picture(_packed(composing.hand(self.scene.canvas)))

    def _held(self, pose: Pose) -> Pixels:
        """A print in this pose before the lobby."""
        width, height = self.scene.canvas
        paper = self._print
        wide = paper.shape[1] / _FINE
        face = 0.42 * height
        middle_x, middle_y = width / 2 + pose.right * face, height / 2 + pose.down * face
        across = (np.arange(_SHEET_CELL / 2, width + _SHEET_CELL / 2, _SHEET_CELL) - middle_x) / wide
        down = (np.arange(_SHEET_CELL / 2, height + _SHEET_CELL / 2, _SHEET_CELL) - middle_y) / wide
        on_x, on_y = sheet.source(pose, across[None, :].astype(np.float32), down[:, None].astype(np.float32))
        x = _drawn_out((on_x + 0.5) * paper.shape[1], width, height)
        y = _drawn_out(on_y * paper.shape[1] + 0.5 * paper.shape[0], width, height)
        on_it = (x >= 0) & (x < paper.shape[1]) & (y >= 0) & (y < paper.shape[0])
        held = self._lobby.copy()
        held[on_it] = paper[y[on_it].astype(np.int32), x[on_it].astype(np.int32)]
        return held

    def _with_things(self, pixels: Pixels, pose: Pose) -> Pixels:
        """Add who steps in, the hand before the lens, or the frame of the screen a recording is played on."""
        width, height = self.scene.canvas
        picture = _picture(pixels)
        if pose.beside and self._beside is not None:
            stranger, outline = self._beside
            stands = width - round(stranger.width * 0.92)
            left = round(stands + (width - stands) * (1 - pose.beside))
            picture.paste(stranger, (left, height - stranger.height), outline)
        if pose.screen:
            _put_in_a_screen(picture)
        if pose.hand:
            x, y = np.arange(width)[None, :], np.arange(height)[:, None]
            edge = height * (1.2 - 1.3 * pose.hand) - _FINGERS_PX * np.abs(np.sin(x / width * 5 * math.pi))
            mask = np.clip((y - edge) / _FINGERS_PX + 1, 0, 1) * 255
            picture.paste(self._hand, (0, 0), Image.fromarray(mask.astype(np.uint8)))
        return _words(np.asarray(picture))


_GRAIN_ROOM = 128


class _Living:
    """The people of a scene; the one in the middle can move his head."""

    def __init__(self, scene: Scene) -> None:
        stands = composing.standing(scene)
        self._still = _packed(stands.picture)
        self._head = Head(stands.face, *scene.canvas) if stands.face is not None else None
        if self._head is not None:
            left, top, right, bottom = self._head.box
            cut = stands.picture.crop(self._head.box)
            size = (right - left) * _FINE, (bottom - top) * _FINE
            self._source = _packed(cut.resize(size, Image.Resampling.BICUBIC))

    def in_pose(self, pose: Pose) -> Pixels:
        """The whole picture with the head in this pose."""
        if self._head is None:
            return self._still
        left, top, right, bottom = self._head.box
        x, y = self._head.source(pose)
        height, width = self._source.shape
        column = np.clip(x * _FINE, 0, width - 1).astype(np.int32)
        row = np.clip(y * _FINE, 0, height - 1).astype(np.int32)
        pixels = self._still.copy()
        pixels[top:bottom, left:right] = self._source.ravel().take(row * width + column)
        return pixels


def perform(
    scene: Scene,
    act: Act,
    seed: int,
    cue: Callable[[], Cue | None],
    *,
    seconds: float,
    frames_per_second: float = 15.0,
) -> Iterator[tuple[float, bytes]]:
    """Play an act without a camera and without waiting: the second of each frame from 0, and its JPEG.

    `cue` is read before each frame, as an actor reads the screen. `seed` draws the manner of the actor
    (see `Manner`); the same seed and cues give the same frames, byte for byte.
    """
    manner = Manner.drawn(seed)
    film, actor = Film(replace(scene, light=scene.light * manner.light)), Actor(act, manner)
    for number in range(round(seconds * frames_per_second)):
        at = number / frames_per_second
        yield at, film.frame(number, actor.pose(at, cue()))


def _drawn_out(cells: NDArray[np.float32], width: int, height: int) -> NDArray[np.float32]:
    rows, columns = cells.shape
    size = columns * _SHEET_CELL, rows * _SHEET_CELL
    return np.asarray(Image.fromarray(cells).resize(size, Image.Resampling.BILINEAR))[:height, :width]


def _put_in_a_screen(picture: Image.Image) -> None:
    """A tablet's dark frame around what the camera sees of it."""
    width, height = picture.size
    edge_x, edge_y = (
        round(width * composing.MARGIN + height * 0.05),
        round(height * (composing.MARGIN + 0.05)),
    )
    for box in (
        (0, 0, width, edge_y),
        (0, height - edge_y, width, height),
        (0, 0, edge_x, height),
        (width - edge_x, 0, width, height),
    ):
        picture.paste((24, 24, 26), box)


def _picture(pixels: Pixels) -> Image.Image:
    return Image.frombytes("RGBX", pixels.shape[::-1], pixels.tobytes())


def _packed(picture: Image.Image) -> Pixels:
    """Pixels with room for the grain above and below."""
    held = np.clip(np.asarray(picture.convert("RGB")), _NOISE_MOST, 255 - _NOISE_MOST) - _NOISE_MOST
    four = np.zeros((*held.shape[:2], 4), np.uint8)
    four[..., :3] = held
    return _words(four)


def _words(four: NDArray[np.uint8]) -> Pixels:
    return np.ascontiguousarray(four).view(np.uint32)[..., 0]
