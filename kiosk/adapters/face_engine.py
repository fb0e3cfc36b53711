"""What the kiosk asks of a face engine: the words for it, what is answered, and what may go wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from kiosk.domain.capture import Face, Look


class EngineState(StrEnum):
    """Whether faces can be compared now. `STARTING` calls wait; `DOWN` calls fail at once."""

    STARTING = "starting"
    READY = "ready"
    DOWN = "down"


class EngineDown(Exception):
    """The face process ended or could not be started; it is being restarted."""


class EngineTimeout(Exception):
    """The deadline passed. A process that was still working on this call has been killed."""


class NotAPicture(Exception):
    """The bytes are no JPEG, or only part of one."""


class PictureTooLarge(Exception):
    """More than 4 MB, or more than 12 megapixels by the header; nothing was decoded."""


class OtherEngine(ValueError):
    """A template that another engine made, before the setting was changed: nothing can be said of it."""


class NoFaceReason(StrEnum):
    """Why a picture holds no face to work with."""

    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    TOO_SMALL = "too_small"


@dataclass(frozen=True)
class NoUsableFace:
    """The picture is fine, the face in it is not."""

    reason: NoFaceReason


@dataclass(frozen=True)
class Described:
    """A register photo's face: its template, and its width in the photo's pixels."""

    template: bytes
    face_px: int


@dataclass(frozen=True)
class Embedded:
    """One face of a frame: its template, and the passive check's score (0 a picture of a face, 1 a living
    one); None where the office has no such check."""

    template: bytes
    real: float | None


class FaceEngine(Protocol):
    """What the kiosk asks of a face engine. Pictures are JPEG (colour, grey or CMYK), at most 4 MB and 12
    megapixels; deadlines are seconds from now. Safe to call from many threads; one call works at a time.

    Every call with a deadline may raise `EngineDown`, `EngineTimeout`, `NotAPicture` or `PictureTooLarge`.
    Templates are opaque to everybody else; those of different engines cannot be compared.
    """

    name: str
    min_face_px: int

    @property
    def state(self) -> EngineState:
        """How the engine is, without waiting."""
        ...

    @property
    def version(self) -> str:
        """Library and model versions, kept beside each decision; empty until first ready."""
        ...

    @property
    def hint(self) -> str:
        """Why the engine is down, for the technician; empty when it is not."""
        ...

    def start(self) -> None:
        """Begin loading and return at once."""
        ...

    def close(self) -> None:
        """Stop for good."""
        ...

    def look(self, jpeg: bytes, deadline: float) -> Look:
        """Find the faces in a frame, without comparing anything."""
        ...

    def describe(self, jpeg: bytes, deadline: float) -> Described | NoUsableFace:
        """Make the template of a register photo with one face of at least `min_face_px`."""
        ...

    def embed(self, jpeg: bytes, face: Face, deadline: float) -> Embedded:
        """Make the template of `face`, which a look at this very frame has found; nothing is sought again."""
        ...

    def fuse(self, templates: Sequence[bytes]) -> bytes:
        """Make one template of several frames of one person, at once and without the process. Raises
        `OtherEngine`, and `ValueError` for none."""
        ...

    def distance(self, a: bytes, b: bytes) -> float:
        """Measure how far two templates are apart (see `decision.decide`), at once and without the process.
        Raises `OtherEngine`."""
        ...


def spread(engine: FaceEngine, frontals: Sequence[bytes], turned: Sequence[bytes]) -> tuple[float, ...]:
    """How far frames that should show one person are apart: each frontal one from every other frame.

    Not from the fused ones: between two photographs of a resident and one frontal frame of a stranger the
    mean lies so near to both that 46 % of the strangers passed (lfw10), from single frames none of 1,368. Not
    turned ones from each other: left and right share least. Raises `OtherEngine`.
    """
    return tuple(
        engine.distance(one, other)
        for number, one in enumerate(frontals, start=1)
        for other in (*frontals[number:], *turned)
    )
