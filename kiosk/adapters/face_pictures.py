"""Pictures for the face process: decoded no larger than needed, and what the light in them is like."""

from __future__ import annotations

import io

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from kiosk.adapters.face_pipe import MAX_PIXELS

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""face_recognition's order: top, right, bottom, left."""

Points = list[tuple[int, int]]
"""Five, in dlib's order (see `capture.Face`)."""


LIT = 140.0
"""The mean of a face, in the green channel, in whose light its points are sought. Measured (docs/facts.md):
dlib's model compares brightness by absolute steps, and in a dim picture, or of a dark face, its points stay
where they are on the mean face: of heads turned by 25-34 degrees it read 58 % as turned by 0.25 or more at
0.5 to 1 times the light of the portraits, and 91 % in this light."""


class Unreadable(Exception):
    """The bytes are no JPEG, or only part of one."""


class TooLarge(Exception):
    """The header announces more than `MAX_PIXELS`."""


def measure(jpeg: bytes) -> tuple[int, int, str]:
    """Return width, height and colour space from the header alone; raise `Unreadable` or `TooLarge`."""
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(jpeg)
    except ValueError:
        raise Unreadable from None
    if width * height > MAX_PIXELS:
        raise TooLarge
    return width, height, colours


def decode(jpeg: bytes, longer_side: int) -> Pixels:
    """Decode to RGB, height x width x 3, reduced by the JPEG's own transform (which costs less than decoding
    all and scaling) as far as the longer side stays at `longer_side` or above."""
    width, height, colours = measure(jpeg)
    wanted_width, wanted_height = (longer_side, 0) if width >= height else (0, longer_side)
    try:
        if colours in ("CMYK", "YCCK"):
            with Image.open(io.BytesIO(jpeg)) as picture:
                picture.draft("CMYK", _fitted(width, height, longer_side))
                return np.asarray(picture.convert("RGB"))
        if max(width, height) <= longer_side:
            return simplejpeg.decode_jpeg(jpeg)  # type: ignore[no-any-return]
        return simplejpeg.decode_jpeg(jpeg, min_width=wanted_width, min_height=wanted_height)  # type: ignore[no-any-return]
    except (ValueError, OSError, SyntaxError):
        raise Unreadable from None


def _fitted(width: int, height: int, longer_side: int) -> tuple[int, int]:
    share = longer_side / max(width, height)
    return max(1, int(width * share)), max(1, int(height * share))


def appearance(pixels: Pixels, box: Box | None = None, points: Points | None = None) -> dict[str, float]:
    """Return the numbers of a `Look` that say how a face appears, the frame itself where there is none:
    `sharpness`, `brightness` and `contrast`, and of a face `surroundings` and `eyes` as far as there is
    something to measure them by. All from the green channel, which carries most of the luminance: 0.4 ms."""
    green = pixels[..., 1]
    seen = _surface(green if box is None else _cut(green, box))
    if box is None:
        return seen
    if (beside := _surroundings(green, box)) is not None:
        seen["surroundings"] = beside
    if points is not None and (eyes := _eyes(green, points)) is not None:
        seen["eyes"] = eyes
    return seen


def lit(pixels: Pixels, box: Box) -> tuple[Pixels, int, int]:
    """Return a face with half its size around it, as bright as `LIT`, and the left and top of that part in
    `pixels`."""
    top, right, bottom, left = box
    aside = (right - left) // 2
    y, x = max(0, top - aside), max(0, left - aside)
    part = pixels[y : bottom + aside, x : right + aside]
    seen = _cut(pixels[..., 1], box)
    gain = LIT / max(float(seen.mean()), 1.0) if seen.size else 1.0
    # 256 products and a look into a table cost less than a product for each pixel.
    table = np.clip(np.arange(256) * gain, 0, 255).astype(np.uint8)
    return table[part], x, y


def _surface(grey: NDArray[np.uint8]) -> dict[str, float]:
    grey = grey.astype(np.float32)
    mean, spread = (float(grey.mean()), float(grey.std())) if grey.size else (0.0, 0.0)
    sharpness = 0.0
    if min(grey.shape, default=0) >= 3:
        edges = 4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
        sharpness = float(edges.var()) / (spread**2 + 1.0)
    return {"sharpness": sharpness, "brightness": mean, "contrast": spread / max(mean, 1.0)}


def _surroundings(green: NDArray[np.uint8], box: Box) -> float | None:
    """The mean of what stands above the chin and half a face or more beside the face: beyond hair and
    headscarf, which have a brightness of their own. None where the face leaves no room for it."""
    _, right, bottom, left = box
    aside, chin = (right - left) // 2, max(bottom, 0)
    # Every other row and column: the mean of thousands of pixels does not need them all.
    strips = green[:chin:2, : max(left - aside, 0) : 2], green[:chin:2, right + aside :: 2]
    count = sum(strip.size for strip in strips)
    if count * 4 < (right - left) * chin / 4:
        return None
    return float(sum(int(strip.sum(dtype=np.int64)) for strip in strips) / count)


def _eyes(green: NDArray[np.uint8], points: Points) -> float | None:
    """How bright the area of the eyes is (its upper quartile: skin and white around an eye count, lashes and
    frames of glasses do not) against the skin below and above, whichever is darker: a mask or a scarf that
    covers one of them must not make the eyes look dark."""
    if len(points) != 5:
        return None
    corners = np.asarray(points[:4], dtype=float)
    eyes = (corners[0] + corners[1]) / 2, (corners[2] + corners[3]) / 2
    apart = float(np.hypot(*(eyes[0] - eyes[1])))
    below, above = np.array([0, 0.62 * apart]), np.array([0, -0.62 * apart])
    lenses = [_around(green, eye, 0.24 * apart, 0.16 * apart, 0.04 * apart) for eye in eyes]
    cheeks = [_around(green, eye + below, 0.15 * apart, 0.1 * apart) for eye in eyes]
    brow = _around(green, (eyes[0] + eyes[1]) / 2 + above, 0.25 * apart, 0.12 * apart)
    area = np.concatenate(lenses)
    skin = [float(np.median(patch)) for patch in (np.concatenate(cheeks), brow) if patch.size]
    if not area.size or not skin or min(skin) < 1:
        return None
    return float(np.percentile(area, 75)) / min(skin)


def _around(
    green: NDArray[np.uint8], centre: NDArray[np.float64], across: float, down: float, lower: float = 0.0
) -> NDArray[np.uint8]:
    x, y = centre[0], centre[1] + lower
    box = (round(y - down), round(x + across) + 1, round(y + down) + 1, round(x - across))
    return _cut(green, box).ravel()


def _cut(grey: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    top, right, bottom, left = (max(0, side) for side in box)
    return grey[top:bottom, left:right]
