"""What is done before the camera: acts of the simulated one in many manners, and photographs exchanged.

A show is asked for the frame of a moment, and told what the screen asks for then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import partial
from math import pi, sin
from random import Random

from benchmarks.liveness_cast import FRAME, SLANTED, TURNED, Identity
from kiosk.domain.challenge import Challenge, Turn
from kiosk.domain.liveness import Cue, Hint
from kiosk.hardware.camera.acting import Act, Actor, Manner, Pose
from kiosk.hardware.camera.scene import Film, Scene

Show = Callable[[float, Cue | None, Hint | None], bytes]
Director = Callable[[Identity, Identity, Challenge, Random], Show]


class Trick(StrEnum):
    """A kind of round, in words for the table."""

    STILL = "photograph, still"
    WAVED = "photograph, waved"
    BENT = "photograph, bent"
    EXCHANGED = "photographs, exchanged"
    REPLAYED_WRONG = "video, turns the other way"
    SWAPPED = "two people take turns"
    STEPS_IN = "second person steps in"
    COVERED = "camera covered"
    FLIPPED = "photographs on a tablet"
    REPLAYED = "video, any turns"
    REPLAYED_LUCKY = "video, the turns asked for"
    FOLLOWS = "follows"


PRINTS = frozenset({Trick.STILL, Trick.WAVED, Trick.BENT, Trick.EXCHANGED, Trick.FLIPPED})

GRAINS = 3
"""So many frames of a print that is held still differ, by the sensor's grain and the drift of the view."""


READING_SECONDS, LEAST_SHARE = 0.3, 0.7
"""How soon somebody reads that he has turned too far, and how little he turns then at least."""


class Player:
    """An act of the simulated camera. `sway` moves a living head as well: shares of a face and degrees."""

    def __init__(self, scene: Scene, act: Act, manner: Manner, random: Random, sway: float = 0.0) -> None:
        self._film, self._actor, self._sway = Film(scene), Actor(act, manner), sway
        self._paces = [random.uniform(0.1, 0.5) * 2 * pi for _ in range(5)]
        self._leans = [random.uniform(-1, 1) for _ in range(5)]
        self._number, self._share = 0, 1.0
        self._told: float | None = None

    def __call__(self, at: float, cue: Cue | None, hint: Hint | None) -> bytes:
        """The frame of this moment."""
        self._number += 1
        pose = self._actor.pose(at, cue)
        pose = replace(pose, yaw=pose.yaw * self._given_way(at, hint)).rounded()
        if self._sway:
            pose = self._swaying(pose, at)
        return self._film.frame(self._number % GRAINS if pose.sheet else self._number, pose)

    def _given_way(self, at: float, hint: Hint | None) -> float:
        """The share of a turn that is left when its maker is told that it is too far: he needs a moment, and
        remembers."""
        if hint is not Hint.TOO_FAR:
            self._told = None
        elif self._told is None:
            self._told = at
        elif at - self._told > READING_SECONDS:
            self._share = max(LEAST_SHARE, self._share - 0.03)
        return self._share

    def _swaying(self, pose: Pose, at: float) -> Pose:
        """How people stand: a little askew and never quite still, by this much to either side."""
        right, down, yaw, pitch, roll = (
            self._sway * (lean + 0.5 * sin(pace * at)) / 1.5
            for lean, pace in zip(self._leans, self._paces, strict=True)
        )
        return replace(
            pose,
            right=pose.right + 0.15 * right,
            down=pose.down + 0.15 * down,
            yaw=pose.yaw + 4 * yaw,
            pitch=pose.pitch + 3 * pitch,
            roll=pose.roll + 4 * roll,
        ).rounded()


HIDDEN_SECONDS = 0.15, 0.6


class Exchanger:
    """Photographs with the head turned each way, held up as the screen asks for it.

    A hand needs `HIDDEN_SECONDS` from one to the next, a tablet none. Some swing the first one meanwhile.
    """

    def __init__(self, identity: Identity, hidden: float, light: float, random: Random) -> None:
        scenes = {angle: Scene(*FRAME, portrait=one, light=light) for angle, one in identity.prints.items()}
        self._films = {angle: Film(scene) for angle, scene in scenes.items()}
        self._nothing = Film(Scene(*FRAME, light=light))
        self._scale, self._pace = random.uniform(0.85, 1.1), random.uniform(0.2, 1.0) * 2 * pi
        self._reaction, self._shake = random.uniform(0.1, 0.8), random.uniform(0, 0.05)
        self._hidden = hidden
        self._swing = random.choice((0.0, random.uniform(15, 50)))
        self._shown, self._asked, self._since, self._number = 0.0, 0.0, 0.0, 0

    def __call__(self, at: float, cue: Cue | None, _hint: Hint | None) -> bytes:
        """The frame of this moment."""
        self._number += 1
        asked = {Cue.LEFT: TURNED, Cue.RIGHT: -TURNED}.get(cue or Cue.FRONT, 0.0)
        if asked != self._asked:
            self._asked, self._since = asked, at
        passed = at - self._since
        if self._shown != self._asked and passed >= self._reaction:
            if passed < self._reaction + self._hidden:
                return self._nothing.frame(self._number % GRAINS)
            self._shown = self._asked
        # As long as the first is still there it is swung the way the head should turn.
        swing = self._swing * self._asked / TURNED * min(1.0, passed / self._reaction)
        pose = Pose(
            sheet=True,
            yaw=swing if self._shown != self._asked else 0.0,
            right=self._shake * sin(self._pace * at),
            scale=self._scale,
        )
        return self._films[self._shown].frame(self._number % GRAINS, pose.rounded())


