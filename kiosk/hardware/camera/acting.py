"""Who stands before the simulated camera, and how he moves: honest residents, and those who cheat.

An actor reads the screen, as a person does: he is told what it asks now (`Cue`) and moves a little later. Who
judges him sees pictures only. Everything follows from the act, the seed and the time, so a round can be
played again; nothing here draws (`scene.py` does).
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import copysign, pi, sin
from random import Random

from PIL import Image

from kiosk.domain.capture import Face
from kiosk.domain.challenge import Turn
from kiosk.domain.liveness import Cue
from kiosk.hardware.camera import BadFrame, FrameProblem

_STEP_SECONDS = 0.05
_LONGEST_MOVE_SECONDS = 3.0
"""Whoever was not looked at for longer than that has come to rest in the meantime."""

_EASE_A_SECOND = 9.0
"""A head slows down before it stops: what is left of the way is covered at this rate, up to its speed."""


_PATIENCE_SECONDS, _FURTHER = 1.2, 6.0
"""How long after he began to turn a person notices that he is still asked to, and by how many degrees more he
turns then, within a second."""

_RECORDED_FRONT, _RECORDED_TURN = 1.4, 1.2
"""Seconds to the front and aside on a recording: it was made by somebody who knows that each turn is asked
for after a short rest at the front."""

_NOD = 0.06
"""Degrees that a head goes down with each degree that it turns: nobody turns about a plumb line."""


class Act(StrEnum):
    """What is played. The first and the last are honest residents; the others are what the turn test is
    for."""

    FOLLOWS = "follows"
    STILL = "still"
    WAVED = "waved"
    BENT = "bent"
    SWAPPED = "swapped"
    REPLAYED = "replayed"
    STEPS_IN = "steps_in"
    COVERED = "covered"
    KEEPS_STILL = "keeps_still"


PHOTOGRAPHS = frozenset({Act.STILL, Act.WAVED, Act.BENT})
"""Acts in which a printed picture is held before the camera."""


@dataclass(frozen=True)
class Person:
    """Somebody, as a picture (any format Pillow reads) and where the face lies in it, in its pixels.

    The face has its five points. Without a face the picture stays flat: it drifts, but nothing in it turns.
    Raises `BadFrame` for bytes that are no picture.
    """

    picture: bytes = field(repr=False)
    face: Face | None = None

    def __post_init__(self) -> None:
        try:
            Image.open(io.BytesIO(self.picture)).load()
        except (OSError, ValueError, Image.DecompressionBombError):
            raise BadFrame(FrameProblem.NOT_A_JPEG) from None


@dataclass(frozen=True)
class Pose:
    """What the camera sees at one moment.

    Degrees, against looking straight into the camera: `yaw` positive to the picture's right (the resident's
    own left, as in `capture.yaw`), `pitch` positive down, `roll` positive clockwise. `right` and `down`:
    shares of a face's width. A `sheet` is a printed picture, `scale` times as large as it would stand there,
    `bend` the degrees of a cylinder that it is bent around. `other`: the second of two people stands there.
    `beside`: how far somebody has stepped in, `hand`: how far a hand covers the lens, 0 to 1.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    right: float = 0.0
    down: float = 0.0
    scale: float = 1.0
    bend: float = 0.0
    sheet: bool = False
    screen: bool = False
    other: bool = False
    beside: float = 0.0
    hand: float = 0.0

    def rounded(self) -> Pose:
        """The pose in steps nobody sees, so that a frame that was made once can be shown again."""
        return replace(
            self,
            yaw=round(self.yaw),
            pitch=round(self.pitch),
            roll=round(self.roll),
            bend=round(self.bend),
            right=round(self.right, 2),
            down=round(self.down, 2),
            scale=round(self.scale, 2),
            beside=round(self.beside, 1),
            hand=round(self.hand, 1),
        )


FRONT = Pose()
"""Looks into the camera."""


@dataclass(frozen=True)
class Manner:
    """How one actor differs from the next. Seconds, degrees, and degrees a second.

    reaction: from cue to motion (a prepared choice takes people a quarter to half a second). speed, reach: of
    a turn of the head. swing, pace: how far a photograph is swung, and swings a second. drift: how far it is
    shifted, in widths of the face. scale: how large it is held. cunning: whether it is swung the way the
    screen asks. bend: of a bent photograph. after, lag: the trick is played so long after so many turns were
    asked for. recorded: what a recording shows. light: times the light of the place.
    """

    reaction: float = 0.35
    speed: float = 90.0
    reach: float = 30.0
    swing: float = 35.0
    pace: float = 0.6
    drift: float = 0.1
    scale: float = 0.95
    cunning: bool = False
    bend: float = 60.0
    after: int = 2
    lag: float = 0.6
    recorded: tuple[Turn, ...] = (Turn.LEFT, Turn.RIGHT, Turn.RIGHT)
    light: float = 1.0

    @classmethod
    def drawn(cls, seed: int) -> Manner:
        """A manner by chance; the same for the same seed."""
        random = Random(seed)  # noqa: S311 - chance that can be had again, not a secret
        return cls(
            reaction=random.uniform(0.25, 0.5),
            speed=random.uniform(60, 120),
            reach=random.uniform(28, 32),
            swing=random.uniform(15, 50),
            pace=random.uniform(0.3, 1.2),
            drift=random.uniform(0, 0.3),
            scale=random.uniform(0.75, 1.1),
            cunning=random.random() < 0.5,
            bend=random.choice((-1, 1)) * random.uniform(30, 110),
            after=random.randint(1, 2),
            lag=random.uniform(0.1, 1.2),
            recorded=tuple(random.choice((Turn.LEFT, Turn.RIGHT)) for _ in range(3)),
            light=random.uniform(0.6, 1.1),
        )


