"""The face process: `python -m kiosk.adapters.face_process`, questions on stdin, answers on stdout.

The only file that imports face_recognition (and, through it, dlib): an embedding holds the interpreter's
lock for 75 ms, and a library that calls `quit()` or crashes on a strange picture must not take the kiosk
with it. Keeps nothing between two questions.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from importlib.metadata import version
from typing import Any, BinaryIO

import numpy as np

from kiosk.adapters.face_pictures import (
    Box,
    Pixels,
    Points,
    TooLarge,
    Unreadable,
    appearance,
    decode,
    measure,
)
from kiosk.adapters.face_pipe import TEMPLATE_BYTES, Ask, Broken, pack, unpack
from kiosk.domain.capture import PASSER_BY

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

    def points(self, pixels: Pixels, boxes: list[Box]) -> list[Points]:
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
        points = self.points(small, boxes)
        faces = [
            [left * scale, top * scale, (right - left) * scale, (bottom - top) * scale]
            + [number * scale for point in five for number in point]
            for (top, right, bottom, left), five in zip(boxes, points, strict=True)
        ]
        widest = (boxes[0], points[0]) if boxes else ()
        seen = {"size": [width, height], "faces": faces, "appearance": appearance(small, *widest)}
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
