"""The library as its own manual uses it: what the kiosk's way is compared with, and nothing else.

One picture at its full size, searched with one upsampling (the default of `face_locations`), the first face
that `face_encodings` gives. In a process of its own (ADR 0004), so that both ways are timed alone.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

THRESHOLD = 0.6
"""The default `tolerance` of `compare_faces`."""


class LibraryDown(Exception):
    """The library could not be loaded, or its process ended on a picture."""


@dataclass(frozen=True)
class Encoded:
    """A picture's 128 numbers, None without a face in it (or when it is no picture), and the seconds it took
    from the file to there."""

    numbers: NDArray[np.float64] | None
    seconds: float


def encode(pictures: list[Path]) -> Generator[Encoded, None, None]:
    """Encode pictures one after another, in their order. Raises `LibraryDown`."""
    # Spawned, not forked: a fork would share the pipe and the threads of the kiosk's own engine.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as process:
        try:
            yield from process.map(_encode, pictures)
        except (BrokenProcessPool, ImportError) as problem:
            raise LibraryDown(type(problem).__name__) from None


def _encode(picture: Path) -> Encoded:
    import face_recognition
    from PIL import Image

    begun = time.perf_counter()
    try:
        pixels = face_recognition.load_image_file(str(picture))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return Encoded(None, time.perf_counter() - begun)
    boxes = face_recognition.face_locations(pixels)
    found = face_recognition.face_encodings(pixels, boxes)
    return Encoded(found[0] if found else None, time.perf_counter() - begun)