class Actor:
    """Plays one act. Times are seconds from any beginning and never go back."""

    def __init__(self, act: Act, manner: Manner | None = None) -> None:
        self.act = act
        self.manner = manner or Manner()
        self._began: float | None = None
        self._at = 0.0
        self._yaw = 0.0
        self._asked: Cue | None = None
        self._noticed: list[tuple[float, float]] = []
        self._aim = self._aimed = 0.0
        self._turns = 0
        self._trick: float | None = None

    def pose(self, at: float, cue: Cue | None) -> Pose:
        """How he stands `at` this time, while the screen asks for `cue` (None: for nothing)."""
        if self._began is None:
            self._began = self._at = at
        self._read(at, cue)
        self._at = max(self._at, at - _LONGEST_MOVE_SECONDS)
        while self._at < at:
            step = min(_STEP_SECONDS, at - self._at)
            self._at = min(at, self._at + step)
            self._move(step)
        return self._posed(at).rounded()

    def _read(self, at: float, cue: Cue | None) -> None:
        """Notice what the screen says; who follows will move after his reaction time."""
        if cue is self._asked:
            return
        self._asked = cue
        if cue is None:
            self._turns, self._trick = 0, None
        aim = {Cue.LEFT: self.manner.reach, Cue.RIGHT: -self.manner.reach}.get(cue or Cue.FRONT, 0.0)
        self._noticed.append((at + self.manner.reaction, aim))
        if aim:
            self._turns += 1
            if self._turns == self.manner.after:
                self._trick = at + self.manner.lag

    def _move(self, seconds: float) -> None:
        while self._noticed and self._noticed[0][0] <= self._at:
            self._aimed, self._aim = self._noticed.pop(0)
        aim = self._recorded() if self.act is Act.REPLAYED else self._aim + self._further()
        fastest = self.manner.speed
        rate = max(-fastest, min(fastest, (aim - self._yaw) * _EASE_A_SECOND))
        self._yaw += rate * seconds

    def _further(self) -> float:
        """Who is still asked for a turn that he thinks he has made turns a little further."""
        asked_on = self._at - self._aimed - _PATIENCE_SECONDS
        return copysign(min(_FURTHER, max(0.0, asked_on * _FURTHER)), self._aim) if self._aim else 0.0

    def _recorded(self) -> float:
        """Where the head on the recording turns, again and again."""
        assert self._began is not None
        turn, since = divmod(self._at - self._began, _RECORDED_FRONT + _RECORDED_TURN)
        if since < _RECORDED_FRONT:
            return 0.0
        return self.manner.reach * self.manner.recorded[int(turn) % len(self.manner.recorded)].sign

    def _posed(self, at: float) -> Pose:
        manner, time = self.manner, at - (self._began or 0.0)
        wave = 2 * pi * manner.pace * time
        since = -1.0 if self._trick is None else at - self._trick
        head = Pose(yaw=self._yaw, pitch=_NOD * abs(self._yaw))
        match self.act:
            case Act.STILL:
                return Pose(
                    sheet=True, scale=manner.scale, right=0.01 * sin(wave), down=0.01 * sin(1.7 * wave)
                )
            case Act.WAVED:
                # A photograph turned with the cue is the best that a flat thing can do.
                yaw = self._yaw / manner.reach * manner.swing if manner.cunning else manner.swing * sin(wave)
                return Pose(
                    yaw=yaw,
                    pitch=manner.swing / 3 * sin(0.7 * wave),
                    roll=manner.swing / 4 * sin(0.45 * wave),
                    right=manner.drift * sin(0.8 * wave),
                    down=manner.drift / 2 * sin(0.6 * wave),
                    scale=manner.scale * (1 + manner.drift / 3 * sin(0.5 * wave)),
                    sheet=True,
                )
            case Act.BENT:
                yaw = self._yaw / manner.reach * manner.swing if manner.cunning else manner.swing * sin(wave)
                return Pose(
                    yaw=yaw,
                    right=manner.drift * sin(0.8 * wave),
                    scale=manner.scale,
                    bend=manner.bend,
                    sheet=True,
                )
            case Act.KEEPS_STILL:
                # Breathing, a glance, a nod: all well inside what counts as looking to the front.
                return Pose(
                    yaw=3.0 * sin(0.9 * time) * sin(0.31 * time),
                    pitch=2.5 * sin(0.7 * time),
                    down=0.02 * sin(1.6 * time),
                )
            case Act.SWAPPED:
                return replace(head, other=since >= 0)
            case Act.STEPS_IN:
                return replace(head, beside=_there_and_back(since, 0.6, 4.0))
            case Act.COVERED:
                return replace(head, hand=_there_and_back(since, 0.25, 1.5))
            case Act.REPLAYED:
                return replace(head, screen=True)
            case Act.FOLLOWS:
                return head


def _there_and_back(since: float, way: float, stay: float) -> float:
    """0 before, up to 1 in `way` seconds, there for `stay` seconds, and back."""
    return max(0.0, min(1.0, since / way, (2 * way + stay - since) / way))
