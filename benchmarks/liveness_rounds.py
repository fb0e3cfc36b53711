"""Rounds of turns to be played: what is done before the camera, and what comes of it.

Pictures are made by the simulated camera's own scene, judged by the real engine and followed by the real
rule; only time is simulated, so that a round of 30 seconds takes as long as its frames do. Everything follows
from the kind of round and its number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.liveness_cast import Identity
from benchmarks.liveness_shows import PRINTS, SHOWS, Trick
from kiosk.adapters.face import FaceEngine
from kiosk.config import Settings
from kiosk.domain import challenge, liveness
from kiosk.domain.capture import Look
from kiosk.domain.decision import Verdict, decide
from kiosk.domain.liveness import Cue, Hint, Refusal
from kiosk.evaluation.liveness import Unfinished, Watching

FRAMES_A_SECOND = 10.0, 15.0
"""Judged ones: what the kiosk promises, and what its cameras give. Photographs are played at the first."""

EMBED_SECONDS = 0.1
"""No frame is judged while one is embedded."""

MOST_SECONDS = 45.0
"""Longer than a round may take, with the framing before it."""

TURNS = 3


@dataclass(frozen=True)
class Played:
    """What came of a round: `why` it was not accepted (None: it was), after how many simulated seconds, how
    often the track had been lost. `turned` is the greatest change of yaw that was seen, `done` how many turns
    were taken for made, `spread` how far the frames taken were from each other."""

    trick: Trick
    number: int
    why: Refusal | Unfinished | Verdict | None
    seconds: float
    breaks: int
    turned: float
    done: int
    spread: float


class Remembering:
    """An engine that looks at the same picture once: what is held still is judged at little cost."""

    def __init__(self, engine: FaceEngine) -> None:
        self._engine = engine
        self._looks: dict[bytes, Look] = {}

    def look(self, jpeg: bytes, deadline: float) -> Look:
        """See `FaceEngine.look`."""
        if jpeg not in self._looks:
            self._looks[jpeg] = self._engine.look(jpeg, deadline)
        return self._looks[jpeg]

    def __getattr__(self, name: str) -> Any:
        """Everything else is the engine's."""
        return getattr(self._engine, name)


def play(
    engine: FaceEngine, cast: Sequence[Identity], trick: Trick, number: int, settings: Settings
) -> Played:
    """Play round `number` of a kind. Raises what the engine raises."""
    random = Random(f"{trick} {number}")
    who = cast[number % len(cast)]
    others = [one for one in cast if one.who != who.who]
    watching = Watching(Remembering(engine), challenge.draw(TURNS, random.random))  # type: ignore[arg-type]
    show = SHOWS[trick](who, random.choice(others), watching.challenge, random)
    rate = FRAMES_A_SECOND[0] if trick in PRINTS else random.uniform(*FRAMES_A_SECOND)
    at = now = turned = 0.0
    done = breaks = 0
    cue: Cue | None = None
    hint: Hint | None = None
    while now < MOST_SECONDS and not watching.is_over:
        at, embedded = now, _embedded(watching)
        watching.see(show(at, cue, hint), at)
        now = at + 1 / rate + (EMBED_SECONDS if _embedded(watching) != embedded else 0.0)
        if (round := watching.round) is not None:
            cue, hint, breaks = round.cue, round.hint, round.breaks
            turned, done = max(turned, abs(round.change)), max(done, round.done)
    why = _why(engine, watching, who, settings)
    return Played(trick, number, why, at, breaks, turned, done, max(watching.spread, default=0.0))


def _embedded(watching: Watching) -> int:
    return len(watching.frontals) + len(watching.turned)


def _why(
    engine: FaceEngine, watching: Watching, who: Identity, settings: Settings
) -> Refusal | Unfinished | Verdict | None:
    """What `services/attempt.py` would say, with the register photo of whom the round began with."""
    round = watching.round
    if round is None:
        return Unfinished.NEVER_FRAMED
    if round.refusal is not None:
        return round.refusal
    if not round.has_passed:
        return Unfinished.RECORDING_ENDED
    if not liveness.is_same_person(watching.spread, settings.face_review):
        return Refusal.FACE_CHANGED
    distance = engine.distance(engine.fuse(watching.frontals), who.template)
    verdict = decide(distance, accept=settings.face_accept, review=settings.face_review)
    return None if verdict is Verdict.MATCH else verdict
