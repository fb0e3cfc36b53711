"""Faces in pictures: found, measured and embedded, each at the size of picture that it needs.

The kiosk's only import of face_recognition (and, through it, dlib). Keeps nothing between two pictures.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from kiosk.adapters.face_models import Models, fingerprint
from kiosk.adapters.face_onnx import Embedder, PassiveCheck
from kiosk.adapters.face_pictures import Box, Pixels, Points, appearance, decode, lit, measure
from kiosk.domain.capture import PASSER_BY

DETECT_PX = 480
"""Longer side, at least, of the picture faces are sought in: 10 ms; at 320 faces are missed, at 1280 it
takes 75 ms and finds only people who stand too far away."""

EMBED_PX = 1280
"""Longer side, at least, of the picture that is embedded (when the original has it): decoding all of a camera
frame costs 1 ms more than reusing the small one and keeps a distant face above 100 px."""

NONE = Models()


class Faces:
    """face_recognition, called with its five-point model, on pictures of the right size. The office's own
    models take the embedding's place, and add the passive check, where there are any."""

    def __init__(self, models: Models = NONE) -> None:
        self._embedder = Embedder(models.embedder) if models.embedder else None
        self._passive = PassiveCheck(models.passive) if models.passive else None
        import dlib
        import face_recognition

        self._library = face_recognition
        embedder = self._embedder.version if self._embedder else self._library_version()
        passive = f"; {self._passive.version}" if self._passive else ""
        self.version = f"{embedder}, dlib {dlib.__version__}{passive}"

    def _library_version(self) -> str:
        model = Path(self._library.api.face_recognition_model)
        # Not `face_recognition.__version__`, which release 1.3.0 forgot to raise.
        return f"face_recognition {version('face_recognition')} {fingerprint(model.read_bytes())}"

    def seek(self, pixels: Pixels, upsample: int = 0) -> list[Box]:
        """Find faces, widest first."""
        boxes: list[Box] = self._library.face_locations(pixels, number_of_times_to_upsample=upsample)
        return sorted(boxes, key=_width, reverse=True)

    def points(self, pixels: Pixels, boxes: list[Box]) -> list[Points]:
        """Return the five points of each face in dlib's order (see `Face.points`)."""
        return [self._points(pixels, box) for box in boxes]

    def _points(self, pixels: Pixels, box: Box) -> Points:
        part, x, y = lit(pixels, box)
        top, right, bottom, left = box
        there = top - y, right - x, bottom - y, left - x
        # The public function names three of the five points only; the yaw needs both corners of each eye.
        (found,) = self._library.api._raw_face_landmarks(part, [there], model="small")
        return [(point.x + x, point.y + y) for point in found.parts()]

    def embed(self, pixels: Pixels, box: Box) -> bytes:
        """Return one face's template (see `face_supervisor`)."""
        if self._embedder:
            numbers = self._embedder.embed(pixels, self.points(pixels, [box])[0])
        else:
            numbers = self._library.face_encodings(pixels, [box], num_jitters=1, model="small")[0]
        return bytes(np.asarray(numbers, dtype="<f8").tobytes())

    def look(self, jpeg: bytes) -> dict[str, Any]:
        """Answer `Ask.LOOK`."""
        width, height, _ = measure(jpeg)
        small = decode(jpeg, DETECT_PX)
        boxes = self.seek(small)
        scale = width / small.shape[1]
        points = self.points(small, boxes)
        faces = [
            [left * scale, top * scale, (right - left) * scale, (bottom - top) * scale]
            + [number * scale for point in five for number in point]
            for (top, right, bottom, left), five in zip(boxes, points, strict=True)
        ]
        widest = (boxes[0], points[0]) if boxes else ()
        seen = {"size": [width, height], "faces": faces, "appearance": appearance(small, *widest)}
        return {"look": seen}

    def embed_face(self, jpeg: bytes, place: list[float]) -> tuple[dict[str, Any], bytes]:
        """Answer `Ask.EMBED`: the face that a look has found at `place` (left, top, width, height)."""
        width, _, _ = measure(jpeg)
        pixels = decode(jpeg, EMBED_PX)
        left, top, across, down = place
        frame = round(top), round(left + across), round(top + down), round(left)
        box = _scaled(frame, pixels.shape[1] / width)
        real = self._passive.score(pixels, box) if self._passive else None
        return {"real": real}, self.embed(pixels, box)

    def describe(self, jpeg: bytes) -> tuple[dict[str, Any], bytes]:
        """Answer `Ask.DESCRIBE`: the template of a register photo. Not hurried, so a photo without a face at
        the quick size is searched once more at full size and enlarged, to tell «too small» from «none»."""
        width, _, _ = measure(jpeg)
        small = decode(jpeg, DETECT_PX)
        boxes = [_scaled(box, width / small.shape[1]) for box in self.seek(small)]
        if not boxes:
            large = decode(jpeg, EMBED_PX)
            boxes = [_scaled(box, width / large.shape[1]) for box in self.seek(large, upsample=1)]
        nearby = at_the_kiosk(boxes)
        if len(nearby) != 1:
            return {"none": "several_faces" if nearby else "no_face"}, b""
        large = decode(jpeg, EMBED_PX)
        box = _scaled(nearby[0], large.shape[1] / width)
        return {"face_px": _width(nearby[0])}, self.embed(large, box)


def at_the_kiosk(boxes: list[Box]) -> list[Box]:
    """Leave out passers-by (the rule of `Look.people`)."""
    return [box for box in boxes if _width(box) >= PASSER_BY * _width(boxes[0])]


def _width(box: Box) -> int:
    return box[1] - box[3]


def _scaled(box: Box, scale: float) -> Box:
    top, right, bottom, left = (round(side * scale) for side in box)
    return top, right, bottom, left
