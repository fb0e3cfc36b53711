"""A face engine for tests that are not about faces: it says what the test has told it to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kiosk.adapters.face import Described, Embedded, EngineState, NoUsableFace
from kiosk.domain.capture import Face, Look
from kiosk.domain.liveness import Cue, Round
from tests.fixed_clock import FixedClock

TEMPLATE = b"t" * 1024
FRAME_TEMPLATE = b"e" * 1024
SELFIE_TEMPLATE = b"s" * 1024
JPEG = b"\xff\xd8 a frame"

_POINTS = ((760.0, 300.0), (700.0, 300.0), (520.0, 300.0), (580.0, 300.0), (640.0, 380.0))
_FACE = Face(490.0, 210.0, 300.0, 300.0, _POINTS)

GOOD = Look(1280, 720, (_FACE,), sharpness=0.4, brightness=120.0)
NOBODY = Look(1280, 720, (), sharpness=0.4, brightness=120.0)
TWO_PEOPLE = Look(1280, 720, (_FACE, _FACE), sharpness=0.4, brightness=120.0)

MATCH, UNCERTAIN, NO_MATCH = 0.35, 0.58, 0.81


def turned(change: float) -> Look:
    """The good look with its head turned to the resident's left (positive) or right, by a change of yaw."""
    nose_x, nose_y = _POINTS[4]
    return replace(GOOD, faces=(replace(_FACE, points=(*_POINTS[:4], (nose_x + 180 * change, nose_y))),))


def following(round: Round) -> Look:
    """What a camera sees of somebody who does what the screen asks, not too fast."""
    if round.cue in (None, Cue.FRONT):
        return GOOD
    sign = 1 if round.cue is Cue.LEFT else -1
    return turned(sign * (0.35 if round.on_the_way else 0.18))


class ScriptedFace:
    """Answers `FaceEngine`'s calls with `seen`, `described`, `embedded` and `compared`; an exception there is
    raised.

    `compared` is the distance of the fused selfies from the template they are compared with; a single one is
    as far from the fused ones as `apart` says. `takes` seconds pass in each call with a deadline.
    `asked` keeps (verb, picture, template) of every call, and (distance, a, b).
    """

    name = "scripted"
    min_face_px = 80
    state = EngineState.READY
    version = "scripted 1"
    hint = ""

    def __init__(self, clock: FixedClock) -> None:
        self._clock = clock
        self.seen: Look | Exception = GOOD
        self.described: Described | NoUsableFace | Exception = Described(TEMPLATE, 170)
        self.embedded: Embedded | Exception = Embedded(FRAME_TEMPLATE, None)
        self.apart = 0.2
        self.compared = MATCH
        self.takes = 0.0
        self.asked: list[tuple[str, bytes, bytes]] = []

    def start(self) -> None:
        """Nothing to load."""

    def close(self) -> None:
        """Nothing to stop."""

    def look(self, jpeg: bytes, deadline: float) -> Look:
        """See `FaceEngine.look`."""
        seen: Look = self._answer("look", jpeg, b"", self.seen)
        return seen

    def describe(self, jpeg: bytes, deadline: float) -> Described | NoUsableFace:
        """See `FaceEngine.describe`."""
        described: Described | NoUsableFace = self._answer("describe", jpeg, b"", self.described)
        return described

    def embed(self, jpeg: bytes, face: Face, deadline: float) -> Embedded:
        """See `FaceEngine.embed`."""
        embedded: Embedded = self._answer("embed", jpeg, b"", self.embedded)
        return embedded

    def fuse(self, templates: Sequence[bytes]) -> bytes:
        """See `FaceEngine.fuse`."""
        if not templates:
            raise ValueError("nothing to fuse")
        return SELFIE_TEMPLATE

    def distance(self, a: bytes, b: bytes) -> float:
        """See `FaceEngine.distance`."""
        self.asked.append(("distance", a, b))
        return self.compared if a == SELFIE_TEMPLATE else self.apart

    def _answer(self, verb: str, jpeg: bytes, template: bytes, answer: Any) -> Any:
        self.asked.append((verb, jpeg, template))
        self._clock.advance(self.takes)
        if isinstance(answer, Exception):
            raise answer
        return answer
