"""Models that the office supplies as ONNX files: an embedder of faces, and the passive check for living ones.

Imports onnxruntime, which is installed only where such a file is asked for (`requirements-pad.in`); used by
the face process alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from kiosk.adapters.face_models import fingerprint, scale
from kiosk.adapters.face_pictures import Box, Pixels, Points

Numbers = NDArray[np.float64]
Picture = NDArray[np.float32]

EMBEDDER_PX = 112
PASSIVE_PX = 80
"""Sides of the square pictures that ArcFace's and MiniFASNet's models see."""

EYES_AND_NOSE = (38.2946 + 51.6963j, 73.5318 + 51.5014j, 56.0 + 79.8j)
"""Where the eye at the picture's left, the one at its right and the base of the nose come to lie in an
embedder's picture. The eyes are insightface's (`face_align.py`), whose third point is the nose's *tip*, at
71.7: dlib finds its base, 0.80 of the eyes' distance below them (measured, 68 frontal press photographs)."""

LIVING = 1
"""Which of the passive check's three answers is a living face (Silent-Face-Anti-Spoofing, `test.py`)."""


class Unusable(Exception):
    """A model, or what runs it, cannot be used; the message is one sentence for the technician."""


class _Model:
    """One file, which turns a picture (1 x 3 x side x side, float32) into a row of numbers."""

    def __init__(self, path: Path, side: int) -> None:
        try:
            import onnxruntime
        except ImportError:
            raise Unusable(
                "onnxruntime is not installed: run deploy/install-packages requirements-pad.txt"
            ) from None
        options = onnxruntime.SessionOptions()
        # One thread, as for dlib: a second one takes the core that serves the page.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self.name = path.stem
        try:
            content = path.read_bytes()
            self._session: Any = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except OSError as problem:
            raise Unusable(f"{path.name} cannot be read: {problem.strerror}") from None
        except Exception as problem:  # onnxruntime's own, of many kinds
            raise Unusable(f"{path.name} is no ONNX model ({type(problem).__name__})") from None
        self.fingerprint = fingerprint(content)
        inputs = self._session.get_inputs()
        self._input = inputs[0].name
        try:
            self.width = len(self(np.zeros((3, side, side), dtype=np.float32)))
        except Exception:
            wants = " and ".join(str(one.shape) for one in inputs)
            raise Unusable(f"{path.name} wants {wants} and not one picture of 3 x {side} x {side}") from None

    def __call__(self, picture: Picture) -> Numbers:
        (first, *_) = self._session.run(None, {self._input: picture[None]})
        row: Numbers = np.asarray(first, dtype=np.float64).ravel()
        return row


class Embedder:
    """An embedder like ArcFace's: aligned RGB of 112 x 112 in -1..1, a vector of any length."""

    def __init__(self, path: Path) -> None:
        self._model = _Model(path, EMBEDDER_PX)
        if self._model.width < 2:
            raise Unusable(f"{path.name} gives {self._model.width} number for a face, which is no embedding")
        self.version = f"onnx {self._model.name[:16]} {self._model.fingerprint}"

    def embed(self, pixels: Pixels, points: Points) -> Numbers:
        """Return the unit vector of the face with these five points."""
        aligned = align(pixels, points)
        vector = self._model(_planes((aligned - np.float32(127.5)) / np.float32(127.5)))
        length = float(np.linalg.norm(vector))
        if not np.isfinite(length) or length == 0:
            raise ValueError("no direction")
        return vector / length


class PassiveCheck:
    """MiniFASNet's: whether a face is a living one or a picture of one, from a single frame."""

    def __init__(self, paths: tuple[Path, ...]) -> None:
        self._models = [(scale(path) or 1.0, _Model(path, PASSIVE_PX)) for path in paths]
        for path, (_, model) in zip(paths, self._models, strict=True):
            if model.width != 3:
                raise Unusable(f"{path.name} gives {model.width} numbers for a face instead of 3")
        self.version = " ".join(("pad", *(model.fingerprint for _, model in self._models)))

    def score(self, pixels: Pixels, box: Box) -> float:
        """Return the mean over the models of how surely a living face is at `box`, 0 to 1."""
        scores = [
            _shares(model(_planes(crop(pixels, box, wide).astype(np.float32)[..., ::-1])))[LIVING]
            for wide, model in self._models
        ]
        return float(np.mean(scores))


def align(pixels: Pixels, points: Points) -> Pixels:
    """Cut out a face, turned and scaled so that eyes and nose lie on `EYES_AND_NOSE` as nearly as a
    similarity can bring them (least squares)."""
    right_outer, right_inner, left_outer, left_inner, nose = (complex(x, y) for x, y in points)
    found = np.array([(left_outer + left_inner) / 2, (right_outer + right_inner) / 2, nose])
    wanted = np.array(EYES_AND_NOSE)
    away, towards = found - found.mean(), wanted - wanted.mean()
    spread = float((abs(towards) ** 2).sum())
    # From the small picture back to the frame, as Pillow wants it: a complex number turns and scales.
    turn = complex((towards.conjugate() * away).sum() / spread)
    start = complex(found.mean() - turn * wanted.mean())
    # Averaged first where the face is much larger: sampling alone would leave out most of its pixels.
    step = max(1, int(abs(turn)))
    picture = Image.fromarray(pixels).reduce(step)
    turn, start = turn / step, start / step
    return _sampled(picture, EMBEDDER_PX, turn, start)


def crop(pixels: Pixels, box: Box, wide: float) -> Pixels:
    """Cut out a face with what is around it, `wide` times its box: less where the frame ends, and moved
    inside it (Silent-Face-Anti-Spoofing, `generate_patches.py`). Sampled, not averaged: the models were made
    on pictures reduced that way."""
    height, width = pixels.shape[:2]
    top, right, bottom, left = box
    wide = min((height - 1) / (bottom - top), (width - 1) / (right - left), wide)
    across, down = (right - left) * wide, (bottom - top) * wide
    start_x = min(max((left + right - across) / 2, 0), width - 1 - across)
    start_y = min(max((top + bottom - down) / 2, 0), height - 1 - down)
    cut = Image.fromarray(pixels).crop(
        (int(start_x), int(start_y), int(start_x + across) + 1, int(start_y + down) + 1)
    )
    to_frame = (cut.width / PASSIVE_PX, 0, 0, 0, cut.height / PASSIVE_PX, 0)
    return _transformed(cut, PASSIVE_PX, to_frame)


def _sampled(picture: Image.Image, side: int, turn: complex, start: complex) -> Pixels:
    # Points count from the middle of a pixel, Pillow from its edge.
    half = 0.5 + 0.5j
    start = start + half - turn * half
    return _transformed(picture, side, (turn.real, -turn.imag, start.real, turn.imag, turn.real, start.imag))


def _transformed(picture: Image.Image, side: int, to_frame: tuple[float, ...]) -> Pixels:
    return np.asarray(
        picture.transform((side, side), Image.Transform.AFFINE, to_frame, Image.Resampling.BILINEAR)
    )


def _planes(picture: NDArray[Any]) -> Picture:
    return np.ascontiguousarray(picture.transpose(2, 0, 1), dtype=np.float32)


def _shares(answer: Numbers) -> Numbers:
    """Turn a model's answer into shares of 1 (softmax), unless its file ends with that step already."""
    if answer.min() >= 0 and abs(answer.sum() - 1) < 1e-3:
        return answer
    powers: Numbers = np.exp(answer - answer.max())
    shares: Numbers = powers / powers.sum()
    return shares
