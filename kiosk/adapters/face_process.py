"""The face process: `python -m kiosk.adapters.face_process`, questions on stdin, answers on stdout.

The only file that imports face_recognition (and, through it, dlib): an embedding holds the interpreter's
lock for 75 ms, and a library that calls `quit()` or crashes on a strange picture must not take the kiosk
with it. Keeps nothing between two questions.
"""

from __future__ import annotations

import io
import os
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, BinaryIO

import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from kiosk.adapters.face_pipe import MAX_PIXELS, TEMPLATE_BYTES, Ask, Broken, pack, unpack
from kiosk.domain.capture import PASSER_BY

Pixels = NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""face_recognition's order: top, right, bottom, left."""

DETECT_PX = 480
"""Longer side, at least, of the picture faces are sought in: 10 ms; at 320 faces are missed, at 1280 it
takes 75 ms and finds only people who stand too far away."""

EMBED_PX = 1280
"""Longer side, at least, of the picture that is embedded (when the original has it): decoding all of a camera
frame costs 1 ms more than reusing the small one and keeps a distant face above 100 px."""

POLITENESS = 5
"""`nice`: the page that somebody types into goes first. A match takes 0.1 s either way."""

GRACE_SECONDS = 2.0
"""How long after its deadline a question kills this process by itself: the kiosk does so at the deadline,
this is for a kiosk that died in the meantime."""


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


def appearance(pixels: Pixels, box: Box | None) -> tuple[float, float]:
    """Return sharpness and brightness of a face (see `Look`), from the green channel, which carries most of
    the luminance: 0.3 ms."""
    grey = pixels[..., 1]
    if box is not None:
        top, right, bottom, left = (max(0, side) for side in box)
        grey = grey[top:bottom, left:right]
    grey = grey.astype(np.float32)
    if min(grey.shape, default=0) < 3:
        return 0.0, float(grey.mean()) if grey.size else 0.0
    edges = 4 * grey[1:-1, 1:-1] - grey[:-2, 1:-1] - grey[2:, 1:-1] - grey[1:-1, :-2] - grey[1:-1, 2:]
    return float(edges.var() / (grey.var() + 1.0)), float(grey.mean())


class Faces:
    """face_recognition, called with its five-point model, on pictures of the right size."""

    def __init__(self) -> None:
        import dlib
        import face_recognition

        self._library = face_recognition
        # Not `face_recognition.__version__`, which release 1.3.0 forgot to raise.
        self.version = (
            f"face_recognition {version('face_recognition')}, dlib {dlib.__version__}, 5 points, 1 jitter"
        )

    def seek(self, pixels: Pixels, upsample: int = 0) -> list[Box]:
        """Find faces, widest first."""
        boxes: list[Box] = self._library.face_locations(pixels, number_of_times_to_upsample=upsample)
        return sorted(boxes, key=_width, reverse=True)

    def points(self, pixels: Pixels, boxes: list[Box]) -> list[list[tuple[int, int]]]:
        """Return the five points of each face in dlib's order (see `Face.points`)."""
        # The public function names three of the five points only; the yaw needs both corners of each eye.
        found = self._library.api._raw_face_landmarks(pixels, boxes, model="small")
        return [[(point.x, point.y) for point in shape.parts()] for shape in found]

    def embed(self, pixels: Pixels, box: Box) -> bytes:
        """Return one face's template, `TEMPLATE_BYTES` long."""
        found = self._library.face_encodings(pixels, [box], num_jitters=1, model="small")
        return bytes(np.asarray(found[0], dtype="<f8").tobytes())

    def look(self, jpeg: bytes) -> tuple[dict[str, Any], list[Box]]:
        """Answer `Ask.LOOK`; also return the boxes, in pixels of the frame."""
        width, height, _ = measure(jpeg)
        small = decode(jpeg, DETECT_PX)
        boxes = self.seek(small)
        scale = width / small.shape[1]
        sharpness, brightness = appearance(small, boxes[0] if boxes else None)
        faces = [
            [left * scale, top * scale, (right - left) * scale, (bottom - top) * scale]
            + [number * scale for point in points for number in point]
            for (top, right, bottom, left), points in zip(boxes, self.points(small, boxes), strict=True)
        ]
        seen = {"size": [width, height], "faces": faces, "sharpness": sharpness, "brightness": brightness}
        return seen, [_scaled(box, scale) for box in boxes]

    def embed_face(self, jpeg: bytes, box: list[float]) -> tuple[dict[str, Any], bytes]:
        """Answer `Ask.EMBED`: the template of the face that a look has found at `box` (left, top, width,
        height); nothing is sought again."""
        frame_width, _, _ = measure(jpeg)
        left, top, width, height = box
        edges = (round(top), round(left + width), round(top + height), round(left))
        return {"real": None}, self.embed_at(jpeg, edges, frame_width)

    def compare(self, template: bytes, jpeg: bytes) -> tuple[dict[str, Any], bytes]:
        """Answer `Ask.COMPARE`: distance and template of the one person at the kiosk."""
        seen, boxes = self.look(jpeg)
        nearby = at_the_kiosk(boxes)
        if len(nearby) != 1:
            return {"none": "several_faces" if nearby else "no_face", "look": seen}, b""
        fresh = self.embed_at(jpeg, nearby[0], seen["size"][0])
        distance = np.linalg.norm(np.frombuffer(template, "<f8") - np.frombuffer(fresh, "<f8"))
        return {"look": seen, "distance": float(distance), "face_px": _width(nearby[0])}, fresh

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
        return {"face_px": _width(nearby[0])}, self.embed_at(jpeg, nearby[0], width)

    def embed_at(self, jpeg: bytes, box: Box, width: int) -> bytes:
        """Embed the face at `box`, given in pixels of the original, which is `width` wide."""
        large = decode(jpeg, EMBED_PX)
        return self.embed(large, _scaled(box, large.shape[1] / width))