def _manner(random: Random) -> Manner:
    """A cheat's: wider than what the panel's simulated ones do by chance."""
    return Manner(
        reaction=random.uniform(0.15, 0.6),
        speed=random.uniform(40, 160),
        reach=random.uniform(30, 36),
        swing=random.uniform(8, 60),
        pace=random.uniform(0.15, 1.2),
        drift=random.uniform(0, 0.3),
        scale=random.uniform(0.75, 1.3),
        cunning=random.random() < 0.5,
        bend=random.choice((-1, 1)) * random.uniform(20, 120),
        after=random.randint(1, 2),
        lag=random.uniform(0, 1.2),
        light=random.uniform(0.5, 1.2),
    )


def _printed(act: Act, who: Identity, _other: Identity, _asked: Challenge, random: Random) -> Show:
    angle = random.choice((0.0, 0.0, -SLANTED, SLANTED))
    manner = _manner(random)
    return Player(Scene(*FRAME, portrait=who.prints[angle], light=manner.light), act, manner, random)


def _exchanged(who: Identity, _other: Identity, _asked: Challenge, random: Random) -> Show:
    return Exchanger(who, random.uniform(*HIDDEN_SECONDS), random.uniform(0.6, 1.1), random)


def _flipped(who: Identity, _other: Identity, _asked: Challenge, random: Random) -> Show:
    return Exchanger(who, 0.0, random.uniform(0.6, 1.1), random)


def _living(act: Act, who: Identity, other: Identity, asked: Challenge, random: Random) -> Show:
    manner = replace(_manner(random), speed=random.uniform(60, 110), recorded=(_opposite(asked.turns[0]),))
    scene = Scene(
        *FRAME, portrait=who.standing(random.uniform(0.8, 1.15)), other=other.person, light=manner.light
    )
    return Player(scene, act, manner, random, sway=random.uniform(0, 0.5))


def _replayed(is_lucky: bool, who: Identity, other: Identity, asked: Challenge, random: Random) -> Show:
    turns = asked.turns if is_lucky else tuple(random.choice(list(Turn)) for _ in asked.turns)
    manner = replace(_manner(random), speed=random.uniform(60, 110), recorded=turns)
    scene = Scene(*FRAME, portrait=who.person, other=other.person, light=random.uniform(0.7, 1.1))
    return Player(scene, Act.REPLAYED, manner, random)


def _honest(who: Identity, _other: Identity, _asked: Challenge, random: Random) -> Show:
    manner = Manner(
        reaction=random.uniform(0.25, 0.7),
        speed=random.uniform(40, 120),
        reach=random.uniform(30, 38),
        light=random.uniform(0.5, 1.15),
    )
    scene = Scene(*FRAME, portrait=who.standing(random.uniform(0.75, 1.2)), light=manner.light)
    return Player(scene, Act.FOLLOWS, manner, random, sway=random.uniform(0, 1))


def _opposite(turn: Turn) -> Turn:
    return Turn.LEFT if turn is Turn.RIGHT else Turn.RIGHT


SHOWS: dict[Trick, Director] = {
    Trick.STILL: partial(_printed, Act.STILL),
    Trick.WAVED: partial(_printed, Act.WAVED),
    Trick.BENT: partial(_printed, Act.BENT),
    Trick.EXCHANGED: _exchanged,
    Trick.REPLAYED_WRONG: partial(_living, Act.REPLAYED),
    Trick.SWAPPED: partial(_living, Act.SWAPPED),
    Trick.STEPS_IN: partial(_living, Act.STEPS_IN),
    Trick.COVERED: partial(_living, Act.COVERED),
    Trick.FLIPPED: _flipped,
    Trick.REPLAYED: partial(_replayed, False),
    Trick.REPLAYED_LUCKY: partial(_replayed, True),
    Trick.FOLLOWS: _honest,
}
