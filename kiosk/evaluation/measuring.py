"""Distances of pairs, by the kiosk's own way from the picture to the number, and by the library's default."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from threading import Event
from typing import TypeVar

import numpy as np

from kiosk.adapters import face_library
from kiosk.adapters.face import (
    Described,
    EngineDown,
    EngineTimeout,
    FaceEngine,
    NotAPicture,
    PictureTooLarge,
)
from kiosk.evaluation.pairs import Pair
from kiosk.evaluation.rates import Numbers

DEADLINE_SECONDS = 60.0
"""For one picture: nobody waits in front of a camera here, and the engine may have to start first."""

T = TypeVar("T")
Progress = Callable[[Iterator[T], int], Iterable[T]]
"""Shows how far something has come while it is gone through; told how long it is."""


class NotMeasured(Exception):
    """The engine or the library failed, not a picture; the message says what became of it."""


@dataclass
class Templates:
    """What was made of each picture, once in each of its parts; None where it holds no usable face.

    `seconds` are those the engine took for each, `library_seconds` the library's.
    """

    registers: dict[Path, bytes | None] = field(default_factory=dict)
    frames: dict[Path, bytes | None] = field(default_factory=dict)
    library: dict[Path, Numbers | None] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    library_seconds: list[float] = field(default_factory=list)

    def without_face(self) -> set[Path]:
        """The pictures in which the kiosk finds no face that it would use, in any part they play."""
        every = chain(self.registers.items(), self.frames.items())
        return {picture for picture, template in every if template is None}


def embed(engine: FaceEngine, pairs: list[Pair], progress: Progress[object]) -> Templates:
    """Go through every picture once in each part it plays: register photo, frame of a visit, and, for the
    library, either. Raises `NotMeasured`. The engine has been started."""
    made = Templates()
    registers = dict.fromkeys(pair.register for pair in pairs)
    frames = dict.fromkeys(frame for pair in pairs for frame in pair.visit)
    alone = list(dict.fromkeys(chain(registers, (pair.visit[0] for pair in pairs))))

    stopped = Event()

    def by_the_library() -> None:
        with closing(face_library.encode(alone)) as encoding:
            for picture, encoded in zip(alone, encoding, strict=True):
                made.library[picture] = encoded.numbers
                made.library_seconds.append(encoded.seconds)
                if stopped.is_set():
                    return

    def by_the_kiosk() -> Iterator[None]:
        for parts, way, of in ((registers, _register, made.registers), (frames, _frame, made.frames)):
            for picture in parts:
                begun = time.perf_counter()
                of[picture] = _of_picture(way, engine, picture)
                made.seconds.append(time.perf_counter() - begun)
                yield

    # Each has a process of its own, so with two cores neither waits for the other.
    with ThreadPoolExecutor(max_workers=1) as beside:
        other = beside.submit(by_the_library)
        try:
            for _ in progress(by_the_kiosk(), len(registers) + len(frames)):
                if other.done():
                    other.result()
            other.result()
        except face_library.LibraryDown as problem:
            raise NotMeasured(f"face_recognition failed ({problem})") from None
        finally:
            stopped.set()
    return made


def _register(engine: FaceEngine, jpeg: bytes) -> bytes | None:
    described = engine.describe(jpeg, DEADLINE_SECONDS)
    return described.template if isinstance(described, Described) else None


def _frame(engine: FaceEngine, jpeg: bytes) -> bytes | None:
    people = engine.look(jpeg, DEADLINE_SECONDS).people
    return engine.embed(jpeg, people[0], DEADLINE_SECONDS).template if len(people) == 1 else None


def _of_picture(
    way: Callable[[FaceEngine, bytes], bytes | None], engine: FaceEngine, picture: Path
) -> bytes | None:
    try:
        jpeg = picture.read_bytes()
        return patiently(lambda: way(engine, jpeg))
    except (NotAPicture, PictureTooLarge, OSError):
        return None


def patiently(call: Callable[[], T]) -> T:
    """Ask the engine twice: it may end once without harm, as in the kiosk, and the second call waits for its
    successor. Raises `NotMeasured`."""
    with suppress(EngineDown, EngineTimeout):
        return call()
    try:
        return call()
    except (EngineDown, EngineTimeout) as problem:
        raise NotMeasured(f"the face engine failed ({problem})") from None


def distances(engine: FaceEngine, pairs: list[Pair], made: Templates) -> Numbers:
    """The distance of each pair: the fused frames of the visit to the register photo.

    A frame without a usable face is left out, as the kiosk waits for another one. Infinite where the register
    photo or every frame has none: such a pair is never accepted.
    """
    fused: dict[tuple[Path, ...], bytes | None] = {}

    def of(pair: Pair) -> float:
        if pair.visit not in fused:
            found = [template for frame in pair.visit if (template := made.frames[frame]) is not None]
            fused[pair.visit] = engine.fuse(found) if found else None
        register, visit = made.registers[pair.register], fused[pair.visit]
        return engine.distance(register, visit) if register and visit else np.inf

    return np.array([of(pair) for pair in pairs])


def library_distances(pairs: list[Pair], made: Templates) -> Numbers:
    """The distance of each pair as `face_distance` has it, of the visit's first frame alone; infinite where
    one of both has no face."""

    def of(pair: Pair) -> float:
        register, frame = made.library[pair.register], made.library[pair.visit[0]]
        return np.inf if register is None or frame is None else float(np.linalg.norm(register - frame))

    return np.array([of(pair) for pair in pairs])