def at_the_kiosk(boxes: list[Box]) -> list[Box]:
    """Leave out passers-by (the rule of `Look.people`)."""
    return [box for box in boxes if _width(box) >= PASSER_BY * _width(boxes[0])]


def _width(box: Box) -> int:
    return box[1] - box[3]


def _scaled(box: Box, scale: float) -> Box:
    top, right, bottom, left = (round(side * scale) for side in box)
    return top, right, bottom, left


def answer(faces: Faces, question: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Answer one question. What is wrong with the picture is said in words (`refused`); anything else that
    goes wrong is an error of ours and names its type only, because messages may quote the picture."""
    try:
        match Ask(question["ask"]):
            case Ask.LOOK:
                return {"look": faces.look(blob)[0]}, b""
            case Ask.DESCRIBE:
                return faces.describe(blob)
            case Ask.EMBED:
                return faces.embed_face(blob, question["box"])
            case Ask.COMPARE:
                return faces.compare(blob[:TEMPLATE_BYTES], blob[TEMPLATE_BYTES:])
    except Unreadable:
        return {"refused": "not_a_picture"}, b""
    except TooLarge:
        return {"refused": "too_large"}, b""
    except Exception as problem:
        return {"error": type(problem).__name__}, b""


def serve(stdin: BinaryIO, stdout: BinaryIO, load: Callable[[], Faces]) -> int:
    """Greet, then answer until stdin closes; return the exit code."""
    try:
        faces = load()
    except (Exception, SystemExit) as problem:
        # face_recognition prints and calls quit() when its models are missing.
        quits = isinstance(problem, SystemExit)
        why = (
            "face_recognition_models is missing or broken"
            if quits
            else f"{type(problem).__name__}: {problem}"
        )
        stdout.write(pack({"failed": why[:500]}))
        stdout.flush()
        return 1
    stdout.write(pack({"ready": faces.version}))
    stdout.flush()
    while True:
        try:
            question, blob = unpack(lambda count: _exactly(stdin, count))
        except Broken:
            return 0
        # The alarm's default is to end the process, whatever C code is running and whoever holds the lock.
        signal.setitimer(signal.ITIMER_REAL, float(question["seconds"]) + GRACE_SECONDS)
        facts, body = answer(faces, question, blob)
        signal.setitimer(signal.ITIMER_REAL, 0)
        stdout.write(pack({"id": question["id"]} | facts, body))
        stdout.flush()


def _exactly(stream: BinaryIO, count: int) -> bytes:
    got = stream.read(count)
    if len(got) < count:
        raise Broken("closed")
    return got


def main() -> int:
    """Keep the real stdout for answers, hand the libraries stderr in its place, and serve."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group; the kiosk closes us itself.
    os.nice(POLITENESS)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        return serve(sys.stdin.buffer, answers, Faces)
    except BrokenPipeError:
        return 0


if __name__ == "__main__":
    sys.exit(main())
